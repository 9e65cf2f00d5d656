"""How many examples a property is tried on: in the suite an eighth, the same each time; in the soak all, drawn anew."""

from __future__ import annotations

from typing import Any

from hypothesis import settings

SUITE = "suite"
# Of a property that names no number, in the soak and in the suite; of one that does.
ALL, FEW, FEWEST = 100, 12, 8

# A busy machine or a slow disk is no failure; pytest-timeout ends what hangs.
settings.register_profile("soak", deadline=None, max_examples=ALL, print_blob=True)
settings.register_profile(SUITE, deadline=None, max_examples=FEW, derandomize=True)


def examples(number: int, **more: Any) -> settings:
    """The settings of a property that the soak tries on `number` examples."""
    share = settings.default.max_examples / ALL
    return settings(max_examples=max(min(number, FEWEST), round(number * share)), **more)
