"""Of texts that are the same or nearly the same one stays, every removal is proven, and nothing else goes."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from cleaning.deduplicate.stage import Deduplicate
from pipeline.errors import TahonaError
from tests.cleaning import planted
from tests.cleaning.deduplicate.deduplicated import (
    THRESHOLD,
    build,
    check_survivors,
    deduplicate,
    jaccard,
    removed,
)
from tests.cleaning.planted import altered, prose


def test_planted_copies_are_removed_and_unrelated_texts_stay(tmp_path: Path) -> None:
    unrelated = [(f"u{i:03}", prose(i, 60 + i)) for i in range(60)]
    originals = [(f"o{i:03}", prose(1000 + i, 300)) for i in range(20)]
    exact = [(f"x{i:03}", text.replace(" ", "\n ", 3)) for i, (_, text) in enumerate(originals)]
    near = [(f"z{i:03}", altered(text, i, 0.01)) for i, (_, text) in enumerate(originals)]
    everything = [*unrelated, *originals, *exact, *near]
    random.Random(5).shuffle(everything)
    shards = [everything[:50], everything[50:90], everything[90:]]
    decisions = deduplicate(tmp_path, shards)
    check_survivors(dict(everything), decisions)
    assert {i for i in removed(decisions) if i[0] == "u"} == set()
    families = [{f"o{i:03}", f"x{i:03}", f"z{i:03}"} for i in range(20)]
    for family in families:
        assert sum(decisions[i]["kept"] for i in family) == 1


def test_the_longest_text_stays_and_among_equals_the_smallest_id(tmp_path: Path) -> None:
    text = prose(1, 200)
    texts = [("b", text), ("a", text), ("c", text + " final"), ("d", text + " fin")]
    decisions = deduplicate(tmp_path, [texts])
    assert removed(decisions) == dict.fromkeys("abd", "near_duplicate")
    assert {row["other"] for row in decisions.values() if row["rule"]} == {"c"}
    decisions = deduplicate(tmp_path / "two", [texts[:2]])
    assert removed(decisions) == {"b": "exact_duplicate"} and decisions["b"]["other"] == "a"


def test_a_chain_of_likenesses_removes_only_what_is_like_a_survivor(tmp_path: Path) -> None:
    words = prose(3, 400).split(" ")
    # Each text lacks 30 words more: neighbours are alike, the ends of the chain are not.
    texts = [(f"t{i}", " ".join(words[30 * i :])) for i in range(6)]
    assert jaccard(texts[0][1], texts[1][1]) >= THRESHOLD > jaccard(texts[0][1], texts[3][1])
    decisions = deduplicate(tmp_path, [texts], containment=None)
    check_survivors(dict(texts), decisions)
    assert decisions["t0"]["kept"] and not decisions["t1"]["kept"]
    assert len(removed(decisions)) < 5


def test_short_texts_are_compared_whole_and_empty_ones_not_at_all(tmp_path: Path) -> None:
    texts = [
        ("a", "Hola, qué  tal"), ("b", "Hola, qué\ntal"), ("c", "Hola, qué tal?"),
        ("d", ""), ("e", ""), ("f", " \n "), ("g", "¡!"), ("h", "¿?"),
    ]  # fmt: skip
    assert removed(deduplicate(tmp_path, [texts])) == {"b": "exact_duplicate"}


def test_a_document_that_was_dropped_takes_no_part(tmp_path: Path) -> None:
    text = prose(7, 200)
    texts = [("a", text), ("b", text), ("c", altered(text, 1, 0.01))]
    dataset, _ = build(tmp_path, [texts], dropped={"a"})
    decisions = {r["id"]: r for r in planted.rows(tmp_path / "store", dataset, "decisions")}
    assert decisions["a"] == {
        "id": "a", "kept": False, "rule": None, "value": None, "threshold": None, "rules": [],
        "other": None,
    }  # fmt: skip
    assert sum(decisions[i]["kept"] for i in "bc") == 1
    counts = dataset.ledger.documents
    assert counts and (counts.in_, counts.kept, sum(counts.removed.values())) == (2, 1, 1)
    characters = dataset.ledger.characters
    assert characters and characters.in_ == len(texts[1][1]) + len(texts[2][1])


def test_edits_come_before_the_comparison(tmp_path: Path) -> None:
    body = prose(8, 200)
    texts = [("a", "MENÚ INICIO " * 200 + body), ("b", body)]
    edit = {"row": 0, "id": "a", "start": 0, "end": 2400, "kind": "cut", "rule": "menu"}
    inputs = {
        "documents": [planted.documents(tmp_path / "d", [texts])],
        "decisions": [planted.decisions(tmp_path / "f", [texts], edits={0: [edit]})],
    }
    dataset, _ = planted.run(tmp_path / "store", Deduplicate(), inputs)
    decisions = {r["id"]: r for r in planted.rows(tmp_path / "store", dataset, "decisions")}
    assert removed(decisions) == {"b": "exact_duplicate"}


def test_clusters_join_what_is_alike_over_any_number_of_steps(tmp_path: Path) -> None:
    words = prose(3, 400).split(" ")
    texts = [(f"t{i}", " ".join(words[30 * i :])) for i in range(4)] + [("u", prose(99, 80))]
    dataset, _ = build(tmp_path, [texts[:2], texts[2:]], containment=None)
    clusters = {r["id"]: r for r in planted.rows(tmp_path / "store", dataset, "clusters")}
    assert set(clusters) == {"t0", "t1", "t2", "t3"}
    assert {(r["cluster"], r["size"]) for r in clusters.values()} == {("t0", 4)}
    assert dataset.kinds == ["decisions", "clusters", "signatures"]


def test_decisions_of_other_documents_are_refused(tmp_path: Path) -> None:
    texts = [("a", prose(1, 50)), ("b", prose(2, 50))]
    inputs = {
        "documents": [planted.documents(tmp_path / "d", [texts])],
        "decisions": [planted.decisions(tmp_path / "f", [texts[::-1]])],
    }
    with pytest.raises(TahonaError, match="isn't a table of these documents"):
        planted.run(tmp_path / "store", Deduplicate(), inputs)


def test_nothing_in_gives_nothing_out(tmp_path: Path) -> None:
    dataset, _ = build(tmp_path, [[], []])
    assert list(planted.rows(tmp_path / "store", dataset, "decisions")) == []
