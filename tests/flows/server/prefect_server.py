"""A Prefect server by itself for the tests, as one that somebody else started."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.flows.command import environment
from tests.flows.server.served import ENDS, Api, until
from tests.ports import free_port
from tests.processes import begin
from tests.session_folder import session_folder

CHECKOUT = Path(__file__).parents[3]
SILENCE = 10  # seconds after which their deployments are taken for dead
LEASE = 3.0  # seconds after which the runs of tests.flows.server.brief renew a lease


def home(factory: pytest.TempPathFactory) -> Path:
    """A home of Prefect that has its empty database; making one takes as long as the rest of a server's start."""

    def make(folder: Path) -> None:
        words = ("server", "database", "upgrade", "--yes")
        command = [sys.executable, "-m", "flows.server.prefect_process", *words]
        variables = environment(PREFECT_HOME=str(folder))
        subprocess.run(command, env=variables, cwd=CHECKOUT, check=True, capture_output=True)

    made = factory.mktemp("home")
    return Path(shutil.copytree(session_folder(factory, "prefect", make), made, dirs_exist_ok=True))


class Server(Api):
    """A Prefect server on loopback, with a home of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port()
        super().__init__(f"http://127.0.0.1:{self.port}/api")
        self.variables = {
            "PREFECT_HOME": str(home),
            "PREFECT_API_URL": self.url,
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_SERVER_EVENTS_PROACTIVE_GRANULARITY": "PT1S",
        }
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        command = [
            sys.executable,
            "-m",
            "flows.server.prefect_process",
            "server",
            "start",
            "--no-ui",
        ]
        return begin(
            [*command, "--host", "127.0.0.1", "--port", str(self.port)],
            env=environment(**self.variables),
            cwd=CHECKOUT,
            stdout=(self.home / "server.log").open("a"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def ready(self) -> None:
        until(lambda: self.answers() or self.process.poll() is not None, log=self.said)
        assert self.process.poll() is None, self.said()[-3000:]

    def said(self) -> str:
        return (self.home / "server.log").read_text()

    def begin(self) -> None:
        """Starts one that was ended again, with what it has on disk."""
        self.process = self._start()
        self.ready()

    def close(self) -> None:
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(240)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def last_run(self, tasks: Sequence[str] | None = None) -> dict[str, Any]:
        """The newest flow run, with its `flow`, and `tasks` and `artifacts` in the order of time.

        What becomes of a task is told to the server beside the run, and written later: given the names of the
        `tasks`, in their order, it waits until that is there of all of them.
        """
        run: dict[str, Any]
        (run,) = self.ask("flow_runs/filter", {"limit": 1, "sort": "EXPECTED_START_TIME_DESC"})
        of = {"flow_runs": {"id": {"any_": [run["id"]]}}}
        run["flow"] = self.ask("flows/filter", of)[0]["name"]
        run["tasks"] = (
            until(lambda: self._tasks(of, tasks), log=self.said) if tasks else self._tasks(of)
        )
        run["artifacts"] = sorted(
            self.ask("artifacts/filter", of), key=lambda artifact: artifact["created"]
        )
        return run

    def _tasks(
        self, of: dict[str, Any], names: Sequence[str] | None = None
    ) -> list[dict[str, Any]]:
        """The task runs of a flow run in the order of time; with `names` none before these are there and have ended."""
        found = sorted(
            self.ask("task_runs/filter", of), key=lambda task: task["expected_start_time"]
        )
        ended = all(task["state"] and task["state"]["type"] in ENDS for task in found)
        there = names is None or (ended and [task["name"] for task in found] == list(names))
        return found if there else []
