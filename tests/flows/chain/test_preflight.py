"""What can be known at the start is told at the start: nothing is computed first, the exit code is 2."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.flows.command import ARTICLES, answer, inside, tahona, write_recipe

ROOT = str(Path(__file__).parents[3])


@pytest.fixture
def mill(tmp_path: Path) -> Path:
    """A folder with some texts and a recipe that ends in a model."""
    (tmp_path / "texts").mkdir()
    for path in sorted(ARTICLES.rglob("*.md"))[:6]:
        shutil.copy(path, tmp_path / "texts" / f"{path.stem}.txt")
    write_recipe(tmp_path, ["texts/*.txt"], tokenizer=None, shard=None, pretrain=None)
    return tmp_path


def refused(folder: Path, *words: str, run: Any = inside, **extra: str) -> str:
    """The one sentence of a command that must not have done any work."""
    done = run(*words, cwd=folder, **extra)
    assert done.returncode == 2, done.stderr
    assert not list((folder / "store").glob("shards/*"))
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: ")
    return line


def test_a_training_stage_without_torch_is_told_before_the_crawl(mill: Path) -> None:
    (mill / "without").mkdir()
    (mill / "without" / "sitecustomize.py").write_text("import sys\nsys.modules['torch'] = None\n")
    path = {"PYTHONPATH": os.pathsep.join([str(mill / "without"), ROOT])}
    line = refused(mill, "run", "texts.yaml", run=tahona, **path)
    assert "texts.yaml, line " in line and "key stages.pretrain: needs torch" in line
    assert "pip install '.[train]' in the folder" in line
    # What does not train needs none.
    done = tahona("run", "texts.yaml", "--until", "extract", cwd=mill, **path)
    assert done.returncode == 0, done.stderr


def test_weights_that_are_not_here_are_told_before_anything_is_read(
    mill: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cleaning.language.weights.weights_installed", lambda: None)
    line = refused(mill, "run", "texts.yaml")
    assert "key stages.annotate: the language model lid.176.ftz is not here" in line
    answer("run", "texts.yaml", "--until", "extract", cwd=mill)


def test_a_device_that_is_not_there_is_told_before_the_training_only(mill: Path) -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("this machine has CUDA")
    cuda = ("--set", "run.device=cuda")
    line = refused(mill, "run", "texts.yaml", *cuda)
    assert "--set run.device=cuda, key run.device: there is no CUDA device here" in line
    answer("run", "texts.yaml", *cuda, "--until", "extract", cwd=mill)
    # Nor does another recipe of that name take its place in this store, unless it is a copy or the first went.
    other = mill / "other.yaml"
    until = ("run", "other.yaml", "--until", "extract")
    shutil.copy(mill / "texts.yaml", other)
    answer(*until, cwd=mill)
    with other.open("a") as end:
        end.write("# changed\n")
    answer(*until, cwd=mill)
    done = inside("run", "texts.yaml", "--until", "extract", cwd=mill)
    assert done.returncode == 2 and "key name: the recipe" in done.stderr
    other.unlink()
    answer("run", "texts.yaml", "--until", "extract", cwd=mill)


@pytest.mark.parametrize(
    ("changed", "remedy"),
    [
        (["parameters=1000000000000"], "choose a smaller pretrain.preset"),
        (["batch=1000000000", "micro_batch=1000000000"], "set pretrain.micro_batch lower than"),
    ],
)
def test_a_model_that_no_memory_here_holds_is_told_before_the_data(
    mill: Path, changed: list[str], remedy: str
) -> None:
    sets = [word for change in changed for word in ("--set", f"pretrain.{change}")]
    done = inside("run", "texts.yaml", *sets, cwd=mill)
    assert done.returncode == 1 and not list((mill / "store").glob("shards/*"))
    assert "key stages.pretrain: the run can't fit: it needs about " in done.stderr
    assert remedy in done.stderr


@pytest.mark.parametrize("stage", ["tokenizer", "extract"])
def test_a_pin_to_what_the_store_has_not_is_told_with_its_line(mill: Path, stage: str) -> None:
    recipe = mill / "texts.yaml"
    recipe.write_text(recipe.read_text() + f"pin:\n  {stage}: abc123\n")
    number = len(recipe.read_text().splitlines())
    line = refused(mill, "run", "texts.yaml")
    assert f"texts.yaml, line {number}, key pin.{stage}: there is no dataset {stage}/abc123" in line


@pytest.mark.parametrize("store", ["file", "file/below"])
def test_a_store_that_is_a_file_is_a_wrong_command(mill: Path, store: str) -> None:
    (mill / "file").write_text("")
    line = refused(mill, "run", "texts.yaml", "--store", store)
    assert f"{mill}/{store} is a file" in line


def test_what_to_run_first_is_said_with_the_recipe_as_it_was_given(mill: Path) -> None:
    folder = mill / "recipes of mine"
    folder.mkdir()
    text = (mill / "texts.yaml").read_text().replace("texts/*", "../texts/*")
    (folder / "other.yaml").write_text(text)
    line = refused(mill, "run", "recipes of mine/other.yaml", "--from", "annotate")
    assert "run `tahona run 'recipes of mine/other.yaml' --until extract` first" in line
    line = refused(mill, "run", "texts.yaml", "--from", "tokenizer")
    assert "stage extract of texts: run `tahona run texts.yaml --until corpus` first" in line


def test_a_wrong_start_is_the_error_of_the_json_too(mill: Path) -> None:
    done = inside("run", "texts.yaml", "--json", "--set", "pin.extract=abc", cwd=mill)
    assert done.returncode == 2
    (line,) = done.stdout.splitlines()
    assert "pin.extract" in json.loads(line)["error"]


@pytest.mark.parametrize(
    ("form", "domain", "early"),
    [
        ("csv", None, True),
        ("csv", "legal", False),
        ("jsonl", None, False),
        ("jsonl", "legal", False),
    ],
)
def test_a_domain_that_no_table_can_give_is_told_at_once_and_else_after_it_was_read(
    mill: Path, form: str, domain: str | None, early: bool
) -> None:
    row = {"text": "Un texto que no es muy largo. " * 30} | ({"domain": domain} if domain else {})
    table = f"{','.join(row)}\n{','.join(row.values())}\n"
    (mill / f"rows.{form}").write_text(table if form == "csv" else json.dumps(row) + "\n")
    write_recipe(
        mill, [f"rows.{form}"], tokenizer=None, shard=None, pretrain={"budgets": {"noticias": 100}}
    )
    recipe = mill / "texts.yaml"
    recipe.write_text(recipe.read_text().replace("reader: text", f"reader: {form}"))
    done = inside("run", "texts.yaml", cwd=mill)
    assert done.returncode == 2, done.stderr
    name = domain or "news"
    assert f"names the domain 'noticias', which no document has: choose from {name}" in done.stderr
    assert "budgets.noticias" in done.stderr
    stages = {path.name for path in (mill / "store" / "datasets").glob("*")} - {"files"}
    assert stages == (set() if early else {"extract"})


def test_a_tokenizer_does_not_weigh_a_domain_that_no_document_has(mill: Path) -> None:
    (mill / "rows.jsonl").write_text(json.dumps({"text": "Un texto no muy largo. " * 30}) + "\n")
    write_recipe(mill, ["rows.jsonl"], tokenizer={"weights": {"legal": 1}})
    recipe = mill / "texts.yaml"
    recipe.write_text(recipe.read_text().replace("reader: text", "reader: jsonl"))
    done = inside("run", "texts.yaml", cwd=mill)
    assert done.returncode == 2, done.stderr
    assert "names the domain 'legal', which no document has: choose from news" in done.stderr
    assert not (mill / "store/datasets/annotate").exists()
