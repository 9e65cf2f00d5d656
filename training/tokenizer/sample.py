"""A weighted sample of the lines of a corpus, the same for the same seed, streamed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

LONGEST_LINE = (
    4_000  # characters; SentencePiece leaves out longer lines, so they are cut at a space
)
EXCERPT_BYTES = 1_000_000  # kept of each domain, to measure on


class Sample:
    """Iterates over lines; a line of domain d is drawn with probability weight(d) / max weight, all
    scaled down alike so that about `most_bytes` bytes are expected.

    After an iteration, `drawn_bytes` is what was drawn and `excerpts` the first million bytes of each
    domain of it. Whether a line is drawn depends on the seed, the id of its document and its place
    there, on nothing else.
    """

    def __init__(
        self, files: Sequence[Path], weights: Mapping[str, float], most_bytes: int, seed: int
    ) -> None:
        self.files = files
        self.seed = seed
        sizes = _bytes_by_domain(files)
        highest = max((weights.get(d, 1.0) for d in sizes), default=1.0) or 1.0
        share = {d: weights.get(d, 1.0) / highest for d in sizes}
        weighted = sum(share[d] * size for d, size in sizes.items())
        scale = min(1.0, most_bytes / weighted) if weighted else 0.0
        self.rates = {d: share[d] * scale for d in sizes}
        self.expected_bytes = round(sum(self.rates[d] * size for d, size in sizes.items()))
        self.drawn_bytes = 0
        self.excerpts: dict[str, list[str]] = {}

    def __iter__(self) -> Iterator[str]:
        self.drawn_bytes = 0
        self.excerpts = {domain: [] for domain in sorted(self.rates)}
        left = dict.fromkeys(self.rates, EXCERPT_BYTES)
        for domain, line in self._drawn():
            size = len(line.encode())
            self.drawn_bytes += size
            if left[domain] > 0:
                left[domain] -= size
                self.excerpts[domain].append(line)
            yield line

    def _drawn(self) -> Iterator[tuple[str, str]]:
        for path in self.files:
            reader = pq.ParquetFile(path)
            for batch in reader.iter_batches(batch_size=256, columns=["id", "domain", "text"]):
                for row in batch.to_pylist():
                    rate = self.rates[row["domain"]]
                    draw = random.Random(f"{self.seed}:{row['id']}").random
                    for line in _lines(row["text"] or ""):
                        if draw() < rate:
                            yield row["domain"], line


def _bytes_by_domain(files: Sequence[Path]) -> dict[str, int]:
    totals: dict[str, int] = {}
    for path in files:
        for batch in pq.ParquetFile(path).iter_batches(batch_size=256, columns=["domain", "text"]):
            sizes = pc.binary_length(batch.column("text")).to_pylist()
            for domain, size in zip(batch.column("domain").to_pylist(), sizes, strict=True):
                totals[domain] = totals.get(domain, 0) + (size or 0)
    return totals


def _lines(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        while len(line) > LONGEST_LINE:
            cut = line.rfind(" ", 1, LONGEST_LINE)
            cut = cut if cut > 0 else LONGEST_LINE
            yield line[:cut]
            line = line[cut:]
        if line:
            yield line
