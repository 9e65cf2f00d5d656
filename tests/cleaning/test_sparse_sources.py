"""Which sources lost nearly all of their documents."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from cleaning.sparse_sources import nearly_all_removed
from pipeline.model.ledger import Documents


def test_errors_and_redirects_are_no_lost_documents() -> None:
    def shard(**removed: int) -> tuple[Any, Documents]:
        counts = Documents(in_=5 + sum(removed.values()), kept=5, removed=removed)
        return SimpleNamespace(params={"source": {"name": "sitio", "reader": "jsonl"}}), counts

    assert nearly_all_removed([shard(status=34, short=1)]) == []
    (told,) = nearly_all_removed([shard(status=34, short=30)])
    values = {"source": "sitio", "gone": 30, "came": 35, "share": 30 / 35}
    assert told["values"] == {**values, "most": 30, "rule": "short"}
    half = [shard(short=5, long=1)] * 4
    assert nearly_all_removed(half) == nearly_all_removed(half, ["warc"]) == []
    (told,) = nearly_all_removed(half, ["jsonl"])
    assert (told["values"]["gone"], told["values"]["rule"]) == (24, "short")
    assert nearly_all_removed([shard(short=5)] * 4, ["jsonl"]) == []  # no more than half
