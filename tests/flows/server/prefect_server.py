"""A Prefect server by itself for the tests, as one that somebody else started."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import pytest

from tests.flows.command import environment
from tests.flows.server.forked import finish, fork, python
from tests.flows.server.served import ENDS, Api, until
from tests.ports import free_port
from tests.session_folder import session_folder

PROCESS = ("-m", "flows.server.prefect_process")
SILENCE = 10  # seconds after which their deployments are taken for dead
# Of Prefect's blocks, which no flow of ours has, a server's first start tells its database for more than a second.
NO_BLOCKS = {"PREFECT_API_BLOCKS_REGISTER_ON_START": "false"}
LEASE = 3.0  # seconds after which the runs of tests.flows.server.brief renew a lease


def home(factory: pytest.TempPathFactory) -> Path:
    """A home of Prefect that has its empty database; making one takes as long as the rest of a server's start."""
    place = factory.mktemp("home")
    log = place / "database.log"

    def make(folder: Path) -> None:
        words = ("server", "database", "upgrade", "--yes")
        process = fork(python, *PROCESS, *words, env=environment(PREFECT_HOME=str(folder)), log=log)
        assert finish(process) == 0, log.read_text()

    return Path(
        shutil.copytree(session_folder(factory, "prefect", make), place, dirs_exist_ok=True)
    )


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
            **NO_BLOCKS,
        }
        self.process = self._start()

    def _start(self) -> ForkServerProcess:
        words = ("server", "start", "--no-ui", "--host", "127.0.0.1", "--port", str(self.port))
        env = environment(**self.variables)
        return fork(python, *PROCESS, *words, env=env, log=self.home / "server.log")

    def ready(self) -> None:
        until(lambda: self.answers() or not self.process.is_alive(), log=self.said)
        assert self.process.is_alive(), self.said()[-3000:]

    def said(self) -> str:
        return (self.home / "server.log").read_text()

    def begin(self) -> None:
        """Starts one that was ended again, with what it has on disk."""
        self.process = self._start()
        self.ready()

    def close(self) -> None:
        self.process.terminate()
        self.process.join(240)
        self.process.kill()
        self.process.join()

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
        tasks = sorted(
            self.ask("task_runs/filter", of), key=lambda task: task["expected_start_time"]
        )
        ended = all(task["state"] and task["state"]["type"] in ENDS for task in tasks)
        there = names is None or (ended and [task["name"] for task in tasks] == list(names))
        return tasks if there else []
