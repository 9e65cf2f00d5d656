"""A damaged store says exactly what is damaged, heals to the same bytes, and frees what nothing needs."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import subprocess
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from pipeline.engines.engine import EngineName
from pipeline.errors import TahonaError
from pipeline.model.dataset import Manifest
from pipeline.run.runner import Runner
from pipeline.store.backend import owned_name
from pipeline.store.lock import hold
from pipeline.store.prune import Pruned, prune
from pipeline.store.store import Store, storage_error
from pipeline.store.verify import Verification, repair, verify
from tests.examples import examples
from tests.pipeline.chain import at_work, chain, start, tree, words
from tests.pipeline.engines.contract import until
from tests.pipeline.mill import Table, Totals

slow = examples(
    16, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture
def whole(store: Store, texts: Path) -> Store:
    """A store with a chain in it."""
    chain(Runner(store, "driver"), texts)
    return store


# Verification and repair

Harm = Callable[[Path, st.DataObject], None]


def flip(path: Path, data: st.DataObject) -> None:
    content = bytearray(path.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)


def cut(path: Path, data: st.DataObject) -> None:
    os.truncate(path, data.draw(st.integers(0, path.stat().st_size - 1)))


def append(path: Path, data: st.DataObject) -> None:
    with path.open("ab") as file:
        file.write(data.draw(st.binary(min_size=1, max_size=3)))


def delete(path: Path, data: st.DataObject) -> None:
    path.unlink()


@slow
@given(st.data())
def test_every_damaged_file_is_named_and_a_run_heals_it(
    whole: Store, texts: Path, tmp_path: Path, data: st.DataObject
) -> None:
    before = tree(whole)
    root = tmp_path / uuid.uuid4().hex
    shutil.copytree(whole.url, root)
    store = Store(root)
    damaged = data.draw(
        st.lists(st.sampled_from(sorted(before)), min_size=1, max_size=4, unique=True)
    )
    for path in damaged:
        harms: list[Harm] = [flip, cut, append, delete] if before[path] else [append, delete]
        data.draw(st.sampled_from(harms))(root / path, data)
    verified = verify(store)
    # Of a shard whose record is unreadable, an inner file is promised by nobody else.
    records = {p.rpartition("/")[0] for p in damaged if p.endswith("shard.json")}
    assert set(verified.damaged) <= set(damaged)
    assert {p for p in damaged if p.rpartition("/")[0] not in records} <= set(verified.damaged)
    assert {f"{r}/shard.json" for r in records} <= set(verified.damaged)
    assert repair(store, verified).left == []
    chain(Runner(store, "driver"), texts)
    assert verify(store).damaged == []
    assert tree(store) == before


def test_a_verification_counts_what_it_reads(whole: Store) -> None:
    files = tree(whole)
    messages: list[int] = []
    verified = verify(whole, messages.append)
    total = sum(len(content) for content in files.values())
    assert (verified.files, verified.bytes, verified.damaged) == (len(files), total, [])
    assert sum(messages) == total


def test_a_whole_shard_that_is_gone_is_named_by_its_record(whole: Store) -> None:
    (reference,) = whole.references("totals")
    manifest = whole.manifest(reference)
    assert manifest
    gone = f"shards/totals/{manifest.steps['sum'][0]}"
    shutil.rmtree(Path(whole.url, gone))
    assert verify(whole).damaged == [f"{gone}/shard.json"]


def test_a_file_that_the_disk_can_not_read_is_damaged(
    whole: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = whole.backend.digest
    victim = next(p for p in tree(whole) if p.endswith("kept.txt"))

    def digest(path: str, size: int) -> str:
        if path == victim:
            raise OSError(5, "Input/output error")
        return real(path, size)

    monkeypatch.setattr(whole.backend, "digest", digest)
    assert verify(whole).damaged == [victim]


def test_what_was_made_of_bytes_that_had_rotten_unnoticed_is_made_again(
    store: Store, texts: Path
) -> None:
    runner = Runner(store, "driver")
    first, below = chain(runner, texts)
    assert first.manifest and below.manifest
    before = tree(store)
    # It keeps its size, so the second stage reads it; a word more in a line is a wrong sum.
    victim = Path(store.url, next(f.path for f in first.manifest.files() if f.bytes > 5))
    victim.write_bytes(victim.read_bytes().replace(b"o", b" "))
    for folder in [*below.manifest.shard_folders(), f"datasets/{below.manifest.reference}"]:
        store.backend.remove(folder)
    chain(runner, texts)
    assert tree(store) != before
    verified = verify(store)
    assert verified.damaged == verified.unnoticed == [str(victim.relative_to(store.url))]
    repair(store, verified)
    chain(runner, texts)
    assert (tree(store), verify(store).damaged) == (before, [])


def test_nothing_is_repaired_under_a_run(whole: Store) -> None:
    with (
        hold(whole, "store", shared=True),
        pytest.raises(TahonaError, match=r"a run is using the store .*: repair when it has ended"),
    ):
        repair(whole, Verification())


# Pruning


def several(store: Store, texts: Path) -> list[Manifest]:
    """Datasets that share shards and inputs."""
    runner = Runner(store, "driver")
    rows: list[Manifest] = []
    for params in ({"minimum": 1}, {"minimum": 1, "unused": 1}, {"minimum": 2}, {"minimum": 3}):
        lines = words(runner, texts, **params).manifest
        assert lines
        rows.append(lines)
        for stage in (Totals(), Table()):
            result = runner.run(stage, Totals.Params(), {"lines": [lines]})
            assert result.manifest
            rows.append(result.manifest)
    return list({m.fingerprint: m for m in rows}.values())


@slow
@given(st.data())
def test_what_is_kept_stays_whole_and_nothing_else_stays(
    store: Store, texts: Path, tmp_path: Path, data: st.DataObject
) -> None:
    dataset = several(store, texts)  # committed once, then reused
    root = tmp_path / uuid.uuid4().hex
    shutil.copytree(store.url, root)
    copy = Store(root)
    kept = data.draw(st.lists(st.sampled_from(dataset), unique_by=lambda m: m.fingerprint))
    orphan = root / "shards/words" / ("0" * 32)
    orphan.mkdir()
    (orphan / "x.txt").write_text("12345")
    (root / "tmp/scratch/pretrain/k").mkdir(parents=True)
    (root / "tmp/scratch/pretrain/k/half").write_text("half")
    done = next((root / "shards/words").glob("*/shard.json")).parent.name
    (root / "tmp/scratch/words" / done).mkdir(parents=True)
    (root / "tmp/scratch/words" / done / "whole").write_text("whole")

    names = {str(m.reference) for m in kept}
    foreseen = prune(copy, keep=names, agree=lambda pruned: False)
    assert orphan.exists() and len(tree(copy)) == len(tree(store)) + 1
    size = sum(f.stat().st_size for f in root.rglob("*") if f.is_file())
    freed = prune(copy, keep=names)
    assert freed == foreseen
    assert freed.unnamed["words"][0] >= 1 and freed.unfinished == {"": 5, "pretrain": 4}
    parts = [*freed.freed.values(), *(size for _, size in freed.unnamed.values()), 9]
    assert sum(parts) == freed.bytes, "every byte stands with what it is freed of"
    assert size - sum(f.stat().st_size for f in root.rglob("*") if f.is_file()) == freed.bytes

    closure = {str(r) for m in kept for references in m.inputs.values() for r in references} | names
    if kept:
        closure |= {str(r) for r in store.references("files")}
    assert {str(r) for r in copy.references()} == closure
    assert verify(copy).damaged == []
    needed: set[str] = set()
    for reference in copy.references():
        manifest = copy.manifest(reference)
        assert manifest and copy.lost(manifest) is None
        needed |= manifest.shard_folders()
    there = {
        f"shards/{s}/{k}"
        for s in ("words", "totals", "table")
        for k in copy.backend.folders(f"shards/{s}")
    }
    assert there == needed
    assert list((root / "tmp").iterdir()) == []


def test_without_a_choice_every_dataset_is_kept(whole: Store) -> None:
    before = tree(whole)
    assert prune(whole) == Pruned()
    assert tree(whole) == before


def test_a_full_disk_is_pruned(whole: Store) -> None:
    """Where not one byte can be written, as to say who holds the lock."""
    half = Path(whole.url, f"shards/words/{'0' * 32}/half")
    half.parent.mkdir()
    half.write_text("12345")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
    try:
        freed = prune(whole)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert freed.bytes == 5 and not half.exists()


def test_what_somebody_else_put_into_a_store_stays(whole: Store) -> None:
    left = f"tmp/{owned_name()}"
    theirs = [
        "tmp/keepme",
        "tmp/box-1-2/x",
        "shards/words/mine/x",
        "shards/x",
        "datasets/a/b/c",
        "y",
    ]
    for path in (*theirs, f"{left}/half", f"shards/words/{'0' * 32}/half"):
        Path(whole.url, path).parent.mkdir(parents=True, exist_ok=True)
        Path(whole.url, path).write_text("12345")
    assert verify(whole).damaged == [f"shards/words/{'0' * 32}/shard.json"]
    repair(whole, verify(whole))
    whole.clean()
    assert prune(whole) == Pruned(bytes=5, unfinished={"": 5})
    assert not Path(whole.url, left).exists()
    assert [Path(whole.url, path).read_text() for path in theirs] == ["12345"] * len(theirs)


def test_a_store_with_a_damaged_manifest_is_not_pruned(whole: Store) -> None:
    (reference,) = whole.references("words")
    path = Path(whole.url, f"datasets/{reference}/manifest.json")
    path.write_text("{}")
    with pytest.raises(TahonaError, match="is damaged: run `tahona verify --repair`"):
        prune(whole)


@pytest.fixture
def running(store: Store, texts: Path) -> Iterator[subprocess.Popen[str]]:
    """A run in another process that is at work."""
    run = start(Path(store.url), texts, seconds=600)
    at_work(run, store)
    yield run
    run.kill()
    run.communicate()


def test_nothing_is_pruned_under_a_run(store: Store, running: subprocess.Popen[str]) -> None:
    with pytest.raises(TahonaError, match=r"a run is using the store .*: prune when it has ended"):
        prune(store, keep=set())
    running.kill()
    running.wait()

    def free() -> bool:  # a child that it was just beginning holds the lock a moment longer
        with hold(store, "store", wait=False) as lease:
            return lease

    until(free)
    assert prune(store, keep=set()).datasets == 1  # the observed files


def test_a_single_stage_holds_the_store_too(store: Store, texts: Path) -> None:
    refused: list[bool] = []

    class Nosy(Totals):
        def plan(self, params: object, inputs: object, context: object) -> object:  # type: ignore[override]
            with pytest.raises(TahonaError):
                prune(store)
            refused.append(True)
            return (yield from super().plan(params, inputs, context))  # type: ignore[arg-type]

    runner = Runner(store, "driver")
    lines = words(runner, texts).manifest
    assert lines
    runner.run(Nosy(), Totals.Params(), {"lines": [lines]})
    assert refused == [True]


# A disk that is full, and one that is read-only


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 400 kB of its own."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(disk)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("only root may mount a small disk")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.mark.parametrize("name", ["embedded", "processes"])
def test_a_full_disk_is_one_sentence_and_commits_nothing_half(
    small_disk: Path, texts: Path, name: EngineName
) -> None:
    for path in texts.iterdir():
        path.write_text("pan con aceite y sal\n" * 5000)
    (texts / "0.txt").write_text("pan\n")
    store = Store(small_disk / "store")
    runner = Runner(store, name, 1)
    with pytest.raises(TahonaError) as caught:
        words(runner, texts)
    runner.close()
    assert str(caught.value) == f"the disk of {store.url} is full: free some space and run again"
    assert store.references("words") == []
    assert verify(store).damaged == []
    assert [p for p in store.backend.workspace.rglob("*") if p.is_file()] == []
    # With more room it goes on.
    subprocess.run(["mount", "-o", "remount,size=20m", str(small_disk)], check=True)
    result = words(Runner(store, "driver"), texts)
    assert (result.state, result.computed + result.reused) == ("committed", 8)


def test_of_a_read_only_store_its_own_place_is_named() -> None:
    error = OSError(errno.EROFS, "", "/data/store/tmp/vm.4026.1")
    assert str(storage_error("/data/store", error)).startswith("the store /data/store can't be wr")
    assert str(storage_error("/data/other", error)).startswith("/data/store/tmp/vm.4026.1 can't")


def test_on_a_read_only_store_what_is_committed_serves_and_the_rest_is_refused(
    small_disk: Path, texts: Path
) -> None:
    store = Store(small_disk / "store")
    words(Runner(store, "driver"), texts)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    assert words(Runner(store, "driver"), texts).state == "reused"
    assert verify(store).damaged == []
    with pytest.raises(TahonaError, match=r"can't be written \(Read-only file system\): choose"):
        words(Runner(store, "driver"), texts, minimum=2)
    with pytest.raises(TahonaError, match=r"can't be written \(Read-only file system\): choose"):
        store.check_writable()
    (texts / "9.txt").write_text("pan\n")
    with pytest.raises(TahonaError, match=r"can't be written \(Read-only file system\): choose"):
        words(Runner(store, "driver"), texts)
