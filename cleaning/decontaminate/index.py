"""The runs of words by which items of benchmarks are found in texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from statistics import median

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from cleaning.decontaminate.items import ITEMS
from cleaning.text.batch import Hashes, Ints
from cleaning.text.words import windows, word_hashes

WHOLE = 8  # words from which on all of a shorter text contaminates
QUESTION = 5  # words from which on a question does with its answer
ANSWER = 8  # words of the longest short answer
LABEL, FEW = 0.05, 5  # of more items of a set, by share and by number, a short text is no answer
SHINGLE = 5  # words
LEAST = 9  # shingles of the least text that can be nearly held: one of 13 words


@dataclass(frozen=True)
class Runs:
    """Hashes of runs of words, sorted, each with the text that it is of."""

    hashes: Hashes
    texts: Ints

    @staticmethod
    def of(hashes: Sequence[Hashes], texts: Sequence[int]) -> Runs:
        """Of the hashes of some texts."""
        every = np.concatenate([np.empty(0, np.uint64), *hashes])
        owners = np.repeat(np.array(texts, np.int64), [len(some) for some in hashes])
        order = np.lexsort((owners, every))
        every, owners = every[order], owners[order]
        fresh = np.ones(len(every), bool)
        fresh[1:] = (every[1:] != every[:-1]) | (owners[1:] != owners[:-1])
        return Runs(every[fresh], owners[fresh])

    def found(self, hashes: Hashes) -> Iterator[tuple[int, int]]:
        """Where in `hashes` a run stands, and the text that it is of."""
        low = np.searchsorted(self.hashes, hashes)
        hits = (
            np.flatnonzero(self.hashes[np.minimum(low, len(self.hashes) - 1)] == hashes)
            if len(self.hashes)
            else ()
        )
        for place in hits:
            at = int(low[place])
            while at < len(self.hashes) and self.hashes[at] == hashes[place]:
                yield int(place), int(self.texts[at])
                at += 1


@dataclass(frozen=True)
class Index:
    """The texts of all sets: `keys` are set, item and field of each.

    `runs` are the runs by their length; `shingles` those of the texts that can be nearly held, of which each has
    `sizes`. `answers` are the word hashes of the short texts of the same item, by text.
    """

    keys: list[tuple[str, str, str]]
    lengths: Ints
    runs: dict[int, Runs]
    shingles: Runs
    sizes: Ints
    answers: dict[int, list[tuple[int, ...]]] = field(default_factory=dict)


def read_index(paths: Sequence[Path], ngram: int) -> Index:
    """The index of some tables of items; that of the last call is kept, since each shard asks for it."""
    return _read(tuple(paths), ngram)


@lru_cache(maxsize=1)
def _read(paths: tuple[Path, ...], ngram: int) -> Index:
    table = pa.concat_tables([pq.read_table(path, schema=ITEMS) for path in paths])
    rows = table.to_pylist()
    keys = [(row["set"], row["item"], row["field"]) for row in rows]
    spelled = word_hashes([row["text"] for row in rows])
    starts = np.concatenate([[0], spelled.ends[:-1]]).astype(np.int64)
    words = [spelled.hashes[a:b] for a, b in zip(starts, spelled.ends, strict=True)]
    lengths = spelled.ends - starts
    by_length: dict[int, list[int]] = {}
    for number, (length, short) in enumerate(
        zip(lengths.tolist(), _given(keys, lengths), strict=True)
    ):
        if length >= (ngram if short else QUESTION):
            by_length.setdefault(min(length, ngram), []).append(number)
    runs = {
        length: Runs.of([runs_of(words[n], length) for n in numbers], numbers)
        for length, numbers in sorted(by_length.items())
    }
    sets = [np.unique(runs_of(some, SHINGLE)) for some in words]
    sizes = np.array([len(some) for some in sets], np.int64)
    large = np.flatnonzero(sizes >= LEAST).tolist()
    return Index(
        keys, lengths, runs, Runs.of([sets[n] for n in large], large), sizes, _answers(keys, words)
    )


def _given(keys: list[tuple[str, str, str]], lengths: Ints) -> Iterator[bool]:
    """Whether each text is an answer: of a field that has short ones by half, in an item that has others.

    Such a text says nothing alone, though it be a long one: `the Charter of Fundamental Rights of the Union`.
    """
    fields: dict[tuple[str, str], list[int]] = {}
    for (name, _, role), length in zip(keys, lengths.tolist(), strict=True):
        fields.setdefault((name, role), []).append(length)
    answers = {key for key, lengths_of in fields.items() if median(lengths_of) < QUESTION}
    asking = {(name, item) for name, item, role in keys if (name, role) not in answers}
    return ((name, role) in answers and (name, item) in asking for name, item, role in keys)


def _answers(
    keys: list[tuple[str, str, str]], words: list[NDArray[np.uint64]]
) -> dict[int, list[tuple[int, ...]]]:
    """The short texts of the other fields of an item: two answers of one are no question and answer.

    What many items of a set have is a label (the letter of an option, `neutral`, a subject) and no answer.
    """
    short: dict[tuple[str, str], list[tuple[str, tuple[int, ...]]]] = {}
    for (name, item, role), some in zip(keys, words, strict=True):
        if 0 < len(some) <= ANSWER:
            short.setdefault((name, item), []).append((role, tuple(some.tolist())))
    items = Counter(name for name, _ in {key[:2] for key in keys})
    bearers = Counter(
        (name, answer) for (name, _), own in short.items() for answer in {a for _, a in own}
    )

    def label(name: str, answer: tuple[int, ...]) -> bool:
        return bearers[name, answer] > max(LABEL * items[name], FEW)

    answers: dict[int, list[tuple[int, ...]]] = {}
    for number, (name, item, role) in enumerate(keys):
        others = [
            answer
            for other, answer in short.get((name, item), ())
            if other != role and not label(name, answer)
        ]
        if others and len(words[number]) >= QUESTION:
            answers[number] = others
    return answers


def runs_of(words: Hashes, length: int) -> Hashes:
    """The hashes of all runs of so many words of one text."""
    hashes = np.empty(max(len(words) - length + 1, 0), np.uint64)
    windows(words, np.array([len(words)]), length, hashes)
    return hashes
