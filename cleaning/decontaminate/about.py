"""What the stage `decontaminate` says of itself."""

from __future__ import annotations

from pipeline.model.about import About, Speed

ABOUT = About(
    name="decontaminate",
    stage="cleaning.decontaminate.stage:Decontaminate",
    summary="Take the text of benchmarks out of the training text.",
    flow="data",
    speed=Speed(4e6, 0.02),
    columns=("id", "kept", "rule", "value", "threshold", "set", "item", "how"),
)
