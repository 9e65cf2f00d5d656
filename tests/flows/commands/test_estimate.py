"""What a run will cost is told beforehand, from what was measured."""

from __future__ import annotations

import re
from pathlib import Path

from flows.commands.estimate import estimate_recipe
from tests.flows.command import (
    answer,
    write_recipe,
)


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
    told = estimate_recipe(str(mill / "texts.yaml"), str(mill / "store"), ("corpus.mask=[email]",))
    *before, corpus = told["estimate"]
    assert {row["measured"] for row in before} == {"committed"}
    assert [row["seconds"] for row in before] == [0.0] * len(before)
    extract = answer("run", "texts.yaml", cwd=mill)["stages"][0]
    assert before[0]["bytes_out"] == extract["bytes_out"]
    assert 0 < corpus["bytes_in"] <= extract["bytes_out"] and corpus["measured"] == "default"
    assert told["disk"] == corpus["bytes_out"]
    assert told["hours"] == round(corpus["seconds"] / 3600, 3)
