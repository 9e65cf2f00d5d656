"""Follows the documents of a host: how many there are, and what was decided of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from cleaning.withdrawals.orders import COLUMNS, Order, above, addresses, columns_for, named_by
from flows.chain import withdrawals
from flows.commands.questions.lookup import MOST, documents_with, files_with
from flows.commands.questions.trace_rows import called_as, describe, in_lines, in_turn
from flows.stages import STAGES
from flows.store.records import ages, names
from pipeline.errors import UsageError
from pipeline.model.about import About
from pipeline.model.dataset import Manifest
from pipeline.model.record_ids import whole_id, whole_ids
from pipeline.store.store import Store

_KEYS = ("rule", "id")  # of the tables whose rows of a host are counted


def trace_host(store: Store, manifests: Sequence[Manifest], host: str) -> dict[str, Any]:
    """How many documents of a host there are, and what the decisions were."""
    documents = documents_with(store, manifests, "host", {host})
    orders = withdrawals.orders(store)
    rights = [order for order in orders if order.kind == "rights"]
    reserved = _reserved(store, manifests, host, rights) if documents and rights else Counter()
    withdrawn = _withdrawn(orders, host, documents, reserved)
    if not documents:
        named = "".join(f"; {line}" for line in map(_order_text, withdrawn))
        raise UsageError(f"no dataset in {store.url} holds a document of the host {host}{named}")
    counts: list[dict[str, Any]] = []
    for manifest in manifests:
        about = STAGES.get(manifest.stage)
        if about and about.columns and set(_KEYS) & set(about.columns):
            counted = _count(store, manifest, about, set(documents))
            if counted:
                counts.append({"dataset": str(manifest.reference), "parts": counted})
    describe(counts, names(store), ages(store))
    counts.sort(key=in_turn)
    text = [*map(_order_text, withdrawn)]
    text.append(
        f"{len(documents):,} document{'s' * (len(documents) != 1)} of {host} itself; hosts below it are asked for by "
        "their own names"
    )
    text += [f"    {id}  {url}" for id, url in list(documents.items())[:MOST]]
    for row in counts:
        text.append(f"{row['dataset']}{called_as(row)}: {', '.join(map(_fate, row['parts']))}")
    return {
        "host": host,
        "documents": [{"id": id, "url": url} for id, url in documents.items()],
        "datasets": counts,
        "withdrawn": withdrawn,
        "text": text,
    }


def _reserved(
    store: Store, manifests: Sequence[Manifest], host: str, orders: Sequence[Order]
) -> Counter[Order]:
    """How many documents of a host each of some orders by rights names."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    named: dict[Order, set[str]] = {order: set() for order in orders}
    for manifest in manifests:
        for file in files_with(store, manifest, host) if "documents" in manifest.kinds else ():
            if not file.name.endswith(".parquet") or not file.rows:
                continue
            path = store.fetch(file)
            if {*COLUMNS, "metadata"} <= set(pq.read_schema(path).names):
                table = pq.read_table(path, columns=columns_for(orders))
                table = table.filter(pc.equal(table["host"], host))
                for order, ids in named.items():
                    ids.update(table.filter(named_by([order], table))["id"].to_pylist())
    return Counter({order: len(ids) for order, ids in named.items()})


def _withdrawn(
    orders: Sequence[Order],
    host: str,
    documents: Mapping[str, str],
    reserved: Mapping[Order, int],
) -> list[dict[str, Any]]:
    """The orders that name a host, by itself or by one above it, or some of its documents, and how many of these;
    `reserved` are those of orders by rights.
    """
    hosts, urls = set(above(host)), Counter(documents.values())
    ids = Counter(whole_id(id) or id for id in documents)

    def named(order: Order) -> int:
        if order.kind == "host":
            return len(documents) if order.value in hosts else 0
        if order.kind == "id":
            return ids[order.value]
        if order.kind == "url":
            return sum(urls[url] for url in addresses(order.value))
        return reserved[order]

    return [
        {**order._asdict(), "documents": n, "of": len(documents)}
        for order in orders
        if (n := named(order)) or (order.kind == "host" and order.value in hosts)
    ]


def _order_text(order: dict[str, Any]) -> str:
    what = f"{order['kind']} {order['value']}"
    what += " with all hosts below it" * (order["kind"] == "host")
    named = f", {order['documents']:,} of {order['of']:,} documents" if order["of"] else ""
    return f"withdrawn on {order['at']} ({order['source']}): {what}{named}"


def _count(store: Store, manifest: Manifest, about: About, ids: set[str]) -> list[dict[str, Any]]:
    """The rows of some documents, and of passages of them that became documents, by part and, where it has them, by
    rule; of edits also their characters.

    Of decisions the part is what was decided: kept, removed, or removed before (by an earlier stage).
    """
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    counts: dict[tuple[str, str | None], list[int]] = {}
    wanted = pa.array(sorted(ids), pa.string())
    files = manifest.files()
    parts = {file.part for file in files}
    for file in files:
        if not file.name.endswith(".parquet") or not file.rows:
            continue
        if "=" in file.part and file.part.partition("=")[0] in parts:
            continue  # a table beside another, of the same documents
        with pq.ParquetFile(store.fetch(file)) as parquet:
            names = parquet.schema_arrow.names
            columns = [c for c in ("id", "rule", "kept", "start", "end") if c in names]
            if "id" not in columns:
                continue
            table = parquet.read(columns=columns)
        for row in table.filter(pc.is_in(whole_ids(table["id"]), wanted)).to_pylist():
            rule, part = row.get("rule"), file.part
            if "kept" in row:
                part = "kept" if row["kept"] else "removed" if rule else "before"
            counted = counts.setdefault((part, rule), [0, 0])
            counted[0] += 1
            counted[1] += row["end"] - row["start"] if "end" in row else 0
    for part, _, _ in in_lines(store, manifest, about, ids):
        counts.setdefault((part, None), [0, 0])[0] += 1
    return [
        {"part": part, "rule": rule, "count": n, "characters": size}
        for (part, rule), (n, size) in sorted(counts.items(), key=str)
    ]


def _fate(row: dict[str, Any]) -> str:
    """What became of some documents, or of their lines, in words."""
    by = f" by {row['rule']}" if row["rule"] else ""
    if row["part"] == "before":
        return f"{row['count']:,} removed before"
    if row["part"] == "edits":
        return f"{row['count']:,} edits{by} ({row['characters']:,} characters)"
    return f"{row['count']:,} {row['part']}{by}"
