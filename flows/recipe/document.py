"""A YAML document with its lines: the place of every key is known, so that an error can name it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

from pipeline.errors import UsageError

Location = tuple[str | int, ...]

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
_QUOTED = "a pattern or text that begins with * stands in quotation marks"
_INSTEAD = "write it out, or take another recipe as `base`"
_SCALARS = {_CORE + name for name in (*_KINDS, "str", "merge", "value")}


class _Wrong(Exception):
    """What is wrong with a document, and the line and the key where it is."""

    def __init__(self, line: int, at: Location, reason: str) -> None:
        super().__init__(reason)
        self.line, self.at = line, at


class _Loader(yaml.SafeLoader):
    """Composes nodes to a bounded depth: the library's own bound is the interpreter's stack.

    Without aliases, a document is a tree, and each value has one place.
    """

    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            line = self.peek_event().start_mark.line + 1  # type: ignore[no-untyped-call]
            raise _Wrong(line, (), f"an alias can't stand here: {_INSTEAD}; {_QUOTED}")
        self.depth += 1
        if self.depth > DEEPEST:
            raise _Wrong(self.line + 1, (), f"is nested deeper than {DEEPEST} levels")
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1


@dataclass
class Document:
    """A YAML mapping with the file and line of every key and list item.

    `written` holds the text of each value that YAML reads as something else than text, `overrides` the
    words by which the command line changed it.
    """

    file: str
    data: dict[str, Any] = field(default_factory=dict)
    places: dict[Location, tuple[str, int]] = field(default_factory=dict)
    written: dict[Location, str] = field(default_factory=dict)
    overrides: dict[Location, str] = field(default_factory=dict)

    def where(self, location: Location) -> str:
        """`file, line N, key a.b[2].c`; the line is its own, or of the nearest key above it in a file."""
        key = spelled(location)
        for end in range(len(location), 0, -1):
            if location[:end] in self.overrides:
                return f"--set {shortened(self.overrides[location[:end]])}, key {key}"
        for end in range(len(location), -1, -1):
            if (place := self.places.get(location[:end])) is not None:
                return f"{place[0]}, line {place[1]}" + (f", key {key}" if key else "")
        return f"{self.file}, key {key}"

    def forget(self, at: Location) -> None:
        """Forgets the places of a value and all that is in it."""
        tables: tuple[dict[Location, Any], ...] = (self.places, self.written)
        for locations in tables:
            for old in [old for old in locations if old[: len(at)] == at]:
                del locations[old]

    def take(self, other: Document, at: Location, whole: bool = True) -> None:
        """Takes over the place of a value, and with `whole` those of all that is in it."""
        length = len(at)
        self.places |= {
            here: place
            for here, place in other.places.items()
            if here[:length] == at and (whole or len(here) == length)
        }
        self.written |= {here: t for here, t in other.written.items() if here[:length] == at}

    def set(self, at: Location, text: str, option: str) -> None:
        """Changes one value to the YAML `text`; `option` is how the command line put it.

        Raises UsageError where the text is no YAML, or something on the way holds no keys.
        """
        target: Any = self.data
        for place, step in enumerate(at[:-1], 1):
            inner = target.get(step)
            if inner is None:
                inner = target[step] = {}
            elif not isinstance(inner, dict):
                raise UsageError(
                    f"--set {shortened(option)}: {spelled(at[:place])} holds no keys: set it whole"
                )
            target = inner
        inside = Document(self.file)
        try:
            node = _compose(text)
            target[at[-1]] = None if node is None else _Builder(inside).build(node, at)
        except _Wrong as wrong:
            raise UsageError(f"--set {shortened(option)}: {wrong}") from wrong
        self.forget(at)
        self.written |= inside.written
        self.overrides[at] = option


def spelled(location: Location) -> str:
    """A place as a reader writes it: `stages.filter.rules[1].min`."""
    text = "".join(f"[{x}]" if isinstance(x, int) else f".{x}" for x in location)
    return text.removeprefix(".")


def shortened(text: str, most: int = 80) -> str:
    """A text on one line, its end left out where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[:most]}..."


def parse(
    file: str, text: str, form: str = "a recipe is a mapping with name, sources and stages"
) -> Document:
    """The document of a file's text; `form` is what it says where that is no mapping.

    Raises UsageError, with file and line, where it is no YAML, no mapping, or more than YAML's core.
    """
    document = Document(file)
    try:
        node = _compose(text)
        if not isinstance(node, yaml.MappingNode):
            raise _Wrong(1, (), form)
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
        reason = f"not YAML: {shortened(str(error.problem))}{_hint(error)}"
        raise _Wrong(line, (), reason) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        reason = f"not YAML: holds the character U+{ord(text[error.position]):04X}"
        raise _Wrong(line, (), reason) from error
    except ValueError as error:  # \U00110000 and the like
        raise _Wrong(1, (), f"not YAML: {shortened(str(error))}") from error


def _hint(error: yaml.MarkedYAMLError) -> str:
    """The likely remedy where YAML takes a character for syntax."""
    message = f"{error.context} {error.problem}"
    if "alias" in message:
        return f": {_QUOTED}"
    if r"'\t'" in message:
        return ": indent with spaces, not tabs"
    if "cannot start any token" in message:
        return ": a text that begins with it stands in quotation marks"
    if "mapping values are not allowed" in message:
        return ": a text with a colon stands in quotation marks, and each key ends with a colon"
    return ""


class _Builder:
    """Turns nodes into values and records their places in a document."""

    def __init__(self, document: Document) -> None:
        self.document = document

    def build(self, node: yaml.Node, at: Location) -> Any:
        """The value of a node; a duplicate key is an error."""
        line = node.start_mark.line + 1
        self.document.places.setdefault(at, (self.document.file, line))
        if isinstance(node, yaml.ScalarNode):
            value = _scalar(node, at)
            if value is not None and not isinstance(value, str):
                self.document.written[at] = node.value
            return value
        kind = "map" if isinstance(node, yaml.MappingNode) else "seq"
        if node.tag != _CORE + kind:
            raise _Wrong(line, at, _strange(node.tag))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, at)
        return [self.build(item, (*at, i)) for i, item in enumerate(node.value)]

    def _mapping(self, node: yaml.MappingNode, at: Location) -> dict[str, Any]:
        value: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if key_node.tag == _MERGE:
                raise _Wrong(line, at, f"<< can't stand here: {_INSTEAD}")
            if not isinstance(key_node, yaml.ScalarNode) or _scalar(key_node, at) is None:
                named = isinstance(key_node, yaml.ScalarNode)
                quoted = repr(key_node.value) if named else "a list or mapping"
                raise _Wrong(
                    line, at, f"{quoted} can't be a key: put it in quotes, or write a name"
                )
            # As it is written: to YAML, `off`, `on`, `yes` and `no` would be truth values.
            key = str(key_node.value)
            if key in value:
                first = self.document.places[(*at, key)][1]
                raise _Wrong(line, (*at, key), f"stands there twice (first in line {first})")
            self.document.places[(*at, key)] = (self.document.file, line)
            value[key] = self.build(value_node, (*at, key))
        return value


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
        quoted = shortened(repr(node.value), 40)
        raise _Wrong(line, at, f"{quoted} is no {kind}: in quotes it is text") from error
    finally:
        loader.dispose()


def _strange(tag: str) -> str:
    short = tag.replace(_CORE, "!!")
    return f"the tag {shortened(short, 40)} can't stand here: leave it out"
