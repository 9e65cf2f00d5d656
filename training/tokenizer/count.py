"""The step `count`: how often each word stands in one shard of the corpus, by domain."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from pipeline.model.stage import Work
from training.tokenizer.words import Words

LONGEST = 128  # bytes of a word that is counted; longer ones are no words, and teach nothing
SCHEMA = pa.schema([("word", pa.binary()), ("domain", pa.string()), ("count", pa.int64())])
BATCH = 1_024


def count_words(work: Work) -> None:
    """The kernel: one table of word (UTF-8), domain and count."""
    words, counts = Words(joined=is_joined(work)), dict[str, NDArray[np.int64]]()
    for file in work.inputs["corpus"]:
        for domain, texts in by_domain(file.path):
            numbers, _ = words.numbers(texts)
            counted = np.bincount(numbers, minlength=words.count)
            before = counts.get(domain, np.zeros(0, np.int64))
            counted[: len(before)] += before
            counts[domain] = counted
    spelled = np.array(words.words(), dtype=object)
    short = np.array([len(word) <= LONGEST for word in spelled], dtype=bool)
    with pq.ParquetWriter(work.output("words", "words.parquet"), SCHEMA, compression="zstd") as out:
        for domain, counted in sorted(counts.items()):
            present = np.flatnonzero((counted > 0) & short[: len(counted)])
            columns = [
                pa.array(spelled[present].tolist(), pa.binary()),
                pa.repeat(domain, len(present)),
                pa.array(counted[present]),
            ]
            out.write_table(pa.Table.from_arrays(columns, schema=SCHEMA))


def is_joined(work: Work) -> bool:
    """Whether words take the marks behind them; a step that was planned before has no such parameter."""
    return bool(work.params.get("marks") == "joined")


def by_domain(corpus: Path) -> Iterator[tuple[str, pa.Array]]:
    """The texts of a corpus file, batch by batch, each with its domain."""
    for batch in pq.ParquetFile(corpus).iter_batches(BATCH, columns=["domain", "text"]):
        domains, texts = batch.column("domain"), batch.column("text").fill_null("")
        for domain in domains.unique().to_pylist():
            yield domain, texts.filter(pc.equal(domains, domain))
