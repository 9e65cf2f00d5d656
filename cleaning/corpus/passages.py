"""What a document holds in other languages than its own, to become documents of these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cleaning.view import Edit, apply

LEAST = (
    200  # code points of lines one after another, some sentences; fewer are a quotation, a title
)


def by_language(
    text: str, spans: Sequence[Mapping[str, Any]], language: str
) -> dict[str, list[range]]:
    """By language, the document's own first, the lines that are in it, as ranges of code points that fill the text.

    Of a line in two languages, and of fewer than LEAST code points of whole lines, nothing is taken out.
    """
    ranges: dict[str, list[range]] = {language: []}
    at = 0
    for span in spans:
        start, end = span["start"], span["end"]
        if start and text[start - 1] != "\n":
            start = text.find("\n", start) + 1 or len(text)
        if end < len(text):
            end = text.rfind("\n", 0, end) + 1
        if span["language"] == language or end - start < LEAST:
            continue
        ranges[language].append(range(at, start))
        ranges.setdefault(span["language"], []).append(range(start, end))
        at = end
    ranges[language].append(range(at, len(text)))
    return ranges


def within(edits: Sequence[Edit], span: range) -> list[Edit]:
    """The edits of a text on a part of it; what stands in place of something stands where that begins."""
    return [
        edit._replace(
            start=max(edit.start, span.start) - span.start,
            end=min(edit.end, span.stop) - span.start,
            replacement=edit.replacement if edit.start >= span.start else "",
        )
        for edit in edits
        if edit.start < span.stop and edit.end > span.start
    ]


def piece(text: str, edits: list[Edit], ranges: list[range]) -> tuple[str, list[Edit]]:
    """What the edits leave of some ranges of a text, one after another, and the edits of these."""
    if len(ranges) == 1 and len(ranges[0]) == len(text):
        return apply(text, edits), edits
    inside = [within(edits, span) for span in ranges]
    pieces = [apply(text[s.start : s.stop], e) for s, e in zip(ranges, inside, strict=True)]
    return "".join(pieces), [edit for each in inside for edit in each]
