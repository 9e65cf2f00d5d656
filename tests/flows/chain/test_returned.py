"""What was erased stays out of the store when its source is read anew, and a person is told where it is."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyarrow.parquet as pq
import pytest
import yaml

from cleaning.withdrawals.orders import Order
from flows.chain import returned, withdrawals
from flows.chain.chain import Chain
from pipeline.model.notice import notice, some
from pipeline.store.backend import LocalBackend
from pipeline.store.lock import hold
from pipeline.store.store import Store
from tests.flows.command import ARTICLES, answer, inside

TEXTS = [path.read_text() for path in sorted(ARTICLES.glob("*/*.md"))[:7]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store of five documents: that of the first line of the source is erased."""
    rows = [
        {"text": text, "url": f"http://{'uno' if n else 'dos'}.test/{n}"}
        for n, text in enumerate(TEXTS[:5])
    ]
    (tmp_path / "d.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    source = {"files": ["*.jsonl"], "domain": "news", "licence": "CC-BY-4.0"}
    recipe = {
        "name": "mine",
        "sources": {"texts": source},
        "stages": dict.fromkeys(("extract", "annotate", "corpus")),
    }
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(recipe, sort_keys=False))
    answer("run", "mine.yaml", cwd=tmp_path)
    answer("withdraw", "http://dos.test/0", "--erase", cwd=tmp_path)
    return tmp_path


def _more(folder: Path, number: int, host: str = "uno") -> None:
    """Another line of the source, so that all of it is read anew."""
    row = {"text": TEXTS[number], "url": f"http://{host}.test/{number}"}
    with (folder / "d.jsonl").open("a") as file:
        file.write(json.dumps(row) + "\n")


def _texts(folder: Path) -> list[list[str]]:
    """Of each table of documents of the store the texts, but for empty ones."""
    paths = sorted((folder / "store/shards/extract").glob("*/kept.parquet"))
    return [[t for t in pq.read_table(p)["text"].to_pylist() if t] for p in paths]


def _warnings(ran: dict[str, Any]) -> list[str]:
    return [line for stage in ran["stages"] for line in stage["warnings"] if "came in" in line]


def test_an_erased_text_that_a_changed_source_brings_is_erased_anew_and_told(folder: Path) -> None:
    _more(folder, 5)
    errors = inside("run", "mine.yaml", cwd=folder).stderr
    sentence = "1 erased document came in again, from d.jsonl: erased anew"
    assert errors.count(sentence) == 1
    assert sorted(len(texts) for texts in _texts(folder)) == [4, 5]
    assert answer("verify", cwd=folder)["damaged"] == []
    assert list((folder / "store/reports").glob("**/*.html"))

    # Nothing is made again of it, and from then on its tables are not read.
    again = answer("run", "mine.yaml", cwd=folder)
    assert {stage["state"] for stage in again["stages"]} == {"reused"} and not _warnings(again)
    with patch.object(returned, "_returned", side_effect=AssertionError):
        answer("run", "mine.yaml", cwd=folder)

    # Another text of its address is the same document; one of its host is not.
    row = {"text": TEXTS[6], "url": "https://dos.test/0"}
    (folder / "d.jsonl").write_text(json.dumps(row) + "\n")
    _more(folder, 5, "dos")
    assert _warnings(answer("run", "mine.yaml", cwd=folder))[0].startswith(sentence)
    assert sorted(len(texts) for texts in _texts(folder)) == [1, 4, 5]


def test_a_run_that_could_not_erase_says_so_and_the_next_one_does_in_an_old_store_too(
    folder: Path,
) -> None:
    answer("withdraw", "http://uno.test/1", cwd=folder)  # without --erase: its text stays
    _more(folder, 5)
    path = folder / "store/erased.json"
    record = json.loads(path.read_text())
    assert len(record.pop("documents")) == 1
    path.write_text(json.dumps(record))  # as it was before documents were noted
    with hold(Store(folder / "store"), "store", shared=True):
        (line,) = _warnings(answer("run", "mine.yaml", cwd=folder))
    assert "could not be erased anew: a run is using the store" in line
    assert sorted(len(texts) for texts in _texts(folder)) == [4, 6]

    # Killed when the old table was written anew and the new one not yet: the next run finds it.
    write = LocalBackend.write

    def killed(self: LocalBackend, path: str, *data: Any) -> None:
        if path.endswith("kept.parquet"):
            raise KeyboardInterrupt
        write(self, path, *data)

    with patch.object(LocalBackend, "write", killed):
        assert inside("run", "mine.yaml", cwd=folder).returncode == 130
    assert sorted(len(texts) for texts in _texts(folder)) == [4, 6]
    assert len(json.loads(path.read_text())["documents"]) == 1
    assert "erased anew" in _warnings(answer("run", "mine.yaml", cwd=folder))[0]
    assert sorted(len(texts) for texts in _texts(folder)) == [4, 5]
    assert answer("verify", cwd=folder)["damaged"] == []


def test_an_order_that_comes_while_a_run_goes_on_is_told_at_its_end(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _more(folder, 5)
    done = Chain.stage

    def ordered(self: Chain, name: str, *rest: Any) -> Any:
        result = done(self, name, *rest)
        if name == "corpus":
            withdrawals.add(self.store, [Order("url", "http://uno.test/2", "2026-11-28", "-")])
        return result

    monkeypatch.setattr(Chain, "stage", ordered)
    ran = answer("run", "mine.yaml", cwd=folder)
    late = "corpus: an order of withdrawal came while this ran: run it again"
    assert late in ran["stages"][-1]["warnings"]
    monkeypatch.setattr(Chain, "stage", done)
    again = answer("run", "mine.yaml", cwd=folder)
    assert late not in again["stages"][-1]["warnings"]
    assert again["stages"][-1]["documents"]["removed"] == {"withdrawn": 2}


def test_a_warning_at_the_end_of_a_run_is_in_the_log_of_its_flow_run(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Its stages are done by then, so their warnings are in that log already."""
    from flows.server import live_progress

    log = logging.getLogger("flow run")
    log.addHandler(caplog.handler)
    # The root logger has it too, where Prefect took none away.
    monkeypatch.setattr(log, "propagate", False)
    monkeypatch.setattr(live_progress, "get_run_logger", lambda: log)
    live_progress.Page("mine").warned(notice("returned.erased", n=1, files=some(["d.jsonl"])))
    log.removeHandler(caplog.handler)
    (message,) = caplog.messages
    assert message.startswith("1 erased document came in again, from d.jsonl: erased anew")
