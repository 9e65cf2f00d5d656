"""What the stage `evaluate` says of itself."""

from __future__ import annotations

from pipeline.model.about import About
from training import EXTRA, MODULES

ABOUT = About(
    name="evaluate",
    stage="training.evaluate.stage:Evaluate",
    summary="Measure the model on held-out text.",
    flow="evaluate",
    extra=EXTRA,
    modules=MODULES,
    generate="training.evaluate.generate:write_on",
    facts={"measured": "metrics"},
    head=("parameters", "bits"),
    section="model",
)
