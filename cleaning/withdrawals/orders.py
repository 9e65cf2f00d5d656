"""Orders of withdrawal: which documents are to be in no corpus any more, by address, host, id or policy of rights.

A file of orders is JSON: a list of objects with `kind` (url, host, id, rights), `value`, `at` (a date) and `source`
(who said it). It is never changed: the next one holds the earlier orders too.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from cleaning.web.urls import ascii_host, canonical_url, host_of, with_scheme
from pipeline.errors import TahonaError, UsageError
from pipeline.model.record_ids import whole_id, whole_ids
from pipeline.model.stage import Work, hashed

if TYPE_CHECKING:  # a run with nothing to do reads this file and no table
    import pyarrow as pa

    from cleaning.rights.policy import Policy

Kind = Literal["url", "host", "id", "rights"]
WITHDRAWN = "withdrawn"  # the rule of a document that an order names
COLUMNS = ("id", "url", "host")
RIGHTS = "rights"  # the column that policies read, as read_table names a field of `metadata`


class Order(NamedTuple):
    """One order; a `host` means all hosts below it too, `rights` a policy (JSON) that hears a document as reserved."""

    kind: Kind
    value: str
    at: str = ""
    source: str = ""


def order_of(word: str, at: str = "", source: str = "") -> Order:
    """What a person or a line of a list means: an address, the id of a document, or a host.

    Raises UsageError for what is none of these.
    """
    word = word.strip()
    words = word.split()  # an address that was copied from a browser may have spaces
    if "://" in word and not any("://" in p for p in words[1:]) and _is_word(host_of(word)):
        return Order("url", canonical_url(word), at, source)
    if id := whole_id(word):  # passages that became a document go with the one that held them
        return Order("id", id, at, source)
    host = ascii_host(word.removeprefix("*.").rstrip("."))
    if "." not in host or not host.replace("-", "").replace(".", "").replace("_", "").isalnum():
        raise UsageError(f"{word!r} is no address, no host and no id of a document")
    return Order("host", host, at, source)


def _is_word(host: str) -> bool:
    return len(host.split()) == 1


def order_of_policy(policy: Policy, at: str = "", source: str = "") -> Order:
    """The order that whatever a policy hears as reserved be withdrawn."""
    return Order("rights", json.dumps(hashed(policy), sort_keys=True), at, source)


def policy_of(order: Order) -> Policy:
    """The policy of an order of the kind `rights`."""
    from cleaning.rights.policy import Policy

    return Policy.model_validate_json(order.value)


def columns_for(orders: Sequence[Order]) -> list[str]:
    """The columns of documents that `pyarrow.parquet.read_table` is asked for so that `named_by` can tell."""
    return [*COLUMNS, *([f"metadata.{RIGHTS}"] if any(o.kind == "rights" for o in orders) else [])]


def read_orders(path: Path) -> list[Order]:
    """The orders of a file."""
    try:
        return [Order(**one) for one in json.loads(path.read_bytes())]
    except (OSError, ValueError, TypeError) as error:
        raise TahonaError(f"{path} holds no orders of withdrawal: {error}") from error


def named_by(orders: Sequence[Order], table: pa.Table | pa.RecordBatch) -> pa.Array:
    """Which rows of a table with COLUMNS, and RIGHTS where it has it, the orders name: booleans."""
    import pyarrow as pa
    import pyarrow.compute as pc

    values: dict[str, list[str]] = {kind: [] for kind in ("url", "host", "id")}
    policies = [policy_of(order) for order in orders if order.kind == "rights"]
    for order in orders:
        if order.kind in values:
            values[order.kind] += addresses(order.value) if order.kind == "url" else [order.value]
    values["id"] = [whole_id(id) or id for id in values["id"]]
    hosts = table.column("host")
    if isinstance(hosts, pa.ChunkedArray):
        hosts = hosts.combine_chunks()
    withdrawn = set(values["host"])
    ours = [host for host in hosts.unique().to_pylist() if host and below(host, withdrawn)]
    chosen = pc.is_in(hosts, pa.array(ours, pa.string()))
    ids = whole_ids(table.column("id"))
    for column, kind in ((table.column("url"), "url"), (ids, "id")):
        chosen = pc.or_(chosen, pc.is_in(column, pa.array(values[kind], pa.string())))
    if policies and RIGHTS in table.schema.names:
        from cleaning.rights.recorded import is_reserved

        rights = table.column(RIGHTS)
        reserved = [
            one
            for one in pc.unique(rights).to_pylist()
            if one and any(is_reserved(policy, one) for policy in policies)
        ]
        chosen = pc.or_(chosen, pc.is_in(rights, pa.array(reserved, pa.string())))
    return chosen


def addresses(url: str) -> list[str]:
    """The addresses of one page: http and https are one, as for a crawl."""
    if not url.startswith(("http://", "https://")):
        return [url]
    return list(dict.fromkeys(with_scheme(url, scheme) for scheme in ("http", "https")))


def above(host: str) -> list[str]:
    """A host and the ones above it: of a.b.test also b.test and test."""
    words = host.lower().split(".")
    return [".".join(words[n:]) for n in range(len(words))]


def below(host: str, withdrawn: set[str]) -> bool:
    """Whether a host or one above it is withdrawn."""
    return not withdrawn.isdisjoint(above(host))


def find_withdrawn(work: Work) -> None:
    """The kernel of the step `withdrawn`: the ids of the documents of a shard that are named."""
    import pyarrow.parquet as pq

    orders = read_orders(work.one("orders").path)
    table = pq.read_table(work.one("documents").path, columns=columns_for(orders))
    ids = table.filter(named_by(orders, table)).select(["id"])
    pq.write_table(ids, work.output("withdrawn", "withdrawn.parquet"))


def read_ids(tables: Sequence[Path]) -> set[str]:
    """The ids in tables that `find_withdrawn` wrote."""
    import pyarrow.parquet as pq

    return {str(id) for path in tables for id in pq.read_table(path)["id"].to_pylist()}
