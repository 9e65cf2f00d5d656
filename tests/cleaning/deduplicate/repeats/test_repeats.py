"""Lines, paragraphs and passages that many documents hold are cut, marked, or kept once; pages stay whole."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from cleaning.deduplicate.stage import Deduplicate
from cleaning.view import Edit, apply
from pipeline.model.dataset import Manifest
from tests.cleaning import planted
from tests.cleaning.planted import Text, prose

COOKIES = "Usamos galletas propias y de terceros para mejorar"


def run(
    folder: Path, shards: list[list[Text]], **params: Any
) -> tuple[Manifest, dict[str, str], dict[str, dict[str, Any]]]:
    """The dataset, the texts after its cuts, and its decisions."""
    inputs = {"documents": [planted.documents(folder / "d", shards)]}
    dataset, _ = planted.run(folder / "s", Deduplicate(), inputs, **params)
    assert dataset.ledger.imbalance() is None
    texts = {name: text for shard in shards for name, text in shard}
    edits: dict[str, list[Edit]] = {}
    for row in planted.rows(folder / "s", dataset, "edits"):
        edit = Edit(row["start"], row["end"], row["kind"], row["rule"], row["replacement"] or "")
        edits.setdefault(row["id"], []).append(edit)
    decisions = {row["id"]: row for row in planted.rows(folder / "s", dataset, "decisions")}
    return dataset, {n: apply(t, edits.get(n, [])) for n, t in texts.items()}, decisions


def pages(count: int) -> list[list[Text]]:
    """Pages of their own text around one line, in three shards."""
    texts = [
        (f"p{i}", f"{prose(2 * i, 40 + i)}\n{COOKIES}\n{prose(2 * i + 1, 40)}")
        for i in range(count)
    ]
    return [texts[i::3] for i in range(3)]


@pytest.mark.parametrize(("keep", "left"), [("once", 1), ("none", 0), ("all", 7)])
def test_a_line_of_many_documents_stays_as_often_as_is_asked(
    tmp_path: Path, keep: str, left: int
) -> None:
    dataset, texts, decisions = run(tmp_path, pages(7), lines={"documents": 5, "keep": keep})
    assert sum(COOKIES in text for text in texts.values()) == left
    assert all(len(text.splitlines()) == 2 + (COOKIES in text) for text in texts.values())
    assert all(row["kept"] for row in decisions.values())
    if keep == "once":
        assert COOKIES in texts["p6"]  # the longest
    marked = list(planted.rows(tmp_path / "s", dataset, "repeats"))
    assert len(marked) == (7 if keep == "all" else 0)
    cut = dataset.ledger.characters and dataset.ledger.characters.cut
    assert cut == ({"repeated_line": (7 - left) * (len(COOKIES) + 1)} if left < 7 else {})


def test_a_line_of_fewer_documents_and_a_short_one_stay(tmp_path: Path) -> None:
    _, texts, _ = run(tmp_path, pages(4), lines={"documents": 5})
    assert all(COOKIES in text for text in texts.values())
    _, texts, _ = run(tmp_path / "two", pages(4), lines={"documents": 2, "words": 20})
    assert all(COOKIES in text for text in texts.values())


def test_a_paragraph_is_its_lines(tmp_path: Path) -> None:
    block = f"{prose(90, 10)}\n{prose(91, 10)}"
    texts = [(f"p{i}", f"{prose(i, 30 + i)}\n\n{block}\n\n{prose(50 + i, 30)}") for i in range(3)]
    texts.append(("other", f"{block}\n{prose(77, 20)}"))  # its lines in another paragraph
    _, after, _ = run(tmp_path, [texts[:2], texts[2:]], paragraphs={"keep": "none"})
    assert [name for name, text in after.items() if block in text] == ["other"]


def test_documents_are_compared_after_the_cuts(tmp_path: Path) -> None:
    menus = ["\n".join(prose(1000 * k + j, 8) for j in range(60)) for k in range(2)]
    body = prose(5, 60)
    texts = [("a", f"{menus[0]}\n{body}"), ("b", f"{menus[1]}\n{body} y fin")]
    texts += [
        (f"m{k}{j}", f"{menus[k]}\n{prose(60 + 10 * k + j, 60)}")
        for k in range(2)
        for j in range(3)
    ]
    _, _, decisions = run(tmp_path, [texts], lines={"keep": "none", "documents": 3})
    assert {n: row["rule"] for n, row in decisions.items() if row["rule"]} == {
        "a": "near_duplicate"
    }


@pytest.mark.parametrize("seed", range(3))
def test_passages_are_what_brute_force_over_all_runs_of_words_finds(
    tmp_path: Path, seed: int
) -> None:
    draw = random.Random(seed)
    shared = [prose(500 + i, 30).replace(".", "").split() for i in range(4)]
    texts = []
    for i in range(12):
        words = prose(100 * seed + i, 60 + i).replace(".", "").split()
        for _ in range(draw.randrange(3)):
            at, some = draw.randrange(len(words)), draw.choice(shared)
            words[at:at] = some[draw.randrange(8) : len(some) - draw.randrange(8)]
        texts.append((f"t{i:02}", " ".join(words)))
    size = 12
    order = sorted(texts, key=lambda text: (-len(text[1]), text[0]))
    counts = Counter(run for _, text in texts for run in {*runs(text, size)})
    first: dict[tuple[str, ...], str] = {}
    for name, text in order:
        for words in runs(text, size):
            first.setdefault(words, name)
    expected = {}
    for name, text in texts:
        words = text.split()
        gone: set[int] = set()
        for at, words_here in enumerate(runs(text, size)):
            if counts[words_here] > 1 and first[words_here] != name:
                gone |= {*range(at, at + size)}
        expected[name] = [word for i, word in enumerate(words) if i not in gone]
    _, after, _ = run(tmp_path, [texts[:5], texts[5:]], passages={"words": size}, containment=None)
    assert {name: text.split() for name, text in after.items()} == expected
    assert any(len(expected[name]) < len(text.split()) for name, text in texts)


def runs(text: str, size: int) -> list[tuple[str, ...]]:
    words = text.split()
    return [tuple(words[i : i + size]) for i in range(len(words) - size + 1)]
