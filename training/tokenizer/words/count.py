"""The step `count`: how often each word stands in one shard of the corpus, by domain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from pipeline.model.stage import Work
from training.inputs.access import allowed
from training.inputs.inputs import Access
from training.inputs.model_folder import JSON
from training.tokenizer.stage import Cutting
from training.tokenizer.vocabulary import Signs, Vocabulary, load
from training.tokenizer.words.pretokens import phrase_way, way
from training.tokenizer.words.signs import as_read, signs_of
from training.tokenizer.words.words import Words

LONGEST = 128  # bytes of a word that is counted; longer ones are no words, and teach nothing
SCHEMA = pa.schema([("word", pa.binary()), ("domain", pa.string()), ("count", pa.int64())])
BATCH = 1_024


def count_words(work: Work[Cutting]) -> None:
    """The kernel: one table of word (UTF-8), domain and count."""
    marks, signs = cut_of(work)
    counts, added = dict[str, NDArray[np.int64]](), dict[str, int]()
    words = Words(marks=marks)
    for file in work.inputs["corpus"]:
        for domain, texts in by_domain(file.path, work.params.access):
            read = as_read(texts, signs)
            added[domain] = added.get(domain, 0) + _bytes(read) - _bytes(texts)
            numbers, _ = words.numbers(read)
            counted = np.bincount(numbers, minlength=words.count)
            before = counts.get(domain, np.zeros(0, np.int64))
            counted[: len(before)] += before
            counts[domain] = counted
    spelled = np.array(words.words(), dtype=object)
    short = np.array([len(word) <= LONGEST for word in spelled], dtype=bool)
    with pq.ParquetWriter(work.output("words", "words.parquet"), SCHEMA, compression="zstd") as out:
        for domain, counted in sorted(counts.items()):
            present = np.flatnonzero((counted > 0) & short[: len(counted)])
            # Behind its words, as one of no letter, the bytes of signs, which the text has not.
            more = [b""] if added[domain] else []
            columns = [
                pa.array([*spelled[present].tolist(), *more], pa.binary()),
                pa.repeat(domain, len(present) + len(more)),
                pa.array([*counted[present].tolist(), *[added[domain]] * len(more)]),
            ]
            out.write_table(pa.Table.from_arrays(columns, schema=SCHEMA))


def cut_of(work: Work[Cutting]) -> tuple[str, Signs]:
    """The marks by which words are cut, and the signs that are set before.

    As the tokenizer of a folder does it, where a step is given one, else as the step is told.
    """
    if tokenizer := work.inputs.get(JSON):
        vocabulary = load(tokenizer[0].path)
        if isinstance(vocabulary, Vocabulary) and (
            cut := way(vocabulary.content) or phrase_way(vocabulary.content)
        ):
            return cut[1], vocabulary.signs
    return work.params.marks, signs_of(work.params.marks)


def _bytes(texts: pa.Array) -> int:
    return int(pc.sum(pc.binary_length(texts)).as_py() or 0)


def by_domain(corpus: Path, access: Sequence[Access] | None) -> Iterator[tuple[str, pa.Array]]:
    """The texts of a corpus file that may be read, batch by batch, each with its domain."""
    columns = ["domain", "text", *(["metadata.access"] if access else ())]
    for batch in pq.ParquetFile(corpus).iter_batches(BATCH, columns=columns):
        if access:
            batch = batch.filter(allowed(batch, access))
        domains, texts = batch.column("domain"), batch.column("text").fill_null("")
        for domain in domains.unique().to_pylist():
            yield domain, texts.filter(pc.equal(domains, domain))
