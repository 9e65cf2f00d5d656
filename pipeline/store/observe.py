"""Observes files outside the store: which there are and what is in them, as a dataset that stages can read."""

from __future__ import annotations

import errno
import fnmatch
import functools
import logging
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.errors import TahonaError, UsageError
from pipeline.model.canonical import digest
from pipeline.model.dataset import File, Manifest, Shard
from pipeline.store.backend import file_digest
from pipeline.store.remote import RemoteBackend, State
from pipeline.store.remote_errors import INPUT
from pipeline.store.store import Store, storage_error

log = logging.getLogger(__name__)

CACHE = "observed.json"
NAMED = 3  # files that can't be read, of one source, that are named
_MAGIC = set("*?[")
_SHA256 = re.compile("[0-9a-f]{64}")


class MatchedPath(str):
    """The path or URL of a file; `below` is what of it lies below the fixed beginning of its pattern."""

    below: str

    @staticmethod
    def of(path: str, top: str) -> MatchedPath:
        """The file at `path`, found by a pattern that begins with the folder `top`."""
        file = MatchedPath(path)
        name = path.rpartition("/")[2]
        file.below = path.removeprefix(f"{top}/") if path.startswith(f"{top}/") else name
        return file


class Unreadable(UsageError):
    """Files of a `source` that are not there, though named, or that one may not read; by path the reason."""

    def __init__(self, source: str, why: Mapping[str, str]) -> None:
        some = "; ".join(f"{path}: {why[path]}" for path in list(why)[:NAMED])
        more = f"; and {len(why) - NAMED:,} more" if len(why) > NAMED else ""
        which = f"{len(why):,} inputs can't be read" if len(why) > 1 else "an input can't be read"
        super().__init__(f"{which} ({some}{more}): mend that, or choose files without")
        self.source = source


class _Unsized(OSError):
    """The service of a file does not say how large it is."""


def find(patterns: Sequence[str], folder: Path) -> list[str]:
    """The files that paths, folders or glob patterns name, in order, as absolute paths or URLs (each a `MatchedPath`).

    Relative ones start at `folder`; a folder stands for all files below it, hidden ones apart, and so do the folders
    that a pattern finds where it finds no file. Below a folder, as for `**`, links to folders are not followed; one
    that is named, or that `*` finds, is. A file that links give several paths is found once. A UsageError where a
    pattern finds nothing.
    """
    files: dict[str, str] = {}  # by the path without links
    for pattern in patterns:
        local = Path(folder, os.path.expanduser(pattern))
        matches = _find_remote(pattern) if "://" in pattern else _find_local(local)
        top = _fixed(pattern if "://" in pattern else os.path.abspath(local), matches)
        if not matches:
            empty = "://" not in pattern and local.is_dir()
            what = f"the folder {pattern} holds no file" if empty else f"no file matches {pattern}"
            raise UsageError(what if "://" in pattern else f"{what} (looked from {folder})")
        for path in matches:
            files.setdefault(path if "://" in path else _real(path), MatchedPath.of(path, top))
    return list(files.values())


def _fixed(pattern: str, matches: Sequence[str]) -> str:
    """The folder with which a pattern begins: its own path where that is a folder."""
    if _MAGIC.isdisjoint(pattern):
        return pattern.rpartition("/")[0] if matches == [pattern] else pattern.rstrip("/")
    while not _MAGIC.isdisjoint(pattern):
        pattern = pattern.rpartition("/")[0]
    return pattern


def _find_local(path: Path) -> list[str]:
    text = os.path.abspath(path)
    if os.path.isdir(text):
        return _files_only(_below_folder(text))
    if os.path.exists(text):
        return [text]
    if _MAGIC.isdisjoint(text):
        return []
    top = _fixed(text, ())
    matches = list(_matching(top or "/", text[len(top) + 1 :].split("/")))
    folders = (one for one in matches if os.path.isdir(one))
    return _files_only(matches) or _files_only(f for one in folders for f in _below_folder(one))


def _matching(folder: str, segments: Sequence[str]) -> Iterator[str]:
    """What the rest of a pattern names below a folder, some of it perhaps twice; what is hidden only by a dot."""
    segment, *rest = segments
    if segment == "**":
        for below in [folder, *_folders_below(folder)]:
            yield from _matching(below, rest or ["*"])
        return
    if _MAGIC.isdisjoint(segment):
        names = [segment]
    else:
        names = [
            name
            for name in fnmatch.filter(_listed(folder), segment)
            if segment.startswith(".") or not name.startswith(".")
        ]
    for path in (os.path.join(folder, name) for name in names):
        if not rest:
            yield path
        elif os.path.isdir(path):
            yield from _matching(path, rest)


def _listed(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except FileNotFoundError:
        return []
    except OSError as error:
        _tell(folder, f"a folder that can't be read: {error.strerror}")
        return []


def _folders_below(top: str) -> Iterator[str]:
    """The folders below a folder; links to others are reported and not followed."""
    for folder, folders, _ in os.walk(top, onerror=_unreadable):
        _leave_out(folder, folders)
        yield from (os.path.join(folder, name) for name in folders)


def _below_folder(top: str) -> Iterator[str]:
    """The files below a folder and the links to other folders, which are not followed; what is hidden left out."""
    for folder, folders, names in os.walk(top, onerror=_unreadable):
        _leave_out(folder, folders)
        for name in names:
            if not name.startswith("."):
                yield os.path.join(folder, name)


def _leave_out(folder: str, folders: list[str]) -> None:
    """Takes out of the folders in a folder what is hidden, and links."""
    folders[:] = [name for name in folders if not name.startswith(".")]
    links = {name for name in folders if os.path.islink(os.path.join(folder, name))}
    for name in sorted(links):
        _tell(os.path.join(folder, name), "a link to a folder, and is not followed")
    folders[:] = [name for name in folders if name not in links]


def _files_only(paths: Iterable[str]) -> list[str]:
    """Those that are files, sorted; of one that links give several paths its own, where that is among them."""
    files: dict[str, str] = {}
    unnamed: list[str] = []
    for path in sorted(set(paths)):
        if not _is_utf_8(path):
            unnamed.append(path)
        elif os.path.isfile(path):
            real = _real(path)
            files[real] = path if path == real else files.get(real, path)
        elif os.path.islink(path) and not os.path.exists(path):
            _tell(path, "a link to a place where nothing is, and is not read")
        elif os.path.exists(path) and not os.path.isdir(path):
            _tell(path, "no regular file, and is not read")
    if unnamed:
        first, more = os.fsencode(unnamed[0]).decode(errors="backslashreplace"), len(unnamed) - 1
        others = f" (and {more:,} more are such)" * bool(more)
        _tell(first, f"a name that is not UTF-8{others}, and is not read: rename it")
    return sorted(files.values())


def _is_utf_8(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _real(path: str) -> str:
    """The path of a file without links."""
    folder, name = os.path.split(path)
    return (
        os.path.realpath(path) if os.path.islink(path) else os.path.join(_real_folder(folder), name)
    )


@functools.lru_cache(maxsize=10_000)
def _real_folder(folder: str) -> str:
    return os.path.realpath(folder)


def _unreadable(error: OSError) -> None:
    raise TahonaError(f"the folder {error.filename} can't be read: {error.strerror}") from error


@functools.cache
def _tell(path: str, what: str) -> None:
    """Warns once why something is no input: left out in silence, nobody would miss it."""
    log.warning("%s is %s", path, what)


def _find_remote(url: str) -> list[str]:
    fixed, magic = url, ""
    while not _MAGIC.isdisjoint(fixed):
        fixed, _, last = fixed.rpartition("/")
        magic = f"/{last}{magic}"
    if url.startswith(("http://", "https://")) and url.endswith("/"):
        magic = "/**"  # a folder; without the slash it is a file
    try:
        return RemoteBackend(fixed, INPUT).find(magic)
    except FileNotFoundError as error:
        raise UsageError(f"there is no file {url}: {error.strerror or 'not found'}") from error


def observe(
    store: Store,
    sources: Mapping[str, Sequence[str]],
    commit: bool = True,
    kind: str = "files",
    terms: Mapping[str, Mapping[str, str]] | None = None,
) -> Manifest:
    """The dataset `<kind>/<fingerprint>` of the named files (absolute paths by source).

    With `commit` False nothing is written: for commands that only show what a run would read. `terms` is what the
    recipe says of the files by source (`domain`, `licence`, `terms`): parameters of the dataset, which its name holds
    too, and no key of what reads it, as it changes no byte there.

    Each file is one shard with the name of its source as part. The digest of a file on this machine is
    remembered with its size and time of change, so that a terabyte is read once. A file elsewhere is
    not read: it is known by URL, size and tag, or date on the web (or by the digest that an earlier version
    remembered), and the task that reads it records its digest. Where its service gives neither it is read. A file
    listed twice in one source counts once; two files of one source with the same name (and place below the pattern)
    and bytes are one file. One that went since its pattern found it is left out with a warning. Raises `Unreadable`, of
    the first source that has such, for files that can't be read.
    """
    cache = _cache(store)
    cached = dict(cache)
    shards: list[Shard] = []
    seen: set[tuple[str, str, str]] = set()
    states = _remote_states([path for paths in sources.values() for path in paths])
    for source, paths in sources.items():
        unreadable: dict[str, str] = {}
        for path in paths:
            try:
                file = _file(path, source, cached, states)
            except FileNotFoundError as error:
                if isinstance(path, MatchedPath) and "://" not in path:
                    _tell(path, "gone since it was listed, and is not read")
                else:
                    unreadable[path] = error.strerror or "not found or not allowed"
                continue
            except (PermissionError, _Unsized) as error:
                unreadable[path] = error.strerror or str(error) or "not allowed"
                continue
            except OSError as error:
                why = error.strerror or str(error)
                raise TahonaError(f"the input {path} can't be read: {why}") from error
            if (identity := (source, file.label, file.identity)) in seen:
                continue
            seen.add(identity)
            key = digest(list(identity))
            shards.append(Shard(key=key, stage=kind, step="observe", files=[file]))
        if unreadable:
            raise Unreadable(source, unreadable)
    # Paths are in the fingerprint (a manifest says where its files are), not in any key below.
    seen_at: list[Any] = [[s.key, s.files[0].path] for s in shards]
    params = {"sources": {name: dict(values) for name, values in terms.items()}} if terms else {}
    manifest = Manifest(
        stage=kind,
        fingerprint=digest([*seen_at, params] if params else seen_at),
        kinds=[kind],
        version=1,
        params=params,
        shards=shards,
    )
    if commit:
        _commit(store, manifest, cached if cached != cache else None)
    return manifest


def _commit(store: Store, manifest: Manifest, cache: dict[str, list[Any]] | None) -> None:
    try:
        if cache is not None:
            store.write_json(CACHE, cache)
        if store.manifest(manifest.reference) is None:
            store.create_manifest(manifest)
    except OSError as error:
        raise storage_error(store.url, error) from error


@functools.cache
def remembered(url: str) -> dict[str, list[Any]]:
    """Of the files that were observed for a store, by path: size, time of change, sha256."""
    return _cache(Store(url))


def _cache(store: Store) -> dict[str, list[Any]]:
    """What is remembered of files: size, date or tag, digest. Where that is damaged only time is lost."""
    try:
        content = store.read_json(CACHE)
    except ValueError:
        return {}
    entries = content.items() if isinstance(content, dict) else ()
    return {path: entry for path, entry in entries if _remembered(entry)}


def _remembered(entry: Any) -> bool:
    match entry:
        case [int(), int() | str(), str(sha256)]:
            return _SHA256.fullmatch(sha256) is not None
    return False


def _remote_states(paths: Sequence[str]) -> dict[str, State]:
    """The states of those that are URLs; one request a folder for all its files."""
    folders: dict[str, list[str]] = {}
    for path in dict.fromkeys(p for p in paths if "://" in p):
        folder, _, name = path.rpartition("/")
        folders.setdefault(folder, []).append(name)
    states: dict[str, State] = {}
    for folder, names in folders.items():
        in_folder = RemoteBackend(folder, INPUT).states(names)
        states |= {f"{folder}/{name}": state for name, state in in_folder.items()}
    return states


def _file(
    path: str, source: str, cached: dict[str, list[Any]], states: Mapping[str, State]
) -> File:
    if not _is_utf_8(path):
        raise TahonaError(f"the name of the input {path!r} is not UTF-8: rename it")
    state = states.get(path) if "://" in path else _local_state(path)
    if state is None:
        raise FileNotFoundError
    size, change, tagged = state
    if size is None:
        raise _Unsized("its service does not say how large it is: name a copy of it")
    entry = cached.get(path)
    if entry is None or entry[:2] != [size, change] or change == "":
        # What an earlier version remembered without a date keeps its keys, if it is still the same.
        if tagged and (entry is None or entry[1]):
            return File(
                path=path, part=source, bytes=size, sha256="", tag=str(change), below=_below(path)
            )
        if change == "":
            what = "a place that gives no tags and no dates: each file is fetched to see what it is, and again whenever"
            _tell(path.rpartition("/")[0], f"{what} it is looked at")
        cached[path] = entry = [size, change, _read(path)]
    return File(path=path, part=source, bytes=size, sha256=entry[2], below=_below(path))


def _below(path: str) -> str | None:
    """Where a file lies below its pattern, where that is more than its name."""
    below = path.below if isinstance(path, MatchedPath) else ""
    return below if "/" in below else None


def _local_state(path: str) -> tuple[int, int, bool]:
    status = os.stat(path)
    if not os.access(path, os.R_OK):  # also of one whose digest is remembered: a task is to read it
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
    return status.st_size, status.st_mtime_ns, False


def _read(path: str) -> str:
    if "://" not in path:
        return file_digest(Path(path))
    folder, _, name = path.rpartition("/")
    return RemoteBackend(folder, INPUT).digest_copy(name)
