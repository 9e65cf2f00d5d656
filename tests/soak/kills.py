"""Kills at random moments: of the run, of one of its processes, of all; and requests to stop."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from pipeline.store.backend import machine
from tests.soak.check import after_death
from tests.soak.runs import Run
from tests.soak.world import ORDER, World


def wound(world: World, run: Run, stage: str, engine: str, chance: random.Random) -> str | None:
    """Kills something of a run at a random moment from the beginning of `stage` on: how; None if it ended before."""
    ways = ["parent", "parent", "group", "stop"]
    ways += ["worker"] * 3 + ["task manager"] if engine == "flink" else ["in a write"]
    ways += ["crawler"] * 5 if stage == "crawl" else ["child"] * 3 if engine != "flink" else []
    way = chance.choice(ways)
    if not run.until(lambda: _has_begun(world, run, stage)):
        return None
    at = run.stage() or stage
    later = ORDER[ORDER.index(at) :] if chance.random() < 0.15 else [at]
    end = time.monotonic() + chance.uniform(0, sum(world.seconds[s] for s in later))
    run.until(lambda: time.monotonic() >= end)
    victims = list(_victims(way, run))
    if not run.alive():
        return None
    way = way if victims else "parent"  # a step without children, or without a file for a while
    victim = chance.choice(victims or [run.process.pid])
    with suppress(ProcessLookupError):
        if way == "group":
            os.killpg(victim, signal.SIGKILL)
        else:
            os.kill(victim, signal.SIGTERM if way == "stop" else signal.SIGKILL)
    return way


def _has_begun(world: World, run: Run, stage: str) -> bool:
    if stage == "report":  # no lock tells of it, but the run's record has its end before
        begun = (run.folder / f"{run.number}.out").stat().st_mtime
        records = Path(run.store, "runs").glob("*/*.json")
        return any(
            r.stat().st_mtime > begun and '"end": null' not in r.read_text() for r in records
        )
    return run.stage() is not None


def _victims(way: str, run: Run) -> Iterator[int]:
    if way == "child":
        run.until(lambda: run.family("pipeline.engines.child"), 5)
        yield from run.family("pipeline.engines.child")
    elif way == "crawler":
        run.until(lambda: run.family("cleaning.crawl.process"), 5)
        yield from run.family("cleaning.crawl.process")
    elif way == "worker" and run.cluster:
        run.until(run.cluster.workers, 5)
        yield from run.cluster.workers()
    elif way == "task manager" and run.cluster:
        yield from run.cluster.task_managers()
    elif way == "in a write":
        if run.until(lambda: _writing(run), 5, pause=0.005):
            yield run.process.pid
    else:
        yield run.process.pid


def _writing(run: Run) -> bool:
    """Whether a file is half-written in the store's tmp/ by the run or one of its children."""
    for folder in Path(run.store, "tmp").glob(f"{machine()}-*"):
        with suppress(OSError):
            if any(file.stat().st_size for file in folder.rglob("*") if file.is_file()):
                return True
    return False


def outlives_child(run: Run) -> bool:
    """Whether a run goes on for a while after one of its children or workers was killed."""
    return not run.until(lambda: False, 0.5) and run.alive()


def outcome(run: Run, way: str) -> str:
    """Sees a wounded run to its end: what became of it, in one word or two."""
    code = run.end()
    after_death(run)
    if code == 0:
        return "went on"
    if code == 75 and way == "stop":
        return "stopped, resumed"
    if code < 0 and way in {"parent", "group", "in a write", "stop"}:
        return "killed, resumed"
    run.clear_error("its process died 3 times", "its Flink job died 3 times", "run again to go on")
    return "clear error, resumed"
