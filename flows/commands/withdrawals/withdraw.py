"""Takes documents out of all that is made from now on, and lists the datasets and models that have them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from cleaning.withdrawals.orders import Order, above, addresses
from flows.chain import withdrawals
from flows.chain.erasure import without_text
from flows.commands.questions.lookup import near_addresses
from flows.commands.withdrawals import holders
from flows.commands.withdrawals.holders import Documents
from flows.commands.withdrawals.order_files import orders_in
from flows.commands.withdrawals.sentences import MOST, Change, Findings, many, sentences
from flows.commands.withdrawals.twins import twins_of
from flows.store.patterns import patterns
from flows.store.place import existing_store
from flows.store.records import last_datasets, names
from pipeline.errors import UsageError
from pipeline.model.dataset import Manifest
from pipeline.store.store import Store

_TOLD = ("orders", "idle", "near", "documents", "twins", "text")  # which name addresses and files


def withdraw(
    words: Sequence[str], store_url: str | None, erase: bool = False, undo: bool = False
) -> dict[str, Any]:
    """Records the orders that the words are (addresses, hosts, ids, or files of them or of a policy of rights).

    With `undo` they are taken back; without a word nothing is recorded. Lists which new orders name no
    document, which documents the new orders name (without one, all), which datasets hold those of all, which of these
    a recipe made last (after its next run: none), which near-duplicates of them are not withdrawn, and which models
    learnt from them. With `erase` their text goes from every file of the store.
    """
    from cleaning.privacy.told import told

    store = existing_store(store_url)
    change = _take_back(store, words) if undo else _record(store, words)
    manifests = [m for r in store.references() if (m := store.manifest(r)) is not None]
    erasure = _erase(store, manifests, change.orders) if erase and change.orders else {}
    erased = erasure.pop("text", [])
    found = _find(store, manifests, change)
    answer: dict[str, Any] = {
        "orders": [{"number": n, **order._asdict()} for n, order in enumerate(change.orders, 1)],
        "recorded": len(change.fresh),
        "taken_back": len(change.undone),
        "idle": [order.value for order in found.idle],
        "near": found.near,
        "documents": [
            {"id": id, "url": d["url"], "parts": found.parts.get(id, [])}
            for id, d in found.documents.items()
        ],
        "named_now": sorted(found.named_now),
        "twins": found.twins,
        "datasets": {name: len(present) for name, present in found.present.items()},
        "models": found.models,
        **({"erased": erasure} if erasure else {}),
        "last_runs": found.current,
        "text": sentences(() if undo else words, change, found, erased, manifests),
    }
    return {**answer, **told({name: answer[name] for name in _TOLD}, patterns(store))}


def _record(store: Store, words: Sequence[str]) -> Change:
    fresh = withdrawals.add(store, list(orders_in(words)))
    return Change(withdrawals.orders(store), fresh, [], [])


def _take_back(store: Store, words: Sequence[str]) -> Change:
    """Takes the orders back that the words are, or whose numbers; a UsageError for a number that none has."""
    held = withdrawals.orders(store)
    numbers = {str(n): order for n, order in enumerate(held, 1)}
    if none := [w for w in words if w.isdecimal() and len(w) < 5 and w not in numbers]:
        raise UsageError(f"there is no order {none[0]}: {many(len(held), 'order')} in all")
    meant = [numbers[word] for word in words if word in numbers]
    meant += orders_in([word for word in words if word not in numbers])
    # The rows of an erased text are still there, empty: no corpus may take them for documents.
    kept_out = [Order("id", id, meant[0].at, "erased") for id in without_text(store, meant)]
    undone = withdrawals.take_back(store, meant, kept_out)
    return Change(withdrawals.orders(store), [], undone, kept_out)


def _find(store: Store, manifests: Sequence[Manifest], change: Change) -> Findings:
    """What the orders name in a store, and where it is."""
    documents, named_now = holders.named_documents(store, manifests, change.orders, change.fresh)
    idle = _idle(change.fresh, documents)
    present = {
        str(m.reference): ids
        for m in manifests
        if (holders.holds(m) or holders.feeds(m))
        and (ids := holders.present_in(store, m, documents))
    }
    texts = {str(m.reference) for m in manifests if holders.holds(m)}
    current = {
        recipe: {n: len(present.get(n, ())) for n in sorted(set(last)) if n in texts}
        for recipe in store.backend.folders("runs")
        if (last := last_datasets(store, recipe).values())
    }
    return Findings(
        documents=documents,
        named_now=named_now,
        idle=idle,
        near=near_addresses(store, manifests, [o.value for o in idle if o.kind == "url"]),
        parts=holders.parts_of(store, manifests, set(documents)),
        twins=twins_of(store, manifests, set(documents)),
        present=present,
        textless=set(without_text(store, change.orders)),
        current=current,
        texts=texts,
        models=holders.models_of(store, manifests, present, documents),
        called=names(store),
    )


def _idle(fresh: Sequence[Order], documents: Documents) -> list[Order]:
    """The orders that name none of the documents."""
    urls = {document["url"] for document in documents.values()}
    hosts = {host for document in documents.values() for host in above(document["host"] or "")}
    values: dict[str, Collection[str | None]] = {"url": urls, "host": hosts, "id": documents}
    return [
        order
        for order in fresh
        if order.kind in values
        and not any(
            value in values[order.kind]
            for value in (addresses(order.value) if order.kind == "url" else [order.value])
        )
    ]


def _erase(store: Store, manifests: Sequence[Manifest], orders: Sequence[Order]) -> dict[str, Any]:
    """What was erased, where more of the text may be, and both in sentences."""
    from flows.chain.erasure import erase

    done = erase(store, manifests, orders)
    counts = ", ".join(f"{stage} {count:,}" for stage, count in sorted(done.counts.items()))
    text = [
        f"erased, in {many(len(done.files), 'file')}: {counts or 'nothing that was still there'}"
    ]
    if done.reports:
        text.append("reports quote texts, so they went too: the next run makes them again")
    text += [f"not in the store, and yours to erase: {place}" for place in done.outside[:MOST]]
    if len(done.outside) > MOST:
        text.append(f"    and {len(done.outside) - MOST:,} more such places")
    return {
        "files": done.files,
        "counts": dict(sorted(done.counts.items())),
        "outside": done.outside,
        "text": text,
    }
