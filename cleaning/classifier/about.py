"""What the stage `classifier` says of itself."""

from __future__ import annotations

from pipeline.model.about import About, Speed

ABOUT = About(
    name="classifier",
    stage="cleaning.classifier.stage:Classifier",
    summary="Train a classifier of texts from examples, with held-out figures.",
    flow="data",
    speed=Speed(0.1e6, 0.1, alone=True),
    files="cleaning.classifier.check:check_files",
    together="cleaning.classifier.check:check_labels",
    agrees="cleaning.classifier.check:wrong_labels",
    warnings="cleaning.classifier.warnings:warnings",
    news="cleaning.classifier.warnings:held_out",
    folder="cleaning.classifier.folder:folder",
    facts={"held_out": "figures"},
)
