"""Serves the written web on loopback, for the recipes and the tests.

python -P -m flows.small_web.server --port 8080
curl -H 'Host: diario.sierraalta.test' http://127.0.0.1:8080/
"""

import argparse
import gzip
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from flows.small_web.sites import Web, build

ADDRESS = "127.0.0.1"
PACKED = 2000  # bytes from which a body is packed for who takes gzip


@dataclass(frozen=True)
class Served:
    """A running server: its port, and where each host of the web is to be found."""

    port: int
    resolve: dict[str, str]


class Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD from a web in memory, by the Host header."""

    protocol_version = "HTTP/1.1"
    timeout = 30
    wbufsize = -1  # headers and body leave in one packet, so no request waits for a delayed ACK
    web: Web

    def do_GET(self) -> None:
        """Answer with headers and body."""
        self.reply(with_body=True)

    def do_HEAD(self) -> None:
        """Answer with headers alone."""
        self.reply(with_body=False)

    def reply(self, with_body: bool) -> None:
        """Look the address up and send what is there; a client that leaves is no error."""
        host = self.headers.get("Host", "").partition(":")[0].lower()
        response = self.web.answer(host, self.path.partition("#")[0])
        body, packed = response.body, False
        if "gzip" in self.headers.get("Accept-Encoding", "") and len(body) > PACKED:
            body, packed = gzip.compress(body, 1, mtime=0), True
        try:
            self.send_response(response.status)
            for name, value in response.headers:
                self.send_header(name, value)
            if packed:
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if with_body:
                self.wfile.write(body)
            self.wfile.flush()
        except ConnectionError:
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Stay quiet: a recipe's output is its own."""


class Server(ThreadingHTTPServer):
    """A threaded server whose open connections do not hold up its end."""

    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away in the middle of a request is no news; anything else is."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


def start(web: Web, port: int = 0) -> Server:
    """A bound server, not yet answering."""
    handler = type("WebHandler", (Handler,), {"web": web})
    return Server((ADDRESS, port), handler)


@contextmanager
def serve(port: int = 0) -> Iterator[Served]:
    """Serve the web while the block runs; port 0 takes a free one."""
    web = build()
    server = start(web, port)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        place = f"{ADDRESS}:{server.server_port}"
        yield Served(server.server_port, dict.fromkeys(web.hosts, place))
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def main() -> None:
    """Serve by hand until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8080)
    server = start(build(), parser.parse_args().port)
    print(f"Serving the written web on http://{ADDRESS}:{server.server_port}/ (Ctrl-C ends)")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()


if __name__ == "__main__":
    main()
