"""What is withdrawn keeps no document out: of those that it is like another stays."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from cleaning.deduplicate.clusters.survivors import choose
from cleaning.deduplicate.pairs.pairs import MEMBERS, PAIRS
from cleaning.deduplicate.params import Clustering


def _pair(above: int, below: int, size_below: int, shared: int, text: bool = False) -> Any:
    sizes = {"size_above": 100, "size_below": size_below, "shared": shared}
    return {"above": above, "below": below, **sizes, "text": text, "address": False}


@pytest.mark.parametrize(
    ("withdrawn", "others"),
    [
        ([], [-1, 0, 0, 0, 0]),
        ([0], [-1, -1, 1, -1, 1]),  # of the near ones the best stays, and the part of 0 alone
        ([0, 1], [-1, -1, -1, -1, 2]),
        ([3], [-1, 0, 0, -1, 0]),
    ],
)
def test_another_survivor_is_chosen(withdrawn: list[int], others: list[int]) -> None:
    """1, 2 and its copy 4 are nearly 0, and 3 is a part of it."""
    rows = [
        {"number": n, "id": f"{n}", "characters": 900 - n, "source": "a", "quality": None}
        for n in range(5)
    ]
    members = pa.Table.from_pylist(rows, MEMBERS)
    members = members.append_column("withdrawn", pa.array([n in withdrawn for n in range(5)]))
    members = members.append_column("access", pa.repeat(0, 5))
    pairs = [_pair(0, 1, 100, 95), _pair(0, 2, 100, 95), _pair(1, 2, 100, 95)]
    pairs += [_pair(0, 3, 50, 48), _pair(2, 4, 100, 100, text=True)]
    table = pa.Table.from_pylist([{f.name: p[f.name] for f in PAIRS} for p in pairs], PAIRS)
    params = Clustering(firsts=[0, 5], new=0, threshold=0.8, containment=0.8, keep=1, collapse=True)
    chosen, *_ = choose(members, table, params)
    assert chosen.other.tolist() == others
