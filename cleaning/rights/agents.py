"""robots.txt rules for the crawlers of those who train models: for whom is this page closed?"""

from __future__ import annotations

from collections.abc import Sequence

from cleaning.rights.robots import RobotsFile, product
from cleaning.rights.statement import Asking, Protocol

# Agents of which ai-robots-txt/ai.robots.txt says that their owners train on what they read, or sell it for
# that (commit 738c80df2169, read 2026-11), and CCBot, from whose archive most corpora come. Their number
# grows; a recipe may name its own.
AI_AGENTS = (
    *(
        "AI2Bot",
        "Ai2Bot-Dolma",
        "anthropic-ai",
        "Applebot-Extended",
        "Bytespider",
        "CCBot",
        "ClaudeBot",
    ),
    *("CloudVertexBot", "cohere-training-data-crawler", "Cotoyogi", "DeepSeekBot", "FacebookBot"),
    *("FriendlyCrawler", "Google-Extended", "GPTBot", "ICC-Crawler", "meta-externalagent"),
    *("omgili", "PanguBot", "TikTokSpider", "Timpibot", "Webzio-Extended"),
)


def _closed(file: RobotsFile, asking: Asking) -> Sequence[str]:
    named = [agent for agent in asking.agents if file.names(product(agent))]
    return [agent for agent in named if not file.group(product(agent)).allows(asking.url)]


PROTOCOL = Protocol(
    "ai-agents",
    "RFC 9309 (2022-09), groups that name such an agent",
    refuses=lambda value: True,
    from_robots=_closed,
)
