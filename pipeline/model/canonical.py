"""The one form in which what a store holds is written and hashed."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from pydantic import BaseModel, ConfigDict


def canonical_json(value: Any) -> bytes:
    """The one JSON encoding that is hashed: sorted keys, no spaces, UTF-8.

    A ValueError for what JSON has no form for (a NaN, say), a TypeError for what is no JSON at all.
    """
    return _CANONICAL.encode(value).encode()


# Made once: `json.dumps` makes one for each value, which takes as long again.
_CANONICAL = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
)


def digest(value: Any) -> str:
    """Hex sha256 of the canonical JSON of `value`, cut to 32 digits (128 bits name a shard well enough)."""
    return hashlib.sha256(canonical_json(value)).hexdigest()[:32]


class Canonical(BaseModel):
    """A record of a store, in JSON."""

    # Defaults that may change are made by a factory: a copy of one, for each record, takes longer than all the rest.
    model_config = ConfigDict(populate_by_name=True, extra="forbid")

    def to_json(self) -> dict[str, Any]:
        """The record as JSON has it."""
        return self.model_dump(mode="json", by_alias=True)
