"""How far a step is: its share, the time that is left, and a sentence with both."""

from __future__ import annotations

import threading
import time
from collections import Counter

from pipeline.engines.compute import Outcome

# The time that is left is not shown before a step has run for so many seconds, and has so large a share or
# so many whole shards behind it: processes start, models load, and the first part of a shard is no measure.
SOON, SHARE, SHARDS = 5.0, 0.05, 3


class Standing:
    """The current step of a stage. Updated from many threads, and read from another."""

    def __init__(self, step: str = "") -> None:
        self._lock = threading.Lock()
        self._rounds: Counter[str] = Counter()
        self.begin(step, None)

    def begin(self, step: str, shards: int | None) -> str:
        """Another step begins, with so many shards to compute; None: a stage does, and they are not known yet.

        Returns what the step is called: of several of one name in a stage, the later ones have a number.
        """
        with self._lock:
            if shards is None:
                self._rounds.clear()
            else:
                self._rounds[step] += 1
            again = self._rounds[step] > 1
            self.step = f"{step}, part {self._rounds[step]}" if again else step
            self.shards = shards
            self.done = self.documents = 0
            self._shares: dict[str, float] = {}  # of each shard in work, how much of it is done
            self._inside: tuple[float, float | None, str] | None = None
            self._amounts: dict[str, float] = {}  # of each shard, what it has done
            self._begun, self._before = time.monotonic(), 0.0
            return self.step

    def progress(self, key: str, done: float, total: float | None, unit: str) -> None:
        """A shard in work is so far."""
        with self._lock:
            share = min(1.0, done / total) if total else 0.0
            if self.shards == 1 and not self._amounts:  # a training may go on from the middle
                self._begun, self._before = time.monotonic(), share
            self._shares[key] = share
            self._inside = (done, total, unit)
            self._amounts[key] = done

    def finish(self, outcome: Outcome) -> None:
        """A shard is done."""
        counted = (outcome.shard.get("ledger") or {}).get("documents") or {}
        with self._lock:
            self._shares.pop(outcome.key, None)
            self.done += 1
            self.documents += counted.get("in", 0)

    @property
    def share(self) -> float:
        """Of the step, 0 to 1."""
        with self._lock:
            if self.shards is None:
                return 0.0
            done = self.done + sum(self._shares.values())
            return min(1.0, done / self.shards) if self.shards else 1.0

    @property
    def left(self) -> float | None:
        """Seconds until the step is done at its speed so far; None where that is not known."""
        share, spent = self.share, time.monotonic() - self._begun
        gone = share - self._before
        known = (
            gone > 0
            and spent >= SOON
            and (gone >= SHARE * (1 - self._before) or self.done >= SHARDS)
        )
        return spent * (1 - share) / gone if known else None

    def sentence(self) -> str:
        """The step, its shards (of a single one, its own progress), the share, the speed and the time left."""
        with self._lock:
            if self.shards is None:
                return f"{self.step}: begins"
            amount = f"{self.done:,} of {self.shards:,} shard{'s' * (self.shards != 1)} done"
            if self.shards == 1 and self._inside and not self.done:
                done, total, unit = self._inside
                amount = f"{done:,.0f}{f' of {total:,.0f}' if total else ''} {unit}"
            elif self._inside and "," in self._inside[2]:  # a unit for all of them
                amount += f", {sum(self._amounts.values()):,.0f} {self._inside[2]}"
            spent = time.monotonic() - self._begun
            speed = (
                f", {self.documents / spent:,.0f} documents per second" if self.documents else ""
            )
        share = f" ({self.share:.0%})" if 0 < self.share < 1 else ""
        left = f", {brief(self.left)} left" if self.left else ""
        return f"{self.step}: {amount}{share}{speed}{left}"


def brief(seconds: float) -> str:
    """A time that is only guessed, in the one or two units that fit."""
    minutes = round(seconds / 60)
    if seconds < 90:
        return f"{seconds:.0f} s"
    if minutes < 60:
        return f"{minutes} min"
    return (
        f"{minutes // 60} h {minutes % 60} min" if minutes < 24 * 60 else f"{minutes // 1440} days"
    )
