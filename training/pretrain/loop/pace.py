"""How fast a run goes, for those who watch it: to the terminal, a file of lines and TensorBoard.

Nothing of it enters what the run makes, which is the same bytes however fast. The clock of training stands still
while the held-out text is scored, and that time is told apart.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from pipeline.errors import TahonaError

SHOWN = {  # of the last line, as a person reads it
    "loss": "loss {:.3f}",
    "grad_norm": "gradient {:.3g}",
    "lr": "rate {:.0%}",
    "mfu": "MFU {:.0%}",
    "memory_gb": "{:.1f} GB",
    "noise_scale": "noise scale {:,.0f}",
}


class Pace:
    """The clock of a run of `steps` steps.

    `tokens_after` gives the tokens of so many steps, `flops` operations to train on one, `peak` those that the devices
    can do in a second, where that is known.
    """

    def __init__(
        self,
        progress: Callable[[float, float | None, str], None],
        steps: int,
        tokens_after: Callable[[int], int],
        flops: float = 0.0,
        peak: float | None = None,
        held_out: int = 0,
        path: Path | None = None,
        tensorboard: str | None = None,
    ) -> None:
        self._progress, self.tokens_after = progress, tokens_after
        self.total = tokens_after(steps)
        self.flops, self.peak, self.held_out, self.path = flops, peak, held_out, path
        self.board = _board(tensorboard) if tensorboard else None
        self.training_s = self.evaluation_s = 0.0
        self.tokens = 0  # trained on by this process
        self.speed = 0.0  # tokens a second since the last line
        self._line: dict[str, Any] = {}  # the last one, with its figures
        self._noise = [0.0, 0.0]  # trace and square
        self._mark = self._save = time.monotonic()
        self._since = self._scored = self._done = 0

    def begin(self, done: int) -> None:
        """The run goes on from step `done`."""
        self._mark = self._save = time.monotonic()
        self._since = 0
        self.progress(done)

    def read(self, tokens: int) -> None:
        """A step of so many tokens was done."""
        self._since += tokens
        self.tokens += tokens

    @property
    def unsaved(self) -> float:
        """Seconds since the last checkpoint."""
        return time.monotonic() - self._save

    def saved(self) -> None:
        """A checkpoint was written, or is being written."""
        self._save = time.monotonic()

    def tell(self, line: dict[str, Any]) -> None:
        """A line of the curve was written: the speed since the one before goes beside it."""
        self._stop_clock()
        figures = {
            "tokens_per_second": round(self.speed, 1),
            "training_s": round(self.training_s, 2),
            "evaluation_s": round(self.evaluation_s, 2),
        }
        if mfu := self.mfu:
            figures["mfu"] = round(mfu, 4)
        if torch.cuda.is_available():
            figures["memory_gb"] = round(torch.cuda.max_memory_allocated() / 1e9, 3)
        if self.speed:
            figures["seconds_left"] = round((self.total - line["tokens"]) / self.speed, 1)
        if "gradient_trace" in line:
            self._noise[0] += line["gradient_trace"] or 0.0
            self._noise[1] += line["gradient_square"] or 0.0
            if min(self._noise) > 0:
                figures["noise_scale"] = round(self._noise[0] / self._noise[1], 1)
        self._line = line | figures
        if self.path:
            with self.path.open("a", encoding="utf-8") as out:
                out.write(json.dumps({"step": line["step"]} | figures) + "\n")
        if self.board:
            for name, value in self._line.items():
                if name != "step" and isinstance(value, (int, float)):
                    self.board.add_scalar(name, value, line["step"])

    @property
    def mfu(self) -> float | None:
        """The share of the peak, where it is known."""
        return self.speed * self.flops / self.peak if self.peak else None

    def _stop_clock(self) -> None:
        now = time.monotonic()
        self.training_s += now - self._mark
        self.speed = self._since / max(1e-9, now - self._mark)
        self._mark, self._since = now, 0

    def progress(self, done: int) -> None:
        """Tells how far the run is."""
        self._done = done
        sentence = f"tokens, {self.speed:,.0f} a second" if self.speed else "tokens"
        if self.evaluation_s >= 1:
            sentence += f", {self.evaluation_s:.0f} s of scoring"
        line = {name: value for name, value in self._line.items() if value is not None}
        sentence += "".join(f", {SHOWN[n].format(line[n])}" for n in SHOWN if n in line)
        self._progress(self.tokens_after(done), self.total, sentence)

    @contextmanager
    def evaluating(self) -> Iterator[None]:
        """Around the scoring of held-out text."""
        begun, self._scored = time.monotonic(), 0
        try:
            yield
        finally:
            spent = time.monotonic() - begun
            self.evaluation_s += spent
            self._mark += spent
            self._save += spent

    def scored(self, tokens: int) -> None:
        """So many more held-out tokens were scored."""
        self._scored += tokens
        sentence = (
            f"tokens; scoring held-out text, {self._scored:,} of about {self.held_out:,} tokens"
        )
        self._progress(self.tokens_after(self._done), self.total, sentence)


def _board(folder: str) -> Any:
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError as error:
        raise TahonaError(
            "pretrain.tensorboard needs the package tensorboard: pip install tensorboard"
        ) from error
    return SummaryWriter(folder)
