"""What of the lines of a site's content stays, and what else stays with it: the measure of `sites`.

Not counted as content are the numbers of the lines of code, which a renderer sets beside it, what an author put
right, with what is put in its place behind it (`<del>` before `<ins>`), and captions of pictures (`figcaption`), which
are no text of an article by the sets that extraction is measured by (WCXB, article-extraction-benchmark): they are
neither lost where they go nor boilerplate where they stay.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from dataclasses import dataclass

from lxml import etree, html

BLOCKS = (
    "p",
    "li",
    "dt",
    "dd",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "td",
    "th",
    "pre",
    "caption",
)
NESTED = frozenset(
    (
        *BLOCKS,
        "ul",
        "ol",
        "dl",
        "div",
        "table",
        "blockquote",
        "section",
        "details",
        "figure",
        "figcaption",
        "script",
        "style",
        "svg",
    )
)
MARK = re.compile(r"^(?:- |\d+\. )")
CELLS = re.compile(r"(?:^|\s)\|(?=\s|$)")  # between those of a row, of which the first may be empty
NUMBERS = ".//pre//span[@class='linenos']"  # of the lines of code, in it
_BEHIND = "following-sibling::node()[normalize-space() or *][1][self::ins]"
PUT_RIGHT = f".//*[self::del or self::s or self::strike][{_BEHIND}]"


@dataclass
class Page:
    """A page as the site shows it, its content alone, what may stand in its text or not, and its address."""

    name: str
    shown: str
    content: html.HtmlElement
    beside: str = ""
    url: str | None = None


def flat(text: str) -> str:
    """A text without white space and signs that a template adds."""
    return re.sub(r"[\s\u00ad\u200b¶]+", "", text)


def without_signs(content: html.HtmlElement) -> None:
    """Takes out the links that are but a sign which leads to its own place, as renderers add them to headings."""
    for link in content.xpath(".//a[starts-with(@href, '#')]"):
        if not re.search(r"\w", link.text_content()):
            link.drop_tree()


def with_brackets(content: html.HtmlElement) -> None:
    """Sets the numbers of notes in brackets, as they are read: raised, they would join the word before them."""
    for link in content.xpath(
        ".//sup//a[starts-with(@href, '#')] | .//a[starts-with(@href, '#')][sup]"
    ):
        if (number := link.text_content().strip()).isdecimal():
            link[:] = []
            link.text = f"[{number}]"


def own(element: html.HtmlElement) -> list[str]:
    """The text of a block without that of the blocks in it, before, between and behind them."""
    pieces = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str):
            if child.tag in NESTED:
                pieces.append("")
            else:
                first, *others = own(child)
                pieces[-1] += first
                pieces += others
        pieces[-1] += child.tail or ""
    return pieces


def is_numbering(element: html.HtmlElement) -> bool:
    """Whether a block holds nothing but the numbers of the lines beside it."""
    words = element.text_content().split()
    return (
        element.tag in ("pre", "td")
        and len(words) > 1
        and words[0].isdecimal()
        and words == [str(int(words[0]) + place) for place in range(len(words))]
    )


def measure(pages: list[Page], show: bool = False) -> Counter[str]:
    """Counts of one site: of lines of each kind, of those that stay, of lines of the texts."""
    from cleaning.extract.blocks.blocks import parse
    from cleaning.extract.page import read
    from cleaning.filter.sites import _repeated, repeated_lines
    from cleaning.sites import SiteLines, key
    from cleaning.text.repair import normal
    from cleaning.web.urls import host_of

    readings = [read(parse(page.shown), page.url, None) for page in pages]
    texts = [normal(reading.text) for reading in readings]
    memory = SiteLines()
    for page, reading, text in zip(pages, readings, texts, strict=True):
        memory.add(host_of(page.url or ""), normal(reading.visible), text, normal(reading.written))
    repeated: dict[int, dict[int, float]] = {}
    for host, line, share in zip(*(c.tolist() for c in _repeated(memory._summed())), strict=True):
        repeated.setdefault(host, {})[line] = share
    counts: Counter[str] = Counter(pages=len(pages))
    for page, text, reading in zip(pages, texts, readings, strict=True):
        lines = [line.strip() for line in text.split("\n") if line.strip()]
        repeated_here = repeated.get(key(host_of(page.url or "")), {})
        stay = [
            x for x, cut in zip(lines, repeated_lines(lines, repeated_here), strict=True) if not cut
        ]
        kept_text = flat("\n".join(stay)) + " " + flat(reading.metadata.get("title", ""))
        without_signs(page.content)
        with_brackets(page.content)
        page_text = (
            f"{page.content.text_content()} {page.beside} {reading.metadata.get('title', '')}"
        )
        content = flat(normal(page_text))
        # Words for old browsers, captions.
        etree.strip_elements(page.content, "audio", "video", "figcaption", with_tail=False)
        for wrong in page.content.xpath(PUT_RIGHT):
            wrong.drop_tree()
        for number in page.content.xpath(NUMBERS):
            number.drop_tree()
        for element in page.content.iter(*BLOCKS):
            pieces = [piece for run in own(element) if (piece := flat(normal(run)))]
            if pieces and not is_numbering(element):
                kind = (
                    "heading"
                    if element.tag[0] == "h"
                    else "list"
                    if element.tag in ("li", "dt", "dd")
                    else "other"
                )
                counts[kind] += 1
                if all(piece in kept_text for piece in pieces):
                    counts[f"{kind} kept"] += 1
                elif show:
                    print(
                        page.name,
                        "lost",
                        element.tag,
                        " ".join(" ".join(own(element)).split())[:100],
                        file=sys.stderr,
                    )
        for line in stay:
            counts["text"] += 1
            if not all(flat(cell) in content for cell in CELLS.split(MARK.sub("", line))):
                counts["foreign"] += 1
                if show:
                    print(page.name, "foreign", line[:100], file=sys.stderr)
    return counts


def figures_of(counts: Counter[str]) -> dict[str, float]:
    """The figures of some counts."""
    lines = counts["heading"] + counts["list"] + counts["other"]
    kept = counts["heading kept"] + counts["list kept"] + counts["other kept"]
    return {
        "lists_kept": _share(counts, "list"),
        "headings_kept": _share(counts, "heading"),
        "boilerplate": counts["foreign"] / max(counts["text"], 1),
        "lost": (lines - kept) / max(lines, 1),
        "lines": lines,
        "pages": counts["pages"],
    }


def _share(counts: Counter[str], kind: str) -> float:
    """The share of the lines of a kind that stay; all of none."""
    return counts[f"{kind} kept"] / counts[kind] if counts[kind] else 1.0
