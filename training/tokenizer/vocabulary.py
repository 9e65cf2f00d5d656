"""A tokenizer as the stages use it: a Hugging Face `tokenizer.json`, and what of it stands for no text.

Ours hold the control pieces in the vocabulary alone: no text is read as one. They have the lowest ids, the
first ones always the same.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import tokenizers

from pipeline.errors import TahonaError

UNKNOWN, BEGIN, END, PAD = 0, 1, 2, 3
CONTROL = (
    *("<unk>", "<s>", "</s>", "<pad>", "<mask>"),
    *("<|system|>", "<|user|>", "<|assistant|>", "<|end|>"),
)
# Of a vocabulary of fewer than 8,192 pieces, and of one of more (T5 has 100).
_SENTINELS = (16, 100)
_FIRST_BYTE = ("<0x00>", "Ā")  # how SentencePiece and GPT-2 write it
BYTES = 256
LINE_END = r"\n(?=[^\n])"  # before a line that is not empty
GLUE = "\u2060"  # before a word that has no space


class Signs(NamedTuple):
    """What stands in a text for the tokenizer alone (signs.py): a space before each line, GLUE before words."""

    lines: bool = False
    glue: bool = False


NO_SIGNS = Signs()


def control_pieces(vocabulary: int) -> list[str]:
    """The pieces that stand for no text, of a vocabulary of that size; the sentinels of denoising come last."""
    sentinels = _SENTINELS[vocabulary >= 8_192]
    return [*CONTROL, *(f"<extra_id_{number}>" for number in range(sentinels))]


class Vocabulary:
    """Text to ids and back. `tokenizer` is Hugging Face's; `content` the JSON that it was read from."""

    def __init__(self, content: str) -> None:
        self.content = content
        self.tokenizer = tokenizers.Tokenizer.from_str(content)
        self.tokenizer.encode_special_tokens = True  # a text is never read as a control piece
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()

    def encode(self, text: str) -> list[int]:
        """The ids of a text, with nothing added."""
        ids: list[int] = self.tokenizer.encode(text, add_special_tokens=False).ids
        return ids

    def encode_all(self, texts: Sequence[str]) -> list[list[int]]:
        """The ids of several texts."""
        encoded = self.tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [one.ids for one in encoded]

    def decode(self, ids: Sequence[int]) -> str:
        """The text of some ids; control pieces stand for none."""
        special = set(self.special)
        shown = [number for number in ids if number not in special]
        text: str = self.tokenizer.decode(shown, skip_special_tokens=False)
        return text

    @cached_property
    def of_words(self) -> Vocabulary:
        """The same for single words, which hold the signs that a text would get."""
        if not any(self.signs):
            return self
        content = json.loads(self.content)
        others = content["normalizer"]["normalizers"][2 * sum(self.signs) :]
        content["normalizer"] = others[0] if others else None
        return Vocabulary(json.dumps(content, ensure_ascii=False))

    @cached_property
    def signs(self) -> Signs:
        """The signs that are set in a text, by two normalizers each."""
        normalizer = json.loads(self.content)["normalizer"] or {}
        patterns = [one.get("pattern") for one in normalizer.get("normalizers", [])]
        lines = {"Regex": LINE_END} in patterns
        return Signs(lines, lines and {"String": GLUE} in patterns)

    @cached_property
    def ours(self) -> bool:
        """Whether the stage `tokenizer` trained it: its control pieces come first."""
        numbers = [self.tokenizer.token_to_id(piece) for piece in CONTROL]
        return numbers == list(range(len(CONTROL)))

    @cached_property
    def special(self) -> list[int]:
        """The ids that stand for no text."""
        if self.ours:
            pieces = (self.tokenizer.token_to_id(piece) for piece in _FIRST_BYTE)
            return list(range(min(number for number in pieces if number)))
        added = self.tokenizer.get_added_tokens_decoder()
        return sorted(number for number, token in added.items() if token.special)

    @cached_property
    def end(self) -> int:
        """The id that ends a document."""
        names = ("</s>", "<|endoftext|>", "<|end_of_text|>", "<eos>", "<|im_end|>", "[SEP]")
        end = next(
            (n for p in names if (n := self.piece_to_id(p)) != UNKNOWN or p == self.piece(0)), None
        )
        if end is None:
            raise TahonaError(
                f"the tokenizer has none of the pieces that end a document: {', '.join(names)}"
            )
        return end

    def get_piece_size(self) -> int:
        """How many ids there are."""
        size: int = self.tokenizer.get_vocab_size()
        return size

    def piece(self, number: int) -> str:
        """What is written for an id in the vocabulary."""
        return self.tokenizer.id_to_token(number) or ""

    def piece_to_id(self, piece: str) -> int:
        """The id of a piece, UNKNOWN where there is none."""
        return self.tokenizer.token_to_id(piece) or UNKNOWN

    def is_unknown(self, number: int) -> bool:
        return number == UNKNOWN


class Earlier:
    """The SentencePiece model of a tokenizer that an earlier version made, with the same methods."""

    end = END

    def __init__(self, data: bytes) -> None:
        import sentencepiece

        self.model = sentencepiece.SentencePieceProcessor(model_proto=data)
        pieces = range(self.model.get_piece_size())
        self.special = [i for i in pieces if self.model.is_control(i) or self.model.is_unknown(i)]

    def encode(self, text: str) -> list[int]:
        ids: list[int] = self.model.encode(text)
        return ids

    def encode_all(self, texts: Sequence[str]) -> list[list[int]]:
        ids: list[list[int]] = self.model.encode(list(texts), num_threads=1)
        return ids

    def decode(self, ids: Sequence[int]) -> str:
        text: str = self.model.decode(list(ids))
        return text

    def get_piece_size(self) -> int:
        size: int = self.model.get_piece_size()
        return size

    def piece(self, number: int) -> str:
        piece: str = self.model.id_to_piece(number)
        return piece

    def piece_to_id(self, piece: str) -> int:
        number: int = self.model.piece_to_id(piece)
        return number

    def is_unknown(self, number: int) -> bool:
        return number == UNKNOWN


def load(path: Path) -> Vocabulary | Earlier:
    """The tokenizer in a file: a `tokenizer.json`, or an earlier version's `tokenizer.model`."""
    try:
        data = path.read_bytes()
        return Vocabulary(data.decode()) if data.lstrip()[:1] == b"{" else Earlier(data)
    except Exception as error:  # neither library raises anything more special
        raise TahonaError(f"{path} is no tokenizer that can be read: {error}") from error


def special_pieces(model: Vocabulary | Earlier) -> list[int]:
    """The ids that stand for no text: control pieces and the unknown one."""
    return model.special


def configuration(vocabulary: Vocabulary) -> dict[str, Any]:
    """The content of `tokenizer_config.json`: the names of control pieces, which no text is read as."""
    names = [vocabulary.piece(number) for number in vocabulary.special]
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "unk_token": names[UNKNOWN],
        "bos_token": names[BEGIN],
        "eos_token": names[END],
        "pad_token": names[PAD],
        "mask_token": "<mask>",
        "extra_special_tokens": names[CONTROL.index("<mask>") + 1 :],
        "split_special_tokens": True,
        "clean_up_tokenization_spaces": False,
    }


def to_json(value: Any) -> str:
    """JSON for a file of a vocabulary: letters as they are, and a small indent."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
