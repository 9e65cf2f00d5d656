"""Measures what it takes to learn a vocabulary of 64,000 pieces from 10^9 bytes, and whether it is the same twice.

All real Spanish at hand stands in it as often as it takes, whole each time. So that distinct words grow as they do in
real text, each further time has new ones: the begin of one rare word and the end of another, put at random places, as
many as Heaps' law says of that size, its exponent fitted to the real text's own halves and quarters.

`minutes` is the processor's time to count and learn, of one process, `minutes_clock` by the clock, `rss_mb` its most
memory, `same` whether a second process, which reads the shards in the opposite
order, writes the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT))

from pipeline.model.dataset import Manifest, Shard  # noqa: E402
from tests.training.corpora import corpus, manifest, prose, rows, run  # noqa: E402
from training.tokenizer.stage import Tokenizer  # noqa: E402
from training.tokenizer.words.words import Words  # noqa: E402

REGISTERS = (
    *("literature", "parliamentary", "legal", "technical"),
    *("technical_help", "biomedical", "news_encyclopedic"),
)
SIZE = 64_000
Texts = dict[str, list[str]]


def growth(texts: list[str]) -> tuple[int, float, list[str]]:
    """The distinct words of texts, the exponent by which they grow from a half of them to all, and the rare ones."""
    words = Words()
    order = random.Random(1).sample(texts, len(texts))
    half = len(order) // 2
    words.numbers(pa.array(order[:half], pa.large_string()))
    before = words.count
    words.numbers(pa.array(order[half:], pa.large_string()))
    sizes = sum(map(len, order[:half])), sum(map(len, order))
    exponent = math.log(words.count / before) / math.log(sizes[1] / sizes[0])
    spelled = (word.decode().strip() for word in words.words(before))
    return words.count, exponent, [word for word in spelled if word.isalpha() and len(word) > 5]


def with_new_words(texts: Texts, count: int, rare: list[str], seed: int) -> Texts:
    """The texts with so many new words at the ends of words, in proportion to their length."""
    draw = random.Random(seed)
    share = count / sum(len(t) for of in texts.values() for t in of)
    changed: Texts = {}
    for register, of in texts.items():
        changed[register] = []
        for text in of:
            places = sorted(
                draw.randrange(len(text))
                for _ in range(round(share * len(text) + draw.random() - 0.5))
            )
            parts, last = [], 0
            for place in places:
                end = text.find(" ", place)
                if end > last:
                    begin, ending = draw.choice(rare), draw.choice(rare)
                    new = begin[: draw.randint(3, len(begin))] + ending[-draw.randint(2, 5) :]
                    parts += [text[last:end], " ", new]
                    last = end
            changed[register].append("".join([*parts, text[last:]]))
    return changed


def build(folder: Path, most: int) -> dict[str, float]:
    """Writes the corpus, a shard a time that all text stands in it, and tells of it."""
    texts = {r: prose(r, most, longest=1 << 30) for r in REGISTERS}
    every = [t for of in texts.values() for t in of]
    distinct, exponent, rare = growth(every)
    size = sum(len(t.encode()) for t in every)
    shards: list[Shard] = []
    written = 0
    while written < most:
        turn = len(shards)
        new = distinct * ((turn + 1) ** exponent - turn**exponent) if turn else 0
        changed = with_new_words(texts, round(new), rare, turn) if turn else texts
        (folder / str(turn)).mkdir()
        documents = [row for register, of in changed.items() for row in rows(register, of)]
        shards += corpus(folder / str(turn), [documents]).shards
        written += sum(len(t.encode()) for of in changed.values() for t in of)
    whole = manifest("corpus", ("corpus",), shards)
    (folder / "corpus.json").write_text(json.dumps(whole.to_json()))
    return {"mb_real": round(size / 1e6, 1), "times": len(shards), "mb": round(written / 1e6)}


def worker(folder: Path, backwards: bool) -> None:
    """Counts and learns once; prints what it took."""
    text = Manifest.from_json(json.loads((folder / "corpus.json").read_text()))
    if backwards:
        text = manifest("corpus", ("corpus",), list(text.shards)[::-1])
    clock = time.perf_counter()
    with tempfile.TemporaryDirectory(dir=folder) as name:
        tokenizer = run(Tokenizer(), Path(name), {"corpus": text}, {"vocabulary": SIZE})
        digest = hashlib.sha256(Path(tokenizer.files("model")[0].path).read_bytes()).hexdigest()
    used = resource.getrusage(resource.RUSAGE_SELF)
    figures = {
        "digest": digest,
        "clock": time.perf_counter() - clock,
        "processor": time.process_time(),
    }
    print(json.dumps({**figures, "rss": used.ru_maxrss / 1024, **tokenizer.shards[-1].figures}))


def trained(folder: Path) -> Iterator[dict[str, float]]:
    for way in ("forwards", "backwards"):
        command = [sys.executable, __file__, "--worker", str(folder), way]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        yield json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--worker", nargs=2)
    arguments = parser.parse_args()
    if arguments.worker:
        worker(Path(arguments.worker[0]), arguments.worker[1] == "backwards")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sizes = build(folder, 40_000_000 if arguments.quick else 1_000_000_000)
        print(json.dumps(sizes), file=sys.stderr)
        first, second = trained(folder)
    figures = {
        **sizes,
        "vocabulary": first["vocabulary"],
        "minutes": round(first["processor"] / 60, 2),
        "minutes_clock": round(first["clock"] / 60, 2),
        "rss_mb": round(max(first["rss"], second["rss"])),
        "same": first["digest"] == second["digest"],
    }
    print(json.dumps({"benchmark": "vocabulary", "figures": figures}))


if __name__ == "__main__":
    main()
