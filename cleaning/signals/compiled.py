"""The loops over words and runs of words that occur more than once, and over code points, compiled by numba."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaning.text.batch import Bools, Hashes, Ints
from cleaning.text.kinds import LETTER
from cleaning.text.spans import mix
from pipeline.compiled import bare, inner
from pipeline.plain_loops import total

Places = NDArray[np.int32]  # of words and of groups of runs
Bits = NDArray[np.uint8]

_ASCII, _REPLACED = 0x7F, 0xFFFD
_LATIN, _LATIN_MORE = 0x250, (0x1E00, 0x1F00)  # where letters of the Latin script end, and more are


@bare
def equal(keys: Hashes, slots: Places, group: Places, copies: Places) -> int:
    """Numbers keys, equal ones with the same number in the order of their first, and fills how many `copies` there are
    of each; gives how many numbers there are. `slots` are a hash table of a power of two, of twice as many at least.
    """
    size = 2
    while size < 2 * len(keys):
        size *= 2
    slots[:size] = -1  # no more of the table than they need: so it stays near
    mask = np.uint64(size - 1)
    groups = 0
    for i in range(len(keys)):
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


@bare
def numbered(
    words: Hashes,
    first: Ints,
    slots: Places,
    number: Places,
    copies: Places,
    place: Places,
    ends: Ints,
) -> None:
    """Numbers the words of texts, equal ones of a text with the same number in the order of their first, whose `place`
    it fills, and how many `copies` there are; the numbers of text i are those before `ends[i + 1]`.
    """
    numbers = 0
    for text in range(len(first) - 1):
        begin, end, known = first[text], first[text + 1], numbers
        numbers += equal(words[begin:end], slots, number[begin:end], copies[known:])
        base = known
        for word in range(begin, end):
            number[word] += base
            place[known] = word
            known += number[word] == known
        ends[text + 1] = numbers


@bare
def ranked(counts: Places, first: Ints, many: Places, ordered: Places) -> None:
    """Fills `ordered` with counts, those of each text from the least to the largest; `many`, how many there are of each
    count, is to work in, and stays empty.
    """
    for text in range(len(first) - 1):
        most = 0
        for i in range(first[text], first[text + 1]):
            many[counts[i]] += 1
            most = max(most, counts[i])
        at = first[text]
        for count in range(most + 1):
            while many[count]:
                ordered[at] = count
                at, many[count] = at + 1, many[count] - 1


@bare
def runs(
    words: Hashes,
    lengths: Ints,
    first: Ints,
    bound: Bits,
    top: int,
    jumping: bool,
    level: Bits,
    inside: Bits,
    at: Places,
    keys: Hashes,
    slots: Places,
    group: Places,
    copies: Places,
    most: Ints,
    later: Ints,
) -> None:
    """Fills what texts have of runs of two words and more that occur more than once; `lengths` are those of words.

    Such a run that begins at a word has `bound` words at most; how many it has becomes its `level`. Of runs of up to
    `top` words `most` [sizes, 2, texts] is what `_most_copied` says, of longer ones `later` [sizes, texts] the code
    points in later copies, as `_covered` counts them or, where it is `jumping`, `_scanned`. `at`, `keys`, `slots`,
    `group` and `copies` are to work in: as long as the longest text, `slots` as `equal` says.
    """
    for text in range(len(first) - 1):
        end, many = first[text + 1], 0
        for word in range(first[text], end):
            level[word] = min(bound[word], 1)
            at[many], keys[many] = word, words[word]
            many += bound[word] > 1
        for size in range(2, top + 1 + len(later)):
            many = _lengthened(at[:many], keys, words, bound, level, size, end)
            equal(keys[:many], slots, group, copies)
            for i in range(many):
                level[at[i]] = size if copies[group[i]] > 1 else size - 1
            longer = size - top - 1
            if size <= top:
                _most_copied(at[:many], group, copies, lengths, size, most[size - 2, :, text])
            elif jumping:
                later[longer, text] = _scanned(at[:many], group, copies, lengths, size)
            else:
                bit = np.uint8(1 << longer)
                later[longer, text] = _covered(at[:many], group, lengths, size, bit, inside)


@inner
def _lengthened(
    at: Places, keys: Hashes, words: Hashes, bound: Bits, level: Bits, size: int, end: int
) -> int:
    """Makes of runs of `size` - 1 words, which begin `at` places in order and are told by `keys`, those of `size` words
    that may occur twice in a text that has its `end` there; how many are left.
    """
    left = 0
    behind, stop, before = np.uint64(size - 1), np.uint64(end), np.uint8(size - 1)
    for i in range(len(at)):
        place = np.uint64(at[i])
        last = place + behind
        if last >= stop:
            break
        fits = (
            (bound[place] >= size)
            & (level[place] == before)
            & (level[place + np.uint64(1)] == before)
        )
        # Written in any case: the processor would have to guess where it fits.
        keys[left] = mix(keys[i] * np.uint64(3) + words[last])
        at[left] = place
        left += fits
    return left


@inner
def _most_copied(
    at: Places, group: Places, copies: Places, lengths: Ints, size: int, most: Ints
) -> None:
    """Makes `most` the copies and code points of the most frequent run of `size` words, of equally frequent ones those
    of the longest; nothing where all are single.
    """
    known: Any = 0  # groups that were met
    for i in range(len(at)):
        first = np.int64(group[i] == known)
        known += first
        times = copies[group[i]] * first
        if times >= max(most[0], 2):
            length = total(lengths[at[i] : at[i] + size])
            if times > most[0] or length > most[1]:
                most[0], most[1] = times, length


@inner
def _covered(
    at: Places, group: Places, lengths: Ints, size: int, bit: np.uint8, inside: Bits
) -> int:
    """Code points of the words in later copies of runs; sets that bit of `inside` of each of these words."""
    known = free = points = 0
    for i in range(len(at)):
        if group[i] == known:
            known += 1
            continue
        for word in range(max(at[i], free), at[i] + size):
            inside[word] |= bit
            points += lengths[word]
        free = at[i] + size
    return points


@inner
def _scanned(at: Places, group: Places, copies: Places, lengths: Ints, size: int) -> int:
    """Code points in later copies of runs, where a copy that was counted is jumped over; `copies` are lost."""
    free = points = 0
    for i in range(len(at)):
        if at[i] < free:
            continue
        if copies[group[i]] == 0:  # it was met
            points += total(lengths[at[i] : at[i] + size])
            free = at[i] + size
        copies[group[i]] = 0
    return points


@bare
def counted(
    codes: Any, classes: Bits, start: Ints, end: Ints, spanish: Bools, seen: Ints, counts: Ints
) -> None:
    """Fills `counts` [texts, 12] with what `Kinds` says; `spanish` are the letters of Spanish among the code points of
    Latin-1, and `seen` [4, 256] is to work in.
    """
    for text in range(len(start)):
        seen[:] = 0
        of_text, codes_of_text = classes[start[text] : end[text]], codes[start[text] : end[text]]
        for i in range(len(of_text)):
            kind, code = of_text[i], codes_of_text[i]
            seen[i & 3, kind] += 1  # four in turn, as one would wait for the last sum
            if code > _ASCII:
                if kind & LETTER:
                    latin = code < _LATIN or (code >= _LATIN_MORE[0] and code < _LATIN_MORE[1])
                    counts[text, 9] += not latin
                    counts[text, 10] += code >= len(spanish) or not spanish[code]
                counts[text, 11] += code == _REPLACED
        for kind in range(256):
            many = seen[0, kind] + seen[1, kind] + seen[2, kind] + seen[3, kind]
            if many:
                for bit in range(8):
                    counts[text, bit] += many * (kind >> bit & 1)
                counts[text, 8] += many * (kind == 0)
