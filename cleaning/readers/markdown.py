"""Reads texts in Markdown, as collections of laws keep them: without the marks, the front matter as metadata."""

from __future__ import annotations

import html
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from cleaning import http
from cleaning.encoding import decode, is_text
from cleaning.readers.flavours import commonmark
from cleaning.readers.records import NO_ENCODING, Record, SourceSpec
from cleaning.readers.whole import whole
from cleaning.readers.xml import with_digest

if TYPE_CHECKING:
    from markdown_it.token import Token

# YAML between lines of ---, or TOML between lines of +++, as Hugo and Zola write it.
_FRONT = re.compile(r"\A\ufeff?(---|\+\+\+)[ \t]*\r?\n(.*?)\r?\n\1[ \t]*(?:\r?\n|\Z)", re.DOTALL)
# Names that collections give our fields, the first that is there.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "titulo", "título"),
    "author": ("author", "autor", "department", "departamento"),
    "date": ("date", "fecha", "publication_date", "fecha_publicacion"),
    "licence": ("licence", "license", "licencia"),
    "language": ("language", "lang", "idioma"),
}
_IDS = ("id", "identifier", "identificador")
_URLS = ("url", "source", "fuente")
# Of the words outside code those in sentences: of the judged texts in Markdown with less than half all but two are bad,
# and of those below three quarters with under 70 words in sentences all but one (tests/benchmarks/judged.jsonl).
LISTING = 0.5
NOTES = 0.75
LONG = 15  # words of a paragraph, an item or a cell that is told, whatever ends it
# Of one that ends as a sentence does, a paragraph also as what introduces code or a list.
SHORT, SHORT_PART = 4, 6
ENDS = (".", "?", "!", "…")
CODE = 4
_TASK = re.compile(
    r"\[[ xX]\]\s"
)  # a box before an item: it tells what is to be done, nothing else
# An attribute that some renderers give to a heading or a paragraph; the mark of a note, and the same before the note.
_ATTRIBUTES = re.compile(r"\s*\{[:#.][^{}]*\}\s*\Z")
_NOTE = re.compile(r"\[\^[^\]\s]+\](?::\s*)?")
_ROLE = re.compile(r"\{[\w:-]+\}\Z")  # before code: MyST's {ref}`text`
_CONTENTS = re.compile(
    r"(?:table of )?contents|toc|[íi]ndice|(?:tabla de )?contenidos?|sum[áa]rio|sommaire|[íi]ndex|taula de continguts",
    re.IGNORECASE,
)
_ENTRIES = 2  # of a list of contents, at least
_UNSEEN = re.compile(r"\s*<(?:script|style)\b", re.IGNORECASE)
_VERBATIM = re.compile(r"\s*<pre\b", re.IGNORECASE)
_CELL = re.compile(r"</t[dh]>\s*(?=<t[dh]\b)", re.IGNORECASE)
_ITEM = re.compile(r"<li\b[^<>]*>", re.IGNORECASE)
_LINE = re.compile(
    r"</?(?:p|div|tr|h[1-6]|summary|details|[uod]l|dt|dd|table|section|blockquote|figcaption|hr)\b[^<>]*>|</li>",
    re.IGNORECASE,
)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,500}>|<!--.*?-->", re.DOTALL)


def read_markdown(path: Path, spec: SourceSpec, limit: int) -> Iterator[Record]:
    """The one text of a file."""
    data = whole(path, limit)
    yield data if isinstance(data, Record) else markdown(data)


def markdown(data: bytes) -> Record:
    """The record of a text in Markdown (CommonMark with tables)."""
    if not is_text(data):
        return Record(0, digest=http.payload_digest(data), unreadable=NO_ENCODING)
    text, _ = decode(data, html=False)
    fields: Mapping[str, Any] = {}
    if front := _FRONT.match(text):
        try:
            loaded = (tomllib.loads if front[1] == "+++" else yaml.safe_load)(front[2])
        except (yaml.YAMLError, ValueError, RecursionError):
            loaded = None
        if isinstance(loaded, dict):
            fields, text = loaded, text[front.end() :]
    url = _first(fields, _URLS)
    metadata = {name: _first(fields, names) for name, names in _NAMES.items()}
    tokens = _parsed(text)
    metadata["kind"] = _kind(tokens) if tokens else None
    return with_digest(
        Record(
            0,
            url=url if url and url.startswith(("http://", "https://")) else None,
            text=text if tokens is None else _plain(tokens),
            entry=_first(fields, _IDS),
            metadata={name: value for name, value in metadata.items() if value},
        )
    )


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


def plain_text(text: str) -> str:
    """The text of Markdown: blocks apart by an empty line, items and rows by a line."""
    tokens = _parsed(text)
    return text if tokens is None else _plain(tokens)


def _parsed(text: str) -> Sequence[Token] | None:
    """Its tokens; None where it is nested too deep."""
    from markdown_it import MarkdownIt

    try:
        parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
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
            titled = title and title.type == "inline" and _CONTENTS.fullmatch(_said(title))
            cut.update(range(opened - 3 if titled else opened, index + 1))
    return [token for index, token in enumerate(tokens) if index not in cut]


def _said(token: Token) -> str:
    return _inline(token).strip(" *_:#")


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


def _kind(tokens: Sequence[Token]) -> str:
    """What a text is by where its words stand, code apart: a listing where most are in headings, and in cells and
    items that are no sentences or tasks, notes where a quarter is or where code is far more; else an article.
    """
    running = other = code = 0
    parts, heading = 0, False  # of lists and tables
    for token in tokens:
        if token.type in {"fence", "code_block"}:
            code += len(token.content.split())
        elif token.type.startswith(("bullet_list", "ordered_list", "table")):
            parts += token.nesting
        elif token.type in {"heading_open", "heading_close"}:
            heading = token.nesting > 0
        elif token.type in {"inline", "html_block"}:
            said = _inline(token) if token.type == "inline" else _of_html(token.content)
            words = len(said.split())
            ends = said.rstrip(' *_)"»”').endswith(ENDS if parts else (*ENDS, ":"))
            told = words >= LONG or (ends and words >= (SHORT_PART if parts else SHORT))
            if told and not heading and not (parts and _TASK.match(said)):
                running += words
            else:
                other += words
    words = running + other
    if running < LISTING * words and code < words:
        return "listing"
    return "notes" if running < NOTES * words or code > CODE * words else "article"


def _plain(tokens: Sequence[Token]) -> str:
    pieces: list[str] = []
    joint, numbers, cell = "", [], False
    for token in tokens:
        match token.type:
            case "ordered_list_open":
                numbers.append(int(token.attrGet("start") or 1))
            case "bullet_list_open":
                numbers.append(-1)
            case "ordered_list_close" | "bullet_list_close":
                numbers.pop()
                joint = "\n\n" if not numbers else joint
            case "list_item_open":
                joint = "\n" if joint != "\n\n" or len(numbers) > 1 else joint
                mark = "- " if numbers[-1] < 0 else f"{token.info or numbers[-1]}. "
                pieces += [joint if pieces else "", "  " * (len(numbers) - 1), mark]
                joint = ""
            case "list_item_close":
                joint = "\n"
            case "tr_open":
                cell = False
                joint = "\n" if joint != "\n\n" else joint
            case "td_open" | "th_open":
                joint, cell = (" | " if cell else joint), True
            case "inline":
                if said := _inline(token):
                    pieces += [joint if pieces else "", said]
                    joint = ""
            case "fence" | "code_block":
                pieces += [joint if pieces else "", token.content.rstrip("\n")]
            case "html_block":
                if said := _of_html(token.content):
                    pieces += [joint if pieces else "", said]
        if token.type in {
            "heading_close",
            "fence",
            "code_block",
            "html_block",
            "table_close",
            "blockquote_close",
        }:
            joint = "\n\n"
        elif token.type == "paragraph_close":
            joint = "\n" if token.hidden else "\n\n"
    return "".join(pieces).strip()


def _of_html(content: str) -> str:
    """The text of a block of HTML: rows and entries in lines, cells apart."""
    if _UNSEEN.match(content):
        return ""
    if _VERBATIM.match(content):
        return html.unescape(_TAG.sub("", content)).strip("\n").rstrip()
    content = _ITEM.sub("\n- ", _LINE.sub("\n", _BREAK.sub("\n", _CELL.sub(" | ", content))))
    lines = (line.strip() for line in html.unescape(_TAG.sub("", content)).split("\n"))
    return "\n".join(line for line in lines if line.strip("- |"))


def _inline(token: Any) -> str:
    """The text of a line; a picture's words where it stands among words or alone, not those of a row of badges."""
    children = token.children or ()
    words = any(c.type in {"text", "code_inline"} and c.content.strip() for c in children)
    shown = [c for c in children if c.type == "image"]
    linked = any(c.type == "link_open" for c in children)
    pictures = words or (len(shown) == 1 and not linked)  # else a row of badges
    said: list[str] = []
    for child in children:
        match child.type:
            case "image" if pictures:
                said.append(child.content)
            case "code_inline" if said and _ROLE.search(said[-1]):
                said[-1] = _ROLE.sub("", said[-1])
                said.append(re.sub(r"\s*<[^<>]*>\Z", "", child.content))
            case "text":
                said.append(_NOTE.sub("", child.content))
            case "code_inline":
                said.append(child.content)
            case "softbreak":
                said.append(" ")
            case "hardbreak":
                said.append("\n")
            case "html_inline" if _BREAK.fullmatch(child.content):
                said.append("\n")
    text = "".join(said).strip(" ")
    return _ATTRIBUTES.sub("", text) if children and children[-1].type == "text" else text
