"""The kinds of personal data, as recipes name them, where they stand, and the version of what finds them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple, get_args

Spans = Iterator[tuple[int, int]]

Kind = Literal[
    "email",
    "iban",
    "card",
    "account",
    "dni",
    "nie",
    "cif",
    "curp",
    "rfc",
    "cuit",
    "rut",
    "phone",
    "ip",
    "address",
    "nass",
    "record",
    "college",
    "passport",
    "cedula",
    "ruc",
    "handle",
    "plate",
    "name",
    "birth",
]
VERSION = 29  # of what is found; `corpus`, whose version it is, says what each brought, and rules that mask hang on it
KINDS: tuple[Kind, ...] = get_args(Kind)
ASKED = ("name", "plate", "birth")  # masked on request alone
MASKED: tuple[Kind, ...] = tuple(kind for kind in KINDS if kind not in ASKED)


class Personal(NamedTuple):
    """A span of personal data: from `start` up to `end` in code points."""

    start: int
    end: int
    kind: str
