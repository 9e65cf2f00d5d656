"""What the tests on Flink share: one cluster, and an object store that its workers see."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator

import pytest

from tests.flink.cluster import local, missing


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
def flink() -> None:
    """Only where Flink is asked for and can run."""
    if os.environ.get("TAHONA_FLINK") != "1":
        pytest.skip("Flink is tested by `make test-flink` (TAHONA_FLINK=1)")
    if lacking := missing():
        pytest.skip(lacking)


@pytest.fixture(scope="session")
def cluster(flink: None, bucket: str) -> Iterator[subprocess.Popen[str]]:
    """The process that keeps the cluster, which the environment names while the tests run."""
    with local() as (process, settings), pytest.MonkeyPatch.context() as environment:
        for name, value in settings.items():
            environment.setenv(name, value)
        yield process
