"""What stands on pages and is of no text: running heads, page numbers, tables of contents."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from cleaning.readers.pdf.rows import Line

MARGIN = 0.1  # of a page's height, above and below, where running heads stand
REPEATED = 3  # pages on which a line of the margin must stand to be a running head
NEAR = 8  # pages among which they are, where a head is of a chapter alone
_NUMBERS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"(?i)\W*(?:(?:p[áa]g(?:ina|\.)?|page)\s*)?(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:/|de|of)\s*\d{1,4})?\W*"
)
# Of a table of contents; each way to read the dots is one, and begins at their first.
_LEADER = re.compile(r"(?<!\.)(?<!\. )\.(?: ?\.){4,}\s*(?:\d{1,4}|[ivxlc]{1,7})?\Z")


def heads_of(pages: Sequence[Sequence[Line]]) -> set[Line]:
    """The running heads: those of the margins, and what repeats beside them in their letters, but for the first time.

    What has a digit, or stands beside what does not repeat, may be a row of a table below the head of its page.
    """
    marginal = [_marginal(page) for page in pages]
    heads = _repeated(pages, marginal)
    near = [_near(page, heads) for page in pages]
    again = Counter(text for lines in near for text in {x.text for x in lines})
    texts: set[str] = set()
    for page, lines in zip(pages, near, strict=True):
        other = [x for x in page if x not in heads and again[x.text] < REPEATED]
        for line in lines:
            alone = not any(abs(x.bottom - line.bottom) < line.size / 2 for x in other)
            if again[line.text] >= REPEATED and alone and not _NUMBERS.search(line.text):
                if line.text in texts:
                    heads.add(line)
                texts.add(line.text)
    return heads


def _in_margin(line: Line, margin: float = MARGIN) -> bool:
    return line.bottom > line.page_height * (1 - margin) or line.top < line.page_height * margin


def _mark(line: Line) -> tuple[str, int]:
    """What a running head is known by: its words, and the size of its letters, which a title's are not."""
    return _NUMBERS.sub("#", line.text), round(line.size)


def _in_side_margin(line: Line) -> bool:
    """Whether a line is written upwards or downwards at the left or the right edge of its page."""
    outer = line.right < line.page_width * MARGIN or line.left > line.page_width * (1 - MARGIN)
    return outer and line.top - line.bottom > 2 * (line.right - line.left) and len(line.text) > 3


def _marginal(page: Sequence[Line]) -> list[Line]:
    """The lines of a page where running heads stand: in the margins, or the first row of its upper fifth."""
    first = max(page, key=lambda x: x.top, default=None)
    return [
        x
        for x in page
        if _in_margin(x)
        or _in_side_margin(x)
        or (first and x.top > first.bottom and x.bottom > x.page_height * (1 - 2 * MARGIN))
    ]


def _near(page: Sequence[Line], heads: set[Line]) -> list[Line]:
    """The lines of a page just below or above a running head, down to twice the margin."""
    of_page = [x for x in page if x in heads]
    return [
        x
        for x in page
        if x not in heads
        and len(x.text) > 3
        and _in_margin(x, 2 * MARGIN)
        and any(
            abs(head.size - x.size) < 0.1 * x.size
            and max(head.bottom - x.top, x.bottom - head.top) < x.size
            for head in of_page
        )
    ]


def _repeated(pages: Sequence[Sequence[Line]], marginal: Sequence[Sequence[Line]]) -> set[Line]:
    """The lines of the margins that are running heads.

    One that stands on a tenth of the pages goes from all. One of a chapter stands on pages near each other:
    the first stays if nothing else says the title.
    """
    places: dict[tuple[str, int], dict[int, list[Line]]] = {}
    texts: set[str] = set()
    for number, (page, lines) in enumerate(zip(pages, marginal, strict=True)):
        for line in lines:
            places.setdefault(_mark(line), {}).setdefault(number, []).append(line)
        texts.update(_NUMBERS.sub("", x.text).strip() for x in page if x not in lines)
    heads: set[Line] = set()
    for mark, of_pages in places.items():
        numbers = list(of_pages)
        near = set(numbers)
        if len(numbers) < max(REPEATED, len(pages) // 10):
            near = {
                number
                for first, last in zip(numbers, numbers[REPEATED - 1 :], strict=False)
                if last - first <= NEAR
                for number in numbers
                if first <= number <= last
            }
            if near and mark[0].replace("#", "").strip() not in texts:
                near.remove(min(near))
        heads.update(line for number in near for line in of_pages[number])
    return heads


def without_heads(page: Sequence[Line], heads: set[Line]) -> list[Line]:
    """The lines of a page without its running heads and its number."""
    return [
        x
        for x in page
        if x not in heads and not (_PAGE_NUMBER.fullmatch(x.text) and _in_margin(x, 2 * MARGIN))
    ]


def without_contents(lines: Sequence[Line]) -> list[Line]:
    """The lines of a page without those of a table of contents, and the page numbers that stand apart from these."""
    leaders = [x for x in lines if _LEADER.search(x.text)]
    return [
        x
        for x in lines
        if not _LEADER.search(x.text)
        and not (
            _PAGE_NUMBER.fullmatch(x.text)
            and any(y.bottom <= (x.bottom + x.top) / 2 <= y.top for y in leaders)
        )
    ]
