"""The loops over the words of sentences, compiled by numba: which come back in another one, and of which language."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cleaning.signals.compiled import equal
from cleaning.text.batch import Bools, Hashes, Ints
from cleaning.text.kinds import Codes
from cleaning.text.spans import hash_of, mix
from pipeline.compiled import bare

Places = NDArray[np.int32]


@bare
def come_back(
    codes: Codes,
    start: Ints,
    end: Ints,
    first: Ints,
    sentences: Ints,
    stem: int,
    window: int,
    stems: Hashes,
    room: Places,
    counts: Ints,
) -> None:
    """Fills `counts` [2, texts] with how many words of `stem` code points and more each text has, each once a sentence,
    and how many of these stand in another sentence too; words are the same where their first `stem` code points are.
    The first `window` words of a text are looked at. `sentences` says where these begin; `stems` and `room` [5, a power
    of two, twice as many at least] are to work in.
    """
    of_word, slots, group, copies, last = room[0], room[1], room[2], room[3], room[4]
    sentence = 0
    for text in range(len(first) - 1):
        many = 0
        for word in range(first[text], min(first[text + 1], first[text] + window)):
            if end[word] - start[word] >= stem:
                while sentence < len(sentences) and sentences[sentence] <= start[word]:
                    sentence += 1
                stems[many] = mix(hash_of(codes, start[word], start[word] + stem))
                of_word[many] = sentence
                many += 1
        groups = equal(stems[:many], slots, group, copies)
        copies[:groups] = 0
        last[:groups] = -1
        for i in range(many):
            if last[group[i]] != of_word[i]:
                last[group[i]] = of_word[i]
                copies[group[i]] += 1
        for i in range(groups):
            counts[0, text] += copies[i]
            counts[1, text] += copies[i] if copies[i] > 1 else 0


@bare
def of_sides(
    sides: Ints,
    start: Ints,
    first: Ints,
    sentences: Ints,
    lines: Ints,
    counted: Bools,
    fewest: int,
    counts: Ints,
) -> None:
    """Fills `counts` [2, texts] with how many words of each text are in sentences of which the `sides` add up to more
    than 0, and to another number than 0, if they have the `fewest` words and their line is `counted`. `sentences` and
    `lines` say where these begin.
    """
    word = text = line = 0
    for i in range(len(sentences)):
        begin, side = word, 0
        while word < len(start) and (i + 1 == len(sentences) or start[word] < sentences[i + 1]):
            side += sides[word]
            word += 1
        if word - begin < fewest or side == 0:
            continue
        while first[text + 1] <= begin:
            text += 1
        while line + 1 < len(lines) and lines[line + 1] <= start[begin]:
            line += 1
        if counted[line]:
            counts[1, text] += word - begin
            counts[0, text] += word - begin if side > 0 else 0
