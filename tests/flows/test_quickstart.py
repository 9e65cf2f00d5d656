"""The first command of README: the small web is crawled, cleaned as its truth table says, and trained on."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.flows.command import answer

TRUTH = Path(__file__).parents[2] / "flows" / "web" / "truth.csv"


@pytest.fixture(scope="module")
def mill(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict, Path]:
    store = tmp_path_factory.mktemp("quickstart")
    return answer("run", "quickstart", "--store", str(store), timeout=900), store


def stage(result: dict, name: str) -> dict:
    return next(s for s in result["stages"] if s["stage"] == name)


def tables(store: Path, result: dict, name: str, part: str) -> Iterator[dict]:
    folder = store / "datasets" / name / stage(result, name)["fingerprint"]
    for file in json.loads((folder / "manifest.json").read_text())["files"]:
        if file["part"].startswith(part) and file["path"].endswith(".parquet"):
            for row in pq.read_table(store / file["path"]).to_pylist():
                yield {**row, "part": file["part"]}


def outcomes(result: dict, store: Path) -> dict[str, tuple[str, str]]:
    """What became of each crawled URL: kept with its language, or removed by a rule."""
    found = {}
    for log in (store / "shards" / "crawl").glob("*/crawl.jsonl"):
        for line in log.read_text().splitlines():
            row = json.loads(line)
            if row["outcome"] not in {"kept", "robots"}:
                found[row["url"]] = ("removed", row["outcome"])
    found |= {r["url"]: ("removed", r["rule"]) for r in tables(store, result, "extract", "removed")}
    urls = {r["id"]: r["url"] for r in tables(store, result, "extract", "kept")}
    for name in ("filter", "deduplicate"):
        for row in tables(store, result, name, "decisions"):
            if row["rule"]:
                found[urls[row["id"]]] = ("removed", row["rule"])
    for row in tables(store, result, "corpus", "lang="):
        found[row["url"]] = ("kept", row["part"].removeprefix("lang="))
    return found


def test_every_page_becomes_what_the_truth_table_says(mill: tuple[dict, Path]) -> None:
    result, store = mill
    found = outcomes(result, store)
    confusion: Counter[tuple[str, str, str, str]] = Counter()
    wrong = []
    truth = list(csv.DictReader(TRUTH.open(encoding="utf-8")))
    copies = {r["copy_of"]: r["url"] for r in truth if r["copy_of"]}
    for row in truth:
        # Of an article and its copy one stays; which, is the deduplication's choice.
        other = row["copy_of"] or copies.get(row["url"])
        if other:
            pair = sorted(found[u] for u in (row["url"], other))
            kind = next(r["reason"] for r in truth if r["copy_of"] in {row["url"], other})
            confusion[kind, "one of two", pair[0][0], pair[1][1]] += 1
            if pair != [("kept", "es"), ("removed", kind)]:
                wrong.append(f"{row['url']} and {other}: {pair}")
            continue
        state, reason = found.get(row["url"], ("not_crawled", ""))
        right = state == row["expect"]
        if right and row["expect"] == "kept":
            right = reason == (row.get("language") or "es")
        confusion[row["reason"], row["expect"], state, reason] += 1
        if not right:
            wrong.append(f"{row['url']}: {row['expect']} ({row['reason']}), not {state} ({reason})")
    for (reason, expect, state, rule), n in sorted(confusion.items()):
        print(f"{reason:<16} {expect:<12} -> {state:<12} {rule:<20} {n:>4}")
    assert not wrong, "\n".join(wrong)


def test_the_model_beats_the_unigram_on_held_out_text(mill: tuple[dict, Path]) -> None:
    result, store = mill
    folder = store / "datasets/pretrain" / stage(result, "pretrain")["fingerprint"]
    figures = json.loads((folder / "manifest.json").read_text())["shards"][0]["figures"]
    assert figures["validation_bpb"] < 0.9 * figures["unigram_bpb"]


def test_the_report_shows_the_funnel_the_curve_and_samples(mill: tuple[dict, Path]) -> None:
    page = Path(mill[0]["report"]).read_text(encoding="utf-8")
    for word in ("near_duplicate", "unigram", "<svg", "pretrain"):
        assert word in page
    assert "<script" not in page


def test_the_second_run_computes_nothing(mill: tuple[dict, Path]) -> None:
    result = answer("run", "quickstart", "--store", str(mill[1]))
    assert all(s["state"] == "reused" for s in result["stages"])
