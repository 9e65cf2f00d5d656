"""What a forum sets at the posts of a thread: who wrote them and when, what is counted of him, what can be done."""

from __future__ import annotations

import numpy as np

from cleaning.extract.blocks.blocks import Blocks
from cleaning.extract.boilerplate.copies import looks_around
from cleaning.extract.model.choice import SURE
from cleaning.extract.model.features import Floats
from cleaning.extract.tree.elements import TAG, Kind
from cleaning.extract.tree.families import NAMES
from cleaning.text.batch import Bools, Ints

SENTENCE = (
    60  # characters from which a line is rather somebody's words than a name, a day or a count
)
LINE = 120  # characters of what a forum sets at a post, at most
MOST = 0.85  # of the probable words of a page, which are in the bodies of its posts, at least
ELSEWHERE = 0.03  # of these words, which a smaller element may lack and still be the body
_IS_PART = np.isin(list(TAG), ("div", "section", "article", "td", "blockquote"))  # by tag
_POST = 1 << NAMES.index("forum") | 1 << NAMES.index("article")
_CONTENT = 1 << NAMES.index("content")
_FORUM = 1 << NAMES.index("forum")
POSTS, ALIKE = 3, 0.8  # posts that look alike, and which share of them is main text, at least


def beside_posts(blocks: Blocks, p: Floats) -> Bools:
    """The short blocks of a thread in its posts and outside of their bodies, from how probably each is main text.

    Bodies are the smallest elements of one look that hold nearly all long blocks that are probably text; what holds one
    alone is the post. An only body has to be called so by its template.
    """
    size = blocks.size
    words = _before(p * size * (size >= SENTENCE))
    text, sizes = _before(p * size), _before(size)
    outermost = _outermost(blocks)
    first, last = blocks.first[outermost], blocks.last[outermost]
    _, of = np.unique(blocks.look[outermost], return_inverse=True)
    has = np.bincount(of, words[last] - words[first])
    characters = np.bincount(of, sizes[last] - sizes[first])
    full = np.bincount(of, text[last] - text[first] > (sizes[last] - sizes[first]) / 2)
    named = np.bincount(of, _called(blocks)[outermost])
    most = has >= MOST * words[-1]
    for may_be in (most & (full > 1), most & (named > 0)):
        if may_be.any():
            may_be = may_be & (has >= has[may_be].max() - ELSEWHERE * words[-1])
            look = np.where(may_be, characters, sizes[-1] + 1).argmin()
            return _beside(blocks, outermost[of == look])
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
    """The containers with blocks that stand in none that looks the same."""
    looks, parents = blocks.look.tolist(), blocks.parent.tolist()
    chosen = []
    for at in ((blocks.last > blocks.first) & _IS_PART[blocks.tag]).nonzero()[0].tolist():
        above = parents[at]
        while above >= 0 and looks[above] != looks[at]:
            above = parents[above]
        if above < 0:
            chosen.append(at)
    return np.array(chosen, np.int64)


def whole_posts(blocks: Blocks, p: Floats) -> Floats:
    """The lines that stand right in one element are of one post: where most of their text is main text, all are. So is
    a post where what its template calls a post and shows alike is main text nearly everywhere: "Thanks!" is one, and
    a line among such as look alike.
    """
    p = _lines_alike(blocks, _posts_alike(blocks, p))
    of = len(blocks.parent)
    lines = np.bincount(blocks.at, minlength=of)
    mean = np.bincount(blocks.at, p * blocks.size, of) / np.bincount(
        blocks.at, blocks.size, of
    ).clip(1)
    whole = ((lines > 1) & (mean >= SURE))[blocks.at]
    return np.where(whole, np.maximum(p, mean[blocks.at]), p).astype(np.float32)


def _lines_alike(blocks: Blocks, p: Floats) -> Floats:
    """A line of a thread is judged by all whose elements look alike, where these are main text."""
    _, of, lines = np.unique(looks_around(blocks), axis=0, return_inverse=True, return_counts=True)
    of = of.ravel()
    mean = np.bincount(of, p * blocks.size) / np.bincount(of, blocks.size)
    alike = ((lines >= POSTS) & (mean >= ALIKE))[of]
    return np.where(alike, np.maximum(p, mean[of]), p).astype(np.float32)


def _posts_alike(blocks: Blocks, p: Floats) -> Floats:
    """A post of one paragraph is judged by all that look alike, where these are main text."""
    named = ((blocks.family & _FORUM != 0) & (blocks.last > blocks.first)).nonzero()[0]
    if len(named) < POSTS:
        return p
    sums = np.zeros((2, len(p) + 1))
    sums[:, 1:] = np.cumsum((p * blocks.size, blocks.size), axis=1)
    first, last = blocks.first[named], blocks.last[named]
    _, of, posts = np.unique(blocks.look[named], return_inverse=True, return_counts=True)
    text, size = (np.bincount(of, row[last] - row[first]) for row in sums)
    mean = text / size
    single = ((posts >= POSTS) & (mean >= ALIKE))[of] & (last - first == 1)
    p = p.copy()
    p[first[single]] = np.maximum(p[first[single]], mean[of][single])
    return p
