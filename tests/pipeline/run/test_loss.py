"""What is lost of a store is made again, to the byte; what comes out different is refused or told."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import TahonaError
from pipeline.model.dataset import Manifest, Shard
from pipeline.run.runner import Runner
from pipeline.store.verify import repair, verify
from tests.pipeline.chain import observed, totals, tree, words
from tests.pipeline.mill import Words


def test_what_is_lost_is_made_again_and_only_that(runner: Runner, texts: Path) -> None:
    lines = words(runner, texts)
    below = totals(runner, lines)
    before = tree(runner.store)
    assert below.manifest
    for folder in (lines.manifest.shards[2], below.manifest.shards[5]):  # type: ignore[union-attr]
        shutil.rmtree(Path(runner.store.url, "shards", folder.stage, folder.key))
    inner = below.manifest.steps["count"][0]  # its result is there, but it belongs to the dataset
    shutil.rmtree(Path(runner.store.url, "shards/totals", inner))
    assert len(verify(runner.store).damaged) == 5
    again = words(runner, texts)
    assert (again.state, again.computed, again.reused) == ("committed", 1, 7)
    assert totals(runner, again).computed == 2
    assert tree(runner.store) == before


@pytest.fixture
def other_bits(runner: Runner, texts: Path, monkeypatch: pytest.MonkeyPatch) -> Manifest:
    """The lines of the texts, one shard of which is lost, and comes out different when it is made again."""
    lines = words(runner, texts).manifest
    assert lines
    shutil.rmtree(Path(runner.store.url, "shards/words", lines.shards[0].key))
    real = Runner._step

    def other(self: Runner, *arguments: Any) -> list[Shard] | None:
        shards = real(self, *arguments)
        assert shards
        files = [f.model_copy(update={"sha256": "0" * 64}) for f in shards[0].files]
        return [shards[0].model_copy(update={"files": files}), *shards[1:]]

    monkeypatch.setattr(Runner, "_step", other)
    return lines


def test_what_comes_out_different_after_a_loss_is_refused(
    runner: Runner, texts: Path, other_bits: Manifest
) -> None:
    with pytest.raises(TahonaError, match="computed again after a loss and came out different"):
        words(runner, texts)


def test_a_lost_edition_is_never_made_again(runner: Runner, texts: Path) -> None:
    class Edition(Words):
        name = "crawl"
        edition = True

    files = {"files": [observed(runner.store, texts)]}
    manifest = runner.run(Edition(), Words.Params(), files).manifest
    assert manifest
    path = Path(runner.store.url, manifest.files()[0].path)
    good = path.read_bytes()
    path.unlink()
    with pytest.raises(TahonaError, match=f"edition crawl/.* has lost {manifest.files()[0].path}"):
        runner.run(Edition(), Words.Params(), files)
    # Nor does a repair take away what is left of it.
    verified = verify(runner.store)
    assert repair(runner.store, verified).left == verified.damaged == [manifest.files()[0].path]
    assert path.with_name("shard.json").exists()
    path.write_bytes(good)
    assert runner.run(Edition(), Words.Params(), files).state == "reused"


def test_a_stage_whose_bits_depend_on_the_machine_takes_other_ones_after_a_loss(
    runner: Runner,
    texts: Path,
    other_bits: Manifest,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(Words, "exact", False)
    again = words(runner, texts)
    assert again.state == "committed" and again.manifest
    assert "made again, with other bits than before" in caplog.text
    assert runner.store.manifest(other_bits.reference) == again.manifest
