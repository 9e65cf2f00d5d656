"""What sites publish for machines: robots.txt, the site map and the feed."""

import gzip
from collections.abc import Sequence
from html import escape

from flows.small_web.articles import Article
from flows.small_web.hosts import Site
from flows.small_web.response import Page, binary, plain

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
PROTOCOL = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
XML = "application/xml; charset=utf-8"
RSS = "application/rss+xml; charset=utf-8"


def robots(site: Site) -> Page:
    """The site's rules for robots."""
    return Page(site.host, "/robots.txt", plain(site.robots), "machine")


def sitemaps(site: Site, articles: Sequence[Article]) -> list[Page]:
    """The list of the site's articles with the date of each: plain, or packed behind an index."""
    if not site.sitemap:
        return [Page(site.host, "/sitemap.xml", plain("No encontrado\n", status=404), "status")]
    text = "".join(
        f"<url><loc>{escape(a.url)}</loc><lastmod>{a.date}</lastmod></url>\n" for a in articles
    )
    text = f"{DECLARATION}<urlset {PROTOCOL}>\n<url><loc>{site.root}</loc></url>\n{text}</urlset>\n"
    if site.sitemap == "plain":
        return [Page(site.host, "/sitemap.xml", plain(text, XML), "machine")]
    packed = Page(
        site.host,
        "/sitemap-1.xml.gz",
        binary(gzip.compress(text.encode(), mtime=0), "application/gzip"),
        "machine",
    )
    index = f"<sitemap><loc>{packed.url}</loc></sitemap>"
    index = f"{DECLARATION}<sitemapindex {PROTOCOL}>{index}</sitemapindex>\n"
    return [packed, Page(site.host, "/sitemap_index.xml", plain(index, XML), "machine")]


def feed(site: Site, articles: Sequence[Article]) -> Page:
    """Some articles, with links that tell where the reader came from."""
    items = "".join(
        f"<item><title>{escape(a.title)}</title>"
        f"<link>{escape(a.url)}?utm_source=rss</link><guid>{escape(a.url)}</guid></item>\n"
        for a in articles
    )
    text = (
        f'{DECLARATION}<rss version="2.0"><channel>\n'
        f"<title>{escape(site.name)}</title><link>{site.root}</link>"
        f"<description>{escape(site.tagline)}</description>\n{items}</channel></rss>\n"
    )
    return Page(site.host, "/feed.xml", plain(text, RSS), "machine")


def pages(site: Site, articles: Sequence[Article]) -> list[Page]:
    """Whatever the site publishes for machines about its articles.

    The site map names what the lists do and what nothing else does; the feed the newest, and its own.
    """
    listed = [a for a in articles if not a.door]
    named = [a for a in articles if a.door == "sitemap"]
    fed = [a for a in articles if a.door == "feed"]
    published = [robots(site), *sitemaps(site, [*listed, *named])]
    if site.feed:
        published.append(feed(site, [*listed[:10], *fed]))
    return published
