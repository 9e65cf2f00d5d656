"""What the stage `deduplicate` says of itself."""

from __future__ import annotations

from pipeline.model.about import About, Speed

ABOUT = About(
    name="deduplicate",
    stage="cleaning.deduplicate.stage:Deduplicate",
    summary="Remove exact and near duplicates.",
    flow="data",
    speed=Speed(1.8e6, 4.0, noted=False, shards=2),  # its shingles are larger than compressed text
    warnings="cleaning.deduplicate.warnings:warnings",
    explain="cleaning.deduplicate.pairs.evidence:evidence",
    columns=("id", "kept", "rule", "value", "threshold", "other", "cluster", "size"),
)
