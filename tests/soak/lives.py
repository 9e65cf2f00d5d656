"""A life: a store cut off at a stage, runs that are killed or meet a fault, and one that ends; then the checks."""

from __future__ import annotations

import os
import random
import shutil
import signal
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.store.store import Store
from tests.flink.cluster import Local
from tests.soak.check import after_death, same, same_pages, tidy
from tests.soak.faults import ENGINES, FAULTS
from tests.soak.kills import outcome, outlives_child, wound
from tests.soak.runs import Broken, Run, family
from tests.soak.servers import SERVERS
from tests.soak.world import DATA, ORDER, World

KILLS = 8  # of one life
ALL_FAULTS = {**FAULTS, **SERVERS}


@dataclass(frozen=True)
class Wound:
    """What was done to a run, where, on which engine, and what it ended in."""

    kind: str
    stage: str
    engine: str
    ended: str


@dataclass
class Life:
    """What happened in one life; `broken` is the promise that was not kept, and how it was seen."""

    number: int
    wounds: list[Wound] = field(default_factory=list)
    broken: tuple[str, str] | None = None


def live(
    world: World,
    folder: Path,
    seed: int,
    number: int,
    fault: str | None,
    cluster: Local | None = None,
) -> Life:
    """The life of that number of a seed: the same plan each time, though the machine chooses the moments.

    With a cluster it computes the data stages there. A folder of a life that kept every promise is removed.
    """
    life, place = Life(number), folder / str(number)
    place.mkdir()
    chance = random.Random(f"{seed} {number}")
    stage, engine = ORDER[number % len(ORDER)], ENGINES[number // len(ORDER) % 2]
    if cluster:
        stage, engine = DATA[number % len(DATA)], "flink"
    try:
        if fault:
            life.wounds.append(Wound(fault, "", "", ALL_FAULTS[fault](world, place, chance)))
        else:
            _kills(world, place, stage, engine, chance, life, cluster)
    except Exception as error:
        promise = error.promise if isinstance(error, Broken) else "unclear"
        life.broken = promise, f"life {number} ({fault or f'{stage}, {engine}'}): {error!r}"
    else:
        shutil.rmtree(place)
    for process in family(place) + (cluster.workers() if cluster else []):
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    return life


def _kills(
    world: World,
    folder: Path,
    stage: str,
    engine: str,
    chance: random.Random,
    life: Life,
    cluster: Local | None,
) -> None:
    world.cut(folder / "store", stage)
    run = Run.start(folder, world.recipe, engine, cluster=cluster)
    for _ in range(KILLS):
        if (way := wound(world, run, stage, engine, chance)) is None:
            break
        at = run.stage() or "report"
        if way in {"child", "worker", "task manager"} and outlives_child(run):
            life.wounds.append(Wound(way, at, engine, "went on"))
            continue
        life.wounds.append(Wound(way, at, engine, outcome(run, way)))
        run = Run.start(folder, world.recipe, engine, cluster=cluster)
    run.ended_well()
    after_death(run)
    if cluster:  # what a worker wrote after its order was gone, the next run clears away
        run = Run.start(folder, world.recipe, engine, cluster=cluster)
        run.ended_well()
        after_death(run)
    store = Store(folder / "store")
    if stage == "crawl":
        same_pages(world, store)
    else:
        same(world, store)
    page = folder / "store/reports/soak/index.html"
    if not page.read_text(encoding="utf-8").rstrip().endswith("</html>"):
        raise Broken("damaged", f"{page} is no whole page")
    tidy(folder)
