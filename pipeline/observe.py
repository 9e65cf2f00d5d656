"""Observes files outside the store: which there are and what is in them, as a dataset that stages can read."""

from __future__ import annotations

import glob
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.dataset import File, Manifest, Shard, digest
from pipeline.errors import TahonaError, UsageError
from pipeline.store import RemoteBackend, Store, file_digest

CACHE = "observed.json"
_MAGIC = set("*?[")


def find(patterns: Sequence[str], folder: Path) -> list[str]:
    """The files that paths, folders or glob patterns name, in order, as absolute paths or URLs.

    Relative ones start at `folder`; a folder stands for all files below it, hidden ones apart. A
    UsageError where a pattern finds nothing.
    """
    found: dict[str, None] = {}
    for pattern in patterns:
        if "://" in pattern:
            matches = _find_remote(pattern)
        else:
            matches = _find_local(Path(folder, os.path.expanduser(pattern)))
        if not matches:
            raise UsageError(f"no file matches {pattern} (looked from {folder})")
        found.update(dict.fromkeys(matches))
    return list(found)


def _find_local(path: Path) -> list[str]:
    text = os.path.abspath(path)
    if os.path.isdir(text):
        return sorted(
            os.path.join(top, name)
            for top, _, names in os.walk(text)
            for name in names
            if not name.startswith(".")
        )
    if os.path.exists(text):
        return [text]
    if _MAGIC.isdisjoint(text):
        return []
    return sorted(p for p in glob.glob(text, recursive=True) if os.path.isfile(p))


def _find_remote(url: str) -> list[str]:
    import fsspec

    fs, path = fsspec.core.url_to_fs(url)
    found = fs.glob(path) if not _MAGIC.isdisjoint(path) else fs.find(path)
    return sorted(fs.unstrip_protocol(p) for p in found)


def observe(store: Store, sources: Mapping[str, Sequence[str]], commit: bool = True) -> Manifest:
    """The dataset `files/<fingerprint>` of the named files (absolute paths by source).

    With `commit` False nothing is written: for who only wants to know what a run would see.

    Each file is one shard with the name of its source as part. The digest of a local file is
    remembered with its size and time of change, so that a terabyte is read once. A file listed twice
    in one source counts once; two files of one source with the same name and bytes are one file.
    """
    cache: dict[str, list[Any]] = store.read_json(CACHE) or {}
    known = dict(cache)
    shards: list[Shard] = []
    seen: set[tuple[str, str, str]] = set()
    for source, paths in sources.items():
        for path in paths:
            size, sha256 = _digest(path, known)
            file = File(path=path, part=source, bytes=size, sha256=sha256)
            if (identity := (source, file.name, sha256)) in seen:
                continue
            seen.add(identity)
            key = digest([source, file.name, sha256])
            shards.append(Shard(key=key, stage="files", step="observe", files=[file]))
    if commit and known != cache:
        store.write_json(CACHE, known)
    # Paths are in the fingerprint (a manifest says where its files are), not in any key below.
    fingerprint = digest([[s.key, s.files[0].path] for s in shards])
    manifest = Manifest(
        stage="files", fingerprint=fingerprint, kinds=["files"], version=1, shards=shards
    )
    if commit:
        store.create_manifest(manifest)
    return manifest


def _digest(path: str, known: dict[str, list[Any]]) -> tuple[int, str]:
    try:
        if "://" in path:
            local = RemoteBackend(path.rpartition("/")[0]).fetch(path.rpartition("/")[2])
        else:
            local = Path(path)
        status = local.stat()
        stamp = [status.st_size, status.st_mtime_ns]
        if (entry := known.get(path)) is None or entry[:2] != stamp:
            known[path] = entry = [*stamp, file_digest(local)]
    except OSError as error:
        raise TahonaError(
            f"the input {path} can't be read: {os.strerror(error.errno or 0)}"
        ) from error
    return int(entry[0]), str(entry[2])
