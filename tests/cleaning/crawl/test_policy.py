"""Where a crawl may go: addresses, URLs, scope, and what it takes for text."""

from __future__ import annotations

import asyncio
import gzip
import string
import subprocess
import sys
import zlib
from typing import Any
from urllib.parse import urlsplit

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from cleaning.crawl.links import html_links, xml_links
from cleaning.crawl.net import addresses
from cleaning.crawl.net.addresses import Refused, Resolver, is_public, split_address
from cleaning.crawl.net.download import _retry_after
from cleaning.crawl.stage import Crawl
from cleaning.rights.directives import read_directives
from cleaning.web.http import TooLarge, unpacked
from cleaning.web.media import extension_kind, media_kind
from cleaning.web.urls import Scope, key, normalise, registered_domain
from pipeline.model.stage import hashed

PRIVATE_V4 = ["127.0.0.1", "127.255.255.255", "10.1.2.3", "172.16.0.1", "192.168.1.1", "0.0.0.0"]
PRIVATE_V4 += ["169.254.169.254", "100.64.0.1", "192.0.0.8", "192.0.2.1", "198.18.0.1", "224.0.0.1"]
PRIVATE_V4 += ["239.1.1.1", "240.0.0.1", "255.255.255.255"]
PRIVATE_V6 = ["::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "fec0::1", "ff02::1"]
PRIVATE_V6 += ["2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1"]
PRIVATE_V6 += ["64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2002:a9fe:a9fe::1"]
PUBLIC = [
    "8.8.8.8",
    "193.146.0.1",
    "2a00:1450:4003::1",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
    "2002:808:808::1",
]


@pytest.mark.parametrize("address", PRIVATE_V4 + PRIVATE_V6)
def test_an_address_of_no_public_network_is_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_taken(address: str) -> None:
    assert is_public(address)


# Ways to write loopback, the cloud's metadata and private networks, as URLs may hold them.
SPELLINGS = ["localhost", "localhost.", "LOCALHOST", "127.0.0.1", "127.1", "127.0.1", "0177.0.0.1"]
SPELLINGS += [
    "0x7f.0.0.1",
    "0x7f000001",
    "2130706433",
    "017700000001",
    "0",
    "0.0.0.0",
    "127.0.0.1.",
]
SPELLINGS += ["169.254.169.254", "2852039166", "0xa9fea9fe", "10.1", "192.168.1", "[::1]", "[::]"]
SPELLINGS += ["[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]"]
SPELLINGS += ["[64:ff9b::127.0.0.1]", "[2002:7f00:1::]", "[fe80::1]", "[fe80::1%25lo]", "[fd00::1]"]
SPELLINGS += [
    "[2001:0:a9fe:a9fe::1]",
    "[fe80::5efe:10.0.0.1]",
    "[2a00:1::5efe:10.0.0.1]",
    "[ff02::1]",
]
SPELLINGS += ["１２７.0.0.1", "127。0。0。1", "①②⑦.0.0.1", "ⓛocalhost", "[::ffff:0:127.0.0.1]"]


@pytest.mark.parametrize("host", SPELLINGS)
def test_no_spelling_of_a_private_address_is_connected_to(host: str) -> None:
    """Whether it is no URL, no name or an address that is not public: nothing is connected to."""
    url = normalise(f"http://{host}/")
    name = urlsplit(url).hostname if url else None
    if name is not None:
        with pytest.raises((Refused, OSError)):
            print(asyncio.run(Resolver({}, allow_private=False).of(name, 80)))


def test_a_name_that_changes_its_address_is_checked_each_time(monkeypatch: Any) -> None:
    """What the DNS says later counts as little as what it said before: the connection goes to what was checked."""
    answers = iter([["8.8.8.8", "10.0.0.1"], ["127.0.0.1"]])

    async def look_up(self: Resolver, host: str) -> list[str]:
        return next(answers)

    monkeypatch.setattr(Resolver, "_look_up", look_up)
    monkeypatch.setattr(addresses, "DNS_SECONDS", 0.0)
    resolver = Resolver({}, allow_private=False)
    assert asyncio.run(resolver.of("a.test", 443)) == [("8.8.8.8", 443)]
    with pytest.raises(Refused, match=r"127\.0\.0\.1 is not a public address"):
        asyncio.run(resolver.of("a.test", 443))


def test_resolve_takes_an_address_and_a_port() -> None:
    assert split_address("127.0.0.1:8080") == ("127.0.0.1", 8080)
    assert split_address("[::1]:80") == ("::1", 80)
    for wrong in ("127.0.0.1", "sitio.test:80", "127.0.0.1:0", "127.0.0.1:x"):
        with pytest.raises(ValueError):
            split_address(wrong)


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("HTTP://A.Test:80/x/../y/./z#arriba", "http://a.test/y/z"),
        ("//b.test", "http://b.test/"),
        ("?p=1&utm_source=x&fbclid=y", "http://a.test/dir/pagina?p=1"),
        ("?gclsrc=x&_hsenc=y&_hsmi=z&GCLID=w&PHPSESSID=1&_ga=2", "http://a.test/dir/pagina"),
        ("x;jsessionid=ABC?b=2&a=1", "http://a.test/dir/x?b=2&a=1"),
        ("/año y ñ", "http://a.test/a%C3%B1o%20y%20%C3%B1"),
        (" /x\n/y ", "http://a.test/x/y"),
        ("https://españa.es:443/", "https://xn--espaa-rta.es/"),
        ("https://a.test:8443/", "https://a.test:8443/"),
        ("../../..", "http://a.test/"),
        ("mailto:x@y.es", None),
        ("javascript:x()", None),
        ("ftp://a.test/", None),
        ("http://quien:clave@a.test/", None),
        ("http://[mal/", None),
        ("http://a.test:99999/", None),
    ],
)
def test_a_link_becomes_the_url_to_fetch(link: str, url: str | None) -> None:
    assert normalise(link, "http://a.test/dir/pagina") == url


def test_a_query_is_sent_in_the_encoding_of_the_page() -> None:
    assert normalise("/b?q=ñ", "http://a.test/", "cp1252") == "http://a.test/b?q=%F1"
    assert normalise("/ñ?q=ñ", "http://a.test/") == "http://a.test/%C3%B1?q=%C3%B1"


@given(st.text(string.printable + "ñáüç€%/?&=#;:.", max_size=60))
def test_a_url_to_fetch_stays_what_it_is(link: str) -> None:
    url = normalise(link, "http://a.test/dir/")
    if url is not None:
        assert url.isascii() and normalise(url) == url
        assert key(key(url)) == key(url)


@given(
    st.lists(st.sampled_from(["a=1", "b=2", "c=%C3%B1", "a=2"]), unique=True).flatmap(
        st.permutations
    )
)
def test_the_order_of_a_query_makes_no_new_page(pairs: list[str]) -> None:
    first, second = ("http://a.test/?" + "&".join(p) for p in (pairs, sorted(pairs)))
    assert key(first) == key(second)


def test_scope_is_the_hosts_or_the_domains_of_the_seeds() -> None:
    seeds = ["http://www.uned.es/", "https://portal.gob.mx/"]
    by_host, by_domain = Scope(seeds, "host"), Scope(seeds, "domain")
    assert by_host.holds("https://www.uned.es/x") and not by_host.holds("http://blog.uned.es/")
    assert not by_host.holds("http://www.uned.es:8080/")
    assert by_domain.holds("http://blog.uned.es/") and by_domain.holds("http://a.portal.gob.mx/")
    assert not by_domain.holds("http://salud.gob.mx/")
    assert registered_domain("www.aytos.com.es") == "aytos.com.es"


def test_a_host_is_meant_with_and_without_www() -> None:
    scope = Scope(["http://www.uno.test/", "http://dos.test:8080/"], "host")
    assert scope.holds("https://uno.test/x") and scope.holds("http://www.dos.test:8080/")
    assert not scope.holds("http://blog.uno.test/") and not scope.holds("http://dos.test/")


def test_scope_may_be_a_folder_or_the_end_of_the_names() -> None:
    folder, galician = (Scope(["http://a.gal/es/guia/1"], by) for by in ("prefix", "tld"))
    assert folder.holds("https://a.gal/es/guia/x/y?z") and folder.holds("http://a.gal/es/guia/")
    assert not folder.holds("http://a.gal/es/otra") and not folder.holds("http://b.gal/es/guia/1")
    assert galician.holds("https://b.c.gal/x") and not galician.holds("http://gal.es/")
    folder.follow_seed("http://a.gal/es/guia/1", "http://www.a.gal/guia/1")
    assert folder.holds("http://www.a.gal/guia/2") and not folder.holds("http://www.a.gal/")


def test_allow_and_deny_are_searched_in_the_url() -> None:
    scope = Scope(["http://a.test/"], "host", [r"/es/"], [r"\?print="])
    assert scope.holds("http://a.test/es/x")
    assert not scope.holds("http://a.test/en/x") and not scope.holds("http://a.test/es/x?print=1")


def test_a_seed_that_is_redirected_within_its_domain_takes_its_scope_along() -> None:
    scope = Scope(["http://uned.es/"], "host")
    scope.follow_seed("http://uned.es/", "https://www.uned.es/")
    scope.follow_seed("http://uned.es/", "https://otro.es/")
    assert scope.holds("https://www.uned.es/x") and not scope.holds("https://otro.es/")


def test_directives_may_address_one_crawler() -> None:
    assert read_directives("NoIndex, follow", "tahona") == {"noindex", "follow"}
    assert read_directives("none", "tahona") >= {"noindex", "nofollow"}
    assert read_directives("googlebot: noindex", "tahona") == set()
    assert read_directives("tahona: nofollow", "Tahona") == {"nofollow"}
    # as WordPress says it of its login, its search and a blog that is to stay unlisted
    assert read_directives("max-image-preview:large, noindex, noarchive", "tahona") == {
        "noindex",
        "noarchive",
    }
    day = "unavailable_after: Friday, 25 Jun 2010 15:00:00 GMT, noindex"
    assert "noindex" in read_directives(day, "tahona")
    assert "noindex" not in read_directives(f"otherbot: {day}", "tahona")


def test_links_are_read_in_the_encoding_of_the_page_and_below_its_base() -> None:
    body = '<meta charset="iso-8859-1"><base href="/es/"><a href="b?q=ñ">x</a>'.encode("cp1252")
    assert html_links(body, "http://a.test/", "text/html", "t").pages == [
        "http://a.test/es/b?q=%F1"
    ]
    refresh = b"<meta http-equiv=refresh content='0; URL=\"/otra\"'><a href=uno><area href=dos></a>"
    links = html_links(refresh, "http://a.test/", "text/html; charset=no-existe", "t")
    assert set(links.pages) == {"http://a.test/otra", "http://a.test/uno", "http://a.test/dos"}


def test_a_folder_that_a_server_lists_in_other_orders_is_one_page() -> None:
    orders = "".join(
        f"<a href='?C={c}{sign}O={o}'>x</a>" for c in "NMSD" for o in "AD" for sign in ";&"
    )
    body = f"{orders}<a href='b/'>b</a><a href='c?C=N;O=D'>c</a><a href='?C=1'>d</a>".encode()
    assert html_links(body, "http://a.test/docs/", "", "t").pages == [
        "http://a.test/docs/b/", "http://a.test/docs/c?C=N;O=D", "http://a.test/docs/?C=1",
    ]  # fmt: skip


def test_links_behind_the_end_of_a_document_count() -> None:
    body = b"<html><body></body></html><a href=/tras>x</a>"
    assert html_links(body, "http://a.test/", "", "t").pages == ["http://a.test/tras"]


@pytest.mark.parametrize(
    "body", [b"", b"\0\xff\xfe", b"<" * 5000, b"<div>" * 100_000, b"\xff\xfe<\0a\0"]
)
def test_no_body_is_too_odd_to_be_read(body: bytes) -> None:
    for charset in ("", "utf-16", "utf-7", "base64", "x"):
        html_links(body, "http://a.test/", f"text/html; charset={charset}", "t")
    xml_links(body, "http://a.test/")


def test_feeds_and_sitemaps_are_told_apart() -> None:
    atom = b'<feed xmlns="http://www.w3.org/2005/Atom"><link rel="self" href="/f"/>'
    atom += b'<entry><link href="/e"/></entry></feed>'
    index = b"<sitemapindex><sitemap><loc> http://a.test/m.xml </loc></sitemap></sitemapindex>"
    images = b"<urlset xmlns:i='i'><url><loc>http://a.test/p</loc><i:image><i:loc>http://a.test/f</i:loc>"
    links = [xml_links(x, "http://a.test/") for x in (atom, index, images, b"<otro/>")]
    assert [(x.kind, x.pages) for x in links] == [
        ("feed", ["http://a.test/e"]),
        ("sitemapindex", ["http://a.test/m.xml"]),
        ("sitemap", ["http://a.test/p"]),
        ("other", []),
    ]


def test_an_xml_body_reads_no_file_and_does_not_explode() -> None:
    laughs = b"".join(b'<!ENTITY l%d "%s">' % (i, b"&l%d;" % (i - 1) * 10) for i in range(1, 10))
    body = b'<!DOCTYPE urlset [<!ENTITY l0 "ja"><!ENTITY f SYSTEM "file:///etc/passwd">' + laughs
    body += b"]><urlset><url><loc>http://a.test/&f;&l9;</loc></url></urlset>"
    assert all(
        "root" not in url and len(url) < 1000 for url in xml_links(body, "http://a.test/").pages
    )


def test_media_are_known_by_type_extension_or_first_bytes() -> None:
    kinds = {
        "text/html; charset=x": "html",
        "TEXT/PLAIN": "plain",
        "text/xml": "xml",
        "image/png": None,
    }
    assert {media: media_kind(media) for media in kinds} == kinds
    assert media_kind("", b" <!doctype html>") == "html" and media_kind("", b"\0\1") is None
    assert extension_kind("http://a.es/x.PDF") == "media" and extension_kind("http://a.es") is None
    assert extension_kind("http://a.es/x.php?f=x.pdf") is None
    assert extension_kind("http://a.es/canal.rss") == "feed"


@given(st.binary(max_size=500), st.sampled_from(["gzip", "x-gzip", "deflate", "raw", "br", "zstd"]))
def test_a_body_is_unpacked_up_to_its_limit(body: bytes, how: str) -> None:
    raw = zlib.compressobj(wbits=-15)
    packed = {
        "gzip": gzip.compress(body),
        "x-gzip": gzip.compress(body),
        "deflate": zlib.compress(body),
        "br": brotli.compress(body),
        "zstd": zstandard.compress(body),
    }
    data = packed.get(how) or raw.compress(body) + raw.flush()
    encoding = "deflate" if how == "raw" else how
    assert unpacked(data, encoding, 500) == body
    assert unpacked(body, "", 500) == body and unpacked(body, "compress", 500) is None
    if len(body) > 1:
        with pytest.raises(TooLarge):
            unpacked(data, encoding, len(body) - 1)


def test_retry_after_is_seconds_or_a_date() -> None:
    assert _retry_after("7") == 7 and _retry_after("") == 0 and _retry_after("pronto") == 0
    assert _retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    assert _retry_after("Fri, 21 Oct 2095 07:28:00 GMT") > 1e6


def plan(**sources: dict[str, object]) -> dict[str, tuple[object, object]]:
    params = Crawl.Params.model_validate({"edition": "2026-11", "sources": sources})
    (step,) = [next(Crawl().plan(params, {}, {"resolve": {"a.test": "127.0.0.1:80"}}))]
    named = [(hashed(task.params), task.context) for task in step.tasks]
    return {str(params["name"]): (params, context) for params, context in named}


def test_a_new_source_or_another_pace_crawls_nothing_again() -> None:
    a: dict[str, object] = {"seeds": ["http://a.test/"]}
    one, two = plan(a=a), plan(b={"seeds": ["http://b.test/"]}, a={**a, "delay": 0.1, "timeout": 5})
    assert list(two) == ["a", "b"]
    assert one["a"][0] == two["a"][0] and one["a"][1] != two["a"][1]
    assert plan(a={**a, "max_pages": 5})["a"][0] != one["a"][0]


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("log", {"seeds": ["http://a.test/"]}),
        ("../a", {"seeds": ["http://a.test/"]}),
        ("a", {"seeds": []}),
        ("a", {"seeds": ["a.test"]}),
        ("a", {"seeds": ["ftp://a.test/"]}),
        ("a", {"seeds": ["http://a.test/"], "deny": ["("]}),
        ("a", {"seeds": ["http://a.test/"], "user_agent": "x\r\nHost: y"}),
        ("a", {"seeds": ["http://a.test/"], "paginas": 3}),
    ],
)
def test_a_wrong_source_is_refused(name: str, source: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Crawl.Params.model_validate({"edition": "x", "sources": {name: source}})


def test_the_stage_is_imported_without_the_heavy_libraries() -> None:
    """Nor is numpy by the process that crawls."""
    code = "import sys, cleaning.crawl.stage; print(sorted({'h11', 'asyncio', 'sqlite3', 'lxml'} & {*sys.modules}))"
    code += "; import cleaning.crawl.process; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["[]", "False"]
