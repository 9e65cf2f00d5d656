"""The distinct pretokens of texts, numbered: what counts words and what encodes them looks them up here.

A hash table over the bytes themselves, scanned without a Python object a word; longer words of equal hashes are told
apart by their bytes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.compiled import compiled
from training.tokenizer.words.pretokens import MARKS, SPACE, WHITE, classes, pretoken_end

_FIRST_WORDS, _FIRST_BYTES = 1 << 14, 1 << 18
_SHORT = 7  # bytes: a word of no more, as most are, is told by one number


class Words:
    """Numbers pretokens in the order in which they are first met. `sentencepiece`: U+2581 is a space too;
    `marks`: the way to cut, of MARKS.
    """

    def __init__(self, sentencepiece: bool = False, marks: str = "apart") -> None:
        self.marks = MARKS.index(marks)
        self.space = ord(SPACE) if sentencepiece else ord(" ")
        self.classes = classes().copy()
        if sentencepiece:
            self.classes[ord(SPACE)] = WHITE
        self.clear()

    def clear(self) -> None:
        """Forgets all words."""
        self.count = 0
        self._slots = np.full(4 * _FIRST_WORDS, -1, np.int32)
        self._keys = np.empty(_FIRST_WORDS, np.uint64)
        self._ends = np.zeros(_FIRST_WORDS + 1, np.int64)  # of word n from [n] to [n + 1]
        self._bytes = np.empty(_FIRST_BYTES, np.uint8)

    def numbers(self, texts: pa.Array) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """The numbers of the pretokens of all texts one after another, and how many each text has."""
        data, offsets = utf8(texts)
        numbers = np.empty(int(offsets[-1] - offsets[0]), np.int32)
        counts = np.zeros(len(texts), np.int64)
        text, at, written = 0, int(offsets[0]), 0
        while True:
            text, at, written, self.count = _scan(
                data, offsets, text, at, numbers, written, counts, self.count, self._slots,
                self._keys, self._ends, self._bytes, self.classes, self.space, self.marks,
            )  # fmt: skip
            if text == len(texts):
                return numbers[:written], counts
            self._grow(int(offsets[-1]) - at)

    def sizes(self) -> NDArray[np.int64]:
        """The bytes of each word."""
        return np.diff(self._ends[: self.count + 1])

    def words(self, begin: int = 0) -> list[bytes]:
        """The words from a number on."""
        ends, data = self._ends.tolist(), self._bytes
        content = data[: ends[self.count]].tobytes()
        return [content[ends[n] : ends[n + 1]] for n in range(begin, self.count)]

    def _grow(self, most: int) -> None:
        """Twice the room, of words and of bytes as is needed; `most` is the longest that a word can be."""
        if self.count == len(self._keys):
            self._keys = np.concatenate([self._keys, np.empty_like(self._keys)])
            self._ends = np.concatenate([self._ends, np.zeros_like(self._keys, np.int64)])
            self._slots = np.full(4 * len(self._keys), -1, np.int32)
            _place(self._slots, self._keys, self.count)
        else:
            room = np.empty(max(len(self._bytes), min(most, 1 << 40)), np.uint8)
            self._bytes = np.concatenate([self._bytes, room])


def utf8(texts: pa.Array) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The bytes of an Arrow array of texts without null, and where each begins and the last ends."""
    wide = texts.cast(pa.large_string())
    _, offsets, data = wide.buffers()
    begin = wide.offset
    places = np.frombuffer(offsets, np.int64)[begin : begin + len(wide) + 1]
    return np.frombuffer(data, np.uint8) if data else np.empty(0, np.uint8), places


@compiled
def _scan(
    data: Any, offsets: Any, text: int, at: int, numbers: Any, written: int, counts: Any, count: int,
    slots: Any, keys: Any, ends: Any, content: Any, table: Any, space: int, marks: int,
) -> Any:  # fmt: skip
    """Goes on from a byte of a text till all are done, or till there is no room for a new word."""
    mask = np.uint64(len(slots) - 1)
    while text < len(offsets) - 1:
        end = offsets[text + 1]
        while at < end:
            after = pretoken_end(data, at, end, table, space, marks)
            key = _key(data, at, after)
            slot = _slot(key, mask)
            while True:
                number = slots[slot]
                if number < 0 or (
                    keys[number] == key
                    and (after - at <= _SHORT or _same(data, at, after, content, ends, number))
                ):
                    break
                slot = (slot + np.uint64(1)) & mask
            if number < 0:
                if count == len(keys) or ends[count] + after - at > len(content):
                    return text, at, written, count
                number = count
                slots[slot], keys[number] = number, key
                for place in range(after - at):
                    content[ends[number] + place] = data[at + place]
                ends[number + 1] = ends[number] + after - at
                count += 1
            numbers[written] = number
            written += 1
            counts[text] += 1
            at = after
        text += 1
    return text, at, written, count


@compiled
def _key(data: Any, begin: int, end: int) -> Any:
    """Of at most _SHORT bytes: they and their number, which no other has. Of more: FNV-1a, under a byte of ones."""
    size = end - begin
    if size <= _SHORT:
        key = np.uint64(size) << np.uint64(56)
        for place in range(size):
            key |= np.uint64(data[begin + place]) << np.uint64(8 * place)
        return key
    key = np.uint64(0xCBF29CE484222325)
    for at in range(begin, end):
        key = (key ^ np.uint64(data[at])) * np.uint64(0x100000001B3)
    return key | np.uint64(0xFF << 56)


@compiled
def _slot(key: Any, mask: Any) -> Any:
    """Where a key is looked for first: the middle of a product, in which all bits meet."""
    mixed = (key ^ (key >> np.uint64(32))) * np.uint64(0xBF58476D1CE4E5B9)
    return (mixed >> np.uint64(32)) & mask


@compiled
def _same(data: Any, begin: int, end: int, content: Any, ends: Any, number: int) -> bool:
    start = ends[number]
    if ends[number + 1] - start != end - begin:
        return False
    for place in range(end - begin):  # noqa: SIM110 - which would allocate
        if data[begin + place] != content[start + place]:
            return False
    return True


@compiled
def _place(slots: Any, keys: Any, count: int) -> None:
    mask = np.uint64(len(slots) - 1)
    for number in range(count):
        slot = _slot(keys[number], mask)
        while slots[slot] >= 0:
            slot = (slot + np.uint64(1)) & mask
        slots[slot] = number
