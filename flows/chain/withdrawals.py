"""The orders of withdrawal that a store holds: a file each time that some come or go, with all that hold."""

from __future__ import annotations

import json
from collections.abc import Sequence

from cleaning.withdrawals.orders import Order
from pipeline.errors import TahonaError, UsageError
from pipeline.model.dataset import Manifest
from pipeline.store.observe import observe
from pipeline.store.store import Store

ROLE = "withdrawals"  # the input that takes them, and the kind of their dataset
FOLDER = "withdrawals"


def orders(store: Store) -> list[Order]:
    """All orders, the oldest first."""
    names = _names(store)
    return [Order(**one) for one in json.loads(store.backend.read(names[-1]))] if names else []


def add(store: Store, new: Sequence[Order]) -> list[Order]:
    """Records orders; gives those that were not there."""
    earlier = orders(store)
    named = {(order.kind, order.value) for order in earlier}
    fresh = [order for order in dict.fromkeys(new) if (order.kind, order.value) not in named]
    if fresh:
        _write(store, [*earlier, *fresh])
    return fresh


def take_back(store: Store, undone: Sequence[Order], instead: Sequence[Order] = ()) -> list[Order]:
    """Leaves orders out of those that hold from now on, and gives them; earlier files keep them.

    `instead` hold from now on. Raises UsageError for one that was never given.
    """
    earlier = orders(store)
    gone = {(order.kind, order.value) for order in undone}
    for kind, value in gone - {(order.kind, order.value) for order in earlier}:
        raise UsageError(
            f"no order holds for {kind} {value}: tahona withdraw --json lists those that do"
        )
    if gone:
        left = [order for order in earlier if (order.kind, order.value) not in gone]
        names = {(order.kind, order.value) for order in left}
        _write(store, [*left, *(o for o in instead if (o.kind, o.value) not in names)])
    return [order for order in earlier if (order.kind, order.value) in gone]


def _write(store: Store, orders: Sequence[Order]) -> None:
    rows = [order._asdict() for order in orders]
    data = json.dumps(rows, ensure_ascii=False, indent=1).encode() + b"\n"
    if not store.backend.create(f"{FOLDER}/{len(_names(store)) + 1:06}.json", data):
        raise TahonaError("orders were recorded at the same moment: give yours again")
    _observed(store, commit=True)


def observed(store: Store, commit: bool = False) -> Manifest | None:
    """The newest file as a dataset, written with `commit`; None where nothing was withdrawn."""
    return _observed(store, commit) if _names(store) else None


def _observed(store: Store, commit: bool) -> Manifest:
    newest = f"{store.url}/{_names(store)[-1]}"
    return observe(store, {"orders": [newest]}, commit, kind=ROLE)


def _names(store: Store) -> list[str]:
    return sorted(path for path, _ in store.backend.files(FOLDER) if path.endswith(".json"))
