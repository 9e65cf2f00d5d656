"""Servers that fail under a run: Prefect, which records it, and the object store that holds everything."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

from pipeline.store.store import Store
from tests.flows.server.prefect_server import Server
from tests.pipeline.faults import FaultyProxy
from tests.pipeline.objects import CREDENTIALS, new_bucket, s3_server
from tests.soak.check import after_death, same, tidy
from tests.soak.faults import AFTER_CRAWL, ENGINES
from tests.soak.runs import Broken, Run
from tests.soak.world import World

RATES = {"slowdown": 0.02, "error": 0.01, "slow": 0.02, "reset": 0.01, "lost": 0.01, "torn": 0.01}
RUNS = 3  # that are killed or fail, before one on a store that is well again


def lost_server(world: World, folder: Path, chance: random.Random) -> str:
    """The Prefect server that records a run is killed midway: the record ends, the run goes on."""
    world.cut(folder / "store", chance.choice(AFTER_CRAWL))
    (folder / "home").mkdir()
    server = Server(folder / "home")
    try:
        server.ready()
        run = Run.start(folder, world.recipe, chance.choice(ENGINES), **server.variables)
        run.until(lambda: run.stage() is not None)
        end = time.monotonic() + chance.uniform(0, 2)
        run.until(lambda: time.monotonic() >= end)
        recorded = not run.alive()
        os.killpg(server.process.pid, signal.SIGKILL)
        run.ended_well()
    finally:
        server.close()
    if not recorded and "the run goes on unrecorded" not in run.errors:
        raise Broken("unclear", f"nobody said that the record ended: {run.errors[-300:]}")
    same(world, Store(folder / "store"))
    tidy(folder)
    return "went on"


def faulty_store(world: World, folder: Path, chance: random.Random) -> str:
    """An object store that refuses, resets and loses requests, and kills on top of it."""
    import s3fs

    engine = chance.choice(ENGINES)
    world.cut(folder / "before", chance.choice(AFTER_CRAWL))
    seed, places = chance.randrange(1 << 30), set()
    with s3_server() as url, FaultyProxy(url, seed, RATES) as proxy:
        keys = (CREDENTIALS["AWS_ACCESS_KEY_ID"], CREDENTIALS["AWS_SECRET_ACCESS_KEY"])
        bucket = new_bucket(url)
        direct = s3fs.S3FileSystem(
            key=keys[0], secret=keys[1], endpoint_url=url, skip_instance_cache=True
        )
        direct.put(f"{folder}/before/", f"{bucket}/store/", recursive=True)
        variables = {**CREDENTIALS, "AWS_ENDPOINT_URL": proxy.url}
        place = f"s3://{bucket}/store"
        for left in range(RUNS, -1, -1):
            proxy.rates = dict(RATES) if left else {}
            run = Run.start(folder, world.recipe, engine, store=place, **variables)
            places.add(
                _ended(run, chance.uniform(2, 20) if left and chance.random() < 0.7 else None)
            )
        run.ended_well()
        direct.get(f"{bucket}/store/", f"{folder}/store/", recursive=True)
    same(world, Store(folder / "store"))
    return ", ".join(sorted(places))


def _ended(run: Run, seconds: float | None) -> str:
    """What became of a run on the object store that is killed after some seconds, if at all."""
    if seconds is not None:
        end = time.monotonic() + seconds
        if run.until(lambda: time.monotonic() >= end):
            run.process.kill()
    code = run.end()
    after_death(run)
    if code > 0:
        run.clear_error()
    return "ended" if code == 0 else "killed" if code < 0 else "clear error"


SERVERS = {"lost Prefect server": lost_server, "faulty object store": faulty_store}
