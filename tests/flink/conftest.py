"""A Flink cluster on this machine, as `python infra/flink/local.py` starts it, where TAHONA_FLINK=1 asks for it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def bucket() -> Iterator[str]:
    """An S3 server of loopback with one bucket; workers find it through the environment too."""
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        environment.setenv("AWS_ACCESS_KEY_ID", "mill")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "mill")
        environment.setenv("AWS_DEFAULT_REGION", "us-east-1")
        boto3.client("s3").create_bucket(Bucket="mill")
        yield "s3://mill"
    server.stop()


@pytest.fixture(scope="session")
def cluster(bucket: str) -> Iterator[subprocess.Popen[str]]:
    """The process that keeps the cluster, which the environment names while the tests run."""
    if missing := _missing():
        pytest.skip(missing)
    process = subprocess.Popen(
        [sys.executable, "infra/flink/local.py", "--slots", "2"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    try:
        with pytest.MonkeyPatch.context() as environment:
            for line in process.stdout:
                name, _, value = line.removeprefix("export ").strip().partition("=")
                environment.setenv(name, value)
                if name == "TAHONA_FLINK_WORKERS":
                    break
            else:
                pytest.fail("the cluster did not start: its own words stand above")
            yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _missing() -> str | None:
    if os.environ.get("TAHONA_FLINK") != "1":
        return "Flink is tested by `make test-flink` (TAHONA_FLINK=1)"
    if not shutil.which("mvn"):
        return "Flink's jars come by Maven: there is no mvn"
    java = shutil.which("java")
    told = subprocess.run([java, "-version"], capture_output=True, text=True).stderr if java else ""
    version = re.search(r'version "(\d+)', told)
    if not version or not 11 <= int(version[1]) <= 17:
        return f"Flink 1.19 needs Java 11 to 17: {told.partition(chr(10))[0] or 'there is none'}"
    return None
