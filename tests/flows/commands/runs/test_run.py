"""A run answers as promised, and computes what is new and nothing else."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from flows.commands.runs.run import run_recipe
from tests.flows.command import (
    ARTICLES,
    answer,
    arguments,
    environment,
    inside,
    write_recipe,
)
from tests.flows.commands.conftest import TEXTS


def states(result: dict) -> dict[str, tuple[str, int]]:
    return {s["stage"]: (s["state"], s["shards"]["computed"]) for s in result["stages"]}


def test_run_answers_as_promised(mill: Path) -> None:
    result = answer("run", "texts.yaml", cwd=mill)
    assert set(result) >= {"recipe", "run", "store", "stages", "report"}
    assert Path(result["report"]).is_file()
    for stage in result["stages"]:
        assert set(stage) >= {
            *("stage", "fingerprint", "state", "seconds", "shards"),
            *("documents", "bytes_in", "bytes_out"),
        }
        documents = stage["documents"]
        removed = sum(documents["removed"].values())
        assert documents["in"] == documents["kept"] + removed + documents["quarantined"]
    extract, corpus = result["stages"][0], result["stages"][-1]
    assert extract["documents"]["in"] == TEXTS and corpus["documents"]["kept"] > TEXTS / 2


def test_a_changed_threshold_runs_only_what_it_touches(copy: Path) -> None:
    result = answer("run", "texts.yaml", "--set", "filter.languages=[ca]", cwd=copy)
    states_now = states(result)
    assert states_now["extract"] == ("reused", 0) and states_now["annotate"] == ("reused", 0)
    assert states_now["filter"] == ("committed", TEXTS)  # the decisions, not the edits
    assert result["stages"][2]["documents"]["removed"]["language"] > TEXTS / 2


def test_a_change_of_a_stage_that_neither_runs_nor_is_read_is_told(
    copy: Path, caplog: pytest.LogCaptureFixture
) -> None:
    recipe, store = str(copy / "texts.yaml"), str(copy / "store")
    changes = ("deduplicate.threshold=0.5", "extract.largest=9000000", "run.workers=1")
    run_recipe(recipe, store, (*changes, "filter.edits=true"), "filter", "filter")
    (message,) = (r.getMessage() for r in caplog.records if "changes nothing" in r.getMessage())
    assert message == (
        "warning: --set deduplicate.threshold=0.5 changes nothing here: "
        "deduplicate does not run, and nothing that runs reads it"
    )


def test_a_change_of_a_stage_that_is_taken_as_it_is_is_told(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe, store = str(copy / "texts.yaml"), str(copy / "store")
    run_recipe(recipe, store, ["filter.languages=[gl]"], "corpus", "corpus")
    warnings = [x for x in capsys.readouterr().err.splitlines() if "taken as it is" in x]
    assert (
        len(warnings) == 1 and "--set filter.languages=[gl] does not change filter/" in warnings[0]
    )
    run_recipe(recipe, store, ["filter.languages=[gl]"], "filter", "filter")
    assert "taken as it is" not in capsys.readouterr().err


def test_a_dataset_that_is_named_and_not_made_here_is_read_whatever_is_changed(copy: Path) -> None:
    store = str(copy / "store")
    (fingerprint,) = (path.name for path in (copy / "store/datasets/corpus").iterdir())
    text = (copy / "texts.yaml").read_text().partition("stages:")[0]
    text = text.replace("name: ", "name: exported-", 1)
    recipe = copy / "export.yaml"
    recipe.write_text(f"{text}stages: {{export: }}\npin: {{corpus: '{fingerprint}'}}\n")
    changes = ["export.formats=[jsonl]"]
    (row,) = run_recipe(str(recipe), store, changes, "export", "export")["stages"]
    assert row["state"] == "committed" and row["documents"]["in"] > TEXTS / 2


def test_one_more_file_computes_its_own_shards_up_to_deduplication(copy: Path) -> None:
    one_more = sorted(ARTICLES.rglob("*.md"))[30]
    shutil.copy(one_more, copy / "texts" / "zz-one-more.txt")
    states_now = states(answer("run", "texts.yaml", cwd=copy))
    assert [states_now[s] for s in ("extract", "annotate", "filter")] == [
        ("committed", 1),
        ("committed", 3),  # a group of signals each
        ("committed", 3),  # what its site repeats, its edits and its decisions
    ]


def test_a_sample_is_a_fixed_part_of_the_records(mill: Path, tmp_path: Path) -> None:
    store = str(tmp_path / "store")
    first, again, more = (
        answer("run", "texts.yaml", "--until", "extract", "--sample", s, "--store", store, cwd=mill)
        for s in ("50%", "0.5", "80%")
    )
    counts = [r["stages"][0]["documents"]["in"] for r in (first, again, more)]
    assert 0 < counts[0] < TEXTS and counts[0] == counts[1] <= counts[2]
    assert first["stages"][0]["fingerprint"] == again["stages"][0]["fingerprint"]


def test_an_input_that_is_missing_or_altered_is_named(copy: Path) -> None:
    victim = sorted((copy / "texts").iterdir())[3]
    shutil.rmtree(copy / "store")
    recipe = write_recipe(copy, [f"texts/{victim.name}"], name="one")
    victim.unlink()
    done = inside("run", recipe, cwd=copy)
    assert done.returncode == 2 and victim.name in done.stderr


def test_a_store_that_cannot_be_written_is_refused_before_any_work(mill: Path) -> None:
    done = inside("run", "texts.yaml", "--store", "/proc/store", cwd=mill)
    assert done.returncode == 1 and "/proc/store" in done.stderr and "Traceback" not in done.stderr


def test_a_slice_tells_whether_more_is_left(copy: Path) -> None:
    place = ("--store", str(copy / "sliced"))
    first, second = (
        inside("extract", "texts.yaml", "--shards", f"{n}/2", *place, cwd=copy) for n in (1, 2)
    )
    assert "slice 1 of 2 is computed, and others of its step are not yet" in first.stderr
    assert "0 bytes" not in first.stderr
    again = f"tahona extract texts.yaml --store {place[1]}"  # elsewhere nothing would be left
    assert f"so are the others: `{again}` does what is left, and commits" in second.stderr
    (runs,) = (copy / "sliced/runs").iterdir()
    kept = json.loads(max(runs.glob("*.json")).read_text())
    later = json.dumps({**kept, "stages": [], "datasets": {}})
    for number in range(41):  # a slice is one however many runs of other stages came after it
        (runs / f"9999{number:04}T000000.json").write_text(later)
    (stage, *_) = answer("status", "texts.yaml", *place, cwd=copy)["stages"]
    assert stage["state"] == "partial"
    assert second.stderr.splitlines()[-1].endswith(stage["news"][0])
    (stage,) = answer("extract", "texts.yaml", *place, cwd=copy)["stages"]
    assert stage["state"] == "committed" and stage["shards"]["computed"] == 0
    (stage, *_) = answer("status", "texts.yaml", *place, cwd=copy)["stages"]
    assert stage["state"] == "committed" and not stage["news"]


def test_a_file_that_one_may_not_read_is_named_with_its_place_in_the_recipe(copy: Path) -> None:
    """Also where it was read before, so that its digest is known."""
    path = sorted((copy / "texts").iterdir())[0]
    path.chmod(0)
    command = arguments("run", "texts.yaml")
    if os.getuid() == 0:  # who may read everything, unless that is taken away
        if not (setpriv := shutil.which("setpriv")):
            pytest.skip("root may read everything, and setpriv is not here")
        command = [setpriv, "--bounding-set", "-dac_override,-dac_read_search", *command]
    done = subprocess.run(command, cwd=copy, env=environment(), capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith("error: texts.yaml, line ") and done.stderr.count("\n") == 1
    assert f"key sources.articles.files: an input can't be read ({path}: Perm" in done.stderr
