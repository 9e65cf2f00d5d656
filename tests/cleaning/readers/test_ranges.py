"""A large file of lines is read in ranges, each a shard: every line once, in order, wherever a border falls."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

import cleaning.extract.stage
import cleaning.readers.readers
from cleaning.extract.stage import Extract
from cleaning.readers.readers import READERS
from cleaning.readers.records import SourceSpec
from pipeline.engines import compute as compute_module
from pipeline.model.dataset import File
from pipeline.model.key import task_key
from pipeline.run.runner import Runner
from pipeline.store.backend import file_digest
from pipeline.store.observe import observe
from pipeline.store.store import Store
from tests.cleaning.kernels import compute, observed, rows
from tests.examples import examples

LINES = st.lists(
    st.sampled_from(
        [
            b"\n",
            b"\r\n",
            b" \n",
            b'{"text": "pan"}\n',
            b'{"text": "' + b"x" * 90 + b'"}\n',
            b"{roto\n",
            "ñ\n".encode(),
        ]
    ),
    max_size=12,
)


@examples(80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    LINES,
    st.binary(max_size=5),
    st.integers(1, 70),
    st.sampled_from(["jsonl", "text"]),
    st.booleans(),
)
def test_all_ranges_give_the_records_of_the_whole_each_once_and_at_its_place(
    tmp_path: Path, lines: list[bytes], tail: bytes, size: int, reader: str, packed: bool
) -> None:
    data = b"".join(lines) + tail.replace(b"\x1f", b"x").replace(b"\x28", b"x")
    (path := tmp_path / "a").write_bytes(gzip.compress(data) if packed else data)
    spec = SourceSpec(unit="line")
    assert READERS[reader].splits(spec)
    whole = list(READERS[reader].read(path, spec, 60))
    file = File(path=str(path), part="p", bytes=path.stat().st_size, sha256="0")
    spans = [piece.span for piece in file.ranges(size)]
    assert [r for span in spans for r in READERS[reader].read(path, spec, 60, span)] == whole


def texts(path: Path, count: int = 60) -> Path:
    path.write_text(
        "".join(json.dumps({"text": f"{n} " + "pan y sal " * 30}) + "\n" for n in range(count))
    )
    return path


def test_the_documents_of_a_large_file_are_those_of_its_ranges(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = {"files": [observed(web=[texts(tmp_path / "a.jsonl")])]}
    params: dict[str, Any] = {"sources": {"web": {}}}
    whole = compute(Extract(), data, tmp_path / "whole", **params)
    monkeypatch.setattr(cleaning.readers.readers, "RANGE", 5_000)
    parts = compute(Extract(), data, tmp_path / "parts", **params)
    assert (len(whole.shards), len(parts.shards)) == (1, 4)
    assert parts.shards[1].figures["span"] == [5_000, 10_000]
    assert rows(parts, "kept") == rows(whole, "kept")
    assert len(rows(whole, "kept")) == 60


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.warc", "a.txt", "a.parquet"])
def test_what_has_no_lines_to_enter_by_stays_one_shard(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cleaning.readers.readers, "RANGE", 5)
    (file,) = cleaning.extract.stage._ranges(
        File(path=f"/{name}", part="p", bytes=100, sha256="0"), SourceSpec()
    )
    assert file.span is None


def test_a_range_is_in_the_key_and_the_whole_is_hashed_for_none_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: Store
) -> None:
    path = texts(tmp_path / "a.jsonl")
    monkeypatch.setattr(cleaning.readers.readers, "RANGE", 5_000)
    files = observe(store, {"web": [str(path)]})
    read: list[Path] = []
    monkeypatch.setattr(compute_module, "file_digest", lambda p: read.append(p) or file_digest(p))
    params = Extract.Params(sources={"web": SourceSpec()})
    step = next(Extract().plan(params, {"files": [files]}, {}))
    assert len({task_key(Extract(), step, task) for task in step.tasks}) == 4
    result = Runner(store, "driver").run(Extract(), params, {"files": [files]})
    assert result.computed == 4
    assert path not in read
