"""Products of small matrices of single precision, as machine code of this processor.

A BLAS packs its matrices first, which pays for large ones, and the one that numpy brings has no kernels for every
processor. Here a tile of the answer stays in registers while all that belongs to it is added, in the order of the
columns: each answer is the same whatever the tile.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from llvmlite import binding, ir
from numba import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from pipeline.compiled import bare

Floats = NDArray[np.float32]

# Rows and columns of a tile, as many numbers as registers hold: 32 of 16 each, or 16 of 8.
ROWS = 6
LANES = 32 if binding.get_host_cpu_features().get("avx512f") else 16
_INDEX, _LANES = ir.IntType(64), ir.VectorType(ir.FloatType(), LANES)


def _at(builder: Any, data: Any, row: Any, column: Any, width: Any, kind: Any) -> Any:
    """The place of what stands in an array of so many columns at a row and a column, as one of a kind."""
    place = builder.gep(data, [builder.add(builder.mul(row, width), column)])
    return builder.bitcast(place, kind.as_pointer())


@contextmanager
def _loop(builder: Any, step: int, limit: Any) -> Iterator[tuple[Any, Any, Any]]:
    """Repeats what is built in it for 0, `step`, ... below a limit, once at least: block before, its own, number."""
    before = builder.block
    loop, after = (builder.append_basic_block(name) for name in ("loop", "after"))
    builder.branch(loop)
    builder.position_at_end(loop)
    number = builder.phi(_INDEX)
    number.add_incoming(_INDEX(0), before)
    yield before, loop, number
    following = builder.add(number, _INDEX(step))
    number.add_incoming(following, loop)
    builder.cbranch(builder.icmp_signed("<", following, limit), loop, after)
    builder.position_at_end(after)


def _tile(
    typing: Any, x: Any, first: Any, weight: Any, begin: Any, answer: Any, row: Any, column: Any
) -> Any:
    """Adds to the tile of an answer [rows, width] at a row and a column the product of as many rows of x [rows, deep],
    from `first` on, and that many rows of a weight [rows, width], from `begin` on. All arrays are contiguous.
    """
    signature = types.void(x, first, weight, begin, answer, row, column)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        matrices = [
            context.make_array(signature.args[at])(context, builder, args[at]) for at in (0, 2, 4)
        ]
        deep, width, _ = (builder.extract_value(matrix.shape, 1) for matrix in matrices)
        x, weight, answer = (matrix.data for matrix in matrices)
        _, first, _, begin, _, row, column = args

        def lanes_at(data: Any, row: Any) -> Any:
            return _at(builder, data, row, column, width, _LANES)

        places = [lanes_at(answer, builder.add(row, _INDEX(i))) for i in range(ROWS)]
        sums = [builder.load(place, align=4) for place in places]
        with _loop(builder, 1, deep) as (before, loop, step):
            totals = [builder.phi(_LANES) for _ in sums]
            weights = builder.load(lanes_at(weight, builder.add(begin, step)), align=4)
            undefined = ir.Constant(_LANES, ir.Undefined)
            same = ir.Constant(ir.VectorType(ir.IntType(32), LANES), None)
            for i, total in enumerate(totals):
                total.add_incoming(sums[i], before)
                place = _at(builder, x, builder.add(first, _INDEX(i)), step, deep, ir.FloatType())
                one = builder.insert_element(undefined, builder.load(place), ir.IntType(32)(0))
                all_lanes = builder.shuffle_vector(one, undefined, same)
                # In one step, where the processor has it.
                times = builder.fmul(all_lanes, weights, flags=["contract"])
                sums[i] = builder.fadd(times, total, flags=["contract"])
                total.add_incoming(sums[i], loop)
        for place, total in zip(places, sums, strict=True):
            builder.store(total, place, align=4)
        return context.get_dummy_value()

    return signature, generate


_add_tile: Any = intrinsic(_tile)


@bare
def add_product(x: Floats, first: int, weight: Floats, begin: int, answer: Floats) -> None:
    """Adds to an answer [n, width] the product of the n rows of x [rows, deep] from `first` on and the `deep` rows of a
    weight [rows, width] from `begin` on. n is a multiple of ROWS, width one of LANES, and all are contiguous.
    """
    for column in range(0, answer.shape[1], LANES):
        for row in range(0, answer.shape[0], ROWS):
            _add_tile(x, first + row, weight, begin, answer, row, column)


def combining(matrix: NDArray[np.float64]) -> Any:
    """What fills rows of an answer [rows, width], `apart` from each other from `begin` on, with these sums of rows of x
    [rows, width], which stand `step` apart from `first` on. Both arrays are contiguous, the width is a multiple of
    LANES.
    """

    def combined(
        typing: Any, x: Any, first: Any, step: Any, answer: Any, begin: Any, apart: Any
    ) -> Any:
        signature = types.void(x, first, step, answer, begin, apart)

        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            x, answer = (
                context.make_array(signature.args[at])(context, builder, args[at]) for at in (0, 3)
            )
            width = builder.extract_value(x.shape, 1)
            _, first, step, _, begin, apart = args

            def lanes_at(data: Any, first: Any, step: Any, row: int, column: Any) -> Any:
                row = builder.add(first, builder.mul(step, _INDEX(row)))
                return _at(builder, data, row, column, width, _LANES)

            with _loop(builder, LANES, width) as (_, _, column):
                rows = [
                    builder.load(lanes_at(x.data, first, step, row, column), align=4)
                    for row in range(matrix.shape[1])
                ]
                for at, times in enumerate(matrix):
                    total = ir.Constant(_LANES, [0.0] * LANES)
                    for row, number in zip(rows, times.tolist(), strict=True):
                        if number:
                            constant = ir.Constant(_LANES, [number] * LANES)
                            product = builder.fmul(row, constant, flags=["contract"])
                            total = builder.fadd(product, total, flags=["contract"])
                    builder.store(total, lanes_at(answer.data, begin, apart, at, column), align=4)
            return context.get_dummy_value()

        return signature, generate

    return intrinsic(combined)
