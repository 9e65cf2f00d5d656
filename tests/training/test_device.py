"""While a model computes, what is freed stays for the next tensor; afterwards it is given back."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from tests.training.corpora import ALONE
from training.device import computing

ROOT = Path(__file__).parents[2]
STEPS, TENSORS, VALUES = 5, 8, 1 << 22  # of a step: 128 MB


def faults() -> int:
    """Pages that the system gives to some steps, each of which frees what it took."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(STEPS):
        tensors = [torch.ones(VALUES) for _ in range(TENSORS)]
        del tensors
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def resident() -> int:
    """Pages of memory that this process has."""
    return int(Path("/proc/self/statm").read_text().split()[1])


def test_of_several_gpus_a_training_takes_the_one_that_its_run_holds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    taken: list[torch.device] = []
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "set_device", taken.append)
    monkeypatch.setattr(torch, "zeros", lambda *size, device: None)
    for devices, number in ((None, 0), ("1", 1), ("2", 0)):  # no more are visible than two
        if devices:
            monkeypatch.setenv("TAHONA_CARD", devices)
        for name in ("auto", "cuda"):
            with computing({"threads": 1, "device": name}) as device:
                assert device == taken.pop() == torch.device("cuda", number)


def main() -> None:
    """Prints the pages given while computing, and those that are still held behind it."""
    before = resident()
    with computing(ALONE):
        faults_first = faults()
    print(json.dumps([faults_first, resident() - before]))


def test_memory_is_taken_once_and_given_back() -> None:
    """In a process of its own: what earlier tests left in the heap is in the way of large tensors."""
    words = [sys.executable, "-m", "tests.training.test_device"]
    run = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True, timeout=600)
    first, second = json.loads(run.stdout)
    of_a_step = TENSORS * VALUES * 4 // resource.getpagesize()
    # Aligned tensors do not fit every gap (1.1 to 1.7 times as seen); without it, STEPS times as many.
    assert first < STEPS / 2 * of_a_step
    assert second < of_a_step / 2


if __name__ == "__main__":
    main()
