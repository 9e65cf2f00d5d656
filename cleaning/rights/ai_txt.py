"""ai.txt: a robots.txt for data sets, whose rules name kinds of files."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from cleaning.rights.robots import parse
from cleaning.rights.statement import Asking, Protocol


def _from_file(data: bytes, asking: Asking) -> Sequence[str]:
    """`no` where the file closes the page, or all text by `*.txt`: what is kept of a page is its text."""
    group = parse(data).group(asking.agent)
    address = urlsplit(asking.url)
    as_text = f"{address.scheme}://{address.netloc}/x.txt"
    return ["no"] if not (group.allows(asking.url) and group.allows(as_text)) else []


PROTOCOL = Protocol(
    "ai.txt",
    "Spawning ai.txt (2023-05-30)",
    refuses=lambda value: value == "no",
    path="/ai.txt",
    from_file=_from_file,
)
