"""Runs the kernels of a stage on files in a folder, without runner and store, and checks their books."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipeline.engines.compute import _miscounted
from pipeline.model.canonical import digest
from pipeline.model.dataset import File, Manifest, Shard
from pipeline.model.kernel import load, params_for
from pipeline.model.stage import Inputs, LocalFile, Stage, Task, Work, hashed

SHARED = Path(
    os.environ.get("TAHONA_SHARED", Path(__file__).parents[2].parent / "shared")
).resolve()


def shared(*parts: str) -> Path:
    """A path of the real test data; the test is skipped where it is not there."""
    path = SHARED.joinpath("data", *parts)
    if not path.exists():
        pytest.skip(f"no test data at {path}: set TAHONA_SHARED to the folder that holds data/")
    return path


def observed(**sources: Sequence[Path]) -> Manifest:
    """A dataset of named files, as `observe` gives it: one shard a file, its source as the part."""
    return Manifest(
        stage="files",
        fingerprint="named",
        kinds=["files"],
        version=1,
        shards=[
            Shard(key=path.name, stage="files", step="observe", files=[file_of(path, name)])
            for name, paths in sources.items()
            for path in paths
        ],
    )


def file_of(path: Path, part: str) -> File:
    data = path.read_bytes()
    return File(path=str(path), part=part, bytes=len(data), sha256=hashlib.sha256(data).hexdigest())


def compute(stage: Stage, inputs: Inputs, folder: Path, **params: Any) -> Manifest:
    """The dataset of a stage; every shard's counts are balanced and those of its files."""
    plan = stage.plan(stage.Params(**params), inputs, {})
    shards: list[Shard] = []
    steps = 0
    try:
        step = next(plan)
        while True:
            where = folder / f"{stage.name}-{steps}"
            shards = [
                _shard(stage, step.name, step.kernel, task, where / str(i))
                for i, task in enumerate(step.tasks)
            ]
            steps += 1
            step = plan.send(shards)
    except StopIteration as end:
        shards = end.value
    return Manifest(
        stage=stage.name,
        fingerprint=digest([s.key for s in shards]),
        kinds=list(stage.gives),
        version=stage.version,
        shards=shards,
    )


def _shard(stage: Stage, step: str, kernel: str, task: Task, folder: Path) -> Shard:
    folder.mkdir(parents=True)
    inputs = {
        role: [LocalFile(Path(file.path), file) for file in files]
        for role, files in task.inputs.items()
    }
    function, values = load(kernel), hashed(task.params)
    work = Work(
        params_for(function, values), dict(task.context), inputs, folder, folder / "scratch"
    )
    function(work)
    files = []
    for part, name, _ in work.outputs:
        file = file_of(folder / name, part)
        if name.endswith(".parquet"):
            file.rows = pq.read_metadata(folder / name).num_rows
        files.append(file)
    shard = Shard(
        key=digest([step, *(f.sha256 for f in files)]),
        stage=stage.name,
        step=step,
        params=values,
        files=files,
        ledger=work.ledger,
        figures=work.figures,
    )
    assert work.ledger.imbalance() is None
    assert _miscounted(shard) is None
    return shard


def rows(dataset: Manifest, part: str) -> list[dict[str, Any]]:
    """All rows of a part, in shard order."""
    return [row for file in dataset.files(part) for row in pq.read_table(file.path).to_pylist()]


def removed(dataset: Manifest) -> Mapping[str, int]:
    """How many documents each rule removed, over all shards."""
    total: dict[str, int] = {}
    for shard in dataset.shards:
        assert shard.ledger.documents is not None
        for rule, number in shard.ledger.documents.removed.items():
            total[rule] = total.get(rule, 0) + number
    return total
