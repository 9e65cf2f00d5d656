"""Which documents are alike: every pair that the bands propose is proven on its shingles."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from cleaning.deduplicate.candidates import CANDIDATES, CHUNK, begins, table_of
from cleaning.deduplicate.signatures import Numbers, Signatures
from cleaning.deduplicate.stage import Proving
from cleaning.documents import TableWriter, read_batches
from pipeline.model.stage import Work

PAIRS = pa.schema([*CANDIDATES, ("jaccard", pa.float64())])
PARTNERS = 256  # documents compared with one at once


def verify_pairs(work: Work[Proving]) -> None:
    """Writes the pairs of one partition whose true Jaccard similarity of shingles reaches the threshold."""
    candidates = [b for f in work.inputs["candidates"] for b in read_batches(f.path)]
    table = pa.Table.from_batches(candidates, CANDIDATES)
    above, below = (table[name].to_numpy().astype(np.uint64) for name in ("above", "below"))
    exact = table["exact"].to_numpy()
    signatures = Signatures(work.inputs["signatures"], work.inputs["shingles"])
    with TableWriter(work.output("pairs", "pairs.parquet"), PAIRS) as writer:
        same = [above[exact], below[exact], np.ones(int(exact.sum()), bool), np.ones(exact.sum())]
        writer.write(table_of(PAIRS, same))
        pairs = np.sort((above[~exact] << np.uint64(32)) | below[~exact])
        pairs = pairs[begins(pairs[1:] == pairs[:-1])[: len(pairs)]]
        above, below = (
            (pairs >> np.uint64(32)).astype(np.int64),
            (pairs & 0xFFFFFFFF).astype(np.int64),
        )
        for start in range(0, len(pairs), CHUNK):
            a, b = above[start : start + CHUNK], below[start : start + CHUNK]
            jaccard = _jaccards(signatures, a, b)
            near = jaccard >= work.params.threshold
            columns = [a[near], b[near], np.zeros(int(near.sum()), bool), jaccard[near]]
            writer.write(table_of(PAIRS, columns))
            work.progress(min(start + CHUNK, len(pairs)), len(pairs), "pairs")
    work.figures = {"candidates": len(pairs), "verified": writer.rows - int(exact.sum())}


def _jaccards(signatures: Signatures, above: Numbers, below: Numbers) -> NDArray[np.float64]:
    """The similarity of each pair of shingle sets; `above` is sorted, so that each set is fetched once."""
    result = np.empty(len(above))
    runs = np.flatnonzero(begins(above[1:] == above[:-1])[: len(above)]).tolist()
    for begin, end in zip(runs, [*runs[1:], len(above)], strict=True):
        one = np.array(signatures.shingles(int(above[begin])))
        for start in range(begin, end, PARTNERS):
            stop = min(start + PARTNERS, end)
            others = [signatures.shingles(number) for number in below[start:stop].tolist()]
            sizes = np.array([len(other) for other in others])
            both = np.concatenate(others)
            hits = one[np.minimum(one.searchsorted(both), len(one) - 1)] == both
            shared = np.add.reduceat(hits, np.cumsum(sizes) - sizes, dtype=np.int64)
            result[start:stop] = shared / (len(one) + sizes - shared)
    return result
