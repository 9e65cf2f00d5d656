"""Personal data of a text as edits of it: what `corpus` masks, and what a rule of `filter` does."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from cleaning.privacy.kinds import Personal
from cleaning.privacy.privacy import find_personal
from cleaning.view import Edit, apply, on_original

Instead = Callable[[str, Sequence[Personal]], Iterable[Edit]]  # of a text and all found in it


def with_masks(
    text: str,
    edits: list[Edit],
    kinds: Collection[str],
    patterns: Mapping[str, str],
    instead: Instead,
) -> list[Edit]:
    """The edits and the masks of what they leave, as edits of the original text."""
    view = apply(text, edits)
    personal = find_personal(view, kinds, patterns, network=bool(kinds))
    if not personal:
        return edits
    masks = list(instead(view, personal))
    return sorted([*edits, *on_original(edits, len(text), masks)])
