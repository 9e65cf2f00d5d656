"""Lines that say a day: nothing else, or among few words."""

from __future__ import annotations

import re

_DATE_WORDS = (
    "publicado publicada actualizado actualizada atualizado atualizada postado publicat actualitzat published updated"
    " posted on el a las les em à às ás de del do da al at of o h hs hrs min"
    " am pm gmt est utc enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre"
    " diciembre"
    " january february march april may june july august september october november december gener febrer març abril"
    " maig juny juliol agost setembre octubre novembre desembre janeiro fevereiro março maio junho julho outubro"
    " dezembro lunes martes miércoles jueves viernes sábado domingo monday tuesday wednesday thursday friday saturday"
    " dilluns dimarts dimecres dijous divendres dissabte diumenge xaneiro febreiro xuño xullo decembro luns mércores"
    " xoves venres"
    " sunday segunda terça quarta quinta sexta feira jan feb mar apr jun jul aug sep sept oct nov dec ene abr ago dic"
    " mon tue wed thu fri sat sun lun mié jue vie sáb dom"
)
DAY = re.compile(
    r"\b(?:\d{1,2}\s+de\s+[a-zç]+|\d{1,2}[/.-]\d{1,2}|\d{1,2}\s+[a-z]{3,}|[a-z]{3,}\s+\d{1,2})"
    r"[\s/.,-]+(?:del?\s+)?(?:19|20)\d\d",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
YEAR = re.compile(r"(?:19|20)\d\d")  # of a day
_DATES = frozenset(_DATE_WORDS.split())
_LETTERS = re.compile(r"[^\W\d_]+")


def is_date(text: str) -> bool:
    """Whether a line is a date and nothing else."""
    if len(text) > 60 or not _DIGIT.search(text):
        return False
    words = _LETTERS.findall(text.lower())
    return bool(words) and _DATES.issuperset(words)
