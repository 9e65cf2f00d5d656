"""The kernel of the first step of `filter`: boilerplate lines of a shard's texts, and what rules cut and mask."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import numpy as np
import pyarrow as pa

from cleaning.documents import TableWriter, read_batches
from cleaning.filter.boilerplate import SITE, rule_of
from cleaning.filter.sites import Memory, memory_of, repeated_lines, without_sentences
from cleaning.filter.stage import Editing
from cleaning.privacy.kinds import Personal
from cleaning.privacy.masks import with_masks
from cleaning.privacy.placeholders import placeholder
from cleaning.readers.readers import WEB_READERS
from cleaning.rules.apply import asked_of
from cleaning.rules.rule import FOREIGN, Bounds
from cleaning.rules.units import Passages, broken_lines
from cleaning.sites import LONGEST, key, site_of
from cleaning.text.batch import Batch, Bools, slices
from cleaning.view import EDITS, Edit, SideTables
from pipeline.errors import Stopped
from pipeline.model.stage import Work

PASSAGES = "passages"  # the signal that says in which language which part of a text is
LONGEST_TEXT = 10_000_000  # code points; a longer text is read in pieces
PIECE = 2_000_000
_LINE = re.compile(r"\n\s*(?=\S)")  # up to where the next line begins
_PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*")  # the same of a paragraph


Asking = tuple[Bounds, Bools]  # a rule, and of which of some texts it is asked
Spans = tuple[Sequence[str], Passages]  # the language of each text, and its passages
Cut = tuple[int, int, int, str]  # the place of a text, start and end in it, the rule


def edit_shard(work: Work[Editing]) -> None:
    """Writes the edits of every document, whether it will stay or not: they do not hang on decisions."""
    row, rules = 0, work.params.rules
    memory = memory_of(work.one("memory").path) if work.inputs.get("memory") else {}
    columns = ["host", "source", "text", "id", "domain", *["metadata.kind"] * bool(rules)]
    labels = work.inputs.get("signals")
    named = labels_read(rules)
    table_of_signals = SideTables([f.path for f in labels], named) if labels else None
    with TableWriter(work.output("edits", "edits.parquet"), EDITS) as table:
        for batch in read_batches(work.one("documents").path, columns):
            ids, texts = batch["id"].to_pylist(), batch["text"].to_pylist()
            repeated = _of_sites(batch, memory)
            signals = table_of_signals.beside(batch) if table_of_signals else None
            languages = signals["language"].to_pylist() if signals else [""] * len(texts)
            passages = signals[PASSAGES].to_pylist() if PASSAGES in named and signals else []
            asking = [(rule, asked_of(batch, languages).asked(rule)) for rule in rules]
            for start, stop in slices(texts) if work.params.edits or rules else ():
                if work.stopping():
                    raise Stopped
                here = [(rule, asks[start:stop]) for rule, asks in asking]
                spans = languages[start:stop], passages[start:stop]
                for index, edits in edited(
                    texts[start:stop], repeated[start:stop], here, work.params.edits, spans
                ):
                    place = start + index
                    for edit in edits:
                        table.add({"row": row + place, "id": ids[place], **edit._asdict()})
            row += len(texts)
            work.progress(row, None, "documents")
    if table_of_signals:
        table_of_signals.finish()


def labels_read(rules: Sequence[Bounds]) -> list[str]:
    """The signals that rules which cut and mask ask for."""
    foreign = any(rule.edits and rule.signal == FOREIGN for rule in rules)
    return ["language", *[PASSAGES] * foreign]


def edited(
    texts: Sequence[str],
    repeated: Sequence[Mapping[int, float]],
    asked: Sequence[Asking],
    known: bool,
    spans: Spans = ((), ()),
) -> Iterator[tuple[int, list[Edit]]]:
    """The edits of each text that has any: lines that are cut, then in what is left what rules mask."""
    cutting = [one for one in asked if one[0].action == "cut"]
    masking = [one for one in asked if one[0].action == "mask"]
    cuts: Iterator[Cut] = iter(())
    if known or cutting:
        if len(texts[0]) > LONGEST_TEXT:  # which is alone
            whole = [one for one in cutting if one[0].signal != FOREIGN]
            cuts = _in_pieces(texts[0], repeated[0], whole, known)
        else:
            cuts = boilerplate(texts, repeated, cutting, known, spans)
    by_text: dict[int, list[Edit]] = {}
    for index, start, end, name in cuts:
        by_text.setdefault(index, []).append(Edit(start, end, "cut", name, ""))
    for rule, asks in masking:
        patterns = {rule.name: rule.pattern} if rule.pattern else {}
        for index in np.flatnonzero(asks).tolist():
            edits = by_text.get(index, [])
            by_text[index] = with_masks(
                texts[index], edits, rule.personal or (), patterns, partial(_masks, rule.name)
            )
    yield from sorted(by_text.items())


def _masks(rule: str, text: str, personal: Sequence[Personal]) -> Iterator[Edit]:
    for start, end, kind in personal:
        yield Edit(start, end, "mask", rule, placeholder(kind))


def _in_pieces(
    text: str,
    repeated: Mapping[int, float],
    cutting: Sequence[Asking] = (),
    known: bool = True,
) -> Iterator[Cut]:
    """What `boilerplate` finds in one very long text, in pieces that begin with a paragraph; with a line where none
    begins within as much again.
    """
    at = 0
    while at < len(text):
        begins = _PARAGRAPH.search(text, at + PIECE, at + 2 * PIECE)
        begins = begins or _LINE.search(text, at + PIECE)
        end = begins.end() if begins else len(text)
        for _, start, stop, rule in boilerplate([text[at:end]], [repeated], cutting, known):
            yield 0, at + start, at + stop, rule
        at = end


def _of_sites(batch: pa.RecordBatch, memory: Memory) -> list[Mapping[int, float]]:
    """The lines that the site of each document repeats, and that may be of its template.

    A record of a domain other than `web` has none around it: what laws of a host share is of each of them. A page has,
    but its sentences are its own there.
    """
    repeated: list[Mapping[int, float]] = [{}] * len(batch)
    columns = [batch[name].to_pylist() for name in ("host", "source", "domain", "text")]
    for index, (host, source, domain, text) in enumerate(
        zip(*columns, strict=True) if memory else ()
    ):
        web = domain == "web"
        if (web or source["reader"] in WEB_READERS) and (site := site_of(host, source)):
            lines = memory.get(key(site), {})
            repeated[index] = lines if web else without_sentences(lines, text)
    return repeated


def boilerplate(
    texts: Sequence[str],
    repeated: Sequence[Mapping[int, float]] = (),
    cutting: Sequence[Asking] = (),
    known: bool = True,
    spans: Spans = ((), ()),
) -> Iterator[Cut]:
    """(text, start, end, rule) of each line to cut, in order: from the line's first code point to that
    of the next line that is not empty, so that no gap stays; behind the last line of a paragraph of which some stays,
    the empty line does. At the end of a text, from the end of the line before to its own.

    `repeated` are, for each text, the lines that its site repeats, with the share of its pages. `cutting` are rules of
    the recipe, `known` says whether lines that are known for boilerplate are cut, too.
    """
    batch = Batch(texts)
    own = _cut_by_rules(batch, cutting, spans)
    short = batch.line_end - batch.line_start <= LONGEST
    for index, text in enumerate(texts):
        offset = int(batch.start[index])
        first, last = int(batch.line_first[index]), int(batch.line_first[index + 1])
        begins = (batch.line_start[first:last] - offset).tolist()
        lines = [
            text[begin:end]
            for begin, end in zip(
                begins, (batch.line_end[first:last] - offset).tolist(), strict=True
            )
        ]
        again = repeated_lines(lines, repeated[index]) if repeated and repeated[index] else None
        rules = [
            (rule_of(content) if known and short[first + line] else None)
            or (SITE if again and again[line] else None)
            or own[first + line]
            for line, content in enumerate(lines)
        ]
        # Where the lines that stay end. A piece of a text ends with a line's end, and more follows.
        stay = max((line for line, rule in enumerate(rules) if not rule), default=-1)
        goes_on = text[-1:].isspace()
        if stay >= 0 and stay + 1 < len(lines) and not goes_on:
            begins[stay + 1] = begins[stay] + len(lines[stay])
        paragraph_stays = False  # some of the paragraph, as far as it was seen
        for line, rule in enumerate(rules):
            after = begins[line + 1] if line + 1 < len(lines) else len(text)
            ended = text.find("\n", begins[line] + len(lines[line]), after) + 1
            ends = text.find("\n", ended or after, after) >= 0
            if rule is not None:
                separates = ends and paragraph_stays and (line < stay or goes_on)
                yield index, begins[line], ended if separates else after, rule
            paragraph_stays = not ends and (paragraph_stays or rule is None)


def _cut_by_rules(batch: Batch, cutting: Sequence[Asking], spans: Spans) -> Sequence[str | None]:
    """For each line of a batch the first of some rules that cuts it."""
    own = np.full(len(batch.line_start), None, object)
    lines = np.diff(batch.line_first)
    for rule, asks in reversed(cutting):
        own[broken_lines(rule, batch, *spans) & np.repeat(asks, lines)] = rule.name
    return own.tolist()
