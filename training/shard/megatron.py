"""Token sequences on disk in the Megatron `.bin`/`.idx` layout, which Megatron-LM, NeMo and GPT-NeoX read.

`.bin` holds the ids of all sequences one after another, little endian, with no header. `.idx` holds,
little endian: the magic (9 bytes), version 1 (uint64), the code of the type (uint8), S sequences
(uint64), the length of the document index (uint64: documents + 1), S lengths (int32), S byte offsets
(int64), the document index (int64). Here a document is one sequence. Source of the layout:
megatron/core/datasets/indexed_dataset.py.
"""

from __future__ import annotations

import functools
import mmap
import struct
from array import array
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import TahonaError

MAGIC = b"MMIDIDX\x00\x00"
VERSION = 1
UINT16_BELOW = 65_500  # vocabulary size under which Megatron writes uint16
MAPPED = 512  # files at once: each map has a file open, of which a process may have 1,024 where nobody asked for more
_HEADER = struct.Struct("<9sQBQQ")  # 34 bytes: the arrays behind it are unaligned
_CODES: dict[int, np.dtype[Any]] = {4: np.dtype("<i4"), 8: np.dtype("<u2")}


def token_type(vocabulary: int) -> np.dtype[Any]:
    """The type of the ids of a vocabulary of that size: uint16, or int32 (there is no uint32)."""
    return np.dtype("<u2") if vocabulary < UINT16_BELOW else np.dtype("<i4")


class Writer:
    """Writes sequences as they come; closing it writes the index. Holds 4 bytes a sequence."""

    def __init__(self, tokens: Path, index: Path, vocabulary: int) -> None:
        self.type = token_type(vocabulary)
        self.lengths = array("i")
        self._index = index
        self._tokens = tokens.open("wb")

    def add(self, sequence: NDArray[np.integer]) -> None:
        """Appends one sequence: a 1-D array of ids in [0, vocabulary)."""
        self.extend(sequence, [len(sequence)])

    def extend(self, tokens: NDArray[np.integer], lengths: Sequence[int]) -> None:
        """Appends sequences that lie one after another in `tokens`."""
        self._tokens.write(tokens.astype(self.type).tobytes())
        self.lengths.extend(lengths)

    def __enter__(self) -> Writer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._tokens.close()
        if error is None:
            self._write_index()

    def _write_index(self) -> None:
        lengths = np.array(self.lengths, dtype="<i4")
        offsets = np.zeros(len(lengths), dtype="<i8")
        np.cumsum(lengths[:-1].astype("<i8") * self.type.itemsize, out=offsets[1:])
        documents = np.arange(len(lengths) + 1, dtype="<i8")
        code = next(c for c, kind in _CODES.items() if kind == self.type)
        with self._index.open("wb") as out:
            out.write(_HEADER.pack(MAGIC, VERSION, code, len(lengths), len(documents)))
            for values in (lengths, offsets, documents):
                out.write(values.tobytes())


@functools.lru_cache(MAPPED)
def _mapped(path: Path, kind: np.dtype[Any], version: tuple[int, int]) -> NDArray[Any]:
    """The ids in a file; `version` tells it from another that lay under the same name, as before an erasure."""
    with path.open("rb") as file:
        return np.frombuffer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), kind)


class Index:
    """What an index says of its sequences: `lengths` and `starts` (in tokens), and the `type` of an id."""

    def __init__(self, index: Path) -> None:
        content = index.read_bytes()
        if len(content) < _HEADER.size or not content.startswith(MAGIC):
            raise TahonaError(f"{index.name} is no Megatron index: its first bytes are not MMIDIDX")
        _, version, code, count, _ = _HEADER.unpack_from(content)
        if version != VERSION or code not in _CODES:
            raise TahonaError(
                f"{index.name} has version {version} and type code {code}; "
                f"read here are version {VERSION} and the codes 4 (int32) and 8 (uint16)"
            )
        self.type = _CODES[code]
        self.lengths = np.frombuffer(content, "<i4", count, _HEADER.size)
        self.starts = (
            np.frombuffer(content, "<i8", count, _HEADER.size + 4 * count) // self.type.itemsize
        )

    def __len__(self) -> int:
        return len(self.lengths)


class Sequences(Index):
    """A pair of files: beside what the index says, the ids, mapped into memory when they are first asked for."""

    def __init__(self, tokens: Path, index: Path) -> None:
        super().__init__(index)
        self.path = tokens
        self.size = int(self.lengths.sum(dtype=np.int64))  # tokens
        state = tokens.stat()
        self._version = state.st_ino, state.st_mtime_ns
        size = state.st_size
        if size != self.size * self.type.itemsize:
            raise TahonaError(
                f"{tokens.name} holds {size} bytes but its index names {self.size} tokens of "
                f"{self.type.itemsize} bytes: one of the two was cut short; make the tokens again"
            )

    @property
    def tokens(self) -> NDArray[Any]:
        """All ids, 1-D."""
        if not self.size:
            return np.empty(0, self.type)
        return _mapped(self.path, self.type, self._version)

    def __getitem__(self, number: int) -> NDArray[Any]:
        """The ids of one sequence, a view into the map."""
        start = int(self.starts[number])
        return self.tokens[start : start + int(self.lengths[number])]
