"""Thresholds that answers of judges speak for: of each rule the one that errs least on the documents judged.

Precision is the share of good ones among the judged documents that are kept, recall the share of the good ones that
is kept; each with Wilson's interval of 95 %. They are of documents near thresholds, the hard ones, and not of a corpus.
What is told of a proposed threshold is told of answers that had no part in it: each is left out once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from typing import Literal, NamedTuple

from cleaning.rules.rule import Bounds
from cleaning.thresholds.near import Seen

FEWEST = 8  # answers that a rule alone hangs on, below which nothing is proposed
_Z = 1.96  # of 95 %

Bound = Literal["min", "max"]
Point = tuple[float, bool]  # the value of a judged document, and whether it is good


class Share(NamedTuple):
    """A share with its interval; None where there is nothing to take it of."""

    value: float | None
    low: float
    high: float


@dataclass(frozen=True)
class Score:
    """How often rules are right."""

    precision: Share
    recall: Share
    errors: int
    of: int


@dataclass(frozen=True)
class Proposal:
    """Another threshold for a rule, and how both do on the `of` answers that hang on it alone."""

    rule: str
    bound: Bound
    now: float
    then: float
    before: Score
    after: Score


def share(number: int, whole: int) -> Share:
    """Part of a whole with the interval of Wilson (1927)."""
    if not whole:
        return Share(None, 0.0, 1.0)
    p, z = number / whole, _Z * _Z
    middle, half = (p + z / (2 * whole)), _Z * sqrt(p * (1 - p) / whole + z / (4 * whole * whole))
    low, high = ((middle + sign * half) / (1 + z / whole) for sign in (-1, 1))
    return Share(round(p, 4), round(max(0.0, low), 4), round(min(1.0, high), 4))


def score(kept: Sequence[bool], good: Sequence[bool]) -> Score:
    """Of documents, whether rules keep each and whether it is good."""
    pairs = list(zip(kept, good, strict=True))
    right = sum(k and g for k, g in pairs)
    return Score(
        share(right, sum(kept)), share(right, sum(good)), sum(k != g for k, g in pairs), len(pairs)
    )


def proposals(
    rules: Sequence[Bounds], documents: Mapping[str, Seen], good: Mapping[str, bool]
) -> list[Proposal]:
    """A threshold for each rule by which it errs less, that first which mends most; the next where that holds already.

    `documents` is what the rules say of those that were judged, `good` how they were. A rule is asked of those that
    break no other. Nothing is proposed where what is left out tells that the next document would fare no better.
    """
    bounds: dict[tuple[str, Bound], float] = {}
    for rule in rules:
        bounds |= {(rule.name, "min"): rule.min} if rule.min is not None else {}
        bounds |= {(rule.name, "max"): rule.max} if rule.max is not None else {}
    broken = {id_: set(document.broken) for id_, document in documents.items()}
    proposals: list[Proposal] = []
    while tried := [
        proposal
        for (rule, bound), now in bounds.items()
        if (proposal := _proposal(rule, bound, now, _points(rule, documents, broken, good)))
    ]:
        best = min(tried, key=lambda p: p.after.errors - p.before.errors)
        proposals.append(best)
        del bounds[best.rule, best.bound]
        keeps = _keeps(best.bound)
        for id_, document in documents.items():
            value = document.values.get(best.rule)
            if value is not None and keeps(value, best.now) != keeps(value, best.then):
                (broken[id_].discard if keeps(value, best.then) else broken[id_].add)(best.rule)
    return proposals


def _points(
    rule: str,
    documents: Mapping[str, Seen],
    broken: Mapping[str, set[str]],
    good: Mapping[str, bool],
) -> list[Point]:
    """The documents that hang on a rule alone."""
    return [
        (document.values[rule], good[id_])
        for id_, document in documents.items()
        if rule in document.values and not broken[id_] - {rule}
    ]


def _proposal(rule: str, bound: Bound, now: float, points: Sequence[Point]) -> Proposal | None:
    if len(points) < FEWEST:
        return None
    keeps, right = _keeps(bound), [good for _, good in points]
    before = score([keeps(value, now) for value, _ in points], right)
    then = _best(points, keeps, now)
    if then == now:
        return None
    left_out = [
        keeps(value, _best([*points[:n], *points[n + 1 :]], keeps, now))
        for n, (value, _) in enumerate(points)
    ]
    after = score(left_out, right)
    if after.errors >= before.errors:
        return None
    return Proposal(rule, bound, now, then, before, after)


def _keeps(bound: Bound) -> Callable[[float, float], bool]:
    return (lambda value, t: value >= t) if bound == "min" else (lambda value, t: value <= t)


def _best(points: Sequence[Point], keeps: Callable[[float, float], bool], now: float) -> float:
    """The threshold that errs least: the present one, or between two values; of equals the nearest to the present."""
    values = sorted({value for value, _ in points})
    between = [_round(a, b) for a, b in pairwise(values)]
    tried = [now, *([values[0], *between, values[-1]] if values else [])]
    return min(
        tried,
        key=lambda t: (sum(keeps(value, t) != good for value, good in points), abs(t - now)),
    )


def _round(low: float, high: float) -> float:
    """A number between two, with as few digits as it takes."""
    middle = (low + high) / 2
    for digits in range(1, 17):
        short = float(f"{middle:.{digits}g}")
        if low < short < high:
            return short
    return middle
