"""An object store as the place of a store, through fsspec: nothing is renamed, a record or manifest commits."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast
from urllib.parse import urlsplit

from pipeline.errors import UsageError
from pipeline.extras import install
from pipeline.store.backend import file_digest, owned_name
from pipeline.store.copies import cache_folder, copies_here
from pipeline.store.register import Registers
from pipeline.store.remote_errors import STORE, code, store_errors

# A request is tried so often, with pauses of chance that double: some 8 s in all.
ATTEMPTS = 5
# s3fs repeats all of that so often where an answer breaks off in the middle, or says SlowDown.
_ROUNDS = 3
_BLOCK = 64 * 2**20  # bytes of a file in memory while its digest is taken
_FEW = 32  # one of so many shards, or fewer, are asked for one by one, some at once; else all are listed
_AT_ONCE = 16  # requests
_TOGETHER = 1000  # small objects in memory that are read at once


@dataclass(frozen=True)
class Seen:
    """An object as it was found: its bytes, a tag that no other state has, and its age in seconds.

    The age is by the clock of the store, None where the store does not give it.
    """

    data: bytes
    tag: str
    age: float | None


class State(NamedTuple):
    """What identifies the state of a file outside the store: its size, and its tag or else its date ("": neither)."""

    size: int | None  # None where its service does not say
    change: str
    tagged: bool = True  # `change` is a tag, or a date of the web: the same however it is asked for


class RemoteBackend:
    """An object store. A missing object is a FileNotFoundError, all else a TahonaError in one sentence.

    What may pass by itself is tried again by the client library, and `transient` when it gives up.
    """

    def __init__(self, url: str, what: str = STORE) -> None:
        self.url, self._what = url.rstrip("/"), what
        try:
            import fsspec

            self._s3 = url.startswith(("s3://", "s3a://"))
            self._http = url.startswith(("http://", "https://"))
            if "@" in urlsplit(url).netloc:
                raise ValueError("it holds credentials, which belong into the environment")
            if self._s3 and not urlsplit(url).netloc:
                raise ValueError("it names no bucket")
            # Listings are never remembered: other machines write here too.
            options = {"use_listings_cache": False, **(_s3_options() if self._s3 else {})}
            self.fs, self.root = fsspec.core.url_to_fs(self.url, **options)
        except ImportError as error:
            needs = f"s3fs: {install('s3')}" if self._s3 else f"more: {error}"
            raise UsageError(f"the {what} {url} needs {needs}") from error
        except ValueError as error:
            raise UsageError(f"the {what} {url} can't be opened: {error}") from error
        except Exception as error:  # connections to several locations at once
            with self._errors():
                raise error
        if self._s3:
            self.fs.retries = _ROUNDS
        name = hashlib.sha256(self.url.encode()).hexdigest()[:16]
        self.workspace = cache_folder() / "work" / name
        self.copies = copies_here()
        self._registers = Registers(self)
        # Else s3fs requests the size first.
        self._whole = {"max_concurrency": 1} if self._s3 else {}

    def _errors(self) -> AbstractContextManager[None]:
        return store_errors(self.url, self._what)

    def _full(self, path: str) -> str:
        return f"{self.root}/{path}"

    def sizes(self, paths: Sequence[str], among: int = 0) -> list[int | None]:
        sizes: dict[str, int] = {}
        groups: dict[str, dict[str, list[str]]] = {}  # by stage, by folder
        for path in paths:
            folder = groups.setdefault("/".join(path.split("/")[:2]), {})
            folder.setdefault(os.path.dirname(path), []).append(path)
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            for folders in groups.values():
                # A listing tells of a thousand objects in one request, so it is asked for all of a
                # stage, but for a few shards among very many.
                if len(folders) > max(1, among // _FEW):
                    sizes |= self.files(os.path.commonpath(list(folders)))
                else:
                    for listed in threads.map(self._sizes_in, *zip(*folders.items(), strict=True)):
                        sizes |= listed
        return [sizes.get(path) for path in paths]

    def _sizes_in(self, folder: str, paths: Sequence[str]) -> dict[str, int]:
        if len(paths) > 1:
            return dict(self.files(folder))
        full = self._full(paths[0])
        with self._errors(), suppress(FileNotFoundError):
            # Of a key that is not there s3fs's `info` asks again, whether it is a folder.
            if self._s3:
                bucket, key, _ = self.fs.split_path(full)
                head = self.fs.call_s3("head_object", Bucket=bucket, Key=key)
                return {paths[0]: int(head["ContentLength"])}
            info = self.fs.info(full)
            if info["type"] == "file":
                return {paths[0]: int(info["size"])}
        return {}

    def read(self, path: str) -> bytes:
        with self._errors():
            return bytes(self.fs.cat_file(self._full(path), **self._whole))

    def read_all(self, paths: Sequence[str]) -> Iterator[bytes | None]:
        for start in range(0, len(paths), _TOGETHER):
            some = [self._full(path) for path in paths[start : start + _TOGETHER]]
            with self._errors():
                answers = self.fs.cat(some, on_error="return", **self._whole)
                for full in some:
                    answer = answers[full]
                    if isinstance(answer, Exception) and not isinstance(answer, FileNotFoundError):
                        raise answer
            yield from (None if isinstance(answers[f], Exception) else answers[f] for f in some)

    def create(self, path: str, data: bytes) -> bool:
        if self._s3:
            return self.put_if(path, data, None) is not None
        with self._errors():
            try:
                self.fs.pipe_file(self._full(path), data, mode="create")
            except FileExistsError:
                return False
        return True

    def write(self, path: str, data: bytes, lasting: bool = True) -> None:
        with self._errors():
            self.fs.pipe_file(self._full(path), data)

    def put_if(self, path: str, data: bytes, tag: str | None) -> str | None:
        """Writes a value only if its tag is this (None: if there is none); its new tag, or None.

        An answer that is lost on the way makes the library ask twice: then None may stand for one's
        own first success. On S3 a value is an object; elsewhere fsspec offers no conditional replacement,
        so it is a register.
        """
        if not self._s3:
            return self._registers.put_if(path, data, tag)
        with self._errors():
            return self._put_if_s3(path, data, tag)

    def _put_if_s3(self, path: str, data: bytes, tag: str | None) -> str | None:
        condition = {"IfNoneMatch": "*"} if tag is None else {"IfMatch": tag}
        bucket, key, _ = self.fs.split_path(self._full(path))
        for attempt in range(ATTEMPTS):
            try:
                answer = self.fs.call_s3(
                    "put_object", Bucket=bucket, Key=key, Body=data, **condition
                )
                return str(answer["ETag"])
            except OSError as error:
                if code(error) in {"PreconditionFailed", "NoSuchKey", "412"}:
                    return None
                if code(error) != "ConditionalRequestConflict" or attempt == ATTEMPTS - 1:
                    raise
                time.sleep(0.1 * 2**attempt)  # two wrote at once: S3 lets neither know, ask again
        raise AssertionError

    def look(self, path: str) -> Seen | None:
        """A value that `put_if` wrote, with its tag and age, or None."""
        if not self._s3:
            value = self._registers.look(path)
            return Seen(*value, None) if value else None
        from email.utils import parsedate_to_datetime

        try:
            with self._errors():
                bucket, key, _ = self.fs.split_path(self._full(path))
                head = self.fs.call_s3("head_object", Bucket=bucket, Key=key)
                now = parsedate_to_datetime(head["ResponseMetadata"]["HTTPHeaders"]["date"])
                age = (now - head["LastModified"]).total_seconds()
                return Seen(self.read(path), head["ETag"], age)
        except FileNotFoundError:
            return None

    def remove_if(self, path: str, tag: str) -> None:
        """Removes a value if its tag is this."""
        if not self._s3:
            return self._registers.remove_if(path, tag)
        with self._errors(), suppress(FileNotFoundError):
            bucket, key, _ = self.fs.split_path(self._full(path))
            try:
                self.fs.call_s3("delete_object", Bucket=bucket, Key=key, IfMatch=tag)
            except OSError as error:
                if code(error) not in {"PreconditionFailed", "412"}:
                    raise
        return None

    def values(self, prefix: str) -> list[str]:
        """Where below a folder `put_if` has written."""
        return [p for p, _ in self.files(prefix)] if self._s3 else self._registers.paths(prefix)

    def publish(self, folder: Path, path: str, digests: Mapping[str, str], record: str) -> bool:
        # What an unfinished shard left is written over, what is committed never is; the record, last, is made once.
        if self.sizes([f"{path}/{record}"]) != [None]:
            return False
        for name in sorted(digests):
            with self._errors():
                self.fs.put_file(str(folder / name), self._full(f"{path}/{name}"))
        if not self.create(f"{path}/{record}", (folder / record).read_bytes()):
            return False
        for name, sha256 in digests.items():
            self.copies.add(folder / name, sha256, None)  # the next stage reads it
        return True

    def fetch(self, path: str, sha256: str, folder: Path | None = None) -> Path | None:
        if copy := self.copies.get(sha256, Path(path).name, folder):
            return copy
        with self._download(path) as aside:
            return self.copies.add(aside, sha256, folder) if file_digest(aside) == sha256 else None

    def forget(self, digests: Iterable[str]) -> None:
        for sha256 in digests:
            self.copies.remove(sha256)

    def fetch_as(self, name: str, state: State, identity: str, folder: Path | None) -> Path | None:
        """A copy of a file as `states` saw it, None where it is another one now; `identity` names the copy."""
        sha256 = hashlib.sha256(identity.encode()).hexdigest()
        if copy := self.copies.get(sha256, name, folder):
            return copy
        with self._download(name) as aside:  # its state is looked at when all of it is here
            same = self.states([name]).get(name) == state
            return self.copies.add(aside, sha256, folder) if same else None

    @contextmanager
    def _download(self, path: str) -> Iterator[Path]:
        work = self.workspace / owned_name()
        work.mkdir(parents=True)
        try:
            aside = work / Path(path).name
            with self._errors():
                self.fs.get_file(self._full(path), str(aside))
            yield aside
        finally:
            shutil.rmtree(work, ignore_errors=True)

    def find(self, pattern: str) -> list[str]:
        """The URLs of the files below that a glob pattern (it starts with `/`) names, or of all.

        Where it names folders alone, of the files below these. Of one file on the web that is not there, a
        FileNotFoundError says what its server answers.
        """
        with self._errors():
            if pattern:
                matches = self.fs.glob(self.root + pattern, detail=True)
                paths = [path for path, info in matches.items() if info["type"] == "file"]
                paths = paths or [file for path in matches for file in self.fs.find(path)]
            elif self._http:  # fsspec would read it, for the links of a folder
                self._info(self.root)
                paths = [self.root]
            else:
                paths = self.fs.find(self.root)
            return sorted(self.fs.unstrip_protocol(path) for path in paths)

    def states(self, names: Sequence[str]) -> dict[str, State]:
        """By name, the states of the files of those names."""
        with self._errors():
            infos = self._infos([self._full(name) for name in names])
        by_name = {info["name"].rpartition("/")[2]: info for info in infos}
        return {name: _state(by_name[name]) for name in names if name in by_name}

    def _infos(self, paths: Sequence[str]) -> list[Mapping[str, Any]]:
        """What is told of files of one folder, and perhaps of others there; of some on the web each by itself."""
        if len(paths) > 1 and not self._http:
            with suppress(FileNotFoundError):
                return list(self.fs.ls(self.root, detail=True))
            return []
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            return [info for info in threads.map(self._info_if_there, paths) if info is not None]

    def _info_if_there(self, path: str) -> Mapping[str, Any] | None:
        with suppress(FileNotFoundError):
            return self._info(path)
        return None

    def _info(self, path: str) -> Mapping[str, Any]:
        try:
            return cast(Mapping[str, Any], self.fs.info(path))
        except FileNotFoundError as error:
            missing, cause = error, error.__cause__
        # On the web that stands for whatever went wrong. (Raised out here, it has no way back to what it caused.)
        if self._http and cause:
            if (status := getattr(cause, "status", None)) in {404, 410}:
                raise FileNotFoundError(errno.ENOENT, f"its server answers {status}", path)
            with store_errors(path, self._what):
                raise cause
        raise missing

    def open(self, name: str) -> BinaryIO:
        """A file as a stream that asks for each stretch when that is read, and for no more."""
        return cast(BinaryIO, self.fs.open(self._full(name), "rb", cache_type="none"))

    def digest_copy(self, name: str) -> str:
        """The digest of a file, which stays on this machine as a copy."""
        with self._download(name) as aside:
            sha256 = file_digest(aside)
            self.copies.add(aside, sha256, None)
        return sha256

    def digest(self, path: str, size: int) -> str:
        digest = hashlib.sha256()
        for start in range(0, size, _BLOCK):
            with self._errors():
                end = min(start + _BLOCK, size)
                digest.update(self.fs.cat_file(self._full(path), start=start, end=end))
        return digest.hexdigest()

    def files(self, prefix: str) -> Iterator[tuple[str, int]]:
        folder, _, name = self._full(prefix).rstrip("/").rpartition("/")
        with self._errors():
            # One request: of an empty folder s3fs asks twice more what it is.
            if self._s3 and folder:
                infos = self.fs.find(folder, detail=True, prefix=f"{name}/")
            else:
                infos = self.fs.find(self._full(prefix), detail=True)
        for full, info in sorted(infos.items()):
            yield full[len(self.root) + 1 :], int(info["size"])

    def folders(self, prefix: str) -> list[str]:
        return [name for name, kind in self._listed(prefix) if kind == "directory"]

    def names(self, prefix: str) -> list[str]:
        return [name for name, _ in self._listed(prefix)]

    def _listed(self, prefix: str) -> list[tuple[str, str]]:
        """By name and kind what lies in a folder, but for the mark that some tools put in for itself."""
        folder = self._full(prefix).rstrip("/")
        try:
            with self._errors():
                infos = self.fs.ls(folder, detail=True)
        except FileNotFoundError:
            return []
        entries = ((info["name"].rstrip("/"), info["type"]) for info in infos)
        return sorted((name.rsplit("/", 1)[-1], kind) for name, kind in entries if name != folder)

    def remove(self, path: str) -> None:
        with self._errors(), suppress(FileNotFoundError):
            self.fs.rm(self._full(path), recursive=True)


def _s3_options() -> dict[str, Any]:
    if "AWS_MAX_ATTEMPTS" in os.environ or "AWS_RETRY_MODE" in os.environ:
        return {}
    return {"config_kwargs": {"retries": {"mode": "standard", "total_max_attempts": ATTEMPTS}}}


def _state(info: Mapping[str, Any]) -> State:
    tag = info.get("ETag") or info.get("etag") or info.get("Last-Modified")
    dates = (info.get(key) for key in ("LastModified", "mtime", "created"))
    return State(info["size"], str(tag or next((d for d in dates if d), "")), bool(tag))
