"""Numbers whose check digits say what a word that stands further off in the line leaves open."""

# ruff: noqa: E501 (an alternative of a pattern is a line)

from __future__ import annotations

import re
from collections.abc import Mapping

from cleaning.privacy.numbers.checks import (
    is_affiliation,
    is_placeholder,
    is_valid,
    is_weighed,
    plain,
)
from cleaning.privacy.numbers.kinds import MASKED_AS, SEPARATOR, Labelled, form_of, letters
from cleaning.privacy.patterns.gates import may_lie

LONGEST = 32  # characters of a number with what separates its groups
_FAR, _BESIDE = 88, 24  # characters before the number and behind it in which it is looked for
CHECKED: Mapping[str, Labelled] = {
    "dni": Labelled(
        rf"{letters('DNI', 'NIF')}|documento|identidad",
        form_of(rf"[0-9]{{1,2}}[. ]?[0-9]{{3}}[. ]?[0-9]{{3}}(?:,? |{SEPARATOR})[A-Z](?=\W|$)"),
        lambda value: is_valid("es.dni", plain(value).zfill(9)),
    ),
    "misprinted": Labelled(  # of any letter: nothing else is written so right behind the word, no other number between
        rf"(?:{letters('DNI', 'NIF')})[^0-9\n.]{{0,48}}\n",
        form_of(r"(?!12345678|87654321)[0-9]{8}-?[TRWAGMYFPDXBNJZSQVHLCKE](?=[\s,.;:)]|$)"),
        lambda value: True,
    ),
    "bracketed": Labelled(  # behind each person of a list
        rf"{letters('DNI')}|documento|c[eé]dulas?",
        form_of(r"(?<=\()[0-9]{1,2}(?P<sign>[. ])[0-9]{3}(?P=sign)[0-9]{3}(?=\))"),
        lambda value: True,
    ),
    "nass": Labelled(
        rf"{letters('NASS', 'NUSS', 'NSS', 'NAF')}|segur(?:idade?|etat) social|seg\. social|afiliaci[oó]n?|(?-i:S\.\s?S\.|SS)",
        form_of(rf"[0-9]{{2}}{SEPARATOR}[0-9]{{8}}{SEPARATOR}[0-9]{{2}}"),
        is_affiliation,
    ),
    "imss": Labelled(
        rf"{letters('NSS')}|(?-i:IMSS)|seguro social|afilia(?:ci[oó]n|d[oa])",
        form_of(
            rf"[0-9]{{2}}{SEPARATOR}[0-9]{{2}}{SEPARATOR}[0-9]{{2}}{SEPARATOR}[0-9]{{4}}{SEPARATOR}[0-9]"
        ),
        lambda value: is_valid("luhn", plain(value)),
    ),
    "cif": Labelled(
        rf"{letters('CIF', 'NIF')}|sociedad|mercantil|empresa|cooperativa|sdad\.?|fundaci[oó]n|factura(?:r|s)?|deudores|(?-i:S\.\s?[AL]\.(?:\s?U\.)?|SLU?)",
        form_of(
            rf"[A-HJNP-SUVW]{SEPARATOR}[0-9]{{2}}{SEPARATOR}(?:[0-9]{{5}}|[0-9]{{3}}[. ][0-9]{{2}}){SEPARATOR}[0-9A-J]"
        ),
        lambda value: is_valid("es.cif", plain(value)),
    ),
    "cuit": Labelled(
        letters("CUIT", "CUIL") + r"|domicilio electr[oó]nico",
        form_of(
            rf"(?:2[03467]|3[034]){SEPARATOR}[0-9]{{2}}\.?[0-9]{{3}}\.?[0-9]{{3}}{SEPARATOR}[0-9]"
        ),
        lambda value: is_valid("ar.cuit", plain(value)),
    ),
    "rut": Labelled(  # also the next of a list
        rf"\[RUT\]|{letters('RUT', 'RUN')}|(?-i:[Rr]ut)",
        form_of(r"[0-9]{1,2}(?P<part>[. ]?)[0-9]{3}(?P=part)[0-9]{3} ?-? ?[0-9K]"),
        lambda value: is_valid("cl.rut", plain(value)),
    ),
    "account": Labelled(
        rf"cuentas?|cta\.?|ingres[aeo]\w{{0,3}}|transferencia|compte|c/c|{letters('CCC')}",
        form_of(rf"[0-9]{{4}}{SEPARATOR}[0-9]{{4}}{SEPARATOR}[0-9]{{2}}{SEPARATOR}[0-9]{{10}}"),
        lambda value: is_valid("es.ccc", plain(value)),
    ),
    "clabe": Labelled(
        rf"{letters('CLABE')}|clabe|interbancaria|transferencia|dep[oó]sit[oae]\w{{0,3}}|cuentas?",
        form_of(rf"[0-9]{{3}}{SEPARATOR}[0-9]{{3}}{SEPARATOR}[0-9]{{11}}{SEPARATOR}[0-9]"),
        lambda value: is_weighed(value, "37137137137137137"),
    ),
    "cbu": Labelled(
        rf"{letters('CBU', 'CVU')}|c[bv]u|cuentas?|transferencia",
        form_of(rf"[0-9]{{8}}{SEPARATOR}[0-9]{{14}}"),
        lambda value: is_valid("ar.cbu", plain(value)),
    ),
    "ruc": Labelled(
        letters("RUC"),
        form_of(rf"(?:1[0567]|20){SEPARATOR}[0-9]{{8}}{SEPARATOR}[0-9]"),
        lambda value: is_valid("pe.ruc", plain(value)),
    ),
    "dominican": Labelled(
        r"c[eé]d(?:ula|\.)|identidad",
        form_of(rf"[0-9]{{3}}{SEPARATOR}[0-9]{{7}}{SEPARATOR}[0-9]"),
        lambda value: is_valid("do.cedula", plain(value)),
    ),
    "ecuadorian": Labelled(
        r"c[eé]d(?:ula|\.)|identidad|(?-i:C\.?\s?I\.?)",
        form_of(rf"[0-2][0-9]{SEPARATOR}[0-5][0-9]{{6}}{SEPARATOR}[0-9]"),
        lambda value: is_valid("ec.ci", plain(value)),
    ),
    "uruguayan": Labelled(
        r"c[eé]d(?:ula|\.)|identidad|(?-i:C\.?\s?I\.?)",
        form_of(r"[0-9]\.?[0-9]{3}\.?[0-9]{3}[/-][0-9]"),
        lambda value: is_weighed(value, "2987634"),
    ),
}
# What all of them are: eight digits and more.
_LONG = re.compile(rf"(?i)(?:[A-HJNP-SUVW]{SEPARATOR}|[0-9]{SEPARATOR})(?:[0-9]{SEPARATOR}){{7}}")
_FAR_WORDS: Mapping[str, re.Pattern[str]] = {
    kind: re.compile(rf"(?i)(?<!\w)(?:{entry.word})(?!\w)") for kind, entry in CHECKED.items()
}
_FAR_WORD = rf"(?i)(?:{'|'.join(entry.word for entry in CHECKED.values())})"
_GROUP = re.compile(r"[0-9] \Z")  # of a number that goes further back


def checked(text: str, start: int) -> tuple[int, int, str] | None:
    """(from, to, kind) of the number that begins at `start`, or none."""
    if not _LONG.match(text, start) or _GROUP.search(text[max(0, start - 2) : start]):
        return None
    if not may_lie(text, _FAR_WORD, start - _FAR, start + LONGEST + _BESIDE):
        return None
    before = text[max(0, start - _FAR) : start].rpartition("\n")[2]
    for kind, entry in CHECKED.items():
        value = entry.form.match(text, start)
        if not value or not entry.check or not entry.check(value.group()):
            continue
        if is_placeholder(value.group()):
            continue
        around = before + "\n" + text[value.end() : value.end() + _BESIDE]
        if _FAR_WORDS[kind].search(around):
            return start, value.end(), MASKED_AS.get(kind, kind)
    return None
