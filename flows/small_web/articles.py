"""The written articles: plain files with a tiny front matter, read into ``Article``."""

import unicodedata
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flows.small_web.hosts import BY_FOLDER, Site

ARTICLES = Path(__file__).parent / "articles"
MARK = "---\n"


def ascii_slug(text: str) -> str:
    """``text`` as a piece of an address: no accents, no spaces, lower case."""
    plain = unicodedata.normalize("NFD", text).encode("ascii", "ignore").decode("ascii")
    return "-".join(plain.lower().split())


@dataclass(frozen=True)
class Article:
    """One page of prose, and where it is published.

    ``variety`` is what the page says of its language (``es-AR``), where that is more or other than the
    language of the text. ``masked`` is the invented personal data in the text, each with its kind;
    ``stays`` is what only looks like it. ``head`` is markup that stands in the head of the page.
    ``door`` says by what alone a crawler finds it (sitemap, feed, frame, refresh, print): no list names it.
    ``tail`` ends the address. ``copy_of`` is the address of the original of a copy and ``copy_reason``
    says which kind of copy it is.
    """

    site: Site
    slug: str
    title: str
    author: str
    date: date
    section: str
    paragraphs: tuple[str, ...]
    language: str = "es"
    variety: str = ""
    masked: tuple[tuple[str, str], ...] = ()
    stays: tuple[str, ...] = ()
    head: str = ""
    door: str = ""
    tail: str = ""
    copy_of: str = ""
    copy_reason: str = ""

    @property
    def section_slug(self) -> str:
        """The section as it stands in addresses."""
        return ascii_slug(self.section)

    @property
    def path(self) -> str:
        """The path of the article in its site."""
        path = self.site.article_path.format(
            section=self.section_slug,
            slug=self.slug,
            year=self.date.year,
            month=f"{self.date.month:02d}",
        )
        return path + self.tail

    @property
    def url(self) -> str:
        """The whole address of the article."""
        return f"http://{self.site.host}{self.path}"

    @property
    def text(self) -> str:
        """The prose alone, as the extractor should find it."""
        return "\n\n".join(self.paragraphs)

    @property
    def words(self) -> int:
        """How many words the prose has."""
        return len(self.text.split())


def parse(source: str, where: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """Split a written file into its front matter and its paragraphs."""
    before, mark, rest = source.partition(MARK)
    head, end, body = rest.partition("\n" + MARK)
    if before or not mark or not end:
        raise ValueError(f"{where}: no front matter between two '---' lines")
    pairs = (line.split(":", 1) for line in head.splitlines())
    fields = {key.strip(): value.strip() for key, value in pairs}
    paragraphs = tuple(" ".join(block.split()) for block in body.split("\n\n") if block.strip())
    return fields, paragraphs


def items(field: str) -> tuple[str, ...]:
    """The items of a comma-separated front matter field."""
    return tuple(word.strip() for word in field.split(",") if word.strip())


def read(path: Path) -> Article:
    """Read one article; its folder says on which site it is published."""
    fields, paragraphs = parse(path.read_text(encoding="utf-8"), str(path))
    personal = (item.split(" ", 1) for item in items(fields.get("masked", "")))
    return Article(
        site=BY_FOLDER[path.parent.name],
        slug=path.stem,
        title=fields["title"],
        author=fields["author"],
        date=date.fromisoformat(fields["date"]),
        section=fields["section"],
        paragraphs=paragraphs,
        language=fields.get("language", "es"),
        variety=fields.get("variety", ""),
        masked=tuple((kind, value) for kind, value in personal),
        stays=items(fields.get("stays", "")),
        head=fields.get("head", ""),
        door=fields.get("door", ""),
    )


def load() -> list[Article]:
    """Every written article, newest first within its site, always in the same order."""
    articles = [read(path) for path in sorted(ARTICLES.glob("*/*.md"))]
    order = list(BY_FOLDER)
    articles.sort(key=lambda a: (order.index(a.site.folder), -a.date.toordinal(), a.slug))
    return articles
