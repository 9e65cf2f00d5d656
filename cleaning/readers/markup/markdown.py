"""Reads texts in Markdown, as collections of laws keep them: without the marks, the front matter as metadata."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from cleaning.readers.markup.flavours import commonmark
from cleaning.readers.markup.formulas import formula
from cleaning.readers.markup.tokens import inline, kind_of, plain
from cleaning.readers.records import Record, SourceSpec
from cleaning.readers.whole import text_of
from cleaning.readers.xml.xml import with_digest
from cleaning.text.encoding import decode

if TYPE_CHECKING:
    from markdown_it.token import Token

# YAML between lines of ---, or TOML between lines of +++, as Hugo and Zola write it.
_FRONT = re.compile(r"\A\ufeff?(---|\+\+\+)[ \t]*\r?\n(|.*?\r?\n)\1[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_OPEN_FRONT = re.compile(
    r"\A\ufeff?(---|\+\+\+)[ \t]*\r?\n((?:[^\r\n]+(?:\r?\n|\Z)){1,60}?)[ \t]*(?:\r?\n|\Z)"
)
_FRONT_LINE = re.compile(r"[\w.-]{1,40}\s*[:=](?:\s|\Z)|[ \t]|-(?:\s|\Z)|#|\Z")
_FRONT_NAME = re.compile(r"([\w.-]+)\s*[:=]\s+[\"']?(.*?)[\"']?\s*\Z")
# Names that collections give our fields, the first that is there.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "titulo", "título"),
    "author": ("author", "autor", "department", "departamento"),
    "date": ("date", "fecha", "publication_date", "fecha_publicacion"),
    "licence": ("licence", "license", "licencia"),
    "language": ("language", "lang", "idioma"),
}
_OF_FRONT = frozenset(name for names in _NAMES.values() for name in names)
_OF_FRONT |= {
    "layout",
    "tags",
    "categories",
    "draft",
    "slug",
    "permalink",
    "weight",
    "description",
    "summary",
}
_IDS = ("id", "identifier", "identificador")
_URLS = ("url", "source", "fuente")
# Names of files by which a repository is kept, which write them in capitals: lists of changes and of tasks, orders
# to an agent, commands that install a program.
_OF_PROJECT = re.compile(
    r"(?:^|[_-])(?:CHANGELOG|ROADMAP|TODO|TASKS|CLAUDE|AGENTS|GEMINI|DEPLOY|DEPLOYMENT|DEVELOPMENT|SETUP|INSTALL"
    r"|ROLLBACK|PROMPT)(?:[_-]|$)"
)
_CONTENTS = re.compile(
    r"(?:table of )?contents|toc|[íi]ndice|(?:tabla de )?contenidos?|sum[áa]rio|sommaire|[íi]ndex|taula de continguts",
    re.IGNORECASE,
)
_ENTRIES = 2  # of a list of contents, at least


def read_markdown(path: Path, spec: SourceSpec, limit: int) -> Iterator[Record]:
    """The one text of a file, and what is damaged behind it."""
    yield from text_of(path, limit, partial(markdown, name=path.stem))


def markdown(data: bytes, name: str = "") -> Record:
    """The record of a text in Markdown (CommonMark with tables), of a file with this name."""
    text, _ = decode(data, html=False)
    fields, text = _front(text)
    url = _first(fields, _URLS)
    metadata = {name: _first(fields, names) for name, names in _NAMES.items()}
    tokens = _parsed(text)
    metadata["title"] = metadata["title"] or _title(tokens or ())
    of_project = name.isupper() and _OF_PROJECT.search(name)
    metadata["kind"] = "project" if of_project else kind_of(tokens) if tokens else None
    return with_digest(
        Record(
            0,
            url=url if url and url.startswith(("http://", "https://")) else None,
            text=text if tokens is None else plain(tokens),
            entry=_first(fields, _IDS),
            metadata={name: value for name, value in metadata.items() if value},
        )
    )


def _front(text: str) -> tuple[Mapping[str, Any], str]:
    """What the front matter of a text says, and the text without it.

    What is not closed ends with an empty line; it and what cannot be parsed are front matter where every line has
    a name in front or goes on with one. One name at least is of front matters, unless it is closed and its first line
    has a name: behind a thematic break stands an empty line.
    """
    front = _FRONT.match(text)
    if front:
        if not front[2]:
            return {}, text[front.end() :]
        try:
            loaded = (tomllib.loads if front[1] == "+++" else yaml.safe_load)(front[2])
        except (yaml.YAMLError, ValueError, RecursionError):
            loaded = None
        if isinstance(loaded, dict):
            return loaded, text[front.end() :]
    closed = front is not None
    front = front or _OPEN_FRONT.match(text)
    lines = front[2].splitlines() if front else []
    if front and all(map(_FRONT_LINE.match, lines)):
        pairs = [match.group(1, 2) for match in map(_FRONT_NAME.match, lines) if match]
        fields = {name.lower(): value for name, value in pairs}
        if _OF_FRONT & fields.keys() or (closed and _FRONT_NAME.match(lines[0])):
            return fields, text[front.end() :]
    return {}, text


def _first(fields: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    for name in names:
        value = fields.get(name)
        if (
            isinstance(value, (str, int, float, date))
            and not isinstance(value, bool)
            and value != ""
        ):
            return str(value)
    return None


def _title(tokens: Sequence[Token]) -> str:
    """The first heading of the highest level."""
    titles = (
        inline(line)
        for opens, line in pairwise(tokens)
        if opens.type == "heading_open" and opens.tag == "h1"
    )
    return next(filter(None, titles), "")


def plain_text(text: str) -> str:
    """The text of Markdown: blocks apart by an empty line, items and rows by a line."""
    tokens = _parsed(text)
    return text if tokens is None else plain(tokens)


def _parsed(text: str) -> Sequence[Token] | None:
    """Its tokens; None where it is nested too deep."""
    from markdown_it import MarkdownIt

    try:
        parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
        parser.inline.ruler.before("escape", "formula", formula)
        return _without_contents(parser.parse(commonmark(text)))
    except RecursionError:
        return None


def _without_contents(tokens: Sequence[Token]) -> Sequence[Token]:
    """The tokens without lists of nothing but links to places in the text, and without their titles."""
    cut: set[int] = set()
    opened = entries = links = 0
    for index, token in enumerate(tokens):
        if token.type in {"bullet_list_open", "ordered_list_open"} and token.level == 0:
            opened, entries, links = index, 0, 0
        elif token.type == "inline":
            entries += 1
            links += _leads_here(token)
        closed = token.type in {"bullet_list_close", "ordered_list_close"} and token.level == 0
        if closed and links == entries >= _ENTRIES:
            title = tokens[opened - 2] if opened > 1 else None
            titled = title and title.type == "inline" and _CONTENTS.fullmatch(_label(title))
            cut.update(range(opened - 3 if titled else opened, index + 1))
    return [token for index, token in enumerate(tokens) if index not in cut]


def _label(token: Token) -> str:
    return inline(token).strip(" *_:#")


def _leads_here(token: Token) -> bool:
    """Whether a line is but a link to a place in its own text."""
    depth = 0
    for child in token.children or ():
        if child.type == "link_open" and not str(child.attrGet("href")).startswith("#"):
            return False
        depth += child.nesting if child.type.startswith("link") else 0
        if not depth and child.type in {"text", "code_inline"} and child.content.strip():
            return False
    return any(child.type == "link_open" for child in token.children or ())
