"""The persons that a text names: their given names, their surnames in order, and whether they are women.

What one place tells of a person holds for the others: `Gil Soto, Ana` tells which words are surnames, `doña Eulalia`
that she is a woman, `Apellidos: Gil` whose `Nombre: Ana` stands beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from cleaning.privacy.persons.given_names import is_initial, is_woman, plain
from cleaning.privacy.persons.parts import SURE, TITLED, Parts, is_and, parts

_ALIKE = 50  # persons who have one word, of whom more are not looked at
_BESIDE = 40  # characters between the fields of a person's given names and surnames


@dataclass
class Person:
    """Words in small letters without accents, in order, and without small ones."""

    given: tuple[str, ...]
    last: tuple[str, ...]
    woman: bool | None = None  # where a title says so
    titled: bool = False  # a title or a field says which is the given name

    def is_woman(self) -> bool:
        return is_woman(self.given[0]) if self.woman is None and self.given else bool(self.woman)


class Persons:
    """All persons whose names stand in some places of a text."""

    def __init__(self, text: str = "", spans: Iterable[tuple[int, int]] = ()) -> None:
        self.all: list[Person] = []
        self.by_word: defaultdict[str, list[Person]] = defaultdict(list)
        read = [(at, end, parts(text[at:end], text[max(0, at - TITLED) : at])) for at, end in spans]
        for (_, end, one), (start, _, other) in pairwise(read):
            if start - end <= _BESIDE and {one.field, other.field} == {"given", "last"}:
                given, last = (one, other) if one.field == "given" else (other, one)
                self._take(given._replace(last=last.last))
        mentions = dict.fromkeys(mention for _, _, mention in read)
        for mention in sorted(mentions, key=_rank):
            self._take(mention)

    def of(self, name: str, before: str) -> tuple[Parts, Person]:
        """A name in its parts and whose it is: one of the text's, or one of whom nothing else is told."""
        read = parts(name, before)
        return self._known(read) or (read, _person(read))

    def _take(self, read: Parts) -> None:
        known = self._known(read)
        person = known[1] if known else _person(read)
        if known:
            person.woman = read.woman if person.woman is None else person.woman
            person.titled |= read.sure > 1
            return
        self.all.append(person)
        for word in dict.fromkeys((*person.given, *person.last)):
            self.by_word[word].append(person)

    def _known(self, read: Parts) -> tuple[Parts, Person] | None:
        """The name as that of a person who is known, if it is."""
        own, first = read.plain_given, read.plain_last
        for person in self.likely((*own, *first)):
            if _within(own, person.given) and _within(first, person.last):
                return read, person
        if read.sure >= SURE:  # it says itself what its words are
            return None
        every = (*read.last, *read.given) if read.between is not None else (*read.given, *read.last)
        names = [plain(word) for word in every]
        for person in self.likely(names):
            for at in range(len(every) + 1):
                left = tuple(n for n in names[:at] if not is_and(n))
                right = tuple(n for n in names[at:] if not is_and(n))
                if _within(left, person.given) and _within(right, person.last):
                    return read._replace(given=every[:at], last=every[at:], between=None), person
                if at and _within(left, person.last) and _within(right, person.given):
                    between = " " if right else None
                    return read._replace(given=every[at:], last=every[:at], between=between), person
        return None

    def likely(self, names: Iterable[str]) -> Sequence[Person]:
        """Who has the rarest of some words: the first, so that a text of one name over and over takes its time once."""
        lists = (self.by_word.get(name, ()) for name in names if not is_initial(name))
        return min(lists, key=len, default=())[:_ALIKE]


def _rank(read: Parts) -> tuple[bool, bool, int, int]:
    """Names that say which of their words are which come first, then those that are whole, then long ones."""
    cut = any(map(is_initial, read.given))
    return read.sure < SURE, cut, -len(read.given) - len(read.last), -read.sure


def _person(read: Parts) -> Person:
    return Person(read.plain_given, read.plain_last, read.woman, read.sure > 1)


def _within(some: Sequence[str], every: Sequence[str]) -> bool:
    """Whether words stand among others in this order, some cut to their first letter."""
    left = iter(every)
    return all(any(is_same(word, other) for other in left) for word in some)


def is_same(word: str, name: str) -> bool:
    """Whether a word is that of a name, or its first letter."""
    return word == name or (is_initial(word) and name.startswith(word[0]))
