"""What records of runs tell of datasets."""

from __future__ import annotations

from pathlib import Path

from flows.store.records import newest
from pipeline.store.store import Store


def test_the_newest_of_some_datasets_is_that_of_the_newest_run(tmp_path: Path) -> None:
    store = Store(tmp_path)
    runs = {
        "old/20260102T000000-a": {"index": "f" * 32},
        "mine/20260103T000000-b": {"index": "e" * 32, "second": "b" * 32},
        "mine/20260104T000000-c": {"corpus": "d" * 32},
    }
    for path, datasets in runs.items():
        kinds = {"second": "index"}
        store.write_json(f"runs/{path}.json", {"datasets": datasets, "kinds": kinds})
    among = [f"index/{letter * 32}" for letter in "bef"]
    assert newest(store, among) == among[0]
    assert newest(store, among[1:]) == among[1]
    assert newest(store, ["index/" + "c" * 32]) == "index/" + "c" * 32  # of a run long gone
