"""A large file elsewhere is read in ranges as one here is: the same shards, by no more bytes than are read."""

from __future__ import annotations

import base64
import hashlib
import json
import random
from pathlib import Path

import pytest
import zstandard

import cleaning.readers.readers
import pipeline.store.ranged
from cleaning.extract.stage import Extract
from cleaning.readers.records import SourceSpec
from pipeline.errors import TahonaError
from pipeline.model.dataset import Manifest
from pipeline.run.runner import Runner
from pipeline.store.observe import find, observe
from pipeline.store.ranged import RangedFile
from pipeline.store.remote import RemoteBackend
from pipeline.store.store import Store
from tests.cleaning.readers.test_places import packed, record
from tests.pipeline.web_folder import served

RANGE = 3_000
# A part of each text hardly packs, so that few make a file of many ranges.
NOISE = [base64.b64encode(random.Random(n).randbytes(600)).decode() for n in range(12)]
LINES = [json.dumps({"text": f"{n} pan y sal", "noise": NOISE[n]}) + "\n" for n in range(12)]


@pytest.fixture(autouse=True)
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAHONA_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(cleaning.readers.readers, "RANGE", RANGE)
    monkeypatch.setattr(pipeline.store.ranged, "BLOCK", 2_000)


def observed(store: Store, pattern: str) -> Manifest:
    return observe(store, {"web": find([pattern], Path("/"))})


def extracted(store: Store, files: Manifest) -> Manifest:
    params = Extract.Params(sources={"web": SourceSpec()})
    manifest = Runner(store, "driver").run(Extract(), params, {"files": [files]}).manifest
    assert manifest is not None
    return manifest


def contents(manifest: Manifest) -> list[list[str]]:
    return [[file.sha256 for file in shard.files] for shard in manifest.shards]


def test_shards_on_s3_are_those_of_the_same_files_here(
    bucket: str, tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder := tmp_path / "texts").mkdir()
    lines = "".join(LINES).encode()
    pages = [record(n).replace(b"</p>", f"</p><!--{NOISE[n]}-->".encode()) for n in range(12)]
    frames = [zstandard.compress(lines[at : at + 900]) for at in range(0, len(lines), 900)]
    for name, data in {
        "a.jsonl": lines,
        "b.warc.gz": b"".join(packed(pages)),
        "c.jsonl.zst": b"".join(frames),
        "d.jsonl.zst": zstandard.compress(lines),
        "e.jsonl": LINES[0].encode(),
    }.items():
        (folder / name).write_bytes(data)
        RemoteBackend(bucket).write(f"texts/{name}", data)
    here = extracted(Store(tmp_path / "here"), observed(store, f"{folder}/*"))
    files = observed(store, f"{bucket}/texts/*")
    there = extracted(Store(tmp_path / "there"), files)
    assert contents(there) == contents(here)
    for file in files.files():
        data = (folder / file.name).read_bytes()
        read = [shard.read[file.path] for shard in there.shards if file.path in shard.read]
        spans = [data[at : at + RANGE] for at in range(0, len(data), RANGE)]
        assert read == [hashlib.sha256(span).hexdigest() for span in spans]
    # Of the small one.
    assert [len(here.shards), len(list((tmp_path / "cache").rglob("*.jsonl*")))] == [15, 1]


def test_a_file_that_changes_while_it_is_read_is_told(
    bucket: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = RemoteBackend(bucket)
    place.write("a.jsonl", "".join(LINES).encode())
    files = observed(store, f"{bucket}/a.jsonl")
    read = RangedFile._read_block

    def changing(self: RangedFile, number: int) -> bytes:
        if number == 2:
            place.write("a.jsonl", "".join(LINES).replace("pan", "sal").encode())
        return read(self, number)

    monkeypatch.setattr(RangedFile, "_read_block", changing)
    with pytest.raises(TahonaError, match=r"a\.jsonl was altered since it was read first"):
        extracted(store, files)


def test_of_a_server_without_ranges_a_copy_is_read(tmp_path: Path, store: Store) -> None:
    (folder := tmp_path / "texts").mkdir()
    (folder / "a.jsonl").write_text("".join(LINES))
    here = extracted(store, observed(store, f"{folder}/*"))
    with served(folder) as (url, _):
        files = observed(store, f"{url}/a.jsonl")
        assert contents(extracted(store, files)) == contents(here)
