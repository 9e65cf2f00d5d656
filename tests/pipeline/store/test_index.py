"""A record is found among very many shards without opening the tables of those that do not hold it."""

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
from pipeline.store.index import INDEX, shards_with
from pipeline.store.lookup import LOOKUP
from pipeline.store.prune import prune
from pipeline.store.store import Store
from pipeline.store.verify import verify


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
    ids.append("5a3e" * 8 if number in {2, 5} else f"0123456{number}-{number}")
    name = "document" if number == 3 else "id"
    columns = {
        name: ids,
        "url": [f"https://pan.example/{number}"] * 5,
        "host": ["pan.example", *4 * [None]],
    }
    pq.write_table(pa.table(columns), work.output("kept", "kept.parquet"))
    pq.write_table(pa.table({"x": [1]}), work.output("other", "other.parquet"))


@pytest.fixture
def manifest(store: Store, monkeypatch: pytest.MonkeyPatch) -> Manifest:
    monkeypatch.setattr(partitions, "SIZE", 3)
    dataset = Runner(store, "driver").run(Rows(), Rows.Params(), {}).manifest
    manifest_of = dataset and store.manifest(dataset.reference)
    assert manifest_of and manifest_of.summary
    return manifest_of


def test_a_record_is_found_by_what_its_shard_wrote_down_for_it(
    store: Store, manifest: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Store, "fetch", None)  # no table of a shard is opened
    assert shards_with(store, manifest, "32" * 16) == [3]
    monkeypatch.setattr(type(store.backend), "read_all", None)  # from here on, no shard is
    assert shards_with(store, manifest, "60" * 16) == [6]
    assert shards_with(store, manifest, "5a3e" * 8) == [2, 5]
    assert shards_with(store, manifest, "99" * 16) == []
    assert shards_with(store, manifest, "01234564") == [4]  # the beginning of an id
    assert shards_with(store, manifest, "https://pan.example/1") == [1]
    assert shards_with(store, manifest, "pan.example") == [*range(7)]
    assert verify(store).damaged == []
    prune(store, keep=set())
    assert not Path(store.url, "datasets/rows", manifest.fingerprint).exists()


def test_of_a_shard_without_a_whole_list_the_tables_are_read(
    store: Store, manifest: Manifest
) -> None:
    earlier, damaged, *_ = (shard.files[0].path.rpartition("/")[0] for shard in manifest.shards)
    store.backend.remove(f"{earlier}/{LOOKUP}")
    store.backend.write(f"{damaged}/{LOOKUP}", b"\0" * 100)
    assert shards_with(store, manifest, "01" * 16) == [0]
    assert shards_with(store, manifest, "https://pan.example/1") == [1]


def test_a_damaged_index_is_made_again(store: Store, manifest: Manifest) -> None:
    path = f"datasets/{manifest.reference}/{INDEX}"
    assert shards_with(store, manifest, "10" * 16) == [1]
    whole = store.backend.read(path)
    store.backend.write(path, whole[:-5])
    assert shards_with(store, manifest, "10" * 16) == [1]
    assert store.backend.read(path) == whole
