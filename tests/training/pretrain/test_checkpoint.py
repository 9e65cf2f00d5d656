"""What a disk may do to a checkpoint is seen, and the one before it serves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from tests.training.pretrain.test_loop import run
from training.pretrain.loop.loop import train


def changed(old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / "state.json"
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    return change


def tensors(folder: Path) -> Path:
    (file,) = folder.glob("*.safetensors")
    return file


def flip(folder: Path) -> None:
    content = bytearray(tensors(folder).read_bytes())
    content[-5] ^= 1
    tensors(folder).write_bytes(content)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "cut": lambda folder: tensors(folder).write_bytes(tensors(folder).read_bytes()[:100]),
    "a bit": flip,
    "no tensors": lambda folder: tensors(folder).unlink(),
    "no state": lambda folder: (folder / "state.json").unlink(),
    "a list": lambda folder: (folder / "state.json").write_text("[]"),
    "not UTF-8": lambda folder: (folder / "state.json").write_bytes(b"\xff{"),
    "its step": changed('"step": 6', '"step": 7'),
    "its settings": changed('"settings": {', '"settings": {"steps": 1'),
    "a key": changed('"data"', '"dat!"'),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_checkpoint_is_seen_and_the_one_before_taken(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: Callable[[Path], object]
) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    for folder in (whole, parts):
        folder.mkdir()
    uninterrupted = run(whole, 8)
    train(uninterrupted)

    train(run(parts, 6, checkpoint_seconds=0))
    damage(parts / "checkpoints/step-000000006")
    again = run(parts, 8, checkpoint_seconds=0)
    train(again)
    assert "checkpoint step-000000006 is damaged: taking the one before it" in caplog.text
    pairs = zip(again.model.parameters(), uninterrupted.model.parameters(), strict=True)
    assert all(torch.equal(*pair) for pair in pairs)


def test_a_damaged_checkpoint_is_made_anew(tmp_path: Path) -> None:
    """Else it stood in the place of the one that a stop in its step saves."""
    train(run(tmp_path, 6, checkpoint_seconds=0))
    newest = tmp_path / "checkpoints/step-000000006"
    flip(newest)
    train(run(tmp_path, 6))
    last = run(tmp_path, 6)
    assert last.checkpoints.restore(last.model, last.optimizer, last.guard) == 6
