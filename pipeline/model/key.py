"""The names of shards and datasets: what is hashed decides the bytes, and what decides the bytes is hashed."""

from __future__ import annotations

import functools
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version

from pipeline.errors import TahonaError, UsageError
from pipeline.model.canonical import digest
from pipeline.model.dataset import File
from pipeline.model.stage import Inputs, Params, Stage, Step, Task, hashed


def task_key(stage: Stage, step: Step, task: Task) -> str:
    """The name of a shard: a hash of all that decides its bytes, and of nothing else."""
    return digest(
        {
            "stage": [stage.name, stage.version],
            "step": [step.name, stage.versions.get(step.name, 1)],
            "libraries": libraries(stage),
            "params": task.hashed,
            "inputs": {role: [_bytes(f) for f in files] for role, files in task.inputs.items()},
        }
    )


def _bytes(file: File) -> str | list[str | int]:
    return file.identity if file.span is None else [file.identity, *file.span]


def fingerprint(stage: Stage, params: Params, inputs: Inputs) -> str:
    """The name of the dataset that a stage gives for these parameters and the content of these inputs.

    A UsageError where an input is missing, of the wrong kind, one too many or unknown to the stage.
    """
    for name in inputs:
        if name not in stage.inputs:
            raise UsageError(f"{stage.name} takes no input {name}")
    for name, wanted in stage.inputs.items():
        manifests = inputs.get(name, [])
        if not manifests and wanted.needed:
            raise UsageError(
                f"{stage.name} needs a dataset of kind {wanted.kind}: run its stage first"
            )
        if len(manifests) > 1 and not wanted.many:
            raise UsageError(f"{stage.name} takes one {name}, not {len(manifests)}")
        for manifest in manifests:
            if {*wanted.kinds}.isdisjoint(manifest.kinds):
                raise UsageError(
                    f"{stage.name} takes {wanted.kind} as {name}; {manifest.reference} is "
                    f"{' and '.join(manifest.kinds)}"
                )
    return digest(
        {
            "stage": [stage.name, stage.version, dict(stage.versions)],
            "params": hashed(params),
            "libraries": libraries(stage),
            "inputs": {
                name: [m.content(stage.inputs[name].parts_of(m)) for m in manifests]
                for name, manifests in inputs.items()
                if manifests
            },
            **({"heard": heard} if (heard := stage.heard(params, inputs)) else {}),
        }
    )


def libraries(stage: Stage) -> dict[str, str]:
    """The major.minor versions of a stage's deciding libraries; a TahonaError where one is not installed."""
    releases = {}
    for name in stage.libraries:
        try:
            releases[name] = release(name)
        except PackageNotFoundError as error:
            extra = f"[{stage.extra}]" if stage.extra else ""
            raise TahonaError(
                f"{stage.name} needs {name}, which is not installed: pip install 'tahona{extra}'"
            ) from error
    return releases


@functools.cache  # reading it takes milliseconds, and it is asked for each task
def release(name: str) -> str:
    """The major.minor version of an installed distribution."""
    return ".".join(installed_version(name).split(".")[:2])
