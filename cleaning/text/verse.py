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
# Verses that follow each other, of the words those in such runs, and JOINED of each.
RUN, MOSTLY, RUN_JOINED = 12, 0.5, 0.35
SIGNS = "{}[]<>=|\\/@#*:•·_"  # of entries, fields and code; a dash may speak, a colon close
# Spanish, Catalan, Galician and Portuguese.
_JOINS = """y e o u ni pero mas que de del a al en con sin por para como cuando donde mientras si no hasta desde entre
sobre bajo tras contra ante según porque aunque ya tan más quien cual cuyo me te se le lo les nos os mi mis tu tus su
sus yo tú él es soy eres fue hay i però amb per quan com fins sota qui em et hi sóc és meu meva teu teva mais sen sem
onde ao à aos co coa na nas do da dos das um miña minha túa tua eu ti é"""
JOINS = frozenset(_JOINS.split())


def poem(lines: Sequence[str], words: int) -> bool:
    """Whether the lines of a text of so many words make it a poem."""
    verses = [verse for line in lines if (verse := _verse(line))]
    return (
        len(verses) >= FEWEST
        and sum(map(len, verses)) >= POEM * words
        and _joined(verses) >= JOINED * len(verses)
    )


def mostly_verse(lines: Sequence[str]) -> bool:
    """Whether most of a text is runs of verses, among labels and notes that an edition puts above and below a poem.

    Of 5,923 documents of pages at hand 22 of an edition of medieval poems are so, and no other one that was taken
    for a listing, a shop, a service or a forum; slides have up to 0.3 of RUN_JOINED. A line that breaks off ends a
    run: it is a teaser's.
    """
    in_verse = words = 0
    run: list[list[str]] = []
    for line in (*lines, ""):
        verse = _verse(line)
        if verse and not line.endswith(("…", "...")):
            run.append(verse)
        elif run:
            if len(run) >= RUN and _joined(run) >= RUN_JOINED * len(run):
                in_verse += sum(map(len, run))
            run = []
        words += len(line.split())
    return words > 0 and in_verse >= MOSTLY * words


def _verse(line: str) -> list[str]:
    """The words of a line that may be a verse; of others none."""
    words = line.split() if not set(SIGNS) & set(line.rstrip().removesuffix(":")) else []
    least, most = WORDS
    begins = least <= len(words) <= most and not (words[0][0].isdigit() or words[0][0] == "-")
    return words if begins else []


def _joined(verses: Sequence[Sequence[str]]) -> int:
    return sum(verse[0].strip("¿¡«\"'(—").lower() in JOINS for verse in verses)
