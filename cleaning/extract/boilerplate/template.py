"""What the template of a page adds to its text: tags, buttons, what leads on, questions for consent, contents."""

from __future__ import annotations

import re

import numpy as np

from cleaning.extract.blocks.blocks import Blocks
from cleaning.extract.blocks.within import within
from cleaning.extract.boilerplate.closed import closed
from cleaning.extract.boilerplate.teasers import announces
from cleaning.extract.boilerplate.titles import plain
from cleaning.extract.model.features import Floats
from cleaning.extract.tree.elements import HEADINGS, IS_HEADING, TAG, Kind
from cleaning.extract.tree.families import NAMES
from cleaning.text.batch import Bools

OF_LINKS = ("listing", "collection")
# Of the text of a page, closed containers: of a shop or a list at most so much, of other pages, of doubtful blocks.
CLOSED_CARDS, CLOSED = 0.8, 0.5
MOSTLY = 0.6  # of an entry, which is its link
PAGER = 300  # characters of what leads to the pages before and behind
# Each purpose of the IAB's framework for consent says how many partners have it.
_PURPOSE = re.compile(
    r"\d (?:partners can use this|socios pueden (?:usar|utilizar) est|socis poden (?:usar|utilitzar) aquest"
    r"|parceiros podem (?:usar|utilizar) est)"
)
_OF_PURPOSES = ("partners can", "socios pueden", "socis poden", "parceiros podem")  # in each
PURPOSE, PURPOSES = 150, 3  # characters of the line, and how many at least
_PAGER = 1 << NAMES.index("pages")
_COOKIE = 1 << NAMES.index("cookie")
_ADDED = sum(
    1 << NAMES.index(name) for name in ("tags", "related", "share", "pages", "newsletter", "cookie")
)
_FOOT = 1 << NAMES.index("footer")
IMPRINT, NOTICE = 12, 300  # lines of an imprint below a text, and characters of the longest
_AUTHOR = re.compile(
    r"\W*(?:(?:post|article)\s+)?(?:autora?|author)\b[^:]{0,20}(?::|$)", re.IGNORECASE
)
_LICENCE = re.compile(
    r"\blicen(?:cia|se|ce|[çc]a|t)|\bcopyright|derechos\s+(?:de\s+autor|reservados)|\bCC[ -]BY",
    re.IGNORECASE,
)
# What programs of forums, blogs and wikis say of themselves at the foot of each page.
_MAKER = re.compile(
    r"\W*(?:powered by|(?:desarrollado|impulsado|desenvolvido) por|desenvolupat per|funciona (?:con|amb|gracias a)"
    r"|creado con)\W*"
    r"(?:phpbb|simple machines|smf\b|vbulletin|mybb|xenforo|invision|ip\.board|discourse|fluxbb|punbb|wordpress|blogger"
    r"|drupal|joomla|mediawiki|dokuwiki|moodle)"
)
_MAKERS = ("owered by", "OWERED BY", "phpBB", "vBulletin", "WordPress")  # in nearly all of them
_SHARE = 1 << NAMES.index("share")
_RELATED = 1 << NAMES.index("related")
ANNOUNCED = 60  # characters of what announces others, at most
_DIV = TAG["div"]
LABEL = 12  # characters of the name of a language
# What stands above a list of what the page holds.
_CONTENTS = re.compile(
    r"(?:table of )?contents|on this page|[íi]ndice|(?:tabla de )?contenidos?|en esta p[áa]gina|sum[áa]rio|sommaire"
    r"|taula de continguts|en aquesta p[àa]gina|nesta p[áa]xina",
    re.IGNORECASE,
)


def of_template(blocks: Blocks) -> Bools:
    """Mostly links, in an element that its template calls tags, related, shared or the like; the heading of buttons
    to share.
    """
    at = blocks.at
    above = blocks.parent[at]
    family = blocks.family
    named = (family[at] | np.where(above >= 0, family[above], 0)) & _ADDED != 0
    of_links: Bools = named & (blocks.linked * 2 >= blocks.size)
    for index in (named & ~of_links & IS_HEADING[blocks.kind]).nonzero()[0].tolist():
        part = max(int(above[index]), 0)
        if not family[part] & _SHARE:
            continue
        beside = slice(index + 1, blocks.last[part])
        of_links[index] = beside.stop > beside.start and of_links[beside].all()
    return of_links


def of_related(blocks: Blocks) -> Bools:
    """Other texts that an element announces whose name says the same: links, or titles that are links, however short
    the text above it.
    """
    parts = ((blocks.family & _RELATED != 0) & (blocks.last - blocks.first > 1)).nonzero()[0]
    others = np.zeros(len(blocks), bool)
    for part in parts.tolist():
        first, last = int(blocks.first[part]), int(blocks.last[part])
        if first and IS_HEADING[blocks.kind[first - 1]] and not IS_HEADING[blocks.kind[first]]:
            first -= 1  # the heading of a list so named
        if blocks.size[first] <= ANNOUNCED and announces(blocks.text[first]):
            below = slice(first + 1, last)
            titles = IS_HEADING[blocks.kind[below]]
            linked = blocks.linked[below] * 2 >= blocks.size[below]
            others[first:last] = linked[titles].all() if titles.any() else linked.all()
    return others


def of_imprint(blocks: Blocks) -> Bools:
    """What a blog's template sets below a text, by the element's name and by what it says: whose it is and under what
    licence, with title, days and address.
    """
    imprint = np.zeros(len(blocks), bool)
    for part in (blocks.family & _FOOT != 0).nonzero()[0].tolist():
        lines = blocks.text[blocks.first[part] : blocks.last[part]]
        if (
            2 <= len(lines) <= IMPRINT
            and any(_AUTHOR.match(line) for line in lines)
            and any(_LICENCE.search(line) for line in lines)
            and max(map(len, lines)) <= NOTICE
        ):
            imprint[blocks.first[part] : blocks.last[part]] = True
    return imprint


def of_maker(blocks: Blocks) -> Bools:
    """The lines in which the program that made a page names itself."""
    notices = np.zeros(len(blocks), bool)
    if any(map(blocks.whole.__contains__, _MAKERS)):
        notices[
            [len(text) <= NOTICE and bool(_MAKER.match(text.lower())) for text in blocks.text]
        ] = True
    return notices


def of_pagers(blocks: Blocks, but: Bools | None = None) -> Bools:
    """What leads to the pages before and behind, with their titles."""
    pagers = np.zeros(len(blocks), bool)
    named = blocks.family & _PAGER != 0
    for container in (named if but is None else named & ~but).nonzero()[0].tolist():
        part = slice(blocks.first[container], blocks.last[container])
        if sum(map(len, blocks.text[part])) <= PAGER and any(blocks.links[part]):
            pagers[part] = True
    return pagers


def of_consent(blocks: Blocks) -> Bools:
    """What its template calls an element for cookies or privacy, where that is not most of the page; the purposes of
    advertisers with all between.
    """
    asks = within(blocks, blocks.family & _COOKIE != 0)
    if asks.any():
        asks &= blocks.size[asks].sum() * 2 < blocks.size.sum()
    if not any(map(blocks.whole.__contains__, _OF_PURPOSES)):
        return asks
    purposes = [i for i, text in enumerate(blocks.text) if _PURPOSE.search(text[:PURPOSE])]
    if len(purposes) >= PURPOSES:
        asks[purposes[0] : purposes[-1] + 1] = True
    return asks


def of_closed(blocks: Blocks, logits: Floats, kind: str) -> Bools:
    """What a template keeps closed, where it is not most of the page: in a shop all, elsewhere what is doubtful, since
    answers to questions are closed, too.
    """
    waits = closed(blocks)
    share = blocks.size[waits].sum() / blocks.size.sum()
    if share <= CLOSED_CARDS and (kind == "product" or kind in OF_LINKS):
        return waits
    if kind == "documentation":  # of which one language or system after the other is shown
        return np.zeros_like(waits)
    return waits & (logits < 0) & (share <= CLOSED)


def of_contents(blocks: Blocks) -> Bools:
    """The list of what the page holds, links to its own places: those whose heading says the same, and all of a list
    where half do or whose title says so, with the title.
    """
    entries = np.zeros(len(blocks), bool)
    here = [
        index
        for index, target in enumerate(blocks.target)
        if target.startswith("#")
        and blocks.kind[index] not in HEADINGS
        and blocks.linked[index] >= MOSTLY * len(blocks.text[index])
    ]
    if not here:
        return entries
    headings = {plain(blocks.text[i]) for i in IS_HEADING[blocks.kind].nonzero()[0].tolist()}
    entries[here] = [plain(blocks.text[index]) in headings for index in here]
    alone = entries.copy()  # a single one is a reference
    alone[1:] &= ~entries[:-1]
    alone[:-1] &= ~entries[1:]
    entries &= ~alone
    at = np.array(here, np.int64)
    for run in np.split(at, (np.diff(at) != 1).nonzero()[0] + 1):
        if len(run) < 2:
            continue
        above = int(run[0]) - 1
        titled = above >= 0 and _CONTENTS.fullmatch(blocks.text[above].strip(" :")) is not None
        if titled or entries[run].sum() * 2 >= len(run):
            entries[run] = True
            entries[above] |= titled
    return entries


def labels(blocks: Blocks) -> Bools:
    """The names of languages that a template sets above code, alone with it in an element: js, bash."""
    named = np.zeros(len(blocks), bool)
    for index in (blocks.kind[1:] == Kind.CODE).nonzero()[0].tolist():
        at = blocks.at[index]
        alone = (blocks.first[at], blocks.last[at]) == (index, index + 2) and blocks.tag[at] == _DIV
        named[index] = alone and len(blocks.text[index]) <= LABEL and " " not in blocks.text[index]
    return named
