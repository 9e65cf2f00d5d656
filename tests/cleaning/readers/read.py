"""Reads a file of some bytes as a source does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cleaning.readers.readers import READERS, reader_of
from cleaning.readers.records import Record, SourceSpec

LIMIT = 1_000_000


def read(path: Path, data: bytes, reader: str | None = None, **parts: Any) -> list[Record]:
    path.write_bytes(data)
    spec = SourceSpec(**parts)
    return list(READERS[reader or reader_of(path.name, spec)].read(path, spec, LIMIT))


def parts(record: Record) -> tuple[str | None, str | None, dict[str, str]]:
    return record.text, record.entry, record.metadata


def kinds(records: Sequence[Record]) -> Counter[str]:
    """How many records are pages, unreadable, or removed by each rule."""
    return Counter(
        "unreadable" if r.unreadable else r.removed[0] if r.removed else "page" for r in records
    )
