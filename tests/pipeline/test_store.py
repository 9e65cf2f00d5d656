"""What is committed appears whole or not at all, once, and shows when a byte of it changes."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import TahonaError, UsageError
from pipeline.model.dataset import File, Reference, Shard
from pipeline.run.runner import Runner
from pipeline.store.backend import owned_name
from pipeline.store.maintain import prune, repair, verify
from pipeline.store.observe import find, observe
from pipeline.store.remote import RemoteBackend
from pipeline.store.store import Store, file_digest, sealed, unsealed
from tests.pipeline.chain import ROOT, chain, tree, words
from tests.pipeline.mill import Words


@pytest.fixture
def remote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store that is no folder: a file system of fsspec in this process's memory."""
    monkeypatch.setenv("TAHONA_CACHE", str(tmp_path / "cache"))
    store = Store(f"memory://{uuid.uuid4().hex}/a")
    yield store
    store.backend.remove("")


def written(store: Store, text: str = "pan", key: str = "k") -> tuple[Shard, Path]:
    """A shard with one file, ready to commit."""
    folder = store.work_folder()
    (folder / "x.txt").write_text(text)
    file = File(
        path=f"shards/s/{key}/x.txt",
        part="kept",
        bytes=len(text),
        sha256=file_digest(folder / "x.txt"),
        shard=key,
    )
    return Shard(key=key, stage="s", step="s", files=[file]), folder


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


def test_a_name_is_taken_once(store: Store) -> None:
    won: list[int] = []
    gate = threading.Barrier(8)

    def take(number: int) -> None:
        gate.wait()
        if store.backend.create("datasets/s/f/manifest.json", str(number).encode()):
            won.append(number)

    threads = [threading.Thread(target=take, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert store.backend.read("datasets/s/f/manifest.json") == str(won[0]).encode()
    assert list(store.backend.workspace.iterdir()) == []


def test_a_shard_is_there_with_all_its_files_or_not_at_all(store: Store) -> None:
    shard, folder = written(store)
    assert store.shard("s", "k") is None
    assert store.commit(shard, folder) == shard
    assert store.shard("s", "k") == shard
    store.backend.remove("shards/s/k/x.txt")
    assert store.shard("s", "k") is None


def test_a_shard_of_two_runs_is_committed_once(store: Store) -> None:
    first, folder = written(store)
    second, other = written(store)
    assert store.commit(first, folder) == store.commit(second, other)


def test_a_shard_that_comes_out_different_the_second_time_is_refused(store: Store) -> None:
    store.commit(*written(store))
    with pytest.raises(TahonaError, match="shards/s/k was computed twice and came out different"):
        store.commit(*written(store, "masa"))
    assert store.backend.read("shards/s/k/x.txt") == b"pan"


@pytest.mark.parametrize("harm", ["record gone", "record torn", "file gone", "file cut"])
def test_a_damaged_shard_is_no_shard_and_gives_way(store: Store, harm: str) -> None:
    key = "0" * 32
    store.commit(*written(store, key=key))
    folder = Path(store.url, "shards/s", key)
    name, how = harm.split()
    path = folder / {"record": "shard.json", "file": "x.txt"}[name]
    path.unlink() if how == "gone" else path.write_bytes(path.read_bytes()[:-1])
    assert store.shard("s", key) is None
    assert verify(store).damaged
    shard, again = written(store, key=key)
    store.commit(shard, again)
    assert store.shard("s", key) == shard
    assert verify(store).damaged == []


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


FOREIGN = [
    "notes.txt",
    "tmp/keepme",
    "tmp/scratch/a/b",
    "shards/mine/x",
    "datasets/news/2024/a.csv",
]


@pytest.mark.parametrize("where", ["folder", "object store"])
@pytest.mark.parametrize("path", FOREIGN)
def test_a_place_that_holds_other_files_does_not_become_a_store(
    store: Store, remote: Store, where: str, path: str
) -> None:
    place = store if where == "folder" else remote
    place.backend.write(path, b"mine")
    with pytest.raises(UsageError, match=f"{place.url} holds other files and is no store: give an"):
        place.check_writable()
    assert not place.exists()
    assert place.backend.read(path) == b"mine"


@pytest.mark.parametrize("where", ["folder", "object store"])
@pytest.mark.parametrize(
    "path", [None, ".gitkeep", "lost+found/x", "locks/store.lock", "tmp/OWN/x", "observed.json"]
)
def test_an_empty_place_and_what_a_kill_left_there_become_a_store(
    store: Store, remote: Store, where: str, path: str | None
) -> None:
    place = store if where == "folder" else remote
    if path:
        place.backend.write(path.replace("OWN", owned_name()), b"")
    place.check_writable()
    assert place.exists()
    # Once it is one, it may hold what it likes.
    place.backend.write("notes.txt", b"mine")
    place.check_writable()


@pytest.mark.parametrize("where", ["folder", "object store"])
def test_a_store_that_lost_its_mark_is_one_all_the_same(
    store: Store, remote: Store, texts: Path, where: str
) -> None:
    place = store if where == "folder" else remote
    chain(Runner(place, "driver"), texts)
    assert not place.exists()
    place.check_writable()
    assert place.exists()


def test_a_store_that_nothing_can_open_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="the store nowhere://x can't be opened"):
        Store("nowhere://x")


def test_the_ground_floor_is_cheap_to_import() -> None:
    names = {path.stem for path in (ROOT / "pipeline").glob("[a-z]*.py")}
    rooms = ", ".join(f"pipeline.{name}" for name in names - {"pool"})  # a program by itself
    heavy = ["apache_beam", "pyarrow", "numpy", "fsspec", "openlineage", "requests"]
    code = f"import sys; import {rooms}; print([x for x in {heavy} if x in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert run.stdout.strip() == "[]", run.stderr


@pytest.mark.parametrize("place", ["folder", "object store"])
@pytest.mark.parametrize(
    ("mark", "told"),
    [
        ('{"format": 2}', "has format 2, and this version of Tahona knows format 1"),
        ("[1]", "tahona.json is not the mark of a store"),
        ("{torn", "tahona.json is not the mark of a store"),
        ('{"format": "1"}', "tahona.json is not the mark of a store"),
    ],
)
def test_a_store_of_another_format_or_without_a_sound_mark_is_not_opened(
    store: Store, remote: Store, place: str, mark: str, told: str
) -> None:
    marked = store if place == "folder" else remote
    marked.check_writable()
    marked.backend.write("tahona.json", mark.encode())
    for opened in (marked.exists, marked.check_writable):
        with pytest.raises(UsageError, match=told):
            opened()
    assert marked.backend.read("tahona.json") == mark.encode()


def test_a_place_that_can_not_be_reached_is_one_clear_sentence() -> None:
    with pytest.raises(TahonaError, match=r"the store ftp://127.0.0.1:9/x .*"):
        Store("ftp://127.0.0.1:9/x")
    with pytest.raises(TahonaError, match=r"the store ftp://nowhere.invalid/x can't be reached"):
        Store("ftp://nowhere.invalid/x")


# An object store


def test_an_object_store_takes_a_name_once(remote: Store) -> None:
    assert remote.backend.create("datasets/s/f/manifest.json", b"1")
    assert not remote.backend.create("datasets/s/f/manifest.json", b"2")
    assert remote.backend.read("datasets/s/f/manifest.json") == b"1"
    assert remote.references() == [Reference(stage="s", fingerprint="f")]
    assert remote.backend.folders("nothing") == []


def test_a_shard_of_an_object_store_is_there_once_its_record_is(remote: Store) -> None:
    shard, folder = written(remote)
    remote.backend.write("shards/s/k/x.txt", b"pan")  # what a killed run leaves
    assert remote.shard("s", "k") is None
    remote.commit(shard, folder)
    assert remote.shard("s", "k") == shard
    assert remote.fetch(shard.files[0]).read_text() == "pan"


def test_an_altered_object_is_refused_and_a_good_copy_serves_in_its_place(
    remote: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shard, folder = written(remote)
    remote.commit(shard, folder)
    remote.backend.write("shards/s/k/x.txt", b"PAN")
    assert remote.fetch(shard.files[0]).read_text() == "pan"
    monkeypatch.setenv("TAHONA_CACHE", str(tmp_path / "another machine"))
    with pytest.raises(TahonaError, match=r"shards/s/k/x.txt was altered .* verify --repair"):
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
    found = find([f"{remote.url}/texts/*.txt"], Path("/"))
    assert len(found) == 8
    there = Runner(store, "driver").run(
        Words(), Words.Params(), {"files": [observe(store, {"mill": found})]}
    )
    here = words(Runner(store, "driver"), texts)
    # A file system of fsspec without tags: the files are read once.
    assert (there.computed, here.fingerprint) == (8, there.fingerprint)
