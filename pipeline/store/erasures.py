"""What was erased from a store: files that were written anew under their names, with all digests they have had.

Keys and manifests go on naming a file by its first digest: nothing is computed again after an erasure. The record
of the whole store is `erased.json`; beside the manifest of each dataset that names such files lies one of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.model.dataset import Manifest, Shard
from pipeline.store.backend import SHARD_RECORD, Backend, file_digest

if TYPE_CHECKING:
    from pipeline.store.store import Store

RECORD = "erased.json"
SEEN = (
    "erased-seen.json"  # paths of tables without a document that was erased, since the last erasure
)


class Version(NamedTuple):
    """What a file was at a time."""

    bytes: int
    sha256: str


def versions(backend: Backend) -> dict[str, list[Version]]:
    """By path the versions of each file that was rewritten, first the one that its manifests name."""
    try:
        record = json.loads(backend.read(RECORD))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    return {path: [Version(*version) for version in was] for path, was in record["files"].items()}


def documents(backend: Backend) -> dict[str, str | None] | None:
    """By id the addresses of the documents that were erased; None where that was not noted yet."""
    try:
        noted: dict[str, str | None] | None = json.loads(backend.read(RECORD)).get("documents")
    except (FileNotFoundError, NotADirectoryError):
        return None
    return noted


def shards(store: Store) -> Iterator[Shard]:
    """The records of all committed shards."""
    for stage in store.backend.folders("shards"):
        keys = store.backend.folders(f"shards/{stage}")
        paths = [f"shards/{stage}/{key}/{SHARD_RECORD}" for key in keys]
        for data in store.backend.read_all(paths):
            if data is not None:
                record = json.loads(data)
                record.pop("seal", None)
                yield Shard.model_validate(record)


def replace(
    store: Store,
    manifests: Sequence[Manifest],
    rewritten: Mapping[str, Path],
    first: Mapping[str, Version],
    note: Mapping[str, Any],
    noted: Mapping[str, str | None],
) -> None:
    """Puts files in the place of those of their paths; `first` is what manifests name, `note` why, and
    `noted` the addresses of the documents, by id.

    The records come before the files: after a kill in between both the old and the new file are known.
    """
    earlier = versions(store.backend)
    for path, aside in rewritten.items():
        new = Version(aside.stat().st_size, file_digest(aside))
        was = earlier.setdefault(path, [first[path]])
        if new != was[-1]:
            was.append(new)
    every = {**(documents(store.backend) or {}), **noted}
    store.backend.remove(SEEN)
    store.write_json(
        RECORD,
        {
            "files": {path: list(was) for path, was in sorted(earlier.items())},
            "documents": dict(sorted(every.items())),
        },
    )
    for manifest in manifests:
        inside = sorted({file.path for file in manifest.stored()} & earlier.keys())
        if set(inside) & rewritten.keys():
            place = f"datasets/{manifest.reference}/{RECORD}"
            notes = [*(store.read_json(place) or {}).get("erasures", []), dict(note)]
            files = {path: list(earlier[path]) for path in inside}
            store.write_json(place, {"erasures": notes, "files": files})
    for path, aside in rewritten.items():
        store.backend.write(path, aside.read_bytes())
    store.look_again()
