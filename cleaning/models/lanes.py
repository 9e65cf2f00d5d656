"""Rows of tables, added many numbers at once, and fetched before they are: machine code that numba does not make by
itself, since it does not know that two arrays lie apart.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

LANES = 16  # numbers that are added at once


def _add(typing: Any, sums: Any, at: Any, table: Any, row: Any, column: Any) -> Any:
    """Adds to LANES numbers of a row of sums, from a column on, those of a row of a table, which are no wider. Both
    arrays are contiguous, of as many columns.
    """

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        kinds, (sums, at, table, row, column) = signature.args, args

        def place(array: Any, kind: Any, row: Any) -> tuple[Any, Any, int]:
            made = context.make_array(kind)(context, builder, array)
            width = builder.extract_value(made.shape, 1)
            first = builder.gep(made.data, [builder.add(builder.mul(row, width), column)])
            lanes = ir.VectorType(context.get_data_type(kind.dtype), LANES)
            return builder.bitcast(first, lanes.as_pointer()), lanes, kind.dtype.bitwidth // 8

        into, wide, size = place(sums, kinds[0], at)
        source, narrow, less = place(table, kinds[2], row)
        numbers = builder.load(source, align=less)
        if narrow != wide:
            numbers = builder.sext(numbers, wide)
        add = builder.fadd if isinstance(kinds[0].dtype, types.Float) else builder.add
        builder.store(add(builder.load(into, align=size), numbers), into, align=size)
        return context.get_dummy_value()

    return types.void(sums, types.intp, table, types.intp, types.intp), generate


add_row: Any = intrinsic(_add)


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
