"""Lines and histograms as the coordinates of an SVG drawing; the template draws them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

WIDTH, HEIGHT = 720, 300
LEFT, RIGHT, TOP, BOTTOM = 58, 14, 14, 40  # room for the numbers beside the axes
POINTS = 400  # of a line; more are averaged

SMALL_WIDTH, SMALL_HEIGHT = 240, 84  # of a histogram

Points = Sequence[Sequence[float]]  # of (x, y)
Line = tuple[str, str, Points]  # name, class of its style, points
Number = Callable[[float, int], str]  # a value and its decimals as text


def chart(
    lines: Sequence[Line],
    number: Number,
    level: tuple[str, float] | None = None,
    begins: Sequence[float] = (),
) -> dict[str, Any] | None:
    """Lines on one scale, with a horizontal one at `level`; None where there is nothing finite to draw. The scale of
    steps or hours `begins` before the first that was noted.
    """
    kept = [(name, style, thin(points)) for name, style, points in lines]
    kept = [line for line in kept if line[2]]
    if not kept:
        return None
    xs = [*begins, *(x for _, _, points in kept for x, _ in points)]
    ys = [y for _, _, points in kept for _, y in points] + ([level[1]] if level else [])
    x_ticks, y_ticks = ticks(min(xs), max(xs)), ticks(min(ys), max(ys))
    x_range = (min(xs), max(xs)) if max(xs) > min(xs) else (min(xs) - 1, max(xs) + 1)
    y_range = (min(y_ticks[0], *ys), max(y_ticks[-1], *ys))

    def x_at(x: float) -> float:
        return round(
            LEFT + (x - x_range[0]) / (x_range[1] - x_range[0]) * (WIDTH - LEFT - RIGHT), 1
        )

    def y_at(y: float) -> float:
        fraction = (y - y_range[0]) / (y_range[1] - y_range[0])
        return round(HEIGHT - BOTTOM - fraction * (HEIGHT - TOP - BOTTOM), 1)

    drawn = [
        {
            "name": name,
            "style": style,
            "points": " ".join(f"{x_at(x)},{y_at(y)}" for x, y in points),
            "last": points[-1][1],
            "single": (x_at(points[0][0]), y_at(points[0][1])) if len(points) == 1 else None,
        }
        for name, style, points in kept
    ]
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "right": WIDTH - RIGHT,
        "bottom": HEIGHT - BOTTOM,
        "lines": drawn,
        "level": {"name": level[0], "at": level[1], "y": y_at(level[1])} if level else None,
        "x_ticks": [
            (x_at(x), label)
            for x, label in _labelled(x_ticks, number)
            if x_range[0] <= x <= x_range[1]
        ],
        "y_ticks": [(y_at(y), label) for y, label in _labelled(y_ticks, number)],
    }


def histogram(drawn: dict[str, Any]) -> dict[str, Any]:
    """The two outlines of a histogram of `flows.report.figures.histograms` and the places of its

    thresholds. Each outline is of shares of its own documents; kept is above the line, removed below. `most`: how many
    documents the outermost of the axis are, on either side.
    """
    sides = {}
    shares = {
        side: [n / max(1, sum(drawn[side])) for n in drawn[side]] for side in ("kept", "removed")
    }
    most = max(*shares["kept"], *shares["removed"])
    middle, room = SMALL_HEIGHT / 2, SMALL_HEIGHT / 2 - 3
    step = SMALL_WIDTH / len(shares["kept"])
    for side, sign in (("kept", -1), ("removed", 1)):
        path = [f"M0,{middle:g}"]
        for i, share in enumerate(shares[side]):
            y = middle + sign * (1 + share / most * room if share else 0)
            path.append(f"V{y:.1f}H{(i + 1) * step:.1f}")
        sides[side] = f"{''.join(path)}V{middle:g}Z"
    low, high = drawn["low"], drawn["high"]

    def x_at(value: float) -> float:
        a, b, x = map(math.log, (low, high, value)) if drawn["log"] else (low, high, value)
        return round((x - a) / (b - a) * SMALL_WIDTH, 1)

    return {
        "width": SMALL_WIDTH,
        "height": SMALL_HEIGHT,
        "middle": middle,
        "sides": sides,
        "most": {side: round(most * sum(drawn[side])) for side in sides},
        "thresholds": [x_at(t["value"]) for t in drawn["thresholds"] if low <= t["value"] <= high],
    }


def thin(points: Points) -> list[tuple[float, float]]:
    """At most `POINTS` finite points: neighbours are averaged, the first and the last stay."""
    finite = [(x, y) for x, y in points if math.isfinite(x) and math.isfinite(y)]
    if len(finite) <= POINTS:
        return finite
    size = math.ceil((len(finite) - 2) / (POINTS - 2))
    inner = finite[1:-1]
    groups = [inner[i : i + size] for i in range(0, len(inner), size)]
    averaged = [(sum(x for x, _ in g) / len(g), sum(y for _, y in g) / len(g)) for g in groups]
    return [finite[0], *averaged, finite[-1]]


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round numbers that span low to high: multiples of 1, 2 or 5 times a power of ten."""
    if high <= low:
        room = abs(low) * 0.1 or 1.0
        low, high = low - room, high + room
    rough = (high - low) / (most - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [i * step for i in range(first, last + 1)]


def _labelled(values: Sequence[float], number: Number) -> list[tuple[float, str]]:
    """Numbers of an axis as text, all with the decimals that their distance needs."""
    digits = max(0, -math.floor(math.log10(values[1] - values[0]) + 1e-9))
    return [(value, number(value, digits)) for value in values]
