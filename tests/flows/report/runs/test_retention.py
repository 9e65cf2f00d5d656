"""Which datasets stay when others are pruned: what can't be made again longer than what can."""

from __future__ import annotations

from flows.report.runs.retention import newest, reasons
from pipeline.model.dataset import Manifest
from pipeline.store.store import Store
from tests.flows.report.pages import committed, record


def test_the_crawl_that_was_made_last_stays_though_a_run_took_an_earlier_one(store: Store) -> None:
    first, second, third, read = (
        committed(store, stage, [], [], fingerprint=letter * 32)
        for stage, letter in (("crawl", "f"), ("crawl", "e"), ("crawl", "d"), ("extract", "a"))
    )
    other = committed(store, "extract", [], [], fingerprint="b" * 32)

    def run(day: int, *made: Manifest) -> None:
        record(store, "mine", *made, run=f"202611{day:02}T120000-00000000")

    run(1, first, read)
    run(2, second, other)
    run(3, third)
    run(4, first, read)
    kept = newest(store, 1)
    assert kept == {str(m.reference) for m in (first, third, read)}
    why = reasons(store, {str(second.reference), str(other.reference)})
    assert why == {
        str(second.reference): f"an earlier crawl of mine, whose newest is {third.reference}",
        str(other.reference): f"an earlier extract of mine, whose newest is {read.reference}",
    }
    assert str(second.reference) in newest(store, 2)
