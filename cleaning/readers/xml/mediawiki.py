"""Reads MediaWiki dumps (pages-articles): the articles of a wiki, page by page, without templates, notes and files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from cleaning.readers.compressed import BREAKS, opened
from cleaning.readers.records import Record, SourceSpec, Span
from cleaning.readers.xml.units import read_units
from cleaning.text.formula import tex
from cleaning.web import http
from pipeline.model.stage import Openable

_HEAD = 1 << 16  # bytes in which the description of the site stands
_BASE = re.compile(rb"<base>([^<]{1,500})/[^</]*</base>")
_NAMESPACE = re.compile(rb'<namespace key="(-?\d+)"[^>]*>([^<]+)</namespace>')
_LANGUAGE = re.compile(rb'<mediawiki[^>]*xml:lang="([\w-]+)"')
_MEDIA = {-2, 6, 14}  # namespaces whose links are no part of a sentence: media, files, categories
_ENGLISH = ("file", "image", "category", "media")
_PREFIXES = tuple(f"{name}:" for name in _ENGLISH)
_DROPPED = frozenset({"ref", "references", "gallery", "timeline", "imagemap", "score", "graph"})
_SAID = frozenset({"lang", "nowrap", "nobr", "unicode"})  # templates that say their last argument
_REDIRECT = re.compile(
    r"\s*#\s*(?:redir\w*|birzuzendu|weiterleitung|rinvia)\s*:?\s*\[\[", re.IGNORECASE
)
_INTERWIKI = re.compile(r"[a-z]{2,3}(?:-[a-z]+)?:")
_LINES = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")
_SPACES = re.compile(r"[^\S\n]{2,}")
_BARS = re.compile(r"\|\s+(?=\||\Z)")
# What stands empty when templates are gone: "( , )".
_EMPTY = re.compile(r"\s*\([\s,;:·]*\)")


@dataclass(frozen=True)
class _Site:
    base: str
    language: str
    media: tuple[str, ...]  # prefixes of links to files and categories, in lower case
    namespaces: Mapping[str, int]  # by name, in lower case


def read_mediawiki(
    path: Openable, spec: SourceSpec, limit: int, span: Span | None = None
) -> Iterator[Record]:
    """The pages of a dump, plain, bzip2 or otherwise compressed; `offset` is that of the page.

    A page of another namespace than the articles', and a redirect, are removed by the rules `namespace`
    and `redirect`, and one that is no wikitext (a script, data) by `media_type`. Dumps before export-0.6 name a
    namespace in the title alone, and those before 0.5 a redirect in the text. Of several revisions the last is taken.
    """
    site = _site(path)

    def documents(root: Any, spec: SourceSpec) -> Iterator[Record]:
        for page in root:
            yield _page(page, site)

    yield from read_units(path, spec, limit, span, (b"page",), documents)


def _site(path: Openable) -> _Site:
    try:
        with opened(path) as stream:
            head = stream.read(_HEAD)
    except BREAKS:
        head = b""
    base, language = _BASE.search(head), _LANGUAGE.search(head)
    namespaces = {n.decode("utf-8", "replace").lower(): int(k) for k, n in _NAMESPACE.findall(head)}
    names = [name for name, key in namespaces.items() if key in _MEDIA]
    prefixes = {f"{name}:" for name in (*names, *_ENGLISH)}
    return _Site(
        base[1].decode("utf-8", "replace") if base else "",
        language[1].decode() if language else "",
        tuple(sorted(prefixes)),
        namespaces,
    )


def _page(page: Any, site: _Site) -> Record:
    title = (page.findtext("{*}title") or "").strip()
    revisions = page.findall("{*}revision")
    revision = revisions[-1] if revisions else page
    record = Record(
        0,
        url=f"{site.base}/{quote(title.replace(' ', '_'), safe='/:(),')}"
        if site.base and title
        else None,
        captured_at=http.timestamp(revision.findtext("{*}timestamp") or ""),
        entry=page.findtext("{*}id"),
        metadata={"title": title, "language": site.language},
    )
    text = revision.findtext("{*}text") or ""
    namespace = (page.findtext("{*}ns") or _namespace(title, site)).strip()
    if namespace != "0":
        number = float(namespace) if namespace.lstrip("-").isdecimal() else None
        record.removed = ("namespace", number, 0.0)
    elif page.find("{*}redirect") is not None or _REDIRECT.match(text):
        record.removed = ("redirect", None, None)
    elif (revision.findtext("{*}model") or "wikitext").strip() not in {"wikitext", "text"}:
        record.removed = ("media_type", None, None)
    else:
        record.text = plain_text(text, site.media)
    return record


def _namespace(title: str, site: _Site) -> str:
    name, colon, _ = title.partition(":")
    return str(site.namespaces.get(name.strip().lower().replace("_", " "), 0) if colon else 0)


def plain_text(wikitext: str, media: tuple[str, ...] = _PREFIXES) -> str:
    """What a page says in sentences, headings, lists and tables."""
    import mwparserfromhell

    text = _text(mwparserfromhell.parse(wikitext, skip_style_tags=False), media)
    text = _EMPTY.sub("", _SPACES.sub(" ", text))
    lines = (line.strip() for line in text.split("\n"))
    return _LINES.sub("\n\n", "\n".join(line for line in lines if line not in {"-", "- "})).strip()


def _text(code: Any, media: tuple[str, ...]) -> str:
    return "".join(_node(node, media) for node in code.nodes)


def _node(node: Any, media: tuple[str, ...]) -> str:
    match type(node).__name__:
        case "Text":
            return str(node.value)
        case "Wikilink":
            return _link(node, media)
        case "ExternalLink":
            return _text(node.title, media) if node.title is not None else ""
        case "Heading":
            return f"\n\n{_text(node.title, media).strip()}\n\n"
        case "HTMLEntity":
            return str(node.normalize() or "")
        case "Template":
            name = str(node.name).strip().lower()
            return _text(node.params[-1].value, media) if name in _SAID and node.params else ""
        case "Tag":
            return _tag(node, media)
    return ""  # a comment, the argument of a template


def _link(node: Any, media: tuple[str, ...]) -> str:
    target = str(node.title).strip()
    if target.lower().startswith(media) or (_INTERWIKI.match(target) and node.text is None):
        return ""
    if node.text is None:
        return target.lstrip(":").partition("#")[0] or target.lstrip("#")
    return _text(node.text, media)


def _tag(node: Any, media: tuple[str, ...]) -> str:
    name = str(node.tag).strip().lower()
    if name in _DROPPED or node.contents is None:
        return "\n" if name in {"br", "hr"} else ""
    match name:
        case "math":
            return tex(str(node.contents))
        case "li" | "dd" | "dt" if node.wiki_markup:
            return "- " if name == "li" else ""
        case "table":
            rows = "\n".join(filter(None, _rows(node.contents, media)))
            return f"\n\n{rows}\n\n"
        case "br" | "hr":
            return "\n"
        case "p" | "div" | "blockquote" | "poem" | "li" | "ul" | "ol":
            return f"\n\n{_text(node.contents, media)}\n\n"
    return _text(node.contents, media)


def _rows(contents: Any, media: tuple[str, ...]) -> Iterator[str]:
    """The rows of a table, of which the first may not be marked as one; a caption is a row."""
    cells: list[str] = []
    for node in contents.nodes:
        name = str(node.tag).strip().lower() if type(node).__name__ == "Tag" else ""
        if name in {"td", "th"} and node.contents is not None:
            cells.append(" ".join(_text(node.contents, media).split()))
        elif name in {"tr", "caption"} and node.contents is not None:
            yield _row(cells)
            cells = []
            inner = (
                _rows(node.contents, media)
                if name == "tr"
                else (_text(node.contents, media).strip(),)
            )
            yield from inner
    yield _row(cells)


def _row(cells: list[str]) -> str:
    """The cells in one line; an empty one before a filled one keeps its place."""
    return _BARS.sub("| ", " | ".join(cells)).rstrip(" |").lstrip(" ")
