"""What the tables and JSON lines of datasets hold of a document and of its passages."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from flows.commands.questions.lookup import files_with
from flows.stages import STAGES
from pipeline.model.about import About, named
from pipeline.model.dataset import File, Manifest
from pipeline.model.record_ids import DIGITS, inner_id
from pipeline.store.store import Store

_IDS = ("id", "document")
_TABLE, _JSON_LINES = ".parquet", ".jsonl.zst"


def rows_of(store: Store, manifest: Manifest, about: About, document: str) -> list[dict[str, Any]]:
    """The rows of a document in the tables of a dataset."""
    rows = []
    for file in files_with(store, manifest, document):
        if file.name.endswith(".parquet") and file.rows:
            for row in _search(store, file, about, document):
                rows.append(
                    {
                        "stage": manifest.stage,
                        "dataset": str(manifest.reference),
                        "part": file.part,
                        "file": file.path,
                        "row": row,
                    }
                )
    return rows


def lines_of(
    store: Store, manifest: Manifest, about: About, documents: Sequence[str]
) -> list[dict[str, Any]]:
    """The rows of some documents in a dataset that is of JSON lines alone."""
    wholes = {id[:DIGITS] for id in documents}
    return [
        {
            "stage": manifest.stage,
            "dataset": str(manifest.reference),
            "part": part,
            "file": path,
            "row": {name: row[name] for name in about.columns if name in row},
        }
        for part, path, row in in_lines(store, manifest, about, wholes)
        if row["id"] in documents
    ]


def in_lines(
    store: Store, manifest: Manifest, about: About, ids: Collection[str]
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Part, path and line of some documents in the JSON lines of a dataset without tables, whose forms all hold the
    same.
    """
    from cleaning.erasure import rows_in

    if about.holds and not any(f.name.endswith(_TABLE) for f in manifest.files()):
        for file in manifest.files():
            if file.name.endswith(_JSON_LINES):
                for row in rows_in(store.fetch(file), ids):
                    yield file.part, file.path, row


def _search(store: Store, file: File, about: About, document: str) -> list[dict[str, Any]]:
    """The rows of a document, with what their stage tells of each; text is left where it is."""
    import pyarrow.parquet as pq

    path = store.fetch(file)
    names = pq.read_schema(path).names
    key = next((name for name in _IDS if name in names), None)
    if key is None:
        return []
    wanted = [key, *(c for c in about.columns if c in names and c != key)]
    # The statistics of a row group spare reading most of them.
    table = pq.read_table(path, columns=wanted, filters=[(key, "=", document)])
    rows: list[dict[str, Any]] = table.to_pylist()
    besides = named(about.rows)(path, key, document) if rows and about.rows else ()
    for row, more in zip(rows, besides, strict=False):  # a table may have nothing more to tell
        row |= more
    for row in rows:
        for name, value in row.items():
            if hasattr(value, "isoformat"):
                row[name] = value.isoformat()
    return rows


def passages_of(store: Store, manifests: Sequence[Manifest], id: str) -> list[str]:
    """The ids of the documents that passages of a document became."""
    passages = []
    for manifest in manifests:
        about = STAGES.get(manifest.stage)
        if about and about.passages:
            inner = (inner_id(id, language) for language in sorted(named(about.passages)(manifest)))
            passages += [each for each in inner if rows_of(store, manifest, about, each)]
    return list(dict.fromkeys(passages))


def copies_of(
    store: Store, manifests: Sequence[Manifest], documents: Sequence[str]
) -> list[dict[str, str]]:
    """The passages of some documents that became none, since another text says the same or nearly so."""
    return [
        {"dataset": str(manifest.reference), "id": id, "of": of}
        for manifest in manifests
        if (about := STAGES.get(manifest.stage)) and about.copies
        for id, of in named(about.copies)(manifest, store.fetch).items()
        if id[:DIGITS] in documents
    ]


def without_ids(
    manifests: Sequence[Manifest], rows: Sequence[dict[str, Any]]
) -> list[dict[str, str]]:
    """The datasets of texts without ids, as sentences alone are, with what they were made from that has a document."""
    having = {
        row["dataset"] for row in rows if row["stage"] in STAGES and STAGES[row["stage"]].holds
    }
    return [
        {"dataset": str(manifest.reference), "of": of}
        for manifest in manifests
        if (about := STAGES.get(manifest.stage)) and about.holds and about.columns
        if (files := manifest.files())
        and not any(f.name.endswith((_TABLE, _JSON_LINES)) for f in files)
        for of in dict.fromkeys(str(r) for read in manifest.inputs.values() for r in read)
        if of in having
    ]


def describe(
    rows: Sequence[dict[str, Any]],
    called: Mapping[str, list[str]],
    dated: Mapping[str, tuple[str, bool]],
) -> None:
    """Adds to what is told of each dataset what recipes call it (`called`), when a run last made or took it (`at`) and
    whether it is the newest of its place in a recipe (`newest`); None where no record of a run says it.
    """
    for row in rows:
        row["called"] = called.get(row["dataset"], [])
        row["at"], row["newest"] = dated.get(row["dataset"], (None, None))


def in_turn(row: Mapping[str, Any]) -> tuple[int, str, str]:
    """What orders the described rows of datasets: by the order of the work, the oldest first."""
    stage = row["dataset"].partition("/")[0]
    return list(STAGES).index(stage), row["at"] or "", row["dataset"]


def asked(decided: Manifest, name: str) -> str | None:
    """What the rule of a name asked of which signal; None of one that reads none."""
    from flows.report.examples.removed import rules_of

    rule = rules_of(decided).get(name, {})
    least, most = rule.get("min"), rule.get("max")
    low = "" if least is None else f"{least:g} ≤ "
    high = "" if most is None else f" ≤ {most:g}"
    return f"{low}{rule['signal']}{high}" if low or high else None


def called_as(row: dict[str, Any]) -> str:
    """What recipes call a dataset, and of which run it is where that was asked."""
    called = f"  ({', '.join(row['called'])})" if row["called"] else ""
    if not row.get("at"):
        return called
    return f"{called}  run of {row['at']}, {'' if row['newest'] else 'not '}the newest"
