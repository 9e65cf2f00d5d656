"""The loops over words that are sought, and over runs of words that occur more than once, compiled by numba."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cleaning.text.batch import Bools, Hashes, Ints
from cleaning.text.words import mix
from pipeline.compiled import bare, compiled
from pipeline.plain_loops import total

Places = NDArray[np.int32]  # of words and of groups of runs


@bare
def sought(
    hashes: Hashes, ordered: Hashes, begins: Ints, shift: np.uint64, known: Bools, place: Ints
) -> None:
    """Fills `known`, which hashes are among ordered ones, and their `place` there, else 0; `begins` says where
    those are that have the same bits above `shift`.
    """
    for i in range(len(hashes)):
        at = begins[hashes[i] >> shift]
        while at < len(ordered) and ordered[at] < hashes[i]:
            at += 1
        known[i] = at < len(ordered) and ordered[at] == hashes[i]
        place[i] = at if known[i] else 0


@compiled
def numbered(keys: Hashes, many: int, group: Places, copies: Places) -> int:
    """Numbers the first `many` keys, equal ones with the same number in the order of their first, and fills how many
    `copies` there are of each; gives how many numbers there are.
    """
    bits = np.uint64(1)
    while (np.int64(1) << np.int64(bits)) < 2 * many:
        bits += np.uint64(1)
    mask = (np.uint64(1) << bits) - np.uint64(1)
    slots = np.full(int(mask) + 1, -1, np.int32)  # of a hash table: the first of a group
    groups = 0
    for i in range(many):
        slot = keys[i] & mask
        while slots[slot] >= 0 and keys[slots[slot]] != keys[i]:
            slot = (slot + np.uint64(1)) & mask
        if slots[slot] < 0:
            slots[slot] = i
            group[i] = groups
            copies[groups] = 0
            groups += 1
        else:
            group[i] = group[slots[slot]]
        copies[group[i]] += 1
    return groups


@compiled
def lengthened(
    at: Places,
    keys: Hashes,
    many: int,
    words: Hashes,
    document: Ints,
    size: int,
    repeated: Bools,
    group: Places,
    copies: Places,
) -> int:
    """Makes of runs of `size` - 1 words those of `size` words that may occur twice in a text; how many are left.

    The first `many` of `at` are where the runs begin, in order, those of `keys` what tells them from others; `repeated`
    [words + 1] says whether a run that begins at a word occurs twice. Of what is left `group` says which runs are
    equal, numbered in the order of their first copy, and `copies` how often those of a group occur.
    """
    left = 0
    for i in range(many):
        place = at[i]
        last = place + size - 1
        fits = repeated[place] and repeated[place + 1] and last < len(words)
        if fits and document[last] == document[place]:
            keys[left] = mix(keys[i] * np.uint64(3) + words[last])
            at[left] = place
            left += 1
    numbered(keys, left, group, copies)
    repeated[:] = False
    for i in range(left):
        repeated[at[i]] = copies[group[i]] > 1
    return left


@compiled
def most_copied(
    at: Places,
    group: Places,
    copies: Places,
    lengths: Ints,
    document: Ints,
    size: int,
    texts: int,
) -> NDArray[np.int64]:
    """Copies and code points [2, texts] of the most frequent run of `size` words of each text, of equally frequent ones
    the longest; 0 where all are single. `lengths` are those of words.
    """
    out = np.zeros((2, texts), np.int64)
    known = 0  # groups that were met
    for i in range(len(at)):
        if group[i] < known:
            continue
        known += 1
        times = copies[group[i]]
        if times > 1:
            length = total(lengths[at[i] : at[i] + size])
            text = document[at[i]]
            if times > out[0, text] or (times == out[0, text] and length > out[1, text]):
                out[0, text], out[1, text] = times, length
    return out


@compiled
def covered(at: Places, group: Places, size: int, words: int) -> Bools:
    """Which of so many words stand in later copies of runs."""
    out = np.zeros(words, np.bool_)
    known = 0
    for i in range(len(at)):
        if group[i] < known:
            out[at[i] : at[i] + size] = True
        else:
            known += 1
    return out


@compiled
def scanned(
    at: Places, group: Places, lengths: Ints, document: Ints, size: int, texts: int
) -> Ints:
    """Code points of each text in later copies of runs, where a copy that was counted is jumped over."""
    out = np.zeros(texts, np.int64)
    met = np.zeros(len(at), np.bool_)
    free = 0
    for i in range(len(at)):
        if at[i] < free:
            continue
        if met[group[i]]:
            out[document[at[i]]] += total(lengths[at[i] : at[i] + size])
            free = at[i] + size
        else:
            met[group[i]] = True
    return out
