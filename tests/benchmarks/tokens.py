"""Measures the stage `shard`: against SentencePiece alone on the same texts, and with two workers.

`ratio_sentencepiece` is the speed of the whole kernel (Parquet in, token files and table out) over that of
encoding the same texts from memory, one thread each. `scaling_2` is the speed of two workers over the
summed speed of two independent copies at the same time (1 is perfect).
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from pipeline.model.dataset import Manifest  # noqa: E402
from pipeline.run.runner import Runner  # noqa: E402
from pipeline.store.store import Store  # noqa: E402
from tests.training.corpora import corpus, prose, rows, run  # noqa: E402
from training.shard.stage import Shard  # noqa: E402
from training.tokenizer.stage import Tokenizer  # noqa: E402
from training.tokenizer.vocabulary import load  # noqa: E402

REGISTERS = ("literature", "parliamentary", "legal", "technical")


def build(folder: Path, megabytes: int) -> None:
    """Writes a corpus of four shards and a tokenizer of 32,000 pieces, with their manifests."""
    texts = {r: prose(r, megabytes * 250_000, longest=50_000) for r in REGISTERS}
    text = corpus(folder, [rows(r, held) for r, held in texts.items()])
    params = {"vocabulary": 32_000, "sample_bytes": 20_000_000}
    tokenizer = run(Tokenizer(), folder, {"corpus": text}, params)
    for name, manifest in (("corpus", text), ("tokenizer", tokenizer)):
        (folder / f"{name}.json").write_text(json.dumps(manifest.to_json()))
    (folder / "texts.json").write_text(json.dumps([t for held in texts.values() for t in held]))


def inputs(folder: Path) -> dict[str, Manifest]:
    return {
        name: Manifest.from_json(json.loads((folder / f"{name}.json").read_text()))
        for name in ("corpus", "tokenizer")
    }


def ratio(folder: Path, repeats: int) -> float:
    """Median over repeats of our speed over SentencePiece's, taken in turns."""
    texts = json.loads((folder / "texts.json").read_text())
    model = load(Path(inputs(folder)["tokenizer"].files("model")[0].path))
    size = sum(len(text.encode()) for text in texts)
    ratios = []
    for number in range(repeats + 1):
        begun = time.perf_counter()
        model.encode(texts, out_type="numpy", num_threads=1)
        theirs = time.perf_counter() - begun
        begun = time.perf_counter()
        run(Shard(), folder / f"ratio-{number}", inputs(folder))
        ours = time.perf_counter() - begun
        print(f"SentencePiece {size / theirs / 1e6:.1f} MB/s", file=sys.stderr, end=", ")
        print(f"shard {size / ours / 1e6:.1f} MB/s", file=sys.stderr)
        ratios.append(theirs / ours)
    return statistics.median(ratios[1:])  # the first warms up


def worker(folder: Path, workers: int, repeats: int) -> None:
    """A run in a process of its own: warms up, waits for a word, prints the seconds of the work."""
    with tempfile.TemporaryDirectory() as store:
        runner = Runner(Store(store), "processes", workers)
        held: Any = inputs(folder)
        given = {name: [manifest] for name, manifest in held.items()}
        runner.run(Shard(), Shard.Params(seed=0), given)
        print("warm", flush=True)
        sys.stdin.readline()
        begun = time.perf_counter()
        for seed in range(1, repeats + 1):
            runner.run(Shard(), Shard.Params(seed=seed), given)
        print(time.perf_counter() - begun, flush=True)
        runner.close()


def seconds(folder: Path, copies: int, workers: int, repeats: int) -> list[float]:
    """The seconds of independent runs that start at the same time."""
    command = [sys.executable, __file__, "--worker", str(folder), str(workers), str(repeats)]
    runs = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(copies)
    ]
    for each in runs:
        assert each.stdout and each.stdout.readline() == "warm\n"
    for each in runs:
        assert each.stdin
        each.stdin.write("go\n")
        each.stdin.flush()
    return [float(each.communicate()[0]) for each in runs]


def scaling(folder: Path, repeats: int) -> float:
    measured = []
    for _ in range(3):
        (together,) = seconds(folder, 1, 2, repeats)
        apart = seconds(folder, 2, 1, repeats)
        print(f"two workers {together:.2f} s, two copies {apart} s", file=sys.stderr)
        measured.append((1 / together) / sum(1 / s for s in apart))
    return statistics.median(measured)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--worker", nargs=3)
    arguments = parser.parse_args()
    if arguments.worker:
        folder, workers, repeats = arguments.worker
        worker(Path(folder), int(workers), int(repeats))
        return
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder), 4 if arguments.quick else 30)
        figures = {
            "ratio_sentencepiece": round(ratio(Path(folder), 3), 3),
            "scaling_2": round(scaling(Path(folder), 3), 3),
        }
    print(json.dumps({"benchmark": "tokens", "figures": figures}))


if __name__ == "__main__":
    main()
