"""Where a store can create on a condition and not replace, a lease has one owner all the same."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.store.lease import Lease
from pipeline.store.lock import hold, owner
from pipeline.store.prune import prune
from pipeline.store.remote import RemoteBackend
from pipeline.store.store import Store


@pytest.fixture
def backend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RemoteBackend:
    """A file system of fsspec in memory, where of many creations one succeeds, as on real stores."""
    monkeypatch.setenv("TAHONA_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("TAHONA_LEASE", "1")
    backend = RemoteBackend(f"memory://{tmp_path.name}/store")
    real, lock = backend.fs.pipe_file, threading.Lock()

    def pipe(*args: Any, **options: Any) -> None:
        with lock:
            real(*args, **options)

    class Still(dict[str, Any]):
        """What is listed does not change under whoever lists it, as on real stores."""

        def items(self) -> Any:
            return self.copy().items()

    monkeypatch.setattr(backend.fs, "pipe_file", pipe)
    monkeypatch.setattr(type(backend.fs), "store", Still(backend.fs.store))
    return backend


def at_once(count: int, act: Callable[[int], Any]) -> list[Any]:
    gate, answers = threading.Barrier(count), [None] * count

    def work(number: int) -> None:
        gate.wait()
        answers[number] = act(number)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_of_many_that_saw_the_same_state_one_changes_it(backend: RemoteBackend) -> None:
    tag = backend.put_if("locks/a.lock", b"first", None)
    for _ in range(30):
        tags = at_once(6, lambda number: backend.put_if("locks/a.lock", b"%d" % number, tag))  # noqa: B023
        assert len([t for t in tags if t]) <= 1
        seen = backend.look("locks/a.lock")
        assert seen and (seen.tag in tags or seen.tag == tag)
        tag = seen.tag
    backend.remove_if("locks/a.lock", "1")
    assert backend.look("locks/a.lock")
    backend.remove_if("locks/a.lock", tag)
    assert backend.look("locks/a.lock") is None
    assert backend.put_if("locks/a.lock", b"old", tag) is None
    assert int(backend.put_if("locks/a.lock", b"new", None) or 0) > int(tag)


def test_who_saw_an_old_state_takes_its_own_back(backend: RemoteBackend) -> None:
    """One looks, stands still while two others come and go, and then writes what comes after what it saw."""
    first = backend.put_if("locks/a.lock", b"one", None)
    registers = backend._registers
    numbers = registers._numbers("locks/a.lock")
    second = backend.put_if("locks/a.lock", b"two", first)
    third = backend.put_if("locks/a.lock", b"three", second)
    real = registers._numbers
    stale = iter([numbers, numbers])
    registers._numbers = lambda path: next(stale, None) or real(path)  # type: ignore[method-assign]
    backend.write("locks/a.lock/000000000001", b"one")  # what it saw is still to be read
    assert backend.put_if("locks/a.lock", b"late", first) is None
    registers._numbers = real  # type: ignore[method-assign]
    seen = backend.look("locks/a.lock")
    assert seen and (seen.data, seen.tag) == (b"three", third)


@pytest.mark.parametrize("there", [False, True])
def test_of_two_that_look_before_either_writes_one_changes_it(
    backend: RemoteBackend, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    """A condition that is looked at first, and not asked of the store with the write, lets both through."""
    tag = backend.put_if("locks/a.lock", b"before", None) if there else None
    both, real = threading.Barrier(2), backend.fs.pipe_file

    def pipe(*args: Any, **options: Any) -> None:
        both.wait(600)
        real(*args, **options)

    monkeypatch.setattr(backend.fs, "pipe_file", pipe)
    tags = at_once(2, lambda number: backend.put_if("locks/a.lock", b"%d" % number, tag))
    (won,) = (number for number, new in enumerate(tags) if new)
    seen = backend.look("locks/a.lock")
    assert seen and (seen.data, seen.tag) == (b"%d" % won, tags[won])


def test_an_aged_lease_is_taken_over_by_one(backend: RemoteBackend) -> None:
    dead = {"host": "elsewhere", "pid": 1, "token": "x", "seconds": 0.3, "renewals": 0}
    for name in range(4):
        path = f"locks/{name}.lock"
        assert backend.put_if(path, json.dumps(dead).encode(), None)
        leases = [Lease(backend, path, lambda: None) for _ in range(6)]
        owners = at_once(6, lambda number: leases[number].take())  # noqa: B023
        assert owners.count(None) == 1
        for lease in leases:
            lease.give_back()
        assert backend.look(path) is None


def test_what_runs_that_ended_left_of_their_leases_is_cleared_by_pruning(
    backend: RemoteBackend,
) -> None:
    store = Store(backend.url)
    with hold(store, "store", shared=True), hold(store, "store", wait=False) as alone:
        assert not alone
    with hold(store, "words") as lease:
        assert lease and owner(store, "words")
    assert owner(store, "words") is None
    prune(store)
    assert list(backend.files("locks/store.shared")) == []
