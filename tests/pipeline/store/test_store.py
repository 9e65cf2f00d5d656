"""What is committed appears whole or not at all, once, and shows when a byte of it changes."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import TahonaError, UsageError
from pipeline.model.dataset import Reference
from pipeline.run.runner import Runner
from pipeline.store.backend import owned_name
from pipeline.store.observe import find, observe
from pipeline.store.prune import prune
from pipeline.store.remote import RemoteBackend
from pipeline.store.seal import sealed, unsealed
from pipeline.store.store import Store, storage_error
from pipeline.store.verify import repair, verify
from tests.pipeline.chain import ROOT, chain, tree, words
from tests.pipeline.mill import Words
from tests.pipeline.store.test_contract import written


@pytest.fixture
def remote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store that is no folder: a file system of fsspec in this process's memory."""
    monkeypatch.setenv("TAHONA_CACHE", str(tmp_path / "cache"))
    store = Store(f"memory://{uuid.uuid4().hex}/a")
    yield store
    store.backend.remove("")


@given(st.data())
def test_a_changed_byte_anywhere_in_a_record_breaks_its_seal(data: st.DataObject) -> None:
    record = {"a": 1, "ñ": ["uno", 2.5, None], "c": {"d": True}}
    good = sealed(record)
    assert unsealed(good) == record
    at = data.draw(st.integers(0, len(good) - 1))
    other = data.draw(st.integers(1, 255))
    with pytest.raises(ValueError):
        unsealed(good[:at] + bytes([good[at] ^ other]) + good[at + 1 :])
    with pytest.raises(ValueError):
        unsealed(good[:at])


def test_a_damaged_manifest_is_one_clear_sentence(store: Store, texts: Path) -> None:
    result = words(Runner(store, "driver"), texts)
    path = Path(store.url, "datasets/words", result.fingerprint, "manifest.json")
    path.write_bytes(path.read_bytes().replace(b"kept", b"kepr", 1))
    with pytest.raises(
        TahonaError, match=r"manifest.json is damaged: run `tahona verify --repair`"
    ):
        store.manifest(Reference(stage="words", fingerprint=result.fingerprint))


def test_only_what_the_dead_left_is_cleared_away(store: Store) -> None:
    code = f"from pipeline.store.store import Store; print(Store({store.url!r}).work_folder())"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    left, mine = Path(run.stdout.strip()), store.work_folder()
    elsewhere = store.backend.workspace / owned_name().replace("-", "x-", 1)
    elsewhere.mkdir()
    scratch = store.scratch("pretrain", "k")
    scratch.mkdir(parents=True)
    assert left.is_dir()
    store.clean()
    assert not left.exists()
    assert mine.is_dir() and elsewhere.is_dir() and scratch.is_dir()


def test_a_dead_process_that_nobody_has_buried_yet_is_dead(store: Store) -> None:
    ended = subprocess.Popen(["true"])
    os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)  # it has ended and stays a zombie
    left = store.backend.workspace / owned_name().replace(f"-{os.getpid()}-", f"-{ended.pid}-")
    left.mkdir(parents=True)
    store.clean()
    assert ended.returncode is None and not left.exists()
    ended.wait()


def test_the_orders_of_dead_runs_are_cleared_away_from_an_object_store(remote: Store) -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    living = owned_name()
    dead = living.replace(f"-{os.getpid()}-", f"-{ended.pid}-")
    for name in (living, dead):
        remote.write_json(f"tmp/{name}/order.json", {})
    remote.clean()
    assert [path for path, _ in remote.backend.files("tmp")] == [f"tmp/{living}/order.json"]


def test_a_store_that_nothing_can_open_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="the store nowhere://x can't be opened"):
        Store("nowhere://x")


def test_the_ground_floor_is_cheap_to_import() -> None:
    names = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in (ROOT / "pipeline").rglob("[a-z]*.py")
    }
    # Imported where they are used.
    asked_late = {"compiled", "engines.harness", "engines.pool", "model.row_groups", "plain_loops"}
    rooms = ", ".join(sorted(names - {f"pipeline.{name}" for name in asked_late}))
    heavy = ["apache_beam", "pyarrow", "numpy", "fsspec", "openlineage", "requests"]
    code = f"import sys; import {rooms}; print([x for x in {heavy} if x in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert run.stdout.strip() == "[]", run.stderr


def test_a_place_that_can_not_be_reached_is_one_clear_sentence() -> None:
    with pytest.raises(TahonaError, match=r"the store ftp://127.0.0.1:9/x .*"):
        Store("ftp://127.0.0.1:9/x")
    sentence = (
        r"the store ftp://nowhere.invalid/x can't be reached: check the network, then run again"
    )
    with pytest.raises(TahonaError, match=sentence):
        Store("ftp://nowhere.invalid/x")
    with pytest.raises(UsageError, match=r"the store s3:// can't be opened: it names no bucket"):
        Store("s3://")


# An object store


def test_an_altered_object_is_refused_and_a_good_copy_serves_in_its_place(
    remote: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shard, folder = written(remote)
    remote.commit(shard, folder)
    remote.backend.write(shard.files[0].path, b"PAN")
    assert remote.fetch(shard.files[0]).read_text() == "pan"
    monkeypatch.setenv("TAHONA_CACHE", str(tmp_path / "another machine"))
    with pytest.raises(TahonaError, match=r"x.txt was altered .* verify --repair"):
        Store(remote.url).fetch(shard.files[0])


def test_a_chain_on_an_object_store_gives_the_same_bytes_and_can_be_looked_after(
    remote: Store, store: Store, texts: Path
) -> None:
    first, second = chain(Runner(remote, "driver"), texts)
    chain(Runner(store, "driver"), texts)
    whole = tree(remote)
    assert whole == tree(store)
    assert chain(Runner(remote, "driver"), texts)[1].state == "reused"
    assert verify(remote).damaged == []

    assert first.manifest and second.manifest
    victim = second.manifest.files()[0].path
    remote.backend.write(victim, b"x" * len(remote.backend.read(victim)))
    assert verify(remote).damaged == [victim]
    repair(remote, verify(remote))
    assert chain(Runner(remote, "driver"), texts)[1].state == "committed"
    assert tree(remote) == whole

    pruned = prune(remote, keep={str(first.manifest.reference)})
    assert (pruned.datasets, pruned.shards) == (1, len(second.manifest.shard_folders()))
    assert verify(remote).damaged == []
    assert remote.manifest(first.manifest.reference) == first.manifest


def test_inputs_may_lie_on_an_object_store(remote: Store, store: Store, texts: Path) -> None:
    away = RemoteBackend(remote.url)
    for path in texts.iterdir():
        away.write(f"texts/{path.name}", path.read_bytes())
    files = find([f"{remote.url}/texts/*.txt"], Path("/"))
    assert len(files) == 8
    there = Runner(store, "driver").run(
        Words(), Words.Params(), {"files": [observe(store, {"mill": files})]}
    )
    here = words(Runner(store, "driver"), texts)
    # A file system of fsspec without tags: the files are read once.
    assert (there.computed, here.fingerprint) == (8, there.fingerprint)


def test_what_need_not_last_waits_for_no_disk(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    store.write_json("tmp/job/a.alive", {"beat": 1}, lasting=False)
    assert not synced and b'"beat": 1' in store.backend.read("tmp/job/a.alive")
    store.write_json("runs/a/b.json", {})
    assert synced


def test_a_store_that_can_not_be_made_is_told_in_a_sentence(tmp_path: Path) -> None:
    error = OSError(errno.ENOENT, "No such file or directory")
    sentence = str(storage_error("/proc/x", error))
    assert sentence.endswith(
        "can't be made there (No such file or directory): choose another with --store"
    )
    for url in (str(tmp_path), "s3://bucket/store"):  # where a file of it is gone
        assert "can't be made" not in str(storage_error(url, error))
