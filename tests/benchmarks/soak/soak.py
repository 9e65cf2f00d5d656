"""Kills runs at random moments, in every stage and engine, and breaks the machine under them; counts what was lost.

Each life begins from a store cut off at a stage, is wounded several times, and then runs to its end. At the
end every byte must be that of a run that was never killed (a crawl must hold the same pages, each once),
`verify` clean, no process left, nothing left half-written. Whoever breaks a promise is named with the number
of its life and keeps its folder; the same seed and number repeat its plan.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from copy import copy
from itertools import count
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT))

from pipeline.store.store import Store  # noqa: E402
from tests.flink.cluster import Local, local, missing  # noqa: E402
from tests.soak.check import after_death, same  # noqa: E402
from tests.soak.faults import ENGINES  # noqa: E402
from tests.soak.lives import ALL_FAULTS, Life, live  # noqa: E402
from tests.soak.runs import Run  # noqa: E402
from tests.soak.world import DATA, ORDER, World  # noqa: E402

AT_ONCE = 3  # lives
FIRST_FAULT = 10_000  # the number of the first life with a fault
FIRST_FLINK = 20_000  # and of the first on a cluster
ON_FLINK = 5  # every so manieth kill falls there
PROMISES = ("lost", "doubled", "different", "damaged", "stray", "left", "hung", "unclear")


@contextmanager
def flink() -> Iterator[Local | None]:
    """A cluster; None, and a word why, where there can be none."""
    with ExitStack() as stack:
        why, cluster = missing(), None
        if not why:
            try:
                cluster = stack.enter_context(local())
            except RuntimeError as error:
                why = str(error)
        if why:
            print(f"no life runs on Flink: {why}", flush=True)
        yield cluster


def on_flink(
    world: World, folder: Path, seed: int, kills: int, end: float, cluster: Local | None
) -> list[Life]:
    """Lives on a cluster, one after the other."""
    lives: list[Life] = []
    if not cluster:
        return lives
    world = _timed(world, folder, cluster)
    for number in count(FIRST_FLINK):
        if count_kills(lives) >= kills or time.monotonic() > end:
            break
        lives.append(tell(live(world, folder, seed, number, None, cluster)))
    return lives


def _timed(world: World, folder: Path, cluster: Local) -> World:
    """The world with the seconds that each stage takes on the cluster, from a run in peace."""
    place = folder / "flink"
    world.cut(place / "store", DATA[0], DATA[-1])
    run = Run.start(place, world.recipe, "flink", cluster=cluster)
    run.ended_well()
    after_death(run)
    same(world, Store(run.store))
    world = copy(world)
    world.seconds = world.seconds | {s["stage"]: s["seconds"] for s in run.answer()["stages"]}
    return world


def soak(world: World, folder: Path, seed: int, kills: int, rounds: int, end: float) -> list[Life]:
    """Lives, AT_ONCE at a time: every fifth meets a fault, `rounds` of each in all; the rest are killed."""
    of_kills, of_faults = count(), count(FIRST_FAULT)  # their numbers
    faults = list(ALL_FAULTS) * rounds
    lives: list[Life] = []
    running: set[Future[Life]] = set()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for turn in count():
            enough = count_kills(lives) >= kills
            if enough and not faults:
                break
            fault = faults.pop(0) if faults and (enough or turn % 5 == 4) else None
            number = next(of_faults if fault else of_kills)
            running.add(pool.submit(live, world, folder, seed, number, fault))
            if len(running) == AT_ONCE:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                lives += [tell(future.result()) for future in done]
            if time.monotonic() > end:
                print("stopped: the time is over")
                break
        lives += [tell(future.result()) for future in running]
    return lives


def count_kills(lives: Iterable[Life]) -> int:
    return sum(wound.kind not in ALL_FAULTS for life in lives for wound in life.wounds)


def tell(life: Life) -> Life:
    """A line as each life ends."""
    line = "; ".join(f"{w.kind} {w.stage} {w.engine}: {w.ended}" for w in life.wounds)
    print(
        f"{life.number:4} {line}",
        *([f"BROKEN {life.broken[1]}"] if life.broken else []),
        flush=True,
    )
    return life


def tables(lives: list[Life]) -> str:
    """What was done by kind and what it ended in; and the kills by stage and engine."""
    engines = [*ENGINES, *(["flink"] if any(life.number >= FIRST_FLINK for life in lives) else [])]
    wounds = [wound for life in lives for wound in life.wounds]
    ended = Counter((w.kind, w.ended) for w in wounds)
    lines = ["| what was done | times | what it ended in |", "|---|---:|---|"]
    for kind, times in Counter(w.kind for w in wounds).most_common():
        ends = ", ".join(f"{n} {e}" for (k, e), n in ended.most_common() if k == kind)
        lines.append(f"| {kind} | {times} | {ends} |")
    places = Counter((w.stage, w.engine) for w in wounds if w.stage)
    lines += ["", f"| kills in | {' | '.join(engines)} |", "|---|" + "---:|" * len(engines)]
    for stage in ORDER:
        cells = [str(places[stage, engine]) for engine in engines]
        lines.append(f"| {stage} | {' | '.join(cells)} |")
    return "\n".join(lines)


def figures(lives: list[Life], seed: int) -> dict[str, Any]:
    """How many kills and faults, and how many lives broke each promise."""
    kills, wounds = count_kills(lives), sum(len(life.wounds) for life in lives)
    broken = Counter(life.broken[0] for life in lives if life.broken)
    counted = {promise: broken[promise] for promise in PROMISES}
    on_flink = count_kills(life for life in lives if life.number >= FIRST_FLINK)
    counts = {"kills": kills, "kills_flink": on_flink, "faults": wounds - kills}
    return {**counts, **counted, "lives": len(lives), "seed": seed}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="24 kills and one fault of each kind")
    parser.add_argument("--flink", action="store_true", help="only kills, and all on Flink")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--minutes", type=float, default=60, help="begin no new life after that")
    arguments = parser.parse_args()
    kills, rounds = (24, 1) if arguments.quick else (200, 3)
    seed = arguments.seed
    print(f"seed {seed}", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="tahona-soak-"))
    end = time.monotonic() + 60 * arguments.minutes
    world = World.make(folder)
    print(f"a run in peace: {len(world.tree)} files, {len(world.documents)} documents", flush=True)
    with flink() as cluster, ThreadPoolExecutor(1) as pool:
        there = kills if arguments.flink else kills // ON_FLINK if cluster else 0
        beside = pool.submit(on_flink, world, folder, seed, there, end, cluster)
        lives = [] if arguments.flink else soak(world, folder, seed, kills - there, rounds, end)
        lives += beside.result()
    print(tables(lives))
    for life in lives:
        if life.broken:
            print(f"BROKEN {life.broken[1]} (kept in {folder / str(life.number)})")
    summary = figures(lives, seed)
    if not any(life.broken for life in lives):
        shutil.rmtree(folder)
    print(json.dumps({"benchmark": "soak", "figures": summary}))
    return int(not lives or any(summary[promise] for promise in PROMISES))


if __name__ == "__main__":
    sys.exit(main())
