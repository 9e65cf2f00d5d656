"""Builds the whole written web in memory, and the table of what must become of each page.

python -P -m flows.web.sites > flows/web/truth.csv
"""

import csv
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

from flows.web import articles as written
from flows.web import copies, feeds, oddities
from flows.web.articles import Article
from flows.web.hosts import SITES, Charset, Site
from flows.web.pages import Link, article_view, list_views, respond, section_path
from flows.web.response import Page, Response

TRUTH = Path(__file__).parent / "truth.csv"
COLUMNS = ("url", "expect", "reason", "language", "copy_of")
NOT_CRAWLED_SECTION = "hemeroteca"
"""The newspaper's section that its robots.txt closes."""


@dataclass(frozen=True)
class Web:
    """Every page of the web by host and path, and what was written to make it."""

    pages: dict[tuple[str, str], Page]
    articles: tuple[Article, ...]

    @property
    def hosts(self) -> list[str]:
        """The hosts that answer."""
        return [site.host for site in SITES]

    @property
    def responses(self) -> dict[tuple[str, str], Response]:
        """The fixed answers alone."""
        return {key: page.response for key, page in self.pages.items()}

    def answer(self, host: str, target: str) -> Response:
        """The answer to any request: a fixed page, a month of the diary, or not found.

        Tracking parameters change nothing in a page, as on the real web.
        """
        path, _, query = target.partition("?")
        rest = [(k, v) for k, v in parse_qsl(query) if not k.startswith("utm_")]
        page = self.pages.get((host, f"{path}?{urlencode(rest)}" if rest else path))
        if page is not None:
            return page.response
        if host == oddities.TRAP_HOST:
            month = oddities.calendar(path)
            if month is not None:
                return month
        return oddities.not_found()


def article_page(article: Article, menu: Sequence[Link], related: Sequence[Link]) -> Page:
    """An article with the fate that its language, its copies and robots.txt give it."""
    site, section = article.site, article.section_slug
    charset = site.section_charsets.get(section, site.charset)
    response = respond(site, menu, article_view(article, related), charset)
    expect, reason = "kept", "article"
    if site.folder == "diario" and section == NOT_CRAWLED_SECTION:
        expect, reason = "not_crawled", "robots"
    elif article.copy_of:
        expect, reason = "removed", article.copy_reason
    elif article.language != "es":
        reason = "language"
    return Page(
        site.host, article.path, response, expect, reason, article.language, article.copy_of
    )


def list_pages(
    site: Site, mine: Sequence[Article], menu: Sequence[Link], extra: Sequence[Link]
) -> list[Page]:
    """The front page and the sections, with their further pages."""
    others = [Link(other.name, other.root) for other in SITES if other is not site]
    views = list_views(site, "/", f"Portada de {site.name}", mine, (*extra, *others))
    for name in sections(mine):
        chosen = [a for a in mine if a.section == name]
        views += list_views(site, section_path(chosen[0].section_slug), name, chosen, ())
    charset: Charset = site.charset
    return [
        Page(site.host, path, respond(site, menu, view, charset), "removed", "index")
        for path, view in views
    ]


def sections(mine: Sequence[Article]) -> list[str]:
    """The names of a site's sections, in order of appearance."""
    return list(dict.fromkeys(a.section for a in mine))


def site_pages(site: Site, mine: Sequence[Article], odd: list[Page]) -> list[Page]:
    """Everything one site serves but its odd pages."""
    menu = [Link("Inicio", "/")]
    menu += [Link(name, section_path(written.ascii_slug(name))) for name in sections(mine)]
    machines = feeds.pages(site, mine)
    extra = oddities.links([*odd, *(page for page in machines if page.path != "/robots.txt")], site)
    pages = list_pages(site, mine, menu, extra)
    for place, article in enumerate(mine):
        ring = [mine[(place + step) % len(mine)] for step in (1, 2, 5)]
        related = [
            Link(other.title, other.path + tail)
            for other, tail in zip(ring, ("", "?utm_source=relacionados", "#inicio"), strict=True)
            if other is not article
        ]
        pages.append(article_page(article, menu, related))
    return pages + machines


def build() -> Web:
    """The whole web, the same on every call."""
    originals = written.load()
    everything = [*originals, *copies.verbatim(originals), *copies.edited(originals)]
    newest = next(a for a in originals if a.section_slug != NOT_CRAWLED_SECTION)
    odd = oddities.pages(newest)
    found: dict[tuple[str, str], Page] = {}
    for site in SITES:
        mine = [a for a in everything if a.site is site]
        for page in site_pages(site, mine, odd) + [p for p in odd if p.host == site.host]:
            if (page.host, page.path) in found:
                raise ValueError(f"two pages at {page.url}")
            found[page.host, page.path] = page
    return Web(found, tuple(everything))


def truth(web: Web) -> str:
    """The table of fates as CSV, in order of address."""
    out = StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(COLUMNS)
    for page in sorted(web.pages.values(), key=lambda page: page.url):
        table.writerow((page.url, page.expect, page.reason, page.language, page.copy_of))
    return out.getvalue()


if __name__ == "__main__":
    sys.stdout.write(truth(build()))
