"""What of a text is prose: its lines that are no code, and the lines and repetitions among these.

The rules of Gopher and FineWeb ask of lines what holds for pages of prose. A tutorial is prose between lines of shell
and YAML, and a speech of one line has no lines: here code counts neither for nor against a text, and a share of
lines is none where the lines are no units (few of them, or whole chapters).

A line is code inside a fence (```) or a block of source of Org or AsciiDoc, or where it has hardly a stop word of any
language and either many signs of programs, or their ends, or a prompt before it; and where it has no stop word, closes
no sentence and stands beside one. A line reads as a sentence where it has stop words and either an end mark, or the
length of one, or is a verse.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary, ref

import numpy as np

from cleaning.signals.arrays import among, share
from cleaning.signals.measures import measure
from cleaning.signals.parts.blocks import source_blocks
from cleaning.signals.parts.excerpts import LONGEST as LONGEST_EXCERPT
from cleaning.signals.parts.excerpts import cut_off, leading_on
from cleaning.signals.parts.verse import verses
from cleaning.signals.text.repetition import covered_by_runs, duplicate_spans
from cleaning.signals.text.words import stop_words_of_any
from cleaning.text.batch import BLOCK, Batch, Bools, Floats, Ints, by_text
from cleaning.text.kinds import LETTER, SPACE, UPPER

FEWEST = 5  # lines of which a share says something
LONGEST = 600  # code points of a mean line; above, the lines are chapters, speeches or records
HARD = "{}[]<>=;$\\|_#@&*/+~^%`"
HEADLINE = 12  # words of a line without an end mark that is no headline and no entry of a menu
TEASER = 40  # words of a line that ends in an ellipsis because a listing cut it
TITLE = (4, 25)  # words of the title of a teaser; above terms that a list explains
TEASERS = 4  # that make a listing
BESIDE = 3  # lines on each side of a line of code that it can make code
JOINED = 4  # words to a sign between names, at most, in a line of a program


class Lines:
    """What is known of each line of a batch."""

    @classmethod
    def of(cls, batch: Batch) -> Lines:
        """Those of a batch: of all but a very long text once for all measures that ask."""
        if batch not in _LINES:
            lines = cls(batch)
            if len(batch.codes) > BLOCK:
                return lines
            lines._batch = ref(batch)  # which keeps them, and is not to be kept by them
            _LINES[batch] = lines
        return _LINES[batch]

    def __init__(self, batch: Batch) -> None:
        self._batch: Callable[[], Batch | None] = lambda: batch
        self.first, self.last = batch.line_start, batch.line_end - 1
        self.document = np.repeat(np.arange(len(batch)), np.diff(batch.line_first))
        self.words = np.diff(batch.line_words)
        stop = stop_words_of_any(batch)
        self.stop = self.of_words(stop)
        # Of more than one letter: options and variables are called a, e, i, o and y too.
        self.long_stop = self.of_words(stop & (batch.word_lengths > 1))

    @property
    def batch(self) -> Batch:
        """The batch; who asks has it."""
        batch = self._batch()
        assert batch is not None
        return batch

    def of_words(self, values: Ints | Bools) -> Ints:
        """The sum over the words of each line."""
        return by_text(values, self.batch.line_words)

    @cached_property
    def ended(self) -> Bools:
        """Which close a sentence, as `end_mark_lines` says."""
        codes = self.batch.codes
        before = codes[np.maximum(self.last - 1, self.first)]
        closed = among(codes[self.last], ")]") & among(before, ".?!…")
        return among(codes[self.last], ".?!…»”\"'") | closed

    @cached_property
    def ellipsis(self) -> Bools:
        """Which end in … or three points, or in what leads to the rest behind."""
        return self._dotted(self.last) | self.leading_on

    @cached_property
    def leading_on(self) -> Bools:
        """Which lead to the rest of a text."""
        return leading_on(self.batch)

    @cached_property
    def excerpt(self) -> Bools:
        """Which are the beginnings of other texts."""
        bracketed = among(self.batch.codes[self.last], "])") & self._dotted(self.last - 1)
        cut = cut_off(self.batch, self.words, self.ellipsis | bracketed)
        return (
            cut
            | (self.ellipsis & (self.words <= TEASER))
            | (self.leading_on & (self.words <= LONGEST_EXCERPT))
        )

    def _dotted(self, last: Ints) -> Bools:
        """Which have … or three points before `last`, with what stands there."""
        codes, first = self.batch.codes, self.first
        before, third = codes[np.maximum(last - 1, first)], codes[np.maximum(last - 2, first)]
        dots = (codes[last] == 0x2E) & (before == 0x2E) & (third == 0x2E) & (last - first >= 2)
        return dots | (codes[last] == ord("…"))

    @cached_property
    def code(self) -> Bools:
        """Which are code."""
        batch, first, last = self.batch, self.first, self.last
        codes = batch.codes
        hard = by_text(among(batch.signs, HARD), batch.line_signs)
        many = hard > 0.08 * (last - first + 1)
        closes = among(codes[last], "{};\\")
        spaced = (batch.classes[np.minimum(first + 1, last)] & SPACE) != 0
        prompt = (among(codes[first], "$%") & spaced) | among(codes[first], "<}]@")
        # The prompt of root, and no heading: these begin with a capital.
        called = codes[np.minimum(first + 2, last)]
        prompt |= (codes[first] == ord("#")) & spaced & (called >= ord("a")) & (called <= ord("z"))
        prompt |= (codes[first] == ord("/")) & (codes[np.minimum(first + 1, last)] == ord("/"))
        rare = self.long_stop * 8 < self.words + (self.words == 0)
        code = rare & (many | closes | prompt)
        silent = (self.long_stop == 0) & ~self.ended & ((batch.classes[first] & UPPER) == 0)
        return self._beside(code, silent) | self._fenced

    @cached_property
    def program(self) -> Bools:
        """Which are code, or statements of a program in the words of a language: queries, calls, their remarks.

        Told by signs between names (`orders.id`, `has_many :tags`), and where they are hash marks or slashes,
        or words alone that are no stop words, by the lines beside.
        """
        batch, first = self.batch, self.first
        codes, classes, at, signs = batch.codes, batch.classes, batch.sign_at, batch.signs
        before, after = classes[np.maximum(at - 1, 0)], classes[np.minimum(at + 1, len(codes) - 1)]
        named, names = (before & LETTER) != 0, (after & LETTER) != 0
        joins = among(signs, "_.(:[#") & named & names
        joins |= among(signs, ":@$") & ~named & names
        joins |= among(codes[np.maximum(at - 1, 0)], ".=-:") & among(signs, "*>:")
        joined = by_text(joins, batch.line_signs)
        program = self.code | ((joined > 0) & (joined * JOINED >= self.words))
        remark = (codes[first] == ord("#")) & ~self.code
        small = ((classes[first] & LETTER) != 0) & ((classes[first] & UPPER) == 0)
        silent = (self.long_stop == 0) & ~self.ended & small
        return self._beside(program, silent | remark)

    def _beside(self, chosen: Bools, others: Bools) -> Bools:
        """The chosen lines, and those of the others that stand BESIDE them."""
        chosen = chosen.copy()
        same = self.document[1:] == self.document[:-1]
        for _ in range(BESIDE):
            beside = np.zeros(len(chosen), bool)
            beside[1:] |= chosen[:-1] & same
            beside[:-1] |= chosen[1:] & same
            chosen |= others & beside
        return chosen

    @property
    def _fenced(self) -> Bools:
        """Which stand in a fence or a block of source, its own lines too; one that none closes opens nothing."""
        codes, first = self.batch.codes, self.first
        fence = codes[first] == ord("`")
        for step in (1, 2):
            fence &= codes[np.minimum(first + step, self.last)] == ord("`")
        fence &= self.last - first >= 2
        total = by_text(fence, self.batch.line_first)[self.document]
        before = np.cumsum(fence) - fence
        opened = before - np.append(before, fence.sum())[self.batch.line_first[self.document]]
        inside = (opened % 2 == 1) & (opened < total)
        return inside | (fence & (opened < total - total % 2)) | self._in_blocks

    @property
    def _in_blocks(self) -> Bools:
        inside = np.zeros(len(self.first), bool)
        batch = self.batch
        for text in batch.texts_with(batch.signs_in("#+", 0) | batch.signs_in("\n----", 1)):
            begin = int(batch.start[text])
            for start, end in source_blocks(batch.texts[text]):
                first, last = np.searchsorted(self.first, (begin + start, begin + end)).tolist()
                inside[first:last] = True
        return inside

    @cached_property
    def sentence(self) -> Bools:
        """Which read as sentences."""
        classes = self.batch.classes[self.first]
        small = ((classes & LETTER) != 0) & ((classes & UPPER) == 0)
        goes_on = small.copy()  # as a verse does, and a line that was wrapped
        goes_on[:-1] |= small[1:] & (self.document[1:] == self.document[:-1])
        pause = self.ended | among(self.batch.codes[self.last], ",;:—-") | goes_on
        short = (self.words >= 4) & (self.stop >= 1) & pause
        long = (self.words >= HEADLINE) & (self.stop >= 2)
        reads_on = ~self.code & ~self.excerpt & (short | long)
        return reads_on | self.verse

    @cached_property
    def verse(self) -> Bools:
        """Which are lines of a poem."""
        return verses(self.batch, self.words, self.code, self.document)

    @property
    def introduces(self) -> Bools:
        """Which stand just above code, as `then add...` does."""
        same = self.document[1:] == self.document[:-1]
        introduces = np.zeros(len(self.code), bool)
        introduces[:-1] = self.code[1:] & same
        return introduces

    @cached_property
    def teased(self) -> Bools:
        """Which are the one sentence or two, in a line, below a title of their own, as a listing shows its texts."""
        least, most = TITLE
        title = ~self.ended & ~self.code & ~self.sentence & (self.words >= least)
        title &= (self.words <= most) & (self.batch.codes[self.last] != ord(":"))
        same = self.document[1:] == self.document[:-1]
        teased = self.sentence.copy()
        teased[:1] = False
        teased[1:] &= title[:-1] & same
        teased[:-1] &= ~(self.sentence[1:] & same)
        return teased

    def share(self, mask: Bools, of: Bools) -> Floats:
        """Of the lines `of` of each text those in `mask` too; none where these lines are no units."""
        number = self.total(of)
        length = self.total((self.last - self.first + 1) * of)
        units = (number >= FEWEST) & (length <= LONGEST * number)
        return np.where(units, share(self.total(mask & of), number), np.nan)

    def total(self, values: Ints | Bools) -> Ints:
        """The sum over the lines of each text."""
        return by_text(values, self.batch.line_first)


_LINES: WeakKeyDictionary[Batch, Lines] = WeakKeyDictionary()


@measure(
    code_share=(float, "words in lines of code, of the words"),
    sentence_words=(int, "words in lines that read as sentences"),
    sentence_share=(float, "those words, of the words outside code"),
    prose_end_marks=(
        float,
        "lines that end a sentence, of those outside code; none where lines are few or chapters",
    ),
    prose_ellipses=(
        float,
        "lines that end in … or ..., or in a call to read on, and introduce no code, of the same; likewise",
    ),
    prose_lines_per_word=(float, "lines outside code, over the words in them; likewise"),
    prose_duplicate_lines=(float, "later copies of lines, of the lines outside code"),
    prose_duplicate_characters=(float, "code points in later copies of lines, of the same"),
    prose_duplicate_5grams=(
        float,
        "code points of words in later copies of runs of 5, outside code",
    ),
    prose_duplicate_10grams=(float, "the same of runs of 10 words"),
    teaser_share=(
        float,
        "words in single lines below titles of their own, of the words in sentences; 0 where such are few",
    ),
)
def _prose(batch: Batch) -> Any:
    lines = Lines.of(batch)
    plain = ~lines.code
    words, own = np.diff(batch.word_first), lines.total(lines.words * plain)
    sentences = lines.total(lines.words * lines.sentence)
    number = lines.total(plain)
    units = ~np.isnan(lines.share(plain, plain))
    copies = _duplicates(batch, lines, plain)
    several = lines.total(lines.teased) >= TEASERS
    teased = share(lines.total(lines.words * lines.teased), sentences)
    return (
        share(words - own, words),
        sentences,
        share(sentences, own),
        lines.share(lines.ended, plain),
        lines.share(lines.ellipsis & ~lines.introduces, plain),
        np.where(units, share(number, own), np.nan),
        *copies,
        *_repeated(batch, lines, plain),
        np.where(several, teased, 0.0),
    )


def _duplicates(batch: Batch, lines: Lines, plain: Bools) -> tuple[Floats, Floats]:
    """Share of the lines outside code, and of their code points, that copy an earlier one."""
    at = np.flatnonzero(plain)
    first = np.append(0, np.cumsum(lines.total(plain)))
    lengths = (batch.line_end - batch.line_start)[at]
    spans = duplicate_spans(batch.line_hashes[at], lengths, first)
    return spans.number, spans.characters


def _repeated(batch: Batch, lines: Lines, plain: Bools) -> list[Floats]:
    """Share of the code points of words outside code in later copies of runs of 5 and of 10 words."""
    lengths = batch.word_lengths * np.repeat(plain, lines.words)
    whole = by_text(lengths, batch.word_first)
    return [
        share(by_text(lengths * covered_by_runs(batch, size), batch.word_first), whole)
        for size in (5, 10)
    ]
