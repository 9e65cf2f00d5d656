"""What the soak breaks: a small chain of every stage, its never-killed run, and copies cut off at a stage."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from flows.stages import STAGES
from pipeline.model.dataset import Manifest, Reference
from pipeline.store.store import Store
from tests.flows.command import ARTICLES, answer
from tests.pipeline.chain import tree

# What needs files of a role that the soak has none of is left out.
CHAIN = [stage for stage in STAGES if stage != "classifier"]
ORDER = [*CHAIN, "report"]
# The stages from the first page read to the packed shards.
DATA = ORDER[1 : ORDER.index("shard") + 1]


def last_of(stage: str) -> str:
    """The last stage of a life that begins at `stage`.

    What the data stages give decides what is made of it: where one of them is cut, that stays, and a life is short.
    """
    return DATA[-1] if stage in DATA else ORDER[-1]


def recipe(folder: Path) -> str:
    """Two crawled sites and a folder of texts, through every stage; a model of seconds."""
    crawled = {"foro": "foro.huertos.test", "clinica": "clinica.lasalud.test"}
    sources: dict[str, Any] = {
        name: {
            "domain": name,
            "licence": "CC-BY-4.0",
            "crawl": {"seeds": [f"http://{host}/"], "delay": 0},
        }
        for name, host in crawled.items()
    }
    files = {"domain": "legal", "licence": "CC-BY-4.0", "reader": "text"}
    sources["boletin"] = {**files, "files": [f"{ARTICLES}/boletin/*.md"]}
    shape = {"depth": 2, "width": 32, "heads": 2, "context": 64, "batch": 256}
    stages: dict[str, Any] = dict.fromkeys(CHAIN)
    stages |= {
        "crawl": {"edition": "soak"},
        "deduplicate": {"lines": {"documents": 2}, "passages": {"words": 30}},
        "decontaminate": {"mode": "cut"},
        "tokenizer": {"vocabulary": 800},
        "shard": {"validation": 0.2, "test": 0.1},
        "pretrain": {**shape, "steps": 30, "checkpoint_seconds": 0.2},
        "evaluate": {"length": 5},
    }
    chain: dict[str, Any] = {"name": "soak", "serve": "web", "sources": sources, "stages": stages}
    measured = sorted(Path(ARTICLES, "boletin").glob("*.md"))[0].read_text(encoding="utf-8")
    (folder / "items.txt").write_text(measured, encoding="utf-8")
    chain["benchmarks"] = {"boletin": {"files": [str(folder / "items.txt")]}}
    path = folder / "soak.yaml"
    path.write_text(yaml.safe_dump({**chain, "run": {"threads": 1, "workers": 1}}, sort_keys=False))
    return str(path)


@dataclass
class World:
    """A recipe, the store of its never-killed run, and what that run answered."""

    recipe: str
    reference: Path
    answer: dict[str, Any]

    @classmethod
    def make(cls, folder: Path) -> World:
        """Runs the recipe once, in peace."""
        path, store = recipe(folder), folder / "reference"
        return cls(path, store, answer("run", path, "--store", str(store), timeout=1600))

    def __post_init__(self) -> None:
        self.tree = tree(Store(self.reference))
        self.documents = documents(Store(self.reference))
        self.pages = pages(Store(self.reference))
        self.extracted = extracted(Store(self.reference))
        self.seconds = {s["stage"]: s["seconds"] for s in self.answer["stages"]} | {"report": 0.5}
        self.computed = {s["stage"]: s["shards"]["computed"] for s in self.answer["stages"]}

    def cut(self, store: Path, stage: str, last: str | None = None) -> None:
        """A copy of the reference as it was before `stage` began, though with what comes after `last`."""
        last = last or last_of(stage)
        shutil.copytree(self.reference, store)
        for name in ("runs", "reports", "lineage", "locks", "tmp"):
            shutil.rmtree(store / name, ignore_errors=True)
        for name in ORDER[ORDER.index(stage) : ORDER.index(last) + 1]:
            shutil.rmtree(store / "shards" / name, ignore_errors=True)
            shutil.rmtree(store / "datasets" / name, ignore_errors=True)


def dataset(store: Store, stage: str) -> Manifest | None:
    """The only dataset of a stage."""
    for reference in store.references(stage):
        return store.manifest(Reference(stage=stage, fingerprint=reference.fingerprint))
    return None


def documents(store: Store) -> Counter[str]:
    """The ids of the documents that the corpus holds, and how often."""
    import pyarrow.parquet as pq

    dataset_of = dataset(store, "corpus")
    files = [f for f in dataset_of.files() if f.part.startswith("lang=")] if dataset_of else []
    return Counter(
        name
        for file in files
        for name in pq.read_table(store.fetch(file), columns=["id"]).column("id").to_pylist()
    )


def extracted(store: Store) -> dict[str, str]:
    """The addresses of the crawled pages that were parsed to the end, and the file of each."""
    import pyarrow.parquet as pq

    dataset_of = dataset(store, "extract")
    files: dict[str, str] = {}
    for file in dataset_of.files() if dataset_of else []:
        if file.part == "kept":
            rows = pq.read_table(store.fetch(file), columns=["url", "source"]).to_pylist()
            files |= {r["url"]: r["source"]["file"] for r in rows if r["url"]}
    return files


def pages(store: Store) -> Counter[str]:
    """The addresses of the pages that the crawl holds, and how often."""
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    dataset_of = dataset(store, "crawl")
    counts: Counter[str] = Counter()
    for file in dataset_of.files() if dataset_of else []:
        if file.name.endswith(".warc.gz"):
            with store.fetch(file).open("rb") as stream:
                for record in ArchiveIterator(stream, record_types=WarcRecordType.response):
                    counts[record.headers["WARC-Target-URI"]] += 1
    return counts
