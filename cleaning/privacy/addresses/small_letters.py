"""Streets in small letters, as chats have them: where somebody lives, or told by what stands behind their number."""

# ruff: noqa: E501 (an alternative of a pattern is a line)

from __future__ import annotations

from collections.abc import Iterator

from cleaning.privacy.patterns.gates import folded, view
from cleaning.privacy.patterns.late import late

_WORDS = r"(?:(?:de|del|la|las|los|el)\s){0,2}[a-zñáéíóúü]{3,16}(?:\s(?:(?:de|del|la|los)\s){0,2}[a-zñáéíóúü]{3,16}){0,2}"
_NUMBER = r",?\s(?:n[º°o.]{0,2}\s?|numero\s|n[uú]m\.?\s)?[0-9]{1,4}(?![\w%€.,:/-][0-9]|[\w%€])"
_WAY = r"(?i:calle|c/|avenida|avda?\.?|av\.|paseo|plaza|pza\.?|pje\.?|pasaje|jir[oó]n|jr\.?|camino|ronda|traves[ií]a|carrer|r[uú]a)"
LIVED_IN = late(
    rf"{_WAY}\s{_WORDS}{_NUMBER}(?!\s(?:años|metros|minutos|personas|euros)\b|\sde\s(?![A-Z]))(?:,?\s(?:[0-9]{{1,2}}\s?(?:[º°ª]\s?)?(?:izquierda|derecha|izda?|dcha|[a-h]\b)|piso\s[0-9]{{1,2}}(?:\s?[a-h]\b)?|(?:int|apto|depto|dpto)\.?\s[0-9]{{1,3}}|bajo|ático))?"
    r"|(?:cll|cl|calle|cra|cr|kr|carrera|transversal|diagonal)\.?\s[0-9]{1,3}\s?[a-z]?\s(?:n\.?[º°o]?\.?|#|num\.?)\s?[0-9]{1,3}\s?[a-z]?\s?-\s?[0-9]{1,3}(?:\s(?:int|apto|ap|casa|torre)\.?\s[0-9]{1,4})?(?:,?\s(?:bogota|medellin|cali|barranquilla|cartagena|bucaramanga|pereira|manizales|soacha|envigado)\b)?"
)
# A floor, a door or a town in brackets behind the number.
_ANY = r"\b(?i:calle|c/|avenida|avda?|av\.|paseo|plaza|pza|pje|pasaje|jir[oó]n|jr|camino|ronda|traves[ií]a|carrer|r[uú]a)[. ][a-zñáéíóúü ]{3,50}[, ][^\n]{0,6}[0-9]{1,4},? (?:[0-9]{1,2} ?[º°ª]|\(|p(?:iso|ortal|uerta|ta)|bajo|esc)"
_TOLD = late(
    rf"(?<![\w/.]){_WAY}\s{_WORDS}{_NUMBER}(?:,?\s[0-9]{{1,2}}\s?[º°ª](?:\s?-?\s?(?:izquierda|derecha|izda?|dcha|[a-hA-H]))?(?![\w/])|,?\s(?:piso|portal|puerta|pta\.?|bajo|escalera|esc\.)\s?[0-9a-hA-H]{{1,3}}[º°ª]?(?!\w)|\s\([A-ZÁÉÍÓÚÑ][^\W\d_]+(?:\s[A-ZÁÉÍÓÚÑ][^\W\d_]+)?\))"
)
# Where somebody goes to live or is met, which a name and a number alone do not say: `me mudo a Madrid 3 meses`.
_GOES = late(
    r"(?i)\b(?:quedamos|quedar|nos vemos|me mudo|nos mudamos|me he mudado|me mud[eé]) (?:en|a) (?:la |el )?"
)
_ANY_GOES = r"(?i)\b(?:queda(?:mos|r)|vemos|muda?(?:mos|do|o|e)?|mudé) (?:en|a) "
_LONGEST = 90


def in_small_letters(text: str) -> Iterator[tuple[int, int]]:
    """Streets in small letters told by a floor, a door or a town in brackets behind their number, or by who moves there."""
    for way in folded(_ANY).finditer(view(text)):
        if match := _TOLD.search(text, way.start(), way.start() + _LONGEST):
            yield match.span()
    if folded(_ANY_GOES).search(view(text)):
        for goes in _GOES.finditer(text):
            if match := LIVED_IN.match(text, goes.end()):
                yield match.span()
