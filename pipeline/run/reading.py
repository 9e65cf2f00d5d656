"""Which shards of a dataset were computed from a file: the plan of its stage says it, gone through once more."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress

from pipeline.errors import TahonaError
from pipeline.model.dataset import Manifest
from pipeline.model.stage import Inputs, Stage, Task
from pipeline.run.names import keys
from pipeline.store.store import Store


def readers(store: Store, stage: Stage, manifest: Manifest, paths: Collection[str]) -> set[str]:
    """The folders of the shards of a dataset whose tasks read one of these files of the store; nothing is computed.

    The record of a shard does not name what it was computed from. The plan of its stage does, from the same parameters
    and inputs and what the steps before it have given. From where a plan cannot be followed all that is left counts as
    a reader: of a dataset that an earlier version made, or where an input or a record is not there.
    """
    known: set[str] = set()
    reading: set[str] = set()
    # A plan runs over what may be damaged. Whatever ends it, all that was gone through before is certain.
    with suppress(Exception):
        params = stage.Params.model_validate(manifest.params)
        plan = stage.plan(params, inputs_of(store, manifest), {})
        step = next(plan)
        while True:
            recorded = set(manifest.steps.get(step.name, ()))
            names = keys(store, stage, step, recorded)
            if not recorded.issuperset(names):
                break
            known |= set(names)
            reading |= {k for k, task in zip(names, step.tasks, strict=True) if _reads(task, paths)}
            records = store.records(stage.name, list(dict.fromkeys(names)))
            step = plan.send([records[key] for key in names])
    return manifest.shard_folders() - {f"shards/{stage.name}/{key}" for key in known - reading}


def inputs_of(store: Store, manifest: Manifest) -> Inputs:
    """What a dataset was made from; a TahonaError where one of them is not there."""
    inputs: dict[str, list[Manifest]] = {}
    for role, references in manifest.inputs.items():
        for reference in references:
            if (source := store.manifest(reference)) is None:
                raise TahonaError(f"{reference} is not there")
            inputs.setdefault(role, []).append(source)
    return inputs


def _reads(task: Task, paths: Collection[str]) -> bool:
    return any(file.path in paths for files in task.inputs.values() for file in files)
