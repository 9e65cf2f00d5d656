"""Pages whose text is drawn: the texts of SVG in the order in which they are read, as paragraphs.

A printed page that was turned into SVG holds a text for each line, word or letter, put where it stands (SVG 1.1, 7.6,
10.4 and 10.5). Texts of one height are a line, from left to right. What a page writes outside such drawings, and how
long their lines are, tells whether they are its text or figures with their labels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

LEAST = 200  # characters of drawn text, below which it is that of a figure
WORDS = 5  # words of a line that is no label
SIZE = 16.0  # of a font that says none
GAP = 0.12  # of the size, from which on what stands apart is another word
APART = 1.9  # of the size, from the foot of a line to that of the next of the same paragraph
FULL = 0.8  # of the width of the widest line, which a line has that goes on in the next
_TRANSFORM = re.compile(r"(matrix|translate|scale)\s*\(([^)]*)\)")
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?", re.IGNORECASE)
_FONT = re.compile(r"font-size\s*:\s*(\d+\.?\d*|\.\d+)")
_NOT_IN_XML = re.compile("[\0-\x1f\ufffe\uffff]")
_MARKS = frozenset("•●○◦▪■➢❖✓–-*")  # of an entry of a list
_NARROW, _WIDE = frozenset("iljtfrI.,:;!¡'|()[]·-"), frozenset("mwMW@—")
_UNSEEN = frozenset({"defs", "symbol", "title", "desc", "style", "script", "metadata"})
_NO_TEXT = "script style noscript template svg head title"

Matrix = tuple[float, float, float, float, float, float]


@dataclass
class _Piece:
    text: str
    x: float
    y: float
    end: float
    size: float


def read_drawn(root: Any) -> bool:
    """Puts paragraphs in the place of drawings where most of what a page shows is in them; whether it did."""
    drawings = [svg for svg in root.iter("svg") if next(svg.iterancestors("svg"), None) is None]
    read = [(svg, _lines(list(_pieces(svg)))) for svg in drawings]
    texts = [line.text for _, lines in read for line in lines]
    size = sum(map(len, texts))
    prose = sum(len(text) for text in texts if len(text.split()) >= WORDS)
    if size < LEAST or 2 * prose < size or size <= _beside(root):
        return False
    for svg, lines in read:
        svg.clear(keep_tail=True)
        svg.tag = "div"
        for text in _paragraphs(lines):
            etree.SubElement(svg, "p").text = text
    return True


def _beside(root: Any) -> int:
    """The characters that a page shows outside drawings."""
    walk = etree.iterwalk(root, events=("start", "end"))
    size = 0
    for event, element in walk:
        if event == "start" and element.tag in _NO_TEXT.split():
            walk.skip_subtree()
        elif event == "start":
            size += len((element.text or "").strip())
        if event == "end":
            size += len((element.tail or "").strip())
    return size


def _pieces(svg: Any) -> Iterator[_Piece]:
    for text in svg.iter("text"):
        above = [text, *text.iterancestors()]
        if any(element.tag in _UNSEEN for element in above):
            continue
        matrix: Matrix = (1, 0, 0, 1, 0, 0)
        for element in above[: above.index(svg)]:
            matrix = _times(_matrix(element.get("transform") or ""), matrix)
        x, y = _first(text.get("x")), _first(text.get("y"))
        for element in text.iter("text", "tspan"):
            x, y = _first(element.get("x"), x), _first(element.get("y"), y)
            x, y = x + _first(element.get("dx")), y + _first(element.get("dy"))
            for words in (element.text, *(e.tail for e in element if e.tag != "tspan")):
                if words and words.strip():
                    piece = _piece(words, element, (x, y), matrix)
                    x = (piece.end - piece.x) / (matrix[0] or 1.0) + x
                    yield piece


def _piece(words: str, element: Any, place: tuple[float, float], matrix: Matrix) -> _Piece:
    a, b, c, d, e, f = matrix
    size = next(filter(None, map(_font, (element, *element.iterancestors()))), SIZE)
    text = _NOT_IN_XML.sub("", " ".join(words.split()))
    offsets = [float(n) for n in _NUMBER.findall(element.get("x") or "")]
    if len(offsets) >= len(text) > 1:  # each letter has its place
        width = offsets[len(text) - 1] - offsets[0] + _width(text[-1]) * size
    else:
        width = sum(map(_width, text)) * size
    x = a * place[0] + c * place[1] + e
    return _Piece(text, x, b * place[0] + d * place[1] + f, x + a * width, size * abs(a or b))


def _width(letter: str) -> float:
    """About how wide a letter is, of the size of its font."""
    if letter in _NARROW:
        return 0.3
    return 0.8 if letter in _WIDE else 0.66 if letter.isupper() else 0.5


def _font(element: Any) -> float:
    match = _FONT.search(element.get("style") or "")
    return float(match[1]) if match else _first(element.get("font-size"))


def _first(numbers: str | None, default: float = 0.0) -> float:
    match = _NUMBER.search(numbers or "")
    return float(match.group()) if match else default


def _matrix(transform: str) -> Matrix:
    whole: Matrix = (1, 0, 0, 1, 0, 0)
    for name, inside in _TRANSFORM.findall(transform):
        n = [float(number) for number in _NUMBER.findall(inside)]
        if name == "matrix" and len(n) == 6:
            whole = _times(whole, (n[0], n[1], n[2], n[3], n[4], n[5]))
        elif name == "translate" and n:
            whole = _times(whole, (1, 0, 0, 1, n[0], n[1] if len(n) > 1 else 0))
        elif name == "scale" and n:
            whole = _times(whole, (n[0], 0, 0, n[-1], 0, 0))
    return whole


def _times(m: Matrix, n: Matrix) -> Matrix:
    return (
        m[0] * n[0] + m[2] * n[1],
        m[1] * n[0] + m[3] * n[1],
        m[0] * n[2] + m[2] * n[3],
        m[1] * n[2] + m[3] * n[3],
        m[0] * n[4] + m[2] * n[5] + m[4],
        m[1] * n[4] + m[3] * n[5] + m[5],
    )


def _lines(pieces: list[_Piece]) -> list[_Piece]:
    """The pieces of one height as one, from the top."""
    rows: list[list[_Piece]] = []
    for piece in sorted(pieces, key=lambda p: p.y):
        if rows and piece.y - rows[-1][0].y <= 0.4 * piece.size:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    lines = []
    for row in rows:
        row.sort(key=lambda p: p.x)
        line = row[0]
        for piece in row[1:]:
            parted = " " if piece.x - line.end > GAP * piece.size else ""
            line = _Piece(line.text + parted + piece.text, line.x, line.y, piece.end, line.size)
        lines.append(line)
    return lines


def _paragraphs(lines: list[_Piece]) -> list[str]:
    """The texts of lines, each with those that it goes on in."""
    right = max((line.end for line in lines), default=0.0)
    left = min((line.x for line in lines), default=0.0)
    paragraphs: list[str] = []
    before: _Piece | None = None
    for line in lines:
        goes_on = (
            before is not None
            and line.text[:1] not in _MARKS
            and line.y - before.y <= APART * line.size
            and before.end - left >= FULL * (right - left)
            and abs(line.size - before.size) <= 0.1 * line.size
        )
        if goes_on:
            paragraphs[-1] += f" {line.text}"
        else:
            paragraphs.append(line.text)
        before = line
    return paragraphs
