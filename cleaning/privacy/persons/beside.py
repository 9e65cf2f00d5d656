"""Names in a line with a telephone, an e-mail or a postal address that is masked, or right above it: lists of trades, authors.

`Ramiro Zorita Pérez — fontanería — [PHONE]`. A given name must say that it is a person's, and signs that it is whole.
"""

# ruff: noqa: E501 (an alternative of a pattern is a line)

from __future__ import annotations

import re
from collections.abc import Iterator

from cleaning.privacy.patterns.late import late
from cleaning.privacy.persons.forms import NO_FIRM, UPPER, WHOLE
from cleaning.privacy.persons.given_names import WORDS_TOO, is_first, is_initial, plain

# What was masked before, and what the finders before this one found in the same pass.
_MASK = re.compile(r"\[(?:PHONE|EMAIL|ADDRESS)\]|\[{5,}")
_LINE = 240  # characters of a line on either side of a mask that are read
_NAME = late(
    r"(?:\A[ \t]*(?:[-*•·>#]+ |[0-9]{1,3}[.)] |\| ?)?|(?<= [–—|·-] )|(?<=\t)|(?<=PHONE\] )|(?<=EMAIL\] )|(?<=PHONE\], )|(?<=EMAIL\], ))\*{0,2}"
    rf"(?P<name>(?>{UPPER}|{WHOLE})){NO_FIRM}\*{{0,2}}"
    r"(?=,? [–—|·-] |: |, (?![Nn][º°.]|[Ss]/[Nn]|[0-9]|\[(?!PHONE|EMAIL))|\t| ?\(|\.?[ \t]*\Z| \[| (?i:tel|m[oó]vil|cel|e-?mail|correo)[^\W\d_]{0,6}\.?:? ?\[)"
)
_OWN_LINE = late(rf"[ \t#*]*(?P<name>(?>{UPPER}|{WHOLE}))[ \t*]*\Z")
_FIRM = re.compile(  # that somebody's name is in; and a heading
    r"(?i)\b(?:bar|caf[eé](?:ter[ií]a)?|hotel|hostal|pensi[oó]n|restaurante?|resto|pub|pizzer[ií]a|panader[ií]a|peluquer[ií]a|est[eé]tica|boutique|modas?|store|shop|tienda|studio|estudio"
    r"|marco (?:legal|te[oó]rico|normativo|jur[ií]dico|conceptual|general|institucional|hist[oó]rico)|centro|cl[ií]nica|abogad[oa]s|asesor(?:es|[ií]a)|asociados|hermanos|hnos|e hij[oa]s|taller|autos|foto(?:graf[ií]a)?|flores|jard[ií]n)\b"
)
_SHORT = 100  # characters of a line between an author's name and how to reach them
_BETWEEN = 2  # such lines


def beside_masks(text: str) -> Iterator[tuple[int, int]]:
    """Names of two words and more whose line, or one of the next, says how to reach the person."""
    done = 0
    for mask in _MASK.finditer(text):
        if mask.start() < done:
            continue
        start = text.rfind("\n", 0, mask.start()) + 1
        end = text.find("\n", mask.end())
        done = len(text) if end < 0 else end
        low = max(start, mask.start() - _LINE)
        line = text[low : min(done, mask.end() + _LINE)]
        for match in _NAME.finditer(line) if low == start else ():
            if _is_persons(match["name"]):
                yield low + match.start("name"), low + match.end("name")
        yield from _above(text, start)


def _above(text: str, start: int) -> Iterator[tuple[int, int]]:
    """The name in a line of its own above one, with short lines between."""
    for _ in range(_BETWEEN + 1):
        end = max(0, start - 1)
        start = text.rfind("\n", 0, end) + 1
        if not 0 < end - start <= _SHORT or _MASK.search(text, start, end):
            return
        if (match := _OWN_LINE.match(text, start, end)) and _is_persons(match["name"]):
            yield match.span("name")
            return


def _is_persons(name: str) -> bool:
    first, second, *_ = name.split()
    if not is_first(first) or is_initial(first) or _FIRM.search(name):
        return False
    return plain(first) not in WORDS_TOO or is_first(second)
