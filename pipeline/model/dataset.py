"""What a dataset is: a manifest over shards, with its files, its counts and what it was made from.

A manifest holds no time and no machine, so that the same work gives the same bytes anywhere; who made
it, when and how fast is in the lineage events and in the record of the run.
"""

from __future__ import annotations

import functools
import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import Field, SkipValidation

from pipeline.model.canonical import Canonical, canonical_json, digest
from pipeline.model.ledger import Ledger


class File(Canonical):
    """One file of a dataset: its path in the store (an absolute path or URL for a file outside it).

    `rows` is the number of records, None where the format has none. `part` says which part of the
    dataset it belongs to (`kept`, `removed`, `decisions`, `lang=gl`, ...; for crawled and named files
    the name of their source). `shard` is the key of the shard that wrote it, None outside the store.
    A file that is known without having been read, on an object store, has no `sha256` and a `tag`: with
    its size it changes when the file does. `span` are the bytes from and to of a task that takes the
    records that begin there, None the whole file. `below` is the path of a file outside below the pattern
    that named it, where that is more than its name.
    """

    path: str
    part: str
    rows: int | None = None
    bytes: int
    sha256: str
    shard: str | None = None
    tag: str | None = Field(None, exclude_if=lambda tag: tag is None)
    span: tuple[int, int] | None = Field(None, exclude_if=lambda span: span is None)
    below: str | None = Field(None, exclude_if=lambda below: below is None)

    @property
    def identity(self) -> str:
        """The identity of the content in keys: the digest, or that of URL, size and tag."""
        return self.sha256 or digest([self.path, self.bytes, self.tag])

    def ranges(self, size: int) -> list[File]:
        """The file itself, or where it is larger than `size` its ranges of so many bytes."""
        if self.bytes <= size:
            return [self]
        starts = range(0, self.bytes, size)
        return [self.model_copy(update={"span": (n, min(n + size, self.bytes))}) for n in starts]

    @property
    def name(self) -> str:
        return self.path.rsplit("/", 1)[-1]

    @property
    def label(self) -> str:
        """What its records call the file: its place below the pattern that named it."""
        return self.below or self.name


class Shard(Canonical):
    """One committed shard: what it was computed from, what it holds, and its counts.

    `figures` are what a stage wants to remember of its work (a loss, a score): JSON, small. `read` are
    the digests, by path, of those input files that were known by a tag alone; of a range, that of its bytes.
    """

    key: str
    stage: str
    step: str
    params: dict[str, Any] = Field(default_factory=dict)
    files: list[File] = Field(default_factory=list)
    ledger: Ledger = Field(default_factory=Ledger)
    figures: dict[str, Any] = Field(default_factory=dict)
    read: dict[str, str] = Field(default_factory=dict, exclude_if=lambda read: not read)

    @staticmethod
    def adopting(
        shards: Sequence[Shard],
        ledger: Ledger,
        params: Mapping[str, Any] | None = None,
        figures: Mapping[str, Any] | None = None,
    ) -> Shard:
        """One shard of a dataset with the files of several, which steps of the same stage wrote: no file is copied.

        It stands in the manifest alone; its files stay where they are and keep the keys of their shards.
        """
        return Shard(
            key=digest([shard.key for shard in shards]),
            stage=shards[0].stage,
            step="adopted",
            params=dict(params or {}),
            files=[file for shard in shards for file in shard.files],
            ledger=ledger,
            figures=dict(figures or {}),
        )

    def part(self, name: str) -> list[File]:
        """The files of one part, in the order in which the shard wrote them."""
        return [f for f in self.files if f.part == name]

    def one(self, name: str) -> File:
        """The only file of a part; a KeyError where there is none or more."""
        files = self.part(name)
        if len(files) != 1:
            raise KeyError(f"shard {self.stage}/{self.key} has {len(files)} files of part {name}")
        return files[0]


class Shards(Sequence[Shard], ABC):
    """The shards of a very large dataset: read some thousand at a time, when they are used."""

    @abstractmethod
    def files(self, part: str | None) -> Iterator[File]:
        """All files in order, or those of one part."""

    @abstractmethod
    def stored(self) -> Iterator[Stored]:
        """The files that lie in the store, in order."""

    @abstractmethod
    def figures(self) -> Iterator[dict[str, Any]]:
        """The figures of each shard, in order."""


class Stored(NamedTuple):
    """What is needed to check that a file of the store exists and is whole."""

    path: str
    bytes: int
    sha256: str


class Partition(Canonical):
    """A table of the shards of a dataset from one to another, `name` beside its manifest."""

    name: str
    shards: int
    bytes: int
    sha256: str


class Total(Canonical):
    """How many files there are of a part, their records and their bytes."""

    files: int = 0
    rows: int = 0
    bytes: int = 0


class Summary(Canonical):
    """Totals and digests of all shards together, so that the shards need not be read for them.

    `contents` are the digests of `Manifest.content` by part, that of all parts under the empty name.
    """

    partitions: list[Partition]
    totals: dict[str, Total]
    contents: dict[str, str]


class Reference(Canonical):
    """The name of a dataset: stage and fingerprint."""

    stage: str
    fingerprint: str

    def __str__(self) -> str:
        return f"{self.stage}/{self.fingerprint}"


class Manifest(Canonical):
    """A dataset: created once, never changed. Nothing without a manifest is a dataset.

    `shards` lists the shards in order: side tables made from a dataset have theirs in the same order.
    `steps` names the shards of every step of the stage, so that the inner ones are kept with it.
    `kinds` says what it may be used as (`documents`; `decisions` and `clusters`; ...), `schemas` the
    columns of each Parquet part. An `edition` was observed (a crawl) and can't be computed again.

    Of a dataset of very many shards the manifest is a small head: it has a `summary`, and `shards` is a
    sequence that reads partitions as it is asked.
    """

    stage: str
    fingerprint: str
    kinds: list[str]
    version: int
    edition: bool = False
    params: dict[str, Any] = Field(default_factory=dict)
    libraries: dict[str, str] = Field(default_factory=dict)
    inputs: dict[str, list[Reference]] = Field(default_factory=dict)
    shards: SkipValidation[Sequence[Shard]] = Field(default_factory=list)
    steps: dict[str, list[str]] = Field(default_factory=dict)
    schemas: dict[str, dict[str, str]] = Field(default_factory=dict)
    ledger: Ledger = Field(default_factory=Ledger)
    summary: Summary | None = Field(None, exclude_if=lambda summary: summary is None)

    @property
    def reference(self) -> Reference:
        return Reference(stage=self.stage, fingerprint=self.fingerprint)

    def files(self, part: str | None = None) -> list[File]:
        """All files in shard order, or those of one part."""
        if isinstance(self.shards, Shards):
            return list(self.shards.files(part))
        return [f for s in self.shards for f in s.files if part is None or f.part == part]

    def shard_folders(self) -> set[str]:
        """Where in the store all shards lie that are kept with this dataset, inner steps included."""
        return {f"shards/{self.stage}/{key}" for keys in self.steps.values() for key in keys} | {
            file.path.rpartition("/")[0] for file in self.stored()
        }

    def stored(self) -> Iterator[Stored]:
        """The files that lie in the store, in shard order."""
        if isinstance(self.shards, Shards):
            return self.shards.stored()
        return (Stored(f.path, f.bytes, f.sha256) for f in self.files() if f.shard is not None)

    def figures(self) -> Iterator[dict[str, Any]]:
        """The figures of each shard, in order."""
        if isinstance(self.shards, Shards):
            return self.shards.figures()
        return (shard.figures for shard in self.shards)

    def total(self, parts: tuple[str, ...] | None = None) -> Total:
        """What the files of `parts` (None: all) come to. A file of two parts counts once, in a summary twice."""
        if self.summary is not None:
            totals = [t for p, t in self.summary.totals.items() if parts is None or p in parts]
        else:
            files = {f.path: f for f in self.files() if parts is None or f.part in parts}.values()
            totals = [Total(files=1, rows=f.rows or 0, bytes=f.bytes) for f in files]
        return Total(
            files=sum(t.files for t in totals),
            rows=sum(t.rows for t in totals),
            bytes=sum(t.bytes for t in totals),
        )

    @functools.cached_property
    def _contents(self) -> dict[tuple[str, ...] | None, str]:
        return {}

    def content(self, parts: tuple[str, ...] | None) -> str:
        """The digest of what a reader of `parts` (None: all) sees: equal content recomputes nothing below."""
        if self.summary is not None and (parts is None or len(parts) == 1):
            content = self.summary.contents.get(parts[0] if parts else "")
            if content is not None:  # else no shard has that part
                return content
        if parts not in self._contents:
            self._contents[parts] = content_of(self.shards, parts)
        return self._contents[parts]

    def to_json(self) -> dict[str, Any]:
        """The manifest as written: all files in one flat list, to which the shards point by number."""
        if self.summary is not None:
            return self.model_dump(mode="json", by_alias=True, exclude={"shards"})
        data = super().to_json()
        numbers: dict[tuple[str, str], int] = {}
        files: list[dict[str, Any]] = []
        for shard in data["shards"]:
            for file in shard["files"]:
                # One outside file may belong to two sources; a shard may stand in a dataset twice.
                if numbers.setdefault((file["path"], file["part"]), len(files)) == len(files):
                    files.append(file)
            shard["files"] = [numbers[f["path"], f["part"]] for f in shard["files"]]
        data["files"] = files
        return data

    @staticmethod
    def from_json(
        data: dict[str, Any], partitioned: Callable[[list[Partition]], Shards] | None = None
    ) -> Manifest:
        """Reads what `to_json` wrote; a pydantic ValidationError where it is not a manifest.

        `partitioned` gives the shards of one that has only their partitions.
        """
        data = dict(data)
        if "summary" in data:
            manifest = Manifest.model_validate(data)
            assert manifest.summary and partitioned
            manifest.shards = partitioned(manifest.summary.partitions)
            return manifest
        files = [File.model_validate(f) for f in data.pop("files")]
        data["shards"] = [
            Shard.model_validate({**s, "files": [files[n] for n in s["files"]]})
            for s in data["shards"]
        ]
        return Manifest.model_validate(data)


def content_of(shards: Iterable[Shard], parts: tuple[str, ...] | None) -> str:
    """The digest of what a reader of `parts` sees: of part, identity and, outside the store, name of each file."""
    # The canonical JSON of a list of all shards, which is never there as a whole.
    hashed = hashlib.sha256(b"[")
    for number, shard in enumerate(shards):
        files = [
            # Outside the store a file's name stands in its records, so it is content.
            [f.part, f.identity, f.label if f.shard is None else None]
            for f in shard.files
            if parts is None or f.part in parts
        ]
        hashed.update(b"," * bool(number) + canonical_json(files))
    hashed.update(b"]")
    return hashed.hexdigest()[:32]
