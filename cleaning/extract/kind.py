"""What kind of page a page is: by the model's answer, by what it shows, and by its text once that is chosen."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from cleaning.extract.blocks.blocks import Blocks
from cleaning.extract.boilerplate.authored import leading, sections
from cleaning.extract.boilerplate.template import OF_LINKS, of_pagers
from cleaning.extract.model.choice import SURE, prose
from cleaning.extract.model.features import Floats
from cleaning.extract.model.model import PAGE_KINDS
from cleaning.text.batch import Bools
from cleaning.text.verse import mostly_verse

UNSURE = 0.3  # probability of a kind below which a page of paragraphs is an article
_OFFERING = frozenset(PAGE_KINDS) - {"article", "documentation"}  # kinds that are mostly no prose
# Not one of these for certain, though the likeliest: below this probability (seven kinds alike have .14 each), where
# of the blocks that stay no more lead elsewhere.
HARDLY, LEAD_AWAY = 0.26, 0.15
_ARTICLE = re.compile(
    r"(?:art(?:[íi]culo|icle|igo|\.)|disposici[óo]n|secci[óo]n|section|§)\s+\w+", re.IGNORECASE
)
_OF_ARTICLE = "aAdDsSſ§"  # what that begins with


class PageKind(NamedTuple):
    """The kind of a page, empty where nobody knows, and how probable the model's likeliest kind was.

    `of_links`: most of it leads elsewhere. `of_article`: its text is the body of an article for certain.
    """

    kind: str
    probability: np.floating
    of_links: bool
    of_article: bool


def kind_of(blocks: Blocks, kinds: Floats, text: Bools, manual: bool) -> PageKind:
    """By the probabilities of the kinds and the blocks that are surely text; `manual`: it says that it is of one."""
    probability = kinds.max()
    kind = PAGE_KINDS[int(kinds.argmax())]
    of_links = kind in OF_LINKS and not (manual and not _of_entries(blocks))
    unsure = probability < UNSURE and not of_links and _of_paragraphs(blocks, text) and not manual
    kind = "article" if unsure else kind
    if kind == "forum" and probability < HARDLY:
        kind = ""  # nobody knows: what stands beside a text is no byline of a post
    if manual and not of_links:  # of an article, title and notes would go
        kind = "documentation"
    of_article = unsure or (kind == "article" and probability >= SURE)
    return PageKind(kind, probability, of_links, of_article)


def settled(page: PageKind, blocks: Blocks, keep: Bools, text: str, listed: bool) -> str:
    """The kind by the blocks that stay and their text as well; `listed`: by its address it is a list of pages."""
    kind = page.kind
    if listed:
        kind = "listing"
    elif page.of_links and page.probability < HARDLY and _leading_away(blocks, keep) <= LEAD_AWAY:
        kind = ""  # nobody knows
    kind = _law(blocks, keep) or kind
    if kind in _OFFERING and mostly_verse([line for line in text.split("\n") if line.strip()]):
        kind = "article"
    return kind


def _of_paragraphs(blocks: Blocks, keep: Bools) -> bool:
    """Whether most of the text that stays is paragraphs, three at least."""
    size = blocks.size
    paragraphs = keep & prose(blocks)
    return bool(paragraphs.sum() >= 3 and size[paragraphs].sum() >= 0.8 * size[keep].sum())


def _of_entries(blocks: Blocks) -> bool:
    """Whether most of what a page shows is links, but for what leads through its manual."""
    plain = ~leading(blocks) & ~of_pagers(blocks, sections(blocks))
    size = blocks.size[plain]
    return bool(blocks.linked[plain].sum() > size.sum() / 2)


def _leading_away(blocks: Blocks, keep: Bools) -> float:
    """The share of the blocks that stay which hold a link to another page."""
    away = [blocks.target[i][:1] not in ("", "#") for i in keep.nonzero()[0].tolist()]
    return sum(away) / len(away) if away else 0.0


def _law(blocks: Blocks, keep: Bools) -> str:
    """`law`, where the blocks of a page that stay are mostly those of numbered articles."""
    stays = keep.nonzero()[0].tolist()
    begins = sum(
        blocks.text[index][0] in _OF_ARTICLE and _ARTICLE.match(blocks.text[index]) is not None
        for index in stays
    )
    return "law" if begins >= 4 and begins * 12 >= len(stays) else ""
