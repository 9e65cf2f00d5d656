"""Copies of files from elsewhere stay within their bound, and with whoever uses them."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.store.backend import machine
from pipeline.store.copies import JUST_USED, UNUSED, Copies, cache_folder, copies_here
from pipeline.store.prune import Pruned, prune
from pipeline.store.store import Store


def added(
    copies: Copies, tmp_path: Path, text: str, age: float = 0.0, user: Path | None = None
) -> str:
    """A copy of a kilobyte, last used `age` seconds ago; its digest."""
    file = tmp_path / "x.txt"
    file.write_text(text.ljust(1000))
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    copies.add(file, sha256, user)
    os.utime(copies.folder / sha256[:2] / sha256 / "x.txt", (time.time() - age, 1))
    return sha256


@pytest.fixture
def copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Copies:
    """Room for ten files of a kilobyte."""
    monkeypatch.setenv("TAHONA_CACHE_GB", "0.00001")
    return Copies(tmp_path / "copies")


def test_a_copy_is_found_by_its_digest(copies: Copies, tmp_path: Path) -> None:
    sha256 = added(copies, tmp_path, "pan")
    path = copies.get(sha256, "x.txt", None)
    assert path and path.read_text().strip() == "pan"
    assert copies.get("0" * 64, "x.txt", None) is None
    assert copies.get(sha256, "y.txt", None) is None


def test_the_oldest_used_go_first_when_there_are_too_many(copies: Copies, tmp_path: Path) -> None:
    digests = [added(copies, tmp_path, str(n), JUST_USED + 1000 - n) for n in range(10)]
    assert copies.get(digests[0], "x.txt", None)  # now used last
    digests += [added(copies, tmp_path, str(n)) for n in range(10, 14)]
    left = [bool(copies.get(d, "x.txt", None)) for d in digests]
    assert left[0] and not any(left[1:4]) and all(left[10:])
    assert sum(f.stat().st_size for f in copies.folder.rglob("*.txt")) <= 11_000


def test_what_is_in_use_stays_with_its_user(copies: Copies, tmp_path: Path) -> None:
    user = tmp_path / "shard"
    sha256 = added(copies, tmp_path, "pan", JUST_USED * 2, user)
    for number in range(30):
        added(copies, tmp_path, str(number), JUST_USED * 2)
    assert (user / sha256 / "x.txt").read_text().strip() == "pan"
    again = copies.get(sha256, "x.txt", tmp_path / "another")
    assert again and again.read_text().strip() == "pan"


def test_what_was_asked_for_just_now_stays(copies: Copies, tmp_path: Path) -> None:
    digests = [added(copies, tmp_path, str(n)) for n in range(30)]
    assert all(copies.get(d, "x.txt", None) for d in digests)


def test_prune_takes_what_was_unused_for_a_week(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAHONA_CACHE", str(tmp_path / "cache"))
    copies = copies_here()
    old, new = (
        added(copies, tmp_path, "pan", UNUSED + 1),
        added(copies, tmp_path, "sal", UNUSED / 2),
    )
    left = cache_folder() / "work" / "0" / f"{machine()}-{2**22 + 1}-{'0' * 32}"  # no such process
    left.mkdir(parents=True)
    store.clean()
    assert not left.exists()
    assert prune(store, agree=lambda pruned: False) == Pruned(bytes=1000, copies=1000)
    assert prune(store).copies == 1000 and prune(store).copies == 0
    assert copies.get(new, "x.txt", None) and not copies.get(old, "x.txt", None)


def test_where_they_lie_and_how_many_is_for_the_environment_to_say(
    copies: Copies, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAHONA_CACHE_GB", "plenty")
    with pytest.raises(UsageError, match="TAHONA_CACHE_GB is 'plenty': give a number of gigabytes"):
        added(copies, tmp_path, "pan")
    monkeypatch.delenv("TAHONA_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "tahona"
