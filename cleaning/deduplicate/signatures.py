"""The signatures of one shard of documents, and how the later steps of `deduplicate` read them.

Per shard, in the order of its documents:

- `signatures.parquet`: `id`; `characters` of the view's text (code points); `words`; `shingles`, their
  number; `exact_high` and `exact_low`, the hash of the whole text;
- `bands.npy`: uint64 [bands + 1, documents], read one row at a time through a memory map; the last row
  holds the exact hashes; 0 where a document has none and is compared with no other;
- `shingles.u64`: the sorted shingle hashes of all documents, little-endian, one document after another.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from cleaning.deduplicate.minhash import band_hashes, permutations, signatures
from cleaning.deduplicate.shingles import shingle_sets
from cleaning.deduplicate.stage import Signing
from cleaning.documents import TableWriter, read_batches
from cleaning.text import Hashes
from cleaning.view import read_view
from pipeline.model.stage import LocalFile, Work

SIGNATURES = pa.schema(
    [
        ("id", pa.string()),
        ("characters", pa.int64()),
        ("words", pa.int64()),
        ("shingles", pa.int64()),
        ("exact_high", pa.uint64()),
        ("exact_low", pa.uint64()),
    ]
)
ROW_GROUP = 1 << 16  # documents

Numbers = NDArray[np.int64]  # of documents, counted through all shards


def sign_shard(work: Work[Signing]) -> None:
    """Writes the signatures of one shard from its documents and edits."""
    bands, rows = work.params.bands, work.params.rows
    drawn = permutations(work.params.permutations, work.params.seed)[:, : bands * rows]
    documents = work.one("documents").path
    edits = [file.path for file in work.inputs["edits"]]
    total = pq.read_metadata(documents).num_rows
    path = work.output("bands", "bands.npy", total)
    band_file = np.lib.format.open_memmap(path, mode="w+", dtype="<u8", shape=(bands + 1, total))
    with path.open("r+b") as stream:
        # A disk that is full says so here; at a page of the map it would kill the process (SIGBUS).
        os.posix_fallocate(stream.fileno(), 0, path.stat().st_size)
    done = hashed = 0
    with (
        work.output("shingles", "shingles.u64").open("wb") as shingle_file,
        TableWriter(
            work.output("signatures", "signatures.parquet"), SIGNATURES, ROW_GROUP
        ) as table,
    ):
        for batch in read_view(documents, edits=edits, columns=["id", "text"]):
            texts = batch["text"].to_pylist()
            sets = shingle_sets(texts, work.params.shingle)
            signed = band_hashes(signatures(sets.hashes, sets.counts, drawn), bands, rows)
            signed[:, sets.counts == 0] = 0
            column = slice(done, done + len(texts))
            band_file[:bands, column] = signed
            band_file[bands, column] = sets.exact[:, 1]
            # Not by tofile, whose error does not say that the disk is full.
            shingle_file.write(np.ascontiguousarray(sets.hashes, "<u8").data)
            lengths = np.fromiter(map(len, texts), np.int64, len(texts))
            arrays = [lengths, sets.words, sets.counts, sets.exact[:, 0], sets.exact[:, 1]]
            table.gather(pa.record_batch([batch["id"], *map(pa.array, arrays)], SIGNATURES))
            done += len(texts)
            hashed += len(sets.hashes)
            work.progress(done, total, "documents")
    band_file.flush()
    work.figures = {"documents": done, "shingles": hashed}


class Signatures:
    """The signatures of all shards, whose documents are numbered through in shard order."""

    def __init__(self, tables: Sequence[LocalFile], shingles: Sequence[LocalFile] = ()) -> None:
        self._tables = [file.path for file in tables]
        self._shingles = [file.path for file in shingles]
        sizes = [pq.read_metadata(path).num_rows for path in self._tables]
        self.starts: NDArray[np.int64] = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
        # Few maps stay open: a process may hold only so many files.
        self._hashes = lru_cache(maxsize=128)(self._open)

    def rows(self, numbers: Numbers, columns: Sequence[str]) -> pa.Table:
        """The rows of the documents `numbers` (ascending), one row group at a time."""
        batches = []
        places = np.searchsorted(numbers, self.starts)
        for index in np.flatnonzero(np.diff(places)).tolist():
            start = int(self.starts[index])
            for batch in read_batches(self._tables[index], columns):
                low, high = np.searchsorted(numbers, [start, start + batch.num_rows])
                batches.append(batch.take(pa.array(numbers[low:high] - start)))
                start += batch.num_rows
        if not batches:
            schema = pa.schema([SIGNATURES.field(name) for name in columns])
            return schema.empty_table()
        return pa.Table.from_batches(batches).combine_chunks()

    def shingles(self, number: int) -> Hashes:
        """The sorted shingle hashes of one document."""
        index = int(self.starts.searchsorted(number, side="right")) - 1
        hashes, ends = self._hashes(index)
        row = number - int(self.starts[index])
        return hashes[ends[row] : ends[row + 1]]

    def _open(self, index: int) -> tuple[Hashes, NDArray[np.int64]]:
        counts = pq.read_table(self._tables[index], columns=["shingles"], use_threads=False)
        ends = np.concatenate([[0], np.cumsum(counts["shingles"].to_numpy(), dtype=np.int64)])
        if ends[-1] == 0:
            return np.empty(0, np.uint64), ends
        # As a plain array: slicing one is several times quicker than slicing a memmap.
        return np.asarray(np.memmap(self._shingles[index], "<u8", mode="r")), ends
