"""What the stage `shard` says of itself."""

from __future__ import annotations

from pipeline.model.about import PART, About, Speed

ABOUT = About(
    name="shard",
    stage="training.shard.stage:Shard",
    summary="Encode the corpus into token files.",
    flow="train",
    speed=Speed(1e6, 1.2),
    text=True,
    holds=True,
    erase="training.erasure:erase_tokens",
    labels={"languages": PART},
    agrees="training.inputs.inputs:unparted",
    warnings="training.shard.warnings:warnings",
    columns=("id", "document", "begin", "sequence", "tokens", "bytes"),
    rows="training.shard.places:places_of",
    facts={"tokens": "figures", "shares": ""},
    head=("tokens",),
    section="tokens",
)
