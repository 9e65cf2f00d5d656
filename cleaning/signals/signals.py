"""The signals: what is measured of every text, each a column of the table that `annotate` writes.

A measure is a function of a batch (and of the language of each of its texts) that gives one array, or a
tuple of arrays, of one value a text; `@measure` names its columns and says what they are. To add a
signal, add a measure. Shares are 0..1, of the whole that the description names; lengths are code points.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from cleaning.signals import residue
from cleaning.signals.measures import MEASURES, measure
from cleaning.signals.repetition import duplicate_spans, grouped, repeated_runs, share, within
from cleaning.signals.stopwords import STOP_WORDS
from cleaning.text import (
    DIGIT,
    LETTER,
    PUNCTUATION,
    SPACE,
    SYMBOL,
    UPPER,
    Batch,
    Bools,
    Floats,
    Ints,
    by_text,
    word_hash,
)


def compute(
    batch: Batch, languages: Sequence[str], names: Iterable[str] | None = None
) -> dict[str, Any]:
    """The arrays of the named signals (None: all), one value a text. A KeyError names one unknown."""
    wanted = set(TYPES if names is None else names)
    if unknown := wanted - set(TYPES):
        raise KeyError(f"there is no signal {sorted(unknown)[0]!r}")
    found: dict[str, Any] = {}
    for each in MEASURES:
        if wanted.isdisjoint(each.signals):
            continue
        values = each.compute(batch, languages)
        values = values if isinstance(values, tuple) else (values,)
        for (name, (kind, _)), value in zip(each.signals.items(), values, strict=True):
            if name in wanted:
                found[name] = np.asarray(value, np.int64 if kind is int else np.float64)
    return found


# Size ------------------------------------------------------------------------------------------


@measure(
    characters=(int, "code points of the text"),
    words=(int, "words: runs of letters, marks and numbers"),
    lines=(int, "lines that are not empty"),
    paragraphs=(int, "runs of lines without an empty line between them"),
)
def _size(batch: Batch, languages: Sequence[str]) -> Any:
    paragraphs = np.diff(batch.paragraph_first)
    return batch.characters, np.diff(batch.word_first), np.diff(batch.line_first), paragraphs


@measure(
    mean_word_length=(float, "mean length of the words"),
    longest_word=(int, "length of the longest run of letters and numbers"),
    words_per_sentence=(float, "words over marks that end a sentence (. ? ! …), at least one"),
)
def _lengths(batch: Batch, languages: Sequence[str]) -> Any:
    words, lengths = np.diff(batch.word_first), batch.word_lengths
    ends = batch.count_signs(_end_marks(batch))
    return (
        share(by_text(lengths, batch.word_first), words),
        _largest(lengths, batch.word_first),
        words / np.maximum(ends, 1),
    )


# Characters ------------------------------------------------------------------------------------


@measure(
    digits=(float, "digits, of the code points that are not white space"),
    uppercase=(float, "capitals, of the letters"),
    letters=(float, "letters, of the code points that are not white space"),
    latin=(float, "letters of the Latin script, of the letters"),
    punctuation=(float, "punctuation, of the code points that are not white space"),
    symbols=(float, "symbols (currency, mathematics, arrows, emoji), of the same"),
    unreadable=(float, "U+FFFD, control, private and unassigned code points, of all"),
)
def _characters(batch: Batch, languages: Sequence[str]) -> Any:
    classes, codes = batch.classes, batch.codes
    letter = (classes & LETTER) != 0
    letters = batch.count(letter)
    ink = batch.count((classes & SPACE) == 0)
    latin = letter & ((codes < 0x250) | ((codes >= 0x1E00) & (codes < 0x1F00)))
    nothing = (classes == 0) | (codes == 0xFFFD)
    return (
        share(batch.count((classes & DIGIT) != 0), ink),
        share(batch.count((classes & UPPER) != 0), letters),
        share(letters, ink),
        share(batch.count(latin), letters),
        share(batch.count((classes & PUNCTUATION) != 0), ink),
        share(batch.count((classes & SYMBOL) != 0), ink),
        share(batch.count(nothing), batch.characters),
    )


@measure(
    hashes_per_word=(float, "signs #, over words (Gopher)"),
    ellipses_per_word=(float, "ellipses … and ..., over words (Gopher)"),
    commas_per_word=(float, "commas, over words"),
    separators_per_word=(float, "signs | / > » · • ; – — between what is no sentence, over words"),
    braces_per_word=(float, "signs { and }, over words"),
)
def _signs(batch: Batch, languages: Sequence[str]) -> Any:
    words, signs = np.diff(batch.word_first), batch.signs

    def per_word(mask: Bools) -> Floats:
        return share(batch.count_signs(mask), words)

    return (
        per_word(signs == ord("#")),
        per_word(_ellipses(batch)),
        per_word(signs == ord(",")),
        per_word(_among(signs, "|/>»·•;–—")),
        per_word(_among(signs, "{}")),
    )


# Words -----------------------------------------------------------------------------------------


@measure(alphabetic_words=(float, "words with a letter, of the words (Gopher)"))
def _alphabetic(batch: Batch, languages: Sequence[str]) -> Any:
    letters = np.concatenate(([0], np.cumsum((batch.classes & LETTER) != 0)))
    alphabetic = letters[batch.word_end] > letters[batch.word_start]
    return share(by_text(alphabetic.astype(np.int64), batch.word_first), np.diff(batch.word_first))


@measure(
    stop_words=(float, "distinct stop words of the text's language; none where it has no list"),
    stop_word_share=(float, "stop words of the text's language, of the words; none without a list"),
)
def _stop_words(batch: Batch, languages: Sequence[str]) -> Any:
    table, sets = _stop_table()
    place = np.minimum(np.searchsorted(table, batch.word_hashes), len(table) - 1)
    at = np.flatnonzero(table[place] == batch.word_hashes)
    cells = batch.word_document[at] * len(table) + place[at]
    counts = np.bincount(cells, minlength=len(batch) * len(table)).reshape(len(batch), len(table))
    none = np.zeros(len(table), bool)
    chosen = np.array([sets.get(name, none) for name in languages], bool).reshape(counts.shape)
    listed = chosen.any(axis=1)
    distinct = ((counts > 0) & chosen).sum(axis=1)
    found = share((counts * chosen).sum(axis=1), np.diff(batch.word_first))
    return np.where(listed, distinct, np.nan), np.where(listed, found, np.nan)


@measure(
    distinct_words=(float, "distinct words, of the words"),
    top_word=(float, "the most frequent word of four and more letters, of the words"),
    keyword_density=(float, "the ten most frequent words of four and more letters, of the words"),
    vocabulary=(float, "distinct words, over the square root of the words (Guiraud 1954)"),
)
def _vocabulary(batch: Batch, languages: Sequence[str]) -> Any:
    words, documents = np.diff(batch.word_first), batch.word_document
    order, same = grouped(within(batch.word_hashes, batch.word_first))
    first = order[~same[:-1]]  # of each distinct word of each text, its first place
    copies = np.diff(np.flatnonzero(~same))
    distinct = np.bincount(documents[first], minlength=len(batch))
    long = batch.word_lengths[first] >= 4
    ranked = np.sort((documents[first[long]] << 32) - copies[long])  # by text, most frequent first
    owner = (ranked + 0xFFFFFFFF) >> 32
    copies = (owner << 32) - ranked
    rank = np.arange(len(owner)) - np.searchsorted(owner, owner)
    top = np.bincount(owner[rank < 1], copies[rank < 1], len(batch))
    ten = np.bincount(owner[rank < 10], copies[rank < 10], len(batch))
    guiraud = share(distinct, np.sqrt(words))
    return share(distinct, words), share(top, words), share(ten, words), guiraud


# Lines -----------------------------------------------------------------------------------------


@measure(
    end_mark_lines=(float, "lines that end a sentence (. ? ! … » ” \" '), of the lines"),
    colon_lines=(float, "lines that end in a colon, of the lines"),
    ellipsis_lines=(float, "lines that end in … or ..., of the lines (Gopher)"),
    bullet_lines=(
        float,
        "lines that begin with a bullet or a dash and a space, of the lines (Gopher)",
    ),
    short_lines=(float, "lines of at most 30 code points, of the lines (FineWeb)"),
    lines_per_word=(float, "lines, over words (FineWeb: newlines per word)"),
)
def _lines(batch: Batch, languages: Sequence[str]) -> Any:
    codes, first, last = batch.codes, batch.line_start, batch.line_end - 1
    lines = np.diff(batch.line_first)
    before = codes[np.maximum(last - 1, first)]
    closed = _among(codes[last], ")]") & _among(before, ".?!…")
    ended = _among(codes[last], ".?!…»”\"'") | closed
    dots = (codes[last] == 0x2E) & (before == 0x2E) & (codes[np.maximum(last - 2, first)] == 0x2E)
    dots &= last - first >= 2
    spaced = (batch.classes[np.minimum(first + 1, last)] & SPACE) != 0
    bullet = _among(codes[first], "•●‣▶◦■□▪▫*") | (_among(codes[first], "-–—·>") & spaced)

    def of_lines(mask: Bools) -> Floats:
        return share(by_text(mask.astype(np.int64), batch.line_first), lines)

    return (
        of_lines(ended),
        of_lines(codes[last] == ord(":")),
        of_lines(dots | (codes[last] == ord("…"))),
        of_lines(bullet),
        of_lines(last - first < 30),
        share(lines, np.diff(batch.word_first)),
    )


# Repetition ------------------------------------------------------------------------------------


@measure(
    duplicate_lines=(float, "later copies of lines, of the lines (Gopher)"),
    duplicate_line_characters=(
        float,
        "code points in later copies of lines, of those of all lines",
    ),
    duplicate_paragraphs=(float, "later copies of paragraphs, of the paragraphs (Gopher)"),
    duplicate_paragraph_characters=(float, "code points in later copies of paragraphs, of all"),
)
def _duplicates(batch: Batch, languages: Sequence[str]) -> Any:
    lengths = batch.line_end - batch.line_start
    lines = duplicate_spans(batch.line_hashes, lengths, batch.line_first)
    hashes, first = batch.paragraph_hashes, batch.paragraph_first
    paragraphs = duplicate_spans(hashes, batch.paragraph_lengths, first)
    return lines.number, lines.characters, paragraphs.number, paragraphs.characters


@measure(
    **{
        f"top_{n}gram": (
            float,
            f"code points of words in the most frequent run of {n} words (Gopher)",
        )
        for n in (2, 3, 4)
    },
    **{
        f"duplicate_{n}grams": (float, f"code points of words in later copies of runs of {n} words")
        for n in range(5, 11)
    },
)
def _runs(batch: Batch, languages: Sequence[str]) -> Any:
    runs = repeated_runs(batch)
    return (*runs.top.values(), *runs.duplicate.values())


# Residue ---------------------------------------------------------------------------------------


@measure(
    urls_per_word=(float, "web addresses, over words"),
    tags_per_word=(float, "what looks like an HTML tag, over words"),
    emails=(int, "e-mail addresses"),
)
def _residue(batch: Batch, languages: Sequence[str]) -> Any:
    texts, words = batch.texts, np.diff(batch.word_first)
    addresses = np.array([residue.urls(t) for t in texts], np.int64)
    tags = np.array([residue.tags(t) for t in texts], np.int64)
    return share(addresses, words), share(tags, words), [residue.emails(t) for t in texts]


@measure(error_page=(int, "1 where a short text begins by saying that the page was not found"))
def _error_page(batch: Batch, languages: Sequence[str]) -> Any:
    return [int(residue.says_not_found(text)) for text in batch.texts]


TYPES: Mapping[str, type] = {name: kind for m in MEASURES for name, (kind, _) in m.signals.items()}


def _among(codes: Any, characters: str) -> Bools:
    return np.isin(codes, np.array([ord(c) for c in characters], np.uint32))


def _after(batch: Batch) -> Ints:
    """The place behind each sign."""
    return np.minimum(batch.sign_at + 1, max(len(batch.codes) - 1, 0))


def _end_marks(batch: Batch) -> Bools:
    """Which signs end a sentence: . ? ! … with white space, a quote or a bracket behind."""
    after = _after(batch)
    closed = ((batch.classes[after] & SPACE) != 0) | _among(batch.codes[after], "»”\"')]")
    return _among(batch.signs, ".?!…") & closed


def _ellipses(batch: Batch) -> Bools:
    """Which signs are … or the third of three points or more."""
    at, dot = batch.sign_at, batch.signs == ord(".")
    third = np.zeros(len(at), bool)
    third[2:] = dot[2:] & dot[1:-1] & dot[:-2] & (at[2:] - at[:-2] == 2)
    third[3:] &= ~((at[3:] - at[:-3] == 3) & dot[:-3])
    return (batch.signs == ord("…")) | third


def _largest(values: Ints, first: Ints) -> Ints:
    """The largest of the values of each text, 0 where it has none."""
    found = np.zeros(len(first) - 1, np.int64)
    full = np.flatnonzero(np.diff(first) > 0)
    if len(full):
        found[full] = np.maximum.reduceat(values, first[full])
    return found


@cache
def _stop_table() -> tuple[Any, dict[str, Bools]]:
    """The sorted hashes of all stop words, and for each language which of them are its."""
    hashes = {name: [word_hash(w) for w in words] for name, words in STOP_WORDS.items()}
    table = np.array(sorted({h for listed in hashes.values() for h in listed}), np.uint64)
    return table, {name: np.isin(table, np.array(h, np.uint64)) for name, h in hashes.items()}
