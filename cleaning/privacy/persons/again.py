"""Names that stand again in the text in which something once says that they are a person's."""

# ruff: noqa: E501 (an alternative of a pattern is a line)

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial

from cleaning.privacy.patterns.late import late
from cleaning.privacy.persons.forms import TITLE, UP
from cleaning.privacy.persons.given_names import (
    SURNAMES_TOO,
    WORDS_TOO,
    is_first,
    is_initial,
    plain,
)
from cleaning.privacy.persons.letters import folded
from cleaning.privacy.persons.persons import Person, Persons
from cleaning.privacy.persons.roles import ROLES
from cleaning.privacy.persons.rows import LINKS, Token, given_of, length_of, row_of, tokens_of

# Titles and roles behind which a surname or a given name stands alone.
_ROLE = late(
    rf"(?i)(?<!\w)(?:don|do[nñ]a|d\.|dª\.?|d[ñn]a\.?|s(?:ra?|res|rta)\.|dra?s?\.?|prof(?:ra?|a)?\.|mtr[oa]\.|l(?:ic|c)?d[oa]\.|lic\.|ing\.|arq\.|se[ñn]or(?:a|ita|es|as)?|senyor[as]?|senhora?|si[ñn]or|siña|doctora?|familia|(?:vice)?president[ea]|ministr[oa]|diputad[oa]|alcalde(?:sa)?|conseller[oa]?|consejer[oa]|secretari[oa]|juez|jueza|fiscal|inspectora?|agente|{ROLES}) (?:(?:de )?(?:la|los|las) |(?<=(?:familia|..viud[oa]|...hij[oa]|herman[oa]|.espos[oa]|.marido|..mujer|..madre|..padre) )de )?\Z"
)
# What is called after somebody, before a name; and who is known to all.
_CALLED = late(
    r"(?i)(?<!\w)(?:calle|c/|avda?\.?|avenida|plaza|paseo|camino|r[uú]a|carrer|barrio|hospital|colegio|instituto|c\.?e\.?i\.?p\.?|i\.?e\.?s\.?|fundaci[oó]n|museo|parque|estadio|centro(?: asistencial)?|biblioteca(?: p[uú]blica| municipal| nacional)?|premio|ley|iglesia|ermita|parroquia|santuario"
    r"|san|santa|santo|sant|sor|fray|rey|reina|papa|virgen|beat[oa]|reino|s[ií]ndrome|enfermedad|signo|test|escala)(?: (?:de|del|la|los|las|el))* \Z"
)
_SENTENCE = re.compile(r"(?:\A|[.!?:;»”\")\]…\n-])\s*(?:[-–—¿¡«“\"(*_#>|]\s?)*\Z")
_CAPITAL_BEFORE = late(
    rf"(?<!\w)(?!(?:La|El|Los|Las|Y|A|Con|Para|Por|De|Del|Al|Que|Si|Cuando|Según|Pero|Hoy|Ayer|Entonces|Así|Ahora|También|Mientras|Ni|Aunque|Desde|Hasta|Sin|Sobre|Tras|Ante|Pues|Bueno|Sí|No|Ya|Mi|Tu|Su|Donde|Como|Porque|Luego|Después|Na|En|Era|Eth|Et|Es|Don|Doña|Do[nñ]a|Hola|Querid[oa]|Estimad[oa]) ){UP}[\w'’-]*,? (?:{LINKS} )*\Z"
)
_CAPITAL_BEHIND = late(rf"[ \n-](?:(?:{LINKS}|d['’]) ?)*{UP}")
_PLACE = late(r"(?i)(?<!\w)(?:en|desde|hacia|hasta|del?|las|los|el|un|una|su) \Z")
_FIRM = late(r",? (?:S\. ?[AL]|SL|SA|SLU|S\.? ?Coop)\b")
_GIVEN = late(rf", ({UP}[\w'’·-]+)(?: (?:del? (?:l[ao]s? )?)?{UP}[\w'’·-]+){{0,2}}(?![\w-]| {UP})")
_BEFORE = late(
    rf"(?<![\w@.-])(?:(?P<first>{UP}[\w'’·-]+) )?(?P<last>{UP}[\w'’·-]+) (?:del? (?:l[ao]s? )?)?\Z"
)
_INITIALS = late(rf"(?<![\w.@])(?:{UP}\. ?){{1,3}}(?:M\.? ?ª\.? )?(?:{LINKS} )*\Z")
_LINK_BEFORE = late(rf"(?<!\w)(?:D[Ee](?: {LINKS})?|D[Ee][Ll]|L[Aa]) \Z")
_NEAR = 48  # characters before a name in which its title, its given names or its initials stand
_NO_NAME = late(
    rf"(?:Correos?|Email|Tel[eé]fono|M[oó]vil|Fecha|Edad|Sexo|Servicio|Secci[oó]n|Departamento|Unidad|Hospital|Centro|Calle|Avda|Avenida|Paseo|Plaza|Domicilio|Direcci[oó]n|Colegiad[oa]|M[eé]dic[oa]|Doctora?|{TITLE})\b|{UP}[\w'’-]*[:.@]\w?"
)
# A word, and no part of an address, an account or a name of a file.
_LETTERS = re.compile(r"(?<![\w@./:=#&%?+~-])[^\W\d_]{3,}+(?![\w@/=&%+~-]|[.:]\w)")
_SHORTEST = 3  # letters of a name by itself


def again(
    text: str, spans: Iterable[tuple[int, int]], is_free: Callable[[int, int], bool]
) -> Iterator[tuple[int, int]]:
    """Where persons whose names stand in `spans` are named once more, in whatever form, where nothing else was found.

    With and without accents, in capitals or not, surnames first, one surname or both with a given name or none,
    given names cut to their first letters; a given name by itself, and any word behind a title.
    """
    persons = Persons(text, spans)
    tokens = list(tokens_of(text)) if persons.all else []
    small = cache(partial(_small, text))
    done = 0
    for at, token in enumerate(tokens):
        if token.name not in persons.by_word or token.start < done:
            continue
        likely = persons.likely([token.name])
        if not likely:
            continue
        row = row_of(text, tokens, at)
        whose = persons.likely(one.name for one, _ in row[:2])
        start, length = token.start, max((length_of(row, who) for who in whose), default=0)
        if length or _is_cut(text, token, likely):
            length = length or 1
            length += _is_surname(row, length, text)
            end = row[length - 1][0].end
            behind = row[1][0].name if len(row) > 1 else ""
            is_given = any(
                person.given[:1] == (token.name,)
                and (
                    token.name not in SURNAMES_TOO or (person.given + person.last)[1:2] == (behind,)
                )
                for person in likely
            )
            begin = _begin(text, start, is_given)
            stop = _given_behind(text, end, likely, is_given)
            if begin < done:  # in the name before this one
                begin = start
        else:
            begin, stop = start, row[given_of(row, likely) - 1][0].end
            end = stop
            if not is_free(start, end):
                continue
            if not _alone(text, token, end, likely, small):
                continue
        is_firm = _FIRM.match(text, end) or _FIRM.match(text, token.end)
        if is_firm or _CALLED.search(text, max(0, start - _NEAR), start):
            done = end
            continue
        for span in ((begin, stop), (start, end)):
            if is_free(*span):
                yield span
                done = span[1]
                break


def _small(text: str) -> set[str]:
    """The words that stand in small letters in a text."""
    return set(folded(" ".join(w for w in _LETTERS.findall(text) if w[0].islower())).split(" "))


def _is_surname(row: Sequence[tuple[Token, str]], at: int, text: str) -> bool:
    """Whether one more word behind a name belongs to it, as a surname that was not told: nothing parts them.

    Or, behind a whole name, what Catalan names have between surnames: `Jordi Turull i Negre`.
    """
    if at >= len(row):
        return False
    (start, end, name), between = row[at][0], text[row[at - 1][0].end : row[at][0].start]
    if row[at][1]:
        return between == " i " and at > 1 and end - start > _SHORTEST and not is_first(name)
    is_title = (
        text[start:end].istitle() and text[row[at - 1][0].start : row[at - 1][0].end].istitle()
    )
    return (
        is_title and between == " " and end - start > _SHORTEST and not _NO_NAME.match(text, start)
    )


def _is_cut(text: str, token: Token, persons: Sequence[Person]) -> bool:
    """Whether a person's first surname stands behind the first letters of the given names."""
    before = _INITIALS.search(text, max(0, token.start - _NEAR), token.start)
    return before is not None and any(
        person.last[:1] == (token.name,)
        and person.given
        and person.given[0].startswith(folded(before.group()[0]))
        for person in persons
    )


def _alone(
    text: str, token: Token, end: int, persons: Sequence[Person], small: Callable[[], set[str]]
) -> bool:
    """Whether words by themselves are a person's: behind a title or a role, or given names that are no other word."""
    before = text[max(0, token.start - _NEAR) : token.start]
    if end - token.start < _SHORTEST or _CAPITAL_BEHIND.match(text, end):
        return False
    if _ROLE.search(before):
        return True
    whose = [p for p in persons if p.given[:1] == (token.name,) and (p.last or p.titled)]
    if not whose or text[token.start : token.end].isupper() or _CAPITAL_BEFORE.search(before):
        return False
    if not (is_first(token.name) or any(person.titled for person in whose)):
        return False
    if end > token.end:
        return True
    begins = bool(_SENTENCE.search(before))
    if token.name in WORDS_TOO:
        return not begins and not _PLACE.search(before)
    return not begins or token.name not in small()


def _given_behind(text: str, end: int, persons: Sequence[Person], is_given: bool) -> int:
    """Where a name ends with the given names behind its surnames: `Gil Soto, Ana`, which may look like a given name."""
    behind = _GIVEN.match(text, end)
    if not behind or any(plain(behind[1]) in person.given for person in persons):
        return end
    known = not is_given and is_first(behind[1]) and plain(behind[1]) not in WORDS_TOO
    return behind.end() if known or text.startswith(":", behind.end()) else end


def _begin(text: str, start: int, is_given: bool) -> int:
    """Where a name begins with the small word, the given names or the first letters before it."""
    low = max(0, start - _NEAR)
    if not is_given and (before := _LINK_BEFORE.search(text, low, start)):
        start = before.start()
    if before := _INITIALS.search(text, low, start):
        return before.start()
    before = _BEFORE.search(text, low, start)
    for part in ("first", "last") if before else ():
        if before and before[part] and is_first(before[part]) and not is_initial(before[part]):
            return before.start(part)
    return start
