"""Builds the whole written web in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

from flows.small_web import articles as written
from flows.small_web import copies, feeds, oddities
from flows.small_web.articles import Article
from flows.small_web.hosts import SITES, Charset, Site
from flows.small_web.pages import (
    Link,
    article_view,
    encoded_twice,
    list_views,
    respond,
    section_path,
)
from flows.small_web.response import Page, Response

CLOSED = ("hemeroteca", "archivo")
"""The sections that the robots.txt of their sites close, but for what it allows by name."""


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
    view = article_view(article, related)
    if charset.twice:
        view = replace(view, content=encoded_twice(view.content))
    return Page(
        site.host,
        article.path,
        respond(site, menu, view, charset),
        reason_of(article),
        article.language,
        article.copy_of,
        "; ".join(f"{kind} {value}" for kind, value in article.masked),
        "; ".join(article.stays),
    )


def reason_of(article: Article) -> str:
    """What decides the article's fate: robots.txt, its own wish, its being a copy, or its language."""
    closed = article.section_slug in CLOSED and f"Allow: {article.path}" not in article.site.robots
    if closed or (article.tail and "imprimir" in article.site.robots):
        return "robots"
    if "noindex" in article.head:
        return "noindex"
    return article.copy_reason or ("article" if article.language == "es" else "language")


def list_pages(
    site: Site, mine: Sequence[Article], menu: Sequence[Link], extra: Sequence[Link]
) -> list[Page]:
    """The front page and the sections, with their further pages."""
    others = [Link(other.name, other.root) for other in SITES if other is not site]
    others.append(Link("Patrocinador", oddities.OUTSIDE[0]))
    views = list_views(site, "/", f"Portada de {site.name}", mine, (*extra, *others))
    for name in sections(mine):
        chosen = [a for a in mine if a.section == name]
        views += list_views(site, section_path(chosen[0].section_slug), name, chosen, ())
    charset: Charset = site.charset
    return [
        Page(site.host, path, respond(site, menu, view, charset), "index") for path, view in views
    ]


def sections(mine: Sequence[Article]) -> list[str]:
    """The names of a site's sections, in order of appearance."""
    return list(dict.fromkeys(a.section for a in mine))


def site_pages(site: Site, mine: Sequence[Article], odd: list[Page]) -> list[Page]:
    """Everything one site serves but its odd pages."""
    listed = [a for a in mine if not a.door]
    menu = [Link("Inicio", "/")]
    menu += [Link(name, section_path(written.ascii_slug(name))) for name in sections(listed)]
    pages = list_pages(site, listed, menu, oddities.links(odd, site))
    prints = {a.copy_of: a.path for a in mine if a.door == "print"}
    for place, article in enumerate(mine):
        ring = [listed[(place + step) % len(listed)] for step in (1, 2, 5)]
        related = [
            Link(other.title, other.path + tail)
            for other, tail in zip(ring, ("", "?utm_source=relacionados", "#inicio"), strict=True)
            if other is not article
        ]
        if article.url in prints:
            related.append(Link("Versión para imprimir", prints[article.url]))
        pages.append(article_page(article, menu, related))
    return pages + feeds.pages(site, mine)


def build() -> Web:
    """The whole web, the same on every call."""
    originals = written.load()
    copied = [*copies.verbatim(originals), *copies.edited(originals), *copies.printed(originals)]
    everything = [*originals, *copied]
    odd = oddities.pages(originals)
    by_address: dict[tuple[str, str], Page] = {}
    for site in SITES:
        mine = [a for a in everything if a.site is site]
        for page in site_pages(site, mine, odd) + [p for p in odd if p.host == site.host]:
            if (page.host, page.path) in by_address:
                raise ValueError(f"two pages at {page.url}")
            by_address[page.host, page.path] = page
    return Web(by_address, tuple(everything))
