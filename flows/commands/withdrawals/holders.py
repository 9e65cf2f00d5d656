"""Which documents orders name, and which datasets and models of a store have them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import chain
from typing import Any

from cleaning.web.urls import canonical_url
from cleaning.withdrawals.orders import Order, columns_for, named_by
from flows.chain.erasure import holds_documents, place_of
from flows.commands.questions.lookup import visits_of
from flows.stages import STAGES
from pipeline.model.about import named
from pipeline.model.dataset import Manifest
from pipeline.model.record_ids import whole_id
from pipeline.store.store import Store

# Outcomes in the log of a crawl whose record is in its files.
_STORED = ("kept", "unchanged", "status")

Documents = Mapping[str, Mapping[str, str | None]]  # by id


def holds(manifest: Manifest) -> bool:
    """Whether a dataset has the text to train on, or its tokens."""
    about = STAGES.get(manifest.stage)
    return about is not None and about.holds


def feeds(manifest: Manifest) -> bool:
    """Whether the text to train on is made from a dataset."""
    about = STAGES.get(manifest.stage)
    return about is not None and about.feeds


def named_documents(
    store: Store, manifests: Sequence[Manifest], orders: Sequence[Order], fresh: Sequence[Order]
) -> tuple[dict[str, dict[str, str | None]], set[str]]:
    """The documents of all datasets, kept or not, that orders name: by id the address, the host, and the place it
    was read from; and the ids of those that fresh orders, some of them, name.
    """
    import pyarrow.parquet as pq

    from pipeline.model.record_ids import whole_ids

    documents: dict[str, dict[str, str | None]] = {}
    named_now: set[str] = set()
    for manifest in manifests if orders else ():
        for file in manifest.files() if "documents" in manifest.kinds else ():
            if not file.name.endswith(".parquet") or not holds_documents(store.fetch(file)):
                continue
            table = pq.read_table(store.fetch(file), columns=[*columns_for(orders), "source"])
            table = table.filter(named_by(orders, table))
            if fresh:
                named_now |= set(whole_ids(table["id"].filter(named_by(fresh, table))).to_pylist())
            rows = table.select(["url", "host", "source"]).to_pylist()
            for id, row in zip(whole_ids(table["id"]).to_pylist(), rows, strict=True):
                place = place_of(row["source"])
                documents[id] = {"url": row["url"], "host": row["host"], "place": place}
    return documents, named_now


def parts_of(
    store: Store, manifests: Sequence[Manifest], withdrawn: set[str]
) -> dict[str, list[str]]:
    """By the id of a withdrawn document those that its passages became in any corpus."""
    import pyarrow.parquet as pq

    parts: dict[str, set[str]] = {}
    for manifest in manifests if withdrawn else ():
        about = STAGES.get(manifest.stage)
        files = named(about.passages)(manifest) if about and about.passages else {}
        for file in chain.from_iterable(files.values()):
            for id in pq.read_table(store.fetch(file), columns=["id"])["id"].to_pylist():
                if (whole := whole_id(id) or id) != id and whole in withdrawn:
                    parts.setdefault(whole, set()).add(id)
    return {whole: sorted(ids) for whole, ids in parts.items()}


def present_in(
    store: Store,
    manifest: Manifest,
    documents: Documents,
    asked: Callable[[str], bool] | None = None,
) -> set[str]:
    """The ids of those of these documents that a dataset holds, in the parts that `asked` selects. A crawl has
    their addresses; one with texts alone, as the form `bne`, has no ids: what it was made from answers.
    """
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    from cleaning.erasure import ids_in
    from pipeline.model.record_ids import whole_ids

    if "warc" in manifest.kinds:
        return _crawled(store, manifest, documents)
    ids = set(documents)
    wanted, present, has_ids = pa.array(sorted(ids), pa.string()), set[str](), not manifest.shards
    files = [f for f in manifest.files() if ids and (asked is None or asked(f.part))]
    for file in files:
        if file.name.endswith(".parquet"):
            with pq.ParquetFile(store.fetch(file)) as parquet:
                if "id" in parquet.schema_arrow.names:
                    has_ids = True
                    column = whole_ids(parquet.read(columns=["id"])["id"])
                    present |= set(column.filter(pc.is_in(column, wanted)).to_pylist())
    for file in files if not has_ids else ():
        if file.name.endswith(".jsonl.zst"):
            has_ids = True
            present |= ids_in(store.fetch(file), ids)
    for reference in chain.from_iterable(manifest.inputs.values()) if files and not has_ids else ():
        if (made_from := store.manifest(reference)) and holds(made_from):
            present |= present_in(store, made_from, documents)
    return present


def _crawled(store: Store, manifest: Manifest, documents: Documents) -> set[str]:
    """The ids of the documents whose pages a crawl stored."""
    urls = {url for document in documents.values() if (url := document["url"])}
    visits = visits_of(store, [manifest], urls) if urls else []
    stored = {canonical_url(visit["url"]) for visit in visits if visit["outcome"] in _STORED}
    return {id for id, document in documents.items() if document["url"] in stored}


def models_of(
    store: Store, manifests: Sequence[Manifest], hits: Collection[str], documents: Documents
) -> list[dict[str, Any]]:
    """The models that learnt from documents, which the datasets `hits` have: of how many, or `from` which that did they
    go on.
    """
    models = [m for m in manifests if "model" in m.kinds]
    tokens = {str(m.reference): m for m in manifests if "tokens" in m.kinds}
    learnt: dict[str, dict[str, Any]] = {}
    for model in models:
        read = [str(r) for r in model.inputs.get("tokens", []) if str(r) in hits]
        about = STAGES.get(model.stage)
        reads = named(about.reads)(model) if read and about and about.reads else None
        ids_of_each = (present_in(store, tokens[name], documents, reads) for name in read)
        if present := set[str]().union(*ids_of_each):
            learnt[str(model.reference)] = _model(model, read, len(present), None)
    while after := [
        (m, before)
        for m in models
        if str(m.reference) not in learnt
        and (before := next((str(r) for r in m.inputs.get("model", []) if str(r) in learnt), None))
    ]:
        learnt |= {str(m.reference): _model(m, [], 0, before) for m, before in after}
    return [learnt[name] for m in models if (name := str(m.reference)) in learnt]


def _model(
    manifest: Manifest, tokens: list[str], documents: int, before: str | None
) -> dict[str, Any]:
    figures = manifest.shards[-1].figures if manifest.shards else {}
    return {
        "dataset": str(manifest.reference),
        "tokens": tokens,
        "documents": documents,
        "from": before,
        "steps": int(figures.get("steps", 0)),
    }
