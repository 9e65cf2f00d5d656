"""Faults of the machine under a run: a full disk, rotten bytes, no memory, another run, a lock whose owner died."""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from pipeline.store.backend import SHARD_RECORD
from pipeline.store.store import Store
from pipeline.store.verify import verify
from tests.flows.command import answer
from tests.soak import runs
from tests.soak.check import after_death, same, tidy
from tests.soak.runs import ROOT, Broken, Run
from tests.soak.world import CHAIN, ORDER, World, last_of

AFTER_CRAWL = ORDER[1:-1]
ENGINES = ("embedded", "processes")


def _heal(world: World, folder: Path, engine: str) -> None:
    """Runs to the end without a fault, and sees that nothing is lost, doubled, different or left."""
    settings = ("--set", f"run.engine={engine}", "--set", f"run.workers={runs.WORKERS}")
    answer("run", world.recipe, "--store", str(folder / "store"), *settings)
    same(world, Store(folder / "store"))
    tidy(folder)


def _resumed(run: Run, *sentences: str) -> str:
    """How a run with a fault ended; it may fail with a clear error, or have met the fault too late."""
    code = run.end()
    after_death(run)
    if code == 0:
        return "went on"
    run.clear_error(*sentences)
    return "clear error, resumed"


def full_disk(world: World, folder: Path, chance: random.Random) -> str:
    """The store lies on a disk of its own that fills up somewhere on the way."""
    stage, engine = chance.choice(AFTER_CRAWL), chance.choice(ENGINES)
    world.cut(folder / "before", stage)
    used, needed = _bytes(folder / "before"), _bytes(world.reference)
    with _disk(used + int(chance.uniform(0, 0.9) * (needed - used)) + 8192) as (disk, enlarge):
        shutil.copytree(folder / "before", disk / "store")
        (folder / "store").symlink_to(disk / "store")
        ending = _resumed(Run.start(folder, world.recipe, engine), "full")
        enlarge()
        _heal(world, folder, engine)
        (folder / "store").unlink()
    return ending


def _bytes(folder: Path) -> int:
    """What the files of a folder take on a disk in memory, whose pages are of 4 KiB."""
    files = (p for p in folder.rglob("*") if p.is_file())
    return sum((p.stat().st_size + 4095) // 4096 * 4096 for p in files)


@contextmanager
def _disk(size: int) -> Iterator[tuple[Path, partial[None]]]:
    """A disk in memory of `size` bytes in a namespace of its own, and what makes it large."""
    script = (
        f"mount -t tmpfs -o size={size} none /mnt && echo ready && read line && "
        "mount -o remount,size=1g /mnt && echo ready && read line"
    )
    holder = subprocess.Popen(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdin and holder.stdout

    def enlarge() -> None:
        assert holder.stdin and holder.stdout
        holder.stdin.write("\n")
        holder.stdin.flush()
        assert holder.stdout.readline() == "ready\n"

    try:
        assert holder.stdout.readline() == "ready\n", "no disk in memory: unshare or mount failed"
        yield Path(f"/proc/{holder.pid}/root/mnt"), partial(enlarge)
    finally:
        holder.kill()
        holder.communicate()


def small_files(world: World, folder: Path, chance: random.Random) -> str:
    """No file may grow beyond a limit, as on a file system or under a quota that is used up."""
    stage, engine = chance.choice(AFTER_CRAWL), chance.choice(ENGINES)
    world.cut(folder / "store", stage)
    sizes = [p.stat().st_size for p in (world.reference / "shards").rglob("*") if p.is_file()]
    limit = chance.randint(1000, max(sizes))
    run = Run.start(folder, world.recipe, engine, largest=limit)
    ending = _resumed(run, "larger than this system allows", "is full")
    _heal(world, folder, engine)
    return ending


def rotten_bytes(world: World, folder: Path, chance: random.Random) -> str:
    """A committed file is cut, or a bit of it flips, behind the store's back; `verify` must name it."""
    store = folder / "store"
    world.cut(store, "report")
    victim = chance.choice([p for top in ("shards", "datasets") for p in _files(store / top)])
    name = str(victim.relative_to(store))
    _rot(victim, chance)
    verified = answer("verify", "--repair", "--store", str(store), code=_code(name))
    if verified["damaged"] != [name]:
        raise Broken("damaged", f"{name} is rotten, verify named {verified['damaged']}")
    if name.startswith("shards/crawl"):
        shutil.copy(world.reference / name, victim)  # an edition: from the copy, as it was told
    _heal(world, folder, chance.choice(ENGINES))
    return "named, made again"


def rotten_input(world: World, folder: Path, chance: random.Random) -> str:
    """What a stage reads has rotten unseen: the run notices it, or `verify` does; then it is made anew."""
    store, number = folder / "store", chance.randrange(1, len(CHAIN))
    world.cut(store, ORDER[number])
    stages = ORDER[:number]
    files = [p for s in stages for p in _files(store / "shards" / s) if p.name != SHARD_RECORD]
    victim = chance.choice(files)
    _rot(victim, chance)
    run = Run.start(folder, world.recipe, chance.choice(ENGINES))
    if code := run.end():
        run.clear_error()
    name, damaged = str(victim.relative_to(store)), verify(Store(store)).damaged
    if damaged not in ([name], []) or (code and not damaged):
        raise Broken("damaged", f"{name} is rotten, verify names {damaged}")
    if damaged:
        answer("verify", "--repair", "--store", str(store), code=_code(name))
    if name.startswith("shards/crawl"):
        shutil.copy(world.reference / name, victim)  # an edition: from the copy
    answer("run", world.recipe, "--store", str(store))
    answer("prune", "--keep-runs", "1", "--store", str(store))  # what followed from wrong bytes
    _heal(world, folder, chance.choice(ENGINES))
    return "clear error, resumed" if code else "not read, named" if damaged else "made again"


def _files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file() and "datasets/files" not in str(p))


def _code(name: str) -> int:
    """How a repair ends: a crawl can't be made again, so what of it is damaged is left."""
    return int(name.startswith("shards/crawl"))


def _rot(victim: Path, chance: random.Random) -> None:
    data = bytearray(victim.read_bytes())
    if chance.random() < 0.5 or not data:
        data = data[: chance.randrange(len(data))] if data else bytearray(b"x")
    else:
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    victim.write_bytes(data)


def no_memory(world: World, folder: Path, chance: random.Random) -> str:
    """From a random moment on, a process of the run gets no more memory from the system."""
    stage, engine = chance.choice(AFTER_CRAWL), chance.choice(ENGINES)
    world.cut(folder / "store", stage)
    run = Run.start(folder, world.recipe, engine)
    run.until(lambda: run.stage() is not None)
    end = time.monotonic() + chance.uniform(0, 2)
    run.until(lambda: time.monotonic() >= end)
    victim = chance.choice(run.family("pipeline.engines.child") or [run.process.pid])
    with suppress(OSError):
        pages = int(Path(f"/proc/{victim}/statm").read_text().split()[0])
        limit = pages * resource.getpagesize() + chance.randrange(4_000_000)
        resource.prlimit(victim, resource.RLIMIT_AS, (limit, limit))
    # Where the system has no memory even for an error, a process may die of it; of glibc's loader with 127.
    code = run.end()
    dead = code < 0 or (code == 127 and "cannot allocate memory" in run.errors)
    ending = "killed, resumed" if dead else _resumed(run)
    after_death(run)
    _heal(world, folder, engine)
    return ending


def crashed_parser(world: World, folder: Path, chance: random.Random) -> str:
    """A page crashes native code over and over: its file is named, and what other shards made stays."""
    world.cut(folder / "store", "extract")
    page = chance.choice(sorted(world.extracted))
    trap = {"SOAK_TRAP": page, "PYTHONPATH": f"{ROOT}/tests/soak/trap:{ROOT}"}
    run = Run.start(folder, world.recipe, chance.choice(ENGINES), **trap)
    if run.end() != 1:
        raise Broken("unclear", f"{page} crashed no parser: {run.errors[-300:]}")
    run.clear_error("its process died 3 times, last by SIGSEGV")
    if f"/{world.extracted[page]}, shard " not in run.errors:
        raise Broken("unclear", f"the file of {page} is not named: {run.errors[-300:]}")
    after_death(run)
    _heal(world, folder, chance.choice(ENGINES))
    return "clear error, resumed"


def two_runs(world: World, folder: Path, chance: random.Random) -> str:
    """Two runs of one recipe at once do the work of one, each shard once."""
    stage = chance.choice(AFTER_CRAWL)
    world.cut(folder / "store", stage)
    both = [Run.start(folder, world.recipe, chance.choice(ENGINES)) for _ in range(2)]
    for run in both:
        run.ended_well()
    done = sum(s["shards"]["computed"] for run in both for s in run.answer()["stages"])
    ahead = ORDER[ORDER.index(stage) : ORDER.index(last_of(stage)) + 1]
    needed = sum(world.computed[s] for s in ahead if s in world.computed)
    if done != needed:
        raise Broken("doubled", f"{done} shards were computed, {needed} were needed")
    _heal(world, folder, "embedded")
    return "each shard computed once"


def one_of_two(world: World, folder: Path, chance: random.Random) -> str:
    """Of two runs at once one is killed at a random moment: the other does the rest."""
    stage = chance.choice(AFTER_CRAWL)
    world.cut(folder / "store", stage)
    victim, other = (Run.start(folder, world.recipe, chance.choice(ENGINES)) for _ in range(2))
    victim.until(lambda: victim.stage() is not None)
    end = time.monotonic() + chance.uniform(0, world.seconds[stage])
    victim.until(lambda: time.monotonic() >= end)
    victim.process.kill()
    victim.end()
    other.ended_well()
    after_death(other)
    _heal(world, folder, "embedded")
    return "the other went on"


def dead_owner(world: World, folder: Path, chance: random.Random) -> str:
    """The owner of a lock stands still, another waits for it, the owner dies: the other goes on."""
    world.cut(folder / "store", chance.choice(AFTER_CRAWL))
    owner = Run.start(folder, world.recipe, chance.choice(ENGINES))
    if owner.until(lambda: owner.stage() is not None):
        os.kill(owner.process.pid, signal.SIGSTOP)
    other = Run.start(folder, world.recipe, chance.choice(ENGINES))
    waited = other.until(lambda: "waiting for another run of it" in other.errors, 60)
    owner.process.kill()
    owner.process.wait()
    other.ended_well()
    after_death(other)
    _heal(world, folder, "embedded")
    return "waited, went on" if waited else "went on"


FAULTS = {
    "full disk": full_disk,
    "file too large": small_files,
    "rotten bytes": rotten_bytes,
    "rotten input": rotten_input,
    "no memory": no_memory,
    "crashed parser": crashed_parser,
    "two runs at once": two_runs,
    "one of two runs killed": one_of_two,
    "a dead owner's lock": dead_owner,
}
