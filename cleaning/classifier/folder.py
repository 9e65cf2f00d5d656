"""A classifier as a plain folder: the model, and how it did on the examples that it did not see."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.model.dataset import File, Manifest


def folder(manifest: Manifest) -> Mapping[str, File | str]:
    """The files by their names."""
    return {file.name: file for shard in manifest.shards for file in shard.files}
