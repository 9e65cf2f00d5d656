"""Lines, paragraphs and passages that stand in many documents, and what is cut of them.

Three steps: `units` writes the hash of each unit of a shard's documents by partition of the hashes; `repeats`
finds in a partition those that enough documents hold, and which of these keeps its copy; `cuts` turns that
into edits of a shard. A passage is a run of so many words: what is cut is all that such runs cover, which is what
a suffix array would find of repeated substrings of at least so many words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from cleaning.deduplicate.candidates.candidates import begins
from cleaning.deduplicate.params import LEVELS, Cutting, Level, Repeating, Splitting, unit_part
from cleaning.documents import TableWriter
from cleaning.text.batch import Batch, Hashes, Ints, mixed, slices
from cleaning.text.words import windows
from cleaning.view import EDITS, Edit, EditTable, apply, merge, on_original, read_view
from pipeline.model.stage import Work

UNIT = np.dtype([("key", "<u8"), ("rank", "<u8"), ("shard", "<u4"), ("row", "<u4")])
_LEVEL = np.uint64(3)  # the bits of a key that say of which level it is


class Units(NamedTuple):
    """The units of one level of some texts: the text of each, its key, and its code points in the batch."""

    text: Ints
    key: Hashes
    start: Ints
    end: Ints


def units(batch: Batch, levels: Sequence[Level | None]) -> Iterator[tuple[int, Units]]:
    """By level the units of a batch that have enough words."""
    words = np.searchsorted(batch.word_start, np.append(batch.start, len(batch.codes)))
    lines, paragraphs, passages = levels
    if lines is not None:
        spans = batch.line_hashes, batch.line_start, batch.line_end
        yield 0, _long_enough(batch, 0, spans, lines.words)
    if paragraphs is not None and batch.paragraph_count:
        of_line = batch.paragraph_of_line
        first = np.flatnonzero(begins(of_line))
        last = np.append(first[1:], len(of_line)) - 1
        spans = batch.paragraph_hashes, batch.line_start[first], batch.line_end[last]
        yield 1, _long_enough(batch, 1, spans, paragraphs.words)
    if passages is not None:
        size = passages.words
        counts = np.maximum(np.diff(words) - size + 1, 0)
        hashes = np.empty(int(counts.sum()), np.uint64)
        windows(batch.word_hashes, words[1:], size, hashes)
        offset = np.repeat(words[:-1] - (np.cumsum(counts) - counts), counts)
        at = np.arange(len(hashes)) + offset
        text = np.repeat(np.arange(len(batch)), counts)
        yield 2, Units(text, _key(hashes, 2), batch.word_start[at], batch.word_end[at + size - 1])


def _long_enough(batch: Batch, level: int, spans: tuple[Hashes, Ints, Ints], least: int) -> Units:
    hashes, start, end = spans
    words = np.searchsorted(batch.word_start, end) - np.searchsorted(batch.word_start, start)
    some = words >= least
    text = np.searchsorted(batch.start, start[some], side="right") - 1
    return Units(text, _key(hashes[some], level), start[some], end[some])


def _key(hashes: Hashes, level: int) -> Hashes:
    return mixed(hashes) & ~_LEVEL | np.uint64(level)


def split_shard(work: Work[Splitting]) -> None:
    """Writes the units of one shard's documents by partition, each once a document."""
    params = work.params
    paths = [file.path for file in work.inputs["decisions"]]
    edits = [file.path for file in work.inputs["edits"]]
    names = [unit_part(params.bits, number) for number in range(1 << params.bits)]
    streams = [work.output(name, f"{name}.bin").open("wb") for name in names]
    row = 0
    try:
        for batch in read_view(work.one("documents").path, paths, edits, ["id", "text"]):
            texts, ids = batch["text"].to_pylist(), batch["id"].to_pylist()
            kept = batch["kept"].to_numpy(zero_copy_only=False)
            for start, stop in slices(texts):
                rank = np.array(
                    [
                        _rank(text, id, params.access)
                        for text, id in zip(texts[start:stop], ids[start:stop], strict=True)
                    ],
                    np.uint64,
                )
                for _, some in units(Batch(texts[start:stop]), params.levels):
                    here = kept[start:stop][some.text]
                    table = np.empty(int(here.sum()), UNIT)
                    table["key"], table["rank"] = some.key[here], rank[some.text[here]]
                    table["shard"], table["row"] = params.shard, row + start + some.text[here]
                    table = np.unique(table)  # sorted by key
                    low = np.array(
                        [p << (64 - params.bits) for p in range(1 << params.bits)], np.uint64
                    )
                    edges = np.append(np.searchsorted(table["key"], low), len(table)).tolist()
                    for stream, first, last in zip(streams, edges, edges[1:], strict=False):
                        stream.write(table[first:last].tobytes())
            row += len(texts)
    finally:
        for stream in streams:
            stream.close()


def _rank(text: str, name: str, access: int | None) -> int:
    """The access where some sources have one, the length, then the first letters of the id: the least is the best."""
    letters = int.from_bytes(name.encode()[:4].ljust(4, b"\0"))
    most = 0xFFFFFFFF if access is None else 0x3FFFFFFF
    return (access or 0) << 62 | (most - min(len(text), most)) << 32 | letters


def find_repeats(work: Work[Repeating]) -> None:
    """Writes, by group of shards, the units of one partition that are not to stay."""
    params = work.params
    tables = [np.fromfile(file.path, UNIT) for file in work.inputs["units"]]
    every = np.concatenate([np.empty(0, UNIT), *tables])
    every = every[np.lexsort((every["row"], every["shard"], every["rank"], every["key"]))]
    opens = begins(every["key"])
    place = np.cumsum(opens) - 1
    level = (every["key"] & _LEVEL).astype(np.int64)
    least = np.array([entry.documents if entry else 1 << 60 for entry in params.levels])
    once = np.array([entry is not None and entry.keep == "once" for entry in params.levels])
    goes = np.bincount(place, minlength=1)[place] >= least[level]
    goes &= ~(opens & once[level])  # the first is of the best document
    gone = every[goes]
    group = gone["shard"] // params.group
    for number in range(params.groups):
        name = f"repeats-{number:05d}"
        some = gone[group == number]
        work.output(name, f"{name}.bin", len(some)).write_bytes(some.tobytes())
    work.figures = {"units": len(every), "repeated": len(gone)}


def cut_shard(work: Work[Cutting]) -> None:
    """Writes the edits of one shard, and what is only marked, from the units that are not to stay."""
    params = work.params
    tables = [np.fromfile(file.path, UNIT) for file in work.inputs["repeats"]]
    gone = np.concatenate([np.empty(0, UNIT), *tables])
    gone = gone[gone["shard"] == params.shard]
    wanted = np.sort(_pairs(gone["row"], gone["key"]))
    documents = work.one("documents").path
    edits = EditTable([file.path for file in work.inputs["edits"]])
    row = 0
    with (
        TableWriter(work.output("edits", "edits.parquet"), EDITS) as cuts,
        TableWriter(work.output("repeats", "repeats.parquet"), EDITS) as marks,
    ):
        for batch in read_view(documents, columns=["id", "text"]):
            changes = edits.take(batch["id"])
            originals, ids = batch["text"].to_pylist(), batch["id"].to_pylist()
            texts = [apply(text, changes.get(i, [])) for i, text in enumerate(originals)]
            for start, stop in slices(texts):
                for place, layers in _layers(
                    texts[start:stop], row + start, wanted, params
                ).items():
                    index = start + place
                    for kind, writer in (("cut", cuts), ("mark", marks)):
                        some = merge([[e for e in layer if e.kind == kind] for layer in layers])
                        earlier = changes.get(index, [])
                        for edit in on_original(earlier, len(originals[index]), some):
                            writer.add({"row": row + index, "id": ids[index], **edit._asdict()})
            row += len(texts)
            work.progress(row, pq.read_metadata(documents).num_rows, "documents")
    edits.finish()


def _pairs(rows: NDArray[np.generic], keys: Hashes) -> Hashes:
    """A hash of each row with a key."""
    return mixed(keys ^ mixed(rows.astype(np.uint64) + np.uint64(1)))


def _layers(
    texts: Sequence[str], first: int, wanted: Hashes, params: Cutting
) -> dict[int, list[list[Edit]]]:
    """By text the edits of each level, in code points of the text, ordered and disjoint within a level."""
    batch = Batch(texts)
    layers: dict[int, list[list[Edit]]] = {}
    for level, some in units(batch, params.levels):
        entry = params.levels[level]
        pairs = _pairs(some.text + first, some.key)
        near = np.minimum(np.searchsorted(wanted, pairs), max(len(wanted) - 1, 0))
        is_wanted = wanted[near] == pairs if len(wanted) else np.zeros(len(pairs), bool)
        kind = "mark" if entry and entry.keep == "all" else "cut"
        for place in np.flatnonzero(is_wanted).tolist():
            text = int(some.text[place])
            own = layers.setdefault(text, [[] for _ in LEVELS])[level]
            start, end = (
                int(at - batch.start[text]) for at in (some.start[place], some.end[place])
            )
            if level < 2 and texts[text][end : end + 1] == "\n":
                end += 1  # with its own newline
            if own and start <= own[-1].end:
                start, end = own[-1].start, max(end, own.pop().end)
            own.append(Edit(start, end, kind, LEVELS[level], ""))
    return layers
