"""Formulas in Markdown, `$x^2\\,dx$` and `$$...$$`: their backslashes, stars and underscores are TeX's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline

# As Pandoc tells them from prices: no space inside the signs, no digit behind. A single pair holds something of TeX,
# since words between two names of variables ("$USD and $EUR") are none.
_FORMULA = re.compile(
    r"\$\$(?!\$)(?:[^$`]|\\\$){1,5000}\$\$"
    r"|\$(?![\s$])(?=[^$`]{0,500}?(?:\\|\^|_\{))(?:[^$`\\]|\\[^`]){1,500}(?<!\s)\$(?![\d$])"
)


def formula(state: StateInline, silent: bool) -> bool:
    """A rule of markdown-it: what stands between the signs is text as it is, a line's end a space."""
    if state.src[state.pos] != "$":
        return False
    formula = _FORMULA.match(state.src, state.pos, state.posMax)
    if not formula:
        return False
    if not silent:
        state.pending += re.sub(r"\s*\n\s*", " ", formula[0])
    state.pos = formula.end()
    return True
