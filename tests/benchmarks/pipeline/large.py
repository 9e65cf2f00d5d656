"""What one very large document costs from `extract` to `corpus`: the most memory that a process of each step held.

Novels of TAHONA_SHARED are put one behind the other until the text has so many megabytes of UTF-8 (`mb`, 100; with
--quick 10; or as many as a number on the command line says). All light groups of signals are measured (with --parity
datatrove's too) and the preset `tahona` asked.
Figures: `gb`, the most gigabytes held by a process that computes a shard, by stage and of all; `gb_base` that of all
for the first 1 MB of it; `bytes_per_byte` the difference over the size, `seconds` of processors. Without
`extract: {largest: ...}` a record of more than 10 MB is quarantined as too large.
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
from typing import Any

import yaml

sys.path.insert(0, str(Path(__file__).parents[3]))

# Signals that ask a model, or are another's.
HEAVY = {"classifier", "importance", "lists", "perplexity", "parity"}


def text(size: int) -> str:
    """Novels, so many bytes of them."""
    import zstandard

    from tests.benchmarks.peers import SHARED

    with zstandard.open(SHARED / "data/text/literature.jsonl.zst", "rt", encoding="utf-8") as file:
        one = "\n\n".join(json.loads(line)["text"] for line in file).encode()
    return (one * (size // len(one) + 1))[:size].decode(errors="ignore")


def stages(parity: bool) -> dict[str, Any]:
    """What is done to the document."""
    from cleaning.signals.signals import ALWAYS, GROUPS

    groups = sorted(set(GROUPS) - HEAVY - set(ALWAYS)) + ["parity"] * parity
    return {
        "extract": {"largest": 1 << 30},
        "annotate": {"groups": groups},
        "filter": {"rules": "tahona"},
        "deduplicate": None,
        "corpus": None,
    }


def run(folder: str, chosen: dict[str, Any], answers: Connection) -> None:
    """Runs these stages, of which those that ran before are there; sends the peak of the children and their seconds."""
    from flows.commands.runs.run import run_recipe

    source = {"files": ["one.jsonl"], "domain": "literature"}
    recipe = {"name": "large", "sources": {"one": source}, "stages": chosen}
    path = Path(folder, "large.yaml")
    path.write_text(yaml.safe_dump(recipe, sort_keys=False))
    with redirect_stderr(io.StringIO()):
        ran = run_recipe(str(path), str(Path(folder, "store")))
    documents = ran["stages"][-1]["documents"]
    if documents["in"] != 1:
        raise ValueError(f"the document did not arrive: {documents}")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)  # which compute the shards
    answers.send((used.ru_maxrss / 1e6, used.ru_utime + used.ru_stime))


def of_size(size: int, parity: bool) -> dict[str, tuple[float, float]]:
    """Gigabytes and seconds of each stage for a document of so many bytes."""
    context = multiprocessing.get_context("spawn")
    figures = {}
    with tempfile.TemporaryDirectory() as folder:
        with Path(folder, "one.jsonl").open("w", encoding="utf-8") as file:
            json.dump({"text": text(size)}, file, ensure_ascii=False)
        chosen: dict[str, Any] = {}
        for name, options in stages(parity).items():
            chosen[name] = options
            mine, other = context.Pipe()
            child = context.Process(target=run, args=(folder, chosen, other))
            child.start()
            other.close()
            figures[name] = mine.recv()
            child.join()
    return figures


def measure(mb: int, parity: bool) -> dict[str, Any]:
    """The figures of this machine."""
    base, whole = of_size(1_000_000, parity), of_size(mb * 1_000_000, parity)
    gb, gb_base = (max(gb for gb, _ in one.values()) for one in (whole, base))
    return {
        "mb": mb,
        "gb": round(gb, 2),
        "gb_by_stage": {name: round(gb, 2) for name, (gb, _) in whole.items()},
        "gb_base": round(gb_base, 2),
        "bytes_per_byte": round((gb - gb_base) * 1000 / mb, 1),
        "seconds": round(sum(seconds for _, seconds in whole.values()), 1),
    }


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    asked = [int(argument) for argument in sys.argv[1:] if argument.isdigit()]
    mb = asked[0] if asked else 10 if "--quick" in sys.argv else 100
    print(json.dumps({"benchmark": "large", "figures": measure(mb, "--parity" in sys.argv)}))
