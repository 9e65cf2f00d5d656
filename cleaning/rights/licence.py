"""Licences: what a page names for itself or merely links, and the one name of what a text calls in many ways."""

from __future__ import annotations

import re
from collections.abc import Sequence

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from cleaning.rights.statement import Asking, Page, Protocol

_CC = re.compile(
    r"(?:https?:)?//(?:www\.)?creativecommons\.org/(?:licenses/([a-z+-]+)(?:/([0-9.]+))?(?:/([a-z]{2}))?"
    r"|publicdomain/(zero|mark)(?:/([0-9.]+))?)",
    re.IGNORECASE,
)
_DEED = re.compile(
    r"/?(?:(?:deed|legalcode)(?:\.[\w-]+)?)?/?\Z", re.IGNORECASE
)  # behind an address
# What Creative Commons asks for, as its languages say it, in the order of its names.
_ASKED = {
    "BY": r"by|attribution|atribuci[óo]n?|reconocimiento|reconeixement|recoñecemento|aitortu",
    "NC": r"nc|non[- ]?commercial|no[- ]?comercial|nocomercial|ezkomertziala",
    "ND": r"nd|no[- ]?deriv\w*|(?:sin|sen|sense) ?obr\w+ ?derivad\w+|lanerat\w+ez",
    "SA": r"sa|share[- ]?alike|compartir[- ]?igual|partekatuberdin",
}
_CALLED = re.compile(
    r"\b(?:CC|Creative Commons)[\s:/-]*(?:(0|zero)\b[\s-]*|((?:(?:"
    + "|".join(_ASKED.values())
    + r")\b[\s/-]*)+))(?:v\.? ?|version )?([1-4]\.[05])?(?:[ ,]*\b(?:un\w+ported|inter\w+al|license|licence)\b)*\.?",
    re.IGNORECASE,
)


def licence_named(text: str) -> str | None:
    """The one name of a licence, as SPDX has it, for what is nothing but its name or address; None for any other."""
    if (match := _CC.fullmatch(_DEED.sub("", text.strip()))) is not None:
        return licence_of(match[0])
    if (match := _CALLED.fullmatch(text.strip())) is not None:
        return _called(match)
    try:
        return canonicalize_license_expression(text)
    except InvalidLicenseExpression:
        return None


def licence_told(notice: str) -> dict[str, str]:
    """The metadata of a note on rights in prose: itself, and the licence where it names one of Creative Commons."""
    if name := licence_named(notice):
        return {"licence": name}
    address = _CC.search(notice)
    called = None if address else _CALLED.search(notice)
    name = (address and licence_of(address[0])) or (called and _called(called))
    return {"licence": name, "rights": notice} if name else {"rights": notice}


def _called(match: re.Match[str]) -> str | None:
    if match[1]:
        return "CC0-1.0"
    asked = [
        name for name, words in _ASKED.items() if re.search(rf"\b(?:{words})\b", match[2], re.I)
    ]
    return "-".join(["CC", *asked, *([match[3]] if match[3] else [])]) if "BY" in asked else None


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
