"""From documents to models: tokenizer, token shards, the training loop, evaluation."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.errors import TahonaError

PART = "train"  # the install part with these
MODULES = ("torch", "safetensors")


@contextmanager
def training_part(stage: str) -> Iterator[None]:
    """Around the imports of a kernel: a library that is not installed becomes one clear sentence.

    Threads that wait for one another must not spin: on two cores that another program uses too, two
    spinning threads were 5 to 70 times slower than two sleeping ones. OpenMP reads it as it is loaded.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in MODULES:
            raise
        raise TahonaError(
            f"{stage} needs the training part: pip install 'tahona[{PART}]'"
        ) from error
