"""The keys by which documents may meet, of a group of shards, partitioned by their hash.

A posting says that a document has a key. Documents that share one stand in a bucket, which lies whole in one
partition, the first bits of the key: who looks for the buckets of a partition reads its files and no others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from enum import IntEnum
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from cleaning.deduplicate.params import Filling, key_part
from cleaning.deduplicate.signatures.signatures import read_ends, read_hashes, read_minhash
from cleaning.minhash.minhash import band_hashes
from cleaning.text.batch import Hashes, Ints, mixed
from cleaning.view import kept_rows
from pipeline.model.stage import LocalFile, Work

CHUNK = 1 << 13  # documents whose bands are hashed at once


class Kind(IntEnum):
    """By what two documents meet; the last two bits of a key."""

    TEXT = 0  # the same text
    ADDRESS = 1  # the same canonical URL
    BAND = 2  # equal values in a band of their MinHash signatures
    PASSAGE = 3  # a passage between two sampled shingles


_KIND = np.uint64(3)


@dataclass(frozen=True)
class Postings:
    """Keys of documents, in columns of one length.

    `number` counts the documents through all shards. `rank` orders them roughly, the better is smaller; `whole`
    is half of the hash of the whole text; `size` the number of the document's shingles, for a passage of
    its passages.
    """

    key: Hashes
    rank: Hashes
    whole: Hashes
    number: NDArray[np.uint32]
    size: NDArray[np.uint32]

    def __len__(self) -> int:
        return len(self.key)

    @property
    def kind(self) -> Hashes:
        """By what the documents of each key meet."""
        return self.key & _KIND

    def take(self, places: Ints | NDArray[np.bool_]) -> Postings:
        """Some of them."""
        return Postings(*(getattr(self, f.name)[places] for f in fields(self)))

    def moved(self, offset: int) -> Postings:
        """The same of documents whose numbers are larger by `offset`."""
        return replace(self, number=self.number + np.uint32(offset))

    def write(self, path: Path) -> None:
        """Writes the columns one after another."""
        with path.open("wb") as stream:
            for field in fields(self):
                column = getattr(self, field.name)
                stream.write(np.ascontiguousarray(column, column.dtype.newbyteorder("<")).data)

    @staticmethod
    def joined(some: Sequence[Postings]) -> Postings:
        """Those of several, one after another."""
        some = [Postings.empty(), *some]
        return Postings(
            *(np.concatenate([getattr(p, f.name) for p in some]) for f in fields(Postings))
        )

    @staticmethod
    def empty() -> Postings:
        """None."""
        return Postings(*(np.empty(0, kind) for kind in _TYPES))

    @staticmethod
    def mapped(file: LocalFile) -> Postings:
        """Those of a file, of which only what is looked at is read."""
        rows = file.file.rows or 0
        if not rows:
            return Postings.empty()
        columns, offset = [], 0
        for kind in _TYPES:
            columns.append(np.asarray(np.memmap(file.path, kind, "r", offset, (rows,))))
            offset += rows * np.dtype(kind).itemsize
        return Postings(*columns)


_TYPES = ("<u8", "<u8", "<u8", "<u4", "<u4")
BYTES = sum(np.dtype(kind).itemsize for kind in _TYPES)


def fill_buckets(work: Work[Filling]) -> None:
    """Writes the postings of a group of shards by partition, sorted by key, and how many documents each source has."""
    params = work.params
    # Of a posting only its key and its document wait until all shards are read: the rest is of the document.
    partitions: list[list[tuple[Hashes, NDArray[np.uint32]]]] = [
        [] for _ in range(1 << params.bits)
    ]
    arrived: Counter[str] = Counter()
    documents: list[_Documents] = []
    count = 0
    layers = len(work.inputs["decisions"]) // len(params.firsts)
    for i, first in enumerate(params.firsts):
        table = work.inputs["signatures"][i].path
        rows = pq.read_metadata(table).num_rows
        decisions = work.inputs["decisions"][i * layers : (i + 1) * layers]
        kept = kept_rows([f.path for f in decisions], rows).to_numpy(zero_copy_only=False)
        shard = _Shard(work, i, kept)
        arrived.update(shard.sources())
        for key, places in shard.keyed():
            order = np.argsort(key, kind="stable")
            key, place = key[order], (places[order] + count).astype(np.uint32)
            edges = np.searchsorted(key, _lowest(params.bits)).tolist()
            for partition, start, stop in zip(
                partitions, edges, [*edges[1:], len(order)], strict=True
            ):
                if stop > start:
                    partition.append((key[start:stop], place[start:stop]))
        documents.append(shard.documents(first))
        count += len(documents[-1].number)
        work.progress(i + 1, len(params.firsts), "shards")
    documents_by_row = _Documents.joined(documents)
    postings = 0
    for number, partition in enumerate(partitions):
        key = np.concatenate([np.empty(0, np.uint64), *(key for key, _ in partition)])
        place = np.concatenate([np.empty(0, np.uint32), *(place for _, place in partition)])
        partition.clear()
        order = np.argsort(key, kind="stable")
        name = key_part(params.bits, number)
        path = work.output(name, f"{name}.bin", len(key))
        documents_by_row.postings(key[order], place[order]).write(path)
        postings += len(key)
    work.figures = {"postings": postings, "arrived": dict(sorted(arrived.items()))}


def _lowest(bits: int) -> Hashes:
    """The lowest key of each partition."""
    return np.array([p << (64 - bits) for p in range(1 << bits)], np.uint64)


@dataclass(frozen=True)
class _Documents:
    """What postings say of documents, in columns of one length."""

    rank: Hashes
    whole: Hashes
    number: NDArray[np.uint32]
    shingles: NDArray[np.uint32]
    passages: NDArray[np.uint32]

    @staticmethod
    def joined(some: Sequence[_Documents]) -> _Documents:
        """Those of several, one after another."""
        return _Documents(
            *(np.concatenate([getattr(d, f.name) for d in some]) for f in fields(_Documents))
        )

    def postings(self, key: Hashes, place: NDArray[np.uint32]) -> Postings:
        """The postings of keys, each with the place of its document."""
        size = np.where(key & _KIND == Kind.PASSAGE, self.passages[place], self.shingles[place])
        return Postings(key, self.rank[place], self.whole[place], self.number[place], size)


class _Shard:
    """The documents of one shard that take part."""

    def __init__(self, work: Work[Filling], place: int, kept: NDArray[np.bool_]) -> None:
        self._work, self._place = work, place
        names = ["id", "source", "quality", "characters", "shingles", "passages"]
        names += ["address", "exact_high", "exact_low"]
        table = pq.read_table(self._path("signatures"), columns=names, use_threads=False)
        self._kept = kept
        self._rows = np.flatnonzero(kept)
        self._table = table.take(pa.array(self._rows))

    def _path(self, role: str) -> Path:
        return self._work.inputs[role][self._place].path

    def sources(self) -> dict[str, int]:
        """How many of the documents each source has."""
        counts = pc.value_counts(self._table["source"]).to_pylist()
        return {count["values"] or "": count["counts"] for count in counts}

    def documents(self, first: int) -> _Documents:
        """What is told of each; `first` is the number of the first document of the shard."""
        return _Documents(
            _rank(self._table),
            self._column("exact_high"),
            (self._rows + first).astype(np.uint32),
            self._column("shingles").astype(np.uint32),
            self._column("passages").astype(np.uint32),
        )

    def keyed(self) -> Iterator[tuple[Hashes, Ints]]:
        """All keys, some at a time, each with the place of its document."""
        high, low = self._column("exact_high"), self._column("exact_low")
        printed = np.flatnonzero((high | low) != 0)
        yield _keyed(low[printed], Kind.TEXT), printed
        if self._work.params.address:
            address = self._column("address")
            known = np.flatnonzero(address != 0)
            yield _keyed(address[known], Kind.ADDRESS), known
        if self._work.params.bands:
            yield from self._bands()
        if self._work.params.passages:
            yield from self._passages()

    def _column(self, name: str) -> NDArray[Any]:
        return self._table[name].to_numpy()

    def _bands(self) -> Iterator[tuple[Hashes, Ints]]:
        params = self._work.params
        signed = read_minhash(self._path("minhash"), params.permutations)
        some = np.flatnonzero(self._column("shingles") > 0)
        for start in range(0, len(some), CHUNK):
            places = some[start : start + CHUNK]
            hashes = band_hashes(signed[self._rows[places]], params.bands, params.rows)
            yield _keyed(hashes.ravel(), Kind.BAND), np.tile(places, params.bands)

    def _passages(self) -> Iterator[tuple[Hashes, Ints]]:
        keys, ends = (
            read_hashes(self._path("passages")),
            read_ends(self._path("signatures"), "passages"),
        )
        place_of = np.full(len(self._kept), -1)
        place_of[self._rows] = np.arange(len(self._rows))
        for start in range(0, len(keys), 16 * CHUNK):
            some = np.array(keys[start : start + 16 * CHUNK])
            at = np.arange(start, start + len(some))
            places = place_of[np.searchsorted(ends, at, side="right") - 1]
            here = places >= 0
            yield _keyed(some[here], Kind.PASSAGE), places[here]


def _keyed(hashes: Hashes, kind: Kind) -> Hashes:
    """The keys of hashes by which documents of one kind meet."""
    return mixed(hashes) & ~_KIND | np.uint64(kind)


def _rank(table: pa.Table) -> Hashes:
    """Quality, then length, then the first letters of the id, each rounded, in one number; the best is the least."""
    quality = table["quality"].to_numpy().astype(np.float32)
    bits = np.nan_to_num(quality, nan=-np.inf).view(np.uint32)
    ascending = np.where(bits >> 31, ~bits, bits | np.uint32(1 << 31)) >> 16  # the order of floats
    length = np.minimum(table["characters"].to_numpy(), 0xFFFFFFFF).astype(np.uint64)
    letters = [
        int.from_bytes(name.encode()[:2].ljust(2, b"\0")) for name in table["id"].to_pylist()
    ]
    rank: Hashes = (np.uint64(0xFFFF) - ascending.astype(np.uint64)) << np.uint64(48)
    rank |= (np.uint64(0xFFFFFFFF) - length) << np.uint64(16)
    return rank | np.array(letters, np.uint64)
