"""An S3 server on this machine for tests: a real process that speaks the real protocol, with a bucket for each test.

`python -m tests.pipeline.objects` runs one, prints its address and ends with its standard input.
"""

from __future__ import annotations

import io
import subprocess
import sys
import threading
import urllib.request
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]

# What the owner of a store would set; the server takes any key.
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "tahona",
    "AWS_SECRET_ACCESS_KEY": "tahona-secret",
    "AWS_DEFAULT_REGION": "us-east-1",
}


@contextmanager
def s3_server() -> Iterator[str]:
    """Starts a server on a free port, yields its URL, and ends it."""
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.pipeline.objects"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert server.stdout
        url = server.stdout.readline().strip()
        assert url, f"the S3 server did not start: exit code {server.wait()}"
        yield url
    finally:
        server.kill()
        server.communicate()


def new_bucket(url: str) -> str:
    """Makes an empty bucket and returns its name."""
    name = f"tahona-{uuid.uuid4().hex[:12]}"
    urllib.request.urlopen(urllib.request.Request(f"{url}/{name}", method="PUT"), timeout=30)
    return name


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """The address of an S3 server."""
    with s3_server() as url:
        yield url


@pytest.fixture
def bucket(s3: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The URL of a store in an empty bucket; the environment has credentials, endpoint and a cache."""
    for name in ("HTTP_PROXY", "http_proxy", "AWS_PROFILE", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.delenv(name, raising=False)
    settings = {"AWS_ENDPOINT_URL": s3, "TAHONA_CACHE": str(tmp_path / "cache"), **CREDENTIALS}
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    forget_clients()
    yield f"s3://{new_bucket(s3)}/store"
    forget_clients()


def forget_clients() -> None:
    """Makes this process read the environment anew: a client keeps the endpoint it was made with."""
    from s3fs import S3FileSystem

    S3FileSystem.clear_instance_cache()


class _Atomic:
    """Changes happen one at a time, as on S3: moto's threads look and then write."""

    def __init__(self, application: Any) -> None:
        self.application = application
        self.lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] in {"GET", "HEAD"}:
            return self.application(environ, start_response)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        with self.lock:  # the body is here: a client that stands still holds nobody up
            return self.application({**environ, "wsgi.input": io.BytesIO(body)}, start_response)


def main() -> None:
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import make_server

    application = _Atomic(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, application, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
