"""Which datasets the report of a recipe tells of, and what their counts say, stage by stage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flows.chain import runs
from flows.stages import STAGES
from pipeline.dataset import Characters, Documents, Manifest, Reference
from pipeline.errors import UsageError
from pipeline.store import Store

DOMAIN_ROWS = 2_000_000  # of the corpus at most, whose domain is read to tell the shares
OBSERVED = 12  # crawled or named files that the lineage names; the rest is counted


@dataclass(frozen=True)
class Shown:
    """The newest run of a recipe and the datasets that belong together with it, inputs first."""

    records: list[dict[str, Any]]  # of the recipe's runs, the newest first
    datasets: dict[str, Manifest]  # by `stage/fingerprint`

    @property
    def run(self) -> dict[str, Any]:
        return self.records[0]

    def of(self, stage: str) -> Manifest | None:
        """The dataset of a stage: where there are several of equal content, that of the newest run."""
        named = self.datasets.get(f"{stage}/{self.run['datasets'].get(stage)}")
        return named or next((m for m in self.datasets.values() if m.stage == stage), None)

    @property
    def stages(self) -> list[Manifest]:
        """One dataset a stage, in the order of the work."""
        return [m for m in self.datasets.values() if m is self.of(m.stage)]


def shown(store: Store, recipe: str) -> Shown:
    """What the newest run made, all that it was made from, and later stages that still follow from it.

    A dataset of an older run belongs to the page as long as each of its inputs is on it. Raises
    UsageError where the recipe never ran.
    """
    records = runs(store, recipe)
    if not records:
        raise UsageError(f"the recipe {recipe} has no run in {store.url}: run it first")
    found: dict[str, Manifest] = {}

    def add(reference: Reference) -> None:
        manifest = None if str(reference) in found else store.manifest(reference)
        if manifest is not None:
            for source in _inputs(manifest):
                add(source)
            found[str(reference)] = manifest

    # The newest may have ended before its first dataset, or have done a slice only.
    newest = next((r for r in records if r["datasets"]), records[0])
    for stage, fingerprint in newest["datasets"].items():
        add(Reference(stage=stage, fingerprint=fingerprint))
    for stage in STAGES:
        for record in records:
            fingerprint = record["datasets"].get(stage)
            if any(m.stage == stage for m in found.values()) or not fingerprint:
                continue
            reference = Reference(stage=stage, fingerprint=fingerprint)
            manifest = store.manifest(reference)
            if manifest and all(str(r) in found for r in _inputs(manifest)):
                found[str(reference)] = manifest
    order = {stage: i for i, stage in enumerate(STAGES)}
    ordered = sorted(found.items(), key=lambda item: order.get(item[1].stage, -1))
    return Shown(records, dict(ordered))


def _inputs(manifest: Manifest) -> list[Reference]:
    return [r for references in manifest.inputs.values() for r in references]


def when(run: str) -> datetime | None:
    """When a run began, as its name says."""
    try:
        return datetime.strptime(run.partition("-")[0], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def table(shown: Shown) -> list[dict[str, Any]]:
    """A row a dataset: what the newest run did with it, and the figures of the run that computed it."""
    now = {(s["stage"], s["fingerprint"]): s for s in shown.run["stages"]}
    rows = []
    for manifest in shown.datasets.values():
        name = (manifest.stage, manifest.fingerprint)
        made, by = _made(shown.records, name)
        current = now.get(name)
        rows.append(
            {
                "stage": manifest.stage,
                "fingerprint": manifest.fingerprint,
                "state": current["state"] if current else "taken",
                "made_by": None if by == shown.run["run"] else by,
                "seconds": made["seconds"] if made else None,
                "shards": made["shards"] if made else {"computed": 0, "reused": 0},
                "files": len({f.path for f in manifest.files()}),
                "bytes": sum({f.path: f.bytes for f in manifest.files()}.values()),
            }
        )
    return rows


def _made(
    records: list[dict[str, Any]], name: tuple[str, str]
) -> tuple[dict[str, Any] | None, str | None]:
    """The row and the run in which a dataset was computed."""
    for record in records:
        for row in record["stages"]:
            if (row["stage"], row["fingerprint"], row["state"]) == (*name, "committed"):
                return row, record["run"]
    return None, None


def funnel(shown: Shown) -> list[dict[str, Any]]:
    """The stages that count documents: in, kept, removed by rule, quarantined, and their characters.

    `share`s are of what came into the stage; `width`s of the most that came into any, for the bars.
    """
    counted = [m for m in shown.stages if m.ledger.documents]
    most = max((m.ledger.documents.in_ for m in counted if m.ledger.documents), default=0)
    return [
        {
            "stage": m.stage,
            "unit": "responses" if m.stage == "crawl" else "documents",
            "documents": _documents(m.ledger.documents, most),
            "characters": _characters(m.ledger.characters) if m.ledger.characters else None,
        }
        for m in counted
        if m.ledger.documents
    ]


def _documents(counts: Documents, most: int) -> dict[str, Any]:
    removed = sorted(counts.removed.items(), key=lambda r: (-r[1], r[0]))
    return {
        "in": counts.in_,
        "kept": counts.kept,
        "quarantined": counts.quarantined,
        "lost": counts.in_ - counts.kept,
        "share": share(counts.kept, counts.in_),
        "removed": [
            {"rule": rule, "count": n, "share": share(n, counts.in_), "width": share(n, most)}
            for rule, n in removed
            if n
        ],
        "kept_width": share(counts.kept, most),
        "quarantined_width": share(counts.quarantined, most),
    }


def _characters(counts: Characters) -> dict[str, Any]:
    taken = [("cut", r, n) for r, n in counts.cut.items() if n]
    taken += [("masked", r, n) for r, n in counts.masked.items() if n]
    taken.sort(key=lambda row: (-row[2], row[0], row[1]))
    return {
        "in": counts.in_,
        "kept": counts.kept,
        "share": share(counts.kept, counts.in_),
        "taken": [
            {"how": how, "rule": rule, "count": n, "share": share(n, counts.in_)}
            for how, rule, n in taken
        ],
        "placeholders": counts.placeholders,
    }


def share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def corpus_shares(store: Store, corpus: Manifest) -> dict[str, Any]:
    """The documents of the corpus by language and by domain, the largest first."""
    languages: dict[str, int] = {}
    for file in corpus.files():
        language = file.part.removeprefix("lang=")
        languages[language] = languages.get(language, 0) + (file.rows or 0)
    domains, read = _domains(store, corpus)
    total = sum(languages.values())
    return {
        "languages": _shares(languages, total),
        "domains": _shares(domains, read),
        "sampled": read if read < total else None,
    }


def _shares(counts: dict[str, int], total: int) -> list[dict[str, Any]]:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [{"name": name, "count": n, "share": share(n, total)} for name, n in ordered if n]


def _domains(store: Store, corpus: Manifest) -> tuple[dict[str, int], int]:
    """Documents by domain, read one row group at a time from the one column."""
    import pyarrow.parquet as pq

    counts: dict[str, int] = {}
    read = 0
    for file in corpus.files():
        if read >= DOMAIN_ROWS:
            break
        with pq.ParquetFile(store.fetch(file), read_dictionary=["domain"]) as parquet:
            for batch in parquet.iter_batches(columns=["domain"]):
                read += batch.num_rows
                for entry in batch.column("domain").value_counts().to_pylist():
                    name = entry["values"] or "none"
                    counts[name] = counts.get(name, 0) + entry["counts"]
    return counts, read


def lineage(shown: Shown) -> list[dict[str, Any]]:
    """The last datasets and what each was made from, as a tree; a dataset unfolds where it stands first."""
    used = {str(r) for m in shown.datasets.values() for r in _inputs(m)}
    told: set[str] = set()
    return [
        _node(shown, str(m.reference), None, told)
        for m in reversed(shown.datasets.values())
        if str(m.reference) not in used
    ]


def _node(shown: Shown, name: str, role: str | None, told: set[str]) -> dict[str, Any]:
    manifest = shown.datasets.get(name)
    node: dict[str, Any] = {
        "name": name,
        "role": role,
        "lost": manifest is None,
        "told": name in told,
        "made_from": [],
        "files": [],
        "more": 0,
    }
    if manifest is None or name in told:
        return node
    told.add(name)
    if not manifest.inputs:
        files = [f for f in manifest.files() if f.part != "log"]
        node["files"] = [{"source": f.part, "path": f.path, "bytes": f.bytes} for f in files]
        node["more"] = max(0, len(files) - OBSERVED)
        node["files"] = node["files"][:OBSERVED]
    for role_, references in manifest.inputs.items():
        node["made_from"] += [_node(shown, str(r), role_, told) for r in references]
    return node
