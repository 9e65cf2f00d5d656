"""The small web as it is served: whole, linked within itself, and with all that the real web has around its texts."""

from __future__ import annotations

import gzip
import http.client
import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree

import pytest

from flows.small_web import oddities
from flows.small_web.hosts import SITES
from flows.small_web.response import Page, Response
from flows.small_web.server import Served, serve
from flows.small_web.sites import Web, build

LINK = re.compile(r"""<(?:a|frame)\b[^>]*?(?:href|src)=["']([^"']*)["']""")
HEAD = re.compile(r'<link rel="alternate"[^>]*href="([^"]*)"|http-equiv="refresh"[^>]*url=([^"]*)"')
LISTED = re.compile(r"<(?:loc|link)>([^<]*)</")


@pytest.fixture(scope="module")
def web() -> Web:
    return build()


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serve() as running:
        yield running


def is_page(page: Page) -> bool:
    return page.response.header("Content-Type").startswith("text/html")


def read(page: Page) -> str:
    """The page's text by its true encoding, which its declaration may hide."""
    body = page.response.body
    if page.path.endswith(".gz"):
        body = gzip.decompress(body)
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("cp1252")


def links(page: Page) -> list[str]:
    """Where the page's links and its redirect lead, without fragments."""
    addresses = [page.response.header("Location")] if 300 <= page.response.status < 400 else []
    if is_page(page) and page.response.body:
        text = read(page)
        addresses += LINK.findall(text) + ["".join(pair) for pair in HEAD.findall(text)]
    elif "xml" in page.response.header("Content-Type") or page.path.endswith(".gz"):
        addresses += LISTED.findall(read(page))
    elif page.path == "/robots.txt":
        addresses += re.findall(r"Sitemap: (\S+)", read(page)) or ["/sitemap.xml"]
    whole = (urljoin(page.url, target.replace("&amp;", "&")) for target in addresses)
    return [url.partition("#")[0] for url in whole if url.startswith("http://")]


def target(url: str) -> tuple[str, str]:
    """Host and path, with what of the query chooses a page."""
    parts = urlsplit(url)
    query = "&".join(p for p in parts.query.split("&") if p and not p.startswith("utm_"))
    return parts.netloc, parts.path + (f"?{query}" if query else "")


def fetch(
    served: Served, host: str, path: str, method: str = "GET", **headers: str
) -> tuple[Response, int]:
    """The answer over the wire, and the length that it announces."""
    connection = http.client.HTTPConnection(served.resolve[host], timeout=60)
    try:
        connection.request(method, path, headers={"Host": host, **headers})
        answer = connection.getresponse()
        response = Response(answer.status, tuple(answer.getheaders()), answer.read())
    finally:
        connection.close()
    return response, int(response.header("Content-Length"))


def some(web: Web, reason: str) -> list[Page]:
    return [page for page in web.pages.values() if page.reason == reason]


def test_the_web_has_what_the_real_one_has_around_its_texts(web: Web) -> None:
    least = {
        "index": 50,
        "spam": 8,
        "empty": 3,
        "soft_404": 5,
        "machinery": 6,  # consent, sign in, search, the table of cookies, doors
        "images": 1,
        "too_large": 1,
        "trap": 1,
        "redirect": 9,
        "status": 7,
        "media_type": 4,
        "machine": 14,  # robots.txt, site maps, feeds
        "robots": 3,
        "noindex": 1,
    }
    for reason, number in least.items():
        assert len(some(web, reason)) >= number, reason
    statuses = Counter(page.response.status for page in web.pages.values())
    assert {200, 301, 302, 303, 307, 308, 403, 404, 410} <= set(statuses)
    assert max(len(page.response.body) for page in some(web, "too_large")) > 5_000_000
    assert max(page.response.body.count(b"<") for page in some(web, "index")) > 20_000


def test_articles_stand_amid_menus_cookie_notices_and_invitations(web: Web) -> None:
    articles = [read(page) for page in some(web, "article")]
    assert all(text.count("<a ") >= 5 for text in articles)
    assert sum("cookies" in text for text in articles) >= 40
    assert sum("Compart" in text for text in articles) >= 40


def test_pages_say_what_pages_say_of_themselves(web: Web) -> None:
    text = " ".join(read(page) for page in web.pages.values() if is_page(page))
    for sign in ('hreflang="ca"', 'rel="canonical"', 'name="robots" content="noindex"'):
        assert sign in text
    assert 'name="tdm-reservation" content="1"' in text
    stated = Counter(re.findall(r'<html[^>]* lang="([\w-]+)"', text))
    assert stated["en-gb"] > 10  # a forum that calls itself English and is not
    assert {"es-AR", "es-CO"} <= set(re.findall(r'<body lang="([\w-]+)"', text))


def test_robots_txt_has_rules_for_all_for_ai_and_for_us(web: Web) -> None:
    rules = {site.folder: read(web.pages[site.host, "/robots.txt"]) for site in SITES}
    assert all(text.startswith("User-agent: *") for text in rules.values())
    assert re.search(r"GPTBot\n(User-agent: .*\n)*Disallow: /\n", rules["revista"])
    assert "Tahona" not in rules["revista"]  # a rule for others
    assert re.search(
        r"GPTBot\n.*CCBot\nUser-agent: Tahona\nDisallow: /archivo/", rules["ayuntamiento"]
    )
    closed = [page.path.split("/")[1] for page in some(web, "robots")]
    assert {"hemeroteca", "archivo"} <= set(closed)
    opened = [
        p for p in web.pages if p[1].startswith("/hemeroteca/") and web.pages[p].reason != "robots"
    ]
    assert all(f"Allow: {path}" in rules["diario"] for _, path in opened) and opened


def test_sites_link_to_nobody_but_each_other(web: Web) -> None:
    for page in web.pages.values():
        for url in links(page):
            assert urlsplit(url).netloc in web.hosts or url in oddities.OUTSIDE, (page.url, url)
    assert all(host.endswith(".test") for host in web.hosts)
    assert all(urlsplit(url).netloc.endswith(".test") for url in oddities.OUTSIDE)


def test_every_link_leads_to_a_page_or_a_declared_dead_end(web: Web) -> None:
    dead = {page.url for page in some(web, "status")}
    for page in web.pages.values():
        for url in links(page):
            if url not in oddities.OUTSIDE:
                status = web.answer(*target(url)).status
                assert status < 400 or url in dead, (page.url, url)


def test_every_page_is_reached_from_its_root_or_its_robots_txt(web: Web) -> None:
    for site in SITES:
        seen, queue = set(), [(site.host, "/"), (site.host, "/robots.txt")]
        while queue:
            key = queue.pop()
            if key not in seen and key in web.pages:
                seen.add(key)
                queue += [target(url) for url in links(web.pages[key])]
        missed = {key for key in web.pages if key[0] == site.host} - seen
        assert not missed


def test_some_articles_are_found_by_one_door_alone(web: Web) -> None:
    doors = {a.door: a for a in web.articles if a.door and a.door != "print"}
    assert set(doors) == {"sitemap", "feed", "frame", "refresh"}
    for door, article in doors.items():
        leading = [
            page
            for page in web.pages.values()
            if page.url != article.url and target(article.url) in map(target, links(page))
        ]
        assert len(leading) == 1, (door, [page.url for page in leading])
        kind = leading[0].response.header("Content-Type")
        assert ("html" in kind) == (door in {"frame", "refresh"})


def test_charsets_are_declared_rightly_wrongly_and_not_at_all(web: Web) -> None:
    counts: Counter[str] = Counter()
    for page in some(web, "article"):
        body = page.response.body
        declared = re.search(r"charset=([\w-]+)", page.response.header("Content-Type"))
        stated = re.search(rb"charset=([\w-]+)", body)
        text = read(page)
        true = "utf-8" if body.decode("utf-8", "ignore") in {text, "\ufeff" + text} else "cp1252"
        if body.startswith(b"\xef\xbb\xbf"):
            counts["mark"] += 1
        if "Ã" in text:
            counts["twice"] += 1
        if declared is None and stated is None:
            counts["undeclared"] += true == "cp1252"
        elif true == "cp1252":
            name = declared[1] if declared else stated[1].decode() if stated else ""
            counts[f"single byte as {name}"] += 1
        elif declared and declared[1] != "utf-8":
            counts[f"utf-8 as {declared[1]}"] += 1
    assert counts["mark"] and counts["twice"] and counts["undeclared"]
    assert counts["single byte as utf-8"] >= 2 and counts["utf-8 as iso-8859-1"] >= 5
    assert {"single byte as windows-1252", "single byte as iso-8859-1"} <= set(counts)


def test_what_is_for_machines_is_well_formed(web: Web) -> None:
    xml = [p for p in some(web, "machine") if p.path != "/robots.txt"]
    kinds = [ElementTree.fromstring(read(page)).tag.rpartition("}")[2] for page in xml]
    assert Counter(kinds) == {"urlset": 3, "sitemapindex": 1, "rss": 3}


def test_the_web_is_the_same_on_every_build(web: Web) -> None:
    assert build().responses == web.responses


def test_the_calendar_never_ends(web: Web) -> None:
    path = oddities.TRAP_START
    seen = set()
    for _ in range(60):
        assert path not in seen
        seen.add(path)
        body = web.answer(oddities.TRAP_HOST, path).body.decode()
        path = next(link for link in LINK.findall(body) if link.startswith("/agenda/"))
    assert path == "/agenda/2031/11"
    assert web.answer(oddities.TRAP_HOST, "/agenda/2026/13").status == 404


def test_the_server_answers_every_page_by_host(web: Web, served: Served) -> None:
    for (host, path), page in web.pages.items():
        response, length = fetch(served, host, path)
        assert response.status == page.response.status
        assert response.body == page.response.body and length == len(response.body)


def test_the_server_packs_what_is_long_for_those_who_take_it(web: Web, served: Served) -> None:
    host = SITES[0].host
    response, length = fetch(served, host, "/", **{"Accept-Encoding": "gzip, deflate"})
    assert response.header("Content-Encoding") == "gzip" and length == len(response.body)
    assert gzip.decompress(response.body) == web.responses[host, "/"].body


def test_the_server_ignores_tracking_and_knows_what_it_lacks(web: Web, served: Served) -> None:
    host = SITES[0].host
    assert fetch(served, host, "/?utm_source=x")[0].body == web.responses[host, "/"].body
    assert fetch(served, host, "/nada")[0].status == 404
    head, length = fetch(served, host, "/", "HEAD")
    assert head.status == 200 and head.body == b"" and length > 1000
    assert set(served.resolve) == set(web.hosts)
