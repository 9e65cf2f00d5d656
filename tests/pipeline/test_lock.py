"""A lock is held by one or shared by many, told of, waited for, and freed by death."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import subprocess
import sys
import threading
import uuid

import pytest

from pipeline.errors import Stopped
from pipeline.store.lock import hold
from pipeline.store.owner import sentence
from pipeline.store.store import Store
from tests.pipeline.chain import ROOT


def test_one_holds_it_and_another_does_not(store: Store) -> None:
    with hold(store, "words") as first:
        assert first
        with hold(store, "words", wait=False) as second:
            assert not second
        with hold(store, "totals", wait=False) as other:
            assert other
    with hold(store, "words", wait=False) as third:
        assert third


def test_many_share_it_and_nobody_takes_it_from_them(store: Store) -> None:
    with hold(store, "store", shared=True), hold(store, "store", shared=True, wait=False) as two:
        assert two
        with hold(store, "store", wait=False) as alone:
            assert not alone
    with hold(store, "store", wait=False) as alone:
        assert alone
        with hold(store, "store", shared=True, wait=False) as shared:
            assert not shared


def test_who_waits_is_told_for_whom_and_goes_on_when_it_is_free(store: Store) -> None:
    owners: list[str] = []
    holding, free = threading.Event(), threading.Event()

    def owner() -> None:
        with hold(store, "words", run="mine/1"):
            holding.set()
            free.wait(10)

    def told(owner: str) -> None:
        owners.append(owner)
        free.set()

    thread = threading.Thread(target=owner)
    thread.start()
    holding.wait(10)
    with hold(store, "words", waiting=told) as held:
        assert held
    thread.join()
    (said,) = owners
    assert said.startswith(f"process {os.getpid()} on {socket.gethostname()} since 20")
    assert said.endswith(" UTC, run mine/1")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'{"host": "mill", "pid": 7}', "process 7 on mill"),  # of an earlier version
        (b'{"host": "mi', "another process"),
        (b"[7]", "another process"),
        (b"{}", "another process"),
        (b"", "another process"),
    ],
)
def test_what_another_version_wrote_is_told_as_far_as_it_goes(data: bytes, said: str) -> None:
    assert sentence(data) == said


def test_a_request_to_stop_ends_the_waiting(store: Store) -> None:
    stop = threading.Event()
    waiting = hold(store, "words", stop=stop, waiting=lambda owner: stop.set())
    with hold(store, "words"), pytest.raises(Stopped), waiting:
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
    with hold(store, "words", wait=False) as held:
        assert not held
    owner.kill()
    owner.communicate()
    with hold(store, "words", wait=False) as held:
        assert held


def test_a_place_without_locks_goes_without(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with hold(Store(f"memory://{uuid.uuid4().hex}"), "words") as held:
        assert held

    def flock(descriptor: int, mode: int) -> None:
        raise OSError(errno.ENOSYS, "Function not implemented")

    monkeypatch.setattr(fcntl, "flock", flock)
    with hold(store, "words") as held:
        assert held
