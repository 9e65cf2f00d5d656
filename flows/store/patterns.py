"""The patterns of personal data that recipes have of their own: what they find is masked wherever something is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flows.store.records import runs
from pipeline.store.store import Store


def of_params(params: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Those in the parameters of stages by kind: `patterns`, and the pattern of each rule that masks."""
    return _joined(pair for each in params for pair in _of_one(each))


def patterns(store: Store) -> dict[str, str]:
    """Those of all recipes of a store, by kind, as their newest runs had them."""
    return _joined(pair for r in store.backend.folders("runs") for pair in _of_recipe(store, r))


def _of_one(params: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from (params.get("patterns") or {}).items()
    rules = params.get("rules")
    for rule in rules if isinstance(rules, list | tuple) else ():
        if isinstance(rule, Mapping) and rule.get("action") == "mask" and rule.get("pattern"):
            yield rule["name"], rule["pattern"]


def _of_recipe(store: Store, recipe: str) -> Iterator[tuple[str, str]]:
    for record in runs(store, recipe):
        if "patterns" in record:
            yield from record["patterns"].items()
            return
        # Of an earlier version: the parameters of the stages that it ran, which may be one alone.
        for params in (record.get("params") or {}).values():
            yield from _of_one(params)


def _joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """By kind; where two have a kind of one name, both their patterns."""
    by_kind: dict[str, dict[str, None]] = {}
    for kind, pattern in pairs:
        by_kind.setdefault(kind, {})[pattern] = None
    return {kind: "|".join(f"(?:{p})" for p in each) for kind, each in sorted(by_kind.items())}
