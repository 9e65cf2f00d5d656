"""Tells a person at the terminal how the run goes; everything on standard error."""

from __future__ import annotations

import sys
import threading
import time

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from flows.chain.standing import Standing
from pipeline.engines.compute import Outcome
from pipeline.run.runner import Result, Watcher

QUIET = 10.0  # seconds between two lines of a long step where there is no terminal


class Terminal(Watcher):
    """A bar a step where standard error is a terminal; else a line now and then, for a log."""

    def __init__(self) -> None:
        # A line of a log stays one line, however long; a terminal has a width of its own.
        self.console = Console(
            file=sys.stderr,
            highlight=False,
            markup=False,
            emoji=False,
            soft_wrap=not sys.stderr.isatty(),
        )
        self._lock = threading.Lock()
        self._bars: Progress | None = None
        self._bar: TaskID | None = None
        self._standing = Standing()
        self._last_told = 0.0

    def stage_started(self, stage: str) -> None:
        self._last_told = time.monotonic()

    def stage_waiting(self, stage: str, owner: str) -> None:
        self.console.print(f"{stage}: waiting for another run of it ({owner})")

    def step_started(self, stage: str, step: str, missing: int, reused: int) -> None:
        self._close()
        self._standing.begin(stage if step == stage else f"{stage}: {step}", missing)
        if missing and self.console.is_terminal:
            self._bars = Progress(
                BarColumn(), TextColumn("{task.description}"), console=self.console, transient=True
            )
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
        self.console.print(_line(result))
        for warning in result.warnings:
            self.console.print(f"warning: {warning}")
        for line in result.news:
            self.console.print(line)

    def close(self) -> None:
        """Takes the bar away, so that an error stands alone."""
        self._close()

    def _tell(self) -> None:
        with self._lock:
            now = time.monotonic()
            if self._bars and self._bar is not None:
                share, told = self._standing.share, self._standing.sentence()
                self._bars.update(self._bar, completed=share, description=told)
            elif not self.console.is_terminal and now - self._last_told >= QUIET:
                self._last_told = now
                self.console.print(self._standing.sentence())

    def _close(self) -> None:
        if self._bars:
            self._bars.stop()
        self._bars = self._bar = None


def _line(result: Result) -> str:
    answer = result.to_json()
    shards = f"{result.computed} computed, {result.reused} reused"
    text = f"{result.stage:<12} {result.state:<10} {result.seconds:8.1f} s  shards: {shards}"
    if documents := answer["documents"]:
        removed = sum(documents["removed"].values())
        text += f"  documents: {documents['in']:,} in, {documents['kept']:,} kept"
        text += f", {removed:,} removed" if removed else ""
        text += f", {documents['quarantined']:,} quarantined" if documents["quarantined"] else ""
    return text
