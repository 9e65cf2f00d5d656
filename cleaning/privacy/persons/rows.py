"""Words with a capital in a row, and how many of them name a person who is known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cleaning.privacy.patterns.late import late
from cleaning.privacy.persons.forms import UP
from cleaning.privacy.persons.given_names import is_initial, plain
from cleaning.privacy.persons.letters import folded
from cleaning.privacy.persons.parts import SMALL
from cleaning.privacy.persons.persons import Person, is_same

_WORD = late(
    rf"(?<![\w@./-])(?:M\.? ?ª\.?|Mª\.?|{UP}[\w·-]*(?:['’]{UP}[\w·-]*)?(?:(?<=\b\w)\.(?:-?{UP}\.)?)?)(?![\w@])"
)
LINKS = r"(?i:de|del|la|las|los|da|do|dos|das|el|ben|al|van|von|der|den|di|y|i|e)"
_NEXT = re.compile(rf"(?!, [Ee]l )(?P<comma>,)?(?: |\n(?!\n))(?P<small>(?:{LINKS} )*)")
_AND = re.compile(r"(?i)(?<!\w)[yie] \Z")
_MOST = 8  # words of a name


class Token(NamedTuple):
    """A word of a text in small letters without accents, and where it stands."""

    start: int
    end: int
    name: str


def tokens_of(text: str) -> Iterator[Token]:
    """Words with a capital, and first letters of names, but small words of names."""
    for match in _WORD.finditer(text):
        word = match.group()
        name = word.lower() if word.isascii() else folded(word)
        if name not in SMALL:
            if name[-1] == "." and not is_initial(name):
                name = name.rstrip(".")
            yield Token(*match.span(), plain(name) if "ª" in name else name)


def row_of(text: str, tokens: Sequence[Token], at: int) -> list[tuple[Token, str]]:
    """The words from one on as far as nothing else stands between, and the comma or the `y` before each."""
    row = [(tokens[at], "")]
    for token in tokens[at + 1 : at + _MOST]:
        between = _NEXT.fullmatch(text, row[-1][0].end, token.start)
        if not between:
            break
        row.append(
            (token, "," if between["comma"] else "y" if _AND.search(between["small"]) else "")
        )
    return row


def length_of(row: Sequence[tuple[Token, str]], person: Person) -> int:
    """How many words of a row name a person: given names and surnames in either order, or two surnames."""
    names = [token.name for token, _ in row]
    signs = [sign for _, sign in row]
    comma = signs.index(",") if "," in signs else len(row)
    given = _run(names[:comma], person.given)
    if 0 < given < comma and "y" not in signs[: given + 1] and person.last[:1] == (names[given],):
        return given + _run(names[given:comma], person.last)
    if person.last[:1] != (names[0],):
        return 0
    last = _run(names[:comma], person.last)
    stop = next((at for at in range(last + 1, len(row)) if signs[at]), len(row))
    own = _run(names[last:stop], person.given) if signs[last : last + 1] != ["y"] else 0
    return last + own if own or last > 1 else 0


def given_of(row: Sequence[tuple[Token, str]], persons: Sequence[Person]) -> int:
    """How many words of a row are all given names of a person, or one."""
    names = [token.name for token, _ in row]
    stop = next((at for at in range(1, len(row)) if row[at][1]), len(row))
    return max(
        (
            len(p.given)
            for p in persons
            if p.given and tuple(names[:stop][: len(p.given)]) == p.given
        ),
        default=1,
    )


def _run(names: Sequence[str], of: Sequence[str]) -> int:
    """How many of the first words are some of a person's, in order."""
    place = 0
    for count, name in enumerate(names):
        found = next((at for at in range(place, len(of)) if is_same(name, of[at])), None)
        if found is None:
            return count
        place = found + 1
    return len(names)
