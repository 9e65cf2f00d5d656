"""What datatrove's filters measure, as they measure it: with spaCy's words, peculiarities and all (extra `parity`).

For who must reach the verdicts of a corpus that was made with them. Readings: datatrove 0.10, pipeline/filters/
gopher_quality_filter.py, gopher_repetition_filter.py, fineweb_quality_filter.py, c4_filters.py, utils/text.py and
utils/word_tokenizers.py. Some hundred times slower than the signals of our own, which differ where those have a defect:
there signs are words, white space is text, a run that occurs once is the most frequent one, and copied pages of English
name the policies.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from cleaning.signals.measures import Measure, Signal
from cleaning.signals.published.published import C4_POLICIES
from cleaning.signals.text.stopwords import STOP_WORDS
from cleaning.text.batch import Batch
from pipeline.errors import UsageError
from pipeline.extras import install

# datatrove's marks that end a sentence: Unicode's Sentence_Terminal, nearly.
_TERMINAL = (
    "!.?"
    "\u0589\u061d\u061e\u061f\u06d4\u0700\u0701\u0702\u07f9\u0837\u0839\u083d\u083e\u0964\u0965\u104a\u104b\u1362"
    "\u1367\u1368\u166e\u1735\u1736\u17d4\u17d5\u17d6\u17d9\u17da\u1803\u1809\u1944\u1945\u1aa8\u1aa9\u1aaa\u1aab"
    "\u1b5a\u1b5b\u1b5e\u1b5f\u1b7d\u1b7e\u1c3b\u1c3c\u1c7e\u1c7f\u203c\u203d\u2047\u2048\u2049\u2e2e\u2e3c\u2e53"
    "\u2e54\u3002\ua4ff\ua60e\ua60f\ua6f3\ua6f7\ua876\ua877\ua8ce\ua8cf\ua92f\ua9c8\ua9c9\uaa5d\uaa5e\uaa5f\uaaf0"
    "\uaaf1\uabeb\ufe52\ufe56\ufe57\uff01\uff0e\uff1f\uff61\U00010a56\U00010a57\U00010f55\U00010f56\U00010f57"
    "\U00010f58\U00010f59\U00010f86\U00010f87\U00010f88\U00010f89\U00011047\U00011048\U000110be\U000110bf"
    "\U000110c0\U000110c1\U00011141\U00011142\U00011143\U000111c5\U000111c6\U000111cd\U000111de\U000111df"
    "\U00011238\U00011239\U0001123b\U0001123c\U000112a9\U0001144b\U0001144c\U000115c2\U000115c3\U000115c9"
    "\U000115ca\U000115cb\U000115cc\U000115cd\U000115ce\U000115cf\U000115d0\U000115d1\U000115d2\U000115d3"
    "\U000115d4\U000115d5\U000115d6\U000115d7\U00011641\U00011642\U0001173c\U0001173d\U0001173e\U00011944"
    "\U00011946\U00011a42\U00011a43\U00011a9b\U00011a9c\U00011c41\U00011c42\U00011ef7\U00011ef8\U00011f43"
    "\U00011f44\U00016a6e\U00016a6f\U00016af5\U00016b37\U00016b38\U00016b44\U00016e98\U0001bc9f\U0001da88"
)
_SIGNS = frozenset(
    "!/—”:％１〈&(、━\\【#%「」，】；+^]~“《„';’{|∶´[=-`*．（–？！：$～«〉,><》)?）。…@_.\"}►»"
    + "".join(map(chr, (*range(9), *range(11, 32), *range(127, 160))))
    + _TERMINAL
)
_CITATION = re.compile(r"\[\d*]|\[edit]|\[citation needed]")
PIECE = 500_000  # code points that spaCy splits at once, to the end of their line: no word goes over one
_TOPS, _RUNS = (2, 3, 4), tuple(range(5, 11))
_STOP_WORDS = frozenset(STOP_WORDS["es"])


@cache
def _spacy() -> Any:
    """spaCy's Spanish rules for words and sentences. Raises UsageError where it is not installed."""
    try:
        import spacy
    except ImportError as error:
        raise UsageError(
            f"the group of signals `parity` takes spaCy's words: {install('parity')}"
        ) from error
    language = spacy.blank("es")
    language.add_pipe("sentencizer")
    return language


def _tokens(text: str) -> Any:
    language = _spacy()
    language.max_length = len(text) + 10
    try:
        return language(text)
    except Exception:
        if "IS_ALPHA" not in text:  # this word breaks spaCy's tokenizer
            raise
        return language(text.replace("IS_ALPHA", ""))


def words(text: str) -> list[str]:
    """The words and signs of a text as datatrove has them."""
    words_found: list[str] = []
    at = 0
    while at < len(text):
        end = text.find("\n", at + PIECE) + 1 or len(text)
        with _spacy().memory_zone():
            tokens = _tokens(text[at:end])
            words_found += [sys.intern(word) for token in tokens if (word := token.text.strip())]
        at = end
    return words_found


def sentences(text: str) -> int:
    """How many sentences datatrove finds in a line."""
    with _spacy().memory_zone():
        return max(1, sum(1 for _ in _tokens(text).sents))


def quality(text: str, words: Sequence[str]) -> tuple[float, ...]:
    """What Gopher's rules of quality ask, in the order of `_QUALITY`."""
    spoken = [word for word in words if any(c not in _SIGNS for c in word)]
    lines = text.splitlines()
    if not words or not lines:
        return (len(spoken), *[np.nan] * 6, 0)
    return (
        len(spoken),
        float(np.mean([len(word) for word in spoken])) if spoken else np.nan,
        text.count("#") / len(words),
        (text.count("...") + text.count("…")) / len(words),
        sum(line.lstrip().startswith(("•", "-")) for line in lines) / len(lines),
        sum(line.rstrip().endswith(("...", "…")) for line in lines) / len(lines),
        sum(any(c.isalpha() for c in word) for word in words) / len(words),
        len(_STOP_WORDS.intersection(words)),
    )


def repetition(text: str, words: Sequence[str]) -> tuple[float, ...]:
    """What Gopher's rules of repetition ask, in the order of `_REPETITION`."""
    if not text:
        return (1.0, *[np.nan] * (len(_TOPS) + len(_RUNS)))
    lines = re.split("\n+", text)
    tops = []
    for n in _TOPS:
        runs = Counter(" ".join(words[i : i + n]) for i in range(len(words) - n + 1))
        ((run, copies),) = runs.most_common(1) or [("", 0)]
        tops.append(len(run) * copies / len(text))
    return (
        _copies(lines)[0] / len(lines),
        *tops,
        *(_scanned(words, n) / len(text) for n in _RUNS),
    )


def fineweb(text: str, words: Sequence[str]) -> tuple[float, ...]:
    """What FineWeb's rules ask, in the order of `_FINEWEB`."""
    lines = [line for line in text.split("\n") if line.strip()]
    if not lines:
        return 0.0, np.nan, np.nan
    return (
        sum(line.endswith(tuple(_TERMINAL)) for line in lines) / len(lines),
        _copies(lines)[1] / len(text.replace("\n", "")),
        text.count("\n") / len(words) if words else np.nan,
    )


def c4_sentences(text: str) -> int:
    """The sentences in the lines that C4 keeps; 0 where it drops the page for a brace or `lorem ipsum`."""
    number = 0
    for line in text.splitlines():
        line = line.strip()
        split = line.split()
        if any(len(word) > 1000 for word in split):
            continue
        line = _CITATION.sub("", line)
        if not line.endswith((".", "?", "!", '"', "'")) or line.endswith("...") or len(split) < 3:
            continue
        lower = line.lower()
        if "lorem ipsum" in lower:
            return 0
        if "javascript" in lower:
            continue
        if "{" in line:
            return 0
        if not any(policy in lower for policy in C4_POLICIES):
            number += sentences(line)
    return number


def _copies(pieces: Sequence[str]) -> tuple[int, int]:
    """Later copies of pieces, and their code points."""
    met: set[str] = set()
    number = characters = 0
    for piece in pieces:
        if piece in met:
            number, characters = number + 1, characters + len(piece)
        met.add(piece)
    return number, characters


def _scanned(words: Sequence[str], n: int) -> int:
    """Code points of runs that were met before: one that is counted is jumped over."""
    met: set[str] = set()
    characters = at = 0
    while at <= len(words) - n:
        run = "".join(words[at : at + n])
        if run in met:
            characters, at = characters + len(run), at + n
        else:
            met.add(run)
            at += 1
    return characters


def _measure(batch: Batch) -> Any:
    rows = []
    for text in batch.texts:
        split = words(text)
        rows.append(
            (
                *quality(text, split),
                *repetition(text, split),
                *fineweb(text, split),
                c4_sentences(text),
            )
        )
    return tuple(zip(*rows, strict=True)) if rows else ([],) * len(_SIGNALS)


_QUALITY: dict[str, Signal] = {
    "parity_words": (int, "words that are no signs (datatrove)"),
    "parity_word_length": (float, "mean length of these (datatrove)"),
    "parity_hashes": (float, "signs # over words and signs (datatrove)"),
    "parity_ellipses": (float, "ellipses over words and signs (datatrove)"),
    "parity_bullet_lines": (float, "lines that begin with • or - (datatrove)"),
    "parity_ellipsis_lines": (float, "lines that end in an ellipsis (datatrove)"),
    "parity_alphabetic_words": (float, "words and signs with a letter (datatrove)"),
    "parity_stop_words": (int, "different stop words (datatrove)"),
}
_REPETITION: dict[str, Signal] = {
    "parity_duplicate_lines": (float, "later copies of lines, of the lines (datatrove)"),
    **{
        f"parity_top_{n}gram": (float, f"the most frequent run of {n} words (datatrove)")
        for n in _TOPS
    },
    **{
        f"parity_duplicate_{n}grams": (float, f"later copies of runs of {n} words (datatrove)")
        for n in _RUNS
    },
}
_FINEWEB: dict[str, Signal] = {
    "parity_end_marks": (float, "lines that end in a full stop or the like (datatrove)"),
    "parity_duplicate_line_characters": (float, "code points of copied lines (datatrove)"),
    "parity_newlines": (float, "newlines over words and signs (datatrove)"),
}
_SIGNALS = {
    **_QUALITY,
    **_REPETITION,
    **_FINEWEB,
    "parity_c4_sentences": (int, "sentences in the lines that C4 keeps (datatrove)"),
}
_parity = Measure(_SIGNALS, _measure)
