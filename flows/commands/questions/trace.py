"""Follows a document through a store, by id, address or host: its record, every decision, its tokens and models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cleaning.web.urls import host_of, normalise
from cleaning.withdrawals.orders import (
    COLUMNS,
    RIGHTS,
    WITHDRAWN,
    Order,
    addresses,
    named_by,
    order_of,
)
from flows.chain import withdrawals
from flows.commands.questions.lookup import (
    addressed,
    documents_with,
    near_addresses,
    visits_of,
    whole_id,
)
from flows.commands.questions.trace_host import trace_host
from flows.commands.questions.trace_models import learners_of
from flows.commands.questions.trace_rows import (
    asked,
    copies_of,
    describe,
    in_turn,
    lines_of,
    passages_of,
    rows_of,
    without_ids,
)
from flows.commands.questions.trace_text import sentences, visit_text
from flows.stages import STAGES
from flows.store.patterns import patterns
from flows.store.place import existing_store
from flows.store.records import ages, names
from pipeline.engines.pandas_import import skip_pandas
from pipeline.errors import TahonaError, UsageError
from pipeline.model.dataset import Manifest
from pipeline.store.store import Store


def trace_document(what: str, store_url: str | None) -> dict[str, Any]:
    """Every row of the store about a document, by dataset, with the models that learnt from its tokens.

    `what` is its id or its address; of a host, what became of its documents. Personal data in what is told of them is
    masked. A UsageError where there is none.
    """
    import pyarrow  # noqa: F401 - nothing is spared before it is there

    skip_pandas()  # a third of a second, where the whole answer takes one
    from cleaning.privacy.told import told

    store = existing_store(store_url)
    own = patterns(store)
    try:
        answer: dict[str, Any] = told(_traced(store, what), own)
    except UsageError as error:  # which proposes addresses that are nearly the one meant
        raise UsageError(told(str(error), own)) from None
    return answer


def _traced(store: Store, what: str) -> dict[str, Any]:
    manifests = [m for r in store.references() if (m := store.manifest(r)) is not None]
    try:
        order = order_of(what)
    except TahonaError:
        order = None
    if order and order.kind == "host":
        return trace_host(store, manifests, order.value)
    documents, passages = _documents(store, manifests, what, order)
    rows: list[dict[str, Any]] = []
    for manifest in manifests:
        about = STAGES.get(manifest.stage)
        if about and about.columns:
            for document in documents:
                rows += rows_of(store, manifest, about, document)
            rows += lines_of(store, manifest, about, documents)
    called = names(store)
    if not rows:
        return _without_document(store, manifests, what, order, called)
    describe(rows, called, ages(store))
    rows.sort(key=lambda row: (*in_turn(row), row["part"]))
    _tell_before(manifests, rows)
    _tell_asked(manifests, rows)
    orders = withdrawals.orders(store)
    _tell_others(store, manifests, rows, orders)
    withdrawn = _orders_of(orders, rows)
    answer: dict[str, Any] = {
        "document": documents[0],
        "documents": documents,
        "rows": rows,
        "models": learners_of(store, manifests, rows, called),
        "withdrawn": [order._asdict() for order in withdrawn],
        "without": _without(manifests, {row["dataset"] for row in rows}) if withdrawn else [],
        "removed": _removed(manifests, rows, {*documents} - passages),
        "copies": copies_of(store, manifests, documents),
        "unnamed": without_ids(manifests, rows),
        "visits": [],
    }
    ids = {row["row"].get("id") for row in rows}
    absent = [documents[0]] if order and order.kind == "id" and documents[0] not in ids else []
    return answer | {"text": sentences(answer, called, absent)}


def _documents(
    store: Store, manifests: Sequence[Manifest], what: str, order: Order | None
) -> tuple[list[str], set[str]]:
    """The ids of the documents that are meant, with those of passages in them that became documents, and these."""
    if order and order.kind == "id":  # of such passages also the document that held them
        documents = [what.strip(), order.value]
    else:
        documents = [*addressed(store, manifests, what)]
        if not order and not documents:
            documents = [whole_id(store, manifests, what)]
    passages = [one for id in dict.fromkeys(documents) for one in passages_of(store, manifests, id)]
    return list(dict.fromkeys((*documents, *passages))), {*passages}


def _without_document(
    store: Store,
    manifests: Sequence[Manifest],
    what: str,
    order: Order | None,
    called: dict[str, list[str]],
) -> dict[str, Any]:
    """What crawls know of an address of which there is no document; a UsageError where they know nothing."""
    if visits := _visits(store, manifests, what, order):
        return {
            **{"document": None, "documents": [], "rows": [], "models": []},
            **{"withdrawn": [], "without": [], "visits": visits},
            "text": [visit_text(visit, called) for visit in visits],
        }
    urls = [order.value] if order and order.kind == "url" else []
    near = near_addresses(store, manifests, urls)
    meant = f": did you mean {' or '.join(*near.values())}?" if near else ""
    if not order and "." in what.partition("/")[0]:  # a host and a path, as people write them
        meant = ": an address begins with https://"
    raise UsageError(f"no dataset in {store.url} holds a document {what}{meant}")


def _visits(
    store: Store, manifests: Sequence[Manifest], what: str, order: Order | None
) -> list[dict[str, Any]]:
    """What crawls know of an address of which there is no document."""
    if order is None or order.kind != "url":
        return []
    urls = {url for one in (order.value, normalise(what) or order.value) for url in addresses(one)}
    return visits_of(store, manifests, {what.strip(), *urls})


def _tell_before(manifests: Sequence[Manifest], rows: Sequence[dict[str, Any]]) -> None:
    """Adds to the rows of documents that an earlier stage removed the rule and the stage."""
    read = {str(m.reference): m.inputs.get("decisions", ()) for m in manifests}
    gone = {
        (row["dataset"], row["row"].get("id")): row
        for row in rows
        if row["row"].get("kept") is False
    }

    def by(row: dict[str, Any]) -> str | None:
        if row["row"].get("rule"):
            return f"{row['row']['rule']} in {row['stage']}"
        earlier = (gone.get((str(r), row["row"].get("id"))) for r in read[row["dataset"]])
        return next((by(one) for one in earlier if one), None)

    for row in gone.values():
        if not row["row"].get("rule"):
            row["row"]["before"] = by(row)


def _tell_asked(manifests: Sequence[Manifest], rows: Sequence[dict[str, Any]]) -> None:
    """Adds to the rows of documents that a rule removed what it asks of which signal."""
    by_name = {str(m.reference): m for m in manifests}
    for row in rows:
        if row["row"].get("value") is not None and (rule := row["row"].get("rule")):
            row["row"]["asks"] = asked(by_name[row["dataset"]], rule)


def _tell_others(
    store: Store,
    manifests: Sequence[Manifest],
    rows: Sequence[dict[str, Any]],
    orders: Sequence[Order],
) -> None:
    """Beside the id of the document that stayed in another's place, its address, and the day it was withdrawn."""
    others = {other for row in rows if (other := row["row"].get("other"))}
    urls = documents_with(store, manifests, "id", others)
    for row in rows:
        if url := urls.get(row["row"].get("other")):
            row["row"]["other_url"] = url
        other = {"id": row["row"].get("other"), "url": url, "host": url and host_of(url)}
        if other["id"] and (named := _orders_of(orders, [{"row": other}])):
            row["row"]["other_withdrawn"] = named[0].at


def _orders_of(orders: Sequence[Order], rows: Sequence[dict[str, Any]]) -> list[Order]:
    """The orders of withdrawal that name the document of some rows."""
    import pyarrow as pa

    places = [row["row"] for row in rows if set(COLUMNS) <= row["row"].keys()]
    if not places:
        return []
    table = pa.table({name: pa.array([p[name] for p in places], pa.string()) for name in COLUMNS})
    rights = [(place.get("metadata") or {}).get(RIGHTS) for place in places]
    table = table.append_column(RIGHTS, pa.array(rights, pa.string()))
    return [order for order in orders if any(named_by([order], table).to_pylist())]


def _without(manifests: Sequence[Manifest], holding: set[str]) -> list[str]:
    """The corpora that were made under orders from datasets that hold a document, and don't hold it."""
    return [
        str(m.reference)
        for m in manifests
        if m.inputs.get(withdrawals.ROLE)
        and str(m.reference) not in holding
        and any(str(r) in holding for r in m.inputs.get("documents", []))
    ]


def _removed(
    manifests: Sequence[Manifest], rows: Sequence[dict[str, Any]], documents: set[str]
) -> list[dict[str, Any]]:
    """The corpora that left out documents which all decisions kept, and the rules by which they left out any."""
    present = {(row["dataset"], row["row"].get("id")) for row in rows}
    kept = {(row["dataset"], row["row"].get("id")) for row in rows if row["row"].get("kept")}
    removed = []
    for manifest in manifests:
        about = STAGES.get(manifest.stage)
        ledger = manifest.ledger.documents if about and about.holds else None
        read, decisions = (
            [str(reference) for reference in manifest.inputs.get(role, ())]
            for role in ("documents", "decisions")
        )
        rules = {*ledger.removed} - {WITHDRAWN} if ledger else set()
        for id in sorted(documents) if rules else ():
            name = str(manifest.reference)
            arrived = any((one, id) in present for one in read)
            arrived &= all((one, id) in kept for one in decisions)
            if arrived and (name, id) not in present:
                removed.append({"dataset": name, "document": id, "rules": sorted(rules)})
    return removed
