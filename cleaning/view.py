"""A view: documents as they stand after the decisions and the edits made so far, streamed batch by batch.

The text is written once; decisions (kept or removed) and edits (spans cut or masked) lie beside it, row
by row. Reading them together is this page: it checks that the ids agree, so that a table of another
shard is refused and never read askew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cleaning.documents import read_batches
from pipeline.errors import TahonaError

EDITS = pa.schema(
    [
        ("row", pa.int32()),  # of the document in its shard
        ("id", pa.string()),
        ("start", pa.int32()),  # code points of the original text
        ("end", pa.int32()),
        ("kind", pa.string()),  # cut | mask
        ("rule", pa.string()),
        ("replacement", pa.string()),
    ]
)


class Edit(NamedTuple):
    """A span of the original text, in code points, that is cut or replaced by a placeholder."""

    start: int
    end: int
    kind: str
    rule: str
    replacement: str


def read_view(
    documents: Path,
    decisions: Sequence[Path] = (),
    edits: Sequence[Path] = (),
    columns: Sequence[str] | None = None,
) -> Iterator[pa.RecordBatch]:
    """The documents of a shard with `columns` (None: all), and a column `kept`: true where all decisions keep.

    The edits are applied to `text`; earlier files go first where two take the same characters.
    Raises TahonaError where a table's rows are not those of the documents.
    """
    tables = [SideTable(path, ["kept"]) for path in decisions]
    changes = EditTable(edits)
    wanted = None if columns is None else list(columns)
    read = wanted if wanted is None or "id" in wanted else ["id", *wanted]
    for batch in read_batches(documents, read):
        kept = pa.array([True] * batch.num_rows)
        for table in tables:
            kept = pc.and_(kept, table.take(batch["id"])["kept"])
        by_place = changes.take(batch["id"])
        if by_place and "text" in batch.schema.names:
            texts = batch["text"].to_pylist()
            for place, edits_here in by_place.items():
                texts[place] = apply(texts[place], edits_here)
            batch = with_column(batch, "text", texts)
        names = batch.schema.names if wanted is None else wanted
        shown = [batch.select(names).append_column("kept", kept)]
        del batch, kept  # whoever reads may let go of a very long text
        yield shown.pop()
    for table in tables:
        table.finish()
    changes.finish()


def kept_rows(decisions: Sequence[Path], rows: int) -> pa.BooleanArray:
    """Which of a shard's `rows` documents all decisions keep, without reading ids."""
    kept = pa.array([True] * rows, pa.bool_())
    for path in decisions:
        chunks = [batch["kept"] for batch in read_batches(path, ["kept"])]
        column = pa.concat_arrays(chunks) if chunks else pa.array([], pa.bool_())
        if len(column) != rows:
            raise _misaligned(path, f"{len(column)} rows where the documents have {rows}")
        kept = pc.and_(kept, column)
    return kept


class SideTable:
    """A table beside the documents, read in step with them; `take` gives the rows of the next ids."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.path = path
        self._row = 0
        self._rest = read_batches(path, list(dict.fromkeys(["id", *columns])))
        self._pending: pa.Table | None = None

    def take(self, ids: pa.Array) -> pa.Table:
        """The rows of the next `ids`; a TahonaError where they have other ids."""
        slices, missing = [], len(ids)
        while missing:
            if self._pending is None or not self._pending.num_rows:
                batch = next(self._rest, None)
                if batch is None:
                    raise _misaligned(self.path, f"ends at row {self._row + len(ids) - missing}")
                self._pending = pa.Table.from_batches([batch])
            slices.append(self._pending.slice(0, missing))
            self._pending = self._pending.slice(missing)
            missing -= slices[-1].num_rows
        if not slices:
            return pa.table({})
        table = pa.concat_tables(slices).combine_chunks()
        mine = table["id"].combine_chunks()
        if not mine.equals(ids):
            same = pc.fill_null(pc.equal(mine, ids), False).to_pylist()
            wrong = self._row + same.index(False)
            raise _misaligned(self.path, f"row {wrong} has another id than its document")
        self._row += len(ids)
        return table

    def finish(self) -> None:
        """A TahonaError where rows are left over."""
        left = self._pending is not None and self._pending.num_rows
        if left or next(self._rest, None) is not None:
            raise _misaligned(self.path, f"has more rows than its {self._row} documents")


class SideTables:
    """Columns that lie in several tables beside the documents; of two that have a column, the first's."""

    def __init__(self, paths: Sequence[Path], columns: Sequence[str]) -> None:
        left = dict.fromkeys(columns)
        self._tables: list[tuple[SideTable, list[str]]] = []
        for path in paths:
            there = set(pq.read_schema(path).names)
            here = [name for name in left if name in there]
            self._tables.append((SideTable(path, here), here))
            left = {name: None for name in left if name not in here}
        if left:
            places = " and ".join(map(str, paths)) or "no table"
            raise TahonaError(f"{places} has no column {', '.join(left)}")

    def beside(self, batch: pa.RecordBatch) -> pa.Table:
        """The next documents with the columns; a TahonaError where the tables are of others."""
        table = pa.Table.from_batches([batch])
        for side, names in self._tables:
            rows = side.take(batch["id"])
            for name in names:
                table = table.append_column(name, rows[name])
        return table

    def finish(self) -> None:
        """A TahonaError where rows are left over."""
        for side, _ in self._tables:
            side.finish()


class EditTable:
    """The edits beside the documents, read in step with them."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._row = 0
        self._streams = [_Edits(path) for path in paths]

    def take(self, ids: pa.Array) -> dict[int, list[Edit]]:
        """The edits of the next `ids`, by place in `ids`: disjoint, in order of the text."""
        by_place: dict[int, list[list[Edit]]] = {}
        for stream in self._streams:
            for place, edits in stream.take(self._row, ids).items():
                by_place.setdefault(place, []).append(edits)
        self._row += len(ids)
        return {place: merge(layers) for place, layers in sorted(by_place.items())}

    def finish(self) -> None:
        """A TahonaError where edits are left over."""
        for stream in self._streams:
            stream.finish(self._row)


class _Edits:
    """One file of edits, read row by row of the documents."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._rows = (row for batch in read_batches(path, EDITS.names) for row in batch.to_pylist())
        self._next = next(self._rows, None)

    def take(self, first: int, ids: pa.Array) -> dict[int, list[Edit]]:
        by_place: dict[int, list[Edit]] = {}
        while self._next is not None and self._next["row"] < first + len(ids):
            row = self._next
            place = row["row"] - first
            if place < 0 or ids[place].as_py() != row["id"]:
                raise _misaligned(self.path, f"an edit of row {row['row']} has another id")
            edit = Edit(
                row["start"], row["end"], row["kind"], row["rule"], row["replacement"] or ""
            )
            row_edits = by_place.setdefault(place, [])
            if edit.end <= edit.start or edit.start < (row_edits[-1].end if row_edits else 0):
                raise TahonaError(f"{self.path}: the edits of row {row['row']} overlap")
            row_edits.append(edit)
            self._next = next(self._rows, None)
        return by_place

    def finish(self, rows: int) -> None:
        if self._next is not None:
            raise _misaligned(self.path, f"edits row {self._next['row']} of {rows} documents")


def _misaligned(path: Path, how: str) -> TahonaError:
    return TahonaError(
        f"{path} isn't a table of these documents: {how}; run the stage that made it again"
    )


def with_column(batch: pa.RecordBatch, name: str, values: list[str]) -> pa.RecordBatch:
    """The batch with other strings in one of its columns."""
    return batch.set_column(
        batch.schema.get_field_index(name), batch.schema.field(name), pa.array(values, pa.string())
    )


def apply(text: str, edits: Sequence[Edit]) -> str:
    """The text after disjoint, ordered edits: cut spans are gone, masked ones replaced."""
    pieces, at = [], 0
    for edit in edits:
        if edit.end > len(text):
            raise TahonaError(
                f"an edit of rule {edit.rule} ends at {edit.end}, the text at {len(text)}"
            )
        pieces += [text[at : edit.start], edit.replacement if edit.kind == "mask" else ""]
        at = edit.end
    return "".join([*pieces, text[at:]])


def merge(layers: Sequence[Sequence[Edit]]) -> list[Edit]:
    """One list of disjoint, ordered edits out of several: a character belongs to the first that takes it.

    Of a mask that an earlier edit splits, the first piece carries the replacement.
    """
    merged: list[Edit] = []
    for layer in layers:
        taken, first = list(merged), 0
        for edit in layer:
            while first < len(taken) and taken[first].end <= edit.start:
                first += 1
            pieces, at, i = [], edit.start, first
            while i < len(taken) and taken[i].start < edit.end:
                if taken[i].start > at:
                    pieces.append((at, taken[i].start))
                at, i = taken[i].end, i + 1
            if at < edit.end:
                pieces.append((at, edit.end))
            merged += _in_pieces(edit, pieces)
        merged.sort()
    return merged


def on_original(edits: Sequence[Edit], length: int, later: Sequence[Edit]) -> list[Edit]:
    """The edits `later`, on the text after `edits`, as edits of the original text of `length` code points.

    What they take of an earlier placeholder stays: it is new text, and no character of the original.
    """
    kept, at, view = [], 0, 0  # (start and end in the view, start in the original)
    for edit in (*edits, Edit(length, length, "cut", "", "")):
        kept.append((view, view + edit.start - at, at))
        view += edit.start - at + (len(edit.replacement) if edit.kind == "mask" else 0)
        at = edit.end
    result, first = [], 0
    for edit in later:
        while first < len(kept) and kept[first][1] <= edit.start:
            first += 1
        pieces, i = [], first
        while i < len(kept) and kept[i][0] < edit.end:
            start, end, origin = kept[i]
            if max(edit.start, start) < min(edit.end, end):
                shift = origin - start
                pieces.append((max(edit.start, start) + shift, min(edit.end, end) + shift))
            i += 1
        result += _in_pieces(edit, pieces)
    return result


def _in_pieces(edit: Edit, pieces: Sequence[tuple[int, int]]) -> list[Edit]:
    return [
        Edit(start, end, edit.kind, edit.rule, edit.replacement if i == 0 else "")
        for i, (start, end) in enumerate(pieces)
    ]
