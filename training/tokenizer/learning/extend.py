"""Adds pieces of a domain to the vocabulary of a published model: merges of its own pieces, behind all of its merges.

What it had keeps its id. A text in which none of the new pieces stands has the ids that it had.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import TahonaError
from training.tokenizer.pieces.huggingface import byte_names, spelled
from training.tokenizer.pieces.merges import NONE, learn, spelling
from training.tokenizer.vocabulary import Vocabulary, to_json


def extend(
    vocabulary: Vocabulary, words: Sequence[bytes], counts: NDArray[np.int64], more: int
) -> str:
    """`tokenizer.json` with at most `more` pieces more, learnt from counted words."""
    content: dict[str, Any] = json.loads(vocabulary.tokenizer.to_str())
    model = content["model"]
    if model["type"] != "BPE":
        raise TahonaError(
            f"tokenizer.extend adds merges, and the tokenizer of the model's folder is of the kind {model['type']}, "
            "which has none: leave it out"
        )
    numbers = vocabulary.tokenizer.get_vocab(with_added_tokens=True)
    pieces = [""] * (max(numbers.values()) + 1)
    for piece, number in numbers.items():
        pieces[number] = piece
    symbols, ends, of_word = _symbols(vocabulary, content, words)
    letters = {letter: n for n, letter in enumerate(dict.fromkeys("".join(pieces)))}
    known = spelling([[letters[letter] for letter in piece] for piece in pieces])
    merges = learn(symbols, ends, counts[of_word], len(pieces), more, spelled=known)
    whole = spelled(pieces, merges)
    # Added tokens are named here too: else they would be numbered anew behind the new pieces.
    model["vocab"] = dict(
        sorted(((p, n) for n, p in enumerate(whole) if p), key=lambda row: row[1])
    )
    model["merges"] += [
        [whole[left], whole[right]] for left, right in zip(merges.left, merges.right, strict=True)
    ]
    extended = Vocabulary(to_json(content))
    again = extended.tokenizer.get_vocab(with_added_tokens=True)
    if any(again.get(piece) != number for piece, number in numbers.items()):
        raise TahonaError(
            "the tokenizer of the model's folder can't be extended: its ids would change"
        )
    return extended.content


def _symbols(
    vocabulary: Vocabulary, content: dict[str, Any], words: Sequence[bytes]
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]]:
    """The ids of the stretches of words that merges may join, one after another, where each ends, and its word."""
    tokenizer = vocabulary.of_words.tokenizer
    # Where a sign for a space is set before every text, it stands for the space of the word.
    prefixed = len(tokenizer.encode("a", add_special_tokens=False).tokens[0]) > 1
    texts = [word.decode() for word in words]
    chosen = [n for n, text in enumerate(texts) if not prefixed or text.startswith(" ")]
    pieces = [texts[n][1:] if prefixed else texts[n] for n in chosen]
    parted = {tokenizer.token_to_id(name) for name in byte_names()} | {
        tokenizer.token_to_id(content["model"].get("unk_token") or "")
    }
    symbols, ends, of_word = list[int](), list[int](), list[int]()
    for number, one in zip(
        chosen, tokenizer.encode_batch(pieces, add_special_tokens=False), strict=True
    ):
        # A letter that has no piece ends a stretch.
        places = [
            (id, NONE if id in parted else word)
            for id, word in zip(one.ids, one.word_ids, strict=True)
        ]
        for (id, word), (_, after) in pairwise([*places, (NONE, NONE)]):
            if word == NONE:
                continue
            symbols.append(id)
            if word != after:
                ends.append(len(symbols))
                of_word.append(number)
    return np.array(symbols, np.int32), np.array(ends, np.int64), np.array(of_word, np.int64)
