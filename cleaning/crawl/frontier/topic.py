"""How near a page is to the topic of a focused crawl, by a classifier of the recipe's own examples."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cleaning.models.labelled import Labelled

READ = 20_000  # characters of a page that are looked at
UNKNOWN = 0.5  # of a page that has no text, or of what a sitemap names
STEPS = 100  # ranks between the best page and the worst


class Topic:
    """The probability of a label, page by page; `counts` are the pages that were looked at, and those of the topic."""

    def __init__(self, path: str, label: str, least: float) -> None:
        self.model = _load(path)
        if label not in self.model.labels:
            labels = ", ".join(self.model.labels)
            raise ValueError(f"the classifier has no label {label!r}, but {labels}")
        self.label = label
        self.least = least
        self.counts = {"pages": 0, "on_topic": 0}

    def score(self, texts: Sequence[str]) -> float:
        """Of the visible text of a page, 0 to 1."""
        text = "\n".join(texts)[:READ]
        if not text:
            return UNKNOWN
        chance = self.model.probabilities([text])[0, self.model.labels.index(self.label)]
        self.counts["pages"] += 1
        self.counts["on_topic"] += bool(chance >= self.least)
        return round(float(chance), 3)


def rank(score: float) -> int:
    """The place in the queue of what a page of this score leads to: the best first."""
    return round(STEPS * (1 - score))


@cache
def _load(path: str) -> Labelled:
    from cleaning.models.labelled import load  # numpy, and only a focused crawl asks

    return load(path)
