"""The signatures of one shard of documents, and how the later steps of `deduplicate` read them.

Per shard, in the order of its documents:

- `signatures.parquet`: a row a document, see SIGNATURES; its metadata (`read_scheme`) say how all was made;
- `minhash.u32`: the MinHash signatures [documents, permutations], little-endian, as datasketch has them;
- `shingles.u64`: the sorted shingle hashes of all documents, one document after another;
- `passages.u64`: the keys of the passages by which a text is found inside a longer one, likewise.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import xxhash
from numpy.typing import NDArray

from cleaning.deduplicate.params import Signing
from cleaning.documents import TableWriter, read_batches
from cleaning.minhash.minhash import SCHEME, permutations, signatures
from cleaning.minhash.shingles import shingle_sets
from cleaning.text.batch import Hashes
from cleaning.text.words import FORM
from cleaning.view import SideTables, read_view
from cleaning.web.urls import canonical_url
from pipeline.model.stage import Work

SIGNATURES = pa.schema(
    [
        ("id", pa.string()),
        ("source", pa.string()),  # its name in the recipe
        ("host", pa.uint64()),  # the hash of the host; 0 where there is none
        ("address", pa.uint64()),  # the hash of the canonical URL; 0 where there is none
        ("quality", pa.float64()),  # the signal that the recipe names; null without one
        ("characters", pa.int64()),  # of the view's text, in code points
        ("words", pa.int64()),
        ("shingles", pa.int64()),
        ("passages", pa.int64()),
        ("exact_high", pa.uint64()),  # the xxh3_128 of the text with its white space squeezed
        ("exact_low", pa.uint64()),
    ]
)
ROW_GROUP = 1 << 16  # documents

Numbers = NDArray[np.int64]  # of documents, counted through all shards


def sign_shard(work: Work[Signing]) -> None:
    """Writes the signatures of one shard from its documents and edits."""
    params = work.params
    drawn = permutations(params.permutations, params.seed)
    documents = work.one("documents").path
    total = pq.read_metadata(documents).num_rows
    scheme = {
        "scheme": SCHEME,
        "permutations": params.permutations,
        "seed": params.seed,
        "shingle": params.shingle,
        "form": FORM,
    }
    schema = SIGNATURES.with_metadata({"minhash": json.dumps(scheme)})
    columns = ["id", "url", "host", "source", "text"]
    qualities = _Qualities(work)
    done = hashed = 0
    with (
        work.output("minhash", "minhash.u32", total).open("wb") as minhash_file,
        work.output("shingles", "shingles.u64").open("wb") as shingle_file,
        work.output("passages", "passages.u64").open("wb") as passage_file,
        TableWriter(work.output("signatures", "signatures.parquet"), schema, ROW_GROUP) as table,
    ):
        for batch in read_view(
            documents, edits=[f.path for f in work.inputs["edits"]], columns=columns
        ):
            texts = batch["text"].to_pylist()
            batch = batch.drop_columns(["text"])  # a very long one is held once
            sets = shingle_sets(texts, params.shingle)
            # Not by tofile, whose error does not say that the disk is full.
            minhash_file.write(
                np.ascontiguousarray(signatures(sets.hashes, sets.counts, drawn), "<u4").data
            )
            shingle_file.write(np.ascontiguousarray(sets.hashes, "<u8").data)
            passage_file.write(np.ascontiguousarray(sets.passages, "<u8").data)
            lengths = np.fromiter(map(len, texts), np.int64, len(texts))
            counts = [lengths, sets.words, sets.counts, sets.passage_counts, *sets.exact.T]
            arrays = [
                batch["id"],
                pc.struct_field(batch["source"], "name"),
                _hashes(batch["host"].to_pylist()),
                _hashes([url and canonical_url(url) for url in batch["url"].to_pylist()]),
                qualities.beside(batch.select(["id"])),
                *map(pa.array, counts),
            ]
            table.gather(pa.record_batch(arrays, SIGNATURES).cast(schema))
            done += len(texts)
            hashed += len(sets.hashes)
            work.progress(done, total, "documents")
    qualities.finish()
    work.figures = {"documents": done, "shingles": hashed}


class _Qualities:
    """The signal by which survivors are chosen, beside the documents."""

    def __init__(self, work: Work[Signing]) -> None:
        self._name = work.params.quality
        paths = [file.path for file in work.inputs["signals"]]
        self._tables = SideTables(paths, [self._name]) if self._name else None

    def beside(self, batch: pa.RecordBatch) -> pa.Array:
        if self._tables is None or self._name is None:
            return pa.nulls(batch.num_rows, pa.float64())
        column = self._tables.beside(batch)[self._name].combine_chunks().cast(pa.float64())
        return pc.if_else(pc.is_finite(column), column, None)

    def finish(self) -> None:
        if self._tables is not None:
            self._tables.finish()


def _hashes(names: Sequence[str | None]) -> pa.Array:
    """A hash of each name; 0 of none."""
    return pa.array(
        np.array(
            [xxhash.xxh3_64_intdigest(name.encode()) if name else 0 for name in names], np.uint64
        )
    )


def read_scheme(table: Path) -> dict[str, Any]:
    """How the signatures beside a `signatures.parquet` were made: the arguments of datasketch's MinHash, and more."""
    scheme: dict[str, Any] = json.loads(pq.read_schema(table).metadata[b"minhash"])
    return scheme


def read_minhash(path: Path, permutations: int) -> NDArray[np.uint32]:
    """The signatures [documents, permutations] of a shard, mapped."""
    if path.stat().st_size == 0:  # nothing to map
        return np.empty((0, permutations), np.uint32)
    # As a plain array: slicing one is several times quicker than slicing a memmap.
    return np.asarray(np.memmap(path, "<u4", mode="r")).reshape(-1, permutations)


def read_hashes(path: Path) -> Hashes:
    """The hashes of a shard, mapped."""
    if path.stat().st_size == 0:
        return np.empty(0, np.uint64)
    return np.asarray(np.memmap(path, "<u8", mode="r"))


def read_ends(table: Path, column: str) -> Numbers:
    """Where the hashes of each document of a shard begin, and where the last's end [documents + 1]."""
    counts = pq.read_table(table, columns=[column], use_threads=False)[column].to_numpy()
    return np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])


def sketches(table: Path, minhash: Path) -> Iterator[tuple[str, Any]]:
    """The id and the `datasketch.LeanMinHash` of each document of a shard, for the tools of others."""
    from datasketch import LeanMinHash

    scheme = read_scheme(table)
    rows = iter(read_minhash(minhash, scheme["permutations"]))
    for batch in read_batches(table, ["id"]):
        for name in batch["id"].to_pylist():
            yield (
                name,
                LeanMinHash(seed=scheme["seed"], hashvalues=next(rows), scheme=scheme["scheme"]),
            )
