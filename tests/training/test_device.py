"""While a model computes, what is freed stays for the next tensor; afterwards it is given back."""

from __future__ import annotations

import resource
from pathlib import Path

import torch

from tests.training.corpora import ALONE
from training.device import computing

STEPS, TENSORS, VALUES = 5, 8, 1 << 22  # of a step: 128 MB


def faults() -> int:
    """Pages that the system gives to some steps, each of which frees what it took."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(STEPS):
        held = [torch.ones(VALUES) for _ in range(TENSORS)]
        del held
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def resident() -> int:
    """Pages of memory that this process has."""
    return int(Path("/proc/self/statm").read_text().split()[1])


def test_memory_is_taken_once_and_given_back() -> None:
    before, of_a_step = resident(), TENSORS * VALUES * 4 // resource.getpagesize()
    with computing(ALONE):
        assert faults() < 1.5 * of_a_step  # and not STEPS times as many
    assert resident() - before < of_a_step / 2
