"""The passages of texts, and what their languages say of the texts: shares, and spans from a language to the next.

A passage is 40 words at most, and none runs from a line that stands for itself into the next. One that is asked is in
another language than its text where that is sure. The language of a text is that of most of these words: a quotation
of less than half, however long, does not turn it.

Where a text in several languages is cut, what is unsure goes with what stands beside it: the rest of a sentence with
the rest of this, a heading with what follows. So do titles, entries and labels, which are in any language.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from cleaning.language.codes import ELSEWHERE, UNKNOWN
from cleaning.models.linear import Scores
from cleaning.text.batch import Batch, Bools, Floats, Ints
from cleaning.text.kinds import LETTER, UPPER

# In which of these a short sentence is may be in doubt where it is surely no English.
NEIGHBOURS = ("es", "gl", "pt", "ca", "ast", "an", "oc")
# A text in two of these is one that people write in both: a law, a sitting, a debate.
TOGETHER = frozenset({*NEIGHBOURS, "eu"})

PASSAGE = 40  # words
SHORTEST = 8  # words of a passage that is asked; below py3langid and ours err in one of ten
# A whole passage is in another language than its text, or in one of the neighbours, where it is that sure; a short one,
# surer.
SURE = 0.8
LIKELY = 0.5  # how sure it is that a title belongs to what stands before it
SEVERAL = (
    20  # words one after another in a language that are sentences, and no names, titles or labels
)


def _table(marks: str) -> Bools:
    """Whether each code point is among some marks; the last entry stands for all beyond them."""
    return np.isin(np.arange(max(map(ord, marks)) + 2), [ord(mark) for mark in marks])


_ENDS = _table('.?!…:;»”")')  # of a line that does not go on
_FULL = _table('.?!…;»”"')  # of a line that ends a sentence


class Span(NamedTuple):
    """From where to where, in code points of its text, it is in a language, and how sure that is."""

    start: int
    end: int
    language: str
    confidence: float


@dataclass(frozen=True)
class Passages:
    """The words of each passage, where it may `begin` in its text, the number of this, and whether it `opens` a stretch
    and is of `sentences`, by half of its words; `asked`, which are long enough.
    """

    words: Ints
    begin: Ints
    document: Ints
    opens: Bools
    sentences: Bools

    @cached_property
    def asked(self) -> Ints:
        return np.flatnonzero(self.words >= SHORTEST)

    @classmethod
    def of(cls, parts: Sequence[Passages]) -> Passages:
        """Those of some texts and of others, one after another."""
        columns = ([getattr(part, field.name) for part in parts] for field in fields(cls))
        return cls(*map(np.concatenate, columns))


@dataclass(frozen=True)
class Spoken:
    """What the passages say of each text of a batch: of its words the `shares` [texts, labels], its language `own` (a
    label), and its `label` (each asked passage's), and whether that is
    `sure`. `scattered` is the share of the words in another language that are no `SEVERAL` together in two that are
    written `TOGETHER`.
    """

    shares: Floats
    own: Ints
    label: Ints
    sure: Bools
    scattered: Floats


def passages(batch: Batch) -> Passages:
    """The stretches of a batch cut every PASSAGE words: each word is in one, in order."""
    from cleaning.language.pieces import cut  # numba, which whoever only names a signal spares

    cells = _Cells.of(batch)
    words = cells.words
    stretch, closed = _stretches(batch, cells)
    most = len(stretch) + words[-1] // PASSAGE
    edges, begin = np.empty((2, most + 1), np.int64)
    opens, sentences = np.empty((2, most), bool)
    places = words, batch.word_start, cells.start
    many = cut(*places, stretch, closed, PASSAGE, edges, begin, opens, sentences)
    document = batch.word_document[edges[:many]]
    begin = begin[:many] - batch.start[document]
    size = np.diff(edges[: many + 1])
    return Passages(size, begin, document, opens[:many], sentences[:many])


def needed(words: Ints) -> Floats:
    """How sure it must be in which language a passage of so many words is."""
    least: Floats = 1 - (1 - SURE) * words / PASSAGE
    return least


def of_neighbours(labels: Sequence[str]) -> Bools:
    """Which labels are Spanish and its neighbours."""
    return np.array([label in NEIGHBOURS for label in labels])


def spoken(
    pieces: Passages, texts: int, chances: Scores, labels: Sequence[str], languages: Sequence[str]
) -> Spoken:
    """What the asked passages say by their `chances` [passages, labels] of texts that were taken for `languages`; one
    that is no label is ELSEWHERE, which is one.
    """
    size, document = pieces.words[pieces.asked], pieces.document[pieces.asked]
    best = chances.argmax(axis=1)
    near = of_neighbours(labels)
    surely = chances[np.arange(len(best)), best] >= needed(size)
    surely |= best == labels.index(ELSEWHERE)  # of which another model is sure
    neighbourly = near[best] & (chances[:, near].sum(axis=1) >= needed(size))
    named = best != (labels.index(UNKNOWN) if UNKNOWN in labels else -1)
    # One passage alone says nothing that was not asked of the whole text.
    named &= (np.bincount(document, minlength=texts) > 1)[document]
    words = np.maximum(np.bincount(document, size, texts), 1)[:, None]

    def others(own: Ints) -> tuple[Bools, Floats]:
        """Which passages are in another language than their text, and the shares of these languages."""
        sure = surely | (neighbourly & ~near[own[document]])
        # What no label fits may be in any language: the text's.
        other = sure & named & (best != own[document])
        cells = document[other] * len(labels) + best[other]
        table = np.bincount(cells, size[other], texts * len(labels))
        return other, table.reshape(texts, len(labels)) / words

    own = np.array([labels.index(n if n in labels else ELSEWHERE) for n in languages], np.int64)
    other, shares = others(own)
    turned = shares.max(axis=1) > 1 - shares.sum(axis=1)
    if turned.any():
        own = np.where(turned, shares.argmax(axis=1), own)
        other, shares = others(own)
    label = np.where(other, best, own[document])
    together = np.array([label in TOGETHER for label in labels])
    opens = np.diff(label * texts + document, prepend=-texts - 1) != 0
    run = np.cumsum(opens) - 1
    long = np.bincount(run, size)[run] >= SEVERAL
    alone = other & ~(long & together[label] & together[own[document]])
    scattered = np.bincount(document[alone], size[alone], texts) / words[:, 0]
    shares[np.arange(texts), own] = 1 - shares.sum(axis=1)
    return Spoken(shares, own, label, surely & (label == best), scattered)


def spans(
    texts: Sequence[str], pieces: Passages, said: Spoken, chances: Scores, labels: Sequence[str]
) -> list[list[Span]]:
    """Of each text of more than one language the spans that it is cut into, none of another text.

    A heading, or a name before a speech, is in the language of what follows it. A span begins with its line, or
    within a line with its first word.
    """
    stretches: list[list[Span]] = [[] for _ in texts]
    mixed = (said.shares > 0).sum(axis=1) > 1
    here = np.flatnonzero(mixed[pieces.document])
    if not len(here):
        return stretches
    rows = np.flatnonzero(mixed[pieces.document[pieces.asked]])
    asked, chances = pieces.asked[rows], chances[rows]
    said = replace(said, label=said.label[rows], sure=said.sure[rows])
    label_of_asked = _settled(pieces, asked, said, chances)
    # Which asked passage speaks for each: itself or the next; at the end of a stretch or a text the one before.
    after = np.searchsorted(asked, here)
    ends = asked[np.minimum(after, len(asked) - 1)]
    after -= (after == len(asked)) | (pieces.document[ends] != pieces.document[here])
    after -= ~pieces.opens[here] & (asked[after] > here)
    label, document = label_of_asked[after], pieces.document[here]
    opens = np.flatnonzero(np.diff(document * len(labels) + label, prepend=-1))
    words = pieces.words[here]
    confidence = np.add.reduceat(chances[after, label] * words, opens) / np.add.reduceat(
        words, opens
    )
    columns = (document[opens], pieces.begin[here[opens]], label[opens], confidence)
    cuts = [
        (text, _before_word(texts[text], at), labels[of], sure)
        for text, at, of, sure in zip(*(column.tolist() for column in columns), strict=True)
    ]
    for (text, at, language, sure), (following, end, *_) in zip(
        cuts, [*cuts[1:], (-1, 0)], strict=True
    ):
        mine = stretches[text]
        end = end if following == text else len(texts[text])
        mine.append(Span(at if mine else 0, end, language, sure))
    return [mine if len(mine) > 1 else [] for mine in stretches]


def _before_word(text: str, at: int) -> int:
    """Where what has no white space begins that stands at a place."""
    while at > 0 and not text[at - 1].isspace():
        at -= 1
    return at


def _settled(pieces: Passages, asked: Ints, said: Spoken, chances: Scores) -> Ints:
    """The label of each of some asked passages where texts are cut: of an unsure one the likeliest of those of the sure
    ones before and behind it and of its text.

    Of a sentence of several passages the whole says what is likeliest, and a short rest of it is never sure. A title
    goes with what follows, unless it likely is in another of these.
    """
    rows = np.arange(len(asked))
    document, size = pieces.document[asked], pieces.words[asked]
    stretch, sentences = np.cumsum(pieces.opens)[asked], pieces.sentences[asked]
    own = said.own[document]
    rest = ~pieces.opens[asked] & (size < SEVERAL)
    sure = said.sure & ~rest & (sentences | (said.label == own))
    label = np.where(sentences | sure, said.label, own)
    before = np.maximum.accumulate(np.where(sure, rows, -1))
    after = np.minimum.accumulate(np.where(sure, rows, len(rows))[::-1])[::-1]
    opens = np.flatnonzero(np.diff(stretch, prepend=-1))
    of = np.cumsum(np.diff(stretch, prepend=-1) != 0) - 1
    whole = np.add.reduceat(chances * size[:, None], opens)[of]
    several = (np.diff(opens, append=len(rows)) > 1)[of]
    labels, weights = [label], [np.take_along_axis(whole, label[:, None], 1)[:, 0]]
    for side in (before, after):
        there = np.clip(side, 0, len(rows) - 1)
        adjacent = (side == there) & (document[there] == document)
        adjacent &= ~several | (stretch[there] == stretch)
        labels.append(np.where(adjacent, label[there], label))
        weights.append(np.take_along_axis(whole, labels[-1][:, None], 1)[:, 0])
    likeliest = np.argmax(weights, axis=0)
    title = ~sentences & ~several & (np.maximum(*weights[:2]) < LIKELY * size)
    return np.where(sure, label, np.choose(np.where(title, 2, likeliest), labels))


class _Cells(NamedTuple):
    """The lines of a batch, and of a table the cells of each: where one starts and ends, the number of its paragraph,
    and where its `words` begin among those of the batch; one longer.
    """

    start: Ints
    end: Ints
    paragraph: Ints
    words: Ints

    @classmethod
    def of(cls, batch: Batch) -> _Cells:
        lines = cls(batch.line_start, batch.line_end, batch.paragraph_of_line, batch.line_words)
        tabs = np.flatnonzero(batch.codes == ord("\t"))
        bars = batch.sign_at[batch.signs_in(" | ", 1)]
        at, size = np.append(tabs, bars), np.repeat([0, 1], [len(tabs), len(bars)])
        line = np.searchsorted(lines.start, at, "right") - 1
        inside = np.flatnonzero((line >= 0) & (at + size < lines.end[line])) if len(at) else at
        if not len(inside):
            return lines
        inside = inside[np.argsort(at[inside])]
        at, size, line = at[inside], size[inside], line[inside]
        return cls(
            np.insert(lines.start, line + 1, at + size + 1),
            np.insert(lines.end, line, at - size),
            np.insert(lines.paragraph, line, lines.paragraph[line]),
            np.insert(lines.words, line + 1, np.searchsorted(batch.word_start, at)),
        )


def _stretches(batch: Batch, cells: _Cells) -> tuple[Ints, Bools]:
    """The number of the stretch of each cell: what may be in a language of its own. And whether it is of a sentence.

    A line that goes on in small letters is one sentence with the next, as verses and wrapped lines are. A sentence of
    SHORTEST words stands for itself; the entries of a list, the lines of a dialogue, are asked together, to the end of
    their paragraph or the next such sentence. What is shorter than SEVERAL words and has no full stop may be a title.
    """
    number, paragraph, words = len(cells.start), cells.paragraph, np.diff(cells.words)
    classes, ends = batch.classes[cells.start], batch.codes[cells.end - 1]
    small = ((classes & LETTER) != 0) & ((classes & UPPER) == 0)
    opens = np.ones(number, bool)
    goes_on = small[1:] & ~_ENDS.take(ends[:-1], mode="clip")
    opens[1:] = ~goes_on | (paragraph[1:] != paragraph[:-1])
    sentence = np.cumsum(opens) - 1
    size = np.bincount(sentence, words, int(opens.sum()))
    long = size >= SHORTEST
    alone = np.ones(len(long), bool)
    alone[1:] = long[1:] | long[:-1] | (np.diff(paragraph[opens]) != 0)
    closes = np.append(opens[1:], True)[:number]
    closed = (size >= SEVERAL) | _FULL.take(ends[closes], mode="clip")
    return (np.cumsum(alone) - 1)[sentence], closed[sentence]
