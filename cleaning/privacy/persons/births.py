"""Days of birth, behind the words that say so: `Fecha de nacimiento: 12/03/1956`, `nacida el 4 de marzo de 1956`.

Optional, as names are: with a name or a postal code the day tells who somebody is, alone it tells nobody.
"""

# ruff: noqa: E501 (an alternative of a pattern is a line)

from __future__ import annotations

from collections.abc import Iterator

from cleaning.privacy.patterns.fields import MARKUP
from cleaning.privacy.patterns.gates import may_hold
from cleaning.privacy.patterns.late import late

_MONTH = (
    r"(?:ene(?:ro)?|feb(?:rero)?|mar(?:zo)?|abr(?:il)?|may(?:o)?|jun(?:io)?|jul(?:io)?|ago(?:sto)?|sep(?:t|tiembre|tbre)?|setiembre|oct(?:ubre)?"
    r"|nov(?:iembre)?|dic(?:iembre)?|gener|febrer|març|maig|juny|juliol|agost|setembre|novembre|desembre)"
)
_DAY = (
    r"(?:[0-3]?[0-9](?P<sign>[./-]| [/-] )[01]?[0-9](?P=sign)(?:(?:18|19|20)[0-9]{2}|[0-9]{2})|(?:18|19|20)[0-9]{2}(?P<iso>[./-])[01][0-9](?P=iso)[0-3][0-9]"
    rf"|[0-3]?[0-9][º°]?(?: de |[ ./-]){_MONTH}\.?(?:,? del? (?:año )?|,? |[./-])(?:(?:18|19|20)[0-9]{{2}}|[0-9]{{2}}))"
)
_FIELD = r"f(?:echa|ec?h?a?\.)[ _]?(?:de[ _])?nac(?:imiento|\.|to\.?)?|f\. ?(?:de )?n(?:ac(?:imiento)?)?\.?|(?-i:FN|FDN|F/N)|nacimiento|dat[ae] de nai(?:xement|cemento)|data de nacemento"
_BIRTH = late(
    rf"(?i)(?<!\w)(?:(?:{_FIELD}){MARKUP}{{1,12}}\n{{0,2}}[ \t]{{0,4}}|nacid[oa]s?(?: en [^\n.;:0-9]{{2,40}}?)?,? (?:el |a )?(?:d[ií]a )?)"
    rf"(?P<day>{_DAY})(?![\w/-]|[.,][0-9])"
)
_ANY = r"(?i)naci[dm]|f[a-z]{0,4}\.? ?(?:de )?n|\b(?:FN|FDN|F/N)\b|nai|nace"


def births(text: str) -> Iterator[tuple[int, int]]:
    """Days of birth in fields and behind `nacido el`; of a year alone nothing is said."""
    for match in _BIRTH.finditer(text) if may_hold(text, _ANY) else ():
        yield match.span("day")
