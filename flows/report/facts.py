"""What the report knows of one dataset: gathered once, since a dataset never changes, and kept as JSON.

Every page is a rendering of these facts. All text in them is quoted: short, masked, harmless.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flows.chain.stages import STAGES
from flows.report.quote import harmless, line
from flows.report.removed import removed, rules_of
from flows.report.samples import samples
from flows.report.training import curves, measured, tokens
from flows.report.unread import damaged, hosts, visits
from pipeline.model.dataset import Manifest, Reference
from pipeline.store.store import Store

OBSERVED = 12  # crawled or named files that are named; the rest is counted
SHARES = 24  # languages or domains that are told apart, the largest
SIGNALS = 12  # that are drawn
COUNTED = 2_000_000  # documents at most, whose domain or language is read to tell the shares
PATH = 300  # code points of a file's path

Find = Callable[[Reference], Manifest | None]
Inputs = Mapping[str, list[Manifest]]  # that are still in the store, by role


def gather(store: Store, manifest: Manifest, find: Find) -> dict[str, Any]:
    """The facts of a dataset as plain JSON values; `find` gives the manifests that it was made from.

    Raises OSError, ValueError or LookupError where a file of the dataset can't be read.
    """
    facts = listed(manifest)
    inputs = {
        role: [m for r in references if (m := find(r))]
        for role, references in manifest.inputs.items()
    }
    documents = next(iter(inputs.get("documents", [])), None)
    facts["removed"] = removed(store, manifest, documents)
    facts["damaged"] = damaged(store, manifest)
    about = STAGES.get(manifest.stage)
    for fact, part in about.facts.items() if about else ():
        facts[fact] = FACTS[fact](store, manifest, part, inputs)
    return facts


def listed(manifest: Manifest) -> dict[str, Any]:
    """The facts that stand in the manifest, without a look at a file."""
    return {
        "stage": manifest.stage,
        "fingerprint": manifest.fingerprint,
        "version": manifest.version,
        "edition": manifest.edition,
        "params": harmless(manifest.params),
        "libraries": manifest.libraries,
        "inputs": [
            {"as": role, "dataset": str(r)} for role, refs in manifest.inputs.items() for r in refs
        ],
        "shards": len(manifest.shards),
        "parts": _parts(manifest),
        "observed": _observed(manifest),
        **manifest.ledger.to_json(),
        "figures": figures(manifest),
        "rules": list(rules_of(manifest).values()),
        "removed": [],
        "visits": {},
        "hosts": [],
        "damaged": [],
        "samples": [],
        "languages": [],
        "domains": [],
        "histograms": [],
        "tokens": None,
        "curves": None,
        "measured": None,
    }


def _parts(manifest: Manifest) -> list[dict[str, Any]]:
    parts: dict[str, dict[str, Any]] = {}
    for file in {(f.path, f.part): f for f in manifest.files()}.values():
        row = parts.setdefault(file.part, {"part": file.part, "files": 0, "rows": 0, "bytes": 0})
        row["files"] += 1
        row["rows"] += file.rows or 0
        row["bytes"] += file.bytes
    return list(parts.values())


def _observed(manifest: Manifest) -> dict[str, Any] | None:
    """Of a dataset made from no other: the files that were seen, the first of them by name."""
    if manifest.inputs:
        return None
    files = [f for f in manifest.files() if f.part.partition("=")[0] != "log"]
    named = [
        {"source": f.part, "path": line(f.path, PATH, numbers=False), "bytes": f.bytes}
        for f in files[:OBSERVED]
    ]
    return {"files": named, "more": max(0, len(files) - OBSERVED)}


def figures(manifest: Manifest) -> dict[str, Any]:
    """The numbers that the stage remembers of its work, where one shard holds them."""
    remembered = manifest.shards[0].figures if len(manifest.shards) == 1 else {}
    numbers = {k: v for k, v in remembered.items() if isinstance(v, int | float) and v == v}
    sizes = remembered.get("parameters")
    return {**numbers, **({"parameters": sizes.get("all")} if isinstance(sizes, dict) else {})}


def _drawn(store: Store, decisions: Manifest, part: str, inputs: Inputs) -> list[dict[str, Any]]:
    from flows.report.histograms import histograms

    signals = next(iter(inputs.get("signals", [])), None)
    if signals is None:
        return []
    counts = decisions.ledger.documents.removed if decisions.ledger.documents else {}
    rules = sorted(rules_of(decisions).values(), key=lambda r: -counts.get(r["rule"], 0))
    return histograms(store, decisions, signals, rules)[:SIGNALS]


def _languages(store: Store, manifest: Manifest, part: str, inputs: Inputs) -> list[dict[str, Any]]:
    """Documents by language: of parts that are each of one (`lang=gl`), else of the column."""
    if not part.endswith("="):
        return _shares(store, manifest, "language", part)
    counts: dict[str, int] = {}
    for file in manifest.files():
        language = file.part.removeprefix(part)
        counts[language] = counts.get(language, 0) + (file.rows or 0)
    return _ordered(counts)


def _domains(store: Store, manifest: Manifest, part: str, inputs: Inputs) -> list[dict[str, Any]]:
    return _shares(store, manifest, "domain", part)


def _shares(store: Store, manifest: Manifest, column: str, part: str) -> list[dict[str, Any]]:
    """Documents by the value of one narrow column, the most frequent first."""
    import pyarrow.parquet as pq

    counts: dict[str, int] = {}
    read = 0
    whole = part.endswith("=")  # a kind of part: `lang=` for lang=es, lang=gl
    for file in manifest.files():
        if not (file.part.startswith(part) if whole else file.part == part):
            continue
        if read >= COUNTED:
            break
        with pq.ParquetFile(store.fetch(file), read_dictionary=[column]) as parquet:
            for batch in parquet.iter_batches(columns=[column]):
                read += batch.num_rows
                for entry in batch.column(column).value_counts().to_pylist():
                    name = entry["values"] or "none"
                    counts[name] = counts.get(name, 0) + entry["counts"]
    return _ordered(counts)


def _ordered(counts: dict[str, int]) -> list[dict[str, Any]]:
    """The most frequent first; what comes after `SHARES` is one row without a name."""
    ordered = sorted((item for item in counts.items() if item[1]), key=lambda i: (-i[1], i[0]))
    rows: list[dict[str, Any]] = [{"name": name, "count": n} for name, n in ordered[:SHARES]]
    rest = sum(n for _, n in ordered[SHARES:])
    return [*rows, {"name": None, "count": rest}] if rest else rows


# What a stage may tell of its dataset, by the names that it gives in its `about.py`.
FACTS: dict[str, Callable[[Store, Manifest, str, Inputs], Any]] = {
    "visits": lambda store, manifest, part, inputs: visits(store, manifest),
    "hosts": lambda store, manifest, part, inputs: hosts(manifest),
    "languages": _languages,
    "domains": _domains,
    "samples": lambda store, manifest, part, inputs: samples(store, manifest),
    "histograms": _drawn,
    "tokens": lambda store, manifest, part, inputs: tokens(manifest),
    "curves": lambda store, manifest, part, inputs: curves(store, manifest),
    "measured": lambda store, manifest, part, inputs: measured(store, manifest),
}
