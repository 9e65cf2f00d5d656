"""How far a step is: its share, the time that is left, and a sentence with both."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque

from pipeline.engines.compute import Outcome

# The time that is left is not shown before a step has run for so many seconds, and has so large a share or
# so many whole shards behind it: processes start, models load, and the first part of a shard is no measure.
SOON, SHARE, SHARDS = 5.0, 0.05, 3
POINTS = 32  # of a time, by which the newer half of it is found


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
            self._points = deque([(self._begun, 0.0)])  # when how much of the step was done
            self._firsts: dict[str, tuple[float, float]] = {}  # of each shard in work, likewise
            return self.step

    def progress(self, key: str, done: float, total: float | None, unit: str) -> None:
        """A shard in work is so far."""
        with self._lock:
            share = min(1.0, done / total) if total else 0.0
            if self.shards == 1 and not self._amounts:  # a training may go on from the middle
                self._begun, self._before = time.monotonic(), share
                self._points = deque([(self._begun, share)])
            self._firsts.setdefault(key, (time.monotonic(), share))
            self._shares[key] = share
            self._inside = (done, total, unit)
            self._amounts[key] = done
            self._note()

    def finish(self, outcome: Outcome) -> None:
        """A shard is done."""
        counted = (outcome.shard.get("ledger") or {}).get("documents") or {}
        with self._lock:
            self._shares.pop(outcome.key, None)
            self._firsts.pop(outcome.key, None)
            self.done += 1
            self._note()
            self.documents += counted.get("in", 0)

    def _note(self) -> None:
        """Remembers how much is done, a point for each POINTS-th of the time."""
        now = time.monotonic()
        if now - self._points[-1][0] >= (now - self._begun) / POINTS:
            self._points.append((now, self._share()))

    def _share(self) -> float:
        if self.shards is None:
            return 0.0
        done = self.done + sum(self._shares.values())
        return min(1.0, done / self.shards) if self.shards else 1.0

    @property
    def share(self) -> float:
        """Of the step, 0 to 1."""
        with self._lock:
            return self._share()

    @property
    def left(self) -> float | None:
        """Seconds until the step is done at its speed of the newer half of its time, and until the slowest shard in
        work is at its own; None where that is not known.
        """
        with self._lock:
            now, share = time.monotonic(), self._share()
            spent, gone = now - self._begun, share - self._before
            if not (
                gone > 0
                and spent >= SOON
                and (gone >= SHARE * (1 - self._before) or self.done >= SHARDS)
            ):
                return None
            while len(self._points) > 1 and self._points[1][0] <= self._begun + spent / 2:
                self._points.popleft()
            guesses = [_left(now - self._points[0][0], share - self._points[0][1], share)]
            guesses += [
                _left(now - since, self._shares[key] - before, self._shares[key])
                for key, (since, before) in self._firsts.items()
                if self.shards != 1 and now - since >= SOON
            ]
            return max(filter(None, guesses), default=None)

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


def _left(spent: float, gone: float, share: float) -> float | None:
    return spent * (1 - share) / gone if gone > 0 else None


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
