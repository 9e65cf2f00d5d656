"""The readers: one a source format, each turning a file into records and saying what it could not read.

A reader is a function `(path, spec, limit) -> Iterator[Record]` in a file of its own; `limit` bounds one
record, in bytes. One that reads lines may also take a `span` of a file, and gives the records that begin
in it. A reader never raises on bad data: a stretch that can't be read is one record with `unreadable`
set, and reading goes on behind it. Records that hold no page (WARC requests, metadata, warcinfo; the
description of an ARC file; empty lines) are not given at all.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from pipeline.errors import TahonaError

if TYPE_CHECKING:
    from cleaning.readers.records import Record, SourceSpec, Span
    from pipeline.model.stage import Openable

COMPRESSIONS = frozenset({"gz", "zst", "bz2", "xz", "lz4", "bad"})
_CODE = """py js mjs ts tsx jsx java c h cc cpp hpp cs go rs rb php pl pm r jl kt scala swift lua sh bash sql css scss
f90 hs ml erl ex clj lisp el vim dart asm pas proto cmake gradle"""
CODE = tuple(_CODE.split())  # suffixes of source code
RANGE = 256 * 2**20  # bytes; a file that is larger is read in ranges where it can be, each a shard


@dataclass(frozen=True)
class Reader:
    """A reader by name, so that to know it loads none of its libraries.

    `suffixes`: of the files that are read by it where a source names no reader. `web`: its records are
    pages, with an address and a capture. `entries`: they say their own fields (a title, a domain).
    `splits`: a span of a file can be read alone (`text`: by its unit), of a plain one where `plain`, and of one
    with a suffix in `packed`. `range`: how long a span is, in bytes (None: RANGE). `small`: where it does not
    split, a file is a document or some, so that many are one shard, but up to `few` of a source. `members`: a record
    names the member of its file that it is of. `company`: the files below the folder of one are read with it, and the
    function takes all of them by name.
    """

    function: str  # module:function
    suffixes: tuple[str, ...] = ()
    web: bool = False
    entries: bool = False
    splits: Callable[[SourceSpec], bool] = lambda spec: False
    packed: frozenset[str] = frozenset({"zst"})
    plain: bool = True
    range: int | None = None
    small: bool = False
    few: int = 0
    members: bool = False
    company: bool = False

    def read(
        self, path: Openable, spec: SourceSpec, limit: int, span: Span | None = None
    ) -> Iterator[Record]:
        """The records of a file, or of a span of it where it `splits`: then alone may it lie elsewhere."""
        module, _, name = self.function.partition(":")
        function = getattr(importlib.import_module(module), name)
        where = () if span is None else (span,)
        return cast("Iterator[Record]", function(path, spec, limit, *where))

    def read_together(
        self, files: Mapping[str, Path], spec: SourceSpec, limit: int
    ) -> Iterator[Record]:
        """The records of a file in its `company`, by name, itself the first."""
        module, _, name = self.function.partition(":")
        function = getattr(importlib.import_module(module), name)
        return cast("Iterator[Record]", function(files, spec, limit))

    def groups(self, spec: SourceSpec, files: int) -> bool:
        """Whether files of a source that has so many of this reader share shards."""
        return self.small and not self.splits(spec) and files > self.few

    def ranges(self, name: str, spec: SourceSpec, elsewhere: bool = False) -> int | None:
        """How long the spans are in which a file of this name may be read; None where it is read whole.

        A list (`range`) that lies elsewhere is: each of its spans would fetch more than is in it.
        """
        if elsewhere and self.range:
            return None
        suffix = name.rpartition(".")[2].lower()
        enters = suffix in self.packed if suffix in COMPRESSIONS else self.plain
        return (self.range or RANGE) if enters and self.splits(spec) else None


def _always(spec: SourceSpec) -> bool:
    return True


def _small(function: str, *suffixes: str, web: bool = False) -> Reader:
    return Reader(f"cleaning.readers.{function}", suffixes, web=web, small=True)


READERS: Mapping[str, Reader] = {
    "warc": Reader(
        "cleaning.readers.web.warc:read_warc",
        ("warc", "wet"),
        web=True,
        splits=_always,
        packed=frozenset({"gz"}),
        plain=False,
    ),
    "arc": Reader("cleaning.readers.web.arc:read_arc", ("arc",), web=True),
    "wacz": Reader("cleaning.readers.web.wacz:read_wacz", ("wacz",), web=True, members=True),
    "index": Reader(
        "cleaning.readers.web.index:read_index",
        ("cdx", "cdxj"),
        web=True,
        splits=_always,
        range=2**18,  # some thousand records
    ),
    "paths": Reader(
        "cleaning.readers.web.index:read_paths",
        ("paths",),
        web=True,
        splits=_always,
        range=128,  # a file of an archive or so
    ),
    "html": _small("web.html:read_html", "html", "htm", "xhtml", web=True),
    "text": Reader(
        "cleaning.readers.text:read_text",
        ("txt", "text"),
        splits=lambda spec: spec.unit == "line",
        small=True,
        few=128,
    ),
    "markdown": _small("markup.markdown:read_markdown", "md", "markdown", "qmd", "rmd", "mdx"),
    "rst": _small("markup.rst:read_rst", "rst", "rest"),
    "jsonl": Reader(
        "cleaning.readers.tables.jsonl:read_jsonl",
        ("jsonl", "ndjson", "json"),
        entries=True,
        splits=_always,
    ),
    "csv": Reader("cleaning.readers.tables.csv:read_csv", ("csv", "tsv"), entries=True),
    "parquet": Reader("cleaning.readers.tables.parquet:read_parquet", ("parquet",), entries=True),
    "mediawiki": Reader("cleaning.readers.xml.mediawiki:read_mediawiki", splits=_always),
    "pubmed": Reader("cleaning.readers.xml.pubmed:read_pubmed", splits=_always),
    "xml": _small("xml.xml:read_xml", "xml", "nxml", "tei", "akn", "fodt", "fodp"),
    "mets": Reader("cleaning.readers.xml.mets:read_mets", company=True),
    "pdf": _small("pdf.pdf:read_pdf", "pdf"),
    "epub": _small("epub:read_epub", "epub"),
    "odt": _small("office.odt:read_odt", "odt", "odp"),
    "docx": _small("office.docx:read_docx", "docx"),
    "mbox": Reader("cleaning.readers.mail.mbox:read_mbox", ("mbox", "mbx")),
    "subtitles": _small("subtitles:read_subtitles", "srt", "vtt"),
    "code": _small("code:read_code", *CODE),
    "archive": Reader(
        "cleaning.readers.archives:read_archive", ("zip", "tar", "tgz"), members=True
    ),
}
_NAMED = (  # files that are known by their whole name
    (re.compile(r"wiki.*-pages-.*\.xml"), "mediawiki"),
    (re.compile(r"pubmed\d\dn\d+\.xml"), "pubmed"),
    (re.compile(r"cdx-\d+\Z"), "index"),
)
WEB_READERS = tuple(name for name, reader in READERS.items() if reader.web)


def reader_of(name: str, spec: SourceSpec) -> str:
    """The name of the reader of a file: what its source says, else what its suffix says.

    Raises TahonaError for a suffix that no reader knows.
    """
    if spec.reader != "auto":
        return spec.reader
    stem, suffixes, packing = _split(name)
    whole = ".".join((stem, *suffixes))
    for pattern, reader in _NAMED:
        if pattern.search(whole):
            return reader
    for reader, about in READERS.items():
        if suffixes and suffixes[-1] in about.suffixes:
            return reader
    remedy = f"give its source a `reader` ({', '.join(READERS)})"
    if packing and not suffixes:
        stem, packed = name[: len(stem)], name[len(stem) :]
        raise TahonaError(
            f"the name {name} says how the file is compressed but not what it contains: "
            f"call it {stem}.txt{packed}, if that is text, or {remedy}"
        )
    raise TahonaError(f"no reader knows the suffix of {name}: {remedy}")


def suffix_of(name: str) -> str:
    """What in a name the reader is told by: .txt, .jsonl.gz; empty where there is no dot."""
    _, suffixes, packing = _split(name)
    return "".join(f".{ending}" for ending in (*suffixes[-1:], *packing))


def _split(name: str) -> tuple[str, list[str], list[str]]:
    """The pieces of a name in lower case: up to the first dot, the suffixes, those of compressions."""
    stem, *suffixes = name.lower().split(".")
    packing: list[str] = []
    while suffixes and suffixes[-1] in COMPRESSIONS:
        packing.insert(0, suffixes.pop())
    return stem, suffixes, packing
