"""AdamW steps as torch's own does, and a training that compiles nothing starts without torch's compiler."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import torch
from torch import nn

from tests.training.pretrain import test_loop
from training.pretrain.loop.loop import train
from training.pretrain.loop.optimizer import BETAS, AdamW, Group, Optimizers

ROOT = Path(__file__).parents[3]


def test_adamw_steps_as_torchs_own_to_the_bit_where_steps_are_skipped_too() -> None:
    draw = torch.Generator().manual_seed(3)
    first = [torch.randn(7, 5, generator=draw), torch.randn(300, generator=draw), torch.zeros(2)]
    ours, theirs = ([nn.Parameter(w.clone()) for w in first] for _ in range(2))
    own = Optimizers([AdamW([Group(ours[:1], 0.1, 0.3), Group(ours[1:], 0.02, 0.0)])])
    groups = [
        {"params": theirs[:1], "weight_decay": 0.3, "lr": 0.1},
        {"params": theirs[1:], "weight_decay": 0.0, "lr": 0.02},
    ]
    torchs = torch.optim.AdamW(groups, betas=BETAS, fused=True)
    for step, skip in enumerate([0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0]):
        share = 1 / (1 + step)
        gradients = [torch.randn(w.shape, generator=draw) for w in first[:2]]  # the last has none
        for weights in (ours, theirs):
            for weight, gradient in zip(weights, gradients, strict=False):
                weight.grad = gradient.clone()
        own.rate(share, step)
        own.step(torch.tensor(skip))
        for group, peak in zip(torchs.param_groups, (0.1, 0.02), strict=True):
            group["lr"] = peak * share
        torchs.found_inf = torch.tensor(skip)  # type: ignore[attr-defined]
        torchs.step()
    assert all(map(torch.equal, ours, theirs))
    kept = own.state()
    assert len(kept) == 2 and float(kept[ours[0]]["step"]) == 4
    for mine, other in zip(ours, theirs, strict=False):
        for kind, value in torchs.state.get(other, {}).items():
            assert torch.equal(kept[mine][kind], value)


def main(folder: str) -> None:
    """Trains some steps, and prints whether that took torch's compiler, whose import is half a second."""
    train(test_loop.run(Path(folder), 2))
    print("torch._dynamo" in sys.modules)


def test_a_training_starts_without_the_compiler(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "tests.training.pretrain.test_optimizer", str(tmp_path)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


if __name__ == "__main__":
    main(sys.argv[1])
