"""The networks that judge the blocks of a page, layer after layer, as one compiled loop.

What a layer sees of the blocks around one is computed for four blocks at once, by eight products where twenty would be
needed (Lavin and Gray 2016, Fast Algorithms for Convolutional Neural Networks, F(4, 5)).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaning.models.products import ROWS, add_product, combining
from pipeline.compiled import bare

Floats = NDArray[np.float32]

TAPS = 5  # blocks that a convolution looks at
AT_ONCE = 4  # blocks that it is computed for
_PRODUCTS = TAPS + AT_ONCE - 1
# Where the polynomials of Toom and Cook are known by their values; the last one is known at infinity.
_POINTS = np.array([0, 1, -1, 2, -2, 0.5, -0.5])


def _transforms() -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """What makes factors of the taps of a weight [8, 5], factors of blocks [8, 8], and answers of their products
    [4, 8].
    """
    of_taps, answering = np.zeros((_PRODUCTS, TAPS)), np.zeros((AT_ONCE, _PRODUCTS))
    of_blocks = np.zeros((_PRODUCTS, _PRODUCTS))
    for at, point in enumerate(_POINTS):
        others = np.delete(_POINTS, at)
        of_taps[at] = point ** np.arange(TAPS) / np.prod(point - others)
        of_blocks[at, :-1] = np.polynomial.polynomial.polyfromroots(others)
        answering[:, at] = point ** np.arange(AT_ONCE)
    of_blocks[-1] = np.polynomial.polynomial.polyfromroots(_POINTS)
    of_taps[-1, -1] = answering[-1, -1] = 1
    return of_taps, of_blocks, answering


_OF_TAPS, _OF_BLOCKS, _ANSWERING = _transforms()
_factors_of, _answers_of = combining(_OF_BLOCKS), combining(_ANSWERING)


def factors(weight: Floats) -> Floats:
    """Of the weight of a layer, [5 x in, out], the factors that it multiplies with, [8 x in, out]."""
    taps = weight.reshape(TAPS, -1, weight.shape[1])
    return np.tensordot(_OF_TAPS, taps, 1).reshape(-1, weight.shape[1]).astype(np.float32)


def room_for(rows: int, width: int, farthest: int) -> tuple[Floats, Floats, Floats, Floats]:
    """To work in, for so many blocks and steps between taps: all blocks with what is around them, the answer of a
    layer, the factors of blocks, their products.
    """
    tiles = -(-(rows // AT_ONCE + farthest) // ROWS) * ROWS
    around = np.empty((rows + (TAPS // 2 + _PRODUCTS) * farthest, width), np.float32)
    answer = np.empty((rows + AT_ONCE * farthest, width), np.float32)
    return around, answer, *np.zeros((2, _PRODUCTS * tiles, width), np.float32)


@bare
def answered(
    x: Floats,
    mean: Floats,
    deviation: Floats,
    most: Any,
    same: int,
    enter: Floats,
    enter_same: Floats,
    enter_bias: Floats,
    around: Floats,
    around_bias: Floats,
    dilations: NDArray[np.int64],
    page: Floats,
    page_bias: Floats,
    kind: Floats,
    kind_bias: Floats,
    block: Floats,
    block_of_page: Floats,
    block_bias: Floats,
    out: Floats,
    standard: Floats,
    padded: Floats,
    room: Floats,
    seen: Floats,
    products: Floats,
    standard_same: Floats,
    vectors: Floats,
    page_answer: Floats,
    answers: Floats,
    kinds: Floats,
) -> None:
    """Adds to the answers [padded rows, answers] and kinds [kinds] of a page what each network says of it.

    The columns of x count in standard deviations, at most so many. Those from `same` on, as many as `enter_same` has
    rows, are the same of all blocks, and are multiplied once. The first axis of a weight [networks, in, out] and a bias
    [networks, out] is that of networks, of `around` (`factors`) and its bias, which have one of layers before it, the
    second; `dilations` are those of the layers, the last the largest. To work in: `standard` [padded rows, in of
    `enter`], `padded`, `room`, `seen` and `products` as `room_for` makes them for padded rows, `standard_same` [in of
    `enter_same`], `vectors` [2, width], `page_answer` of the widths of page and kind.
    """
    rows, width, shared = len(x), x.shape[1], len(standard_same)
    for i in range(shared):
        standard_same[i] = _standard(x[0, same + i], mean[same + i], deviation[same + i], most)
    for row in range(rows):
        for i in range(same):
            standard[row, i] = _standard(x[row, i], mean[i], deviation[i], most)
        for i in range(same + shared, width):
            standard[row, i - shared] = _standard(x[row, i], mean[i], deviation[i], most)
    standard[rows:] = 0
    edge = TAPS // 2 * dilations[-1]
    h = padded[edge : edge + rows]
    padded[:] = 0
    answer, bias = room[: len(standard)], vectors[0]
    for network in range(len(enter)):
        _multiply(standard_same, enter_same[network], enter_bias[network], bias)
        answer[:] = 0
        add_product(standard, 0, enter[network], 0, answer)
        h[:] = 0
        _add_positive(h, answer, bias)
        for layer in range(len(dilations)):
            _see_around(
                padded, edge, rows, dilations[layer], around[layer, network], seen, products, room
            )
            _add_positive(h, room, around_bias[layer, network])
        _of_page(
            h,
            page[network],
            page_bias[network],
            kind[network],
            kind_bias[network],
            vectors,
            page_answer,
        )
        for i in range(len(kinds)):
            kinds[i] += page_answer[page.shape[2] + i]
        _multiply(page_answer, block_of_page[network], block_bias[network], bias)
        answer[:] = 0
        add_product(padded, edge, block[network], 0, answer)
        for row in range(rows):
            for i in range(len(bias)):
                answer[row, i] = max(answer[row, i] + bias[i], np.float32(0))
        add_product(answer, 0, out[network], 0, answers)


@bare
def _standard(value: Any, mean: Any, deviation: Any, most: Any) -> Any:
    return min(max((value - mean) / deviation, -most), most)


@bare
def _multiply(vector: Floats, weight: Floats, bias: Floats, answer: Floats) -> None:
    """The answer [out] of a layer to a vector [in]."""
    for j in range(len(answer)):
        answer[j] = bias[j]
    for i in range(len(vector)):
        for j in range(len(answer)):
            answer[j] += vector[i] * weight[i, j]


@bare
def _see_around(
    padded: Floats,
    edge: int,
    rows: int,
    step: int,
    weight: Floats,
    seen: Floats,
    products: Floats,
    answer: Floats,
) -> None:
    """Fills so many rows of the answer of a layer, which sees rows of `padded` from `edge` on, and those around each at
    so many steps; `weight` are the factors of its own.
    """
    width, apart = padded.shape[1], len(seen) // _PRODUCTS
    tiles = -(-rows // (AT_ONCE * step)) * step  # of rows that stand as many steps apart
    for tile in range(tiles):
        first = edge + tile % step + (tile // step * AT_ONCE - TAPS // 2) * step
        _factors_of(padded, first, step, seen, tile, apart)
    whole = -(-tiles // ROWS) * ROWS
    for factor in range(_PRODUCTS):
        product = products[factor * apart : factor * apart + whole]
        product[:] = 0
        add_product(seen, factor * apart, weight, factor * width, product)
    for tile in range(tiles):
        first = tile % step + tile // step * AT_ONCE * step
        _answers_of(products, tile, apart, answer, first, step)


@bare
def _add_positive(h: Floats, answer: Floats, bias: Floats) -> None:
    """Adds to the rows of a layer what is positive of an answer with its bias."""
    for row in range(h.shape[0]):
        for i in range(h.shape[1]):
            h[row, i] += max(answer[row, i] + bias[i], np.float32(0))


@bare
def _of_page(
    h: Floats,
    page: Floats,
    page_bias: Floats,
    kind: Floats,
    kind_bias: Floats,
    vectors: Floats,
    page_answer: Floats,
) -> None:
    """What the means and the largest of all rows together say of a page, then how probably it is of each kind."""
    rows, width = h.shape
    means, largest = vectors[0], vectors[1]
    for i in range(width):
        means[i], largest[i] = 0, h[0, i]
    for row in range(rows):
        for i in range(width):
            means[i] += h[row, i]
            largest[i] = max(largest[i], h[row, i])
    for i in range(width):
        means[i] /= np.float32(rows)
    says, kinds = page_answer[: page.shape[1]], page_answer[page.shape[1] :]
    _multiply(vectors.reshape(2 * width), page, page_bias, says)
    for i in range(len(says)):
        says[i] = max(says[i], np.float32(0))
    _multiply(says, kind, kind_bias, kinds)
    likeliest, total = kinds[0], np.float32(0)
    for i in range(len(kinds)):
        likeliest = max(likeliest, kinds[i])
    for i in range(len(kinds)):
        kinds[i] = np.exp(kinds[i] - likeliest)
        total += kinds[i]
    for i in range(len(kinds)):
        kinds[i] /= total
