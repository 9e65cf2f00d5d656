"""Reads a file that may be compressed, by its first bytes and not by its name; damage is an error."""

from __future__ import annotations

import gzip
import io
import zlib
from pathlib import Path
from typing import BinaryIO, cast

BREAKS = (EOFError, gzip.BadGzipFile, zlib.error)  # what reading damaged data raises


_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"


def _magic(path: Path) -> bytes:
    with open(path, "rb") as file:
        return file.read(4)


def compressed(path: Path) -> bool:
    """Whether a file is gzip or zstd."""
    return _magic(path).startswith((_GZIP, _ZSTD))


def opened(path: Path) -> BinaryIO:
    """The content of a plain, gzip or zstd file as a buffered stream. Reading on into damaged or
    missing compressed data raises one of BREAKS; what came before it has been given.
    """
    magic = _magic(path)
    if magic.startswith(_GZIP):
        return cast(BinaryIO, gzip.open(path, "rb"))
    if magic.startswith(_ZSTD):
        return cast(BinaryIO, io.BufferedReader(_Zstandard(path), 1 << 18))
    return open(path, "rb")


class _Zstandard(io.RawIOBase):
    """The content of a zstd file of any number of frames.

    zstandard's own stream reader takes a file that is cut off for one that has ended.
    """

    def __init__(self, path: Path) -> None:
        import zstandard

        self._decompressor = zstandard.ZstdDecompressor(max_window_size=1 << 31)
        self._error = zstandard.ZstdError
        self._file = open(path, "rb")  # noqa: SIM115  (closed by close)
        self._frame = self._decompressor.decompressobj()
        self._input = self._output = b""
        self._inside = False

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self._file.close()
        super().close()

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._output:
            self._input = self._input or self._file.read(1 << 16)
            if not self._input:
                if self._inside:
                    raise EOFError("the zstd data is cut off")
                return 0
            if self._frame.eof:
                self._frame = self._decompressor.decompressobj()
            try:
                self._output = self._frame.decompress(self._input)
            except self._error as error:
                raise gzip.BadGzipFile(f"damaged zstd data: {error}") from error
            self._inside = not self._frame.eof
            self._input = self._frame.unused_data if self._frame.eof else b""
        size = min(len(buffer), len(self._output))
        buffer[:size] = self._output[:size]
        self._output = self._output[size:]
        return size
