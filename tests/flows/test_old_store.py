"""A store that an earlier version wrote is used as it is: no shard is computed, no byte changes."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipeline.model.dataset import Manifest
from pipeline.store.store import Store
from tests.flows.command import answer

OLD = Path(__file__).parent / "old_store"
# The pages of which `extract` keeps less since: 29 less of a list, 30 less of a menu and no title above a law.
LESS = tuple(
    f"http://boletin.valdeolmos.test/{path}"
    for path in ("", "seccion/anuncios/", "ordenanzas/ordenanza-de-convivencia-con-animales.htm")
)

# What a change of meaning since then computes again: the reasons stand in each stage beside its versions, and what
# reads another dataset is computed again with it. What users are protected by from now on: test_keys.py.
AGAIN = {
    "extract",
    "annotate",
    "deduplicate",
    "filter",
    "corpus",
    "tokenizer",
    "shard",
    "pretrain",
    "evaluate",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The recipe and its file beside the store, as they lay then."""
    for name in ("recipe.yaml", "textos.jsonl"):
        shutil.copy(OLD / name, tmp_path)
    shutil.unpack_archive(OLD / "store.tar.xz", tmp_path)
    return tmp_path


def committed(store: Path) -> dict[str, bytes]:
    """Every file of every shard and dataset, by path."""
    return {
        str(path.relative_to(store)): path.read_bytes()
        for top in ("shards", "datasets")
        for path in sorted((store / top).rglob("*"))
        if path.is_file()
    }


def extracted(store: Path, paths: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Documents that `extract` kept or removed, by id, with the part in which they are."""
    return {
        row["id"]: {**row, "part": Path(path).stem}
        for path in paths
        if path.startswith("shards/extract/") and path.endswith(("kept.parquet", "removed.parquet"))
        for row in pq.read_table(store / path).to_pylist()
    }


def manifests(store: Store) -> list[Manifest]:
    return [m for r in store.references() if (m := store.manifest(r)) is not None]


def test_a_run_on_it_computes_nothing_and_changes_no_byte(folder: Path) -> None:
    store = Store(str(folder / "store"))
    before = committed(folder / "store")
    for manifest in manifests(store):
        for name, wanted in manifest.libraries.items():
            if ".".join(version(name).split(".")[:2]) != wanted:
                pytest.skip(f"{name} {version(name)} is here, the store was made by {wanted}")
    ran = answer("run", "recipe.yaml", "--store", "store", cwd=folder)
    states = {s["stage"]: s["state"] for s in ran["stages"]}
    assert {stage for stage, state in states.items() if state != "reused"} == AGAIN
    assert [s["shards"]["computed"] for s in ran["stages"] if s["state"] == "reused"] == [0] * (
        len(states) - len(AGAIN)
    )
    after = committed(folder / "store")
    # The files lie in another folder now, so there is one manifest more, of what was observed.
    new = {path for path in after.keys() - before.keys() if not path.startswith("datasets/files/")}
    assert not {path for path in new if path.split("/")[1] not in AGAIN}
    assert {path: after[path] for path in before} == before
    old, now = extracted(folder / "store", before), extracted(folder / "store", new)
    assert old.keys() == now.keys()  # whatever became of it
    for id_ in (i for i in old if old[i]["part"] == now[i]["part"] == "kept"):
        assert old[id_].pop("metadata").keys() < now[id_].pop("metadata").keys()
        if old[id_]["url"] in LESS:
            assert now[id_].pop("text") != old[id_].pop("text")
        assert old[id_] == now[id_]


def test_its_shards_are_found_by_their_keys_where_the_manifests_are_gone(folder: Path) -> None:
    before = committed(folder / "store")
    for manifest in manifests(Store(str(folder / "store"))):
        if manifest.inputs:  # an edition, and what was observed, can't be made again
            shutil.rmtree(folder / "store" / "datasets" / manifest.stage)
    ran = answer("run", "recipe.yaml", "--store", "store", cwd=folder)
    again = {s["stage"] for s in ran["stages"] if s["shards"]["computed"]}
    assert again == AGAIN
    after = committed(folder / "store")
    kept = {p for p in before if p.startswith("shards/") and p.split("/")[1] not in AGAIN}
    assert {path: after.get(path) for path in kept} == {path: before[path] for path in kept}


def test_what_looks_at_it_understands_it(folder: Path) -> None:
    states = answer("status", "recipe.yaml", "--store", "store", cwd=folder)["stages"]
    names = [s["stage"] for s in states]
    waiting = {s["stage"] for s in states if s["state"] != "committed"}
    # What stands behind one that is computed again isn't known before it has been.
    first = min((names.index(stage) for stage in AGAIN), default=len(names))
    assert AGAIN <= waiting <= set(names[first:])
    uncommitted = {s["stage"] for s in states if s["state"] != "committed"}
    # What lies below them isn't known to be there before they are computed again.
    assert uncommitted >= AGAIN if AGAIN else not uncommitted
    model = next(r for r in Store(str(folder / "store")).references("pretrain"))
    names = str(answer("lineage", str(model), "--store", "store", cwd=folder))
    assert all(stage in names for stage in ("crawl/", "extract/", "corpus/", "tokenizer/"))
    assert answer("verify", "--store", "store", cwd=folder)["damaged"] == []
