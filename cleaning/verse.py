"""What verse is, where no sign closes its lines.

Free verse ends its lines in nothing and begins them with capitals, as titles do and the entries of a menu. But its
lines go on from one to the next: many begin with a word that joins, or that speaks of somebody, with which hardly a
title begins; and a poem is nothing but such lines. Constants are from 92 poems of one author and from what is no
text of 2,400 documents (tests/benchmarks/LOG.md).
"""

from __future__ import annotations

from collections.abc import Sequence

WORDS = (2, 14)  # of a verse; fourteen syllables have hardly more
FEWEST = 8  # verses that make a poem: two stanzas
POEM = 0.9  # of the words of a poem those in verses; pages in short lines that thank for an order have up to 0.88
JOINED = 0.28  # of the verses those that begin so: free verse has 0.25 to 0.9, menus up to 0.27
SIGNS = "{}[]<>=|\\/@#*:•·_"  # of entries, fields and code; a dash may speak
# Spanish, Catalan, Galician and Portuguese.
_JOINS = """y e o u ni pero mas que de del a al en con sin por para como cuando donde mientras si no hasta desde entre
sobre bajo tras contra ante según porque aunque ya tan más quien cual cuyo me te se le lo les nos os mi mis tu tus su
sus yo tú él es soy eres fue hay i però amb per quan com fins sota qui em et hi sóc és meu meva teu teva mais sen sem
onde ao à aos co coa na nas do da dos das um miña minha túa tua eu ti é"""
JOINS = frozenset(_JOINS.split())


def poem(lines: Sequence[str], words: int) -> bool:
    """Whether the lines of a text of so many words make it a poem."""
    verses = [line.split() for line in lines if not set(SIGNS) & set(line)]
    least, most = WORDS
    verses = [
        verse
        for verse in verses
        if least <= len(verse) <= most and not (verse[0][0].isdigit() or verse[0][0] == "-")
    ]
    joined = sum(verse[0].strip("¿¡«\"'(—").lower() in JOINS for verse in verses)
    return (
        len(verses) >= FEWEST
        and sum(map(len, verses)) >= POEM * words
        and joined >= JOINED * len(verses)
    )
