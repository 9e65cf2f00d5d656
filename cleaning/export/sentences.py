"""Splits Spanish text into sentences, for the form that has one a line: by signs, in linear time."""

from __future__ import annotations

import re

# A mark that ends a sentence, with what closes behind it, and white space before what can open one.
_END = re.compile(r"(?<=[.?!…])[\"'»”’)\]]*\s+(?=[¿¡«\"“‘'(\[—–-]*\s?[A-ZÁÉÍÓÚÑÜÇÀÈÒ0-9¿¡])")
_LAST_WORD = re.compile(r"([^\W\d_]+(?:\.[^\W\d_]+)*|[^\W_])\.\Z")
_SHORT = """sr sra srta srs sres d da dña dn dr dra drs lic ing arq prof profa ud uds vd vds mr mrs ms st sto sta fr
art arts cap caps núm num nº pág págs pag pags vol vols ed eds fig figs ej p.ej v.gr cf cfr vid ibíd ibid op.cit
av avda c cía cia dpto depto tel ext apdo aprox máx mín ee.uu a.c d.c s.a s.l r.d d.leg disp inc párr parr exp exc
ene feb mar abr jun jul ago sep sept oct nov dic gral tte cnel cdte mons excmo excma ilmo ilma rvdo rev pp ss sig"""
_ABBREVIATIONS = frozenset(_SHORT.split())


def sentences(text: str) -> list[str]:
    """The sentences of a text, white space collapsed; a line of the text ends one."""
    return [" ".join(text[start:end].split()) for start, end in places(text)]


def places(text: str) -> list[tuple[int, int]]:
    """Where they stand: start and end, the white space around among it."""
    found: list[tuple[int, int]] = []
    start = 0
    for line in text.splitlines(keepends=True):
        first, end = start, start + len(line)
        for match in _END.finditer(line):
            stop = first + match.start()
            if not _abbreviated(text[max(start, stop - 16) : stop]):
                found.append((start, first + match.end()))
                start = first + match.end()
        found.append((start, end))
        start = end
    return [(start, end) for start, end in found if text[start:end].strip()]


def _abbreviated(before: str) -> bool:
    """Whether the full stop at the end belongs to an abbreviation or an initial."""
    match = _LAST_WORD.search(before)
    if match is None:
        return False
    word = match[1]
    return word.lower() in _ABBREVIATIONS or (len(word) == 1 and word.isupper())
