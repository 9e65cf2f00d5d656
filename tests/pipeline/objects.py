"""An S3 server on this machine for tests: a real process that speaks the real protocol, with a bucket for each test.

`python -m tests.pipeline.objects` runs one, prints its address and ends with its standard input; given a folder it
writes its address there, and ends when nobody holds the lock of its users any more.
"""

from __future__ import annotations

import fcntl
import gc
import io
import logging
import subprocess
import sys
import threading
import time
import urllib.request
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest

from tests.session_folder import run_folder

ROOT = Path(__file__).parents[2]
URL, USERS = "url", "users"  # files in the folder of a server that several processes use

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
    urllib.request.urlopen(urllib.request.Request(f"{url}/{name}", method="PUT"), timeout=600)
    return name


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the S3 server of all workers: each start costs five seconds of a processor."""
    folder = run_folder(tmp_path_factory) / "s3"
    folder.mkdir(exist_ok=True)
    with (folder / USERS).open("w") as users, (folder / "starting").open("w") as starting:
        fcntl.flock(starting, fcntl.LOCK_EX)
        fcntl.flock(users, fcntl.LOCK_SH)
        url = folder / URL
        if not url.exists():  # nobody has started one, or it has ended with those who used it
            command = [sys.executable, "-m", "tests.pipeline.objects", str(folder)]
            silent = subprocess.DEVNULL
            server = subprocess.Popen(command, cwd=ROOT, stdin=silent, stdout=silent, stderr=silent)
            while not url.exists():
                assert server.poll() is None, f"the S3 server did not start: {server.returncode}"
                time.sleep(0.1)
        fcntl.flock(starting, fcntl.LOCK_UN)
        yield url.read_text()


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
    read_descriptions_once()


@cache
def read_descriptions_once() -> None:
    """A client reads a megabyte of JSON, what S3 and its endpoints are: here it has it from the one before.

    So have two clients of one session anyway.
    """
    from botocore.loaders import JSONFileLoader

    once = cache(partial(JSONFileLoader.load_file, JSONFileLoader()))
    JSONFileLoader.load_file = lambda self, path: once(path)


class _Atomic:
    """Changes happen one at a time, as on S3: moto's threads look and then write."""

    def __init__(self, application: Any) -> None:
        self.application = application
        self.lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] in {"GET", "HEAD"}:
            return self.application(environ, start_response)
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length)
        if len(body) < length:  # its client died: S3 takes no half of an object
            start_response("400 Bad Request", [("Content-Length", "0")])
            return []
        with self.lock:  # the body is here: a client that stands still holds nobody up
            return self.application({**environ, "wsgi.input": io.BytesIO(body)}, start_response)


def main() -> None:
    from moto.moto_server.werkzeug_app import create_backend_app
    from werkzeug.serving import make_server

    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # a line for each request
    # S3 alone: to find out of each request which service it asks costs as much as most answers.
    application = _Atomic(create_backend_app("s3"))
    gc.freeze()  # the imports stay

    server = make_server("127.0.0.1", 0, application, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    if len(sys.argv) == 1:
        print(url, flush=True)
        sys.stdin.read()
        return
    folder = Path(sys.argv[1])
    (folder / f"{URL}.new").write_text(url)
    (folder / f"{URL}.new").rename(folder / URL)
    with (folder / USERS).open("w") as users:
        fcntl.flock(users, fcntl.LOCK_EX)
        (folder / URL).unlink()


if __name__ == "__main__":
    main()
