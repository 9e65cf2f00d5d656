"""The small web written for the project is whole, careful, and what its table says it is."""

import http.client
import re
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree

import pytest

from flows.web import sites
from flows.web.articles import Article, load
from flows.web.hosts import SITES
from flows.web.response import Page, Response
from flows.web.server import Served, serve
from flows.web.sites import Web, build, truth

HREF = re.compile(r'href="([^"]*)"')
LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
SHINGLE = 8
LANGUAGES = {"es": 68, "ca": 3, "gl": 3, "eu": 2, "pt": 2, "en": 2}
FATES = {
    "kept": {"article", "language"},
    "not_crawled": {"robots"},
    "removed": {
        *("exact_duplicate", "near_duplicate", "soft_404", "spam", "empty", "index"),
        *("status", "redirect", "media_type", "trap"),
    },
}


@pytest.fixture(scope="module")
def web() -> Web:
    return build()


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    return load()


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serve() as running:
        yield running


def is_page(page: Page) -> bool:
    return page.response.header("Content-Type").startswith("text/html")


def read(web: Web, page: Page) -> str:
    """The page's text by its true encoding, which its declaration may hide."""
    encoding = next(site for site in SITES if site.host == page.host).charset.encoding
    return page.response.body.decode(encoding)


def links(web: Web, page: Page) -> list[str]:
    """Where the page's links and its redirect lead, without fragments."""
    found = [page.response.header("Location")] if page.response.status == 301 else []
    if is_page(page):
        found += HREF.findall(read(web, page))
    whole = (urljoin(page.url, target.replace("&amp;", "&")) for target in found)
    return [url.partition("#")[0] for url in whole if url.startswith("http://")]


def shingles(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1)}


def fetch(served: Served, host: str, path: str, method: str = "GET") -> tuple[Response, int]:
    """The answer over the wire, and the length that it announces."""
    connection = http.client.HTTPConnection(served.resolve[host], timeout=5)
    try:
        connection.request(method, path, headers={"Host": host})
        answer = connection.getresponse()
        response = Response(answer.status, tuple(answer.getheaders()), answer.read())
    finally:
        connection.close()
    return response, int(response.header("Content-Length"))


def test_there_is_enough_to_read_in_every_language(articles: list[Article]) -> None:
    by_language = Counter(article.language for article in articles)
    for language, least in LANGUAGES.items():
        assert by_language[language] >= least, language
    assert {article.site.folder for article in articles} == {site.folder for site in SITES}


def test_articles_have_the_agreed_length(articles: list[Article]) -> None:
    for article in articles:
        low, high = (300, 600) if article.language == "es" else (150, 350)
        assert low <= article.words <= high, (article.url, article.words)


def test_articles_are_carefully_spelled(articles: list[Article]) -> None:
    for article in articles:
        text = article.text
        assert not re.search(r"[\"'“”�]|Ã|\.\.\.|  ", text) or article.language != "es", article.url
        assert text.count("«") == text.count("»") or "\n\n»" in text, article.url
        if article.language == "es":
            assert text.count("¿") == text.count("?"), article.url
            assert text.count("¡") == text.count("!"), article.url


def test_no_two_articles_share_text_but_the_declared_copies(web: Web) -> None:
    own = {article.url: shingles(article.text) for article in web.articles}
    copies = {article.url: article for article in web.articles if article.copy_of}
    for one, other in combinations(own, 2):
        shared = len(own[one] & own[other])
        declared = {copies[url].copy_of for url in (one, other) if url in copies}
        if declared & {one, other}:
            together = len(own[one] | own[other])
            assert shared / together > 0.7, (one, other)
        else:
            assert shared <= 3, (one, other)


def test_copies_differ_as_declared(web: Web) -> None:
    by_url = {article.url: article for article in web.articles}
    copies = [article for article in web.articles if article.copy_of]
    assert Counter(a.copy_reason for a in copies) == {"exact_duplicate": 4, "near_duplicate": 3}
    for copy in copies:
        same = copy.text == by_url[copy.copy_of].text
        assert same == (copy.copy_reason == "exact_duplicate")
        assert copy.site is not by_url[copy.copy_of].site


def check_passes(number: str) -> bool:
    """Whether the check letter of a DNI or NIE, or the check digits of an IBAN, are right."""
    plain = number.replace(" ", "")
    if plain.startswith("ES"):
        digits = "".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])
        return int(digits) % 97 == 1
    return LETTERS[int(plain[:-1].translate(str.maketrans("XYZ", "012"))) % 23] == plain[-1]


def test_identity_and_account_numbers_are_as_declared(articles: list[Article]) -> None:
    valid = [(article, number) for article in articles for number in article.valid]
    invalid = [(article, number) for article in articles for number in article.invalid]
    assert len(valid) >= 5 and len(invalid) >= 3
    for article, number in valid + invalid:
        assert number in article.text, (article.url, number)
        assert check_passes(number) == (number in article.valid), (article.url, number)
    declared = {number for _, number in valid + invalid}
    for article in articles:
        found = re.findall(r"\b[XYZ\d]\d{7}[A-Z]\b|\bES\d\d(?: \d{4}){5}", article.text)
        assert set(found) <= declared, article.url


def test_every_link_leads_to_a_page_or_a_declared_dead_end(web: Web) -> None:
    dead = {page.url for page in web.pages.values() if page.reason == "status"}
    for page in web.pages.values():
        for url in links(web, page):
            parts = urlsplit(url)
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            status = web.answer(parts.netloc, target).status
            assert status in (200, 301) or url in dead, (page.url, url)


def test_every_page_is_reached_from_its_root(web: Web) -> None:
    for site in SITES:
        seen, queue = set(), [(site.host, "/")]
        while queue:
            key = queue.pop()
            if key in seen or key not in web.pages:
                continue
            seen.add(key)
            for url in links(web, web.pages[key]):
                parts = urlsplit(url)
                if parts.netloc == site.host:
                    queue.append((parts.netloc, parts.path))
        assert {key for key in web.pages if key[0] == site.host} - seen <= {
            (site.host, "/robots.txt")
        }


def test_pages_decode_as_declared_except_where_wrong_on_purpose(web: Web) -> None:
    undeclared, wrong = 0, 0
    for page in filter(is_page, web.pages.values()):
        body = page.response.body
        found = re.search(r"charset=([\w-]+)", page.response.header("Content-Type"))
        found = found or re.search(r"charset=([\w-]+)", body.decode("latin-1"))
        if found is None:
            undeclared += 1
            continue
        try:
            text = body.decode("cp1252" if found[1] == "iso-8859-1" else found[1])
            assert "Ã" not in text and "�" not in text, page.url
        except UnicodeDecodeError:
            assert "/edictos/" in page.path, page.url
            wrong += 1
    assert undeclared >= 2 and wrong >= 2


def test_every_host_has_rules_for_robots_and_well_formed_feeds(web: Web) -> None:
    for host in web.hosts:
        assert web.responses[host, "/robots.txt"].body.startswith(b"User-agent: *")
    xml = [p for p in web.pages.values() if "xml" in p.response.header("Content-Type")]
    assert len(xml) == 6
    for page in xml:
        ElementTree.fromstring(page.response.body)


def test_truth_is_the_one_in_the_code(web: Web) -> None:
    assert sites.TRUTH.read_text(encoding="utf-8") == truth(web)
    assert all(page.reason in FATES[page.expect] for page in web.pages.values())
    assert {page.reason for page in web.pages.values()} == set.union(*FATES.values())


def test_the_web_is_the_same_on_every_build(web: Web) -> None:
    assert build().responses == web.responses


def test_the_calendar_never_ends(web: Web) -> None:
    host, path = "ayuntamiento.valdeolmos.test", "/agenda/2026/11"
    seen = set()
    for _ in range(60):
        assert path not in seen
        seen.add(path)
        body = web.answer(host, path).body.decode()
        path = next(link for link in HREF.findall(body) if link.startswith("/agenda/"))
    assert path == "/agenda/2031/11"
    assert web.answer(host, "/agenda/2026/13").status == 404


def test_the_server_answers_every_page_by_host(web: Web, served: Served) -> None:
    for (host, path), page in web.pages.items():
        response, length = fetch(served, host, path)
        assert response.status == page.response.status
        assert response.body == page.response.body and length == len(response.body)


def test_the_server_ignores_tracking_and_knows_what_it_lacks(web: Web, served: Served) -> None:
    host = "diario.sierraalta.test"
    assert fetch(served, host, "/?utm_source=x")[0].body == web.responses[host, "/"].body
    assert fetch(served, host, "/nada")[0].status == 404
    head, length = fetch(served, host, "/", "HEAD")
    assert head.status == 200 and head.body == b"" and length > 1000
    assert set(served.resolve) == set(web.hosts)
