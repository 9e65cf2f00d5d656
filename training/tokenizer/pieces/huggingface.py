"""Builds the tokenizer with Hugging Face's library: the vocabulary, the pattern, the way back to text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from tokenizers import AddedToken, Tokenizer, decoders, normalizers, pre_tokenizers
from tokenizers.models import BPE, Unigram

from training.tokenizer.pieces.merges import Merges
from training.tokenizer.vocabulary import NO_SIGNS, UNKNOWN, Signs, to_json
from training.tokenizer.words.pretokens import SPACE, pretokenizer
from training.tokenizer.words.signs import setting, taking


def byte_letters() -> list[str]:
    """The letter that GPT-2 writes for each byte: itself where it can be seen, else one from U+0100 on."""
    seen = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in seen]
    letters = {byte: chr(byte) for byte in seen}
    letters |= {byte: chr(0x100 + number) for number, byte in enumerate(others)}
    return [letters[byte] for byte in range(256)]


def byte_names() -> list[str]:
    """The piece that SentencePiece has for each byte."""
    return [f"<0x{byte:02X}>" for byte in range(256)]


def spelled(first: Sequence[str], merges: Merges) -> list[str]:
    """The pieces of a vocabulary: those that are given, and those that the merges make of them."""
    pieces = list(first)
    for left, right, into in zip(merges.left, merges.right, merges.into, strict=True):
        if into == len(pieces):
            pieces.append(pieces[left] + pieces[right])
    return pieces


def byte_level(
    pieces: Sequence[str],
    merges: Sequence[tuple[str, str]],
    placeholders: Sequence[str],
    cut: Any,
    signs: Signs = NO_SIGNS,
) -> str:
    """`tokenizer.json` of byte-level BPE; `cut` is the pre-tokenizer, `signs` what is set in a text."""
    tokenizer = Tokenizer(BPE(_numbered(pieces), list(merges)))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [cut, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    return _finished(tokenizer, placeholders, signs)


def with_fallback(
    pieces: Sequence[str],
    merges: Sequence[tuple[str, str]],
    placeholders: Sequence[str],
    marks: str = "apart",
    signs: Signs = NO_SIGNS,
) -> str:
    """`tokenizer.json` of BPE over letters, as SentencePiece has it, with bytes for the rare ones."""
    model = BPE(
        _numbered(pieces),
        list(merges),
        unk_token=pieces[UNKNOWN],
        fuse_unk=True,
        byte_fallback=True,
    )
    return _finished(_sentencepiece(Tokenizer(model), marks), placeholders, signs)


def unigram(
    pieces: Sequence[tuple[str, float]],
    placeholders: Sequence[str],
    marks: str = "apart",
    signs: Signs = NO_SIGNS,
) -> str:
    """`tokenizer.json` of SentencePiece's unigram model, with bytes for the rare letters."""
    model = Tokenizer(Unigram(list(pieces), UNKNOWN, True))
    return _finished(_sentencepiece(model, marks), placeholders, signs)


def merges_of(content: str) -> list[tuple[str, str]]:
    """The merges in a `tokenizer.json`."""
    return [(left, right) for left, right in json.loads(content)["model"]["merges"]]


def _numbered(pieces: Sequence[str]) -> dict[str, int]:
    return {piece: number for number, piece in enumerate(pieces)}


def _sentencepiece(tokenizer: Any, marks: str) -> Any:
    tokenizer.normalizer = normalizers.Replace(" ", SPACE)
    tokenizer.pre_tokenizer = pretokenizer(SPACE, marks)
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace(SPACE, " "), decoders.ByteFallback(), decoders.Fuse()]
    )
    return tokenizer


def _finished(tokenizer: Any, placeholders: Sequence[str], signs: Signs) -> str:
    if any(signs):
        others = [tokenizer.normalizer] if tokenizer.normalizer else []
        tokenizer.normalizer = normalizers.Sequence([*setting(signs), *others])
        tokenizer.decoder = decoders.Sequence([tokenizer.decoder, *taking(signs, placeholders)])
    # They have ids already; this lets a text that holds one be read as one.
    tokenizer.add_tokens([AddedToken(name, normalized=False) for name in placeholders])
    return to_json(json.loads(tokenizer.to_str()))
