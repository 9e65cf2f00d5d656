"""The kernel of `extract`: one input file to documents, removed records and unreadable stretches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from lxml import etree

from cleaning.documents import (
    DOCUMENTS,
    METADATA,
    QUARANTINED,
    REMOVED,
    TableWriter,
    entry_id,
    web_id,
)
from cleaning.extract.blocks.blocks import parse
from cleaning.extract.origins import Origins
from cleaning.extract.page import read
from cleaning.extract.stage import Extracting
from cleaning.extract.unread import UNREAD
from cleaning.extract.wanted import SURELY_NOT, WANTED, Wanted
from cleaning.extract.warnings import BREAK, DOMAINS, EMPTY, MARKUP, NO_DOMAIN, NOTES, SPAN
from cleaning.language.identify import Identifier, identifier
from cleaning.readers.languages import region_code
from cleaning.readers.readers import READERS, WEB_READERS
from cleaning.readers.records import Record
from cleaning.rights.licence import licence_named
from cleaning.rights.policy import in_words, refused
from cleaning.rights.read import read_page, statements_in_answer
from cleaning.rights.recorded import ORIGINS
from cleaning.rights.statement import Asking, Page
from cleaning.rules.apply import Asked, Removal, first_broken
from cleaning.rules.rule import LANGUAGE
from cleaning.signals import signals
from cleaning.sites import LINES, SiteLines, site_of
from cleaning.text.batch import Batch
from cleaning.text.encoding import decode
from cleaning.text.hyphenation import joined
from cleaning.text.repair import normal, repair, repaired, settled
from cleaning.web.urls import host_of
from pipeline.errors import Stopped
from pipeline.model.ledger import Ledger
from pipeline.model.stage import LocalFile, Work
from pipeline.model.tally import Tally

TOGETHER = 64  # records that go through the gate at once
TOGETHER_BYTES = 16_000_000
AGENT = "Tahona"  # whom a site addresses that means us
NOT_FOUND = "error_page"


class Named(NamedTuple):
    """A record and what tells it from others, from which its id is made."""

    record: Record
    identity: str


LONGEST = 10_000_000  # code points of a text that the gate looks at; more has one only where `largest` is raised
VALUES = 20  # that are no domain or name no licence, and that are counted for themselves
SHOWN = 60  # characters of a note on rights
OWN_DOMAINS = 100  # domains that records name, and that are remembered
OTHERS = "others"


@dataclass
class Candidate:
    """A record on its way: its main text, or where it is removed for having none, all that it shows."""

    record: Record
    id: str
    text: str = ""
    opening: str = ""
    visible: str = ""
    written: str = ""
    removed: Removal | None = None


def extract_file(work: Work[Extracting]) -> None:
    """Reads a file of a source, a range of it or some small ones, and writes what is kept, removed and quarantined."""
    with ExitStack() as stack:
        tables = {
            part: stack.enter_context(TableWriter(work.output(part, f"{part}.parquet"), schema))
            for part, schema in (
                ("kept", DOCUMENTS),
                ("removed", REMOVED),
                ("quarantined", QUARANTINED),
            )
        }
        tally, unread = Tally(), ""
        lines = stack.enter_context(TableWriter(work.output("lines", "lines.parquet"), LINES))
        extractor = _Extractor(work.params, work.inputs.get("origins", []))
        for records in _batches(extractor.read(work.inputs["file"], work.params.files)):
            if work.stopping():
                raise Stopped
            tally.arrive(len(records))
            for part, row in extractor.rows(records):
                if part == "kept":
                    tally.keep()
                elif part == "removed":
                    tally.remove(row["rule"])
                else:
                    tally.quarantine()
                    unread = unread or row["reason"]
                tables[part].add(row)
            work.progress(records[-1].record.offset, None, "bytes")
        extractor.lines.write(lines)
    counts = tally.documents()
    work.ledger = Ledger(documents=counts)
    if unread and counts.quarantined == counts.in_:
        work.figures[UNREAD] = unread
    files = work.inputs["file"]
    if extractor.last and extractor.last.breaks_off and len(files) == 1:
        work.figures[BREAK] = {"at": extractor.last.offset, "records": extractor.read_so_far - 1}
    if extractor.origins:
        work.figures[ORIGINS] = len(extractor.origins)
    if extractor.empty and len(files) > 1:
        work.figures[EMPTY] = extractor.empty
    if extractor.no_domains:
        work.figures[NO_DOMAIN] = extractor.no_domains
    if extractor.notes:
        work.figures[NOTES] = extractor.notes
    if extractor.markup:
        work.figures[MARKUP] = extractor.markup
    if extractor.domains:
        work.figures[DOMAINS] = sorted(extractor.domains)
    if span := files[0].file.span:
        work.figures[SPAN] = list(span)


def _batches(records: Iterator[Named]) -> Iterator[list[Named]]:
    batch: list[Named] = []
    size = 0
    for named in records:
        batch.append(named)
        size += len(named.record.content) + len(named.record.text or "")
        if len(batch) >= TOGETHER or size >= TOGETHER_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _add(counts: dict[str, int], shown: str) -> None:
    shown = shown if shown in counts or len(counts) < VALUES else OTHERS
    counts[shown] = counts.get(shown, 0) + 1


class _Extractor:
    """What is done with the records of one file; it remembers the ids given, so that none comes twice."""

    def __init__(self, params: Extracting, origins: Sequence[LocalFile]) -> None:
        self.source = params.source
        self.limit = params.largest
        self.web = params.source.reader in WEB_READERS  # whose pages state protocols, not notes
        # What is asked of web pages alone is asked of pages: a turn of a dialogue in a table may be short.
        self.gate = [r for r in params.gate if not r.web_only or self.web]
        self.model: Identifier | None = identifier(params.model) if params.model else None
        self.wanted: Wanted | None = None
        if self.model and params.languages is not None:
            self.wanted = Wanted(self.model, params.languages)
        self.policy = params.rights
        agents = self.policy.agents if self.policy else []
        self.origins = [Origins(local.path, agents) for local in origins]
        self.least = int(params.sample * (1 << 64))
        self.lines = SiteLines()
        self._given: set[int] = set()
        self.last: Record | None = None
        self.read_so_far = 0  # records, of the sample or not
        self.empty: list[str] = []  # files without a record
        # What is no domain, and what is said of rights without a licence: of a few such, how many records.
        self.no_domains: dict[str, int] = {}
        self.notes: dict[str, int] = {}
        self.markup = 0  # entries whose text holds tags
        self.domains: set[str] = set()  # those that records name

    def read(self, files: Sequence[LocalFile], names: Sequence[str]) -> Iterator[Named]:
        """The records of the files, or of a span of one, that belong to the sample; each says its file."""
        reader = READERS[self.source.reader]
        names = names or [self.source.file]
        if reader.company:
            paths = {name: local.path for local, name in zip(files, names, strict=True)}
            read = reader.read_together(paths, self.source, self.limit)
            yield from self._named(read, names[0])
            return
        for local, name in zip(files, names, strict=True):
            before = self.read_so_far
            place = local.ranged or local.path
            read = reader.read(place, self.source, self.limit, local.file.span)
            yield from self._named(read, name)
            if self.read_so_far == before:
                self.empty.append(name)

    def _named(self, records: Iterator[Record], file: str) -> Iterator[Named]:
        members = READERS[self.source.reader].members
        for record in records:
            self.last = record
            self.read_so_far += 1
            if record.file is None:
                record.file = file
            elif members:
                record.file = f"{file}/{record.file}".rstrip("/")
            identity = self._identity(record)
            if int(identity[:16], 16) < self.least:
                if shown := record.no_domain:
                    _add(self.no_domains, shown)
                self.markup += record.markup
                note = record.metadata.get("rights")
                if note and "licence" not in record.metadata and not self.web:
                    _add(self.notes, note[:SHOWN])
                if (own := record.metadata.get("domain")) and len(self.domains) < OWN_DOMAINS:
                    self.domains.add(own)
                yield Named(record, identity)

    def rows(self, records: Sequence[Named]) -> Iterator[tuple[str, dict[str, Any]]]:
        """(part, row) of each record, in order."""
        candidates = [
            None if named.record.unreadable else self._candidate(named) for named in records
        ]
        self._pass_gate([c for c in candidates if c and not c.removed])
        for (record, _), candidate in zip(records, candidates, strict=True):
            if candidate is None:
                source = self._source(record)
                yield (
                    "quarantined",
                    {"source": source, "url": record.url, "reason": record.unreadable},
                )
            elif candidate.removed:
                rule, value, threshold = candidate.removed
                candidate.text = candidate.text or candidate.visible
                row = {**self._row(candidate), "rule": rule, "value": value, "threshold": threshold}
                self._count(row, candidate, None)
                candidate.text = ""
                yield "removed", row
            else:
                row = self._row(candidate)
                self._count(row, candidate, candidate.text)
                candidate.text = ""  # it is in the row alone, which the table empties
                yield "kept", row

    def _count(self, row: Mapping[str, Any], candidate: Candidate, text: str | None) -> None:
        visible, written = candidate.visible, candidate.written
        if (visible or text) and (site := site_of(row["host"], row["source"])):
            self.lines.add(site, visible, text, written)

    def _identity(self, record: Record) -> str:
        payload = record.digest or ""
        if self.source.reader in WEB_READERS and record.url and not record.unreadable:
            return web_id(self.source.name, record.url, record.captured_at, payload)
        return entry_id(self.source.name, record.entry, record.file or "", record.offset, payload)

    def _id(self, record: Record, identity: str) -> str:
        """The id of a record; one that was given in this file already is told apart by its place."""
        if (short := int(identity[:16], 16)) in self._given:
            identity = entry_id(identity, None, record.file or "", record.offset, "")
        self._given.add(short)
        return identity

    def _candidate(self, named: Named) -> Candidate:
        """The record with its main text."""
        record = named.record
        candidate = Candidate(record, self._id(*named), removed=record.removed)
        if candidate.removed:
            return candidate
        is_page = record.text is None and record.media_type not in (None, "text/plain")
        if is_page and self._foreign(candidate):
            return candidate
        if is_page:
            # Repaired before any parser sees it: one that drops a soft hyphen or a hard space, the second half of
            # í and à, leaves nothing to repair.
            page, record.content = repaired(record.content, record.charset), b""
            self._read_page(candidate, page)
        else:
            text, record.text = record.text, None
            if text is None:
                html = record.media_type != "text/plain"
                text, record.content = decode(record.content, record.charset, html)[0], b""
                text = joined(repair(text))
            self._hear(candidate, None)
            candidate.text = settled(text)
        return candidate

    def _foreign(self, candidate: Candidate) -> bool:
        """Whether the bytes of a page, at a glance, are surely in none of the languages asked for."""
        record = candidate.record
        foreign = self.wanted.at_a_glance(record.content) if self.wanted else None
        if foreign is None:
            return False
        candidate.text = normal(foreign.text)
        record.metadata.setdefault("language", foreign.language)
        candidate.removed = (LANGUAGE, foreign.wanted, SURELY_NOT)
        record.content = b""
        return True

    def _read_page(self, candidate: Candidate, page: bytes) -> None:
        record = candidate.record
        reading = read(
            self._heard(candidate, page), record.url, record.captured_at, f"/{record.file}"
        )
        candidate.text = settled(reading.text)
        candidate.opening, candidate.visible = reading.opening, settled(reading.visible)
        candidate.written = settled(reading.written)
        for name, value in {**reading.metadata, "kind": reading.kind}.items():
            record.metadata.setdefault(name, value)

    def _heard(self, candidate: Candidate, page: bytes) -> etree._Element | None:
        """The tree of a page, of which was heard what it says of rights."""
        root = parse(page)
        self._hear(candidate, read_page(root) if self.policy and root is not None else None)
        return root

    def _hear(self, candidate: Candidate, page: Page | None) -> None:
        """Keeps what the answer and its page say of rights, and removes what the policy hears as reserved."""
        record = candidate.record
        if self.policy is None:
            return
        when = record.captured_at.isoformat() if record.captured_at else ""
        asking = Asking(record.url or "", AGENT, ())
        statements = [s for o in self.origins for s in o.statements(asking.url, AGENT)]
        statements += statements_in_answer(
            lambda name: record.headers.get(name, ()), page, asking, when
        )
        if statements:
            record.metadata["rights"] = "; ".join(in_words(statement) for statement in statements)
        if refused(self.policy, statements):
            candidate.removed = ("rights", None, None)

    def _pass_gate(self, candidates: Sequence[Candidate]) -> None:
        """Sets `removed` where the main text breaks a rule of the gate."""
        if not candidates:
            return
        guesses = [self.model.guess(c.text) for c in candidates] if self.model else []
        texts = [c.text[:LONGEST] for c in candidates]
        languages = [g.language for g in guesses] or [
            c.record.metadata.get("language", "") for c in candidates
        ]
        domains = [self._domain(c.record) for c in candidates]
        columns = {
            "language": languages,
            "domain": domains,
            "url": [c.record.url for c in candidates],
            "host": [host_of(c.record.url or "") for c in candidates],
            "region": [c.record.metadata.get("region") for c in candidates],
            "reader": [self.source.reader] * len(candidates),
        }
        asked_for = {rule.signal for rule in self.gate}
        values = signals.compute(Batch(texts), columns, asked_for)
        if "characters" in asked_for:
            values["characters"] = np.array([len(c.text) for c in candidates], np.int64)
        if NOT_FOUND in asked_for:  # what says so is often a heading that is no text
            whole = Batch(
                [f"{c.opening}\n{text}" for c, text in zip(candidates, texts, strict=True)]
            )
            above = signals.compute(whole, columns, {NOT_FOUND})[NOT_FOUND]
            values[NOT_FOUND] = np.maximum(values[NOT_FOUND], above)
        kinds = [c.record.metadata.get("kind") or "" for c in candidates]
        described = Asked(languages, domains, [self.source.reader] * len(candidates), kinds)
        broken = first_broken(self.gate, values, described)
        for index, candidate in enumerate(candidates):
            candidate.removed = broken[index]
            if self.wanted is None:
                continue
            candidate.record.metadata.setdefault("language", guesses[index].language)
            if candidate.removed is None:
                lacking = self.wanted.lacking(candidate.text, guesses[index])
                candidate.removed = None if lacking is None else (LANGUAGE, lacking, WANTED)

    def _domain(self, record: Record) -> str:
        return record.metadata.get("domain", self.source.domain)

    def _source(self, record: Record) -> dict[str, Any]:
        return {
            "name": self.source.name,
            "reader": self.source.reader,
            "file": record.file,
            "offset": record.offset,
            "digest": record.digest,
        }

    def _row(self, candidate: Candidate) -> dict[str, Any]:
        record = candidate.record
        metadata = {k: settled(v).replace("\n", " ") for k, v in record.metadata.items()}
        licence = metadata.get("licence") or self.source.licence or ""
        name, more = licence_named(licence)
        metadata["licence"] = name or licence
        said = (metadata.get("rights"), more if name else "", self.source.terms)
        metadata["rights"] = "; ".join(filter(None, said))
        metadata["access"] = self.source.access
        metadata.setdefault("region", region_code(metadata.get("language", "")))
        return {
            "id": candidate.id,
            "url": record.url,
            "host": host_of(record.url or "") or None,
            "domain": self._domain(record),
            "text": candidate.text,
            "source": self._source(record),
            "captured_at": record.captured_at,
            "metadata": {name: metadata.get(name) or None for name in METADATA.names},
        }
