"""Near-duplicates of withdrawn documents, and copies of their passages, that are not withdrawn themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flows.stages import STAGES
from pipeline.model.about import named
from pipeline.model.dataset import Manifest
from pipeline.model.record_ids import whole_id
from pipeline.store.store import Store


def twins_of(
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
    twins |= same_passages(store, manifests, withdrawn)
    wholes = {id: whole_id(id) or id for id in twins}
    urls = _urls(store, manifests, set(wholes.values()))
    return [{"id": id, "url": urls.get(wholes[id]), "of": of} for id, of in sorted(twins.items())]


def same_passages(
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
