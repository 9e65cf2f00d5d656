"""Erases again what was erased once and came in again, as when its source was changed and read again."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from flows.chain import withdrawals
from pipeline.errors import TahonaError
from pipeline.model.dataset import File, Manifest
from pipeline.model.notice import Notice, notice, some
from pipeline.store import erasures
from pipeline.store.store import Store

if TYPE_CHECKING:
    from cleaning.withdrawals.orders import Order


def returned(store: Store, manifests: Iterable[Manifest]) -> dict[str, str]:
    """By id the file of every document in some datasets whose text was erased once and is there again, against an
    order that holds now: of the same id, or of the same address.

    Called while a run holds the store. A table in which there is none is not read again until more is erased;
    none is read where nothing was erased.
    """
    orders = withdrawals.orders(store)
    if not orders or not erasures.versions(store.backend):
        return {}
    noted = _noted(store, orders)
    seen = set(store.read_json(erasures.SEEN) or [])
    files = [
        file
        for manifest in manifests
        if "documents" in manifest.kinds
        for file in manifest.files()
        if file.shard and file.name.endswith(".parquet") and file.path not in seen
    ]
    again = {file.path: _returned(store, file, orders, noted) for file in files}
    if clean := {path for path, documents in again.items() if not documents}:
        store.write_json(erasures.SEEN, sorted(seen | clean))
    return {id: place for documents in again.values() for id, place in documents.items()}


def erase_returned(store: Store, documents: dict[str, str]) -> Notice:
    """Erases them from the whole store; the notice that says so, or why they are still there."""
    from cleaning.withdrawals.orders import Order
    from flows.chain.erasure import erase

    again = {"n": len(documents), "files": some(sorted(set(documents.values())))}
    manifests = [m for r in store.references() if (m := store.manifest(r)) is not None]
    try:
        erase(store, manifests, [Order("id", id) for id in sorted(documents)])
    except TahonaError as error:
        return notice("returned.left", **again, error=str(error))
    return notice("returned.erased", **again)


def _noted(store: Store, orders: list[Order]) -> list[Order]:
    """The documents that were erased, by id and address. A store of before they were noted has their empty rows."""
    from cleaning.withdrawals.orders import Order
    from flows.chain.erasure import without_text

    noted = erasures.documents(store.backend)
    if noted is None:
        return [Order("id", id) for id in without_text(store, orders)]
    ids = [Order("id", id) for id in noted]
    return ids + [Order("url", url) for url in sorted({url for url in noted.values() if url})]


def _returned(store: Store, file: File, orders: list[Order], noted: list[Order]) -> dict[str, str]:
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    from cleaning.withdrawals.orders import columns_for, named_by
    from flows.chain.erasure import holds_documents

    path = store.fetch(file)
    if not holds_documents(path):
        return {}
    table = pq.read_table(path, columns=columns_for(orders))
    table = table.filter(pc.and_(named_by(orders, table), named_by(noted, table)))
    if not table.num_rows:
        return {}
    # Few, so that only now the texts are read.
    wanted = pc.is_in(pc.field("id"), table["id"].combine_chunks())
    rows = pq.read_table(path, columns=["id", "source", "text"], filters=wanted)
    rows = rows.filter(pc.not_equal(pc.fill_null(rows["text"], ""), ""))
    return {row["id"]: PurePosixPath(row["source"]["file"]).name for row in rows.to_pylist()}
