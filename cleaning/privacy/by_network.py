"""What the network tells in what patterns left of a text, put together with that."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from operator import itemgetter

from cleaning.privacy.kinds import Personal
from cleaning.privacy.numbers.checks import is_placeholder
from cleaning.privacy.patterns.normalised import normalised
from cleaning.privacy.shown import Stretch, fresh_masks
from cleaning.privacy.telephones.calling import is_service

_TELLING = re.compile("[0-9@_]|[a-z][A-Z]")
_SIGNS = re.compile(r"[ ,.()–-]{0,3}")  # between an address and the rest of it


def with_network(
    text: str,
    shown: str,
    stretches: Sequence[Stretch],
    personal: list[Personal],
    kinds: Collection[str],
    read: Collection[Personal] | None,
    plain: bool,
) -> list[Personal]:
    """The mentions, with those that the network tells in what is left: the rest of an address becomes part of it.

    All of a text is read where `read` is None, else only round what is not in it: what the network has left it
    would leave again.
    """
    if not _TELLING.search(shown):
        return personal
    # With numba, which most runs need for nothing else.
    from cleaning.privacy.network.tagger import tagged

    looked, place = (shown, None) if plain else normalised(shown)
    fresh = None
    if read is not None:
        fresh = fresh_masks(personal, stretches, read)
        if place:
            places = range(len(looked))
            fresh = [
                (bisect_left(places, start, key=place), bisect_left(places, end, key=place))
                for start, end in fresh
            ]
    mentions = list(personal)
    for start, end, kind in reversed(tagged(looked, kinds, fresh)):
        if kind == "phone" and is_service(looked, start):
            continue
        if place:
            start, end = place(start), place(end - 1) + 1
        first, last = (
            bisect_right(stretches, at, key=itemgetter(0)) - 1 for at in (start, end - 1)
        )
        begin, at, length = stretches[first]
        masked = start >= begin + length  # it begins in a placeholder
        low = personal[first].start if masked else start - begin + at
        beside = first and personal[first - 1].kind == kind == "address"
        if beside and not masked and _SIGNS.fullmatch(shown, begin, start):
            first -= 1
            low = personal[first].start
        begin, at, length = stretches[last]
        high = end - begin + at
        if end > begin + length:
            high, last = personal[last].end, last + 1
        elif (
            last < len(personal)
            and personal[last].kind == kind == "address"
            and _SIGNS.fullmatch(shown, end, begin + length)
        ):
            last, high = last + 1, personal[last].end
        if is_placeholder(text[low:high]):
            continue
        if last > first and _opens(text, low, personal[first].start):
            continue
        if all(one.kind == kind == "address" for one in personal[first:last]):
            mentions[first:last] = [Personal(low, high, kind)]
    return sorted(mentions)


def _opens(text: str, start: int, end: int) -> bool:
    """Whether a bracket opens in front of an address, as behind the town of whose office it is."""
    return text.count("(", start, end) > text.count(")", start, end)
