"""What a crawl makes of the robots.txt of an origin, or of its absence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from cleaning.rights.robots import RobotsFile, parse, product
from cleaning.web.urls import without_session

MAX_BYTES = (
    1_000_000  # of an answer; RFC 9309, 2.5, asks for half of it to be read, and `parse` reads that
)
MAX_CRAWL_DELAY = (
    30.0  # seconds; a longer Crawl-delay is a wish that no crawl could follow to its end
)
MAX_AGE = 24 * 3600.0  # seconds for which a file that can be read again is used; RFC 9309, 2.4


@dataclass(frozen=True)
class Robots:
    """The rules of one origin for one user agent. `forbidden`: everything is, for this reason.

    `read_at` is when the file was received, ISO 8601.
    """

    file: RobotsFile = field(default_factory=RobotsFile)
    agent: str = ""
    forbidden: str | None = None
    read_at: str = ""

    def allows(self, url: str) -> bool:
        """Whether the URL may be fetched, as it is and without the session in its path, of which no rule knows."""
        group = self.file.group(self.agent)
        return not self.forbidden and all(map(group.allows, {url, without_session(url)}))

    @property
    def sitemaps(self) -> Sequence[str]:
        """As the file names them."""
        return self.file.sitemaps

    @property
    def delay(self) -> float:
        """The seconds between two requests that the file asks for, at most MAX_CRAWL_DELAY."""
        return min(self.file.group(self.agent).delay, MAX_CRAWL_DELAY)


def read_robots(status: int, body: bytes, user_agent: str, read_at: str = "") -> Robots:
    """Rules from an answer: 2xx is parsed, other 4xx allow all, 429 and 5xx forbid all (RFC 9309, 2.3.1).

    A group is chosen by the product token alone, so that a group for some other crawler that stands in
    the comment of our user agent is not taken for ours. 429 is a wish for fewer requests, which the RFC
    leaves open; it is heard.
    """
    if status == 429 or status >= 500:
        return Robots(forbidden=f"robots.txt answered {status}")
    if not 200 <= status < 300:
        return Robots()
    return Robots(parse(body), product(user_agent), read_at=read_at)
