"""Notices: what is no error, but probably not intended, as an id and values that reports have words for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

NAMED = 3  # of many files, addresses or hosts those that are named

# `id` and `values`, JSON: numbers, shares (floats), texts, lists of these, of pairs (what, how many) and of notices.
Notice = Mapping[str, Any]


def notice(id: str, **values: Any) -> Notice:
    """A notice; one whose value `n` is 1 may be worded differently."""
    return {"id": id, "values": values}


def some(names: Sequence[Any]) -> dict[str, Any]:
    """A value: the first of many names, and how many more there are."""
    return {"first": list(names[:NAMED]), "more": max(len(names) - NAMED, 0)}
