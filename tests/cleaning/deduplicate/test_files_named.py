"""Each task names the files that it reads; what a store of before computed under longer names is not computed again."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from cleaning.deduplicate.plan import groups
from cleaning.deduplicate.stage import Deduplicate
from pipeline.model.key import task_key
from pipeline.model.stage import Stage, Step, Task
from pipeline.run import runner
from pipeline.store.store import Store
from tests.cleaning import planted
from tests.cleaning.deduplicate.deduplicated import build, decided
from tests.cleaning.planted import altered, prose
from tests.pipeline.opened import unopened


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shard of four documents fills the memory of a task: each is a group of its own."""
    monkeypatch.setattr(groups, "POSTING", 2e5)


def old_and_new(folder: Path, **params: Any) -> tuple[Any, list[Any]]:
    """Inputs of a new edition of one text of the second of three shards of an old one, and what was not opened."""
    texts = [[(f"o{i}{n}", prose(10 * i + n, 60)) for n in range(4)] for i in range(3)]
    first, _ = build(folder, texts, **params)
    shutil.rmtree(folder / "documents")
    new = [("n0", altered(texts[1][2][1], 1, 0.02)), ("n1", prose(99, 60))]
    inputs = {"documents": [planted.documents(folder / "new", [new])], "earlier": [first]}
    with unopened() as left:
        planted.run(folder / "store", Deduplicate(), inputs, **params)
    return inputs, left


@pytest.mark.parametrize("containment", [0.8, None])
def test_no_task_names_a_file_that_it_does_not_read(
    tmp_path: Path, containment: float | None
) -> None:
    _, left = old_and_new(tmp_path, memory=16, containment=containment)
    assert left == []


def by_former_names(
    store: Store, stage: Stage, step: Step, held_keys: Collection[str], tasks: Sequence[Task]
) -> list[str]:
    """The keys under which an earlier version committed the same work."""
    return [task_key(stage, step, task.formerly or task) for task in tasks]


def test_what_was_committed_under_former_names_is_taken_and_made_again_there(
    tmp_path: Path,
) -> None:
    with patch.object(runner, "keys", by_former_names):
        inputs, _ = old_and_new(tmp_path, memory=16, containment=None)
    store = tmp_path / "store"
    stage = Deduplicate()
    params = {"memory": 16, "containment": None}
    again, missing = planted.run(store, stage, inputs, **params)
    assert missing == {}
    before = decided(store, again)
    manifest = store / f"datasets/{again.reference}/manifest.json"

    # Without its manifest its shards are found by their keys; one that was lost is made again where it lay.
    content = manifest.read_bytes()
    manifest.unlink()
    again, missing = planted.run(store, stage, inputs, **params)
    assert set(missing.values()) == {0}
    assert manifest.read_bytes() == content
    for step in ("buckets", "cards", "candidates", "pairs", "decisions"):
        for key in again.steps[step]:
            shutil.rmtree(store / f"shards/deduplicate/{key}")
    again, missing = planted.run(store, stage, inputs, **params)
    assert missing["cards"] == len(again.steps["cards"]) and missing["signatures"] == 0
    assert manifest.read_bytes() == content
    assert decided(store, again) == before
