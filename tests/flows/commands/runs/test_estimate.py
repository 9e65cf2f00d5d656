"""What a run will cost is told beforehand, from what was measured."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from flows.commands.runs.estimate import estimate_recipe
from pipeline.errors import UsageError
from pipeline.model.about import RUN
from tests.flows.command import (
    answer,
    write_recipe,
)
from tests.pipeline.web_folder import served


def test_an_estimate_tells_bytes_hours_and_disk_and_writes_nothing(
    mill: Path, tmp_path: Path
) -> None:
    store = tmp_path / "none"
    result = answer("run", "texts.yaml", "--estimate", "--store", str(store), cwd=mill)
    assert result["bytes_in"] == sum(f.stat().st_size for f in (mill / "texts").iterdir())
    assert result["hours"] >= 0 and result["disk"] > 0 and result["not_estimated"] == []
    assert not store.exists()
    stages = dict.fromkeys(("tokenizer", "shard", "pretrain", "evaluate"))
    trained = estimate_recipe(
        write_recipe(tmp_path, [str(mill / "texts/*.txt")], **stages), str(store), ()
    )
    assert trained["not_estimated"] == ["evaluate"]
    pretrain = trained["estimate"][-1]
    assert pretrain["stage"] == "pretrain" and pretrain["bytes_in"] > 0 < pretrain["seconds"]
    assert pretrain["measured"].startswith("default, a ")
    head, *_, left, total = trained["text"]
    assert head.split() == ["stage", "reads", "writes", "takes", "speed", "from"]
    assert re.search(r"[\d.]+\s(s|min|h) on \d+ workers and [\d.]+\s(bytes|kB|MB) of disk", total)
    assert left == "evaluate: not estimated" and total.startswith("without them ")


def test_what_is_committed_costs_nothing_more_and_feeds_what_is_estimated(mill: Path) -> None:
    """Also after more reruns than the newest few that are read for speeds."""
    estimate = estimate_recipe(
        str(mill / "texts.yaml"), str(mill / "store"), ("corpus.mask=[email]",)
    )
    *before, corpus = estimate["estimate"]
    assert {row["measured"] for row in before} == {"committed"}
    assert [row["seconds"] for row in before] == [0.0] * len(before)
    extract = answer("run", "texts.yaml", cwd=mill)["stages"][0]
    assert before[0]["bytes_out"] == extract["bytes_out"]
    assert 0 < corpus["bytes_in"] <= extract["bytes_out"] and corpus["measured"] == "default"
    assert estimate["disk"] == corpus["bytes_out"]
    # A run and a stage begin, however little they read.
    assert corpus["seconds"] >= 0.1 and estimate["hours"] == round(estimate["seconds"] / 3600, 3)
    assert estimate["seconds"] == pytest.approx(RUN + corpus["seconds"], abs=0.1)
    assert estimate_recipe(str(mill / "texts.yaml"), str(mill / "store"), ())["seconds"] == 0


def test_an_estimate_of_some_stages_is_of_those_alone(mill: Path, tmp_path: Path) -> None:
    recipe, none = str(mill / "texts.yaml"), str(tmp_path / "none")
    whole = estimate_recipe(recipe, none, ())["estimate"]
    last = whole[-1]["stage"]
    assert estimate_recipe(recipe, none, (), last=whole[1]["stage"])["estimate"] == whole[:2]
    assert estimate_recipe(recipe, none, (), first=last)["estimate"] == whole[-1:]
    with pytest.raises(UsageError, match="nosuch"):
        estimate_recipe(recipe, none, (), last="nosuch")


def test_files_on_the_web_count_with_their_bytes(mill: Path, tmp_path: Path) -> None:
    with served(mill / "texts") as (url, requests):
        recipe = write_recipe(tmp_path, [f"{url}/"])
        estimate = estimate_recipe(recipe, str(tmp_path / "none"), (), last="extract")
    assert estimate["bytes_in"] == sum(f.stat().st_size for f in (mill / "texts").iterdir())
    assert not any(request.endswith(".txt") for request in requests if request.startswith("GET"))


def test_many_small_files_take_longer_than_their_bytes_and_a_person_is_told(tmp_path: Path) -> None:
    text = "El horno de leña se enciende al alba. " * 4
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(800):
        (folder / f"{number}.json").write_text(json.dumps({"text": f"{number} {text}"}))
        with (tmp_path / "one.jsonl").open("a") as lines:
            lines.write(json.dumps({"text": f"{number} {text}"}) + "\n")
    sentences = {}
    for name in ("many/*.json", "one.jsonl"):
        write_recipe(tmp_path, [name])
        recipe = (tmp_path / "texts.yaml").read_text().replace("reader: text", "reader: auto")
        (tmp_path / "texts.yaml").write_text(recipe + "  x: {stage: corpus}\n")
        sentences[name] = estimate_recipe(str(tmp_path / "texts.yaml"), str(tmp_path / "none"), ())
    many, one = sentences.values()
    assert abs(many["bytes_in"] - one["bytes_in"]) < 1000
    rows = zip(many["estimate"], one["estimate"], strict=True)
    assert all(a["seconds"] > 10 * max(b["seconds"], 0.1) for a, b in rows)
    assert "in one archive (zip, tar) or one file of lines they are one" in many["text"][-1]
    assert not any("archive" in line for line in one["text"])
