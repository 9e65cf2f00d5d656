"""The data stages of real recipes leave the same bytes on Flink as in one process, on a disk and on an object store."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import yaml

from pipeline.run.runner import Runner
from pipeline.store.store import Store
from tests.flows.command import answer, tree
from tests.pipeline import chain as mill

Process = subprocess.Popen[str]
FLINK = ("--set", "run.engine=flink", "--set", "run.workers=2")


def cluster_settings() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if k.startswith("TAHONA_FLINK_")}


def assert_same(recipe: str, until: str, alone: Path, flink: Path) -> None:
    """Runs a recipe on both engines and compares all that they committed."""
    one = answer("run", recipe, "--until", until, "--store", str(alone))
    other = answer(
        *("run", recipe, "--until", until, "--store", str(flink), *FLINK),
        timeout=1600,
        **cluster_settings(),
    )
    computed = {s["stage"]: s["shards"]["computed"] for s in other["stages"]}
    assert all(n for stage, n in computed.items() if stage != "crawl")
    assert [s["fingerprint"] for s in one["stages"]] == [s["fingerprint"] for s in other["stages"]]
    assert tree(alone) == tree(flink)


def test_quickstart_is_the_same(cluster: Process, tmp_path: Path) -> None:
    answer("run", "quickstart", "--until", "crawl", "--store", str(tmp_path / "alone"))
    shutil.copytree(tmp_path / "alone", tmp_path / "flink")
    assert_same("quickstart", "shard", tmp_path / "alone", tmp_path / "flink")


def test_real_archives_and_texts_are_the_same(
    cluster: Process, shared: Path, tmp_path: Path
) -> None:
    """An edition against an earlier one, with every level of deduplication parted, and benchmarks taken out."""
    archives = ["assembled__spanish_pages.warc.gz", "dolma__sample-0000.warc.gz"]
    levels = {
        "lines": {"documents": 3},
        "paragraphs": {"documents": 3, "keep": "none"},
        "passages": {"words": 40},
        "memory": 16,
    }
    recipe = {
        "name": "real",
        "sources": {
            "archive": {
                "files": [str(shared / "data/warc" / name) for name in archives],
                "domain": "web",
                "licence": "unknown",
            },
            "texts": {
                "files": [str(shared / "data/text/news_encyclopedic.jsonl.zst")],
                "domain": "news",
                "licence": "unknown",
            },
        },
        "benchmarks": {"xquad": {"files": [str(shared / "data/eval/xquad.es.json")]}},
        "stages": {
            "extract-old": {"stage": "extract", "reads": {"files": ["archive"]}},
            "old": {
                "stage": "deduplicate",
                "reads": {"documents": "extract-old", "decisions": []},
            },
            "extract": {"reads": {"files": ["archive", "texts"]}},
            "annotate": {"reads": {"documents": "extract"}},
            "filter": {"reads": {"documents": "extract", "signals": "annotate"}},
            "deduplicate": {
                **levels,
                "most": 1,
                "reads": {"documents": "extract", "decisions": ["filter"], "earlier": ["old"]},
            },
            "decontaminate": {
                "mode": "cut",
                "reads": {"documents": "extract", "decisions": ["filter", "deduplicate"]},
            },
            "corpus": {
                "reads": {
                    "documents": "extract",
                    "decisions": ["filter", "deduplicate", "decontaminate"],
                }
            },
        },
    }
    path = tmp_path / "real.yaml"
    path.write_text(yaml.safe_dump(recipe, sort_keys=False))
    assert_same(str(path), "corpus", tmp_path / "alone", tmp_path / "flink")


def test_an_object_store_is_the_same(
    cluster: Process, bucket: str, texts: Path, tmp_path: Path
) -> None:
    calm, remote = Store(tmp_path / "calm"), Store(f"{bucket}/store")
    mill.chain(Runner(calm, workers=1), texts)
    mill.chain(Runner(remote, "flink", 2), texts)
    assert mill.tree(remote) == mill.tree(calm)
    assert list(remote.backend.files("tmp")) == []
