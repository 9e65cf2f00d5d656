"""What numba compiles is compiled once for all workers of a run of the tests, while they collect.

In a fresh checkout nothing is, and half a minute's work of compiling would stand before what the first tests do.
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


RECIPE = """\
name: few
sources: {pages: {files: [warc/*.warc.gz], domain: web, licence: unknown}}
stages: {extract: , annotate: , filter: , deduplicate: , corpus: , tokenizer: {vocabulary: 400}, shard: }
run: {workers: 1}
"""


def main() -> None:
    """A run of the stages that have such loops, over a few pages."""
    from tests import guides_folder
    from tests.flows.command import tahona

    with TemporaryDirectory() as name:
        guides_folder.write(Path(name))
        (Path(name) / "few.yaml").write_text(RECIPE)
        done = tahona("run", "few.yaml", "--store", f"{name}/store", cwd=Path(name))
        sys.exit(done.returncode)


if __name__ == "__main__":
    main()
