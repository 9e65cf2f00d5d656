"""`tahona serve`: a Prefect server where none answers, the deployments of recipes, and a worker that runs them."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flows import recipe as recipes
from flows.recording import answers, settle
from flows.run import open_store
from pipeline.errors import TahonaError, UsageError

HOST, PORT = "127.0.0.1", 4200
START = 180.0  # seconds that a server has to start; the first time it makes its database
LOOK, AWAY = (
    10.0,
    60.0,
)  # seconds between looks at the server, and of silence after which it is gone
GRACE = 30.0  # seconds that a run has to save itself; within them its stage gives up by itself
# What a server is told unless the environment says otherwise; infra/ tells it the same.
SETTINGS = {
    # The page asks the server that it came from, by whatever name that is reached. The other of Prefect's two
    # pages calls a service for statistics as soon as it is opened, whatever is said of telemetry.
    "PREFECT_SERVER_UI_API_URL": "/api",
    "PREFECT_SERVER_UI_V2_ENABLED": "false",
    # In memory, its default, a restart forgets who held a slot, and the slot stays taken for ever.
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
}
# Of Linux's prctl: a signal when the parent dies; orphans among our descendants become our children.
_DEATH_SIGNAL, _SUBREAPER = 1, 36


def serve(
    names: Sequence[str], store_url: str | None, host: str | None = None, port: int | None = None
) -> dict[str, Any]:
    """Serves recipes until SIGTERM or Ctrl-C; then nothing that it started is left. Says what it served.

    Raises UsageError (a recipe or the port is wrong) and TahonaError (server or worker ended).
    """
    store = open_store(store_url)
    store.check_writable()
    held = [(recipes.read(name), _found(name)) for name in names]
    titles = [recipe.name for recipe, _ in held]
    if twice := {title for title in titles if titles.count(title) > 1}:
        raise UsageError(
            f"two of these recipes have the name {', '.join(sorted(twice))}, and one would take the "
            "other's place on the server: give each its own `name`"
        )
    settle()
    here, url = _address(host, port)
    os.environ["PREFECT_API_URL"] = url
    _adopt_orphans()
    made: list[Any] = []
    with _until_stopped() as stop, _Processes() as processes:
        if not (joined := answers(url)):
            processes.start("server", _server(url, here), _log())
            _await(url, processes, stop)
        if not stop.is_set():
            from flows.deployments import POOL, deploy, deployments

            made = [d for r, name in held for d in deployments(r, name, store.url)]
            deploy(made)
            processes.start("worker", ["worker", "start", "--pool", POOL, "--type", "process"])
            told = ", ".join(d.name for d in made)
            print(f"{url.removesuffix('/api')} serves {told}; Ctrl-C ends it", file=sys.stderr)
        seen = time.monotonic()
        while not stop.wait(0.5):
            processes.check()
            seen = _last_answer(url, seen) if joined else seen
    return {"url": url, "store": store.url, "deployments": [d.name for d in made]}


def _found(name: str) -> str:
    """How a worker in another folder finds the recipe."""
    return name if name in recipes.builtin() else str(Path(name).absolute())


def _address(host: str | None, port: int | None) -> tuple[str, str]:
    """The address to listen on, and the URL at which the server answers."""
    given = os.environ.get("PREFECT_API_URL")
    if given and host is None and port is None:
        try:
            parts = urlsplit(given)
            named, numbered = parts.hostname or "", parts.port or 80
        except ValueError as error:
            raise UsageError(f"PREFECT_API_URL is no address: {given}") from error
        if not answers(given) and named not in {"127.0.0.1", "localhost", "::1"}:
            raise UsageError(
                f"no Prefect server answers at {given} (PREFECT_API_URL), and it is not on this machine: "
                "start it there, or unset the variable"
            )
        here, at, url = named, numbered, given.rstrip("/")
    else:
        here, at = host or HOST, port or PORT
        reached = "127.0.0.1" if here in {"0.0.0.0", "::"} else here
        url = f"http://{reached}:{at}/api"
    if not answers(url):
        _check_free(here, at)
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


def _server(url: str, host: str) -> list[str]:
    port = urlsplit(url).port or 80
    return ["server", "start", "--host", host, "--port", str(port)]


def _unpacked() -> dict[str, str]:
    """Prefect unpacks its page beside its own code, where whoever serves often may not write."""
    return {"PREFECT_SERVER_UI_STATIC_DIRECTORY": str(_home() / "page")}


def _log() -> Path:
    home = _home()
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"PREFECT_HOME {home} can't be written: {error}") from error
    return home / "tahona-server.log"


def _home() -> Path:
    return Path(os.environ.get("PREFECT_HOME") or "~/.prefect").expanduser().absolute()


def _await(url: str, processes: _Processes, stop: threading.Event) -> None:
    """Waits until the server answers; raises TahonaError with its last words when it ends instead."""
    end = time.monotonic() + START
    while not answers(url) and not stop.is_set():
        processes.check()
        if time.monotonic() > end:
            raise TahonaError(
                f"the Prefect server did not answer within {START:g} seconds: see {_log()}"
            )
        stop.wait(0.3)


def _last_answer(url: str, seen: float) -> float:
    """When a server that somebody else started answered last; a TahonaError once it is gone for a minute."""
    now = time.monotonic()
    if now - seen > LOOK and answers(url):
        return now
    if now - seen > AWAY:
        raise TahonaError(
            f"the Prefect server at {url} answers no more: start it again, then `tahona serve`"
        )
    return seen


class _Processes:
    """Server and worker, each a session of its own: Ctrl-C reaches this process alone, which ends them in order."""

    def __enter__(self) -> _Processes:
        self._held: dict[str, subprocess.Popen[bytes]] = {}
        return self

    def start(self, name: str, words: list[str], log: Path | None = None) -> None:
        """Starts `prefect WORDS`; its output goes to the log, else to standard error."""
        # The flows are imported from where this process has them.
        path = os.pathsep.join(os.path.abspath(p) for p in sys.path)
        with log.open("wb") if log else open(os.dup(2), "wb") as output:
            self._held[name] = subprocess.Popen(
                [sys.executable, "-m", "prefect", *words],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**SETTINGS, **_unpacked(), **os.environ, "PYTHONPATH": path},
                start_new_session=True,
                preexec_fn=partial(_begin, os.getpid()),
            )

    def check(self) -> None:
        """Raises TahonaError where server or worker has ended by itself; buries what runs left behind.

        An unburied process would count as a living part of a cancelled run.
        """
        ours = {process.pid for process in self._held.values()}
        look = os.WEXITED | os.WNOHANG | os.WNOWAIT
        with suppress(ChildProcessError):
            while (dead := os.waitid(os.P_ALL, 0, look)) and dead.si_pid not in ours:
                os.waitpid(dead.si_pid, 0)
        for name, process in self._held.items():
            if (code := process.poll()) is not None:
                how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
                raise TahonaError(f"the Prefect {name} ended {how}: {_reason(name)}")

    def __exit__(self, *_: object) -> None:
        """The runs first, for the worker would kill them unsaved; the server last: it hears how they ended."""
        if worker := self._held.pop("worker", None):
            _end(_children(worker.pid))
            _end([worker.pid])
        server = self._held.get("server")
        _end([pid for pid in _children() if server is None or pid != server.pid])
        if server:
            _end([server.pid])


def _reason(name: str) -> str:
    if name != "server":
        return "start it again; runs go on from what is in the store"
    database = os.environ.get("PREFECT_SERVER_DATABASE_CONNECTION_URL")
    lines = [x.strip() for x in _log().read_text(errors="replace").splitlines() if x.strip()]
    last = next((x for x in reversed(lines) if "Error" in x), lines[-1] if lines else "no word")
    if database:
        parts = urlsplit(database)
        at = f"{parts.hostname}:{parts.port or 5432}" if parts.hostname else parts.path
        return f"is its database at {at} (PREFECT_SERVER_DATABASE_CONNECTION_URL) reachable? {last[:300]}"
    return f"{last[:300]} (see {_log()})"


def _begin(parent: int) -> None:
    """What a child does before it becomes Prefect: it hears Ctrl-C, and that we were killed."""
    # A shell starts background jobs with Ctrl-C ignored, and Prefect's worker ends by SIGINT alone.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    _control(_DEATH_SIGNAL, signal.SIGTERM)
    if os.getppid() != parent:  # killed before that was said
        os._exit(1)


def _adopt_orphans() -> None:
    """What outlives the worker becomes our child, so that it can be found and ended. Linux only."""
    _control(_SUBREAPER, 1)


def _control(option: int, value: int) -> None:
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _children(parent: int | str = "self") -> list[int]:
    held: list[int] = []
    for path in Path(f"/proc/{parent}/task").glob("*/children"):
        with suppress(OSError):
            held += [int(pid) for pid in path.read_text().split()]
    return held


def _end(pids: Sequence[int]) -> None:
    """Asks processes to end, waits for them, and kills the groups of those that do not."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    end = time.monotonic() + GRACE
    left = set(pids)
    while left and time.monotonic() < end:
        left = {pid for pid in left if not _gone(pid)}
        time.sleep(0.1 if left else 0)
    for pid in left:
        with suppress(ProcessLookupError):
            os.killpg(os.getpgid(pid), signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(pid, 0)


def _gone(pid: int) -> bool:
    """Whether a process has ended; a child of ours is buried."""
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return not Path(f"/proc/{pid}").exists()


@contextmanager
def _until_stopped() -> Iterator[threading.Event]:
    """SIGTERM and Ctrl-C ask for an end."""
    stop = threading.Event()
    numbers = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(number, lambda *_: stop.set()) for number in numbers]
    try:
        yield stop
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
