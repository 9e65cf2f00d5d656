"""The score of a document as HPLT gives it: 0 to 1, of its segments, its signs and what it repeats.

Web Docs Scorer (Prompsit, web-docs-scorer 743d1318): configuration.py, docscorer.py and scorers/*.py, whose
reference language is Spanish. Left out: the part `informativeness`, whose curves come as pickles, and the piles of
numbers and signs in single segments; both count as 1. The language of a segment is that of its text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from cleaning.signals.measures import plain

_URL = re.compile(r"www|http")
_SINGULAR = re.compile(r"[^\w\s.,;:¿?¡!()\"'«»“”‘’…\-–—]|_")
_PUNCTUATION = re.compile(r"[.,;:¿?¡!()\"'«»“”‘’…\-–—]")

Points = Sequence[tuple[float, float]]
# (measure, score) between which the score is interpolated: the documentation's tables for Spanish.
URLS: Points = ((3, 1), (10, 0))
NUMBERS: Points = ((1, 1), (30, 0))
PUNCTUATION: Points = ((0.3, 0), (0.5, 0.5), (0.9, 1), (2.5, 1), (25, 0))
SINGULAR: Points = ((1, 1), (2, 0.7), (6, 0.5), (10, 0))
LONG, GREAT, GREATEST, SHORTEST = 250, 625, 925, 30  # letters of a segment


def _between(value: float, points: Points) -> float:
    return float(np.interp(value, [x for x, _ in points], [y for _, y in points]))


@plain(document_score=(float, "the score of the whole document, 0 to 1 (HPLT)"))
def _score(text: str) -> float:
    segments = [segment for segment in text.split("\n") if segment.strip()]
    letters = [sum(map(str.isalpha, segment)) for segment in segments]
    total = sum(letters)
    if not total:
        return 0.0
    per_letter = 100 / total
    copies = Counter(s for s in segments if len(s) > 4)
    repeated = sum(n for n in copies.values() if n > 1) / max(sum(copies.values()), 1)
    penalties = [
        _between(2400 * len(_URL.findall(text)) / total, URLS),
        _between(sum(map(str.isdigit, text)) * per_letter, NUMBERS),
        _between(len(_PUNCTUATION.findall(text)) * per_letter, PUNCTUATION),
        _between(len(_SINGULAR.findall(text)) * per_letter, SINGULAR),
        1 - repeated,
    ]
    if min(penalties) < 0.1:
        return 0.0
    long = min(sum(n >= LONG for n in letters) / 10, 1.0)
    great = [min((n - LONG) / 750 + 0.1, 1.0) for n in letters if n > GREAT]
    language = sum(n for n in letters if n >= SHORTEST) / total
    basic = 0.8 * language + 0.1 * long + 0.1 * (float(np.mean(great)) if great else 0.0)
    weights = np.array(penalties) ** -2.9  # the lowest weighs most; exponents of sum 3
    weights *= 3 / weights.sum()
    return float(basic * np.prod(np.array(penalties) ** weights))
