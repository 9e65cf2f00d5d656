"""What stands among the paragraphs of an article and is none of its text: title, captions, teasers of other articles.

The title is in the metadata. Teasers are short or hold a link; what is a link and nothing else is one too.
"""

from __future__ import annotations

import re

import numpy as np

from cleaning.extract.blocks.blocks import Blocks
from cleaning.extract.boilerplate.dates import DAY, YEAR, is_date
from cleaning.extract.boilerplate.teasers import ALIKE, announces_any, is_teaser, leads_away, teases
from cleaning.extract.boilerplate.titles import may_begin, plain
from cleaning.extract.model.features import LONG, Floats
from cleaning.extract.tree.elements import HEADINGS, IS_HEADING, KINDS, TAG, Kind
from cleaning.text.batch import Bools

# What a template leaves where its script did not run: its own code, a word for browsers without scripts.
_UNMADE = re.compile(
    r"\[\w+\s+\w+=|(?:this|our|est[ea]|nuestr[oa]|aquest[a]?)\s[^.]{0,40}\b(?:requires|requiere|necesita|requereix)"
    r"\s+javascript(?:\s+to\s+work|\s+para\s+funcionar)?\s*\."
    r"|(?:please\s+)?(?:enable|turn\s+on|active|habilite|activeu)\s+(?:your\s+|el\s+)?javascript"
    r"\s+(?:in\s+your\s+browser|for\s+this|en\s+su\s+navegador|al\s+vostre\s+navegador)",
    re.IGNORECASE,
)
# What announces buttons or tags: a heading of a section, where prose stands below it.
_ROW = re.compile(r"\W*(?:share\s+this|compart|tags?|etiquetas?)")
# What announces where a text is from: a word, the mark of a quotation that ends, or a few words and a colon.
_SOURCE = re.compile(
    r"[»—–]|\W*(?:fuentes?|v[íi]a|sources?|fonts?|fontes?|referencias?)\b|[^\W\d_][\w’' ]{1,40}:\s",
    re.IGNORECASE,
)
# What stands among paragraphs.
_GROUPS = frozenset(TAG[name] for name in ("blockquote", "ul", "ol", "dl", "pre"))
_CITED = 0.15  # share of such a line in links, at least
_TEASED = 250  # code points of a teaser, at most
_BODY = 500  # characters of a text of structured data that is believed
_CERTAIN = 0.95  # what stays though structured data don't have it
_ENDED = re.compile('[.?!…»”")\U0001f300-\U0001faff]$')  # as what somebody says: by a sign, a face
_WORD = re.compile(r"\w+")
# By kind: what teases or links stands in.
_IS_PLAIN = np.isin(range(KINDS), (Kind.TEXT, Kind.CELL, Kind.QUOTE, *HEADINGS))
_OF_PROSE = frozenset((Kind.TEXT, Kind.ITEM, Kind.QUOTE))
_SURELY = (
    0.6  # above the first paragraph only what is surely text stays: names and dates stand there
)
_HEADING = 0.5  # of a heading
_LINK = (
    0.85  # share of a block in links from which it is one, however long: an offer, another article
)
_SURE_AWAY = 0.8  # probability from which a short line that leads to another site is text: a download, a shop
_SURE_LINK = 0.98  # probability from which a short one is text: the source of a note


def without_announced(
    blocks: Blocks,
    keep: Bools,
    of_links: bool = False,
    written: Bools | None = None,
    host: str = "",
) -> Bools:
    """What is announced as other texts, tags or comments goes to the end of its container, where that is no half of
    the text; of a page that lists others (`of_links`) other threads and products alone. In what the author wrote no
    entry of a list announces anything, nor what stands above links to other sites than `host`.
    """
    keep = keep.copy()
    size = blocks.size
    heading = IS_HEADING[blocks.kind]
    prose = (size >= LONG) & (blocks.linked * 3 < size)
    begins = prose | (heading & (blocks.links == 0))
    first = int(np.argmax(keep & prose))
    for index in (size <= 60).nonzero()[0].tolist():
        text = blocks.text[index]
        if not announces_any(text):
            continue
        small = text.lower()
        alike = ALIKE.match(small) is not None
        if of_links and not alike:
            continue
        if _ROW.match(small) and _opens(blocks, heading, "")[index]:
            continue
        at = blocks.at[index]
        while at >= 0 and blocks.last[at] - index < 2:  # the elements of the announcement alone
            at = blocks.parent[at]
        section = slice(index, blocks.last[at] if at >= 0 else len(keep))
        if (written is not None and written[index]) and (
            blocks.kind[index] == Kind.ITEM or _leads_elsewhere(blocks, section, host)
        ):
            continue
        if index < first and not alike and _ROW.match(small):
            # Buttons above the text end where it begins.
            ends = begins[index + 1 : section.stop].nonzero()[0]
            section = slice(index, index + 1 + int(ends[0])) if len(ends) else section
        if alike and heading[index] and not blocks.links[index]:
            # What people say of a product may stand below.
            sections = heading & (blocks.links == 0)
            ends = sections[index + 1 : section.stop].nonzero()[0]
            section = slice(index, index + 1 + int(ends[0])) if len(ends) else section
        if (size[section] * keep[section]).sum() * 2 < (size * keep).sum():
            keep[section] = False
    return keep


def without_surroundings(
    blocks: Blocks, keep: Bools, p: Floats, title: str, body: str, host: str, written: Bools
) -> Bools:
    """Of the blocks that stay those that are text of the article itself.

    `body` is what the structured data of the page give as its text, where they do; `host` that of its
    address, or empty; `written` what its author alone wrote, of which captions and links are text.
    """
    keep = keep.copy()
    size = blocks.size
    linked = blocks.linked / size
    kind = blocks.kind
    heading = IS_HEADING[kind]
    own = host.removeprefix("www.")
    sources = _sources(blocks, keep & (linked <= _LINK), linked > _CITED)
    # Of few it matters where they lead.
    away = sources | ((p >= _SURE_AWAY) & (p < _SURE_LINK) & (size < LONG))
    if away.any():
        away[away] = [leads_away(blocks.target[i], own) for i in away.nonzero()[0].tolist()]
        sources &= away
        keep |= sources
    noted = ((p >= np.where(away, _SURE_AWAY, _SURE_LINK)) & (size < LONG)) | sources
    noted |= written & ((linked <= _LINK) | _set_alone(blocks, written & (linked > _LINK), own))
    short = size <= 2 * _TEASED
    line = (size <= _TEASED) & _IS_PLAIN[kind]
    keep &= ~(short & (kind == Kind.CAPTION)) & ~(line & (linked > _LINK) & ~noted)
    teaser = line & ((linked > 0) | (size < LONG))
    named = plain(title)
    first = named[:1]
    prose = (keep & ~heading & (size >= LONG)).nonzero()[0]
    below = int(prose[0]) if len(prose) else len(keep)
    last = int(keep.nonzero()[0][-1]) if keep.any() else 0
    lines, headings, teasers, links = (a.tolist() for a in (line, heading, teaser, linked > 0))
    for index in (keep & short).nonzero()[0].tolist():
        text, is_line = blocks.text[index], lines[index]
        # In what the author wrote such a line announces what stands below.
        opens = written[index] and text[-1] == ":"
        # A day without its year, above what happens then.
        inside = written[index] and below < index < last and not YEAR.search(text)
        keep[index] = not (
            (
                len(text) >= len(named)
                and may_begin(text, first)
                and plain(text) == named
                # A law says its number at its end too.
                and not (opens or (written[index] and index > below and lines[index]))
            )
            or (is_line and not headings[index] and is_date(text) and not opens and not inside)
            or (teasers[index] and is_teaser(text, bool(written[index])))
            or (is_line and _UNMADE.match(text))
            or (is_line and links[index] and teases(text, blocks.target[index], own))
        )
    keep &= ~_foreign(blocks, body, keep & (p < _CERTAIN))
    keep &= (linked <= _LINK) | heading | ~_IS_PLAIN[kind] | noted
    opening = _opens(blocks, heading, named)
    keep &= ~heading | (p >= _HEADING) | opening
    paragraphs = (keep & ~heading & (size >= LONG) & (p >= 0.5)).nonzero()[0]
    if len(paragraphs):
        last = (keep & ((kind == Kind.CODE) | (kind == Kind.ITEM))).nonzero()[0]
        end = max(int(paragraphs[-1]), *last[-1:].tolist(), 0)
        above = slice(0, int(paragraphs[0]))
        keep[above] &= (p[above] >= _SURELY) | opening[above]
        for index in (keep & ~heading & (size < LONG)).nonzero()[0].tolist():
            text = blocks.text[index]
            if index < paragraphs[0]:
                keep[index] = YEAR.search(text) is None or DAY.search(text) is None
            elif index > end and kind[index] == Kind.TEXT:
                keep[index] = (
                    _ENDED.search(text) is not None or p[index] >= _CERTAIN or noted[index]
                )
        _drop_empty_headings(keep, heading & ~written, int(paragraphs[0]))
    return keep


def _set_alone(blocks: Blocks, links: Bools, own: str) -> Bools:
    """Those of the links that an author may set on a line of their own: short, away from the site or to whom one may
    write, and to no place of the page; a long one that stays on the site is an offer.
    """
    alone = links.copy()
    for index in links.nonzero()[0].tolist():
        text, target = blocks.text[index], blocks.target[index]
        alone[index] = target[:1] not in ("", "#") and (
            len(text) < LONG or target[:7] == "mailto:" or leads_away(target, own)
        )
    return alone


def _opens(blocks: Blocks, heading: Bools, named: str) -> Bools:
    """The headings right above a paragraph, or a list that begins with one, which stands beside them, but for the
    title: they open the text.
    """
    opens = np.zeros(len(blocks), bool)
    kind, parent = blocks.kind, blocks.parent
    for index in (heading[:-1] & (blocks.size[1:] >= LONG)).nonzero()[0].tolist():
        below = kind[index + 1]
        if below not in (Kind.TEXT, Kind.ITEM):
            continue
        above, beside = parent[blocks.at[index]], parent[blocks.at[index + 1]]
        if below == Kind.ITEM and beside >= 0:
            beside = parent[beside]
        opens[index] = above == beside and plain(blocks.text[index]) != named
    return opens


def _sources(blocks: Blocks, text: Bools, cites: Bools) -> Bools:
    """Of the lines that cite those beside the paragraphs of an article that announce something elsewhere: where it has
    it from.
    """
    sources = cites & (blocks.kind == Kind.TEXT)
    if not sources.any():
        return sources
    last = int(sources.nonzero()[0][-1])
    beside: set[int] = set()  # what holds the paragraphs above
    parent, tag = blocks.parent.tolist(), blocks.tag.tolist()
    at, may_be, is_text = blocks.at.tolist(), sources.tolist(), text.tolist()
    for index in (sources | text)[: last + 1].nonzero()[0].tolist():
        above = parent[at[index]]
        if may_be[index]:
            sources[index] = above in beside and _SOURCE.match(blocks.text[index]) is not None
        if is_text[index]:
            while above >= 0 and tag[above] in _GROUPS:
                above = parent[above]
            beside.add(above)
    return sources


def _leads_elsewhere(blocks: Blocks, section: slice, host: str) -> bool:
    """Whether below the first block of a section are links alone, half of them to other sites: no template's, which
    announces the texts of its own.
    """
    below = slice(section.start + 1, section.stop)
    own = host.removeprefix("www.")
    if not own or not (blocks.linked[below] * 2 >= blocks.size[below]).all():
        return False
    away = [leads_away(target, own) for target in blocks.target[below]]
    return 0 < len(away) <= 2 * sum(away)


def _foreign(blocks: Blocks, body: str, doubtful: Bools) -> Bools:
    """The doubtful paragraphs of which hardly a word triple stands in the text of the structured data, where that holds
    most.
    """
    foreign = np.zeros(len(blocks), bool)
    kinds = blocks.kind.tolist()
    candidates = [index for index in doubtful.nonzero()[0].tolist() if kinds[index] in _OF_PROSE]
    runs = set(_triples(body)) if len(body) >= _BODY and candidates else set()
    if not runs:
        return foreign
    for index in candidates:
        triples = _triples(blocks.text[index])
        foreign[index] = 5 * sum(map(runs.__contains__, triples)) < len(triples)
    if not foreign.any():
        return foreign
    repeated = sum(
        sum(map(runs.__contains__, _triples(text)))
        for text, kind in zip(blocks.text, kinds, strict=True)
        if kind in _OF_PROSE
    )
    # Else it is cut short, or of another page.
    return foreign & (repeated >= 0.7 * len(runs))


def _triples(text: str) -> list[tuple[str, ...]]:
    words = _WORD.findall(text.lower())
    return list(zip(words, words[1:], words[2:], strict=False))


def _drop_empty_headings(keep: Bools, heading: Bools, first: int) -> None:
    """A heading with nothing below it, not even another, announces what is no text."""
    stays = keep[first + 1 :].nonzero()[0]
    if len(stays) and heading[last := first + 1 + int(stays[-1])]:
        keep[last] = False
