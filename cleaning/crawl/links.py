"""What a fetched body leads to: the links of HTML, feeds and sitemaps, and what the page says of itself."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from urllib.parse import urljoin

import lxml.etree

from cleaning.rights.directives import read_directives
from cleaning.rights.read import read_page
from cleaning.rights.statement import Page
from cleaning.text.encoding import HEAD, decode_as, stated_charsets
from cleaning.web.http import charset_in
from cleaning.web.media import media_type
from cleaning.web.urls import normalise

MAX_LINKS = 50_000  # of one body; the limit of the sitemap protocol

_FEED = {"application/rss+xml", "application/atom+xml", "application/rdf+xml"}
_REFRESH = re.compile(r"^\s*[0-9.]*\s*[;,]\s*(?:url\s*=\s*)?[\"']?([^\"'\s]+)", re.IGNORECASE)
_ROOTS = {"urlset": "sitemap", "sitemapindex": "sitemapindex", "html": "html"}
_ROOTS |= dict.fromkeys(("rss", "rdf", "feed"), "feed")
# libxml2 drops what follows a closed document; old pages go on after it.
_CLOSED = re.compile(rb"</(?:body|html)\s*>", re.IGNORECASE)
# A folder that a server lists (Apache's mod_autoindex, nginx' fancyindex) in another order: the same entries.
_ORDER = re.compile(r"/\?C=[NMSD](?:[;&]O=[AD])?\Z")
# Names, scripts and templates are no text that a reader sees.
_VISIBLE = lxml.etree.XPath(
    "//text()[normalize-space() and not(parent::title or parent::script or parent::style "
    "or parent::noscript or parent::template)]",
    smart_strings=False,
)


@dataclass
class Links:
    """What a body leads to, normalised and in order, each URL once; `noindex` and `nofollow` of a page.

    `kind` is `html`, `feed`, `sitemap`, `sitemapindex` or `other`; `feeds` are the links that it calls
    feeds; `texts` the pieces of visible text of a page, `rights` what of it speaks of rights.
    """

    kind: str = "other"
    pages: list[str] = field(default_factory=list)
    feeds: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    rights: Page | None = None
    noindex: bool = False
    nofollow: bool = False


def _encoding(body: bytes, content_type: str) -> str:
    """The encoding that the header or the page states; else UTF-8 where it fits, else windows-1252.

    What is stated is believed, right or wrong, as browsers do, since servers are asked for addresses in it; a text
    is read in the charset that it is in (`cleaning.text.encoding.decode`).
    """
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    stated = next(stated_charsets(body, charset_in(content_type)), None)
    if stated and stated.startswith("utf-16") and b"\0" not in body[:HEAD]:
        return "utf-8"  # it could not say so if it were
    if stated:
        return stated
    try:
        body.decode()
        return "utf-8"
    except UnicodeDecodeError:
        return "cp1252"


def html_links(body: bytes, url: str, content_type: str, agent: str, rights: bool = False) -> Links:
    """The links of a page: a, area, frames, meta refresh, next and previous pages, other languages, feeds.

    Links marked nofollow are left out. `agent` is the product token that a meta tag may address;
    with `rights` what speaks of them is read too.
    lxml gives up below 2,048 levels of nesting, so no page is deep enough to be dear.
    """
    encoding = _encoding(body, content_type)
    if encoding != "utf-8":  # libxml2 drops what follows a byte that a charset has no character for
        body = decode_as(body, encoding).encode()
    parser = lxml.etree.HTMLParser(encoding="utf-8", huge_tree=True, collect_ids=False)
    links = Links("html")
    root = lxml.etree.HTML(_CLOSED.sub(b"", body), parser)
    if encoding.startswith("utf-16"):
        encoding = "utf-8"  # of queries (URL Standard, 4.3)
    if root is None:
        return links
    base = next((b.get("href") for b in root.iter("base") if b.get("href")), None)
    base = (normalise(base, url, encoding) if base else None) or url
    pages: list[str] = []
    feeds: list[str] = []
    for element in root.iter("a", "area", "frame", "iframe", "meta", "link"):
        rel = (element.get("rel") or "").lower().split()
        if element.tag == "meta":
            pages += _read_meta(element, links, agent)
        elif element.tag == "link":
            target = element.get("href") or ""
            if "alternate" in rel and media_type(element.get("type") or "") in _FEED:
                feeds.append(target)
            elif "next" in rel or "prev" in rel or ("alternate" in rel and element.get("hreflang")):
                pages.append(target)
        elif "nofollow" not in rel:
            pages.append(element.get("href") or element.get("src") or "")
    links.texts = _VISIBLE(root)
    links.rights = read_page(root) if rights else None
    links.pages = _normalised(pages, base, encoding)
    links.feeds = _normalised(feeds, base, encoding)
    return links


def _read_meta(meta: lxml.etree._Element, links: Links, agent: str) -> list[str]:
    """Takes noindex and nofollow over; gives the target of a refresh."""
    content = meta.get("content") or ""
    if (meta.get("name") or "").lower() in {"robots", agent.lower()}:
        words = read_directives(content, agent)
        links.noindex |= "noindex" in words
        links.nofollow |= "nofollow" in words
    if (meta.get("http-equiv") or "").lower() == "refresh":
        return _REFRESH.findall(content)
    return []


def refreshed(header: str, url: str) -> list[str]:
    """Where the header `Refresh` leads, which does what the meta element of that name does."""
    return _normalised(_REFRESH.findall(header), url)


def xml_links(body: bytes, url: str) -> Links:
    """The links of a sitemap, a sitemap index, or an RSS, RDF or Atom feed; none of other XML.

    Of XHTML that is served as XML it tells the kind only.
    """
    addresses: list[str] = []
    kind = "other"
    for depth, element in _elements(body):
        name = _local(element.tag)
        if depth == 0:
            kind = _ROOTS.get(name, "other")
        elif kind.startswith("sitemap") and name == "loc":
            parent = element.getparent()
            if parent is not None and _local(parent.tag) in {"url", "sitemap"}:
                addresses.append(element.text or "")
        elif kind == "feed" and name == "link" and element.get("rel", "alternate") == "alternate":
            target = element.get("href") or element.text or ""
            addresses.append(urljoin(element.base or "", target.strip()))  # of `xml:base`
        elif kind == "feed" and name == "item" and (permalink := _permalink(element)):
            addresses.append(permalink)
        if len(addresses) >= MAX_LINKS:
            break
    return Links(kind=kind, pages=_normalised(addresses, url))


def _permalink(item: lxml.etree._Element) -> str:
    """The address of an entry of RSS that has no link: its guid, which is one unless it says that it is none."""
    children = {_local(child.tag): child for child in item}
    guid = children.get("guid")
    if guid is None or "link" in children or guid.get("isPermaLink", "true").lower() != "true":
        return ""
    target = (guid.text or "").strip()
    return target if target.startswith(("http://", "https://")) else ""


def text_links(body: bytes, url: str) -> Links:
    """The links of a sitemap that is a list of URLs, one a line."""
    lines = body.decode("utf-8-sig", errors="replace").splitlines()
    return Links("sitemap", _normalised([line for line in lines if "://" in line], url))


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
    return list(dict.fromkeys(u for u in urls if u and not _ORDER.search(u)))
