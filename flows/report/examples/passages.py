"""Finds in a removed text the passage that tripped its rule: where the signal that the rule reads comes from."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable

from flows.report.quote import Span

SPANS = 2_000

_WORD = re.compile(r"[^\W_]+")
_PATTERNS = {
    "hashes_per_word": r"#+",
    "ellipses_per_word": r"…|\.{3,}",
    "commas_per_word": r",",
    "separators_per_word": r"[|/>»·•;–—]+",
    "braces_per_word": r"[{}]+",
    "digits": r"\d+",
    "alphabetic_words": r"\b\d+\b",
    "unreadable": r"[\ufffd\ue000-\uf8ff]+",
    "urls_per_word": r"(?:https?://|www\.)[^\s<>\"]{1,200}",
    "tags_per_word": r"</?[A-Za-z][^<>\n]{0,200}>",
    "bullet_lines": r"(?m)^[•●‣▶◦■□▪▫*·>–—-].*$",
    "ellipsis_lines": r"(?m)^.*(?:…|\.\.\.)$",
    "colon_lines": r"(?m)^.*:$",
    "short_lines": r"(?m)^.{1,30}$",
    "lines_per_word": r"(?m)^.{1,30}$",
    "end_mark_lines": r"(?m)^.*[^\s.?!…»”\"')\]]$",
    "error_page": r"(?i)\b404\b|\bno\s+(?:se\s+ha\s+|hemos\s+|ha\s+sido\s+)?(?:encontrad[ao]|existe|"
    r"disponible)|\bnot\s+found\b|\bez\s+da\s+aurkitu",
}
_COMPILED = {signal: re.compile(pattern) for signal, pattern in _PATTERNS.items()}


def passage_spans(signal: str | None, text: str) -> list[Span]:
    """The passage that the signal comes from; nothing where it is of the whole text, or of something absent."""
    if signal in _COMPILED:
        spans: Iterable[Span] = (m.span() for m in _COMPILED[signal].finditer(text))
    elif signal in _FINDERS:
        spans = _FINDERS[signal](text)
    elif signal and (run := re.fullmatch(r"(top|duplicate)_(\d+)grams?", signal)):
        spans = (_top_run if run[1] == "top" else _later_runs)(text, int(run[2]))
    else:
        spans = ()
    return sorted(spans)[:SPANS]


def differing_spans(text: str, other: str) -> list[Span]:
    """The words of a text that another hasn't in their place, each run of them as a span; of a text's beginning."""
    from difflib import SequenceMatcher

    mine = list(_WORD.finditer(text))[:1_500]
    theirs = [m.group().lower() for m in _WORD.finditer(other)][:1_500]
    words = [m.group().lower() for m in mine]
    runs = SequenceMatcher(None, words, theirs, autojunk=False).get_opcodes()
    return [
        (mine[start].start(), mine[stop - 1].end())
        for kind, start, stop, _, _ in runs
        if kind != "equal" and stop > start
    ]


def _words(text: str) -> list[tuple[str, int, int]]:
    return [(m.group().lower(), *m.span()) for m in _WORD.finditer(text)]


def _capitals(text: str) -> Iterable[Span]:
    return (m.span() for m in _WORD.finditer(text) if m.group().isupper())


def _of_category(letter: str) -> Callable[[str], Iterable[Span]]:
    def find(text: str) -> Iterable[Span]:
        marked = (i for i, c in enumerate(text) if unicodedata.category(c).startswith(letter))
        return ((i, i + 1) for i in marked)

    return find


def _foreign(text: str) -> Iterable[Span]:
    """Words with a letter that is not of the Latin script."""
    latin = re.compile(r"[\d\u0000-\u024f\u1e00-\u1eff]+")
    return (m.span() for m in _WORD.finditer(text) if not latin.fullmatch(m.group()))


def _longest_word(text: str) -> Iterable[Span]:
    longest = max(_WORD.finditer(text), key=lambda m: len(m.group()), default=None)
    return [longest.span()] if longest else []


def _frequent(most: int) -> Callable[[str], Iterable[Span]]:
    def find(text: str) -> Iterable[Span]:
        words = [w for w in _words(text) if len(w[0]) >= 4]
        chosen = {w for w, n in Counter(w for w, _, _ in words).most_common(most) if n > 1}
        return [(start, end) for word, start, end in words if word in chosen]

    return find


def _later_copies(split: str) -> Callable[[str], Iterable[Span]]:
    """The later copies of what `split` finds: lines or paragraphs."""
    pattern = re.compile(split)

    def find(text: str) -> Iterable[Span]:
        seen: set[str] = set()
        for match in pattern.finditer(text):
            content = match.group().strip()
            if content and content in seen:
                yield match.span()
            seen.add(content)

    return find


def _top_run(text: str, n: int) -> Iterable[Span]:
    words = _words(text)
    runs = [tuple(w for w, _, _ in words[i : i + n]) for i in range(len(words) - n + 1)]
    counts = Counter(runs)
    if not counts:
        return []
    top = max(counts, key=lambda run: counts[run] * sum(map(len, run)))
    return [(words[i][1], words[i + n - 1][2]) for i, run in enumerate(runs) if run == top]


def _later_runs(text: str, n: int) -> Iterable[Span]:
    words, seen = _words(text), set()
    for i in range(len(words) - n + 1):
        run = tuple(w for w, _, _ in words[i : i + n])
        if run in seen:
            yield words[i][1], words[i + n - 1][2]
        seen.add(run)


_FINDERS: dict[str, Callable[[str], Iterable[Span]]] = {
    "uppercase": _capitals,
    "symbols": _of_category("S"),
    "punctuation": _of_category("P"),
    "latin": _foreign,
    "longest_word": _longest_word,
    "long_word_share": _longest_word,
    "top_word": _frequent(1),
    "keyword_density": _frequent(10),
    "distinct_words": _frequent(10),
    "vocabulary": _frequent(10),
    "duplicate_lines": _later_copies(r"[^\n]+"),
    "duplicate_line_characters": _later_copies(r"[^\n]+"),
    "duplicate_paragraphs": _later_copies(r"(?:[^\n]+\n?)+"),
    "duplicate_paragraph_characters": _later_copies(r"(?:[^\n]+\n?)+"),
}
