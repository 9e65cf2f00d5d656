"""The lines within a house, which belong to its telephone number."""

# ruff: noqa: E501 (an alternative of a pattern is a line)

from __future__ import annotations

import re

# The line within a house, behind its number: one by its word, or several of four digits, which are no years.
EXTENSION = re.compile(
    r"(?i)[.,]? ?(?:[–—-] ?)?(?:\(? ?ext(?:ensi[oó]n(?:es)?|s)?|anexos?|int(?:erno)?s?)\b\.?:? ?[0-9]{1,5}(?:(?:,| [yoe/]) [0-9]{2,5}(?![\w-]|[.,/]?[0-9]))*(?!\w)\)?"
    r"|(?:, (?!(?:19|20)[0-9]{2})[0-9]{4}(?![\w-]|[.,/]?[0-9])){2,8}"
)
