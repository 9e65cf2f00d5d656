"""A small soak of a fixed seed: what is killed or broken ends as if nothing had been; `make soak` is the large one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.store.store import Store
from pipeline.store.verify import repair, verify
from tests.flows.command import answer
from tests.soak import lives, runs
from tests.soak.lives import live
from tests.soak.runs import Run
from tests.soak.world import ORDER, World


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World.make(tmp_path_factory.mktemp("soak"))


@pytest.fixture(autouse=True)
def one_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs of several, and Beam, which these import, are left to tests of the engines."""
    monkeypatch.setattr(runs, "WORKERS", 1)


@pytest.mark.parametrize("stage", ["extract", "pretrain"])
def test_kills_lose_nothing(
    world: World, tmp_path: Path, stage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lives, "KILLS", 1)
    first = ORDER.index(stage) + (len(ORDER) if stage == "extract" else 0)  # in child processes
    wounds = 0
    # On a machine that is suddenly faster a run may end before its kill: then another life, whose kills come sooner.
    for number in range(first, first + 8 * len(ORDER), 2 * len(ORDER)):
        life = live(world, tmp_path, 5, number, None)
        assert life.broken is None
        if wounds := len(life.wounds):
            break
        world.seconds = {name: seconds / 2 for name, seconds in world.seconds.items()}
    assert wounds, "nothing was killed, so nothing is tested"


@pytest.mark.parametrize("fault", ["file too large", "rotten input", "two runs at once"])
def test_faults_lose_nothing(world: World, tmp_path: Path, fault: str) -> None:
    """From `deduplicate` on: those that meet a training are for `make soak`, as are nine kinds more."""
    life = live(world, tmp_path, 3, 5, fault)
    assert life.broken is None
    assert [wound.ended for wound in life.wounds] != ["went on"], "no fault was met"


def test_a_damaged_crawl_is_left_and_told_and_goes_on_from_a_copy(
    world: World, tmp_path: Path
) -> None:
    """What was seen of the web can't be seen again: neither `repair` nor a run puts another in its place."""
    place = tmp_path / "store"
    world.cut(place, "report")
    store = Store(place)
    name = next(p for p in sorted(world.tree) if p.endswith(".warc.gz"))
    (place / name).write_bytes(world.tree[name][:-10])
    verified = verify(store)
    assert verified.damaged == repair(store, verified).left == [name]
    run = Run.start(tmp_path, world.recipe, "embedded")
    assert run.end() == 1
    run.clear_error("can't be made again")
    shutil.copy(world.reference / name, place / name)
    again = answer("run", world.recipe, "--store", str(place))
    assert {s["state"] for s in again["stages"]} == {"reused"}
