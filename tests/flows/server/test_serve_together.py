"""`tahona serve` by itself and beside another: how it starts, ends, is refused, and shares a server."""

from __future__ import annotations

import asyncio
import http.server
import json
import os
import shutil
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import asyncpg
import psutil
import pytest

from flows.server import recording, serve
from flows.server.processes import Processes
from flows.server.server_errors import cause
from pipeline.errors import TahonaError
from tests.flows.command import FEW, inside, tahona, write_recipe
from tests.flows.server.postgres import postgres, programs
from tests.flows.server.prefect_server import NO_BLOCKS
from tests.flows.server.served import BY_CHILD, Served, in_work, reused
from tests.ports import free_port


@pytest.fixture(scope="module")
def database() -> Iterator[dict[str, str]]:
    """What tells a server of a PostgreSQL of its own; nothing where there is none on this machine."""
    if where := programs():
        with postgres(where) as url:
            yield {"PREFECT_SERVER_DATABASE_CONNECTION_URL": url}
    else:
        yield {}


def test_a_worker_that_is_killed_ends_the_command_and_two_new_ones_go_on_together(
    tmp_path: Path, database: dict[str, str]
) -> None:
    """Nothing is left running, the run that was in work is crashed, and no work is lost."""
    write_recipe(tmp_path, [FEW], "cadena")
    served = Served(tmp_path, "cadena.yaml", **NO_BLOCKS, **database)
    try:
        served.ready()
        with served.children.paused():
            run = served.start("cadena-data", overrides=BY_CHILD)
            shards = in_work(served, run, served.store)
            limit = {"names": ["gpu"], "slots": 1, "mode": "concurrency", "lease_duration": 3600}
            slot = served.ask("v2/concurrency_limits/increment-with-lease", limit)["lease_id"]
            (worker,) = [pid for pid, c in served.processes().items() if " worker start" in c]
            os.kill(worker, signal.SIGKILL)
            assert served.process.wait(600) == 1, served.said()
            assert "error: the Prefect worker ended by SIGKILL" in served.said()
            assert "Traceback" not in served.said()
            assert not served.processes()
        with ExitStack() as in_the_end, two_at_once(served, database) as (first, second):
            assert first.wait(run)["state"]["type"] == "CRASHED"
            # A slot that nobody is known to hold would be taken for ever.
            first.ask(f"v2/concurrency_limits/leases/{slot}/renew", {"lease_duration": 3600})
            assert {"cadena-data", "otra-data"} <= set(first.deployments())
            refused_and_forgotten(tmp_path, first, second)
            # The first stage of the next run is whole, and the second one in its work, when it hears of the end.
            in_the_end.enter_context(first.children.paused("annotate"))
            run = first.start("cadena-data", overrides=BY_CHILD)
            first.until(run, lambda: "cadena-extract" in first.artifacts(run))
            assert reused(first, run, "extract") >= len(shards)
            first.says(run, "annotate: ")
        assert first.process.returncode == 0
        assert not first.processes(), "Ctrl-C left something running"
        assert (first.home / "page/v1/index.html").exists(), "its page lies beside the code"
        assert (first.home / "prefect.db").exists() == (not database)
    finally:
        served.close()


def test_in_postgres_the_record_outlives_the_servers(database: dict[str, str]) -> None:
    """The servers of the test before kept their runs there."""
    if not database:
        pytest.skip("no PostgreSQL here (Debian: postgresql): the servers had SQLite")
    url = database["PREFECT_SERVER_DATABASE_CONNECTION_URL"].replace("+asyncpg", "")

    async def ended() -> list[str]:
        connection = await asyncpg.connect(url)
        try:
            rows = await connection.fetch("SELECT state_type FROM flow_run ORDER BY created")
        finally:
            await connection.close()
        return [row["state_type"] for row in rows]

    # The last one heard that the server was to end, and could say how it ended itself.
    assert asyncio.run(ended()) == ["CRASHED", "CRASHED"]


@contextmanager
def two_at_once(before: Served, database: dict[str, str]) -> Iterator[tuple[Served, Served]]:
    """The recipe `cadena` again and another one, begun at the same moment: first the one with the server."""
    folder = before.home.parent
    write_recipe(folder, [FEW], "otra")
    names = ("cadena.yaml", "otra.yaml")
    both = [
        Served(folder, name, home=before.home, port=before.port, **NO_BLOCKS, **database)
        for name in names
    ]
    try:
        for served in both:
            served.ready()
        servers = [
            pid
            for served in both
            for pid in server_and_worker(served)
            if " server start" in served.processes().get(pid, "")
        ]
        assert len(servers) == 1, "each started one"
        both.sort(key=lambda served: servers[0] not in server_and_worker(served))
        yield both[0], both[1]
    finally:
        for served in reversed(both):
            served.close()


def server_and_worker(served: Served) -> list[int]:
    """Server and worker, children of the one child of the command."""
    (keeper,) = psutil.Process(served.process.pid).children()
    return [process.pid for process in keeper.children()]


def refused_and_forgotten(folder: Path, first: Served, second: Served) -> None:
    """Another recipe of a name that is served is refused; one that has ended is in nobody's way."""
    (name,) = [n for n in ("cadena", "otra") if f"serves {n}-data" in second.said()]
    (folder / "copy").mkdir()
    shutil.copy(folder / f"{name}.yaml", folder / "copy")
    words = ("serve", f"copy/{name}.yaml", "--store", str(first.store))
    for _ in range(6):  # a busy server may not say in time that it is well
        refused = tahona(
            *words, cwd=folder, PREFECT_API_URL=first.url, PREFECT_HOME=str(first.home)
        )
        if "no server can listen" not in refused.stderr:
            break
    assert refused.returncode == 2
    (line,) = refused.stderr.splitlines()
    assert f"the recipe {name} from {folder / name}.yaml" in line
    assert "end that `tahona serve`" in line
    workers = "work_pools/tahona/workers/filter"
    assert len([w for w in first.ask(workers, {}) if name in w["name"].split()]) == 1

    second.close()
    assert second.process.returncode == 0
    answer = json.loads(second.said().splitlines()[-1])
    assert answer["deployments"] == [f"{name}-data", f"{name}-chain"]
    assert not [w for w in first.ask(workers, {}) if name in w["name"].split()]


def test_a_server_of_somebody_else_that_went_away_ends_the_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is looked at now and then, and may be silent for a while."""

    class Well(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"true")
            looks.release()

    monkeypatch.setattr(serve, "LOOK", 0.2)
    monkeypatch.setattr(serve, "AWAY", 20.0)  # longer than a busy machine stands still
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Well)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/api"
    raised: list[TahonaError] = []
    looks = threading.Semaphore(0)

    def watch() -> None:
        try:
            with Processes(lambda *_: "") as processes:
                serve._watch(url, True, processes, stop)
        except TahonaError as error:
            raised.append(error)

    stop, watching = threading.Event(), threading.Thread(target=watch)
    watching.start()
    for _ in range(4):
        assert looks.acquire(timeout=240), f"it answers: {raised}"
    monkeypatch.setattr(serve, "AWAY", 2.0)
    server.shutdown()
    server.server_close()
    watching.join(240)
    assert "answers no more: start it again, then `tahona serve`" in str(raised[0])


def test_a_server_that_is_too_busy_to_say_that_it_is_well_is_joined_and_not_taken_for_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, over = threading.Lock(), threading.Event()

    class Busy(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if first.acquire(blocking=False):
                over.wait(600)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"true")

    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    monkeypatch.setattr(recording, "PATIENCE", 3.0)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Busy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/api"
    with Processes(lambda *_: "") as processes:
        assert serve._reach(url, "127.0.0.1", processes, threading.Event()), "it started another"
    over.set()
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("log", "reason"),
    [
        (
            "INFO: up\nsqlite3.DatabaseError: file is not a database\n\nThe above exception was the direct "
            "cause of the following exception:\n\nTraceback (most recent call last):\n  File x\n"
            "sqlalchemy.exc.DatabaseError: (sqlite3.DatabaseError) file is not a database\n[SQL: PRAGMA x]\n"
            "(Background on this error at: https://sqlalche.me/e/20/4xp6)\n\n"
            "ERROR:    Application startup failed. Exiting.\nServer stopped!\n",
            "sqlite3.DatabaseError: file is not a database",
        ),
        (
            "ERROR:    Exception in ASGI application\nTraceback (most recent call last):\nValueError: of "
            "an hour ago\nINFO: went on\nERROR:    [Errno 98] error while attempting to bind on address "
            "('127.0.0.1', 4200): address already in use\nServer stopped!",
            "[Errno 98] error while attempting to bind on address ('127.0.0.1', 4200): address already in use",
        ),
        (
            f"1 | ERROR | prefect - no page: [({'a file, ' * 99} [Errno 28] No space left on device)]",
            "no space is left on its disk",
        ),
        ("INFO: up\nServer stopped!\n", "Server stopped!"),
        ("", "it said nothing"),
    ],
)
def test_a_server_s_death_is_told_by_its_cause(log: str, reason: str) -> None:
    assert cause(log) == reason


def test_what_is_wrong_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "PATIENCE", 0.5)  # with a port at which nobody speaks

    def refused(*words: str, **variables: str) -> str:
        done = inside("serve", *words, cwd=tmp_path, PREFECT_HOME=str(tmp_path / "h"), **variables)
        assert done.returncode == 2, done.stderr
        (line,) = done.stderr.splitlines()
        return line

    wrong = Path(write_recipe(tmp_path, ["*.md"], "mala"))
    whole = wrong.read_text()
    wrong.write_text(f"{whole}schedules:\n- {{flow: train, cron: '0 3 * *'}}\n")
    assert "mala.yaml, line 18, key schedules[0].cron" in refused("mala.yaml")
    overrides = "schedules:\n- {flow: data, cron: '0 3 * * *', overrides: [filter.langages=es]}\n"
    wrong.write_text(whole + overrides)
    assert "key schedules[0]: its overrides are wrong: " in refused("mala.yaml")
    wrong.write_text(f"{whole}schedules:\n- {{flow: train, cron: '0 3 * * *'}}\n")
    assert "has no stage of the flow train" in refused("mala.yaml")
    wrong.write_text(whole)
    (tmp_path / "other.yaml").write_text(whole)
    assert "have the name mala" in refused("mala.yaml", "other.yaml")
    assert not (tmp_path / "h").exists(), "a recipe is refused before any server is"
    port = str(free_port())
    with socket.create_server(("127.0.0.1", int(port))):
        assert f"port {port}" in refused("--port", port)
    far = "http://192.0.2.1:4200/api"
    assert "not on this machine" in refused(PREFECT_API_URL=far)
    near = f"http://127.0.0.1:{port}/wrong"
    assert f"answers at http://127.0.0.1:{port}/api: set" in refused(PREFECT_API_URL=near)


def test_a_server_that_can_not_reach_its_database_is_told_of_without_the_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "postgresql+asyncpg://tahona:secret@127.0.0.1:5433/tahona"
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    monkeypatch.setenv(serve.DATABASE, url)
    refused = "ConnectionRefusedError: [Errno 111] Connect call failed ('127.0.0.1', 5433)"
    serve._log().write_text(f"{refused}\nERROR:    Application startup failed. Exiting.\n")
    reason = serve._reason("server", "with exit code 3")
    assert f"127.0.0.1:5433 ({serve.DATABASE}) reachable? {refused}" in reason
    assert "secret" not in reason
