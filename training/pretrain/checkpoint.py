"""The state of a training run on disk: tensors in safetensors and one JSON; the newest whole one is taken.

A checkpoint is a folder `step-000000120` with `state.safetensors` (weights and the moments of the
optimizer) and `state.json` (step, what it was made from, the digest of the tensors). It is written
aside and renamed, so it is whole or absent. The position in the data is the step, and no random state
is kept: the noise of a step is a function of (seed, step). Nothing here is a pickle.
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from pipeline.errors import TahonaError
from pipeline.store.backend import file_digest, sync

log = logging.getLogger(__name__)
KEPT = 2  # the newest ones: were one damaged, the other serves


class Checkpoints:
    """The checkpoints of one run in `folder`.

    `data` names what the run reads (file to digest) and `settings` what it does; a checkpoint made
    with others is refused, with the name of what differs.
    """

    def __init__(self, folder: Path, data: Mapping[str, str], settings: Mapping[str, Any]) -> None:
        self.folder = folder
        self.data = dict(data)
        self.settings = json.loads(json.dumps(settings))

    def save(self, step: int, model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
        """Writes the state after `step` steps and drops the oldest."""
        final = self.folder / f"step-{step:09d}"
        if final.exists():
            return
        aside = self.folder / f"{final.name}.tmp"
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        tensors = aside / "state.safetensors"
        save_file(_state(model, optimizer), tensors)
        state = {
            "step": step,
            "sha256": file_digest(tensors),
            "data": self.data,
            "settings": self.settings,
        }
        (aside / "state.json").write_text(json.dumps(state, indent=1), encoding="utf-8")
        for path in (tensors, aside / "state.json", aside):
            sync(path)
        aside.rename(final)
        sync(self.folder)
        for old in self._whole()[KEPT:]:
            shutil.rmtree(old)

    def restore(self, model: nn.Module, optimizer: torch.optim.Optimizer) -> int:
        """Loads the newest whole checkpoint into both and returns its step; 0 when there is none."""
        for folder in self._whole():
            state = self._read(folder)
            if state is None:
                log.warning("checkpoint %s is damaged: taking the one before it", folder.name)
                continue
            self._compare(state)
            _load(load_file(folder / "state.safetensors"), model, optimizer)
            return int(state["step"])
        return 0

    def _whole(self) -> list[Path]:
        """Checkpoints that were written to the end, the newest first."""
        folders = self.folder.glob("step-*") if self.folder.exists() else []
        return sorted((f for f in folders if f.suffix != ".tmp"), reverse=True)

    def _read(self, folder: Path) -> dict[str, Any] | None:
        try:
            state: dict[str, Any] = json.loads((folder / "state.json").read_bytes())
            whole = state["sha256"] == file_digest(folder / "state.safetensors")
        except (OSError, ValueError, KeyError):
            return None
        return state if whole else None

    def _compare(self, state: Mapping[str, Any]) -> None:
        for what, own in (("data", self.data), ("settings", self.settings)):
            theirs = state[what]
            differ = sorted(k for k in own.keys() | theirs.keys() if own.get(k) != theirs.get(k))
            if differ:
                raise TahonaError(
                    f"the run can't go on from {self.folder}: {differ[0]} is "
                    f"{theirs.get(differ[0], 'absent')} in its checkpoint and "
                    f"{own.get(differ[0], 'absent')} now; remove that folder to start anew"
                )


def _state(model: nn.Module, optimizer: torch.optim.Optimizer) -> dict[str, Tensor]:
    """`weights.<parameter>`, and what the optimizer keeps of each, `optimizer.<kind>.<parameter>`."""
    tensors: dict[str, Tensor] = {}
    for name, weight in model.named_parameters():
        tensors[f"weights.{name}"] = weight
        tensors |= {f"optimizer.{kind}.{name}": v for kind, v in optimizer.state[weight].items()}
    return {name: value.detach().cpu().contiguous() for name, value in tensors.items()}


def _load(
    tensors: Mapping[str, Tensor], model: nn.Module, optimizer: torch.optim.Optimizer
) -> None:
    weights = dict(model.named_parameters())
    with torch.no_grad():
        for place, value in tensors.items():
            owner, _, rest = place.partition(".")
            if owner == "weights":
                weights[rest].copy_(value)
            else:
                kind, _, name = rest.partition(".")
                optimizer.state[weights[name]][kind] = value.to(weights[name].device)
