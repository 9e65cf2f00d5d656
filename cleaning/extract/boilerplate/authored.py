"""The part of a page that its author alone wrote: the element that a template sets a text into.

Generators of sites put a text as it was written into one element of their template, and what renders Markdown,
DocBook or a rich text gives no part of it the name of a menu, a box for sharing or a byline. Where all of an element
is so, everything in it is the author's, a line that is but a link as well. Newspapers set their boxes among
the paragraphs: there no element is one.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cleaning.extract.blocks import compiled
from cleaning.extract.blocks.blocks import Blocks
from cleaning.extract.tree.elements import IS_HEADING, TAG, Kind
from cleaning.extract.tree.families import NAMES
from cleaning.text.batch import Bools

Ints = npt.NDArray[np.int64]

NEARLY_ALL = 0.95  # of the text, which the element holds
LEADING = 2  # headings that lead to other pages, in a container that announces them
_ADDED_NAMES = (
    "navigation header footer side comments related share cookie advert crumbs byline cart price review search modal"
    " newsletter tags pages form about"
)


def _of(names: str) -> int:
    return sum(1 << NAMES.index(name) for name in names.split())


_ADDED = _of(_ADDED_NAMES)
_CONTENTS = 1 << NAMES.index("contents")
# Of a manual what else has such a name is its author's: a box beside the text, who wrote it, a notice of copyright.
_NAMES_BESIDE = "comments related share advert crumbs search pages newsletter modal form"
_LEADS = 1 << NAMES.index("navigation")
_ADDED_TO_MANUALS = _LEADS + _of(_NAMES_BESIDE)
_BESIDE = _of("contents related pages side")
_FOOT = _of("footer")
_HEAD = _of("header")
_LEAST = 100  # characters of a text beside contents, at least
_MANY = 30  # entries of a manual's contents, at least
_LINE = 400  # characters of the links above and below a page
_TEXT = _of("content")
_OF_SECTIONS = _of("documentation")
_LITTLE = 0.3  # of the text of such an element that stays, at least
# By tag.
_IS_ADDED = np.isin(list(TAG), ("header", "footer", "nav", "form", "aside", "dialog", "search"))
_BOX = np.isin(list(TAG), ("div", "main", "article", "section", "td", "center", "custom"))  # by tag
_HEADS = np.isin(list(TAG), ("h1", "h2", "h3", "h4", "h5", "h6"))  # by tag: named by what they say


def authored(blocks: Blocks, keep: Bools, of_article: bool) -> Bools:
    """The blocks of the element that holds nearly all of the text that stays, where an author alone wrote it; with
    the headings right above it, without what a template sets at its ends. None where no such element is, or where
    it is all of the page.
    """
    first, last, tag = blocks.first, blocks.last, blocks.tag
    family, apart = blocks.family, keep
    if of_article:  # title, byline and day may stand above the element
        around = np.empty(len(blocks.parent), np.int64)
        compiled.innermost(blocks.parent, _adding(blocks, np.zeros(len(tag), bool)), around)
        apart = keep & (around[blocks.at] < 0) & (blocks.kind != Kind.H1)
        apart = apart if apart.any() else keep
    mass = _mass(blocks, apart)
    most = NEARLY_ALL * mass[0]
    holding = (_BOX[tag] & (mass >= most) & (mass > 0)).nonzero()[0]
    written = np.zeros(len(blocks), bool)
    if not len(holding):
        return written
    at = int(holding[-1])  # they lie in each other
    if _in_foot(blocks, at):  # of a page whose text was not seen
        return written
    if of_article:  # what holds the text is none of these, whatever its name
        family = np.where(mass >= most, 0, family)
    added, of_contents = _nearest(blocks, family, _ADDED)
    announced = _announcing(blocks)
    # What an author cites is named by whom it is from, and may be judged by itself.
    foreign = (added > at) & (of_contents <= at) & ~keep & (blocks.kind != Kind.QUOTE)
    own = (~foreign[first[at] : last[at]]).nonzero()[0] + first[at]
    start, end = int(own[0]), int(own[-1]) + 1
    if foreign[start:end].any():
        return written
    above = blocks.parent[at]
    while end - start == last[at] - first[at] and above >= 0 and _BOX[tag[above]]:
        beside = slice(first[above], start), slice(end, last[above])
        headings = IS_HEADING[blocks.kind] & (added <= above) | (of_contents > above)
        if not all(headings[extent].all() for extent in beside):
            break
        at, above, start, end = above, blocks.parent[above], first[above], last[above]
    if end - start == len(blocks):
        return written
    written[start:end] = True
    # What a template adds in it and the network keeps is not surely the author's; authors write paragraphs.
    return (
        written & (np.maximum(added, announced) <= at) & (of_contents <= at) & ~_BOX[tag[blocks.at]]
    )


def _in_foot(blocks: Blocks, at: int) -> bool:
    """Whether an element is the foot of its page or lies in it."""
    while at >= 0 and blocks.tag[at] != TAG["footer"]:
        at = int(blocks.parent[at])
    return at >= 0


def named(blocks: Blocks, most: int) -> Bools:
    """The lines of the one element that a template names its text, without what it adds there, where they are no more
    than `most` characters.
    """
    lines = np.zeros(len(blocks), bool)
    within = np.empty((2, len(blocks.parent)), np.int64)
    compiled.innermost(blocks.parent, _adding(blocks, blocks.family & _ADDED != 0), within[0])
    text = (blocks.family & _TEXT != 0) & (within[0] < 0)
    compiled.innermost(blocks.parent, text, within[1])
    added, at = within[:, blocks.at]
    plain = (added < at) & (at >= 0)
    if len(np.unique(at[plain])) == 1 and blocks.size[plain].sum() <= most:
        lines[plain] = True
    return lines


def _mass(blocks: Blocks, keep: Bools) -> Ints:
    """Of each container how many characters of it stay; the first one holds the page."""
    kept = np.zeros(len(blocks) + 1, np.int64)
    (blocks.size * keep).cumsum(out=kept[1:])
    return kept[blocks.last] - kept[blocks.first]


def sections(blocks: Blocks) -> Bools:
    """The containers that are sections of a manual: their names say what they are about (pagination, search)."""
    return (blocks.tag == TAG["section"]) | (blocks.family & _OF_SECTIONS != 0)


def of_manual(blocks: Blocks, keep: Bools) -> tuple[Bools, bool]:
    """The text of a page that was made of a manual's source: all of the element that holds it, but for what leads
    through the manual and what lists the page itself, and whether its template names that element. Where too little of
    it stays to know it by, as of a page of a command or a list of chapters, it is what is so named around the title.
    """
    first, last, tag, parent = blocks.first, blocks.last, blocks.tag, blocks.parent
    mass = _mass(blocks, keep)
    holding = (_BOX[tag] & (mass >= NEARLY_ALL * mass[0]) & (mass > 0)).nonzero()[0]
    added, of_contents = _nearest(blocks, blocks.family, _ADDED_TO_MANUALS, sections(blocks))
    beside = np.maximum(added, of_contents)
    led = leading(blocks)

    def inside(at: int) -> Bools:
        text = np.zeros(len(blocks), bool)
        if at >= 0:
            extent = slice(first[at], last[at])
            text[extent] = ((beside <= at) & ~led)[extent]
        return text

    if len(holding):
        at = int(holding[-1])
        named = [h for h in holding.tolist() if blocks.family[h] & _TEXT]
        while not named and parent[at] >= 0 and _BOX[tag[parent[at]]]:
            at = int(parent[at])
        at = named[-1] if named else at
        text = inside(at)
        whole = blocks.size[text].sum()
        if whole and (blocks.size * keep)[text].sum() >= _LITTLE * whole:
            return text, bool(named)
    elif _bare(blocks, keep):
        return inside(0), False
    at = _around_title(blocks, led)
    return inside(at), at >= 0


def _bare(blocks: Blocks, keep: Bools) -> bool:
    """Whether most of what stays stands in no box, as where a text is all of a page but for links around it."""
    around = np.empty(len(blocks.parent), np.int64)
    compiled.innermost(blocks.parent, _BOX[blocks.tag], around)
    bare = keep & (around[blocks.at] < 0)
    return bool(2 * blocks.size[bare].sum() > blocks.size[keep].sum())


def _around_title(blocks: Blocks, led: Bools) -> int:
    """The innermost element around the title of a manual's page that its template names its text (-1: none)."""
    titles = ((blocks.kind == Kind.H1) & ~led).nonzero()[0]
    at = int(blocks.at[titles[0]]) if len(titles) else -1
    while at >= 0 and not (_BOX[blocks.tag[at]] and blocks.family[at] & _TEXT):
        at = int(blocks.parent[at])
    return at


def leading(blocks: Blocks) -> Bools:
    """What leads through a manual, by its tag or its names: beside its text, or links around it."""
    counted = (blocks.size, blocks.linked, IS_HEADING[blocks.kind].astype(np.int64))
    sums: Ints = np.cumsum(np.stack(counted, axis=1), axis=0)
    sums = np.concatenate((np.zeros((1, 3), int), sums))
    size, linked, headings = (sums[blocks.last] - sums[blocks.first]).T
    line = (2 * linked >= size) & (size <= _LINE) & (headings == 0)
    family = blocks.family
    leads = (family & _LEADS != 0) & ((family & _BESIDE != 0) | line)
    # A paragraph of copyright is the author's.
    leads |= (family & _FOOT != 0) & (blocks.tag == TAG["div"]) | (family & _HEAD != 0) & line
    here, links = _here(blocks)
    whole = (links > _MANY) & (2 * here < links) & (2 * linked >= size)
    # Contents of the manual, beside a text: not the page of contents itself.
    prose = int((blocks.size - blocks.linked).sum())
    whole &= prose - (size - linked) >= _LEAST
    leads |= (family & _CONTENTS != 0) & whole
    # The frame around them holds links to the manual as well, and nothing else.
    for container in ((family & _CONTENTS != 0) & whole).nonzero()[0].tolist():
        above = blocks.parent[container]
        while above >= 0 and whole[above] and not leads[above]:
            leads[above] = linked[above] >= NEARLY_ALL * size[above]
            above = blocks.parent[above] if leads[above] else -1
    around = np.empty(len(blocks.parent), np.int64)
    compiled.innermost(
        blocks.parent, leads & ~sections(blocks) | (blocks.tag == TAG["nav"]), around
    )
    led: Bools = around[blocks.at] >= 0
    return led


def _here(blocks: Blocks) -> tuple[Ints, Ints]:
    """Of each container how many of its blocks lead to places of the page, and how many anywhere."""
    leads = np.array([(target[:1] == "#", target != "") for target in blocks.target], np.int64)
    sums = np.concatenate((np.zeros((1, 2), np.int64), np.cumsum(leads, axis=0)))
    here, links = (sums[blocks.last] - sums[blocks.first]).T
    return here, links


def _announcing(blocks: Blocks) -> Ints:
    """Of each block the outermost container around it that announces other texts (-1: none): two headings at least are
    links to other pages, and all are but one.
    """
    heading = IS_HEADING[blocks.kind]
    leading: Bools = heading & (blocks.linked * 2 >= blocks.size)
    leading[leading] = [
        blocks.target[i][:1] not in ("", "#") for i in leading.nonzero()[0].tolist()
    ]
    if np.count_nonzero(leading) < LEADING:
        return np.full(len(blocks), -1)
    sums: Ints = np.cumsum(np.stack((heading, leading), axis=1), axis=0)
    sums = np.concatenate((np.zeros((1, 2), int), sums))
    headings, links = (sums[blocks.last] - sums[blocks.first]).T
    announces = (links >= LEADING) & (links >= headings - 1)
    outermost = np.empty(len(announces), np.int64)
    compiled.outermost(blocks.parent, announces, outermost)
    return outermost[blocks.at]


def _adding(blocks: Blocks, named: Bools) -> Bools:
    """The containers that a template adds to a text: by their tag, not shown, or so named."""
    adding: Bools = blocks.hidden | named & ~_HEADS[blocks.tag] | _IS_ADDED[blocks.tag]
    return adding


def _nearest(
    blocks: Blocks, family: Ints, names: int, but: Bools | None = None
) -> tuple[Ints, Ints]:
    """Of each block the innermost container around it that a template adds, by its name, and that lists what the page
    holds, not other pages.
    """
    first, last, parent = blocks.first, blocks.last, blocks.parent
    places_of = np.empty((2, len(parent)), np.int64)
    named = family & names != 0
    adds = _adding(blocks, named if but is None else named & ~but)
    compiled.innermost(parent, adds, places_of[0])
    of_contents = family & _CONTENTS != 0
    if of_contents.any():
        here = np.cumsum([0, *["#" in target for target in blocks.target]])
        links = np.cumsum([0, *[target != "" for target in blocks.target]])
        # A chapter lists its pages, and what has no link is a text.
        listed = links[last] - links[first]
        of_contents &= (2 * (here[last] - here[first]) >= listed) & (listed > 0)
    compiled.innermost(parent, of_contents, places_of[1])
    return places_of[0][blocks.at], places_of[1][blocks.at]
