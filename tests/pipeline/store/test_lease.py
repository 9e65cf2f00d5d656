"""On an object store a lock is a lease: kept while its owner lives, taken over when it does not."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from pipeline.errors import Stopped, TahonaError
from pipeline.store.lock import hold, owner
from pipeline.store.store import Store
from tests.pipeline.faults import FaultyProxy
from tests.pipeline.objects import ROOT, forget_clients


@pytest.fixture
def leased(bucket: str, monkeypatch: pytest.MonkeyPatch) -> Store:
    """An empty store on S3 whose leases last some seconds: a busy machine stands still for one."""
    monkeypatch.setenv("TAHONA_LEASE", "3")
    return Store(bucket)


@contextmanager
def elsewhere(store: Store) -> Iterator[subprocess.Popen[str]]:
    """A process that holds `words`, and shares `totals`, until its input ends, as one on another machine would seem."""
    code = (
        "import pipeline.store.lease as lease; lease._here = lambda: 'elsewhere'\n"
        "from pipeline.store.lock import hold; from pipeline.store.store import Store\n"
        f"store = Store({store.url!r})\n"
        "with hold(store, 'words'), hold(store, 'totals', shared=True):\n"
        "    print('held', flush=True); input()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout and process.stdout.readline() == "held\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def test_living_owners_keep_it_long_after_its_time(
    leased: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAHONA_LEASE", "8")  # a process of a busy machine may stand still for some
    with elsewhere(leased):
        time.sleep(16)  # two leases, or one and what the clock of a store may be wrong by
        for name in ("words", "totals"):
            with hold(leased, name, wait=False) as lease:
                assert not lease


def test_a_dead_owner_of_another_machine_gives_way_after_its_time(
    leased: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = socket.gethostname()  # only the name that decides about life is another
    with elsewhere(leased) as process:
        process.kill()
        process.wait()
        for name in ("words", "totals"):
            with hold(leased, name) as lease:
                assert lease
    assert list(leased.backend.files("locks")) == []
    monkeypatch.setenv("TAHONA_LEASE", "600")
    with elsewhere(leased) as process:
        process.kill()
        process.wait()
        for name in ("words", "totals"):
            stop, owners = threading.Event(), list[str]()

            def told(owner: str) -> None:  # nobody can know yet
                owners.append(owner.split(" since ")[0])  # noqa: B023
                stop.set()  # noqa: B023

            with pytest.raises(Stopped), hold(leased, name, waiting=told, stop=stop):
                pass
            assert owners == [f"process {process.pid} on {machine}"]


def test_a_dead_owner_of_this_machine_gives_way_at_once(
    leased: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAHONA_LEASE", "600")
    code = (
        "import os; from pipeline.store.lock import hold; from pipeline.store.store import Store\n"
        f"with hold(Store({leased.url!r}), 'words'): os._exit(1)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT)
    assert len(list(leased.backend.files("locks"))) == 1
    with hold(leased, "words", wait=False) as lease:
        assert lease


def test_who_stood_still_and_lost_it_is_stopped_and_told(
    leased: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = (
        "import threading; from pipeline.errors import Stopped; from pipeline.store.lock import hold\n"
        "from pipeline.store.store import Store\n"
        "stop = threading.Event()\n"
        f"with hold(Store({leased.url!r}), 'words', stop=stop):\n"
        "    print('held', flush=True)\n"
        "    if stop.wait(600): raise Stopped"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout and process.stdout.readline() == "held\n"
    process.send_signal(signal.SIGSTOP)
    monkeypatch.setenv("TAHONA_LEASE", "600")  # of whoever takes it over
    with hold(leased, "words") as lease:
        assert lease
        process.send_signal(signal.SIGCONT)
        _, error = process.communicate(timeout=600)
        assert "TahonaError: this run stood still for too long and lost its lock words" in error
        assert f"process {os.getpid()} on " in (owner(leased, "words") or "")


def test_an_answer_that_is_lost_costs_no_lock(
    leased: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    rates = {"lost": 1.0}
    with FaultyProxy(os.environ["AWS_ENDPOINT_URL"], 1, rates, methods={"PUT"}, most=1) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
        forget_clients()
        with hold(Store(leased.url), "words", wait=False) as lease:
            assert lease
        assert proxy.faults["lost"] == 1


def test_a_lease_of_no_time_is_refused(leased: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAHONA_LEASE", "soon")
    with pytest.raises(TahonaError, match="TAHONA_LEASE is 'soon': give a number of seconds"):
        hold(leased, "words").__enter__()
