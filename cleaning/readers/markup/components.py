"""What an element of MDX has of a program, which CommonMark takes for text: values in braces, and comments."""

from __future__ import annotations

import re

from cleaning.readers.markup.templates import CODE

_DEPTH = 4  # of braces in braces
_BRACES = r"\{[^{}]*\}"
for _ in range(_DEPTH):
    _BRACES = rf"\{{(?>[^{{}}]++|{_BRACES})*\}}"
_VALUE = rf"(?:\"[^\"]*\"|'[^']*'|{_BRACES})"
# Those of a component all go: a sign of more than in one would end its tag.
_ELEMENT = re.compile(
    rf"{CODE}"
    r"|(?<![ ])(?>[ ]*)(?<!\{)\{/\*(?>[^*{]++|\*(?!/\})|\{(?!/\*))*\*/\}"
    r"|(?P<opens><(?:(?P<component>[A-Z]\w*[a-z][\w.]*)|[a-z][\w-]*))"
    rf"(?P<attributes>(?>\s+(?:[A-Za-z_][\w:.-]*(?:={_VALUE})?|{_BRACES}))+)(?P<closes>\s*/?>)",
    re.VERBOSE | re.MULTILINE,
)
_BRACED = re.compile(rf"\s+(?:[A-Za-z_][\w:.-]*=)?{_BRACES}")
_MARKS = ("={", "{/*", '="', "='", "{...")


def without_program(text: str) -> str:
    """A text in Markdown whose elements have no values in braces, and without comments in braces; code stays."""
    return _ELEMENT.sub(_bare, text) if any(mark in text for mark in _MARKS) else text


def _bare(match: re.Match[str]) -> str:
    if not match["opens"]:
        return "" if match[0].lstrip(" ").startswith("{/*") else match[0]
    attributes = _BRACED.sub("", match["attributes"])
    if match["component"] and "=" in match["attributes"]:
        attributes = ""
    if attributes == match["attributes"]:
        return match[0]
    # An empty line would end the element.
    return " ".join([match["opens"], *attributes.split()]) + match["closes"].strip()
