"""Reads a file that may be compressed, by its first bytes and not by its name; damage is an error."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, cast

if TYPE_CHECKING:  # all models of a store: longer than most files take
    from pipeline.model.stage import Openable

# What reading damaged data raises.
BREAKS = (EOFError, gzip.BadGzipFile, zlib.error, lzma.LZMAError)

_GZIP, _ZSTD, _BZIP2, _XZ = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"BZh", b"\xfd7zXZ"


def _magic(path: Openable) -> bytes:
    with path.open("rb") as file:
        return file.read(5)


def compressed(path: Openable) -> bool:
    """Whether a file is gzip, zstd, bzip2 or xz."""
    return _magic(path).startswith((_GZIP, _ZSTD, _BZIP2, _XZ))


def opened(path: Openable) -> BinaryIO:
    """The content of a plain, gzip, zstd, bzip2 or xz file as a buffered stream. Reading on into damaged or
    missing compressed data raises one of BREAKS; what came before it has been given.
    """
    magic = _magic(path)
    if magic.startswith(_GZIP):
        return cast(BinaryIO, gzip.open(_given(path), "rb"))
    if magic.startswith(_ZSTD):
        return cast(BinaryIO, io.BufferedReader(_Zstandard(path), 1 << 18))
    if magic.startswith(_BZIP2):
        return cast(BinaryIO, io.BufferedReader(_Bzip2(path), 1 << 18))
    if magic.startswith(_XZ):
        return cast(BinaryIO, lzma.open(_given(path), "rb"))
    return path.open("rb")


def _given(path: Openable) -> Any:
    """As the libraries take it: a path, which they close, or what needs no closing."""
    return path if isinstance(path, Path) else path.open("rb")


class _Bzip2(io.RawIOBase):
    """The content of a bzip2 file of any number of streams, whose damage is an error like that of the others."""

    def __init__(self, path: Openable) -> None:
        self._file = bz2.open(_given(path), "rb")  # noqa: SIM115  (closed by close)

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self._file.close()
        super().close()

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            data = self._file.read(len(buffer))
        except OSError as error:
            if error.errno is not None:
                raise  # the disk, not the data
            raise gzip.BadGzipFile(f"damaged bzip2 data: {error}") from error
        buffer[: len(data)] = data
        return len(data)


class _Zstandard(io.RawIOBase):
    """The content of a zstd file of any number of frames.

    zstandard's own stream reader takes a file that is cut off for one that has ended.
    """

    def __init__(self, path: Openable, start: int = 0) -> None:
        import zstandard

        self._decompressor = zstandard.ZstdDecompressor(max_window_size=1 << 31)
        self._error = zstandard.ZstdError
        self._file = path.open("rb")
        self._file.seek(start)
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


class Frame(NamedTuple):
    """A frame of a zstd file: where it begins in the file, and its content in the whole content."""

    start: int
    content: int


def frames(path: Openable) -> list[Frame] | None:
    """The frames of a zstd file; None where it is no zstd file, or one that does not say the size of its content.

    Only heads are read: those of frames and of their blocks (RFC 8878, 3.1.1).
    """
    result: list[Frame] = []
    at = content = 0
    with path.open("rb") as file:
        while head := file.read(18):
            magic = head[:4]
            if len(head) >= 8 and magic[1:] == b"\x2a\x4d\x18" and magic[0] & 0xF0 == 0x50:
                at += 8 + int.from_bytes(head[4:8], "little")  # skippable
                file.seek(at)
                continue
            if magic != _ZSTD or (sizes := _sizes(head)) is None:
                return None
            size, head_size, checksum = sizes
            result.append(Frame(at, content))
            end = at + head_size
            while True:
                file.seek(end)
                block = file.read(3)
                if len(block) < 3:
                    return None
                value = int.from_bytes(block, "little")
                end += 3 + (1 if value >> 1 & 3 == 1 else value >> 3)
                if value & 1:
                    break
            at, content = end + checksum, content + size
            file.seek(at)
    return result


def begins(path: Openable, start: int, end: int) -> bool:
    """Whether a frame of zstd may begin between two places of a file: what begins one stands there."""
    with path.open("rb") as file:
        file.seek(start)
        window = b""
        while start < end + len(_ZSTD) - 1 and (block := file.read(min(1 << 20, end + 3 - start))):
            if _ZSTD in window + block:
                return True
            start, window = start + len(block), block[-3:]
    return False


def _sizes(head: bytes) -> tuple[int, int, int] | None:
    """Of a frame's head: the size of its content, its own, that of the checksum behind; None without the first."""
    if len(head) < 5:
        return None
    flags = head[4]
    single, width = flags >> 5 & 1, (0, 2, 4, 8)[flags >> 6]
    width = width or single
    start = 5 + (1 - single) + (0, 1, 2, 4)[flags & 3]
    if not width or len(head) < start + width:
        return None
    size = int.from_bytes(head[start : start + width], "little") + 256 * (width == 2)
    return size, start + width, 4 * (flags >> 2 & 1)


def opened_at(path: Openable, frame: Frame) -> BinaryIO:
    """The content of a zstd file from a frame on."""
    return cast(BinaryIO, io.BufferedReader(_Zstandard(path, frame.start), 1 << 18))
