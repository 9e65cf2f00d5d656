"""What sites publish for machines: robots.txt, the site map and the feed."""

from collections.abc import Sequence
from html import escape

from flows.web.articles import Article
from flows.web.hosts import Site
from flows.web.response import Page, plain

XML = "application/xml; charset=utf-8"
RSS = "application/rss+xml; charset=utf-8"


def robots(site: Site) -> Page:
    """The site's rules for robots."""
    return Page(site.host, "/robots.txt", plain(site.robots), "removed", "media_type")


def sitemap(site: Site, articles: Sequence[Article]) -> Page:
    """The list of the site's articles with the date of each."""
    entries = "".join(
        f"<url><loc>{escape(a.url)}</loc><lastmod>{a.date}</lastmod></url>\n" for a in articles
    )
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"<url><loc>{site.root}</loc></url>\n{entries}</urlset>\n"
    )
    return Page(site.host, "/sitemap.xml", plain(text, XML), "removed", "media_type")


def feed(site: Site, articles: Sequence[Article]) -> Page:
    """The newest articles, with links that tell where the reader came from."""
    items = "".join(
        f"<item><title>{escape(a.title)}</title>"
        f"<link>{escape(a.url)}?utm_source=rss</link><guid>{escape(a.url)}</guid></item>\n"
        for a in articles[:10]
    )
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel>\n'
        f"<title>{escape(site.name)}</title><link>{site.root}</link>"
        f"<description>{escape(site.tagline)}</description>\n{items}</channel></rss>\n"
    )
    return Page(site.host, "/feed.xml", plain(text, RSS), "removed", "media_type")


def pages(site: Site, articles: Sequence[Article]) -> list[Page]:
    """Whatever the site publishes for machines."""
    found = [robots(site)]
    if site.sitemap:
        found.append(sitemap(site, articles))
    if site.feed:
        found.append(feed(site, articles))
    return found
