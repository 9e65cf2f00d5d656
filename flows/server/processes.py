"""The processes of `tahona serve`: none outlives it, whether it ends, fails or is killed."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from flows.server.keeper import GRACE, SUBREAPER, end_children
from pipeline.engines.process import Child, control
from pipeline.errors import TahonaError

END = 10  # seconds within which a killed process is gone


class Processes:
    """Server and worker, owned by a process of their own, which ends them when this one

    is gone. Ctrl-C reaches this process alone, which ends them in order. `reason` explains for one that ended
    by itself, and how, why that was and what to do. Each has `grace` seconds to end by itself.
    """

    def __init__(self, reason: Callable[[str, str], str], grace: float = GRACE) -> None:
        self._reason = reason
        self._grace = grace

    def __enter__(self) -> Processes:
        control(SUBREAPER, 1)  # should the keeper be killed, its children are ours
        with open(os.dup(2), "wb") as errors:
            self._keeper = Child(
                "flows.server.keeper", errors, words=[str(self._grace)], start_new_session=True
            )
        return self

    def start(
        self,
        name: str,
        words: list[str],
        extra: Mapping[str, str] | None = None,
        log: Path | None = None,
    ) -> None:
        """Starts `prefect WORDS`; its output goes to the log, else to standard error.

        `extra` is added to the environment, where that does not say otherwise.
        """
        env = {**(extra or {}), **os.environ}
        self._order("start", name=name, words=words, env=env, log=log and str(log))

    def check(self) -> None:
        """Raises TahonaError where server or worker has ended by itself."""
        if ended := self._order("ended"):
            name, how = ended
            raise TahonaError(f"the Prefect {name} ended {how}: {self._reason(name, how)}")

    def end_worker(self) -> None:
        """Ends the runs, then the worker; the server still receives how they ended."""
        self._order("end_worker")

    def _order(self, do: str, **arguments: Any) -> Any:
        self._keeper.say({"do": do, **arguments})
        try:
            # Runs, worker, what they left and server may each take their time.
            return self._keeper.hear(10 + 8 * self._grace)
        except EOFError as error:
            # Its pipe is closed a moment before it is dead.
            with suppress(subprocess.TimeoutExpired):
                self._keeper.popen.wait(END)
            how = self._keeper.ended() or "too"
            raise TahonaError(
                f"the process that holds server and worker ended {how}: start `tahona serve` again"
            ) from error

    def __exit__(self, *_: object) -> None:
        try:
            self._order("end")
        except TahonaError:
            end_children(self._grace)
        self._keeper.end()
