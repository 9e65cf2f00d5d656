"""What a site's robots.txt allows, by RFC 9309."""

from __future__ import annotations

from dataclasses import dataclass, field

from protego import Protego

MAX_BYTES = 1_000_000  # RFC 9309 asks for at least 500 KiB
MAX_CRAWL_DELAY = (
    30.0  # seconds; a longer Crawl-delay is a wish that no crawl could follow to its end
)


@dataclass(frozen=True)
class Robots:
    """The rules of one origin for one user agent.

    `forbidden`: everything is, for this reason. `sitemaps` as the file names them.
    """

    rules: Protego | None = None
    agent: str = ""
    forbidden: str | None = None
    sitemaps: list[str] = field(default_factory=list)

    def allows(self, url: str) -> bool:
        """Whether the URL may be fetched."""
        if self.forbidden:
            return False
        return self.rules is None or self.rules.can_fetch(url, self.agent)

    @property
    def delay(self) -> float:
        """The seconds between two requests that the file asks for, at most MAX_CRAWL_DELAY."""
        asked = self.rules.crawl_delay(self.agent) if self.rules else None
        return min(float(asked or 0.0), MAX_CRAWL_DELAY)


def product(user_agent: str) -> str:
    """The word of a user agent that robots.txt knows it by: `Tahona` of `Tahona/1.0 (...)`."""
    return user_agent.split("/")[0].split()[0]


def read_robots(status: int, body: bytes, user_agent: str) -> Robots:
    """Rules from an answer: 2xx is parsed, other 4xx allow all, 429 and 5xx forbid all (RFC 9309, 2.3.1).

    A group is chosen by the product token alone, so that a group for some other crawler that stands in
    the comment of our user agent is not taken for ours.
    """
    if status == 429 or status >= 500:
        return Robots(forbidden=f"robots.txt answered {status}")
    if not 200 <= status < 300:
        return Robots()
    rules = Protego.parse(body.decode("utf-8-sig", errors="replace"))
    return Robots(rules=rules, agent=product(user_agent), sitemaps=list(rules.sitemaps))
