"""What a measure is: a function that gives one or more signals of texts, with what it reads.

`@measure` takes a function of a whole batch (`cleaning.text.batch.Batch`), which gives one array, or a tuple of
arrays, of one value a text; `@plain` one of a single text, which gives a value or a tuple and is called
text by text. Both name their signals in the order of the values, with the type and what it is: int, float, str,
or list (of spans of the text: start, end, language, confidence). Shares are 0..1, of the whole that the description
names; lengths are code points.

`reads` names columns that the function is given besides the text, in that order: those in FIELDS of the
documents, or earlier signals, also of another group. `model` is loaded and given as the next argument.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cleaning.text.batch import Batch

# Of a document, which a measure may read, and where it stands; one that its file lacks is null.
FIELDS = {
    "url": "url",
    "host": "host",
    "domain": "domain",
    "title": "metadata.title",
    "region": "metadata.region",
    "file": "source.file",
    "reader": "source.reader",
}

Kind = type[int] | type[float] | type[str] | type[list]
Signal = tuple[Kind, str]


@dataclass(frozen=True)
class Model:
    """A model that measures use: its digest, which stands in the keys, and how it is loaded.

    `path` is where it lies on this machine; None: its own search finds it. A model that a stage made is an
    `input` of `annotate` instead, by that name: its file is in the keys, and `load` takes its path. Where it is
    `optional` and the recipe has none, the measure is given None.
    """

    load: Callable[..., Any]
    digest: Callable[[str | None], str] | None = None
    input: str | None = None
    optional: bool = False


@dataclass(frozen=True)
class Measure:
    """A function of a batch, its model and the columns that it reads, and the signals that it gives."""

    signals: dict[str, Signal]
    function: Callable[..., Any]
    reads: tuple[str, ...] = ()
    model: Model | None = None

    def values(self, batch: Batch, model: Any, columns: Sequence[Any]) -> dict[str, Any]:
        """The signals of each text of a batch: arrays of numbers, lists of strings."""
        results = self.function(batch, *([] if self.model is None else [model]), *columns)
        arrays = results if isinstance(results, tuple) else (results,)
        return {
            name: _array(kind, values)
            for (name, (kind, _)), values in zip(self.signals.items(), arrays, strict=True)
        }


def _array(kind: Kind, values: Any) -> Any:
    if kind in (str, list):
        return list(values)
    return np.asarray(values, np.int64 if kind is int else np.float64)


def measure(
    *, reads: tuple[str, ...] = (), model: Model | None = None, **signals: Signal
) -> Callable[[Callable[..., Any]], Measure]:
    """Makes a measure of a function of a whole batch."""
    return lambda function: Measure(signals, function, reads, model)


def plain(
    *, reads: tuple[str, ...] = (), model: Model | None = None, **signals: Signal
) -> Callable[[Callable[..., Any]], Measure]:
    """Makes a measure of a function of one text, its model and its own values of the columns read."""
    extra = 0 if model is None else 1

    def decorate(function: Callable[..., Any]) -> Measure:
        def of_batch(batch: Batch, *given: Any) -> Any:
            fixed, columns = given[:extra], given[extra:]
            rows = [
                function(text, *fixed, *row)
                for text, *row in zip(batch.texts, *columns, strict=True)
            ]
            if len(signals) == 1:
                return rows
            return tuple(zip(*rows, strict=True)) if rows else ([],) * len(signals)

        return Measure(signals, of_batch, reads, model)

    return decorate
