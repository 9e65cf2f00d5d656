"""A real HTTP proxy before a real server that fails in the ways of a network, by a seeded plan.

    with FaultyProxy("http://127.0.0.1:5055", seed=7, rates={"slowdown": 0.05, "lost": 0.02}) as proxy:
        ...  # ask proxy.url instead of the server

Each request draws one fault from `rates` (name to probability; what is left over passes untouched):

    slowdown  503 with S3's `SlowDown`; the server never sees the request
    error     500 with S3's `InternalError`; the server never sees the request
    denied    403 with S3's `AccessDenied`; the server never sees the request
    unknown   403 with S3's `InvalidAccessKeyId`; the server never sees the request
    slow      passes after `delay` seconds
    reset     the connection is reset; the server never sees the request
    lost      the server does it, then the connection is reset: the answer never arrives
    torn      half of the answer's body arrives, then the connection is reset
"""

from __future__ import annotations

import http.client
import math
import random
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

FAULTS = ("slowdown", "error", "denied", "unknown", "slow", "reset", "lost", "torn")
_NOT_FORWARDED = {"connection", "expect", "keep-alive", "transfer-encoding"}
_REFUSALS = {
    "slowdown": (503, "SlowDown"),
    "error": (500, "InternalError"),
    "denied": (403, "AccessDenied"),
    "unknown": (403, "InvalidAccessKeyId"),
}


class FaultyProxy:
    """A context manager with `url`; forwards to `target_url`, failing at `rates`.

    The n-th request of a seed meets the same fault each time (which request is the n-th, the clients
    decide). `rates` may be replaced while it runs: `{"reset": 1.0}` is an outage, `{}` its end. With
    `methods` only those fail: `{"denied": 1.0}` for PUT, POST and DELETE is a store that one may only
    read; after `most` faults there are none any more. `requests` counts what was asked, by method and kind
    (`GET object`, `GET list`), `written` the paths that were put without a fault, `faults` what was done to
    requests, `open` those that were heard and not answered yet; `then` are the rates from the moment on when a
    path of some kind was put.
    """

    def __init__(
        self,
        target_url: str,
        seed: int = 0,
        rates: Mapping[str, float] | None = None,
        delay: float = 0.5,
        methods: Collection[str] | None = None,
        most: float = math.inf,
    ) -> None:
        if unknown := set(rates or {}) - set(FAULTS):
            raise ValueError(f"unknown faults {sorted(unknown)}: there are {FAULTS}")
        self.rates = dict(rates or {})
        self.delay = delay
        self.methods = methods
        self.most = most
        self.open = 0
        self.target = urlsplit(target_url).netloc
        self.requests: Counter[str] = Counter()
        self.written: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self.then: tuple[Callable[[str], object], dict[str, float]] | None = None
        self._chance = random.Random(seed)
        self._lock = threading.Lock()

    def __enter__(self) -> FaultyProxy:
        proxy = self

        class Handler(_Handler):
            owner = proxy

        self._server = _Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Counts a request as open while the block runs."""
        with self._lock:
            self.open += 1
        try:
            yield
        finally:
            with self._lock:
                self.open -= 1

    def draw(self, method: str, path: str) -> str | None:
        """Counts a request and says which fault it meets, if any."""
        parts = urlsplit(path)
        kind = "object" if parts.path.count("/") > 1 and parts.path.split("/", 2)[2] else "bucket"
        kind = "list" if "list-type" in parts.query else kind
        with self._lock:
            self.requests[f"{method} {kind}"] += 1
            few = self.faults.total() < self.most
            if few and (self.methods is None or method in self.methods):
                place = self._chance.random()
                for fault, rate in self.rates.items():
                    if (place := place - rate) < 0:
                        self.faults[fault] += 1
                        return fault
            if method == "PUT":
                self.written[parts.path] += 1
                if self.then and self.then[0](parts.path):
                    self.rates, self.then = self.then[1], None
        return None


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that are killed hang up in the middle: that is the point of it."""


class _Handler(BaseHTTPRequestHandler):
    owner: FaultyProxy
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def _any(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        if len(body) < length:  # its client died: S3 knows nothing of such a request
            self.close_connection = True
            return None
        with self.owner.answering():
            return self._pass(body)

    def _pass(self, body: bytes) -> None:
        fault = self.owner.draw(self.command, self.path)
        if fault in _REFUSALS:
            return self._refuse(*_REFUSALS[fault])
        if fault == "reset":
            return self._reset()
        if fault == "slow":
            time.sleep(self.owner.delay)
        status, headers, answer = self._ask(body)
        if fault == "lost":
            return self._reset()
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in {*_NOT_FORWARDED, "content-length"}:
                self.send_header(name, value)
        # The answer to a HEAD has no body, and still says how long it would be.
        length = dict(headers).get("Content-Length") if self.command == "HEAD" else None
        self.send_header("Content-Length", length or str(len(answer)))
        self.end_headers()
        if fault == "torn":
            self.wfile.write(answer[: len(answer) // 2])
            return self._reset()
        self.wfile.write(answer)
        return None

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _any

    def _ask(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        connection = http.client.HTTPConnection(self.owner.target, timeout=600)
        try:
            connection.putrequest(
                self.command, self.path, skip_host=True, skip_accept_encoding=True
            )
            for name, value in self.headers.items():
                if name.lower() not in _NOT_FORWARDED:
                    connection.putheader(name, value)
            connection.endheaders(body)
            response = connection.getresponse()
            return response.status, response.getheaders(), response.read()
        finally:
            connection.close()

    def _refuse(self, status: int, code: str) -> None:
        text = f'<?xml version="1.0"?><Error><Code>{code}</Code><Message>{code}</Message></Error>'
        self.send_response_only(status)
        self.send_header("Content-Type", "application/xml")
        body = b"" if self.command == "HEAD" else text.encode()
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _reset(self) -> None:
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        pass
