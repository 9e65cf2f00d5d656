"""Words and the merges learnt of them, against the plain algorithm."""

from __future__ import annotations

import itertools

import numpy as np
import pyarrow as pa

from training.tokenizer.pieces.merges import learn
from training.tokenizer.words.pretokens import MARKS, SPACE, classes, pretokenizer
from training.tokenizer.words.words import Words


def test_words_are_cut_as_the_pattern_says_whatever_the_letter() -> None:
    letters = [chr(c) for c in range(0x110000) if not 0xD800 <= c < 0xE000]
    kinds = np.delete(classes(), np.r_[0xD800:0xE000])
    chosen = np.flatnonzero(np.diff(kinds, prepend=9) | np.diff(kinds, append=9))  # ends of runs
    text = "".join(f"a{letters[n]}1{letters[n]} b" for n in chosen.tolist())
    for sentencepiece, marks in itertools.product((False, True), MARKS):
        words = Words(sentencepiece, marks)
        numbers, _ = words.numbers(pa.array([text]))
        spelled = [word.decode() for word in words.words()]
        ours = [spelled[n] for n in numbers]
        space = SPACE if sentencepiece else " "
        theirs = pretokenizer(space, marks).pre_tokenize_str(text.replace(" ", space))
        assert [word.replace(" ", space) for word in ours] == [word for word, _ in theirs]


def test_merges_are_those_of_the_plain_algorithm() -> None:
    words = {"abab": 3, "aaaa": 2, "abcabc": 4, "cab": 5, "aab": 1}

    def plain(most: int) -> list[tuple[str, str]]:
        spelt = {word: list(word) for word in words}
        merges, pieces = [], [*"abc"]
        while len(pieces) < 3 + most:
            counts: dict[tuple[str, str], int] = {}
            for word, parts in spelt.items():
                for pair in itertools.pairwise(parts):
                    counts[pair] = counts.get(pair, 0) + words[word]
            if not counts or max(counts.values()) < 2:
                break
            best = min(counts, key=lambda p: (-counts[p], pieces.index(p[0]), pieces.index(p[1])))
            merges.append(best)
            if "".join(best) not in pieces:
                pieces.append("".join(best))
            for word, parts in spelt.items():
                at = 0
                while at < len(parts) - 1:
                    if (parts[at], parts[at + 1]) == best:
                        parts[at : at + 2] = ["".join(best)]
                    at += 1
                spelt[word] = parts
        return merges

    symbols = np.array(["abc".index(c) for word in words for c in word], np.int32)
    ends = np.cumsum([len(word) for word in words], dtype=np.int64)
    merged = learn(symbols, ends, np.array(list(words.values())), 3, 8)
    pieces = [*"abc"]
    ours = []
    for left, right, into in zip(merged.left, merged.right, merged.into, strict=True):
        ours.append((pieces[left], pieces[right]))
        if into == len(pieces):
            pieces.append(pieces[left] + pieces[right])
    assert ours == plain(8)
