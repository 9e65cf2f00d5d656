"""What stands among the paragraphs of an article and is none of its text: title, captions, teasers of other articles.

The title is in the metadata. Teasers are told by how newspapers of the languages routed begin them, where they are
short or hold a link; what is a link and nothing else is one too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from cleaning.extract.blocks import HEADINGS, Blocks, Kind
from cleaning.extract.features import LONG, Floats
from cleaning.text import Bools

_TEASER = re.compile(
    r"\W*(?:le[aeé]r?|lea|vea|ver|mir[aá]|mire|pued[ea]s?\s+(?:ver|leer)|[tl]e\s+(?:puede|podr[íi]a)\s+interesar"
    r"|(?:m[áa]s\s+)?(?:noticias?|informaci[óo]n|art[íi]culos?|notas?|entradas?|temas?)\s+relacionad[ao]s?"
    r"|recomendad[ao]s?|de\s+inter[ée]s|contexto\s+de\s+la\s+noticia|s[íi]guenos|suscr[íi]b[ea]\w*|comparte|compartir"
    r"|llegiu|llegeix|le[ií]a|leggi|read|see\s+also|watch|listen|related|more\s+(?:on|from)|also\s+read|follow\b"
    r"|click\s+here|advert(?:isement)?\s*$|publicidad\s*$|share\s+this|image\s+(?:copyright|source)|photo:|foto:)",
    re.IGNORECASE,
)
_TEASED = 250  # code points of a teaser, at most
_SURELY = (
    0.6  # above the first paragraph only what is surely text stays: names and dates stand there
)
_HEADING = 0.2


def without_surroundings(found: Blocks, keep: Bools, p: Floats, titles: Sequence[str]) -> Bools:
    """Of the blocks that stay those that are text of the article itself."""
    keep = keep.copy()
    size = np.array([len(text) for text in found.text])
    linked = np.array(found.linked) / size
    kind = np.array(found.kind)
    named = {_plain(title) for title in titles}
    for index in np.flatnonzero(keep & (size <= 2 * _TEASED)):
        text = found.text[index]
        if (kind[index] <= Kind.H2 and _plain(text) in named) or kind[index] == Kind.CAPTION:
            keep[index] = False
        elif kind[index] != Kind.ITEM and size[index] <= _TEASED:
            teased = linked[index] > 0 or size[index] < LONG
            keep[index] = not (linked[index] > 0.85 or (teased and _TEASER.match(text)))
    heading = np.isin(kind, list(HEADINGS))
    keep &= ~heading | (p >= _HEADING)
    paragraphs = np.flatnonzero(keep & ~heading & (size >= LONG) & (p >= 0.5))
    if len(paragraphs):
        keep[: paragraphs[0]] &= p[: paragraphs[0]] >= _SURELY
        _drop_empty_headings(keep, heading, int(paragraphs[0]))
    return keep


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))


def _drop_empty_headings(keep: Bools, heading: Bools, first: int) -> None:
    """A heading with nothing below it, not even another, announces what is no text."""
    below = False
    for index in range(len(keep) - 1, first, -1):
        if keep[index]:
            if heading[index] and not below:
                keep[index] = False
            below = True
