"""Licences: what a page names for itself or merely links, and the one name of what a text calls in many ways."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from cleaning.rights.deed import ADDRESS, Deed, read
from cleaning.rights.statement import Asking, Page, Protocol

NOTE = 500  # characters of a note that are kept
_EXPRESSION = 200  # characters of a name
# Who lists licences by their names of SPDX.
_LISTED = re.compile(
    r"(?:https?://)?(?:www\.)?(?:opensource\.org/licenses?|spdx\.org/licenses)/([\w.+-]+?)(?:\.html|\.php)?/?",
    re.IGNORECASE,
)
_OTHERS = {
    "apache.org/licenses/license-2.0": "Apache-2.0",
    "opendatacommons.org/licenses/by": "ODC-By-1.0",
    "opendatacommons.org/licenses/odbl": "ODbL-1.0",
    "opendatacommons.org/licenses/pddl": "PDDL-1.0",
    # There is one version of each.
    "odbl": "ODbL-1.0",
    "odc-by": "ODC-By-1.0",
    "pddl": "PDDL-1.0",
}
_SCHEME = re.compile(r"\A(?:https?://)?(?:www\.)?|(?:/1[.-]0)?(?:\.html|\.txt)?/?\Z")
_LICENCE = re.compile(
    r"\b(?:the|licen[cs]e|licencia|llicència|licenza|licença|version|versión)\b|\bv\.?(?=\d)", re.I
)
# What a name without a number needs beside it to be a licence's in a note.
_SURE = re.compile(rf"[\d/]|{_LICENCE.pattern}", re.I)


def licence_named(text: str) -> tuple[str | None, str]:
    """The one name of a licence, as SPDX has it, for what is nothing but its name or address, None for any other; and
    the text again where it says more, as to which country's law it was adapted.

    One of Creative Commons whose version nobody says has the name without it.
    """
    if listed := _listed(text):
        return listed, ""
    deed = read(text)
    if (name := _name(deed)) is None:
        return None, text
    return name, "" if deed.whole and name.endswith(deed.code or "") else text


def licence_told(notice: str, addresses: Collection[str] = ()) -> dict[str, str]:
    """The metadata of a note on rights: the licence that it surely gives, and itself where it says more than that.

    `addresses` are those by which the note states its licence for machines: one is believed unless the words ask for
    more. Words alone are believed where all of them are understood. A name without a number may be that of who holds
    the rights (MIT, Intel).
    """
    if len(set(addresses)) == 1:
        (address,) = set(addresses)
        if licence_named(address)[0] is None or read(notice).asked <= read(address).asked:
            return {"licence": address}
    notice = " ".join([notice, *addresses]).strip()
    name, more = licence_named(notice)
    if name == _listed(notice) and not _SURE.search(f"{notice} {name}"):
        name, more = None, notice
    return ({"licence": name} if name else {}) | ({"rights": more[:NOTE]} if more else {})


@lru_cache(maxsize=1024)
def _listed(text: str) -> str | None:
    """The name that SPDX has for a name, an expression or an address."""
    text = text.strip()
    if len(text) > _EXPRESSION:
        return None
    if listed := _LISTED.fullmatch(text):
        text = listed[1]
    if other := _OTHERS.get(_SCHEME.sub("", text.lower())):
        return other
    bare = "-".join(re.sub(r"[\s,:]+", " ", _LICENCE.sub(" ", text)).split())
    return _canonical(text) or _OTHERS.get(_SCHEME.sub("", bare.lower())) or _canonical(bare)


def _canonical(text: str) -> str | None:
    try:
        return canonicalize_license_expression(text)
    except InvalidLicenseExpression:
        return None


def _name(deed: Deed) -> str | None:
    """The name of what a deed asks: with the country where SPDX has that, else without; None for what is none."""
    if not deed.sure:
        return None
    if "BY" not in deed.asked:
        return {"zero": "CC0-1.0", "mark": "CC-PDM-1.0"}.get("".join(deed.asked))
    parts = ["CC", *(term for term in ("BY", "NC", "ND", "SA") if term in deed.asked)]
    if deed.version is None:
        return "-".join(parts) if _canonical("-".join([*parts, "4.0"])) else None
    name = "-".join([*parts, deed.version])
    return (deed.code and _canonical(f"{name}-{deed.code}")) or _canonical(name)


def licence_of(address: str) -> str | None:
    """`CC-BY-SA-4.0`, `CC0-1.0` or `CC-PDM-1.0` for the address of such a licence; None for any other."""
    return _name(read(address)) if ADDRESS.match(address.strip()) else None


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
