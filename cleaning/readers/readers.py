"""The readers: one a source format, each turning a file into records and saying what it could not read.

A reader is a function `(path, spec, limit) -> Iterator[Record]` in a file of its own; `limit` bounds one
record, in bytes. One that reads lines may also take a `span` of a file, and gives the records that begin
in it. A reader never raises on bad data: a stretch that can't be read is one record with `unreadable`
set, and reading goes on behind it. Records that hold no page (WARC requests, metadata, warcinfo; the
description of an ARC file; empty lines) are not given at all.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from pipeline.errors import TahonaError

if TYPE_CHECKING:
    from cleaning.readers.records import Record, SourceSpec, Span

COMPRESSIONS = frozenset({"gz", "zst", "lz4", "bad"})


@dataclass(frozen=True)
class Reader:
    """A reader by name, so that to know it loads none of its libraries.

    `suffixes`: of the files that are read by it where a source names no reader. `web`: its records are
    pages, with an address and a capture. `entries`: they say their own fields (a title, a domain).
    `lines`: each of its records is a line, so that it reads a span of a file too (`text`: by its unit).
    """

    function: str  # module:function
    suffixes: tuple[str, ...]
    web: bool = False
    entries: bool = False
    lines: Callable[[SourceSpec], bool] = lambda spec: False

    def read(
        self, path: Path, spec: SourceSpec, limit: int, span: Span | None = None
    ) -> Iterator[Record]:
        """The records of a file, or of a span of it where `lines` of the source is true."""
        module, _, name = self.function.partition(":")
        function = getattr(importlib.import_module(module), name)
        where = () if span is None else (span,)
        return cast("Iterator[Record]", function(path, spec, limit, *where))


READERS: Mapping[str, Reader] = {
    "warc": Reader("cleaning.readers.warc:read_warc", ("warc", "wet"), web=True),
    "arc": Reader("cleaning.readers.arc:read_arc", ("arc",), web=True),
    "text": Reader(
        "cleaning.readers.text:read_text",
        ("txt", "text", "md"),
        lines=lambda spec: spec.unit == "line",
    ),
    "jsonl": Reader(
        "cleaning.readers.jsonl:read_jsonl",
        ("jsonl", "ndjson", "json"),
        entries=True,
        lines=lambda spec: True,
    ),
    "parquet": Reader("cleaning.readers.parquet:read_parquet", ("parquet",), entries=True),
}
WEB_READERS = tuple(name for name, reader in READERS.items() if reader.web)


def reader_of(name: str, spec: SourceSpec) -> str:
    """The name of the reader of a file: what its source says, else what its suffix says.

    Raises TahonaError for a suffix that no reader knows.
    """
    if spec.reader != "auto":
        return spec.reader
    suffixes = name.lower().split(".")[1:]
    while suffixes and suffixes[-1] in COMPRESSIONS:
        suffixes.pop()
    for reader, about in READERS.items():
        if suffixes and suffixes[-1] in about.suffixes:
            return reader
    raise TahonaError(
        f"no reader knows the suffix of {name}: give its source a `reader` ({', '.join(READERS)})"
    )
