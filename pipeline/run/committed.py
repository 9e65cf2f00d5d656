"""What the store has of a stage: the one answer that runs, states, approvals and reports rest on."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.model.dataset import Manifest, Reference
from pipeline.model.key import fingerprint
from pipeline.model.stage import Inputs, Params, Stage
from pipeline.store.store import Store


@dataclass(frozen=True)
class Committed:
    """A dataset by its name: its manifest, where it was ever committed, and what it has lost since."""

    reference: Reference
    manifest: Manifest | None
    lost: str | None = None

    @property
    def whole(self) -> Manifest | None:
        """The manifest, where there is nothing to compute."""
        return self.manifest if self.lost is None else None


def committed(store: Store, stage: Stage, params: Params, inputs: Inputs) -> Committed:
    """What the store has of a stage for these parameters and inputs, inner steps included.

    A UsageError where an input is missing or does not fit.
    """
    reference = Reference(stage=stage.name, fingerprint=fingerprint(stage, params, inputs))
    manifest = store.manifest(reference)
    return Committed(reference, manifest, store.lost(manifest) if manifest else None)
