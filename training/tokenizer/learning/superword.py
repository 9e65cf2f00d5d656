"""Trains byte-level BPE in two stages: merges within words, then across the spaces of phrases."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from tokenizers import Regex
from tokenizers.pre_tokenizers import Split

from training.tokenizer.learning.bpe import byte_level
from training.tokenizer.pieces import huggingface
from training.tokenizer.pieces.encoder import Encoder
from training.tokenizer.pieces.merges import learn, spelling
from training.tokenizer.vocabulary import NO_SIGNS, Signs, Vocabulary
from training.tokenizer.words.pretokens import phrase_pattern

SHARE = 0.75  # of the vocabulary that is made in the first stage


def train(
    words: Sequence[bytes],
    counts: NDArray[np.int64],
    phrases: Sequence[bytes],
    phrase_counts: NDArray[np.int64],
    size: int,
    control: Sequence[str],
    placeholders: Sequence[str],
    marks: str = "apart",
    signs: Signs = NO_SIGNS,
) -> str:
    """`tokenizer.json` with at most `size` pieces."""
    least = len(control) + len(huggingface.byte_letters()) + len(placeholders)
    share = max(least, round(size * SHARE))
    first = byte_level(words, counts, share, control, placeholders, marks)
    vocabulary = Vocabulary(first)
    pieces = [vocabulary.piece(number) for number in range(vocabulary.get_piece_size())]
    texts = pa.array([phrase.decode() for phrase in phrases], pa.large_string())
    ids, lengths = Encoder(vocabulary)(texts)
    letters = {letter: n for n, letter in enumerate(dict.fromkeys("".join(pieces)))}
    spelled = spelling([[letters[letter] for letter in piece] for piece in pieces])
    merges = learn(
        ids, np.cumsum(lengths), phrase_counts, len(pieces), size - len(pieces), spelled=spelled
    )
    whole = huggingface.spelled(pieces, merges)
    pairs = zip(merges.left, merges.right, strict=True)
    second = [(whole[left], whole[right]) for left, right in pairs]
    cut = Split(Regex(phrase_pattern(marks)), "isolated")
    within = huggingface.merges_of(first)
    return huggingface.byte_level(whole, [*within, *second], placeholders, cut, signs)
