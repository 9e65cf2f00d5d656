"""What the stage `corpus` says of itself."""

from __future__ import annotations

from pipeline.model.about import About, Speed

ABOUT = About(
    name="corpus",
    stage="cleaning.corpus.stage:Corpus",
    summary="Write the text to publish and train on.",
    flow="data",
    speed=Speed(2e6, 0.9, shards=1),
    text=True,
    holds=True,
    passages="cleaning.corpus.passages:files_of",
    copies="cleaning.corpus.copies:copies_of",
    labels={"languages": "language"},
    agrees="cleaning.corpus.check:mismatch",
    columns=(
        "id",
        "url",
        "host",
        "domain",
        "source",
        "captured_at",
        "metadata",
        "language",
        "tags",
    ),
    rows="cleaning.privacy.placeholders:placeholders_of",
    facts={"shares": "lang=", "samples": "lang="},
    head=("documents", "characters"),
    section="text",
)
