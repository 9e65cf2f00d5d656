"""The kernels of a site's memory: the lines that a site repeats on its pages, whatever they say.

What stands on half of a site's pages, or opens and closes the text on a tenth of them, belongs to the site and not to
a text: menus, consent, newsletter boxes, tag lists, footers. It is known over all shards, so also across archives.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from cleaning.documents import TableWriter
from cleaning.sites import (
    LINES,
    LONGEST,
    MARK,
    PAGE,
    Counts,
    Keys,
    Rows,
    key,
    short_lines,
    summed,
    unvarying,
)
from pipeline.model.stage import Work

MEMORY = pa.schema([("host", pa.uint64()), ("line", pa.uint64()), ("share", pa.float32())])
FEWEST = 5  # pages that repeat a line
AT_ENDS = (
    0.1  # share of a host's pages from which a line is cut from the beginning or the end of a text
)
ANYWHERE = 0.5
NEAR = 3  # lines at the beginning and at the end among which one that says a day is cut, also below a title
WORD = 25  # code points of a line below which it may be a word that many texts of a host use: Example, Note
NEARLY_ALL = 0.9  # share of the pages from which such a line is cut anywhere
AT_ONCE = 1 << 24  # rows that are merged in memory

HEAD = 80  # code points of a heading, at most
_HEADING = re.compile(r"[^\W\d_a-z].*[^\W_]")  # begins with no small letter and ends in no mark
VALUE = 60  # code points of a line, at most, that a line of the template may announce: a date, a tag, a name
VALUES = 12  # such lines in a row
_ENDS = frozenset(".!?…»”")  # of what says something
_PAUSES = _ENDS | {":", ";"}  # of a sentence, or of an item of one that is numbered
PROSE = 150  # code points of a sentence, at least, that is no notice of a footer
# Where and when an act or a letter was signed, its day apart: Dado en Bogotá; Lisboa, 4 de Maio de 1999.
_SIGNED = re.compile(
    r"\W*(?:(?i:dad[oa]s?\s+(?:en|a|por)\b|donada?\s+a\b)"
    r"|(?i:en\s+)?(?!(?i:lunes|martes|mi[ée]rcoles|jueves|viernes|s[áa]bado|domingo|publica|actuali|escrit|por\b))"
    r"[^\W\d_a-z][^\d:|]{1,50},\s*(?:(?:a|el)\s+)?"
    r"\d{1,2}[º.]?\s+(?:de\s+|d['’])[^\W\d_]{3,10},?\s+(?:del?\s+)?(?:19|20)\d\d\W*\Z)"
)
Memory = Mapping[int, Mapping[int, float]]  # site -> line -> share of its pages
Repeated = tuple[Keys, Keys, npt.NDArray[np.float32]]  # as MEMORY


def remember(work: Work[object]) -> None:
    """Writes for each shard the lines that its sites repeat, as all shards know them."""
    paths = [file.path for file in work.inputs["lines"]]
    rows = sum(pq.read_metadata(path).num_rows for path in paths)
    passes = np.uint64(rows // AT_ONCE + 1)
    repeated: list[Repeated] = []
    for turn in range(int(passes)):
        gathered: list[list[Counts]] = [[] for _ in LINES.names]
        for path in paths:
            table = pq.read_table(path)
            columns = [table[name].to_numpy() for name in LINES.names]
            mine = columns[0] % passes == np.uint64(turn)
            for so_far, column in zip(gathered, columns, strict=True):
                so_far.append(column[mine])
        host, line, pages, texts = (np.concatenate(column) for column in gathered)
        repeated.append(
            _repeated(summed((host.astype(np.uint64), line.astype(np.uint64), pages, texts)))
        )
    host, line, share = (np.concatenate(column) for column in zip(*repeated, strict=True))
    for index, path in enumerate(paths):
        own = np.isin(host, pq.read_table(path, columns=["host"])["host"].to_numpy())
        _write(
            work, "slice", f"slice-{index:05d}.parquet", MEMORY, (host[own], line[own], share[own])
        )


def memory_of(path: object) -> Memory:
    """The lines that the sites of a shard repeat."""
    memory: dict[int, dict[int, float]] = {}
    table = pq.read_table(path)
    for host, line, share in zip(*(table[name].to_pylist() for name in MEMORY.names), strict=True):
        memory.setdefault(host, {})[line] = share
    return memory


def without_sentences(repeated: Mapping[int, float], text: str) -> Mapping[int, float]:
    """What a site repeats but for the sentences of a text."""
    own = {
        key(line)
        for line in (short_lines(text) if repeated else ())
        if len(line) >= PROSE and line[-1] in _PAUSES
    }
    return {line: share for line, share in repeated.items() if line not in own}


def repeated_lines(lines: Sequence[str], repeated: Mapping[int, float]) -> list[bool]:
    """Which lines of a text its site repeats: on half of its pages, or less often around the text; words, which may be
    of the text, on nearly all and not alone. Where and when a text was signed, in its second half, is its own.
    """
    shares = [repeated.get(key(line), 0.0) if len(line) <= LONGEST else 0.0 for line in lines]
    for index in range((len(lines) + 1) // 2, len(lines)):
        if shares[index] and _SIGNED.match(lines[index]):
            shares[index] = 0.0
    cut = []
    for index, (share, line) in enumerate(zip(shares, lines, strict=True)):
        if len(line) >= WORD:
            cut.append(share >= ANYWHERE)
        else:  # alone between lines of the text it is a heading there that the menu has, too
            beside = max([0.0, *shares[max(index - 1, 0) : index], *shares[index + 1 : index + 2]])
            cut.append(share >= NEARLY_ALL and beside >= AT_ENDS)
        if not NEAR <= index < len(lines) - NEAR:
            cut[-1] |= share >= AT_ENDS and unvarying(line) != line
    for order in (range(len(lines)), range(len(lines) - 1, -1, -1)):
        for index in order:
            if shares[index] < AT_ENDS:
                break
            cut[index] = True
    _keep_headed(lines, shares, cut)
    _cut_values(lines, shares, cut)
    return cut


def _keep_headed(lines: Sequence[str], shares: Sequence[float], cut: list[bool]) -> None:
    """Keeps what stands below a heading that stays, and the entries of a list of which others do: a fact that many
    texts of a manual share is of each of them.

    What the template sets there has a heading of its own, which goes too, or stands on nearly all pages.
    """
    for start in range(2, len(lines)):  # the first line is the title
        above, line = lines[start - 1], lines[start]
        entry = MARK.match(above) is not None and MARK.match(line) is not None
        if cut[start] and not cut[start - 1] and (entry or _is_heading(above)):
            for index in range(start, len(lines)):
                if not cut[index] or shares[index] >= NEARLY_ALL or _is_heading(lines[index]):
                    break
                cut[index] = False


def _is_heading(line: str) -> bool:
    return len(line) <= HEAD and " | " not in line and _HEADING.fullmatch(line) is not None


def _cut_values(lines: Sequence[str], shares: Sequence[float], cut: list[bool]) -> None:
    """Cuts at the end of a text what lines of the template announce: Published, and the date below it, no sentence.
    Where nothing stands above them they announce the text.
    """
    first = len(lines)
    values = 0
    for index in range(len(lines) - 1, -1, -1):
        if shares[index] >= NEARLY_ALL:
            first, values = index, 0
        elif not cut[index]:
            values += 1
            if values > VALUES or len(lines[index]) > VALUE or lines[index][-1:] in _ENDS:
                break
    if not all(cut[:first]):
        cut[first:] = [True] * (len(lines) - first)


def _repeated(rows: Rows) -> Repeated:
    """Of all lines those that a site repeats, with the share of its pages. A site's PAGE stands first."""
    host, line, pages, texts = rows
    place = np.flatnonzero(line == PAGE)
    whole = pages[place][np.searchsorted(host[place], host)] if len(host) else pages
    share = (pages / np.maximum(whole, 1)).astype(np.float32)
    # What stands in one text alone is that text's, wherever else it is shown: its title among the latest.
    many = (pages >= FEWEST) & (texts >= np.where(share >= ANYWHERE, 2, FEWEST))
    enough = (line != PAGE) & many & (share >= AT_ENDS)
    return host[enough], line[enough], share[enough]


def _write(
    work: Work[object],
    part: str,
    name: str,
    schema: pa.Schema,
    columns: Sequence[npt.NDArray[np.generic]],
) -> None:
    with TableWriter(work.output(part, name), schema) as writer:
        for start in range(0, len(columns[0]), 1 << 16):
            arrays = [
                pa.array(c[start : start + (1 << 16)], f.type)
                for c, f in zip(columns, schema, strict=True)
            ]
            writer.write(pa.RecordBatch.from_arrays(arrays, schema=schema))
