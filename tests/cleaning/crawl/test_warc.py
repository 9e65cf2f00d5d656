"""The WARC files are a log: cut anywhere, they give back every exchange that was whole."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from cleaning.crawl.log.log import Log
from cleaning.crawl.log.state import State
from cleaning.crawl.net.exchange import Fetched, Noted
from tests.examples import examples

INFO = {"software": "Tahona", "isPartOf": "prueba"}


def exchange(i: int) -> Fetched:
    body = f"<p>página {i} {'x' * (i * 37)}</p>".encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n"
    return Fetched(
        f"http://a.test/{i}", head.encode(), body, b"GET / HTTP/1.1\r\n\r\n", "192.0.2.1"
    )


def opened(folder: Path, max_bytes: int = 10**9) -> Log:
    return Log(folder, "Boletín_2", max_bytes, INFO, State(folder))


def closed(log: Log) -> None:
    log.close()
    log.state.close()


def records(folder: Path) -> list[tuple[str, str]]:
    records_read = []
    for path in sorted(folder.glob("*.warc.gz")):
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream, check_digests="raise"):
                record.raw_stream.read()
                url = record.rec_headers.get_header("WARC-Target-URI") or ""
                records_read.append((record.rec_type, url))
    return records_read


@examples(40)
@given(st.floats(0, 1), st.integers(1, 8), st.sampled_from([10**9, 1500]))
def test_cut_anywhere_it_keeps_what_was_whole_and_goes_on(cut: float, n: int, size: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        log = opened(folder, size)
        for i in range(n):
            if i == 3:
                log.note(Noted("http://a.test/3", "too_large", 200))
            else:
                log.write(exchange(i))
        closed(log)
        last = log.files.paths[-1]
        with last.open("r+b") as stream:
            stream.truncate(int(cut * last.stat().st_size))
        again = opened(folder, size)
        pages = [i for i in range(n) if f"http://a.test/{i}" in again]
        assert pages == list(range(len(pages)))
        for i in pages:
            got = again.get(f"http://a.test/{i}")
            assert isinstance(got, Noted) if i == 3 else isinstance(got, Fetched)
            if isinstance(got, Fetched):
                assert (got.head, got.body) == (exchange(i).head, exchange(i).body)
        for i in range(len(pages), n):
            again.write(exchange(i))
        closed(again)
        stored = [url for kind, url in records(folder) if kind == "response"]
        assert stored == [f"http://a.test/{i}" for i in range(n) if i != 3 or 3 not in pages]
        assert again.pages == len(stored)
        counted = opened(folder, size)
        assert (counted.pages, counted.bytes, counted.statuses) == (
            (again.pages, again.bytes, again.statuses)
        )
        closed(counted)


def test_damage_in_the_middle_ends_the_file_there(tmp_path: Path) -> None:
    log = opened(tmp_path)
    for i in range(5):
        log.write(exchange(i))
    closed(log)
    path = log.files.paths[0]
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    again = opened(tmp_path)
    pages = [i for i in range(5) if f"http://a.test/{i}" in again]
    closed(again)
    assert 0 < len(pages) < 5
    assert [u for k, u in records(tmp_path) if k == "response"] == [
        f"http://a.test/{i}" for i in pages
    ]


def test_a_large_body_counts_whole_when_it_is_read_again(tmp_path: Path) -> None:
    body = bytes(range(256)) * 1000
    log = opened(tmp_path)
    log.write(
        Fetched("http://a.test/", b"HTTP/1.1 200 OK\r\n\r\n", body, b"GET / HTTP/1.1\r\n\r\n")
    )
    closed(log)
    again = opened(tmp_path)
    got = again.get("http://a.test/")
    closed(again)
    assert again.bytes == len(body)
    assert isinstance(got, Fetched) and got.body == body


def test_the_same_url_is_never_written_twice(tmp_path: Path) -> None:
    log = opened(tmp_path)
    log.write(exchange(1))
    with pytest.raises(ValueError, match="already"):
        log.write(exchange(1))
    closed(log)


def test_a_note_keeps_where_a_page_led_to(tmp_path: Path) -> None:
    log = opened(tmp_path)
    links = ["http://a.test/x?q=a%3A%20b", "http://a.test/y"]
    log.note(Noted("http://a.test/", "noindex", 200, links))
    closed(log)
    again = opened(tmp_path)
    assert again.get("http://a.test/") == Noted("http://a.test/", "noindex", 200, links)
    closed(again)


def test_a_head_of_any_length_gives_the_size_of_its_body(tmp_path: Path) -> None:
    body = b"<p>corto</p>\r\n\r\ny otro"
    filler = b"".join(
        b"X-%d: %s\r\n" % (i, hashlib.sha512(b"%d" % i).hexdigest().encode() * 50)
        for i in range(40)
    )
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + filler + b"\r\n"
    assert len(head) > 200_000
    log = opened(tmp_path)
    log.write(exchange(1))
    log.write(Fetched("http://a.test/", head, body, b"GET / HTTP/1.1\r\n\r\n"))
    closed(log)
    again = opened(tmp_path)
    assert again.bytes == log.bytes == len(body) + len(exchange(1).body)
    assert again.pages == 2
