"""The space that stands before each line for the tokenizer alone, so that a word is the same piece at its beginning.

Without it a vocabulary holds the words that lines begin with twice, with and without the space. A text, what
follows a placeholder in it, and each further line that is not empty, get one space; the decoder takes one away again at
just these places, so no text is lost. A text that ends with a line end gets none behind it: it may be gone on with.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from tokenizers import Regex, decoders, normalizers

from pipeline.compiled import compiled
from training.tokenizer.vocabulary import LINE_END
from training.tokenizer.words.words import utf8


def set_spaces() -> list[Any]:
    """They set the spaces. Hugging Face's library calls them for each text, cut at its placeholders."""
    return [normalizers.Prepend(" "), normalizers.Replace(Regex(LINE_END), "\n ")]


def take_spaces(placeholders: Sequence[str]) -> Any:
    """Takes the spaces away, from a text that is whole."""
    contexts = [r"(?<![^\n])", *(f"(?<={re.escape(name)})" for name in placeholders)]
    return decoders.Replace(Regex(f"(?:{'|'.join(contexts)}) "), "")


def spaced(texts: pa.Array) -> pa.Array:
    """An Arrow array of texts without null, with the spaces."""
    data, offsets = utf8(texts)
    if not len(data):
        return texts
    written, ends = _spaced(data, offsets)
    return pa.LargeStringArray.from_buffers(len(texts), pa.py_buffer(ends), pa.py_buffer(written))


@compiled
def _spaced(data: Any, offsets: Any) -> Any:
    begin, end = offsets[0], offsets[-1]
    most = len(offsets) - 1  # of the lines
    for at in range(begin, end):
        most += data[at] == 10
    out, ends = np.empty(end - begin + most, np.uint8), np.zeros(len(offsets), np.int64)
    written = 0
    for text in range(len(offsets) - 1):
        line_ended = False
        for at in range(offsets[text], offsets[text + 1]):
            byte = data[at]
            if at == offsets[text] or (line_ended and byte != 10):
                out[written] = 32
                written += 1
            out[written] = byte
            written += 1
            line_ended = byte == 10
        ends[text + 1] = written
    return out[:written], ends
