"""The report tells of every run: what belongs to it, how it ended, and what a failed one left."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.chain.chain import Chain
from flows.chain.record import new_run
from flows.chain.status import status
from flows.commands.runs.run import run_recipe
from flows.recipe import recipe as recipes
from flows.report import write_report
from pipeline.errors import Stopped, TahonaError, UsageError
from pipeline.model.ledger import Documents, Ledger
from pipeline.run.watch import Watcher, Watchers
from pipeline.store.store import Store
from tests.flows.report.pages import (
    Page,
    committed,
    hostile_recipe,
    page_of,
    record,
)


def test_a_stage_that_did_not_run_has_no_section(tmp_path: Path) -> None:
    run_recipe(hostile_recipe(tmp_path), str(tmp_path / "store"), last="extract")
    page = page_of(tmp_path / "store", "hostil")
    sections = [s["id"] for s in page.all("section")]
    assert sections == ["funnel", "removed", "runs", "lineage"]
    with pytest.raises(UsageError, match="has no run"):
        write_report(Store(tmp_path / "store"), "otra")


def test_runs_of_one_second_sort_by_when_they_began() -> None:
    names = []
    for _ in range(50):
        names.append(new_run())
        time.sleep(0.0001)
    assert sorted(names) == names


def test_a_run_of_one_stage_shows_what_still_belongs_together(tmp_path: Path) -> None:
    """Later stages stay on the page while they follow from what is shown, and leave it when they do not."""
    store = tmp_path / "store"
    recipe = hostile_recipe(tmp_path)

    def shown() -> list[str]:
        page = page_of(store, "hostil")
        return [t for tag, t in page.texts if tag == "text" and re.fullmatch("[a-z]+", t)][:9]

    whole = ["files", "extract", "annotate", "filter", "deduplicate", "corpus"]
    result = run_recipe(recipe, str(store))
    run_recipe(recipe, str(store), first="annotate", last="annotate")
    assert [t for t in shown() if t in whole] == whole
    run_recipe(recipe, str(store), ["filter.edits=false"], first="filter", last="filter")
    assert [t for t in shown() if t in whole] == whole[:4]
    again = run_recipe(recipe, str(store))
    names = {s["stage"]: s["fingerprint"] for s in result["stages"]}
    assert {s["stage"]: s["fingerprint"] for s in again["stages"]} == names
    assert [t for t in shown() if t in whole] == whole


def test_a_stage_is_told_once_where_two_datasets_are_equal(tmp_path: Path) -> None:
    """Other parameters that decide the same make another dataset, of which all that follows is kept."""
    recipe = hostile_recipe(tmp_path)
    run_recipe(recipe, str(tmp_path / "store"))
    same = run_recipe(recipe, str(tmp_path / "store"), ["filter.languages=[es,ca,gl,eu,pt,en,it]"])
    stages = [s["state"] for s in same["stages"]]
    assert stages == ["reused", "reused", "committed", "reused", "reused"]
    page = page_of(tmp_path / "store", "hostil")
    titles = [text for tag, text in page.texts if tag == "h3"]
    assert titles.count("filter") == 1


def test_a_failed_run_says_so_and_shows_what_there_was(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "kept.parquet"
    pq.write_table(pa.table({"id": ["a"]}), path)
    counted = Ledger(documents=Documents(in_=1, kept=1))
    read = committed(store, "extract", ["decisions"], [({"kept": path}, counted, {})])
    record(store, "rota", read)
    failed = {
        "stage": "annotate",
        "fingerprint": "0" * 32,
        "state": "failed",
        "seconds": 0,
        "shards": {"computed": 0, "reused": 0},
        "documents": None,
        "error": "no model at /home/ana.perez@correo.es: <b>name one</b>",
    }
    later = "20261124T130000-00000000"
    value = {"recipe": "rota", "run": later, "stages": [failed], "datasets": {}}
    store.write_json(f"runs/rota/{later}.json", value)
    page = page_of(store.url, "rota")
    assert "ended in a failure of annotate" in page.text
    assert "1 → to 1 " in page.text
    assert later in page.text
    run = Page(Path(store.url, f"reports/rota/{later}.html").read_text())
    assert "annotate failed : no model at" in run.text
    assert "ana.perez" not in run.html
    assert "<b>name one</b>" in run.text


def test_a_run_that_fails_leaves_a_report(tmp_path: Path) -> None:
    recipe = Path(hostile_recipe(tmp_path))
    recipe.write_text(recipe.read_text() + "  tokenizer: {languages: [fr]}\n")
    with pytest.raises(TahonaError, match="no text in the languages") as failed:
        run_recipe(str(recipe), str(tmp_path / "store"))
    path = failed.value.answer["report"]  # type: ignore[attr-defined]
    page = Page(Path(path).read_text())
    assert "ended in a failure of tokenizer" in page.text
    assert "documents in the corpus" in page.text
    assert "no text in the languages fr" in Page(next(runs_of(path)).read_text()).text


def test_of_a_full_disk_the_sentence_is_told_though_the_record_can_not_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full(Watcher):
        def stage_started(self, stage: str) -> None:
            monkeypatch.setattr(Store, "write_json", full)
            raise TahonaError("the disk is full")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    recipe = recipes.read(hostile_recipe(tmp_path))
    chain = Chain(recipe, Store(tmp_path / "store"), watchers=Watchers([Full()]))
    with pytest.raises(TahonaError, match="the disk is full"), chain.opened():
        chain.stage("extract")


def test_how_each_run_ended_is_told_and_a_sample_marked(tmp_path: Path) -> None:
    """Killed in its first stage, stopped at it, killed after it (no end is recorded), refused between stages, done."""
    recipe = recipes.read(hostile_recipe(tmp_path), ["extract.sample=0.5"])
    store = Store(tmp_path / "store")

    def ended(until: Callable[[Chain], None]) -> tuple[dict[str, Any], str, str]:
        """What is recorded of a run, and told of it on its page and in its row in Spanish."""
        chain = Chain(recipe, store)
        with suppress(Stopped, TahonaError), chain.opened():
            until(chain)
        return told(chain)

    def told(chain: Chain) -> tuple[dict[str, Any], str, str]:
        record = store.read_json(f"runs/hostil/{chain.run}.json")
        write_report(store, "hostil")
        page = Page(Path(store.url, f"reports/hostil/{chain.run}.html").read_text())
        return (
            record,
            page.text,
            Page(Path(store.url, "reports/hostil/index.es.html").read_text()).text,
        )

    def stop(chain: Chain) -> None:
        chain.stop.set()
        chain.stage("extract")

    def refuse(chain: Chain) -> None:
        chain.stage("extract")
        raise Stopped("pretrain was not approved: too dear")

    def fail(chain: Chain) -> None:
        chain.stage("extract")
        raise TahonaError("nobody approved")

    seen = []

    class Fatal(Watcher):
        def stage_started(self, stage: str) -> None:
            seen.append((*told(first), status(recipe, store)))
            raise RuntimeError("a crash")

    first = Chain(recipe, store, watchers=Watchers([Fatal()]))
    with suppress(RuntimeError), first.opened():
        first.stage("extract")
    ((record, page, row, states),) = seen
    assert (record["stages"], record["end"]) == ([], None)
    assert "unfinished: still running, or killed" in page and "sin terminar" in row
    assert states[0]["state"] == "running"
    assert told(first)[0]["end"] == {"state": "failed", "error": "RuntimeError('a crash')"}

    record, page, row = ended(stop)
    assert record["end"] == {"state": "stopped", "error": ""}
    assert [s["state"] for s in record["stages"]] == ["stopped"]
    assert "extract stopped" in page and "failed" not in page
    assert "detenida" in row and "terminada" not in row

    killed = Chain(recipe, store)
    with killed.opened():
        killed.stage("extract")
        record, page, row = told(killed)
    assert record["end"] is None
    assert "unfinished: still running, or killed · sample of 50.0%" in page
    assert "sin terminar" in row and "terminada" not in row

    record, page, row = ended(refuse)
    assert "stopped · sample of 50.0% : pretrain was not approved: too dear" in page
    record, page, row = ended(fail)
    assert "failed · sample of 50.0% : nobody approved" in page
    assert "falló fuera de sus etapas" in row
    record, page, row = ended(lambda chain: chain.stage("extract") and None)
    assert record["end"]["state"] == "done" and "done · sample" in page
    assert "hostil muestra del 50,0" in row and "terminada · muestra del 50,0" in row


def runs_of(path: str) -> Iterator[Path]:
    """The pages of a recipe's runs, in English."""
    return (p for p in Path(path).parent.glob("2*.html") if not p.name.endswith(".es.html"))
