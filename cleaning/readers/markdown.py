"""Reads texts in Markdown, as collections of laws keep them: without the marks, the front matter as metadata."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from cleaning.readers.records import Record, SourceSpec
from cleaning.readers.whole import whole
from cleaning.readers.xml import with_digest

_FRONT = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
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
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,500}>|<!--.*?-->", re.DOTALL)


def read_markdown(path: Path, spec: SourceSpec, limit: int) -> Iterator[Record]:
    """The one text of a file."""
    data = whole(path, limit)
    yield data if isinstance(data, Record) else markdown(data)


def markdown(data: bytes) -> Record:
    """The record of a text in Markdown (CommonMark with tables), in UTF-8 or else cp1252."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    fields: Mapping[str, Any] = {}
    if front := _FRONT.match(text):
        try:
            loaded = yaml.safe_load(front[1])
        except (yaml.YAMLError, ValueError, RecursionError):
            loaded = None
        if isinstance(loaded, dict):
            fields, text = loaded, text[front.end() :]
    url = _first(fields, _URLS)
    metadata = {name: _first(fields, names) for name, names in _NAMES.items()}
    return with_digest(
        Record(
            0,
            url=url if url and url.startswith(("http://", "https://")) else None,
            text=plain_text(text),
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
    from markdown_it import MarkdownIt

    try:
        tokens = MarkdownIt("commonmark").enable("table").parse(text)
    except RecursionError:
        return text
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
                pieces += [joint if pieces else "", mark]
                joint = ""
            case "list_item_close":
                joint = "\n"
            case "tr_open":
                cell = False
                joint = "\n" if joint != "\n\n" else joint
            case "td_open" | "th_open":
                joint, cell = (" | " if cell else joint), True
            case "inline":
                said = _inline(token)
                pieces += [joint if pieces else "", said]
                joint = ""
            case "fence" | "code_block":
                pieces += [joint if pieces else "", token.content.rstrip("\n")]
            case "html_block":
                if said := _TAG.sub("", _BREAK.sub("\n", token.content)).strip():
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


def _inline(token: Any) -> str:
    said = []
    for child in token.children or ():
        match child.type:
            case "text" | "code_inline":
                said.append(child.content)
            case "softbreak":
                said.append(" ")
            case "hardbreak":
                said.append("\n")
            case "html_inline" if _BREAK.fullmatch(child.content):
                said.append("\n")
    return "".join(said)
