"""What is read in pieces gives the records of the whole: WARC by members, zstd by frames, an index by its lines."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from cleaning.readers.compressed import frames
from cleaning.readers.readers import READERS
from cleaning.readers.records import Record, SourceSpec
from tests.cleaning.readers import samples

LIMIT = 1_000_000
TEXT = "El pan sube en el horno de la villa. " * 8


def record(number: int, kind: str = "response", ends: bytes = b"\r\n") -> bytes:
    body = f"<html><body><p>{number} {TEXT}</p></body></html>".encode()
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
    media_type = "application/http"
    if kind == "conversion":
        block, media_type = f"{number} {TEXT}\n\n{TEXT}".encode(), "text/plain"
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: http://a.es/{number}\r\n"
        f"WARC-Date: 2020-01-02T03:04:05Z\r\nContent-Type: {media_type}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode().replace(b"\r\n", ends) + block + ends + ends


def in_spans(
    reader: str,
    path: Path,
    size: int,
    spec: SourceSpec = SourceSpec(),  # noqa: B008
) -> list[Record]:
    ends = [*range(0, path.stat().st_size, size), path.stat().st_size]
    return [r for s in pairwise(ends) for r in READERS[reader].read(path, spec, LIMIT, s)]


def packed(records: Sequence[bytes]) -> list[bytes]:
    return [gzip.compress(r, mtime=0) for r in records]


@pytest.mark.parametrize("size", [1, 37, 300, 1000, 100_000])
def test_a_warc_is_split_by_its_members_sound_or_damaged(tmp_path: Path, size: int) -> None:
    members = packed([record(n) for n in range(12)])
    (path := tmp_path / "a.warc.gz").write_bytes(b"".join(members))
    whole = list(READERS["warc"].read(path, SourceSpec(), LIMIT))
    assert len(whole) == 12
    assert in_spans("warc", path, size) == whole
    members[4] = members[4][:40] + bytes(9) + members[4][49:]
    path.write_bytes(b"".join(members))
    whole = list(READERS["warc"].read(path, SourceSpec(), LIMIT))
    records = in_spans("warc", path, size)
    assert [r.offset for r in records if not r.unreadable] == [
        r.offset for r in whole if not r.unreadable
    ]
    assert sum(r.unreadable is not None for r in records) == 1


def test_a_warc_that_is_one_member_is_read_whole_by_the_first_span(tmp_path: Path) -> None:
    (path := tmp_path / "a.warc.gz").write_bytes(gzip.compress(record(0) + record(1), mtime=0))
    assert in_spans("warc", path, 100) == list(READERS["warc"].read(path, SourceSpec(), LIMIT))


@pytest.mark.parametrize("size", [1, 50, 400, 5000])
def test_lines_of_a_zstd_file_of_frames_are_split_by_them(tmp_path: Path, size: int) -> None:
    content = b"".join(
        json.dumps({"text": f"{n} {TEXT[: n * 7]}"}).encode() + b"\n" for n in range(24)
    )
    for step in (97, 500, 1500):  # a line may go over frames, a frame end with a line
        cut = [content[at : at + step] for at in range(0, len(content), step)]
        (path := tmp_path / "a.jsonl.zst").write_bytes(b"".join(map(zstandard.compress, cut)))
        spans = frames(path)
        assert spans is not None and [f.content for f in spans] == list(
            range(0, len(content), step)
        )
        assert in_spans("jsonl", path, size) == list(
            READERS["jsonl"].read(path, SourceSpec(), LIMIT)
        )


def test_zstd_without_sizes_is_read_whole_by_the_first_span(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.zst"
    with path.open("wb") as file:
        for n in range(3):
            with zstandard.ZstdCompressor().stream_writer(file, closefd=False) as frame:
                frame.write(json.dumps({"text": f"{n} {TEXT}"}).encode() + b"\n")
    assert frames(path) is None
    assert len(in_spans("jsonl", path, 50)) == 3


@pytest.mark.parametrize("name", ["a.warc", "a.warc.wet", "a.warc.wet.gz"])
def test_a_wet_file_with_lf_line_ends_gives_its_records(tmp_path: Path, name: str) -> None:
    info = b"WARC/1.0\nWARC-Type: warcinfo\nContent-Length: 8\n\na: b\nc: \n\n\n"
    data = info + b"".join(record(n, "conversion", b"\n") for n in range(3))
    (path := tmp_path / name).write_bytes(gzip.compress(data) if name.endswith("gz") else data)
    records = list(READERS["warc"].read(path, SourceSpec(), LIMIT))
    assert [r.url for r in records] == [f"http://a.es/{n}" for n in range(3)]
    assert [r.content.decode() for r in records] == [f"{n} {TEXT}\n\n{TEXT}" for n in range(3)]
    assert all(data[r.offset :].startswith(b"WARC/1.0\nWARC-Type: conversion") for r in records)


def test_a_length_that_counts_the_crlf_of_the_text_takes_no_record_with_it(tmp_path: Path) -> None:
    one = record(0, "conversion").replace(b"\n\n", b"\r\n\r\n")
    data = (
        (record(0, "conversion") + one).replace(b"\r\n", b"\n").replace(b"Length: 6", b"Length: 7")
    )
    (path := tmp_path / "a.wet").write_bytes(data)
    assert [r.url for r in READERS["warc"].read(path, SourceSpec(), LIMIT)] == ["http://a.es/0"] * 2


def an_index(tmp_path: Path) -> tuple[list[bytes], list[tuple[int, int]]]:
    members = packed([record(n) for n in range(4)])
    (tmp_path / "crawl").mkdir()
    (tmp_path / "crawl" / "a.warc.gz").write_bytes(b"".join(members))
    starts = [sum(map(len, members[:n])) for n in range(4)]
    return members, list(zip(starts, map(len, members), strict=True))


@pytest.mark.parametrize("form", ["json", "cdxj", "csv", "parquet"])
def test_an_index_gives_the_records_that_it_names(tmp_path: Path, form: str) -> None:
    _, places = an_index(tmp_path)
    fields = [
        {
            "url": f"http://a.es/{n}",
            "filename": "crawl/a.warc.gz",
            "offset": str(at),
            "length": str(size),
        }
        for n, (at, size) in enumerate(places)
    ]
    lines = {
        "json": [json.dumps(f) for f in fields],
        "cdxj": [f"es,a)/{n} 20200102030405 {json.dumps(f)}" for n, f in enumerate(fields)],
        "csv": ["url,warc_filename,warc_record_offset,warc_record_length"]
        + [",".join(f.values()) for f in fields],
        "parquet": [],
    }[form]
    (path := tmp_path / "a.cdx").write_text("\n".join(lines) + "\n")
    if form == "parquet":  # as the columnar index has it, numbers and all
        columns = {"url": [f["url"] for f in fields], "warc_filename": ["crawl/a.warc.gz"] * 4}
        columns |= dict(
            zip(
                ("warc_record_offset", "warc_record_length"), zip(*places, strict=True), strict=True
            )
        )
        pq.write_table(pa.table(columns), path, row_group_size=3)
    spec = SourceSpec(archive=f"file://{tmp_path}")
    whole = list(READERS["warc"].read(tmp_path / "crawl" / "a.warc.gz", SourceSpec(), LIMIT))
    records = list(READERS["index"].read(path, spec, LIMIT))
    assert [(r.url, r.content, r.offset) for r in records] == [
        (r.url, r.content, r.offset) for r in whole
    ]
    assert {r.file for r in records} == {"crawl/a.warc.gz"}
    assert in_spans("index", path, 40, spec) == records


def test_an_index_accounts_for_each_of_its_lines(tmp_path: Path) -> None:
    an_index(tmp_path)
    line = {"filename": "crawl/a.warc.gz", "offset": 0, "length": 10}
    wrong = [
        json.dumps({**line, "filename": "crawl/b.warc.gz"}),
        json.dumps({**line, "filename": "../../etc/passwd"}),
        json.dumps({**line, "filename": "http://127.0.0.1/x"}),
        json.dumps({**line, "filename": "crawl/a\0b"}),
        json.dumps({**line, "filename": "a" * 300}),
        json.dumps({**line, "filename": "crawl/a.warc.gz/b"}),
        json.dumps({**line, "length": 10**9}),
        json.dumps(line),
        "no line",
        json.dumps({"url": "http://a.es/"}),
    ]
    (path := tmp_path / "a.cdx").write_text("\n".join(wrong))
    records = list(READERS["index"].read(path, SourceSpec(archive=f"file://{tmp_path}"), LIMIT))
    reasons = [(r.unreadable or r.removed[0]).partition(":")[0] for r in records]  # type: ignore[index]
    assert reasons == [
        "gave up",
        *["refused"] * 4,
        "gave up",
        "too_large",
        "cut off",
        "no header",
        "no header",
    ]


def test_a_list_of_paths_reads_whole_files_below_its_archive(tmp_path: Path) -> None:
    an_index(tmp_path)
    (path := tmp_path / "warc.paths").write_text(
        "crawl/a.warc.gz\ncrawl/no.warc.gz\n/etc/passwd\na\0b\ncrawl\n"
    )
    records = list(READERS["paths"].read(path, SourceSpec(archive=str(tmp_path)), LIMIT))
    assert [r.url for r in records[:4]] == [f"http://a.es/{n}" for n in range(4)]
    assert [(r.unreadable or "").partition(":")[0] for r in records[4:]] == [
        *("gave up", "refused", "refused", "gave up")
    ]


@pytest.mark.parametrize("stored", [True, False])
def test_a_wacz_gives_the_records_of_its_warc_files(tmp_path: Path, stored: bool) -> None:
    members = packed([record(n) for n in range(3)])
    data = samples.zipped(
        {"pages/pages.jsonl": "{}", "archive/data.warc.gz": b"".join(members)}, stored=stored
    )
    (path := tmp_path / "a.wacz").write_bytes(data)
    records = list(READERS["wacz"].read(path, SourceSpec(), LIMIT))
    assert [(r.url, r.file) for r in records] == [
        (f"http://a.es/{n}", "archive/data.warc.gz") for n in range(3)
    ]
    assert io.BytesIO(b"".join(members)).read(records[1].offset) == members[0]


def test_a_parquet_index_that_is_none_is_one_record(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"url": ["http://a.es/"], "warc_filename": ["a.warc.gz"]}), path)
    (record,) = READERS["index"].read(path, SourceSpec(), LIMIT)
    assert (record.unreadable or "").startswith("no header: no field 'offset'")
    path.write_bytes(path.read_bytes()[:-20])
    records = in_spans("index", path, 100, SourceSpec())
    assert [(r.unreadable or "")[:25] for r in records] == ["damaged: no Parquet file: "[:25]]


@pytest.mark.parametrize("form", ["plain", "lf", "gz"])
@pytest.mark.parametrize("kind", ["request", "metadata"])
def test_an_archive_that_ends_in_a_record_that_is_no_page_is_told(
    tmp_path: Path, form: str, kind: str
) -> None:
    ends = b"\n" if form == "lf" else b"\r\n"
    page, other = record(0, ends=ends), record(1, kind, ends)
    if form == "gz":
        page, other = packed([page, other])
    for cut in (len(other) // 2, len(other) - 60):
        path = tmp_path / ("a.warc.gz" if form == "gz" else "a.warc")
        path.write_bytes(page + other[:cut])
        first, last = READERS["warc"].read(path, SourceSpec(), LIMIT)
        assert first.content and (last.unreadable or "").startswith(("cut off", "damaged"))
    path.write_bytes(page + other)
    assert len(list(READERS["warc"].read(path, SourceSpec(), LIMIT))) == 1


@pytest.mark.parametrize("length", ["²00", "9" * 5000])
def test_a_length_that_is_no_number_is_told(tmp_path: Path, length: str) -> None:
    path = tmp_path / "a.wet"
    head = f"WARC/1.0\nWARC-Type: conversion\nContent-Length: {length}\n\n"
    path.write_bytes(head.encode() + b"Pan.\n\n" + record(1, "conversion", b"\n"))
    first, *_, last = READERS["warc"].read(path, SourceSpec(), LIMIT)
    assert (first.unreadable or "").startswith("no header: a length of") and last.content
