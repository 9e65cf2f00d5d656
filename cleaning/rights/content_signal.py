"""Content signals: what may be done with what was fetched, in a line of a group of robots.txt."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cleaning.rights.robots import RobotsFile
from cleaning.rights.statement import Asking, Protocol

_SIGNAL = re.compile(r"(search|ai-input|ai-train)\s*=\s*(yes|no)", re.IGNORECASE)


def _from_robots(file: RobotsFile, asking: Asking) -> Sequence[str]:
    signals = dict[str, str]()
    for name, value in file.group(asking.agent).others:
        if name == "content-signal":
            for item in value.split(","):
                if signal := _SIGNAL.fullmatch(item.strip()):
                    signals[signal[1].lower()] = signal[2].lower()
    return [f"{name}={value}" for name, value in signals.items()]


PROTOCOL = Protocol(
    "content-signal",
    "contentsignals.org (2025-09-24)",
    refuses=lambda value: value == "ai-train=no",
    from_robots=_from_robots,
)
