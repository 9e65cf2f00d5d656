"""Personal data in text: how to reach a person, the numbers that stand for one, and on request names.

Patterns (`by_patterns.py`) and a small network (`by_network.py`) read by turns what the other has left.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from itertools import starmap

from cleaning.privacy.by_network import with_network
from cleaning.privacy.by_patterns import by_patterns
from cleaning.privacy.kinds import MASKED, Personal
from cleaning.privacy.patterns.gates import view
from cleaning.privacy.patterns.normalised import normalised
from cleaning.privacy.persons.again import again
from cleaning.privacy.persons.plays import is_play
from cleaning.privacy.shown import Stretch, fresh_masks, lines_round, masked, placed
from cleaning.privacy.whole import whole

LONGEST = 10_000_000  # code points; a longer text is searched in pieces, so that memory is bounded
PIECE = 2_000_000
# Of the network: one find that makes the next one sure, and so on, would take a square of the time.
ROUNDS = 250
MASKS = 50_000  # that all rounds but the first two look at
AROUND = 4_000  # code points before and behind a piece in which a word or the head of a table is looked for
_OF_TABLES = re.compile(r"[\t|]|;\S|<t[dr]|,[^\s,0-9][^\n,]{0,60},[^\s,]")  # or lines of fields


def find_personal(
    text: str,
    kinds: Collection[str] = MASKED,
    patterns: Mapping[str, str] | None = None,
    network: bool = True,
) -> list[Personal]:
    """The personal data of some kinds in a text: disjoint, in order; of two that overlap, the first kind's.

    `patterns` are a user's own, by kind, in RE2's syntax, which takes linear time whatever it says. With all
    of it masked, nothing more is found: each find may lay another one bare, and brings what stands around it nearer.
    `network`: also what a small one tells beside the patterns (`network/tagger.py`).
    Of a text of more than LONGEST code points the rows of a table that goes over a piece may lack their head.
    """
    if len(text) > LONGEST:
        return _in_pieces(text, kinds, patterns, network)
    if "name" in kinds and is_play(text):
        kinds = [kind for kind in kinds if kind != "name"]
    personal: list[Personal] = []
    shown, stretches = text, [(0, 0, len(text))]
    plain = normalised(text) == (text, None)  # and so is what is left of it
    passed: frozenset[Personal] = frozenset()  # masked when the patterns last went over the text
    read: frozenset[Personal] | None = None  # and the network
    rounds = 0
    while True:
        new = _passed(shown, stretches, personal, passed, kinds, patterns or {}, plain)
        new += _again(text, personal, new)
        if not new and read is not None:
            break
        passed = frozenset(personal)
        personal = _grown(text, sorted([*personal, *new]))
        shown, stretches = masked(text, personal)
        before = personal
        while network and rounds < ROUNDS and (rounds < 2 or rounds * len(personal) < MASKS):
            rounds += 1
            more = with_network(text, shown, stretches, personal, kinds, read, plain)
            read = frozenset(personal)
            if more == personal:
                break
            personal = _grown(text, more)
            shown, stretches = masked(text, personal)
        read = read or frozenset()
        if not new and personal == before:
            break
    view.cache_clear()  # a text may be large
    normalised.cache_clear()
    return personal


def _in_pieces(
    text: str, kinds: Collection[str], patterns: Mapping[str, str] | None, network: bool
) -> list[Personal]:
    """What is found in a very long text: in pieces to the end of a line, with what stands around each."""
    personal: list[Personal] = []
    at = last = 0
    while at < len(text):
        end = text.find("\n", at + PIECE, at + 2 * PIECE) + 1 or min(at + 2 * PIECE, len(text))
        begin = max(0, at - AROUND)
        for start, stop, kind in find_personal(
            text[begin : end + AROUND], kinds, patterns, network
        ):
            start, stop = start + begin, stop + begin
            if max(at, last) <= start < end:
                personal.append(Personal(start, stop, kind))
                last = stop
        at = end
    return personal


def _passed(
    shown: str,
    stretches: Sequence[Stretch],
    personal: Sequence[Personal],
    passed: Collection[Personal],
    kinds: Collection[str],
    patterns: Mapping[str, str],
    plain: bool,
) -> list[Personal]:
    """What the patterns find in what is left: the first time anywhere, then in the lines round what is masked since.

    But in tables, whose heads may stand far above, and where a user's patterns may look anywhere.
    """
    if personal and not patterns and not _OF_TABLES.search(shown):
        fresh = fresh_masks(personal, stretches, passed)
        shown, stretches = lines_round(shown, stretches, fresh)
    return placed(by_patterns(shown, kinds, patterns, plain), stretches)


def _again(text: str, personal: Sequence[Personal], new: Sequence[Personal]) -> list[Personal]:
    """Where the persons of a text stand once more if a name of one is new, outside of all that was found."""
    if not any(one.kind == "name" for one in new):
        return []
    found = sorted([*personal, *new])

    def is_free(start: int, end: int) -> bool:
        at = bisect_left(found, (end,))
        return not at or found[at - 1].end <= start

    names = [(one.start, one.end) for one in found if one.kind == "name"]
    return [Personal(*span, "name") for span in again(text, names, is_free)]


def _grown(text: str, personal: Sequence[Personal]) -> list[Personal]:
    return list(starmap(Personal, whole(text, personal)))
