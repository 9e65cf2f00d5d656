"""X-Robots-Tag and meta robots: words about indexing, and `noai` and `noimageai`, that the field added."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cleaning.rights.statement import Asking, Page, Protocol

WORDS = ("noindex", "noai", "noimageai")


def read_directives(text: str, agent: str) -> set[str]:
    """The words of a meta robots or X-Robots-Tag value that are meant for all or for `agent`.

    `none` is noindex and nofollow. In a header, `name: word` addresses one crawler from there on.
    """
    words: set[str] = set()
    addressed = True
    for item in text.lower().split(","):
        name, colon, word = item.rpartition(":")
        if colon:
            addressed = name.strip() == agent.lower()
        if addressed:
            words.add(word.strip())
    return words | {"noindex", "nofollow"} if "none" in words else words


def _from_header(header: Callable[[str], str], asking: Asking) -> Sequence[str]:
    words = read_directives(header("x-robots-tag"), asking.agent)
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
