"""Which items of benchmarks the documents of one shard hold, and what becomes of these documents."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from cleaning.decisions import DECISIONS
from cleaning.decontaminate.index import SHINGLE, WHOLE, Index, read_index, runs_of
from cleaning.decontaminate.stage import ANSWER, NEAR, NGRAM, Comparing
from cleaning.documents import TableWriter
from cleaning.text.batch import Batch, Hashes
from cleaning.text.words import word_hashes
from cleaning.view import EDITS, Edit, EditTable, apply, merge, on_original, read_view
from pipeline.model.stage import Work
from pipeline.model.tally import Tally

FINDINGS = pa.schema(
    [
        ("row", pa.int32()),  # of the document in its shard
        ("id", pa.string()),
        ("set", pa.string()),
        ("item", pa.string()),
        ("field", pa.string()),
        ("how", pa.string()),  # the rule
        ("value", pa.float64()),  # words in a row, share of the shingles, words of the question
        ("start", pa.int32()),  # code points of the text after the edits made before
        ("end", pa.int32()),
    ]
)
WINDOW = 60  # words before and after a question in which its answer is looked for
# A hyphen (or a soft one) that cuts a word at the end of a line; the marks of a quotation may begin the next.
_HYPHENATED = re.compile(r"(?<=[^\W\d_])[-\u2010]\n[ >|]*(?=[^\W\d_])")
GAP = 10  # words between shingles of one item that are one passage


class Finding(NamedTuple):
    """A text of the index in a document: words [start, end) of it."""

    text: int
    how: str
    value: float
    threshold: float
    start: int
    end: int


def compare_shard(work: Work[Comparing]) -> None:
    """Writes the findings, decisions and edits of one shard."""
    index = read_index([file.path for file in work.inputs["items"]], work.params.ngram)
    edits = EditTable([file.path for file in work.inputs["edits"]])
    tally, row = Tally(), 0
    with (
        TableWriter(work.output("findings", "findings.parquet"), FINDINGS) as findings,
        TableWriter(work.output("decisions", "decisions.parquet"), DECISIONS) as decisions,
        TableWriter(work.output("edits", "edits.parquet"), EDITS) as cuts,
    ):
        paths = [file.path for file in work.inputs["decisions"]]
        for batch in read_view(work.one("documents").path, paths, columns=["id", "text"]):
            changes = edits.take(batch["id"])
            originals = batch["text"].to_pylist()
            texts = [apply(text, changes.get(i, [])) for i, text in enumerate(originals)]
            kept = batch["kept"].to_pylist()
            findings_of = list(_findings_of(texts, kept, index, work.params))
            for place, name in enumerate(batch["id"].to_pylist()):
                spans = _spans(texts[place], findings_of[place])
                _write(findings, row + place, name, findings_of[place], spans, index)
                decided = _decided(findings_of[place], work.params, kept[place])
                decisions.add({"id": name, **decided})
                own: list[Edit] = []
                if work.params.mode == "cut" and kept[place]:
                    own = _cuts(findings_of[place], spans)
                earlier = changes.get(place, [])
                for edit in on_original(earlier, len(originals[place]), own):
                    cuts.add({"row": row + place, "id": name, **edit._asdict()})
                if kept[place]:
                    _count(tally, len(texts[place]), decided["rule"], own)
            row += batch.num_rows
            work.progress(row, None, "documents")
    edits.finish()
    work.ledger = tally.ledger()


def _findings_of(
    texts: Sequence[str], kept: Sequence[bool], index: Index, params: Comparing
) -> Iterator[list[Finding]]:
    """What each text holds; nothing of one that went before."""
    spelled = word_hashes(texts)
    start = 0
    for text, end, stays in zip(texts, spelled.ends.tolist(), kept, strict=True):
        findings = list(_of_text(spelled.hashes[start:end], index, params)) if stays else []
        if stays and _HYPHENATED.search(text):
            findings += _across_lines(text, index, params)
        surest: dict[int, Finding] = {}
        for finding in sorted(findings, key=_certainty):
            surest.setdefault(finding.text, finding)
        yield sorted(surest.values())
        start = end


def _certainty(finding: Finding) -> tuple[int, float]:
    """What sorts the surest first."""
    return (NGRAM, NEAR, ANSWER).index(finding.how), -finding.value


def _across_lines(text: str, index: Index, params: Comparing) -> Iterator[Finding]:
    """What a text holds where each word that a hyphen cuts at the end of a line is whole again."""
    words = word_hashes([_HYPHENATED.sub("", text)]).hashes
    breaks = [place.end() for place in _HYPHENATED.finditer(text)]
    # Where each whole word begins among the words of the text: a second half begins none.
    starts = Batch([text]).word_start
    first = np.append(
        np.setdiff1d(np.arange(len(starts)), np.searchsorted(starts, breaks)), len(starts)
    )
    for finding in _of_text(words, index, params):
        yield finding._replace(start=int(first[finding.start]), end=int(first[finding.end]))


def _of_text(words: Hashes, index: Index, params: Comparing) -> Iterator[Finding]:
    best: dict[int, Finding] = {}
    for length, runs in index.runs.items():
        last: dict[int, Finding] = {}
        for place, text in runs.found(runs_of(words, length)):
            # Only whole texts stand in the runs shorter than an n-gram.
            run = last.get(text)
            begin = run.start if run and place <= run.end - length + 1 else place
            finding = Finding(text, NGRAM, place + length - begin, length, begin, place + length)
            last[text] = finding
            if length < min(WHOLE, params.ngram):
                if params.answers and _answered(words, index, finding):
                    best.setdefault(text, finding._replace(how=ANSWER, threshold=length))
            elif text not in best or finding.value > best[text].value:
                best[text] = finding
    yield from best.values()
    if params.near is not None:
        yield from _nearly(words, index, params.near, set(best))


def _answered(words: Hashes, index: Index, question: Finding) -> bool:
    """Whether an answer of the same item stands near a question."""
    answers = index.answers.get(question.text, ())
    after = words[question.end : question.end + WINDOW].tolist()
    before = words[max(question.start - WINDOW, 0) : question.start].tolist()
    return any(
        tuple(some[i : i + len(answer)]) == answer
        for answer in answers
        for some in (after, before)
        for i in range(len(some) - len(answer) + 1)
    )


def _nearly(words: Hashes, index: Index, near: float, known: set[int]) -> Iterator[Finding]:
    """The texts of which a passage holds so many of the shingles, though not in a row."""
    places: dict[int, list[tuple[int, int]]] = {}
    hashes = runs_of(words, SHINGLE)
    for place, text in index.shingles.found(hashes):
        if text not in known:
            places.setdefault(text, []).append((place, int(hashes[place])))
    for text, hits in places.items():
        size = int(index.sizes[text])
        if len(hits) < near * size:
            continue
        reach = 2 * int(index.lengths[text]) + GAP
        first = 0
        for last in range(len(hits)):
            while hits[last][0] - hits[first][0] > reach:
                first += 1
            share = len({shingle for _, shingle in hits[first : last + 1]}) / size
            if share >= near:
                rest = [
                    place for place, _ in hits if hits[first][0] <= place <= hits[first][0] + reach
                ]
                share = len({h for p, h in hits if p in set(rest)}) / size
                yield Finding(text, NEAR, share, near, rest[0], rest[-1] + SHINGLE)
                break


def _spans(text: str, findings: Sequence[Finding]) -> list[tuple[int, int]]:
    """The code points of each finding."""
    if not findings:
        return []
    batch = Batch([text])
    return [(int(batch.word_start[f.start]), int(batch.word_end[f.end - 1])) for f in findings]


def _write(
    writer: TableWriter,
    row: int,
    name: str,
    findings: Sequence[Finding],
    spans: Sequence[tuple[int, int]],
    index: Index,
) -> None:
    for finding, (start, end) in zip(findings, spans, strict=True):
        key = dict(zip(("set", "item", "field"), index.keys[finding.text], strict=True))
        figures = {"how": finding.how, "value": finding.value, "start": start, "end": end}
        writer.add({"row": row, "id": name, **key, **figures})


def _decided(findings: Sequence[Finding], params: Comparing, kept: bool) -> dict[str, Any]:
    """What is decided of a document: a row of the table without its id."""
    rules: dict[str, dict[str, Any]] = {}
    if params.mode == "remove":
        for finding in sorted(findings, key=_certainty):
            breach = {"rule": finding.how, "value": finding.value, "threshold": finding.threshold}
            rules.setdefault(finding.how, breach)
    first: dict[str, Any] = next(
        iter(rules.values()), {"rule": None, "value": None, "threshold": None}
    )
    return {"kept": kept and not rules, **first, "rules": list(rules.values())}


def _cuts(findings: Sequence[Finding], spans: Sequence[tuple[int, int]]) -> list[Edit]:
    """The passages to cut, those that overlap as one."""
    cuts: list[Edit] = []
    for (start, end), finding in sorted(zip(spans, findings, strict=True)):
        cuts = merge([cuts, [Edit(start, end, "cut", finding.how, "")]])
    return cuts


def _count(tally: Tally, characters: int, rule: str | None, cuts: Sequence[Edit]) -> None:
    tally.arrive(characters=characters)
    if rule is not None:
        tally.remove(rule, characters=characters)
        return
    for cut in cuts:
        tally.cut(cut.rule, cut.end - cut.start)
    tally.keep(characters=characters - sum(cut.end - cut.start for cut in cuts))
