"""Where blocks stand, against the same by numpy or by hand."""

from __future__ import annotations

import numpy as np

from cleaning.extract.blocks import compiled
from cleaning.extract.blocks.blocks import Blocks, blocks, parse
from cleaning.extract.model import places

CARDS = "".join(
    f"<div class=card><h3>Título {i}</h3><p>{'palabra ' * 20}</p></div>" for i in range(4)
)
PAGE = (
    f"<body><nav><a href=/>Inicio</a></nav><main>{CARDS}</main><p class=foot>Aviso legal</p></body>"
)


def read() -> Blocks:
    root = parse(PAGE)
    assert root is not None
    return blocks(root)


def test_each_block_knows_how_many_containers_around_it_look_alike() -> None:
    page = read()
    n, size = len(page), len(page.tag)
    sums = np.empty((4, n + 1))
    columns = np.full((n, places.PLACES + places.AROUND + 3), np.nan, np.float32)
    fading, _ = places.fading(n)
    places.placed(page.size, fading, 80, page.linked, sums, 0, columns)
    counts, alike = np.zeros((2, 128), np.int64)
    places.above(
        page.at, page.parent, page.first, page.last, page.look, np.array([0]), 3, sums,
        places.logarithms(size + 1), counts, alike, places.PLACES, columns,
    )  # fmt: skip
    assert not np.isnan(columns).any()
    keys = list(zip(page.parent.tolist(), page.look.tolist(), strict=True))
    for block in range(n):
        container = int(page.at[block])
        for level in range(3):
            others = keys.count(keys[container]) - 1 if container >= 0 else 0
            column = columns[block, places.PLACES + places.AROUND + level]
            assert column == np.float32(np.log1p(others) / 3)
            container = int(page.parent[container]) if container >= 0 else -1
    four = np.float32(np.log1p(3) / 3)
    assert (columns[:, -3:] == four).any(1).sum() == 8  # headings and texts of the cards
    assert np.allclose(columns[:, 1], np.cumsum(page.size) / page.size.sum())
    assert sums[1, -1] == len("Inicio")


def test_prose_begins_and_ends_where_its_characters_are() -> None:
    page = read()
    n = len(page)
    sums, columns = np.empty((4, n + 1)), np.full((n, places.TO_PROSE), np.nan, np.float32)
    fading, _ = places.fading(n)
    places.placed(page.size, fading, 80, page.linked, sums, 0, np.empty((n, 4), np.float32))
    places.to_prose(sums, places.logarithms(n + 1), 0, columns)
    long = np.flatnonzero(page.size >= 80)
    first, last = long[0], long[-1]
    index = np.arange(n)
    assert (columns[:, 0] == (index < first)).all()
    assert (columns[:, 1] == (index > last)).all()
    for column, end in ((3, first), (4, last)):
        expected = np.sign(index - end) * np.log1p(abs(index - end)) / 5
        assert (columns[:, column] == expected.astype(np.float32)).all()


def test_a_page_without_prose_says_nothing_of_it() -> None:
    columns = np.full((2, places.TO_PROSE), np.nan, np.float32)
    places.to_prose(np.zeros((4, 3)), places.logarithms(3), 0, columns)
    assert not columns.any()


def test_the_title_is_the_heading_that_says_it() -> None:
    columns = np.zeros((3, 3), np.float32)
    columns[:, 0] = 0.2, 0.5, 0.4  # the last is the heading of the first order
    of_distance = places.fading(3)[1]
    places.titled(np.array([0, 0, 1]), 1, 2, of_distance, 0, columns)
    assert columns[:, 1].tolist() == [0, 0, 1]
    assert columns[:, 2].tolist() == [*(np.float32(0.2) * -of_distance[[2, 1]]), 0]


def test_a_heading_stays_with_most_of_what_is_below_it() -> None:
    heading = np.array([1, 1, 0, 0, 1, 0, 1], bool)
    possible = np.array([1, 1, 1, 1, 1, 1, 1], bool)
    size = np.array([9, 9, 10, 11, 9, 10, 9])
    keep = np.array([0, 0, 0, 1, 0, 0, 0], bool)
    compiled.with_headings(heading, possible, size, keep)
    assert keep.tolist() == [True, True, False, True, False, False, False]
    possible[1] = False
    keep = np.array([0, 0, 0, 1, 0, 1, 0], bool)
    compiled.with_headings(heading, possible, size, keep)
    assert keep.tolist() == [False, False, False, True, True, True, False]
