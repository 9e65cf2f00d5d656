"""The order in which the lines of a page are read: by columns, and what stands side by side as one."""

from __future__ import annotations

from collections.abc import Sequence

from cleaning.readers.pdf.rows import Line


def in_order(lines: Sequence[Line]) -> list[Line]:
    """The lines of a page in the order of reading: columns one after another between the lines that cross them."""
    gutter = _gutter(lines)
    if gutter is None:
        return _rows(lines)
    ordered: list[Line] = []
    band: list[Line] = []
    for line in sorted(lines, key=lambda x: -x.top):
        if line.left < gutter - 2 and line.right > gutter + 2:
            ordered += _columns(band, gutter)
            band = []
            ordered.append(line)
        else:
            band.append(line)
    return ordered + _columns(band, gutter)


def _columns(band: Sequence[Line], gutter: float) -> list[Line]:
    left = [x for x in band if x.right <= gutter + 2]
    right = [x for x in band if x.right > gutter + 2]
    return [*in_order(left), *in_order(right)] if band else []


def _gutter(lines: Sequence[Line]) -> float | None:
    """Where a blank stripe separates two columns; None where there is none.

    On each side there must be eight lines of prose, wide ones, so that no table is read by columns, and
    few lines may cross it.
    """
    if len(lines) < 16:
        return None
    left, right = min(x.left for x in lines), max(x.right for x in lines)
    best: tuple[int, float] | None = None
    for step in range(25, 76):
        at = left + (right - left) * step / 100
        before = [x for x in lines if x.right <= at]
        after = [x for x in lines if x.left >= at]
        crossing = len(lines) - len(before) - len(after)
        if min(len(before), len(after)) < 8 or crossing > len(lines) * 0.25:
            continue
        wide = all(
            sum(x.right - x.left for x in side) / len(side) > 0.45 * width and _prose(side)
            for side, width in ((before, at - left), (after, right - at))
        )
        if wide and (best is None or crossing < best[0]):
            best = crossing, at
    return best[1] if best else None


def _prose(side: Sequence[Line]) -> bool:
    return sum(len(x.text) for x in side) / len(side) > 18


def _rows(lines: Sequence[Line]) -> list[Line]:
    """The lines as the file has them, those that stand side by side as one."""
    rows: list[Line] = []
    for line in lines:
        last = rows[-1] if rows else None
        middle = (line.bottom + line.top) / 2
        if last and last.bottom <= middle <= last.top and line.left >= last.right - 1:
            last.beside(line)
        else:
            rows.append(line)
    return rows
