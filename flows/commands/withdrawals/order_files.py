"""Files of orders of withdrawal: lists of addresses, hosts and ids, what registries of opt-outs give out, policies."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from cleaning.rights.policy import Policy
from cleaning.withdrawals.orders import Order, order_of, order_of_policy
from flows.recipe.document import parse
from flows.recipe.errors import clear
from pipeline.errors import UsageError

_POLICIES = (".yaml", ".yml")
# Names that registries of opt-outs use for the column, or the key, with the address or host.
_NAMED = ("url", "uri", "domain", "host", "hostname", "website", "location", "id")
# Ends of names of files that are no domain of the first level: a word with one is no host.
_OF_FILES = (
    ".txt",
    ".csv",
    ".tsv",
    ".json",
    ".jsonl",
    ".lst",
    ".list",
    ".xls",
    ".xlsx",
    ".ods",
    *_POLICIES,
)


def orders_in(words: Sequence[str]) -> Iterator[Order]:
    """The orders that words are, or that stand in the files that they name.

    Raises UsageError for a word or an entry of a file that is no order, for a file that isn't there, can't be read
    or names nothing.
    """
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    for word in words:
        path = Path(word)
        if path.is_file():
            yield from _of_file(path, today)
        elif path.is_dir() and _names_file(word):
            raise UsageError(f"{word} is a folder: name files of it, addresses, hosts or ids")
        elif _names_file(word):
            raise UsageError(f"there is no file {word}: an address begins with https://")
        else:
            yield order_of(word, today, "command line")


def _names_file(word: str) -> bool:
    return "://" not in word and (os.sep in word or word.lower().endswith(_OF_FILES))


def _of_file(path: Path, today: str) -> list[Order]:
    suffix = path.suffix.lower()
    try:
        text = path.read_text(encoding="utf-8-sig")
        if suffix in _POLICIES:
            return [order_of_policy(_policy(path, text), today, path.name)]
        listed = list(entries(text, suffix))
    except (UnicodeDecodeError, ValueError, csv.Error) as error:
        raise UsageError(f"{path} can't be read as a list of orders: {error}") from error
    if not listed:
        raise UsageError(f"{path} names no address, no host and no id of a document")
    orders = []
    for line, entry in listed:
        try:
            orders.append(order_of(entry, today, path.name))
        except UsageError as error:
            place = f"{path}, line {line}" if line else path
            raise UsageError(f"{place}: {error}") from error
    return orders


def _policy(path: Path, text: str) -> Policy:
    """A policy of rights, as `rights` of a source or of `corpus` has it."""
    form = "a policy of rights is a mapping, as `rights` in a recipe: a list goes into a .txt, .csv or .json"
    document = parse(str(path), text, form)
    try:
        return Policy.model_validate(document.data)
    except ValidationError as error:
        raise clear(document, error, lambda at: at, Policy) from error


def entries(text: str, suffix: str) -> Iterator[tuple[int | None, str]]:
    """The addresses, hosts and ids of a file, each with its line (None in JSON).

    A line each, a column of a table with a head, or strings of JSON, by the `suffix` of the file.
    """
    if suffix == ".json":
        yield from ((None, one) for one in _strings(json.loads(text)))
    elif suffix in (".csv", ".tsv"):
        yield from _column(text, "\t" if suffix == ".tsv" else _delimiter(text))
    else:
        for number, line in enumerate(text.splitlines(), 1):
            if entry := line.partition("#")[0].strip(' \t,;"'):
                yield number, entry


def _delimiter(text: str) -> str:
    """The delimiter of the columns of a .csv: where numbers have a comma, as in Spain, spreadsheets write `;`.

    An address may hold one, too: of a table without a head that begins with one, the comma does.
    """
    first = next((line for line in text.splitlines() if line and not line.startswith("#")), "")
    return ";" if ";" in first and "," not in first and "://" not in first else ","


def _column(text: str, delimiter: str) -> Iterator[tuple[int, str]]:
    """The column of a table that is named as registries do, else the first; a row that begins with `#` is a remark."""
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    rows = [(reader.line_num, row) for row in reader if row and not row[0].startswith("#")]
    head = [name.strip().lower() for name in rows[0][1]] if rows else []
    column = next((head.index(name) for name in _NAMED if name in head), None)
    for line, row in rows if column is None else rows[1:]:
        if len(row) > (column or 0) and (entry := row[column or 0].strip()):
            yield line, entry


def _strings(value: Any) -> Iterator[str]:
    """The strings of a list, and those under the keys of an object that hold an address or host."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)
    elif isinstance(value, dict):
        own = [one for name, one in value.items() if name.lower() in _NAMED]
        for one in own or [one for one in value.values() if isinstance(one, list | dict)]:
            yield from _strings(one)
