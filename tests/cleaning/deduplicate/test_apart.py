"""Two documents that both stay are told the reason."""

from __future__ import annotations

import re
from typing import Any

import pytest

from cleaning.deduplicate.options import Options
from cleaning.deduplicate.pairs.evidence import evidence
from tests.cleaning.planted import altered, prose

PAGE, BOOK = prose(1, 200), prose(2, 400)
TWINS = [
    " ".join(word if i % 30 or not 20 <= i < 180 else name for i, word in enumerate(PAGE.split()))
    for name in ("true", "false")
]
PART = " ".join(BOOK.split()[100:200])


@pytest.mark.parametrize(
    ("one", "other", "params", "why"),
    [
        (PAGE, BOOK, {}, "they were not compared: no band is the same; 0 of "),
        (PART, BOOK, {"containment": None}, "`containment: null` asks no passages"),
        (
            *TWINS,
            {},
            r"is below 0.8, and 0.8\d+ of the smaller's shingles is below 0.9, as is asked of two texts",
        ),
        (BOOK, PART, {}, "the one that lies within the other has more characters"),
        (BOOK, PART, {"quality": "words"}, "has the better `words`"),
        (PAGE, PAGE, {"hosts": "across"}, "both are of horno.test, and `hosts: across`"),
        (PAGE, altered(PAGE, 3, 0.005), {"keep": 2}, "`keep: 2` lets"),
        (PAGE, PAGE, {"mode": "mark"}, "`mode: mark` removes nothing"),
        (PAGE, PAGE, {}, "nothing goes for one that is withdrawn"),
    ],
)
def test_the_reason_is_that_of_the_first_step(
    one: str, other: str, params: dict[str, Any], why: str
) -> None:
    shown = evidence(one, other, Options.model_validate(params), ("horno.test", "horno.test"))
    assert re.search(why, shown["apart"])
    assert bool(shown["stricter"]) == (shown["containment"] == 0.9)
