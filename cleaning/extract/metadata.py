"""What a page says of itself: title, author, date, language, licence, headings and the way to it.

In the order in which they are believed: structured data (JSON-LD), the `meta` elements of its head, the marks of
its body. Dates are believed from 1995 up to the capture, so that they don't depend on the day of the work.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from lxml import etree

from cleaning.extract import breadcrumb
from cleaning.extract.tree.characters import Written
from cleaning.readers.languages import region_code

_ARTICLES = re.compile(
    r"(Article|BlogPosting|Report|WebPage|DiscussionForumPosting|Recipe|Review|Product|Event)$"
)
_DATE_NAMES = (
    "article:published_time og:published_time datepublished date dc.date dc.date.issued dcterms.created"
    " dcterms.date dc.date.created sailthru.date parsely-pub-date publish-date publish_date pubdate"
    " article.published publication_date fecha article:modified_time"
)
_DATES = _DATE_NAMES.split()
_TITLES = ("og:title", "twitter:title", "dc.title", "dcterms.title")
_AUTHORS = (
    "author",
    "dc.creator",
    "dcterms.creator",
    "article:author",
    "parsely-author",
    "byl",
    "sailthru.author",
)
_DAY = re.compile(r"\b(19[89]\d|20\d\d)[-/.](0?[1-9]|1[0-2])[-/.](0?[1-9]|[12]\d|3[01])\b")
_MONTH_NAMES = (
    "enero xaneiro gener janeiro january ene jan gen|febrero febreiro febrer fevereiro february feb fev"
    "|marzo març março march mar|abril april abr apr|mayo maio maig may mai|junio xuño juny junho june jun"
    "|julio xullo juliol julho july jul|agosto agost august ago aug|septiembre setiembre setembro setembre september"
    " sep sept set|octubre outubro october oct out|noviembre novembro novembre november nov"
    "|diciembre decembro desembre dezembro december dic dec des dez"
)
_MONTHS = {
    name: number
    for number, names in enumerate(_MONTH_NAMES.split("|"), 1)
    for name in names.split()
}
_IN_WORDS = re.compile(
    r"\b(?P<day>\d{1,2})(?:st|nd|rd|th|º)?\s+(?:de\s+|d['’]\s*)?(?P<month>[^\W\d_]{3,10})\.?,?\s+(?:del?\s+)?"
    r"(?P<year>(?:19|20)\d\d)\b"
    r"|\b(?P<month2>[^\W\d_]{3,10})\.?\s+(?P<day2>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year2>(?:19|20)\d\d)\b"
    r"|\b(?P<day3>\d{1,2})[/.-](?P<month3>\d{1,2})[/.-](?P<year3>(?:19|20)\d\d)\b"
)
_YEAR = re.compile(r"(?:19|20)\d\d")  # in each of them
# Languages that write 3/4/2021 for the third of April.
_DAY_FIRST = frozenset(["es", "ca", "gl", "eu", "pt", "fr", "it"])
_FIRST = date(1995, 1, 1)
_LONGEST = 300  # characters of a title or a name
_LARGEST = 500_000  # characters of structured data that are read
# What makes manuals of sources, and nothing else; Sphinx names itself by where its index and its search are.
_MANUALS = re.compile(
    r"docbook|publican|docutils|sphinx|mkdocs|antora|asciidoc|doxygen|makeinfo|texi2html|texinfo|gitbook|honkit|mdbook"
    r"|yelp|latex2html|tex4ht|javadoc",
    re.IGNORECASE,
)
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_OF_SPHINX = frozenset({"index", "search"})
# What yelp-xsl, which makes pages of Mallard, sets on what unfolds and on pictures, and docbook-xsl around the title of
# what is all of a page: in the template of a site it may be one of its boxes.
_BY_YELP, _TITLE_PAGE = b" data-yelp-", b'<div class="titlepage">'
_BY_SHEETS = re.compile(
    rb'<body[^<>]*>\s*<(?:div|section) class="\w+"[^<>]*>\s*' + re.escape(_TITLE_PAGE)
)
_LICENCE = re.compile(r"https?://(?:www\.)?creativecommons\.org/(?:licenses|publicdomain)/[\w./-]+")
_SITE = re.compile(r"\s+[|–—·»«-]\s+")
# Behind a heading, of the link that leads to it.
_SIGN = re.compile(r"\s*[¶🔗⚓\ue000-\uf8ff]+\ufe0f?$")
_WORD = re.compile(r"[^\W_]+")
_ACCENTS = re.compile(r"[\u0300-\u036f]")
# What a template escapes of the markup of a title that it puts into an attribute.
_MARKUP = re.compile(
    r"</?(?:span|em|strong|b|i|code|su[bp]|abbr|small|mark|br)\b[^<>]*>", re.IGNORECASE
)
HEADINGS = 5  # of the first order, among which that of the text is looked for
DEEPEST = 20  # levels of structured data


@dataclass
class Head:
    """What a page says of itself, what its structured data holds of its text, whether they call it news, and whether
    what made the page makes manuals.
    """

    metadata: dict[str, str] = field(default_factory=dict)
    titles: list[str] = field(default_factory=list)
    article: str = ""
    news: bool = False
    manual: bool = False


@dataclass
class Marks:
    """What the elements say in which a page says something of itself, in its order: the attributes of `meta`, all
    structured data, the title of its head as a whole and before any element in it, `rel` of links, headings of the
    first order, days of `time`. They hold nothing of the tree.
    """

    meta: list[dict[str, str]] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    title: str = ""
    plain_title: str = ""
    relations: set[str] = field(default_factory=set)
    headings: list[str] = field(default_factory=list)
    days: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, root: etree._Element) -> Marks:
        """Those of a page, by one walk."""
        marks = cls()
        titled = False
        for element in root.iter("meta", "script", "title", "link", "h1", "time"):
            match element.tag:
                case "meta":
                    marks.meta.append(dict(element.items()))
                case "link":
                    marks.relations.add((element.get("rel") or "").lower())
                case "script":
                    if "ld+json" in (element.get("type") or ""):
                        marks.data.append(element.text or "")
                case "h1":
                    if len(marks.headings) < HEADINGS:
                        marks.headings.append(_text(element))
                case "time":
                    marks.days.append(element.get("datetime") or "")
                case "title" if not titled:
                    titled = True
                    marks.title, marks.plain_title = _text(element), element.text or ""
        return marks


def read_head(root: etree._Element, marks: Marks, page: Written, captured: datetime | None) -> Head:
    """Reads the head and the marks of a page, of which `page` is the tree as XML."""
    metas: dict[str, str] = {}
    for meta in marks.meta:
        name = meta.get("property") or meta.get("name") or meta.get("itemprop")
        content = meta.get("content", "").strip()
        if name and content:
            metas.setdefault(name.strip().lower(), content)
    things = sorted(_things(marks), key=lambda t: not _ARTICLES.search(_type(t)))
    latest = _latest(captured)
    titles = _titles(marks, metas, things)
    language = root.get("lang") or root.get("xml:lang") or ""
    fields = {
        "title": titles[0] if titles else "",
        "author": _author(root, page.data, metas, things),
        "date": _date(marks, metas, things, latest),
        "licence": _licence(root) if page.holds(b"creativecommons.org") else "",
        "language": language.strip().partition("-")[0].lower(),
        "region": _region(language, metas, marks),
        "rights": f"tdm-reservation={metas['tdm-reservation'][0]}"
        if metas.get("tdm-reservation", "")[:1].isdigit()
        else "",
        "breadcrumb": breadcrumb.of_data(things),
    }
    if not _LANGUAGE.fullmatch(fields["language"]):
        fields["language"] = ""
    article = next(
        (str(t["articleBody"]) for t in things if isinstance(t.get("articleBody"), str)), ""
    )
    news = any("NewsArticle" in _type(t) for t in things)
    by_sphinx = marks.relations >= _OF_SPHINX
    named = _MANUALS.search(metas.get("generator", ""))
    by_sheets = page.holds(_TITLE_PAGE) and _BY_SHEETS.search(page.data) is not None
    manual = by_sphinx or named is not None or by_sheets or page.holds(_BY_YELP)
    return Head({k: v for k, v in fields.items() if v}, titles, article, news, manual)


def _things(marks: Marks) -> Iterator[dict[str, Any]]:
    """The objects of the structured data of a page, in its order."""
    for data in marks.data:
        if not data or len(data) > _LARGEST:
            continue
        try:
            value = json.loads(data, strict=False)
        except (ValueError, RecursionError):
            continue
        yield from _objects(value, 0)


def _objects(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            yield from _objects(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        for name in ("@graph", "mainEntity", "mainEntityOfPage", "breadcrumb"):
            yield from _objects(value.get(name), depth + 1)


def _type(thing: dict[str, Any]) -> str:
    kind = thing.get("@type")
    return str(kind[0] if isinstance(kind, list) and kind else kind)


def _text(element: etree._Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _titles(marks: Marks, metas: dict[str, str], things: list[dict[str, Any]]) -> list[str]:
    """All that may be the title: of a headline, of the head, of a heading of which the head holds the words."""
    whole = marks.title
    pieces = _SITE.split(whole)
    longest = max(pieces, key=len)
    headings = [h for heading in marks.headings if (h := _SIGN.sub("", heading))]
    headlines = [str(t["headline"]) for t in things if isinstance(t.get("headline"), str)]
    # Above the heading of a text its site may have one with its own name; the head has both.
    words = _words(whole)
    named = [h for h in headings if h.lower() in whole.lower() or _words(h) in words]
    declared = [metas[name] for name in _TITLES if name in metas]
    heading = named[-1] if named else (headings or [""])[0]
    apart = (
        declared
        and declared[0].lower() in whole.lower()
        and heading.lower() not in declared[0].lower()
    )
    if apart:
        headlines.append(declared[0])
    elif named and (
        len(named) > 1
        or heading.lower() in longest.lower()
        or _words(heading) == _words(pieces[0])  # the name of the site comes behind, however long
    ):
        headlines.append(heading)
    headlines += [*declared, longest, heading]
    # Most say the same.
    once = dict.fromkeys(headlines)
    return [t for title in once if (t := " ".join(_MARKUP.sub("", title).split())[:_LONGEST])]


def _words(text: str) -> str:
    """The words of a title or of the address in one ("manual:pan_de_maiz"), without accents, between blanks."""
    plain = unicodedata.normalize("NFD", text.lower())
    return f" {' '.join(_WORD.findall(_ACCENTS.sub('', plain)))} "


def _author(
    root: etree._Element, data: bytes, metas: dict[str, str], things: list[dict[str, Any]]
) -> str:
    for thing in things:
        if names := _names(thing.get("author") or thing.get("creator"), 0):
            return "; ".join(dict.fromkeys(names))
    for name in _AUTHORS:
        if (author := metas.get(name, "")) and "://" not in author:
            return author[:_LONGEST]
    # A short name in quotation marks is sought in a third of the time.
    marks = b'"author"' in data and (b' rel="author"' in data or b' itemprop="author"' in data)
    for element in root.iter("a", "span", "address", "p", "div") if marks else ():
        marked = "author" in (element.get("rel"), element.get("itemprop"))
        if marked and (author := _text(element)) and len(author) < 100:
            return author
    return ""


def _names(value: Any, depth: int) -> list[str]:
    if isinstance(value, str):
        return [value.strip()[:_LONGEST]] if value.strip() and "://" not in value else []
    if isinstance(value, dict) and depth < DEEPEST:
        return _names(value.get("name"), depth + 1)
    if isinstance(value, list) and depth < DEEPEST:
        return [name for item in value[:20] for name in _names(item, depth + 1)]
    return []


def _date(marks: Marks, metas: dict[str, str], things: list[dict[str, Any]], latest: date) -> str:
    dates = [
        str(t.get(k) or "") for k in ("datePublished", "dateCreated", "uploadDate") for t in things
    ]
    dates += [metas.get(name, "") for name in _DATES]
    dates += marks.days
    for text in dates:
        if (match := _DAY.search(text)) is None:
            continue
        try:
            day = date(*map(int, match.groups()))
        except ValueError:
            continue
        if _FIRST <= day <= latest:
            return day.isoformat()
    return ""


def _latest(captured: datetime | None) -> date:
    return (captured.date() if captured else date(2100, 1, 1)) + timedelta(days=1)


def _region(label: str, metas: dict[str, str], marks: Marks) -> str:
    """The country of its language: as the page says it, its card for social networks, or what stands for its header."""
    headers = (
        meta.get("content", "")
        for meta in marks.meta
        if meta.get("http-equiv", "").lower() == "content-language"
    )
    named = map(region_code, (label, metas.get("og:locale", ""), *headers))
    return next(filter(None, named), "")


def date_in_words(texts: Sequence[str], language: str, captured: datetime | None) -> str:
    """The first date that lines say as their reader writes it: 12 de marzo de 2021, March 12, 2021, 12/3/2021."""
    latest = _latest(captured)
    for text in filter(_YEAR.search, texts):
        for match in _IN_WORDS.finditer(text.lower()):
            pieces = {
                name.rstrip("23"): value for name, value in match.groupdict().items() if value
            }
            if match["month3"] and language not in _DAY_FIRST:
                continue
            month = int(pieces["month"]) if match["month3"] else _MONTHS.get(pieces["month"], 0)
            try:
                day = date(int(pieces["year"]), month, int(pieces["day"]))
            except ValueError:
                continue
            if _FIRST <= day <= latest:
                return day.isoformat()
    return ""


def _licence(root: etree._Element) -> str:
    for element in root.iter("a", "link"):
        href = element.get("href") or ""
        if "creativecommons.org" in href and (match := _LICENCE.match(href)):
            return match[0]
    return ""
