"""The faulty proxy forwards what it spares, fails as it is told, and by a seed the same way each time."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from tests.pipeline.faults import FaultyProxy

BODY = b"pan" * 50_000


class _Echo(BaseHTTPRequestHandler):
    seen: list[str]
    protocol_version = "HTTP/1.1"

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append(self.path)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", "x")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    """A server that gives back what it is sent, and the paths that reached it."""
    seen: list[str] = []
    handler = type("Handler", (_Echo,), {"seen": seen})
    served = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{served.server_address[1]}", seen
    served.shutdown()
    served.server_close()
    thread.join()


def put(url: str, path: str = "/bucket/key") -> str:
    """What a client sees: the status and whether the body is whole, or the name of the error."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
    try:
        connection.request("PUT", path, BODY)
        response = connection.getresponse()
        return f"{response.status} {'whole' if response.read() == BODY else 'refused'}"
    except (ConnectionError, http.client.HTTPException) as error:
        return type(error).__name__
    finally:
        connection.close()


def test_what_is_spared_passes_untouched(server: tuple[str, list[str]]) -> None:
    with FaultyProxy(server[0]) as proxy:
        assert put(proxy.url, "/bucket/a%20b?x=%2F") == "200 whole"
    assert server[1] == ["/bucket/a%20b?x=%2F"]
    assert proxy.requests == {"PUT object": 1} and not proxy.faults


@pytest.mark.parametrize(
    ("fault", "seen", "reaches"),
    [
        ("slowdown", {"503 refused"}, False),
        ("error", {"500 refused"}, False),
        ("denied", {"403 refused"}, False),
        ("unknown", {"403 refused"}, False),
        ("slow", {"200 whole"}, True),
        ("reset", {"ConnectionResetError", "RemoteDisconnected"}, False),
        ("lost", {"ConnectionResetError", "RemoteDisconnected"}, True),
        ("torn", {"IncompleteRead", "ConnectionResetError"}, True),
    ],
)
def test_each_fault_is_what_it_says(
    server: tuple[str, list[str]], fault: str, seen: set[str], reaches: bool
) -> None:
    with FaultyProxy(server[0], rates={fault: 1.0}, delay=0.01) as proxy:
        assert put(proxy.url) in seen
        proxy.rates = {}
        assert put(proxy.url) == "200 whole"
    assert len(server[1]) == 1 + reaches
    assert proxy.faults == {fault: 1}


def test_a_seed_fails_the_same_way_each_time(server: tuple[str, list[str]]) -> None:
    def run(seed: int) -> list[str]:
        with FaultyProxy(server[0], seed, {"slowdown": 0.3, "error": 0.3}) as proxy:
            return [put(proxy.url) for _ in range(30)]

    assert run(1) == run(1) != run(2)
    assert set(run(1)) == {"200 whole", "503 refused", "500 refused"}


def test_only_the_named_methods_fail(server: tuple[str, list[str]]) -> None:
    with FaultyProxy(server[0], rates={"denied": 1.0}, methods={"DELETE"}) as proxy:
        assert put(proxy.url) == "200 whole"
    assert proxy.written == {"/bucket/key": 1}


def test_an_unknown_fault_is_refused() -> None:
    with pytest.raises(ValueError, match=r"unknown faults \['flood'\]"):
        FaultyProxy("http://127.0.0.1:1", rates={"flood": 0.1})
