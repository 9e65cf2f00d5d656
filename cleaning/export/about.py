"""What the stage `export` says of itself."""

from __future__ import annotations

from pipeline.model.about import About, Speed

ABOUT = About(
    name="export",
    stage="cleaning.export.stage:Export",
    summary="Write the corpus as Parquet and JSON lines for others.",
    flow="data",
    speed=Speed(20e6, 1.0),
    tells="cleaning.export.warnings:would_be_given_on",
    warnings="cleaning.export.warnings:given_on",
    holds=True,
    folder="cleaning.export.folder:folder",
    columns=("id", "language"),
    rows="cleaning.privacy.placeholders:placeholders_of",
)
