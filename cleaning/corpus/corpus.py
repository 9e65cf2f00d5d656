"""The kernel of `corpus`: the kept documents of one shard, edited and masked, by language."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cleaning.corpus.copies import read_copies, write_copies
from cleaning.corpus.masking import masked, masked_beside, masked_kinds
from cleaning.corpus.passages import PARTS, by_language, piece
from cleaning.corpus.stage import BLANK, COPY, EMPTY, RESERVED, VARIETY, Writing
from cleaning.corpus.tags import Tags
from cleaning.decisions import TAGS
from cleaning.documents import TableWriter
from cleaning.rights.recorded import is_reserved
from cleaning.rules.apply import asked_of
from cleaning.rules.rule import LANGUAGE
from cleaning.signals.spanish.variety import UNKNOWN
from cleaning.view import (
    Edit,
    EditTable,
    SideTables,
    read_view,
    with_column,
)
from cleaning.withdrawals.orders import WITHDRAWN, read_ids
from pipeline.model.record_ids import inner_id
from pipeline.model.stage import Work
from pipeline.model.tally import Tally

SURE = 0.8  # of the country; below, a text is of no country


def write_shard(work: Work[Writing]) -> None:
    """Writes the kept documents of one shard, edited and masked, to a file for each language."""
    source = work.one("documents").path
    columns = ["language", *(VARIETY if work.params.varieties else ())]
    columns += ["passages"] if work.params.passages else []
    signals = SideTables([file.path for file in work.inputs["signals"]], columns)
    edits = EditTable([file.path for file in work.inputs["edits"]])
    decisions = [file.path for file in work.inputs["decisions"]]
    tags = Tags(decisions)
    schema = pq.read_schema(source)
    schema = schema.append(TAGS) if tags else schema
    tables = _Tables(work, schema.append(pa.field("language", pa.string())))
    tally = Tally()
    placeholders: Counter[str] = Counter()  # by the kind of what they stand for
    wanted, policy, rules = work.params.languages, work.params.rights, work.params.rules
    copies = read_copies([file.path for file in work.inputs.get("copies", [])])
    withdrawn = read_ids([file.path for file in work.inputs.get("withdrawn", [])])
    total = pq.read_metadata(source).num_rows
    done = 0
    for batch in read_view(source, decisions):
        measured = signals.beside(batch.select(["id"]))
        labels = measured["language"].to_pylist()
        asking = [(rule, asked_of(batch, labels).asked(rule)) for rule in rules]
        labels_of = _varieties(measured) if work.params.varieties else labels
        domains = batch["domain"].to_pylist() if work.params.domains else []
        changes = edits.take(batch["id"])
        names = batch["id"].to_pylist() if withdrawn or copies else []
        rights = pc.struct_field(batch["metadata"], "rights").to_pylist() if policy else []
        texts = batch["text"].to_pylist()
        bare = with_column(batch, "text", [""] * batch.num_rows)
        del batch  # of a very long text one copy is enough
        passages = measured["passages"].to_pylist() if work.params.passages else [None] * len(texts)
        rows: dict[str, list[_Row]] = {}
        for place, kept in enumerate(bare["kept"].to_pylist()):
            if not kept:
                continue
            document_edits = changes.get(place, [])
            rule = None
            if withdrawn and names[place] in withdrawn:
                rule = WITHDRAWN
            elif policy and is_reserved(policy, rights[place] or ""):
                rule = RESERVED
            elif not passages[place] and wanted is not None and labels[place] not in wanted:
                rule = LANGUAGE
            text = texts[place]
            if rule is not None:
                _count(tally, len(text), document_edits, rule)
                continue
            document_edits = masked(text, document_edits, work.params)
            ranges = by_language(text, passages[place] or (), labels[place])
            for language, here in ranges.items():
                own = language == labels[place]
                written, edits_here = piece(text, document_edits, here)
                asks = (wanted, work.params.passing)
                passes = all(only is None or language in only for only in asks)
                rule = None if passes else LANGUAGE
                blank = 0
                if not written or written.isspace():
                    rule = EMPTY
                elif rule is None and names and inner_id(names[place], language) in copies:
                    rule = COPY
                elif rule is None and len(ranges) > 1:
                    blank = len(written) - len(written := written.strip())
                _count(tally, sum(map(len, here)), edits_here, rule, own, blank)
                if rule is None:
                    placeholders.update(masked_kinds(edits_here, rules))
                    part = labels_of[place] if own else language
                    if domains:
                        part = f"{part}.{domains[place]}"
                    rows.setdefault(part, []).append(
                        _Row(place, written, None if own else language)
                    )
        bare = bare.drop_columns(["kept"])
        if tags:
            bare = bare.append_column(TAGS, tags.take(bare["id"]))
        texts, text, written = [], "", ""  # a very long text is not held while it is written
        for label in [*rows]:
            chosen = rows.pop(label)
            places = [row.place for row in chosen]
            own = [(rule, asks[places]) for rule, asks in asking]
            documents = _table(bare, chosen)
            chosen.clear()
            tables.write(label, masked_beside(documents, work.params, placeholders, own))
        done += bare.num_rows
        work.progress(done, total, "documents")
    for table in (signals, edits, tags):
        table.finish()
    tables.close()
    write_copies(work, copies)
    work.ledger = tally.ledger()
    work.figures = {"masked": dict(sorted(placeholders.items()))}


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


def _count(
    tally: Tally, size: int, edits: list[Edit], rule: str | None, own: bool = True, blank: int = 0
) -> None:
    """Counts a document of `size` code points that stays, or goes by `rule` with what the edits left of it; or, where
    it is not its `own`, a part of one. `blank` of what was left stood at the ends.
    """
    tally.arrive(1 if own else 0, size)
    left = size
    for edit in edits:
        taken = edit.end - edit.start
        if edit.kind == "cut":
            tally.cut(edit.rule, taken)
        else:
            tally.mask(edit.rule, taken, len(edit.replacement) if rule is None else 0)
        left -= taken
    if blank:
        tally.cut(BLANK, blank)
        left -= blank
    if rule is None:
        (tally.keep if own else tally.keep_passage)(characters=left)
    elif own:
        tally.remove(rule, characters=left)
    else:
        tally.cut(rule, left)


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
