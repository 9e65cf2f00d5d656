"""The same tokenizer and model for Hugging Face: `tokenizer.json` and its configuration, as plain JSON.

Written without the `tokenizers` library, from the pieces; with identity normalisation, no dummy prefix
and byte fallback it gives the ids of SentencePiece (tests/training/test_tokenizer.py). The one known
difference: it takes the text of a control piece (`<mask>`) for the piece, SentencePiece does not.
"""

from __future__ import annotations

from typing import Any

SPACE = "\u2581"


def tokenizer_json(model: Any, kind: str) -> dict[str, Any]:
    """The content of `tokenizer.json` for a SentencePieceProcessor of `kind` unigram or bpe."""
    pieces = [model.id_to_piece(i) for i in range(model.get_piece_size())]
    special = [i for i in range(len(pieces)) if model.is_control(i) or model.is_unknown(i)]
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [_added(i, pieces[i]) for i in special],
        "normalizer": {"type": "Replace", "pattern": {"String": " "}, "content": SPACE},
        "pre_tokenizer": None,
        "post_processor": None,
        "decoder": {
            "type": "Sequence",
            "decoders": [
                {"type": "Replace", "pattern": {"String": SPACE}, "content": " "},
                {"type": "ByteFallback"},
                {"type": "Fuse"},
            ],
        },
        "model": _unigram(model, pieces) if kind == "unigram" else _bpe(model, pieces),
    }


def tokenizer_config(context: int) -> dict[str, Any]:
    """The content of `tokenizer_config.json` beside a model that reads `context` tokens."""
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": context,
        "unk_token": "<unk>",
        "bos_token": "<s>",
        "eos_token": "</s>",
        "pad_token": "<pad>",
        "mask_token": "<mask>",
        "clean_up_tokenization_spaces": False,
    }


def _added(number: int, piece: str) -> dict[str, Any]:
    return {
        "id": number,
        "content": piece,
        "single_word": False,
        "lstrip": False,
        "rstrip": False,
        "normalized": False,
        "special": True,
    }


def _unigram(model: Any, pieces: list[str]) -> dict[str, Any]:
    vocabulary = [[piece, model.get_score(i)] for i, piece in enumerate(pieces)]
    return {
        "type": "Unigram",
        "unk_id": model.unk_id(),
        "vocab": vocabulary,
        "byte_fallback": True,
    }


def _bpe(model: Any, pieces: list[str]) -> dict[str, Any]:
    return {
        "type": "BPE",
        "dropout": None,
        "unk_token": pieces[model.unk_id()],
        "continuing_subword_prefix": None,
        "end_of_word_suffix": None,
        "fuse_unk": True,
        "byte_fallback": True,
        "ignore_merges": False,
        "vocab": {piece: i for i, piece in enumerate(pieces)},
        "merges": _merges(model, pieces),
    }


def _merges(model: Any, pieces: list[str]) -> list[list[str]]:
    """Every way to make a piece of two pieces, in the order in which SentencePiece prefers them."""
    ordinary = {
        piece: i
        for i, piece in enumerate(pieces)
        if not (model.is_control(i) or model.is_unknown(i) or model.is_byte(i))
    }
    merges = []
    for piece, number in ordinary.items():
        for cut in range(1, len(piece)):
            left, right = piece[:cut], piece[cut:]
            if left in ordinary and right in ordinary:
                merges.append((number, ordinary[left], ordinary[right], left, right))
    return [[left, right] for *_, left, right in sorted(merges)]
