"""Files of orders of withdrawal: lists of addresses, hosts and ids, what registries of opt-outs give out, policies."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from cleaning.corpus.orders import Order, order_of, order_of_policy
from cleaning.rights.policy import Policy
from pipeline.errors import UsageError


def orders_in(words: Sequence[str]) -> Iterable[Order]:
    """The orders that words are, or that stand in the files that they name. A UsageError for what is neither."""
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    for word in words:
        path = Path(word)
        if not path.is_file():
            yield order_of(word, today, "command line")
            continue
        try:
            text = path.read_text(encoding="utf-8-sig")
            if path.suffix.lower() in _POLICIES:
                yield order_of_policy(_policy(text), today, path.name)
                continue
            for entry in _entries(text, path.suffix.lower()):
                yield order_of(entry, today, path.name)
        except (UnicodeDecodeError, ValueError, csv.Error) as error:
            raise UsageError(f"{word} can't be read as a list of orders: {error}") from error


_POLICIES = (".yaml", ".yml")
# What registries of opt-outs call the column, or the key, that says whose content it is.
_NAMED = ("url", "uri", "domain", "host", "hostname", "website", "location", "id")


def _policy(text: str) -> Policy:
    """A policy of rights, as `rights` of a source or of `corpus` has it. A ValueError where it is none."""
    try:
        return Policy.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise ValueError(f"it is no YAML: {error}") from error


def _entries(text: str, suffix: str) -> Iterable[str]:
    """The addresses, hosts and ids of a file: a line each, a column of a table with a head, or strings of JSON."""
    if suffix == ".json":
        yield from _strings(json.loads(text))
        return
    if suffix in (".csv", ".tsv"):
        rows = list(csv.reader(io.StringIO(text), delimiter="\t" if suffix == ".tsv" else ","))
        head = [name.strip().lower() for name in rows[0]] if rows else []
        column = next((head.index(name) for name in _NAMED if name in head), None)
        for row in rows if column is None else rows[1:]:
            if len(row) > (column or 0) and (entry := row[column or 0].strip()):
                yield entry
        return
    for line in text.splitlines():
        if entry := line.partition("#")[0].strip(' \t,;"'):
            yield entry


def _strings(value: Any) -> Iterable[str]:
    """The strings of a list, and those under the names of an object that say whose content it is."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)
    elif isinstance(value, dict):
        own = [one for name, one in value.items() if name.lower() in _NAMED]
        for one in own or [one for one in value.values() if isinstance(one, list | dict)]:
            yield from _strings(one)
