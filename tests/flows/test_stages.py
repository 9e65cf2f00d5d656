"""A stage says all of itself: the rest of `flows` knows none by its name."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from flows.report.facts import FACTS, SHARES
from flows.stages import ABOUTS, STAGES, load
from pipeline.model.about import FLOWS, PART, RULES, named
from tests.training.test_stages import python

ROOT = Path(__file__).parents[2]
FLOWS_FOLDER = ROOT / "flows"
NAMED = re.compile(rf"({'|'.join(STAGES)})([./].*)?")


FOLDERS = tuple(f"{about.stage.partition('.stage:')[0]}." for about in ABOUTS)


def imports(file: Path) -> set[str]:
    """The modules of stages that a module imports."""
    modules: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            modules |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            modules |= {f"{alias.name}." for alias in node.names}
    return {module for module in modules if module.startswith(FOLDERS)}


def literals(file: Path) -> set[str]:
    """The strings of a module that are a stage's name, or begin with one as a key or a path does."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    strings = (n.value for n in ast.walk(tree) if isinstance(n, ast.Constant))
    return {s for s in strings if isinstance(s, str) and NAMED.fullmatch(s)}


def test_no_stage_is_named_in_flows() -> None:
    named_in = {
        str(file.relative_to(FLOWS_FOLDER)): words
        for file in sorted(FLOWS_FOLDER.rglob("*.py"))
        if "small_web" not in file.parts and (words := literals(file))
    }
    assert named_in == {
        # A flow, a page and a name in an answer that are called like a stage.
        "commands/questions/find.py": {"index"},
        "recipe/schedule.py": {"evaluate"},
        "report/pages/pages.py": {"index", "index.html"},
        "server/deployments.py": {"evaluate"},
        "server/orchestration.py": {"evaluate"},
        "web/reports.py": {"index", "index."},
    }


def test_no_module_of_a_stage_is_imported_in_flows() -> None:
    stages = {
        str(file.relative_to(FLOWS_FOLDER)): modules
        for file in sorted(FLOWS_FOLDER.rglob("*.py"))
        if "small_web" not in file.parts and (modules := imports(file))
    }
    assert stages == {"stages.py": {f"{folder}about.ABOUT" for folder in FOLDERS}}


def test_what_a_stage_says_of_itself_is_there() -> None:
    for about in ABOUTS:
        stage = load(about.name)
        assert (stage.name, stage.extra) == (about.name, about.extra)
        assert about.flow in FLOWS and about.facts.keys() <= {*FACTS, SHARES}
        hooks = (about.estimate, about.fits, about.files, about.news, about.what_if, about.erase)
        hooks += (about.rows, about.passages, about.copies, about.reads, about.steps, about.among)
        hooks += (about.provenance, about.find)
        for path in (*hooks, about.tells, about.warnings, *about.known.values()):
            assert path is None or callable(named(path))
        keys = {key for key in (about.edition, about.sample, *about.labels) if key}
        assert keys | ({"sources"} if about.sources else set()) <= stage.Params.model_fields.keys()
        assert set(about.labels.values()) <= {"language", "domain", PART, RULES}


def test_no_kernel_receives_a_dictionary() -> None:
    untyped = [
        f"{file.relative_to(ROOT)}: {function.name}"
        for room in ("cleaning", "training")
        for file in sorted((ROOT / room).rglob("*.py"))
        for function in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef) and _reads_untyped_params(function)
    ]
    assert untyped == []


def _reads_untyped_params(function: ast.FunctionDef) -> bool:
    """Whether it takes a `Work` without the model of its parameters, and reads them."""
    works = {
        argument.arg
        for argument in function.args.args
        if isinstance(argument.annotation, ast.Name) and argument.annotation.id == "Work"
    }
    return any(
        isinstance(node, ast.Attribute)
        and node.attr == "params"
        and isinstance(node.value, ast.Name)
        and node.value.id in works
        for node in ast.walk(function)
    )


def test_the_registry_imports_nothing_heavy() -> None:
    heavy = "{'pydantic', 'pyarrow', 'numpy', 'torch', 'yaml', 'fsspec', 'prefect'}"
    assert (
        python(f"import sys, flows.commands.cli; print({heavy} & sys.modules.keys())") == "set()\n"
    )


def test_the_guide_tells_every_input_of_every_stage() -> None:
    page = (FLOWS_FOLDER / "recipe" / "recipe.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`.+?) \| (.+?) \|", page, re.MULTILINE)
    inputs = {
        (stage, role)
        for roles, stages in rows
        for role in re.findall(r"`(\w+)`", roles)
        for stage in re.findall(r"\w+", re.sub(r"\(.*?\)", "", stages))
    }
    assert inputs == {(a.name, role) for a in ABOUTS for role in load(a.name).inputs}
