"""How far a name goes that was found by its beginning: without titles, with the surnames behind, and who else is named."""

# ruff: noqa: E501 (an alternative of a pattern is a line)

from __future__ import annotations

import re
from collections.abc import Iterator

from cleaning.privacy.given import is_given
from cleaning.privacy.patterns.late import late
from cleaning.privacy.persons.forms import LINK, MARY, NAME, NO_FIRM, STOP, WHOLE, WORD
from cleaning.privacy.persons.given_names import SURNAMES_TOO, is_first, is_initial, plain

# What stands before a name and is none itself.
_TITLE = late(
    r"(?i:doctora?|profesora?|ingenier[oa]|licenciad[oa]|arquitect[oa]|coronel|capit[aá]n|(?:contra|vice)?almirante|comandante|alf[eé]rez|teniente|sargento|general|arzobispo|obispo|cardenal)(?: +|\Z)"
)
# Family names in capitals behind a given one: `D. Jorge JAUREGUI`.
_CAPITALS = late(
    r"(?: (?!(?:CURP|CUI[TL]|NASS|NUSS|CIPA|IBAN)\b)(?:(?:DE LA|DE LOS|DEL?|Y) )?[A-ZÁÉÍÓÚÑÜÀÈÒÇ]{4,}(?!\w)){1,3}"
)
# Given names behind the family names of a field: `Gil Soto, Ana`.
_GIVEN = late(
    rf",[ ]?(?P<given>{MARY}{WORD})(?:[ ](?:(?:{LINK}|DEL?|DE LOS|DE LAS) )?{WORD}){{0,2}}(?![ ]?[\w-])"
)
# The rest of a name behind the end of a line that was wrapped.
_WRAPPED = late(
    rf"\n{STOP}(?P<rest>(?:{LINK} )?{NAME}(?: {NAME})?)(?P<closed>(?=[,;.)]))?(?![\w:])"
)
_LINE = 40  # characters of a line that was wrapped
_SHORT = 2  # words of a name that may lack its last one
_AND = re.compile(r" [yieYIE] (?=([^\W\d_]+))")
_OTHER = late(WHOLE)
_NEXT = late(rf",? (?:(?:y|e|i) )?(?P<name>{WHOLE}){NO_FIRM}")


def whole_name(text: str, start: int, end: int, in_field: bool) -> tuple[int, int]:
    """A name without a title before it, with given names behind family names, and family names in capitals."""
    if title := _TITLE.match(text, start, end):
        # `Obispo de Jaén`; `Coronel D. Luis Gil` is found by its `D.`.
        behind = text[title.end() : end]
        start = end if behind[:1].islower() or behind.startswith("D.") else title.end()
    if in_field and start < end and not is_given(text[start:end].split()[0]):
        given = _GIVEN.match(text, end)
        if given and (is_given(given["given"]) or "ª" in given["given"]):
            end = given.end()
    if (text[end - 1 : end].islower() or text[end - 1 : end] == ".") and (
        capitals := _CAPITALS.match(text, end)
    ):
        end = capitals.end()
    return start, _wrapped(text, start, end)


def _wrapped(text: str, start: int, end: int) -> int:
    """Where a name ends whose line does: in the next one, if both are long and the name isn't whole without it."""
    words = text[start:end].split()
    if (
        not text.startswith("\n", end)
        or len(words) > _SHORT
        or not (rest := _WRAPPED.match(text, end))
    ):
        return end
    below = text.find("\n", end + 1) % (len(text) + 1)
    is_long = end - text.rfind("\n", 0, start) > _LINE and below - end > _LINE
    is_open = all(map(is_first, words))
    return rest.end("rest") if is_long and (is_open or rest["closed"] is not None) else end


def each(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The persons of what looks like a name, of whom each given name behind an `y` begins another."""
    for link in _AND.finditer(text, start, end):
        name = link[1]
        if is_first(name) and not is_initial(name) and plain(name) not in SURNAMES_TOO:
            yield start, link.start()
            start = link.end()
            # A pattern takes a name of five words at most, whoever they belong to.
            end = max(end, whole.end() if (whole := _OTHER.match(text, start)) else 0)
    yield start, end


def listed(text: str, end: int) -> Iterator[tuple[int, int]]:
    """Who is named behind a name whose title is said of several: `los señores Hugo Vega, Luis Gil y Eva Mas`."""
    while (match := _NEXT.match(text, end)) and is_first(match["name"].split()[0]):
        yield from each(text, *match.span("name"))
        end = match.end()
