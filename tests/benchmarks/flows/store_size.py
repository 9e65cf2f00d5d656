"""Measures bookkeeping over a stage of very many shards: what looks at a store must not read all of it.

The store is synthetic: files of JSON lines (small texts would share shards), and of each a committed shard of
`extract` with its record and one table of one document, made without extracting. `status_s`, `rerun_s` (a plain
`tahona run`) and `trace_s` (a document by its id) are processes from start to end, the second of two runs each: the
first of a rerun writes the report, the first of a trace the index. `keys_s` is the time for the keys of as many
tasks, `rss_mb` the largest memory of these processes. `prune_s`, `lineage_s` and the first runs beside it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT))

from cleaning.documents import DOCUMENTS  # noqa: E402
from cleaning.extract.stage import Extract  # noqa: E402
from cleaning.readers.records import SourceSpec  # noqa: E402
from pipeline.model.dataset import File, Manifest, Shard  # noqa: E402
from pipeline.model.key import fingerprint, libraries, task_key  # noqa: E402
from pipeline.model.ledger import Documents, Ledger  # noqa: E402
from pipeline.model.stage import hashed  # noqa: E402
from pipeline.store.backend import SHARD_RECORD, file_digest  # noqa: E402
from pipeline.store.lookup import LOOKUP, hashes_of, sealed_hashes  # noqa: E402
from pipeline.store.observe import find, observe  # noqa: E402
from pipeline.store.seal import sealed  # noqa: E402
from pipeline.store.store import Store  # noqa: E402
from tests.flows.command import answer  # noqa: E402

RECIPE = """
name: many
sources:
  texts: {files: [texts], domain: legal, licence: CC0-1.0}
stages:
  extract:
"""
PLACES = 1000  # files that share one set of bytes on the disk


def identity(number: int) -> str:
    """The id of a document, which is a digest."""
    return hashlib.sha256(str(number).encode()).hexdigest()[:32]


def table(path: Path, number: int) -> File:
    """A table of one document; its path in the store is still to be said."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    row = {"id": identity(number), "domain": "legal", "text": "Pan y sal.", "metadata": {}}
    row = {name: row.get(name) for name in DOCUMENTS.names}
    pq.write_table(pa.Table.from_pylist([row], DOCUMENTS), path)
    size = path.stat().st_size
    return File(path="", part="kept", rows=1, bytes=size, sha256=file_digest(path))


def build(folder: Path, count: int) -> tuple[float, str]:
    """Writes the store; gives the seconds that the keys took, and the id of a document in its last table."""
    texts, store = folder / "texts", Store(folder / "store")
    for number in range(count):
        if number % PLACES == 0:
            (texts / f"{number // PLACES:05}").mkdir(parents=True)
        line = json.dumps({"text": f"Texto {number}."}) + "\n"
        (texts / f"{number // PLACES:05}" / f"{number:07}.jsonl").write_text(line)
    (folder / "many.yaml").write_text(RECIPE)
    store.check_writable()
    files = observe(store, {"texts": find(["texts"], folder)})
    stage, inputs = Extract(), {"files": [files]}
    source = SourceSpec(domain="legal", licence="CC0-1.0")
    params = Extract.Params(sources={"texts": source})
    begun = time.perf_counter()
    step = next(stage.plan(params, inputs, {}))
    keys = [task_key(stage, step, task) for task in step.tasks]
    assert len(keys) == count, f"{len(keys)} shards of {count} files"
    seconds = time.perf_counter() - begun
    shards = []
    ledger = Ledger(documents=Documents(in_=1, kept=1))
    for number, (key, task) in enumerate(zip(keys, step.tasks, strict=True)):
        place = folder / "store" / "shards" / "extract" / key
        place.mkdir(parents=True)
        if number % PLACES == 0 or number == count - 1:
            shared_table, same = table(place / "kept.parquet", number), place
            (place / LOOKUP).write_bytes(sealed_hashes(hashes_of([place / "kept.parquet"])))
        else:
            for name in ("kept.parquet", LOOKUP):
                os.link(same / name, place / name)
        file = shared_table.model_copy(
            update={"path": f"shards/extract/{key}/kept.parquet", "shard": key}
        )
        shard = Shard(
            key=key,
            stage="extract",
            step="extract",
            params=task.hashed,
            files=[file],
            ledger=ledger,
        )
        (place / SHARD_RECORD).write_bytes(sealed(shard.to_json()))
        shards.append(shard)
    manifest = Manifest(
        stage="extract",
        fingerprint=fingerprint(stage, params, inputs),
        kinds=list(stage.gives),
        version=stage.version,
        params=hashed(params),
        libraries=libraries(stage),
        inputs={"files": [files.reference]},
        shards=shards,
        steps={"extract": sorted(keys)},
        schemas={"kept": {c.name: str(c.type) for c in DOCUMENTS}},
        ledger=Ledger.total(s.ledger for s in shards),
    )
    store.create_manifest(manifest)
    return seconds, identity(count - 1)


def seconds_of(folder: Path, *words: str) -> tuple[float, dict[str, Any]]:
    """The time of a command from start to end, and what it answered."""
    begun = time.perf_counter()
    result = answer(*words, cwd=folder, timeout=3600, PYTHONPATH=str(ROOT))
    taken = round(time.perf_counter() - begun, 2)
    print(f"{' '.join(words)[:60]}: {taken} s", file=sys.stderr)
    return taken, result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--shards", type=int)
    arguments = parser.parse_args()
    count = arguments.shards or (10_000 if arguments.quick else 100_000)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        begun = time.perf_counter()
        keys, document = build(folder, count)
        print(f"built in {time.perf_counter() - begun:.0f} s", file=sys.stderr)
        figures: dict[str, float] = {"shards": count}
        figures["status_s"], result = seconds_of(folder, "status", "many.yaml")
        assert [s["state"] for s in result["stages"]] == ["committed"], result
        figures["rerun_first_s"], _ = seconds_of(folder, "run", "many.yaml")
        figures["rerun_s"], result = seconds_of(folder, "run", "many.yaml")
        assert [s["state"] for s in result["stages"]] == ["reused"], result
        figures["trace_first_s"], _ = seconds_of(folder, "trace", document)
        figures["trace_s"], result = seconds_of(folder, "trace", document)
        assert len(result["rows"]) == 1, result
        figures["prune_s"], result = seconds_of(folder, "prune")
        assert result["shards"] == 0, result
        (dataset,) = (folder / "store" / "datasets" / "extract").iterdir()
        figures["lineage_s"], _ = seconds_of(folder, "lineage", f"extract/{dataset.name}")
        figures["keys_s"] = round(keys, 2)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        figures["rss_mb"] = round(peak / 1024)
    print(json.dumps({"benchmark": "store_size", "figures": figures}))


if __name__ == "__main__":
    main()
