"""From the lines of pages to text: columns, running heads, page numbers, hyphenated words, paragraphs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise, zip_longest

from cleaning.readers.pdf.rows import (
    STEP,
    Line,
    code,
    forget_letters,
    forget_words,
    mark_tables,
    usual_size,
    without_notes,
)

MARGIN = 0.1  # of a page's height, above and below, where running heads stand
REPEATED = 3  # pages on which a line of the margin must stand to be a running head
NEAR = 8  # pages among which they are, where a head is of a chapter alone
ROOM = 4  # sizes of letters beside the width of a word that a line of prose does not leave free
FULL = 30  # letters that a line of prose has at least
AROUND = 6  # lines before and behind one that tell where the lines of its column end
LOOSE = 2.6  # sizes of letters from one line of a paragraph to the next, at most
_NUMBERS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"(?i)\W*(?:(?:p[áa]g(?:ina|\.)?|page)\s*)?(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:/|de|of)\s*\d{1,4})?\W*"
)
# Of a table of contents; each way to read the dots is one, and begins at their first.
_LEADER = re.compile(r"(?<!\.)(?<!\. )\.(?: ?\.){4,}\s*(?:\d{1,4}|[ivxlc]{1,7})?\Z")
_PARTED = re.compile(r"[^\W\d_]{2,}[-\xad‐]\Z")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
# No address, no code.
_PLAIN = re.compile(r"(?:[^\W\d_]+(?:[/-][^\W\d_]+)*[,.;:)»”\"’]*|n\.[º°])(?:\s|\Z)")
_ITEM = re.compile(r"[•·▪◦‣*–—-]|\(?(?:\d{1,3}[.)º]|[a-z][.)])\s")  # not the word "nº"
_BULLET = re.compile("[•▪◦‣➢✓❖■□●○\uf020-\uf0ff]\\s")  # the last of Symbol and Wingdings
_MARK = re.compile(r"[*–—‐-]\s|\(?(?:\d{1,3}[.)º]|[a-zA-Z][.)])\s|\[\w{1,8}\]")
_NUMBERED = re.compile(r"(\d{1,3})\s+(?=[^\W\d_])")
_OPENING = frozenset("¿¡«“\"'([\\")
_SENTENCE = tuple('.!?…”»")')
_ENDS = tuple('.:!?…»”")')


def text_of_pages(pages: Sequence[Sequence[Line]]) -> str:
    """The text of a document."""
    forget_letters(pages)
    heads, size = _heads(pages), usual_size(pages)
    lines: list[Line] = []
    ends: list[int] = []  # of pages, in lines
    notes: list[Sequence[Line]] = []
    for page in pages:
        ordered = in_order(_without_contents(_without_heads(page, heads)))
        forget_words(ordered)
        mark_tables(ordered)
        text, foot = without_notes(ordered, size)
        lines += text
        ends.append(len(lines))
        notes.append(foot)
    words = Counter(
        w.lower() for group in (lines, *notes) for x in group for w in _WORD.findall(x.text)
    )
    paragraphs = (_joined(paragraph, words) for paragraph in _with_notes(lines, ends, notes))
    return "\n\n".join(paragraphs)


def _with_notes(
    lines: Sequence[Line], ends: Sequence[int], notes: Sequence[Sequence[Line]]
) -> Iterator[list[Line]]:
    """The paragraphs; notes stand behind the first that ends with a sentence, but before no entry of a list, at the
    end of their page or behind it.
    """
    paragraphs = list(_paragraphs(lines))
    done = page = 0
    for paragraph, following in zip_longest(paragraphs, paragraphs[1:]):
        yield paragraph
        done += len(paragraph)
        open_ = following and (
            not paragraph[-1].text.endswith(_SENTENCE) or _ITEM.match(following[0].text)
        )
        while page < len(ends) and ends[page] <= done and not open_:
            yield from _paragraphs(notes[page])
            page += 1
    for left in notes[page:]:
        yield from _paragraphs(left)


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


def _heads(pages: Sequence[Sequence[Line]]) -> set[Line]:
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


def _without_heads(page: Sequence[Line], heads: set[Line]) -> list[Line]:
    return [
        x
        for x in page
        if x not in heads and not (_PAGE_NUMBER.fullmatch(x.text) and _in_margin(x, 2 * MARGIN))
    ]


def _without_contents(lines: Sequence[Line]) -> list[Line]:
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


def in_order(lines: Sequence[Line]) -> list[Line]:
    """The lines of a page in the order of reading: columns one after another between the lines that cross them."""
    gutter = _gutter(lines)
    if gutter is None:
        return _rows(lines)
    ordered: list[Line] = []
    band: list[Line] = []
    for line in sorted(lines, key=lambda x: -x.top):
        if line.left < gutter - 2 and line.right > gutter + 2:
            ordered += _columns(band, gutter)
            band = []
            ordered.append(line)
        else:
            band.append(line)
    return ordered + _columns(band, gutter)


def _columns(band: Sequence[Line], gutter: float) -> list[Line]:
    left = [x for x in band if x.right <= gutter + 2]
    right = [x for x in band if x.right > gutter + 2]
    return [*in_order(left), *in_order(right)] if band else []


def _gutter(lines: Sequence[Line]) -> float | None:
    """Where a blank stripe separates two columns; None where there is none.

    On each side there must be eight lines of prose, wide ones, so that no table is read by columns, and
    few lines may cross it.
    """
    if len(lines) < 16:
        return None
    left, right = min(x.left for x in lines), max(x.right for x in lines)
    best: tuple[int, float] | None = None
    for step in range(25, 76):
        at = left + (right - left) * step / 100
        before = [x for x in lines if x.right <= at]
        after = [x for x in lines if x.left >= at]
        crossing = len(lines) - len(before) - len(after)
        if min(len(before), len(after)) < 8 or crossing > len(lines) * 0.25:
            continue
        wide = all(
            sum(x.right - x.left for x in side) / len(side) > 0.45 * width and _prose(side)
            for side, width in ((before, at - left), (after, right - at))
        )
        if wide and (best is None or crossing < best[0]):
            best = crossing, at
    return best[1] if best else None


def _prose(side: Sequence[Line]) -> bool:
    return sum(len(x.text) for x in side) / len(side) > 18


def _rows(lines: Sequence[Line]) -> list[Line]:
    """The lines as the file has them, those that stand side by side as one."""
    rows: list[Line] = []
    for line in lines:
        last = rows[-1] if rows else None
        middle = (line.bottom + line.top) / 2
        if last and last.bottom <= middle <= last.top and line.left >= last.right - 1:
            last.beside(line)
        else:
            rows.append(line)
    return rows


def _paragraphs(lines: Sequence[Line]) -> Iterator[list[Line]]:
    paragraph: list[Line] = []
    pitch = _pitch(lines)
    for place, line in enumerate(lines):
        around = lines[max(place - AROUND, 0) : place + AROUND]
        if paragraph and _begins(paragraph[-1], line, paragraph, pitch, around):
            yield paragraph
            paragraph = []
        paragraph.append(line)
    if paragraph:
        yield paragraph


def _pitch(lines: Sequence[Line]) -> float:
    """From one line to the next, in sizes of their letters: what is most frequent."""
    steps = Counter(
        round((a.bottom - b.bottom) / a.size, 1)
        for a, b in pairwise(lines)
        if a.size > 0 and 0.8 <= (a.bottom - b.bottom) / a.size <= 3
    )
    return steps.most_common(1)[0][0] if steps else 1.2


def _begins(
    last: Line, line: Line, paragraph: Sequence[Line], pitch: float, around: Sequence[Line]
) -> bool:
    """Whether a line begins a paragraph."""
    if line.row or last.row or line.fixed or last.fixed:
        below = 0 < last.bottom - line.bottom < STEP * max(last.size, 4)
        return (line.row, line.fixed) != (last.row, last.fixed) or not below
    if abs(line.size - last.size) > 0.15 * max(last.size, 1):
        return True
    step = last.bottom - line.bottom
    back = step < last.size / 2 and line.left < last.right
    if step < 0 or back or step > 6 * max(last.size, 4):  # another column or page
        return last.text.endswith(_ENDS) or not line.text[:1].islower()
    if step > (pitch + 0.35) * max(last.size, 4):
        return not (line.text[:1].islower() and _goes_on(last, line, around))
    if _is_entry(last, line, paragraph):
        return True
    edge = max(x.right for x in paragraph)
    if last.text.endswith(_ENDS) and line.right - last.right > 4 * max(last.size, 4):
        return True
    indent = line.left - min(x.left for x in paragraph[-3:])
    return 0.8 * last.size < indent < 6 * last.size and last.text.endswith(_ENDS) and edge > 0


def _goes_on(last: Line, line: Line, around: Sequence[Line]) -> bool:
    """Whether a line that begins with a small letter, further below than others, is of the sentence above it: a word is
    separated between them, or the line above is one of prose that had no room for the first word.
    """
    if _PARTED.search(last.text):
        return True
    if (
        last.text.endswith((*_ENDS, ";"))
        or len(last.text) < FULL
        or not _PLAIN.match(line.text)
        or _MARK.match(line.text)
    ):
        return False
    edge = max(x.right for x in around if x.left < last.right)
    below = last.bottom - line.bottom < LOOSE * max(last.size, 4)
    return below and line.left < last.right and _had_no_room(last, line, edge)


def _is_entry(last: Line, line: Line, paragraph: Sequence[Line]) -> bool:
    """Whether a line begins an entry of a list: by its bullet; by its mark, where one began the paragraph too or the
    line before ends a sentence; by the number behind that of the paragraph, as notes have them; or below one that had
    room for its first word.
    """
    if _BULLET.match(line.text):
        return True
    if _MARK.match(line.text):
        begun = paragraph[0].text
        return bool(last.text.endswith(_ENDS) or _MARK.match(begun) or _BULLET.match(begun))
    before, here = _NUMBERED.match(paragraph[0].text), _NUMBERED.match(line.text)
    if before and here and int(here[1]) == int(before[1]) + 1:
        return True
    first = line.text[:1]
    edge = max(line.right, *(x.right for x in paragraph[-3:]))
    return (
        (first in _OPENING or first.isupper() or first.isdigit())
        and abs(line.left - last.left) < 0.5 * last.size
        and not _had_no_room(last, line, edge)
        and not _PARTED.search(last.text)
    )


def _had_no_room(last: Line, line: Line, edge: float) -> bool:
    """Whether the first word of a line did not fit into the one above it, which may end at the edge."""
    word = line.text.split(" ", 1)[0]
    width = (line.right - line.left) * len(word) / max(len(line.text), 1)
    return edge - last.right <= width + ROOM * last.size


def _joined(paragraph: Sequence[Line], words: Counter[str]) -> str:
    """The lines of a paragraph as one; a word that a hyphen cuts at a line's end is whole again."""
    if paragraph[0].row:
        return "\n".join(line.text for line in paragraph)
    if paragraph[0].fixed:
        return code(paragraph)
    text = paragraph[0].text
    for line in paragraph[1:]:
        if _PARTED.search(text) and (
            line.text[:1].islower() or (line.text[:2].isupper() and text[-3:-1].isupper())
        ):
            head = re.split(r"[\s(«“\"¿¡]", text)[-1][:-1]
            tail = _WORD.match(line.text)
            hyphenated = f"{head}-{tail[0] if tail else ''}".lower()
            kept = words[hyphenated] > words[hyphenated.replace("-", "")]
            text = (text if kept else text[:-1]) + line.text
        else:
            text += f" {line.text}"
    return text
