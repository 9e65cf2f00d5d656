"""A recipe's policy: which statements close a page to it. Pure, so that it can be applied again, or anew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from cleaning.rights.registry import BY_NAME
from cleaning.rights.statement import NEAREST, Protocol, Statement
from pipeline.model.stage import Params

Refusal = Literal[
    "ai-agents", "content-usage", "content-signal", "ai.txt", "tdm-reservation", "noai"
]


class Policy(Params):
    """`refuse` names the protocols whose refusal is heard (none: what is said is kept, and closes nothing); `agents`
    those whose exclusion counts for `ai-agents` (none: the list of `agents.py`).
    """

    refuse: list[Refusal]
    agents: list[Annotated[str, Field(pattern=r"^[A-Za-z_-]")]] = Field([])


def refused(
    policy: Policy, statements: Sequence[Statement], at_hand: bool = True
) -> Statement | None:
    """The statement that closes a page, if any.

    Before the page is `at_hand`, only what nothing in its answer could change.
    """
    for name in policy.refuse:
        protocol = BY_NAME[name]
        waits = protocol.nearest and not at_hand
        refusal = _refusal(protocol, [s for s in statements if s.statement == name])
        if refusal and not waits:
            return refusal
    return None


def in_words(statement: Statement) -> str:
    """A statement in words: `noai: noai (header)`."""
    return f"{statement.statement}: {' '.join(statement.value.split())[:300]} ({statement.source})"


def _refusal(protocol: Protocol, statements: Sequence[Statement]) -> Statement | None:
    if protocol.nearest and statements:
        nearest = max(NEAREST.index(s.source) for s in statements)
        statements = [s for s in statements if NEAREST.index(s.source) == nearest]
    return next((s for s in statements if protocol.refuses(s.value)), None)
