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
    agrees="cleaning.classifier.check:wrong_labels",
    folder="cleaning.classifier.folder:folder",
)
