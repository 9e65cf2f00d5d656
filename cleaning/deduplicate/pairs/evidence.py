"""What speaks for and against two texts being duplicates, as `deduplicate` sees them."""

from __future__ import annotations

from typing import Any

import numpy as np

from cleaning.deduplicate.options import Options
from cleaning.deduplicate.pairs.apart import apart, stricter
from cleaning.deduplicate.pairs.pairs import CONTAINED, bound
from cleaning.minhash.bands import collision_probability
from cleaning.minhash.minhash import band_hashes, permutations, signatures
from cleaning.minhash.shingles import shingle_sets


def evidence(
    one: str, other: str, params: Options, hosts: tuple[str | None, str | None]
) -> dict[str, Any]:
    """Similarities of two texts, the bands and passages that propose them, and what would make them a pair.

    `apart` says why they both stay, where they do; `hosts` are those of their documents.
    """
    sets = shingle_sets([one, other], params.shingle)
    split = int(sets.counts[0])
    hashes = sets.hashes[:split], sets.hashes[split:]
    common = len(np.intersect1d(hashes[0], hashes[1], assume_unique=True))
    union = int(sets.counts.sum()) - common
    drawn = permutations(params.permutations, params.seed)
    signed = signatures(sets.hashes, sets.counts, drawn)
    bands, rows = params.bands()
    banded = band_hashes(signed, bands, rows)
    together = np.flatnonzero((banded[:, 0] == banded[:, 1]) & bool(sets.counts.all()))
    passages = np.split(sets.passages, [int(sets.passage_counts[0])])
    jaccard = common / union if union else 0.0
    smaller = int(sets.counts.min())
    containment = params.containment
    if containment is not None:
        containment = float(bound(sets.counts.min(), sets.counts.max(), containment))
    contained = common / smaller if smaller >= CONTAINED else None
    shown = {
        "same_text": bool(sets.exact[0].any() and (sets.exact[0] == sets.exact[1]).all()),
        "shingles": sets.counts.tolist(),
        "shared": common,
        "jaccard": jaccard,
        "threshold": params.threshold,
        "contained": contained,  # None: the smaller is too small for it to mean something
        "containment": containment,
        "stricter": stricter(containment, params),
        "bands": [int(band) for band in together],
        "of_bands": bands,
        "rows": rows,
        "proposed": collision_probability(jaccard, bands, rows),
        "passages": len(np.intersect1d(passages[0], passages[1])),
        "of_passages": int(sets.passage_counts.min()),
    }
    return {**shown, "apart": apart(shown, params, hosts)}
