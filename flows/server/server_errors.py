"""Why a Prefect server ended by itself, found in its log."""

from __future__ import annotations

import re

LONGEST = 300  # characters of an error that are shown

# How a traceback ends.
_ERROR = re.compile(r"[A-Za-z_][\w.]*(?:Error|Exception|Interrupt|Exit)\b.*")
# Messages of the web server itself.
_SPOKEN = re.compile(r"(?:ERROR|CRITICAL):? +(?!Traceback)(\S.*)")
_FULL = re.compile("No space left on device|database or disk is full")
_LINKS = ("The above exception was the direct cause", "During handling of the above exception")
_ECHOES = ("Application startup failed", "Exception in ASGI application")  # of an error before


def cause(log: str) -> str:
    """The error with which the last trouble in a log began, else its last line.

    Of exceptions that caused one another the first is the reason: those after it are its consequences.
    """
    lines = [line.rstrip() for line in log.splitlines() if line.strip()]
    reason = lines[-1].strip() if lines else "it said nothing"
    linked = False
    for line in lines:
        spoken = _SPOKEN.match(line)
        if line.startswith(_LINKS):
            linked = True
        elif _ERROR.fullmatch(line) or (spoken and not spoken[1].startswith(_ECHOES)):
            reason = reason if linked else (spoken[1] if spoken else line)
            linked = False
    return "no space is left on its disk" if _FULL.search(reason) else reason[:LONGEST]
