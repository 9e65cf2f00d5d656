"""The stage `extract`: from pages, dumps and tables to documents, one shard an input file or a range of a large one."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from pydantic import Field, field_validator

import pipeline.model.stage
from cleaning.extract.origins import origins_of
from cleaning.extract.unread import refuse_unread
from cleaning.readers.readers import READERS, reader_of
from cleaning.readers.records import SourceSpec
from cleaning.rights.policy import Policy
from cleaning.rules.rule import Bounds, Rule
from cleaning.rules.rules import bounds, check_signals, resolve
from pipeline.errors import UsageError
from pipeline.model.dataset import File
from pipeline.model.stage import Input, Inputs, Plan, Stage, Step, Task, later

# Small files share a shard, which ends behind a file whose name a hash picks (of so many one), so that a
# file more or less changes one shard; and at the latest with so many files or bytes.
TOGETHER, MOST, LARGEST = 64, 512, 64 * 2**20


class Source(SourceSpec):
    """What is said of a source, with its name, the name of the file and that of its reader."""

    name: str
    file: str


class Extracting(pipeline.model.stage.Params):
    """What the documents of one file hang on; `model` is the digest of the language model, where it is asked.

    `files` are the names of all files of a shard of several, the first one's that of `source`.
    """

    source: Source
    languages: list[str] | None
    sample: float
    largest: int
    gate: list[Bounds]
    model: str | None = later(None)
    rights: Policy | None = later(None)
    files: list[str] = later([])


class Extract(Stage):
    """Every record of every source counted once: a document, removed by the gate, or unreadable."""

    name = "extract"
    # 2: mojibake is repaired before parsing. 3: reasons begin with a `Damage`, an entry's id holds its text.
    # 4: captured robots.txt, .htc, .xspf and their like are no documents; archives with LF heads are read;
    # metadata says access and the confidence of OCR. The main text is that of an extractor of our own, the gate
    # asks it, `languages` is heard of all pages; the head of an answer ends at its first empty line, the torn end of
    # an archive is told. 5: so is what stands torn behind the description of an ARC file, and a WACZ file whose member
    # is not where it says.
    # 6: the body of an article is judged apart from what else is main text; refrains stay, copies go; dates are
    # found in words; the lines of a site's pages are counted. 7: lines that say where an article has it from stay,
    # answers that a click opens, texts about privacy, sentences that begin as announcements do; pagers go;
    # the encoding of a table of CSV is found; a book that lacks a chapter is told. 8: signs that lead to their own
    # place go; of articles stay rows, terms and definitions that are links, lines that announce something elsewhere,
    # sentences that begin as teasers do, the heading that opens it, whom it cites; the charset that a chapter of a
    # book declares is heard, columns of bytes are read, of a page whose elements are nested too deep stays the text;
    # of listings and collections stays what the best F1 is to be expected of; of articles go dates in more languages
    # and what a template leaves where its script did not run; cp850 is found. 9: a cell of many paragraphs is no row
    # of a table; lists of texts are known by the file of a page, too, and by a number in its name; front matter in
    # TOML is metadata. 10: all that an author alone wrote stays, and does not count for the memory of its site.
    # 11: metadata say the way to a page. 12: a text in Markdown has a kind. 13: its cells may tell, too;
    # a page with a number is a list in a mirror, too (page/2/index.html). 14: what a template
    # adds to an author's element counts for the memory of its site, a chapter's list of its pages stays, the name
    # of a language above code goes; of a page that may be a listing or a collection stays what the best F1 is
    # expected of. 15: code does not count for the memory of its site. 16: bytes that are text in no encoding are
    # quarantined, UTF-16 without a mark is read. 17: a list of tasks tells nothing; Markdown is read with its notes,
    # pictures' words, definitions and containers, lists in lists keep their levels, its own list of contents goes.
    # 18: of a page that lists others cards stay one by one, what posts of a forum hold again and boxes for cookies go,
    # a list of a page's own contents with its title; a page that may be of any kind is a listing only if it leads on.
    # 20: a text in Markdown that is mostly links is a listing, one that tells enough in paragraphs an article, and a
    # file by which a repository is kept of the kind `project`; exponents, indices and marks of notes are told from
    # digits, lists of Markdown count on, its first heading is its title, contents that a text asks for are none of it,
    # nor what a style hides in a sentence. 21: blocks of a page that is likelier something else than an article are
    # judged by trees, too. 22: short lines of a post in a forum stay with the rest of it.
    # 23: numbers before all lines of code go, a heading above a list of an article stays.
    # 24: a text in Markdown that explains between its lists, tables and code is no listing, nor is a poem.
    # 25: as 24 (other trees, taken back). 26: lines of tags, ways and days around a text go in all kinds of page.
    # 27: what can be done with posts and products, what is counted of authors, and more like these go; trees are grown
    # on gold that is aligned with its page, and count more. 28: a page whose paragraphs are in a language asked for
    # stays, whatever its menus and its code are in, and so does a line whose likeliest language is one; of an article
    # what its author alone wrote is known below a title and a byline, and a line of it that is a link stays.
    # What lists the texts of one author is a listing. A post of one line is judged with those that look alike, a title
    # that an author says again below the text stays, and the pager of a page that is but a title goes. Front matter
    # that no parser takes and empty one is no text, rows between bars are a table without a head, tabs end words of a
    # PDF, signs of direction go but beside their letters. No session of a path is in an id.
    # 30: quotes that are characters of the texts of a table stay, JSON in cp1252 is read, a table without its text is
    # one record; marks of notes, numbers of pages and contents of books are known, tables of articles beside a picture.
    # br and zstd bodies that are too large or cut off are told as such ones of gzip.
    # 31: what an author wrote stays round what is cited, below headings that are named by what they say; links to other
    # sites are no tags; the author and the categories above an article go, and lists of other texts by name and
    # heading; pages of Mallard are of a manual, a page that is mostly verse is an article.
    # Sentences of a PDF that are set loosely are whole, its heads at the side go, bullets and accents that no font
    # tells are known; stray bytes of tables and JSON are letters of cp1252 or damage.
    # 32: manuals that LaTeX2HTML made, and parts in DocBook without a head, stay whole; of words of which a script
    # shows one the last stays; a short text of which nothing is sure stays where the template names its element. Heads
    # of mail that Outlook sets go, and what HTML cites; the number of a law that begins a line of a PDF is no entry.
    # Flat OpenDocument is read. Mail: a message below text without an empty line, and each of a digest, is one of its
    # own; wrapped paragraphs are whole, more of what others wrote goes, lost fields and ends lose no text. kramdown's
    # contents go, and Markdown that HTML holds is read. Boards: the day is none on which an author registered, a quoted
    # post stands below whose it is, the line of the program goes.
    # 33: the region of the language that a page or record names; words that a hyphen cuts at the end of a line of a
    # text are whole, credits of subtitles go; base64 that no field names is read; a colon may close a verse.
    # 34: two words round a hyphen at the end of a line, and what a dash closes there, are not joined; of subtitles go
    # the cues alone whose form is a credit's. 35: of an entry whose author is a list all are named.
    # 36: a page of HTML with the name of a text, of Markdown or of lines of JSON is quarantined as one; a text of which
    # a fifth is in a language asked for stays, and so do doubtful paragraphs of a story, notes and glossaries. What
    # programs write into properties that nobody filled is no author, title or date.
    # Titles go without 🔗 and ⚓ of their links. 37: headings too, where the sign is in an element of its own.
    # JSON and feeds that are sent as HTML or text are no pages; template sources that a server sends are read
    # without their tags, of all of them comments of several lines and whatever else is put out go. A foot
    # of a page is no author's. 38: entities of HTML in fields of JSON and of tables are what they stand for.
    # Licences have the names of SPDX; what a book or an edition says of its rights without one is a note, and so is
    # what may ask for more than a licence does.
    # Tags of components end where they end in any Markdown, and their cells are apart; values in braces
    # are no text, types are. What letters of a PDF are spaced by is no space in a word, pieces of brackets say nothing.
    version = 38
    inputs: ClassVar[Mapping[str, Input]] = {
        "crawl": Input("warc", optional=True),
        "files": Input("files", optional=True),
    }
    gives = ("documents",)
    libraries = ("resiliparse", "lxml", "ftfy", "fastwarc")

    class Params(pipeline.model.stage.Params):
        """`sources` says by source what its records are (`domain`, `licence`, `access`) and how they are read.

        `gate` are the rules that the main text of a page must keep; those that are `web_only` are not
        asked of entries of texts and tables.

        `languages` removes pages that are hardly in one of these, as the language model says, many before
        they are parsed; None passes all. `sample` keeps this share of the records, chosen by what they
        are and not by their place; the rest is no input. `largest` bounds a record, in bytes.
        `rights` says which reservations are heard: in the answer and the page of a record, and of a crawl of
        ours also those of its whole origin; None: none.
        """

        sources: dict[str, SourceSpec] = Field({})
        gate: str | list[str | Rule] = "gate"
        languages: list[str] | None = Field(None, min_length=1)
        sample: float = Field(1.0, gt=0, le=1)
        largest: int = Field(10_000_000, gt=0, le=1 << 30)

        rights: Policy | None = later(None)

        @field_validator("gate")
        @classmethod
        def _sound(cls, gate: str | list[str | Rule]) -> str | list[str | Rule]:
            if gate != "gate":  # checked by tests; the signals take their time to import
                from cleaning.signals.signals import LIGHT

                check_signals(gate, LIGHT, actions={"drop"})
            return gate

    def plan(self, params: Params, inputs: Inputs, context: Mapping[str, Any]) -> Plan:
        """One task a file, a range of a large one, or some small ones, with what is said of its own source."""
        model = None
        if params.languages is not None:
            from cleaning.language.identify import model_digest

            model = model_digest()
        gate = bounds(resolve(params.gate))
        shared = params.model_dump(exclude={"sources", "gate"})
        tasks = [
            Task(
                {"file": files, **_origins(params, inputs, files[0])},
                Extracting(
                    source=_source(files[0], params.sources[files[0].part]),
                    gate=gate,
                    model=model,
                    files=[file.label for file in files] if len(files) > 1 else [],
                    **shared,
                ),
            )
            for files in together(_files(params, inputs), params.sources)
        ]
        shards = yield Step("extract", "cleaning.extract.extract:extract_file", tasks)
        # Of a sample it may be chance; what a crawl has seen can't be mended.
        if params.sample == 1:
            refuse_unread(shards, {f.part for m in inputs.get("files", []) for f in m.files()})
        return shards


def _origins(params: Extract.Params, inputs: Inputs, file: File) -> dict[str, list[File]]:
    """What the policy hears beside the file; nothing where it hears none of it, so that no key changes."""
    origins = origins_of(params.rights, inputs.get("crawl", []), file)
    return {"origins": origins} if origins else {}


def together(files: Sequence[File], sources: Mapping[str, SourceSpec]) -> Iterator[list[File]]:
    """The files of each shard: small ones of one reader together, of a large one a range, any other alone."""
    small: list[File] = []
    kind: tuple[str, str] | None = None
    companies: list[File] = []
    names = [reader_of(file.name, sources[file.part]) for file in files]
    counts = Counter((file.part, name) for file, name in zip(files, names, strict=True))
    for file, name in zip(files, names, strict=True):
        if READERS[name].company:
            companies.append(file)
            continue
        is_small = READERS[name].groups(sources[file.part], counts[file.part, name])
        if small and (not is_small or kind != (file.part, name)):
            yield small
            small = []
        if not is_small:
            yield from ([piece] for piece in _ranges(file, sources[file.part]))
            continue
        kind = (file.part, name)
        small.append(file)
        full = len(small) >= MOST or sum(f.bytes for f in small) >= LARGEST
        if full or zlib.crc32(file.label.encode()) % TOGETHER == 0:
            yield small
            small = []
    if small:
        yield small
    yield from _companies(companies)


def _companies(files: Sequence[File]) -> Iterator[list[File]]:
    """The METS files of each folder with the files below it that no nearer one has; the rest alone."""
    companies: dict[tuple[str, str], list[File]] = {}  # by source and folder of the METS file
    alone: list[File] = []
    pages: list[File] = []
    for file in files:
        place = (file.part, file.label.rpartition("/")[0])
        if "mets" not in file.name.lower():
            pages.append(file)
        else:
            companies.setdefault(place, []).append(file)
    for file in pages:
        folder = file.label
        while folder:
            folder = folder.rpartition("/")[0]
            if company := companies.get((file.part, folder)):
                company.append(file)
                break
        else:
            alone.append(file)
    yield from companies.values()
    yield from ([file] for file in alone)


def _ranges(file: File, spec: SourceSpec) -> list[File]:
    """A large file in ranges where its reader can enter it, any other as it is.

    So is one elsewhere that had to be read to be known: a task could not tell by a range that it is the same.
    """
    size = READERS[reader_of(file.name, spec)].ranges(file.name, spec, "://" in file.path)
    return file.ranges(size) if size and ("://" not in file.path or not file.sha256) else [file]


def _source(file: File, spec: SourceSpec) -> Source:
    options = spec.model_dump(exclude={"reader"})
    return Source(name=file.part, file=file.label, reader=reader_of(file.name, spec), **options)


def _files(params: Extract.Params, inputs: Inputs) -> list[File]:
    """The files of all sources; what else a crawl wrote (its log) is no source and is left out."""
    crawled = [f for m in inputs.get("crawl", []) for f in m.files() if f.part in params.sources]
    named = [f for m in inputs.get("files", []) for f in m.files()]
    for file in named:
        if file.part not in params.sources:
            raise UsageError(f"the recipe has no source {file.part}, to which {file.path} belongs")
    if not crawled and not named:
        raise UsageError(
            "extract has no file to read: give the recipe a source with `files` or `crawl`"
        )
    return [*crawled, *named]
