"""What a page says twice: copies and quotations, refrains, signatures below the posts of a forum."""

from __future__ import annotations

import numpy as np

from cleaning.extract.blocks.blocks import Blocks
from cleaning.extract.tree.elements import Kind
from cleaning.text.batch import Bools, Ints

REPEATED = 8  # words of a block from which a second one is a copy
# Words of a run of copies below which it is a refrain, where its elements look the same: of WCXB's development pages,
# the words of such copies that the gold has and has not, of articles below and above: 2436 and 676, 0 and 9897.
REFRAIN = 60
_QUOTING = ("forum", "product")  # kinds whose pages hold the words of others again
SAME = 3  # levels of elements by which lines of posts look the same
FEW = 4  # words of one, at least


def without_copies(blocks: Blocks, keep: Bools, kind: str) -> Bools:
    """Of what a page holds twice, for screens of two sizes or as a quotation, the first; refrains stay, and the same
    steps for many systems of a manual. Of a forum what several posts hold goes whole.
    """
    if kind == "documentation":
        return keep
    long = [
        i
        for i in (keep & (blocks.kind != Kind.CODE)).nonzero()[0].tolist()
        if blocks.text[i].count(" ") >= REPEATED - 1
    ]
    if kind != "forum" and len({blocks.text[i] for i in long}) == len(long):
        return keep
    last: dict[str, int] = {}
    back = np.zeros(len(long), np.int64)  # how many of these blocks ago the same was said
    alike = np.zeros(len(long), bool)
    for place, index in enumerate(long):
        text = blocks.text[index]
        if (before := last.get(text)) is not None:
            back[place] = place - before
            alike[place] = blocks.look[blocks.at[index]] == blocks.look[blocks.at[long[before]]]
        last[text] = place
    keep = keep & ~_signatures(blocks, keep) if kind == "forum" else keep.copy()
    ends = (np.diff(back, append=-1)).nonzero()[0] + 1
    for start, end in zip([0, *ends[:-1].tolist()], ends.tolist(), strict=False):
        if not back[start]:
            continue
        words = sum(blocks.text[i].count(" ") + 1 for i in long[start:end])
        refrain = words < REFRAIN and alike[start:end].all() and kind not in _QUOTING
        if not refrain:
            keep[long[start:end]] = False
    return keep


def looks_around(blocks: Blocks) -> Ints:
    """(N, SAME): how the element of each block looks, and those above it; -1 where there is none."""
    look, parent = np.append(blocks.look, -1), np.append(blocks.parent, -1)  # those of -1 last
    around = [blocks.at]
    for _ in range(SAME - 1):
        around.append(parent[around[-1]])
    looks: Ints = look[np.stack(around, 1)]
    return looks


def _signatures(blocks: Blocks, keep: Bools) -> Bools:
    """What posts of a forum hold more than once in containers that look the same, as those of a quotation do not: what
    their authors are, own and sign with.
    """
    places = list(map(tuple, looks_around(blocks).tolist()))
    places_of: dict[tuple[str, tuple[int, ...]], list[int]] = {}
    plain = keep & (blocks.kind != Kind.CODE) & (blocks.kind != Kind.QUOTE)
    for index in plain.nonzero()[0].tolist():
        text = blocks.text[index]
        if FEW <= text.count(" ") + 1 <= REFRAIN and text[-1] != ":":  # which goes on
            places_of.setdefault((text, places[index]), []).append(index)
    signatures = np.zeros(len(blocks), bool)
    for indices in places_of.values():
        signatures[indices] = len(indices) > 1
    return signatures
