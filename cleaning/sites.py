"""The lines of the pages of a site: what `extract` counts of them, and how a line and a site are known again.

A site is a host, or of a folder of pages without hosts the source and the folder below its pattern. A line is counted
on the pages that show it, whatever became of it there, and in the texts that hold it: what stands on all
pages of a site and in a tenth of its texts is of its template all the same.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import xxhash

from cleaning.documents import TableWriter

LINES = pa.schema(
    [("host", pa.uint64()), ("line", pa.uint64()), ("pages", pa.int32()), ("texts", pa.int32())]
)
PAGE = 0  # the line of a site that stands for its pages themselves
LONGEST = 400  # code points of a line above which it is prose
_AT_ONCE = 1 << 22  # lines that are counted in memory
_KNOWN = 1 << 14  # lines whose keys are remembered: a template has them on each page of a site
MARK = re.compile(r"(?:- |\d{1,6}\. )")  # of an entry of a list
_DIGIT = re.compile(r"\d")
# Bytes in UTF-8 of which no digit is: but for those of ASCII, all are from U+0660 on.
_NO_DIGITS = bytes(byte for byte in range(0xD9) if not 0x30 <= byte <= 0x39)
# Begins with a digit alone, which is quickly sought.
_MAY_VARY = re.compile(
    r"\d(?:(?<=1)9\d\d|(?<=2)0\d\d|:\d|\s*\(?(?:min|pal|wor|com|vis|vie|lec))", re.IGNORECASE
)
_SAID = (
    120  # code points of a line, at most, that says when a text was published and how long it is
)
# What differs from page to page in such a line: a day, a time of day, a count of minutes, words, comments, visits.
_VARYING = re.compile(
    r"(?:\b(?:lunes|martes|mi[ée]rcoles|jueves|viernes|s[áa]bado|domingo|(?:mon|tues|wednes|thurs|fri|satur|sun)day),?\s+)?"
    r"(?:\b\d{1,2}(?:º|st|nd|rd|th)?\s+(?:de\s+|d['’])?[^\W\d_]{3,10}\.?,?\s+(?:del?\s+)?(?:19|20)\d\d\b"
    r"|\b[^\W\d_]{3,10}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+(?:19|20)\d\d\b"
    r"|\b\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)\d\d\b|\b(?:19|20)\d\d-\d\d-\d\d\b)"
    r"|\b\d{1,2}:\d\d(?::\d\d)?\b"
    r"|\b\d+(?=\s*(?:min(?:uto)?s?|minutes?|palabras?|words?|comentarios?|comments?|visitas?|views?|lecturas?)\b)",
    re.IGNORECASE,
)

Keys = npt.NDArray[np.uint64]
Counts = npt.NDArray[np.int64]
Rows = tuple[Keys, Keys, Counts, Counts]  # as LINES


def unvarying(line: str) -> str:
    """A line without its day, its time of day and its counts, where a template may have written it."""
    if len(line) > _SAID or not (digit := _DIGIT.search(line)):
        return line
    return _unvarying(line, digit.start())


def _unvarying(line: str, digit: int) -> str:
    return _VARYING.sub("0", line) if _MAY_VARY.search(line, digit) else line


def key(text: str) -> int:
    """What a site or a line is known by; a line without its mark of an entry, and without the days it says."""
    # Most lines begin with no mark and have no digit, which is seen in a third of the time.
    first = text[:1]
    if (first == "-" or first.isdigit()) and (mark := MARK.match(text)):
        text = text[mark.end() :]
    data = text.encode("utf-8", "surrogatepass")
    if (
        len(text) <= _SAID
        and data.translate(None, _NO_DIGITS)
        and (digit := _DIGIT.search(text))
        and (plain := _unvarying(text, digit.start())) is not text
    ):
        data = plain.encode("utf-8", "surrogatepass")
    return xxhash.xxh3_64_intdigest(data) or 1


def site_of(host: str | None, source: Mapping[str, str]) -> str | None:
    """The site that a document belongs to; None of one that is no page."""
    if host or source["reader"] != "html":
        return host
    folder, _, _ = source["file"].rpartition("/")
    return f"{source['name']}/{folder.partition('/')[0]}"


def short_lines(text: str) -> list[str]:
    """The lines of a text that may be of a template."""
    return [line for line in map(str.strip, text.split("\n")) if line and len(line) <= LONGEST]


def _counted(text: str, keys: dict[str, int]) -> dict[int, int]:
    """How often a text holds each of its lines; `keys` are those of short ones that were met before, 0 of one that no
    template has.
    """
    counts: dict[int, int] = {}
    for line, times in Counter(text.split("\n")).items():
        if (of_line := keys.get(line)) is None:
            short = line.strip()
            of_line = key(short) if short and len(short) <= LONGEST else 0
            if len(line) <= LONGEST:
                keys[line] = of_line
        if of_line:
            counts[of_line] = counts.get(of_line, 0) + times
    return counts


class SiteLines:
    """Counts the lines of the pages of a shard by site; of very many, those of one page alone are forgotten."""

    def __init__(self) -> None:
        self._rows: list[Rows] = []
        self._size = 0
        self._keys: dict[str, int] = {}
        self._forget()

    def _forget(self) -> None:
        # Of the pages since the last sum: the keys of their sites, how many lines each has, these, which are of a text.
        self._sites: list[int] = []
        self._sizes: list[int] = []
        self._lines = array("Q")
        self._of_text = array("b")

    def add(self, site: str, visible: str, text: str | None, written: str = "") -> None:
        """Counts a page: what it shows, and its text where it stays, without what is surely its author's.

        A line that the page shows more often than its text has it is not one of the text: there it says what a menu
        says as well.
        """
        if len(self._keys) > _KNOWN:
            self._keys.clear()
        keys = self._keys
        counts = _counted(visible, keys)
        of_text = _counted(text, keys) if text is not None else {}
        if written:
            own = _counted(written, keys)
            _take(counts, own)
            _take(of_text, own)
        shown = {PAGE: text is not None, **dict.fromkeys(counts, False)}  # no line has the key PAGE
        for of_line, times in of_text.items():
            shown[of_line] = times >= counts.get(of_line, 0)
        self._sites.append(key(site))
        self._sizes.append(len(shown))
        self._lines.extend(shown)
        self._of_text.extend(shown.values())
        if self._size + len(self._lines) > _AT_ONCE:
            host, line, pages, texts = self._summed()
            stays = (pages > 1) | (texts > 0)
            self._rows = [(host[stays], line[stays], pages[stays], texts[stays])]
            self._size = int(stays.sum())

    def write(self, table: TableWriter) -> None:
        """The lines that stand in a text, and the pages of each site."""
        host, line, pages, texts = self._summed()
        stays = (texts > 0) | (line == PAGE)
        columns = (host[stays], line[stays], pages[stays], texts[stays])
        for start in range(0, len(columns[0]), 1 << 16):
            arrays = [
                pa.array(c[start : start + (1 << 16)], f.type)
                for c, f in zip(columns, LINES, strict=True)
            ]
            table.write(pa.RecordBatch.from_arrays(arrays, schema=LINES))

    def _summed(self) -> Rows:
        """The lines of all pages so far."""
        lines = np.array(self._lines, np.uint64)
        hosts = np.repeat(np.array(self._sites, np.uint64), self._sizes)
        texts = np.array(self._of_text, np.int64)
        self._rows.append((hosts, lines, np.ones(len(lines), np.int64), texts))
        self._forget()
        host, line, pages, texts = (
            np.concatenate(column) for column in zip(*self._rows, strict=True)
        )
        return summed((host, line, pages, texts))


def _take(counts: dict[int, int], own: dict[int, int]) -> None:
    """Takes from what was counted as much of each line; what is left of none is forgotten."""
    for line in own.keys() & counts.keys():
        counts[line] -= own[line]
        if counts[line] <= 0:
            del counts[line]


def summed(rows: Rows) -> Rows:
    """Sites and lines, each pair once and in order, with the sums of their pages and texts."""
    host, line, pages, texts = rows
    order = np.lexsort((line, host))
    host, line = host[order], line[order]
    new = np.ones(len(host), bool)
    new[1:] = (host[1:] != host[:-1]) | (line[1:] != line[:-1])
    first = np.flatnonzero(new)
    pages, texts = (
        np.add.reduceat(c[order].astype(np.int64), first) if len(first) else c[:0]
        for c in (pages, texts)
    )
    return host[first], line[first], pages, texts
