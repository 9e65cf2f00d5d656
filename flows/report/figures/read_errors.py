"""Records that could not be read, by what is wrong with them, and addresses that a crawl could not fetch, and why."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any

from flows.report.quote import line, link
from pipeline.model.dataset import Manifest
from pipeline.model.ledger import Documents
from pipeline.store.store import Store

HOSTS = 20  # that a page shows
EXAMPLES = 3  # of a kind of damage, and of a rule of the crawl
READ = 2_000_000  # records or lines at most that are looked at
ADDRESS = 200
DETAIL = 300
FAILED = "failed"  # what the log of a crawl calls an address that did not answer


def damaged(store: Store, manifest: Manifest) -> list[dict[str, Any]]:
    """The quarantined records by damage, the most frequent first, each with the place of `EXAMPLES`."""
    import pyarrow.parquet as pq

    counts: Counter[str] = Counter()
    examples: dict[str, list[dict[str, Any]]] = {}
    for file in manifest.files("quarantined"):
        if not file.rows or counts.total() >= READ:
            continue
        with pq.ParquetFile(store.fetch(file)) as parquet:
            for batch in parquet.iter_batches(columns=["reason", "source", "url"]):
                for row in batch.to_pylist():
                    damage, _, detail = row["reason"].partition(": ")
                    counts[damage] += 1
                    places = examples.setdefault(damage, [])
                    if len(places) < EXAMPLES:
                        places.append({**_address(row["url"]), **_place(row["source"], detail)})
    return [{"damage": d, "count": n, "examples": examples[d]} for d, n in counts.most_common()]


def _place(source: dict[str, Any], detail: str) -> dict[str, Any]:
    return {
        "file": line(source["file"], ADDRESS, numbers=False, given=True),
        "offset": source["offset"],
        "detail": line(detail, DETAIL),
    }


def _address(url: str | None) -> dict[str, Any]:
    return {"url": line(url or "", ADDRESS, numbers=False), "link": link(url or "")}


def visits(store: Store, crawl: Manifest) -> dict[str, list[dict[str, Any]]]:
    """By outcome, but for what was stored, the first addresses that a crawl's log names, and why."""
    counts = crawl.ledger.documents or Documents()
    outcomes = Counter(counts.removed) + Counter({FAILED: counts.quarantined})
    examples: dict[str, list[dict[str, Any]]] = {
        outcome: [] for outcome, _ in outcomes.most_common()
    }
    left = sum(min(EXAMPLES, n) for n in outcomes.values())
    for visit in islice(_log(store, crawl), READ):
        addresses = examples.get(visit["outcome"])
        if addresses is not None and len(addresses) < EXAMPLES:
            via = _address(visit.get("via"))
            reason = line(visit.get("reason") or "", DETAIL)
            addresses.append({**_address(visit["url"]), "via": via, "detail": reason})
            left -= 1
        if not left:
            break
    return {outcome: addresses for outcome, addresses in examples.items() if addresses}


def hosts(crawl: Manifest) -> list[dict[str, Any]]:
    """The hosts with most requests of a crawl: requests, failures, seconds of an answer and of delay."""
    rows = [row for figures in crawl.figures() for row in figures.get("hosts", [])]
    ordered = sorted(rows, key=lambda row: (-row["requests"], row["host"]))[:HOSTS]
    return [{**row, "host": line(row["host"], DETAIL)} for row in ordered]


def _log(store: Store, crawl: Manifest) -> Iterator[dict[str, Any]]:
    for file in crawl.files("log"):
        with store.fetch(file).open(encoding="utf-8") as lines:
            yield from (json.loads(text) for text in lines)
