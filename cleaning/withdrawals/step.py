"""The step of a plan that asks which documents of each shard the orders of withdrawal name."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from pipeline.model.dataset import File, Shard
from pipeline.model.stage import Inputs, Step, Task


def withdrawn(
    documents: Sequence[File], inputs: Inputs
) -> Generator[Step, list[Shard], list[list[File]]]:
    """For each file of documents a table of the ids that orders name; none where they name none of its documents."""
    orders = [file for manifest in inputs.get("withdrawals", []) for file in manifest.files()]
    if not orders:
        return [[] for _ in documents]
    tasks = [Task({"documents": [file], "orders": orders}) for file in documents]
    shards = yield Step("withdrawn", "cleaning.withdrawals.orders:find_withdrawn", tasks)
    ids = [shard.one("withdrawn") for shard in shards]
    return [[file] if file.rows else [] for file in ids]
