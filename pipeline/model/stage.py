"""What a stage is: a function from datasets and parameters to a dataset, planned as tasks over shards.

A stage writes a `plan`, a generator that yields `Step`s and receives the committed shards of each:

    def plan(self, params, inputs, context):
        shards = yield Step("annotate", "cleaning.annotate.stage:annotate_shard", [Task(...), ...])
        return shards                         # in order: the shards of the dataset

The runner does everything else: keys, skipping what is committed, computing, checking, committing,
lineage. A task is a pure function of its parameters and of the bytes of its input files, both of which
are in its key; what changes no byte (an address, a number of threads) goes into `context`.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO, ClassVar, Generic, Literal, Protocol, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr
from typing_extensions import TypeVar  # of typing from Python 3.13: a variable with a default

from pipeline.model.dataset import File, Manifest, Shard
from pipeline.model.ledger import Ledger


class Params(BaseModel):
    """Parameters of a stage: typed, with defaults; an unknown name is an error."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    _folder: str = PrivateAttr("")

    def starting_at(self, folder: str | os.PathLike[str]) -> Self:
        """The same; relative paths that it names start at a folder, which stands in no key."""
        self._folder = os.fspath(folder)
        return self

    def local(self, path: str) -> str:
        """The path of a file of this machine that a parameter names."""
        return os.path.join(self._folder, os.path.expanduser(path))


def later(default: Any, **more: Any) -> Any:
    """A field of a model that was added after its stage was in use; `default` is the behaviour till then.

    It stands in keys and fingerprints only where it has another value, so that what was computed
    before it came keeps its name. `more` are arguments of pydantic's Field. Such a default is never
    changed: that would give two meanings to one key.
    """
    return Field(default, json_schema_extra={_LATER: True}, **more)


def free(default: Any, **more: Any) -> Any:
    """A field that changes no byte of what is made: it never stands in keys, fingerprints and records."""
    return Field(default, json_schema_extra={_FREE: True}, **more)


_LATER = "later"
_FREE = "free"


def hashed(params: BaseModel | Mapping[str, Any]) -> dict[str, Any]:
    """What of parameters stands in keys, fingerprints and records, as JSON: all but `free` fields and `later` defaults.

    A mapping is taken as it is. Inside a model the same holds of models in fields, lists and dictionaries.
    """
    if isinstance(params, BaseModel):
        return _without_later(params, params.model_dump(mode="json"))
    return dict(params)


def _without_later(value: Any, dumped: Any) -> Any:
    """`dumped`, which is the JSON of `value`, without the fields that have their later default."""
    # Called for each value of each of very many tasks; most are plain.
    if isinstance(value, (str, int, float, type(None))):
        return dumped
    if isinstance(value, BaseModel) and isinstance(dumped, dict):
        defaults = _later_defaults(type(value))
        return {
            name: _without_later(current, inner)
            for name, inner in dumped.items()
            if (default := defaults.get(name, _NONE)) is not _ANY
            and (current := getattr(value, name)) != default
        }
    if isinstance(value, Mapping):
        pairs = zip(value.values(), dumped.items(), strict=True)
        return {name: _without_later(current, inner) for current, (name, inner) in pairs}
    if isinstance(value, (list, tuple)):
        return [_without_later(*pair) for pair in zip(value, dumped, strict=True)]
    return dumped


_NONE = object()
_ANY = object()  # the default of a field that never stands there


@functools.cache
def _later_defaults(model: type[BaseModel]) -> dict[str, Any]:
    """By name, the defaults of the fields of a model that came later, and _ANY for those that are free."""
    marks = {
        name: field.json_schema_extra
        for name, field in model.model_fields.items()
        if isinstance(field.json_schema_extra, dict)
    }
    return {
        name: _ANY if _FREE in mark else model.model_fields[name].default
        for name, mark in marks.items()
        if _FREE in mark or _LATER in mark
    }


@dataclass(frozen=True)
class Input:
    """A named input: the kind of dataset it must be and the parts of it that the stage reads.

    `parts` None means all. A stage is recomputed when the parts it reads change, and only then.
    `optional`: may be absent. `many`: takes the datasets of that kind made so far, one of each stage, in the
    order of the work. `asked`: is filled only where a recipe names what it reads. `same`: what else the stage
    reads must have been made with this very one, where it was made with one of its kind; not what is `apart`.
    `files`: a group of files of the recipe of which one may stand there in place of a stage's dataset.
    """

    kind: str
    parts: tuple[str, ...] | None = None
    files: str | None = None
    optional: bool = False
    many: bool = False
    asked: bool = False
    same: bool = False
    apart: bool = False

    @property
    def needed(self) -> bool:
        """Whether there is nothing to do without it."""
        return not (self.optional or self.asked)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of dataset that may stand there."""
        return (self.kind,) if self.files is None else (self.kind, self.files)

    def parts_of(self, manifest: Manifest) -> tuple[str, ...] | None:
        """The parts of a dataset that are read: of files that a recipe names all."""
        return self.parts if self.kind in manifest.kinds else None


@dataclass(frozen=True)
class Task:
    """One shard to compute: files in by role, parameters, and what changes no byte (`context`).

    `params` is a model, or a mapping of what JSON can carry. Of the files only the bytes are in the
    key: what a kernel takes from a file's name or part must stand in `params` too. `inputs` names the files that the
    kernel reads, or may have to, and no others: the key changes with each of them. `formerly` is the same work as an
    earlier version of the stage named it: a shard that is committed under that key is taken for it.
    """

    inputs: Mapping[str, Sequence[File]]
    params: BaseModel | Mapping[str, Any] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)
    formerly: Task | None = None

    @functools.cached_property
    def hashed(self) -> dict[str, Any]:
        """What of the parameters is in the key, as JSON."""
        return hashed(self.params)


@dataclass(frozen=True)
class Step:
    """Tasks that may run at once, by one kernel named `module:function`; a barrier stands after them.

    `driver` runs them one after another in the runner's own process and main thread: for a tokenizer or
    a training run, which use all cores themselves or must hear a signal. `alone`: for what is about the whole
    dataset, as a global clustering, on the runner's machine and by one run at a time. `waits`:
    they wait for machines elsewhere and use next to no processor in the process that computes them, so many
    more of them run at once than there are processors, and what fails stops none of the others.
    """

    name: str
    kernel: str
    tasks: Sequence[Task]
    driver: bool = False
    alone: bool = False
    waits: bool = False


Plan = Generator[Step, list[Shard], list[Shard]]
Inputs = Mapping[str, list[Manifest]]


class Stage:
    """A stage: a name, a version, parameters, named inputs, the kinds of dataset it gives and a plan.

    `version` is raised when the stage's meaning changes, with the reason beside it; `versions` does
    the same for one of several steps, so that the others keep what they have. `libraries` are the
    distributions whose major.minor version decides the values (an extractor, a model): they are in
    the keys. `conserves` names the input whose kept documents must all arrive: the runner refuses to
    commit when `documents.in` is not what that input kept (of a `many` input, the last dataset; an
    absent one is skipped for the next name). `edition` marks a stage that observes the world (a
    crawl): what it has once committed can't be computed again. `exact` False: its bits depend on what
    computed them too (threads, device), so that what is lost may come out different when it is made again.
    """

    name: ClassVar[str]
    version: ClassVar[int] = 1
    versions: ClassVar[Mapping[str, int]] = {}
    gives: ClassVar[tuple[str, ...]]
    inputs: ClassVar[Mapping[str, Input]] = {}
    libraries: ClassVar[tuple[str, ...]] = ()
    conserves: ClassVar[tuple[str, ...]] = ()
    edition: ClassVar[bool] = False
    exact: ClassVar[bool] = True
    extra: ClassVar[str | None] = None  # the install extra that it needs, as in `.[train]`

    class Params(Params):
        pass

    def __init__(self, called: str | None = None) -> None:
        """`called` is what a recipe calls it: in messages, never in a key."""
        self.called = called or self.name

    def heard(self, params: Any, inputs: Inputs) -> dict[str, Any]:
        """What of its inputs' parameters the dataset hangs on, as JSON: the content of inputs alone need not say it."""
        return {}

    def plan(self, params: Any, inputs: Inputs, context: Mapping[str, Any]) -> Plan:
        """Yields steps, receives their shards, returns the shards of the dataset in order."""
        raise NotImplementedError


class Openable(Protocol):
    """What can be opened to be read: a path, or a file elsewhere of which a range is read."""

    def open(self, mode: Literal["rb"]) -> BinaryIO: ...


class Ranged(Openable, Protocol):
    """A file elsewhere whose bytes are fetched when they are read; `digest` is that of its range."""

    def digest(self) -> str: ...


class LocalFile:
    """An input file as a kernel sees it: a path on this machine, checked against its digest.

    Where its task takes a range of a large file elsewhere, `ranged` is what reads no more of it.

    What costs time for it, to fetch it or to read all of it, is done when the path is first asked for, once: a kernel
    that takes the digest alone, or finds that it needs nothing of the file, never has it fetched.
    """

    def __init__(
        self, path: Path | Callable[[], Path], file: File, ranged: Ranged | None = None
    ) -> None:
        self.file = file
        self.ranged = ranged
        self._path = path
        self._lock = Lock()

    @property
    def path(self) -> Path:
        """Where the file is. A TahonaError where it is gone, or is not what it was."""
        with self._lock:
            if not isinstance(self._path, Path):
                self._path = self._path()
            return self._path


P = TypeVar("P", default=dict[str, Any])


@dataclass
class Work(Generic[P]):
    """What a kernel is given: its parameters, its input files, and a place to write.

    `params` is the model that the kernel names in its signature (`work: Work[Model]`), else a dictionary.
    A kernel reads `inputs[role]`, writes files at `output(part, name)` and sets `ledger` (and
    `figures`). It may keep unfinished work in `scratch`, a folder that survives a kill and is removed
    when the shard is committed; only a step that is `driver` or `alone` has it to itself.
    `progress(done, total, unit)` may be called as often as it likes; `stopping()` is true once the
    run was asked to stop: finish what you are at, save, raise Stopped.
    """

    params: P
    context: dict[str, Any]
    inputs: dict[str, list[LocalFile]]
    folder: Path
    scratch: Path
    progress: Callable[[float, float | None, str], None] = lambda done, total, unit: None
    stopping: Callable[[], bool] = lambda: False
    ledger: Ledger = field(default_factory=Ledger)
    figures: dict[str, Any] = field(default_factory=dict)
    outputs: list[tuple[str, str, int | None]] = field(default_factory=list)

    def output(self, part: str, name: str, rows: int | None = None) -> Path:
        """The path at which to write a new file of `part`; Parquet files are counted by the runner."""
        if "/" in name or name in {"", ".", "..", "shard.json"}:
            raise ValueError(f"{name!r} is no file name")
        if any(name == declared for _, declared, _ in self.outputs):
            raise ValueError(f"the kernel declares {name!r} twice")
        self.outputs.append((part, name, rows))
        return self.folder / name

    def one(self, role: str) -> LocalFile:
        """The only input file of a role."""
        (file,) = self.inputs[role]
        return file
