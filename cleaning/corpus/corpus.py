"""The kernel of `corpus`: the kept documents of one shard, edited and masked, by language."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cleaning.corpus.masking import masked, masked_beside
from cleaning.corpus.orders import WITHDRAWN, read_ids
from cleaning.corpus.stage import EMPTY, RESERVED, VARIETY, Writing
from cleaning.documents import TableWriter
from cleaning.rights.recorded import is_reserved
from cleaning.rules.rule import LANGUAGE
from cleaning.signals.variety import UNKNOWN
from cleaning.view import (
    Edit,
    EditTable,
    SideTables,
    read_view,
    with_column,
)
from pipeline.model.stage import Work
from pipeline.model.tally import Tally

SURE = 0.8  # of the country; below, a text is of no country's part


def write_shard(work: Work[Writing]) -> None:
    """Writes the kept documents of one shard, edited and masked, to a file for each language."""
    source = work.one("documents").path
    asked = ["language", *VARIETY] if work.params.varieties else ["language"]
    signals = SideTables([file.path for file in work.inputs["signals"]], asked)
    edits = EditTable([file.path for file in work.inputs["edits"]])
    decisions = [file.path for file in work.inputs["decisions"]]
    parts = _Parts(work, pq.read_schema(source).append(pa.field("language", pa.string())))
    tally = Tally()
    placeholders: Counter[str] = Counter()  # by the rule that set them
    wanted, policy = work.params.languages, work.params.rights
    withdrawn = read_ids([file.path for file in work.inputs.get("withdrawn", [])])
    total = pq.read_metadata(source).num_rows
    done = 0
    for batch in read_view(source, decisions):
        known = signals.beside(batch)
        labels = known["language"].to_pylist()
        parts_of = _varieties(known) if work.params.varieties else labels
        changes = edits.take(batch["id"])
        ids = batch["id"].to_pylist() if withdrawn else []
        rights = pc.struct_field(batch["metadata"], "rights").to_pylist() if policy else []
        texts = batch["text"].to_pylist()
        places: dict[str, list[int]] = {}
        for place, kept in enumerate(batch["kept"].to_pylist()):
            if not kept:
                continue
            document_edits = changes.get(place, [])
            rule = None if wanted is None or labels[place] in wanted else LANGUAGE
            if withdrawn and ids[place] in withdrawn:
                rule = WITHDRAWN
            elif policy and is_reserved(policy, rights[place] or ""):
                rule = RESERVED
            size = len(texts[place])
            if rule is None:
                texts[place], document_edits = masked(texts[place], document_edits, work.params)
                rule = EMPTY if not texts[place] or texts[place].isspace() else None
            _count(tally, size, document_edits, rule)
            if rule is None:
                placeholders.update(
                    e.rule for e in document_edits if e.kind == "mask" and e.replacement
                )
                places.setdefault(parts_of[place], []).append(place)
        edited = with_column(batch, "text", texts).drop_columns(["kept"])
        for label, here in places.items():
            given = masked_beside(edited.take(pa.array(here)), work.params, placeholders)
            parts.write(label, given)
        done += batch.num_rows
        work.progress(done, total, "documents")
    signals.finish()
    edits.finish()
    parts.close()
    work.ledger = tally.ledger()
    work.figures = {"masked": dict(sorted(placeholders.items()))}


def _varieties(known: pa.Table) -> list[str]:
    """The part of each document: its language, and its country (es-MX) where that is sure."""
    columns = (known[name].to_pylist() for name in ("language", *VARIETY))
    return [
        f"{language}-{country.upper()}"
        if language == "es" and (sure or 0) >= SURE and country != UNKNOWN
        else language
        for language, country, sure in zip(*columns, strict=True)
    ]


def _count(tally: Tally, size: int, edits: list[Edit], rule: str | None) -> None:
    """Counts a document of `size` code points that stays, or goes by `rule` with what the edits left of it."""
    tally.arrive(characters=size)
    left = size
    for edit in edits:
        taken = edit.end - edit.start
        if edit.kind == "cut":
            tally.cut(edit.rule, taken)
        else:
            tally.mask(edit.rule, taken, len(edit.replacement) if rule is None else 0)
        left -= taken
    if rule is None:
        tally.keep(characters=left)
    else:
        tally.remove(rule, characters=left)


class _Parts:
    """The files by language."""

    def __init__(self, work: Work[Writing], schema: pa.Schema) -> None:
        self._work, self._schema = work, schema
        self._writers: dict[str, TableWriter] = {}

    def write(self, label: str, batch: pa.RecordBatch) -> None:
        """Adds documents of one language."""
        if label not in self._writers:
            part = f"lang={label}"
            path = self._work.output(part, f"{part}.parquet")
            self._writers[label] = TableWriter(path, self._schema)
        labels = pa.array([label] * batch.num_rows, pa.string())
        self._writers[label].gather(batch.append_column("language", labels))

    def close(self) -> None:
        """Writes what is pending and the footers."""
        for writer in self._writers.values():
            writer.close()
