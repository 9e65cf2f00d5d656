"""A crawl keeps what a site lets it have, as it came, and nothing leads it astray."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fastwarc.warc import ArchiveIterator

from cleaning.crawl.warnings import changes
from pipeline.store.store import Store
from tests.benchmarks.peers import ENVIRONMENTS
from tests.cleaning.crawl.site_server import (
    HOST,
    Answer,
    Crawled,
    Site,
    crawl,
    page,
    serve,
    task_for,
)

pytestmark = pytest.mark.usefixtures("one_process")

LATIN = "<html><head><meta charset='utf-8'></head><body>ñandú, pingüino</body></html>".encode(
    "cp1252"
)
ZIPPED = gzip.compress(page("/desde-gzip", text="texto comprimido " * 50))
PLAIN = {
    "/": page(
        *("/a?utm_source=boletin&id=1#arriba", "/a?id=1", "/latin", "/gzip", "/trozos", "/cortada"),
        *("/vieja", "/bucle/1", "/sinfin/0", "/prohibida/x", "/foto.jpg", "/informe"),
        *(
            "/grande",
            "/bomba",
            "/calendario?mes=1",
            "/dir/",
            "/oculta",
            "/sin-salida",
            "/no-existe",
        ),
        *("/ocupada", "/sin-tipo", "/igual/uno", "/igual/dos", "/fuera", "//otro.test/", "/xhtml"),
        *("/robots.txt", "javascript:void(0)", "mailto:a@sitio.test", "http://[mal", "/eñe?q=ñ"),
        head='<link rel="alternate" type="application/rss+xml" href="/noticias.xml">',
    )
    + b'<a rel="nofollow" href="/no-seguir">x</a><iframe src="/marco"></iframe>',
    "/a?id=1": page("/", "/b"),
    "/b": page("/a?id=1"),
    "/desde-gzip": page(),
    "/nueva": page("/final"),
    "/final": page(),
    "/no-seguir": page(),
    "/marco": page("/en-el-marco"),
    "/en-el-marco": page(),
    "/desde-oculta": page(),
    "/tras-sin-salida": page(),
    "/solo-en-el-mapa": page(text="ningún enlace lleva aquí"),
    "/en-el-canal": page(),
    "/de-xhtml": page(),
    "/e%C3%B1e?q=%C3%B1": page(text="con eñe"),
}
ROBOTS = f"""User-agent: OtroBot
Disallow: /

User-agent: tahona
Disallow: /prohibida
Sitemap: http://{HOST}/mapa.xml
"""
SITEMAP = f"""<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>http://{HOST}/solo-en-el-mapa</loc></url></urlset>"""
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><link>http://sitio.test/</link>
<item><link>http://sitio.test/en-el-canal</link></item></channel></rss>"""
XHTML = """<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body>
<a href="/de-xhtml">x</a></body></html>"""

OTHERS: dict[str, Answer] = {
    "/robots.txt": Answer(ROBOTS.encode(), media="text/plain"),
    "/mapa.xml": Answer(SITEMAP.encode(), media="application/xml"),
    "/noticias.xml": Answer(FEED.encode(), media="application/rss+xml"),
    "/xhtml": Answer(XHTML.encode(), media="application/xml"),
    "/latin": Answer(LATIN),
    "/gzip": Answer(ZIPPED, headers={"Content-Encoding": "gzip", "X-Signal": "señal"}),
    "/trozos": Answer(
        raw=b"HTTP/1.1 200 OK\r\ncontent-TYPE: text/html\r\nTransfer-Encoding: chunked\r\n"
        b"Connection: close\r\n\r\n5\r\n<p>Ho\r\n7\r\nla.</p>\r\n0\r\n\r\n"
    ),
    "/cortada": Answer(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<html>y aqu"),
    "/vieja": Answer(status=301, headers={"Location": "/nueva"}, media=None),
    "/bucle/1": Answer(status=302, headers={"Location": "/bucle/2"}),
    "/bucle/2": Answer(status=302, headers={"Location": f"http://{HOST}/bucle/1"}),
    "/informe": Answer(b"%PDF-1.7" + b"\0" * 3_000_000, media="application/pdf"),
    "/grande": Answer(b"<html>" + b"a" * 60_000),
    "/bomba": Answer(gzip.compress(b"a" * 3_000_000), headers={"Content-Encoding": "gzip"}),
    "/oculta": Answer(page("/desde-oculta", head='<meta name="robots" content="noindex">')),
    "/sin-salida": Answer(  # the second line speaks to all
        raw=b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Robots-Tag: otro: noindex\r\n"
        b"X-Robots-Tag: nofollow\r\nConnection: close\r\n\r\n" + page("/tras-sin-salida")
    ),
    "/sin-tipo": Answer(page(text="sin tipo"), media=None),
    "/fuera": Answer(status=302, headers={"Location": "http://otro.test/"}),
}


def answers() -> Any:
    busy = iter([Answer(b"luego", 503, {"Retry-After": "1"})])

    def answer(path: str) -> Answer | None:
        if path == "/ocupada":
            return next(busy, Answer(page()))
        if match := re.fullmatch(r"/sinfin/(\d+)", path):  # a redirect to ever new places
            return Answer(status=302, headers={"Location": f"/sinfin/{int(match[1]) + 1}"})
        if match := re.fullmatch(r"/calendario\?mes=(\d+)", path):  # each month has a next one
            return Answer(page(f"/calendario?mes={int(match[1]) + 1}", text=match[1]))
        if path.startswith("/dir/"):  # a page for every path, each with a link below itself
            return Answer(page("dir/", text=path))
        if path.startswith("/igual/"):  # the same page under ever new names
            return Answer(page("otra/", text="siempre igual"))
        return Answer(PLAIN[path]) if path in PLAIN else OTHERS.get(path)

    return answer


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("crawl")


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serve(answers()) as running:
        yield running


@pytest.fixture(scope="module")
def crawled(site: Site, folder: Path) -> Crawled:
    return crawl(folder, task_for(site, max_bytes=50_000, max_per_pattern=12, concurrency=8))


def test_what_answers_is_stored_once_and_each_url_is_counted_once(crawled: Crawled) -> None:
    for path in PLAIN.keys() - {"/no-seguir", "/tras-sin-salida"}:
        assert crawled.outcome(path) == "kept", path
    assert all(len(records) == 1 for records in crawled.records.values())
    documents = crawled.work.ledger.documents
    assert documents is not None and documents.balance() == 0
    stored = {p: line["status"] for p, line in crawled.lines.items() if p in crawled.records}
    assert stored.keys() == crawled.records.keys()
    for path, status in stored.items():
        assert crawled.outcome(path) == ("kept" if status == 200 else "status"), path
    figures = crawled.work.figures
    assert figures["status"]["200"] == documents.kept
    assert sum(figures["status"].values()) == documents.kept + documents.removed["status"]
    assert figures["bytes"] == sum(len(r[0][1]) for r in crawled.records.values())
    assert not crawled.records.keys() & crawled.aside.keys()


def test_records_are_warc_1_1_with_request_response_and_address(crawled: Crawled) -> None:
    (name,) = [name for part, name, _ in crawled.work.outputs if part == "sitio"]
    assert name == "sitio-00000.warc.gz"
    records = []
    for record in ArchiveIterator(str(crawled.work.folder / name), parse_http=False):
        records.append((record.headers["WARC-Type"], dict(record.headers.asdict())))
        if record.headers["WARC-Type"] != "warcinfo":
            assert record.verify_block_digest()
    assert records[0][0] == "warcinfo"
    types = [kind for kind, _ in records if kind != "metadata"][1:]
    assert types == ["response", "request"] * (len(types) // 2)
    for kind, headers in records:
        if kind == "response":
            assert headers["WARC-IP-Address"] == "127.0.0.1"
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", headers["WARC-Date"])
            assert headers["WARC-Payload-Digest"].startswith("sha1:")


def test_the_files_pass_the_check_of_warcio_and_are_read_by_others(crawled: Crawled) -> None:
    files = [
        str(crawled.work.folder / name)
        for _, name, _ in crawled.work.outputs
        if name.endswith(".warc.gz")
    ]
    assert len(files) == 2  # the pages, and what was cut
    check = [sys.executable, "-m", "warcio.cli", "check", "-v", *files]
    checked = subprocess.run(check, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout
    assert "fail" not in checked.stdout and "digest pass" in checked.stdout
    for file in files:
        for record in ArchiveIterator(file, parse_http=False):
            assert record.verify_block_digest()
    pywb = ENVIRONMENTS / "pywb" / "bin" / "cdx-indexer"
    if pywb.exists():  # GPL: beside us, never with us
        indexed = subprocess.run(
            [pywb, "--cdxj", *files], capture_output=True, text=True, check=True
        )
        stored = sum(rows for _, name, rows in crawled.work.outputs if name.endswith(".gz"))
        assert len(indexed.stdout.splitlines()) == stored


def test_bytes_are_stored_as_they_came(crawled: Crawled) -> None:
    assert crawled.records["/latin"][0][1] == LATIN
    record, body = crawled.records["/gzip"][0]
    assert body == ZIPPED
    assert record.http_headers.get_header("Content-Encoding") == "gzip"
    assert record.http_headers.get_header("X-Signal") == "señal"
    assert crawled.outcome("/desde-gzip") == "kept"


def test_a_transfer_encoding_is_kept_as_it_came(crawled: Crawled) -> None:
    record, body = crawled.records["/trozos"][0]
    assert body == b"5\r\n<p>Ho\r\n7\r\nla.</p>\r\n0\r\n\r\n"
    headers = record.http_headers.headers
    assert headers[0] == ("content-TYPE", "text/html")
    assert ("Transfer-Encoding", "chunked") in headers and len(headers) == 3


def test_tracking_and_fragments_make_no_new_page(crawled: Crawled, site: Site) -> None:
    assert site.paths().count("/a?id=1") == 1
    assert not any("utm_" in path for path in site.paths())


def test_robots_meta_and_nofollow_are_obeyed(crawled: Crawled, site: Site) -> None:
    assert crawled.outcome("/prohibida/x") == "robots"
    assert crawled.outcome("/oculta") == "noindex"
    assert crawled.outcome("/desde-oculta") == "kept"
    for path in ("/prohibida/x", "/no-seguir", "/tras-sin-salida"):
        assert path not in site.paths()


def test_sitemaps_and_feeds_are_followed(crawled: Crawled) -> None:
    assert crawled.lines["/solo-en-el-mapa"]["via"] == f"http://{HOST}/mapa.xml"
    assert crawled.lines["/en-el-canal"]["via"] == f"http://{HOST}/noticias.xml"


def test_redirects_and_errors_are_stored_and_bounded(crawled: Crawled, site: Site) -> None:
    status = {path: line.get("status") for path, line in crawled.lines.items()}
    assert (status["/vieja"], status["/nueva"], status["/no-existe"]) == (301, 200, 404)
    assert site.paths().count("/bucle/1") == site.paths().count("/bucle/2") == 1
    assert sum(path.startswith("/sinfin/") for path in site.paths()) == 11
    assert crawled.outcome("/sinfin/11") == "trap"


def test_endless_pages_are_bounded(crawled: Crawled, site: Site) -> None:
    paths = site.paths()
    months = sum(path.startswith("/calendario") for path in paths)
    assert 12 <= months < 40
    assert crawled.outcome(f"/calendario?mes={months + 1}") == "trap"
    assert sum(path.startswith("/dir/") for path in paths) == 2
    assert sum(path.startswith("/igual/") for path in paths) <= 3


def test_other_media_are_counted_and_not_stored(crawled: Crawled, site: Site) -> None:
    assert crawled.outcome("/foto.jpg") == "media_type" and "/foto.jpg" not in site.paths()
    assert crawled.outcome("/informe") == "media_type"
    assert not {"/foto.jpg", "/informe"} & crawled.urls()


def test_huge_broken_and_bomb_answers_are_cut_and_set_aside_as_truncated(crawled: Crawled) -> None:
    cut = {"/grande": "length", "/bomba": "length", "/cortada": "disconnect"}
    assert crawled.aside.keys() == cut.keys()
    for path, reason in cut.items():
        assert crawled.outcome(path) == "truncated" and crawled.lines[path]["reason"] == reason
        ((record, body),) = crawled.aside[path]
        assert record.rec_headers.get_header("WARC-Truncated") == reason
        assert (OTHERS[path].body or b"<html>y aqu").startswith(body) and body
    assert len(crawled.aside["/grande"][0][1]) > 50_000


def test_failures_are_tried_again_and_listed(crawled: Crawled, site: Site) -> None:
    assert crawled.outcome("/ocupada") == "kept" and crawled.lines["/ocupada"]["status"] == 200
    first, second = (when for path, when in site.asked if path == "/ocupada")
    assert second - first >= 1
    assert site.paths().count("/cortada") == 3


def test_nothing_out_of_scope_is_asked_for_or_counted(crawled: Crawled) -> None:
    assert not [path for path in crawled.lines if path.startswith("http")]


def test_private_addresses_are_refused_by_every_way(tmp_path: Path) -> None:
    with serve(lambda path: Answer(page(text="secreto"))) as secret:
        port = secret.port
        targets = [f"http://{host}:{port}/" for host in ("127.0.0.1", "localhost", "[::1]")]
        targets += [
            f"http://{host}:{port}/" for host in ("2130706433", "0x7f.1", "[::ffff:7f00:1]")
        ]
        targets.append("http://169.254.169.254/latest/meta-data/")
        robots = "\n".join(f"Sitemap: {target}mapa.xml" for target in targets)
        pages = {
            "/robots.txt": Answer(robots.encode(), media="text/plain"),
            "/": Answer(page("/r0", "/r1", *targets)),
            "/r0": Answer(status=302, headers={"Location": targets[0]}),
            "/r1": Answer(status=302, headers={"Location": targets[-1]}),
        }
        with serve(pages.get) as site:
            source = {"seeds": [f"http://{HOST}/", *targets]}  # so that all of them are in scope
            crawled = crawl(tmp_path, task_for(site, **source, timeout=30))
    assert secret.asked == []
    refused = {path for path, line in crawled.lines.items() if line["outcome"] == "address"}
    assert len({path for path in refused if not path.endswith("xml")}) == len(targets)
    assert crawled.urls() == {"/", "/robots.txt", "/r0", "/r1"}


def test_answers_that_are_no_pages_are_told_apart(tmp_path: Path) -> None:
    def answer(path: str) -> Answer:
        if path == "/robots.txt":
            return Answer(b"User-agent: *\nDisallow: /no\n", media="text/plain")
        return Answer(page(*(f"/{path.strip('/')}{c}/" for c in "abcde"), text=path))

    with serve(answer) as site:
        work = crawl(tmp_path, task_for(site, max_pages=5, sitemaps=False)).work
    shard = SimpleNamespace(params={"name": "sitio"}, figures=work.figures, ledger=work.ledger)
    crawled: Any = SimpleNamespace(shards=[shard])
    sentence = "source sitio kept 6 answers: 5 pages, and 1 of robots.txt, sitemaps and feeds"
    assert changes(Store(tmp_path), crawled, None) == [sentence]


def test_a_crawl_says_who_asks_and_where_to_reach_him(tmp_path: Path) -> None:
    with serve(lambda path: Answer(page())) as site:
        crawl(tmp_path, task_for(site, contact="cosecha@ejemplo.es", sitemaps=False))
    requests = b""
    for record in ArchiveIterator(str(tmp_path / "out" / "sitio-00000.warc.gz"), parse_http=False):
        if record.headers["WARC-Type"] == "request":
            requests += record.reader.read()
    assert requests.count(b"From: cosecha@ejemplo.es\r\n") == requests.count(b"GET ") == 2
    assert requests.count(b"User-Agent: Tahona/") == 2 and b"(+cosecha@ejemplo.es; " in requests


def test_the_log_is_one_json_line_a_url(crawled: Crawled) -> None:
    lines = (crawled.work.folder / "crawl.jsonl").read_text().splitlines()
    urls = [json.loads(line)["url"] for line in lines]
    assert len(urls) == len(set(urls))
