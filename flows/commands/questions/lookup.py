"""Documents that a store knows: by the beginning of an id, as reports show it, by address, by host."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from cleaning.withdrawals.orders import addresses, order_of
from pipeline.errors import TahonaError, UsageError
from pipeline.model.dataset import File, Manifest
from pipeline.store.index import shards_with
from pipeline.store.store import Store

LOG = "log"  # the part of a crawl that logs what became of each address
MOST = 20  # documents of a host, or steps of a model, that are named
_LARGE = 200_000  # rows of a dataset from which on an index is kept of the shards that hold a value
LEAST = 8  # digits of an id, as reports show it
_BEGINNING = re.compile(rf"[0-9a-f]{{{LEAST},31}}")
_TOO_SHORT = re.compile(rf"[0-9a-f]{{1,{LEAST - 1}}}")


def whole_id(store: Store, manifests: Sequence[Manifest], what: str) -> str:
    """The id that begins so; what was given where none does or it is no beginning. A UsageError where several do."""
    start = what.strip()
    if _TOO_SHORT.fullmatch(start):
        raise UsageError(f"{start} is too short to tell a document: give {LEAST} digits of its id")
    if not _BEGINNING.fullmatch(start):
        return what
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    ids: set[str] = set()
    for manifest in manifests:
        for file in files_with(store, manifest, start) if "documents" in manifest.kinds else ():
            if file.name.endswith(".parquet") and file.rows:
                with pq.ParquetFile(store.fetch(file)) as parquet:
                    if "id" in parquet.schema_arrow.names:
                        column = parquet.read(["id"])["id"]
                        ids |= set(column.filter(pc.starts_with(column, start)).to_pylist())
    if len(ids) > 1:
        some = ", ".join(sorted(ids)[:MOST])
        raise UsageError(f"{len(ids)} documents have ids that begin with {start}: {some}")
    return ids.pop() if ids else start


def addressed(store: Store, manifests: Sequence[Manifest], what: str) -> dict[str, str]:
    """The documents, id and address, of an address as people write it; what a table gives for one need not be of the
    web.
    """
    urls = {what.strip()}
    try:
        order = order_of(what)
    except TahonaError:
        order = None
    if order and order.kind == "url":
        urls.update(addresses(order.value))
    return documents_with(store, manifests, "url", urls) if ":" in what else {}


def documents_with(
    store: Store, manifests: Sequence[Manifest], column: str, values: set[str]
) -> dict[str, str]:
    """The documents with one of some values in a column: id and address."""
    import pyarrow.parquet as pq

    documents: dict[str, str] = {}
    for manifest in manifests:
        if "documents" not in manifest.kinds:
            continue
        for value in sorted(values):
            for file in files_with(store, manifest, value):
                if not file.name.endswith(".parquet") or not file.rows:
                    continue
                path = store.fetch(file)
                if not {"id", "url", column} <= set(pq.read_schema(path).names):
                    continue
                columns = list(dict.fromkeys(("id", "url", column)))
                table = pq.read_table(path, columns=columns, filters=[(column, "=", value)])
                pairs = zip(table["id"].to_pylist(), table["url"].to_pylist(), strict=True)
                documents |= dict(pairs)
    return documents


def near_addresses(
    store: Store, manifests: Sequence[Manifest], urls: Collection[str]
) -> dict[str, list[str]]:
    """Of each address the ones of documents from which only `www.` or a slash at its end distinguishes it."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    others = {url: _spelt_otherwise(url) for url in urls}
    wanted, spellings = pa.array(sorted(set().union(*others.values())), pa.string()), set[str]()
    for manifest in manifests if others else ():
        for file in manifest.files("kept") if "documents" in manifest.kinds else ():
            column = pq.read_table(store.fetch(file), columns=["url"])["url"]
            spellings |= set(column.filter(pc.is_in(column, wanted)).to_pylist())
    return {url: sorted(spellings & near) for url, near in others.items() if spellings & near}


def _spelt_otherwise(url: str) -> set[str]:
    """The addresses that an address may stand for by a slip, under both schemes."""
    address = urlsplit(url)
    if not address.path:
        return set()
    host, path = address.netloc, address.path
    hosts = host, host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"
    paths = path, path.rstrip("/") or "/" if path.endswith("/") else f"{path}/"
    others = {
        urlunsplit(address._replace(netloc=name, path=way)) for name in hosts for way in paths
    }
    return {same for other in others - {url} for same in addresses(other)}


def visits_of(store: Store, manifests: Sequence[Manifest], urls: set[str]) -> list[dict[str, Any]]:
    """The lines in the logs of crawls about some addresses, each with its dataset."""
    visits = []
    quoted = {
        json.dumps(url, ensure_ascii=ascii).encode() for url in urls for ascii in (True, False)
    }
    for manifest in manifests:
        for file in manifest.files(LOG):
            with store.fetch(file).open("rb") as lines:
                for line in lines:
                    if any(url in line for url in quoted):
                        visit = json.loads(line)
                        if visit["url"] in urls:
                            visits.append({"dataset": str(manifest.reference), **visit})
    return visits


def files_with(store: Store, manifest: Manifest, value: str) -> list[File]:
    """The files to look into: of a large dataset those of the few shards that may hold the value."""
    if manifest.summary is None and manifest.total().rows < _LARGE:
        return manifest.files()
    numbers = shards_with(store, manifest, value)
    return [file for number in numbers for file in manifest.shards[number].files]
