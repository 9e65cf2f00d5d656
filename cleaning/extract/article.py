"""What stands among the paragraphs of an article and is none of its text: title, captions, teasers of other articles.

The title is in the metadata. Teasers are told by how newspapers of the languages routed begin them, where they are
short or hold a link; what is a link and nothing else is one too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from cleaning.extract.blocks import IS_HEADING, TAG, Blocks, Kind
from cleaning.extract.features import LONG, Floats
from cleaning.text import Bools
from cleaning.urls import host_of

_TEASER = re.compile(
    r"\W*(?:(?:le[aeé]r?|vea|ver|mir[aá]|mire|comparte|compartir|llegiu|llegeix|leia|leggi|read|watch|listen|related"
    r"|follow|s[íi]guenos|recomendad[ao]s?)\b|pued[ea]s?\s+(?:ver|leer)\b|[tl]e\s+(?:puede|podr[íi]a)\s+interesar"
    r"|(?:m[áa]s\s+)?(?:noticias?|informaci[óo]n|art[íi]culos?|notas?|entradas?|temas?)\s+relacionad[ao]s?"
    r"|de\s+inter[ée]s|contexto\s+de\s+la\s+noticia|suscr[íi]b[ea]\w*|see\s+also|more\s+(?:on|from)|also\s+read"
    r"|click\s+here|advert(?:isement)?\s*$|publicidad\s*$|share\s+this|image\s+(?:copyright|source)|photo:|foto:)",
    re.IGNORECASE,
)
# What announces a part behind the text.
_PARTS = re.compile(
    r"\W*(?:(?:voc[êe]\s+)?pode(?:\s+tamb[ée]m)?\s+gostar|tamb[ée]m?n?\s+(?:te|le)\s+(?:puede|podr[íi]a)"
    r"|(?:te|le)\s+(?:puede|podr[íi]a)\s+(?:interesar|gustar)|recommended|recomendad[ao]s?"
    r"|you\s+(?:may|might)\s+(?:also\b|like|love|enjoy|be\s+interested|have\s+missed)"
    r"|(?:m[áa]s\s+)?(?:noticias?|art[íi]culos?|notas?|entradas?|contenidos?|posts?)\s+(?:relacionad[ao]s?|similares)"
    r"|related\b|more\s+(?:from|on|stories|news)\b|m[áa]s\s+(?:noticias|le[íi]d[ao]s|sobre)\b|about\s+the\s+author"
    r"|(?:sobre|acerca\s+de)(?:l|\s+el|\s+la)\s+autora?|leave\s+a\s+(?:comment|reply)|dej[ae]\s+(?:un|tu)\s+comentario"
    r"|share\s+this|compart[ei]r?\s*:?$|tags?\s*:?$|etiquetas?\s*:?$)",
    re.IGNORECASE,
)
# What announces where a text is from: a word, or the mark of a quotation that ends.
_SOURCE = re.compile(
    r"[»—–]|\W*(?:fuentes?|v[íi]a|sources?|fonts?|fontes?|referencias?)\b", re.IGNORECASE
)
_HELD = frozenset(TAG[name] for name in ("blockquote", "ul", "ol", "dl", "pre"))  # among paragraphs
_CITED = 0.15  # share of such a line in links, at least
# What announces no part: a sentence ("Related work is rare."), one other text ("Related: the sea at night").
_ALONE = re.compile(r"[^.]\.$|:\s*\w")
_DATE_WORDS = (
    "publicado publicada actualizado publicat actualitzat published updated posted on el a las de del al at of h hs hrs"
    " am pm gmt est utc enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre"
    " diciembre"
    " january february march april may june july august september october november december gener febrer març abril"
    " maig juny juliol agost setembre octubre novembre desembre janeiro fevereiro março maio junho julho outubro"
    " dezembro lunes martes miércoles jueves viernes sábado domingo monday tuesday wednesday thursday friday saturday"
    " sunday segunda terça quarta quinta sexta feira jan feb mar apr jun jul aug sep sept oct nov dec ene abr ago dic"
    " mon tue wed thu fri sat sun lun mié jue vie sáb dom"
)
_DAY = re.compile(
    r"\b(?:\d{1,2}\s+de\s+[a-zç]+|\d{1,2}[/.-]\d{1,2}|\d{1,2}\s+[a-z]{3,})[\s/.,-]+(?:del?\s+)?(?:19|20)\d\d"
)
_DATES = frozenset(_DATE_WORDS.split())
_TEASED = 250  # code points of a teaser, at most
_BODY = 500  # characters of a text of structured data that is believed
_CERTAIN = 0.95  # what stays though structured data don't have it
_OF_PROSE = frozenset((Kind.TEXT, Kind.ITEM, Kind.QUOTE))
_SURELY = (
    0.6  # above the first paragraph only what is surely text stays: names and dates stand there
)
_HEADING = 0.5  # of a heading
_LINK = (
    0.85  # share of a block in links from which it is one, however long: an offer, another article
)
_SURE_LINK = 0.98  # probability from which a short one is text: the source of a note


def title_of(found: Blocks, titles: Sequence[str]) -> str:
    """Of what may be the title that which a block of the page says, a heading rather; else the first."""
    wanted = {plain(title) for title in titles}
    shortest = min(map(len, wanted), default=0)
    said = [
        (not Kind.H1 <= kind <= Kind.H2, text)
        for kind, text in zip(found.kind, found.text, strict=True)
        if shortest <= len(text) <= 2 * _TEASED and plain(text) in wanted
    ]
    return min(said, key=lambda x: x[0])[1] if said else titles[0] if titles else ""


def without_announced(found: Blocks, keep: Bools) -> Bools:
    """What is announced as other texts, tags or comments goes to the end of its container, where that is no half of
    the text.
    """
    keep = keep.copy()
    size = found.size
    for index in np.flatnonzero(size <= 60):
        if not _PARTS.match(found.text[index]) or _ALONE.search(found.text[index]):
            continue
        at = found.at[index]
        while at >= 0 and found.last[at] - index < 2:  # the elements of the announcement alone
            at = found.parent[at]
        part = slice(index, found.last[at] if at >= 0 else len(keep))
        if (size[part] * keep[part]).sum() * 2 < (size * keep).sum():
            keep[part] = False
    return keep


def without_surroundings(
    found: Blocks, keep: Bools, p: Floats, title: str, body: str, host: str
) -> Bools:
    """Of the blocks that stay those that are text of the article itself.

    `body` is what the structured data of the page give as its text, where they do; `host` that of its
    address, or empty.
    """
    keep = keep.copy()
    size = found.size
    linked = np.array(found.linked) / size
    kind = np.array(found.kind)
    heading = IS_HEADING[kind]
    sources = (linked > _CITED) & _sources(found, keep & (linked <= _LINK), host)
    keep |= sources
    noted = ((p >= _SURE_LINK) & (size < LONG)) | sources
    short = size <= 2 * _TEASED
    line = (size <= _TEASED) & (kind != Kind.ITEM)
    keep &= ~(short & (kind == Kind.CAPTION)) & ~(line & (linked > _LINK) & ~noted)
    teaser = line & ((linked > 0) | (size < LONG))
    named = plain(title)
    for index in np.flatnonzero(keep & short).tolist():
        text = found.text[index]
        keep[index] = not (
            (len(text) >= len(named) and plain(text) == named)
            or (line[index] and not heading[index] and _is_date(text))
            or (teaser[index] and _TEASER.match(text))
        )
    keep &= ~_foreign(found, body) | (p >= _CERTAIN)
    keep &= (linked <= _LINK) | heading | (kind == Kind.ITEM) | noted
    keep &= ~heading | (p >= _HEADING)
    paragraphs = np.flatnonzero(keep & ~heading & (size >= LONG) & (p >= 0.5))
    if len(paragraphs):
        last = np.flatnonzero(keep & ((kind == Kind.CODE) | (kind == Kind.ITEM)))
        end = max(int(paragraphs[-1]), *last[-1:].tolist(), 0)
        keep[: paragraphs[0]] &= p[: paragraphs[0]] >= _SURELY
        for index in np.flatnonzero(keep & ~heading & (size < LONG)).tolist():
            text = found.text[index]
            if index < paragraphs[0]:
                keep[index] = _DAY.search(text) is None
            elif index > end and kind[index] == Kind.TEXT:
                keep[index] = text[-1] in '.?!…»”")' or p[index] >= _CERTAIN or noted[index]
        _drop_empty_headings(keep, heading, int(paragraphs[0]))
    return keep


def _sources(found: Blocks, text: Bools, host: str) -> Bools:
    """Where an article has it from: lines beside its paragraphs that say so and lead to another site."""
    sources = np.zeros(len(found), bool)
    own = host.removeprefix("www.")
    beside: set[int] = set()  # what holds the paragraphs above
    for index in range(len(found)):
        above = found.parent[found.at[index]]
        if text[index]:
            while above >= 0 and found.tag[above] in _HELD:
                above = found.parent[above]
            beside.add(above)
        elif above in beside and found.kind[index] == Kind.TEXT:
            to = host_of(found.target[index]).removeprefix("www.")
            away = bool(to) and not (own and (to.endswith(own) or own.endswith(to)))
            sources[index] = away and _SOURCE.match(found.text[index]) is not None
    return sources


def _foreign(found: Blocks, body: str) -> Bools:
    """The paragraphs of which hardly a word triple stands in the text of the structured data, where that holds most."""
    shares = np.ones(len(found), np.float32)
    size = np.zeros(len(found), np.float32)
    said = set(_triples(body)) if len(body) >= _BODY else set()
    if said:
        for index, text in enumerate(found.text):
            if found.kind[index] in _OF_PROSE and (triples := _triples(text)):
                shares[index] = sum(t in said for t in triples) / len(triples)
                size[index] = len(triples)
    if (shares * size).sum() < 0.7 * len(said):  # cut short, or of another page
        return np.zeros(len(found), bool)
    return shares < 0.2


def _triples(text: str) -> list[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return list(zip(words, words[1:], words[2:], strict=False))


def _is_date(text: str) -> bool:
    """Whether a line is a date and nothing else."""
    if len(text) > 60 or not any(map(str.isdigit, text)):
        return False
    words = re.findall(r"[^\W\d_]+", text.lower())
    return bool(words) and all(word in _DATES for word in words)


def plain(text: str) -> str:
    """The letters and digits of a text, to compare it by."""
    return "".join(filter(str.isalnum, text.lower()))


def _drop_empty_headings(keep: Bools, heading: Bools, first: int) -> None:
    """A heading with nothing below it, not even another, announces what is no text."""
    below = False
    for index in range(len(keep) - 1, first, -1):
        if keep[index]:
            if heading[index] and not below:
                keep[index] = False
            below = True
