"""What a template says around a text, whatever it calls the element: the way to it, its tags, its day."""

from __future__ import annotations

import re

import numpy as np

from cleaning.extract.blocks.blocks import Blocks
from cleaning.extract.boilerplate.dates import is_date
from cleaning.extract.boilerplate.teasers import leads_away
from cleaning.extract.breadcrumb import CRUMBS, LONGEST
from cleaning.extract.model.features import LONG
from cleaning.extract.tree.elements import IS_HEADING, Kind
from cleaning.extract.tree.families import NAMES
from cleaning.text.batch import Bools
from cleaning.web.urls import is_archive

_BETWEEN = 3  # characters between two tags that are no link, at most
# What these are asked is in small letters, since `re` is slow where it has to ignore capitals.
_TAGS = re.compile(
    r"\W*(?:tags?|etiquetas?|etiquetes|keywords|palabras\s+clave|categor[íi]as?|categor(?:y|ies)"
    r"|etiquetad[oa]\s+(?:como|con|en)|archivad[oa]\s+en|tagged(?:\s+(?:as|with))?|filed\s+under)\b\s*:?\s*",
)
_IN = re.compile(r"(?:(?:posted|publicad[oa])\s+)?(?:in|en)\s+")
_DAY = re.compile(
    r"\W*(?:publicad[oa]|actualizad[oa]|publicat|actualitzat|atualizad[oa]|published|updated|posted)\b",
)


_FILED = re.compile(r"/(?:tags?|etiquetas?|categor(?:y|ies|[ií]as?))/")
_HASHTAGS = re.compile(r"(?:#[\w-]+[\s,]*){2,}")
_LINE = 120  # characters of a line that says so, at most
# How long a text takes to read, with its day and author in the same line or not.
_TAKES = re.compile(
    r"(?<!\d)\d+\s*min(?:uto?s?|utes?)?\.?\s*(?:de\s+lectura|de\s+leitura|read)\b"
    r"|(?:tiempo|temps|tempo)\s+de\s+(?:lectura|leitura)\s*:\s*\d+\s*min"
)
# Day and author: "30-10-2021 - Ana Ruiz".
_SIGNED = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d\d\s*[-–—·|]\s*[^\W\d][^\d.:]{2,40}")
_BYLINE = 1 << NAMES.index("byline")
_LIST = 1 << NAMES.index("list")  # of categories
# Who wrote it: "By Ana Ruiz", by its words and by the name of its element.
_BY = re.compile(r"(?:[Bb]y|[Pp]or|[Pp]er)\s+(?:[^\W\d_]\S*\s*){1,5}")


def filed(blocks: Blocks, host: str = "") -> Bools:
    """The blocks that are a link to the site's list of all texts of a tag or category and nothing else."""
    links = (blocks.links == 1) & (blocks.linked >= blocks.size) & ~IS_HEADING[blocks.kind]
    own = host.removeprefix("www.")
    links[links] = [
        is_archive(target := blocks.target[i]) and not (own and leads_away(target, own))
        for i in links.nonzero()[0].tolist()
    ]
    return links


def around(blocks: Blocks, of_article: bool = False) -> Bools:
    """The blocks that name the way to a text, its tags or, above its first paragraph, its category, author or day."""
    names_way = np.zeros(len(blocks), bool)
    for container in (blocks.family & CRUMBS).nonzero()[0].tolist():
        inside = slice(blocks.first[container], blocks.last[container])
        short = sum(map(len, blocks.text[inside])) <= LONGEST
        names_way[inside] |= (
            short and any(blocks.links[inside]) and not IS_HEADING[blocks.kind[inside]].any()
        )
    prose = ((blocks.size >= LONG) & (blocks.linked * 3 < blocks.size)).nonzero()[0]
    first = int(prose[0]) if len(prose) else len(blocks)
    may_name = (blocks.kind == Kind.TEXT) & (blocks.links > 0)
    may_name[:first] |= blocks.kind[:first] == Kind.TEXT
    for index in may_name.nonzero()[0].tolist():
        text = blocks.text[index]
        begins = text[:LONGEST].lower()
        # "In C:" announces what stands below.
        label = _TAGS.match(begins) or (index < first and text[-1] != ":" and _IN.match(begins))
        if label and blocks.links[index]:
            plain = len(text) - label.end() - blocks.linked[index]
            names_way[index] |= plain <= _BETWEEN * blocks.links[index]
        elif index <= first and _DAY.match(begins):
            names_way[index] |= is_date(text) or _FILED.search(blocks.target[index]) is not None
        elif text[0] == "#" and _HASHTAGS.fullmatch(text):
            names_way[index] |= _FILED.search(blocks.target[index]) is not None
        elif index < first and "0" <= text[0] <= "9":
            names_way[index] |= _SIGNED.fullmatch(text) is not None
        elif index < first and blocks.family[blocks.at[index]] & _BYLINE:
            names_way[index] |= _BY.fullmatch(text) is not None
        elif of_article and index < first and blocks.family[blocks.at[index]] & _LIST:
            plain = len(text) - blocks.linked[index]
            names_way[index] |= len(text) <= _LINE and plain <= _BETWEEN * blocks.links[index]
    takes = [
        index
        for index in (blocks.size[: first + 1] <= _LINE).nonzero()[0].tolist()
        if "min" in (text := blocks.text[index]) and _TAKES.search(text.lower())
    ]
    if len(takes) == 1 and blocks.text[takes[0]][-1] not in ":?!":  # of several texts it is a list
        names_way[takes] = True
    return names_way
