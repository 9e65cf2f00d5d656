"""A real `tahona serve` for the tests, and what they ask its server."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.flows.command import arguments, environment
from tests.paused_children import PausedChildren
from tests.ports import free_port
from tests.processes import begin

BY_CHILD = ["run.engine=processes"]  # one, as the recipes of the tests have one worker
PROCESSES = [*BY_CHILD, "run.workers=2"]
# Of a first run: they come along to what follows it, and change no dataset.
OVERRIDES = ["run.threads=1"]
# Seconds between two looks, at first and at most: each costs a server, or a walk over all processes, some hundredths.
LOOK, LONGEST = 0.4, 1.2
PATIENCE = 300  # seconds that a busy server may take for an answer
LATE = 300  # seconds after the end of a run in which its last lines may come
ENDS = {"COMPLETED", "FAILED", "CANCELLED", "CRASHED"}


class Api:
    """What tests ask a Prefect server."""

    def __init__(self, url: str) -> None:
        self.url = url

    def ask(self, path: str, body: Any = None, method: str = "") -> Any:
        """The answer to a POST with `body`, or to a GET without one."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self.url}/{path}",
            data,
            {"content-type": "application/json"},
            method=method or ("GET" if body is None else "POST"),
        )
        end = time.monotonic() + PATIENCE
        while True:
            try:
                with urllib.request.urlopen(request, timeout=PATIENCE) as response:
                    text = response.read()
                return json.loads(text) if text else None
            except urllib.error.HTTPError as error:
                # On a busy machine SQLite is locked now and then; nothing was done then.
                if error.code != 503 or time.monotonic() > end:
                    answer = error.read()[:500]
                    raise AssertionError(f"{path}: {error.code} {answer!r}") from error
            time.sleep(LOOK)

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=30):
                return True
        except OSError:
            return False

    def deployments(self) -> dict[str, dict[str, Any]]:
        return {d["name"]: d for d in self.ask("deployments/filter", {})}

    def start(self, deployment: str, **parameters: Any) -> str:
        """Starts a flow run, as the page does; its id."""
        row = self.deployments()[deployment]
        flow_run = self.ask(f"deployments/{row['id']}/create_flow_run", {"parameters": parameters})
        return str(flow_run["id"])

    def run(self, run: str) -> dict[str, Any]:
        state: dict[str, Any] = self.ask(f"flow_runs/{run}")
        return state

    def wait(self, run: str, states: set[str] = ENDS, seconds: float = 600) -> dict[str, Any]:
        """The flow run once its state is of these types; fails where it ends otherwise."""

        def seen() -> dict[str, Any] | None:
            state = self.run(run)
            if state["state"]["type"] in states:
                return state
            assert state["state"]["type"] not in ENDS, f"not {states}: {self.told(run)}"
            return None

        state: dict[str, Any] = until(seen, seconds, lambda: self.told(run))
        return state

    def until(self, run: str, true: Callable[[], Any], seconds: float = 600) -> Any:
        """What `true` gives once it is true; fails with state and log where the flow run ends without."""

        def seen() -> Any:
            state = self.run(run)["state"]  # before the look, which may be what the end brought
            value = true()
            assert value or state["type"] not in ENDS, f"it ended before: {self.told(run)}"
            return value

        return until(seen, seconds, lambda: self.told(run))

    def says(self, run: str, words: str) -> None:
        """Waits until words are in the log of a flow run. Lines are sent in batches, the last after its end."""

        def said() -> bool:
            return words in self.log(run)

        try:
            self.until(run, said)
        except AssertionError:
            until(said, LATE, lambda: self.told(run))

    def asks(self, run: str) -> None:
        """Waits until a flow run is paused and may be answered: its state comes first, then its question."""
        keys = self.wait(run, {"PAUSED"})["state"]["state_details"]["run_input_keyset"]
        question = {"prefix": keys["description"]}  # the last that it writes
        self.until(run, lambda: self.ask(f"flow_runs/{run}/input/filter", question))

    def resume(self, run: str, **answer: Any) -> None:
        """Answers what a flow run asks."""
        outcome = self.ask(f"flow_runs/{run}/resume", {"run_input": answer})
        assert outcome["status"] == "ACCEPT", f"{outcome['details']}: {self.told(run)}"

    def heard(self, run: str, event: str, since: str = "") -> bool:
        """Whether the server has written an event of a flow run, none before `since`: it writes each five seconds."""
        wanted: dict[str, Any] = {"event": {"name": [event]}}
        wanted["resource"] = {"id": [f"prefect.flow-run.{run}"]}
        if since:
            wanted["occurred"] = {"since": since}
        return bool(self.ask("events/filter", {"filter": wanted})["total"])

    def log(self, run: str) -> str:
        """Its lines; of more than the server gives at once, the last."""
        wanted = {"logs": {"flow_run_id": {"any_": [run]}}, "sort": "TIMESTAMP_DESC"}
        return "\n".join(line["message"] for line in reversed(self.ask("logs/filter", wanted)))

    def told(self, run: str) -> str:
        """State and log of a flow run, for a test that fails."""
        return f"{self.run(run)['state']}\n{self.log(run)[-2500:]}"

    def artifacts(self, run: str) -> dict[str, dict[str, Any]]:
        of = {"flow_runs": {"id": {"any_": [run]}}}
        return {a["key"]: a for a in self.ask("artifacts/filter", of) if a["key"]}

    def cancel(self, run: str) -> None:
        state = {"type": "CANCELLING", "name": "Cancelling"}
        answer = self.ask(f"flow_runs/{run}/set_state", {"state": state})
        assert answer["status"] == "ACCEPT", f"{answer['details']}: {self.told(run)}"

    def let_nothing_follow(self) -> None:
        """No flow starts by the end of another from here on: what a test does not look at costs its time."""
        for automation in self.ask("automations/filter", {}):
            if automation["name"].endswith(" is done"):
                self.ask(f"automations/{automation['id']}", {"enabled": False}, "PATCH")

    def runs_of(self, deployment: str) -> list[dict[str, Any]]:
        """The flow runs of a deployment, the oldest first."""
        wanted = {
            "deployments": {"name": {"any_": [deployment]}},
            "sort": "EXPECTED_START_TIME_ASC",
        }
        return list(self.ask("flow_runs/filter", wanted))


class Served(Api):
    """`tahona serve RECIPE...` on a port and with a home of its own."""

    def __init__(
        self, folder: Path, *recipes: str, home: Path | None = None, port: int = 0, **variables: str
    ) -> None:
        self.home, self.store = home or folder / "home", folder / "store"
        self.port = port or free_port()
        super().__init__(f"http://127.0.0.1:{self.port}/api")
        self.log_file = folder / f"serve-{recipes[0]}.log"
        self.children = PausedChildren(folder / f"paused-{recipes[0]}")
        self.variables = {
            "PYTHONPATH": self.children.path,
            "PREFECT_HOME": str(self.home),
            "PREFECT_WORKER_QUERY_SECONDS": "5",
            **variables,
        }
        self.process = begin(
            arguments(
                "serve", *recipes, "--port", str(self.port), "--store", str(self.store), "--json"
            ),
            env=environment(**self.variables, SERVED=str(self.log_file)),
            cwd=folder,
            stdout=self.log_file.open("w"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def ready(self) -> Served:
        """Waits until the worker has started."""
        until(lambda: "started!" in self.said() or self.process.poll() is not None, log=self.said)
        assert self.process.poll() is None, self.said()
        return self

    def said(self) -> str:
        return self.log_file.read_text()

    def processes(self) -> dict[int, str]:
        """Every process that this one began, however far away: they inherit a variable. Zombies are none."""
        return {pid: c for pid, c in processes(f"SERVED={self.log_file}").items() if c}

    def of_run(self, run: str) -> dict[int, str]:
        return processes(f"PREFECT__FLOW_RUN_ID={run}")

    def close(self) -> None:
        """Ends it as a person does; what is left after some minutes is killed."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(240)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)


def processes(variable: str) -> dict[int, str]:
    """The command lines of the processes with this variable in their environment."""
    children: dict[int, str] = {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if variable.encode() in (path / "environ").read_bytes().split(b"\0"):
                line = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                if line:
                    children[int(path.name)] = line
        except OSError:
            continue
    return children


def until(
    true: Callable[[], Any], seconds: float = 600, log: Callable[[], str] = lambda: "no log"
) -> Any:
    """What `true` gives once it is true; fails after so many seconds, with the end of a log."""
    begun = time.monotonic()
    while (waited := time.monotonic() - begun) < seconds:
        if value := true():
            return value
        time.sleep(min(LONGEST, max(LOOK, waited / 10)))
    raise AssertionError(f"not within {seconds} seconds: {log()[-3000:]}")


@contextmanager
def slot_taken(served: Served) -> Iterator[None]:
    """Another training seems to have the accelerator."""
    served.ask("v2/concurrency_limits/increment", {"names": ["gpu"], "slots": 1})
    try:
        yield
    finally:
        slots = {"names": ["gpu"], "slots": 1, "occupancy_seconds": 1.0}
        served.ask("v2/concurrency_limits/decrement", slots)


def gone(served: Served, run: str) -> bool:
    return bool(until(lambda: not served.of_run(run), log=lambda: served.told(run)))


def engine_of(served: Served, run: str) -> int:
    """The process of a flow run that its worker holds, and that all others of it descend from."""
    end = ".prefect_process engine"
    (engine,) = [pid for pid, c in served.of_run(run).items() if c.rstrip().endswith(end)]
    return engine


def in_work(served: Served, run: str, store: Path) -> list[str]:
    """Waits until a run with the engine `processes`, whose children are held, has shards; they."""
    shards = store / "shards/extract"
    child = "pipeline.engines.child"
    served.until(run, lambda: [c for c in served.of_run(run).values() if child in c])
    served.until(run, shards.exists)
    return list(served.until(run, lambda: [p.name for p in shards.iterdir()]))


def reused(served: Served, run: str, stage: str) -> int:
    table = json.loads(served.artifacts(run)[f"cadena-{stage}"]["data"])
    return int({row["figure"]: row["value"] for row in table}["shards reused"].replace(",", ""))
