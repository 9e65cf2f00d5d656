"""Whether a page says something that no page of a crawl before it did, in memory that does not grow."""

from __future__ import annotations

import io
import mmap
import os
import re
from collections.abc import Iterable
from pathlib import Path
from zlib import crc32

NEW_WORDS = 30  # in new lines, all of them known: more than a heading that filters put together

# Bits of a hash in each layer of what was seen: small ones first, since most sources are; what falls on a
# taken place is thought known. 9 MB in all.
LAYERS = (20, 23, 26)
_BEGINS = [sum(1 << (bits - 3) for bits in LAYERS[:n]) for n in range(len(LAYERS))]
_SIZE = sum(1 << (bits - 3) for bits in LAYERS)
_FULL = 0.01  # of a layer, from which the next is begun
_DIGITS = re.compile(r"[0-9]+")
_WORD = re.compile(r"[^\W\d_]+")


class Novelty:
    """Tells of each page whether it is new, whatever its numbers are.

    It is with a word that was not seen, or with NEW_WORDS words in lines that were not: a calendar
    has other numbers, a filter puts known words together. Holds 9 MB at most, however many pages come: the first
    layer in memory, since each new page of a mapped file is a fault, the others mapped when they are begun.
    """

    def __init__(self, file: Path | None = None) -> None:
        """`file` keeps what was seen from one run to the next."""
        self._file = file
        self._layers: list[bytearray | memoryview] = [bytearray(1 << (LAYERS[0] - 3))]
        self._count = 0
        if file is None or not file.exists():
            return
        with file.open("rb") as stream:
            stream.readinto(self._layers[0])
        while self._goes_on():
            self._begin()

    def of(self, texts: Iterable[str]) -> bool:
        """Whether the pieces of visible text of a page are new; from now on they are known."""
        lines = _DIGITS.sub("0", "\n".join(" ".join(text.split()) for text in texts)).split("\n")
        new = [line for line in lines if not self._known(f"\n{line}")]
        words = _WORD.findall("\n".join(new).lower())
        unseen = [word for word in set(words) if not self._known(word)]
        return bool(unseen) or len(words) >= NEW_WORDS

    def save(self) -> None:
        """Writes what is in memory alone, as long as something comes to it."""
        if self._file and len(self._layers) == 1:
            with self._open(self._file) as stream:
                stream.write(self._layers[0])

    def _known(self, item: str) -> bool:
        hashed = crc32(item.encode("utf-8", "surrogatepass"))
        for layer, bits in zip(self._layers, LAYERS, strict=False):
            place = hashed & ((1 << bits) - 1)
            byte, bit = place >> 3, 1 << (place & 7)
            if layer[byte] & bit:
                return True
        layer[byte] |= bit
        self._count += 1
        if len(self._layers) < len(LAYERS) and self._count > _FULL * (1 << bits):
            self._begin()
            self._count = 0
        return False

    def _begin(self) -> None:
        """Begins the next layer, or takes it from the file."""
        self.save()
        number = len(self._layers)
        size = 1 << (LAYERS[number] - 3)
        if self._file is None:
            self._layers.append(bytearray(size))
            return
        with self._open(self._file) as stream:
            mapped = mmap.mmap(stream.fileno(), _SIZE)
        begin = _BEGINS[number]
        self._layers.append(memoryview(mapped)[begin : begin + size])

    def _goes_on(self) -> bool:
        """Counts what the last layer holds: whether it is full, and not the last of all."""
        self._count = int.from_bytes(self._layers[-1], "little").bit_count()
        bits = LAYERS[len(self._layers) - 1]
        return len(self._layers) < len(LAYERS) and self._count > _FULL * (1 << bits)

    @staticmethod
    def _open(file: Path) -> io.BufferedRandom:
        stream = os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT, 0o644), "r+b")
        stream.truncate(_SIZE)
        return stream
