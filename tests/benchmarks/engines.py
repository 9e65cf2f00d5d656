"""Measures the engines: how two workers scale, what Flink costs, and that none of them changes a byte.

`scaling_2` is the speed of two workers over the summed speed of two independent copies that run at the
same time (1 is perfect): both use the machine in the same way, so that its noise cancels. `flink_ratio` is the
speed on a local Flink cluster, starts of jobs and all, over that of `processes` (null without Java and Maven).
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from pipeline.model.stage import Inputs, Params, Plan, Stage, Step, Task, Work  # noqa: E402
from pipeline.run.runner import Runner  # noqa: E402
from pipeline.store.store import Store  # noqa: E402
from tests.flink.cluster import local, missing  # noqa: E402


class Grind(Stage):
    """Shards of pure Python, which holds the GIL: the hardest to run in parallel."""

    name = "grind"
    gives = ("flour",)

    class Params(Params):
        shards: int
        rounds: int
        batch: int = 0

    def plan(self, params: Any, inputs: Inputs, context: Mapping[str, Any]) -> Plan:
        shards = yield Step(
            "grind",
            "tests.benchmarks.engines:grind",
            [
                Task({}, {"shard": [params.batch, n], "rounds": params.rounds})
                for n in range(params.shards)
            ],
        )
        return shards


def grind(work: Work) -> None:
    value = json.dumps(work.params).encode()
    for _ in range(work.params["rounds"]):
        value = hashlib.sha256(value).digest()
    work.output("flour", "flour.txt").write_text(value.hex())


def worker(workers: int, shards: int, rounds: int) -> None:
    """A run in a process of its own: warms up, waits for a word, prints the seconds of the work."""
    with tempfile.TemporaryDirectory() as folder:
        runner = Runner(Store(folder), "processes", workers)
        runner.run(Grind(), Grind.Params(shards=2 * workers, rounds=1, batch=1), {})
        print("warm", flush=True)
        sys.stdin.readline()
        begun = time.perf_counter()
        runner.run(Grind(), Grind.Params(shards=shards, rounds=rounds), {})
        print(time.perf_counter() - begun, flush=True)
        runner.close()


def seconds(copies: int, workers: int, shards: int, rounds: int) -> list[float]:
    """The seconds of independent runs of `shards` shards each that start at the same time."""
    command = [sys.executable, __file__, "--worker", str(workers), str(shards), str(rounds)]
    runs = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(copies)
    ]
    for run in runs:
        assert run.stdout and run.stdout.readline() == "warm\n"
    for run in runs:
        assert run.stdin
        run.stdin.write("go\n")
        run.stdin.flush()
    return [float(run.communicate()[0]) for run in runs]


def scaling(shards: int, rounds: int, repeats: int) -> list[float]:
    """Speed of two workers over the summed speed of two copies of one worker, once a repeat."""
    measured = []
    for _ in range(repeats):
        (together,) = seconds(1, 2, shards, rounds)
        apart = seconds(2, 1, shards, rounds)
        measured.append((shards / together) / sum(shards / s for s in apart))
        print(f"two workers {together:.2f} s, two copies {apart} s", file=sys.stderr)
    return measured


def flink_ratio(shards: int, rounds: int, repeats: int) -> float:
    """Speed of two workers on Flink over that of two child processes, in turns."""
    taken: dict[str, list[float]] = {"processes": [], "flink": []}
    for number in range(repeats):
        for engine, measured in taken.items():
            with tempfile.TemporaryDirectory() as folder:
                runner = Runner(Store(folder), engine, 2)  # type: ignore[arg-type]
                runner.run(Grind(), Grind.Params(shards=4, rounds=1, batch=1), {})  # warms up
                begun = time.perf_counter()
                runner.run(Grind(), Grind.Params(shards=shards, rounds=rounds), {})
                measured.append(time.perf_counter() - begun)
                runner.close()
        print(f"turn {number}: { ({e: m[-1] for e, m in taken.items()}) }", file=sys.stderr)
    processes, flink = (statistics.median(measured) for measured in taken.values())
    return processes / flink


def same_bytes(flink: bool) -> bool:
    """Whether every engine with 1 to 3 workers leaves the same files."""
    trees = []
    engines = ["embedded", "processes", *(["flink"] if flink else [])]
    for engine, workers in itertools.product(engines, (1, 3)):
        with tempfile.TemporaryDirectory() as folder:
            runner = Runner(Store(folder), engine, workers)  # type: ignore[arg-type]
            runner.run(Grind(), Grind.Params(shards=7, rounds=100), {})
            runner.close()
            files = [p for top in ("shards", "datasets") for p in Path(folder, top).rglob("*")]
            trees.append({p.relative_to(folder): p.read_bytes() for p in files if p.is_file()})
    return all(tree == trees[0] for tree in trees)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--worker", nargs=3, type=int)
    arguments = parser.parse_args()
    if arguments.worker:
        worker(*arguments.worker)
        return
    shards, rounds, repeats = (16, 800_000, 3) if arguments.quick else (32, 2_000_000, 5)
    figures: dict[str, Any] = {
        "scaling_2": round(statistics.median(scaling(shards, rounds, repeats)), 3),
        "flink_ratio": None,
    }
    if lacking := missing():
        print(f"no flink_ratio: {lacking}", file=sys.stderr)
        figures["same_bytes"] = same_bytes(flink=False)
    else:
        with local() as (_, settings):
            os.environ.update(settings)
            figures["flink_ratio"] = round(flink_ratio(shards, rounds, repeats), 3)
            figures["same_bytes"] = same_bytes(flink=True)
    print(json.dumps({"benchmark": "engines", "figures": figures}))


if __name__ == "__main__":
    main()
