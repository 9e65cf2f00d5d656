"""Measures the engines: how two workers scale, what Flink costs, and that none of them changes a byte.

All of them annotate and deduplicate `documents` real paragraphs (`mb` megabytes) in `shards`; fastText holds the GIL.
`scaling_2` (of `processes`, and of `embedded`) is the speed of two workers over the summed speed of two independent
copies that run at the same time (1 is perfect): both use the machine in the same way, so that its noise cancels.
`flink_ratio` is the speed on a local Flink cluster over that of `processes`, both less a run of as many shards of one
text each, which is what starting costs (`flink_start_s`; null without Java and Maven). `same_bytes`: every engine with
one and with three workers leaves the same files. `--only` measures some of that.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from itertools import cycle, islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT))

from cleaning.annotate.stage import Annotate  # noqa: E402
from cleaning.deduplicate.stage import Deduplicate  # noqa: E402
from pipeline.model.dataset import Manifest  # noqa: E402
from pipeline.run.runner import Runner  # noqa: E402
from pipeline.store.store import Store  # noqa: E402
from tests.benchmarks.deduplicate.signatures import spanish_texts  # noqa: E402
from tests.cleaning import planted  # noqa: E402
from tests.flink.cluster import local, missing  # noqa: E402

SHARDS = 16
PARTS = ["processes", "embedded", "flink", "bytes"]
ROWS = 1024  # documents of a row group, as `extract` writes them
SHORTEST = 100  # code points of a paragraph


def build(folder: Path, count: int) -> float:
    """Writes datasets of `count` texts, of a few and of one a shard; the megabytes of the first."""
    paragraphs = [p for text in spanish_texts(70) for p in text.split("\n") if len(p) >= SHORTEST]
    texts = [(f"{i:08}", text) for i, text in enumerate(islice(cycle(paragraphs), count))]
    for name, chosen in (("all", texts), ("some", texts[:320]), ("one", texts[:SHARDS])):
        documents = planted.documents(
            folder / name, [chosen[i::SHARDS] for i in range(SHARDS)], ROWS
        )
        (folder / f"{name}.json").write_text(json.dumps(documents.to_json()))
    return sum(len(text.encode()) for _, text in texts) / 1e6


def documents(folder: Path, name: str) -> Manifest:
    return Manifest.from_json(json.loads((folder / f"{name}.json").read_text()))


def work(runner: Runner, documents: Manifest) -> float:
    """The seconds of both stages."""
    begun = time.perf_counter()
    runner.run(Annotate(), Annotate.Params(), {"documents": [documents]})
    runner.run(Deduplicate(), Deduplicate.Params(most=1), {"documents": [documents]})
    return time.perf_counter() - begun


def worker(folder: Path, engine: Any, workers: int) -> None:
    """A run in a process of its own: warms up, waits for a word, prints the seconds of the work."""
    with tempfile.TemporaryDirectory() as store:
        runner = Runner(Store(store), engine, workers)
        work(runner, documents(folder, "one"))
        print("warm", flush=True)
        sys.stdin.readline()
        print(work(runner, documents(folder, "all")), flush=True)
        runner.close()


def seconds(folder: Path, engine: str, copies: int, workers: int) -> list[float]:
    """The seconds of independent runs over all documents that start at the same time."""
    command = [sys.executable, __file__, "--worker", str(folder), engine, str(workers)]
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


def scaling(folder: Path, engine: str, repeats: int) -> float:
    """Speed of two workers over the summed speed of two copies of one worker; the median."""
    measured = []
    for _ in range(repeats):
        (together,) = seconds(folder, engine, 1, 2)
        apart = seconds(folder, engine, 2, 1)
        measured.append((1 / together) / sum(1 / s for s in apart))
        print(f"{engine}: two workers {together:.2f} s, two copies {apart} s", file=sys.stderr)
    return statistics.median(measured)


def on_flink(folder: Path, repeats: int) -> dict[str, float]:
    """Speed of two workers on Flink over that of two child processes, in turns, starts apart; of the medians."""
    taken: dict[str, list[float]] = {"processes": [], "flink": []}
    starts = []
    for number in range(repeats):
        for engine, measured in taken.items():
            with tempfile.TemporaryDirectory() as store:
                runner = Runner(Store(store), engine, 2)  # type: ignore[arg-type]
                work(runner, documents(folder, "some"))  # warms up
                starts.append(work(runner, documents(folder, "one")))
                measured.append(work(runner, documents(folder, "all")) - starts[-1])
                runner.close()
        print(f"turn {number}: { ({e: m[-1] for e, m in taken.items()}) }", file=sys.stderr)
    processes, flink = (statistics.median(measured) for measured in taken.values())
    start = statistics.median(starts[1::2])
    return {"flink_ratio": round(processes / flink, 3), "flink_start_s": round(start, 1)}


def same_bytes(folder: Path, flink: bool) -> bool:
    """Whether every engine with 1 and 3 workers leaves the same files."""
    trees = []
    engines = ["embedded", "processes", *(["flink"] if flink else [])]
    for engine, workers in itertools.product(engines, (1, 3)):
        with tempfile.TemporaryDirectory() as store:
            runner = Runner(Store(store), engine, workers)  # type: ignore[arg-type]
            work(runner, documents(folder, "some"))
            runner.close()
            files = [p for top in ("shards", "datasets") for p in Path(store, top).rglob("*")]
            trees.append({p.relative_to(store): p.read_bytes() for p in files if p.is_file()})
    return all(tree == trees[0] for tree in trees)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--documents", type=int, help="else 100,000, and 1,000 with --quick")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--only", choices=PARTS, nargs="+", default=PARTS)
    parser.add_argument("--worker", nargs=3)
    arguments = parser.parse_args()
    if arguments.worker:
        folder, engine, workers = arguments.worker
        worker(Path(folder), engine, int(workers))
        return
    count = arguments.documents or (1_000 if arguments.quick else 100_000)
    repeats, parts = arguments.repeats, arguments.only
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        place = Path(name)
        figures: dict[str, Any] = {"documents": count, "mb": round(build(place, count), 1)}
        figures["shards"] = SHARDS
        if "processes" in parts:
            figures["scaling_2"] = round(scaling(place, "processes", repeats), 3)
        if "embedded" in parts:
            figures["scaling_2_embedded"] = round(scaling(place, "embedded", repeats), 3)
        lacking = missing()
        if {"flink", "bytes"} & set(parts):
            if lacking:
                print(f"no flink_ratio: {lacking}", file=sys.stderr)
                figures["flink_ratio"] = None
            else:
                os.environ.update(stack.enter_context(local()).settings)
        if "flink" in parts and not lacking:
            figures |= on_flink(place, repeats)
        if "bytes" in parts:
            figures["same_bytes"] = same_bytes(place, flink=not lacking)
    print(json.dumps({"benchmark": "engines", "figures": figures}))


if __name__ == "__main__":
    main()
