"""Names that stand for names: each word by a word of its own, so that `Eva Gil Sol` and `la Dra. Gil` stay one person.

A given name is a woman's or a man's by the title before it, else as it sounds itself, else by the article; surnames
alone stay surnames. Small words of a name fall away, since other surnames would want others.
"""

# ruff: noqa: E501 (names of a kind are a line, and so is an alternative of a pattern)

from __future__ import annotations

import re
from collections.abc import Sequence

from cleaning.privacy.fakes.chance import as_written, chance, folded
from cleaning.privacy.given import is_given

_NAMES = """Alba Berta Celia Clara Diana Elsa Eva Flora Gala Irene Julia Lara Lidia Marta Noelia Nora Olga Paula Sara Silvia Sonia Vera
Abel Adrián Bruno Darío Emilio Fabio Félix Gonzalo Hugo Iván Jaime Julio Marcos Mario Óscar Omar Pablo Raúl Sergio Simón Tomás Víctor
Robles Vega Campos Prado Rivas Montes Arroyo Lago Pinar Valle Encina Olmo Sauce Roca Soto Molino Fresno Cerezo Castaño Manzano Naranjo Parra Viñas Huerta Fuentes Ríos Laguna Rivera Costa Sierra Peña Cueva Cañada Barranco Llano Pradera Dehesa Espino Rosal Romero Laurel Jara"""
WOMEN, MEN, LAST = (line.split() for line in _NAMES.splitlines())
# Names of women that end in no a, and of men that do: behind `D.` stands no `Alba`.
_WOMANS = re.compile(
    r"(?:m\.? ?ªa?\.?|ma\.?|carmen|pilar|isabel|raquel|beatriz|ines|mercedes|dolores|rosario|consuelo|soledad|es?ther|leonor|nieves|irene|luz|rocio"
    r"|montserrat|maite|noemi|lourdes|guadalupe|trinidad|belen|sol|marisol|flor|paz|ruth|edith|judith?|abigail|maribel|anabel|mabel|miriam|araceli|ingrid|astrid|karen|wendy|nancy|gladys|doris|iris|ivonne|denise|elizabeth|evelyn|milagros|angeles|remedios|amparo|socorro|asun|charo|chelo|conchi|pili|loli|mari|paqui|trini|merche|pepi|puri|montse|meritxell|neus|roser|merce|dolors|miren|josune|itziar|edurne|leire|maialen|nekane|izaskun|ane|irati|[^\W\d_]*(?:a|cion))\Z"
)
_MANS = re.compile(r"(?:borja|luca|bautista|josema|garcia)\Z")
_HER = re.compile(
    r"(?i)(?<!\w)(?:d\. ?ª|dª\.?|d[ñn]a\.?|do[ñn]a|sra\.?|srta\.?|dra\.?|lda\.?|licda\.?|se[ñn]ora|se[ñn]orita|senyora|doctora)\s+\Z"
)
_HIM = re.compile(r"(?i)(?<!\w)(?:don|d\.|sr\.?|dr\.?|ldo\.?|se[ñn]or|senyor|doctor)\s+\Z")
_ARTICLE = re.compile(r"(?i)(?<!\w)(?:(la|una)|el|un|al|del) [^\W\d_]{3,16}\s+\Z")
# Titles behind which surnames stand without a given name.
_BY_SURNAME = re.compile(
    r"(?i)(?<!\w)(?:sra?\.?|srta\.?|dra?\.?|ld[oa]\.?|lic\.?|se[ñn]or(?:a|ita)?|senyora?|doctora?)\s+\Z"
)
TITLED = 24  # characters before a name in which its title stands
_WORDS = re.compile(r"[^\s,]+")
_WHOLE = 4  # words of a name with all given names and both family names
_LINKS = frozenset(("de", "del", "la", "las", "los", "el", "da", "do", "dos", "das", "van", "von"))
_AND = frozenset("yie")
_MARY = re.compile(r"m\.? ?ªa?\.?|ma\.")
_INITIAL = re.compile(r"[^\W\d_]\.?")


def person(name: str, before: str, seed: int) -> str:
    """The name that stands for another, with its family names first where that has them first."""
    family, comma, own = name.partition(",")
    if comma:
        surnames, given = _words(family), _words(own)
    else:
        given, surnames, comma = _parted(_words(name), bool(_BY_SURNAME.search(before)))
    names = WOMEN if given and _is_woman(folded(given[0]), before) else MEN
    owned = " ".join(_instead(word, names, seed) for word in given if folded(word) not in _AND)
    last = " ".join(_instead(word, LAST, seed) for word in surnames)
    if comma:
        return f"{last}, {owned}" if comma == "," else f"{last} {owned}"
    return f"{owned} {last}".strip()


def _words(name: str) -> list[str]:
    return [word for word in _WORDS.findall(name) if folded(word) not in _LINKS]


def _parted(words: list[str], by_surname: bool) -> tuple[list[str], list[str], str]:
    """Given names and surnames, and what stands between where the surnames stand first."""
    known = [_is_first(word) for word in words]
    leading = known.index(False) if False in known else len(words)
    if leading == len(words):  # `Ana María`, but `Ana María Martín`, `Sr. Martín`
        leading -= len(words) > 2 or (by_surname and len(words) == 1)
    elif not leading:
        trailing = known[::-1].index(False)
        if trailing:
            return words[-trailing:], words[:-trailing], " "
        leading = int(len(words) > 1 and not by_surname)
    if leading and len(words) >= _WHOLE:  # the last two are family names
        leading = max(leading, len(words) - 2)
    return words[:leading], words[leading:], ""


def _is_first(word: str) -> bool:
    return is_given(word) or bool(_MARY.fullmatch(folded(word)) or _INITIAL.fullmatch(word))


def _is_woman(first: str, before: str) -> bool:
    if _HER.search(before) or _HIM.search(before):
        return bool(_HER.search(before))
    if _WOMANS.match(first) or is_given(first):
        return bool(_WOMANS.match(first)) and not _MANS.match(first)
    article = _ARTICLE.search(before)
    return bool(article and article[1])


def _instead(word: str, names: Sequence[str], seed: int) -> str:
    plain = "maria" if _MARY.fullmatch(folded(word)) else folded(word)
    if plain in _AND:
        return word
    other = chance("name", plain, seed).choice(names)
    if _INITIAL.fullmatch(word):
        return other[0] + word[1:]
    return as_written(other, word)
