"""What is erased leaves all others as and where they are."""

from __future__ import annotations

import gzip
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard
from fastwarc.warc import ArchiveIterator
from hypothesis import given
from hypothesis import strategies as st

from cleaning.documents import DOCUMENTS
from cleaning.erasure import erase_records, erase_rows, erase_texts, words
from cleaning.export.sentences import sentences
from cleaning.view import EDITS


def _record(url: str, block: bytes) -> bytes:
    head = f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Block-Digest: sha1:X\r\n"
    head += f"Content-Type: application/http\r\nContent-Length: {len(block)}\r\n\r\n"
    return gzip.compress(head.encode() + block + b"\r\n\r\n")


def test_the_others_stay_where_they_are(tmp_path: Path) -> None:
    secret = b"HTTP/1.1 200 OK\r\n\r\n" + b"lo que no ha de quedar; " * 9_000
    records = [
        _record("http://a.test/1", b"uno" * 40_000),
        _record("http://b.test/2", secret),
        _record("http://b.test/2", b"x"),
        _record("http://a.test/3", b"tres"),
    ]
    path, aside = tmp_path / "x.warc.gz", tmp_path / "y.warc.gz"
    path.write_bytes(b"".join(records))
    assert erase_records(path, aside, lambda url: "b.test" in url) == 2
    after = aside.read_bytes()
    assert len(after) == len(path.read_bytes()) and b"no ha de" not in gzip.decompress(after)
    begin = len(records[0]) + len(records[1]) + len(records[2])
    assert after[begin:] == records[3] and after.startswith(records[0])
    with aside.open("rb") as stream:
        files = {
            r.headers["WARC-Target-URI"]: r.reader.read()
            for r in ArchiveIterator(stream, parse_http=False)
        }
    assert files == {
        "http://a.test/1": b"uno" * 40_000,
        "http://b.test/2": b"",
        "http://a.test/3": b"tres",
    }
    with aside.open("rb") as stream:
        stream.seek(begin)
        assert next(iter(ArchiveIterator(stream, parse_http=False))).reader.read() == b"tres"
    assert erase_records(aside, tmp_path / "z", lambda url: "b.test" in url) == 0


def test_rows_stay_without_their_text(tmp_path: Path) -> None:
    about = {"title": "Título", "author": "Nadie", "licence": "CC0"}
    rows = [{"id": n, "text": f"texto {n}", "metadata": about if n != "c" else None} for n in "abc"]
    path, aside = tmp_path / "kept.parquet", tmp_path / "aside.parquet"
    pq.write_table(pa.Table.from_pylist(rows, DOCUMENTS), path, row_group_size=2)
    assert erase_rows(path, aside, {"b", "c", "z"}) == 2
    a, b, c = pq.read_table(aside).to_pylist()
    assert a == pq.read_table(path).to_pylist()[0] and c["metadata"] is None
    assert (b["text"], c["text"]) == ("", "") and b["metadata"]["licence"] == "CC0"
    assert b["metadata"]["title"] is None and pq.ParquetFile(aside).num_row_groups == 2
    assert erase_rows(aside, tmp_path / "again.parquet", {"b", "c"}) == 0
    edit = {"row": 0, "id": "b", "start": 2, "end": 5, "kind": "mask", "replacement": "[X]"}
    pq.write_table(pa.Table.from_pylist([edit], EDITS), path)
    erase_rows(path, aside, {"b"})
    assert pq.read_table(aside).num_rows == 0  # it would reach beyond the text


@given(st.lists(st.text("aB. \n\u2028", max_size=12), max_size=6), st.integers(0, 6))
def test_of_texts_alone_one_goes_and_the_others_stay(texts: list[str], number: int) -> None:
    gone = {words(text) for text in texts[number : number + 1]} - {""}
    blocks = {n: "\n".join(sentences(text)) + "\n\n" for n, text in enumerate(texts)}
    with TemporaryDirectory() as folder:
        path, aside = Path(folder, "es.txt.zst"), Path(folder, "aside")
        path.write_bytes(zstandard.compress("".join(blocks.values()).encode()))
        erased = erase_texts(path, aside, gone)
        left = zstandard.ZstdDecompressor().stream_reader(aside.read_bytes()).read().decode()
        assert left == "".join(b for n, b in blocks.items() if words(texts[n]) not in gone)
        assert erased == sum(words(text) in gone for text in texts)
