"""What servers and templates of the real web do, and a crawl must not stumble over."""

from __future__ import annotations

import gzip
import itertools
import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import brotli
import pytest
import zstandard

from cleaning.crawl.links import html_links, xml_links
from cleaning.crawl.net.download import _retry_after
from cleaning.crawl.net.exchange import Fetched
from cleaning.web.http import TooLarge, unpacked
from cleaning.web.urls import ascii_host, normalise, without_session
from tests.cleaning.crawl.site_server import HOST, Answer, crawl, page, serve, task_for

pytestmark = pytest.mark.usefixtures("one_process")

ROOT = f"http://{HOST}"
SESSION = "0123456789abcdef" * 2
ATOM = b"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:base="/diario/">
<entry><link href="entrada-1"/></entry><entry xml:base="2021/"><link href="entrada-2"/></entry></feed>"""


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("\\noticias\\una.html", f"{ROOT}/noticias/una.html"),
        ("dos.html?ruta=a\\b", f"{ROOT}/foro/dos.html?ruta=a%5Cb"),
        (f"viewtopic.php?t=5&sid={SESSION}", f"{ROOT}/foro/viewtopic.php?t=5"),
        (f"showthread.php?s={SESSION}&t=5", f"{ROOT}/foro/showthread.php?t=5"),
        ("/tienda?osCsid=m3q8k2v7b1n5c9x4z6l0j8h2g4&p=1", f"{ROOT}/tienda?p=1"),
        ("/a?CFID=12&CFTOKEN=34&b=1", f"{ROOT}/a?b=1"),
        ("/?s=electroencefalografista", f"{ROOT}/?s=electroencefalografista"),
        ("/mapa?sid=12", f"{ROOT}/mapa?sid=12"),
    ],
)
def test_links_as_browsers_read_them_without_the_session_of_a_visitor(link: str, url: str) -> None:
    assert normalise(link, f"{ROOT}/foro/index.html") == url


@pytest.mark.parametrize("name", ["br", "zstd"])
def test_encodings_that_nobody_asked_for_are_read_and_bounded(name: str) -> None:
    plain = page("/a", text="pan " * 500)
    packed = brotli.compress(plain) if name == "br" else zstandard.compress(plain)
    assert unpacked(packed, name, 10_000) == plain
    assert unpacked(packed, name, 100, cut=True) == plain[:100]
    assert unpacked(b"<html>" + packed, name, 10_000) == b""
    with pytest.raises(TooLarge):
        unpacked(packed, name, 100)


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/educación".encode("latin-1"), "/educaci%F3n"),
        ("/educación".encode(), "/educaci%C3%B3n"),
        ("//peña.test/".encode(), "http://xn--pea-8ma.test/"),
    ],
)
def test_a_redirect_says_its_place_in_any_charset(location: bytes, target: str) -> None:
    got = Fetched(ROOT, b"HTTP/1.1 302 Found\r\nLocation: " + location + b"\r\n\r\n", b"")
    assert got.location() == normalise(target, ROOT)


@pytest.mark.parametrize(
    "body",
    [
        '\ufeff<a href="/a?q=ñ">a</a>'.encode("utf-16-le"),
        b'<meta charset="utf-16"><a href="/a?q=\xc3\xb1">a</a>',
    ],
)
def test_pages_in_utf_16_and_those_that_only_say_so_lead_on(body: bytes) -> None:
    assert html_links(body, ROOT, "text/html", "Tahona").pages == [f"{ROOT}/a?q=%C3%B1"]


def test_other_languages_are_followed_and_copies_for_other_screens_are_not() -> None:
    head = b"""<link rel="alternate" hreflang="es" href="/es/"><link rel="canonical" href="/otra">
    <link rel="alternate" media="only screen" href="/m/"><link rel="amphtml" href="/amp/">"""
    assert html_links(head, ROOT, "text/html", "Tahona").pages == [f"{ROOT}/es/"]


def test_a_page_may_lead_on_by_a_header(tmp_path: Path) -> None:
    refresh = Answer(page(), headers={"Refresh": "3; url=/nueva"})
    with serve({"/": refresh, "/nueva": Answer(page(text="aqui"))}.get) as site:
        assert crawl(tmp_path, task_for(site, sitemaps=False)).outcome("/nueva") == "kept"


@pytest.mark.parametrize("zone", ["GMT", "-0000", "+0000"])
def test_a_server_says_by_a_date_when_to_come_again(
    zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "America/Caracas")
    time.tzset()
    try:
        then = datetime.now(UTC) + timedelta(seconds=100)
        assert 90 < _retry_after(f"{then:%a, %d %b %Y %H:%M:%S} {zone}") <= 100
    finally:
        monkeypatch.undo()
        time.tzset()


def test_feeds_are_known_and_their_links_have_a_base() -> None:
    link = b'<link rel="alternate" type="Application/Atom+XML; charset=utf-8" href="/atom">'
    assert html_links(link, ROOT, "text/html", "Tahona").feeds == [f"{ROOT}/atom"]
    entries = [f"{ROOT}/diario/entrada-1", f"{ROOT}/diario/2021/entrada-2"]
    assert xml_links(ATOM, f"{ROOT}/canales/atom.xml").pages == entries


def test_an_entry_without_a_link_leads_where_its_guid_says() -> None:
    items = [
        f"<guid>{ROOT}/a</guid>",
        f"<guid isPermaLink='TRUE'> {ROOT}/b </guid>",
        f"<guid isPermaLink='false'>{ROOT}/c</guid>",
        "<guid>tag:a.test,2024:4</guid>",
        f"<guid>{ROOT}/e</guid><link>{ROOT}/f</link>",
    ]
    entries = "".join(f"<item><title>x</title>{item}</item>" for item in items)
    feed = f"<rss version='2.0'><channel>{entries}</channel></rss>".encode()
    assert xml_links(feed, f"{ROOT}/rss").pages == [f"{ROOT}/{name}" for name in "abf"]


@pytest.mark.parametrize(
    ("link", "url"),
    [  # as browsers write them (UTS 46, non-transitional)
        ("http://Straße.de/ä", "http://xn--strae-oqa.de/%C3%A4"),
        ("https://www.faß.example:8080/", "https://www.xn--fa-hia.example:8080/"),
        ("http://peña.test/", "http://xn--pea-8ma.test/"),
    ],
)
def test_names_of_hosts_keep_the_letters_that_they_have(link: str, url: str) -> None:
    assert normalise(link) == url
    assert ascii_host(urlsplit(link).hostname or "") == urlsplit(url).hostname


def test_a_wall_that_asks_for_its_cookie_is_passed_and_one_that_goes_on_asking_is_not(
    tmp_path: Path,
) -> None:
    def to(path: str) -> Answer:
        headers = {"Location": path, "Set-Cookie": "visto=si; Path=/; HttpOnly"}
        return Answer(status=302, headers=headers, media=None)

    first = iter([to("/muro")])

    def answers(path: str) -> Answer | None:
        if path == "/muro":
            return next(first, Answer(page("/dentro")))
        pages = {"/": Answer(page("/muro", "/siempre")), "/dentro": Answer(page())}
        return to("/siempre") if path == "/siempre" else pages.get(path)

    with serve(answers) as site:
        crawled = crawl(tmp_path, task_for(site, sitemaps=False))
    assert crawled.outcome("/muro") == crawled.outcome("/dentro") == "kept"
    assert site.paths().count("/siempre") == site.paths().count("/muro") == 2
    sent = [gzip.decompress(file.read_bytes()) for file in crawled.work.folder.glob("*.warc.gz")]
    assert b"".join(sent).count(b"\r\nCookie: visto=si") == 2


def test_sessions_in_the_path_are_followed_and_each_page_is_one(tmp_path: Path) -> None:
    numbers = itertools.count(1)

    def answers(path: str) -> Answer | None:
        """As ASP.NET without cookies: who comes without a session is sent to a new one."""
        session, plain = re.findall(r"^(/\(S\(\w+\)\))?(/.*)", path)[0]
        if plain == "/robots.txt":
            return Answer(b"User-agent: *\nDisallow: /cerrado", media="text/plain")
        if plain == "/eterno.aspx" or not session:
            session = f"/(S(lit3py55t21z5v55vlm{next(numbers):05}))"
            return Answer(status=302, headers={"Location": session + plain}, media=None)
        linked = page("otra.aspx", "/absoluta.aspx", "cerrado.aspx", "/eterno.aspx", text=plain)
        return Answer(linked)

    with serve(answers) as site:
        crawled = crawl(tmp_path, task_for(site, sitemaps=False))
    kept = [path for path, line in crawled.lines.items() if line["outcome"] == "kept"]
    assert sorted(map(without_session, kept)) == [
        "/",
        "/absoluta.aspx",
        "/otra.aspx",
        "/robots.txt",
    ]
    pages = [path for path, [(record, _)] in crawled.records.items() if "(S(" in path]
    assert sorted(map(without_session, pages)) == [
        "/",
        "/absoluta.aspx",
        "/eterno.aspx",
        "/otra.aspx",
    ]
    assert not [path for path in site.paths() if "cerrado" in path]
    assert sum("eterno" in path for path in site.paths()) == 3


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("http://h/(S(lit3py55t21z5v55vlm25s55))/a.aspx?b=(S(c))", "http://h/a.aspx?b=(S(c))"),
        ("http://h/app/(X(1)S(lit3py55t21z5v55vlm25s55))/a", "http://h/app/a"),
        ("http://h/(S(abc))", "http://h/"),
        ("http://h/Rima_(S(x))/", "http://h/Rima_(S(x))/"),
        ("http://h/(San(1))/", "http://h/(San(1))/"),
    ],
)
def test_a_session_in_the_path_is_a_segment_of_its_own(url: str, plain: str) -> None:
    assert without_session(url) == plain


@pytest.mark.parametrize("headers", [{"Retry-After": "3600"}, {}])
def test_a_host_that_is_too_busy_for_all_is_left_alone(
    headers: dict[str, str], tmp_path: Path
) -> None:
    paths = [f"/{n}" for n in range(20 if headers else 7)]  # which are tried again for seconds
    busy = Answer(status=503, headers=headers)

    def answers(path: str) -> Answer | None:
        return Answer(page(*paths)) if path == "/" else busy if path in paths else None

    with serve(answers) as site:
        crawled = crawl(tmp_path, task_for(site, sitemaps=False))
    requests = len(set(site.paths()) & set(paths))
    assert 5 <= requests <= 9 if headers else requests == 7  # four are asked for at once
    is_busy = any("too busy" in str(line.get("reason")) for line in crawled.lines.values())
    assert is_busy == bool(headers)


def test_a_file_on_rights_that_leads_to_a_private_address_is_none(tmp_path: Path) -> None:
    away = Answer(status=302, headers={"Location": "http://10.0.0.1/tdmrep.json"}, media=None)
    pages = {"/": Answer(page(text="hola")), "/.well-known/tdmrep.json": away}
    with serve(pages.get) as site:
        task = task_for(site, sitemaps=False, rights={"refuse": ["tdm-reservation"]})
        crawled = crawl(tmp_path, task)
    assert "/.well-known/tdmrep.json" in site.paths()
    assert crawled.outcome("/") == "kept"
