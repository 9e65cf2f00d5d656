"""Which of the files that tasks name their kernels do not open."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

from pipeline.engines import compute
from pipeline.model import kernel
from pipeline.model.stage import LocalFile, Work


class Unopened(NamedTuple):
    """A file by the name of the kernel whose task names it, its role and its path in the store."""

    kernel: str
    role: str
    path: str


class _Noted(LocalFile):
    """An input that remembers whether its path was asked for."""

    def __init__(self, local: LocalFile) -> None:
        super().__init__(lambda: local.path, local.file)
        self.opened = False

    @property
    def path(self) -> Path:
        self.opened = True
        return super().path


@contextmanager
def unopened() -> Iterator[list[Unopened]]:
    """Fills a list with what the tasks that are computed in this process name and do not open."""
    left: list[Unopened] = []

    def load(name: str) -> Any:
        function = kernel.load(name)

        @functools.wraps(function)
        def noted(work: Work[Any]) -> None:
            for files in work.inputs.values():
                files[:] = [_Noted(file) for file in files]
            function(work)
            left.extend(
                Unopened(function.__name__, role, file.file.path)
                for role, files in work.inputs.items()
                for file in files
                if isinstance(file, _Noted) and not file.opened
            )

        return noted

    with patch.object(compute, "load", load):
        yield left
