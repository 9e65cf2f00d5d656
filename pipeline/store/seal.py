"""The seal of a record: its own sha256 at its end, so that a changed byte anywhere shows."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def sealed(record: dict[str, Any]) -> bytes:
    """A record as JSON that ends in its own sha256, so that a changed byte anywhere shows."""
    body = json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False).encode()[:-2]
    return body + _seal(body)


def unsealed(data: bytes) -> dict[str, Any]:
    """Reads what `sealed` wrote; a ValueError where a byte was changed."""
    body = data[: -len(_seal(b""))]
    if data != body + _seal(body):
        raise ValueError("the record does not agree with its seal")
    record = json.loads(data)
    del record["seal"]
    return record


def _seal(body: bytes) -> bytes:
    return f',\n "seal": "{hashlib.sha256(body).hexdigest()}"\n}}\n'.encode()
