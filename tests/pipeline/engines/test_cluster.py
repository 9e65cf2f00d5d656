"""What is known of a Flink cluster, without one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipeline.engines import worker
from pipeline.engines.cluster import Cluster
from pipeline.engines.compute import Outcome, Spec
from pipeline.store.store import Store


@pytest.mark.parametrize(
    ("rest", "slots", "workers", "beside"),
    [
        ("http://flink", [4, 2], 8, 4),
        ("http://flink", [4, 4], 3, 3),
        ("http://flink", [], 2, 2),
        ("", [1], 5, 5),  # nobody tells
    ],
)
def test_workers_of_one_machine_divide_its_memory(
    monkeypatch: pytest.MonkeyPatch, rest: str, slots: list[int], workers: int, beside: int
) -> None:
    answer = {"taskmanagers": [{"id": str(n), "slotsNumber": n} for n in slots]}
    monkeypatch.setattr(Cluster, "ask", lambda *words: answer)
    assert Cluster("localhost:1", rest, "localhost:2").beside(workers) == beside


def test_a_worker_takes_its_share_of_the_memory_and_no_more(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    shares: list[int] = []

    def compute(spec: Spec, progress: Any, stopping: Any, workers: int = 1) -> Outcome:
        shares.append(workers)
        return Outcome(spec.key)

    monkeypatch.setattr(worker._children, "compute", compute)
    store.write_json("tmp/job/order.json", {})
    spec = {"store": store.url, "stage": "words", "step": "words", "key": "a", "kernel": "none"}
    worker.compute_order(
        "tmp/job", 3, json.dumps({**spec, "inputs": {}, "params": {}, "context": {}})
    )
    assert shares == [3] and store.read_json("tmp/job/a.done")["key"] == "a"
