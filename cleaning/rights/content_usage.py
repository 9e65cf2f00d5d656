"""AIPREF: preferences for categories of use, in a header and in rules of robots.txt."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cleaning.rights.robots import Pattern, RobotsFile, path_of
from cleaning.rights.statement import Asking, Protocol
from cleaning.rights.structured import tokens

LABELS = ("train-ai", "search")  # the categories of the vocabulary
_SIGNS = {"y", "n"}


def preferences(text: str) -> list[str]:
    """`train-ai=n` and the like, of the categories that have a known preference."""
    try:
        members = tokens(text)
    except ValueError:
        return []
    return [f"{label}={members[label]}" for label in LABELS if members.get(label) in _SIGNS]


def _from_header(header: Callable[[str], Sequence[str]], asking: Asking) -> Sequence[str]:
    return preferences(", ".join(header("content-usage")))


def _from_robots(file: RobotsFile, asking: Asking) -> Sequence[str]:
    """The rules with the longest path that the URL begins with; of more than one, all count."""
    path = path_of(asking.url)
    longest, values = -1, list[str]()
    for name, value in file.group(asking.agent).others:
        if name != "content-usage":
            continue
        where, _, listed = (
            value.replace("\t", " ").partition(" ") if value[:1] == "/" else ("", "", value)
        )
        size = Pattern(where).size if where else 0
        if size >= longest and (not where or Pattern(where).matches(path)):
            values = values if size == longest else []
            longest = size
            values += [p for p in preferences(listed) if p not in values]
    return values


PROTOCOL = Protocol(
    "content-usage",
    "draft-ietf-aipref-attach-05 (2026-08-19), draft-ietf-aipref-vocab-08 (2026-09-14)",
    refuses=lambda value: value == "train-ai=n",  # section 7.1 of the vocabulary: one "n" is enough
    from_robots=_from_robots,
    from_header=_from_header,
)
