"""The same tokenizer and model for Hugging Face: `tokenizer.json`, as `tokenizers` writes it, and its configuration.

With identity normalisation, no dummy prefix and byte fallback it gives the ids of SentencePiece
(tests/training/test_tokenizer.py). The one known difference: it takes the text of a control piece
(`<mask>`) for the piece, SentencePiece does not.
"""

from __future__ import annotations

import json
from typing import Any

from tokenizers import AddedToken, Tokenizer, decoders, normalizers
from tokenizers.models import BPE, Unigram

from training.tokenizer.vocabulary import special_pieces

SPACE = "\u2581"


def tokenizer_json(model: Any, kind: str) -> str:
    """The text of `tokenizer.json` for a SentencePieceProcessor of `kind` unigram or bpe."""
    pieces = [model.id_to_piece(i) for i in range(model.get_piece_size())]
    tokenizer = Tokenizer((_unigram if kind == "unigram" else _bpe)(model, pieces))
    tokenizer.normalizer = normalizers.Replace(" ", SPACE)
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace(SPACE, " "), decoders.ByteFallback(), decoders.Fuse()]
    )
    special = [pieces[i] for i in special_pieces(model)]
    tokenizer.add_special_tokens([AddedToken(p, normalized=False, special=True) for p in special])
    # The library knows an indent of two or none; one keeps the file of a large vocabulary small.
    return json.dumps(json.loads(tokenizer.to_str()), ensure_ascii=False, indent=1)


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


def _unigram(model: Any, pieces: list[str]) -> Unigram:
    vocabulary = [(piece, model.get_score(i)) for i, piece in enumerate(pieces)]
    return Unigram(vocabulary, model.unk_id(), True)


def _bpe(model: Any, pieces: list[str]) -> BPE:
    return BPE(
        {piece: i for i, piece in enumerate(pieces)},
        _merges(model, pieces),
        unk_token=pieces[model.unk_id()],
        fuse_unk=True,
        byte_fallback=True,
    )


def _merges(model: Any, pieces: list[str]) -> list[tuple[str, str]]:
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
    return [(left, right) for *_, left, right in sorted(merges)]
