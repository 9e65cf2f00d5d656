"""What a forum sets at the posts of a thread: who wrote them and when, what is counted of him, what can be done."""

from __future__ import annotations

import numpy as np

from cleaning.extract.blocks import Blocks
from cleaning.extract.elements import TAG, Kind
from cleaning.extract.families import NAMES
from cleaning.extract.features import Floats
from cleaning.text import Bools, Ints

SENTENCE = (
    60  # characters from which a line is rather somebody's words than a name, a day or a count
)
LINE = 120  # characters of what a forum sets at a post, at most
MOST = 0.85  # of the probable words of a page, which are in the bodies of its posts, at least
ELSEWHERE = 0.03  # of these words, which a smaller element may lack and still be the body
_IS_PART = np.isin(list(TAG), ("div", "section", "article", "td", "blockquote"))  # by tag
_POST = 1 << NAMES.index("forum") | 1 << NAMES.index("article")
_CONTENT = 1 << NAMES.index("content")


def beside_posts(blocks: Blocks, p: Floats) -> Bools:
    """The short blocks of a thread in its posts and outside of their bodies, from how probably each is main text.

    Bodies are the smallest elements of one look that hold nearly all long blocks that are probably text; what holds one
    alone is the post. An only body has to be called so by its template.
    """
    size = blocks.size
    words = _before(p * size * (size >= SENTENCE))
    text, held = _before(p * size), _before(size)
    parts = _outermost(blocks)
    first, last = blocks.first[parts], blocks.last[parts]
    _, of = np.unique(blocks.look[parts], return_inverse=True)
    has = np.bincount(of, words[last] - words[first])
    characters = np.bincount(of, held[last] - held[first])
    full = np.bincount(of, text[last] - text[first] > (held[last] - held[first]) / 2)
    named = np.bincount(of, _called(blocks)[parts])
    most = has >= MOST * words[-1]
    for may_be in (most & (full > 1), most & (named > 0)):
        if may_be.any():
            may_be = may_be & (has >= has[may_be].max() - ELSEWHERE * words[-1])
            look = np.where(may_be, characters, held[-1] + 1).argmin()
            return _beside(blocks, parts[of == look])
    return np.zeros(len(blocks), bool)


def _beside(blocks: Blocks, bodies: Ints) -> Bools:
    first = blocks.first[bodies]
    begun = _before(np.bincount(first, minlength=len(blocks)))
    one = begun[blocks.last] - begun[blocks.first] == 1
    beside = _covered(blocks, one.nonzero()[0]) & ~_covered(blocks, bodies)
    beside &= blocks.size <= LINE
    if len(bodies) == 1:  # what is around it is the page, with its title
        beside &= ~np.isin(blocks.kind, (Kind.H1, Kind.H2))
    return beside


def _covered(blocks: Blocks, containers: Ints) -> Bools:
    """The blocks in any of these containers."""
    ends = np.zeros(len(blocks) + 1, np.int64)
    np.add.at(ends, blocks.first[containers], 1)
    np.add.at(ends, blocks.last[containers], -1)
    covered: Bools = ends.cumsum()[:-1] > 0
    return covered


def _before(values: Floats | Ints) -> Floats:
    """The sum of the values before each place, and of all."""
    return np.append(0.0, np.cumsum(values))


def _called(blocks: Blocks) -> Bools:
    """The elements that a template calls the body of a post, by their own name and that of the element above."""
    named = blocks.family | np.where(blocks.parent >= 0, blocks.family[blocks.parent], 0)
    called: Bools = (named & _POST != 0) & (named & _CONTENT != 0)
    return called


def _outermost(blocks: Blocks) -> Ints:
    """The parts with blocks that stand in none that looks the same."""
    looks, parents = blocks.look.tolist(), blocks.parent.tolist()
    chosen = []
    for at in ((blocks.last > blocks.first) & _IS_PART[blocks.tag]).nonzero()[0].tolist():
        above = parents[at]
        while above >= 0 and looks[above] != looks[at]:
            above = parents[above]
        if above < 0:
            chosen.append(at)
    return np.array(chosen, np.int64)
