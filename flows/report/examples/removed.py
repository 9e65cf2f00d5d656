"""A few documents that each rule removed, each with the passage that tripped it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from cleaning.rules.rule import LANGUAGE
from flows.report.examples.documents import Place, find_ids, read_places
from flows.report.examples.passages import differing_spans, passage_spans
from flows.report.figures.removed_languages import languages_of_removed
from flows.report.quote import line, link, passage
from pipeline.model.dataset import File, Manifest
from pipeline.store.store import Store

EXAMPLES = 2  # of a rule
RULES = 40  # of a stage, the most frequent first
TITLE = 140
ADDRESS = 200
_UNKNOWN = {"signal": None, "min": None, "max": None}  # a rule that reads no signal
_ASKED = ("signal", "min", "max")
_REASON = ("rule", "value", "threshold", "other")


def removed(
    store: Store,
    manifest: Manifest,
    documents: Manifest | None,
    signals: Manifest | None = None,
    earlier: Sequence[Manifest] = (),
) -> list[dict[str, Any]]:
    """By rule, the most frequent first, how many it removed, its condition, and `EXAMPLES` of them.

    `found` are the languages of what was removed for its language, or the other ones in what held too much of
    another. `documents` is the dataset that a table of decisions is about, `signals` the one that it read, `earlier`
    are the documents of earlier editions, of which some stay for those that went.
    """
    counts = manifest.ledger.documents.removed if manifest.ledger.documents else {}
    rules = sorted((r for r in counts.items() if r[1]), key=lambda r: (-r[1], r[0]))[:RULES]
    rules_asked = rules_of(manifest)
    reasons = list(_places(store, manifest, documents, [rule for rule, _ in rules]))
    languages = _languages(store, documents, signals, reasons)
    spoken = languages_of_removed(store, manifest, signals, rules_asked)
    others: dict[str, dict[str, Any]] = {}
    for dataset in (documents, *earlier):
        others |= _others(store, dataset, [reason for _, reason in reasons])
    examples: dict[str, list[dict[str, Any]]] = {}
    by_place = {(place[0].path, place[1]): reason for place, reason in reasons}
    for (file, row), document in read_places(store, [place for place, _ in reasons]):
        reason = by_place[file.path, row]
        signal = rules_asked.get(reason["rule"], {}).get("signal")
        entry = example(document, reason, signal, others.get(reason.get("other") or ""))
        entry["language"] = languages.get((file.path, row))
        examples.setdefault(reason["rule"], []).append(entry)
    return [
        {
            "rule": rule,
            **{k: rules_asked.get(rule, _UNKNOWN)[k] for k in _ASKED},
            "count": n,
            "found": spoken.get(rule, []),
            "examples": examples.get(rule, []),
        }
        for rule, n in rules
    ]


def rules_of(manifest: Manifest) -> dict[str, dict[str, Any]]:
    """The signals, the condition and the documents of each rule that decided a dataset, by its name, in order.

    The parameters of a shard hold them with presets spelled out and changes made; all shards have the same.
    """
    params = next((shard.params for shard in manifest.shards), {})
    rules: list[dict[str, Any]] = params.get("rules", params.get("gate")) or []
    return {
        rule["name"]: {"rule": rule["name"], **{k: v for k, v in rule.items() if k != "name"}}
        for rule in rules
    }


def _places(
    store: Store, manifest: Manifest, documents: Manifest | None, rules: list[str]
) -> Iterator[tuple[Place, dict[str, Any]]]:
    """The first rows that each rule removed; only shards whose counts name a rule are opened."""
    if not rules:
        return
    wanted = dict.fromkeys(rules, EXAMPLES)
    aligned = documents is not None and len(documents.shards) == len(manifest.shards)
    for number, shard in enumerate(manifest.shards):
        counts = shard.ledger.documents.removed if shard.ledger.documents else {}
        here = {rule for rule, n in counts.items() if n and wanted.get(rule)}
        if not here:
            continue
        if shard.part("removed"):
            table = target = shard.one("removed")
        elif documents is not None and aligned and shard.part("decisions"):
            table, target = shard.one("decisions"), documents.shards[number].one("kept")
        else:
            return
        for row, reason in _reasons(store, table, here, wanted):
            wanted[reason["rule"]] -= 1
            yield (target, row), reason
        if not any(wanted.values()):
            return


def _reasons(
    store: Store, table: File, rules: set[str], wanted: Mapping[str, int]
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Rows of a table by number, with rule, value and threshold, until enough of each rule is found."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    left = {rule: wanted[rule] for rule in rules}
    with pq.ParquetFile(store.fetch(table)) as parquet:
        columns = [c for c in _REASON if c in parquet.schema_arrow.names]
        start = 0
        for batch in parquet.iter_batches(columns=columns):
            sought = pa.array([rule for rule, n in left.items() if n], pa.string())
            for row in pc.indices_nonzero(pc.is_in(batch.column("rule"), sought)).to_pylist():
                reason = batch.slice(row, 1).to_pylist()[0]
                if left[reason["rule"]]:
                    left[reason["rule"]] -= 1
                    yield start + row, reason
                if not any(left.values()):
                    return
            start += batch.num_rows


def _languages(
    store: Store,
    documents: Manifest | None,
    signals: Manifest | None,
    reasons: list[tuple[Place, dict[str, Any]]],
) -> dict[tuple[str, int], str]:
    """In which language those are that went for their language, by their place."""
    import pyarrow.parquet as pq

    if documents is None or signals is None or len(documents.shards) != len(signals.shards):
        return {}
    numbers = {f.path: i for i, shard in enumerate(documents.shards) for f in shard.files}
    spoken: dict[tuple[str, int], str] = {}
    columns: dict[int, Any] = {}
    for (file, row), reason in reasons:
        number = numbers.get(file.path)
        if reason["rule"] != LANGUAGE or number is None:
            continue
        if number not in columns:
            for table in signals.shards[number].files:
                local = store.fetch(table)
                if "language" in pq.read_schema(local).names:
                    columns[number] = pq.read_table(local, columns=["language"]).column(0)
        if number in columns and (language := columns[number][row].as_py()):
            spoken[file.path, row] = language
    return spoken


def _others(
    store: Store, documents: Manifest | None, reasons: list[dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    """The documents that stay in place of removed ones, by id."""
    ids = {reason["other"] for reason in reasons if reason.get("other")}
    if not ids or documents is None:
        return {}
    places = list(find_ids(store, documents, ids).values())
    return {document["id"]: document for _, document in read_places(store, places)}


def example(
    document: dict[str, Any],
    reason: Mapping[str, Any],
    signal: str | None,
    other: dict[str, Any] | None,
) -> dict[str, Any]:
    """A removed document with the passage that tripped its rule; beside `other`, which stays, what differs."""
    text, kept = document["text"] or "", (other or {}).get("text") or ""
    passages = partial(passage_spans, signal)
    find = partial(differing_spans, other=kept) if other else passages
    return {
        **described(document),
        "passage": passage(text, find),
        "beside": passage(kept, partial(differing_spans, other=text)) if other else None,
        "characters": len(text),
        "value": reason.get("value"),
        "threshold": reason.get("threshold"),
        "other": described(other) if other else None,
        "language": None,
    }


def described(document: dict[str, Any]) -> dict[str, Any]:
    """Id, title and address of a document, masked."""
    title, url = (document["metadata"] or {}).get("title") or "", document["url"] or ""
    return {
        "id": document["id"],
        "title": line(title, TITLE),
        "url": line(url, ADDRESS, numbers=False),
        "link": link(url),
    }
