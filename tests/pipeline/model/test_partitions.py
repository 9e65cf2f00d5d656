"""A dataset of very many shards has a small manifest, by which it is known without reading what it lists."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given

from pipeline.errors import TahonaError
from pipeline.model import partitions
from pipeline.model.canonical import digest
from pipeline.model.dataset import Manifest, Partition, content_of
from pipeline.model.partitions import Partitioned
from pipeline.run.lineage import ancestors, descendants
from pipeline.run.runner import Runner
from pipeline.store.prune import prune
from pipeline.store.store import Store
from pipeline.store.verify import repair, verify
from tests.pipeline.chain import chain, tree, words
from tests.pipeline.mill import Totals
from tests.pipeline.model.test_dataset import manifests


@pytest.fixture(params=["folder", "memory"])
def place(
    request: pytest.FixtureRequest, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Store:
    """A store in a folder, and one as it is on object stores."""
    monkeypatch.setenv("TAHONA_CACHE", str(tmp_path / "cache"))
    return store if request.param == "folder" else Store(f"memory://{tmp_path.name}/store")


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Partitions of three shards."""
    monkeypatch.setattr(partitions, "SIZE", 3)


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The partitions whose shards are read."""
    read: list[str] = []
    real = Partitioned._read

    def counted(self: Partitioned, partition: Partition) -> object:
        read.append(partition.name)
        return real(self, partition)

    monkeypatch.setattr(Partitioned, "_read", counted)
    return read


def reopened(store: Store, manifest: Manifest | None) -> Manifest:
    assert manifest
    stored = store.manifest(manifest.reference)
    assert stored
    return stored


def test_it_tells_the_same_as_one_whole_manifest(
    place: Store, texts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = words(Runner(place, "driver"), texts).manifest
    monkeypatch.setattr(partitions, "SIZE", 3)
    written = words(Runner(place, "driver"), texts, unused=1).manifest
    assert plain and written
    stored = reopened(place, written)
    assert [p.shards for p in stored.summary.partitions] == [3, 3, 2]
    assert stored.shards == plain.shards == list(stored.shards)
    assert (len(stored.shards), stored.shards[-1], stored.shards[2:4]) == (
        8,
        plain.shards[7],
        plain.shards[2:4],
    )
    with pytest.raises(IndexError):
        stored.shards[8]
    assert stored.files("kept") == plain.files("kept") and stored.files() == plain.files()
    assert (stored.total(), stored.total(("none",))) == (plain.total(), plain.total(("none",)))
    assert stored.shard_folders() == plain.shard_folders()
    assert list(stored.stored()) == list(plain.stored())
    for parts in (None, ("kept",), ("none",), ("kept", "none")):
        assert stored.content(parts) == plain.content(parts)
    again = stored.model_copy(update={"fingerprint": plain.fingerprint, "params": plain.params})
    assert again.shards == plain.shards and again.ledger == plain.ledger


@given(manifests())
def test_the_content_of_many_shards_is_that_of_a_list(manifest: Manifest) -> None:
    listed = [
        [[f.part, f.sha256, f.name if f.shard is None else None] for f in s.files]
        for s in manifest.shards
    ]
    assert content_of(manifest.shards, None) == digest(listed)


def test_what_is_committed_is_known_without_reading_its_shards(
    place: Store, texts: Path, small: None, unread: list[str]
) -> None:
    first, second = chain(Runner(place, "driver"), texts)
    assert unread == []
    assert [r.state for r in chain(Runner(place, "driver"), texts)] == ["reused", "reused"]
    again = words(Runner(place, "driver"), texts, minimum=2)
    assert again.to_json() == {**again.to_json(), "shards": {"computed": 0, "reused": 8}}
    assert again.to_json()["bytes_out"] == first.to_json()["bytes_out"]
    below = reopened(place, second.manifest)
    assert descendants(place, first.manifest.reference)[0]["dataset"] == str(below.reference)
    assert place.lost(below) is None
    assert prune(place).shards == 0
    assert verify(place).damaged == []
    assert unread == []
    # One shard is one partition; what was made of the files outside names them all, without the rest of their shards.
    assert below.shards[4].key and unread == ["shards-00001.parquet"]
    (above,) = ancestors(place, below)["made_from"]
    assert above["dataset"] == str(first.manifest.reference)
    assert len(above["made_from"][0]["observed"]) == 8 and len(unread) == 1


def test_a_file_or_an_inner_shard_that_is_lost_is_noticed(
    place: Store, texts: Path, small: None
) -> None:
    _, second = chain(Runner(place, "driver"), texts)
    whole = tree(place)
    below = reopened(place, second.manifest)
    for lost in (below.files()[5].path, f"shards/totals/{below.steps['sum'][0]}/shard.json"):
        place.backend.remove(lost)
        assert place.lost(below) == lost
        assert verify(place).damaged == [lost]
        assert chain(Runner(place, "driver"), texts)[1].state == "committed"
        assert tree(place) == whole


@pytest.mark.parametrize("harm", ["gone", "cut", "changed"])
def test_a_damaged_partition_is_named_and_made_again(
    store: Store, texts: Path, small: None, harm: str
) -> None:
    _, second = chain(Runner(store, "driver"), texts)
    whole = tree(store)
    name = f"datasets/{second.manifest.reference}/shards-00001.parquet"
    path = Path(store.url, name)
    data = path.read_bytes()
    path.unlink()
    if harm != "gone":
        path.write_bytes(data[:-1] if harm == "cut" else data[:-9] + b"?" + data[-8:])
    assert verify(store).damaged == [name]
    if harm != "changed":
        with pytest.raises(TahonaError, match=r"shards-00001.parquet .* verify --repair"):
            store.lost(reopened(store, second.manifest))
    repair(store, verify(store))
    chain(Runner(store, "driver"), texts)
    assert tree(store) == whole


def test_partitions_without_a_manifest_are_no_dataset(
    texts: Path, small: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAHONA_CACHE", str(tmp_path / "cache"))
    remote = Store(f"memory://{tmp_path.name}/store")
    _, second = chain(Runner(remote, "driver"), texts)
    whole = tree(remote)
    # As a kill leaves it.
    remote.backend.remove(f"datasets/{second.manifest.reference}/manifest.json")
    assert verify(remote).damaged == []
    assert remote.manifest(second.manifest.reference) is None
    chain(Runner(remote, "driver"), texts)
    assert tree(remote) == whole
    remote.backend.remove(f"datasets/{second.manifest.reference}/manifest.json")
    prune(remote)
    assert remote.references("totals") == []


def test_the_stage_below_reads_it_and_a_small_one_stays_as_it_was(
    store: Store, texts: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    chain(Runner(store, "driver"), texts)
    monkeypatch.setattr(partitions, "SIZE", 3)
    other = Store(tmp_path / "other")
    first, _ = chain(Runner(other, "driver"), texts)
    result = Runner(other, "driver").run(
        Totals(), Totals.Params(), {"lines": [reopened(other, first.manifest)]}
    )
    assert result.state == "reused"
    monkeypatch.setattr(partitions, "SIZE", 8)
    plain = Store(tmp_path / "plain")
    chain(Runner(plain, "driver"), texts)
    assert tree(plain) == tree(store)
    shards = {p: b for p, b in tree(other).items() if p.startswith("shards/")}
    assert shards == {p: b for p, b in tree(store).items() if p.startswith("shards/")}
    assert os.listdir(Path(other.url, "tmp")) in ([], ["scratch"])
