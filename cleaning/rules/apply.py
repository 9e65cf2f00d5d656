"""Applies rules to the signals of many documents at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cleaning.readers.readers import WEB_READERS
from cleaning.rules.rule import Bounds
from cleaning.text.batch import Bools, Floats

Removal = tuple[str, float | None, float | None]


@dataclass(frozen=True)
class Broken:
    """Which documents break a rule, with the value of each (nan: it is not asked of it) and the bound that it broke."""

    rule: str
    broken: Bools
    value: Floats
    threshold: Floats


@dataclass(frozen=True)
class Asked:
    """What of some documents says which rules apply to them."""

    languages: Sequence[str]
    domains: Sequence[str]
    readers: Sequence[str]
    kinds: Sequence[str]  # of pages; empty where none is known

    def __len__(self) -> int:
        return len(self.languages)

    def asked(self, rule: Bounds) -> Bools:
        """To which of them a rule applies."""
        applies = np.ones(len(self), bool)
        for allowed, own in (
            (rule.languages, self.languages),
            (rule.domains, self.domains),
            (rule.kinds, self.kinds),
        ):
            if allowed is not None:
                applies &= _in(own, allowed)
        if rule.web_only:
            applies &= _in(self.domains, ("web",)) | _in(self.readers, WEB_READERS)
        return applies


def _in(own: Sequence[str], allowed: Sequence[str]) -> Bools:
    return np.isin(np.asarray(own, str), np.asarray(allowed, str))


def broken(rule: Bounds, values: Mapping[str, Any], documents: Asked) -> Broken:
    """Which of the documents break one rule. A value that is nan breaks none."""
    value = np.where(documents.asked(rule), np.asarray(values[rule.signal], np.float64), np.nan)
    below = value < (-np.inf if rule.min is None else rule.min)
    above = value > (np.inf if rule.max is None else rule.max)
    low = np.nan if rule.min is None else rule.min
    high = np.nan if rule.max is None else rule.max
    return Broken(rule.name, below | above, value, np.where(below, low, high))


def first_broken(
    rules: Sequence[Bounds], values: Mapping[str, Any], documents: Asked
) -> list[Removal | None]:
    """For each document the first rule that it breaks, with value and bound; None where it keeps all."""
    removals: list[Removal | None] = [None] * len(documents)
    for rule in rules:
        one = broken(rule, values, documents)
        for index in np.flatnonzero(one.broken):
            if removals[index] is None:
                removals[index] = (rule.name, float(one.value[index]), float(one.threshold[index]))
    return removals
