"""What a fetched body leads to: the links of HTML, feeds and sitemaps, and what the page says of itself."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

import lxml.etree
from resiliparse.parse.encoding import detect_encoding
from resiliparse.parse.html import HTMLTree

from cleaning.crawl_urls import normalise

MAX_LINKS = 50_000  # of one body; the limit of the sitemap protocol

_FEED = {"application/rss+xml", "application/atom+xml", "application/rdf+xml"}
_REFRESH = re.compile(r"^\s*[0-9.]*\s*[;,]\s*(?:url\s*=\s*)?[\"']?([^\"'\s]+)", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)


@dataclass
class Links:
    """What a body leads to, normalised and in order, each URL once; `noindex` and `nofollow` of a page.

    `kind` is `page`, `feed`, `sitemap` or `sitemapindex`; `feeds` are the links that it calls feeds.
    """

    kind: str = "page"
    pages: list[str] = field(default_factory=list)
    feeds: list[str] = field(default_factory=list)
    noindex: bool = False
    nofollow: bool = False


def read_directives(text: str, agent: str) -> set[str]:
    """The words of a meta robots or X-Robots-Tag value that are meant for all or for `agent`.

    `none` is noindex and nofollow. In a header, `name: word` addresses one crawler from there on.
    """
    words: set[str] = set()
    addressed = True
    for item in text.lower().split(","):
        name, colon, word = item.rpartition(":")
        if colon:
            addressed = name.strip() == agent.lower()
        if addressed:
            words.add(word.strip())
    return words | {"noindex", "nofollow"} if "none" in words else words


def _encoding(body: bytes, content_type: str) -> str:
    declared = _CHARSET.search(content_type)
    try:
        return codecs.lookup(declared[1]).name if declared else detect_encoding(body) or "utf-8"
    except LookupError:
        return detect_encoding(body) or "utf-8"


def html_links(body: bytes, url: str, content_type: str, agent: str) -> Links:
    """The links of a page: a, area, frames, meta refresh, next and previous pages, feeds.

    Links marked nofollow are left out. `agent` is the product token that a meta tag may address.
    """
    encoding = _encoding(body, content_type)
    tree = HTMLTree.parse_from_bytes(body, encoding)
    links = Links()
    if tree.document is None:
        return links
    find = tree.document.get_elements_by_tag_name
    base = next((b.getattr("href") for b in find("base") if b.getattr("href")), None)
    base = (normalise(base, url, encoding) if base else None) or url
    pages: list[str] = []
    feeds: list[str] = []
    for meta in find("meta"):
        content = meta.getattr("content") or ""
        if (meta.getattr("name") or "").lower() in {"robots", agent.lower()}:
            words = read_directives(content, agent)
            links.noindex |= "noindex" in words
            links.nofollow |= "nofollow" in words
        elif (meta.getattr("http-equiv") or "").lower() == "refresh":
            pages += _REFRESH.findall(content)
    for tag, attribute in (("a", "href"), ("area", "href"), ("frame", "src"), ("iframe", "src")):
        for element in find(tag):
            target = element.getattr(attribute)
            if target and "nofollow" not in (element.getattr("rel") or "").lower().split():
                pages.append(target)
    for element in find("link"):
        rel = set((element.getattr("rel") or "").lower().split())
        target = element.getattr("href") or ""
        if "alternate" in rel and (element.getattr("type") or "").lower() in _FEED:
            feeds.append(target)
        elif rel & {"next", "prev"}:
            pages.append(target)
    links.pages = _normalised(pages, base, encoding)
    links.feeds = _normalised(feeds, base, encoding)
    return links


def xml_links(body: bytes, url: str) -> Links:
    """The links of a sitemap, a sitemap index, or an RSS, RDF or Atom feed; none of other XML."""
    found: list[str] = []
    kind = "page"
    for depth, element in _elements(body):
        name = _local(element.tag)
        if depth == 0:
            kind = {"urlset": "sitemap", "sitemapindex": "sitemapindex"}.get(name, "page")
            kind = "feed" if name in {"rss", "rdf", "feed"} else kind
        elif kind.startswith("sitemap") and name == "loc":
            parent = element.getparent()
            if parent is not None and _local(parent.tag) in {"url", "sitemap"}:
                found.append(element.text or "")
        elif kind == "feed" and name == "link" and element.get("rel", "alternate") == "alternate":
            found.append(element.get("href") or element.text or "")
        if len(found) >= MAX_LINKS:
            break
    return Links(kind=kind, pages=_normalised(found, url))


def _elements(body: bytes) -> Iterator[tuple[int, lxml.etree._Element]]:
    """(depth, element): the root when it opens, every other one when it closes."""
    events = lxml.etree.iterparse(
        BytesIO(body),
        events=("start", "end"),
        recover=True,
        resolve_entities=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )
    depth = 0
    try:
        for event, element in events:
            if event == "start":
                if depth == 0:
                    yield 0, element
                depth += 1
                continue
            depth -= 1
            yield max(depth, 1), element
            if _local(element.tag) in {"url", "sitemap", "item", "entry"}:
                element.clear()
    except lxml.etree.XMLSyntaxError:
        return  # what was read until here counts


def _local(tag: object) -> str:
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _normalised(targets: list[str], base: str, encoding: str = "utf-8") -> list[str]:
    urls = (normalise(t, base, encoding) for t in targets[:MAX_LINKS] if t and not t.isspace())
    return list(dict.fromkeys(u for u in urls if u))
