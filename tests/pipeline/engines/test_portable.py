"""The engine `flink` keeps Beam's portable contract: here with Beam's own job server in Python, and no Flink."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from pipeline.errors import TahonaError
from pipeline.run.runner import Runner
from pipeline.store.store import Store
from tests.pipeline.chain import ROOT, tree, words
from tests.pipeline.engines.contract import until
from tests.ports import free_port
from tests.processes import begin


@pytest.fixture(scope="module")
def portable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A job server and a pool of workers, each a process, which the environment names."""
    jobs, pool = free_port(), free_port()
    commands = [
        ["apache_beam.runners.portability.local_job_service_main", f"--port={jobs}"],
        ["pipeline.engines.pool", f"--port={pool}"],
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    log = (tmp_path_factory.mktemp("portable") / "log").open("wb")
    running = [
        begin([sys.executable, "-m", *c], env=environment, stdout=log, stderr=log) for c in commands
    ]
    try:
        for process, port in zip(running, (jobs, pool), strict=True):
            wait_for(process, port)
        with pytest.MonkeyPatch.context() as named:
            named.setenv("TAHONA_FLINK_JOB_SERVER", f"localhost:{jobs}")
            named.setenv("TAHONA_FLINK_WORKERS", f"localhost:{pool}")
            named.setenv("TAHONA_FLINK_REST", "")
            yield
    finally:
        for process in running:
            process.kill()
            process.wait()
        log.close()


def wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + 600
    while time.monotonic() < end and process.poll() is None:
        with suppress(OSError), socket.create_connection(("localhost", port), timeout=1):
            return
        time.sleep(0.1)
    pytest.fail(f"nothing came to listen at port {port}")


def test_it_changes_no_byte(portable: None, store: Store, texts: Path, tmp_path: Path) -> None:
    calm = Store(tmp_path / "calm")
    words(Runner(calm, "driver"), texts)
    words(Runner(store, "flink", 2), texts)
    assert tree(store) == tree(calm)
    until(lambda: not [p for p in store.backend.workspace.rglob("*") if p.is_file()])


def test_a_failure_is_one_sentence(portable: None, store: Store, texts: Path) -> None:
    (texts / "4.txt").write_text("FAIL\n")
    with pytest.raises(TahonaError) as caught:
        words(Runner(store, "flink", 1), texts)
    assert f"words (step words of {texts}/4.txt, shard" in str(caught.value)
    assert str(caught.value).endswith("4.txt says FAIL")


def test_an_absent_job_server_is_one_sentence(
    portable: None, store: Store, texts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAHONA_FLINK_JOB_SERVER", f"localhost:{free_port()}")
    with pytest.raises(TahonaError, match="Beam's job server does not answer at localhost:"):
        words(Runner(store, "flink", 1), texts)
