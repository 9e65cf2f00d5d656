"""Reads PDF files that have a text layer; a scanned one is named as such.

The library is native code and its input anybody's, so it works in a process of its own for each file,
bounded in time and memory: one that crashes or hangs costs that file.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from cleaning.readers.records import Record, SourceSpec, unreadable
from cleaning.readers.xml import with_digest

SECONDS = 120  # that a file may take; a book of 1,000 pages takes some ten


def read_pdf(path: Path, spec: SourceSpec, limit: int) -> Iterator[Record]:
    """The one document of a file: paragraphs in the order of reading, without running heads and page numbers."""
    command = [sys.executable, "-m", "cleaning.readers.pdf_process", str(path), str(limit)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        yield Record(0, unreadable=unreadable("gave up", f"after {SECONDS} s"))
        return
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        yield Record(
            0, unreadable=unreadable("gave up", f"the parser ended with {done.returncode}")
        )
        return
    if wrong := answer.get("wrong"):
        yield Record(0, unreadable=unreadable(*wrong))
    elif answer.get("large"):
        yield Record(0, removed=("too_large", None, float(limit)))
    else:
        yield with_digest(Record(0, text=answer["text"], metadata=answer["metadata"]))
