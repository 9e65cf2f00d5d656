"""Passages that are to become documents, and what is left around them, that say nearly what another text says.

They are found as `deduplicate` finds documents: by bands of MinHash signatures. How alike two texts are is the share of
the values in which their signatures agree, for the shingles of all texts would take more room than the texts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import product
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from cleaning.documents import read_batches
from cleaning.minhash.bands import fewest_bands
from cleaning.minhash.minhash import band_hashes, permutations, signatures
from cleaning.minhash.shingles import shingle_sets
from cleaning.text.batch import Bools, Hashes, Ints

# As `deduplicate` has them where a recipe says nothing.
SHINGLE, PERMUTATIONS, SEED = 5, 128, 1
THRESHOLD, RECALL = 0.8, 0.997
# A whole document, what is left of one from which passages were taken, passages.
RANKS = WHOLE, REST, PASSAGES = range(3)
SLICE = 64  # documents that are compared at once
PAIRS = 1 << 16  # of parts
LEADERS = 24  # of a band that many parts share: each is compared with the first of these

MINHASH = pa.field("minhash", pa.binary(4 * PERMUTATIONS))
_COLUMNS = ["id", "language", MINHASH.name]

Signatures = NDArray[np.uint32]


def minhashes(texts: Sequence[str]) -> Iterator[bytes | None]:
    """The signature of each text; None where it has too few words for a shingle."""
    sets = shingle_sets(texts, SHINGLE)
    signed = signatures(sets.hashes, sets.counts, permutations(PERMUTATIONS, SEED))
    for row, count in zip(signed.astype("<u4"), sets.counts.tolist(), strict=True):
        yield row.tobytes() if count else None


class Parts:
    """The parts of documents in tables of texts but for those in `copies`: the more open first, then what is left
    before passages; a kilobyte of each is held.
    """

    def __init__(
        self, tables: Sequence[Path], copies: Collection[str], access: Sequence[int]
    ) -> None:
        asked = (pc.field("rank") > WHOLE) & pc.field(MINHASH.name).is_valid()
        asked &= ~pc.field("id").isin(pa.array(list(copies), pa.string()))
        shards = [
            pq.read_table(path, columns=[*_COLUMNS, "rank"], filters=asked) for path in tables
        ]
        places = sorted(product(RANKS[1:], range(len(tables))), key=lambda each: access[each[1]])
        ranked = [shards[n].filter(pc.equal(shards[n]["rank"], rank)) for rank, n in places]
        self.shard = np.repeat([n for _, n in places], [part.num_rows for part in ranked])
        self._access = np.asarray(access)[self.shard]
        whole = pa.concat_tables(ranked).combine_chunks()
        self.ids: list[str] = whole["id"].to_pylist()
        self.languages: list[str] = whole["language"].unique().to_pylist()
        self._signed = _signed(whole)
        keys = self._keys(whole, self._signed)
        self._found = np.zeros(len(self.ids), bool)
        order = np.argsort(keys, axis=None, kind="stable")
        self._sorted, self._owner = keys.ravel()[order], order % max(1, len(self.ids))

    def _keys(self, texts: pa.Table | pa.RecordBatch, signed: Signatures) -> Hashes:
        """A key [bands, n] for each band and language."""
        bands, rows = fewest_bands(THRESHOLD, RECALL, PERMUTATIONS) or (1, 1)
        labels = pc.index_in(texts["language"], pa.array(self.languages, pa.string()))
        label = np.asarray(labels.to_numpy(zero_copy_only=False), np.uint64)
        return np.asarray(band_hashes(signed, bands, rows) ^ (label + np.uint64(1)))

    def copies_of_documents(self, table: Path, access: int) -> Iterator[tuple[int, str]]:
        """The parts, by number, that say nearly what a whole document of a table says and none before it, and its id.

        `access` is how closed the table is: more open parts are no copies of it.
        """
        asked = (pc.field("rank") == WHOLE) & pc.field(MINHASH.name).is_valid()
        asked &= pc.field("language").isin(self.languages)
        for batch in read_batches(table, [*_COLUMNS, "rank"]):
            texts = pa.Table.from_batches([batch]).filter(asked)
            for start in range(0, texts.num_rows, SLICE):
                some = texts.slice(start, SLICE)
                yield from self._copies_of(some["id"].to_pylist(), _signed(some), some, access)

    def _copies_of(
        self, ids: Sequence[str], signed: Signatures, texts: pa.Table, access: int
    ) -> Iterator[tuple[int, str]]:
        keys = self._keys(texts, signed)
        left = np.searchsorted(self._sorted, keys, "left")
        met = (np.searchsorted(self._sorted, keys, "right") - left).ravel()
        row = np.repeat(np.tile(np.arange(len(signed)), len(keys)), met)
        part = self._owner[_ranges(left.ravel(), met)]
        free = ~self._found[part] & (self._access[part] >= access)
        pairs = np.unique(np.stack([part[free], row[free]], axis=1), axis=0)
        part, row = pairs[_alike(self._signed[pairs[:, 0]], signed[pairs[:, 1]])].T
        numbers, first = np.unique(part, return_index=True)
        self._found[numbers] = True
        yield from zip(numbers.tolist(), [ids[at] for at in row[first]], strict=True)

    def copies_of_parts(self) -> Iterator[tuple[int, int]]:
        """Pairs of parts that say nearly the same, the later and the earlier one, in the order of the later."""
        opens = np.flatnonzero(np.append(True, np.diff(self._sorted) != 0)[: len(self._sorted)])
        first = np.repeat(opens, np.diff(np.append(opens, len(self._sorted))))
        place = np.arange(len(self._sorted)) - first
        pairs = []
        for leader in range(LEADERS):
            later = np.flatnonzero(place > leader)
            pairs.append(np.stack([self._owner[later], self._owner[first[later] + leader]], axis=1))
        both = np.unique(np.concatenate(pairs), axis=0)
        for start in range(0, len(both), PAIRS):
            some = both[start : start + PAIRS]
            alike = _alike(self._signed[some[:, 0]], self._signed[some[:, 1]])
            yield from map(tuple, some[alike].tolist())


def near_copies(
    tables: Sequence[Path], copies: Collection[str], access: Sequence[int]
) -> Iterator[tuple[int, str, str]]:
    """The number of the table, the id, and of what it is a copy, of each part of a document that is nearly one.

    `access` is how closed each table is: a part is no copy of what is less open than itself.
    """
    parts = Parts(tables, copies, access)
    if not parts.ids:
        return
    of: dict[int, str] = {}
    for table, closed in zip(tables, access, strict=True):
        for number, id in parts.copies_of_documents(table, closed):
            of[number] = id
    for later, earlier in parts.copies_of_parts():
        if later not in of and earlier not in of:  # one that stays
            of[later] = parts.ids[earlier]
    for number in sorted(of):
        yield int(parts.shard[number]), parts.ids[number], of[number]


def _signed(texts: pa.Table) -> Signatures:
    values = b"".join(texts[MINHASH.name].to_pylist())
    return np.frombuffer(values, "<u4").reshape(-1, PERMUTATIONS)


def _alike(one: Signatures, other: Signatures) -> Bools:
    return np.asarray((one == other).mean(axis=1) >= THRESHOLD)


def _ranges(starts: Ints, counts: Ints) -> Ints:
    """The numbers of each range, one after another."""
    ends = np.cumsum(counts)
    return np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - ends + counts, counts)
