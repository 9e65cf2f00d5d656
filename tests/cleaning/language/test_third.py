"""The third opinion on languages: runs of bytes, the longest that ends at each."""

from __future__ import annotations

import math
import tomllib
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaning.language import third
from cleaning.language.third import LABELS, opinions


def test_the_notice_of_whose_table_it_is_lies_beside_it_wherever_it_goes() -> None:
    notice = third.TABLE.with_suffix(".md").read_text()
    assert "Copyright (c) 2011 Marco Lui" in notice and "Redistributions in binary form" in notice
    root = third.TABLE.parents[2]
    data = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["setuptools"][
        "package-data"
    ]
    assert {"third.npz", "third.md"} <= set(data["cleaning.language"])


def plainly(text: str) -> list[float]:
    """The same, a byte at a time."""
    weights, prior = third._table()[:2]
    with np.load(third.TABLE, allow_pickle=False) as file:
        numbers = {int(run): n for n, run in enumerate(file["runs"])}
    data = unicodedata.normalize("NFC", text.lower() if text.isupper() else text).encode()
    counts: dict[int, int] = {}
    for end in range(1, len(data) + 1):
        for size in reversed(third.SIZES):
            if size <= end:
                run = int.from_bytes(data[end - size : end], "big") | size << 48
                if run in numbers:
                    counts[numbers[run]] = counts.get(numbers[run], 0) + 1
                    break
    scores = [
        (prior[n] + sum(math.log1p(c) * weights[run][n] * third.STEP for run, c in counts.items()))
        / math.sqrt(max(len(data), 1))
        for n in range(len(LABELS))
    ]
    chances = [math.exp(score - max(scores)) for score in scores]
    return [chance / sum(chances) for chance in chances]


@given(st.lists(st.text(alphabet="aeiñçàêoslrtdn QUE¿'\n漢", max_size=60), min_size=1, max_size=4))
def test_it_is_the_sum_over_the_longest_runs(texts: list[str]) -> None:
    assert np.allclose(opinions(texts), [plainly(text) for text in texts])


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("O muiñeiro baixou ao río e abriu a comporta", "gl"),
        ("El molinero bajó al río y abrió la compuerta", "es"),
        ("O moleiro desceu ao rio e abriu a comporta", "pt"),
        ("EL MOLINER VA BAIXAR AL RIU I VA OBRIR LA COMPORTA", "ca"),
        ("Errotaria ibaira jaitsi zen eta uhatea ireki zuen", "eu"),
    ],
)
def test_a_sentence_is_known_by_it(text: str, language: str) -> None:
    assert LABELS[int(opinions([text])[0].argmax())] == language


def test_no_text_says_nothing() -> None:
    assert opinions([""])[0].max() < 0.2 and len(opinions([])) == 0
