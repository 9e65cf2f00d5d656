"""Copies of newspaper articles on other sites: word for word, and lightly edited.

News travels from site to site on the real web, so a deduplicator must meet both. An edited copy is
a file in ``edited/``: its front matter names the original and the paragraph that it rewrites, or
leaves out where it has no text of its own.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from flows.small_web.articles import Article, parse
from flows.small_web.hosts import BY_FOLDER

EDITED = Path(__file__).parent / "edited"

VERBATIM: tuple[tuple[str, str, str], ...] = (
    ("el-ultimo-panadero-de-fuentelarga", "ayuntamiento", "Prensa"),
    ("la-nieve-corta-el-puerto-de-las-animas", "cronica", "Agencias"),
    ("censo-de-buitres", "ayuntamiento", "Prensa"),
    ("cooperativa-de-la-miel", "cronica", "Agencias"),
)
"""Slug of the newspaper article, folder of the site that copies it, section it appears in."""

PRINTED = ("el-agua-que-se-pierde", "golpe-de-calor", "lactancia-sin-culpa")


def original(articles: Sequence[Article], slug: str) -> Article:
    """The newspaper article of that slug."""
    return next(a for a in articles if a.site.folder == "diario" and a.slug == slug)


def verbatim(articles: Sequence[Article]) -> list[Article]:
    """Syndicated copies: the same words on another site, in other markup."""
    copies = []
    for slug, folder, section in VERBATIM:
        source = original(articles, slug)
        copies.append(
            replace(
                source,
                site=BY_FOLDER[folder],
                section=section,
                copy_of=source.url,
                copy_reason="exact_duplicate",
            )
        )
    return copies


def printed(articles: Sequence[Article]) -> list[Article]:
    """The print versions of some articles: the same words under another address of the same site.

    Each names its original as canonical. The newspaper's robots.txt closes its own.
    """
    return [
        replace(
            article,
            tail="?imprimir=1",
            door="print",
            copy_of=article.url,
            copy_reason="exact_duplicate",
        )
        for article in articles
        if article.slug in PRINTED
    ]


def edited(articles: Sequence[Article]) -> list[Article]:
    """Copies with another headline and one paragraph rewritten."""
    copies = []
    for path in sorted(EDITED.glob("*.md")):
        fields, rewritten = parse(path.read_text(encoding="utf-8"), str(path))
        source = original(articles, fields["original"])
        place = int(fields["paragraph"])
        paragraphs = source.paragraphs[:place] + rewritten + source.paragraphs[place + 1 :]
        copies.append(
            replace(
                source,
                site=BY_FOLDER[fields["site"]],
                slug=path.stem,
                title=fields["title"],
                section=fields["section"],
                paragraphs=paragraphs,
                copy_of=source.url,
                copy_reason="near_duplicate",
            )
        )
    return copies
