"""Erases the text of withdrawn documents from a store: every file that holds it is rewritten."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cleaning.web.urls import canonical_url, host_of
from cleaning.withdrawals.orders import COLUMNS, Order, addresses, below, columns_for, named_by
from flows.chain import withdrawals
from flows.stages import STAGES
from flows.store.patterns import patterns
from pipeline.errors import TahonaError
from pipeline.model import about as model
from pipeline.model.dataset import File, Manifest, Shard
from pipeline.store import erasures
from pipeline.store.backend import SHARD_RECORD
from pipeline.store.lock import hold
from pipeline.store.seal import sealed
from pipeline.store.store import Store

_WARC = ".warc.gz"
_TEXTS = ".txt.zst"  # texts alone, without ids
_SAMPLES = "samples"  # a figure of `export`: the beginnings of some texts


@dataclass
class Erasure:
    """By stage the rows, sequences or records erased; the files rewritten; other places that hold the text.

    `outside`: files that the store did not write, which are the user's.
    """

    counts: Counter[str] = field(default_factory=Counter)
    files: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    reports: bool = False


def erase(store: Store, manifests: Sequence[Manifest], orders: Sequence[Order]) -> Erasure:
    """Erases what the orders name. A TahonaError while a run uses the store."""
    with hold(store, "store", wait=False) as alone:
        if not alone:
            raise TahonaError(f"a run is using the store {store.url}: erase when it has ended")
        shards = list(erasures.shards(store))
        documents = dict(_documents(store, shards, orders))
        if not documents:
            return Erasure()
        erasure = Erasure(outside=_outside(store, manifests, documents))
        is_named = _addresses(orders, documents)
        texts = _texts(store, shards, documents)
        folder = store.work_folder()
        try:
            rewritten: dict[str, Path] = {}
            first: dict[str, erasures.Version] = {}
            for shard in shards:
                rewrites = _rewrite(store, shard, documents, texts, is_named, folder / shard.key)
                for name, (aside, count) in rewrites.items():
                    file = next(f for f in shard.files if f.name == name)
                    rewritten[file.path] = aside
                    first[file.path] = erasures.Version(file.bytes, file.sha256)
                    erasure.counts[shard.stage] += count
                if rewrites and _SAMPLES in shard.figures:
                    _forget_samples(store, manifests, shard, texts)
            note = {"at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", "documents": len(documents)}
            if rewritten:
                # Texts alone are found by those of the other files: after a kill in between these must still be there.
                # Tables of documents go last: from a text that is in one of them a run knows what is left to do.
                last = sorted(rewritten, key=lambda path: _turn(path, rewritten[path]))
                ordered = {path: rewritten[path] for path in last}
                noted = {id: row["url"] for id, row in documents.items()}
                if erasures.documents(store.backend) is None:  # erased before that was noted
                    noted = dict.fromkeys(without_text(store, withdrawals.orders(store))) | noted
                erasures.replace(store, manifests, ordered, first, note, noted)
            erasure.files = sorted(rewritten)
            erasure.reports = bool(store.backend.names("reports"))
            store.backend.remove("reports")  # they quote texts; the next run makes them again
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return erasure


def without_text(store: Store, orders: Sequence[Order]) -> list[str]:
    """The ids of the documents that orders name whose text was erased."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    from pipeline.model.record_ids import whole_ids

    written_anew = erasures.versions(store.backend)
    ids: set[str] = set()
    for shard in erasures.shards(store) if orders and written_anew else ():
        for file in _tables(shard):
            path = store.fetch(file)
            if file.path in written_anew and holds_documents(path):
                table = pq.read_table(path, columns=[*columns_for(orders), "text"])
                gone = pc.equal(pc.fill_null(table["text"], ""), "")
                gone = pc.and_(gone, named_by(orders, table))
                ids |= set(whole_ids(table["id"].filter(gone)).to_pylist())
    return sorted(ids)


def _documents(
    store: Store, shards: Sequence[Shard], orders: Sequence[Order]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """By id the address and the source of every document, kept or not, that orders name.

    A corpus has no address that masks changed: that of the table it was made from comes behind it.
    """
    import pyarrow.parquet as pq

    from pipeline.model.record_ids import whole_ids

    for shard in shards:
        for file in _tables(shard):
            path = store.fetch(file)
            if holds_documents(path):
                table = pq.read_table(path, columns=[*columns_for(orders), "source"])
                table = table.filter(named_by(orders, table))
                yield from zip(whole_ids(table["id"]).to_pylist(), table.to_pylist(), strict=True)


def _texts(store: Store, shards: Sequence[Shard], ids: Collection[str]) -> set[str]:
    """The texts of some documents as files of texts alone and samples hold them, where there are such; as `words`."""
    from cleaning.erasure import texts_of

    if not any(_alone(shard) or _SAMPLES in shard.figures for shard in shards):
        return set()
    files = [f for s in shards for f in s.files if f.name.endswith((".parquet", ".jsonl.zst"))]
    return {text for file in files for text in texts_of(store.fetch(file), ids)}


def _alone(shard: Shard) -> list[File]:
    return [file for file in shard.files if file.name.endswith(_TEXTS)]


def holds_documents(path: Path) -> bool:
    """Whether a table is one of documents with their text."""
    import pyarrow.parquet as pq

    return {*COLUMNS, "source", "text"} <= set(pq.read_schema(path).names)


def _turn(path: str, aside: Path) -> int:
    if path.endswith(_TEXTS):
        return 0
    return 2 if path.endswith(".parquet") and holds_documents(aside) else 1


def _tables(shard: Shard) -> list[File]:
    return [file for file in shard.files if file.name.endswith(".parquet")]


def _outside(
    store: Store, manifests: Sequence[Manifest], documents: dict[str, dict[str, Any]]
) -> list[str]:
    """The places outside the store that documents were read from: each with the path of its file.

    Of files of one name in one source any may hold the document: all their paths stand in its place. Personal data in
    a path is masked before words stand beside it, which would tell otherwise of it.
    """
    from cleaning.privacy.told import told

    masks = patterns(store)
    files = [f for m in manifests for f in m.files() if f.shard is None or m.edition]
    own = {(f.part, f.label) for f in files if f.shard is not None}
    paths: dict[tuple[str, str], set[str]] = {}
    for file in files:
        paths.setdefault((file.part, file.label), set()).add(file.path)
    sources = [row["source"] for row in documents.values() if isinstance(row["source"], dict)]
    return sorted(
        {
            place_of(source, told(" or ".join(sorted(paths.get(key, {source["file"]}))), masks))
            for source in sources
            if (key := (source["name"], source["file"])) not in own
        }
    )


def place_of(source: dict[str, Any], path: str | None = None) -> str:
    """Where a document was read from, in words; `path`: of the file, else the name that its source has for it."""
    unit = "row" if source["file"].endswith(".parquet") else "byte"
    return f"{path or source['file']}, {unit} {source['offset']:,} (source {source['name']})"


def _addresses(
    orders: Sequence[Order], documents: dict[str, dict[str, Any]]
) -> Callable[[str], bool]:
    """Whether a record of an address is to go: what orders name, and what documents were read from."""
    urls = {url for order in orders if order.kind == "url" for url in addresses(order.value)}
    urls |= {canonical_url(row["url"]) for row in documents.values() if row["url"]}
    hosts = {order.value for order in orders if order.kind == "host"}

    def is_named(url: str) -> bool:
        if not url.startswith("http"):
            return False
        return canonical_url(url) in urls or below(host_of(url) or "", hosts)

    return is_named


def _rewrite(
    store: Store,
    shard: Shard,
    ids: Collection[str],
    texts: Collection[str],
    is_named: Callable[[str], bool],
    folder: Path,
) -> dict[str, tuple[Path, int]]:
    """The files of a shard without the text of some documents, aside, by name, with what was erased of each."""
    from cleaning.erasure import erase_lines, erase_records, erase_rows, erase_texts

    folder.mkdir()
    files = {file.name: file for file in shard.files}
    rewritten: dict[str, tuple[Path, int]] = {}

    def path(name: str) -> Path:
        return store.fetch(files[name])

    for name in files:
        aside = folder / name
        if name.endswith(_WARC):
            rewritten[name] = aside, erase_records(path(name), aside, is_named)
        elif name.endswith(".jsonl.zst"):
            rewritten[name] = aside, erase_lines(path(name), aside, ids)
        elif name.endswith(_TEXTS):
            rewritten[name] = aside, erase_texts(path(name), aside, texts)
        elif name.endswith(".parquet"):
            rewritten[name] = aside, erase_rows(path(name), aside, ids)
    rewritten = {name: content for name, content in rewritten.items() if content[1]}
    if (about := STAGES.get(shard.stage)) and about.erase:
        rewritten |= model.named(about.erase)(files, path, shard.figures, ids, folder)
    return rewritten


def _forget_samples(
    store: Store, manifests: Sequence[Manifest], shard: Shard, texts: Collection[str]
) -> None:
    """Takes the beginnings of some texts out of the figures of a shard and of the datasets that name it."""
    from cleaning.erasure import words

    samples = [
        [language, sample]
        for language, sample in shard.figures[_SAMPLES]
        if not any(text.startswith(words(sample)) for text in texts)
    ]
    if samples == shard.figures[_SAMPLES]:
        return
    for each in (shard, *(s for m in manifests if not m.summary for s in m.shards)):
        if each.key == shard.key:
            each.figures[_SAMPLES] = samples
    place = f"shards/{shard.stage}/{shard.key}/{SHARD_RECORD}"
    store.backend.write(place, sealed(shard.to_json()))
    for manifest in manifests:
        if not manifest.summary and any(s.key == shard.key for s in manifest.shards):
            store.replace_manifest(manifest)
