"""A name in its parts: which words are given names and which are surnames, by itself and what stands before it."""

# ruff: noqa: E501 (an alternative of a pattern is a line)

from __future__ import annotations

import re
from typing import NamedTuple

from cleaning.privacy.persons.given_names import SURNAMES_TOO, is_first, is_initial, plain
from cleaning.privacy.persons.letters import folded

TITLED = 40  # characters before a name in which stands what it is
_HER = re.compile(
    r"(?i)(?<!\w)(?:d\. ?ª|dª\.?|d[ñn]a\.?|do[ñn]a|s(?:ra|rta)\.?|dra\.?|lda\.?|licda\.?|se[ñn]or(?:a|ita)|senyora|senhora|siña|doctora|na)\s+\Z"
)
_HIM = re.compile(
    r"(?i)(?<!\w)(?:don|d\.|sr\.?|dr\.?|ldo\.?|se[ñn]or|senyor|senhor|siñor|doctor)\s+\Z"
)
_ARTICLE = re.compile(r"(?i)(?<!\w)(?:(la|una|era|a)|el|un|al|del|eth|o) [^\W\d_]{3,16}:?\s+\Z")
# Before given names, before surnames alone, and fields of the ones and of the others.
_GIVEN_BEHIND = re.compile(r"(?i)(?<!\w)(?:don|do[ñn]a|d\.(?: ?ª)?|dª\.?|d[ñn]a\.?|na|en)\s+\Z")
_SURNAME_BEHIND = re.compile(
    r"(?i)(?<!\w)(?:s(?:ra?|re?s|rta)\.?|dra?s?\.?|ld[oa]\.?|lic\.?|se[ñn]or(?:a|ita|es|as)?|senyor[as]?|senhora?|siñor|siña|doctora?|familia)\s+\Z"
)
_FIELD_OF_SURNAMES = re.compile(
    r"(?i)(?<!\w)(?:ap?ell?idos?|cognoms?|abizenak?|apelhius?)(?: ?\(?[12]\)?)?\s?:?[ \t]*\Z"
)
_FIELD_OF_GIVEN = re.compile(
    r"(?i)(?<!\w)(?<! y )(?<! e )(?<! i )(?:nombre(?: de pila)?|nome|nom|nòm|izena)\s?:?[ \t]*\Z"
)
_WORD = re.compile(r"[^\s,/]+")
_SMALL = "de del la las los el da do dos das van von der den ben bin ibn al ait di"
_LINKS = frozenset(_SMALL.split())
_AND = frozenset("yie")
SMALL = _LINKS | _AND  # small words of names, or what joins two surnames
_OF_MEN = frozenset({"dios", "jesus", "cruz"})
SURE = 3  # that a comma or a field says which are given names
_WHOLE = 4  # words of a name with all given names and both family names


class Parts(NamedTuple):
    """The words as they are written, without small ones but what joins two surnames; how sure it is which are which."""

    given: tuple[str, ...]
    last: tuple[str, ...]
    between: str | None  # what stands behind the surnames, where they stand first
    sure: int
    woman: bool | None  # by what stands before
    field: str  # "given", "last" or none

    @property
    def plain_given(self) -> tuple[str, ...]:
        return tuple(map(plain, self.given))

    @property
    def plain_last(self) -> tuple[str, ...]:
        return tuple(plain(word) for word in self.last if not is_and(word))


def is_and(word: str) -> bool:
    return folded(word) in _AND


def words(name: str) -> list[str]:
    """The words of a name but small ones: other surnames would want others."""
    return [word for word, _ in _linked(name)]


def parts(name: str, before: str) -> Parts:
    """A name parted by its comma, by the field or the title before it, or as names are."""
    said = True if _HER.search(before) else False if _HIM.search(before) else None
    family, comma, own = (
        re.split("(,|/)", name, maxsplit=1) if re.search("[,/]", name) else (name, "", "")
    )
    if comma and words(own):
        return Parts(
            tuple(words(own)),
            tuple(words(family)),
            f"{comma} " if comma == "," else comma,
            SURE,
            said,
            "",
        )
    linked = _linked(name)
    every = tuple(word for word, _ in linked)
    if _FIELD_OF_SURNAMES.search(before):
        return Parts((), every, None, SURE, said, "last")
    if _FIELD_OF_GIVEN.search(before) and (len(every) == 1 or all(map(is_first, every))):
        return Parts(every, (), None, SURE, said, "given")
    by_surname, by_given = bool(_SURNAME_BEHIND.search(before)), bool(_GIVEN_BEHIND.search(before))
    known = [
        is_first(word) and (not link or _goes_on(every[:at], word))
        for at, (word, link) in enumerate(linked)
    ]
    leading = known.index(False) if False in known else len(every)
    if not leading:
        trailing = known[::-1].index(False) if True in known else 0
        if trailing and not (by_given or by_surname or is_and(every[-trailing - 1])):
            return Parts(every[-trailing:], every[:-trailing], " ", 1, said, "")
        leading = int(by_given or (len(every) > 1 and not by_surname))
    size = sum(not is_and(word) for word in every)
    if leading == len(every) and (
        (size > 2 and not is_initial(every[-1]))
        or by_surname
        or (size == 2 and plain(every[-1]) in SURNAMES_TOO)
    ):
        leading -= 1
    while leading > 2 and size - leading < 2 and plain(every[leading - 1]) in SURNAMES_TOO:
        leading -= 1
    if leading and size >= _WHOLE and not any(map(is_and, every)):  # the last two are surnames
        while (
            leading < size - 2
            and not linked[leading][1]
            and not folded(every[leading]).endswith("ez")
        ):
            if leading + 1 < size and linked[leading + 1][1]:
                break
            leading += 1
    if by_surname and leading == size == 1:
        leading = 0
    woman = said
    if (
        woman is None
        and leading
        and not is_first(every[0])
        and (article := _ARTICLE.search(before))
    ):
        woman = bool(article[1])
    return Parts(
        every[:leading], every[leading:], None, 0 if by_surname else 2 if by_given else 1, woman, ""
    )


def _goes_on(before: tuple[str, ...], word: str) -> bool:
    """Whether a given name may stand behind `de` or `del`: `María del Carmen`, `Juan de Dios`, not `Ana de Miguel`."""
    first = plain(before[0]) if before else ""
    return first in {"maria", "ma"} or (first in {"juan", "jose"} and plain(word) in _OF_MEN)


def _linked(name: str) -> list[tuple[str, bool]]:
    """Words, and whether a small one stands before each."""
    found: list[tuple[str, bool]] = []
    link = False
    for word in _WORD.findall(re.sub(r"(?i)\b[dl]['’]", "de ", name)):
        small = folded(word) in _LINKS
        if not small:
            found.append((word, link))
        link = small
    return found
