"""The members of a gzip file, of which each record of a WARC is one of its own."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import BinaryIO

_READ = 1 << 14  # bytes; what is behind a small member is read again
_BLOCK = 1 << 20


class Member:
    """The member at the place of a stream. Iterating gives its content in bounded blocks; zlib.error for damage.

    Behind them the stream stands at `end`, and `whole` says whether the member ended, and not the file in it.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self.begin = self.end = stream.tell()
        self.whole = False
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        inflate = zlib.decompressobj(31)
        while not inflate.eof:
            data = inflate.unconsumed_tail or self._stream.read(_READ)
            if not data:
                break
            yield inflate.decompress(data, _BLOCK)
        self.whole = inflate.eof
        self.end = self._stream.seek(-len(inflate.unused_data), 1)
