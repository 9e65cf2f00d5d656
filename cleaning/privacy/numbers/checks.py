"""Whether a number is one: check digits, and what only shows how a number looks."""

from __future__ import annotations

import re
from importlib import import_module
from operator import mul

# Of a real number hardly one in a million; accounts have zeros.
_REPEATED = re.compile(r"([1-9])\1{6}")
LONG_ENOUGH = 6  # digits of a number behind which another of a list is taken for one
_SHOWN = frozenset(  # cards that handbooks show to test with, of Stripe and PayPal
    {
        "4242424242424242",
        "4000000000000002",
        "4000056655665556",
        "4012888888881881",
        "5555555555554444",
        "5105105105105100",
        "378282246310005",
        "30569309025904",
    }
)
_IN_ORDER = re.compile(r"0?123456789")


def is_valid(module: str, value: str) -> bool:
    """Whether python-stdnum's module takes a number for valid."""
    return bool(import_module(f"stdnum.{module}").is_valid(value))


def is_affiliation(value: str) -> bool:
    """Whether the last two digits of a Spanish affiliation are the rest of the others by 97.

    The number of a province and eight digits more; of one below ten millions the leading zero is left out.
    """
    digits = re.sub(r"\D", "", value)
    province, number, control = int(digits[:2]), int(digits[2:-2]), int(digits[-2:])
    whole = number + province * 10**7 if number < 10**7 else number + province * 10**8
    return len(digits) == 12 and whole % 97 == control


def is_weighed(value: str, weights: str) -> bool:
    """Whether the last digit makes the sum of the others by their weights a multiple of ten.

    So CLABE (Banco de México, Circular 14/2017) and the identity card of Uruguay do.
    """
    *digits, last = map(int, re.sub(r"\D", "", value))
    return (sum(map(mul, digits, map(int, weights))) + last) % 10 == 0


def is_placeholder(written: str) -> bool:
    """Whether a number only shows how one looks: XXXX000000XXXXXX00, 12.345.678-9, 23111111113."""
    characters = plain(written)
    digits = re.sub(r"\D", "", characters)
    return (
        characters in _SHOWN
        or _IN_ORDER.match(characters) is not None
        or len(set(characters) - {"X"}) < 2
        or _REPEATED.search(digits) is not None
        or (len(digits) >= LONG_ENOUGH and len(set(digits)) == 1)
    )


def plain(value: str) -> str:
    """A number without what separates its groups, in capitals."""
    return re.sub(r"\W", "", value).upper()
