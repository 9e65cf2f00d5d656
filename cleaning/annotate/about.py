"""What the stage `annotate` says of itself."""

from __future__ import annotations

from pipeline.model.about import About, Speed

ABOUT = About(
    name="annotate",
    stage="cleaning.annotate.stage:Annotate",
    summary="Find out language and statistics of each document.",
    flow="data",
    speed=Speed(0.8e6, 0.3, shards=3, start=0.3),
    known={
        "language": "cleaning.annotate.check:wrong_language",
        "signal": "cleaning.annotate.check:wrong_signal",
    },
    files="cleaning.annotate.check:check_files",
    agrees="cleaning.annotate.check:unfed",
    together="cleaning.annotate.check:check_weights",
    paths={"model": "cleaning.models.fasttext_file:labels"},
    warnings="cleaning.annotate.warnings:warnings",
    columns=("id", "language", "language_p"),
    facts={"shares": "signals"},
)
