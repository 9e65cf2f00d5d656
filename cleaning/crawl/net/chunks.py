"""Chunked bodies (RFC 9112, 7.1) as servers write them, made such as the standard asks for."""

from __future__ import annotations

import re

_SIZE = re.compile(rb"[ \t]*0*([0-9A-Fa-f]{1,16})[ \t]*(?:;.*)?\r?\n", re.DOTALL)
_LONGEST = 1 << 16  # bytes of a line that says a size


class Chunks:
    """Takes the bytes of a body as they come and gives them with plain sizes and the ends of lines of the standard.

    Made right are blanks beside a size, an extension behind a blank, zeros before it, bare LF, a chunk without its end,
    and an empty line more. What is no chunk goes on as it is.
    """

    def __init__(self) -> None:
        self._waiting = b""  # the beginning of a line
        self._left = 0  # bytes of a chunk that are still to come
        self._ended = self._as_is = False  # whether its last chunk was met, and all of it

    def feed(self, data: bytes) -> bytes:
        """What the next bytes give; the beginning of a line waits for the rest of it."""
        pieces = []
        data, self._waiting = self._waiting + data, b""
        while data and not self._as_is:
            if self._left:
                piece, data = data[: self._left], data[self._left :]
                self._left -= len(piece)
                pieces.append(piece if self._left else piece + b"\r\n")
                continue
            end = data.find(b"\n") + 1
            if not end and len(data) < _LONGEST:
                self._waiting = data
                return b"".join(pieces)
            pieces.append(self._line(data[:end] if end else data))
            data = data[end:] if end else b""
        return b"".join((*pieces, data))

    def _line(self, line: bytes) -> bytes:
        if self._ended:  # a trailer, or the empty line behind all
            self._as_is = not line.strip()
            return line.rstrip(b"\r\n") + b"\r\n"
        if not line.strip():
            return b""
        match = _SIZE.fullmatch(line)
        if match is None:
            self._as_is = True
            return line
        self._left = int(match[1], 16)
        self._ended = not self._left
        return b"%x\r\n" % self._left
