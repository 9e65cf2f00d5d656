"""An id is found among very many shards by reading few of them, once all were read for the first question."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.model import partitions
from pipeline.model.dataset import Manifest
from pipeline.model.stage import Inputs, Plan, Stage, Step, Task, Work
from pipeline.run.runner import Runner
from pipeline.store.index import shards_with
from pipeline.store.maintain import prune, verify
from pipeline.store.store import Store


class Rows(Stage):
    """Seven shards of five records, two of which begin alike, and one that stands in two shards."""

    name = "rows"
    gives = ("rows",)

    def plan(self, params: Any, inputs: Inputs, context: Mapping[str, Any]) -> Plan:
        tasks = [Task({}, {"number": number}) for number in range(7)]
        return (yield Step("rows", "tests.pipeline.store.test_index:write", tasks))


def write(work: Work) -> None:
    number = work.params["number"]
    ids = [f"{number}{i}" * 16 for i in range(4)]
    ids.append("same" * 8 if number in {2, 5} else f"abcdefgh{number}")
    name = "document" if number == 3 else "id"
    pq.write_table(pa.table({name: ids}), work.output("kept", "kept.parquet"))
    pq.write_table(pa.table({"x": [1]}), work.output("other", "other.parquet"))


@pytest.fixture
def manifest(store: Store, monkeypatch: pytest.MonkeyPatch) -> Manifest:
    monkeypatch.setattr(partitions, "SIZE", 3)
    made = Runner(store, "driver").run(Rows(), Rows.Params(), {}).manifest
    found = made and store.manifest(made.reference)
    assert found and found.summary
    return found


def test_an_id_is_found_where_it_stands_and_the_tables_are_read_once(
    store: Store, manifest: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = ("id", "document")
    assert shards_with(store, manifest, "32" * 16, columns) == [3]
    monkeypatch.setattr(Store, "fetch", None)  # from here on, no table of a shard is opened
    assert shards_with(store, manifest, "60" * 16, columns) == [6]
    assert shards_with(store, manifest, "same" * 8, columns) == [2, 5]
    assert shards_with(store, manifest, "99" * 16, columns) == []
    # Ids that begin alike are told apart by who opens the shards.
    assert shards_with(store, manifest, "abcdefgh0", columns) == [0, 1, 3, 4, 6]
    assert verify(store).damaged == []
    prune(store, keep=set())
    assert not Path(store.url, "datasets/rows", manifest.fingerprint).exists()


def test_a_damaged_index_is_made_again(store: Store, manifest: Manifest) -> None:
    path = f"datasets/{manifest.reference}/ids.parquet"
    assert shards_with(store, manifest, "10" * 16, ("id",)) == [1]
    whole = store.backend.read(path)
    store.backend.write(path, whole[:-5])
    assert shards_with(store, manifest, "10" * 16, ("id",)) == [1]
    assert store.backend.read(path) == whole
