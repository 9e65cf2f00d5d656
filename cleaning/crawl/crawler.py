"""The crawling process as its kernels see it: one for all of them here, begun by the first, ended by the last."""

from __future__ import annotations

import itertools
import queue
import signal
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cleaning.crawl.reading import being_read
from pipeline.engines.process import Child

TICK = 0.2  # seconds between two looks whether anybody is there
CLOSING = 20.0  # seconds to close its files after a request to stop

POINTS = 50  # looks at the pages of all, over which their rate is taken

_lock = threading.Lock()
_process: Crawler | None = None
_numbers = itertools.count()


class Crawler:
    """A process and those who crawl by it; what it tells goes to whom it is for, None when it has ended."""

    def __init__(self) -> None:
        self.users = 0
        self.how = ""  # it ended
        self.struck = False  # it ended by a page that it read: without that page it may go on
        self._hung = False
        self._folders: list[Path] = []
        # What it says is written at the end, also after the file was emptied.
        self._log = tempfile.TemporaryFile("a+b")  # noqa: SIM115
        self._lines: dict[int, queue.SimpleQueue[Any]] = {}
        self._progress: dict[int, dict[str, Any]] = {}  # the last line of each
        self._points: deque[tuple[float, int]] = deque(maxlen=POINTS)  # seconds, pages
        # It dies with the thread that started it.
        self._starter = ThreadPoolExecutor(1, "crawler")
        self._child = self._starter.submit(Child, "cleaning.crawl.process", self._log).result()
        self._saying = threading.Lock()
        self._listener = threading.Thread(target=self._listen, name="crawl", daemon=True)
        self._listener.start()

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._child.pid

    @property
    def returncode(self) -> int | None:
        """Of the process, once it has ended."""
        return self._child.popen.returncode

    def say(self, order: dict[str, Any]) -> None:
        """Gives an order; of a process that has ended it is heard, not seen here."""
        with self._saying:
            if "scratch" in order:
                self._folders.append(Path(order["scratch"]))
            if not self.how:
                self._child.say(order)

    def lines(self, number: int) -> queue.SimpleQueue[Any]:
        """What it tells of an order."""
        lines = self._of(number)
        if self.how:
            lines.put(None)
        return lines

    def standing(self) -> str:
        """How all that crawl here go, in words: pages a second, what waits, failures, hosts that are left in peace."""
        with _lock:
            lines = list(self._progress.values())
        pages, now = sum(line["pages"] for line in lines), time.monotonic()
        self._points.append((now, pages))
        since, before = self._points[0]
        rate = max(0.0, (pages - before) / (now - since)) if now > since else 0.0
        waiting, failed, resting = (
            sum(line[name] for line in lines) for name in ("waiting", "failed", "resting")
        )
        hosts = f"{resting:,} host{'s' * (resting != 1)} at rest"
        return f"{rate:.1f}/s, {waiting:,} waiting, {failed:,} failed, {hosts}"

    def last_words(self) -> str:
        """The end of what it said on standard error."""
        return self._child.last_words()

    def end(self, hung: bool = False) -> None:
        """Ends the process; `hung` says why."""
        self._hung |= hung
        self._child.popen.kill()
        self._listener.join()
        self._child.end()
        self._starter.shutdown()

    def _listen(self) -> None:
        while True:
            try:
                line = self._child.hear(TICK)
            except EOFError:
                break
            if line:
                number = line.pop("number")
                if "pages" in line:
                    with _lock:
                        self._progress[number] = line
                self._of(number).put(line)
        code = self._child.popen.wait()
        # Not by a SIGKILL of somebody else's, who wants it ended.
        if self._hung or (code < 0 and code != -signal.SIGKILL):
            self.struck = any(map(being_read, self._folders))
        with _lock:
            self.how = self._child.ended() or "ended"
            for lines in self._lines.values():
                lines.put(None)

    def _of(self, number: int) -> queue.SimpleQueue[Any]:
        with _lock:
            return self._lines.setdefault(number, queue.SimpleQueue())


@contextmanager
def crawler() -> Iterator[tuple[Crawler, int]]:
    """The crawling process of this one, and a number for an order that no other has."""
    global _process
    with _lock:
        if _process is None or _process.how:
            _process = Crawler()
        mine = _process
        mine.users += 1
    try:
        yield mine, next(_numbers)
    finally:
        with _lock:
            mine.users -= 1
            last = not mine.users
            if last and _process is mine:
                _process = None
        if last:
            mine.end()
