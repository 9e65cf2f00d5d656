"""What other rules would keep and lose is told beforehand, and is what then happens; nothing is written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.flows.command import ARTICLES, answer, inside

RECIPE = """\
name: panes
sources:
  prensa: {files: [prensa.jsonl], domain: news}
  leyes: {files: [leyes.jsonl], domain: legal}
stages:
  extract:
  annotate:
  filter: {rules: [{name: few, signal: words, min: 350}]}
"""
OTHER = "filter.rules=[{name: few, signal: words, min: 300}, {name: long, signal: words, max: 500}]"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "r.yaml").write_text(RECIPE)
    articles = sorted(ARTICLES.rglob("*.md"))
    for name, mine in (("prensa", articles[::4]), ("leyes", articles[1::4])):
        rows = [
            json.dumps({"text": f"{a.read_text(encoding='utf-8')} pan@horno.test"}) for a in mine
        ]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(rows))
    return tmp_path


def files(store: Path) -> dict[str, float]:
    return {str(p): p.stat().st_mtime_ns for p in store.rglob("*") if p.is_file()}


def test_it_tells_what_then_happens_and_writes_nothing(folder: Path) -> None:
    answer("run", "r.yaml", "--store", "s", cwd=folder)
    before = files(folder / "s")
    told = answer("filter", "r.yaml", "--what-if", "--set", OTHER, "--store", "s", cwd=folder)
    assert files(folder / "s") == before
    ran = answer("filter", "r.yaml", "--set", OTHER, "--store", "s", cwd=folder)
    documents = ran["stages"][-1]["documents"]
    assert told["documents"] == documents["in"]
    assert told["kept"]["then"] == documents["kept"]
    assert told["removed"]["then"] == documents["removed"]
    back, gone = told["back"], told["gone"]
    assert back["rules"] == {"few": back["documents"]} and back["documents"] > 0
    assert gone["rules"] == {"long": gone["documents"]} and gone["documents"] > 0
    assert told["kept"]["then"] - told["kept"]["now"] == back["documents"] - gone["documents"]
    assert sum(back["domains"].values()) == back["documents"]
    assert all(300 <= row["value"] < 350 and row["threshold"] == 350 for row in back["examples"])
    # Who changes sides is shown, personal data masked.
    assert 0 < len(back["examples"]) <= 10 and "@horno" not in json.dumps(told)


def test_what_it_can_not_weigh_is_said(folder: Path) -> None:
    def said(*words: str) -> str:
        done = inside("filter", "r.yaml", "--what-if", "--store", "s", *words, cwd=folder)
        assert done.returncode == 2
        return done.stderr

    assert "give --set" in said()
    answer("run", "r.yaml", "--until", "extract", "--store", "s", cwd=folder)
    assert "annotate of panes has not run" in said("--set", OTHER)
    assert "annotate is changed too" in said(
        "--set", OTHER, "--set", "annotate.groups=[orthography]"
    )
