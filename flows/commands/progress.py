"""Tells a person at the terminal how the run goes; everything on standard error."""

from __future__ import annotations

import sys
import threading
import time

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

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
        self._step = ""
        self._shards, self._done, self._last_told = 0, 0, 0.0

    def stage_started(self, stage: str) -> None:
        self._last_told = time.monotonic()

    def stage_waiting(self, stage: str, owner: str) -> None:
        self.console.print(f"{stage}: waiting for another run of it ({owner})")

    def step_started(self, stage: str, step: str, missing: int, reused: int) -> None:
        self._close()
        self._step = stage if step == stage else f"{stage}: {step}"
        self._shards, self._done = missing, 0
        if missing and self.console.is_terminal:
            self._bars = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.fields[unit]}"),
                TimeElapsedColumn(),
                console=self.console,
                transient=True,
            )
            self._bar = self._bars.add_task(self._step, total=missing, unit="shards")
            self._bars.start()

    def shard_progress(self, key: str, done: float, total: float | None, unit: str) -> None:
        # Inside one long shard its own progress is worth more than "0 of 1".
        with self._lock:
            if self._shards == 1 and self._bars and self._bar is not None:
                self._bars.update(self._bar, completed=done, total=total, unit=unit)
            of = f" of {total:,.0f}" if total else ""
            self._tell(f"{self._step}: {done:,.0f}{of} {unit}")

    def shard_done(self, outcome: Outcome) -> None:
        with self._lock:
            self._done += 1
            if self._bars and self._bar is not None and self._shards > 1:
                self._bars.update(self._bar, completed=self._done)
            self._tell(f"{self._step}: {self._done} of {self._shards} shards")

    def stage_done(self, result: Result) -> None:
        self._close()
        self.console.print(_line(result))
        for warning in result.warnings:
            self.console.print(f"warning: {warning}")

    def close(self) -> None:
        """Takes the bar away, so that an error stands alone."""
        self._close()

    def _tell(self, line: str) -> None:
        now = time.monotonic()
        if not self.console.is_terminal and now - self._last_told >= QUIET:
            self._last_told = now
            self.console.print(line)

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
