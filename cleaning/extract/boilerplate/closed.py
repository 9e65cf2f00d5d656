"""What a template keeps closed until a script opens it, by its classes alone: dialogs, menus, forms that wait."""

from __future__ import annotations

import re

from cleaning.extract.blocks.blocks import Blocks
from cleaning.text.batch import Bools

# Of Bootstrap, Tailwind, Foundation, UIkit and the many that say it in a word.
_WORDS = "hidden hide d-none is-hidden js-hidden tw-hidden u-hidden uk-hidden display-none oculto ocultar"
_CLOSED = frozenset(_WORDS.split())
CLASS = re.compile(r'\sclass="([^"]*)"')
# Shown all the same, on a screen of some width: md:block, d-lg-flex, hide@small.
_SHOWN = re.compile(
    r"(?<=[:@-])(?:block|flex|grid|inline|inline-block|inline-flex|table|contents|show|visible)(?!\S)"
    r"|\b(?:visible|show)-\w|@"
)


def closed(blocks: Blocks) -> Bools:
    """The blocks within an element whose classes hide it at every width."""
    return blocks.looking(_is_closed)


def _is_closed(tag: str) -> bool:
    classes = CLASS.search(tag)
    if not classes or _CLOSED.isdisjoint(classes[1].lower().split()):
        return False
    return not _SHOWN.search(classes[1])
