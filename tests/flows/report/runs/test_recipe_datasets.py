"""The datasets of a recipe's page: what the newest run made, and what still follows from it."""

from __future__ import annotations

from typing import Any

from flows.report.runs.recipe_datasets import recipe_datasets

INPUTS = {
    "crawl/a": [],
    "files/a": [],
    "extract/a": ["crawl/a", "files/a"],
    "corpus/a": ["extract/a", "withdrawals/a"],
    "withdrawals/a": [],
    "crawl/b": [],
}


def shown(*runs: str) -> list[str]:
    records: list[dict[str, Any]] = [
        {"stages": [], "datasets": dict(name.split("/") for name in run.split())} for run in runs
    ]
    return list(recipe_datasets(records, INPUTS.get, lambda dataset: False).datasets)


def test_what_follows_from_a_crawl_and_files_stays_after_a_run_of_the_crawl_alone() -> None:
    chain = "crawl/a extract/a corpus/a"
    whole = shown(chain)
    assert set(whole) == INPUTS.keys() - {"crawl/b"}
    assert shown("crawl/a", chain) == whole
    assert shown("crawl/b", chain) == ["crawl/b"]
