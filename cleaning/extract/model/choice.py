"""Which blocks of a page stay, from how probably each is main text: what belongs together goes together.

A list, a table or a listing of terms stays or goes whole; a heading goes with what stands below it; in the element of
the page where the text is, a doubtful block stays.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from cleaning.extract.blocks import compiled
from cleaning.extract.blocks.blocks import Blocks
from cleaning.extract.blocks.within import hidden
from cleaning.extract.model.features import LONG, Floats
from cleaning.extract.tree.elements import HEADINGS, KINDS, TAG, Kind
from cleaning.text.batch import Bools

SURE = 0.5  # from which probability a block stays
HEADING = 0.02  # a heading above what stays, where it is not surely none
NEARLY_ALL = 0.95  # of the text, by which the element of the page is known where it is
MOSTLY = 0.6  # of that element, which is text
SHORT = 200  # characters of main text below which the prose of a page is looked for by plain rules
LITTLE = 1000  # characters of a page of which nothing is left without the beginnings of other texts
_IS_LIST = np.isin(list(TAG), ("ul", "ol", "dl", "table", "menu"))  # by tag
# Paragraphs of an element that are one text, how much of it is likely so, and how likely each is at least.
STORY, OF_STORY, PART = 10, 0.8, 0.2
QUOTED = 4  # blocks of an element that cites somebody
NAME = 150  # characters of the name and the work of whom a text cites
_DASH = re.compile(r"[-–—―]\s*\w|[-–—―]\s*[@«“\"]")
_P = TAG["p"]
_IS_LEADING = np.isin(range(KINDS), list(HEADINGS | {Kind.TERM}))  # by kind


def level(p: Floats, size: npt.NDArray[np.int64]) -> float:
    """The logit from which blocks stay so that the F1 to be expected of their characters is highest: that of half of
    this F1, so the lower, the more is doubtful (Lipton et al. 2014, Optimal Thresholding of Classifiers to Maximize F1
    Measure).
    """
    order = np.argsort(-p, kind="stable")
    right = ((p * size)[order]).cumsum()
    f1 = float((2 * right / (size[order].cumsum() + right[-1])).max())
    return float(np.log(f1 / (2 - f1)))


def chosen(blocks: Blocks, p: Floats, doubtful: float, of_links: bool) -> Bools:
    """Which blocks stay, from how probably each is main text; where the text is, from `doubtful`. Of a page that lists
    others an entry stays, or goes, by itself too: which cards are meant is too doubtful for all to go at once.
    """
    keep = p >= SURE
    if not keep.any():
        return keep
    together = _together(blocks, p)
    p = np.maximum(p, together) if of_links else together
    keep = p >= SURE
    keep = keep | (_inside(blocks, keep) & (p >= doubtful))
    return _with_headings(blocks, keep, p)


def _together(blocks: Blocks, p: Floats) -> Floats:
    """Entries of one list, rows of one table: judged by what most of their text is."""
    p = p.copy()
    lists = _IS_LIST[blocks.tag].nonzero()[0]
    compiled.together(lists, blocks.first, blocks.last, blocks.size, 2 * SHORT, SURE, p)
    return p


def _inside(blocks: Blocks, keep: Bools) -> Bools:
    """The blocks of the smallest container that holds nearly all of the text, where most of it is that."""
    inside = np.zeros(len(blocks), bool)
    sums = np.empty((2, len(blocks) + 1), np.int64)
    at = compiled.holder(blocks.first, blocks.last, blocks.size, keep, NEARLY_ALL, MOSTLY, sums)
    if at >= 0:
        inside[blocks.first[at] : blocks.last[at]] = True
    return inside


def _with_headings(blocks: Blocks, keep: Bools, p: Floats) -> Bools:
    """Adds the headings and terms of what stays: of the blocks up to the next one, or of one right below."""
    keep = keep.copy()
    compiled.with_headings(_IS_LEADING[blocks.kind], p >= HEADING, blocks.size, keep)
    return keep


def running(blocks: Blocks, keep: Bools, p: Floats) -> Bools:
    """The paragraphs of a story that don't stay by themselves, as lines of a dialogue and what stands far down may not:
    beside many that do, in an element of paragraphs that are mostly text by `p`, which knows no bodies of articles.
    """
    plain = (blocks.tag[blocks.at] == _P) & (blocks.kind == Kind.TEXT) & (blocks.links == 0)
    beside = blocks.parent[blocks.at] + 1
    many = np.bincount(beside[plain & keep], minlength=len(blocks.parent) + 1)
    likely = plain & (keep | (p >= SURE))
    text, of = (np.bincount(beside[b], blocks.size[b], len(many)) for b in (likely, plain))
    story: Bools = (many >= STORY) & (text >= OF_STORY * of)
    return plain & story[beside] & (p >= PART)


def right_above(keep: Bools, headings: Bools) -> Bools:
    """The headings right above what stays: a manual has few that are not its own."""
    above = np.zeros(len(keep), bool)
    for index in headings[:-1].nonzero()[0][::-1].tolist():
        above[index] = keep[index + 1] or above[index + 1]
    return above


def with_names(blocks: Blocks, keep: Bools) -> Bools:
    """Whose the words are that stand right above in a part of its own, and stay: a short line behind a dash."""
    names = np.zeros(len(keep), bool)
    for index in ((keep[:-1] & (blocks.size[1:] <= NAME)).nonzero()[0] + 1).tolist():
        if _DASH.match(blocks.text[index]):
            above, at = blocks.at[index - 1], blocks.at[index]
            container = blocks.parent[at]
            small = container >= 0 and blocks.last[container] - blocks.first[container] <= QUOTED
            names[index] = above in (at, container) or (small and blocks.parent[above] == container)
    return names


def without_beginnings(blocks: Blocks, keep: Bools) -> Bools:
    """Of a small page of beginnings of other texts, which end in dots and lead there, these go, each with what
    announces it.
    """
    linked = blocks.links > 0
    linked[1:] |= linked[:-1].copy()  # in it, or in what announces it
    beginnings = [
        index
        for index in (keep & linked).nonzero()[0].tolist()
        if blocks.text[index].endswith(("…", "..."))
    ]
    if len(beginnings) < 2 or blocks.size[keep].sum() > LITTLE:
        return keep
    cut = np.zeros(len(keep), bool)
    cut[beginnings] = True
    above = np.zeros(len(keep), bool)
    above[:-1] = cut[1:]
    return keep & ~cut & ~above


def prose(blocks: Blocks, least: int = LONG) -> Bools:
    """By plain rules: what has so many characters, is hardly linked, and not hidden."""
    size = blocks.size
    return (size >= least) & (blocks.linked < size / 3) & ~hidden(blocks)
