"""The keys by which tasks of a step are known in a store: those of today, or earlier ones of the same work."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from pipeline.model.key import task_key
from pipeline.model.stage import Stage, Step, Task
from pipeline.store.backend import SHARD_RECORD
from pipeline.store.store import Store


def keys(
    store: Store,
    stage: Stage,
    step: Step,
    known: Collection[str] = (),
    tasks: Sequence[Task] | None = None,
) -> list[str]:
    """The key of each task of a step, or of these: where it was named otherwise before, that name, if a shard has it
    or `known` does. A store is asked for the earlier names of these tasks alone.

    `known` are the keys of a committed dataset that lost some of its files: what is lost is made again where it lay.
    """
    tasks = step.tasks if tasks is None else tasks
    names = [task_key(stage, step, task) for task in tasks]
    former = {
        number: task_key(stage, step, task.formerly)
        for number, task in enumerate(tasks)
        if task.formerly is not None
    }
    records = [f"shards/{stage.name}/{key}/{SHARD_RECORD}" for key in former.values()]
    sizes = store.backend.sizes(records, among=len(step.tasks)) if records else []
    for (number, key), size in zip(former.items(), sizes, strict=True):
        if size is not None or key in known:
            names[number] = key
    return names


def saved(store: Store, stage: Stage, step: Step) -> tuple[int, int]:
    """How many shards of a step are there, under a name of today or an earlier one, and how many it has.

    All names are looked up at once: a store that lists a stage to find many lists it once.
    """
    names = {
        tuple(task_key(stage, step, one) for one in (task, task.formerly) if one is not None)
        for task in step.tasks
    }
    there = store.shards(stage.name, [name for each in names for name in each])
    return sum(not there.keys().isdisjoint(each) for each in names), len(names)
