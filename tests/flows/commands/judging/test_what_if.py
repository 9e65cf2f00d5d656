"""What other rules would keep and lose is told beforehand, and is what then happens; nothing is written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.commands.judging.what_if import _text
from tests.flows.command import ARTICLES, TWO_DOMAINS, answer, inside, write_two_domains

RECIPE = f"name: panes\n{TWO_DOMAINS}"
OTHER = "filter.rules=[{name: few, signal: words, min: 300}, {name: long, signal: words, max: 500}]"


EDITED = (
    "filter.rules=[{name: few, signal: words, min: 300}, {name: far, signal: words, max: 300, action: tag},"
    " {name: unended, signal: end_mark, min: 1, action: cut, unit: line}]"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "r.yaml").write_text(RECIPE)
    articles = sorted(ARTICLES.rglob("*.md"))
    # Some have over 350 words with lines that are cut, and fewer without.
    end = " pan@horno.test" + "\nCompartir en Facebook" * 20
    write_two_domains(tmp_path, articles[::4], articles[1::4], end=end)
    return tmp_path


def test_documents_beyond_the_examples_are_counted() -> None:
    none = {"now": {}, "then": {}}
    row = {"id": "a", "rule": "few", "value": 1.0, "threshold": None, "text": "pan"}
    answer = {
        **{"documents": 30, "characters": 9, "kept": {"now": 30, "then": 9}, "edits": None},
        **{"kept_characters": {"now": 9, "then": 3}, "removed": none, "tagged": none},
        **{"back": {"documents": 0, "examples": []}, "gone": {"documents": 21, "examples": [row]}},
    }
    assert _text(answer)[-2:] == ["  a few 1: pan", "  and 20 more"]


def files(store: Path) -> dict[str, float]:
    return {str(p): p.stat().st_mtime_ns for p in store.rglob("*") if p.is_file()}


def test_it_tells_what_then_happens_and_writes_nothing(folder: Path) -> None:
    now = answer("run", "r.yaml", "--store", "s", cwd=folder)["stages"][-1]["documents"]
    before = files(folder / "s")
    result = answer("filter", "r.yaml", "--what-if", "--set", OTHER, "--store", "s", cwd=folder)
    assert files(folder / "s") == before
    ran = answer("filter", "r.yaml", "--set", OTHER, "--store", "s", cwd=folder)
    documents = ran["stages"][-1]["documents"]
    assert result["documents"] == documents["in"]
    assert result["kept"] == {"now": now["kept"], "then": documents["kept"]}
    assert result["removed"]["then"] == documents["removed"]
    back, gone = result["back"], result["gone"]
    assert back["rules"] == {"few": back["documents"]} and back["documents"] > 0
    assert gone["rules"] == {"long": gone["documents"]} and gone["documents"] > 0
    assert result["kept"]["then"] - result["kept"]["now"] == back["documents"] - gone["documents"]
    assert sum(back["domains"].values()) == back["documents"]
    assert all(300 <= row["value"] < 350 and row["threshold"] == 350 for row in back["examples"])
    # Who changes sides is shown, personal data masked.
    assert 0 < len(back["examples"]) <= 10 and "@horno" not in json.dumps(result)
    # Tags are counted from signals, too; what is cut is read in some of the texts.
    result = answer("filter", "r.yaml", "--what-if", "--set", EDITED, "--store", "s", cwd=folder)
    assert result["tagged"] == {"now": {}, "then": {"far": result["kept"]["then"]}}
    edits = result["edits"]
    assert edits["documents"] == result["documents"] and edits["now"] == {}
    assert edits["then"]["unended"]["characters"] > 0 and edits["examples"][0]["rule"] == "unended"
    # All texts were read, so what is cut otherwise and takes words is known of all.
    ran = answer("filter", "r.yaml", "--set", EDITED, "--store", "s", cwd=folder)
    counts = edits["fewer_words"]["few"]
    few = result["removed"]["then"]["few"] + counts["gone"] - counts["back"]
    assert ran["stages"][-1]["documents"]["removed"] == {"few": few} and counts["gone"] > 0


def test_a_stage_is_weighed_under_the_name_that_the_recipe_gives_it(folder: Path) -> None:
    own = RECIPE.replace("  filter: {", "  otro: {stage: filter, ")
    (folder / "own.yaml").write_text(own.replace("panes", "propios"))
    answer("run", "own.yaml", "--store", "s", cwd=folder)
    other = OTHER.replace("filter.", "otro.")
    result = answer("otro", "own.yaml", "--what-if", "--set", other, "--store", "s", cwd=folder)
    assert result["stage"] == "otro" and result["documents"] > result["kept"]["then"] > 0
    words = ("extract", "own.yaml", "--what-if", "--set", "extract.sample=0.5")
    assert inside(*words, "--store", "s", cwd=folder).returncode == 2
    (folder / "own.yaml").write_text(own.replace("  annotate:", "  signos: {stage: annotate}"))
    done = inside("signos", "own.yaml", "--what-if", "--set", other, "--store", "s", cwd=folder)
    assert "signos of panes decides by no rules" in done.stderr


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
