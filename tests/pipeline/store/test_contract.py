"""What every store promises, wherever it lies: a folder, a bucket of S3, a file system of fsspec in memory."""

from __future__ import annotations

import threading
import uuid
from pathlib import Path

import pytest

from pipeline.errors import TahonaError, UsageError
from pipeline.model.dataset import File, Reference, Shard
from pipeline.run.runner import Runner
from pipeline.store.backend import owned_name
from pipeline.store.store import Store, file_digest
from pipeline.store.verify import verify
from tests.pipeline.chain import chain

KEY = "0" * 32
FOLDER = f"shards/s/{KEY}"


@pytest.fixture(params=["folder", "object store", "memory"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """An empty store of each kind."""
    if request.param == "folder":
        return Store(tmp_path / "store")
    if request.param == "object store":
        return Store(request.getfixturevalue("bucket"))
    monkeypatch.setenv("TAHONA_CACHE", str(tmp_path / "cache"))
    return Store(f"memory://{uuid.uuid4().hex}/a")


def written(place: Store, text: str = "pan") -> tuple[Shard, Path]:
    """A shard with one file, ready to commit."""
    folder = place.work_folder()
    (folder / "x.txt").write_text(text)
    digest = file_digest(folder / "x.txt")
    file = File(path=f"{FOLDER}/x.txt", part="kept", bytes=len(text), sha256=digest, shard=KEY)
    return Shard(key=KEY, stage="s", step="s", files=[file]), folder


def test_of_many_at_once_one_takes_a_name(place: Store) -> None:
    won: list[int] = []
    gate = threading.Barrier(8)

    def take(number: int) -> None:
        gate.wait()
        if place.backend.create("datasets/s/f/manifest.json", str(number).encode()):
            won.append(number)

    threads = [threading.Thread(target=take, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert place.backend.read("datasets/s/f/manifest.json") == str(won[0]).encode()
    assert place.references() == [Reference(stage="s", fingerprint="f")]
    assert place.backend.folders("nothing") == []
    workspace = place.backend.workspace
    assert not workspace.exists() or not list(workspace.iterdir())


def test_a_shard_is_there_once_its_record_is_and_with_all_its_files(place: Store) -> None:
    assert place.shard("s", KEY) is None
    place.backend.write(f"{FOLDER}/x.txt", b"pan")  # what a killed run leaves
    assert place.shard("s", KEY) is None
    shard, folder = written(place)
    assert place.commit(shard, folder) == shard == place.shard("s", KEY)
    assert place.shards("s", [KEY, "none"]) == {KEY: shard}
    assert place.fetch(shard.files[0]).read_text() == "pan"
    place.backend.remove(f"{FOLDER}/x.txt")
    assert place.shard("s", KEY) is None


def test_a_shard_is_committed_once_and_another_under_its_name_is_refused(place: Store) -> None:
    assert place.commit(*written(place)) == place.commit(*written(place))
    with pytest.raises(TahonaError, match=f"{FOLDER} was computed twice and came out different"):
        place.commit(*written(place, "masa"))
    assert place.backend.read(f"{FOLDER}/x.txt") == b"pan"


@pytest.mark.parametrize("harm", ["record gone", "record torn", "file gone", "file cut"])
def test_a_damaged_shard_is_no_shard_and_gives_way(place: Store, harm: str) -> None:
    place.commit(*written(place))
    name, how = harm.split()
    path = f"{FOLDER}/" + {"record": "shard.json", "file": "x.txt"}[name]
    cut = place.backend.read(path)[:-1]
    place.backend.remove(path)
    if how != "gone":
        place.backend.write(path, cut)
    assert place.shard("s", KEY) is None
    assert place.shards("s", [KEY]) == {}
    assert bool(verify(place).damaged) == (harm != "record gone" or place.path("") is not None)
    shard, again = written(place)
    place.commit(shard, again)
    assert place.shard("s", KEY) == shard
    assert verify(place).damaged == []


FOREIGN = [
    "notes.txt",
    "tmp/keepme",
    "tmp/scratch/a/b",
    "shards/mine/x",
    "datasets/news/2024/a.csv",
]


@pytest.mark.parametrize("path", FOREIGN)
def test_a_place_that_holds_other_files_does_not_become_a_store(place: Store, path: str) -> None:
    place.backend.write(path, b"mine")
    with pytest.raises(UsageError, match=f"{place.url} holds other files and is no store: give an"):
        place.check_writable()
    assert not place.exists()
    assert place.backend.read(path) == b"mine"


@pytest.mark.parametrize(
    "path", [None, ".gitkeep", "lost+found/x", "locks/store.lock", "tmp/OWN/x", "observed.json"]
)
def test_an_empty_place_and_what_a_kill_left_there_become_a_store(
    place: Store, path: str | None
) -> None:
    if path:
        place.backend.write(path.replace("OWN", owned_name()), b"")
    place.check_writable()
    assert place.exists()
    # Once it is one, it may hold what it likes.
    place.backend.write("notes.txt", b"mine")
    place.check_writable()


def test_a_store_that_lost_its_mark_is_one_all_the_same(place: Store, texts: Path) -> None:
    chain(Runner(place, "driver"), texts)
    assert not place.exists()
    place.check_writable()
    assert place.exists()


@pytest.mark.parametrize(
    ("mark", "sentence"),
    [
        ('{"format": 2}', "has format 2, and this version of Tahona knows format 1"),
        ("[1]", "tahona.json is not the mark of a store"),
        ("{torn", "tahona.json is not the mark of a store"),
        ('{"format": "1"}', "tahona.json is not the mark of a store"),
    ],
)
def test_a_store_of_another_format_or_without_a_sound_mark_is_not_opened(
    place: Store, mark: str, sentence: str
) -> None:
    place.check_writable()
    place.backend.write("tahona.json", mark.encode())
    for opened in (place.exists, place.check_writable):
        with pytest.raises(UsageError, match=sentence):
            opened()
    assert place.backend.read("tahona.json") == mark.encode()
