"""The names of shards and datasets that real stages give by default: whoever has a store finds what is in it.

`keys.txt` has a line for each stage, and one for each of its steps in quickstart. A line that changes means that all
users compute that again, and what follows from it. By accident (an input more, a default, a bound of a rule, the order
of JSON): make it as it was. On purpose: raise the version of the stage or step, with its reason, and put the line that
the failure shows into `keys.txt`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from flows.stages import STAGES, load
from pipeline.model import key
from pipeline.model.dataset import File
from pipeline.model.stage import Stage, Step, Task
from pipeline.run.names import keys
from pipeline.run.reading import inputs_of
from pipeline.store.store import Store
from tests.flows.quickstart import NAME, make
from tests.pipeline.chain import nothing
from tests.session_folder import session_folder

TABLE = Path(__file__).with_name("keys.txt")
# What a task is told of the documents that there are, not how they are worked on.
OF_THE_DATA = {"firsts", "domains", "validation_domains"}
SAME = File(path="a", part="a", bytes=1, sha256="a")
NEEDED: dict[str, Any] = {
    "crawl": {"edition": "first", "sources": {"a": {"seeds": ["http://a.test/"]}}}
}


def test_datasets_have_the_names_that_they_had() -> None:
    """Of default parameters, over one empty dataset for each input."""
    now = []
    for name in STAGES:
        stage = load(name)
        params = stage.Params.model_validate(NEEDED.get(name, {}))
        inputs = {role: [nothing(declared.kind)] for role, declared in stage.inputs.items()}
        with any_release():
            now.append(f"dataset {name} {key.fingerprint(stage, params, inputs)[:12]}")
    assert moved("dataset ", now) == ""


def test_shards_have_the_names_that_they_had(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Of the first task of each step of quickstart, over one file for each kind of input."""
    store = Store(session_folder(tmp_path_factory, NAME, make) / "store")
    now = {
        f"shard {name} {step.name} {named(stage, step)}"
        for name in STAGES
        for stage in [load(name)]
        for step in steps(store, stage)
    }
    assert moved("shard ", now) == ""


def moved(kind: str, now: Collection[str]) -> str:
    """The lines that are other ones now, as `diff` shows them."""
    then = {line for line in TABLE.read_text().splitlines() if line.startswith(kind)}
    gone = [f"< {line}" for line in sorted(then - set(now))]
    return "\n".join([*gone, *(f"> {line}" for line in sorted(set(now) - then))])


def any_release() -> AbstractContextManager[Any]:
    """Which libraries are in a key is pinned, not their versions on this machine."""
    return patch.object(key, "libraries", lambda stage: dict.fromkeys(stage.libraries, "1.0"))


def steps(store: Store, stage: Stage) -> Iterator[Step]:
    """All steps by which the datasets of a stage were made."""
    for reference in store.references(stage.name):
        manifest = store.manifest(reference)
        assert manifest
        params = stage.Params.model_validate(manifest.params)
        plan = stage.plan(params, inputs_of(store, manifest), {})
        with suppress(StopIteration):
            step = next(plan)
            while True:
                yield step
                names = keys(store, stage, step)
                shards = store.records(stage.name, names)
                step = plan.send([shards[name] for name in names])


def named(stage: Stage, step: Step) -> str:
    """The key of the first task of a step, whatever the documents are."""
    task = step.tasks[0]
    params = {name: value for name, value in task.hashed.items() if name not in OF_THE_DATA}
    inputs = {role: [SAME] * bool(files) for role, files in task.inputs.items()}
    with any_release():
        return key.task_key(stage, step, Task(inputs, params))[:12]
