"""What the report knows of one dataset: gathered once, since a dataset never changes, and kept as JSON.

Every page is a rendering of these facts. All text in them is quoted: short, masked, harmless.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic_core import to_jsonable_python

from flows.report.examples.removed import removed, rules_of
from flows.report.examples.samples import samples
from flows.report.figures.held_out import held_out
from flows.report.figures.read_errors import damaged, hosts, visits
from flows.report.figures.shares import shares
from flows.report.figures.training import built, curves, cut, measured, tokens
from flows.report.quote import harmless, line
from flows.stages import STAGES, load
from pipeline.model.dataset import Manifest, Reference
from pipeline.store.store import Store

OBSERVED = 12  # crawled or named files that are named; the rest is counted
SHARES = (
    "shares"  # a fact that is several: languages, domains, sources, parts, and what was counted
)
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
    signals = next(iter(inputs.get("signals", [])), None)
    earlier = [
        given
        for edition in inputs.get("earlier", [])
        for reference in edition.inputs.get("documents", [])
        if (given := find(reference))
    ]
    facts["characters"] = _arrived(manifest, inputs.get("decisions", []))
    facts["removed"] = removed(store, manifest, documents, signals, earlier)
    facts["damaged"] = damaged(store, manifest)
    about = STAGES.get(manifest.stage)
    for fact, part in about.facts.items() if about else ():
        if fact == SHARES:
            facts |= shares(store, manifest, part, signals)
        else:
            facts[fact] = FACTS[fact](store, manifest, part, inputs)
    return facts


def listed(manifest: Manifest) -> dict[str, Any]:
    """The facts that are in the manifest, without reading a file."""
    return {
        "stage": manifest.stage,
        "fingerprint": manifest.fingerprint,
        "version": manifest.version,
        "edition": manifest.edition,
        "params": harmless(manifest.params),
        "changed": _changed(manifest),
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
        "tagged": _tagged(manifest),
        "removed": [],
        "visits": {},
        "hosts": [],
        "damaged": [],
        "samples": [],
        "languages": [],
        "domains": [],
        "sources": [],
        "corpus_parts": [],
        "counted": None,
        "built": None,
        "histograms": [],
        "tokens": None,
        "cut": None,
        "curves": None,
        "measured": None,
        "held_out": None,
    }


def _tagged(manifest: Manifest) -> dict[str, int]:
    """How many documents each rule tagged."""
    tagged: Counter[str] = Counter()
    for figures in manifest.figures():
        tagged.update(figures.get("tagged", {}))
    return dict(tagged)


def _arrived(manifest: Manifest, decisions: Sequence[Manifest]) -> dict[str, Any] | None:
    """The characters of a dataset, without those that the decisions which it reads had cut and counted before.

    A stage that reads the texts as they first came counts their edits, too.
    """
    counts, documents = manifest.ledger.characters, manifest.ledger.documents
    if counts is None:
        return None
    before = {
        rule
        for decision in decisions
        if decision.ledger.characters and decision.ledger.documents
        for rule in decision.ledger.characters.cut.keys() - decision.ledger.documents.removed.keys()
    } - (documents.removed.keys() if documents else set())
    figures = counts.to_json()
    taken = [figures["cut"].pop(rule) for rule in before & figures["cut"].keys()]
    masked = {r for d in decisions if d.ledger.characters for r in d.ledger.characters.masked}
    taken += [figures["masked"].pop(rule) for rule in masked & figures["masked"].keys()]
    return {**figures, "in": figures["in"] - sum(taken)}


def _changed(manifest: Manifest) -> list[str]:
    """The parameters that differ from their defaults, by name."""
    from pipeline.errors import TahonaError

    if manifest.stage not in STAGES:
        return []
    try:
        fields = load(manifest.stage).Params.model_fields
    except (ImportError, TahonaError):
        return []
    defaults = {
        name: harmless(to_jsonable_python(field.get_default(call_default_factory=True)))
        for name, field in fields.items()
        if not field.is_required()
    }
    params = harmless(manifest.params)
    return [name for name, value in params.items() if value != defaults.get(name, value)] + [
        name for name in params if name in fields and fields[name].is_required()
    ]


def _parts(manifest: Manifest) -> list[dict[str, Any]]:
    parts: dict[str, dict[str, Any]] = {}
    for file in {(f.path, f.part): f for f in manifest.files()}.values():
        row = parts.setdefault(file.part, {"part": file.part, "files": 0, "rows": 0, "bytes": 0})
        row["files"] += 1
        row["rows"] += file.rows or 0
        row["bytes"] += file.bytes
    return list(parts.values())


def _observed(manifest: Manifest) -> dict[str, Any] | None:
    """Of a dataset made from no other: the files that were seen, below the folder that all are in."""
    if manifest.inputs:
        return None
    files = [f for f in manifest.files() if f.part.partition("=")[0] != "log"]
    folders = {posixpath.dirname(f.path) for f in files}
    absolute = {folder.startswith("/") for folder in folders}
    folder = posixpath.commonpath(folders) if len(absolute) == 1 and "" not in folders else ""
    named = [
        {
            "source": f.part,
            "path": line(f.path.removeprefix(folder).lstrip("/"), PATH, numbers=False, given=True),
            "bytes": f.bytes,
        }
        for f in files[:OBSERVED]
    ]
    below = line(folder, PATH, numbers=False, given=True)
    return {"files": named, "below": below, "more": max(0, len(files) - OBSERVED)}


def figures(manifest: Manifest) -> dict[str, Any]:
    """The numbers that the stage remembers of its work, where one shard holds them."""
    remembered = manifest.shards[0].figures if len(manifest.shards) == 1 else {}
    numbers = {k: v for k, v in remembered.items() if isinstance(v, int | float) and v == v}
    sizes = remembered.get("parameters")
    return {**numbers, **({"parameters": sizes.get("all")} if isinstance(sizes, dict) else {})}


def _drawn(store: Store, decisions: Manifest, part: str, inputs: Inputs) -> list[dict[str, Any]]:
    from flows.report.examples.near_thresholds import near_thresholds
    from flows.report.figures.histograms import histograms

    signals = next(iter(inputs.get("signals", [])), None)
    if signals is None:
        return []
    counts = decisions.ledger.documents.removed if decisions.ledger.documents else {}
    of_documents = (r for r in rules_of(decisions).values() if not r.get("unit"))
    rules = sorted(of_documents, key=lambda r: -counts.get(r["rule"], 0))
    drawn = histograms(store, decisions, signals, rules)
    documents = next(iter(inputs.get("documents", [])), None)
    near = near_thresholds(store, decisions, documents, signals) if documents and drawn else {}
    for one in drawn:
        names = dict.fromkeys(threshold["rule"] for threshold in one["thresholds"])
        one["near"] = {rule: near[rule] for rule in names if rule in near}
        one["idle"] = [rule for rule in names if rule not in near and not counts.get(rule)]
    return drawn


# What the report may show of a dataset, by the names that a stage gives in its `about.py`.
FACTS: dict[str, Callable[[Store, Manifest, str, Inputs], Any]] = {
    "visits": lambda store, manifest, part, inputs: visits(store, manifest),
    "hosts": lambda store, manifest, part, inputs: hosts(manifest),
    "samples": lambda store, manifest, part, inputs: samples(store, manifest),
    "histograms": _drawn,
    "tokens": lambda store, manifest, part, inputs: tokens(manifest),
    "cut": lambda store, manifest, part, inputs: cut(manifest),
    "built": lambda store, manifest, part, inputs: built(store, manifest),
    "curves": lambda store, manifest, part, inputs: curves(store, manifest),
    "measured": lambda store, manifest, part, inputs: measured(store, manifest),
    "held_out": lambda store, manifest, part, inputs: held_out(store, manifest),
}
