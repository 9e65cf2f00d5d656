"""Personal data in text: how to reach a person, the numbers that stand for one, and on request names.

Conservative on purpose: a number must have its check digit right (python-stdnum) or the word before it that says what
it is, because bare digits are dates, laws, prices and article numbers far more often. Telephones alone are told by how
their digits are grouped too (telephones/). What these patterns leave a small network reads (tagger.py).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice, pairwise, starmap
from operator import itemgetter
from typing import Any, NamedTuple

from cleaning.privacy import addresses, births, contacts, names, tables
from cleaning.privacy.again import again
from cleaning.privacy.gates import view
from cleaning.privacy.kinds import ASKED
from cleaning.privacy.normalised import normalised
from cleaning.privacy.numbers import proven
from cleaning.privacy.numbers.checks import is_placeholder
from cleaning.privacy.numbers.devices import implants, network_cards, terminals
from cleaning.privacy.numbers.files import files
from cleaning.privacy.numbers.kinds import NAMED
from cleaning.privacy.numbers.labelled import labelled
from cleaning.privacy.numbers.spaced import spaced
from cleaning.privacy.telephones.calling import is_service
from cleaning.privacy.telephones.telephones import phones
from cleaning.privacy.whole import whole

Spans = Iterator[tuple[int, int]]
Stretch = tuple[int, int, int]  # where it begins in what is shown and in the text, and its length


class Personal(NamedTuple):
    """A span of personal data: from `start` up to `end` in code points."""

    start: int
    end: int
    kind: str


_FINDERS: tuple[tuple[str, Callable[[str], Spans]], ...] = (
    ("email", contacts.emails),
    ("iban", proven.ibans),
    ("card", proven.cards),
    ("account", proven.accounts),
    ("dni", proven.dnis),
    ("nie", proven.nies),
    *((kind, proven.proven(kind)) for kind in ("cif", "nass", "curp", "rfc", "cuit", "rut")),
    ("cedula", proven.cedulas),
    ("phone", phones),
    ("ip", contacts.ips),
    ("ip", network_cards),
    ("record", terminals),
    ("record", implants),
    ("address", addresses.addresses),
    ("handle", contacts.handles),
    ("birth", births.births),
    ("name", names.names),
)
_LAST_PROVEN = "rut"  # behind it come the numbers that a word names
KINDS = tuple(dict.fromkeys((*(kind for kind, _ in _FINDERS), *NAMED)))
DEFAULT = tuple(kind for kind in KINDS if kind not in ASKED)
LONGEST = 10_000_000  # code points; a longer text is searched in pieces, so that memory is bounded
PIECE = 2_000_000
# Of the network: one find that makes the next one sure, and so on, would take a square of the time.
ROUNDS = 250
MASKS = 50_000  # that all rounds but the first two look at
AROUND = 4_000  # code points before and behind a piece in which a word or the head of a table is looked for
_DIGITS = re.compile(r"[0-9]{3}|[0-9][ \xa0./-][0-9]|:[0-9A-Fa-f]{0,4}:")
_TELLING = re.compile("[0-9@_]|[a-z][A-Z]")
_SIGNS = re.compile(r"[ ,.()–-]{0,3}")  # between an address and the rest of it
_LINES = 250  # characters on either side of a mask in which its lines begin and end
_ENDS = re.compile(r"\n|(?<=\w{3}\.) ")
_APART = "\n\n\n"
_OF_TABLES = re.compile(r"[\t|]|;\S|<t[dr]|,[^\s,0-9][^\n,]{0,60},[^\s,]")  # or lines of fields
_WITHOUT_DIGITS = frozenset({"email", "name", "address", "handle", "phone"})  # some of them


def placeholder(kind: str) -> str:
    """What stands in a text in place of personal data of a kind."""
    return f"[{kind.upper()}]"


def find_personal(
    text: str,
    kinds: Collection[str] = DEFAULT,
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
        shown, stretches = _masked(text, personal)
        before = personal
        while network and rounds < ROUNDS and (rounds < 2 or rounds * len(personal) < MASKS):
            rounds += 1
            more = _with_network(text, shown, stretches, personal, kinds, read, plain)
            read = frozenset(personal)
            if more == personal:
                break
            personal = _grown(text, more)
            shown, stretches = _masked(text, personal)
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
        fresh = [
            (begin + length, behind)
            for one, ((begin, _, length), (behind, *_)) in zip(
                personal, pairwise(stretches), strict=True
            )
            if one not in passed
        ]
        shown, stretches = _lines_round(shown, stretches, fresh)
    return _placed(_pass(shown, kinds, patterns, plain), stretches)


def _again(text: str, personal: Sequence[Personal], new: Sequence[Personal]) -> list[Personal]:
    """Where the names that are new stand once more, outside of all that was found."""
    names = {text[one.start : one.end] for one in new if one.kind == "name"}
    found = sorted([*personal, *new]) if names else []
    more: list[Personal] = []
    for start, end in again(text, names) if names else ():
        at = bisect_left(found, (start,))
        before = found[at - 1].end if at else 0
        behind = found[at].start if at < len(found) else len(text)
        if before <= start and end <= behind and (not more or more[-1].end <= start):
            more.append(Personal(start, end, "name"))
    return more


def _lines_round(
    shown: str, stretches: Sequence[Stretch], fresh: Sequence[tuple[int, int]]
) -> tuple[str, list[Stretch]]:
    """The lines round some masks, and the stretches of them that are left."""
    windows: list[list[int]] = []
    for start, end in fresh:
        last = windows[-1][1] if windows else 0
        if windows and end + _LINES <= last:
            continue  # its lines are there: looked for again, those of a text in one line take a square of the time
        low = max(0, start - _LINES)
        low = max(shown.rfind("\n", last, low), shown.rfind(". ", last, low) + 1) + 1 if low else 0
        ends = _ENDS.search(shown, end + _LINES)
        high = ends.start() if ends else len(shown)
        if windows and low <= windows[-1][1] + 1:
            windows[-1][1] = high
        else:
            windows.append([low, high])
    pieces: list[str] = []
    offsets: list[Stretch] = []
    size = at = 0
    for low, high in windows:
        pieces += [shown[low:high], _APART]
        offsets.append((size, 0, 0))  # for a placeholder at its beginning
        while at < len(stretches) and stretches[at][0] + stretches[at][2] <= low:
            at += 1
        for begin, place, length in islice(stretches, at, None):
            if begin >= high:
                break
            first, last = max(begin, low), min(begin + length, high)
            if first < last:
                offsets.append((size + first - low, place + first - begin, last - first))
        size += high - low + len(_APART)
    return "".join(pieces), offsets


def _grown(text: str, personal: Sequence[Personal]) -> list[Personal]:
    return list(starmap(Personal, whole(text, personal)))


def _masked(text: str, personal: Sequence[Personal]) -> tuple[str, list[Stretch]]:
    """The text with placeholders, and the stretches of it that are left."""
    pieces: list[str] = []
    stretches: list[Stretch] = []
    at = size = 0
    for start, end, kind in (*personal, Personal(len(text), len(text), "")):
        pieces += [text[at:start], placeholder(kind)]
        stretches.append((size, at, start - at))
        size += start - at + len(placeholder(kind))
        at = end
    return "".join(pieces[:-1]), stretches


def _placed(personal: Sequence[Personal], stretches: Sequence[Stretch]) -> list[Personal]:
    """Where in the text those lie that were found in what is shown; what holds a placeholder is none."""
    placed = []
    for start, end, kind in personal:
        begin, place, length = stretches[bisect_right(stretches, start, key=itemgetter(0)) - 1]
        if end <= begin + length:
            placed.append(Personal(start - begin + place, end - begin + place, kind))
    return placed


def _opens(text: str, start: int, end: int) -> bool:
    """Whether a bracket opens in front of an address, as behind the town of whose office it is."""
    return text.count("(", start, end) > text.count(")", start, end)


def _with_network(
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
    from cleaning.privacy.network.tagger import (
        tagged,  # with numba, which most runs need for nothing else
    )

    looked, place = (shown, None) if plain else normalised(shown)
    fresh = None
    if read is not None:
        fresh = [
            (begin + length, behind)
            for one, ((begin, _, length), (behind, *_)) in zip(
                personal, pairwise(stretches), strict=True
            )
            if one not in read
        ]
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


def _pass(
    text: str, kinds: Collection[str], patterns: Mapping[str, str], plain: bool
) -> list[Personal]:
    """What each finder finds in turn of what the finders before it left: a user's patterns in the text as it is."""
    finds: list[Personal] = []

    def take(matches: list[Personal]) -> None:
        nonlocal text
        if matches:
            finds.extend(matches)
            text = _blanked(text, matches)

    for kind, pattern in patterns.items():
        take([Personal(*span, kind) for span in _matches(pattern, text)])
    theirs = list(finds)
    finds.clear()
    text, place = (text, None) if plain else normalised(text)
    numbered = bool(_DIGITS.search(text))
    if numbered:
        cells = tables.cells(text, _of_cell, names.is_name)
        take([Personal(*find) for find in cells if find[2] in kinds])
        take([Personal(*find) for find in spaced(text) if find[2] in kinds])
    unproven = frozenset() if numbered and proven.may_prove(text) else proven.FORMED
    for kind, finder in _FINDERS:
        if kind in kinds and kind not in unproven and (numbered or kind in _WITHOUT_DIGITS):
            take(_disjoint(Personal(*span, kind) for span in finder(text)))
        if kind == _LAST_PROVEN and numbered and not set(kinds).isdisjoint(NAMED):
            take([Personal(*find) for find in labelled(text) if find[2] in kinds])
            if "record" in kinds:
                take(_disjoint(Personal(*span, "record") for span in files(text)))
    if place:
        finds = [Personal(place(f.start), place(f.end - 1) + 1, f.kind) for f in finds]
    return theirs + finds


def _of_cell(cell: str) -> Iterator[tuple[int, int, str]]:
    """What a number is whose word stands before it: no card and no account that only its check digits tell."""
    yield from labelled(cell)
    for kind, finder in _FINDERS:
        if kind in {"rfc", "curp", "cuit", "rut", "phone", "address"}:
            yield from ((start, end, kind) for start, end in finder(cell))


def _disjoint(personal_data: Iterator[Personal]) -> list[Personal]:
    kept: list[Personal] = []
    for personal in sorted(personal_data):
        if not kept or personal.start >= kept[-1].end:
            kept.append(personal)
    return kept


def check_patterns(patterns: Mapping[str, str]) -> None:
    """Raises ValueError for a kind that is ours already or no word, and for a pattern that RE2 doesn't take."""
    for kind, pattern in patterns.items():
        if kind in KINDS or not kind.isidentifier():
            raise ValueError(
                f"{kind!r} can't name a pattern: choose a single word that is not a built-in kind"
            )
        compiled(pattern)


@cache
def compiled(pattern: str) -> Any:
    """A pattern of RE2. Raises ValueError for one that it does not know or that may match nothing at all."""
    import re2

    options = re2.Options()
    options.log_errors = False  # what is wrong is told once, here
    try:
        regex = re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        reason = reason.decode(errors="replace") if isinstance(reason, bytes) else reason
        raise ValueError(f"{pattern!r} is no pattern of RE2: {reason}") from error
    if regex.search("") is not None:
        raise ValueError(f"{pattern!r} matches an empty text")
    return regex


def _matches(pattern: str, text: str) -> Spans:
    yield from (m.span() for m in compiled(pattern).finditer(text) if m.end() > m.start())


def _blanked(text: str, personal: Sequence[Personal]) -> str:
    """The text with brackets, which belong to no personal data, in place of what was found."""
    pieces, at = [], 0
    for start, end, _ in personal:
        pieces += [text[at:start], "[" * (end - start)]
        at = end
    return "".join([*pieces, text[at:]])
