"""PubMed's XML (PubmedArticleSet): titles and abstracts, each language of an abstract a document of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cleaning.readers.languages import language_code
from cleaning.readers.records import Record, SourceSpec, Span
from cleaning.readers.xml.units import read_units
from pipeline.model.stage import Openable


def read_pubmed(
    path: Openable, spec: SourceSpec, limit: int, span: Span | None = None
) -> Iterator[Record]:
    """The documents of a PubMed file, article by article, plain or compressed; `offset` is that of the article."""
    yield from read_units(path, spec, limit, span, (b"PubmedArticle",), documents)


def documents(root: Any, spec: SourceSpec) -> Iterator[Record]:
    """Title and abstract in English, and each abstract in another language with the title of the original."""
    for article in root.iter("PubmedArticle"):
        citation = article.find("MedlineCitation")
        if citation is None:
            continue
        pmid = _words(citation.find("PMID"))
        languages = [_words(e).lower() for e in citation.findall("Article/Language")]
        metadata = {"author": _authors(citation), "date": _date(citation)}
        title = _words(citation.find("Article/ArticleTitle"))
        abstract = _abstract(citation.find("Article/Abstract"))
        vernacular = _words(citation.find("Article/VernacularTitle"))
        yield _document(pmid, title, abstract, metadata, "en")
        for other in citation.findall("OtherAbstract"):
            code = other.get("Language", "").lower()
            title = vernacular if code in languages else ""
            language = language_code(code)
            yield _document(f"{pmid}-{language}", title, _abstract(other), metadata, language)


def _document(
    entry: str, title: str, abstract: str, metadata: dict[str, str], language: str
) -> Record:
    fields = {"title": title, "language": language, **metadata}
    return Record(
        0,
        text="\n\n".join(filter(None, (title, abstract))),
        entry=entry or None,
        metadata={name: value for name, value in fields.items() if value},
    )


def _abstract(abstract: Any) -> str:
    if abstract is None:
        return ""
    pieces = []
    for section in abstract.findall("AbstractText"):
        label = section.get("Label", "")
        pieces.append(": ".join(filter(None, (label.capitalize(), _words(section)))))
    return "\n\n".join(filter(None, pieces))


def _authors(citation: Any) -> str:
    names = (
        " ".join(filter(None, (_words(a.find("ForeName")), _words(a.find("LastName")))))
        for a in citation.findall("Article/AuthorList/Author")
    )
    return "; ".join(filter(None, names))


def _date(citation: Any) -> str:
    date = citation.find("Article/Journal/JournalIssue/PubDate")
    return "" if date is None else _words(date.find("Year")) or _words(date.find("MedlineDate"))[:4]


def _words(element: Any) -> str:
    return "" if element is None else " ".join("".join(element.itertext()).split())
