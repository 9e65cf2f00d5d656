"""Counts the phrases that superwords are learnt from: runs of words of which each follows the other often.

SuperBPE (Liu et al. 2025, arXiv 2503.13423) lets merges cross spaces in a second stage; that what they are learnt from
can be counted first, so that its memory doesn't grow with the text, is arXiv 2604.05192's. A merge across a space
occurs no more often than the two words beside it: where these follow each other rarely the text is parted, and
what is left of it repeats itself.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from pipeline.model.stage import Work
from training.tokenizer.stage import Cutting
from training.tokenizer.words.count import by_domain, cut_of
from training.tokenizer.words.signs import as_read
from training.tokenizer.words.words import Words, utf8

MOST_PAIRS = 500_000  # pairs of words, the commonest, over which a merge may go
_WORD = r"^ ?[^\pL\pM\pN\s]?[\pL\pM]+$"  # may begin a phrase
_NEXT = r"^ [\pL\pM]+[^\pL\pM\pN\s]?$"  # may go on with one
PAIRS = pa.schema([("left", pa.binary()), ("right", pa.binary()), ("count", pa.int64())])
PHRASES = pa.schema([("word", pa.binary()), ("domain", pa.string()), ("count", pa.int64())])


def count_pairs(work: Work[Cutting]) -> None:
    """The kernel of the step `pairs`: how often one word follows another in a shard of the corpus."""
    marks, signs = cut_of(work)
    words = Words(marks=marks)
    keys, counts = np.zeros(0, np.int64), np.zeros(0, np.int64)
    for file in work.inputs["corpus"]:
        for _, texts in by_domain(file.path, work.params.access):
            numbers, of_text = words.numbers(as_read(texts, signs))
            joined = _joined(words, numbers, of_text)
            pairs = numbers[:-1].astype(np.int64) << 32 | numbers[1:]
            keys, places = np.unique(np.concatenate([keys, pairs[joined[1:]]]), return_inverse=True)
            new = np.concatenate([counts, np.ones(int(joined.sum()), np.int64)])
            counts = np.bincount(places, new, len(keys)).astype(np.int64)
    often = counts > 1
    spelled = pa.array(words.words(), pa.binary())
    columns = [
        spelled.take(pa.array(keys[often] >> 32)),
        spelled.take(pa.array(keys[often] & 0xFFFFFFFF)),
    ]
    table = pa.Table.from_arrays([*columns, pa.array(counts[often])], schema=PAIRS)
    pq.write_table(table, work.output("pairs", "pairs.parquet"), compression="zstd")


def choose_pairs(work: Work) -> None:
    """The kernel of the step `often`: the commonest pairs of all shards."""
    tables = [pq.read_table(file.path) for file in work.inputs["pairs"]]
    summed = pa.concat_tables(tables).group_by(["left", "right"]).aggregate([("count", "sum")])
    order = [("count_sum", "descending"), ("left", "ascending"), ("right", "ascending")]
    chosen = summed.sort_by(order).slice(0, MOST_PAIRS).select(["left", "right"])
    pq.write_table(chosen, work.output("often", "often.parquet"), compression="zstd")


def count_phrases(work: Work[Cutting]) -> None:
    """The kernel of the step `phrases`: how often each phrase stands in a shard, by domain."""
    marks, signs = cut_of(work)
    words = Words(marks=marks)
    left, right = _numbered(words, work.one("often").path)
    often = np.sort(left.astype(np.int64) << 32 | right)
    arrays_of: dict[str, list[pa.Array]] = {}
    with pq.ParquetWriter(work.output("phrases", "phrases.parquet"), PHRASES) as out:
        for file in work.inputs["corpus"]:
            for domain, texts in by_domain(file.path, work.params.access):
                read = as_read(texts, signs)
                arrays_of.setdefault(domain, []).append(_phrases(words, read, often))
        for domain, arrays in sorted(arrays_of.items()):
            counted = pa.chunked_array(arrays, pa.large_binary()).value_counts()
            columns = [
                counted.field("values").cast(pa.binary()),
                pa.repeat(domain, len(counted)),
                counted.field("counts"),
            ]
            out.write_table(pa.Table.from_arrays(columns, schema=PHRASES))


def _numbered(words: Words, pairs: Path) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The numbers of the words of pairs, which are each one pretoken."""
    table = pq.read_table(pairs)
    both = [table[name].cast(pa.string()).combine_chunks() for name in ("left", "right")]
    left, right = (words.numbers(column)[0] for column in both)
    return left, right


def _joined(
    words: Words, numbers: NDArray[np.int32], of_text: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Whether each pretoken is a word that follows a word of its text with a space between."""
    spelled = pa.array(words.words(), pa.binary()).cast(pa.string())
    word = np.asarray(pc.match_substring_regex(spelled, _WORD))
    goes_on = np.asarray(pc.match_substring_regex(spelled, _NEXT))
    joined = np.zeros(len(numbers), bool)
    joined[1:] = word[numbers[:-1]] & goes_on[numbers[1:]]
    begins = np.cumsum(of_text)[:-1]
    joined[begins[begins < len(numbers)]] = False
    return joined


def _phrases(words: Words, texts: pa.Array, often: NDArray[np.int64]) -> pa.Array:
    """The runs of two words or more of which each pair is often, as bytes."""
    numbers, of_text = words.numbers(texts)
    joined = _joined(words, numbers, of_text)
    pairs = numbers[:-1].astype(np.int64) << 32 | numbers[1:]
    places = np.minimum(np.searchsorted(often, pairs), max(0, len(often) - 1))
    joined[1:] &= often[places] == pairs if len(often) else False
    sizes = words.sizes()[numbers]
    data, offsets = utf8(texts)
    ends = np.cumsum(sizes) + offsets[0]  # pretokens lie one after another, and so do the texts
    first = np.flatnonzero(~joined)
    last = np.append(first[1:], len(numbers)) - 1
    runs = last > first
    starts, stops = ends[first[runs]] - sizes[first[runs]], ends[last[runs]]
    content = data.tobytes()
    slices = [content[a:b] for a, b in zip(starts.tolist(), stops.tolist(), strict=True)]
    return pa.array(slices, pa.large_binary())
