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
    pieces: list[str] = []
    for line in text.splitlines():
        start = 0
        for match in _END.finditer(line):
            if not _abbreviated(line[max(start, match.start() - 16) : match.start()]):
                pieces.append(line[start : match.end()])
                start = match.end()
        pieces.append(line[start:])
    return [sentence for piece in pieces if (sentence := " ".join(piece.split()))]


def _abbreviated(before: str) -> bool:
    """Whether the full stop at the end belongs to an abbreviation or an initial."""
    match = _LAST_WORD.search(before)
    if match is None:
        return False
    word = match[1]
    return word.lower() in _ABBREVIATIONS or (len(word) == 1 and word.isupper())
