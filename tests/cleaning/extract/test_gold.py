"""What of a page its gold text holds: words in their order, short lines no more often than they stand there."""

from __future__ import annotations

import itertools
import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cleaning.extract.learning.gold import RUN, labels

CARDS = ("Cántaro de barro 20 €", "Añadir", "Botijo de barro 30 €", "Añadir", "Olla de barro 20 €")


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def test_a_short_line_counts_where_it_stands_and_not_wherever_its_words_do() -> None:
    page = [words(text) for text in ("Añadir", "20 €", *CARDS, "Añadir", "Todo de barro")]
    gold = words(f"{CARDS[0]} {CARDS[2]} {CARDS[3]} {CARDS[4]}")
    assert labels(page, gold).tolist() == [0, 0, 1, 0, 1, 1, 1, 0, 0]


def test_of_two_copies_one_is_the_text_and_a_block_may_be_it_in_part() -> None:
    text = "uno dos tres cuatro cinco seis siete ocho"
    shares = labels([words(text), words(text), [], words("aviso: nueve diez once")], words(text))
    assert sorted(shares.tolist()) == [0, 0, 0, 1]
    half = labels([words("por Ana, 3 min"), words(f"{text} leer más")], words(text))
    assert half[0] == 0 and np.isclose(half[1], 0.8)
    assert labels([words(text)], []).tolist() == [0]


@given(st.lists(st.integers(0, 2), min_size=1, max_size=6), st.lists(st.integers(0, 2), max_size=5))
def test_no_other_alignment_is_worth_more(page: list[int], gold: list[int]) -> None:
    """Against every one, each word of a page in a block of its own."""

    def worth(pairs: tuple[tuple[int, int], ...]) -> float:
        begins = sum(n == 0 or pairs[n - 1] != (i - 1, j - 1) for n, (i, j) in enumerate(pairs))
        return len(pairs) - float(RUN) * begins

    def of(count: int) -> list[tuple[tuple[int, int], ...]]:
        rows, columns = (itertools.combinations(range(len(x)), count) for x in (page, gold))
        every = itertools.product(rows, list(columns))
        return [
            tuple(zip(i, j, strict=True))
            for i, j in every
            if all(page[a] == gold[b] for a, b in zip(i, j, strict=True))
        ]

    every = [pairs for count in range(min(len(page), len(gold)) + 1) for pairs in of(count)]
    best = max(map(worth, every))
    shares = labels([[str(n)] for n in page], [str(n) for n in gold])
    chosen = tuple(np.flatnonzero(shares).tolist())
    assert any(
        tuple(i for i, _ in pairs) == chosen and worth(pairs) > best - 1e-5 for pairs in every
    )
