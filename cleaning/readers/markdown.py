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

from cleaning.encoding import decode
from cleaning.readers.flavours import commonmark
from cleaning.readers.records import Record, SourceSpec
from cleaning.readers.whole import sound, whole
from cleaning.readers.xml import with_digest

if TYPE_CHECKING:
    from markdown_it.token import Token

# YAML between lines of ---, or TOML between lines of +++, as Hugo and Zola write it.
_FRONT = re.compile(r"\A\ufeff?(---|\+\+\+)[ \t]*\r?\n(.*?)\r?\n\1[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_OPEN_FRONT = re.compile(
    r"\A\ufeff?(---|\+\+\+)[ \t]*\r?\n((?:[^\r\n]+(?:\r?\n|\Z)){1,60}?)[ \t]*(?:\r?\n|\Z)"
)
_FRONT_LINE = re.compile(r"[\w.-]{1,40}\s*[:=](?:\s|\Z)|[ \t]+\S|-\s|#|\Z")
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
_NOTE = re.compile(r"\[\^([^\]\s]+)\]")
_NOTE_OF = re.compile(r"\A\[\^([^\]\s]+)\]:\s*")
_INLINE_NOTE = re.compile(r"\s*(?<!\\)\^\[([^\[\]]+)\]")  # of Pandoc
# What generators and editors give as the words of a picture that has none.
_FILE = re.compile(
    r"\S+\.(?:png|jpe?g|gif|svg|webp|bmp)|image|img|imagen|alt(?:[ -]text)?", re.IGNORECASE
)
_ROLE = re.compile(r"\{[\w:-]+\}\Z")  # before code: MyST's {ref}`text`
_CONTENTS = re.compile(
    r"(?:table of )?contents|toc|[íi]ndice|(?:tabla de )?contenidos?|sum[áa]rio|sommaire|[íi]ndex|taula de continguts",
    re.IGNORECASE,
)
_ENTRIES = 2  # of a list of contents, at least
_UNSEEN = re.compile(r"\s*<(?:script|style)\b", re.IGNORECASE)
_VERBATIM = re.compile(r"\s*<pre\b", re.IGNORECASE)
_CELL = re.compile(r"</t[dh]>\s*(?=<t[dh]\b)", re.IGNORECASE)
_HELD_CELL = re.compile(  # that holds no table
    r"(<t[dh]\b[^<>]*>)((?:(?!</?t(?:able|[dhr])\b).){1,20000}?)(</t[dh]>)",
    re.IGNORECASE | re.DOTALL,
)
_AGAIN = re.compile(r"\s*</li>\s*", re.IGNORECASE)
_TRAILING = re.compile(r"\0(?=(?:\s|\0|</?\w+[^<>]*>)*\Z)")
_LISTED = re.compile(r"<(/?)([uo]l)\b[^<>]*>|<li\b[^<>]*>\s*(?:<p\b[^<>]*>\s*)?", re.IGNORECASE)
_LINE = re.compile(
    r"</?(?:p|div|tr|h[1-6]|summary|details|dl|dt|dd|table|section|blockquote|figcaption|hr)\b[^<>]*>|</li>",
    re.IGNORECASE,
)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,500}>|<!--.*?-->", re.DOTALL)


def read_markdown(path: Path, spec: SourceSpec, limit: int) -> Iterator[Record]:
    """The one text of a file, and what is damaged behind it."""
    data = whole(path, limit)
    yield from [data] if isinstance(data, Record) else sound(data, markdown)


def markdown(data: bytes) -> Record:
    """The record of a text in Markdown (CommonMark with tables)."""
    text, _ = decode(data, html=False)
    fields, text = _front(text)
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


def _front(text: str) -> tuple[Mapping[str, Any], str]:
    """What the front matter of a text says, and the text without it.

    What is not closed ends with an empty line; it and what cannot be parsed are front matter where every line has
    a name in front or goes on with one, and one name at least is of front matters.
    """
    front = _FRONT.match(text)
    if front:
        try:
            loaded = (tomllib.loads if front[1] == "+++" else yaml.safe_load)(front[2])
        except (yaml.YAMLError, ValueError, RecursionError):
            loaded = None
        if isinstance(loaded, dict):
            return loaded, text[front.end() :]
    front = front or _OPEN_FRONT.match(text)
    lines = front[2].splitlines() if front else []
    if front and all(map(_FRONT_LINE.match, lines)):
        said = [match.group(1, 2) for match in map(_FRONT_NAME.match, lines) if match]
        fields = {name.lower(): value for name, value in said}
        if _OF_FRONT & fields.keys():
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
    """The text of the tokens; what stands in an entry of a list is indented as its words are."""
    pieces: list[str] = []
    numbers: list[int] = []
    joint, mark, cell, table = "", "", False, False

    def say(said: str, joint: str) -> None:
        nonlocal mark
        indent = "  " * len(numbers)
        lines = [f"{indent}{line}" if line.strip() else line for line in said.split("\n")]
        if mark:
            lines[0] = "  " * (len(numbers) - 1) + mark + lines[0].lstrip(" ")
            mark = ""
        pieces.extend((joint if pieces else "", "\n".join(lines)))

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
            case "list_item_close":
                joint, mark = "\n", ""  # of an empty one nothing is said
            case "table_open":
                table = True
            case "tr_open":
                cell = False
                joint = "\n" if joint != "\n\n" else joint
            case "td_open" | "th_open":
                joint, cell = (" | " if cell else joint), True
            case "inline" if table:
                if said := _inline(token, table):
                    pieces += [joint if pieces else "", said]
                    joint = ""
            case "inline" | "html_block" | "fence" | "code_block":
                if said := _said_by(token):
                    say(said, joint)
                    joint = ""
        if token.type in {
            "heading_close",
            "fence",
            "code_block",
            "html_block",
            "table_close",
            "blockquote_close",
        }:
            joint, table = "\n\n", False
        elif token.type == "paragraph_close":
            joint = "\n" if token.hidden else "\n\n"
    return "".join(pieces).strip()


def _said_by(token: Token) -> str:
    """The text of a block."""
    if token.type == "inline":
        return _inline(token)
    return _of_html(token.content) if token.type == "html_block" else token.content.rstrip("\n")


def _of_html(content: str) -> str:
    """The text of a block of HTML: rows and entries in lines, cells apart."""
    if _UNSEEN.match(content):
        return ""
    if _VERBATIM.match(content):
        return html.unescape(_TAG.sub("", content)).strip("\n").rstrip()
    content = _HELD_CELL.sub(_in_one_line, content)
    numbers: list[int] = []  # of the lists that are open

    def listed(tag: re.Match[str]) -> str:
        if tag[1]:
            del numbers[-1:]
        elif tag[2]:
            numbers.append(1 if tag[2].lower() == "ol" else 0)
        if tag[2]:
            return "\n"
        number = numbers[-1] if numbers else 0
        numbers[-1:] = [number + 1 if number else 0] if numbers else []
        # NUL stands for a space at the beginning of a line: CommonMark has none.
        return "\n" + "\0\0" * (len(numbers) - 1) + (f"{number}. " if number else "- ")

    content = _LINE.sub("\n", _LISTED.sub(listed, _BREAK.sub("\n", _CELL.sub(" | ", content))))
    lines = (line.strip() for line in html.unescape(_TAG.sub("", content)).split("\n"))
    return "\n".join(line for line in lines if line.strip("-\0 |")).replace("\0", " ")


def _in_one_line(cell: re.Match[str]) -> str:
    """A cell of HTML without what parts its lines: the entries of a list stand behind each other."""
    inside = _LISTED.sub("", _AGAIN.sub("\0", cell[2]))
    inside = re.sub(r"[ \t\n]+", " ", _LINE.sub(" ", _BREAK.sub(" ", inside))).strip(" ")
    return cell[1] + _TRAILING.sub("", inside).replace("\0", "; ") + cell[3]


def _inline(token: Any, cell: bool = False) -> str:
    """The text of a line; a picture's words where it stands among words or alone, not those of a row of badges. In a
    cell a list is one line.
    """
    children = token.children or ()
    words = any(c.type in {"text", "code_inline"} and c.content.strip() for c in children)
    shown = [c for c in children if c.type == "image" and not _FILE.fullmatch(c.content)]
    linked = any(c.type == "link_open" for c in children)
    pictures = words or (len(shown) == 1 and not linked)  # else a row of badges
    said: list[str] = []
    for child in children:
        match child.type:
            case "image" if pictures and child in shown:
                said.append(child.content)
            case "code_inline" if said and _ROLE.search(said[-1]):
                said[-1] = _ROLE.sub("", said[-1])
                said.append(re.sub(r"\s*<[^<>]*>\Z", "", child.content))
            case "text":
                text = _NOTE_OF.sub(r"[\1] ", child.content) if not said else child.content
                said.append(_INLINE_NOTE.sub(r" (\1)", _NOTE.sub(r"[\1]", text)))
            case "code_inline":
                said.append(child.content)
            case "softbreak":
                said.append(" ")
            case "hardbreak":
                said.append("\n")
            case "html_inline" if _BREAK.fullmatch(child.content):
                said.append(" " if cell else "\n")
            case "html_inline" if cell and _AGAIN.fullmatch(child.content):
                said.append("\0")
    text = "".join(said).strip(" ")
    text = _TRAILING.sub("", text).replace("\0", "; ")
    return _ATTRIBUTES.sub("", text) if children and children[-1].type == "text" else text
