"""How much of what a text says is said in English: help that was translated by halves.

A passage may be of two languages, and a step left in English is too short for a model of languages. Sentences are told
by function words: English is one that has more of English than of Spanish and its neighbours. One with as many of both
(a label, a name, a command) is of no language.
"""

from __future__ import annotations

import numpy as np

from cleaning.signals.arrays import places, share
from cleaning.signals.text.size import sentence_starts
from cleaning.text.batch import Batch, Bools, Floats, by_text, word_hash

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
# Of each word by its hash, in order: 1 for English, -1 for the others, 0 for what is of both.
_SIDES = {word_hash(word): 1 for word in _ENGLISH.split()}
for _word in set(_OTHERS.split()):
    _SIDES[word_hash(_word)] = _SIDES.get(word_hash(_word), 0) - 1
_HASHES = np.array(sorted(_SIDES), np.uint64)
_SIDE = np.array([_SIDES[value] for value in _HASHES.tolist()])


def english_share(batch: Batch, counted: Bools) -> Floats:
    """Words in English sentences of the `counted` lines of each text, of those of its sentences in a language."""
    if not len(batch.word_start):
        return np.zeros(len(batch))
    known, place = places(batch.word_hashes, _HASHES)
    side = known * _SIDE[place]
    word = np.searchsorted(batch.word_start, sentence_starts(batch))
    first = word[(np.diff(word, prepend=-1) > 0) & (word < len(side))]  # that begin a sentence
    starts = np.append(first, len(side))
    words, english = np.diff(starts), by_text(side, starts)
    line = np.searchsorted(batch.line_start, batch.word_start[first], side="right") - 1
    counted_words = words * ((words >= FEWEST) & counted[line])
    document = batch.word_document[first]
    english_words = np.bincount(document, counted_words * (english > 0), len(batch))
    decided_words = np.bincount(document, counted_words * (english != 0), len(batch))
    return share(english_words, decided_words)
