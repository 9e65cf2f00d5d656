"""Kills what computes a step on Flink, in every step of every stage from the crawl to the index of the tokens.

The soak kills at random moments; this leaves no step out. A small recipe (that of the soak, with every level of
`deduplicate`) runs on a local cluster once in peace and once for each victim: the `workers` of each step while its job
runs, its `task manager` with them, or its `driver`, which a new one goes on from (where the driver computes a step
itself, as it begins it). At the end every byte must be that of a run in one process that was never killed, no document
lost or doubled; a crawl must hold the same pages, each once. The table says what died in each step; the exit code is
1 where a step was missed or a byte differs. `--victims` chooses some.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT))

from flows.chain.chain import Chain  # noqa: E402
from flows.recipe import recipe as recipes  # noqa: E402
from flows.server.recording import run_stages  # noqa: E402
from flows.small_web.server import serve  # noqa: E402
from pipeline.errors import TahonaError  # noqa: E402
from pipeline.run.runner import Watcher, Watchers  # noqa: E402
from pipeline.store.store import Store  # noqa: E402
from tests.flink.cluster import Local, local, missing  # noqa: E402
from tests.flink.killing import VICTIMS, Killer, Place, Seen, Suicide, Victim  # noqa: E402
from tests.soak.check import same, same_pages  # noqa: E402
from tests.soak.runs import Broken  # noqa: E402
from tests.soak.world import ORDER, World  # noqa: E402

LATER = ORDER[1 : ORDER.index("index") + 1]  # what follows on the crawl and a cluster computes


def served(recipe: str, folder: Path, resolve: dict[str, str]) -> str:
    """The recipe over a web that outlives its driver, as the real one does."""
    content = yaml.safe_load(Path(recipe).read_text(encoding="utf-8"))
    del content["serve"]
    path = folder / "served" / Path(recipe).name
    path.parent.mkdir()
    path.write_text(yaml.safe_dump({**content, "resolve": resolve}, sort_keys=False))
    return str(path)


def run(recipe: str, store: Path, last: str, *watchers: Watcher) -> None:
    """The stages as far as `last`, on the cluster that the environment names."""
    read = recipes.read(recipe, ["run.engine=flink", "run.workers=2"])
    _, stages = read.chosen(None, None)
    chain = Chain(read, Store(store), watchers=Watchers(watchers))
    run_stages(chain, [], stages[: stages.index(last) + 1])


def driver(recipe: str, store: Path, last: str, place: Place, job: bool) -> None:
    """A run that dies in a step; in a process of its own."""
    run(recipe, store, last, Suicide(place, job))


def drivers(recipe: str, store: Path, last: str, seen: Seen, hit: list[Place]) -> None:
    """Runs that die one after the other, each in the next step; adds the steps in which one died."""
    jobs = seen.jobs()
    for place in seen.places:
        life = multiprocessing.get_context("spawn").Process(
            target=driver, args=(recipe, store, last, place, place in jobs)
        )
        life.start()
        life.join()
        if life.exitcode == -signal.SIGKILL:
            hit.append(place)


def killed(
    recipe: str,
    store: Path,
    last: str,
    victim: Victim,
    cluster: Local,
    seen: Seen,
    hit: list[Place],
) -> None:
    """Runs the stages to `last` with a kill in each of their steps; adds the steps that were hit."""
    if victim == "driver":
        drivers(recipe, store, last, seen, hit)
        run(recipe, store, last)
        return
    killer = Killer(cluster, victim, seen.jobs())
    try:
        run(recipe, store, last, killer)
    finally:
        killer.end()
        hit += killer.hit


@dataclass
class Stretch:
    """Stages that are killed together: from `first` to `last`, of a store in which all before is made."""

    first: str
    last: str
    check: Callable[[World, Store], None]


STRETCHES = [Stretch("crawl", "crawl", same_pages), Stretch(LATER[0], LATER[-1], same)]


def table(seen: list[Place], jobs: list[Place], hits: dict[Victim, list[Place]]) -> str:
    """By step, whether each victim died in it; what the driver computes itself has no other victim."""
    lines = [f"| step | {' | '.join(hits)} |", "|---|" + "---|" * len(hits)]
    for place in seen:
        cells = [
            "died"
            if place in hit
            else "missed"
            if victim == "driver" or place in jobs
            else "the driver's own"
            for victim, hit in hits.items()
        ]
        lines.append(f"| {' '.join(place)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--victims", choices=VICTIMS, nargs="+", default=VICTIMS)
    arguments = parser.parse_args()
    if lacking := missing():
        print(f"no kills: {lacking}", file=sys.stderr)
        return 1
    folder = Path(tempfile.mkdtemp(prefix="tahona-kills-"))
    world = World.make(folder)
    places: list[Place] = []
    jobs: list[Place] = []
    hits: dict[Victim, list[Place]] = {victim: [] for victim in arguments.victims}
    broken = 0
    with local() as cluster, serve() as web:
        os.environ.update(cluster.settings)
        recipe = served(world.recipe, folder, web.resolve)
        for stretch in STRETCHES:
            calm, seen = folder / f"calm-{stretch.first}", Seen()
            world.cut(calm, stretch.first, stretch.last)
            run(recipe, calm, stretch.last, seen)
            stretch.check(world, Store(calm))
            places += seen.places
            jobs += seen.jobs()
            for victim in arguments.victims:
                begun, store = time.monotonic(), folder / f"{victim}-{stretch.first}"
                world.cut(store, stretch.first, stretch.last)
                try:
                    killed(recipe, store, stretch.last, victim, cluster, seen, hits[victim])
                    stretch.check(world, Store(store))
                except (Broken, TahonaError) as error:
                    broken += 1
                    print(f"BROKEN {victim} from {stretch.first} on: {error} (kept in {store})")
                stretch_name = f"{victim}, {stretch.first} to {stretch.last}"
                print(f"{stretch_name}: {time.monotonic() - begun:.0f} s", flush=True)
    print(table(places, jobs, hits))
    met = sum(map(len, hits.values()))
    missed = sum(len(places if victim == "driver" else jobs) for victim in hits) - met
    if not broken:
        shutil.rmtree(folder)
    figures = {"steps": len(places), "on_flink": len(jobs), "kills": met}
    print(
        json.dumps(
            {"benchmark": "kills", "figures": {**figures, "missed": missed, "broken": broken}}
        )
    )
    return int(bool(missed or broken))


if __name__ == "__main__":
    sys.exit(main())
