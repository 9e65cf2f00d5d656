"""Takes documents out of all that is made from now on, and lists the datasets and models that have them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from cleaning.web.urls import canonical_url
from cleaning.withdrawals.orders import Order, above, addresses, columns_for, named_by, policy_of
from cleaning.withdrawals.reserved import check_kept
from flows.chain import withdrawals
from flows.chain.erasure import holds_documents, place_of, without_text
from flows.commands.questions.lookup import near_addresses, visits_of
from flows.commands.withdrawals.order_files import orders_in
from flows.stages import STAGES
from flows.store.patterns import patterns
from flows.store.place import existing_store
from flows.store.records import last_datasets, names
from pipeline.errors import UsageError
from pipeline.model.about import named
from pipeline.model.dataset import Manifest
from pipeline.model.record_ids import whole_id
from pipeline.store.store import Store

_STORED = (
    "kept",
    "unchanged",
    "status",
)  # outcomes in the log of a crawl whose record is in its files
_MOST = 20  # documents that are named
_TOLD = ("orders", "idle", "near", "documents", "twins", "text")  # which name addresses and files

Documents = Mapping[str, Mapping[str, str | None]]  # by id


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
    held = withdrawals.orders(store)
    numbers = {str(n): order for n, order in enumerate(held, 1)} if undo else {}
    if undo and (none := [w for w in words if w.isdecimal() and len(w) < 5 and w not in numbers]):
        raise UsageError(f"there is no order {none[0]}: {_many(len(held), 'order')} in all")
    new_orders = [numbers[word] for word in words if word in numbers]
    new_orders += orders_in([word for word in words if word not in numbers])
    # The rows of an erased text are still there, empty: no corpus may take them for documents.
    erased = without_text(store, new_orders) if undo else []
    kept_out = [Order("id", id, new_orders[0].at, "erased") for id in erased]
    undone = withdrawals.take_back(store, new_orders, kept_out) if undo else []
    fresh = [] if undo else withdrawals.add(store, new_orders)
    orders = withdrawals.orders(store)
    manifests = [m for r in store.references() if (m := store.manifest(r)) is not None]
    erasure = _erase(store, manifests, orders) if erase and orders else None
    documents, named_now = _documents(store, manifests, orders, fresh)
    idle = _idle(fresh, documents)
    near = near_addresses(store, manifests, [o.value for o in idle if o.kind == "url"])
    twins = _twins(store, manifests, set(documents))
    parts = _parts(store, manifests, set(documents))
    ids_in = {
        str(m.reference): present
        for m in manifests
        if (_holds(m) or _feeds(m)) and (present := _present(store, m, documents))
    }
    hits = {name: len(present) for name, present in ids_in.items()}
    textless = set(without_text(store, orders))
    texts = {str(m.reference) for m in manifests if _holds(m)}
    current = {
        recipe: {name: hits.get(name, 0) for name in sorted(set(last)) if name in texts}
        for recipe in store.backend.folders("runs")
        if (last := last_datasets(store, recipe).values())
    }
    models = _models(store, manifests, hits, documents)
    called = names(store)
    text = [f"taken back: {order.kind} {order.value}" for order in undone]
    if undone:
        text.append(
            "the next run has their documents again"
            + (", but for those that another order names" if orders else "")
        )
    if kept_out:
        text.append(
            f"but for {_many(len(kept_out), 'document')} whose text was erased: withdrawn by id"
        )
    text += [f"recorded: {order.kind} {order.value}" for order in fresh if order not in idle]
    text += [
        f"recorded: {order.kind} {order.value}, which names no document of this store, only what may come"
        + _meant(near.get(order.value))
        for order in idle
    ]
    text += [
        f"{word} is a part of a document: the whole of it is withdrawn"
        for word in words
        if not undo and (whole := whole_id(word)) and whole != word.lower()
    ]
    text += [f"not heard by {order.source}: {why}" for order, why in _unheard(manifests, fresh)]
    total = f"{_many(len(orders), 'order')} in all, naming {_many(len(documents), 'document')} of this store"
    if fresh and len(fresh) < len(orders):
        shown = {id: d for id, d in documents.items() if id in named_now}
        if shown:
            names_now = "names" if len(fresh) == 1 else "name"
            one = f"{_many(len(fresh), 'new order')} {names_now} {_many(len(shown), 'document')}"
            text.append(f"{one} of this store")
        text += [*_listed(shown, parts), total]
    else:
        text += [total, *_listed(documents, parts)]
    recorded = [*text, *(erasure["text"] if erasure else ())]
    text += [
        f"not withdrawn, but nearly the same as {twin['of']}: {twin['id']}  {twin['url'] or ''}".rstrip()
        for twin in twins
    ]
    text += erasure["text"] if erasure else []
    for name, present in ids_in.items():
        erased_here = _without(len(present & textless), len(present))
        text.append(f"{len(present)} of them in {name}{_called(called, name)}{erased_here}")
    for model in models:
        name, before = f"{model['dataset']}{_called(called, model['dataset'])}", model["from"]
        if model["documents"]:
            text.append(
                f"{name} learnt from {model['documents']:,} of them, in {model['steps']:,} steps"
            )
        else:
            text.append(f"{name} goes on from {before}{_called(called, before)}, which did")
    text += [_standing(recipe, counts) for recipe, counts in current.items()]
    newest = {name for counts in current.values() for name in counts}
    text += _earlier(
        [
            name
            for name in ids_in
            if name in texts and ids_in[name] - textless and name not in newest
        ]
    )
    if fresh and len(idle) == len(fresh):  # what earlier orders name was told when they were given
        text = [*recorded, "nothing was found now: what was recorded holds for what may come"]
    answer: dict[str, Any] = {
        "orders": [{"number": n, **order._asdict()} for n, order in enumerate(orders, 1)],
        "recorded": len(fresh),
        "taken_back": len(undone),
        "idle": [order.value for order in idle],
        "near": near,
        "documents": [
            {"id": id, "url": d["url"], "parts": parts.get(id, [])} for id, d in documents.items()
        ],
        "named_now": sorted(named_now),
        "twins": twins,
        "datasets": hits,
        "models": models,
        **({"erased": {k: v for k, v in erasure.items() if k != "text"}} if erasure else {}),
        "last_runs": current,
        "text": text,
    }
    return {**answer, **told({name: answer[name] for name in _TOLD}, patterns(store))}


def _holds(manifest: Manifest) -> bool:
    """Whether a dataset has the text to train on, or its tokens."""
    about = STAGES.get(manifest.stage)
    return about is not None and about.holds


def _feeds(manifest: Manifest) -> bool:
    """Whether the text to train on is made from a dataset."""
    about = STAGES.get(manifest.stage)
    return about is not None and about.feeds


def _many(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'s' * (count != 1)}"


def _listed(documents: Documents, parts: Mapping[str, list[str]]) -> list[str]:
    """A line a document, with what goes with it, and how many more there are."""
    lines = [
        f"    {id}  {d['url'] or d['place']}"
        + (f", and what its passages became: {', '.join(parts[id])}" if id in parts else "")
        for id, d in list(documents.items())[:_MOST]
    ]
    return [*lines, f"    and {len(documents) - _MOST:,} more"] if len(documents) > _MOST else lines


def _parts(
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


def _meant(near: Sequence[str] | None) -> str:
    return f": did you mean {' or '.join(near)}?" if near else ""


def _without(erased: int, count: int) -> str:
    """How many of some documents have no text any more, since it was erased."""
    return f", {f'{erased:,} ' * (erased < count)}without text" if erased else ""


def _standing(recipe: str, counts: Mapping[str, int]) -> str:
    """Whether what the stages of a recipe made last still holds withdrawn documents."""
    if not counts:
        return f"{recipe} has made no corpus, export or tokens"
    newest = f"the newest {_many(len(counts), 'dataset')} of text and tokens of {recipe}"
    if not any(counts.values()):
        return f"none of them in {newest}"
    datasets = sum(count > 0 for count in counts.values())
    return f"they are in {datasets:,} of {newest}: run it again"


def _earlier(names: Sequence[str]) -> list[str]:
    """That datasets which no recipe made last hold withdrawn text, and what takes it away."""
    if not names:
        return []
    one = len(names) == 1
    where, their = _many(len(names), "earlier dataset"), "it" if one else "them"
    return [
        f"they are in {where} ({', '.join(names)}): `tahona prune --keep-runs 1` deletes {their}, "
        f"and --erase takes the text out of {their}"
    ]


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
        f"erased, in {_many(len(done.files), 'file')}: {counts or 'nothing that was still there'}"
    ]
    if done.reports:
        text.append("reports quote texts, so they went too: the next run makes them again")
    text += [f"not in the store, and yours to erase: {place}" for place in done.outside[:_MOST]]
    if len(done.outside) > _MOST:
        text.append(f"    and {len(done.outside) - _MOST:,} more such places")
    return {
        "files": done.files,
        "counts": dict(sorted(done.counts.items())),
        "outside": done.outside,
        "text": text,
    }


def _twins(
    store: Store, manifests: Sequence[Manifest], withdrawn: set[str]
) -> list[dict[str, str | None]]:
    """The near-duplicates of withdrawn documents that are not withdrawn: `of` says of which."""
    import pyarrow.parquet as pq

    twins: dict[str, str] = {}
    for manifest in manifests if withdrawn else ():
        if "clusters" not in manifest.kinds:
            continue
        files = manifest.files("clusters")
        tables = [pq.read_table(store.fetch(f), columns=["id", "cluster"]) for f in files]
        pairs = [pair for t in tables for pair in zip(*t.to_pydict().values(), strict=True)]
        gone = {cluster: id for id, cluster in pairs if id in withdrawn}
        twins |= {
            id: gone[cluster] for id, cluster in pairs if cluster in gone and id not in withdrawn
        }
    twins |= _same_passages(store, manifests, withdrawn)
    wholes = {id: whole_id(id) or id for id in twins}
    urls = _urls(store, manifests, set(wholes.values()))
    return [{"id": id, "url": urls.get(wholes[id]), "of": of} for id, of in sorted(twins.items())]


def _same_passages(
    store: Store, manifests: Sequence[Manifest], withdrawn: set[str]
) -> Iterator[tuple[str, str]]:
    """The documents and passages that say what passages say, where one of the two is withdrawn and the other not: the
    one that stays, and the other.
    """
    for manifest in manifests if withdrawn else ():
        about = STAGES.get(manifest.stage)
        copies = named(about.copies)(manifest, store.fetch) if about and about.copies else {}
        for pair in copies.items():
            gone = [whole_id(id) in withdrawn for id in pair]
            if gone[0] != gone[1]:
                yield pair[gone[0]], pair[gone[1]]


def _urls(store: Store, manifests: Sequence[Manifest], ids: set[str]) -> dict[str, str | None]:
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    urls: dict[str, str | None] = {}
    for manifest in manifests if ids else ():
        for file in manifest.files("kept") if "documents" in manifest.kinds else ():
            table = pq.read_table(store.fetch(file), columns=["id", "url"])
            table = table.filter(pc.is_in(table["id"], pa.array(sorted(ids), pa.string())))
            urls |= dict(zip(table["id"].to_pylist(), table["url"].to_pylist(), strict=True))
    return urls


def _unheard(
    manifests: Sequence[Manifest], orders: Sequence[Order]
) -> Iterator[tuple[Order, UsageError]]:
    """The policies that need rights statements which a dataset did not keep with its documents, and why."""
    for order in orders:
        for manifest in manifests if order.kind == "rights" else ():
            if "documents" in manifest.kinds:
                try:
                    check_kept(policy_of(order), manifest)
                except UsageError as error:
                    yield order, error


def _documents(
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


def _present(
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
        if (made_from := store.manifest(reference)) and _holds(made_from):
            present |= _present(store, made_from, documents)
    return present


def _crawled(store: Store, manifest: Manifest, documents: Documents) -> set[str]:
    """The ids of the documents whose pages a crawl stored."""
    urls = {url for document in documents.values() if (url := document["url"])}
    visits = visits_of(store, [manifest], urls) if urls else []
    stored = {canonical_url(visit["url"]) for visit in visits if visit["outcome"] in _STORED}
    return {id for id, document in documents.items() if document["url"] in stored}


def _models(
    store: Store, manifests: Sequence[Manifest], hits: Mapping[str, int], documents: Documents
) -> list[dict[str, Any]]:
    """The models that learnt from documents: of how many, or `from` which that did they go on."""
    models = [m for m in manifests if "model" in m.kinds]
    tokens = {str(m.reference): m for m in manifests if "tokens" in m.kinds}
    learnt: dict[str, dict[str, Any]] = {}
    for model in models:
        read = [str(r) for r in model.inputs.get("tokens", []) if str(r) in hits]
        about = STAGES.get(model.stage)
        reads = named(about.reads)(model) if read and about and about.reads else None
        ids_of_each = (_present(store, tokens[name], documents, reads) for name in read)
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


def _called(called: dict[str, list[str]], name: str) -> str:
    return f"  ({', '.join(called[name])})" if called.get(name) else ""
