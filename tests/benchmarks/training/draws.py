"""Measures how a training gets at its tokens: opening many files, drawing the batch of a step, and who else reads them.

`open_s` is the clock from `of_files` pairs of files to the first batch, of a process that has everything imported,
`first_ms` and `far_ms` what the batch of the first step and of the millionth take: the same, since none is drawn before
it. `over_training` is how many times faster tokens are drawn than the model of the default size is trained on them, in
seconds of the processor, the starts taken off. `megatron`: whether megatron-core's own reader, in its environment,
gives the same ids of all sequences of a real dataset, `of_tokens` in all; null without it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
PEER = sys.argv[1:2] == ["--peer"]
if not PEER:
    sys.path.insert(0, str(ROOT))

    import numpy as np

    from pipeline.model.dataset import Manifest
    from tests.benchmarks.peers import peer
    from tests.training.corpora import ALONE, blocks, corpus, prose, rows, run
    from training.pretrain.stage import Pretrain
    from training.shard.megatron import Sequences, Writer
    from training.shard.stage import Shard
    from training.streams.blocks import Blocks
    from training.streams.stream import Stream
    from training.tokenizer.stage import Tokenizer

FAR = 1_000_000  # steps


def digest(sequences: Any) -> tuple[str, int]:
    """Of the ids of sequences, each as int64, and how many there are."""
    sha, count = hashlib.sha256(), 0
    for sequence in sequences:
        sha.update(sequence.astype("<i8").tobytes())
        sha.update(b"end")
        count += len(sequence)
    return sha.hexdigest(), count


def megatron(folder: Path) -> None:
    """The peer's half."""
    from megatron.core.datasets.indexed_dataset import IndexedDataset

    documents = {}
    for path in json.loads((folder / "paths.json").read_text()):
        dataset = IndexedDataset(path.removesuffix(".bin"))
        documents[path] = digest(dataset[number] for number in range(len(dataset)))
    print(json.dumps(documents))


def opened(folder: Path, files: int) -> dict[str, float]:
    """Many pairs of files of 100,000 tokens each."""
    draw = np.random.default_rng(1)
    paths = [(folder / f"{n}.bin", folder / f"{n}.idx") for n in range(files)]
    for both in paths:
        with Writer(*both, 32_000) as out:
            out.extend(draw.integers(0, 32_000, 100_000), [500] * 200)
    begun = time.perf_counter()
    stream = Stream([Sequences(*both) for both in paths])
    drawn = Blocks({"all": stream}, {"all": 1.0}, context=1024, rows=64, seed=1)
    drawn(0)
    figures = {"open_s": round(time.perf_counter() - begun, 3)}
    for name, begin in (("first_ms", 1), ("far_ms", FAR)):
        taken = []
        for step in range(begin, begin + 50):
            at = time.perf_counter()
            drawn(step)
            taken.append(time.perf_counter() - at)
        figures[name] = round(1000 * statistics.median(taken), 2)
    return figures


def drawing(folder: Path, datasets: dict[str, Manifest], steps: int) -> float:
    """How many times faster a step's tokens are drawn than trained on."""
    taken = []
    for turn, count in enumerate((2, 2, 2 + steps)):  # the first compiles and imports
        begun = time.process_time()
        params = {"steps": count, "eval_every": 10**6}
        trained = run(Pretrain(), folder / str(turn), datasets, params, ALONE)
        taken.append(time.process_time() - begun)
    figures = trained.shards[0].figures
    a_step = (taken[2] - taken[1]) / steps
    config = json.loads(
        next(Path(f.path) for f in trained.files() if f.name == "config.json").read_text()
    )
    context = int(config["max_position_embeddings"])
    rows_of_step = round(figures["tokens"] / (2 + steps) / context)
    drawn = blocks(datasets, context, rows_of_step)
    begun = time.process_time()
    for step in range(200):
        drawn(step)
    a_draw = (time.process_time() - begun) / 200
    print(f"a step {a_step * 1000:.1f} ms, its batch {a_draw * 1000:.3f} ms", file=sys.stderr)
    return a_step / a_draw


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--peer", nargs=2)
    arguments = parser.parse_args()
    if arguments.peer:
        megatron(Path(arguments.peer[1]))
        return
    quick = arguments.quick
    files = 100 if quick else 1_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        texts = prose("parliamentary", 1_000_000 if quick else 4_000_000, longest=20_000)
        text = corpus(folder, [rows("news", texts)])
        tokenizer = run(Tokenizer(), folder, {"corpus": text}, {"vocabulary": 8_000})
        datasets = {
            "tokens": run(Shard(), folder, {"corpus": text, "tokenizer": tokenizer}),
            "tokenizer": tokenizer,
        }
        paths = [f.path for f in datasets["tokens"].files() if f.name.endswith(".bin")]
        (folder / "paths.json").write_text(json.dumps(paths))
        ours = {p: digest(Sequences(Path(p), Path(p).with_suffix(".idx"))) for p in paths}
        theirs = peer(__file__, "megatron-core", folder)
        figures = {
            "of_files": files,
            **opened(folder, files),
            "over_training": round(drawing(folder, datasets, 10 if quick else 40), 1),
            "megatron": theirs and theirs == {path: list(drawn) for path, drawn in ours.items()},
            "of_tokens": sum(count for _, count in ours.values()),
        }
    print(json.dumps({"benchmark": "draws", "figures": figures}))


if __name__ == "__main__":
    main()
