"""The kernels of a site's memory: the lines that a host repeats on its pages, whatever they say.

What stands on half of a host's pages, or opens and closes a tenth of them, belongs to the host and not to a text:
menus, consent, newsletter boxes, tag lists, footers. It is known over all shards, so also across archives.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
import xxhash

from cleaning.documents import TableWriter, read_batches
from cleaning.filter.boilerplate import LONGEST
from pipeline.errors import Stopped
from pipeline.model.stage import Work

LINES = pa.schema([("host", pa.uint64()), ("line", pa.uint64()), ("pages", pa.int32())])
MEMORY = pa.schema([("host", pa.uint64()), ("line", pa.uint64()), ("share", pa.float32())])
PAGE = 0  # the line of a host that stands for its pages themselves
FEWEST = 5  # pages that repeat a line
AT_ENDS = (
    0.1  # share of a host's pages from which a line is cut from the beginning or the end of a text
)
ANYWHERE = 0.5
WORD = 25  # code points of a line below which it may be a word that many texts of a host use: Example, Note
NEARLY_ALL = 0.9  # share of the pages from which such a line is cut anywhere
AT_ONCE = 1 << 24  # rows that are merged in memory

Keys = npt.NDArray[np.uint64]
Memory = Mapping[int, Mapping[int, float]]  # host -> line -> share of its pages


def key(text: str) -> int:
    """What a host or a line is known by."""
    return xxhash.xxh3_64_intdigest(text.encode("utf-8", "surrogatepass")) or 1


def count_lines(work: Work[object]) -> None:
    """Writes for each host of a shard, and each short line, on how many of its pages the line stands."""
    hosts: list[Keys] = []
    lines: list[Keys] = []
    for batch in read_batches(work.one("documents").path, ["host", "text"]):
        if work.stopping():
            raise Stopped
        names, texts = batch["host"].to_pylist(), batch["text"].to_pylist()
        for name, text in zip(names, texts, strict=True):
            if name:
                found = {key(line) for line in _short_lines(text)} | {PAGE}
                lines.append(np.fromiter(found, np.uint64, len(found)))
                hosts.append(np.full(len(found), key(name), np.uint64))
    host, line, pages = _summed(
        _joined(hosts), _joined(lines), np.ones(sum(map(len, lines)), np.int64)
    )
    _write(work, "lines", "lines.parquet", LINES, (host, line, pages))


def remember(work: Work[object]) -> None:
    """Writes for each shard the lines that its hosts repeat, as all shards know them."""
    paths = [file.path for file in work.inputs["lines"]]
    rows = sum(pq.read_metadata(path).num_rows for path in paths)
    passes = np.uint64(rows // AT_ONCE + 1)
    repeated: list[tuple[Keys, Keys, npt.NDArray[np.float32]]] = []
    for turn in range(int(passes)):
        parts = [[], [], []]  # type: list[list[npt.NDArray[np.generic]]]
        for path in paths:
            table = pq.read_table(path)
            columns = [table[name].to_numpy() for name in LINES.names]
            mine = columns[0] % passes == np.uint64(turn)
            for part, column in zip(parts, columns, strict=True):
                part.append(column[mine])
        repeated.append(_repeated(*_summed(*(np.concatenate(part) for part in parts))))
    host, line, share = (np.concatenate(column) for column in zip(*repeated, strict=True))
    for index, path in enumerate(paths):
        own = np.isin(host, pq.read_table(path, columns=["host"])["host"].to_numpy())
        _write(
            work, "slice", f"slice-{index:05d}.parquet", MEMORY, (host[own], line[own], share[own])
        )


def memory_of(path: object) -> Memory:
    """The lines that the hosts of a shard repeat."""
    memory: dict[int, dict[int, float]] = {}
    table = pq.read_table(path)
    for host, line, share in zip(*(table[name].to_pylist() for name in MEMORY.names), strict=True):
        memory.setdefault(host, {})[line] = share
    return memory


def repeated_lines(lines: Sequence[str], repeated: Mapping[int, float]) -> list[bool]:
    """Which lines of a text its host repeats: on half of its pages, or less often around the text."""
    shares = [repeated.get(key(line), 0.0) if len(line) <= LONGEST else 0.0 for line in lines]
    cut = [
        share >= (ANYWHERE if len(line) >= WORD else NEARLY_ALL)
        for share, line in zip(shares, lines, strict=True)
    ]
    for order in (range(len(lines)), range(len(lines) - 1, -1, -1)):
        for index in order:
            if shares[index] < AT_ENDS:
                break
            cut[index] = True
    return cut


def _short_lines(text: str) -> Iterator[str]:
    return (line for raw in text.split("\n") if (line := raw.strip()) and len(line) <= LONGEST)


def _joined(arrays: Sequence[Keys]) -> Keys:
    return np.concatenate(arrays) if arrays else np.zeros(0, np.uint64)


def _summed(
    host: Keys, line: Keys, pages: npt.NDArray[np.int64]
) -> tuple[Keys, Keys, npt.NDArray[np.int64]]:
    """Hosts and lines, each pair once and in order, with the sum of their pages."""
    order = np.lexsort((line, host))
    host, line = host[order], line[order]
    new = np.ones(len(host), bool)
    new[1:] = (host[1:] != host[:-1]) | (line[1:] != line[:-1])
    first = np.flatnonzero(new)
    summed = np.add.reduceat(pages[order].astype(np.int64), first) if len(first) else pages[:0]
    return host[first], line[first], summed


def _repeated(
    host: Keys, line: Keys, pages: npt.NDArray[np.int64]
) -> tuple[Keys, Keys, npt.NDArray[np.float32]]:
    """Of all lines those that a host repeats, with the share of its pages. A host's PAGE stands first."""
    place = np.flatnonzero(line == PAGE)
    whole = pages[place][np.searchsorted(host[place], host)] if len(host) else pages
    share = (pages / np.maximum(whole, 1)).astype(np.float32)
    enough = (line != PAGE) & (pages >= FEWEST) & (share >= AT_ENDS)
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
