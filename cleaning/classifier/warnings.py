"""How a classifier did on the examples that it did not see, and that these are too few to say so."""

from __future__ import annotations

import json
from typing import Any

from cleaning.thresholds.proposals import share
from pipeline.model.dataset import Manifest
from pipeline.model.notice import Notice, notice, some
from pipeline.store.store import Store

# Held-out examples of a label below which its figures say little: where 30 of 30 are right, the interval of 95 % of the
# recall still begins at .89.
LITTLE = 30


def warnings(store: Store, manifest: Manifest, name: str) -> list[Notice]:
    """A notice of the labels with few examples held out."""
    few = [(row["held_out"], label) for label, row in _figures(store, manifest)["labels"].items()]
    few = sorted((number, label) for number, label in few if 0 < number < LITTLE)
    if not few:
        return []
    labels = some([[label, number] for number, label in few])
    return [notice("classifier.few", n=len(few), labels=labels, least=LITTLE, stage=name)]


def held_out(store: Store, manifest: Manifest, params: Any) -> list[str]:
    """A line with the figures of all and of each label: of how many examples, and its recall's interval."""
    figures = _figures(store, manifest)
    of = sum(row["held_out"] for row in figures["labels"].values())
    labels = []
    for label, row in figures["labels"].items():
        right = figures["confusion"].get(label, {}).get(label, 0)
        recall = share(right, row["held_out"])
        labels.append(
            f"{label} {row['f1']:.2f} ({row['held_out']:,}; precision {row['precision']:.2f}, "
            f"recall {row['recall']:.2f}, {recall.low:.2f} to {recall.high:.2f})"
        )
    return [
        f"macro-F1 {figures['macro_f1']:.2f} on {of:,} examples held out; by label {', '.join(labels)}"
    ]


def _figures(store: Store, manifest: Manifest) -> dict[str, Any]:
    (file,) = manifest.files("figures")
    figures: dict[str, Any] = json.loads(store.fetch(file).read_bytes())
    return figures
