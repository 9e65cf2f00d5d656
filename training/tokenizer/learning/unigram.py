"""Trains SentencePiece's unigram model (Kudo 2018) on counted words."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import sentencepiece
from numpy.typing import NDArray

from pipeline.errors import TahonaError
from training.tokenizer.learning.bpe import COVERAGE
from training.tokenizer.pieces import huggingface
from training.tokenizer.vocabulary import BYTES, NO_SIGNS, Signs

# The score of pieces that no text is cut into; byte pieces take what no other piece takes.
_UNLIKELY = -1e3


def train(
    words: Sequence[bytes],
    counts: NDArray[np.int64],
    seeds: Path,
    size: int,
    control: Sequence[str],
    placeholders: Sequence[str],
    marks: str = "apart",
    signs: Signs = NO_SIGNS,
) -> str:
    """`tokenizer.json` of a unigram model with at most `size` pieces; fewer where the text bears no more.

    `seeds`: the file of the substrings that are tried (seeds.py). One thread: with two, its pieces differ.
    """
    own = 1 + BYTES  # <unk> and the bytes, of SentencePiece's model
    room = size - len(control) - BYTES - len(placeholders)
    written = io.BytesIO()
    try:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=_sentences(words, counts),
            input_format="tsv",
            model_writer=written,
            model_type="unigram",
            seed_sentencepieces_file=str(seeds),
            vocab_size=own + max(1, room),
            hard_vocab_limit=False,
            normalization_rule_name="identity",
            add_dummy_prefix=False,
            remove_extra_whitespaces=False,
            split_by_unicode_script=False,  # the words are cut as they are to be
            split_by_number=False,
            byte_fallback=True,
            character_coverage=COVERAGE,
            unk_id=0,
            bos_id=-1,
            eos_id=-1,
            pad_id=-1,
            num_threads=1,
            minloglevel=2,
        )
    except RuntimeError as error:
        needed = re.search(r"smaller than required_chars\. \d+ vs (\d+)", str(error))
        if not needed:
            raise TahonaError(f"SentencePiece could not train: {error}") from error
        letters = int(needed[1]) - own
        raise TahonaError(
            f"a vocabulary of {size} has no room for the letters of this corpus: "
            f"set tokenizer.vocabulary to more than {size - room + letters}"
        ) from error
    model = sentencepiece.SentencePieceProcessor(model_proto=written.getvalue())
    numbers = range(own, model.get_piece_size())
    pieces = [(model.id_to_piece(n), model.get_score(n)) for n in numbers]
    unread = [*control, *huggingface.byte_names(), *placeholders]
    scored = [*((piece, _UNLIKELY) for piece in unread), *pieces]
    return huggingface.unigram(scored, placeholders, marks, signs)


def _sentences(words: Sequence[bytes], counts: NDArray[np.int64]) -> Iterator[str]:
    """Word, tab, count. A word that holds a tab itself can't be told so; it is read as bytes."""
    for word, count in zip(words, counts.tolist(), strict=True):
        if b"\t" not in word and b"\n" not in word:
            yield f"{word.decode()}\t{count}"
