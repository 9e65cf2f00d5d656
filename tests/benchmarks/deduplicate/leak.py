"""Measures how many held-out documents have a near-duplicate among the training text, by cluster and at random.

Of `documents` real ones of four registers there are two copies each with `replaced` of their words replaced; the
stage `deduplicate` marks and removes nothing, so that all of them are split. `random` of `of_random` held-out documents
have a copy in the training text where the split is a hash of the document alone, `clusters` of `of_clusters` where it
is one of the cluster. `missed` of the latter have a copy there whose similarity reaches the threshold of .8, by exact
sets of shingles of five words: what the stage calls a near-duplicate.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT))

from cleaning.deduplicate.stage import Deduplicate  # noqa: E402
from pipeline.model.dataset import Manifest  # noqa: E402
from tests.cleaning import planted  # noqa: E402
from tests.training.corpora import corpus, prose, rows, run  # noqa: E402
from training.shard.stage import Shard  # noqa: E402
from training.tokenizer.stage import Tokenizer  # noqa: E402

REGISTERS = ("literature", "parliamentary", "legal", "technical")
COPIES = 3
THRESHOLD, WORDS = 0.8, 5  # of a shingle


def planted_copies(count: int, replaced: float) -> list[dict[str, Any]]:
    """Rows of a corpus, COPIES of a document one after another."""
    draw = random.Random(1)
    items: list[dict[str, Any]] = []
    for register in REGISTERS:
        texts = prose(register, 1 << 40)[: count // len(REGISTERS)]
        words = " ".join(texts).split()

        def copy(text: str, words: list[str] = words) -> str:
            parts = text.split(" ")
            for place in draw.sample(range(len(parts)), round(replaced * len(parts))):
                parts[place] = draw.choice(words)
            return " ".join(parts)

        items += rows(register, [t for text in texts for t in (text, copy(text), copy(text))])
    return items


def similarity(one: str, other: str) -> float:
    """Jaccard's, of the sets of shingles of words."""
    a, b = (
        {tuple(words[n : n + WORDS]) for n in range(len(words) - WORDS + 1)}
        for words in (one.lower().split(), other.lower().split())
    )
    return len(a & b) / len(a | b)


def leaks(tokens: Manifest, documents: list[dict[str, Any]]) -> tuple[int, int, int]:
    """Held-out documents with a copy in the training text, all held-out ones, and those with a near one there."""
    place = {document["id"]: number for number, document in enumerate(documents)}
    split: dict[int, str] = {}
    for file in tokens.files():
        if file.name.endswith(".parquet"):
            for id in pq.read_table(file.path, columns=["id"])["id"].to_pylist():
                split[place[id]] = file.part.rsplit("/", 1)[1]
    held_out = [number for number in split if split[number] != "train"]
    near = far = 0
    for number in held_out:
        first = number // COPIES * COPIES
        trained = [n for n in range(first, first + COPIES) if split[n] == "train"]
        text = documents[number]["text"]
        near += any(similarity(text, documents[n]["text"]) >= THRESHOLD for n in trained)
        far += bool(trained)
    return far, len(held_out), near


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--replaced", type=float, default=0.02)
    arguments = parser.parse_args()
    documents = planted_copies(80 if arguments.quick else 400, arguments.replaced)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        texts = [(document["id"], document["text"]) for document in documents]
        planted.write_documents(folder / "documents.parquet", texts, 1024)
        file = planted.file(folder / "documents.parquet", "kept")
        manifest = planted.manifest("extract", ["documents"], [[file]], len(documents))
        inputs = {"documents": [manifest]}
        clusters, _ = planted.run(folder / "store", Deduplicate(), inputs, mode="mark", most=1)
        text = corpus(folder, [documents])
        tokenizer = run(Tokenizer(), folder, {"corpus": text}, {"vocabulary": 4_000})
        params = {"validation": 0.1, "test": 0.1, "passage": 0}
        both = {"corpus": text, "tokenizer": tokenizer}
        at_random = leaks(run(Shard(), folder / "random", both, params), documents)
        whole = {**both, "clusters": _local(clusters, folder / "store")}
        by_cluster = leaks(run(Shard(), folder / "clusters", whole, params), documents)
    figures = {
        "documents": len(documents) // COPIES,
        "replaced": arguments.replaced,
        "random": at_random[0],
        "of_random": at_random[1],
        "clusters": by_cluster[0],
        "of_clusters": by_cluster[1],
        "missed": by_cluster[2],
    }
    print(json.dumps({"benchmark": "leak", "figures": figures}))


def _local(manifest: Manifest, store: Path) -> Manifest:
    """The same dataset with paths that are those of this machine."""
    shards = [
        shard.model_copy(
            update={
                "files": [
                    f.model_copy(update={"path": str(store / f.path)})
                    for f in shard.files
                    if f.part == "clusters"
                ]
            }
        )
        for shard in manifest.shards
    ]
    return manifest.model_copy(update={"shards": shards})


if __name__ == "__main__":
    main()
