"""What the stage `tokenizer` says of itself."""

from __future__ import annotations

from pipeline.model.about import PART, About, Speed

ABOUT = About(
    name="tokenizer",
    stage="training.tokenizer.stage:Tokenizer",
    summary="Train the tokenizer.",
    flow="train",
    speed=Speed(0.3e6, 0.0, alone=True),
    files="training.inputs.model_folder:check_tokenizer",
    labels={"languages": PART, "weights": "domain"},
    needs=("weights",),
    agrees="training.tokenizer.agreement:mismatch",
    warnings="training.tokenizer.warnings:warnings",
    facts={"cut": "model"},
    section="tokens",
)
