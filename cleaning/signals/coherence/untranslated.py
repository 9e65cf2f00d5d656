"""How much of what a text says is said in English: help that was translated by halves.

A passage may be of two languages, and a step left in English is too short for a model of languages. Sentences are told
by function words: English is one that has more of English than of Spanish and its neighbours. One with as many of both
(a label, a name, a command) is of no language.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from cleaning.signals.arrays import share
from cleaning.signals.text.size import sentence_starts
from cleaning.text.batch import Batch, Bools, Floats, Ints
from cleaning.text.listed import Listed

FEWEST = 3  # words of a sentence of which function words say something

# None that both have: any, can, do, has, me, no, on, or, use.
_ENGLISH = (
    "the of and to in is that for it with are be this by an from you your if will not when which at as have using "
    "into then than these those was were its their but all each other more between only where how what also must "
    "should may does select click choose enter"
)
_OTHERS = (
    "de la que el en y los del las un por con una su para es al lo como se más o pero sus le ya este esta estos "
    "estas si también puede pueden cuando desde entre sin sobre son ser todos cada otro otra donde seleccione haga "
    "pulse elija "  # Spanish
    "i els amb per una és les dels aquest aquesta què també pot quan seu seva us podeu feu cliqueu "  # Catalan
    "do da os as dos das unha ao á no na co para se non máis pode cando seu súa seleccione prema "  # Galician
    "um uma em não você são mais ou pelo pela também clique"  # Portuguese
)
_WORDS = Listed.of(f"{_ENGLISH} {_OTHERS}".split())


def english_share(batch: Batch, counted: Bools) -> Floats:
    """Words in English sentences of the `counted` lines of each text, of those of its sentences in a language."""
    # Numba, which whoever only names a signal spares.
    from cleaning.signals.coherence.sentences import of_sides

    known, place = _WORDS.places(batch.word_hashes)
    side = known * _sides()[place]
    english, decided = counts = np.zeros((2, len(batch)), np.int64)
    of_sides(
        side,
        batch.word_start,
        batch.word_first,
        sentence_starts(batch),
        batch.line_start,
        counted,
        FEWEST,
        counts,
    )
    return share(english, decided)


@cache
def _sides() -> Ints:
    """Of each word of the list 1 for English, -1 for the others, 0 for what is of both."""
    english, others = (Listed.of(words.split()).has(_WORDS.hashes) for words in (_ENGLISH, _OTHERS))
    return english.astype(np.int64) - others
