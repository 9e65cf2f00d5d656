"""TDMRep: text and data mining reserved, in a file of the origin, in headers and in meta elements."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from cleaning.rights.robots import Pattern, path_of
from cleaning.rights.statement import Asking, Page, Protocol


def _value(reservation: object, policy: object) -> list[str]:
    """`1 POLICY`; nothing where the reservation has no value of the protocol, which leaves it unset."""
    value = str(reservation).strip()
    if value not in {"0", "1"} or isinstance(reservation, bool):
        return []
    return [f"{value} {policy.strip()}" if isinstance(policy, str) and policy.strip() else value]


def _from_file(data: bytes, asking: Asking) -> Sequence[str]:
    """Of the rules, the first whose pattern the path of the URL begins with."""
    try:
        rules: Any = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return []
    path = path_of(asking.url)
    for rule in rules if isinstance(rules, list) else []:
        location = rule.get("location") if isinstance(rule, dict) else None
        if isinstance(location, str) and location and Pattern(location).matches(path):
            return _value(rule.get("tdm-reservation"), rule.get("tdm-policy"))
    return []


def _from_header(header: Callable[[str], Sequence[str]], asking: Asking) -> Sequence[str]:
    reservation, policy = (
        next(iter(header(f"tdm-{name}")), None) for name in ("reservation", "policy")
    )
    return _value(reservation, policy)  # the first of a name counts


def _from_page(page: Page, asking: Asking) -> Sequence[str]:
    metas = dict(reversed(page.metas))  # the first of a name counts
    return _value(metas.get("tdm-reservation"), metas.get("tdm-policy"))


PROTOCOL = Protocol(
    "tdm-reservation",
    "W3C TDM Reservation Protocol, final report (2024-05-10)",
    refuses=lambda value: value.startswith("1"),
    nearest=True,
    path="/.well-known/tdmrep.json",
    from_file=_from_file,
    from_header=_from_header,
    from_page=_from_page,
)
