"""What one very large document costs from `extract` to `filter`: the most memory that a child process held.

Novels of TAHONA_SHARED are put one behind the other until the text has so many megabytes of UTF-8 (`mb`, 100; with
--quick 10).
Figures: `gb`, the most gigabytes held by a process that computes a shard, all light groups of signals and the
preset `tahona` asked, `gb_base` the same for the first 1 MB of it, `bytes_per_byte` the difference over the size,
`seconds` of processors. Without `extract: {largest: ...}` a record of more than 10 MB is quarantined as too large.
"""

from __future__ import annotations

import io
import json
import multiprocessing
import os
import resource
import sys
import tempfile
from contextlib import redirect_stderr
from multiprocessing.connection import Connection
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).parents[2]))


def text(size: int) -> str:
    """Novels, so many bytes of them."""
    import zstandard

    from tests.benchmarks.peers import SHARED

    with zstandard.open(SHARED / "data/text/literature.jsonl.zst", "rt", encoding="utf-8") as file:
        one = "\n\n".join(json.loads(line)["text"] for line in file).encode()
    return (one * (size // len(one) + 1))[:size].decode(errors="ignore")


def run(size: int, answers: Connection) -> None:
    """Annotates and filters a document of a size; sends the peak of the children and their seconds."""
    from flows.commands.run import run_recipe

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "one.jsonl").write_text(json.dumps({"text": text(size)}), encoding="utf-8")
        recipe = {
            "name": "large",
            "sources": {"one": {"files": ["one.jsonl"], "domain": "literature"}},
            "stages": {
                "extract": {"largest": 1 << 30},
                "annotate": None,
                "filter": {"rules": "tahona"},
            },
        }
        (folder / "large.yaml").write_text(yaml.safe_dump(recipe, sort_keys=False))
        with redirect_stderr(io.StringIO()):
            ran = run_recipe(str(folder / "large.yaml"), str(folder / "store"))
        documents = ran["stages"][-1]["documents"]
        if documents["in"] != 1:
            raise ValueError(f"the document did not arrive: {documents}")
        used = resource.getrusage(resource.RUSAGE_CHILDREN)  # which compute the shards
        answers.send((used.ru_maxrss / 1e6, used.ru_utime + used.ru_stime))


def measure(quick: bool) -> dict[str, float]:
    """The figures of this machine."""
    mb = 10 if quick else 100
    context = multiprocessing.get_context("spawn")
    found = []
    for size in (1_000_000, mb * 1_000_000):
        mine, other = context.Pipe()
        child = context.Process(target=run, args=(size, other))
        child.start()
        other.close()
        found.append(mine.recv())
        child.join()
    (base, _), (most, seconds) = found
    return {
        "mb": mb,
        "gb": round(most, 2),
        "gb_base": round(base, 2),
        "bytes_per_byte": round((most - base) * 1000 / mb, 1),
        "seconds": round(seconds, 1),
    }


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    print(json.dumps({"benchmark": "large", "figures": measure("--quick" in sys.argv)}))
