"""The registry of measures: functions over a batch of texts, with the signals that each gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cleaning.text import Batch

Compute = Callable[[Batch, Sequence[str]], Any]


@dataclass(frozen=True)
class Measure:
    """A function and the signals that it gives: name -> (type, description)."""

    signals: Mapping[str, tuple[type, str]]
    compute: Compute


MEASURES: list[Measure] = []


def measure(**signals: tuple[type, str]) -> Callable[[Compute], Compute]:
    """Registers a function as the measure of the named signals, in the order of its values."""

    def register(compute: Compute) -> Compute:
        MEASURES.append(Measure(signals, compute))
        return compute

    return register
