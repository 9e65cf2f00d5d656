"""What published pipelines ask of a page besides what `text` measures: C4, the BNE cleaner, RedPajama-v2.

Constants and readings: C4, Raffel et al. 2020, as in tensorflow_datasets' c4_utils.py; PlanTL corpus-cleaner,
pre_filterer.py; RedPajama-Data, app/src/core/quality_signals.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from cleaning.signals.arrays import among, numbered_words, ranked, share
from cleaning.signals.measures import Measure, Signal, measure
from cleaning.signals.text.characters import kinds_of
from cleaning.signals.text.repetition import scanned_runs
from cleaning.text.batch import Batch, Ints, by_text
from cleaning.text.kinds import LETTER, NUMBER, SPACE

if TYPE_CHECKING:
    from cleaning.signals.published.phrases import Phrases

C4_POLICIES = (
    "terms of use",
    "privacy policy",
    "cookie policy",
    "uses cookies",
    "use of cookies",
    "use cookies",
)
_POLICY = (  # C4's phrases, and what Spanish pages say instead
    "javascript",
    *C4_POLICIES,
    "condiciones de uso",
    "política de privacidad",
    "política de cookies",
    "uso de cookies",
)
_LOREM = "lorem ipsum"


@measure(
    not_alphanumeric=(float, "signs that are no letter, mark or number, of the ink (BNE)"),
    outside_alphabet=(float, "what is no letter of the Spanish alphabet, of the ink (BNE)"),
    capital_words=(float, "words all in capitals, of the words (RedPajama-v2)"),
)
def _alphabet(batch: Batch) -> Any:
    kinds = kinds_of(batch)
    ink, letters = kinds.ink, kinds.of(LETTER) - kinds.not_spanish
    shouted = (batch.word_capitals == batch.word_letters) & (batch.word_capitals > 1)
    none = ink - kinds.of(LETTER) - kinds.of(NUMBER)  # each is of one class
    return (
        share(none, ink),
        share(ink - letters, ink),
        share(by_text(shouted, batch.word_first), np.diff(batch.word_first)),
    )


@measure(newlines_per_word=(float, "newlines, of empty lines too, over words (FineWeb)"))
def _newlines(batch: Batch) -> Any:
    newlines = np.array([text.count("\n") for text in batch.texts], np.int64)
    return share(newlines, np.diff(batch.word_first))


_TOPS = (2, 3, 4)
_RUNS = tuple(range(5, 11))


def _scans(batch: Batch) -> Any:
    """FineWeb-2's limits were fitted to datatrove's scan, over the text with its spaces and signs."""
    runs = scanned_runs(batch)
    most = [
        copies * (length + n - 1)  # with a space between two words
        for n, (copies, length) in zip(_TOPS, runs.most, strict=True)
    ]
    later = [runs.duplicate(n) for n in _RUNS]
    return tuple(share(points, batch.characters) for points in (*most, *later))


_SCANS: dict[str, Signal] = {
    f"top_{n}gram_of_text": (
        float,
        f"code points of the most frequent run of {n} words, of all of the text (FineWeb-2)",
    )
    for n in _TOPS
}
_SCANS |= {
    f"duplicate_{n}grams_of_text": (
        float,
        f"code points of words in later copies of runs of {n} words, of all of the text (FineWeb-2)",
    )
    for n in _RUNS
}
_of_text = Measure(_SCANS, _scans)


@measure(word_entropy=(float, "entropy of the words, in nats (RedPajama-v2: unigram_entropy)"))
def _entropy(batch: Batch) -> Any:
    words = np.diff(batch.word_first)
    numbers = numbered_words(batch)
    # In order, so that the same words add up to the same in any batch.
    copies = ranked(numbers.copies, numbers.first)
    document = np.repeat(np.arange(len(batch)), np.diff(numbers.first))
    shares = copies / words[document]
    return np.bincount(document, -shares * np.log(shares), len(batch))


@measure(
    sentences=(int, "marks . ? ! that end something, with a space or nothing behind (C4)"),
    braces=(int, "signs { and }"),
    lorem_ipsum=(int, "how often `lorem ipsum` stands in it (C4)"),
    policy_lines=(float, "lines that name javascript, cookies or a policy, of the lines (C4)"),
    words_per_line=(float, "words separated by white space, over lines (HPLT)"),
    opening_braces=(int, "signs { (C4)"),
)
def _c4(batch: Batch) -> Any:
    lines, ink = np.diff(batch.line_first), (batch.classes & SPACE) == 0
    begins = ink.copy()
    begins[1:] &= ~ink[:-1]
    codes = batch.lowered(slice(0, len(batch.codes)))  # which are not kept beside a long text
    places, which = _phrases().places(codes)
    lorem, policies = places[which == 0], places[which > 0]
    named = np.zeros(len(batch.line_start), bool)
    named[np.searchsorted(batch.line_start, policies, "right") - 1] = True
    return (
        _sentences(batch),
        batch.count_signs(among(batch.signs, "{}")),
        np.diff(np.searchsorted(lorem, [*batch.start, len(codes)])),
        share(by_text(named, batch.line_first), lines),
        share(batch.count(begins), lines),
        batch.count_signs(among(batch.signs, "{")),
    )


def _sentences(batch: Batch) -> Ints:
    """The marks of each text with a space or the end of a line behind, and one that nothing but white space follows."""
    at = batch.sign_at[among(batch.signs, ".?!")] + 1
    text = np.searchsorted(batch.end, at)
    spaced = among(batch.codes[at], " \n") & (at != batch.end[text])
    ends = np.bincount(text[spaced], minlength=len(batch))
    some = np.flatnonzero(np.diff(batch.line_first))
    behind = batch.line_end[batch.line_first[some + 1] - 1]  # the last sign of each text
    unspaced = ~among(batch.codes[behind], " \n") | (behind == batch.end[some])
    ends[some] += among(batch.codes[behind - 1], ".?!") & unspaced
    return ends


@cache
def _phrases() -> Phrases:
    # Numba, which whoever only names a signal spares.
    from cleaning.signals.published.phrases import Phrases

    return Phrases([_LOREM, *_POLICY])
