"""What a site says of the rights in a page: one schema for all protocols, each of which is one entry of a registry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from cleaning.rights.robots import RobotsFile

Source = Literal["robots.txt", "file", "header", "page"]
# The later, the nearer to the page.
NEAREST: Sequence[Source] = ("robots.txt", "file", "header", "page")


@dataclass(frozen=True)
class Statement:
    """One thing that was said. `statement` is its protocol, `value` what it said, `read_at` when, ISO 8601 in UTC."""

    source: Source
    statement: str
    value: str
    read_at: str


@dataclass(frozen=True)
class Page:
    """What of a page speaks of rights: (name, content) of its meta elements, in lower case the first;
    the licences that it names (rel, property, JSON-LD), and the licences that it merely links.
    """

    metas: Sequence[tuple[str, str]] = ()
    licences: Sequence[str] = ()
    linked: Sequence[str] = ()


@dataclass(frozen=True)
class Asking:
    """For whom a statement is read: our product token, and the agents whose exclusion the policy asks after."""

    url: str
    agent: str
    agents: Sequence[str]


@dataclass(frozen=True)
class Protocol:
    """How one protocol is read. Each function gives the values that it finds, in the order in which they stand.

    `spec` names the text that it follows, with its version and day. `refuses` tells of a value whether it
    closes the page to training. `nearest`: what stands nearer to the page takes the place of the rest;
    otherwise one refusal is enough, and need not wait for the page. `path` is the file of `from_file`.
    """

    name: str
    spec: str
    refuses: Callable[[str], bool]
    nearest: bool = False
    path: str | None = None
    from_robots: Callable[[RobotsFile, Asking], Sequence[str]] | None = None
    from_file: Callable[[bytes, Asking], Sequence[str]] | None = None
    from_header: Callable[[Callable[[str], Sequence[str]], Asking], Sequence[str]] | None = None
    from_page: Callable[[Page, Asking], Sequence[str]] | None = None

    @property
    def in_answer(self) -> bool:
        """Whether an answer or the page in it may say it."""
        return self.from_header is not None or self.from_page is not None
