"""The keys by which the tasks of a step are known in a store: those of today, or earlier ones of the same work."""

from __future__ import annotations

from collections.abc import Collection

from pipeline.model.key import task_key
from pipeline.model.stage import Stage, Step
from pipeline.store.backend import SHARD_RECORD
from pipeline.store.store import Store


def keys(store: Store, stage: Stage, step: Step, known: Collection[str] = ()) -> list[str]:
    """The key of each task: where it was named otherwise before, that name, if a shard has it or `known` does.

    `known` are the keys of a committed dataset that lost some of its files: what is lost is made again where it lay.
    """
    names = [task_key(stage, step, task) for task in step.tasks]
    former = {
        number: task_key(stage, step, task.formerly)
        for number, task in enumerate(step.tasks)
        if task.formerly is not None
    }
    records = [f"shards/{stage.name}/{key}/{SHARD_RECORD}" for key in former.values()]
    sizes = store.backend.sizes(records, among=len(records)) if records else []
    for (number, key), size in zip(former.items(), sizes, strict=True):
        if size is not None or key in known:
            names[number] = key
    return names
