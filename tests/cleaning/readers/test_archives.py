"""Archives of the web: every record of every file, sound or damaged, and what each answer holds."""

from __future__ import annotations

import gzip
import io
import random
import re
import tempfile
import tracemalloc
import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from cleaning.readers.readers import READERS
from cleaning.readers.records import Record, SourceSpec
from cleaning.readers.web.arc import read_arc
from cleaning.readers.web.response import respond
from cleaning.readers.web.warc import read_warc
from cleaning.web.http import ENCODINGS, timestamp
from tests.cleaning.kernels import shared
from tests.cleaning.readers.read import kinds
from tests.examples import examples

LIMIT = 10_000_000  # bytes of a record


PAGES = ("response", "resource", "revisit", "conversion")


def warc_listing() -> Iterator[tuple[str, int]]:
    """(file, pages) of the table in the README of the test data, as warcio counted them."""
    for line in shared("warc", "README.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) > 8 and re.fullmatch(r"\d+", cells[2]):
            counts = dict(re.findall(r"(\w+) (\d+)", cells[8]))
            yield cells[1], sum(int(counts.get(kind, 0)) for kind in PAGES)


# Where warcio's count is not the truth: the file is damaged or in a form that it does not read.
OTHERWISE = {
    "resiliparse__block-sized-records.warc.gz": 3,  # of no type that the standard knows: unreadable
    "resiliparse__block-sized-records.warc.lz4": 3,
    "warcio__example-bad-non-chunked.warc.gz": 2,  # warcio stops behind the first record
    "warcio__example-bad.warc.gz.bad": 3,  # the same form
    "warcio__example-trunc.warc": 2,  # its page is whole to the last tag; what is damaged behind is told
    "aut__badexample.arc.gz": 4,  # the same; two of its records are unreadable
    "wa-commons__link-extraction-test.warc": 7,  # warcio stops at the fourth
    "cc__CC-MAIN-2024-22.warc.paths.gz": 1,  # a list of paths: all of it is unreadable
}


def test_every_archive_gives_as_many_records_as_its_peer_counts() -> None:
    for name, pages in warc_listing():
        reader = "arc" if ".arc" in name else "warc"
        records = list(READERS[reader].read(shared("warc", name), SourceSpec(), LIMIT))
        assert len(records) == OTHERWISE.get(name, pages), name


def test_a_damaged_tail_loses_neither_the_records_before_it_nor_its_own_account(
    tmp_path: Path,
) -> None:
    whole = shared("warc", "assembled__spanish_pages.warc.gz").read_bytes()
    path = tmp_path / "cut.warc.gz"
    path.write_bytes(whole[:700_000])
    records = list(read_warc(path, SourceSpec(), LIMIT))
    assert kinds(records)["unreadable"] == 1
    assert records[-1].unreadable is not None and "cut off" in records[-1].unreadable
    sound = list(read_warc(shared("warc", "assembled__spanish_pages.warc.gz"), SourceSpec(), LIMIT))
    assert [r.offset for r in records] == [r.offset for r in sound[: len(records)]]


def test_damage_in_the_middle_costs_one_record(tmp_path: Path) -> None:
    source = shared("warc", "assembled__spanish_pages.warc.gz")
    sound = list(read_warc(source, SourceSpec(), LIMIT))
    data = bytearray(source.read_bytes())
    place = sound[40].offset + 200
    data[place : place + 20] = bytes(b ^ 0x55 for b in data[place : place + 20])
    (path := tmp_path / "damaged.warc.gz").write_bytes(data)
    records = list(read_warc(path, SourceSpec(), LIMIT))
    assert len(records) == len(sound)
    assert [r.offset for r in records if r.unreadable] == [sound[40].offset]


@examples(40)
@given(st.integers(0, 2**32), st.sampled_from(["gz", "plain", "arc"]))
def test_no_damage_makes_a_reader_raise(seed: int, form: str) -> None:
    name = {
        "gz": "resiliparse__warcfile.warc.gz",
        "plain": "aut__issue-493.warc",
        "arc": "wa-discovery__IAH-20080430204825-00000-blackbook-truncated.arc.gz",
    }[form]
    chance = random.Random(seed)
    data = bytearray(shared("warc", name).read_bytes())
    for _ in range(chance.randint(1, 8)):
        place = chance.randrange(len(data))
        width = chance.randint(1, 40)
        data[place : place + width] = chance.randbytes(chance.choice([0, width]))
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        reader = read_arc if form == "arc" else read_warc
        for record in reader(Path(file.name), SourceSpec(), LIMIT):
            assert record.offset >= 0


def warc_of(
    path: Path, answers: Sequence[tuple[bytes, dict[str, str]]], paths: Sequence[str] = ()
) -> Path:
    """An archive of answers, at these paths of a site or at numbers."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for index, (body, headers) in enumerate(answers):
            head = StatusAndHeaders("200 OK", list(headers.items()), protocol="HTTP/1.1")
            record = writer.create_warc_record(
                f"http://ejemplo.es/{paths[index] if paths else index}",
                "response",
                payload=io.BytesIO(body),
                http_headers=head,
            )
            writer.write_record(record)
    return path


HTML = ("<html><body><p>" + "Año nuevo, vida nueva. " * 40 + "</p></body></html>").encode()


def chunked(body: bytes) -> bytes:
    middle = len(body) // 2
    parts = [body[:middle], body[middle:]]
    return b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in parts) + b"0\r\n\r\n"


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (HTML, {}),
        (gzip.compress(HTML, mtime=0), {"Content-Encoding": "gzip"}),
        (brotli.compress(HTML), {"Content-Encoding": "br"}),
        (zstandard.compress(HTML), {"Content-Encoding": "zstd"}),
        (chunked(HTML), {"Transfer-Encoding": "chunked"}),
        (
            chunked(gzip.compress(HTML, mtime=0)),
            {"Transfer-Encoding": "chunked", "Content-Encoding": "gzip"},
        ),
        (chunked(HTML)[:-5], {"Transfer-Encoding": "chunked"}),  # its end has no mark
        (gzip.compress(HTML, mtime=0)[:-8], {"Content-Encoding": "gzip"}),  # nor a sum
        (HTML, {"Content-Encoding": "gzip"}),  # what many archives keep of an undone encoding
        (HTML, {"Transfer-Encoding": "chunked"}),
    ],
)
def test_encodings_are_undone(tmp_path: Path, body: bytes, headers: dict[str, str]) -> None:
    path = warc_of(tmp_path / "a.warc.gz", [(body, {"Content-Type": "text/html", **headers})])
    (record,) = read_warc(path, SourceSpec(), LIMIT)
    assert (record.content, record.media_type) == (HTML, "text/html")


@pytest.mark.parametrize(
    ("status", "part", "rule"),
    [
        ("203 Non-Authoritative Information", "", None),
        ("206 Partial Content", "bytes 0-{last}/{all}", None),
        ("206 Partial Content", "bytes 0-{last}/99999", "status"),
        ("206 Partial Content", "", "status"),
    ],
)
def test_what_a_browser_shows_as_the_page_is_one(
    tmp_path: Path, status: str, part: str, rule: str | None
) -> None:
    part = part.format(last=len(HTML) - 1, all=len(HTML))
    lines = [("Content-Type", "text/html"), ("Content-Range", part)]
    head = StatusAndHeaders(status, lines, protocol="HTTP/1.1")
    with (path := tmp_path / "a.warc").open("wb") as file:
        writer = WARCWriter(file, gzip=False)
        warc_record = writer.create_warc_record(
            "http://a.test/", "response", payload=io.BytesIO(HTML), http_headers=head
        )
        writer.write_record(warc_record)
    (record,) = read_warc(path, SourceSpec(), LIMIT)
    assert (record.removed[0] if record.removed else None) == rule


def test_a_body_that_breaks_is_unreadable_and_a_bomb_is_too_large(tmp_path: Path) -> None:
    bomb = gzip.compress(b"0" * 3_000_000, mtime=0)
    modern = zstandard.compress(bytes(3_000_000))  # whose head says its size
    path = warc_of(
        tmp_path / "a.warc.gz",
        [
            (gzip.compress(HTML, mtime=0)[:-20], {"Content-Encoding": "gzip"}),
            (chunked(HTML)[:-40], {"Transfer-Encoding": "chunked"}),
            (bomb, {"Content-Encoding": "gzip", "Content-Type": "text/html"}),
            (modern, {"Content-Encoding": "zstd", "Content-Type": "text/html"}),
            (zstandard.compress(HTML)[:-10], {"Content-Encoding": "zstd"}),
        ],
    )
    records = list(read_warc(path, SourceSpec(), 1_000_000))
    assert kinds(records) == {"unreadable": 3, "too_large": 2}


@pytest.mark.parametrize("encoding", sorted(ENCODINGS))
def test_no_more_of_a_bomb_is_made_than_may_be(encoding: str) -> None:
    plain = bytes(50_000_000)
    packed = {
        "br": partial(brotli.compress, quality=1),
        "zstd": zstandard.compress,
        "deflate": zlib.compress,
    }.get(encoding, gzip.compress)(plain)
    answer = b"HTTP/1.1 200\r\nContent-Encoding: %s\r\n\r\n%s" % (encoding.encode(), packed)
    tracemalloc.start()
    try:
        record = respond(Record(0), answer, "", 1000)
        assert record.removed == ("too_large", None, 1000.0)
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


def test_a_page_is_told_by_its_bytes_where_no_header_tells(tmp_path: Path) -> None:
    path = warc_of(tmp_path / "a.warc.gz", [(HTML, {}), (b"%PDF-1.4 ...", {}), (b"hola", {})])
    types = [r.media_type for r in read_warc(path, SourceSpec(), LIMIT)]
    assert types[0] == "text/html" and types[2] == "text/plain"
    assert kinds(list(read_warc(path, SourceSpec(), LIMIT))) == {"page": 2, "media_type": 1}


def test_lines_of_a_header_are_had_apart_and_the_second_may_name_the_charset(
    tmp_path: Path,
) -> None:
    lines = [
        ("Content-Type", "text/html"),
        ("Content-Type", "text/html; charset=iso-8859-1"),
        ("X-Robots-Tag", "otro: noindex"),
        ("X-Robots-Tag", "noarchive"),
    ]
    head = StatusAndHeaders("200 OK", lines, protocol="HTTP/1.1")
    with (path := tmp_path / "a.warc").open("wb") as file:
        writer = WARCWriter(file, gzip=False)
        answer = writer.create_warc_record(
            "http://a.test/", "response", payload=io.BytesIO(HTML), http_headers=head
        )
        writer.write_record(answer)
    (record,) = read_warc(path, SourceSpec(), LIMIT)
    assert record.headers["x-robots-tag"] == ["otro: noindex", "noarchive"]
    assert (record.media_type, record.charset) == ("text/html", "iso-8859-1")


@pytest.mark.parametrize("headers", [{"Content-Type": "text/plain; charset=utf-8"}, {}])
def test_plain_text_that_only_machines_read_is_no_document(
    tmp_path: Path, headers: dict[str, str]
) -> None:
    machines = {
        "robots.txt": b"User-agent: *\nDisallow: /privado/\n",
        "robots.txt?v=2": b"User-agent: *\nAllow: /\n",
        "estilo/iepngfix.HTC": b"<public:component>\n<script>var vacio = 1;</script>\n",
        "musica/lista.xspf": b"<playlist><trackList><track>a</track></trackList></playlist>\n",
    }
    people = {
        "poemas.txt": b"Caminante, no hay camino",
        "robots.txt/historia": b"De los autores de robots.txt",
        "ficheros-htc": b"Lo que eran los ficheros .htc",
    }
    answers = [(body, headers) for body in (*machines.values(), *people.values())]
    path = warc_of(tmp_path / "a.warc.gz", answers, [*machines, *people])
    records = list(read_warc(path, SourceSpec(), LIMIT))
    assert [r.removed and r.removed[0] for r in records] == ["media_type"] * 4 + [None] * 3
    assert [r.content for r in records] == [b""] * 4 + list(people.values())


def test_records_without_http_header_and_with_odd_addresses_are_read() -> None:
    records = list(read_warc(shared("warc", "plantl__8tv.cat.warc"), SourceSpec(), LIMIT))
    assert len(records) == 52
    assert all(r.media_type == "text/html" and r.url and r.url.startswith("/") for r in records)


def test_what_heritrix_and_browsertrix_write_beside_the_pages_is_told_and_is_none(
    tmp_path: Path,
) -> None:
    """Heritrix asks for names and notes links; Browsertrix keeps what it saw of a page, its text and pictures."""
    page = b"<html><body><p>El pan se hace con harina, agua y sal.</p></body></html>"
    head = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
    address = "http://pan.example/"
    with open(path := tmp_path / "a.warc.gz", "wb") as file:
        writer = WARCWriter(file, gzip=True)

        def write(uri: str, kind: str, body: bytes, media: str, http: object = None) -> str:
            record = writer.create_warc_record(
                uri, kind, payload=io.BytesIO(body), warc_content_type=media, http_headers=http
            )
            writer.write_record(record)
            return str(record.rec_headers.get_header("WARC-Payload-Digest"))

        writer.write_record(writer.create_warcinfo_record("a", {"software": "Heritrix/3.4.0"}))
        write("dns:pan.example", "response", b"pan.example. 300 IN A 192.0.2.1", "text/dns")
        digest = write(address, "response", page, "", head)
        write(address, "metadata", b"via: http://x.example/", "application/warc-fields")
        day = "2026-01-01T00:00:00Z"
        writer.write_record(
            writer.create_revisit_record(f"{address}b", digest, address, day, http_headers=head)
        )
        for name, media in (
            ("pageinfo", "application/json"),
            ("text", "text/plain"),
            ("textFinal", "text/plain"),
            ("view", "image/png"),
        ):
            write(f"urn:{name}:{address}", "resource", b"El pan se hace con harina. " * 20, media)
    records = list(read_warc(path, SourceSpec(), LIMIT))
    assert [r.content for r in records if not r.removed and not r.unreadable] == [page]
    assert [r.removed and r.removed[0] for r in records] == [
        "scheme",
        None,
        "revisit",
        *["scheme"] * 4,
    ]


def test_a_wet_record_is_the_text_of_its_page() -> None:
    (record,) = read_warc(shared("warc", "cc__whirlwind.warc.wet.gz"), SourceSpec(), LIMIT)
    assert record.media_type == "text/plain"
    assert record.url == "https://an.wikipedia.org/wiki/Escopete"
    assert record.captured_at == datetime(2024, 5, 18, 1, 58, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "year"),
    [("2008-10-29T05:21:46Z", 2008), ("20140102000000", 2014), ("2009", 2009), ("2008-10-294T", 0)],
)
def test_dates_are_read_in_every_form_that_archives_use(text: str, year: int) -> None:
    date = timestamp(text)
    assert (date.year if date else 0) == year


def test_a_status_of_signs_that_only_look_like_digits_is_none(tmp_path: Path) -> None:
    head = "HTTP/1.1 ²00 OK\r\nContent-Type: text/html\r\n\r\n".encode("latin-1")
    block = head + b"<p>Pan</p>"
    named = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.es/\r\n"
    named += b"Content-Type: application/http; msgtype=response\r\n"
    (path := tmp_path / "a.warc").write_bytes(
        named + b"Content-Length: %d\r\n\r\n%s\r\n\r\n" % (len(block), block)
    )
    (record,) = read_warc(path, SourceSpec(), LIMIT)
    assert record.removed or record.unreadable
