"""Which documents of earlier editions have a key of a new one, of one partition of the keys, and in which shards.

Their decisions are read where they are met, and nowhere else: `candidates` names the shards that this step found.
"""

from __future__ import annotations

import numpy as np

from cleaning.deduplicate.candidates.buckets import Postings
from cleaning.deduplicate.params import Meeting
from pipeline.model.stage import Work


def meet(work: Work[Meeting]) -> None:
    """Writes the postings of earlier editions whose key a new document has, numbered among all."""
    layout = work.params.earlier
    new = [Postings.mapped(file).key for file in work.inputs["keys"]]
    keys = np.unique(np.concatenate([np.empty(0, np.uint64), *new]))
    some = []
    for file, offset in zip(work.inputs["earlier_keys"], layout.offsets, strict=True):
        postings = Postings.mapped(file)
        # A file is of one partition of its edition: it is searched for the keys of that partition alone.
        first, last = np.searchsorted(keys, [postings.key[0], postings.key[-1]])
        wanted = keys[first : last + 1]
        low = np.minimum(np.searchsorted(postings.key, wanted), len(postings) - 1)
        shared = postings.key[low] == wanted
        low = low[shared]
        counts = np.searchsorted(postings.key, wanted[shared], side="right") - low
        places = np.repeat(low - (np.cumsum(counts) - counts), counts) + np.arange(counts.sum())
        some.append(postings.take(places).moved(offset))
    met = Postings.joined(some)
    met.write(work.output("met", "met.bin", len(met)))
    starts = np.array(layout.firsts, np.int64)
    shards = np.unique(np.searchsorted(starts, met.number, side="right") - 1)
    work.figures = {"postings": len(met), "shards": shards.tolist()}
