"""The layers of the network of `tagger.py` over the features of tokens, and the runs of tokens that it is sure of."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cleaning.models.products import ROWS, add_product
from cleaning.privacy.network.tokens import GAP, LINE, Tokens
from pipeline.compiled import bare, compiled

Floats = npt.NDArray[np.float32]

PAD = 8  # rows of nothing between two windows
REACH = 12  # rows behind one that a layer reads


@compiled
def embedded(
    features: npt.NDArray[np.uint32],
    near: npt.NDArray[np.int64],
    table: npt.NDArray[np.int8],
    scale: Floats,
) -> tuple[Floats, npt.NDArray[np.int64]]:
    """The vectors [rows + REACH, width] of tokens, and the row of each.

    Nothing stands before the first, between two windows, and behind the last. Rows are a multiple of ROWS.
    """
    rows = np.empty(len(near), np.int64)
    row = PAD
    for token in range(len(near)):
        if token and near[token] - near[token - 1] > 1:
            row += PAD
        rows[token] = row
        row += 1
    row += PAD
    out = np.zeros(((row + ROWS - 1) // ROWS * ROWS + REACH, table.shape[1]), np.float32)
    for token in range(len(near)):
        vector = out[rows[token]]
        for bucket in features[token]:
            if bucket == 0:
                break
            for j in range(table.shape[1]):
                vector[j] += table[bucket, j]
        for j in range(table.shape[1]):
            vector[j] *= scale[j]
    return out, rows


@compiled
def judged(answers: Floats, rows: npt.NDArray[np.int64], kinds: int) -> Floats:
    """The logit of each row to be any of the kinds and not the first answer, which is none."""
    logits = np.empty(len(rows), np.float32)
    for at in range(len(rows)):
        answer = answers[rows[at] - PAD]
        most = answer[1]
        for kind in range(2, kinds + 1):
            most = max(most, answer[kind])
        total = np.float32(0)
        for kind in range(1, kinds + 1):
            total += np.exp(answer[kind] - most)
        logits[at] = most + np.log(total) - answer[0]
    return logits


@compiled
def layer(x: Floats, weight: Floats, bias: Floats, step: int, rows: int) -> Floats:
    """A convolution of rows with a weight [taps * in, out] whose taps lie `step` rows apart, and a bias.

    `rows` of it, a multiple of ROWS, and as many of nothing behind them as another layer reads.
    """
    out = np.zeros((rows + REACH, len(bias)), np.float32)
    for row in range(rows):  # an assignment of all would be seconds of compiling
        for column in range(len(bias)):
            out[row, column] = bias[column]
    deep = x.shape[1]
    for tap in range(len(weight) // deep):
        add_product(x, tap * step, weight, tap * deep, out[:rows])
    return out


def read(
    features: npt.NDArray[np.uint32],
    near: npt.NDArray[np.int64],
    table: npt.NDArray[np.int8],
    scale: Floats,
    layers: tuple[tuple[Floats, Floats], tuple[Floats, Floats], tuple[Floats, Floats]],
    dilation: int,
    kinds: int,
) -> tuple[Floats, Floats]:
    """The answers [tokens, kinds + 1 or more] of the layers for tokens, and the logit of each."""
    vectors, rows = embedded(features, near, table, scale)
    answers = answered(vectors, layers, dilation)
    return answers[rows - PAD], judged(answers, rows, kinds)


def answered(
    vectors: Floats,
    layers: tuple[tuple[Floats, Floats], tuple[Floats, Floats], tuple[Floats, Floats]],
    dilation: int,
) -> Floats:
    """The logits [rows + REACH, columns] of rows, of which the first PAD and the last REACH are nothing."""
    rows = len(vectors) - REACH
    hidden = layer(vectors, layers[0][0], layers[0][1], 1, rows)
    _cut(hidden)
    hidden = layer(hidden, layers[1][0], layers[1][1], dilation, rows)
    _cut(hidden)
    return layer(hidden, layers[2][0], layers[2][1], 1, rows)


@bare
def _cut(hidden: Floats) -> None:
    for row in range(hidden.shape[0]):
        for column in range(hidden.shape[1]):
            hidden[row, column] = max(hidden[row, column], np.float32(0))


@compiled
def runs(
    tokens: Tokens,
    near: npt.NDArray[np.int64],
    logits: Floats,
    limits: tuple[float, float, float],
) -> npt.NDArray[np.int64]:
    """[first, last) of the runs of tokens near one another, within a line: each reaches the first of three limits.

    A token reaches the second limit, or the third between two that reach the second.
    """
    least, taken, between = limits
    out = np.empty((len(near), 2), np.int64)
    many = at = 0
    while at < len(near):
        begin, most = at, np.float32(-np.inf)
        while at < len(near):
            if at > begin and (near[at] != near[at - 1] + 1 or tokens[near[at], GAP] == LINE):
                break
            if not logits[at] >= taken and not (
                0 < at < len(near) - 1
                and logits[at] >= between
                and logits[at - 1] >= taken
                and logits[at + 1] >= taken
            ):
                break
            most = max(most, logits[at])
            at += 1
        if at == begin:
            at += 1
        elif most >= least:
            out[many, 0], out[many, 1] = begin, at
            many += 1
    return out[:many]
