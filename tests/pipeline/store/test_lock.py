"""A lock is held by one or shared by many, told of, waited for, and freed by death."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path

import pytest

from pipeline.errors import Stopped
from pipeline.store.lock import hold, owner
from pipeline.store.owner import sentence
from pipeline.store.store import Store
from tests.pipeline.chain import ROOT
from tests.pipeline.objects import bucket, s3  # noqa: F401
from tests.pipeline.store.test_register import backend  # noqa: F401


@pytest.fixture(params=["folder", "object store", "memory"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store for each kind of lock: the kernel's, a lease on S3, and a lease of numbered objects."""
    monkeypatch.setenv("TAHONA_LEASE", "30")  # longer than a busy machine stands still
    monkeypatch.setenv("TAHONA_CACHE", str(tmp_path / "cache"))
    match request.param:
        case "object store":
            return Store(request.getfixturevalue("bucket"))
        case "memory":
            return Store(request.getfixturevalue("backend").url)
    return Store(tmp_path / "store")


# What every lock promises


def test_one_holds_it_and_another_does_not(place: Store) -> None:
    with hold(place, "words") as first:
        assert first
        assert f"process {os.getpid()} on " in (owner(place, "words") or "")
        with hold(place, "words", wait=False) as second:
            assert not second
        with hold(place, "totals", wait=False) as other:
            assert other
    assert owner(place, "words") is None


def test_of_many_at_once_one_gets_it_and_the_rest_after_it(place: Store) -> None:
    inside, most, done = [0], [0], []
    gate = threading.Barrier(4)

    def work() -> None:
        gate.wait()
        with hold(place, "words"):
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            time.sleep(0.05)
            inside[0] -= 1
            done.append(1)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(600)
    assert (most, len(done)) == ([1], 4)


def test_many_share_it_and_nobody_takes_it_from_them(place: Store) -> None:
    with hold(place, "store", shared=True), hold(place, "store", shared=True, wait=False) as two:
        assert two
        with hold(place, "store", wait=False) as alone:
            assert not alone
    with hold(place, "store", wait=False) as alone:
        assert alone
        with hold(place, "store", shared=True, wait=False) as shared:
            assert not shared


def test_who_waits_is_told_for_whom_and_goes_on_when_it_is_free(place: Store) -> None:
    owners: list[str] = []
    holding, free = threading.Event(), threading.Event()

    def owner() -> None:
        with hold(place, "words", run="mine/1"):
            holding.set()
            free.wait(600)

    def told(owner: str) -> None:
        owners.append(owner)
        free.set()

    thread = threading.Thread(target=owner)
    thread.start()
    holding.wait(600)
    with hold(place, "words", waiting=told) as lease:
        assert lease
    thread.join()
    (owner_of,) = owners
    assert owner_of.startswith(f"process {os.getpid()} on {socket.gethostname()} since 20")
    assert owner_of.endswith(" UTC, run mine/1")


@pytest.mark.parametrize(
    ("data", "description"),
    [
        (b'{"host": "mill", "pid": 7}', "process 7 on mill"),  # of an earlier version
        (b'{"host": "mi', "another process"),
        (b"[7]", "another process"),
        (b"{}", "another process"),
        (b"", "another process"),
    ],
)
def test_what_another_version_wrote_is_told_as_far_as_it_goes(
    data: bytes, description: str
) -> None:
    assert sentence(data) == description


def test_a_request_to_stop_ends_the_waiting(place: Store) -> None:
    stop = threading.Event()
    waiting = hold(place, "words", stop=stop, waiting=lambda owner: stop.set())
    with hold(place, "words"), pytest.raises(Stopped), waiting:
        raise AssertionError


def test_the_lock_of_a_dead_owner_is_free(store: Store) -> None:
    code = (
        "import os; from pipeline.store.lock import hold; from pipeline.store.store import Store\n"
        f"with hold(Store({store.url!r}), 'words'): print('held', flush=True); input()"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert owner.stdout and owner.stdout.readline() == "held\n"
    with hold(store, "words", wait=False) as lease:
        assert not lease
    owner.kill()
    owner.communicate()
    with hold(store, "words", wait=False) as lease:
        assert lease


def test_a_place_without_locks_goes_without(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with hold(Store(f"memory://{uuid.uuid4().hex}"), "words") as lease:
        assert lease

    def flock(descriptor: int, mode: int) -> None:
        raise OSError(errno.ENOSYS, "Function not implemented")

    monkeypatch.setattr(fcntl, "flock", flock)
    with hold(store, "words") as lease:
        assert lease
