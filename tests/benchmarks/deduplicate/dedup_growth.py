"""How time and memory of `deduplicate` grow with the documents.

Short documents of real words in real runs of three to eight, a fifth of them copies of others (the same, lightly
edited, cut short), in shards of 20,000: by default 10 thousand, 100 thousand and 1 million of them. One process does
all tasks; `seconds` are those of its processor, so that a busy machine says the same, `clock` those that passed.
`exponent` (and `exponent_clock`) is their slope between the two largest sizes, each less an `empty_s` run; `rss_ratio`
the largest memory over that at the smallest size; `clustering_share` the share of the time that the one global step
takes; `hours_10m` the extrapolation to ten million on two processors. `clusters_10m_s` and `clusters_10m_gb` are
measured: the clusters of ten million signatures of which three in ten are in a pair. `edition_s`: 2,000 new documents,
signed before, against as many old ones, by size; `edition_growth` the last over the one before.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[3]))

from cleaning.deduplicate.params import Clustering
from cleaning.deduplicate.stage import Deduplicate
from pipeline.model.dataset import File, Manifest
from pipeline.model.stage import LocalFile, Work
from pipeline.run.runner import Runner, Watcher, Watchers
from pipeline.store.store import Store
from tests.benchmarks.deduplicate.signatures import spanish_texts
from tests.cleaning import planted

SHARD = 20_000
NEW = 2_000  # documents of a new edition
MEMORY = 250  # megabytes


class Texts:
    """Documents without end, the same each time."""

    def __init__(self) -> None:
        self._words = " ".join(spanish_texts(20)).split()
        self._draw = random.Random(11)
        self._last: list[list[str]] = [["vacío"]]

    def one(self) -> str:
        """The next."""
        draw, words = self._draw, self._words
        kind = draw.random()
        if kind < 0.2:
            text = list(draw.choice(self._last))
            if kind > 0.15:
                text = text[: int(len(text) * draw.uniform(0.8, 1))]
            elif kind > 0.05:
                text[draw.randrange(len(text))] = draw.choice(words)
            return " ".join(text)
        text = []
        length = draw.randrange(40, 120)
        while len(text) < length:
            at = draw.randrange(len(words) - 8)
            text += words[at : at + draw.randrange(3, 9)]
        if len(self._last) < 5000:
            self._last.append(text)
        else:
            self._last[draw.randrange(5000)] = text
        return " ".join(text)


def peak() -> float:
    """The most gigabytes that this process has held; `ru_maxrss` holds those of who started it, too."""
    (line,) = (
        line for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line
    )
    return int(line.split()[1]) / 1e6


class Clock(Watcher):
    """For each step the seconds of the processor, those of the clock, and the most memory until then."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.clock: dict[str, float] = defaultdict(float)
        self.gb: dict[str, float] = {}
        self._step, self._since, self._passed = "", time.process_time(), time.monotonic()

    def step_started(self, stage: str, step: str, missing: int, reused: int) -> None:
        self.end()
        self._step = step

    def end(self) -> None:
        """The step that is at work is done."""
        used, now = time.process_time(), time.monotonic()
        self.seconds[self._step] += used - self._since
        self.clock[self._step] += now - self._passed
        self.gb[self._step] = peak()
        self._since, self._passed = used, now


def build(folder: Path, count: int) -> None:
    """Writes a dataset of so many documents, and one of NEW more."""
    texts = Texts()
    for name, first, last in (("manifest", 0, count), ("new", count, count + NEW)):
        files = []
        for start in range(first, last, SHARD):
            path = folder / f"documents-{start}.parquet"
            numbers = range(start, min(start + SHARD, last))
            planted.write_documents(path, [(f"{i:09}", texts.one()) for i in numbers], 1024)
            files.append([planted.file(path, "kept")])
        documents = planted.manifest("extract", ["documents"], files, last - first)
        (folder / f"{name}.json").write_text(json.dumps(documents.to_json()))


def run(folder: Path) -> dict[str, Any]:
    """The seconds by step, what is removed, and the memory of the largest process."""
    documents = Manifest.from_json(json.loads((folder / "manifest.json").read_text()))
    clock = Clock()
    runner = Runner(Store(folder / "store"), "driver", watchers=Watchers([clock]))
    done = runner.run(
        Deduplicate(), Deduplicate.Params(memory=MEMORY, most=1), {"documents": [documents]}
    )
    clock.end()
    runner.close()
    assert done.manifest and done.manifest.ledger.documents
    return {
        "seconds": dict(clock.seconds),
        "clock": sum(clock.clock.values()),
        "removed": sum(done.manifest.ledger.documents.removed.values()),
        "gb": max(clock.gb.values()),
        "gb_by_step": clock.gb,
        "edition": edition(folder, done.manifest),
    }


def edition(folder: Path, old: Manifest) -> dict[str, float]:
    """The seconds by step of a new edition of NEW documents against what was deduplicated."""
    documents = Manifest.from_json(json.loads((folder / "new.json").read_text()))
    clock = Clock()
    runner = Runner(Store(folder / "store"), "driver", watchers=Watchers([clock]))
    params = Deduplicate.Params(memory=MEMORY, most=1)
    runner.run(Deduplicate(), params, {"documents": [documents], "earlier": [old]})
    clock.end()
    runner.close()
    return dict(clock.seconds)


def measured(count: int) -> dict[str, Any]:
    """The same of so many documents, in a process of its own."""
    with tempfile.TemporaryDirectory() as name:
        build(Path(name), count)
        command = [sys.executable, __file__, "--run", name]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    result = json.loads(done.stdout.splitlines()[-1])
    print(f"{count} documents: {result}", file=sys.stderr)
    return result


def clusters(count: int) -> dict[str, float]:
    """Seconds and memory of the clusters of so many signatures, three in ten of them in a pair."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from cleaning.deduplicate.clusters.clusters import cluster
    from cleaning.deduplicate.pairs.pairs import MEMBERS, PAIRS
    from cleaning.deduplicate.signatures.signatures import ROW_GROUP

    draw = np.random.default_rng(3)
    numbers = np.sort(draw.choice(count, count * 3 // 10, replace=False))
    above = numbers[: len(numbers) // 2]
    below = numbers[len(numbers) // 2 :][: len(above)]
    size = np.full(len(above), 60)
    pairs = [
        above,
        below,
        np.zeros(len(above), bool),
        np.zeros(len(above), bool),
        size - 5,
        size,
        size,
    ]
    members: dict[str, Any] = {"number": numbers, "id": [f"{n:032x}" for n in numbers.tolist()]}
    members |= {"source": ["a"] * len(numbers), "quality": pa.nulls(len(numbers), pa.float64())}
    members["characters"] = draw.integers(100, 900, len(numbers))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        columns = dict(zip(PAIRS.names, pairs, strict=True))
        inputs = {}
        for part, table in (("pairs", pa.table(columns).cast(PAIRS)), ("members", members)):
            table = table if part == "pairs" else pa.table(table).cast(MEMBERS)
            pq.write_table(table, folder / f"{part}.parquet", row_group_size=ROW_GROUP)
            file = File(path="", part=part, bytes=0, sha256="")
            inputs[part] = [LocalFile(folder / f"{part}.parquet", file)]
        del table, members, columns, pairs
        params = Clustering(
            firsts=list(range(0, count + 1, count // 500)),
            new=0,
            threshold=0.8,
            containment=0.83,
            keep=1,
            collapse=True,
        )
        (folder / "out").mkdir()
        # Forgets the peak of those who made the input.
        Path("/proc/self/clear_refs").write_text("5")
        begun = time.process_time()
        cluster(Work(params, {"memory": MEMORY}, inputs, folder / "out", folder))
        return {
            "clusters_10m_s": round(time.process_time() - begun, 1),
            "clusters_10m_gb": round(peak(), 2),
        }


def _slope(taken: dict[int, float], one: int, two: int) -> float:
    """The power of the documents with which what was taken grows between two sizes."""
    return math.log(taken[two] / taken[one]) / math.log(two / one)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--run")
    parser.add_argument("--clusters", type=int)
    arguments = parser.parse_args()
    if arguments.run:
        print(json.dumps(run(Path(arguments.run))))
        return
    if arguments.clusters:
        print(json.dumps(clusters(arguments.clusters)))
        return
    sizes = [2_000, 20_000] if arguments.quick else arguments.sizes
    measured(10)  # compiles, once on a machine
    nothing = measured(10)
    empty = sum(nothing["seconds"].values())
    results = {size: measured(size) for size in sizes}
    seconds = {size: sum(result["seconds"].values()) for size, result in results.items()}
    one, two = sizes[-2:]
    exponent = _slope({size: s - empty for size, s in seconds.items()}, one, two)
    clock = {size: result["clock"] - nothing["clock"] for size, result in results.items()}
    editions = {
        size: sum(s for step, s in result["edition"].items() if step != "signatures")
        for size, result in results.items()
    }
    alone = [
        sys.executable,
        __file__,
        "--clusters",
        str(100_000 if arguments.quick else 10_000_000),
    ]
    done = subprocess.run(alone, stdout=subprocess.PIPE, text=True, check=True, env=os.environ)
    figures = {
        "documents": two,
        "exponent": round(exponent, 3),
        "exponent_clock": round(_slope(clock, one, two), 3),
        "empty_s": round(empty, 1),
        "seconds": {str(size): round(s, 1) for size, s in seconds.items()},
        "clustering_share": round(results[two]["seconds"]["clusters"] / seconds[two], 3),
        "rss_ratio": round(results[two]["gb"] / results[sizes[0]]["gb"], 2),
        "rss_gb": round(results[two]["gb"], 2),
        "edition_s": {str(size): round(s, 2) for size, s in editions.items()},
        "edition_growth": round(editions[two] / editions[one], 2),
        "hours_10m": round((seconds[two] - empty) / 2 * (1e7 / two) ** max(exponent, 1) / 3600, 2),
        **json.loads(done.stdout.splitlines()[-1]),
    }
    print(json.dumps({"benchmark": "dedup_growth", "figures": figures}))


if __name__ == "__main__":
    main()
