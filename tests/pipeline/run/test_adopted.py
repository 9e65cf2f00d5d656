"""A dataset may take the files of several of its steps as they are: nothing is copied, and all of it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from pipeline.model.dataset import Manifest, Shard
from pipeline.model.ledger import Documents, Ledger
from pipeline.model.stage import Inputs, Plan, Stage, Step, Task, Work
from pipeline.run.runner import Runner
from pipeline.store.prune import prune
from pipeline.store.store import Store
from pipeline.store.verify import repair, verify

LEDGER = Ledger(documents=Documents(in_=1, kept=1))


class Sides(Stage):
    """Two groups of columns for each of three shards, each a step of its own."""

    name = "sides"
    gives = ("sides",)

    def plan(self, params: Any, inputs: Inputs, context: Mapping[str, Any]) -> Plan:
        groups = []
        for group in ("left", "right"):
            tasks = [Task({}, {"group": group, "of": number}) for number in range(3)]
            groups.append((yield Step(group, "tests.pipeline.run.test_adopted:write", tasks)))
        return [
            Shard.adopting(row, LEDGER, {"of": n})
            for n, row in enumerate(zip(*groups, strict=True))
        ]


def write(work: Work) -> None:
    group = work.params["group"]
    work.output(group, f"{group}.txt").write_text(f"{group} of {work.params['of']}")


@pytest.fixture
def manifest(store: Store) -> Manifest:
    manifest = Runner(store, "driver").run(Sides(), Sides.Params(), {}).manifest
    assert manifest
    return manifest


def test_each_shard_has_the_files_of_all_its_groups(store: Store, manifest: Manifest) -> None:
    contents = [[store.fetch(f).read_text() for f in shard.files] for shard in manifest.shards]
    assert contents == [[f"left of {n}", f"right of {n}"] for n in range(3)]
    assert [f.part for f in manifest.shards[0].files] == ["left", "right"]
    assert manifest.ledger.documents and manifest.ledger.documents.kept == 3
    assert len(store.backend.folders("shards/sides")) == 6
    assert store.manifest(manifest.reference) == manifest


def test_the_adopted_files_are_kept_checked_and_made_again(
    store: Store, manifest: Manifest
) -> None:
    assert prune(store).shards == 0
    lost = manifest.shards[1].one("right")
    store.backend.remove(lost.path)
    assert store.lost(manifest) == lost.path
    assert verify(store).damaged == [lost.path]
    repair(store, verify(store))
    result = Runner(store, "driver").run(Sides(), Sides.Params(), {})
    assert (result.computed, result.state) == (1, "committed")
    assert verify(store).damaged == []
