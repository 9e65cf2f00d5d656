"""Text of benchmarks is found in whatever form it stands, removed, cut or marked, and told by set and item."""

from __future__ import annotations

import hashlib
import json
import unicodedata
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
    texts = []
    for file, content in files.items():
        (folder / file).write_text(content, encoding="utf-8")
        data = content.encode()
        digest = hashlib.sha256(data).hexdigest()
        texts.append(File(path=str(folder / file), part=name, bytes=len(data), sha256=digest))
    return planted.manifest("files", ["benchmarks"], [[file] for file in texts])


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
    items = {
        row["item"]: (row["documents"], row["how"], row["example"]) for row in rows["contaminated"]
    }
    assert items["largo"] == (2, ["benchmark_near", "benchmark_ngram"], "edited")
    assert items["corta"] == (1, ["benchmark_answer"], "answered")
    assert items["ausente"] == (0, [], None)
    counts = dataset.ledger.documents
    assert counts and (counts.in_, counts.kept) == (6, 2) and dataset.ledger.imbalance() is None
    assert rows["edits"] == []


SENTENCE = (
    "Los pescadores de la ría salieron antes del alba y volvieron de noche con las redes vacías."
)


@pytest.mark.parametrize(
    "text",
    [
        SENTENCE.replace("alba", "amanecer"),  # 12 of 17 words in two runs
        SENTENCE.replace("alba", "alba[12]"),
        # A word that a hyphen parts at the end of a line, also within a quotation.
        SENTENCE.replace("pescadores", "pesca-\ndores").replace("volvieron", "volvie-\n> ron"),
    ],
)
def test_a_sentence_that_was_touched_is_found(tmp_path: Path, text: str) -> None:
    files = {"frases.txt": f"{SENTENCE}\n"}
    texts = [("touched", f"{prose(1, 40)}\n{text}\n{prose(2, 40)}"), ("clean", prose(3, 100))]
    _, rows = run(tmp_path, texts, files, mode="cut")
    (cut,) = rows["edits"]
    assert cut["id"] == "touched"
    assert texts[0][1][cut["start"] : cut["end"]] in text and cut["end"] - cut["start"] > 70


def test_a_set_is_read_in_the_form_of_documents(tmp_path: Path) -> None:
    parted = unicodedata.normalize("NFD", SENTENCE.replace("pescadores", "pesca\xaddores"))
    _, rows = run(tmp_path, [("a", SENTENCE), ("b", prose(3, 100))], {"frases.txt": parted})
    assert [row["id"] for row in rows["findings"]] == ["a"]


def test_places_and_labels_are_no_answers(tmp_path: Path) -> None:
    """SQuAD says where an answer begins; the letter of an option is a word in Spanish."""
    squad = [
        {"id": f"q{i}", "question": question, "answers": [{"text": answer, "answer_start": 15}]}
        for i, (question, answer) in enumerate([("¿Quién pintó el techo azul?", "Elvira Monts")])
    ]
    letters = [
        {"id": str(i), "stem": f"¿Cuál de estos es {word}?", "choices": [word * 2], "key": "A"}
        for i, word in enumerate(["verde", "rojo", "gris", "pardo", "blanco", "negro"])
    ]
    files = {"s.json": json.dumps(squad), "t.json": json.dumps(letters)}
    texts = [
        ("place", f"{prose(1, 40)} ¿Quién pintó el techo azul? Hace 15 años {prose(2, 80)}"),
        ("letter", f"{prose(3, 40)} ¿Cuál de estos es gris? Vamos a ver. {prose(4, 80)}"),
        ("answer", f"{prose(5, 40)} ¿Cuál de estos es gris? Grisgris. {prose(6, 80)}"),
        ("person", f"{prose(7, 40)} ¿Quién pintó el techo azul? Fue Elvira Monts. {prose(8, 80)}"),
    ]
    _, rows = run(tmp_path, texts, files)
    assert {row["id"] for row in rows["findings"]} == {"answer", "person"}


def test_an_answer_alone_says_nothing_though_it_be_a_long_name(tmp_path: Path) -> None:
    name = "la Carta de los Derechos y Deberes de la Comarca"  # ten words
    question = "¿En qué texto de la comarca se prohíbe tirar piedras al río?"
    items = [{"id": "q", "question": question, "answers": [name]}]
    items += [
        {"id": f"{i}", "question": f"{prose(i, 9)}?", "answers": [prose(i, 2)]} for i in range(4)
    ]
    texts = [
        ("name", f"{prose(10, 40)} Así lo dice {name}. {prose(11, 80)}"),
        ("question", f"{prose(12, 40)} {question} {prose(13, 80)}"),
    ]
    _, rows = run(tmp_path, texts, {"t.json": json.dumps(items)})
    assert {row["id"] for row in rows["findings"]} == {"question"}


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
    (finding,) = [row for row in rows["findings"] if row["id"] == "wrapped"]
    assert finding["set"] == "prueba" and (finding["item"] == item or name == "s.json")


def test_a_set_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(TahonaError, match=r"the benchmark prueba: s\.json can't be read"):
        run(tmp_path, TEXTS, {"s.json": "{"})
    with pytest.raises(TahonaError, match="the benchmark prueba holds no text"):
        run(tmp_path / "two", TEXTS, {"s.txt": "\n"})
