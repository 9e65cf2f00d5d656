"""Turns articles and lists of articles into whole pages, in each site's own markup."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from flows.small_web.articles import Article
from flows.small_web.hosts import Charset, Site
from flows.small_web.response import Response, html

TEMPLATES = Path(__file__).parent / "templates"
MONTHS = (
    *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
    *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
)
FEED = '<link rel="alternate" type="application/rss+xml" href="/feed.xml">'
META = '<meta http-equiv="Content-Type" content="text/html; charset={}">'
POST = re.compile(r"@([\w.-]+): (.*)")


@dataclass(frozen=True)
class Link:
    """A link as it stands in a page."""

    text: str
    href: str

    def html(self) -> str:
        """The anchor element."""
        return f'<a href="{escape(self.href)}">{escape(self.text)}</a>'


@dataclass(frozen=True)
class View:
    """What one page shows inside the frame of its site."""

    title: str
    content: str
    byline: str = ""
    language: str = "es"
    head: str = ""
    crumbs: tuple[Link, ...] = ()
    related: tuple[Link, ...] = ()


@cache
def template(folder: str) -> Template:
    """The frame that a site puts round every page."""
    return Template((TEMPLATES / f"{folder}.html").read_text(encoding="utf-8"))


def frame(site: Site, menu: Sequence[Link], view: View, charset: Charset) -> str:
    """A whole page: the content of ``view`` amid the site's furniture."""
    meta = META.format(charset.meta) if charset.meta else ""
    return template(site.folder).substitute(
        meta=meta + (FEED if site.feed else "") + view.head,
        language=view.language,
        site=escape(site.name),
        tagline=escape(site.tagline),
        title=escape(view.title),
        byline=escape(view.byline),
        menu="".join(site.item.format(link.html()) for link in menu),
        crumbs=" &gt; ".join(link.html() for link in view.crumbs),
        content=view.content,
        related="".join(site.item.format(link.html()) for link in view.related),
    )


def encoded_twice(text: str) -> str:
    """Mojibake: the UTF-8 bytes of the text read as windows-1252, as an import of old data leaves them."""
    return "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in text.encode())


def respond(site: Site, menu: Sequence[Link], view: View, charset: Charset) -> Response:
    """The framed page as bytes, declared as ``charset`` says."""
    return html(frame(site, menu, view, charset), charset.header, charset.encoding)


def spanish_date(article: Article) -> str:
    """The date as a Spanish reader writes it."""
    return f"{article.date.day} de {MONTHS[article.date.month - 1]} de {article.date.year}"


def prose(article: Article) -> str:
    """The paragraphs in the site's markup; a forum's are grouped into posts by their author."""
    pieces: list[str] = []
    for paragraph in article.paragraphs:
        post = POST.match(paragraph) if article.site.folder == "foro" else None
        if post:
            if pieces:
                pieces.append("</div></div>\n")
            pieces.append(
                f'<div class="post bg2"><div class="profile"><b>{escape(post[1])}</b></div>'
                '<div class="postbody">\n'
            )
            paragraph = post[2]
        pieces.append(article.site.paragraph.format(escape(paragraph, quote=False)))
    if article.site.folder == "foro" and POST.match(article.paragraphs[0]):
        pieces.append("</div></div>\n")
    return "".join(pieces)


def article_view(article: Article, related: Sequence[Link]) -> View:
    """An article amid its section's breadcrumbs and its related links."""
    site = article.site
    return View(
        title=article.title,
        content=prose(article),
        byline=f"{article.author} · {spanish_date(article)}",
        language=article.variety or article.language,
        head=f'<link rel="canonical" href="{escape(article.copy_of if article.tail else article.url)}">'
        + article.head,
        crumbs=(Link("Inicio", "/"), Link(article.section, section_path(article.section_slug))),
        related=(*related, Link(f"Portada de {site.name}", site.root)),
    )


def section_path(section_slug: str) -> str:
    """The address of a section's list."""
    return f"/seccion/{section_slug}/"


def list_path(base: str, number: int) -> str:
    """The address of page ``number`` of a list; the first one is the list itself."""
    return base if number == 1 else f"{base}pagina/{number}"


def teaser(article: Article, number: int) -> str:
    """An entry of a list: a link and the first words.

    Some links carry tracking parameters or a fragment, as links on front pages do.
    """
    tails = ("", "?utm_source=portada&utm_medium=web", "", "#comentarios")
    link = Link(article.title, article.path + tails[number % len(tails)])
    start = article.paragraphs[0].split()[:14]
    text = escape(" ".join(start), quote=False)
    return article.site.teaser.format(link=link.html(), text=f"{text}…")


def list_views(
    site: Site, base: str, title: str, articles: Sequence[Article], related: Sequence[Link]
) -> list[tuple[str, View]]:
    """The pages of a list of articles, each linked to the next and the one before."""
    size = site.per_page
    chunks = [articles[i : i + size] for i in range(0, len(articles), size)] or [articles]
    views = []
    for number, chunk in enumerate(chunks, start=1):
        pager, head = [], ""
        if number > 1:
            pager.append(Link("« Anterior", list_path(base, number - 1)))
            head += f'<link rel="prev" href="{list_path(base, number - 1)}">'
        if number < len(chunks):
            pager.append(Link("Siguiente »", list_path(base, number + 1)))
            head += f'<link rel="next" href="{list_path(base, number + 1)}">'
        body = "".join(teaser(article, i) for i, article in enumerate(chunk))
        views.append(
            (
                list_path(base, number),
                View(title, body, "", "es", head, (Link("Inicio", "/"),), (*pager, *related)),
            )
        )
    return views
