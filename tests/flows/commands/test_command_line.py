"""What people and scripts rely on: help, completion, one clear sentence for every error, and an answer at once."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import chdir, redirect_stdout
from pathlib import Path
from unittest.mock import patch

import pytest

from flows.commands import exit_codes
from flows.commands.cli import guarded
from flows.commands.parameter_help import keys
from flows.stages import STAGES
from tests.flows.command import (
    answer,
    arguments,
    environment,
    inside,
    signals_as_they_were,
    tahona,
    write_recipe,
)

HEAVY = {"torch", "apache_beam", "prefect", "trafilatura", "pyarrow", "numpy", "scrapy", "fsspec"}


def test_the_help_of_a_stage_lists_its_parameters_with_their_defaults() -> None:
    for name in STAGES:
        asked = inside(name, "--help")
        assert asked.returncode == 0, asked.stderr
        for key, line in keys(name):
            assert re.search(rf"^  {key}\s+\[", asked.stdout, re.M), f"{name}.{key}"
            assert not line.endswith("]"), f"{name}.{key} has no sentence"
    output = " ".join(inside("filter", "--help").stdout.split())
    assert 'rules [default "spanish"] a preset' in output and "--set filter.KEY" in output


def test_help_answers_at_once_and_imports_nothing_heavy() -> None:
    assert min(_seconds("--help") for _ in range(5)) < 0.5
    code = "import sys, flows.commands.cli; print(*{m.partition('.')[0] for m in sys.modules})"
    loaded = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True)
    assert not HEAVY & set(loaded.stdout.split())


def _seconds(*words: str, cwd: Path | None = None) -> float:
    """The processor seconds of a command: waiting for a busy machine is not its work."""
    before = os.times()
    assert tahona(*words, cwd=cwd).returncode == 0
    after = os.times()
    return sum(after[2:4]) - sum(before[2:4])


def test_committed_work_is_reused_at_once_without_what_only_work_needs(mill: Path) -> None:
    """A plain rerun is at most 20 times an empty Python (the benchmark startup); what would cost it is not imported."""
    again = answer("run", "texts.yaml", cwd=mill)["stages"]
    assert {(s["state"], s["shards"]["computed"]) for s in again} == {("reused", 0)}
    assert min(_seconds("run", "texts.yaml", cwd=mill) for _ in range(2)) < 3
    code = (
        "import sys; from flows.commands import cli; assert not cli.guarded(['run', 'texts.yaml']); "
        "print(*sys.modules)"
    )
    loaded = subprocess.run(
        [sys.executable, "-P", "-c", code],
        cwd=mill,
        env=environment(),
        capture_output=True,
        text=True,
    )
    needless = {
        "rich",
        "psutil",
        "lxml",
        "w3lib",
        "urllib.request",
        "http.client",
        "ssl",
    }
    assert loaded.stdout and not (HEAVY | needless) & set(loaded.stdout.split())


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("st",), ["status"]),
        (("run", "quick"), ["quickstart"]),
        (("run", "te"), ["texts.yaml"]),
        (("run", "texts.yaml", "--until", "de"), ["deduplicate"]),
        (("filter", "texts.yaml", "--set", "filter.lang"), ["filter.languages="]),
        (("run", "none.yaml", "--until", ""), []),
    ],
)
def test_a_shell_completes_commands_recipes_stages_and_parameters(
    mill: Path, words: tuple[str, ...], offered: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    variables = {
        "_TAHONA_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(("tahona", *words)),
        "COMP_CWORD": str(len(words)),
    }
    with pytest.raises(SystemExit), chdir(mill), patch.dict(os.environ, variables):
        guarded([])
    assert capsys.readouterr().out.split() == [f"plain,{word}" for word in offered]


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("status", "texts.yaml"), 0, ""),
        (("status", "no.yaml", "--json"), 2, "error: the recipe no.yaml"),
    ],
)
def test_a_reader_that_has_gone_changes_nothing(
    mill: Path, words: tuple[str, ...], code: int, says: str
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    pipes = {"stdout": writing, "stderr": subprocess.PIPE}
    done = subprocess.run(arguments(*words), cwd=mill, env=environment(), text=True, **pipes)
    os.close(writing)
    assert done.returncode == code, done.stderr
    assert done.stderr.startswith(says) and done.stderr.count("\n") == bool(says)


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("run", "nothing.yaml"), 2, "nothing.yaml"),
        (("run", "texts.yaml", "--set", "filter.langages=[es]"), 2, "langages"),
        (("run", "texts.yaml", "--until", "pretrain"), 2, "pretrain"),
        (("run", "texts.yaml", "--from", "corpus", "--until", "extract"), 2, "corpus"),
        (("run", "texts.yaml", "--sample", "200%"), 2, "100%"),
        (("extract", "texts.yaml", "--shards", "3/2"), 2, "I/N"),
        (("corpus", "texts.yaml", "--store", "new"), 2, "run `tahona run"),
        (("lineage", "corpus/123abc"), 2, "corpus/123abc"),
        (("verify", "--store", "nowhere"), 2, "nowhere"),
        (("run", "texts.yaml", "--store", "."), 2, "holds other files and is no store"),
        (("status", "texts.yaml", "--store", "texts.yaml"), 2, "is a file, or lies below one"),
        (("verify", "--store", "texts.yaml/store"), 2, "is a file, or lies below one"),
        (("runn", "texts.yaml"), 2, "did you mean the command 'run'?"),
        (("frobnicate",), 2, "frobnicate"),
    ],
)
def test_a_wrong_command_is_one_clear_sentence(
    mill: Path, words: tuple[str, ...], code: int, says: str
) -> None:
    done = inside(*words, cwd=mill)
    assert done.returncode == code
    assert says in done.stderr and "Traceback" not in done.stderr


def test_pages_alone_take_the_port_that_the_error_names() -> None:
    done = inside("serve", "--no-prefect", "--port", "4333")
    assert done.returncode == 2 and "their port is --pages-port" in done.stderr


def test_a_log_has_one_line_a_record_and_no_empty_answer(mill: Path) -> None:
    done = tahona("run", "texts.yaml", cwd=mill)
    assert done.stdout == ""
    *stages, report, informe = done.stderr.splitlines()
    assert [line.split()[0] for line in stages] == [
        *("extract", "annotate", "filter", "deduplicate", "corpus")
    ]
    assert all("reused" in line and "kept" in line for line in stages)
    assert max(map(len, stages)) > 80 and report.startswith("report: ")
    assert informe == report.replace("report:", "informe:").replace("index.html", "index.es.html")


PACKAGES = ("cleaning", "flows", "pipeline", "training")
DATA = {".css", ".csv", ".html", ".js", ".json", ".npz", ".yaml"}


def packed(folder: Path) -> set[Path]:
    """What is no code in the packages of a folder, and is read when they run."""
    files = (path for name in PACKAGES for path in (folder / name).rglob("*"))
    return {path.relative_to(folder) for path in files if path.suffix in DATA}


def test_an_installed_wheel_runs_beside_folders_with_our_names(tmp_path: Path) -> None:
    """With a text in which nothing is masked: each loop is compiled anew there."""
    root = Path(__file__).parents[3]
    site, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    source = tmp_path / "source"
    source.mkdir()
    for path in root.iterdir():  # a folder `store` there is no package
        if path.name in PACKAGES:
            shutil.copytree(path, source / path.name, ignore=shutil.ignore_patterns(".*"))
        elif path.is_file():
            shutil.copy(path, source)
    # It builds the wheel itself; most of the bytecode is not needed.
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    options = ["--no-deps", "--no-build-isolation", "--no-compile", "--target", str(site)]
    subprocess.run([*pip, *options, str(source)], check=True)
    assert packed(site) == packed(root) and len(packed(site)) > 30
    for name in PACKAGES:
        (elsewhere / name).mkdir(parents=True)
        (elsewhere / name / "__init__.py").write_text("raise SystemExit('the wrong package')")
    (elsewhere / "a.txt").write_text(
        "El panadero enciende el horno y abre la puerta de su casa.\n" * 9
    )
    write_recipe(elsewhere, ["a.txt"])
    # The script of the wheel, as an installer would write it for this interpreter.
    script = site / "bin" / "tahona"
    done = subprocess.run(
        [
            sys.executable,
            str(script),
            "extract",
            "texts.yaml",
            "--set",
            "run.engine=processes",
            "--json",
        ],
        cwd=elsewhere,
        env=environment(PYTHONPATH=str(site)),
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout.splitlines()[-1])["stages"][-1]["state"] == "committed"
    assert list((site / "flows" / "small_web" / "articles").rglob("*.md"))


@pytest.mark.parametrize("encoding", ["latin-1", "ascii"])
def test_what_a_terminal_can_not_write_stands_there_in_escapes(encoding: str) -> None:
    """A UnicodeEncodeError would end a command whose work is done."""
    answer = {"name": "año…", "text": ["año…"]}
    for words, expected in (((), "año…"), (("--json",), '{"name": "año…"}')):
        terminal = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
        with redirect_stdout(terminal), signals_as_they_were():
            assert exit_codes.guarded(lambda: dict(answer), list(words)) == 0
        line = terminal.buffer.getvalue().decode(encoding)  # type: ignore[attr-defined]
        if words:
            assert json.loads(line) == json.loads(expected)
        else:
            assert line == expected.encode(encoding, "backslashreplace").decode(encoding) + "\n"
