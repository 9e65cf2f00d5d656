"""A YAML document that knows its lines: every key is where it stands, so that an error can name it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from pipeline.errors import UsageError

Location = tuple[str | int, ...]

LARGEST = 100_000  # entries of a document
DEEPEST = 50  # levels of a document

_CORE = "tag:yaml.org,2002:"
_MERGE = f"{_CORE}merge"
# What YAML itself knows; a tag of a language or an application would make something else of a value.
_KINDS = {
    "int": "whole number",
    "float": "number",
    "bool": "truth value",
    "timestamp": "date",
    "null": "empty value",
}
_SCALARS = {_CORE + name for name in (*_KINDS, "str", "merge", "value")}


class _Wrong(Exception):
    """What is wrong with a document, and the line and the key where it is."""

    def __init__(self, line: int, at: Location, reason: str) -> None:
        super().__init__(reason)
        self.line, self.at = line, at


class _Loader(yaml.SafeLoader):
    """Composes nodes to a bounded depth: the library's own bound is the interpreter's stack."""

    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        self.depth += 1
        if self.depth > DEEPEST:
            raise _Wrong(self.line + 1, (), f"is nested deeper than {DEEPEST} levels")
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1


@dataclass
class Document:
    """A YAML mapping with the line of every key and list item.

    `written` holds the text of each value that YAML reads as something else than text, `overrides` the
    words by which the command line changed it.
    """

    file: str
    data: dict[str, Any] = field(default_factory=dict)
    lines: dict[Location, int] = field(default_factory=dict)
    written: dict[Location, str] = field(default_factory=dict)
    overrides: dict[Location, str] = field(default_factory=dict)

    def where(self, location: Location) -> str:
        """`file, line N, key a.b[2].c`; the line is that of the nearest part that stands in the file."""
        key = spelled(location)
        for end in range(len(location), 0, -1):
            if location[:end] in self.overrides:
                return f"--set {shortened(self.overrides[location[:end]])}, key {key}"
        for end in range(len(location), -1, -1):
            if (line := self.lines.get(location[:end])) is not None:
                return f"{self.file}, line {line}" + (f", key {key}" if key else "")
        return f"{self.file}, key {key}"

    def set(self, at: Location, text: str, said: str) -> None:
        """Changes one value to the YAML `text`; `said` is how the command line put it.

        Raises UsageError where the text is no YAML, or something on the way holds no keys.
        """
        target: Any = self.data
        for place, part in enumerate(at[:-1], 1):
            held = target.get(part)
            if held is None:
                held = target[part] = {}
            elif not isinstance(held, dict):
                raise UsageError(
                    f"--set {shortened(said)}: {spelled(at[:place])} holds no keys: set it whole"
                )
            target = held
        inside = Document(self.file)
        try:
            node = _compose(text)
            target[at[-1]] = None if node is None else _Builder(inside).build(node, at)
        except _Wrong as wrong:
            raise UsageError(f"--set {shortened(said)}: {wrong}") from wrong
        for held_lines in (self.lines, self.written):
            for old in [old for old in held_lines if old[: len(at)] == at]:
                del held_lines[old]
        self.written |= inside.written
        self.overrides[at] = said


def spelled(location: Location) -> str:
    """A place as a reader writes it: `stages.filter.rules[1].min`."""
    text = "".join(f"[{x}]" if isinstance(x, int) else f".{x}" for x in location)
    return text.removeprefix(".")


def shortened(text: str, most: int = 80) -> str:
    """A text on one line, its end left out where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[:most]}..."


def parse(file: str, text: str) -> Document:
    """The document of a file's text.

    Raises UsageError, with file and line, where it is no YAML, no mapping, or more than YAML's core.
    """
    document = Document(file)
    try:
        node = _compose(text)
        if not isinstance(node, yaml.MappingNode):
            raise _Wrong(1, (), "a recipe is a mapping with name, sources and stages")
        document.data = _Builder(document).build(node, ())
    except _Wrong as wrong:
        key = f", key {spelled(wrong.at)}" if wrong.at else ""
        raise UsageError(f"{file}, line {wrong.line}{key}: {wrong}") from wrong
    return document


def _compose(text: str) -> yaml.Node | None:
    try:
        return yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise _Wrong(line, (), f"not YAML: {shortened(str(error.problem))}") from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        reason = f"not YAML: holds the character U+{ord(text[error.position]):04X}"
        raise _Wrong(line, (), reason) from error
    except ValueError as error:  # \U00110000 and the like
        raise _Wrong(1, (), f"not YAML: {shortened(str(error))}") from error


class _Builder:
    """Turns nodes into values and notes the lines in a document."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.entries = 0
        self.above: list[yaml.Node] = []

    def build(self, node: yaml.Node, at: Location) -> Any:
        """The value of a node; a key that stands twice is an error."""
        line = node.start_mark.line + 1
        self.document.lines.setdefault(at, line)
        self._count(node, at)
        if isinstance(node, yaml.ScalarNode):
            value = _scalar(node, at)
            if value is not None and not isinstance(value, str):
                self.document.written[at] = node.value
            return value
        kind = "map" if isinstance(node, yaml.MappingNode) else "seq"
        if node.tag != _CORE + kind:
            raise _Wrong(line, at, _strange(node.tag))
        self._enter(node, at)
        try:
            if isinstance(node, yaml.MappingNode):
                return self._mapping(node, at)
            return [self.build(item, (*at, i)) for i, item in enumerate(node.value)]
        finally:
            self.above.pop()

    def _count(self, node: yaml.Node, at: Location) -> None:
        self.entries += 1
        if self.entries > LARGEST:  # aliases of aliases can unfold without end
            line = self.document.lines.get(at[:1], node.start_mark.line + 1)
            raise _Wrong(line, at, f"aliases unfold to more than {LARGEST:,} entries")

    def _enter(self, node: yaml.Node, at: Location) -> None:
        line = node.start_mark.line + 1
        if any(node is other for other in self.above):
            raise _Wrong(line, at, "an alias refers to what it stands in")
        if len(self.above) > DEEPEST:
            raise _Wrong(line, at, f"is nested deeper than {DEEPEST} levels")
        self.above.append(node)

    def _mapping(self, node: yaml.MappingNode, at: Location) -> dict[str, Any]:
        value: dict[str, Any] = {}
        for key_node, value_node in self._pairs(node, at):
            # As it is written: to YAML, `off`, `on`, `yes` and `no` would be truth values.
            key = str(key_node.value)
            self.document.lines[(*at, key)] = key_node.start_mark.line + 1
            value[key] = self.build(value_node, (*at, key))
        return value

    def _pairs(self, node: yaml.MappingNode, at: Location) -> Iterator[tuple[Any, yaml.Node]]:
        """Keys and values in their order, `<<` resolved: what is written itself wins, then the first."""
        own: dict[str, int] = {}
        for key_node, _ in node.value:
            line = key_node.start_mark.line + 1
            if key_node.tag == _MERGE:
                continue
            if not isinstance(key_node, yaml.ScalarNode) or _scalar(key_node, at) is None:
                named = isinstance(key_node, yaml.ScalarNode)
                said = repr(key_node.value) if named else "a list or mapping"
                raise _Wrong(line, at, f"{said} can't be a key: put it in quotes, or write a name")
            if first := own.get(str(key_node.value)):
                where = (*at, str(key_node.value))
                raise _Wrong(line, where, f"stands there twice (first in line {first})")
            own[str(key_node.value)] = line
        taken = set(own)
        for key_node, value_node in node.value:
            if key_node.tag != _MERGE:
                yield key_node, value_node
                continue
            for merged in _merged(key_node, value_node, at):
                self._count(merged, at)
                self._enter(merged, at)
                for inner in self._pairs(merged, at):
                    if (name := str(inner[0].value)) not in taken:
                        taken.add(name)
                        yield inner
                self.above.pop()


def _merged(key: yaml.Node, value: yaml.Node, at: Location) -> list[yaml.MappingNode]:
    found = value.value if isinstance(value, yaml.SequenceNode) else [value]
    if not all(isinstance(node, yaml.MappingNode) for node in found):
        line = key.start_mark.line + 1
        raise _Wrong(line, (*at, "<<"), "must be an alias of a mapping, or a list of them")
    return list(found)


def _scalar(node: yaml.ScalarNode, at: Location) -> Any:
    line = node.start_mark.line + 1
    if node.tag not in _SCALARS:
        raise _Wrong(line, at, _strange(node.tag))
    kind = _KINDS.get(node.tag.removeprefix(_CORE))
    if kind is None:
        return node.value
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_object(node)
    except (ValueError, LookupError, AttributeError, TypeError) as error:
        said = shortened(repr(node.value), 40)
        raise _Wrong(line, at, f"{said} is no {kind}: in quotes it is text") from error
    finally:
        loader.dispose()


def _strange(tag: str) -> str:
    short = tag.replace(_CORE, "!!")
    return f"the tag {shortened(short, 40)} can't stand here: leave it out"
