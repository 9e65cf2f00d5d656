"""Follows a document through a store, by id, address or host: its record, every decision, its tokens and models."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
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
    MOST,
    addressed,
    documents_with,
    files_with,
    near_addresses,
    visits_of,
    whole_id,
)
from flows.stages import STAGES
from flows.store.patterns import patterns
from flows.store.place import existing_store
from flows.store.records import names
from pipeline.engines.pandas_import import skip_pandas
from pipeline.errors import TahonaError, UsageError
from pipeline.model.about import About, named
from pipeline.model.dataset import File, Manifest
from pipeline.model.record_ids import DIGITS, inner_id, whole_ids
from pipeline.store.store import Store

_IDS = ("id", "document")
_TABLE, _JSON_LINES = ".parquet", ".jsonl.zst"


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
        return _trace_host(store, manifests, order.value)
    if (
        order and order.kind == "id"
    ):  # of passages that became a document also the one that held them
        documents = list(dict.fromkeys((what.strip(), order.value)))
    else:
        documents = list(addressed(store, manifests, what))
        if not order and not documents:
            documents = [whole_id(store, manifests, what)]
    passages = [one for id in documents for one in _passages(store, manifests, id)]
    documents = list(dict.fromkeys((*documents, *passages)))
    rows: list[dict[str, Any]] = []
    for manifest in manifests:
        about = STAGES.get(manifest.stage)
        if about and about.columns:
            for document in documents:
                rows += _rows(store, manifest, about, document)
            rows += _lines(store, manifest, about, documents)
    called = names(store)
    if not rows:
        visits = _visits(store, manifests, what, order)
        if not visits:
            urls = [order.value] if order and order.kind == "url" else []
            near = near_addresses(store, manifests, urls)
            meant = f": did you mean {' or '.join(*near.values())}?" if near else ""
            if (
                not order and "." in what.partition("/")[0]
            ):  # a host and a path, as people write them
                meant = ": an address begins with https://"
            raise UsageError(f"no dataset in {store.url} holds a document {what}{meant}")
        return {
            **{"document": None, "documents": [], "rows": [], "models": []},
            **{"withdrawn": [], "without": [], "visits": visits},
            "text": [_visit_text(visit, called) for visit in visits],
        }
    order_of_work = {name: i for i, name in enumerate(STAGES)}
    rows.sort(key=lambda row: (order_of_work[row["stage"]], row["dataset"], row["part"]))
    for row in rows:
        row["called"] = called.get(row["dataset"], [])
    _tell_before(manifests, rows)
    orders = withdrawals.orders(store)
    _tell_others(store, manifests, rows, orders)
    withdrawn = _orders_of(orders, rows)
    without = _without(manifests, {row["dataset"] for row in rows}) if withdrawn else []
    removed = _removed(manifests, rows, {*documents} - {*passages})
    copies = _copies(store, manifests, documents)
    models = _models(store, manifests, rows, called)
    unnamed = _unnamed(manifests, rows)
    ids = {row["row"].get("id") for row in rows}
    absent = [documents[0]] if order and order.kind == "id" and documents[0] not in ids else []
    return {
        "document": documents[0],
        "documents": documents,
        "rows": rows,
        "models": models,
        "withdrawn": [order._asdict() for order in withdrawn],
        "without": without,
        "removed": removed,
        "copies": copies,
        "unnamed": unnamed,
        "visits": [],
        "text": [
            *(f"no dataset holds {id}: what follows is of {documents[1]}" for id in absent),
            *(f"withdrawn on {o.at} ({o.source}): {o.kind} {o.value}" for o in withdrawn),
            *(f"    not in {name}{_named(called, name)}" for name in without),
            *(line for row in rows for line in _text(row)),
            *(
                f"not in {one['dataset']}{_named(called, one['dataset'])}: removed there as {' or '.join(one['rules'])}"
                for one in removed
                if one["dataset"] not in without
            ),
            *(
                f"not in {one['dataset']}{_named(called, one['dataset'])}: {one['id']}, since {one['of']} says the same"
                for one in copies
            ),
            *(
                f"{one['dataset']}{_named(called, one['dataset'])} tells no ids: it was made from {one['of']}, which "
                "has it"
                for one in unnamed
            ),
            *(_model_text(model) for model in models),
        ],
    }


def _visits(
    store: Store, manifests: Sequence[Manifest], what: str, order: Order | None
) -> list[dict[str, Any]]:
    """What crawls know of an address of which there is no document."""
    if order is None or order.kind != "url":
        return []
    urls = {url for one in (order.value, normalise(what) or order.value) for url in addresses(one)}
    return visits_of(store, manifests, {what.strip(), *urls})


def _visit_text(visit: dict[str, Any], called: dict[str, list[str]]) -> str:
    """An address, and what became of it."""
    line = f"{visit['dataset']}{_named(called, visit['dataset'])}: {visit['url']}"
    became = f"{visit['outcome']} {visit.get('status') or ''}".strip()
    line += (
        ", fetched, and no document came of it"
        if became.startswith("kept")
        else f", not read: {became}"
    )
    line += f" ({visit['reason']})" if visit.get("reason") else ""
    return line + (f", linked from {visit['via']}" if visit.get("via") else "")


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


def _trace_host(store: Store, manifests: Sequence[Manifest], host: str) -> dict[str, Any]:
    """How many documents of a host there are, and what the decisions were."""
    documents = documents_with(store, manifests, "host", {host})
    if not documents:
        raise UsageError(f"no dataset in {store.url} holds a document of the host {host}")
    counts: list[dict[str, Any]] = []
    called = names(store)
    for manifest in manifests:
        about = STAGES.get(manifest.stage)
        if about and about.columns and set(_KEYS) & set(about.columns):
            counted = _count(store, manifest, about, set(documents))
            if counted:
                dataset = str(manifest.reference)
                counts.append(
                    {"dataset": dataset, "called": called.get(dataset, []), "parts": counted}
                )
    text = [f"{len(documents):,} document{'s' * (len(documents) != 1)} of {host}"]
    text += [f"    {id}  {url}" for id, url in list(documents.items())[:MOST]]
    for row in counts:
        text.append(f"{row['dataset']}{_called(row)}: {', '.join(map(_fate, row['parts']))}")
    return {
        "host": host,
        "documents": [{"id": id, "url": url} for id, url in documents.items()],
        "datasets": counts,
        "text": text,
    }


_KEYS = ("rule", "id")  # of the tables whose rows of a host are counted


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
    for file in manifest.files():
        if not file.name.endswith(".parquet") or not file.rows:
            continue
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
    for part, _, _ in _in_lines(store, manifest, about, ids):
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


def _rows(store: Store, manifest: Manifest, about: About, document: str) -> list[dict[str, Any]]:
    rows = []
    for file in files_with(store, manifest, document):
        if file.name.endswith(".parquet") and file.rows:
            for row in _search(store, file, about, document):
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


def _lines(
    store: Store, manifest: Manifest, about: About, documents: Sequence[str]
) -> list[dict[str, Any]]:
    """The rows of some documents in a dataset that is of JSON lines alone."""
    wholes = {id[:DIGITS] for id in documents}
    return [
        {
            "stage": manifest.stage,
            "dataset": str(manifest.reference),
            "part": part,
            "file": path,
            "row": {name: row[name] for name in about.columns if name in row},
        }
        for part, path, row in _in_lines(store, manifest, about, wholes)
        if row["id"] in documents
    ]


def _in_lines(
    store: Store, manifest: Manifest, about: About, ids: Collection[str]
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Part, path and line of some documents in the JSON lines of a dataset without tables, whose forms all hold the
    same.
    """
    from cleaning.erasure import rows_in

    if about.holds and not any(f.name.endswith(_TABLE) for f in manifest.files()):
        for file in manifest.files():
            if file.name.endswith(_JSON_LINES):
                for row in rows_in(store.fetch(file), ids):
                    yield file.part, file.path, row


def _unnamed(manifests: Sequence[Manifest], rows: Sequence[dict[str, Any]]) -> list[dict[str, str]]:
    """The datasets of texts without ids, as sentences alone are, with what they were made from that has a document."""
    having = {
        row["dataset"] for row in rows if row["stage"] in STAGES and STAGES[row["stage"]].holds
    }
    return [
        {"dataset": str(manifest.reference), "of": of}
        for manifest in manifests
        if (about := STAGES.get(manifest.stage)) and about.holds and about.columns
        if (files := manifest.files())
        and not any(f.name.endswith((_TABLE, _JSON_LINES)) for f in files)
        for of in dict.fromkeys(str(r) for read in manifest.inputs.values() for r in read)
        if of in having
    ]


def _search(store: Store, file: File, about: About, document: str) -> list[dict[str, Any]]:
    """The rows of a document, with what their stage tells of each; text is left where it is."""
    import pyarrow.parquet as pq

    path = store.fetch(file)
    names = pq.read_schema(path).names
    key = next((name for name in _IDS if name in names), None)
    if key is None:
        return []
    wanted = [key, *(c for c in about.columns if c in names and c != key)]
    # The statistics of a row group spare reading most of them.
    table = pq.read_table(path, columns=wanted, filters=[(key, "=", document)])
    rows: list[dict[str, Any]] = table.to_pylist()
    besides = named(about.rows)(path, key, document) if rows and about.rows else ()
    for row, more in zip(rows, besides, strict=False):  # a table may have nothing more to tell
        row |= more
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
    """The models that were trained on the tokens of some rows, and those that go on from one that read them.

    `steps` of the run, `read` those that read them (None where that is unknown), `from` the first model by whose
    weights it learnt from them: None where it has them from its own tokens, or not at all.
    """
    datasets = {row["dataset"] for row in rows}
    by_name = {str(m.reference): m for m in manifests}
    models = {str(m.reference): m for m in manifests if "model" in m.kinds}
    learners: dict[str, dict[str, Any]] = {}
    for name, model in models.items():
        if tokens := [str(r) for r in model.inputs.get("tokens", []) if str(r) in datasets]:
            read = _steps(store, model, [by_name[one] for one in tokens], rows)
            learners[name] = _model(model, called, tokens, read)
    # By way of which.
    learnt = {name: name for name, model in learners.items() if model["read"] != []}
    while after := {
        name: learnt[before]
        for name, model in models.items()
        if name not in learnt
        and (
            before := next((str(r) for r in model.inputs.get("model", []) if str(r) in learnt), "")
        )
    }:
        learnt |= after
        for name, first in after.items():
            learners[name] = learners.get(name) or _model(models[name], called, [], [])
            learners[name]["from"] = first
    return [learners[name] for name in models if name in learners]


def _model(
    model: Manifest,
    called: dict[str, list[str]],
    tokens: list[str],
    read: list[int] | None,
) -> dict[str, Any]:
    return {
        "dataset": str(model.reference),
        "called": called.get(str(model.reference), []),
        "tokens": tokens,
        "steps": int(model.shards[-1].figures.get("steps", 0)) if model.shards else 0,
        "read": read,
        "from": None,
    }


def _steps(
    store: Store, model: Manifest, datasets: Sequence[Manifest], rows: Sequence[dict[str, Any]]
) -> list[int] | None:
    """The steps of a model that read a document's tokens; None where they are unknown."""
    about = STAGES.get(model.stage)
    if about is None or about.steps is None:
        return None
    steps_of, read = named(about.steps), set[int]()
    for tokens in datasets:
        for row in rows:
            if row["dataset"] == str(tokens.reference):
                steps = steps_of(model, tokens, store.fetch, row["file"], row["row"])
                if steps is None:
                    return None
                read |= set(steps.tolist())
    return sorted(read)


def _passages(store: Store, manifests: Sequence[Manifest], id: str) -> list[str]:
    """The ids of the documents that passages of a document became."""
    passages = []
    for manifest in manifests:
        about = STAGES.get(manifest.stage)
        if about and about.passages:
            inner = (inner_id(id, language) for language in sorted(named(about.passages)(manifest)))
            passages += [each for each in inner if _rows(store, manifest, about, each)]
    return list(dict.fromkeys(passages))


def _copies(
    store: Store, manifests: Sequence[Manifest], documents: Sequence[str]
) -> list[dict[str, str]]:
    """The passages of some documents that became none, since another text says the same or nearly so."""
    return [
        {"dataset": str(manifest.reference), "id": id, "of": of}
        for manifest in manifests
        if (about := STAGES.get(manifest.stage)) and about.copies
        for id, of in named(about.copies)(manifest, store.fetch).items()
        if id[:DIGITS] in documents
    ]


def _model_text(model: dict[str, Any]) -> str:
    name = f"{model['dataset']}{_called(model)}"
    if model["from"]:
        return f"{name} learnt from these tokens by way of {model['from']}, whose weights it goes on from"
    if model["read"] is None:
        return f"{name} learnt from these tokens, in {model['steps']:,} steps"
    if not model["read"]:
        return f"{name} read none of these tokens in its {model['steps']:,} steps"
    some = ", ".join(f"{step:,}" for step in model["read"][:MOST])
    more = f" and {len(model['read']) - MOST:,} more" if len(model["read"]) > MOST else ""
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
    id = row["row"].get("id") or ""
    if len(lines) > 1 and id[DIGITS:].startswith("-"):
        lines.insert(1, f"    id: {id}, the passages in {id[DIGITS + 1 :]} of {id[:DIGITS]}")
    return lines if len(lines) > 1 else []  # that it was measured there too is no information
