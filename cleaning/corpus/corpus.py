"""The kernel of `corpus`: the kept documents of one shard, edited and masked, by language."""

from __future__ import annotations

from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cleaning.corpus.copies import read_copies, write_copies
from cleaning.corpus.masking import masked_beside
from cleaning.corpus.passages import PARTS
from cleaning.corpus.pieces import Document, Pieces
from cleaning.corpus.stage import VARIETY, Writing
from cleaning.corpus.tags import Tags
from cleaning.decisions import TAGS
from cleaning.documents import TableWriter
from cleaning.rules.apply import asked_of
from cleaning.signals.spanish.variety import UNKNOWN
from cleaning.view import EditTable, SideTables, read_view, with_column
from cleaning.withdrawals.orders import read_ids
from pipeline.model.record_ids import inner_id
from pipeline.model.stage import Work

SURE = 0.8  # of the country; below, a text is of no country


def write_shard(work: Work[Writing]) -> None:
    """Writes the kept documents of one shard, edited and masked, to a file for each language."""
    source, params = work.one("documents").path, work.params
    columns = ["language", *(VARIETY if params.varieties else ())]
    columns += ["passages"] if params.passages else []
    signals = SideTables([file.path for file in work.inputs["signals"]], columns)
    edits = EditTable([file.path for file in work.inputs["edits"]])
    decisions = [file.path for file in work.inputs["decisions"]]
    tags = Tags(decisions)
    schema = pq.read_schema(source)
    schema = schema.append(TAGS) if tags else schema
    tables = _Tables(work, schema.append(pa.field("language", pa.string())))
    copies = read_copies([file.path for file in work.inputs.get("copies", [])])
    withdrawn = read_ids([file.path for file in work.inputs.get("withdrawn", [])])
    pieces = Pieces(params, copies, withdrawn)
    total = pq.read_metadata(source).num_rows
    done = 0
    for batch in read_view(source, decisions):
        measured = signals.beside(batch.select(["id"]))
        labels = measured["language"].to_pylist()
        asking = [(rule, asked_of(batch, labels).asked(rule)) for rule in params.rules]
        documents = _documents(batch, measured, params)
        parts = _varieties(measured) if params.varieties else labels
        domains = batch["domain"].to_pylist() if params.domains else []
        changes = edits.take(batch["id"])
        texts = batch["text"].to_pylist()
        bare = with_column(batch, "text", [""] * batch.num_rows)
        del batch  # of a very long text one copy is enough
        rows: dict[str, list[_Row]] = {}
        for place, kept in enumerate(bare["kept"].to_pylist()):
            if not kept:
                continue
            document, changed = documents[place], changes.get(place, [])
            for text, language in pieces.of(document, texts[place], changed):
                part = language or parts[place]
                part += f".{domains[place]}" if domains else ""
                rows.setdefault(part, []).append(_Row(place, text, language))
        bare = bare.drop_columns(["kept"])
        if tags:
            bare = bare.append_column(TAGS, tags.take(bare["id"]))
        texts, text = [], ""  # a very long text is not held while it is written
        for label in [*rows]:
            chosen = rows.pop(label)
            places = [row.place for row in chosen]
            own = [(rule, asks[places]) for rule, asks in asking]
            table = _table(bare, chosen)
            chosen.clear()
            tables.write(label, masked_beside(table, params, pieces.placeholders, own))
        done += bare.num_rows
        work.progress(done, total, "documents")
    for side in (signals, edits, tags):
        side.finish()
    tables.close()
    write_copies(work, copies)
    work.ledger = pieces.tally.ledger()
    work.figures = {"masked": dict(sorted(pieces.placeholders.items()))}


def _documents(batch: pa.RecordBatch, measured: pa.Table, params: Writing) -> list[Document]:
    """What is known of each document of a batch, as far as somebody asks."""
    nothing = pa.nulls(batch.num_rows)
    columns = (
        batch["id"],
        measured["language"],
        pc.struct_field(batch["metadata"], "rights") if params.rights else nothing,
        measured["passages"] if params.passages else nothing,
    )
    rows = zip(*(column.to_pylist() for column in columns), strict=True)
    return [Document(id, language, said or "", spans or ()) for id, language, said, spans in rows]


def _varieties(measured: pa.Table) -> list[str]:
    """The part of each document: its language, and its country (es-MX) where that is sure."""
    columns = (measured[name].to_pylist() for name in ("language", *VARIETY))
    return [
        f"{language}-{country.upper()}"
        if language == "es" and (sure or 0) >= SURE and country != UNKNOWN
        else language
        for language, country, sure in zip(*columns, strict=True)
    ]


class _Row(NamedTuple):
    """A text to write: of which document, and in which language where it is what that holds in another."""

    place: int
    text: str
    language: str | None


def _table(batch: pa.RecordBatch, rows: list[_Row]) -> pa.RecordBatch:
    """The rows of a batch with these texts."""
    table = batch.take(pa.array([row.place for row in rows]))
    ids = [
        inner_id(name, row.language) if row.language else name
        for name, row in zip(table["id"].to_pylist(), rows, strict=True)
    ]
    return with_column(with_column(table, "id", ids), "text", [row.text for row in rows])


class _Tables:
    """The files by language, variety and domain."""

    def __init__(self, work: Work[Writing], schema: pa.Schema) -> None:
        self._work, self._schema = work, schema
        self._writers: dict[str, TableWriter] = {}

    def write(self, label: str, batch: pa.RecordBatch) -> None:
        """Adds documents of one part, whose language and variety are a column."""
        if label not in self._writers:
            part = f"{PARTS}{label}"
            path = self._work.output(part, f"{part}.parquet")
            self._writers[label] = TableWriter(path, self._schema)
        labels = pa.array([label.partition(".")[0]] * batch.num_rows, pa.string())
        self._writers[label].gather(batch.append_column("language", labels))

    def close(self) -> None:
        """Writes what is pending and the footers."""
        for writer in self._writers.values():
            writer.close()
