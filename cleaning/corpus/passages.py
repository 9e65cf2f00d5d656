"""What a document holds in other languages than its own, to become documents of these."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from cleaning.thresholds.parted import LEAST
from cleaning.view import Edit, apply
from pipeline.model.dataset import File, Manifest

PARTS = "lang="  # begins the parts of a corpus


def by_language(
    text: str, spans: Sequence[Mapping[str, Any]], language: str
) -> dict[str, list[range]]:
    """By language, the document's own first, the lines that are in it, as ranges of code points that fill the text.

    Fewer than LEAST code points of whole lines, or cells of lines with tabs, are not taken out.
    """
    ranges: dict[str, list[range]] = {language: []}
    at = 0
    for label, together in groupby(_of_lines(text, spans, language), key=itemgetter(2)):
        pieces = list(together)
        start, end = pieces[0][0], pieces[-1][1]
        if label == language or end - start < LEAST:
            continue
        ranges[language].append(range(at, start))
        ranges.setdefault(label, []).append(range(start, end))
        at = end
    ranges[language].append(range(at, len(text)))
    return ranges


def _of_lines(
    text: str, spans: Sequence[Mapping[str, Any]], language: str
) -> Iterator[tuple[int, int, str]]:
    """Start, end and language of pieces of whole lines, or cells of lines with tabs.

    A line in two languages goes with the span that has most of it, where this goes on beyond the line; a line that
    quotes stays in the document's `language`.
    """
    starts = [span["start"] for span in spans]
    at = place = 0
    while place < len(spans):
        span = spans[place]
        begin = _begin(text, span["end"])
        if begin > at:
            yield at, begin, span["language"]
            at = begin
        place += 1
        if begin < span["end"]:
            end = _end(text, span["end"])
            beyond = bisect_left(starts, end)
            inside = spans[place - 1 : beyond]
            shares = [min(s["end"], end) - max(s["start"], begin) for s in inside]
            most = inside[shares.index(max(shares))]
            goes_on = most["start"] < begin or most["end"] > end
            yield at, end, most["language"] if goes_on else language
            at, place = end, beyond - (inside[-1]["end"] > end)


def _begin(text: str, at: int) -> int:
    """Where the line or cell begins in which a place stands; the end of a text is its own."""
    if at == len(text):
        return at
    line = text.rfind("\n", 0, at) + 1
    return text.rfind("\t", line, at) + 1 or line


def _end(text: str, at: int) -> int:
    line = text.find("\n", at) + 1 or len(text)
    return text.find("\t", at, line) + 1 or line


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
    """What the edits leave of some ranges of a text, one after another, and the edits of these. A cell that was taken
    from between others is a line.
    """
    if len(ranges) == 1 and len(ranges[0]) == len(text):
        return apply(text, edits), edits
    inside = [within(edits, span) for span in ranges]
    pieces = [apply(text[s.start : s.stop], e) for s, e in zip(ranges, inside, strict=True)]
    pieces = [f"{one[:-1]}\n" if one.endswith("\t") else one for one in pieces]
    return "".join(pieces), [edit for each in inside for edit in each]


def files_of(corpus: Manifest) -> dict[str, list[File]]:
    """By language the files of documents of a corpus in which passages of other documents became some."""
    files: dict[str, list[File]] = {}
    for file in corpus.files() if corpus.params.get("passages") is True else ():
        if file.part.startswith(PARTS):
            language = re.split("[-.]", file.part.removeprefix(PARTS))[0]
            files.setdefault(language, []).append(file)
    return files
