"""Computes one shard, wherever it runs: inputs checked, kernel called, counts checked, files committed."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from pipeline.engines.pandas_import import skip_pandas
from pipeline.errors import Stopped, TahonaError, transient
from pipeline.model.canonical import canonical_json
from pipeline.model.dataset import File, Shard
from pipeline.model.kernel import load, params_for
from pipeline.model.stage import LocalFile, Work
from pipeline.store.backend import file_digest
from pipeline.store.observe import remembered
from pipeline.store.ranged import RangedFile
from pipeline.store.store import Store, altered, storage_error


@dataclass(frozen=True)
class Spec:
    """Everything that computes one shard, as JSON can carry it to another process or machine."""

    store: str
    stage: str
    step: str
    key: str
    kernel: str
    inputs: dict[str, list[dict[str, Any]]]
    params: dict[str, Any]
    context: dict[str, Any]

    @property
    def bytes_in(self) -> int:
        """The bytes of its inputs, of a range those of the range."""
        files = [f for files in self.inputs.values() for f in files]
        return sum(f["span"][1] - f["span"][0] if f.get("span") else f["bytes"] for f in files)

    @property
    def title(self) -> str:
        """How an error names the shard: stage, step, first input file, key."""
        return self.titled("")

    def titled(self, sentence: str) -> str:
        """The title for an error with this message: with the first input, unless the message names another."""
        paths = [f["path"] for files in self.inputs.values() for f in files]
        first = paths[0] if paths else ""
        others = {os.path.basename(path) for path in paths} - {os.path.basename(first)}
        of = f" of {first}" if first and not any(name in sentence for name in others) else ""
        return f"{self.stage} (step {self.step}{of}, shard {self.key})"


@dataclass
class Outcome:
    """What became of one shard: None for `error` when it is committed."""

    key: str
    error: str | None = None
    traceback: str | None = None
    stopped: bool = False
    transient: bool = False  # whether the error may pass by itself: a connection that broke
    # That can't be had now, and why, where the others can go on.
    sources: Mapping[str, str] = field(default_factory=dict)
    shard: dict[str, Any] = field(default_factory=dict)


Done = Callable[[Outcome], None]
Progress = Callable[[str, float, float | None, str], None]

_verified: set[tuple[int, int, int, int, str]] = set()
_verified_lock = Lock()


def compute(
    spec: Spec,
    progress: Progress = lambda key, done, total, unit: None,
    stopping: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Computes and commits a shard; never raises but for a request to stop in its own thread."""
    folder: Path | None = None
    try:
        store = Store(spec.store)
        if (shard := store.shard(spec.stage, spec.key)) is None:
            folder = store.work_folder()
            shard = _compute(store, spec, folder, progress, stopping)
        return Outcome(spec.key, shard=shard.to_json())
    except Stopped as stop:
        return Outcome(spec.key, error=str(stop) or "stopped on request", stopped=True)
    except TahonaError as error:
        return _failed(spec, f"{spec.titled(str(error))}: {error}", error)
    except MemoryError as error:
        return _failed(spec, f"{spec.title} ran out of memory", error)
    except Exception as error:
        if (cause := _of_the_disk(error)) is not None:
            return _failed(spec, str(storage_error(spec.store, cause)), error)
        kind = "" if isinstance(error, OSError) else f"{type(error).__name__}: "
        reason = f"{kind}{error}".partition("\n")[0]
        return _failed(spec, f"{spec.title} failed: {reason}", error)
    finally:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
            _give_back()


def _give_back() -> None:
    """Gives the machine what a kernel has freed: Arrow and the C library keep it in pieces, which add up by step."""
    if arrow := sys.modules.get("pyarrow"):
        arrow.default_memory_pool().release_unused()
    with suppress(AttributeError):  # of another C library
        ctypes.CDLL(None).malloc_trim(0)


def _failed(spec: Spec, sentence: str, error: Exception) -> Outcome:
    lost = dict(error.sources) if isinstance(error, TahonaError) else {}
    trace = traceback.format_exc()
    return Outcome(spec.key, sentence, trace, transient=transient(error), sources=lost)


_STORAGE_ERRORS = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EFBIG}


def _of_the_disk(error: Exception) -> OSError | None:
    """The disk's error behind an exception, also where a library (Arrow, safetensors) passes on its message only."""
    if isinstance(error, OSError) and error.errno is not None:
        return error if error.errno in _STORAGE_ERRORS else None
    for code in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG):
        if os.strerror(code) in str(error):
            return OSError(code, os.strerror(code))
    return None


def _compute(
    store: Store, spec: Spec, folder: Path, progress: Progress, stopping: Callable[[], bool]
) -> Shard:
    scratch = store.scratch(spec.stage, spec.key)
    scratch.mkdir(parents=True, exist_ok=True)
    (folder / "files").mkdir()
    kernel = load(spec.kernel)
    skip_pandas()
    work = Work(
        params=params_for(kernel, spec.params),
        context=spec.context,
        inputs={
            role: [_input(store, File.model_validate(f), folder / "inputs") for f in files]
            for role, files in spec.inputs.items()
        },
        folder=folder / "files",
        scratch=scratch,
        progress=lambda done, total, unit: progress(spec.key, done, total, unit),
        stopping=stopping,
    )
    kernel(work)
    shard = store.commit(_collect(spec, work), work.folder)
    shutil.rmtree(scratch, ignore_errors=True)
    return shard


def _input(store: Store, file: File, folder: Path) -> LocalFile:
    """An input as its kernel sees it. What is known without reading is looked at before the work begins: what lies in
    a store on this machine. What was known by a tag alone gets its digest here, which the shard records; of what a
    range is taken no more is fetched than is read.
    """
    if file.tag is not None and file.span is not None:
        ranged = RangedFile(store, file, file.span, folder)
        return LocalFile(lambda: _fetch(store, file, folder).path, file, ranged)
    if file.tag is not None or (file.shard is not None and store.path(file.path) is not None):
        return _fetch(store, file, folder)
    return LocalFile(lambda: _fetch(store, file, folder).path, file)


def _fetch(store: Store, file: File, folder: Path) -> LocalFile:
    """An input on this machine, the one that was committed or observed.

    Of a file of the store the size is compared (`verify` reads all of it), of one outside, which
    others may change, the digest, once a process. One that was known by a tag alone gets its digest here.
    """
    try:
        path = store.fetch(file, folder)
        status = path.stat()
        if file.shard is not None and (
            status.st_size == file.bytes or store.erased(file.path, status.st_size)
        ):
            return LocalFile(path, file)
        if file.tag is not None:  # fetched as what it was
            return LocalFile(path, file.model_copy(update={"sha256": file_digest(path)}))
        if file.span is not None:  # else each of its ranges would cost reading all of it
            seen = remembered(store.url).get(file.path)
            if seen == [status.st_size, status.st_mtime_ns, file.sha256]:
                return LocalFile(path, file)
        # A copy of a file has a new path for each shard, and stays the same file.
        state = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
        key = (*state, file.sha256)
        with _verified_lock:
            if key in _verified:
                return LocalFile(path, file)
        same = status.st_size == file.bytes and file_digest(path) == file.sha256
    except FileNotFoundError as error:
        raise TahonaError(f"the input {file.path} is missing: restore it or run again") from error
    except OSError as error:
        raise TahonaError(f"the input {file.path} can't be read: {error}") from error
    if not same:
        raise altered(file)
    with _verified_lock:
        _verified.add(key)
    return LocalFile(path, file)


def _collect(spec: Spec, work: Work[Any]) -> Shard:
    _check_output(work)
    files = []
    for part, name, rows in work.outputs:
        path = work.folder / name
        files.append(
            File(
                path=f"shards/{spec.stage}/{spec.key}/{name}",
                part=part,
                rows=_parquet_rows(path) if name.endswith(".parquet") else rows,
                bytes=path.stat().st_size,
                sha256=file_digest(path),
                shard=spec.key,
            )
        )
    shard = Shard(
        key=spec.key,
        stage=spec.stage,
        step=spec.step,
        params=spec.params,
        files=files,
        ledger=work.ledger,
        figures=work.figures,
        read={
            local.file.path: local.ranged.digest() if local.ranged else local.file.sha256
            for files in work.inputs.values()
            for local in files
            if local.file.tag is not None
        },
    )
    wrong = shard.ledger.imbalance() or _miscounted(shard)
    if wrong:
        raise TahonaError(f"not committed, because {wrong}")
    return shard


def _check_output(work: Work[Any]) -> None:
    """Checks the output of a kernel; a ValueError that names what is wrong."""
    written = {p.name for p in work.folder.iterdir()}
    declared = {name for _, name, _ in work.outputs}
    if stray := written - declared:
        raise ValueError(f"the kernel left files that it did not declare: {sorted(stray)}")
    if missing := declared - written:
        raise ValueError(f"the kernel did not write what it declared: {sorted(missing)}")
    try:
        canonical_json(work.figures)
    except (TypeError, ValueError) as error:
        raise ValueError(f"the figures {work.figures} can't be written as JSON: {error}") from error


def _miscounted(shard: Shard) -> str | None:
    """The part whose number of rows differs from the ledger's, in words; None where all agree."""
    documents = shard.ledger.documents
    if documents is None:
        return None
    claimed = {
        "kept": documents.kept,
        "removed": sum(documents.removed.values()),
        "quarantined": documents.quarantined,
    }
    for part, count in claimed.items():
        files = [f for f in shard.part(part) if f.rows is not None]
        if files and sum(f.rows or 0 for f in files) != count:
            return f"{part} holds {sum(f.rows or 0 for f in files)} rows, the ledger says {count}"
    return None


def _parquet_rows(path: Path) -> int:
    import pyarrow.parquet

    return int(pyarrow.parquet.read_metadata(os.fspath(path)).num_rows)
