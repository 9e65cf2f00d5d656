"""What was kept with a document of what was said of its rights, as a policy hears it later.

So the same policy, or another, changes a corpus without a page being read again.
"""

from __future__ import annotations

import re
from typing import Any

from cleaning.rights.policy import Policy, refused
from cleaning.rights.registry import BY_NAME
from cleaning.rights.statement import NEAREST, Statement

ORIGINS = "origins"  # the figure of a shard of documents that heard what its origins say, too
_SAID = re.compile(
    rf"(?:^|; )({'|'.join(map(re.escape, BY_NAME))}): (.*?) \(({'|'.join(NEAREST)})\)(?=; |$)"
)


def is_reserved(policy: Policy, rights: str) -> bool:
    """Whether a policy hears a reservation in `metadata.rights` of a document (`in_words`, joined by semicolons)."""
    agents = {agent.lower() for agent in policy.agents}
    statements = [
        Statement(source, name, value, "")  # one of NEAREST, by the pattern
        for name, value, source in _SAID.findall(rights)
        if name != "ai-agents" or not agents or value.lower() in agents
    ]
    return bool(statements) and refused(policy, statements) is not None


def lacking(policy: Policy, heard: dict[str, Any], origins: bool) -> str | None:
    """What of the policy was not listened for where the documents were made."""
    of_origins = [name for name in policy.refuse if not BY_NAME[name].in_answer]
    if of_origins and not origins and not set(of_origins) & set(heard["refuse"]):
        return of_origins[0]
    agents = {agent.lower() for agent in heard.get("agents") or []}
    unasked = [agent for agent in policy.agents if agents and agent.lower() not in agents]
    return unasked[0] if "ai-agents" in policy.refuse and unasked else None
