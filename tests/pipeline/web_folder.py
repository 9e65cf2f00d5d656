"""A folder on the web for tests, by Python's own server: it says dates, and gives no tags and no ranges."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@contextmanager
def served(folder: Path, *unsaid: str) -> Iterator[tuple[str, list[str]]]:
    """The URL of a folder, and what was asked of it (`GET /a.txt`); the headers `unsaid` are left out.

    Of a file called `closed...` it answers 403.
    """
    requests: list[str] = []

    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *words: object) -> None:
            super().__init__(*words, directory=str(folder))  # type: ignore[arg-type]

        def send_header(self, keyword: str, value: str) -> None:
            if keyword not in unsaid:
                super().send_header(keyword, value)

        def send_head(self):  # type: ignore[no-untyped-def]
            if self.path.startswith("/closed"):
                return self.send_error(403)
            return super().send_head()

        def log_request(self, *words: object) -> None:
            requests.append(f"{self.command} {self.path}")

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        serving.start()
        yield f"http://127.0.0.1:{server.server_port}", requests
        server.shutdown()
        serving.join()
