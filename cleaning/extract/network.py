"""The networks that judge the blocks of a page, layer after layer, as one compiled loop."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaning.extract.products import add_product
from pipeline.compiled import bare

Floats = NDArray[np.float32]


@bare
def answered(
    x: Floats,
    mean: Floats,
    deviation: Floats,
    most: Any,
    enter: Floats,
    enter_bias: Floats,
    around: Floats,
    around_bias: Floats,
    dilations: NDArray[np.int64],
    page: Floats,
    page_bias: Floats,
    kind: Floats,
    kind_bias: Floats,
    block: Floats,
    block_bias: Floats,
    out: Floats,
    out_bias: Floats,
    standard: Floats,
    padded: Floats,
    room: Floats,
    page_answer: Floats,
    answers: Floats,
    kinds: Floats,
) -> None:
    """Adds to the answers [rows, answers] and kinds [kinds] of a page what each network says of it.

    The first columns of x, as many as have a mean, count in standard deviations, at most so many. The first axis of a
    weight [networks, in, out] and a bias [networks, out] is that of networks, of `around` and its bias, which have one
    of layers before it, the second; `dilations` are those of the layers. To work in: `standard`
    [padded rows, in], `room` [padded rows, width], `padded` of as many rows and more at both ends, `page_answer` of the
    widths of page and kind.
    """
    rows, width = len(x), padded.shape[1]
    taps = around.shape[2] // width
    for row in range(rows):
        for i in range(standard.shape[1]):
            value = (x[row, i] - mean[i]) / deviation[i]
            standard[row, i] = min(max(value, -most), most)
    standard[rows:] = 0
    edge = (len(padded) - len(room)) // 2
    h = padded[edge : edge + rows]
    padded[:] = 0
    for network in range(len(enter)):
        room[:] = 0
        add_product(standard, 0, enter[network], 0, room)
        h[:] = 0
        _add_positive(h, room, enter_bias[network])
        for layer in range(len(dilations)):
            room[:] = 0
            for tap in range(taps):
                first = edge + (tap - taps // 2) * dilations[layer]
                add_product(padded, first, around[layer, network], tap * width, room)
            _add_positive(h, room, around_bias[layer, network])
        _of_page(
            h, page[network], page_bias[network], kind[network], kind_bias[network], page_answer
        )
        for i in range(len(kinds)):
            kinds[i] += page_answer[page.shape[2] + i]
        room[:] = 0
        add_product(padded, edge, block[network], 0, room)
        last = block[network], block_bias[network], out[network], out_bias[network]
        _of_blocks(room, page_answer, *last, answers)


@bare
def _add_positive(h: Floats, answer: Floats, bias: Floats) -> None:
    """Adds to the rows of a layer what is positive of an answer with its bias."""
    for row in range(h.shape[0]):
        for i in range(h.shape[1]):
            h[row, i] += max(answer[row, i] + bias[i], np.float32(0))


@bare
def _of_page(
    h: Floats, page: Floats, page_bias: Floats, kind: Floats, kind_bias: Floats, page_answer: Floats
) -> None:
    """What the means and the largest of all rows together say of a page, then how probably it is of each kind."""
    rows, width = h.shape
    size = page.shape[1]
    for i in range(len(page_answer)):
        page_answer[i] = page_bias[i] if i < size else kind_bias[i - size]
    for i in range(width):
        mean, largest = np.float32(0), h[0, i]
        for row in range(rows):
            mean += h[row, i]
            largest = max(largest, h[row, i])
        mean /= np.float32(rows)
        for j in range(size):
            page_answer[j] += mean * page[i, j] + largest * page[width + i, j]
    for i in range(size):
        page_answer[i] = max(page_answer[i], np.float32(0))
        for j in range(kind.shape[1]):
            page_answer[size + j] += page_answer[i] * kind[i, j]
    likeliest, total = page_answer[size], np.float32(0)
    for i in range(size, len(page_answer)):
        likeliest = max(likeliest, page_answer[i])
    for i in range(size, len(page_answer)):
        page_answer[i] = np.exp(page_answer[i] - likeliest)
        total += page_answer[i]
    for i in range(size, len(page_answer)):
        page_answer[i] /= total


@bare
def _of_blocks(
    answer: Floats,
    page_answer: Floats,
    block: Floats,
    block_bias: Floats,
    out: Floats,
    out_bias: Floats,
    answers: Floats,
) -> None:
    """Adds the answers of the last two layers, of which the first has seen the rows, and has yet to see the page."""
    width = len(block) - len(page_answer)
    for row in range(len(answers)):
        for i in range(out.shape[1]):
            answers[row, i] += out_bias[i]
    for i in range(len(out)):
        page = block_bias[i]
        for j in range(len(page_answer)):
            page += page_answer[j] * block[width + j, i]
        for row in range(len(answers)):
            value = max(answer[row, i] + page, np.float32(0))
            for j in range(out.shape[1]):
                answers[row, j] += value * out[i, j]
