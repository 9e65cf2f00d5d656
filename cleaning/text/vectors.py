"""Many numbers of an array at once: machine code that numba does not make by itself.

Of 64 code points one number says, bit by bit, which are letters: its ones are counted and found in a step each. And a
word is hashed sixteen letters at a time, without a loop that ends differently with each word. A processor without
vectors of that size takes smaller ones.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

BITS = 64  # numbers of which a number says something
LETTERS = 16  # that are hashed at once
BASE = 0x9E3779B97F4A7C15  # as in cleaning/text/batch.py

_POWERS = [pow(BASE, i, 1 << 64) for i in range(LETTERS)]

_WHOLE, _TRUTH = ir.IntType(64), ir.IntType(1)


def _vector(context: Any, builder: Any, kind: Any, array: Any, at: Any, many: int) -> Any:
    """So many numbers of an array, from a place on: where they are, and their type."""
    made = context.make_array(kind)(context, builder, array)
    lanes = ir.VectorType(context.get_data_type(kind.dtype), many)
    return builder.bitcast(builder.gep(made.data, [at]), lanes.as_pointer()), lanes


def _all(builder: Any, number: Any, lanes: Any) -> Any:
    """A vector of one number."""
    undefined = ir.Constant(lanes, ir.Undefined)
    one = builder.insert_element(undefined, number, ir.IntType(32)(0))
    same = ir.Constant(ir.VectorType(ir.IntType(32), lanes.count), [0] * lanes.count)
    return builder.shuffle_vector(one, undefined, same)


def _asked(asks: Any) -> Any:
    """What gives the bits of BITS numbers of an array, from a place on, of which something holds beside a number."""

    def bits(typing: Any, array: Any, at: Any, number: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            place, lanes = _vector(context, builder, signature.args[0], args[0], args[1], BITS)
            numbers = builder.load(place, align=lanes.element.width // 8)
            wanted = _all(builder, builder.trunc(args[2], lanes.element), lanes)
            return builder.bitcast(asks(builder, numbers, wanted, lanes), _WHOLE)

        return types.uint64(array, types.intp, types.intp), generate

    return intrinsic(bits)


def _having(builder: Any, numbers: Any, wanted: Any, lanes: Any) -> Any:
    nothing = ir.Constant(lanes, [0] * lanes.count)
    return builder.icmp_unsigned("!=", builder.and_(numbers, wanted), nothing)


def _equal(builder: Any, numbers: Any, wanted: Any, lanes: Any) -> Any:
    return builder.icmp_unsigned("==", numbers, wanted)


having: Any = _asked(_having)  # which have one of some bits
equal: Any = _asked(_equal)


def _of_bits(step: Any) -> Any:
    """What gives something of 64 bits."""

    def counted(typing: Any, bits: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            return step(builder, args[0])

        return types.int64(types.uint64), generate

    return intrinsic(counted)


ones: Any = _of_bits(lambda builder, bits: builder.ctpop(bits))
# The places of the first one and of the last.
lowest: Any = _of_bits(lambda builder, bits: builder.cttz(bits, _TRUTH(0)))
highest: Any = _of_bits(
    lambda builder, bits: builder.sub(_WHOLE(BITS - 1), builder.ctlz(bits, _TRUTH(0)))
)


def _function(builder: Any, kind: Any, name: str) -> Any:
    """One that the compiler has for all processors."""
    return cgutils.get_or_insert_function(builder.module, kind, name)  # type: ignore[no-untyped-call]


def _weighed(typing: Any, numbers: Any, at: Any, many: Any) -> Any:
    """Sum of the first LETTERS of so many numbers of an array, from a place on, each times a power of BASE."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        place, lanes = _vector(context, builder, signature.args[0], args[0], args[1], LETTERS)
        truths, wide = ir.VectorType(_TRUTH, LETTERS), ir.VectorType(_WHOLE, LETTERS)
        there = builder.icmp_signed("<", wide(list(range(LETTERS))), _all(builder, args[2], wide))
        # Nothing is read of what lies behind.
        kind = ir.FunctionType(lanes, [lanes.as_pointer(), ir.IntType(32), truths, lanes])
        load = _function(builder, kind, "llvm.masked.load.v16i32.p0")
        letters = builder.call(load, [place, ir.IntType(32)(4), there, lanes([0] * LETTERS)])
        products = builder.mul(builder.zext(letters, wide), wide(_POWERS))
        kind = ir.FunctionType(_WHOLE, [wide])
        add = _function(builder, kind, "llvm.vector.reduce.add.v16i64")
        return builder.call(add, [products])

    return types.uint64(numbers, types.intp, types.intp), generate


weighed: Any = intrinsic(_weighed)
