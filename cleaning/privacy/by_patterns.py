"""What patterns find in a text: each kind's finder in turn, in what those before it left.

Conservative on purpose: a number must have its check digit right (python-stdnum) or the word before it that says what
it is, because bare digits are dates, laws, prices and article numbers far more often. Telephones alone are told by how
their digits are grouped too (telephones/).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from cleaning.privacy.addresses.addresses import addresses
from cleaning.privacy.kinds import Personal, Spans
from cleaning.privacy.numbers import proven
from cleaning.privacy.numbers.devices import implants, network_cards, terminals
from cleaning.privacy.numbers.files import files
from cleaning.privacy.numbers.kinds import NAMED
from cleaning.privacy.numbers.labelled import labelled
from cleaning.privacy.numbers.passports import mixed
from cleaning.privacy.numbers.spaced import spaced
from cleaning.privacy.online.emails import emails
from cleaning.privacy.online.handles import handles
from cleaning.privacy.online.ips import ips
from cleaning.privacy.patterns.normalised import normalised
from cleaning.privacy.patterns.own import matches
from cleaning.privacy.persons.births import births
from cleaning.privacy.persons.names import is_name, names
from cleaning.privacy.tables import cells as cells_of
from cleaning.privacy.telephones.spoken import identities
from cleaning.privacy.telephones.telephones import phones

_FINDERS: tuple[tuple[str, Callable[[str], Spans]], ...] = (
    ("email", emails),
    ("iban", proven.ibans),
    ("card", proven.cards),
    ("account", proven.accounts),
    ("dni", proven.dnis),
    ("nie", proven.nies),
    *((kind, proven.proven(kind)) for kind in ("cif", "nass", "curp", "rfc", "cuit", "rut")),
    ("cedula", proven.cedulas),
    ("phone", phones),
    ("ip", ips),
    ("ip", network_cards),
    ("record", terminals),
    ("record", implants),
    ("address", addresses),
    ("handle", handles),
    ("birth", births),
    ("name", names),
)
_LAST_PROVEN = "rut"  # behind it come the numbers that a word names
_DIGITS = re.compile(r"[0-9]{3}|[0-9][ \xa0./-][0-9]|:[0-9A-Fa-f]{0,4}:")
_WITHOUT_DIGITS = frozenset({"email", "name", "address", "handle", "phone"})  # some of them


def by_patterns(
    text: str, kinds: Collection[str], patterns: Mapping[str, str], plain: bool
) -> list[Personal]:
    """What each finder finds in turn of what the finders before it left: a user's patterns in the text as it is."""
    finds: list[Personal] = []

    def take(found: list[Personal]) -> None:
        nonlocal text
        if found:
            finds.extend(found)
            text = _blanked(text, found)

    for kind, pattern in patterns.items():
        take([Personal(*span, kind) for span in matches(pattern, text)])
    theirs = list(finds)
    finds.clear()
    text, place = (text, None) if plain else normalised(text)
    numbered = bool(_DIGITS.search(text))
    if numbered:
        cells = cells_of(text, _of_cell, is_name)
        take([Personal(*find) for find in cells if find[2] in kinds])
        take([Personal(*find) for find in spaced(text) if find[2] in kinds])
    if "dni" in kinds:
        take([Personal(*span, "dni") for span in identities(text)])
    if "passport" in kinds:
        take([Personal(*span, "passport") for span in mixed(text)])
    unproven = frozenset() if numbered and proven.may_prove(text) else proven.FORMED
    for kind, finder in _FINDERS:
        if kind in kinds and kind not in unproven and (numbered or kind in _WITHOUT_DIGITS):
            take(_disjoint(Personal(*span, kind) for span in finder(text)))
        if kind == _LAST_PROVEN and numbered and not set(kinds).isdisjoint(NAMED):
            take([Personal(*find) for find in labelled(text) if find[2] in kinds])
            if "record" in kinds:
                take(_disjoint(Personal(*span, "record") for span in files(text)))
    if place:
        finds = [Personal(place(f.start), place(f.end - 1) + 1, f.kind) for f in finds]
    return theirs + finds


def _of_cell(cell: str) -> Iterator[tuple[int, int, str]]:
    """What a number is whose word stands before it: no card and no account that only its check digits tell."""
    yield from labelled(cell)
    for kind, finder in _FINDERS:
        if kind in {"rfc", "curp", "cuit", "rut", "phone", "address"}:
            yield from ((start, end, kind) for start, end in finder(cell))


def _disjoint(personal_data: Iterator[Personal]) -> list[Personal]:
    kept: list[Personal] = []
    for personal in sorted(personal_data):
        if not kept or personal.start >= kept[-1].end:
            kept.append(personal)
    return kept


def _blanked(text: str, personal: Sequence[Personal]) -> str:
    """The text with brackets, which belong to no personal data, in place of what was found."""
    pieces, at = [], 0
    for start, end, _ in personal:
        pieces += [text[at:start], "[" * (end - start)]
        at = end
    return "".join([*pieces, text[at:]])
