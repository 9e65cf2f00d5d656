"""What a rule does with a document, or with spans of its text: each example of rules.md, run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
import yaml
from pydantic import ValidationError

import cleaning.rules
from cleaning.annotate.stage import Annotate
from cleaning.corpus.stage import Corpus
from cleaning.extract.stage import Extract
from cleaning.filter import what_if_edits
from cleaning.filter.stage import Filter, _edits
from cleaning.rules.apply import Asked, broken
from cleaning.rules.rule import Bounds
from cleaning.rules.units import broken_lines
from cleaning.text.batch import Batch
from pipeline.model.stage import hashed
from tests.cleaning.annotate.test_annotate import documents
from tests.cleaning.filter.filtered import ARTICLE
from tests.cleaning.kernels import compute, rows

MENU = "Inicio y portada de la casa\n"  # a line that ends no sentence
SHOUTED = ARTICLE.upper()


def guide() -> list[dict[str, Any]]:
    """The rules that rules.md shows, by their names."""
    page = (Path(cleaning.rules.__file__).parent / "rules.md").read_text(encoding="utf-8")
    part = page.partition("## What a rule does")[2].partition("```yaml\n")[2].partition("```")[0]
    return list(yaml.safe_load(part)["filter"]["rules"])


def test_each_action_does_what_the_guide_says_and_all_is_counted(tmp_path: Path) -> None:
    wanted = [rule for rule in guide() if rule["name"] != "bertin"]
    for rule in wanted:
        rule.pop("domains", None)
    wanted[0]["min"] = 20
    wanted[-1]["rate"] = 1e-9  # none stays
    wanted[-1]["languages"] = ["gl"]
    texts = [
        ARTICLE,
        ARTICLE.partition("\n")[0],
        SHOUTED,
        MENU
        + ARTICLE
        + "\nActive JavaScript.\nAhora mismo.\n\n"
        + "El expediente EXP-2024/000123 va aparte.",
        "A rapaza chegou á vila coa súa irmá e non atopou a ninguén na rúa do concello. " * 4,
        ARTICLE + "Escriba a marta.soto@correo.net o al teléfono 612 345 678.",
    ]
    data = documents(tmp_path, texts)
    signals = compute(Annotate(), {"documents": [data]}, tmp_path / "a")
    params = {"rules": wanted, "languages": ["es", "gl"]}
    decisions = compute(
        Filter(), {"documents": [data], "signals": [signals]}, tmp_path / "f", **params
    )
    decided = rows(decisions, "decisions")
    assert [row["rule"] for row in decided] == [None, "few", None, None, "half", None]
    assert [row["tags"] for row in decided] == [[], [], ["shouting"], [], [], []]
    (shard,) = decisions.shards
    assert shard.figures == {"tagged": {"shouting": 1}}
    characters = shard.ledger.characters
    assert characters is not None
    assert characters.cut["unended"] == len(MENU)
    assert characters.masked == {
        "file_number": 15,
        "contacts": len("marta.soto@correo.net612 345 678"),
    }

    inputs = {"documents": [data], "signals": [signals], "decisions": [decisions]}
    corpus = compute(Corpus(), inputs, tmp_path / "c")
    by_id = {row["id"]: row for row in rows(corpus, "lang=es")}
    kept = [by_id[row["id"]] for row in decided if row["kept"]]
    assert [row["tags"] for row in kept] == [[], ["shouting"], [], []]
    assert kept[2]["text"] == ARTICLE + "\nEl expediente [FILE_NUMBER] va aparte."
    assert kept[3]["text"] == ARTICLE + "Escriba a [EMAIL] o al teléfono [PHONE]."
    assert corpus.shards[0].figures["masked"] == {"email": 1, "file_number": 1, "phone": 1}


def test_what_drops_alone_moves_no_key_and_adds_no_column(tmp_path: Path) -> None:
    rule = {"name": "few", "signal": "words", "min": 5.0, "max": None}
    rule |= {"languages": None, "domains": None, "web_only": False}
    assert hashed(Bounds(name="few", signal="words", min=5)) == rule
    data = documents(tmp_path, [ARTICLE])
    signals = compute(Annotate(), {"documents": [data]}, tmp_path / "a")
    decisions = compute(
        Filter(), {"documents": [data], "signals": [signals]}, tmp_path / "f", rules=[rule]
    )
    assert "tags" not in rows(decisions, "decisions")[0]
    assert not decisions.shards[0].figures


def test_what_masks_hangs_on_what_finds_personal_data_and_nothing_else_does(tmp_path: Path) -> None:
    shards = documents(tmp_path, [ARTICLE]).shards
    cut = Bounds(name="c", action="cut", unit="line", signal="words", min=1)
    mask = Bounds(name="m", action="mask", personal=("email",))
    for rules, version in (([], None), ([cut], None), ([cut, mask], Corpus.version)):
        step = next(_edits(Filter.Params(edits=False), rules, shards, shards))
        assert hashed(step.tasks[0].params).get("privacy") == version


@pytest.mark.parametrize(
    ("signal", "bounds", "unit", "cut"),
    [
        ("characters", {"min": 6}, "line", [0, 1]),
        ("words", {"max": 2}, "line", [2, 4]),
        ("uppercase", {"max": 0.9}, "line", [1]),
        ("digits", {"max": 0.2}, "line", [0]),
        ("end_mark", {"min": 1}, "line", [0, 1, 3]),
        ("ellipsis", {"max": 0}, "line", [2]),
        ("code", {"max": 0.08}, "line", [4]),
        ("listed", {"max": 0}, "line", [3]),
        ("listed", {"max": 0}, "paragraph", [3, 4]),
        ("words", {"max": 6}, "paragraph", [3, 4]),
    ],
)
def test_lines_and_paragraphs_are_measured_each_for_itself(
    signal: str, bounds: dict[str, Any], unit: Any, cut: list[int]
) -> None:
    words = ("cookies",) if signal == "listed" else None
    rule = Bounds(name="r", action="cut", unit=unit, signal=signal, words=words, **bounds)
    batch = Batch(["a 12\nABC\nuno dos tres...", "usa Cookies\npan, vino y sal (bien.)"])
    assert np.flatnonzero(broken_lines(rule, batch)).tolist() == cut
    assert not len(broken_lines(rule, Batch([""])))


def test_the_words_and_signs_of_code_are_summed_as_in_the_cleaner_of_bne() -> None:
    """A third of the words, and two of the characters."""
    text = "ojalá var; fin="
    for most, cut in ((0.47, []), (0.46, [0])):
        rule = Bounds(name="r", action="cut", unit="line", signal="code", max=most)
        assert np.flatnonzero(broken_lines(rule, Batch([text]))).tolist() == cut


def test_a_passage_in_another_language_can_be_cut() -> None:
    batch = Batch(["uno\ndos\nthree\n\nfour\nfive", "seis\n"])
    spans = [{"start": 0, "end": 8, "language": "es"}, {"start": 8, "end": 24, "language": "en"}]
    for unit, most, cut in (("line", 0, [2, 3, 4]), ("paragraph", 0.5, [3, 4])):
        rule = Bounds(name="r", action="cut", unit=unit, signal="foreign", max=most)
        lines = broken_lines(rule, batch, ["es", "es"], [spans, None])
        assert np.flatnonzero(lines).tolist() == cut


def test_a_sample_is_drawn_by_the_id_with_the_probability_of_its_signal() -> None:
    number = 4_000
    documents = Asked(
        ["es"] * number,
        ["web"] * number,
        ["html"] * number,
        [""] * number,
        [*map(str, range(number))],
    )
    typicality = np.repeat([0.1, 0.8, np.nan, 1.0], number // 4)
    rule = Bounds(name="bertin", action="sample", signal="typicality")
    drawn = broken(rule, {"typicality": typicality}, documents)
    stays = 1 - drawn.broken.reshape(4, -1).mean(axis=1)
    assert stays[2:].tolist() == [1, 1] and np.allclose(stays[:2], [0.1, 0.8], atol=0.05)
    assert (drawn.broken == broken(rule, {"typicality": typicality}, documents).broken).all()
    half = broken(Bounds(name="half", action="sample", rate=0.5), {}, documents)
    assert abs(half.broken.mean() - 0.5) < 0.03


def test_of_a_shard_so_many_characters_are_read_to_weigh_what_rules_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(documents(tmp_path, ["uno dos"] * 9).files("kept")[0].path)  # three to a row group
    labels = tmp_path / "signals.parquet"
    pq.write_table(
        pq.read_table(path, columns=["id", "text"]).rename_columns(["id", "language"]), labels
    )
    rule = Bounds(name="few", action="cut", unit="line", signal="words", min=3)
    monkeypatch.setattr(what_if_edits, "CHARACTERS", 30)
    weighed = what_if_edits.weigh_edits({0: (path, [labels], {})}, [rule], [])
    assert weighed.read == 4 and weighed.taken == ({"few": [4, 28]}, {})


@pytest.mark.parametrize(
    ("rule", "words", "key"),
    [
        (
            {"action": "cut", "unit": "line", "signal": "cohesion", "min": 1},
            "no signal of a line",
            None,
        ),
        ({"action": "cut", "signal": "words", "min": 1}, "needs a `unit`", "action"),
        ({"action": "cut", "unit": "line", "signal": "listed", "min": 1}, "give both", "signal"),
        ({"action": "cut", "unit": "line", "signal": "words"}, "needs a `min` or a `max`", None),
        *(
            (
                {"action": "cut", "unit": "line", "signal": "listed", "max": 0, "words": [word]},
                f"'{word}' is not one word",
                "words",
            )
            for word in ("leer más", "Java-Script", "")
        ),
        ({"action": "mask"}, "needs `personal`", "action"),
        ({"action": "mask", "pattern": "(?=a)"}, "no pattern of RE2", "pattern"),
        (
            {"action": "mask", "personal": ["email"], "signal": "words"},
            "no use for `signal`",
            "signal",
        ),
        ({"action": "sample"}, "needs a `rate`", "action"),
        ({"action": "sample", "signal": "lot", "max": 0.1}, "no use for `max`", "max"),
        (
            {"action": "tag", "signal": "words", "max": 1, "unit": "line"},
            "no use for `unit`",
            "unit",
        ),
    ],
)
def test_an_action_that_cannot_be_done_is_refused_with_its_key(
    rule: dict[str, Any], words: str, key: str | None
) -> None:
    with pytest.raises(ValidationError, match=words) as caught:
        Filter.Params(rules=["tahona", {"name": "one", **rule}])
    errors = [error["ctx"]["error"].place for error in caught.value.errors() if "ctx" in error]
    assert ((1, key) if key else (1,)) in errors


@pytest.mark.parametrize("name", ["language", "site", "cookies"])
def test_a_rule_has_no_name_of_one_that_filter_has_itself(name: str) -> None:
    with pytest.raises(ValidationError, match=r"has a rule .* of its own"):
        Filter.Params(rules=["tahona", {"name": name, "signal": "words", "max": 1}])


def test_the_gate_of_extract_only_drops() -> None:
    with pytest.raises(ValidationError, match="can't tag here, only drop"):
        Extract.Params(gate=[{"name": "a", "signal": "words", "max": 1, "action": "tag"}])
