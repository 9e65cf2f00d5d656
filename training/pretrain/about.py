"""What the stage `pretrain` says of itself."""

from __future__ import annotations

from pipeline.model.about import About
from training import EXTRA, MODULES

ABOUT = About(
    name="pretrain",
    stage="training.pretrain.stage:Pretrain",
    summary="Train the model.",
    flow="train",
    extra=EXTRA,
    modules=MODULES,
    slot="gpu",
    approval=True,
    device=True,
    folder="training.pretrain.publish.folder:folder",
    files="training.inputs.model_folder:check_weights",
    together="training.pretrain.plan.folder:check_model",
    fits="training.pretrain.plan.fits:check_room",
    agrees="training.pretrain.plan.agreement:unfed",
    estimate="training.pretrain.plan.estimate:estimate",
    text=True,
    labels={"weights": "domain", "budgets": "domain"},
    needs=("weights", "budgets"),
    provenance="training.pretrain.publish.provenance:provenance_of",
    reads="training.pretrain.data.parts:parts_read",
    steps="training.pretrain.data.reading_steps:steps_of",
    among="training.pretrain.devices.torchrun:among",
    facts={"built": "figures", "curves": "metrics"},
    head=("parameters", "bits"),
    section="model",
)
