"""How the work of `deduplicate` is partitioned, limited or killed changes no decision and no byte."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaning.deduplicate.candidates import candidates
from cleaning.deduplicate.clusters import clusters
from cleaning.deduplicate.stage import Deduplicate
from pipeline.errors import TahonaError
from pipeline.store.store import Store
from tests.cleaning import planted
from tests.cleaning.deduplicate.deduplicated import (
    build,
    check_survivors,
    deduplicate,
    removed,
)
from tests.cleaning.planted import altered, prose, shingles
from tests.examples import examples

words = st.sampled_from(["uno", "dos", "tres", "cuatro", "cinco", "seis", "siete"])
texts = st.lists(words, max_size=14).map(" ".join)


@examples(10)
@given(st.lists(texts, max_size=14), st.data())
def test_how_documents_are_split_into_shards_changes_nothing(several: list[str], data: Any) -> None:
    named = [(f"{i:02}", text) for i, text in enumerate(several)]
    other = data.draw(st.permutations(named))
    cut = data.draw(st.integers(0, len(named)))
    with tempfile.TemporaryDirectory() as folder:
        params = {"shingle": 2, "permutations": 8, "threshold": 0.6, "recall": 0.9}
        whole = deduplicate(Path(folder, "a"), [named], **params)
        parts = deduplicate(Path(folder, "b"), [other[:cut], other[cut:]], **params)
    assert whole == parts
    for name, row in whole.items():
        if row["rule"] == "near_duplicate":
            one, two = (shingles(dict(named)[i], 2) for i in (name, row["other"]))
            assert row["value"] == len(one & two) / len(one | two) >= 0.6
            assert whole[row["other"]]["kept"]


def test_one_more_shard_recomputes_its_signatures_and_only_the_slices_it_changes(
    tmp_path: Path,
) -> None:
    shards = [[(f"{s}{i}", prose(100 * s + i, 120)) for i in range(9)] for s in range(4)]
    build(tmp_path, shards)
    shards.append([("n0", altered(shards[2][4][1], 1, 0.01)), ("n1", prose(999, 120))])
    _, missing = build(tmp_path, shards)
    assert missing["signatures"] == 1
    assert missing["decisions"] == 2  # the new shard, and the one that holds the near-duplicate
    _, missing = build(tmp_path, shards, threshold=0.85)
    assert missing["signatures"] == 0


def test_dropping_a_document_computes_no_signature(tmp_path: Path) -> None:
    shards = [[(f"{s}{i}", prose(100 * s + i, 120)) for i in range(9)] for s in range(2)]
    build(tmp_path, shards, dropped=set())
    _, missing = build(tmp_path, shards, dropped={"03"})
    assert missing["signatures"] == 0


def test_a_template_with_many_copies_costs_no_square(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "LEADERS", 8)
    form = prose(11, 400)
    texts = [(f"{i:03}", f"{form} número{i}") for i in range(150)]
    dataset, _ = build(tmp_path, [texts], most=1)
    decisions = {r["id"]: r for r in planted.rows(tmp_path / "store", dataset, "decisions")}
    assert len(removed(decisions)) == 149
    check_survivors(dict(texts), decisions)
    (pairs,) = dataset.steps["pairs"]
    shard = Store(tmp_path / "store").shard("deduplicate", pairs)
    assert shard and shard.figures["proposed"] < 150 * 8 * 3 < 150 * 149 / 2


def test_pairs_and_hashes_may_be_partitioned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    originals = [prose(i, 100) for i in range(40)]
    texts = [(f"a{i:02}", text) for i, text in enumerate(originals)]
    texts += [(f"b{i:02}", altered(text, i, 0.01)) for i, text in enumerate(originals)]
    shards = [texts[i::3] for i in range(3)]
    whole = deduplicate(tmp_path / "whole", shards)
    monkeypatch.setattr("cleaning.deduplicate.plan.groups.POSTING", 50_000)
    dataset, counts = build(tmp_path / "parted", shards, memory=16)
    assert (counts["buckets"], counts["candidates"], counts["pairs"]) == (3, 8, 3)
    parted = {r["id"]: r for r in planted.rows(tmp_path / "parted/store", dataset, "decisions")}
    assert parted == whole and len(removed(whole)) == 40


def test_clusters_may_be_partitioned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each part holds whole clusters; however many parts there are, no byte and no figure differs."""
    texts = [(f"{c}{i:02}", prose(i, 60 + i)) for i in range(30) for c in "ab"]
    texts += [(f"c{i:02}", altered(text, i, 0.01)) for i, (_, text) in enumerate(texts[::3])]
    random.Random(3).shuffle(texts)
    shards = [texts[i::3] for i in range(3)]
    whole, _ = build(tmp_path / "whole", shards)
    least = []
    laid = clusters._lay_aside

    def lay_aside(work: Any, numbers: Any, part: Any, parts: Any) -> None:
        least.append(len(parts))
        laid(work, numbers, part, parts)

    monkeypatch.setattr(clusters, "_lay_aside", lay_aside)
    monkeypatch.setattr(clusters, "task_bytes", lambda memory, need: need / 9)
    parted, _ = build(tmp_path / "parted", shards)
    assert least == [9] and parted == whole
    assert tree(tmp_path / "parted/store/shards") == tree(tmp_path / "whole/store/shards")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, which a test makes smaller."""
    (disk := tmp_path / "disk").mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("only root may mount a small disk")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_disk_that_is_full_is_told_wherever_it_fills_up(tmp_path: Path, small_disk: Path) -> None:
    """Bands, shingles or table: whichever file no longer fits, the sentence is one and nobody dies."""
    texts = [(f"a{i:03}", prose(i, 100)) for i in range(400)]
    inputs = {"documents": [planted.documents(tmp_path / "documents", [texts])]}
    full = 0
    for kilobytes in range(36, 1000, 96):
        remount = ["mount", "-o", f"remount,size={kilobytes}k", str(small_disk)]
        subprocess.run(remount, check=True)
        store = small_disk / "store"
        try:
            planted.run(store, Deduplicate(), inputs)
            break
        except TahonaError as error:
            assert str(error) == f"the disk of {store} is full: free some space and run again"
            full += 1
        shutil.rmtree(store)
    else:
        pytest.fail("it never had room enough")
    assert full > 5


def test_a_kill_in_any_step_changes_no_byte(tmp_path: Path) -> None:
    """Each step is killed as it begins, one after the other, on one store; then all is as if nothing had been."""
    text = prose(1, 200)
    shards = [[("a", text), ("b", text), ("c", prose(2, 90))], [("d", altered(text, 1, 0.01))]]
    inputs = {"documents": [planted.documents(tmp_path / "d", shards)]}
    options = {"lines": {"documents": 2}, "passages": {"words": 20}}
    whole, missing = planted.run(tmp_path / "whole", Deduplicate(), inputs, **options)
    for step in missing:
        child = os.fork()
        if not child:
            planted.Counted.step_started = kill_at(step)  # type: ignore[method-assign]
            planted.run(tmp_path / "killed", Deduplicate(), inputs, **options)
            os._exit(0)
        assert os.waitpid(child, 0)[1] == signal.SIGKILL
    again, left = planted.run(tmp_path / "killed", Deduplicate(), inputs, **options)
    assert left == {**dict.fromkeys(missing, 0), "decisions": 2} and again == whole
    assert again.ledger.imbalance() is None
    for folder in ("shards", "datasets"):
        one, two = (tree(tmp_path / store / folder) for store in ("whole", "killed"))
        assert one == two


def kill_at(name: str) -> Any:
    def step_started(self: Any, stage: str, step: str, missing: int, reused: int) -> None:
        if step == name:
            os.kill(os.getpid(), signal.SIGKILL)

    return step_started


def tree(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}
