"""Creative Commons licences that a page names for itself, or merely links."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cleaning.rights.statement import Asking, Page, Protocol

_CC = re.compile(
    r"(?:https?:)?//(?:www\.)?creativecommons\.org/(?:licenses/([a-z+-]+)(?:/([0-9.]+))?(?:/([a-z]{2}))?"
    r"|publicdomain/(zero|mark)(?:/([0-9.]+))?)",
    re.IGNORECASE,
)


def licence_of(address: str) -> str | None:
    """`CC-BY-SA-4.0`, `CC0-1.0` or `PDM-1.0` for the address of a licence; None for any other."""
    match = _CC.match(address.strip())
    if not match:
        return None
    if match[1]:
        fields = ["CC", match[1].upper(), match[2], match[3] and match[3].upper()]
        return "-".join(field for field in fields if field)
    name = "CC0" if match[4].lower() == "zero" else "PDM"
    return f"{name}-{match[5]}" if match[5] else name


def _from_page(page: Page, asking: Asking) -> Sequence[str]:
    """What is named; of what is only linked, it is said so: it may be the licence of a picture."""
    named = dict.fromkeys(licence for a in page.licences if (licence := licence_of(a)))
    linked = dict.fromkeys(licence for a in page.linked if (licence := licence_of(a)))
    return [*named, *(f"linked {licence}" for licence in linked if licence not in named)]


PROTOCOL = Protocol(
    "licence",
    "Creative Commons, Marking your work (read 2026-11); schema.org/license",
    refuses=lambda value: False,
    from_page=_from_page,
)
