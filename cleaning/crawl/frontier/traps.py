"""Traps: areas of a site that go on without end and give nothing new, recognised by what their pages give.

The shape of an address says which pages belong together; what they say decides. Some addresses are
refused for their form alone (`is_trap`), everything else is asked for until it is found empty.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cleaning.web.urls import host_of, registered_domain

if TYPE_CHECKING:
    from cleaning.crawl.log.state import State

MAX_URL = 2000  # characters; longer ones are made by machines
MAX_SEGMENTS = 20  # Heritrix, TooManyPathSegmentsDecideRule
REPEATS = 3  # segments of the path this often in a row; Heritrix, PathologicalPathDecideRule

LAST = 100  # pages of a group that are looked at, and of a sample
MOST = (
    1000  # as many are looked at as gave something new, so that a full diary may have an empty year
)
SHARE = 0.05  # of them that must give something new
# Of a function, what a site does with a page for who asks (edit it, print it, its history, a form): each page has
# them all, so they are many before they are long. One page in so many that gives something new keeps it open.
LAST_OF_FUNCTION = 20
# How many times `max_per_pattern` pages make a suspect of a shape, a directory, a section, a domain: the
# more kinds of pages a group holds, the later.
PATIENCE = (1, 2, 4, 8)
PATIENCE_OF_FUNCTION = 1 / 20
_FUNCTION = re.compile(r"[^/?]*…\?|.* noindex$", re.DOTALL)  # names of such groups
IN_MEMORY = 20_000  # groups, between two commits
_NUMBERS = struct.Struct("<5q")
_DIGITS = re.compile(r"[0-9]+")
_TOKEN = re.compile(r"(?=[a-z-]*[0-9])[0-9a-z-]{16,}", re.IGNORECASE)


def is_trap(url: str) -> bool:
    """Whether the form of a URL alone shows that a machine makes it without end."""
    segments = [s for s in urlsplit(url).path.split("/") if s]
    if len(url) > MAX_URL or len(segments) > MAX_SEGMENTS:
        return True
    for size in range(1, len(segments) // REPEATS + 1):
        for i in range(len(segments) - REPEATS * size + 1):
            run = segments[i : i + size]
            again = all(
                segments[i + n * size : i + (n + 1) * size] == run for n in range(1, REPEATS)
            )
            if again and not all(s.isdigit() for s in run):  # /10/10/10 is a date
                return True
    return False


@lru_cache(maxsize=4096)
def groups(url: str) -> tuple[str | None, str, str | None]:
    """The groups of pages that a URL belongs to, from the narrowest to the widest.

    Its shape: digits and long tokens made equal, and from three query parameters on their values too;
    None where it is the only URL of that shape. Its directory, with the names of its parameters. Its
    section: all that shares the first segment of the path; None where that is all of the URL.
    """
    address = urlsplit(url)
    pairs = sorted(p for p in address.query.split("&") if p)
    names = "&".join(sorted({p.partition("=")[0] for p in pairs}))
    whole = f"{address.netloc}{address.path}?{'&'.join(pairs)}"
    shape = _same(f"{address.netloc}{address.path}?{names if len(pairs) >= 3 else '&'.join(pairs)}")
    directory = address.path.rpartition("/")[0]
    first, *more = address.path.lstrip("/").split("/")
    return (
        shape.removesuffix("?") if shape != whole else None,
        _same(f"{address.netloc}{directory}/…?{names}").removesuffix("?"),
        _same(f"{address.netloc}/{first}……") if more or pairs else None,
    )


@lru_cache(maxsize=4096)
def functions(url: str) -> tuple[str, ...]:
    """The groups of a URL by what it asks for, whatever page it asks it of: one for each parameter with its value."""
    address = urlsplit(url)
    pairs = sorted({_same(p) for p in address.query.split("&") if p})
    return tuple(f"{address.netloc}…?{pair}" for pair in pairs)


def unlisted(url: str) -> str:
    """The group of the pages in a URL's directory that their site closes to an index."""
    return f"{groups(url)[1]} noindex"


def is_function(group: str) -> bool:
    """Whether a group is one of these."""
    return _FUNCTION.match(group) is not None


def size_of_sample(group: str) -> int:
    """How many of the waiting pages of a suspect are drawn."""
    return LAST_OF_FUNCTION if is_function(group) else LAST


@lru_cache(maxsize=4096)
def whole(host: str) -> str:
    """The widest group, all that a registered domain shows: its hosts or first segments may be made without end."""
    return f"{registered_domain(host)}……"


def domain_of(group: str) -> str | None:
    """The registered domain that a widest group stands for; None for a narrower one."""
    return group.removesuffix("……") if "/" not in group and group.endswith("……") else None


def _of(url: str) -> tuple[str | None, ...]:
    return (*groups(url), whole(host_of(url)))


def may_be_of(url: str, group: str) -> bool:
    """Whether a URL is of a group of functions, as far as it tells: all of the directory of an `unlisted` one."""
    return group in functions(url) or group == unlisted(url)


def _same(text: str) -> str:
    return _DIGITS.sub("*", _TOKEN.sub("*", text))


@dataclass(slots=True)
class _Group:
    visits: int = 0
    new: int = 0  # visits that gave something new
    recent: int = 0  # a bit for each of the last MOST visits: whether it did
    suspect_at: int = 0  # visits
    drawn: int = 0  # pages of the last sample
    waiting: int = 0  # of them that are still to be visited

    def add(self, new: bool) -> None:
        self.visits += 1
        self.new += new
        self.recent = (self.recent << 1 | new) & ((1 << MOST) - 1)

    def packed(self) -> bytes:
        """As the state keeps it."""
        recent = self.recent.to_bytes((MOST + 7) // 8, "little").rstrip(b"\0")
        return (
            _NUMBERS.pack(self.visits, self.new, self.suspect_at, self.drawn, self.waiting) + recent
        )

    @classmethod
    def of(cls, packed: bytes) -> _Group:
        """The group that was packed."""
        visits, new, suspect_at, drawn, waiting = _NUMBERS.unpack_from(packed)
        recent = int.from_bytes(packed[_NUMBERS.size :], "little")
        return cls(visits, new, recent, suspect_at, drawn, waiting)

    def is_poor(self, size: int = LAST) -> bool:
        """By a whole sample of that size, else by the last pages."""
        looked_at = size if self.drawn == size else min(self.visits, max(size, self.new), MOST)
        last = self.recent & ((1 << looked_at) - 1)
        return last.bit_count() < SHARE * looked_at


def _later(group: str, visits: int) -> int:
    """After how many visits a suspect that proved alive may be one again."""
    return visits + max(LAST_OF_FUNCTION, visits // 4) if is_function(group) else 2 * visits


class Traps:
    """Which groups of pages are closed: their last pages, and then a sample of those that wait, gave nothing new.

    The sample is why no site is closed for the order in which its pages come: of a section that first
    shows a thousand lists, the articles behind them wait, and some of them are drawn. `suspect_after`
    is the number of pages of one shape until which nothing is suspected. The groups lie in the state; in
    memory are those that were met of late.
    """

    def __init__(self, suspect_after: int, state: State) -> None:
        self.suspect_after = suspect_after
        self.state = state
        self._groups: dict[str, _Group] = {}
        self._changed: set[str] = set()  # of them, since the last commit
        self._closed = set[str](state.get("closed", []))
        self._soon = max(LAST_OF_FUNCTION, PATIENCE_OF_FUNCTION * suspect_after)

    def closed(self, url: str) -> str | None:
        """The closed group that a URL belongs to, if any."""
        if not self._closed:
            return None
        return next(
            (n for n in (*_of(url), *functions(url), unlisted(url)) if n in self._closed), None
        )

    def visited(
        self, url: str, new: bool, queued: Sequence[str], noindex: bool = False
    ) -> list[str]:
        """A page was read: `new` if its text is, `queued` are the URLs that it was the first to name.

        Those count for a shape, a directory or a function where they lead out of it. With `noindex` its site wants it
        in no index. Gives the groups that became suspects, a sample of which is to be visited next (`sample`).
        """
        suspects = []
        for level, name in enumerate(_of(url)):
            if name is None or name in self._closed:
                continue
            gives = new or (level < 2 and any(groups(u)[level] != name for u in queued))
            if self._add(name, gives, PATIENCE[level] * self.suspect_after):
                suspects.append(name)
        name = unlisted(url)
        if name not in self._closed and self._add(name, not noindex or bool(queued), self._soon):
            suspects.append(name)
        return suspects + self.answered(url, new, queued)

    def answered(self, url: str, new: bool, queued: Sequence[str]) -> list[str]:
        """As `visited`, for the functions of a URL alone: also where it leads elsewhere or to nothing."""
        suspects = []
        for name in functions(url):
            gives = new or any(name not in functions(u) for u in queued)
            if name not in self._closed and self._add(name, gives, self._soon):
                suspects.append(name)
        return suspects

    def _add(self, name: str, gives: bool, patience: float) -> bool:
        """Counts a visit of a group; whether that makes it a suspect."""
        group = self._group(name)
        group.add(gives)
        if group.waiting:
            group.waiting -= 1
            if not group.waiting:
                self._judge(name)
            return False
        return group.visits >= max(group.suspect_at, patience) and group.is_poor(
            size_of_sample(name)
        )

    def sample(self, name: str, size: int) -> None:
        """So many of the waiting pages of a suspect come next; with none it is judged at once.

        Of a function a whole sample waits, or it goes on: where each list names the next one alone, those behind
        them that are known already may lead on.
        """
        group = self._group(name)
        if is_function(name) and size < LAST_OF_FUNCTION:
            group.suspect_at = _later(name, group.visits)
            return
        group.drawn = group.waiting = size
        if not size:
            self._judge(name)

    def save(self) -> None:
        """Puts the groups into the state, and forgets them here when they are many."""
        rows = [(name, self._groups[name].packed()) for name in self._changed]
        self.state.many("REPLACE INTO groups VALUES (?, ?)", rows)
        self._changed.clear()
        if len(self._groups) > IN_MEMORY:
            self._groups.clear()
        self.state.put("closed", sorted(self._closed))

    def _group(self, name: str) -> _Group:
        self._changed.add(name)
        group = self._groups.get(name)
        if group is None:
            row = self.state.execute("SELECT value FROM groups WHERE name = ?", (name,)).fetchone()
            group = self._groups[name] = _Group.of(row[0]) if row else _Group()
        return group

    def _judge(self, name: str) -> None:
        group = self._group(name)
        if group.is_poor(size_of_sample(name)):
            self._closed.add(name)
        else:
            group.suspect_at, group.drawn = _later(name, group.visits), 0
