"""Follows a document through a store, by id, address or host: its record, every decision, its tokens and models."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from cleaning.corpus.orders import COLUMNS, RIGHTS, Order, named, order_of
from flows.chain import withdrawals
from flows.chain.place import existing_store
from flows.chain.records import names
from flows.chain.stages import STAGES
from pipeline.engines.spared import spare_pandas
from pipeline.errors import TahonaError, UsageError
from pipeline.model.dataset import File, Manifest
from pipeline.store.index import shards_with
from pipeline.store.store import Store
from training.tokenizer.stage import PERSONAL

_IDS = ("id", "document")
_LARGE = 200_000  # rows of a dataset of which a table tells the shards that hold a value
_MOST = 20  # documents of a host, or steps of a model, that are named
_BEGINNING = re.compile(r"[0-9a-f]{8,31}")  # of an id, as reports show it
_PLACEHOLDER = re.compile(rf"\[({'|'.join(PERSONAL.split())})\]")


def trace_document(what: str, store_url: str | None) -> dict[str, Any]:
    """Every row of the store about a document, by dataset, with the models that learnt from its tokens.

    `what` is its id or its address; of a host, what became of its documents. A UsageError where there is none.
    """
    import pyarrow  # noqa: F401 - nothing is spared before it is there

    spare_pandas()  # a third of a second, where the whole answer takes one
    store = existing_store(store_url)
    manifests = [m for r in store.references() if (m := store.manifest(r)) is not None]
    try:
        order = order_of(what)
    except TahonaError:
        order = None
    if order and order.kind == "host":
        return _trace_host(store, manifests, order.value)
    documents = [what]
    if order is None and _BEGINNING.fullmatch(what.strip()):
        documents = _beginning(store, manifests, what.strip())
    if order and order.kind == "url":
        documents = list(_documents(store, manifests, "url", {what.strip(), order.value}))
    rows: list[dict[str, Any]] = []
    for manifest in manifests:
        about = STAGES.get(manifest.stage)
        if about and about.columns:
            for document in documents:
                rows += _rows(store, manifest, about.columns, document)
    if not rows:
        raise UsageError(f"no dataset in {store.url} holds a document {what}")
    order_of_work = {name: i for i, name in enumerate(STAGES)}
    rows.sort(key=lambda row: (order_of_work[row["stage"]], row["dataset"], row["part"]))
    called = names(store)
    for row in rows:
        row["called"] = called.get(row["dataset"], [])
    withdrawn = _orders_of(withdrawals.orders(store), rows)
    without = _without(manifests, {row["dataset"] for row in rows}) if withdrawn else []
    models = _models(store, manifests, rows, called)
    return {
        "document": documents[0],
        "documents": documents,
        "rows": rows,
        "models": models,
        "withdrawn": [order._asdict() for order in withdrawn],
        "without": without,
        "text": [
            *(f"withdrawn on {o.at} ({o.source}): {o.kind} {o.value}" for o in withdrawn),
            *(f"    not in {name}{_named(called, name)}" for name in without),
            *(line for row in rows for line in _text(row)),
            *(_model_text(model) for model in models),
        ],
    }


def _orders_of(orders: Sequence[Order], rows: Sequence[dict[str, Any]]) -> list[Order]:
    """The orders of withdrawal that name the document of some rows."""
    import pyarrow as pa

    places = [row["row"] for row in rows if set(COLUMNS) <= row["row"].keys()]
    if not places:
        return []
    table = pa.table({name: pa.array([p[name] for p in places], pa.string()) for name in COLUMNS})
    said = [(place.get("metadata") or {}).get(RIGHTS) for place in places]
    table = table.append_column(RIGHTS, pa.array(said, pa.string()))
    return [order for order in orders if any(named([order], table).to_pylist())]


def _without(manifests: Sequence[Manifest], holding: set[str]) -> list[str]:
    """The corpora that were made under orders from datasets that hold a document, and don't hold it."""
    return [
        str(m.reference)
        for m in manifests
        if m.inputs.get(withdrawals.ROLE)
        and str(m.reference) not in holding
        and any(str(r) in holding for r in m.inputs.get("documents", []))
    ]


def _trace_host(store: Store, manifests: Sequence[Manifest], host: str) -> dict[str, Any]:
    """How many documents of a host there are, and what the decisions were."""
    documents = _documents(store, manifests, "host", {host})
    if not documents:
        raise UsageError(f"no dataset in {store.url} holds a document of the host {host}")
    counts: list[dict[str, Any]] = []
    called = names(store)
    for manifest in manifests:
        about = STAGES.get(manifest.stage)
        if about and about.columns and set(_KEYS) & set(about.columns):
            counted = _count(store, manifest, set(documents))
            if counted:
                dataset = str(manifest.reference)
                counts.append(
                    {"dataset": dataset, "called": called.get(dataset, []), "parts": counted}
                )
    text = [f"{len(documents):,} document{'s' * (len(documents) != 1)} of {host}"]
    text += [f"    {id}  {url}" for id, url in list(documents.items())[:_MOST]]
    for row in counts:
        text.append(f"{row['dataset']}{_called(row)}: {', '.join(map(_fate, row['parts']))}")
    return {
        "host": host,
        "documents": [{"id": id, "url": url} for id, url in documents.items()],
        "datasets": counts,
        "text": text,
    }


def _beginning(store: Store, manifests: Sequence[Manifest], start: str) -> list[str]:
    """The id that begins so. A UsageError where several do; the beginning itself where none does."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    ids: set[str] = set()
    for manifest in manifests:
        for file in manifest.files() if "documents" in manifest.kinds else ():
            if file.name.endswith(".parquet") and file.rows:
                with pq.ParquetFile(store.fetch(file)) as parquet:
                    if "id" in parquet.schema_arrow.names:
                        column = parquet.read(["id"])["id"]
                        ids |= set(column.filter(pc.starts_with(column, start)).to_pylist())
    if len(ids) > 1:
        some = ", ".join(sorted(ids)[:_MOST])
        raise UsageError(f"{len(ids)} documents have ids that begin with {start}: {some}")
    return list(ids) or [start]


_KEYS = ("rule", "id")  # of the tables whose rows of a host are counted


def _count(store: Store, manifest: Manifest, ids: set[str]) -> list[dict[str, Any]]:
    """The rows of some documents, by part and, where it has them, by rule; of edits also their characters.

    Of decisions the part is what was decided: kept, removed, or removed before (by an earlier stage).
    """
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    counts: dict[tuple[str, str | None], list[int]] = {}
    wanted = pa.array(sorted(ids), pa.string())
    for file in manifest.files():
        if not file.name.endswith(".parquet") or not file.rows:
            continue
        with pq.ParquetFile(store.fetch(file)) as parquet:
            names = parquet.schema_arrow.names
            columns = [c for c in ("id", "rule", "kept", "start", "end") if c in names]
            if "id" not in columns:
                continue
            table = parquet.read(columns=columns)
        for row in table.filter(pc.is_in(table["id"].cast(pa.string()), wanted)).to_pylist():
            rule, part = row.get("rule"), file.part
            if "kept" in row:
                part = "kept" if row["kept"] else "removed" if rule else "before"
            counted = counts.setdefault((part, rule), [0, 0])
            counted[0] += 1
            counted[1] += row["end"] - row["start"] if "end" in row else 0
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


def _documents(
    store: Store, manifests: Sequence[Manifest], column: str, values: set[str]
) -> dict[str, str]:
    """The documents with one of some values in a column: id and address."""
    import pyarrow.parquet as pq

    documents: dict[str, str] = {}
    for manifest in manifests:
        if "documents" not in manifest.kinds:
            continue
        for value in sorted(values):
            for file in _files(store, manifest, value, (column,)):
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


def _rows(
    store: Store, manifest: Manifest, columns: Sequence[str], document: str
) -> list[dict[str, Any]]:
    rows = []
    for file in _files(store, manifest, document, _IDS):
        if file.name.endswith(".parquet") and file.rows:
            for row in _search(store, file, columns, document):
                rows.append(
                    {
                        "stage": manifest.stage,
                        "dataset": str(manifest.reference),
                        "part": file.part,
                        "file": file.path,
                        "row": row,
                    }
                )
    return rows


def _files(store: Store, manifest: Manifest, value: str, columns: Sequence[str]) -> list[File]:
    """The files to look into: of a large dataset those of the few shards that may hold the value."""
    if manifest.summary is None and manifest.total().rows < _LARGE:
        return manifest.files()
    numbers = shards_with(store, manifest, value, columns)
    return [file for number in numbers for file in manifest.shards[number].files]


def _search(
    store: Store, file: File, columns: Sequence[str], document: str
) -> list[dict[str, Any]]:
    """The rows of a document; text is left where it is. Of sequences also which tokens of their file they are."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    path = store.fetch(file)
    names = pq.read_schema(path).names
    key = next((name for name in _IDS if name in names), None)
    if key is None:
        return []
    wanted = [key, *(c for c in columns if c in names and c != key)]
    # The statistics of a row group spare reading most of them.
    table = pq.read_table(path, columns=wanted, filters=[(key, "=", document)])
    rows: list[dict[str, Any]] = table.to_pylist()
    if rows and file.name.endswith((".train.parquet", ".validation.parquet", ".test.parquet")):
        whole = pq.read_table(path, columns=[key, "tokens"])
        ends = pc.cumulative_sum(whole["tokens"].cast("int64")).to_pylist()
        places = pc.indices_nonzero(pc.equal(whole[key], document)).to_pylist()
        for row, place in zip(rows, places, strict=True):
            row |= {"sequence": place, "from_token": ends[place] - row["tokens"]}
            row["to_token"] = ends[place]
    if rows and {"text", "language"} <= set(names):  # of a corpus: its text has placeholders
        held = pq.read_table(path, columns=["text"], filters=[(key, "=", document)])["text"]
        for row, text in zip(rows, held.to_pylist(), strict=True):
            if masked := Counter(_PLACEHOLDER.findall(text or "")):
                row["masked"] = dict(sorted(masked.items()))
    for row in rows:
        for name, value in row.items():
            if hasattr(value, "isoformat"):
                row[name] = value.isoformat()
    return rows


def _models(
    store: Store,
    manifests: Sequence[Manifest],
    rows: Sequence[dict[str, Any]],
    called: dict[str, list[str]],
) -> list[dict[str, Any]]:
    """The models that were trained on the tokens of some rows: `steps` of the run, `read` those that read them."""
    datasets = {row["dataset"] for row in rows}
    by_name = {str(m.reference): m for m in manifests}
    return [
        {
            "dataset": str(m.reference),
            "called": called.get(str(m.reference), []),
            "tokens": tokens,
            "steps": int(m.shards[-1].figures.get("steps", 0)) if m.shards else 0,
            "read": _steps(store, m, [by_name[name] for name in tokens], rows),
        }
        for m in manifests
        if "model" in m.kinds
        and (tokens := [str(r) for r in m.inputs.get("tokens", []) if str(r) in datasets])
    ]


def _steps(
    store: Store, model: Manifest, datasets: Sequence[Manifest], rows: Sequence[dict[str, Any]]
) -> list[int] | None:
    """The steps of a model that read a document's tokens; None where they can't be told."""
    from training.pretrain.seen import steps_that_read

    read: set[int] = set()
    for tokens in datasets:
        for row in rows:
            if row["dataset"] == str(tokens.reference) and row["part"].endswith("/train"):
                path = row["file"].removesuffix(".parquet") + ".bin"
                span = row["row"]["from_token"], row["row"]["to_token"]
                steps = steps_that_read(model, tokens, store.fetch, path, *span)
                if steps is None:
                    return None
                read |= set(steps.tolist())
    return sorted(read)


def _model_text(model: dict[str, Any]) -> str:
    name = f"{model['dataset']}{_called(model)}"
    if model["read"] is None:
        return f"{name} learnt from these tokens, in {model['steps']:,} steps"
    if not model["read"]:
        return f"{name} read none of these tokens in its {model['steps']:,} steps"
    some = ", ".join(f"{step:,}" for step in model["read"][:_MOST])
    more = f" and {len(model['read']) - _MOST:,} more" if len(model["read"]) > _MOST else ""
    return f"{name} read these tokens in {len(model['read']):,} of {model['steps']:,} steps: {some}{more}"


def _called(row: dict[str, Any]) -> str:
    return f"  ({', '.join(row['called'])})" if row["called"] else ""


def _named(called: dict[str, list[str]], name: str) -> str:
    return _called({"called": called.get(name, [])})


def _text(row: dict[str, Any]) -> list[str]:
    lines = [f"{row['stage']} ({row['part']})  {row['dataset']}{_called(row)}"]
    for name, value in row["row"].items():
        if isinstance(value, dict):
            value = ", ".join(f"{k} {v}" for k, v in value.items() if v is not None)
        if value is not None and name not in {"id", "document"}:
            lines.append(f"    {name}: {value}")
    return lines if len(lines) > 1 else []  # that it was measured there, too, tells nobody anything
