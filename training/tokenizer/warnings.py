"""Languages left out, and a vocabulary smaller than was asked for: what the stage `tokenizer` warns of."""

from __future__ import annotations

from typing import Any

from pipeline.model.dataset import Manifest
from pipeline.model.notice import Notice, notice
from training.inputs.inputs import left_out


def warnings(store: Any, manifest: Manifest, name: str) -> list[Notice]:
    """A notice for each of them that is so."""
    figures = manifest.shards[-1].figures if manifest.shards else {}
    size, wanted = figures.get("vocabulary", 0), figures.get("vocabulary_asked", 0)
    notices = left_out(store, manifest, name)
    if size < wanted and manifest.params.get("model_type") != "bytes":
        notices.append(notice("tokenizer.small", size=size, asked=wanted))
    return notices
