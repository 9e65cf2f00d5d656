"""What a dataset is: a manifest over shards, with its files, its counts and what it was made from.

A manifest holds no time and no machine, so that the same work gives the same bytes anywhere; who made
it, when and how fast is in the lineage events and in the record of the run.
"""

from __future__ import annotations

import functools
import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, SkipValidation


def canonical_json(value: Any) -> bytes:
    """The one JSON encoding that is hashed: sorted keys, no spaces, UTF-8.

    A ValueError for what JSON has no form for (a NaN, say), a TypeError for what is no JSON at all.
    """
    return _CANONICAL.encode(value).encode()


# Made once: `json.dumps` makes one for each value, which takes as long again.
_CANONICAL = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
)


def digest(value: Any) -> str:
    """Hex sha256 of the canonical JSON of `value`, cut to 32 digits (128 bits name a shard well enough)."""
    return hashlib.sha256(canonical_json(value)).hexdigest()[:32]


class _Record(BaseModel):
    # Defaults that may change are made by a factory: a copy of one, for each record, takes longer than all the rest.
    model_config = ConfigDict(populate_by_name=True, extra="forbid")

    def to_json(self) -> dict[str, Any]:
        return self.model_dump(mode="json", by_alias=True)


class Documents(_Record):
    """Where each input record of a shard went; each is counted once.

    `parted` are documents made of what others held, which are kept and did not come in.
    """

    in_: int = Field(0, alias="in")
    kept: int = 0
    removed: dict[str, int] = Field(default_factory=dict)
    quarantined: int = 0
    # Where there are none it stands in no record, as before it came.
    parted: int = Field(0, exclude_if=lambda count: not count)

    def balance(self) -> int:
        """Records that are unaccounted for: 0 when everything is conserved."""
        went = self.kept + sum(self.removed.values()) + self.quarantined
        return self.in_ + self.parted - went

    def lowest(self) -> int:
        """The smallest count; a negative one could hide a loss elsewhere."""
        return min(self.in_, self.kept, *self.removed.values(), self.quarantined, self.parted)


class Characters(_Record):
    """Where each code point of the input text went; what a removed document held counts as cut by its rule.

    `placeholders` are the code points written in place of masked ones: new text, so outside the sum.
    """

    in_: int = Field(0, alias="in")
    kept: int = 0
    cut: dict[str, int] = Field(default_factory=dict)
    masked: dict[str, int] = Field(default_factory=dict)
    placeholders: int = 0

    def balance(self) -> int:
        """Code points that are unaccounted for: 0 when everything is conserved."""
        return self.in_ - self.kept - sum(self.cut.values()) - sum(self.masked.values())

    def lowest(self) -> int:
        """The smallest count; a negative one could hide a loss elsewhere."""
        return min(
            self.in_, self.kept, *self.cut.values(), *self.masked.values(), self.placeholders
        )


def _total(rules: Iterable[dict[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for counts in rules:
        for rule, n in counts.items():
            total[rule] = total.get(rule, 0) + n
    return dict(sorted(total.items()))


class Ledger(_Record):
    """The counts of one shard or of a whole dataset; None for those that its stage does not count."""

    documents: Documents | None = None
    characters: Characters | None = None

    @staticmethod
    def total(ledgers: Iterable[Ledger]) -> Ledger:
        """The sum of many ledgers, rule by rule."""
        ledgers = list(ledgers)
        documents = [x.documents for x in ledgers if x.documents]
        characters = [x.characters for x in ledgers if x.characters]
        return Ledger(
            documents=Documents(
                in_=sum(d.in_ for d in documents),
                kept=sum(d.kept for d in documents),
                removed=_total(d.removed for d in documents),
                quarantined=sum(d.quarantined for d in documents),
                parted=sum(d.parted for d in documents),
            )
            if documents
            else None,
            characters=Characters(
                in_=sum(c.in_ for c in characters),
                kept=sum(c.kept for c in characters),
                cut=_total(c.cut for c in characters),
                masked=_total(c.masked for c in characters),
                placeholders=sum(c.placeholders for c in characters),
            )
            if characters
            else None,
        )

    def imbalance(self) -> str | None:
        """One clause that says which sum is wrong, or None when everything is conserved."""
        for name, counts in (("documents", self.documents), ("characters", self.characters)):
            if counts is None:
                continue
            if counts.lowest() < 0:
                return f"a count of {name} is negative"
            if missing := counts.balance():
                word = "lost" if missing > 0 else "doubled"
                return f"{abs(missing)} of {counts.in_} {name} are {word}"
        return None


class File(_Record):
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


class Shard(_Record):
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


class Partition(_Record):
    """A table of the shards of a dataset from one to another, `name` beside its manifest."""

    name: str
    shards: int
    bytes: int
    sha256: str


class Total(_Record):
    """How many files there are of a part, their records and their bytes."""

    files: int = 0
    rows: int = 0
    bytes: int = 0


class Summary(_Record):
    """Totals and digests of all shards together, so that the shards need not be read for them.

    `contents` are the digests of `Manifest.content` by part, that of all parts under the empty name.
    """

    partitions: list[Partition]
    totals: dict[str, Total]
    contents: dict[str, str]


class Reference(_Record):
    """The name of a dataset: stage and fingerprint."""

    stage: str
    fingerprint: str

    def __str__(self) -> str:
        return f"{self.stage}/{self.fingerprint}"


class Manifest(_Record):
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
