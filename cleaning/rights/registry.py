"""The protocols that are read, one entry each."""

from __future__ import annotations

from cleaning.rights import (
    agents,
    ai_txt,
    content_signal,
    content_usage,
    directives,
    licence,
    tdmrep,
)
from cleaning.rights.statement import Protocol

PROTOCOLS: tuple[Protocol, ...] = (
    agents.PROTOCOL,
    content_usage.PROTOCOL,
    content_signal.PROTOCOL,
    ai_txt.PROTOCOL,
    tdmrep.PROTOCOL,
    directives.PROTOCOL,
    licence.PROTOCOL,
)
BY_NAME = {protocol.name: protocol for protocol in PROTOCOLS}
