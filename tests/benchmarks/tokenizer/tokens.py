"""Measures the stage `shard`: by kind, against SentencePiece on the same texts, and with two workers.

`mb_s_bpe`, `mb_s_unigram`: the whole kernel (Parquet in, token files and table out) by one thread, over `mb`
megabytes (10^6 bytes of UTF-8) in `documents` a second of processor (all threads and the system's part together, so
that others at work on the machine change little), by byte-level BPE and by the unigram model, what a process knows of
words kept from the run before; `mb_s_cold` is byte-level BPE that knows none, `mb_s_clock` warm by the clock.
`ratio_sentencepiece` is the speed of
the unigram kernel over that of a SentencePiece unigram model of the same size on the same texts from memory.
`mismatches`: of `of` lines, those whose ids by Hugging Face's library differ from ours, all kinds together. They are of
`distinct` ones: all of the real text in Spanish and ten other languages, then their sentences; byte-level BPE reads
all of them, the other kinds a third each.
`scaling_2` is the speed of two workers over the summed speed of two independent copies at the same time (1 is
perfect).
"""

from __future__ import annotations

import argparse
import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT))

from pipeline.model.dataset import Manifest  # noqa: E402
from pipeline.run.runner import Runner  # noqa: E402
from pipeline.store.store import Store  # noqa: E402
from tests.training.corpora import corpus, prose, rows, run  # noqa: E402
from training.shard import encode  # noqa: E402
from training.shard.stage import Shard  # noqa: E402
from training.tokenizer.pieces.encoder import Encoder  # noqa: E402
from training.tokenizer.stage import Tokenizer  # noqa: E402
from training.tokenizer.vocabulary import load  # noqa: E402

REGISTERS = ("literature", "parliamentary", "legal", "technical")
MORE = (
    *("technical_help", "biomedical", "news_encyclopedic"),
    *(f"other/{code}" for code in ["ca", "gl", "eu", "an", "ast", "en", "fr", "it", "oc", "pt"]),
)
KINDS = ("byte_bpe", "bpe", "unigram")
SIZE = 32_000


def build(folder: Path, megabytes: int, kinds: Sequence[str] = KINDS) -> None:
    """Writes a corpus of four shards and tokenizers of 32,000 pieces, with their manifests."""
    texts = {r: prose(r, megabytes * 250_000, longest=50_000) for r in REGISTERS}
    datasets = {
        "corpus": corpus(folder, [rows(r, of_register) for r, of_register in texts.items()])
    }
    for kind in kinds:
        params = {"model_type": kind, "vocabulary": SIZE}
        (folder / kind).mkdir()
        datasets[kind] = run(Tokenizer(), folder / kind, {"corpus": datasets["corpus"]}, params)
    for name, manifest in datasets.items():
        (folder / f"{name}.json").write_text(json.dumps(manifest.to_json()))
    (folder / "texts.json").write_text(
        json.dumps([t for of_register in texts.values() for t in of_register])
    )


def inputs(folder: Path, kind: str = "byte_bpe") -> dict[str, Manifest]:
    return {
        role: Manifest.from_json(json.loads((folder / f"{name}.json").read_text()))
        for role, name in (("corpus", "corpus"), ("tokenizer", kind))
    }


def texts_of(folder: Path) -> list[str]:
    texts: list[str] = json.loads((folder / "texts.json").read_text())
    return texts


def megabytes(texts: list[str]) -> float:
    return sum(len(text.encode()) for text in texts) / 1e6


def tokenizer_file(folder: Path, kind: str) -> str:
    """The path of the `tokenizer.json` of a kind."""
    (file,) = inputs(folder, kind)["tokenizer"].files("model")
    return file.path


def speed(folder: Path, kind: str, repeats: int) -> tuple[float, float, float]:
    """Megabytes a second of the kernel: knowing no word, then the median of runs that know some, also by the clock."""
    encode._encoder.cache_clear()
    taken, clock = [], []
    for number in range(repeats + 1):
        begun, begun_clock = time.process_time(), time.perf_counter()
        run(Shard(), folder / f"{kind}-{number}", inputs(folder, kind))
        taken.append(time.process_time() - begun)
        clock.append(time.perf_counter() - begun_clock)
        print(f"{kind}: {taken[-1]:.2f} s, by the clock {clock[-1]:.2f} s", file=sys.stderr)
    size = megabytes(texts_of(folder))
    return size / taken[0], size / statistics.median(taken[1:]), size / statistics.median(clock[1:])


def sentencepiece_speed(folder: Path, repeats: int) -> float:
    """Megabytes a second of SentencePiece's own unigram model, trained on a part of the texts."""
    import sentencepiece

    texts, written = texts_of(folder), io.BytesIO()
    lines = [line for text in texts for line in text.splitlines() if line][:40_000]
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines),
        model_writer=written,
        vocab_size=SIZE,
        hard_vocab_limit=False,
        byte_fallback=True,
        minloglevel=2,
    )
    model = sentencepiece.SentencePieceProcessor(model_proto=written.getvalue())
    taken = []
    for _ in range(repeats):
        begun = time.process_time()
        for text in texts:
            model.encode(text, out_type="numpy", num_threads=1)
        taken.append(time.process_time() - begun)
    return megabytes(texts) / statistics.median(taken)


def distinct_lines(most: int) -> list[str]:
    """Lines of real text, each once, and where there are fewer than that their sentences, each once."""
    lines: dict[str, None] = {}
    for name in (*REGISTERS, *MORE):
        for text in prose(name, 1 << 40, longest=1 << 30):
            lines |= dict.fromkeys(text.splitlines())
    sentences = (part for line in list(lines) for part in line.split(". ")[:-1])
    lines |= dict.fromkeys(sentences)
    return list(lines)[:most]


def mismatches(folder: Path, most: int) -> tuple[int, int, int]:
    """The lines whose ids differ between the two, how many were compared, and how many are distinct."""
    every = distinct_lines(most)
    differ = compared = 0
    for number, kind in enumerate(KINDS):
        lines = every[number - 1 :: 3] if number else every
        compared += len(lines)
        model = load(Path(tokenizer_file(folder, kind)))
        ids, counts = Encoder(model)(pa.array(lines, pa.large_string()))
        ends = np.cumsum(counts)
        for at in range(0, len(lines), 10_000):
            theirs = model.encode_all(lines[at : at + 10_000])
            for number, expected in enumerate(theirs, at):
                differ += ids[ends[number] - counts[number] : ends[number]].tolist() != expected
        print(f"{kind}: {differ} of {compared} differ so far", file=sys.stderr)
    return differ, compared, len(every)


def worker(folder: Path, workers: int, repeats: int) -> None:
    """A run in a process of its own: warms up, waits for a word, prints the seconds of the work."""
    with tempfile.TemporaryDirectory() as store:
        runner = Runner(Store(store), "processes", workers)
        datasets: Any = inputs(folder)
        manifests = {name: [manifest] for name, manifest in datasets.items()}
        runner.run(Shard(), Shard.Params(seed=0), manifests)
        print("warm", flush=True)
        sys.stdin.readline()
        begun = time.perf_counter()
        for seed in range(1, repeats + 1):
            runner.run(Shard(), Shard.Params(seed=seed), manifests)
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
    parser.add_argument("--only", choices=("speed", "mismatches", "scaling"))
    parser.add_argument("--worker", nargs=3)
    arguments = parser.parse_args()
    if arguments.worker:
        folder, workers, repeats = arguments.worker
        worker(Path(folder), int(workers), int(repeats))
        return
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        kinds = KINDS[:1] if arguments.only == "scaling" else KINDS
        build(place, 4 if arguments.quick else 30, kinds)
        figures: dict[str, Any] = {
            "documents": len(texts_of(place)),
            "mb": round(megabytes(texts_of(place)), 1),
        }
        if arguments.only in (None, "speed"):
            cold, warm, clock = speed(place, "byte_bpe", 3)
            _, unigram, _ = speed(place, "unigram", 3)
            figures |= {
                "mb_s_bpe": round(warm, 1),
                "mb_s_cold": round(cold, 1),
                "mb_s_clock": round(clock, 1),
                "mb_s_unigram": round(unigram, 1),
                "ratio_sentencepiece": round(unigram / sentencepiece_speed(place, 3), 3),
            }
        if arguments.only in (None, "mismatches"):
            differ, lines, distinct = mismatches(place, 20_000 if arguments.quick else 1_000_000)
            figures |= {"mismatches": differ, "of": lines, "distinct": distinct}
        if arguments.only in (None, "scaling"):  # whole: 10 seconds of work and more
            figures["scaling_2"] = round(scaling(place, 3 if arguments.quick else 14), 3)
    print(json.dumps({"benchmark": "tokens", "figures": figures}))


if __name__ == "__main__":
    main()
