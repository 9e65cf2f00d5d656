"""The stage `corpus`: writes the text to publish and to train on, by language, personal data masked.

It alone writes text again. Of what arrives, a document whose language isn't asked for is removed by the
rule `language`, and one of which the edits leave nothing by the rule `empty`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

import pipeline.model.stage
from cleaning.rules.rule import LANGUAGE
from pipeline.model.dataset import Characters, Documents, Ledger
from pipeline.model.stage import Input, Inputs, Plan, Stage, Step, Task, Work

if TYPE_CHECKING:
    import pyarrow as pa

    from cleaning.documents import TableWriter
    from cleaning.view import Edit

Kind = Literal["email", "iban", "dni", "nie", "phone"]

EMPTY = "empty"  # the rule of a text of which the edits leave nothing
RULES = (LANGUAGE, EMPTY)


class Corpus(Stage):
    """Texts with all edits applied, one file for each language of a shard."""

    name = "corpus"
    version = 2  # a telephone number may follow `al`: WhatsApp al 600...
    inputs: ClassVar[Mapping[str, Input]] = {
        "documents": Input("documents", parts=("kept",)),
        "signals": Input("signals", parts=("signals",)),
        "decisions": Input("decisions", parts=("decisions", "edits"), optional=True, many=True),
    }
    gives = ("corpus",)
    libraries = ("python-stdnum",)
    conserves = ("decisions", "documents")

    class Params(pipeline.model.stage.Params):
        """`languages`: the labels that become parts; None: whatever the filter let through.

        `mask`: the kinds of personal data that are masked.
        """

        languages: tuple[str, ...] | None = Field(None, min_length=1)
        mask: tuple[Kind, ...] = ("email", "iban", "dni", "nie", "phone")

    def plan(self, params: Any, inputs: Inputs, context: Mapping[str, Any]) -> Plan:
        """One task for each shard of documents."""
        from cleaning.view import view_files
        from pipeline.errors import TahonaError

        views = view_files(inputs["documents"][0], inputs.get("decisions", []))
        signals = [shard.one("signals") for shard in inputs["signals"][0].shards]
        if len(signals) != len(views):
            raise TahonaError(
                f"{inputs['signals'][0].reference} has {len(signals)} shards, the documents "
                f"{len(views)}: run annotate again"
            )
        languages = None if params.languages is None else sorted(set(params.languages))
        wanted = {"languages": languages, "mask": sorted(set(params.mask))}
        return (
            yield Step(
                "corpus",
                "cleaning.corpus.stage:write_shard",
                [
                    Task(
                        {
                            "documents": [documents],
                            "signals": [signal],
                            "decisions": decisions,
                            "edits": edits,
                        },
                        wanted,
                    )
                    for (documents, decisions, edits), signal in zip(views, signals, strict=True)
                ],
            )
        )


def write_shard(work: Work) -> None:
    """Writes the kept documents of one shard, edited and masked, to a file for each language."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from cleaning.view import EditTable, SideTable, read_view, with_column

    source = work.one("documents").path
    signals = SideTable(work.one("signals").path, ["language"])
    edits = EditTable([file.path for file in work.inputs["edits"]])
    decisions = [file.path for file in work.inputs["decisions"]]
    parts = _Parts(work, pq.read_schema(source).append(pa.field("language", pa.string())))
    counts = _Counts()
    wanted = work.params["languages"]
    total = pq.read_metadata(source).num_rows
    done = 0
    for batch in read_view(source, decisions):
        labels = signals.take(batch["id"])["language"].to_pylist()
        changes = edits.take(batch["id"])
        texts = batch["text"].to_pylist()
        places: dict[str, list[int]] = {}
        for place, kept in enumerate(batch["kept"].to_pylist()):
            if not kept:
                continue
            found = changes.get(place, [])
            rule = None if wanted is None or labels[place] in wanted else LANGUAGE
            if rule is None:
                texts[place], found = _masked(texts[place], found, work.params["mask"])
                rule = None if texts[place].strip() else EMPTY
            counts.add(batch["text"][place].as_py(), found, rule)
            if rule is None:
                places.setdefault(labels[place], []).append(place)
        edited = with_column(batch, "text", texts).drop_columns(["kept"])
        for label, here in places.items():
            parts.write(label, edited.take(pa.array(here)))
        done += batch.num_rows
        work.progress(done, total, "documents")
    signals.finish()
    edits.finish()
    parts.close()
    work.ledger = counts.ledger()
    work.figures = {"masked": dict(sorted(counts.placeholders.items()))}


def _masked(text: str, edits: list[Edit], kinds: list[str]) -> tuple[str, list[Edit]]:
    """The text after its edits and masks, and both as edits of the original text."""
    from cleaning.corpus.privacy import find_personal, placeholder
    from cleaning.view import Edit, apply, on_original

    view = apply(text, edits)
    found = find_personal(view, kinds)
    if not found:
        return view, edits
    masks = [Edit(p.start, p.end, "mask", p.kind, placeholder(p.kind)) for p in found]
    edits = sorted([*edits, *on_original(edits, len(text), masks)])
    return apply(text, edits), edits


class _Counts:
    """Where the documents and the code points of a shard went."""

    def __init__(self) -> None:
        self.documents = Documents()
        self.characters = Characters()
        self.placeholders: Counter[str] = Counter()  # by the rule that set them

    def add(self, text: str, edits: list[Edit], rule: str | None) -> None:
        """Counts a document that stays, or goes by `rule` with what the edits left of it."""
        documents, characters = self.documents, self.characters
        documents.in_ += 1
        characters.in_ += len(text)
        left = len(text)
        for edit in edits:
            size = edit.end - edit.start
            taken = characters.cut if edit.kind == "cut" else characters.masked
            taken[edit.rule] = taken.get(edit.rule, 0) + size
            left -= size
            if edit.kind == "mask" and rule is None:
                characters.placeholders += len(edit.replacement)
                self.placeholders[edit.rule] += bool(edit.replacement)
        if rule is None:
            documents.kept += 1
            characters.kept += left
        else:
            documents.removed[rule] = documents.removed.get(rule, 0) + 1
            characters.cut[rule] = characters.cut.get(rule, 0) + left

    def ledger(self) -> Ledger:
        """The counts, rules in alphabetical order, so that they are the same whatever came first."""
        self.documents.removed = dict(sorted(self.documents.removed.items()))
        self.characters.cut = dict(sorted(self.characters.cut.items()))
        self.characters.masked = dict(sorted(self.characters.masked.items()))
        return Ledger(documents=self.documents, characters=self.characters)


class _Parts:
    """The files by language, each written in row groups of bounded size."""

    ROWS, BYTES = 1024, 8_000_000

    def __init__(self, work: Work, schema: pa.Schema) -> None:
        self._work, self._schema = work, schema
        self._writers: dict[str, TableWriter] = {}
        self._pending: dict[str, list[pa.RecordBatch]] = {}

    def write(self, label: str, batch: pa.RecordBatch) -> None:
        """Adds documents of one language."""
        import pyarrow as pa

        from cleaning.documents import TableWriter

        if label not in self._writers:
            part = f"lang={label}"
            self._writers[label] = TableWriter(
                self._work.output(part, f"{part}.parquet"), self._schema
            )
        labelled = batch.append_column("language", pa.array([label] * batch.num_rows, pa.string()))
        pending = self._pending.setdefault(label, [])
        pending.append(labelled)
        rows = sum(b.num_rows for b in pending)
        if rows >= self.ROWS or sum(b.nbytes for b in pending) >= self.BYTES:
            self._flush(label)

    def _flush(self, label: str) -> None:
        import pyarrow as pa

        if pending := self._pending.pop(label, []):
            self._writers[label].write(pa.Table.from_batches(pending))

    def close(self) -> None:
        """Writes what is pending and the footers."""
        for label, writer in self._writers.items():
            self._flush(label)
            writer.close()
