"""What the months are called in the languages in which days of birth are read, as they stand in a date."""

from __future__ import annotations

from cleaning.privacy.persons.letters import folded

_SPANISH = (
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
)
_CATALAN = "gener febrer març abril maig juny juliol agost setembre octubre novembre desembre"
_GALICIAN = "xaneiro febreiro marzo abril maio xuño xullo agosto setembro outubro novembro decembro"
_BASQUE = (
    "urtarrilaren otsailaren martxoaren apirilaren maiatzaren ekainaren"
    " uztailaren abuztuaren irailaren urriaren azaroaren abenduaren"
)
_ARANESE = "gèr hereuèr març abriu mai junh junhsèga agost seteme octobre noveme deseme"
_ARAGONESE = (
    "chinero febrero marzo abril mayo chunyo chulio agosto septiembre octubre noviembre aviento"
)
# Of two languages that call a month the same, the first.
MONTHS: tuple[tuple[str, ...], ...] = tuple(
    tuple(names.split()) for names in (_SPANISH, _CATALAN, _GALICIAN, _BASQUE, _ARANESE, _ARAGONESE)
)
CATALAN = MONTHS[1]
_SHORTEST = 3  # letters of a month's name cut short


def month(written: str) -> tuple[int, tuple[str, ...]] | None:
    """Which month a word is, cut short or not, and what the months are called in its language."""
    plain = folded(written)
    for names in MONTHS:
        for number, name in enumerate(names, 1):
            if plain == folded(name):
                return number, names
    short = plain.replace("set", "sep", 1)[:_SHORTEST]
    for number, name in enumerate(MONTHS[0], 1):
        if len(short) == _SHORTEST and name.startswith(short):
            return number, MONTHS[0]
    return None
