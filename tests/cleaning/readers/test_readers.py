"""Readers give every record of every file, sound or damaged, and are silent about nothing."""

from __future__ import annotations

import gzip
import json
import random
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from cleaning.readers.readers import READERS, reader_of
from cleaning.readers.records import SourceSpec
from cleaning.readers.tables.jsonl import read_jsonl
from cleaning.readers.text import read_text
from pipeline.errors import TahonaError
from tests.cleaning.readers.read import kinds
from tests.examples import examples

LIMIT = 10_000_000  # bytes of a record


def test_the_suffix_chooses_the_reader_and_the_source_overrules_it() -> None:
    assert reader_of("boe.2024.jsonl.zst", SourceSpec()) == "jsonl"
    assert reader_of("CC-MAIN-1.warc.wet.gz", SourceSpec()) == "warc"
    assert reader_of("datos.bin", SourceSpec(reader="text")) == "text"
    with pytest.raises(TahonaError, match=r"datos\.bin"):
        reader_of("datos.bin", SourceSpec())
    with pytest.raises(ValueError, match="there is no reader 'excel'; there are: auto, warc, arc"):
        SourceSpec(reader="excel")


@pytest.mark.parametrize("name", [name for name, reader in READERS.items() if not reader.company])
def test_every_reader_that_is_registered_reads_an_empty_file(name: str, tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")
    records = list(READERS[name].read(tmp_path / "empty", SourceSpec(), LIMIT))
    assert all(record.unreadable for record in records)


def packed(data: bytes, form: str) -> bytes:
    if form == "gz":
        return gzip.compress(data, mtime=0)
    return zstandard.compress(data) if form == "zst" else data


def test_parquet_gives_a_record_a_row_and_goes_on_behind_damage(tmp_path: Path) -> None:
    path = tmp_path / "corpus.parquet"
    days = [datetime(2024, 5, day, tzinfo=UTC) for day in (1, 2, 3, 4)]
    table = pa.table(
        {
            "id": ["a", "b", "c", "d"],
            "body": ["uno", None, "t" * 40, "cuatro"],
            "meta": [{"title": f"T{n}"} for n in range(4)],
            "when": days,
            "unused": range(4),
        }
    )
    pq.write_table(table, path, row_group_size=2, compression="none")
    spec = SourceSpec(fields={"text": "body", "title": "meta.title", "captured_at": "when"})
    assert reader_of(path.name, spec) == "parquet"
    read = READERS["parquet"].read
    one, none, long, last = read(path, spec, 30)
    assert (one.offset, one.entry, one.text, one.metadata) == (0, "a", "uno", {"title": "T0"})
    assert one.captured_at == days[0]
    assert none.unreadable == "no text: none in the field 'body'"
    assert long.removed == ("too_large", 40, 30)
    assert last.text == "cuatro"
    column = pq.ParquetFile(path).metadata.row_group(0).column(1)
    data = bytearray(path.read_bytes())
    data[column.dictionary_page_offset : column.data_page_offset] = bytes(
        column.data_page_offset - column.dictionary_page_offset
    )
    path.write_bytes(data)
    broken, *rest = read(path, spec, 100)
    assert broken.offset == 0 and (broken.unreadable or "").startswith("damaged: ")
    assert [(r.offset, r.text) for r in rest] == [(2, "t" * 40), (3, "cuatro")]


@pytest.mark.parametrize("form", ["plain", "gz", "zst"])
def test_jsonl_gives_fields_by_name_and_counts_bad_lines(tmp_path: Path, form: str) -> None:
    lines = [
        json.dumps(
            {"cuerpo": "Texto uno", "meta": {"autor": "Ana"}, "id": 7, "url": "http://a.es/"}
        ),
        "",
        '{"cuerpo": 3}',
        "{roto",
        "[1]",
        json.dumps({"cuerpo": "x" * 2000}),
    ]
    (path := tmp_path / "a.jsonl").write_bytes(packed("\n".join(lines).encode(), form))
    spec = SourceSpec(fields={"text": "cuerpo", "author": "meta.autor"})
    records = list(read_jsonl(path, spec, 1000))
    assert kinds(records) == {"page": 1, "unreadable": 3, "too_large": 1}
    first = records[0]
    assert (first.text, first.entry, first.url) == ("Texto uno", "7", "http://a.es/")
    assert first.metadata["author"] == "Ana"


@pytest.mark.parametrize("form", ["gz", "zst"])
def test_a_dump_that_is_cut_off_says_so(tmp_path: Path, form: str) -> None:
    chance = random.Random(1)
    lines = [json.dumps({"text": chance.randbytes(200).hex()}) for _ in range(2000)]
    data = packed("\n".join(lines).encode(), form)
    (path := tmp_path / "a.jsonl").write_bytes(data[: len(data) // 2])
    records = list(read_jsonl(path, SourceSpec(), LIMIT))
    assert kinds(records)["page"] > 500
    assert records[-1].unreadable is not None


@pytest.mark.parametrize(
    ("unit", "texts"),
    [
        ("file", ["uno\ndos\n\ntres\n"]),
        ("block", ["uno\ndos\n", "tres\n"]),
        ("line", ["uno\n", "dos\n", "tres\n"]),
    ],
)
def test_a_text_file_is_one_document_or_one_a_block_or_one_a_line(
    tmp_path: Path, unit: str, texts: list[str]
) -> None:
    (path := tmp_path / "a.txt").write_text("uno\ndos\n\ntres\n")
    records = list(read_text(path, SourceSpec(unit=unit), LIMIT))
    assert [r.content.decode() for r in records] == texts
    data = path.read_bytes()
    assert all(data[r.offset :].startswith(r.content) for r in records)


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.md", "a.py"])
def test_bytes_that_are_text_in_no_encoding_are_no_document(tmp_path: Path, name: str) -> None:
    noise = random.Random(5).randbytes(4000).replace(b"\0", b"\1").replace(b"\n", b"\2")
    (path := tmp_path / name).write_bytes(noise)
    (record,) = READERS[reader_of(name, SourceSpec())].read(path, SourceSpec(), LIMIT)
    assert record.unreadable == "no text: the bytes are text in no encoding"
    path.write_bytes("El año de la cigüeña.\n".encode("cp850") * 50)
    (record,) = READERS[reader_of(name, SourceSpec())].read(path, SourceSpec(), LIMIT)
    assert record.unreadable is None


SIGNATURES = {
    "picture": b"GIF89a\x10\0\x10\0\xf2\0\0" + bytes(range(256)) * 4,
    "PDF": b"%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\nBT (El pan) Tj ET\n" * 9,
    "RTF": rb"{\rtf1\ansi\deff0{\fonttbl{\f0 Arial;}}\f0 El pan de la villa.\par}",
    "ZIP": b"PK\x03\x04\x14\0\0\0\x08\0word/document.xml" + bytes(range(128, 256)) * 4,
}


@pytest.mark.parametrize("form", SIGNATURES)
@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.rst", "a.html"])
def test_a_file_of_another_format_that_is_called_a_text_is_named(
    tmp_path: Path, name: str, form: str
) -> None:
    (path := tmp_path / name).write_bytes(SIGNATURES[form])
    for unit in ("file", "line"):
        (record,) = READERS[reader_of(name, SourceSpec())].read(path, SourceSpec(unit=unit), LIMIT)
        assert (record.unreadable or "").startswith(f"no document: it is a {form}")


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.rst", "a.jsonl"])
def test_what_a_server_answers_in_place_of_a_file_is_named(tmp_path: Path, name: str) -> None:
    page = '<!DOCTYPE html>\n<html lang="es">\n<script>\n{}\n</script>\n<p>Acceso</p>\n</html>\n'
    for before in ("", "\ufeff", "\n \n"):
        (path := tmp_path / name).write_text(before + page, encoding="utf-8")
        reader = READERS[reader_of(name, SourceSpec())]
        for unit in ("file", "block", "line"):
            (record,) = reader.read(path, SourceSpec(unit=unit), LIMIT)
            assert (record.unreadable or "").startswith("no document: it is a page of HTML")


@pytest.mark.parametrize(
    "text",
    [
        "HTML: <html> abre la página.",
        "<p>Pan.</p>",
        "PAR1 es un gen.",
        "RIFF y WAVE.",
        "The ftyp box.",
        "GIF89 fue.",
    ],
)
def test_a_text_about_a_format_is_a_text(tmp_path: Path, text: str) -> None:
    (path := tmp_path / "a.txt").write_text(text)
    (record,) = read_text(path, SourceSpec(), LIMIT)
    assert record.content.decode() == text


def test_the_readable_head_of_a_binary_file_is_no_document(tmp_path: Path) -> None:
    (path := tmp_path / "a.txt").write_bytes(b"HEAD1.0 of a tool" + bytes(range(8)) * 200)
    (record,) = read_text(path, SourceSpec(), LIMIT)
    assert record.unreadable


@examples(60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=40)))
def test_blocks_keep_every_line_that_is_not_empty(tmp_path: Path, lines: list[str]) -> None:
    data = "\n".join(line.replace("\n", " ") for line in lines).encode("utf-8", "replace")
    (path := tmp_path / "a.txt").write_bytes(data)
    records = list(read_text(path, SourceSpec(unit="block"), LIMIT))
    kept = [line for r in records for line in r.content.split(b"\n") if line.strip()]
    assert kept == [line for line in data.split(b"\n") if line.strip()]


def test_a_text_is_not_held_by_its_lines_too(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_text("Una línea — y “otra”.\n" * 10_000)
    next(read_text(path, SourceSpec(), 1 << 20))  # what is imported first
    tracemalloc.start()
    try:
        records = read_text(path, SourceSpec(), 1 << 20)
        record = next(records)
        held = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert record.content and held < 1.5 * len(record.content)


def test_a_zstd_file_that_ends_in_the_mark_of_a_frame_is_read_up_to_it(tmp_path: Path) -> None:
    frame = zstandard.compress(b'{"text": "Pan"}\n')
    (path := tmp_path / "a.jsonl.zst").write_bytes(frame + frame[:4])
    for span in (None, (0, 10), (10, 100)):
        records = list(READERS["jsonl"].read(path, SourceSpec(), LIMIT, span))
        assert all(r.text == "Pan" or r.unreadable for r in records)
