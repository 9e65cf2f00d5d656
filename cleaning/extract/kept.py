"""Which blocks of a page stay: what is likely its text, what belongs to that, and what its author surely wrote."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from cleaning.extract.apparatus import apparatus
from cleaning.extract.blocks.blocks import Blocks
from cleaning.extract.blocks.within import hidden, within
from cleaning.extract.boilerplate.article import without_announced, without_surroundings
from cleaning.extract.boilerplate.authored import authored, named, of_manual
from cleaning.extract.boilerplate.template import labels
from cleaning.extract.likely import Likely
from cleaning.extract.metadata import Head
from cleaning.extract.model.choice import (
    LITTLE,
    SHORT,
    SURE,
    chosen,
    prose,
    right_above,
    running,
    with_names,
)
from cleaning.extract.model.features import LONG, Floats
from cleaning.extract.tree.elements import IS_HEADING
from cleaning.text.batch import Bools
from cleaning.web.urls import host_of

# And inside the element of the page where the text is. Of pages that are all text a doubtful block is rather text;
# among the cards of a shop it isn't. Chosen on five of WCXB's development pages in ten, others held out by host.
DOUBTFUL = {"documentation": 0.1, "service": 0.4}
SURELY_NONE = 0.02  # probability below which plain rules are not believed


class Kept(NamedTuple):
    """The blocks that stay; those that are surely the author's own; how likely each is text, these for certain; and
    whether all of the text is known, however short it is.
    """

    keep: Bools
    own: Bools
    p: Floats
    whole: bool


def kept(blocks: Blocks, judged: Likely, head: Head, title: str, url: str | None) -> Kept:
    """Chooses the blocks of a page; `title` is of an article, as the page shows it."""
    (kind, _, of_links, of_article), p, host = judged.page, judged.p, host_of(url or "")
    allowed = ~judged.contents
    keep = chosen(blocks, p, DOUBTFUL.get(kind, SURE), of_links)
    if of_article:
        keep |= running(blocks, keep, judged.plain) & ~judged.added & allowed
    own = authored(blocks, keep, kind == "article") & allowed & (not head.news)
    keep |= own
    whole = False
    if head.manual:
        text_of, sure = of_manual(blocks, keep)
        whole = sure and bool(text_of.any())
        keep |= text_of & allowed
        own |= text_of & allowed & sure
        keep |= right_above(keep, IS_HEADING[blocks.kind] & ~judged.aside & allowed)
    p = np.where(own, 1.0, p)
    if not head.manual:
        keep = without_announced(blocks, keep, of_links or kind == "forum", own, host) | (
            own & (kind == "documentation")
        )
    if of_article:
        keep = without_surroundings(blocks, keep, p, title, head.article, host, own)
        keep |= apparatus(blocks)
    keep |= with_names(blocks, keep)
    keep &= ~labels(blocks)
    return Kept(_without_hidden(blocks, keep, p, of_article), own, p, whole)


def _without_hidden(blocks: Blocks, keep: Bools, p: Floats, of_article: bool) -> Bools:
    """The blocks that stay, without those that a reader doesn't see."""
    closed_off = hidden(blocks) & keep
    if not of_article:  # answers and panels that a click opens, where they are surely text
        closed_off &= (p < SURE) | (blocks.linked * 2 > blocks.size)
    if np.count_nonzero(closed_off) * 2 < np.count_nonzero(keep):
        keep = keep & ~closed_off  # else it is the text, which a script will show
    unseen = within(blocks, blocks.unseen) & keep
    if unseen.any() and blocks.size[unseen].sum() * 2 < blocks.size[keep].sum():
        keep = keep & ~unseen
    return keep


def with_prose(blocks: Blocks, keep: Bools, judged: Likely, p: Floats) -> Bools:
    """Of a page of which little stays: this, and its prose by plain rules."""
    few = len(blocks.whole) < SHORT  # a page of a line: the gate shall see it as it is
    more = prose(blocks, 0 if few else LONG) & ~judged.contents
    if (more & ~judged.aside).any():
        more &= ~judged.aside
    if keep.any():  # what is surely none stays out, where there is something that is
        more &= np.minimum(p, judged.alone) >= SURELY_NONE
    elif not judged.page.of_links:  # a picture and where it is from, a poem
        lines = named(blocks, LITTLE) & ~judged.contents
        more = lines if blocks.size[lines].sum() >= SHORT else more | lines
    return keep | more
