"""Draws what was made from what: a row a dataset, inputs above, an arc from each to what was made of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flows.stages import STAGES

MOST = 48  # datasets in one drawing, the nearest first
ROW = 34  # height of a row, in the units of the drawing
WIDTH = 328  # of the drawing: a telephone's, so that it needs no shrinking
LETTERS = 17  # of a name
LINE = 54  # where the dots are drawn; the arcs bow to the left of it

Edges = Mapping[str, Sequence[str]]  # dataset -> the datasets that it was made from


def turned_round(edges: Edges) -> dict[str, list[str]]:
    """The other way: dataset -> the datasets that were made from it."""
    children: dict[str, list[str]] = {}
    for child, sources in edges.items():
        for source in sources:
            children.setdefault(source, []).append(child)
    return children


def around(name: str, edges: Edges, children: Edges) -> tuple[list[str], int]:
    """What a dataset was made from, itself, and what was made of it, and how many more there are.

    `children` are the edges turned round.
    """
    above = _reach([name], edges)
    below = _reach([name], children)[1:]
    relatives = [*above, *below]
    return relatives[:MOST], max(0, len(relatives) - MOST)


def _reach(start: list[str], steps: Edges) -> list[str]:
    reached = dict.fromkeys(start)
    waiting = list(start)
    for name in waiting:  # grows while it is read: the nearest first
        fresh = [n for n in dict.fromkeys(steps.get(name, ())) if n not in reached]
        reached |= dict.fromkeys(fresh)
        waiting += fresh
    return waiting


def graph(
    names: Sequence[str],
    edges: Edges,
    here: str | None = None,
    called: Callable[[str], str] | None = None,
) -> dict[str, Any]:
    """The rows and arcs of a drawing of some datasets, inputs first; the arcs of `here` are `near`.

    `called` gives what a recipe calls a dataset, which a row shows where its stage has another name.
    """
    ordered = _ordered(names, edges)
    y = {name: ROW * i + ROW / 2 for i, name in enumerate(ordered)}
    arcs = [
        {"path": _arc(y[source], y[name]), "near": here in (source, name)}
        for name in ordered
        for source in dict.fromkeys(edges.get(name, ()))
        if source in y
    ]
    return {
        "width": WIDTH,
        "height": ROW * len(ordered),
        "row": ROW,
        "line": LINE,
        "arcs": sorted(arcs, key=lambda arc: arc["near"]),
        "rows": [
            {"name": n, "y": y[n], "here": n == here, "called": _called(n, called)} for n in ordered
        ],
    }


def _ordered(names: Sequence[str], edges: Edges) -> list[str]:
    """Every dataset after all that it was made from, else in the order of the work."""
    order = {stage: i for i, stage in enumerate(STAGES)}
    left = sorted(dict.fromkeys(names), key=lambda n: order.get(n.partition("/")[0], -1))
    done: list[str] = []
    while left:
        ready = next(
            (n for n in left if all(s not in left or s == n for s in edges.get(n, ()))), left[0]
        )
        left.remove(ready)
        done.append(ready)
    return done


def _called(dataset: str, called: Callable[[str], str] | None) -> str | None:
    """The name to write in place of its stage's, cut to the room that there is."""
    name = called(dataset) if called else None
    if name is None or name == dataset.partition("/")[0]:
        return None
    return name if len(name) <= LETTERS else f"{name[: LETTERS - 1]}…"


def _arc(start: float, end: float) -> str:
    if abs(end - start) <= ROW:
        return f"M{LINE},{start:g}V{end:g}"
    bow = LINE - min(LINE - 6, 10 + abs(end - start) * 0.28) * 4 / 3
    return f"M{LINE},{start:g}C{bow:.1f},{start:g} {bow:.1f},{end:g} {LINE},{end:g}"
