"""What is told of the decisions of `filter` at their end: sources of which most went, rules for no document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cleaning.readers.readers import READERS, WEB_READERS
from cleaning.sparse_sources import nearly_all_removed
from pipeline.model.dataset import Manifest
from pipeline.model.notice import Notice, notice
from pipeline.store.store import Store


def warnings(store: Store, decisions: Manifest, name: str) -> list[Notice]:
    """A notice for each source of which most documents were removed, and for each rule of the recipe that names
    a domain which no document has.
    """
    documents = store.manifest(decisions.inputs["documents"][0])
    if documents is None:
        return []
    idle = list(_idle(store, documents, decisions))
    if len(documents.shards) != len(decisions.shards):
        return idle
    pairs = zip(documents.shards, decisions.shards, strict=True)
    return [
        *nearly_all_removed(
            ((about, decided.ledger.documents) for about, decided in pairs),
            READERS.keys() - WEB_READERS,  # of the pages of a crawl half may well be lists
        ),
        *idle,
    ]


def _idle(store: Store, documents: Manifest, decisions: Manifest) -> Iterator[Notice]:
    """Where documents may name their own domain, a recipe that is read can't know those that its rules name."""
    rules = decisions.params.get("rules")
    named = [
        (rule["name"], domain)
        for rule in (rules if isinstance(rules, list) else ())
        if isinstance(rule, Mapping) and not rule.get("off")
        for domain in rule.get("domains") or ()
    ]
    domains = _domains(store, documents) if named else set()
    for rule, domain in named:
        if domains and domain not in domains:
            yield notice("filter.idle", rule=rule, domain=domain, known=sorted(domains))


def _domains(store: Store, documents: Manifest) -> set[str]:
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    read = (pq.read_table(store.fetch(f), columns=["domain"]) for f in documents.files("kept"))
    return {domain for table in read for domain in pc.unique(table["domain"]).to_pylist()}
