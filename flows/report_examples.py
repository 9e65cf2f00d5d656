"""A few documents that each rule removed, read from the store a row group at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flows.report_datasets import Shown
from pipeline.dataset import File, Manifest, Shard
from pipeline.store import Store

EXAMPLES = 2  # of a rule
RULES = 40  # of a stage, the most frequent first
PASSAGE = 320  # code points of text that are shown
TITLE = 140
ADDRESS = 200
_REASON = ("rule", "value", "threshold", "other")

# What a page shows is masked more greedily than a corpus: nine digits in a row may be a telephone.
_NUMBER = re.compile(r"\+?\d(?:[ .\-/()]{0,2}\d){8,}|\b\d{8}[- ]?[A-Za-z]\b")
# Control characters, and those that turn the direction of the text around them.
_CONTROLS = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+"
)


@dataclass(frozen=True)
class _Place:
    """Where a removed document stands: a row of a file, and why it went."""

    rule: str
    file: File
    row: int
    reason: Mapping[str, Any]


def removed(store: Store, held: Shown) -> list[dict[str, Any]]:
    """By stage and rule (the most frequent first) how many went, and `EXAMPLES` of them."""
    stages = []
    for manifest in held.stages:
        counts = manifest.ledger.documents.removed if manifest.ledger.documents else {}
        rules = sorted((r for r in counts.items() if r[1]), key=lambda r: (-r[1], r[0]))[:RULES]
        places = list(_places(store, manifest, held.datasets, [rule for rule, _ in rules]))
        if not places:
            continue
        found = _documents(store, places)
        stages.append(
            {
                "stage": manifest.stage,
                "rules": [
                    {"rule": rule, "count": n, "examples": found[rule]}
                    for rule, n in rules
                    if rule in found
                ],
            }
        )
    return stages


def _places(
    store: Store, manifest: Manifest, datasets: Mapping[str, Manifest], rules: list[str]
) -> Iterator[_Place]:
    """The first rows that each rule removed; only shards whose counts name a rule are opened."""
    wanted = dict.fromkeys(rules, EXAMPLES)
    documents = _documents_of(manifest, datasets)
    for number, shard in enumerate(manifest.shards):
        held = shard.ledger.documents.removed if shard.ledger.documents else {}
        here = {rule for rule, n in held.items() if n and wanted.get(rule)}
        if not here:
            continue
        if shard.part("removed"):
            table = target = shard.one("removed")
        elif documents and shard.part("decisions"):
            table, target = shard.one("decisions"), documents[number].one("kept")
        else:
            return
        for row, reason in _reasons(store, table, here, wanted):
            wanted[reason["rule"]] -= 1
            yield _Place(reason["rule"], target, row, reason)
        if not any(wanted.values()):
            return


def _documents_of(manifest: Manifest, datasets: Mapping[str, Manifest]) -> list[Shard] | None:
    """The shards of the documents that a table of decisions speaks of."""
    for reference in manifest.inputs.get("documents", []):
        source = datasets.get(str(reference))
        if source and len(source.shards) == len(manifest.shards):
            return source.shards
    return None


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


def _documents(store: Store, places: list[_Place]) -> dict[str, list[dict[str, Any]]]:
    """The documents at some places, by rule; each row group that holds one is read once."""
    import pyarrow.parquet as pq

    by_file: dict[str, list[_Place]] = {}
    for place in places:
        by_file.setdefault(place.file.path, []).append(place)
    found: dict[str, list[dict[str, Any]]] = {}
    for held in by_file.values():
        held.sort(key=lambda place: place.row)
        with pq.ParquetFile(store.fetch(held[0].file)) as parquet:
            start, rest = 0, held
            for group in range(parquet.num_row_groups):
                end = start + parquet.metadata.row_group(group).num_rows
                here, rest = [p for p in rest if p.row < end], [p for p in rest if p.row >= end]
                if here:
                    names = ["url", "text", "metadata.title"]
                    rows = parquet.read_row_group(group, columns=names)
                    for place in here:
                        (document,) = rows.slice(place.row - start, 1).to_pylist()
                        found.setdefault(place.rule, []).append(_example(document, place.reason))
                start = end
    return found


def _example(document: dict[str, Any], reason: Mapping[str, Any]) -> dict[str, Any]:
    text, title = document["text"] or "", (document["metadata"] or {}).get("title") or ""
    url = document["url"] or ""
    return {
        "title": quoted(title, TITLE),
        "url": quoted(url, ADDRESS, numbers=False),
        "link": link(url),
        "text": quoted(text, PASSAGE),
        "value": reason.get("value"),
        "threshold": reason.get("threshold"),
        "other": reason.get("other"),
    }


def link(url: str) -> str | None:
    """The address as a link, where it is one of the web and holds nobody's data."""
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= 2000
    web = url.lower().startswith(("http://", "https://"))
    return url if plain and web and _masked(url.replace("%40", "@"), False) == url else None


def quoted(text: str, length: int, numbers: bool = True) -> str:
    """The beginning of a text on one line, personal data masked, nothing in it that a page would obey.

    `numbers` False spares long numbers that nothing else says are personal, as addresses have them.
    """
    # Somewhat more is looked at than shown, so that nothing personal is cut in two and half shown.
    start = " ".join(_CONTROLS.sub(" ", text[: length + 400]).split())
    start = _masked(start, numbers)
    return start if len(start) <= length else start[:length].rstrip() + "…"


def plain(text: str) -> str:
    """A text with its lines, personal data masked, without characters that a page would obey."""
    return _masked(_CONTROLS.sub(" ", text), False)


def _masked(text: str, numbers: bool) -> str:
    from cleaning.privacy import find_personal, placeholder

    for found in reversed(find_personal(text)):
        text = text[: found.start] + placeholder(found.kind) + text[found.end :]
    return _NUMBER.sub("[NUMBER]", text) if numbers else text
