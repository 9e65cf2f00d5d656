"""The sign before a word that has no space, for the tokenizer alone: so a word is the same piece wherever it stands.

Without it a vocabulary holds words twice: " casa", and the "casa" that follows a bracket, a dash or a digit. "(casa" is
read as "(", the sign and " casa". The sign is a mark, so it is one piece with those before it where they are frequent.
It is U+2060, the word joiner. One that stands in the text is read with a full stop behind it; the decoder takes away
each that has none, and the space behind that, so no text is lost.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from tokenizers import Regex, decoders, normalizers

from pipeline.compiled import compiled
from training.tokenizer.vocabulary import GLUE
from training.tokenizer.words.pretokens import LETTER, LETTERS, character, classes
from training.tokenizer.words.words import utf8

_POINT = ord(GLUE)
_BYTES = GLUE.encode()
_KEPT = f"{GLUE}."  # a word joiner of the text


def set_glue() -> list[Any]:
    """They set the sign, in a text that has the spaces before its lines."""
    word = Regex(rf"(?<=[^ {LETTERS}])(?=[{LETTERS}])")
    return [normalizers.Replace(GLUE, _KEPT), normalizers.Replace(word, f"{GLUE} ")]


def take_glue() -> list[Any]:
    """They take it away."""
    return [
        decoders.Replace(Regex(rf"{GLUE}(?: |(?!\.))"), ""),
        decoders.Replace(_KEPT, GLUE),
    ]


def glued(texts: pa.Array) -> pa.Array:
    """An Arrow array of texts without null, with the sign."""
    data, offsets = utf8(texts)
    if not len(data):
        return texts
    signed, ends = _glued(data, offsets, classes(), np.frombuffer(_BYTES, np.uint8))
    return pa.LargeStringArray.from_buffers(len(texts), pa.py_buffer(ends), pa.py_buffer(signed))


@compiled
def _glued(data: Any, offsets: Any, table: Any, sign: Any) -> Any:
    # At most a sign and a space before each second byte; what is not written takes no memory.
    out = np.empty(3 * (offsets[-1] - offsets[0]), np.uint8)
    ends = np.zeros(len(offsets), np.int64)
    written = 0
    for text in range(len(offsets) - 1):
        at, apart = offsets[text], True  # whether a word may begin here
        while at < offsets[text + 1]:
            if data[at] < 0x80:
                point, after = np.int32(data[at]), at + 1
            else:
                point, after = character(data, at)
            letter = table[point] == LETTER
            if letter and not apart:
                for byte in sign:
                    out[written] = byte
                    written += 1
                out[written] = 32
                written += 1
            while at < after:
                out[written] = data[at]
                written += 1
                at += 1
            if point == _POINT:
                out[written] = 46
                written += 1
            apart = letter or point == 32
        ends[text + 1] = written
    return out[:written], ends
