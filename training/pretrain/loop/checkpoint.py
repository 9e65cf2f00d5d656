"""The state of a training run on disk: tensors in safetensors and one JSON; the newest whole one is taken.

A checkpoint is a folder `step-000000120` of weights, the moments of the optimizers and the state of the guard, in one
file or, of several ranks, in the safetensors layout of torch.distributed.checkpoint, which reads either, with another
number of ranks, too; and of `state.json` (step, what it was made from, the digests of the tensors and its own). It is
written aside, by a thread, while the run goes on, and renamed, so it is whole or absent. One that is found damaged is
set aside, `.damaged`. The position in the data is the step, and no random state is kept: the noise of a step is a
function of (seed, step).
Nothing here is a pickle.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import warnings
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from torch import Tensor, nn

from pipeline.errors import TahonaError
from pipeline.store.backend import file_digest, sync
from training.pretrain.loop.guard import Guard
from training.pretrain.loop.optimizer import Optimizers

log = logging.getLogger(__name__)
KEPT = 2  # the newest ones: were one damaged, the other serves


class Checkpoints:
    """The checkpoints of one run in `folder`: the newest `keep`, and those of each `archive` steps.

    `data` names what the run reads (file to digest) and `settings` what it does; a checkpoint made
    with others is refused, with the name of what differs. `group`: the processes that write it together.
    """

    def __init__(
        self,
        folder: Path,
        data: Mapping[str, str],
        settings: Mapping[str, Any],
        keep: int = KEPT,
        archive: int | None = None,
        group: Any = None,
    ) -> None:
        self.folder, self.keep, self.archive, self.group = folder, keep, archive, group
        self.data = dict(data)
        self.settings = json.loads(json.dumps(settings))
        self.writes = group is None or torch.distributed.get_rank(group) == 0
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="checkpoint")
        self._writing: Future[None] | None = None

    def save(
        self, step: int, model: nn.Module, optimizer: Optimizers, guard: Guard | None = None
    ) -> None:
        """Begins to write the state after `step` steps; the one before is written by then."""
        self.wait()
        final = self.folder / _name(step)
        if final.exists():
            return
        state = {name: _copied(t) for name, t in _state(model, optimizer, guard).items()}
        self._writing = self._thread.submit(self._write, final, step, state)

    def wait(self) -> None:
        """Waits until what was begun is on disk; raises what went wrong."""
        if self._writing is not None:
            self._writing.result()
            self._writing = None

    def _write(self, final: Path, step: int, state: dict[str, Tensor]) -> None:
        aside = self.folder / f"{final.name}.tmp"
        if self.writes:
            shutil.rmtree(aside, ignore_errors=True)
            aside.mkdir(parents=True)
        self._meet()
        _write_tensors(aside, state, self.group)
        self._meet()
        if self.writes:
            tensors = sorted(aside.glob("*.safetensors"))
            record = {
                "step": step,
                "sha256": {path.name: file_digest(path) for path in tensors},
                "data": self.data,
                "settings": self.settings,
            }
            record["digest"] = _digest(record)
            (aside / "state.json").write_text(json.dumps(record, indent=1), encoding="utf-8")
            for path in (*tensors, aside / "state.json", aside):
                sync(path)
            aside.rename(final)
            sync(self.folder)
            self._drop()
        self._meet()

    def _meet(self) -> None:
        if self.group is not None:
            torch.distributed.barrier(self.group)

    def _drop(self) -> None:
        """Removes the oldest, but for those that are kept for good."""
        for old in self._whole()[self.keep :]:
            if not self.archive or int(old.name[5:]) % self.archive:
                shutil.rmtree(old)

    def restore(
        self, model: nn.Module, optimizer: Optimizers, guard: Guard | None = None
    ) -> int | None:
        """Loads the newest whole checkpoint and returns its step; None when there is none."""
        self.wait()
        folders = self._whole()
        for folder in folders:
            state = self._read(folder)
            if state is None:
                instead = "beginning anew" if folder == folders[-1] else "taking the one before it"
                log.warning("checkpoint %s is damaged: %s", folder.name, instead)
                self._set_aside(folder)
                continue
            self._compare(state)
            optimizer.clear()
            _load(folder, model, optimizer, guard, self.group)
            return int(state["step"])
        return None

    def _whole(self) -> list[Path]:
        """Checkpoints that were written to the end, the newest first."""
        folders = self.folder.glob("step-*") if self.folder.exists() else []
        return sorted((f for f in folders if not f.suffix), reverse=True)

    def _set_aside(self, folder: Path) -> None:
        """Takes a damaged one out of the way, so that it is not kept in place of a whole one of its step."""
        if self.writes:
            aside = folder.with_suffix(".damaged")
            shutil.rmtree(aside, ignore_errors=True)
            folder.rename(aside)

    def _read(self, folder: Path) -> dict[str, Any] | None:
        try:
            state: dict[str, Any] = json.loads((folder / "state.json").read_bytes())
            own = state.pop("digest", None)  # earlier ones have none
            whole = own in (None, _digest(state)) and folder.name == _name(state["step"])
            digests = state["sha256"].items()
            whole &= all(sha256 == file_digest(folder / name) for name, sha256 in digests)
        except (OSError, ValueError, KeyError, AttributeError, TypeError):
            return None
        return state if whole else None

    def _compare(self, state: Mapping[str, Any]) -> None:
        for what, own in (("data", self.data), ("settings", self.settings)):
            theirs = state[what]
            differ = sorted(k for k in own.keys() | theirs.keys() if own.get(k) != theirs.get(k))
            if differ:
                raise TahonaError(
                    f"the run can't resume from {self.folder}: {differ[0]} is "
                    f"{theirs.get(differ[0], 'absent')} in its checkpoint and "
                    f"{own.get(differ[0], 'absent')} now; remove that folder to begin again"
                )


def _name(step: int) -> str:
    """Of the folder of a step."""
    return f"step-{step:09d}"


def _digest(record: Mapping[str, Any]) -> str:
    """Hex sha256 of what `state.json` says."""
    return hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()


def _copied(tensor: Tensor) -> Tensor:
    """On the host, apart from what the run goes on to change."""
    tensor = tensor.detach()
    return tensor.cpu() if tensor.is_cuda else tensor.clone()


def _state(model: nn.Module, optimizer: Optimizers, guard: Guard | None) -> dict[str, Tensor]:
    """`weights.<parameter>`, what the optimizers keep of each, `optimizer.<kind>.<parameter>`, `guard.<name>`."""
    kept = optimizer.state()
    tensors: dict[str, Tensor] = {}
    for name, weight in model.named_parameters():
        tensors[f"weights.{name}"] = weight
        tensors |= {f"optimizer.{kind}.{name}": v for kind, v in kept.get(weight, {}).items()}
    return tensors | {f"guard.{name}": v for name, v in (guard.state if guard else {}).items()}


def _write_tensors(folder: Path, state: dict[str, Tensor], group: Any) -> None:
    if group is None:  # all of it is here, and what writes shards takes half a second to import
        whole = {name: tensor.contiguous() for name, tensor in state.items()}
        (folder / "state.safetensors").write_bytes(safetensors.torch.save(whole))
        return
    from torch.distributed.checkpoint.api import CheckpointException
    from torch.distributed.checkpoint.hf_storage import HuggingFaceStorageWriter
    from torch.distributed.checkpoint.state_dict_saver import save

    writer = HuggingFaceStorageWriter(str(folder), save_distributed=True)
    try:
        save(dict(state), storage_writer=writer, process_group=group)
    except CheckpointException as error:  # no Exception, and all it says is a traceback
        raise next(iter(error.failures.values()))[0] from None  # a full disk, say


def _load(
    folder: Path, model: nn.Module, optimizer: Optimizers, guard: Guard | None, group: Any
) -> None:
    from torch.distributed.checkpoint.hf_storage import HuggingFaceStorageReader
    from torch.distributed.checkpoint.state_dict_loader import load

    reader = HuggingFaceStorageReader(str(folder))
    weights = dict(model.named_parameters())
    wanted: dict[str, Tensor] = _state(model, optimizer, guard)
    written: Any = reader.read_metadata().state_dict_metadata
    for place in written:
        owner, _, rest = place.partition(".")
        kind, _, name = rest.partition(".")
        if owner == "optimizer" and place not in wanted:  # a new optimizer keeps nothing yet
            shape = written[place].size
            whole_weight = tuple(shape) == tuple(weights[name].shape)
            value = torch.zeros_like(weights[name]) if whole_weight else torch.zeros(shape)
            value = value if whole_weight or kind == "step" else value.to(weights[name].device)
            wanted[place] = value.detach()
            optimizer.load(weights[name], kind, wanted[place])
    with warnings.catch_warnings(), torch.no_grad():
        warnings.filterwarnings("ignore", message="torch.distributed is disabled")
        load(
            {name: tensor.detach() for name, tensor in wanted.items()},
            storage_reader=reader,
            process_group=group,
            no_dist=group is None,
        )
