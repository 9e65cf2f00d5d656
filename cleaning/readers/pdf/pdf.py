"""Reads PDF files that have a text layer; a scanned one is named as such.

The library is native code and its input anybody's, so it works in a process of its own for each file,
bounded in time and memory, which ends with this one: a file that crashes or hangs it costs itself alone.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cleaning.readers.records import Record, SourceSpec, unreadable
from cleaning.readers.xml.xml import with_digest
from pipeline.engines.process import Child

SECONDS = 120  # that a file may take; a book of 1,000 pages takes some ten


def read_pdf(path: Path, spec: SourceSpec, limit: int) -> Iterator[Record]:
    """The one document of a file: paragraphs in the order of reading, without running heads and page numbers."""
    answer = _asked(path, limit)
    if wrong := answer.get("wrong"):
        yield Record(0, unreadable=unreadable(*wrong))
    elif answer.get("large"):
        yield Record(0, removed=("too_large", None, float(limit)))
    else:
        yield with_digest(Record(0, text=answer["text"], metadata=answer["metadata"]))


def _asked(path: Path, limit: int) -> dict[str, Any]:
    """What the process tells of a file, or how it failed."""
    with tempfile.TemporaryFile("a+b") as log:
        child = Child("cleaning.readers.pdf.process", log)
        child.say([str(path), limit])
        try:
            answer = child.hear(SECONDS)
        except EOFError:
            return {"wrong": ["gave up", f"the parser ended {child.end(1.0)}"]}
        child.end()
    return answer or {"wrong": ["gave up", f"after {SECONDS} s"]}
