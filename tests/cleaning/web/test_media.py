import pytest

from cleaning.crawl.links import html_links
from cleaning.web.media import media_kind, media_type, page_type, sniffed_type

BODIES = {
    b"<!doctype html><p>Pan": "text/html",
    b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">': "text/html",
    b'<?xml version="1.0"?><rss>': "application/xml",
    b"\xef\xbb\xbf Pan y sal": "text/plain",
    b"%PDF-1.7": "application/octet-stream",
    b"pan\0sal": "",
    b"": "text/plain",
}


@pytest.mark.parametrize("body", BODIES)
def test_crawl_and_archive_see_the_same_in_a_body_without_a_type(body: bytes) -> None:
    sniffed = BODIES[body]
    assert sniffed_type(body) == sniffed
    kinds = {"text/html": "html", "application/xml": "xml", "text/plain": "plain"}
    assert media_kind("", body) == kinds.get(sniffed)
    texts = {"text/html", "text/plain", "application/xml"}
    shown = "text/html" if sniffed == "text/html" else "text/plain" if sniffed in texts else ""
    shown = "application/xml" if b"<rss>" in body else shown
    assert page_type("", body) == shown


def test_a_type_is_the_first_that_is_stated() -> None:
    assert media_type(" Text/HTML; charset=x, text/plain") == "text/html"
    assert page_type("TEXT/HTML,text/html", b"Pan") == "text/html"
    assert page_type("text/html", b"%PDF-1.7") == "application/octet-stream"
    assert page_type("text/plain", b"<title>Pan</title>") == "text/html"
    assert page_type("image/png", b"<title>Pan</title>") == "image/png"


DATA = {
    b'{"id":1492,"content":{"rendered":"<p>El pan<\\/p>\\n"}}': "application/json",
    b'\xef\xbb\xbf[\n {"id": 7, "title": "Pan"}]\n': "application/json",
    b'<?xml version="1.0"?>\n<!-- a -->\n<rss version="2.0"><channel>': "application/xml",
    b"<oembed><title>Pan</title></oembed>": "application/xml",
}
TEXTS = (
    b'{"aviso": "lento"}<html><p>Pan</p></html>',
    b'{{ "pan" }} y sal',
    b"[1] Pan y sal: una {historia}",
    b'{"Pan", dijo, y sal: ya.}',
    b'<?xml version="1.0"?><html><body><rss>',
)


def test_data_that_are_sent_as_html_or_text_are_data() -> None:
    for stated in ("text/html", "text/plain", ""):
        assert {body: page_type(stated, body) for body in DATA} == DATA
    for body in TEXTS:
        assert page_type("text/html", body) == "text/html"


@pytest.mark.parametrize("charset", ["windows-1252", "ISO-8859-1", "gb2312"])
def test_links_stand_behind_a_byte_that_the_stated_charset_does_not_have(charset: str) -> None:
    body = b'<a href="/a">\x81\x8d\x9d\xff</a><a href="/b">b</a>'
    for page in (body, f'<meta charset="{charset}">'.encode() + body):
        media = "text/html" if page is not body else f"text/html; charset={charset}"
        links = html_links(page, "http://a.test/", media, "t")
        assert links.pages == ["http://a.test/a", "http://a.test/b"]
