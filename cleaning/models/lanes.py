"""Rows of small whole numbers, added many at once: machine code that numba does not make by itself, since it does not
know that two arrays lie apart.
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
