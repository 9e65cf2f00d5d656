"""Which passages of texts are in a language that our own model doesn't know: Latin, German or Greek beside Catalan.

Our model must choose among its labels, and is unsure of such passages but for a third of German, which it takes for
English. The broad model knows 176 languages, and errs on short texts that are names or numbers. So it is asked about
the passages of which ours is unsure, where these are a part of their text, and of the others only in a text where they
are in such a language. Of a text that is in one itself all are asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from cleaning.language.codes import UNKNOWN
from cleaning.language.passages import SEVERAL, Passages, needed, of_neighbours
from cleaning.models.linear import Scores
from cleaning.text.batch import Bools, Floats, Ints

PART = 0.05  # of the words of a text, below which it only quotes
AGAINST = 0.8  # how sure the broad model must be where ours is sure of one of its labels
FIRST = 4  # unsure passages of a text, of which one at least must be in such a language before the others are asked
MANY = 4096  # passages that are asked at a time


class Heard(NamedTuple):
    """What the broad model says of some passages: how probable the languages are that ours doesn't know, how probable
    those that it knows, and which of the former is likeliest.
    """

    foreign: Floats
    known: Floats
    likeliest: Sequence[str]


class Elsewhere(NamedTuple):
    """How probable it is that each asked passage is in a language that our model doesn't know, 0 of most, and by text
    which language this is.
    """

    chance: Floats
    names: dict[int, str]


def elsewhere(
    texts: Sequence[str],
    pieces: Passages,
    size: Ints,
    chances: Scores,
    labels: Sequence[str],
    foreign: Bools,
    broad: Callable[[Sequence[str]], Heard],
) -> Elsewhere:
    """Those of the asked passages of some texts, of `size` words, by the `chances` [passages, labels] of our model.
    `foreign` are the texts that are in such a language themselves.
    """
    asked, many = pieces.asked, len(texts)
    document = pieces.document[asked]
    several = np.bincount(document, minlength=many) > 1
    part = np.maximum(SEVERAL, PART * np.bincount(document, size, many))
    chance, likelier = np.zeros(len(asked)), np.zeros(len(asked), bool)
    votes = Counter[tuple[int, str]]()

    def ask(rows: Ints, least: float) -> Ints:
        """Asks of some passages, and gives those that are likelier in such a language than in another."""
        for at in range(0, len(rows), MANY):
            here = rows[at : at + MANY]
            heard = broad([_passage(texts, pieces, place) for place in asked[here].tolist()])
            chance[here] = np.where(heard.foreign >= least, heard.foreign, 0)
            likelier[here] = chance[here] > heard.known
            for number in np.flatnonzero(likelier[here]).tolist():
                row = here[number]
                votes[int(document[row]), heard.likeliest[number]] += int(size[row])
        return rows[likelier[rows]]

    unsure = _unsure(chances, size, labels)
    doubtful = several & (np.bincount(document, size * unsure, many) >= part) & ~foreign
    asking = doubtful[document] & unsure
    first = _spread(np.flatnonzero(asking), document)
    some = np.bincount(document[ask(first, 0)], minlength=many) > 0
    asking[first] = False
    asking = (asking & some[document]) | (several & foreign)[document]
    ask(np.flatnonzero(asking), 0)
    there = np.bincount(document, size * likelier, many) >= part
    ask(np.flatnonzero((there & ~foreign)[document] & ~unsure), AGAINST)
    chance *= (there | foreign)[document]
    return Elsewhere(chance, dict(name for name, _ in reversed(votes.most_common())))


def _spread(rows: Ints, document: Ints) -> Ints:
    """Of the passages of each text FIRST from all over it."""
    of = document[rows]
    begin, many = np.searchsorted(of, of, "left"), np.searchsorted(of, of, "right")
    place, many = np.arange(len(rows)) - begin, many - begin
    chosen: Ints = rows[(place * FIRST) // many != ((place - 1) * FIRST) // many]
    return chosen


def _unsure(chances: Scores, size: Ints, labels: Sequence[str]) -> Bools:
    """Of which passages our model neither says that they are in a language, or in a neighbour of Spanish, nor that they
    are likely in none.
    """
    sure = np.maximum(chances.max(axis=1, initial=0), chances[:, of_neighbours(labels)].sum(axis=1))
    unsure: Bools = sure < needed(size)
    if UNKNOWN in labels:
        unsure &= chances[:, labels.index(UNKNOWN)] < 0.5
    return unsure


def _passage(texts: Sequence[str], pieces: Passages, place: int) -> str:
    text, following = pieces.document[place], place + 1
    last = following == len(pieces.document) or pieces.document[following] != text
    return texts[text][pieces.begin[place] : None if last else pieces.begin[following]]
