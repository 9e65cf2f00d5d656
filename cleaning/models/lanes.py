"""Rows of tables, added many numbers at once, and fetched before they are: machine code that numba does not make by
itself, since it does not know that two arrays lie apart.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

LANES = 16  # numbers that are added at once


def _lanes(context: Any, builder: Any, kind: Any, array: Any, row: Any, column: Any) -> Any:
    """Where LANES numbers of a row of a contiguous array are, from a column on."""
    made = context.make_array(kind)(context, builder, array)
    width = builder.extract_value(made.shape, 1)
    first = builder.gep(made.data, [builder.add(builder.mul(row, width), column)])
    lanes = ir.VectorType(context.get_data_type(kind.dtype), LANES)
    return builder.bitcast(first, lanes.as_pointer())


def _read(builder: Any, kind: Any, place: Any) -> Any:
    return builder.load(place, align=kind.dtype.bitwidth // 8)


def _sum(builder: Any, kind: Any, total: Any, more: Any) -> Any:
    """A sum, which is of such a kind, and numbers that are no wider."""
    add = builder.fadd if isinstance(kind.dtype, types.Float) else builder.add
    return add(total, more if more.type == total.type else builder.sext(more, total.type))


def _add(typing: Any, sums: Any, at: Any, table: Any, row: Any, column: Any) -> Any:
    """Adds to LANES numbers of a row of sums, from a column on, those of a row of a table."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        sums, _, table, *_ = signature.args
        into = _lanes(context, builder, sums, args[0], args[1], args[4])
        more = _read(builder, table, _lanes(context, builder, table, args[2], args[3], args[4]))
        total = _sum(builder, sums, _read(builder, sums, into), more)
        builder.store(total, into, align=sums.dtype.bitwidth // 8)
        return context.get_dummy_value()

    return types.void(sums, types.intp, table, types.intp, types.intp), generate


def _add_all(typing: Any, sums: Any, at: Any, table: Any, rows: Any, column: Any) -> Any:
    """The same of some rows, in their order. The sums stay within the processor: one that is written at each row is
    waited for at the next.
    """

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        sums, _, table, rows, _ = signature.args
        into = _lanes(context, builder, sums, args[0], args[1], args[4])
        first = _read(builder, sums, into)
        total = cgutils.alloca_once_value(builder, first)  # type: ignore[no-untyped-call]
        listed = context.make_array(rows)(context, builder, args[3])
        with cgutils.for_range(builder, builder.extract_value(listed.shape, 0)) as loop:
            number = builder.load(builder.gep(listed.data, [loop.index]))
            row = builder.zext(number, loop.index.type)
            more = _read(builder, table, _lanes(context, builder, table, args[2], row, args[4]))
            builder.store(_sum(builder, sums, builder.load(total), more), total)
        builder.store(builder.load(total), into, align=sums.dtype.bitwidth // 8)
        return context.get_dummy_value()

    return types.void(sums, types.intp, table, rows, types.intp), generate


add_row: Any = intrinsic(_add)
add_rows: Any = intrinsic(_add_all)


def _fetch(typing: Any, table: Any, row: Any) -> Any:
    """Has the processor fetch a row of a contiguous table, the first bytes of it, and doesn't wait for that."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        table, row = args
        made = context.make_array(signature.args[0])(context, builder, table)
        width = builder.extract_value(made.shape, 1)
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        first = builder.bitcast(builder.gep(made.data, [builder.mul(row, width)]), byte)
        kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        prefetch = builder.module.declare_intrinsic("llvm.prefetch", [byte], kind)
        # To read it, and to keep it near, among data.
        builder.call(prefetch, [first, number(0), number(3), number(1)])
        return context.get_dummy_value()

    return types.void(table, types.intp), generate


fetch_row: Any = intrinsic(_fetch)
