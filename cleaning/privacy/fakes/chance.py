"""What fakes are drawn by: a keyed hash of a value, the same however it is written."""

from __future__ import annotations

import hashlib
import random


def chance(kind: str, plain: str, seed: int) -> random.Random:
    """The draws for a value: of its kind, of what it is without its form, and of a corpus's seed."""
    key = hashlib.blake2b(f"{kind}\0{plain}".encode(), key=str(seed).encode()[:64], digest_size=16)
    return random.Random(key.digest())


def as_written(fake: str, written: str) -> str:
    """A fake in capitals or small letters where what it stands for is."""
    if written.isupper() and len(written) > 1:
        return fake.upper()
    return fake.lower() if written.islower() else fake
