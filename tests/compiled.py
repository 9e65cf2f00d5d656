"""What numba compiles is compiled once for all workers of a run of the tests, while they collect.

In a fresh checkout nothing is, and each process that needs it before another has written it would do the same work.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]


def start() -> subprocess.Popen[bytes] | None:
    """The process that compiles; None where some process has before."""
    if any((ROOT / "cleaning" / "deduplicate" / "__pycache__").glob("*.nbi")):
        return None
    command = [sys.executable, "-m", "tests.compiled"]
    silent = subprocess.DEVNULL
    return subprocess.Popen(command, cwd=ROOT, stdin=silent, stdout=silent, stderr=silent)


def main() -> None:
    """A run of the stages that have such loops, over a few texts."""
    from tests.flows.command import ARTICLES, tahona, write_recipe

    with TemporaryDirectory() as name:
        few = str(ARTICLES / "diario" / "*.md")
        recipe = write_recipe(Path(name), [few], tokenizer={"vocabulary": 400}, shard=None)
        tahona("run", recipe, "--store", f"{name}/store", cwd=Path(name))


if __name__ == "__main__":
    main()
