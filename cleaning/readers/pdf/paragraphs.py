"""Which lines are one paragraph, and their words, whole again where a hyphen cut them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from cleaning.readers.pdf.rows import STEP, Line, code

ROOM = 4  # sizes of letters beside the width of a word that a line of prose does not leave free
FULL = 30  # letters that a line of prose has at least
AROUND = 6  # lines before and behind one that tell where the lines of its column end
LOOSE = 2.6  # sizes of letters from one line of a paragraph to the next, at most
_PARTED = re.compile(r"[^\W\d_]{2,}[-\xad‐]\Z")
WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
# No address, no code.
_PLAIN = re.compile(r"(?:[^\W\d_]+(?:[/-][^\W\d_]+)*[,.;:)»”\"’]*|n\.[º°])(?:\s|\Z)")
_BULLET = re.compile("[•▪◦‣➢✓❖■□●○\uf020-\uf0ff]\\s")  # the last of Symbol and Wingdings
_MARK = re.compile(r"[*–—‐-]\s|\(?(?:\d{1,3}[.)º]|[a-zA-Z][.)])\s|\[\w{1,8}\]")
_NUMBERED = re.compile(r"(\d{1,3})\s+(?=[^\W\d_])")
_OPENING = frozenset("¿¡«“\"'([\\")
_ENDS = tuple('.:!?…»”")')


def paragraphs_of(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """The lines by paragraphs, rows of a table and lines of code together."""
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


def joined(paragraph: Sequence[Line], words: Counter[str]) -> str:
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
            tail = WORD.match(line.text)
            hyphenated = f"{head}-{tail[0] if tail else ''}".lower()
            kept = words[hyphenated] > words[hyphenated.replace("-", "")]
            text = (text if kept else text[:-1]) + line.text
        else:
            text += f" {line.text}"
    return text
