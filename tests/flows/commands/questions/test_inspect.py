"""`status`, `lineage` and `trace` tell what is there and what it came from."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from flows.commands.questions.trace import trace_document
from flows.commands.questions.trace_rows import asked
from flows.commands.questions.trace_text import row_text
from flows.commands.runs.run import run_recipe
from pipeline.errors import UsageError
from pipeline.model.dataset import File, Manifest, Shard
from pipeline.model.ledger import Ledger
from pipeline.store import mark
from pipeline.store.store import Store
from tests.flows.command import answer, environment, inside


def test_status_tells_committed_stale_and_missing(copy: Path) -> None:
    fresh = answer("status", "texts.yaml", cwd=copy)["stages"]
    assert {s["state"] for s in fresh} == {"committed"}
    changed = answer("status", "texts.yaml", "--set", "filter.languages=[ca]", cwd=copy)["stages"]
    states = {s["stage"]: s["state"] for s in changed}
    assert states["annotate"] == "committed" and states["filter"] == states["corpus"] == "stale"
    empty = answer("status", "texts.yaml", "--store", str(copy / "none"), cwd=copy)["stages"]
    assert {s["state"] for s in empty} == {"missing"}


def test_what_a_killed_run_saved_of_a_stage_is_told(copy: Path) -> None:
    """Of which there are shards, and neither a dataset nor a record."""
    store = copy / "store"
    (filtered,) = map(Store(str(store)).manifest, Store(str(store)).references("filter"))
    assert filtered
    last = store / "shards/filter" / filtered.steps["decisions"][-1]
    for gone in (store / "runs", *store.glob("datasets/[!fea]*"), store / "datasets/filter", last):
        shutil.rmtree(gone)
    news = " ".join(
        n for s in answer("status", "texts.yaml", cwd=copy)["stages"] for n in s["news"]
    )
    assert re.match(r"filter: .+ whole, \d+ of \d+ shards of decisions are saved: ", news)
    first, *others = sorted((store / "shards/extract").iterdir())
    for gone in (*others, *store.glob("datasets/[!f]*"), store / "shards/annotate"):
        shutil.rmtree(gone)
    extract, annotate, *_ = answer("status", "texts.yaml", cwd=copy)["stages"]
    assert (extract["state"], annotate["state"]) == ("partial", "missing")
    (news,) = extract["news"]
    assert news.startswith(f"extract: 1 of {len(others) + 1} shards are saved: `tahona run")
    done = inside("run", "texts.yaml", "--until", "extract", cwd=copy)
    assert f"{len(others)} computed, 1 reused" in done.stderr
    assert first.exists()


def test_what_is_stale_is_what_was_made_of_all_records_not_of_a_sample(copy: Path) -> None:
    changed = ("status", "texts.yaml", "--set", "filter.languages=[ca]")
    before = answer(*changed, cwd=copy)["stages"]
    run_recipe(str(copy / "texts.yaml"), str(copy / "store"), sample=0.5)
    assert answer(*changed, cwd=copy)["stages"] == before
    # Where nothing else is there, it is the sample's.
    run_recipe(str(copy / "texts.yaml"), str(copy / "other"), sample=0.5)
    other = answer(*changed, "--store", str(copy / "other"), cwd=copy)["stages"]
    assert {"stale"} == {s["state"] for s in other} and other[-1]["fingerprint"] is not None


def test_lineage_leads_down_to_the_named_files_and_up_to_the_corpus(ran: Path) -> None:
    result = answer("status", "texts.yaml", cwd=ran)
    names = {s["stage"]: f"{s['stage']}/{s['fingerprint']}" for s in result["stages"]}
    text = inside("lineage", names["corpus"], cwd=ran).stdout
    assert "files/" in text and str(ran / "texts") in text and names["extract"] in text
    whole = [line for line in text.splitlines() if "files/" in line and "as above" not in line]
    assert len(whole) == 1, "a dataset that is told twice"
    assert f"{names['extract']}  as above" in text
    up = inside("lineage", names["extract"], cwd=ran).stdout
    assert len([x for x in up.splitlines() if names["corpus"] in x and "as above" not in x]) == 1
    below = json.dumps(answer("lineage", names["extract"], cwd=ran)["made_into"])
    assert names["corpus"] in below and names["annotate"] in below


def test_trace_says_how_much_of_an_id_it_takes(ran: Path) -> None:
    done = inside("trace", "09701e", cwd=ran)
    assert done.returncode == 2 and "give 8 digits of its id" in done.stderr


def test_trace_tells_what_a_crawl_knows_of_a_page_that_it_did_not_read(
    tmp_path: Path,
) -> None:
    closed, via = "http://a.test/a%C3%B1o.html", "http://a.test/"
    lines = [
        {"url": via, "outcome": "kept", "status": 200},
        {"url": closed, "outcome": "robots", "via": via},
    ]
    text = "".join(json.dumps(line) + "\n" for line in lines).encode()
    path = tmp_path / "crawl.jsonl"
    path.write_bytes(text)
    digest = hashlib.sha256(text).hexdigest()
    log = File(path=str(path), part="log", bytes=len(text), sha256=digest)
    shard = Shard(key="a" * 32, stage="crawl", step="crawl", files=[log])
    store = Store(tmp_path)
    mark.write(store.backend)
    store.create_manifest(
        Manifest(
            stage="crawl",
            fingerprint="b" * 32,
            kinds=[],
            version=1,
            shards=[shard],
            ledger=Ledger(),
        )
    )
    traced = trace_document("http://a.test/año.html", str(tmp_path))
    (visit,) = traced["visits"]
    assert (visit["url"], visit["outcome"], traced["rows"]) == (closed, "robots", [])
    assert traced["text"] == [f"crawl/{'b' * 32}: {closed}, not read: robots, linked from {via}"]
    with pytest.raises(UsageError, match="holds a document"):
        trace_document("http://a.test/b.html", str(tmp_path))


def test_of_many_files_lineage_names_a_dozen() -> None:
    from flows.commands.questions.inspect import _observed

    files = [{"source": "texts", "path": f"{i}.txt", "bytes": 1000} for i in range(490)]
    lines = _observed({"observed": files}, 1)
    assert len(lines) == 13 and lines[-1] == "  and 478 more files, 478,000 bytes"
    assert len(_observed({"observed": files[:12]}, 1)) == 12


def test_trace_follows_a_document_from_its_file_to_the_corpus(mill: Path) -> None:
    import pyarrow.parquet as pq

    file = next(p for p in (mill / "store/shards/corpus").rglob("lang=es.parquet"))
    document = pq.read_table(file)["id"][0].as_py()
    rows = answer("trace", document, cwd=mill)["rows"]
    stages = [r["stage"] for r in rows]
    assert stages[0] == "extract" and "filter" in stages and stages[-1] == "corpus"
    assert rows[0]["row"]["source"]["file"].endswith(".txt")
    output = inside("trace", document, cwd=mill).stdout.splitlines()
    heads = [number for number, line in enumerate(output) if "  deduplicate/" in line]
    # No head with nothing to tell below it.
    assert heads and all(output[n + 1].startswith("    ") for n in heads)
    code = (
        "import sys; from flows.commands import cli; "
        f"assert not cli.guarded(['trace', '{document}']); sys.exit('pandas' in sys.modules)"
    )
    subprocess.run([sys.executable, "-P", "-c", code], cwd=mill, env=environment(), check=True)


def test_trace_says_what_a_rule_asks_of_which_signal() -> None:
    rules = [
        {"name": "a", "signal": "words", "min": 5, "max": None},
        {"name": "b", "signal": "words", "min": 5, "max": 0.5},
        {"name": "c", "signal": ""},
    ]
    decided: Any = SimpleNamespace(shards=[SimpleNamespace(params={"rules": rules})])
    assert [asked(decided, rule) for rule in "abcd"] == ["5 ≤ words", "5 ≤ words ≤ 0.5", None, None]


def test_trace_says_which_document_held_passages_that_became_one() -> None:
    row = {"stage": "corpus", "part": "lang=es", "dataset": "corpus/a", "called": []}
    line = f"    id: {'a' * 32}-es, the passages in es of {'a' * 32}"
    assert line in row_text({**row, "row": {"id": f"{'a' * 32}-es", "language": "es"}})
    assert len(row_text({**row, "row": {"id": "a" * 32, "language": "ca"}})) == 2


def test_trace_of_a_dataset_names_all_that_it_was_made_from(ran: Path) -> None:
    result = answer("status", "texts.yaml", cwd=ran)
    names = {s["stage"]: f"{s['stage']}/{s['fingerprint']}" for s in result["stages"]}
    trace = answer("trace", names["corpus"], cwd=ran)
    behind = {row["dataset"]: row["documents"] for row in trace["datasets"]}
    assert {names["extract"], names["filter"], names["deduplicate"], names["corpus"]} <= set(behind)
    assert behind[names["corpus"]]["kept"] <= behind[names["extract"]]["kept"] > 0
    assert (
        trace["sources"] and all(row["licence"] for row in trace["sources"]) and not trace["gone"]
    )
    output = inside("trace", names["corpus"], cwd=ran).stdout
    assert f"source {trace['sources'][0]['source']}: " in output
    unknown = inside("trace", "corpus/0000", cwd=ran)
    assert unknown.returncode == 2 and "has no dataset corpus/0000" in unknown.stderr
    assert answer("trace", "corpus", cwd=ran)["datasets"] == trace["datasets"]
    assert "holds a document horno" in inside("trace", "horno", cwd=ran).stderr
