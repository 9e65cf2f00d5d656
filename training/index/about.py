"""What the stage `index` says of itself."""

from __future__ import annotations

from pipeline.model.about import About, Speed

ABOUT = About(
    name="index",
    stage="training.index.stage:Index",
    summary="Index the tokens, so that a text is found in them.",
    flow="train",
    speed=Speed(2e6, 3.5),
    holds=True,
    find="training.index.text:find_text",
    erase="training.erasure:erase_index",
    section="tokens",
)
