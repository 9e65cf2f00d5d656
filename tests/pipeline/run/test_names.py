"""Tasks that were named otherwise before: their shards are found, and a slice asks a store for its own alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from pipeline.model.key import task_key
from pipeline.model.stage import Inputs, Plan, Step, Task
from pipeline.run.names import saved
from pipeline.run.runner import Runner, Slice
from tests.pipeline.chain import observed
from tests.pipeline.mill import Words


class Renamed(Words):
    """The words, of a later version that names its tasks otherwise."""

    def plan(self, params: Any, inputs: Inputs, context: Mapping[str, Any]) -> Plan:
        step = next(super().plan(params, inputs, context))
        tasks = [Task(t.inputs, {**t.hashed, "now": True}, formerly=t) for t in step.tasks]
        self.step = Step(step.name, step.kernel, tasks)
        return (yield self.step)


def test_a_slice_looks_up_the_former_names_of_its_own_tasks_and_finds_their_shards(
    runner: Runner, texts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = {"files": [observed(runner.store, texts)]}
    runner.run(Words(), Words.Params(), inputs, slice_=Slice(3, 4))
    requests: list[tuple[list[str], int]] = []
    sizes = runner.store.backend.sizes

    def told(paths: Sequence[str], among: int = 0) -> list[int | None]:
        requests.append(([path.split("/")[2] for path in paths if "shards/" in path], among))
        return sizes(paths, among)

    monkeypatch.setattr(runner.store.backend, "sizes", told)
    stage = Renamed()
    result = runner.run(stage, Words.Params(), inputs, slice_=Slice(2, 4))
    former = [task_key(stage, stage.step, t.formerly) for t in stage.step.tasks if t.formerly]
    assert (result.computed, result.left, len(former)) == (2, True, 8)
    assert requests[0] == ([former[1], former[5]], 8)
    # And of one of another slice, which says that more is left.
    assert {key for keys, _ in requests for key in keys} & set(former) == {
        former[n] for n in (0, 1, 5)
    }
    requests.clear()
    assert saved(runner.store, stage, stage.step) == (4, 8)
    assert {*former} <= {*requests[0][0]}  # with the names of today, at once
    monkeypatch.undo()
    whole = runner.run(stage, Words.Params(), inputs)
    assert (whole.computed, whole.reused) == (4, 4)
