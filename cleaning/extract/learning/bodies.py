"""Gold of the bodies of articles: what WCXB's gold, which keeps titles and captions, does not tell.

Where a page itself says what its body is, in its structured data or by the element that its template gives it, that is
the body. `described` are the pages that Postlight's parser is tested on (postlight/parser, MIT and Apache-2.0:
`fixtures/*.html`), each with the element of its body named by the parser's own description of the site
(`src/extractors/custom/*/index.js`). `published` are those that Fundus is tested on (flairNLP/fundus, MIT:
`tests/resources/parser/test_data`), newspapers of some forty countries, each with the headings and paragraphs that a
parser written for it is to find.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from cleaning.extract.blocks.blocks import parse, written
from cleaning.extract.metadata import Marks, read_head
from cleaning.text.encoding import decode
from cleaning.web.urls import host_of

_WORD = re.compile(r"\w+")
_LEAST = 100  # words of a body
_MOST_OF = 0.6  # of the gold text, which the element of the body holds
_NAMED = (
    "//*[@itemprop='articleBody' or contains(concat(' ', normalize-space(@class), ' '), ' entry-content ')"
    " or re:test(@class, '(^|\\s)(article|post|story|entry)-*_*(body|content|text)(\\s|$)', 'i')]"
)
_REGEX = {"re": "http://exslt.org/regular-expressions"}
# What stands in the element of a body and is no text of it.
_AROUND = (
    ".//figure | .//figcaption | .//aside | .//nav | .//form | .//script | .//style | .//noscript | .//h1 | .//iframe"
    " | .//*[re:test(concat(@class, ' ', @id),"
    " 'caption|credit|related|newsletter|share|social|promo|advert|byline|signup|read-?more|recirc', 'i')]"
)
_SELECTORS = re.compile(r"content:\s*\{.*?selectors:\s*\[(.*?)\]\s*,\s*(?://|\w+:|\})", re.DOTALL)
_CLEAN = re.compile(r"clean:\s*\[(.*?)\]", re.DOTALL)
_QUOTED = re.compile(r"'([^']+)'|\"([^\"]+)\"|`([^`]+)`")
_DOMAINS = re.compile(r"domain:\s*'([^']+)'")
# Countries whose papers hyphenate no words, or few.
_WITHOUT_SPACES = frozenset(("cn", "jp", "kr", "tw"))


@dataclass
class Article:
    """A page, its address where that is known, and the words of its body; `precis` are those of a summary above it,
    which some take for a part of it.
    """

    name: str
    host: str
    url: str
    root: etree._Element
    words: list[str]
    precis: list[str] = field(default_factory=list)
    exact: bool = False  # the words are those of paragraphs, not of all that is in an element


def words_of(elements: list[etree._Element]) -> list[str]:
    """The words of elements without what stands around the text in them."""
    words: list[str] = []
    for element in elements:
        dropped = set(element.xpath(_AROUND, namespaces=_REGEX))
        whole = sum(
            len(e.xpath("string()")) for e in dropped if not dropped & set(e.iterancestors())
        )
        if whole * 2 > len(element.xpath("string()")):
            dropped = set()  # it is called so as a whole
        words += _words(element, dropped)
    return words


def _words(element: etree._Element, dropped: set[etree._Element]) -> list[str]:
    pieces: list[str] = []
    events = etree.iterwalk(element, events=("start", "end"))
    for event, one in events:
        if event == "start":
            if one in dropped:
                events.skip_subtree()
            else:
                pieces.append(one.text or "")
        elif one is not element:
            pieces.append(one.tail or "")
    return _WORD.findall(" ".join(pieces).lower())


def body_of(root: etree._Element, gold: list[str]) -> list[str]:
    """The words of the body of an article, as its structured data or its template names it; none where they don't."""
    structured = _WORD.findall(read_head(root, Marks.of(root), written(root), None).article.lower())
    wanted = set(gold)
    for words in (structured, *(words_of([e]) for e in root.xpath(_NAMED, namespaces=_REGEX)[:5])):
        if len(words) >= max(_LEAST, _MOST_OF * len(gold)) and sum(
            w in wanted for w in words
        ) > 0.7 * len(words):
            return words
    return []


def described(folder: Path) -> Iterator[Article]:
    """The pages of a copy of postlight/parser whose site the parser describes."""
    sites = {}
    for path in sorted((folder / "src/extractors/custom").glob("*/index.js")):
        source = path.read_text()
        if (domain := _DOMAINS.search(source)) and (content := _SELECTORS.search(source)):
            clean = _CLEAN.search(source, content.start())
            sites[domain[1]] = (_names(content[1]), _names(clean[1]) if clean else [])
    for path in sorted(folder.glob("fixtures/*.html")):
        host = path.stem.partition("--")[0]
        root = parse(decode(path.read_bytes())[0])
        if host not in sites or root is None or host.endswith(".jp"):  # words without spaces
            continue
        selectors, clean_names = sites[host]
        elements = next((e for s in selectors if (e := _selected(root, s))), [])
        for name in clean_names:
            for element in _selected(root, name):
                if element.getparent() is not None and element not in elements:
                    element.set("class", f"{element.get('class') or ''} promo")
        words = words_of(elements[:1])
        if len(words) >= _LEAST:
            yield Article(path.stem, host, "", parse(decode(path.read_bytes())[0]), words)


def published(folder: Path) -> Iterator[Article]:
    """The pages of a copy of flairNLP/fundus whose text its tests hold, in languages that separate words by spaces."""
    for path in sorted(folder.glob("tests/resources/parser/test_data/*/*.json")):
        if path.parent.name in _WITHOUT_SPACES:
            continue
        versions, about = json.loads(path.read_text()), path.with_name("meta.info")
        pages = sorted(path.parent.glob(f"{path.stem}_20*.html.gz"))
        # A page for each version of the parser; where some lack, those of the newest are surely of one.
        of_each = list(zip(pages, sorted(versions), strict=False))
        if len(pages) != len(versions):
            of_each = [(page, max(versions)) for page in pages[-1:]]
        for page, version in of_each:
            if not (body := versions[version].get("body")):
                continue
            url = json.loads(about.read_text())[page.name]["url"]
            root = parse(decode(gzip.decompress(page.read_bytes()))[0])
            texts = [
                t
                for section in body["sections"]
                for t in section["headline"] + section["paragraphs"]
            ]
            words = _WORD.findall(" ".join(texts).lower())
            precis = _WORD.findall(" ".join(body["summary"]).lower())
            if root is not None and len(words) >= _LEAST:
                name = page.name.removesuffix(".html.gz")
                yield Article(name, host_of(url), url, root, words, precis, exact=True)


def _names(source: str) -> list[str]:
    return ["".join(groups) for groups in _QUOTED.findall(source)]


def _selected(root: etree._Element, selector: str) -> list[etree._Element]:
    from cssselect import SelectorError
    from lxml.cssselect import CSSSelector

    try:
        return list(CSSSelector(selector)(root))
    except (SelectorError, etree.XPathError):  # of another dialect
        return []
