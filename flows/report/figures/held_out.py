"""How a classifier did on the examples that it did not see: by label, and which labels it took for which."""

from __future__ import annotations

import json
from typing import Any

from flows.report.quote import line
from pipeline.model.dataset import Manifest
from pipeline.store.store import Store

LABEL = 80  # code points
CROSSED = 24  # labels at most of which the page shows which was taken for which


def held_out(store: Store, manifest: Manifest) -> dict[str, Any]:
    """The figures of each label, the one with most examples first, with how many of these were taken for each."""
    (file,) = manifest.files("figures")
    figures = json.loads(store.fetch(file).read_bytes())
    labels = sorted(figures["labels"], key=lambda label: -figures["labels"][label]["held_out"])
    taken = figures["confusion"]
    return {
        "crossed": len(labels) <= CROSSED,
        "rows": [
            {
                **figures["labels"][label],
                "label": line(label, LABEL, numbers=False, given=True),
                "taken": [taken.get(label, {}).get(other, 0) for other in labels[:CROSSED]],
            }
            for label in labels
        ],
    }
