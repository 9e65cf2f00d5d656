"""Shows the progress of a run at the terminal; everything on standard error."""

from __future__ import annotations

import logging
import sys
import threading
import time
from typing import TYPE_CHECKING

from flows.chain.step_progress import Standing
from flows.report.words.language import languages
from pipeline.engines.compute import Outcome
from pipeline.model.notice import Notice
from pipeline.run.runner import Result, Watcher

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.progress import Progress, TaskID

QUIET = 10.0  # seconds between two lines of a long step where there is no terminal
SPEAKS = logging.getLogger("training")  # its steps run in this process, and log what they do


class Terminal(Watcher):
    """A bar a step where standard error is a terminal; else a line now and then, for a log.

    `alone` is the command of a stage of several, which tells the warnings of one that is reused again.
    """

    def __init__(self, alone: Callable[[str], str] | None = None) -> None:
        self._alone = alone
        self._terminal = sys.stderr.isatty()
        self._lock = threading.Lock()
        self._bars: Progress | None = None
        self._bar: TaskID | None = None
        self._standing = Standing()
        self._last_line = 0.0
        self._stage = ""
        self._words = _Words(lambda words: _print(f"{self._stage}: {words}"))

    def stage_started(self, stage: str) -> None:
        # From here on, not from the beginning: what is refused before its first stage is never closed.
        SPEAKS.addHandler(self._words)
        SPEAKS.setLevel(logging.INFO)
        SPEAKS.propagate = (
            False  # libraries give the root logger a handler that would print it again
        )
        self._stage, self._last_line = stage, time.monotonic()
        self._standing.begin(stage, None)

    def stage_waiting(self, stage: str, owner: str) -> None:
        _print(f"{stage}: waiting for another run of it ({owner})")

    def step_started(self, stage: str, step: str, missing: int, reused: int) -> None:
        self._close()
        self._standing.begin(stage if step == stage else f"{stage}: {step}", missing)
        if missing and self._terminal:
            self._bars = _bars()
            self._bar = self._bars.add_task(self._standing.sentence(), total=1.0)
            self._bars.start()

    def shard_progress(self, key: str, done: float, total: float | None, unit: str) -> None:
        self._standing.progress(key, done, total, unit)
        self._tell()

    def shard_done(self, outcome: Outcome) -> None:
        self._standing.finish(outcome)
        self._tell()

    def stage_done(self, result: Result) -> None:
        self._close()
        _print(_line(result))
        if result.warnings and self._alone and result.state == "reused":
            some = "a warning" if len(result.warnings) == 1 else f"{len(result.warnings)} warnings"
            _print(f"{result.stage}: {some} as before: see `{self._alone(result.stage)}`")
        else:
            for warning in result.warnings:
                self.warned(warning)
        for line in result.news:
            _print(line)

    def warned(self, warning: Notice) -> None:
        _print(f"warning: {languages()[0].sentence(warning)}")

    def close(self) -> None:
        """Removes the bar, so that an error stands alone."""
        self._close()
        SPEAKS.removeHandler(self._words)
        SPEAKS.propagate = True

    def _tell(self) -> None:
        with self._lock:
            now = time.monotonic()
            if self._bars and self._bar is not None:
                share, sentence = self._standing.share, self._standing.sentence()
                self._bars.update(self._bar, completed=share, description=sentence)
            elif not self._terminal and now - self._last_line >= QUIET:
                self._last_line = now
                _print(self._standing.sentence())

    def _close(self) -> None:
        if self._bars:
            self._bars.stop()
        self._bars = self._bar = None


class _Words(logging.Handler):
    """Hands on what is logged, as a sentence."""

    def __init__(self, say: Callable[[str], None]) -> None:
        super().__init__(logging.INFO)
        self._say = say

    def emit(self, record: logging.LogRecord) -> None:
        self._say(record.getMessage())


def _bars() -> Progress:
    """A progress bar, which disappears when it is stopped."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    console = Console(file=sys.stderr, highlight=False, markup=False, emoji=False)
    columns = BarColumn(), TextColumn("{task.description}", markup=False)
    return Progress(*columns, console=console, transient=True)


def _print(line: str) -> None:
    """Prints a line at once, however standard error is buffered, and in one piece."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def _line(result: Result) -> str:
    answer = result.to_json()
    shards = f"{result.computed} computed, {result.reused} reused"
    text = f"{result.stage:<12} {result.state:<10} {result.seconds:8.1f} s  shards: {shards}"
    if documents := answer["documents"]:
        removed = sum(documents["removed"].values())
        text += f"  documents: {documents['in']:,} in, {documents['kept']:,} kept"
        text += f", {documents['parted']:,} parted" if documents.get("parted") else ""
        text += f", {removed:,} removed" if removed else ""
        text += f", {documents['quarantined']:,} quarantined" if documents["quarantined"] else ""
        rules = (answer["characters"] or {}).get("cut", {}).items()
        cut = sum(number for rule, number in rules if rule not in documents["removed"])
        text += f", {cut:,} characters cut" if cut else ""
    return text
