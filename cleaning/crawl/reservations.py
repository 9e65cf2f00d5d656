"""What a crawl hears of reservations: asked for with a page, judged by the recipe's policy, kept with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from cleaning.crawl.links import Links
from cleaning.crawl.net.exchange import Fetched
from cleaning.crawl.permission import Permissions
from cleaning.crawl.robots import Robots
from cleaning.rights.agents import AI_AGENTS
from cleaning.rights.policy import Policy, in_words, refused
from cleaning.rights.read import statements_in_answer, statements_in_file, statements_in_robots
from cleaning.rights.registry import BY_NAME
from cleaning.rights.robots import product
from cleaning.rights.statement import Asking, Statement
from cleaning.web.http import TooLarge
from cleaning.web.urls import origin

MAX_BYTES = 1_000_000  # of a file that speaks for an origin


class Reservations:
    """The statements of each URL, and which of them close it. `refusals` counts those by protocol."""

    def __init__(self, policy: Policy, agent: str, permissions: Permissions) -> None:
        self.policy = policy
        self.agent = product(agent)
        self.permissions = permissions
        self.refusals: Counter[str] = Counter()
        self._paths = [path for name in policy.refuse if (path := BY_NAME[name].path)]

    async def before(self, url: str, robots: Robots) -> list[Statement]:
        """What is said of a URL before it is asked for; a file of the origin is asked for if the policy hears it."""
        asking = self._asking(url)
        statements = statements_in_robots(robots.file, asking, robots.read_at)
        for path in self._paths:
            got = await self.permissions.file(origin(url), path)
            if got is not None:
                statements += statements_in_file(path, _body(got), asking, got.date or "")
        return statements

    def of(self, got: Fetched, links: Links) -> list[Statement]:
        """What an answer and the page in it say."""
        return statements_in_answer(
            got.header_lines, links.rights, self._asking(got.url), got.date or ""
        )

    def refusal(self, statements: Sequence[Statement], at_hand: bool) -> str | None:
        """Why a URL is closed, in words, and counted; before the page is at hand, what it can't change."""
        statement = refused(self.policy, statements, at_hand)
        if statement is None:
            return None
        self.refusals[statement.statement] += 1
        return in_words(statement)

    def _asking(self, url: str) -> Asking:
        return Asking(url, self.agent, self.policy.agents or AI_AGENTS)


def _body(got: Fetched) -> bytes:
    try:
        return got.decoded(MAX_BYTES) or b""
    except TooLarge:
        return b""
