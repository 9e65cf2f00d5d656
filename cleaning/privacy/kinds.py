"""The kinds of personal data, as recipes name them, and the version of what finds them."""

from typing import Literal, get_args

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
VERSION = 27  # of what is found; `corpus`, whose version it is, says what each brought, and rules that mask hang on it
ASKED = ("name", "plate", "birth")  # masked on request alone
MASKED: tuple[Kind, ...] = tuple(kind for kind in get_args(Kind) if kind not in ASKED)
