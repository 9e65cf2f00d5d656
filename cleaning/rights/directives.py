"""X-Robots-Tag and meta robots: words about indexing, and `noai` and `noimageai`, that the field added."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from cleaning.rights.statement import Asking, Page, Protocol

WORDS = ("noindex", "noai", "noimageai")
# Words with a value behind a colon, as a name has its words: WordPress has one of them before all others.
_VALUED = frozenset({"max-image-preview", "max-snippet", "max-video-preview", "unavailable_after"})
_NAME = re.compile(r"[a-z][a-z0-9_-]*")  # of a crawler; no part of the day of `unavailable_after`


def read_directives(text: str, agent: str) -> set[str]:
    """The words of a meta robots value, or of one line of X-Robots-Tag, that are meant for all or for `agent`.

    `none` is noindex and nofollow. In a header, `name: word` addresses one crawler from there to the end of its line.
    """
    words: set[str] = set()
    addressed = True
    for item in text.lower().split(","):
        name, colon, word = (field.strip() for field in item.partition(":"))
        if not colon:
            word = name
        elif name in _VALUED or not _NAME.fullmatch(name):
            continue
        else:
            addressed = name == agent.lower()
        if addressed:
            words.add(word)
    return words | {"noindex", "nofollow"} if "none" in words else words


def read_header(lines: Sequence[str], agent: str) -> set[str]:
    """The words of all lines of X-Robots-Tag that are meant for all or for `agent`."""
    return set[str]().union(*(read_directives(line, agent) for line in lines))


def _from_header(header: Callable[[str], Sequence[str]], asking: Asking) -> Sequence[str]:
    words = read_header(header("x-robots-tag"), asking.agent)
    return [word for word in WORDS if word in words]


def _from_page(page: Page, asking: Asking) -> Sequence[str]:
    words = set[str]()
    for name, content in page.metas:
        if name in {"robots", asking.agent.lower()}:
            words |= read_directives(content, asking.agent)
    return [word for word in WORDS if word in words]


PROTOCOL = Protocol(
    "noai",
    "Google's robots meta tag and X-Robots-Tag (read 2026-11); noai and noimageai: DeviantArt (2022-11-11)",
    refuses=lambda value: value == "noai",
    from_header=_from_header,
    from_page=_from_page,
)
