"""The loops over blocks, their characters and their containers by which blocks are measured, compiled by numba."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaning.text.batch import Bools, Hashes, Ints
from cleaning.text.kinds import LETTER, NUMBER
from cleaning.text.spans import mix
from pipeline.compiled import bare, compiled

Floats = NDArray[np.float32]
Codes = NDArray[np.uint32]

_OF_WORDS = LETTER | NUMBER
_UNDERSCORE = 0x5F
_BASE = np.uint64(0x9E3779B97F4A7C15)  # as in cleaning/text/batch.py


@compiled
def characters(
    codes: Codes, ends: Ints, kinds: Ints, blank: Bools, counts: Ints, words: Ints, short: Ints
) -> None:
    """Of texts of code points, each up to its end: how many of each kind it has [n, kinds], its words [n], and those of
    up to three characters [n]; `kinds` are those of the code points, of all above the last one's.
    """
    last = len(kinds) - 1
    start = 0
    for text in range(len(ends)):
        length = 0
        for i in range(start, ends[text]):
            kind = kinds[min(codes[i], last)]
            counts[text, kind] += 1
            if blank[kind]:
                words[text] += length > 0
                short[text] += 0 < length < 4
                length = 0
            else:
                length += 1
        words[text] += length > 0
        short[text] += 0 < length < 4
        start = ends[text] + 1


@compiled
def _next_word(
    codes: Codes, at: int, end: int, kinds: NDArray[np.uint8], lower: Codes
) -> tuple[int, Any]:
    """Where the next run of letters, numbers and underscores ends, -1 where there is none; its hash in lower case."""
    value, power, inside = np.uint64(0), np.uint64(1), False
    for i in range(at, end):
        code = codes[i]
        known = code < len(kinds)
        if (known and kinds[code] & _OF_WORDS) or code == _UNDERSCORE:
            inside = True
            value += np.uint64(lower[code]) * power
            power *= _BASE
        elif inside:
            return i, mix(value)
    return (end, mix(value)) if inside else (-1, np.uint64(0))


@compiled
def words_in_common(
    codes: Codes,
    ends: Ints,
    title: Codes,
    longest: int,
    kinds: NDArray[np.uint8],
    lower: Codes,
    shares: Floats,
) -> None:
    """The share [n] of the different words of a title and a text that both have; texts above `longest` have none."""
    wanted = np.empty(len(title) // 2 + 1, np.uint64)
    size = _distinct(title, 0, len(title), kinds, lower, wanted)
    own_hashes = np.empty(longest // 2 + 1, np.uint64)
    start = 0
    for text in range(len(ends)):
        end = ends[text]
        if (
            size
            and end - start <= longest
            and _shares_one(codes, start, end, kinds, lower, wanted, size)
        ):
            own = _distinct(codes, start, end, kinds, lower, own_hashes)
            both = 0
            for i in range(own):
                both += _holds(wanted, size, own_hashes[i])
            shares[text] = both / (own + size - both)
        start = end + 1


@compiled
def _shares_one(
    codes: Codes, at: int, end: int, kinds: Any, lower: Codes, wanted: Hashes, size: int
) -> bool:
    at, word = _next_word(codes, at, end, kinds, lower)
    while at >= 0:
        if _holds(wanted, size, word):
            return True
        at, word = _next_word(codes, at, end, kinds, lower)
    return False


@compiled
def _distinct(codes: Codes, at: int, end: int, kinds: Any, lower: Codes, out: Hashes) -> int:
    """Fills `out` with the hashes of the different words of a text; how many they are."""
    size = 0
    at, word = _next_word(codes, at, end, kinds, lower)
    while at >= 0:
        if not _holds(out, size, word):
            out[size] = word
            size += 1
        at, word = _next_word(codes, at, end, kinds, lower)
    return size


@compiled
def _holds(out: Hashes, size: int, word: Any) -> bool:
    for i in range(size):  # noqa: SIM110 (numba compiles no generators)
        if out[i] == word:
            return True
    return False


@bare
def nearest_marks(
    at: Ints,
    parent: Ints,
    tag: Ints,
    family: Ints,
    hidden: Bools,
    sought: Ints,
    tags: int,
    marks: int,
    nearness: Floats,
    deepest: int,
    column: int,
    out: Floats,
) -> None:
    """How near above each block the first container with each mark is (`marks` columns): 1 its own, 0 none; and last
    how many containers are above, as a share of the levels that are looked at.

    The marks of a container are a bit each: those that `sought` has of its tag, `tags` of them, its families, whether
    it is hidden.
    """
    farthest = len(nearness) - 1
    for block in range(len(at)):
        for bit in range(marks):
            out[block, column + bit] = 0
        container, seen, depth = at[block], 0, 0
        while container >= 0 and depth < deepest:
            if depth < farthest:
                own = sought[tag[container]] | family[container] << tags
                own |= np.int64(hidden[container]) << (marks - 1)
                new = own & ~seen
                seen |= new
                bit = 0
                while new:
                    if new & 1:
                        out[block, column + bit] = nearness[depth + 1]
                    new >>= 1
                    bit += 1
            depth += 1
            container = parent[container]
        out[block, column + marks] = np.float32(depth) / np.float32(farthest)


@bare
def block_features(
    codes: Codes,
    ends: Ints,
    lengths: Ints,
    counted: Ints,
    words: Ints,
    in_set: Ints,
    sets: NDArray[np.uint16],
    set_of: Ints,
    kind: Ints,
    kinds: int,
    linked: Ints,
    bold: Ints,
    level: Ints,
    inline: Ints,
    names: int,
    logarithms: Floats,
    long: int,
    out: Floats,
) -> None:
    """The first numbers of each block: shares of classes of characters and words, how it begins and ends, its kind, its
    links and other marks, the families of its inline elements; between these, three of its title are left out.

    `counted` and `words` are those of `characters`; `logarithms` log(1 + x) of its words, characters, links, images,
    fields and of how many others say the same.
    """
    classes = in_set.shape[1]
    for block in range(len(ends)):
        size = np.float32(max(lengths[block], 1))
        stops = 0.0
        for i in range(classes):
            total = 0
            for group in range(in_set.shape[0]):
                total += counted[block, group] * in_set[group, i]
            share = total / np.float64(size)
            out[block, i] = share
            if i == 5:
                stops = share * np.float64(size)
        number = np.float32(max(words[0, block], 1))
        end = codes[max(ends[block] - 1, 0)]
        first = sets[set_of[min(codes[ends[block] - lengths[block]], len(set_of) - 1)]]
        last = sets[set_of[min(end, len(set_of) - 1)]]
        at = classes
        out[block, at] = logarithms[0, block]
        out[block, at + 1] = size / number / np.float32(10)
        # Function words are short in every western language, the words of menus are not.
        out[block, at + 2] = words[1, block] / np.float64(number)
        out[block, at + 3] = first >> 2 & 1
        out[block, at + 4] = first >> 1 & 1
        out[block, at + 5] = first >> 6 & 1
        out[block, at + 6] = last >> 5 & 1
        out[block, at + 7] = end == 0x3F  # ?
        out[block, at + 8] = end == 0x3A  # :
        out[block, at + 9] = last >> 6 & 1
        out[block, at + 10] = min(stops, 8.0) / 4
        out[block, at + 11] = size >= long
        out[block, at + 12] = logarithms[1, block]
        at += 13
        for i in range(kinds):
            out[block, at + i] = i == kind[block]
        at += kinds
        out[block, at] = np.float32(linked[block]) / size
        out[block, at + 1] = np.float32(bold[block]) / size
        for i in range(3):
            out[block, at + 2 + i] = logarithms[2 + i, block]
        out[block, at + 5] = np.float32(level[block]) / np.float32(4)
        out[block, at + 6] = logarithms[5, block]
        at += 10
        for i in range(names):
            out[block, at + i] = inline[block] >> i & 1


@bare
def holding(
    first: Ints,
    last: Ints,
    whole: NDArray[np.float64],
    prose: NDArray[np.float64],
    shares: NDArray[np.float64],
    column: int,
    out: Floats,
) -> None:
    """Whether each block stands in the smallest container that holds a share of the prose, and how much of it is that
    (two columns a share); `whole` and `held` [n + 1] are the sums of all characters and of the prose up to each block.
    """
    for index in range(len(shares)):
        is_in = column + 2 * index
        for block in range(len(out)):
            out[block, is_in] = out[block, is_in + 1] = 0
        least = shares[index] * max(prose[-1], 1.0)
        at, smallest = -1, np.inf
        for container in range(len(first)):
            size = max(whole[last[container]] - whole[first[container]], 1.0)
            if prose[last[container]] - prose[first[container]] >= least and size < smallest:
                at, smallest = container, size
        if at >= 0:
            share = (prose[last[at]] - prose[first[at]]) / smallest
            for block in range(len(out)):
                out[block, is_in + 1] = share
            for block in range(first[at], last[at]):
                out[block, is_in] = 1


@bare
def holder(
    first: Ints, last: Ints, size: Ints, keep: Bools, least: float, mostly: float, sums: Ints
) -> int:
    """The smallest container that holds at least a share of what stays, where that is a share of it, at least `mostly`;
    else -1. `sums` [2, blocks + 1] is to work in.
    """
    sums[:, 0] = 0
    for block in range(len(size)):
        sums[0, block + 1] = sums[0, block] + size[block]
        sums[1, block + 1] = sums[1, block] + (size[block] if keep[block] else 0)
    wanted, at, smallest = least * sums[1, len(size)], -1, 0
    for container in range(len(first)):
        span = max(sums[0, last[container]] - sums[0, first[container]], 1)
        mass = sums[1, last[container]] - sums[1, first[container]]
        if mass >= wanted and (at < 0 or span < smallest):
            at, smallest = container, span
    if at >= 0 and sums[1, last[at]] - sums[1, first[at]] >= mostly * smallest:
        return at
    return -1


@bare
def together(
    lists: Ints, first: Ints, last: Ints, size: Ints, longest: int, sure: Any, p: Floats
) -> None:
    """Raises the entries of each of these containers that is at most half of the page, has two of them at least and
    none of more than `longest` characters, to the mean of its characters where that is `sure`, else lowers them to it.
    """
    for container in lists:
        begin, end = first[container], last[container]
        whole, mass, most = 0, np.float32(0), 0
        for block in range(begin, end):
            most = max(most, size[block])
            whole += size[block]
            mass += p[block] * np.float32(size[block])
        if not 2 <= end - begin <= len(size) / 2 or most > longest:
            continue
        mean = mass / np.float32(whole)
        for block in range(begin, end):
            p[block] = max(p[block], mean) if mean >= sure else min(p[block], mean)


@bare
def with_headings(heading: Bools, possible: Bools, size: Ints, keep: Bools) -> None:
    """Adds to the blocks that stay the possible headings of which more than half of the characters up to the next one
    stay, or that heading itself, where nothing stands between them.
    """
    below, kept, deeper = 0, 0, False
    for block in range(len(keep) - 1, -1, -1):
        if heading[block]:
            holds = 2 * kept > below if below else deeper
            deeper = keep[block] or (holds and possible[block])
            keep[block] = deeper
            below, kept = 0, 0
        else:
            below += size[block]
            kept += size[block] if keep[block] else 0


@bare
def inherited(parent: Ints, own: Bools, out: Bools) -> None:
    """Of each container whether it, or one above it, is so."""
    for i in range(len(parent)):
        out[i] = own[i] or (parent[i] >= 0 and out[parent[i]])


@bare
def bits(numbers: Ints, counts: Floats) -> None:
    """Counts how many of the numbers have each of their lowest bits."""
    for number in numbers:
        for bit in range(len(counts)):
            counts[bit] += number >> bit & 1


@bare
def innermost(parent: Ints, own: Bools, out: Ints) -> None:
    """The nearest that is so of each container and those above it; -1 where none is."""
    for i in range(len(parent)):
        out[i] = i if own[i] else out[parent[i]] if parent[i] >= 0 else -1


@bare
def outermost(parent: Ints, own: Bools, out: Ints) -> None:
    """The farthest that is so of each container and those above it; -1 where none is."""
    for i in range(len(parent)):
        above = out[parent[i]] if parent[i] >= 0 else -1
        out[i] = i if above < 0 and own[i] else above


@bare
def around(x: Floats, beside: Ints, near: Ints, sums: NDArray[np.float64], out: Floats) -> None:
    """Each row of a matrix, some columns of the rows at these distances (`beside`: distance, first, last), -1 where
    there is none, then means of the first columns over so many rows to each side; `sums` [rows + 1, columns] begins
    with zeros.
    """
    rows, width = x.shape
    for row in range(rows):
        for i in range(sums.shape[1]):
            sums[row + 1, i] = sums[row, i] + x[row, i]
    for row in range(rows):
        for i in range(width):
            out[row, i] = x[row, i]
        at = width
        for index in range(len(beside)):
            other = row + beside[index, 0]
            for i in range(beside[index, 1], beside[index, 2]):
                out[row, at] = x[other, i] if 0 <= other < rows else np.float32(-1)
                at += 1
        for index in range(len(near)):
            first, last = max(0, row - near[index]), min(rows, row + near[index] + 1)
            for i in range(sums.shape[1]):
                out[row, at] = (sums[last, i] - sums[first, i]) / (last - first)
                at += 1
