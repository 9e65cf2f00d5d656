"""A repair takes what was computed from a damaged file, shard by shard, and a run computes no more than that again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import pytest

from pipeline.model.dataset import Manifest
from pipeline.model.stage import Inputs, Plan, Stage
from pipeline.run.reading import readers
from pipeline.run.runner import Runner
from pipeline.store.prune import prune
from pipeline.store.store import Store
from pipeline.store.verify import repair, verify
from tests.pipeline.chain import chain, totals, tree
from tests.pipeline.mill import Totals


def readers_of(store: Store, manifest: Manifest, paths: Collection[str]) -> set[str]:
    return readers(store, Totals(), manifest, paths)


def spoilt(store: Store, manifest: Manifest) -> str:
    """One file of a dataset, which keeps its size."""
    path = next(f.path for f in manifest.files() if f.bytes > 5)
    victim = Path(store.url, path)
    victim.write_bytes(bytes([victim.read_bytes()[0] ^ 1]) + victim.read_bytes()[1:])
    return path


def test_one_damaged_shard_costs_its_own_line(store: Store, texts: Path) -> None:
    runner = Runner(store, "driver")
    lines, below = chain(runner, texts)
    assert lines.manifest and below.manifest
    before = tree(store)
    path = spoilt(store, lines.manifest)
    gone = repair(store, verify(store), partial(readers_of, store))
    many = len(lines.manifest.shards)
    assert many > 2 and gone.shards == {
        str(lines.manifest.reference): (1, many),
        str(below.manifest.reference): (1, len(below.manifest.shard_folders())),
    }
    assert path.rpartition("/")[0] in gone.removed
    prune(store)  # waits for the run
    first, second = chain(runner, texts)
    assert (first.computed, first.reused) == (1, many - 1)
    assert second.computed == 1, "the sum came out the same, so it and the shares are taken"
    assert tree(store).items() >= before.items()


class Newer(Totals):
    version: ClassVar[int] = 2


class Broken(Totals):
    def plan(self, params: Any, inputs: Inputs, context: Mapping[str, Any]) -> Plan:
        raise KeyError("a bug")


@pytest.mark.parametrize("stage", [Newer(), Broken()])
def test_where_the_plan_says_nothing_of_them_all_shards_may_have_read_it(
    store: Store, texts: Path, stage: Stage
) -> None:
    lines, below = chain(Runner(store, "driver"), texts)
    assert lines.manifest and below.manifest
    path = lines.manifest.files()[0].path
    assert len(readers(store, Totals(), below.manifest, [path])) == 1
    assert readers(store, stage, below.manifest, [path]) == below.manifest.shard_folders()


def test_behind_a_record_that_is_gone_all_shards_may_have_read_it(
    store: Store, texts: Path
) -> None:
    lines, _ = chain(Runner(store, "driver"), texts)
    below = totals(Runner(store, "driver"), lines).manifest
    assert lines.manifest and below
    path = lines.manifest.files()[0].path
    Path(store.url, f"shards/totals/{below.steps['sum'][0]}/shard.json").unlink()
    (read,) = readers(store, Totals(), below, ["none of them", path]) & {
        f"shards/totals/{key}" for key in below.steps["count"]
    }
    shares = {f"shards/totals/{key}" for key in below.steps["share"]}
    assert readers(store, Totals(), below, [path]) == {read, *shares}
