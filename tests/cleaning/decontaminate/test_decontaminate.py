"""Text of benchmarks is found in whatever form it stands, removed, cut or marked, and told by set and item."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from cleaning.decontaminate.stage import Decontaminate
from pipeline.errors import TahonaError
from pipeline.model.dataset import File, Manifest
from tests.cleaning import planted
from tests.cleaning.planted import Text, prose

LONG = prose(70, 60)
QUESTION = "¿En qué año nació la poetisa?"
ITEMS = [
    {"id": "largo", "texto": LONG},
    {
        "id": "frase",
        "texto": "El molino de la aldea muele trigo y centeno cada jueves por la mañana temprano.",
    },
    {"id": "corta", "question": QUESTION, "answers": [{"text": "1837"}, {"text": "en Santiago"}]},
    {"id": "ausente", "texto": prose(71, 50)},
]


def benchmark(folder: Path, name: str, files: dict[str, str]) -> Manifest:
    """A dataset of a benchmark's files."""
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for file, content in files.items():
        (folder / file).write_text(content, encoding="utf-8")
        data = content.encode()
        digest = hashlib.sha256(data).hexdigest()
        found.append(File(path=str(folder / file), part=name, bytes=len(data), sha256=digest))
    return planted.manifest("files", ["benchmarks"], [[file] for file in found])


def run(
    folder: Path, texts: list[Text], files: dict[str, str] | None = None, **params: Any
) -> tuple[Manifest, dict[str, list[dict[str, Any]]]]:
    """The dataset, and its rows by part."""
    lines = "\n".join(json.dumps(item) for item in ITEMS)
    inputs = {
        "documents": [planted.documents(folder / "d", [texts[:2], texts[2:]])],
        "benchmarks": [benchmark(folder / "b", "prueba", files or {"items.jsonl": lines})],
    }
    dataset, _ = planted.run(folder / "store", Decontaminate(), inputs, **params)
    parts = ("decisions", "findings", "edits", "contaminated")
    return dataset, {p: list(planted.rows(folder / "store", dataset, p)) for p in parts}


# No 13 words of it stand in a row, but more than half of its shingles do.
EDITED = " ".join("otra" if i % 13 == 12 else word for i, word in enumerate(LONG.split(" ")))
WRAPPED = LONG.upper().replace(" ", "\n> ", 40)
TEXTS = [
    ("wrapped", f"{prose(1, 40)}\n{WRAPPED}\n{prose(2, 40)}"),
    ("quoted", "Dijo: «El molino, de la aldea, muele trigo y centeno: cada jueves por la manana… temprano» y calló."),
    ("edited", f"{prose(3, 80)} {EDITED} {prose(4, 80)}"),
    ("answered", f"{prose(5, 50)} ¿En que año nacio la poetisa? Fue en 1837, dicen. {prose(6, 30)}"),
    ("asked", f"{prose(7, 50)} {QUESTION} {prose(8, 90)} 1837"),
    ("clean", prose(9, 200)),
]  # fmt: skip


def test_each_form_is_found_and_told_by_item(tmp_path: Path) -> None:
    dataset, rows = run(tmp_path, TEXTS)
    gone = {row["id"]: row["rule"] for row in rows["decisions"] if not row["kept"]}
    assert gone == {
        "wrapped": "benchmark_ngram",
        "quoted": "benchmark_ngram",
        "edited": "benchmark_near",
        "answered": "benchmark_answer",
    }
    assert {row["id"]: row["item"] for row in rows["findings"]} == {
        "wrapped": "largo", "quoted": "frase", "edited": "largo", "answered": "corta",
    }  # fmt: skip
    told = {
        row["item"]: (row["documents"], row["how"], row["example"]) for row in rows["contaminated"]
    }
    assert told["largo"] == (2, ["benchmark_near", "benchmark_ngram"], "edited")
    assert told["corta"] == (1, ["benchmark_answer"], "answered")
    assert told["ausente"] == (0, [], None)
    counts = dataset.ledger.documents
    assert counts and (counts.in_, counts.kept) == (6, 2) and dataset.ledger.imbalance() is None
    assert rows["edits"] == []


def test_passages_are_cut_and_pages_stay(tmp_path: Path) -> None:
    dataset, rows = run(tmp_path, TEXTS, mode="cut")
    assert all(row["kept"] and not row["rule"] for row in rows["decisions"])
    texts = dict(TEXTS)
    cut = {row["id"]: texts[row["id"]][row["start"] : row["end"]] for row in rows["edits"]}
    assert cut.keys() == {"wrapped", "quoted", "edited", "answered"}
    assert cut["wrapped"] == WRAPPED.rstrip(".")
    assert cut["quoted"].startswith("El molino") and cut["quoted"].endswith("temprano")
    characters = dataset.ledger.characters
    assert characters and sum(characters.cut.values()) == sum(map(len, cut.values()))
    assert dataset.ledger.imbalance() is None


def test_what_is_marked_stays(tmp_path: Path) -> None:
    _, rows = run(tmp_path, TEXTS, mode="mark")
    assert all(row["kept"] for row in rows["decisions"]) and rows["edits"] == []
    assert len(rows["findings"]) == 4


def test_answers_and_near_copies_are_not_asked_for_where_the_recipe_says_so(tmp_path: Path) -> None:
    _, rows = run(tmp_path, TEXTS, answers=False, near=None)
    assert {row["id"] for row in rows["decisions"] if not row["kept"]} == {"wrapped", "quoted"}


@pytest.mark.parametrize(
    ("name", "content", "item"),
    [
        ("s.json", json.dumps({"data": [{"paragraphs": [{"context": LONG}]}]}), "data/0/0"),
        ("s.json", json.dumps([{"x": 1}, {"qas": [{"id": "q7", "text": LONG}]}]), "q7"),
        ("s.tsv", f"otra cosa\t1\n{LONG}\t18\n", "1"),
        ("s.csv", f'"a, b",1\n"{LONG}",2\n', "1"),
        ("s.txt", f"nada\n{LONG}\n", "1"),
        ("s.conllu", f"# sent_id = f-3\n# text = {LONG}\n1\tX\n", "f-3"),
    ],
)
def test_sets_come_in_many_forms(tmp_path: Path, name: str, content: str, item: str) -> None:
    _, rows = run(tmp_path, TEXTS, {name: content})
    (found,) = [row for row in rows["findings"] if row["id"] == "wrapped"]
    assert found["set"] == "prueba" and (found["item"] == item or name == "s.json")


def test_a_set_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(TahonaError, match=r"the benchmark prueba: s\.json can't be read"):
        run(tmp_path, TEXTS, {"s.json": "{"})
    with pytest.raises(TahonaError, match="the benchmark prueba holds no text"):
        run(tmp_path / "two", TEXTS, {"s.txt": "\n"})
