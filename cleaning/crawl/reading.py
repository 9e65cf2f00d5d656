"""Which page is being read, in a file that outlives the process: a page that crashes or hangs a native parser is known.

A page that was being read each of STRIKES times that the process ended so is not read again: it is stored, and
what it leads to stays unknown. One time proves nothing, for a kill hits a page by chance.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STRIKES = 2
_NOTE, _STRUCK = "reading", "struck.txt"
_MOST = 1 << 16  # bytes of a URL that are noted


class Reading:
    """What is read in the folder of a crawl, one page at a time; begun after the process before has ended.

    A line of the page that was being read then is added to `struck.txt`, one for each time.
    """

    def __init__(self, folder: Path) -> None:
        struck = folder / _STRUCK
        if url := being_read(folder):
            with struck.open("ab") as stream:
                stream.write(url + b"\n")
        lines = struck.read_bytes().splitlines() if struck.exists() else []
        self._struck = Counter(lines)
        # Written, not mapped or synced: against the end of a process that is enough, and costs microseconds.
        self._note = os.open(folder / _NOTE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)

    @property
    def unread(self) -> list[str]:
        """The pages that are not to be read."""
        return sorted(url.decode() for url, n in self._struck.items() if n >= STRIKES)

    def may_read(self, url: str) -> bool:
        """Whether the page has not ended the process so often."""
        return self._struck[_noted(url)] < STRIKES

    @contextmanager
    def of(self, url: str) -> Iterator[None]:
        """Notes that this page is being read."""
        os.pwrite(self._note, _noted(url) + b"\n", 0)
        try:
            yield
        finally:
            os.pwrite(self._note, b"\n", 0)

    def close(self) -> None:
        """Closes the file of the note."""
        os.close(self._note)


def being_read(folder: Path) -> bytes:
    """The page that was being read when the process of a crawl ended; empty if none was."""
    try:
        return (folder / _NOTE).read_bytes().partition(b"\n")[0]
    except FileNotFoundError:
        return b""


def _noted(url: str) -> bytes:
    return url.encode("ascii", "backslashreplace")[:_MOST]
