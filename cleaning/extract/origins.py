"""What the origins of a crawl say of rights in all their pages: robots.txt, ai.txt and the like, as it kept them."""

from __future__ import annotations

import base64
import json
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from cleaning.rights.agents import AI_AGENTS
from cleaning.rights.policy import Policy
from cleaning.rights.read import statements_in_file, statements_in_robots
from cleaning.rights.registry import BY_NAME
from cleaning.rights.robots import RobotsFile, parse
from cleaning.rights.statement import Asking, Statement
from cleaning.web.urls import origin
from pipeline.errors import UsageError
from pipeline.model.dataset import File, Manifest

PART = "log=origins"  # of a crawl: a line of JSON for each such file


def origins_of(policy: Policy | None, crawls: Sequence[Manifest], file: File) -> list[File]:
    """What of the shard of a file tells of its origins, where the policy hears what they say, or keeps all.

    UsageError where it hears what is said nowhere else, and nothing is there.
    """
    if policy is None:
        return []
    names = policy.refuse
    if names and not any(BY_NAME[name].from_robots or BY_NAME[name].from_file for name in names):
        return []
    kept = [f for m in crawls for f in m.files() if f.part == PART and f.shard == file.shard]
    unheard = [name for name in names if not BY_NAME[name].in_answer]
    if unheard and not kept:
        raise UsageError(
            f"{unheard[0]} is not said in an answer or its page but for a whole origin, and {file.path} comes "
            "from no crawl that stored the statements of its origins: set this policy for the crawl instead"
        )
    return kept


class Origins:
    """The files of the origins, read once; `agents` are those whose exclusion the policy asks after."""

    def __init__(self, path: Path, agents: Sequence[str]) -> None:
        self.agents = agents or AI_AGENTS
        self._path = path
        self._robots: dict[str, RobotsFile] = {}

    @cached_property
    def _files(self) -> dict[str, list[dict[str, Any]]]:
        files = defaultdict(list)
        with self._path.open(encoding="utf-8") as lines:
            for line in map(json.loads, lines):
                files[line["site"]].append(line)
        return dict(files)

    def statements(self, url: str, agent: str) -> list[Statement]:
        """What is said of a URL by its origin."""
        site, statements = origin(url), list[Statement]()
        asking = Asking(url, agent, self.agents)
        for file in self._files.get(site, []):
            if file["status"] != 200:
                continue
            body = base64.b64decode(file["body"])
            if file["path"] == "/robots.txt":
                robots = self._robots.get(site) or self._robots.setdefault(site, parse(body))
                statements += statements_in_robots(robots, asking, file["date"])
            else:
                statements += statements_in_file(file["path"], body, asking, file["date"])
        return statements
