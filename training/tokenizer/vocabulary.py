"""SentencePiece: training on an iterator of lines, with the one setting that Tahona uses, and loading."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import sentencepiece

from pipeline.errors import TahonaError

UNKNOWN, BEGIN, END, PAD = 0, 1, 2, 3
_LONGEST_LINE_BYTES = 4 * 4_000  # four bytes a character of the longest line of a sample


def train(lines: Iterable[str], size: int, kind: str, control: Sequence[str]) -> Any:
    """A SentencePieceProcessor of at most `size` pieces; fewer where the text bears no more.

    Unigram is trained by one thread: with two, its pieces differ. The model holds no path and no
    time, so the same lines give the same bytes.
    """
    written = io.BytesIO()
    try:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(lines),
            model_writer=written,
            model_type=kind,
            vocab_size=size,
            hard_vocab_limit=False,
            normalization_rule_name="identity",
            add_dummy_prefix=False,
            remove_extra_whitespaces=False,
            byte_fallback=True,
            character_coverage=0.9995,
            max_sentence_length=_LONGEST_LINE_BYTES,
            unk_id=UNKNOWN,
            bos_id=BEGIN,
            eos_id=END,
            pad_id=PAD,
            pad_piece="<pad>",
            control_symbols=list(control),
            num_threads=1,
            train_extremely_large_corpus=False,
            minloglevel=2,
        )
    except RuntimeError as error:
        needed = re.search(r"smaller than required_chars\. \d+ vs (\d+)", str(error))
        if not needed:
            raise TahonaError(f"SentencePiece could not train: {error}") from error
        raise TahonaError(
            f"a vocabulary of {size} has no room for the letters of this corpus: "
            f"set tokenizer.vocabulary to more than {needed[1]}"
        ) from error
    return sentencepiece.SentencePieceProcessor(model_proto=written.getvalue())


def load(path: Path) -> Any:
    """The SentencePieceProcessor of a `tokenizer.model`."""
    try:
        return sentencepiece.SentencePieceProcessor(model_file=str(path))
    except (RuntimeError, OSError) as error:
        raise TahonaError(f"{path} is no SentencePiece model: {error}") from error


def special_pieces(model: Any) -> list[int]:
    """The ids that stand for no text: control pieces and the unknown one."""
    pieces = range(model.get_piece_size())
    return [i for i in pieces if model.is_control(i) or model.is_unknown(i)]


def bytes_per_token(model: Any, texts: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """UTF-8 bytes per token by domain, to three decimals."""
    figures = {}
    for domain, lines in sorted(texts.items()):
        tokens = sum(len(x) for x in model.encode(list(lines), out_type="numpy", num_threads=1))
        if tokens:
            figures[domain] = round(sum(len(x.encode()) for x in lines) / tokens, 3)
    return figures
