"""Numbers of passports in which letters and digits mix, as those of Germany do, behind the word."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cleaning.privacy.patterns.gates import may_hold

_MIXED = re.compile(
    r"(?i:\bpasaport[ea]|\bpassport|\bpassaport[e]?|\breisepass)\b[^\n.;0-9]{0,32}?[ :º°#-]"
    r"(?P<number>(?=(?:[A-Z]*[0-9]){3})[CFGHJKLMNPRTVWXYZ][0-9CFGHJKLMNPRTVWXYZ]{8}[0-9]?)(?![\w-])"
)


def mixed(text: str) -> Iterator[tuple[int, int]]:
    """Nine letters and digits that make no word."""
    for match in (
        _MIXED.finditer(text) if may_hold(text, r"(?i)pas+aport|reisepass|passport") else ()
    ):
        yield match.span("number")
