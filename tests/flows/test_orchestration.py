"""Prefect shows, starts and cancels the work, on a real server; without one nothing of it is touched."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import TahonaError, transient
from tests.flows.command import ARTICLES, environment, tahona, write_recipe
from tests.pipeline.mill import Patient

CHECKOUT = Path(__file__).parents[2]
STAGES = ["extract", "annotate", "filter", "deduplicate", "corpus", "tokenizer"]
FLOW = (
    "import json, sys; from flows import orchestration; "
    "getattr(orchestration, sys.argv[1])(**json.loads(sys.argv[2]))"
)
# The command line with a last stage that takes as long as it is told.
SLOW = (
    "import sys, flows.stages; flows.stages.STAGES['evaluate'] = "
    "'tests.flows.test_orchestration:Slow'; from flows.cli import main; main()"
)


class Slow(Patient):
    name = "evaluate"

    def plan(self, params: Any, inputs: Any, context: Any) -> Any:
        return super().plan(params, inputs, {**context, "seconds": 0.1})


class Server:
    """A Prefect server on loopback, with a home of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/api"
        self.variables = {
            "PREFECT_HOME": str(home),
            "PREFECT_API_URL": self.url,
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        }
        command = [sys.executable, "-m", "prefect", "server", "start", "--no-ui"]
        self.process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(self.port)],
            env=environment(**self.variables),
            stdout=(home / "server.log").open("w"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def wait(self) -> None:
        end = time.monotonic() + 90
        while self.process.poll() is None and time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"{self.url}/health", timeout=1):
                    return
            except OSError:
                time.sleep(0.2)
        pytest.fail(f"the server did not start: {(self.home / 'server.log').read_text()[-2000:]}")

    def close(self) -> None:
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def post(self, path: str, query: dict[str, Any]) -> Any:
        request = urllib.request.Request(
            f"{self.url}/{path}", json.dumps(query).encode(), {"content-type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.load(response)

    def last_run(self) -> dict[str, Any]:
        """The newest flow run, with its `flow`, and `tasks` and `artifacts` in the order of time."""
        run: dict[str, Any]
        (run,) = self.post("flow_runs/filter", {"limit": 1, "sort": "EXPECTED_START_TIME_DESC"})
        of = {"flow_runs": {"id": {"any_": [run["id"]]}}}
        run["flow"] = self.post("flows/filter", of)[0]["name"]
        run["tasks"] = sorted(
            self.post("task_runs/filter", of), key=lambda task: task["expected_start_time"]
        )
        run["artifacts"] = sorted(
            self.post("artifacts/filter", of), key=lambda artifact: artifact["created"]
        )
        return run


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("prefect"))
    try:
        server.wait()
        yield server
    finally:
        server.close()


@pytest.fixture(scope="module")
def recipe(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("recipe")
    (folder / "basura.txt").write_text("casino gratis bono póker ruleta apuestas online " * 80)
    patterns = ["basura.txt", str(ARTICLES / "diario")]
    return write_recipe(folder, patterns, "prueba", tokenizer={"vocabulary": 600})


def run_flow(server: Server, name: str, **parameters: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-c", FLOW, name, json.dumps(parameters)],
        env=environment(**server.variables),
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture(scope="module")
def chained(
    server: Server, recipe: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, Any], Path]:
    """The flow run of `chain`, and the store that it filled."""
    store = tmp_path_factory.mktemp("store")
    done = run_flow(server, "chain", recipe=recipe, store=str(store))
    assert done.returncode == 0, done.stderr[-3000:]
    return server.last_run(), store


@pytest.fixture(scope="module")
def store(chained: tuple[dict[str, Any], Path]) -> Path:
    return chained[1]


def rows(artifact: dict[str, Any]) -> dict[str, Any]:
    return {row["figure"]: row["value"] for row in json.loads(artifact["data"])}


def test_the_chain_is_a_flow_with_a_task_and_an_artifact_a_stage(
    chained: tuple[dict[str, Any], Path],
) -> None:
    run, store = chained
    assert (run["flow"], run["state"]["name"]) == ("chain", "Completed")
    assert [t["name"] for t in run["tasks"]] == STAGES
    assert {t["state"]["name"] for t in run["tasks"]} == {"Completed"}

    (path,) = (store / "runs/prueba").iterdir()
    assert run["name"] == f"prueba {path.stem}", "the store knows the run by another name"
    record = {s["stage"]: s for s in json.loads(path.read_text())["stages"]}
    tables = {a["description"]: a for a in run["artifacts"] if a["type"] == "table"}
    assert list(tables) == STAGES
    assert len({a["task_run_id"] for a in tables.values()}) == len(STAGES)
    for stage, table in tables.items():
        told, held = rows(table), record[stage]
        assert told["shards computed"] == held["shards"]["computed"]
        assert told["bytes out"] == held["bytes_out"]
        assert told["dataset"] == f"{stage}/{held['fingerprint']}"
        if documents := held["documents"]:
            assert told["documents in"] == documents["in"]
            assert told["documents kept"] == documents["kept"]
            for rule, n in documents["removed"].items():
                assert told[f"removed by {rule}"] == n
    assert record["filter"]["documents"]["removed"], "no rule is told of, so nothing is tested"
    (link,) = [a for a in run["artifacts"] if a["key"] == "prueba-report"]
    assert f"{store}/reports/prueba/index.html" in link["data"]
    assert (store / "reports/prueba/index.html").exists()
    assert [a for a in run["artifacts"] if a["key"] == "prueba-run" and "| corpus |" in a["data"]]


def test_a_failing_stage_fails_the_flow_with_its_sentence(
    server: Server, recipe: str, store: Path
) -> None:
    """`train` takes the corpus as it is; the stage that fails is a failed task, not tried again."""
    done = run_flow(
        server, "train", recipe=recipe, store=str(store), overrides=["tokenizer.languages=[eu]"]
    )
    assert done.returncode == 1
    run = server.last_run()
    sentence = "tokenizer found no text in the languages eu: set tokenizer.languages"
    assert (run["flow"], run["state"]["name"]) == ("train", "Failed")
    assert sentence in run["state"]["message"]
    assert "Traceback" not in run["state"]["message"]
    assert [(t["name"], t["state"]["name"], t["run_count"]) for t in run["tasks"]] == [
        ("tokenizer", "Failed", 1)
    ]
    assert sentence in run["tasks"][0]["state"]["message"]
    name = str(run["name"]).rpartition(" ")[2]
    page = (store / f"reports/prueba/{name}.html").read_text()
    assert sentence in page, "the report tells of the failure"


def test_a_wrong_recipe_fails_with_file_and_line_and_leaves_no_pickle(
    server: Server, tmp_path: Path
) -> None:
    wrong = tmp_path / "mala.yaml"
    wrong.write_text("name: mala\nsources: {}\n")
    assert run_flow(server, "data", recipe=str(wrong), store=str(tmp_path)).returncode == 1
    run = server.last_run()
    assert run["state"]["name"] == "Failed"
    assert f"{wrong}, line" in run["state"]["message"]
    assert run["tasks"] == []

    for path in server.home.rglob("*"):
        if path.is_file() and not path.name.startswith("prefect.db"):
            assert path.read_bytes()[:1] != b"\x80", f"{path} is a pickle"
    kept = [a["data"] for a in run["artifacts"]]
    assert [data["serializer"]["type"] for data in kept] == ["json"], (
        "the error, and how it is kept"
    )


def test_the_command_line_is_recorded_and_says_the_same(
    server: Server, recipe: str, store: Path
) -> None:
    command = ("run", recipe, "--store", str(store), "--until", "corpus", "--json")
    plain = tahona(*command)
    recorded = tahona(*command, **server.variables)
    assert (plain.returncode, recorded.returncode) == (0, 0), recorded.stderr
    answers = [json.loads(done.stdout) for done in (plain, recorded)]
    run = server.last_run()
    assert run["name"] == f"prueba {answers[1]['run']}"
    assert (run["flow"], run["state"]["name"]) == ("chain", "Completed")
    assert [t["name"] for t in run["tasks"]] == STAGES[:-1]
    for answer in answers:
        answer.pop("run")
        for stage in answer["stages"]:
            stage.pop("seconds")
    assert answers[0] == answers[1]
    told = [re.sub(r" +\d+\.\d s", "", done.stderr) for done in (plain, recorded)]
    assert told[0] == told[1]

    failing = ("tokenizer", recipe, "--store", str(store), "--set", "tokenizer.languages=[eu]")
    failed = tahona(*failing, **server.variables)
    assert failed.returncode == 1
    report, line = failed.stderr.splitlines()
    assert report.startswith("report: ")
    assert line.startswith("error: tokenizer found no text in the languages eu")
    assert server.last_run()["state"]["name"] == "Failed"


def slow_recipe(folder: Path, steps: int) -> str:
    path = folder / "lenta.yaml"
    sources = f"sources: {{a: {{files: ['{ARTICLES}/diario']}}}}"
    path.write_text(f"name: lenta\n{sources}\nstages: {{evaluate: {{steps: {steps}}}}}\n")
    return str(path)


def start_slow(recipe: str, store: Path, **variables: str) -> subprocess.Popen[str]:
    """`tahona evaluate` on a stage that is at work once this returns."""
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW, "evaluate", recipe, "--store", str(store), "--json"],
        env=environment(**variables),
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        if list((store / "tmp/scratch").glob("evaluate/*/place")):
            return process
        time.sleep(0.1)
    process.kill()
    pytest.fail(f"the stage did not start: {process.communicate()}")


def test_a_recorded_run_hears_a_request_to_stop(server: Server, tmp_path: Path) -> None:
    process = start_slow(slow_recipe(tmp_path, 600), tmp_path / "store", **server.variables)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 75, err
    assert "run again to go on" in err
    assert "Traceback" not in err
    run = server.last_run()
    assert run["state"]["name"] == "Cancelled"
    assert "run again to go on" in run["state"]["message"]


@contextmanager
def forwarded(port: int) -> Iterator[tuple[int, Any]]:
    """A port that passes everything on to another, until its second value is called."""
    listener = socket.create_server(("127.0.0.1", 0))
    held: list[socket.socket] = [listener]

    def copy(source: socket.socket, target: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                target.sendall(data)
        except OSError:
            pass
        finally:
            target.close()

    def accept() -> None:
        try:
            while True:
                here, _ = listener.accept()
                there = socket.create_connection(("127.0.0.1", port))
                held.extend((here, there))
                for pair in ((here, there), (there, here)):
                    threading.Thread(target=copy, args=pair, daemon=True).start()
        except OSError:
            pass

    def cut() -> None:
        for connection in held:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1], cut
    finally:
        cut()


def test_a_server_that_dies_ends_the_record_and_not_the_run(server: Server, tmp_path: Path) -> None:
    with forwarded(server.port) as (port, cut):
        variables = {**server.variables, "PREFECT_API_URL": f"http://127.0.0.1:{port}/api"}
        variables["PREFECT_CLIENT_MAX_RETRIES"] = "0"
        process = start_slow(slow_recipe(tmp_path, 20), tmp_path / "store", **variables)
        cut()
        out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert "the run goes on unrecorded" in err
    (stage,) = json.loads(out)["stages"]
    assert stage["state"] in {"committed", "reused"}


def test_without_a_server_prefect_is_not_touched(recipe: str, store: Path, tmp_path: Path) -> None:
    """No variable, a closed port, or one that never answers: no import, no home, and hardly a wait."""
    script = (
        "import sys; from flows.run import run_recipe; run_recipe(sys.argv[1], sys.argv[2]); "
        "sys.exit(any(name.partition('.')[0] == 'prefect' for name in sys.modules))"
    )
    home = tmp_path / "home"
    home.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as silent, socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        ports = silent.getsockname()[1], closed.getsockname()[1]
        addresses = [f"http://127.0.0.1:{port}/api" for port in ports]
        for variables in ({}, *({"PREFECT_API_URL": a} for a in (*addresses, "nonsense"))):
            begun = time.monotonic()
            done = subprocess.run(
                [sys.executable, "-P", "-c", script, recipe, str(store)],
                env=environment(HOME=str(home), **variables),
                capture_output=True,
                text=True,
                timeout=60,
            )
            assert done.returncode == 0, f"{variables}: {done.stderr}"
            assert time.monotonic() - begun < 15
    assert not list(home.rglob("*prefect*"))


SHOULD_BE_EQUAL = (
    "description",
    "entrypoint",
    "work_pool_name",
    "concurrency_limit",
    "concurrency_options",
    "enforce_parameter_schema",
    "tags",
)


def test_prefect_yaml_and_the_recipe_make_the_same_deployments(server: Server) -> None:
    """Of quickstart; but for the store, which `tahona serve` names and a worker elsewhere knows."""
    command = [sys.executable, "-m", "prefect"]
    settings: dict[str, Any] = {
        "env": environment(**server.variables),
        "cwd": CHECKOUT,
        "timeout": 120,
    }
    pool = ["work-pool", "create", "--type", "process", "tahona"]
    subprocess.run([*command, *pool], check=True, capture_output=True, **settings)
    deploy = [*command, "--no-prompt", "deploy", "--all"]
    subprocess.run(deploy, check=True, capture_output=True, **settings)
    by_hand = _deployed(server)
    script = (
        "from flows import recipe; from flows.deployments import deploy, deployments; "
        "deploy(deployments(recipe.read('quickstart'), 'quickstart', 'store'))"
    )
    subprocess.run([sys.executable, "-c", script], check=True, **settings)
    by_recipe = _deployed(server)
    assert set(by_hand) == {f"quickstart-{f}" for f in ("data", "train", "evaluate", "chain")}
    assert by_hand == by_recipe
    schedule = by_hand["quickstart-chain"]["schedules"][0]
    assert (schedule["active"], schedule["timezone"]) == (False, "Europe/Madrid")
    assert by_hand["quickstart-train"]["triggers"]


def _deployed(server: Server) -> dict[str, dict[str, Any]]:
    """What the server was told of each deployment, without numbers of its own."""
    automations = server.post("automations/filter", {})
    found = {}
    for deployment in server.post("deployments/filter", {}):
        held: dict[str, Any] = {key: deployment[key] for key in SHOULD_BE_EQUAL}
        held["parameters"] = {k: v for k, v in deployment["parameters"].items() if k != "store"}
        held["schema"] = deployment["parameter_openapi_schema"]
        held["heartbeat"] = deployment["job_variables"]["env"]["PREFECT_FLOWS_HEARTBEAT_FREQUENCY"]
        held["schedules"] = [
            {
                "cron": s["schedule"]["cron"],
                "timezone": s["schedule"]["timezone"],
                **{key: s[key] for key in ("active", "parameters", "slug")},
            }
            for s in deployment["schedules"]
        ]
        held["triggers"] = [
            (a["name"], a["trigger"]["match"], a["trigger"]["expect"], action["parameters"])
            for a in automations
            for action in a["actions"]
            if action.get("deployment_id") == deployment["id"]
        ]
        found[deployment["name"]] = held
    return found


def test_only_a_broken_connection_is_tried_again() -> None:
    from botocore.exceptions import EndpointConnectionError
    from httpx import ConnectTimeout

    told, caused = TahonaError("extract (shard 1): the store failed"), TahonaError("so it failed")
    told.transient = True  # of a shard in another process, only this is known
    caused.__cause__ = TimeoutError()
    far = EndpointConnectionError(endpoint_url="http://127.0.0.1:1")
    broken = (ConnectionResetError(), TimeoutError(), ConnectTimeout("late"), far, told, caused)
    assert all(transient(e) for e in broken)
    full, wrong = OSError(28, "No space left on device"), TahonaError("no ConnectionError here")
    assert not any(transient(e) for e in (full, wrong, ValueError(), None))


@pytest.mark.parametrize(
    ("timezone", "day"), [("Europe/Madrid", "2026-11-25"), ("UTC", "2026-11-24")]
)
def test_an_edition_is_quoted_and_a_date_is_the_day_that_is_due_where_it_is_due(
    monkeypatch: pytest.MonkeyPatch, timezone: str, day: str
) -> None:
    from datetime import UTC, datetime

    from flows import orchestration

    due = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)  # half past midnight in Madrid
    monkeypatch.setattr(orchestration.runtime.flow_run, "scheduled_start_time", due, raising=False)
    assert orchestration._edition("date", timezone) == [f'crawl.edition="{day}"']
    assert orchestration._edition("primavera", timezone) == ['crawl.edition="primavera"']
    assert orchestration._edition("", timezone) == []
