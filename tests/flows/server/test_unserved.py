"""What holds without a Prefect server: nothing of it is touched, and what its flows decide by themselves."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from flows.server.recording import answers
from pipeline.errors import TahonaError, UsageError, transient
from tests.flows.command import ARTICLES, environment, write_recipe

# Runs a recipe with each address of a server; fails where Prefect was imported.
RUNS = """
import os, sys, time
from flows.commands.runs.run import run_recipe
recipe, store, *urls = sys.argv[1:]
for url in urls:
    os.environ |= {"PREFECT_API_URL": url} if url else {}
    begun = time.monotonic()
    run_recipe(recipe, store, last="extract")
    print(time.monotonic() - begun)
sys.exit(any(name.partition(".")[0] == "prefect" for name in sys.modules))
"""


def test_without_a_server_prefect_is_not_touched(tmp_path: Path) -> None:
    """No variable, a closed port, or one that never answers: no import, no home, and hardly a wait."""
    recipe = write_recipe(tmp_path, [str(ARTICLES / "diario/el-tren-de-las-siete.md")])
    home = tmp_path / "home"
    home.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as silent, socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        ports = silent.getsockname()[1], closed.getsockname()[1]
        urls = ["", *(f"http://127.0.0.1:{port}/api" for port in ports), "nonsense"]
        done = subprocess.run(
            [sys.executable, "-P", "-c", RUNS, recipe, str(tmp_path / "store"), *urls],
            env=environment(HOME=str(home)),
            capture_output=True,
            text=True,
            timeout=1600,
        )
    assert done.returncode == 0, done.stderr
    seconds = [float(line) for line in done.stdout.split()]
    assert len(seconds) == len(urls)
    assert max(seconds[1:]) < 200, "all but the first find everything committed"
    assert not list(home.rglob("*prefect*"))


def test_a_busy_server_has_time_to_say_that_it_is_well() -> None:
    class Busy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            time.sleep(2)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"true")

    with ThreadingHTTPServer(("127.0.0.1", 0), Busy) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/api"
        # More than once: all of this process may stand still for some seconds.
        assert any(answers(url) for _ in range(5))
        server.shutdown()


def test_only_a_broken_connection_is_tried_again() -> None:
    from botocore.exceptions import EndpointConnectionError
    from httpx import ConnectTimeout

    error, caused = TahonaError("extract (shard 1): the store failed"), TahonaError("so it failed")
    error.transient = True  # of a shard in another process, only this is known
    caused.__cause__ = TimeoutError()
    far = EndpointConnectionError(endpoint_url="http://127.0.0.1:1")
    broken = (ConnectionResetError(), TimeoutError(), ConnectTimeout("late"), far, error, caused)
    assert all(transient(e) for e in broken)
    full, wrong = OSError(28, "No space left on device"), TahonaError("no ConnectionError here")
    assert not any(transient(e) for e in (full, wrong, ValueError(), None))


@pytest.mark.parametrize(
    ("timezone", "day"), [("Europe/Madrid", "2026-11-25"), ("UTC", "2026-11-24")]
)
def test_an_edition_is_a_name_and_a_date_is_the_day_that_is_due_where_it_is_due(
    monkeypatch: pytest.MonkeyPatch, timezone: str, day: str
) -> None:
    from datetime import UTC, datetime

    from prefect import runtime

    from flows.recipe import recipe as recipes
    from flows.server import orchestration

    due = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)  # half past midnight in Madrid
    monkeypatch.setattr(runtime.flow_run, "scheduled_start_time", due, raising=False)
    assert orchestration._edition("date", timezone) == day
    assert orchestration._edition("primavera", timezone) == "primavera"
    assert orchestration._edition("", timezone) is None
    for edition in ("date", "primavera", ""):
        with pytest.raises(UsageError, match="there is no time zone 'Marte/Olympus'"):
            orchestration._edition(edition, "Marte/Olympus")
    read = recipes.read("quickstart", edition=day)  # quoted: to YAML it would be a date
    assert read.overrides == [f'crawl.edition="{day}"']
    assert read.params["crawl"].model_dump()["edition"] == day


def test_a_deployed_run_without_a_store_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would fill a folder that its worker deletes."""
    from prefect import runtime

    from flows.server import orchestration

    monkeypatch.delenv("TAHONA_STORE", raising=False)
    monkeypatch.setattr(runtime.deployment, "id", "some", raising=False)
    with pytest.raises(UsageError, match="no store is named: give the parameter `store`"):
        orchestration._run("data", "quickstart", "", [])


def test_a_recipe_that_was_renamed_while_it_is_served_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from prefect import runtime

    from flows.server import orchestration

    for served, is_told in ((None, False), ("casa-data", False), ("villa-data", True)):
        monkeypatch.setattr(runtime.deployment, "name", served, raising=False)
        sentence = orchestration._renamed("casa", "data") or ""
        assert ("villa-data is called casa now" in sentence) == is_told
