"""robots.txt by RFC 9309: what it says to a product token, for any bytes and in linear time.

The RFC leaves lines of other kinds to those who know them; they are kept with their group. Beyond it, a
line without its colon is read where it has one word behind a known name, as Google's parser does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

PARSED = 500 * 1024  # bytes of a file that are read; RFC 9309, 2.5, asks for at least as many

_BOM = b"\xef\xbb\xbf"
_TOKEN = re.compile(r"[A-Za-z_-]*")
_LINE_ENDS = re.compile(rb"\r\n|\r|\n")
_RULES = {"allow", "disallow"}
_NAMES = {"user-agent", "sitemap", "crawl-delay", *_RULES}
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
# Reserved but * and $, which have a meaning here.
_AS_IS = _UNRESERVED | frozenset(b":/?#[]@!&'()+,;=%")
# The same there whether encoded or not; RFC 9309, 2.2.2, second example.
_IN_QUERY = frozenset(b":/?@")
_PATH = re.compile(r"[/?]")
_PLAIN = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!&'()+,;=]*")
_PIECE = re.compile(rb"%[0-9A-Fa-f]{2}|.", re.DOTALL)


def comparable(text: str, special: bytes = b"") -> bytes:
    """Path and query in the form in which rules and URLs are compared (RFC 9309, 2.2.2).

    Percent-encoded where RFC 3986 asks for it and nowhere else, with capital digits; what is in `special`
    stays as it is.
    """
    if _PLAIN.fullmatch(text):
        return text.encode()
    octets = []
    in_query = False
    for piece in _PIECE.findall(text.encode("utf-8", "surrogatepass")):
        octet = int(piece[1:], 16) if len(piece) == 3 else piece[0]
        encoded = len(piece) == 3
        if encoded and not (octet in _UNRESERVED or (in_query and octet in _IN_QUERY)):
            octets.append(piece.upper())
        elif encoded or octet in _AS_IS or octet in special:
            octets.append(bytes((octet,)))
        else:
            octets.append(b"%%%02X" % octet)
        in_query |= octets[-1] == b"?"
    return b"".join(octets)


def path_of(url: str) -> bytes:
    """What of a URL rules are compared with: its path and query, without the fragment."""
    rest = url.partition("#")[0]
    host = rest.find("://") + 3 if "://" in rest else 0
    begin = _PATH.search(rest, host)
    path = rest[begin.start() :] if begin else ""
    return comparable(path if path.startswith("/") else f"/{path}")


class Pattern:
    """The value of a rule: `*` stands for any octets, `$` at its end for the end of the path.

    `size` is what the longest match is measured by. A path is gone through once, whatever the pattern.
    """

    def __init__(self, value: str) -> None:
        text = comparable(value, special=b"*$")
        self.size = len(text)
        self._ends = text.endswith(b"$")
        text = text.removesuffix(b"$").replace(b"$", b"%24")
        self._first, *self._more = text.split(b"*")

    def matches(self, path: bytes) -> bool:
        """Whether a path, as `path_of` gives it, begins as the pattern says."""
        if not path.startswith(self._first):
            return False
        if not self._more:
            return not self._ends or len(path) == len(self._first)
        at = len(self._first)
        middle, last = (self._more[:-1], self._more[-1]) if self._ends else (self._more, b"")
        for literal in middle:
            place = path.find(literal, at)
            if place < 0:
                return False
            at = place + len(literal)
        return len(path) - at >= len(last) and path.endswith(last)


@dataclass
class Group:
    """What a file says to one product token, all its groups joined: rules, delay, and lines of other kinds.

    `others` are (name in lower case, value), in order.
    """

    rules: list[tuple[Pattern, bool]] = field(default_factory=list)
    delay: float = 0.0
    others: list[tuple[str, str]] = field(default_factory=list)

    def sort(self) -> None:
        """The order in which the first rule that matches decides: the longest, and of those the allowing."""
        self.rules.sort(key=lambda rule: (-rule[0].size, not rule[1]))

    def allows(self, url: str) -> bool:
        """Whether the URL may be fetched."""
        path = path_of(url)
        if path == b"/robots.txt":  # RFC 9309, 2.2.2
            return True
        return next((allow for pattern, allow in self.rules if pattern.matches(path)), True)


@dataclass
class RobotsFile:
    """A file that was read: its groups by product token in lower case (or `*`), and the sitemaps it names."""

    groups: dict[str, Group] = field(default_factory=dict)
    sitemaps: list[str] = field(default_factory=list)

    def group(self, token: str) -> Group:
        """The group of a product token, else that for all, else an empty one, which allows everything."""
        return self.groups.get(token.lower()) or self.groups.get("*") or Group()

    def names(self, token: str) -> bool:
        """Whether the file speaks to this product token by name."""
        return token.lower() in self.groups


def parse(data: bytes) -> RobotsFile:
    """Reads a file of any bytes; what is no line of the format counts for nothing."""
    if len(data) > PARSED:
        data = data[:PARSED]
        data = data[: max(data.rfind(b"\n"), data.rfind(b"\r")) + 1]  # a cut rule would be another
    for size in (3, 2, 1):
        if data.startswith(_BOM[:size]):
            data = data[size:]
            break
    file = RobotsFile()
    groups: list[Group] = []  # those that the lines are meant for
    heading = False  # no rule came since the last user-agent line
    for raw in _LINE_ENDS.split(data):
        name, value = _line(raw)
        if name == "user-agent":
            if not heading:
                groups, heading = [], True
            token = "*" if value.split()[:1] == ["*"] else product(value).lower()
            if token:
                groups.append(file.groups.setdefault(token, Group()))
        elif name == "sitemap":
            file.sitemaps.append(value)
        elif name in _RULES:
            heading = False
            if value.startswith(("/", "*")):
                for group in groups:
                    group.rules.append((Pattern(value), name == "allow"))
        elif name:
            for group in groups:
                _other(group, name, value)
    for group in file.groups.values():
        group.sort()
    return file


def _line(raw: bytes) -> tuple[str, str]:
    """Name in lower case and value of a line; ("", "") where it has none."""
    text = raw.partition(b"#")[0].decode("utf-8", "replace").strip(" \t\0")
    name, colon, value = text.partition(":")
    if not colon:
        name, _, value = text.replace("\t", " ").partition(" ")
        if name.lower() not in _NAMES or len(value.split()) != 1:
            return "", ""
    return name.strip().lower(), value.strip()


def _other(group: Group, name: str, value: str) -> None:
    if name != "crawl-delay":
        group.others.append((name, value))
    elif re.fullmatch(r"[0-9]{1,9}(\.[0-9]*)?|\.[0-9]+", value):
        group.delay = max(group.delay, float(value))


def product(user_agent: str) -> str:
    """The product token of a user agent: `Tahona` of `Tahona/1.0 (...)`; RFC 9309, 2.2.1."""
    match = _TOKEN.match(user_agent)
    return match[0] if match else ""
