"""What of a very long text is measured: pieces spread evenly over it, so that memory is bounded.

A text of at most LONGEST bytes of UTF-8 is measured whole. Of a longer one PIECES pieces are, of LONGEST bytes in all,
the first at its beginning and the last at its end, each from a line to a line (or a word, or a character, where none
ends nearby). What counts something is then multiplied by the length of the text over theirs; shares, means, labels and
the largest of something are those of the pieces. `characters` is exact; spans are of whole texts alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cleaning.signals.measures import Kind

LONGEST = 10_000_000  # bytes: a record of more is quarantined unless `extract: {largest: ...}` says otherwise
PIECES = 10
NEARBY = 100_000  # bytes in which the end of a line or a word is looked for
# Whole numbers that count nothing.
UNCOUNTED = frozenset({"longest_word", "error_page", "parity_stop_words"})


def measured(texts: pa.ChunkedArray) -> list[str]:
    """The texts, of those that are too long the pieces."""
    if not len(texts) or pc.max(pc.binary_length(texts)).as_py() <= LONGEST:
        return list(texts.to_pylist())
    return [
        value.as_py()
        if len(value.as_buffer()) <= LONGEST
        else _pieces(memoryview(value.as_buffer()))
        for value in texts
    ]


def of_whole(
    signals: Mapping[str, Any], types: Mapping[str, Kind], texts: pa.ChunkedArray, seen: list[str]
) -> dict[str, Any]:
    """The signals of whole texts by those of what was `seen` of them."""
    characters = pc.utf8_length(texts).to_numpy()
    times = characters / np.maximum([len(text) for text in seen], 1)
    if (times == 1).all():
        return dict(signals)
    whole = {
        name: np.rint(values * times).astype(np.int64)
        if types[name] is int and name not in UNCOUNTED
        else values
        for name, values in signals.items()
    }
    for name, values in signals.items():
        if types[name] is list:
            whole[name] = [v if once else None for v, once in zip(values, times == 1, strict=True)]
    return whole | ({"characters": characters} if "characters" in whole else {})


def _pieces(text: memoryview) -> str:
    size = LONGEST // PIECES
    starts = [_begin(text, k * (len(text) - size) // (PIECES - 1)) for k in range(PIECES)]
    later = [*starts[1:], len(text)]
    ends = [min(_begin(text, start + size), end) for start, end in zip(starts, later, strict=True)]
    pieces = zip(starts, ends, strict=True)
    return "\n".join(bytes(text[start:end]).decode() for start, end in pieces)


def _begin(text: memoryview, at: int) -> int:
    """Where the next line begins, else the next word, else the next character; the end of the text stays the end."""
    if at <= 0 or at >= len(text):
        return min(max(at, 0), len(text))
    near = bytes(text[at - 1 : at + NEARBY])
    for sign in (b"\n", b" "):
        if (offset := near.find(sign)) >= 0:
            return at + offset
    while at < len(text) and text[at] & 0xC0 == 0x80:  # within a character
        at += 1
    return at
