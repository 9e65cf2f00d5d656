"""Encodes batches of texts: each distinct word once, and every other time from what is known of it.

Words of byte-pair encoding are merged here, those of other kinds and very long ones by Hugging Face's library,
whose ids are the truth for all (tests/training/models/test_encoder.py). A tokenizer that cuts texts in another way than
ours is left to that library altogether.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.compiled import compiled
from training.tokenizer.pieces.huggingface import byte_letters, byte_names
from training.tokenizer.vocabulary import Earlier, Vocabulary
from training.tokenizer.words.pretokens import SPACE, character, way
from training.tokenizer.words.signs import as_read
from training.tokenizer.words.words import Words

LONGEST = 256  # bytes of a word that is merged here, in a time that grows with their square
MOST_WORDS = 1 << 21  # that are remembered: some 100 MB


class Encoder:
    """Gives the ids of texts one after another, and how many each has: int32 (n), int64 (texts)."""

    def __init__(self, vocabulary: Vocabulary | Earlier) -> None:
        self.vocabulary = vocabulary
        self.ours = False
        if isinstance(vocabulary, Vocabulary):
            self._of_words, self._signs = vocabulary.of_words, vocabulary.signs
            if cut := way(vocabulary.content):
                self.ours = True
                self._read(json.loads(vocabulary.content), *cut)

    def _read(self, content: dict[str, Any], space: str, marks: str) -> None:
        letters = space == SPACE
        self._merging = _Merging(content, letters) if content["model"]["type"] == "BPE" else None
        self._words = Words(letters, marks)
        self._ids: NDArray[np.int32] = np.empty(0, np.int32)
        self._ends: NDArray[np.int64] = np.zeros(1, np.int64)
        names = [token["content"] for token in content["added_tokens"] if not token["special"]]
        self._placeholders = "|".join(map(re.escape, names))

    def __call__(self, texts: pa.Array) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Of an Arrow array of texts without null."""
        if not self.ours:
            return _flat(self.vocabulary.encode_all(texts.to_pylist()))
        if self._placeholders:
            holding = pc.match_substring_regex(texts, self._placeholders)
            if pc.any(holding).as_py():
                return self._with_placeholders(texts, holding.to_pylist())
        return self._plain(texts)

    def _plain(self, texts: pa.Array) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        if self._words.count > MOST_WORDS:
            self._forget()
        known = self._words.count
        numbers, counts = self._words.numbers(as_read(texts, self._signs))
        if self._words.count > known:
            self._learn(self._words.words(known))
        sizes = np.diff(self._ends)[numbers]
        ends = np.concatenate([[0], np.cumsum(sizes)])
        ids = _gathered(numbers, self._ids, self._ends, ends[-1])
        return ids, np.diff(ends[np.concatenate([[0], np.cumsum(counts)])])

    def _with_placeholders(
        self, texts: pa.Array, holding: Sequence[bool]
    ) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """A text that holds placeholders is cut at them, as the library does before all else."""
        segments: list[str] = []
        of_text: list[int] = []
        cut = re.compile(f"({self._placeholders})")
        for number, (text, holds) in enumerate(zip(texts.to_pylist(), holding, strict=True)):
            pieces = cut.split(text) if holds else [text]
            segments += pieces
            of_text += [number] * len(pieces)
        own = {
            place: np.array([self.vocabulary.piece_to_id(segment)], np.int32)
            for place, segment in enumerate(segments)
            if cut.fullmatch(segment)
        }
        plain = ["" if place in own else segment for place, segment in enumerate(segments)]
        ids, counts = self._plain(pa.array(plain, pa.large_string()))
        split = np.split(ids, np.cumsum(counts)[:-1])
        split = [own.get(place, piece) for place, piece in enumerate(split)]
        sizes = np.array([len(piece) for piece in split])
        return np.concatenate(split), np.bincount(of_text, sizes, len(texts)).astype(np.int64)

    def _learn(self, words: Sequence[bytes]) -> None:
        """Remembers the ids of new words."""
        long = [n for n, word in enumerate(words) if len(word) > LONGEST or self._merging is None]
        by_library = self._of_words.encode_all([words[n].decode() for n in long])
        if self._merging is None:
            ids, counts = _flat(by_library)
        else:
            apart: dict[int, Any] = dict(zip(long, by_library, strict=True))
            ids, counts = self._merging([b"" if n in apart else w for n, w in enumerate(words)])
            if apart:
                split = np.split(ids, np.cumsum(counts)[:-1])
                ids, counts = _flat([apart.get(n, piece) for n, piece in enumerate(split)])
        self._ids = np.concatenate([self._ids, ids])
        self._ends = np.concatenate([self._ends, self._ends[-1] + np.cumsum(counts)])

    def _forget(self) -> None:
        self._words.clear()
        self._ids, self._ends = self._ids[:0], self._ends[:1]


def _flat(ids: Sequence[Any]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    counts = np.array([len(one) for one in ids], np.int64)
    arrays = [np.asarray(one, np.int32) for one in ids]
    return np.concatenate([np.empty(0, np.int32), *arrays]), counts


@compiled
def _gathered(numbers: Any, ids: Any, ends: Any, size: int) -> Any:
    """The ids of words by number, one after another; those of word n are ids[ends[n] : ends[n + 1]]."""
    gathered = np.empty(size, np.int32)
    at = 0
    for number in numbers:
        for place in range(ends[number], ends[number + 1]):
            gathered[at] = ids[place]
            at += 1
    return gathered


class _Merging:
    """The merges of a `tokenizer.json`, in tables that a compiled loop reads."""

    def __init__(self, content: dict[str, Any], over_letters: bool) -> None:
        vocabulary = content["model"]["vocab"]
        self._over_letters = over_letters
        names = byte_names() if self._over_letters else byte_letters()
        self._bytes = np.array([vocabulary[name] for name in names], np.int32)
        self._letters = np.full(0x110000 if self._over_letters else 1, -1, np.int32)
        if self._over_letters:
            for piece, number in vocabulary.items():
                if len(piece) == 1:
                    self._letters[ord(piece)] = number
            self._letters[ord(" ")] = vocabulary[SPACE]
        merges = [
            (vocabulary[a], vocabulary[b], vocabulary[a + b]) for a, b in content["model"]["merges"]
        ]
        rows = np.array(merges, np.int64).reshape(-1, 3)
        size = 1 << max(4, int(4 * len(rows)).bit_length())
        self._table = _hashed(rows[:, 0] << 32 | rows[:, 1], size)
        self._into = rows[:, 2].astype(np.int32)

    def __call__(self, words: Sequence[bytes]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """The ids of words, and how many each has."""
        data = np.frombuffer(b"".join(words) or b"\0", np.uint8)
        ends = np.cumsum([len(word) for word in words], dtype=np.int64)
        slots, ranks = self._table
        letters, over = self._letters, self._over_letters
        ids, counts = _merged(data, ends, self._bytes, letters, over, slots, ranks, self._into)
        return ids, counts


@compiled
def _hashed(keys: Any, size: int) -> Any:
    """An open table of the pairs: key and rank by slot."""
    slots, ranks = np.full(size, -1, np.int64), np.full(size, -1, np.int32)
    for rank in range(len(keys)):
        slot = _slot(keys[rank], size)
        while slots[slot] >= 0:
            slot = (slot + 1) & (size - 1)
        slots[slot], ranks[slot] = keys[rank], rank
    return slots, ranks


@compiled
def _slot(key: Any, size: int) -> Any:
    mixed = np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)
    return np.int64((mixed ^ (mixed >> np.uint64(32))) & np.uint64(size - 1))


@compiled
def _rank(left: Any, right: Any, slots: Any, ranks: Any) -> Any:
    key = np.int64(left) << 32 | np.int64(right)
    slot = _slot(key, len(slots))
    while slots[slot] >= 0:
        if slots[slot] == key:
            return ranks[slot]
        slot = (slot + 1) & (len(slots) - 1)
    return np.int32(0x7FFFFFFF)


@compiled
def _merged(
    data: Any,
    ends: Any,
    of_bytes: Any,
    letters: Any,
    over_letters: bool,
    slots: Any,
    ranks: Any,
    into: Any,
) -> Any:
    """Of the pairs in a word that of the lowest rank is merged, the leftmost first, till there is none."""
    ids, counts = np.empty(len(data), np.int32), np.zeros(len(ends), np.int64)
    row, rank = np.empty(LONGEST, np.int32), np.empty(LONGEST, np.int32)
    written, begin = 0, 0
    for word in range(len(ends)):
        size = _symbols(data, begin, ends[word], of_bytes, letters, over_letters, row)
        for at in range(size - 1):
            rank[at] = _rank(row[at], row[at + 1], slots, ranks)
        while size > 1:
            best = 0
            for at in range(1, size - 1):
                if rank[at] < rank[best]:
                    best = at
            if rank[best] == 0x7FFFFFFF:
                break
            row[best] = into[rank[best]]
            for at in range(best + 1, size - 1):
                row[at], rank[at] = row[at + 1], rank[at + 1]
            size -= 1
            if best > 0:
                rank[best - 1] = _rank(row[best - 1], row[best], slots, ranks)
            if best < size - 1:
                rank[best] = _rank(row[best], row[best + 1], slots, ranks)
        for at in range(size):
            ids[written + at] = row[at]
        written += size
        counts[word] = size
        begin = ends[word]
    return ids[:written], counts


@compiled
def _symbols(
    data: Any, begin: int, end: int, of_bytes: Any, letters: Any, over_letters: bool, row: Any
) -> Any:
    """Writes the ids of the letters of a word, or of their bytes, and gives their number."""
    size = 0
    while begin < end:
        after, letter = begin + 1, np.int32(-1)
        if over_letters:
            point, after = character(data, begin)
            letter = letters[point]
        if letter >= 0:
            row[size] = letter
            size += 1
        else:
            for at in range(begin, after):
                row[size] = of_bytes[data[at]]
                size += 1
        begin = after
    return size
