"""`tahona serve`: the pages of a store; with Prefect a server, the deployments of recipes, and a worker for them."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from flows.recipe import recipe as recipes
from flows.server.keeper import lock_of
from flows.server.processes import Processes
from flows.server.recording import answers, home, settle
from flows.server.schedule_check import flows_of
from flows.server.server_errors import cause
from flows.store.place import existing_store, open_store
from flows.web.address import VARIABLE
from pipeline.errors import TahonaError, UsageError

HOST, PORT = "127.0.0.1", 4200
DATABASE = "PREFECT_SERVER_DATABASE_CONNECTION_URL"
MANY = 20  # deployments, beyond which SQLite, which one may write at a time, makes answers wait
_SQLITE = f"for so many recipes Postgres answers better than SQLite: set {DATABASE}"
START = 600.0  # seconds that a server has to start; the first time it makes its database, on a busy machine in minutes
AGAIN = 3  # times that whoever has the port is asked once more whether it is such a server
LOOK = 10.0  # seconds between two polls of a server that another command started
AWAY = 900.0  # seconds of silence after which that server counts as gone; its runs wait as long
FORGET = 10.0  # seconds that the server has to forget a worker
# Settings of a server unless the environment has others; infra/ sets the same.
SETTINGS = {
    # The page calls the server that it came from, by whatever name that is reached. The other of Prefect's two
    # pages calls a service for statistics as soon as it is opened, whatever the setting of telemetry.
    "PREFECT_SERVER_UI_API_URL": "/api",
    "PREFECT_SERVER_UI_V2_ENABLED": "false",
    # In memory, its default, a restart forgets the owners of slots, and a slot stays taken for ever.
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
}


def serve_pages(store_url: str | None, pages_port: int | None = None) -> dict[str, Any]:
    """Serves the pages of a store, without Prefect, until SIGTERM or Ctrl-C. Returns what it served."""
    from flows.web.server import Web

    store = existing_store(store_url)
    with _until_stopped() as stop, Web(store, pages_port) as web:
        print(f"{web.address} shows {store.url}; Ctrl-C ends it", file=sys.stderr)
        stop.wait()
    return {"pages": web.address, "store": store.url}


def serve(
    names: Sequence[str],
    store_url: str | None,
    host: str | None = None,
    port: int | None = None,
    pages_port: int | None = None,
) -> dict[str, Any]:
    """Serves recipes and pages until SIGTERM or Ctrl-C; then nothing that it started is left. Returns what it served.

    Raises UsageError (a recipe or a port is wrong) and TahonaError (server or worker ended).
    """
    from flows.web.server import Web

    store = open_store(store_url)
    store.check_writable()
    loaded = [(recipes.read(name), _path_from_anywhere(name)) for name in names]
    titles = [recipe.name for recipe, _ in loaded]
    if twice := {title for title in titles if titles.count(title) > 1}:
        raise UsageError(
            f"two of these recipes have the name {', '.join(sorted(twice))}, and one would take the "
            "other's place on the server: give each its own `name`"
        )
    for recipe, name in loaded:
        flows_of(recipe, name)
    settle()
    here, url = _address(host, port)
    os.environ["PREFECT_API_URL"] = url
    built: list[Any] = []
    with (
        _until_stopped() as stop,
        Web(store, pages_port) as web,
        Processes(_reason) as processes,
    ):
        os.environ[VARIABLE] = web.address
        joined = _reach(url, here, processes, stop)
        if not stop.is_set():
            from flows.server.deployments import POOL, deploy, deployments, worker_name

            worker = worker_name(titles)
            built = [d for r, name in loaded for d in deployments(r, name, store.url)]
            deploy(built)
            served = ", ".join(d.name for d in built)
            words = ["worker", "start", "--pool", POOL, "--type", "process", "--name", worker]
            processes.start("worker", words)
            print(f"{url.removesuffix('/api')} serves {served}; Ctrl-C ends it", file=sys.stderr)
            if len(built) > MANY and not os.environ.get(DATABASE):
                print(_SQLITE, file=sys.stderr)
            print(f"{web.address} shows {store.url}", file=sys.stderr)
            try:
                _watch(url, joined, processes, stop)
            finally:
                processes.end_worker()
                _forget(f"{url}/work_pools/{POOL}/workers/{quote(worker)}")
    return {
        "url": url,
        "pages": web.address,
        "store": store.url,
        "deployments": [d.name for d in built],
    }


def _watch(url: str, joined: bool, processes: Processes, stop: threading.Event) -> None:
    """Waits until the stop; raises TahonaError where server or worker ended by itself."""
    seen = time.monotonic()
    while not stop.wait(0.5):
        processes.check()
        seen = _last_answer(url, seen) if joined else seen


def _forget(worker: str) -> None:
    """The server takes a worker for a living one for a minute and a half after its last sign of life."""
    with suppress(OSError):
        request = urllib.request.Request(worker, method="DELETE")
        urllib.request.urlopen(request, timeout=FORGET).close()


def _path_from_anywhere(name: str) -> str:
    """How a worker in another folder finds the recipe."""
    return name if name in recipes.builtin() else str(Path(name).absolute())


def _address(host: str | None, port: int | None) -> tuple[str, str]:
    """The address to listen on, and the URL at which the server answers."""
    server_url = os.environ.get("PREFECT_API_URL")
    if server_url and host is None and port is None:
        try:
            split = urlsplit(server_url)
            named, numbered = split.hostname or "", split.port or 80
        except ValueError as error:
            raise UsageError(f"PREFECT_API_URL is no address: {server_url}") from error
        if not answers(server_url) and named not in {"127.0.0.1", "localhost", "::1"}:
            raise UsageError(
                f"no Prefect server answers at {server_url} (PREFECT_API_URL), and it is not on this machine: "
                "start it there, or unset the variable"
            )
        if not answers(server_url) and server_url.rstrip("/") != (
            own := f"http://{split.netloc}/api"
        ):
            raise UsageError(
                f"no Prefect server answers at {server_url} (PREFECT_API_URL), and one that is started here "
                f"answers at {own}: set the variable to that, or unset it"
            )
        here, at, url = named, numbered, server_url.rstrip("/")
    else:
        here, at = host or HOST, port or PORT
        reached = "127.0.0.1" if here in {"0.0.0.0", "::"} else here
        url = f"http://{reached}:{at}/api"
    return here, url


def _check_free(host: str, port: int) -> None:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, port))
    except (OSError, OverflowError) as error:
        raise UsageError(
            f"no server can listen at {host}, port {port} ({error}): choose another with --host or --port"
        ) from error


def _reach(url: str, host: str, processes: Processes, stop: threading.Event) -> bool:
    """Waits until a server answers, and starts one where none does; whether it was there.

    One starts at a time: of two at the same moment the second joins the first one's server. Raises
    TahonaError with the reason when it ends instead.
    """
    with lock_of(_log()).open("w") as lock:
        while not stop.is_set() and not _locked(lock.fileno()):
            stop.wait(0.3)
        if answers(url) or stop.is_set():
            return True
        port = urlsplit(url).port or 80
        try:
            _check_free(host, port)
        except UsageError:
            # Who has the port may be a server that is too busy to say in time that it is well.
            if any(answers(url) for _ in range(AGAIN)):
                return True
            raise
        words = ["server", "start", "--host", host, "--port", str(port)]
        processes.start("server", words, {**SETTINGS, **_unpacked()}, _log())
        end = time.monotonic() + START
        while not answers(url) and not stop.is_set():
            processes.check()
            if time.monotonic() > end:
                raise TahonaError(
                    f"the Prefect server did not answer within {START:g} seconds: see {_log()}"
                )
            stop.wait(0.3)
    return False


def _locked(descriptor: int) -> bool:
    """Whether the lock is ours now; that of a killed process is free."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _unpacked() -> dict[str, str]:
    """Prefect unpacks its page beside its own code, where the user often may not write."""
    return {"PREFECT_SERVER_UI_STATIC_DIRECTORY": str(home() / "page")}


def _log() -> Path:
    try:
        home().mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"PREFECT_HOME {home()} can't be written: {error}") from error
    return home() / "tahona-server.log"


def _last_answer(url: str, seen: float) -> float:
    """When a server that another command started answered last; a TahonaError once it counts as gone."""
    now = time.monotonic()
    if now - seen > LOOK and answers(url):
        return now
    if now - seen > AWAY:
        raise TahonaError(
            f"the Prefect server at {url} answers no more: start it again, then `tahona serve`"
        )
    return seen


def _reason(name: str, how: str) -> str:
    if name != "server":
        return "start it again; runs go on from what is in the store"
    if how.startswith("by "):
        return "somebody ended it, or the machine had no memory left: start it again"
    reason = cause(_log().read_text(errors="replace"))
    if database := os.environ.get(DATABASE):
        split = urlsplit(database)
        at = f"{split.hostname}:{split.port or 5432}" if split.hostname else split.path
        return (
            f"is its database at {at} (PREFECT_SERVER_DATABASE_CONNECTION_URL) reachable? {reason}"
        )
    return f"{reason} (see {_log()})"


@contextmanager
def _until_stopped() -> Iterator[threading.Event]:
    """SIGTERM and Ctrl-C request the end."""
    stop = threading.Event()
    numbers = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(number, lambda *_: stop.set()) for number in numbers]
    try:
        yield stop
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
