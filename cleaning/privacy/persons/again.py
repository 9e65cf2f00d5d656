"""Names that stand again in the text in which something once says that they are a person's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from cleaning.privacy.given import is_given
from cleaning.privacy.patterns.late import late

# The first two words of a name: a single one may be any word's.
_WORD = r"[A-ZÁÉÍÓÚÑÜÀÈÒÇ][\w'’·-]+"
_TWO = late(
    rf"(?<![\w@.-])(?=((?:{_WORD}|M\.?ª\.?),?[ \n](?:(?i:de|del|la|las|los|i|y)[ ])*{_WORD}))"
)

_GIVEN = late(rf", ({_WORD})(?: (?:del? (?:l[ao]s? )?)?{_WORD}){{0,2}}(?![\w-]| [A-ZÁÉÍÓÚÑ])")
_BEFORE = late(rf"(?<![\w@.-])(?:(?P<first>{_WORD}) )?(?P<last>{_WORD}) \Z")
_NEAR = 40  # characters before family names in which the given ones stand


def again(text: str, names: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Where names of two words or more stand, in capitals or not, the family name last or first.

    Given names go with the family names that were found: `Gil Soto, Ana` and `Ana Gil Soto` where one spoke of
    `la señora Gil Soto`. Where such a place is taken in part, the name alone comes behind it.
    """
    forms: defaultdict[str, set[str]] = defaultdict(set)
    for name in names:
        family, comma, given = name.partition(", ")
        for form in (name, f"{given} {family}") if comma else (name,):
            if two := _TWO.match(form):
                forms[_plain(two[1])].add(_plain(form))
    for two in _TWO.finditer(text) if forms else ():
        for form in sorted(forms.get(_plain(two[1]), ()), key=len, reverse=True):
            end = two.start() + len(form)
            if _plain(text[two.start() : end]) == form and not text[end : end + 1].isalnum():
                behind = _GIVEN.match(text, end)
                if behind and (is_given(behind[1]) or text.startswith(":", behind.end())):
                    end = behind.end()
                yield _with_given(text, two.start()), end
                yield two.start(), end
                break


def _with_given(text: str, start: int) -> int:
    """Where a name begins with the given names before it, which may be its own first words already."""
    low = max(0, start - _NEAR)
    before = _BEFORE.search(text[low:start])
    for part in ("first", "last") if before else ():
        if before and before[part] and is_given(before[part]):
            return low + before.start(part)
    return start


def _plain(name: str) -> str:
    return name.replace("\n", " ").lower()
