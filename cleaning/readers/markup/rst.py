"""Reads texts in reStructuredText, as repositories of documentation keep them: title, sections, lists, code, tables.

docutils parses them. Nothing of a text is carried out: what would take in files, addresses or raw markup is off, and
directives and roles that docutils lacks (Sphinx's, those of its extensions) give their text, or none.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.core import publish_doctree
from docutils.parsers.rst import Directive, directives, roles
from docutils.parsers.rst.languages import en
from docutils.readers import standalone
from docutils.transforms import references
from markdown_it.token import Token

from cleaning.readers.markup.tokens import kind_of, plain
from cleaning.readers.records import Record, SourceSpec
from cleaning.readers.whole import text_of
from cleaning.readers.xml.xml import with_digest
from cleaning.text.encoding import decode
from cleaning.text.superscripts import END, LOWERED, RAISED, flat

MOST = 500_000  # characters of a text that is parsed, for which docutils takes up to a thousand times the memory
LONGEST = 10_000  # of a line, above which docutils reads nothing
_MARK = re.compile(r"[`*|_+]")
MARKED = 2.5e7  # the squares of the marks of its paragraphs, together: seconds of docutils
_SETTINGS = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "_disable_config": True,
    "report_level": 5,
    "halt_level": 6,
    "syntax_highlight": "none",
    "math_output": "latex",
    "doctitle_xform": False,
    "smart_quotes": False,
    "input_encoding": "unicode",
}
_NAMED = re.compile(
    r"^[ \t]*(?:[-*+]|\d+\.)?[ \t]*\.\. (?:\|[^|\n]+\| )?([\w:+.-]{1,60})::", re.MULTILINE
)
_ROLES = re.compile(r":([\w+.-]{1,30}(?::[\w+.-]{1,30})?):`|`:([\w+.-]{1,30}(?::[\w+.-]{1,30})?):")
_MOST_NAMES = 5000  # of directives and roles of others, in a process
_TARGET = re.compile(r"\s*<[^<>]*>\Z")
_LABEL = re.compile(r"[\w./:-]+")
# Of Sphinx and its extensions: what holds code, what holds nothing to read, what says less than what it holds. Any
# other holds text.
_CODE = """code math code-block sourcecode prompt ipython doctest testcode testoutput testsetup jinja graphviz mermaid
uml productionlist"""
_SILENT = """toctree index literalinclude highlight currentmodule automodule autoclass autofunction automethod
autosummary module tabularcolumns todo todolist codeauthor sectionauthor youtube bibliography disqus plot default-domain
py:module py:currentmodule"""
_BOXES = """seealso deprecated versionadded versionchanged only ifconfig tabs glossary rst-class
configuration-block"""
_OF_CODE, _SAY_NOTHING, _OF_BOXES = (frozenset(names.split()) for names in (_CODE, _SILENT, _BOXES))
_UNSAID = (
    *(
        nodes.comment,
        nodes.substitution_definition,
        nodes.system_message,
        nodes.target,
        nodes.raw,
        nodes.decoration,
    ),
    *(nodes.meta, nodes.pending, nodes.classifier),
)


class _Reader(standalone.Reader):
    """Of what docutils does to a tree only what names notes and sections: substitutions of substitutions grow without
    end.
    """

    def get_transforms(self) -> list[type]:
        """The transforms of a tree."""
        return [references.PropagateTargets, references.Footnotes]


_known: set[str] = set()


def read_rst(path: Path, spec: SourceSpec, limit: int) -> Iterator[Record]:
    """The one text of a file, and what is damaged behind it."""
    yield from text_of(path, limit, rst)


def rst(data: bytes) -> Record:
    """The record of a text in reStructuredText; one that is too large or nested too deep stays as it is."""
    text, _ = decode(data, html=False)
    tree = _parsed(text)
    if tree is None:
        return with_digest(Record(0, text=text))
    metadata = _fields(tree)
    tokens = list(_Tokens(tree).of_children(tree))
    titles = (section[0].astext() for section in tree.findall(nodes.section) if len(section))
    metadata["title"] = next(titles, "")
    metadata["kind"] = kind_of(tokens) if tokens else ""
    fields = {name: value for name, value in metadata.items() if value}
    return with_digest(Record(0, text=plain(tokens), metadata=fields))


def _fields(tree: nodes.document) -> dict[str, str]:
    """What the fields at the beginning of a text say of it, which are no text; `orphan` and the like say nothing."""
    for place in (tree, *(x for x in tree.children if isinstance(x, nodes.section))):
        listed = next((x for x in place.children if isinstance(x, nodes.field_list)), None)
        above = [] if place is tree else tree.children[: tree.index(place)]
        before = [*above, *place.children[: place.index(listed)]] if listed else above
        if not all(isinstance(x, (nodes.title, *_UNSAID)) for x in before):
            break
        if listed:
            place.remove(listed)
            fields = {field[0].astext().lower(): field[1].astext() for field in listed.children}
            return {name: fields[name] for name in ("author", "date") if name in fields}
    return {}


def _parsed(text: str) -> nodes.document | None:
    if len(text) > MOST or max(map(len, text.splitlines()), default=0) > LONGEST:
        return None
    if sum(len(_MARK.findall(piece)) ** 2 for piece in text.split("\n\n")) > MARKED:
        return None
    ours = en.directives.keys() - _OF_CODE  # of code Sphinx has other options
    for name in {match[1] for match in _NAMED.finditer(text)} - ours - _known:
        if len(_known) < _MOST_NAMES:
            _known.add(name)
            directives.register_directive(name, _Other)
    for role in _ROLES.finditer(text):
        name = (role[1] or role[2]).lower()
        if name not in en.roles and f":{name}:" not in _known and len(_known) < _MOST_NAMES:
            _known.add(f":{name}:")
            roles.register_local_role(name, _role)
    try:
        return publish_doctree(
            text,
            reader=_Reader(),
            settings_overrides={**_SETTINGS, "warning_stream": io.StringIO()},
        )
    except (
        RecursionError,
        AssertionError,
        ValueError,
        KeyError,
        IndexError,
        AttributeError,
        TypeError,
    ):
        return None  # docutils has faults of its own; a text is not lost for one


def _role(
    name: str,
    rawtext: str,
    text: str,
    lineno: int,
    inliner: Any,
    options: Any = None,
    content: Any = (),
) -> Any:
    """A role of others: its words, of a name the last component where a tilde asks for that."""
    words = nodes.unescape(text)
    words = _TARGET.sub("", words) if not words.startswith("<") else words
    if words.startswith("~"):
        words = words.rpartition(".")[2]
    return [nodes.inline(rawtext, words.lstrip("!~"), classes=[name])], []


class _Options(dict[str, Callable[[str], str]]):
    """The options of a directive, whatever they are called."""

    def __missing__(self, name: str) -> Callable[[str], str]:
        return directives.unchanged


class _Other(Directive):
    """A directive that docutils lacks, or knows otherwise: code, nothing, or what it holds, with its title."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar = _Options()

    def run(self) -> list[nodes.Node]:
        """The nodes that stand in its place."""
        name = self.name.lower()
        if name in _SAY_NOTHING:
            return []
        if name in _OF_CODE:
            code = "\n".join(self.content)
            return [nodes.literal_block(code, code)] if code.strip() else []
        box = nodes.container()
        self.state.nested_parse(self.content, self.content_offset, box)
        title = " ".join(self.arguments).strip()
        if title and not (name in _OF_BOXES and box.children):
            inline, _ = self.state.inline_text(title, self.lineno)
            box.insert(0, nodes.paragraph(title, "", *inline))
        return [box]


class _Tokens:
    """The blocks of a tree as markdown-it's tokens."""

    def __init__(self, tree: nodes.document) -> None:
        self.meant = {
            name: definition.astext() for name, definition in tree.substitution_defs.items()
        }
        self.titles = {
            name: section[0].astext()
            for section in tree.findall(nodes.section)
            for name in section["names"] + section["ids"]
            if len(section)
        }

    def of_children(self, node: nodes.Element) -> Iterator[Token]:
        """The tokens of what a node holds."""
        for child in node.children:
            if isinstance(child, nodes.Element):
                yield from self.of(child)

    def of(self, node: nodes.Element) -> Iterator[Token]:
        """The tokens of a node."""
        match node:
            case nodes.title() | nodes.subtitle() | nodes.rubric():
                yield Token("heading_open", "h2", 1)
                yield self.line(node)
                yield Token("heading_close", "h2", -1)
            case nodes.literal_block() | nodes.doctest_block() | nodes.math_block():
                yield Token("fence", "code", 0, content=node.astext() + "\n")
            case nodes.bullet_list() | nodes.enumerated_list():
                yield from self.entries(node)
            case nodes.table():
                yield from self.table(node)
            case nodes.line_block():
                yield from self.paragraph(self.lines(node))
            case nodes.field():
                name, body = node.children[0].astext(), node.children[1]
                yield from self.paragraph(
                    self.line(body, f"{name}: ") if body.astext().strip() else self.line(node[0])
                )
            case nodes.option_list_item():
                yield from self.paragraph(self.line(node[1], f"{node[0].astext()}  "))
            case nodes.footnote() | nodes.citation():
                mark = node[0].astext() if isinstance(node[0], nodes.label) else "*"
                first, *others = [
                    child for child in node.children if not isinstance(child, nodes.label)
                ] or [node]
                yield from self.paragraph(self.line(first, f"[{mark}] "))
                for other in others:
                    yield from self.of(other)
            case nodes.image():
                yield from self.paragraph(self.line(node))
            case nodes.definition_list_item():
                for child in node.children:
                    yield from (
                        self.paragraph(self.line(child))
                        if isinstance(child, nodes.term)
                        else self.of(child)
                    )
            case nodes.paragraph() | nodes.term() | nodes.attribution() | nodes.caption():
                yield from self.paragraph(self.line(node))
            case nodes.topic() if "contents" in node["classes"]:
                pass
            case _ if isinstance(node, _UNSAID):
                pass
            case _:
                yield from self.of_children(node)

    def paragraph(self, line: Token) -> Iterator[Token]:
        """A paragraph of a line."""
        if line.children:
            yield from (Token("paragraph_open", "p", 1), line, Token("paragraph_close", "p", -1))

    def line(self, node: nodes.Node, before: str = "") -> Token:
        """The words of a node as one line."""
        words = before + " ".join(self.words(node).split(" \n"))
        words = flat(" ".join(words.split("\n")))
        children = [Token("code_inline", "", 0, content=words)] if words.strip() else []
        return Token("inline", "", 0, content=words, children=children)

    def lines(self, node: nodes.Element) -> Token:
        """The lines of a block of lines."""
        children: list[Token] = []
        for line in node.findall(nodes.line):
            children += [Token("hardbreak", "br", 0)] * bool(children)
            children.append(Token("code_inline", "", 0, content=flat(self.words(line))))
        return Token("inline", "", 0, children=children)

    def words(self, node: nodes.Node) -> str:
        """The words of a node, with those of its pictures, and marks of notes in brackets."""
        match node:
            case nodes.superscript() | nodes.subscript():
                mark = RAISED if isinstance(node, nodes.superscript) else LOWERED
                return mark + "".join(map(self.words, node.children)) + END
            case nodes.image():
                return str(node.get("alt", "")) if "." not in str(node.get("alt", "")) else ""
            case nodes.substitution_reference():
                return self.meant.get(node["refname"], "")
            case nodes.footnote_reference() | nodes.citation_reference():
                return f"[{node.astext()}]"
            case nodes.inline() if {"ref", "doc", "std:ref"} & set(node.get("classes", ())):
                name = node.astext()
                return self.titles.get(nodes.fully_normalize_name(name), name)
            case nodes.system_message() | nodes.problematic() | nodes.raw():
                return "" if not isinstance(node, nodes.problematic) else node.astext()
            case nodes.Element():
                return "".join(map(self.words, node.children))
        return node.astext()

    def entries(self, node: nodes.Element) -> Iterator[Token]:
        """A list."""
        ordered = isinstance(node, nodes.enumerated_list)
        kind = "ordered_list" if ordered else "bullet_list"
        yield Token(f"{kind}_open", "", 1, attrs={"start": node.get("start", 1)})
        for number, item in enumerate(node.children, node.get("start", 1)):
            yield Token("list_item_open", "li", 1, info=str(number) if ordered else "")
            yield from self.of_children(item)
            yield Token("list_item_close", "li", -1)
        yield Token(f"{kind}_close", "", -1)

    def table(self, node: nodes.Element) -> Iterator[Token]:
        """A table: its rows, a line each."""
        for title in node.findall(nodes.title):
            yield from self.paragraph(self.line(title))
        yield Token("table_open", "table", 1)
        for row in node.findall(nodes.row):
            yield Token("tr_open", "tr", 1)
            for entry in row.children:
                yield Token("td_open", "td", 1)
                texts = [
                    x
                    for x in entry.findall(nodes.TextElement)
                    if not isinstance(x.parent, (nodes.TextElement, nodes.system_message))
                ]
                pieces = [piece for x in texts if (piece := self.line(x).content)]
                yield self.line(nodes.Text("; ".join(pieces)))
        yield Token("table_close", "table", -1)
