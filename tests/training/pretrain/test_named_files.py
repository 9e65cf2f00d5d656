"""A training names the files that it may have to read, and opens those that it reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipeline.model.dataset import File, Manifest
from pipeline.model.stage import LocalFile, Task
from tests.training.corpora import ALONE, run
from training.pretrain.data.reading import tables_of
from training.pretrain.stage import Pretrain

SMALL = {"depth": 1, "width": 16, "heads": 1, "context": 16, "batch": 64, "steps": 2}


def task(tokens: dict[str, Manifest], **params: Any) -> Task:
    """The one task of a training."""
    inputs = {name: [manifest] for name, manifest in tokens.items()}
    (only,) = next(Pretrain().plan(Pretrain.Params(**SMALL, **params), inputs, {})).tasks
    return only


def test_tables_of_domains_that_are_only_counted_are_not_named(tokens: dict[str, Manifest]) -> None:
    mixed, whole = task(tokens, weights={"news": 1}), task(tokens)
    assert {f.part for f in mixed.inputs["train.parquet"]} == {"news/train"}
    assert mixed.inputs["train.bin"] == whole.inputs["train.bin"]
    # A model that was trained when they were named is not trained again.
    assert mixed.formerly and mixed.formerly.inputs == whole.inputs
    assert whole.formerly is None


def test_held_out_files_are_opened_as_far_as_they_are_scored(
    tokens: dict[str, Manifest], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    twice = tokens["tokens"].model_copy(deep=True)
    files = [f for f in twice.shards[0].files if f.part == "news/validation"]
    behind = []  # the same files once more, behind those that are enough
    for file in files:
        copy = tmp_path / Path(file.path).name
        copy.symlink_to(file.path)
        behind.append(file.model_copy(update={"path": str(copy)}))
    twice.shards[0].files += behind
    opened: set[str] = set()
    path = LocalFile.__dict__["path"].fget

    def noted(file: LocalFile) -> Path:
        opened.add(file.file.path)
        return Path(path(file))

    monkeypatch.setattr(LocalFile, "path", property(noted))
    params = {**SMALL, "eval_tokens": 20}
    run(Pretrain(), tmp_path / "model", {**tokens, "tokens": twice}, params, ALONE)
    assert {file.path for file in files} <= opened
    assert not {file.path for file in behind} & opened


def test_a_table_is_found_wherever_copies_of_the_two_files_lie(tmp_path: Path) -> None:
    def local(place: str, name: str) -> LocalFile:
        file = File(path=f"shards/shard/k/{name}", part="news/train", bytes=1, sha256=place)
        return LocalFile(tmp_path / place / name, file)

    bins = [local("1", "news.train.bin"), local("2", "legal.train.bin")]
    table = local("3", "news.train.parquet")
    assert tables_of(bins, [table]) == {bins[0].path: table}
