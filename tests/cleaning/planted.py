"""Small datasets of documents as stages receive them, and texts with planted copies."""

from __future__ import annotations

import hashlib
import random
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyarrow as pa
import pyarrow.parquet as pq

from cleaning.documents import DOCUMENTS, TableWriter
from cleaning.view import EDITS
from pipeline.model.canonical import digest
from pipeline.model.dataset import File, Manifest, Shard
from pipeline.model.ledger import Documents, Ledger
from pipeline.model.stage import Inputs, Stage
from pipeline.run.runner import Runner, Watcher, Watchers
from pipeline.store.store import Store

Text = tuple[str, str]  # id and text


def file(path: Path, part: str) -> File:
    """A file as a manifest names it."""
    rows = pq.read_metadata(path).num_rows
    return File(
        path=str(path),
        part=part,
        rows=rows,
        bytes=path.stat().st_size,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
    )


def manifest(
    stage: str, kinds: Sequence[str], shards: Sequence[Sequence[File]], kept: int | None = None
) -> Manifest:
    """A committed dataset over files; `kept` documents are what it passes on."""
    ledger = Ledger(documents=Documents(in_=kept, kept=kept)) if kept is not None else Ledger()
    content = digest([[f.sha256 for f in files] for files in shards])
    return Manifest(
        stage=stage,
        fingerprint=content,
        kinds=list(kinds),
        version=1,
        shards=[
            Shard(key=f"{stage}-{i}", stage=stage, step=stage, files=list(files))
            for i, files in enumerate(shards)
        ],
        ledger=ledger,
    )


def write_documents(path: Path, texts: Sequence[Text], row_group: int = 7) -> Path:
    """A documents file; row groups are small, so that every reader meets their borders."""
    with TableWriter(path, DOCUMENTS, rows=row_group) as writer:
        for name, text in texts:
            writer.add({"id": name, "domain": "web", "text": text})
    return path


def write_decisions(path: Path, kept: Sequence[tuple[str, bool]], row_group: int = 5) -> Path:
    """A decisions file with the columns that a view reads."""
    schema = pa.schema([("id", pa.string()), ("kept", pa.bool_())])
    table = pa.Table.from_pylist([{"id": i, "kept": k} for i, k in kept], schema)
    pq.write_table(table, path, row_group_size=row_group)
    return path


def write_edits(path: Path, edits: Sequence[Mapping[str, Any]]) -> Path:
    """An edits file."""
    pq.write_table(pa.Table.from_pylist(list(edits), EDITS), path)
    return path


def documents(folder: Path, shards: Sequence[Sequence[Text]], row_group: int = 7) -> Manifest:
    """A dataset of documents, one file a shard."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [
        [file(write_documents(folder / f"documents-{i}.parquet", texts, row_group), "kept")]
        for i, texts in enumerate(shards)
    ]
    return manifest("extract", ["documents"], files, sum(map(len, shards)))


def decisions(
    folder: Path,
    shards: Sequence[Sequence[Text]],
    dropped: Collection[str] = (),
    edits: Mapping[int, Sequence[Mapping[str, Any]]] | None = None,
) -> Manifest:
    """A filter's dataset that drops some ids and, for shards in `edits`, edits texts."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for i, texts in enumerate(shards):
        path = folder / f"decisions-{i}.parquet"
        here = [file(write_decisions(path, [(d, d not in dropped) for d, _ in texts]), "decisions")]
        if edits is not None:
            path = folder / f"edits-{i}.parquet"
            here.append(file(write_edits(path, edits.get(i, [])), "edits"))
        files.append(here)
    kept = sum(d not in dropped for texts in shards for d, _ in texts)
    return manifest("filter", ["decisions"], files, kept)


class Counted(Watcher):
    """Remembers how many shards of each step were missing when it started."""

    def __init__(self) -> None:
        self.missing: dict[str, int] = {}

    def step_started(self, stage: str, step: str, missing: int, reused: int) -> None:
        self.missing[step] = missing


def run(
    store: Path, stage: Stage, inputs: Inputs, **params: Any
) -> tuple[Manifest, dict[str, int]]:
    """The dataset that a stage gives, and the shards that were missing by step."""
    watcher = Counted()
    # In this process and thread, as a step for the driver runs: no Beam, so quick.
    runner = Runner(Store(store), "driver", watchers=Watchers([watcher]))
    with patch("os.fsync"):  # no power cut is survived here, and it takes most of the time
        result = runner.run(stage, stage.Params(**params), inputs)
    assert result.manifest is not None
    return result.manifest, watcher.missing


def rows(store: Path, dataset: Manifest, part: str) -> Iterator[dict[str, Any]]:
    """The rows of a part of a dataset, in shard order."""
    for file in dataset.files(part):
        yield from pq.read_table(store / file.path).to_pylist()


def words(text: str) -> list[str]:
    """The words of cleaning/text/batch.py in lower case and without Latin accents, in plain Python."""
    kinds = ["\n", *(unicodedata.category(c) for c in text), "\n"]
    text_of = ""
    for i, c in enumerate(text, 1):
        around = {kinds[i - 1], kinds[i + 1]}
        inside = kinds[i][0] in "LMN"
        inside |= c == "·" and all(kind[0] == "L" for kind in around)
        inside |= c in ".," and around == {"Nd"}
        letter = c.lower() if len(c.lower()) == 1 else c
        base, *marks = unicodedata.normalize("NFD", letter)
        text_of += (base if marks and "a" <= base.lower() <= "z" else letter) if inside else " "
    return [word for word in text_of.split(" ") if word]


@lru_cache(maxsize=1000)  # a text is compared with many
def shingles(text: str, size: int = 5) -> frozenset[tuple[str, ...]]:
    """The shingles of cleaning/minhash/shingles.py before hashing."""
    letters = words(text)
    return frozenset(tuple(letters[i : i + size]) for i in range(len(letters) - size + 1))


def prose(seed: int, length: int) -> str:
    """A text of `length` words in sentences of ten: two seeds share hardly a shingle."""
    draw = random.Random(seed)
    chosen = [f"palabra{draw.randrange(3000)}" for _ in range(length)]
    for i in range(9, length, 10):
        chosen[i] += "."
    return " ".join(chosen)


def altered(text: str, seed: int, share: float) -> str:
    """The text with a share of its words replaced."""
    draw = random.Random(seed)
    words = text.split(" ")
    for i in draw.sample(range(len(words)), round(share * len(words))):
        words[i] = f"cambio{draw.randrange(10**6)}"
    return " ".join(words)
