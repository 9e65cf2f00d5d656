"""Days of birth, by the words that say so: `Fecha de nacimiento: 12/03/1956`, `nació en Zamora el 4 de marzo de 1956`.

Optional, as names are: with a name or a postal code the day tells who somebody is, alone it tells nobody. In Spanish,
Catalan, Galician, Basque, Aranese and Aragonese.
"""

# ruff: noqa: E501 (an alternative of a pattern is a line)

from __future__ import annotations

from collections.abc import Iterator

from cleaning.privacy.patterns.fields import MARKUP
from cleaning.privacy.patterns.gates import matches
from cleaning.privacy.patterns.late import late
from cleaning.privacy.persons.months import MONTHS

_NAMES = "|".join(sorted({name for names in MONTHS for name in names}, key=lambda n: (-len(n), n)))
_MONTH = rf"(?:{_NAMES}|ene|feb|mar|abr|may|jun|jul|ago|sept?|setiembre|septbre|oct|nov|dic)"
_YEAR = r"(?:18|19|20)[0-9]{2}"
_DAY = (
    rf"(?:[0-3]?[0-9](?P<sign>[./-]| [/-] )[01]?[0-9](?P=sign)(?:{_YEAR}|[0-9]{{2}})|{_YEAR}(?P<iso>[./-])[01][0-9](?P=iso)[0-3][0-9]"
    rf"|[0-3]?[0-9][º°]?(?: de | d['’]| del mes de |[ ./-]){_MONTH}\.?(?:,? (?:de|del|de l['’]) ?(?:a(?:ño|ny) )?|,? |[./-])(?:{_YEAR}|[0-9]{{2}})"
    rf"|{_YEAR}(?:eko|ko) {_MONTH} [0-3]?[0-9](?:e?an|a)?)"
)
# In a field, without signs, too: year first or last.
_CLOSED = rf"(?:{_YEAR}[01][0-9][0-3][0-9]|[0-3][0-9][01][0-9]{_YEAR})"
_FIELD = (
    r"f(?:echa|ec?h?a?\.)?[ _.]?(?:de[ _])?(?:nac(?:imiento|\.|to\.?)?|nto\.?|naci)|f\. ?(?:de )?n(?:ac(?:imiento)?)?\.?|(?-i:FN|FDN|F/N|DOB)|nacimiento|dat[ae] de nai(?:xement|cemento)|data(?: de)? (?:nacemento|nac\.?)"
    r"|data de nei(?:sh|ss)en[çc]a|calendata de naixen[cç]ia|jaiotze[- ]?data|jaioteguna|jaiotza|date of birth|birth ?date"
)
_WHOSE = r"(?: del? (?:la |los )?[^\W\d_]{3,14}){0,2}"
_PLACE = r"(?:[^\W\d_][^\n.;:0-9]{2,40}?, )?"
_BORN = r"(?:nacid[oa]s?|naci[oó]|nac\.|nad[oa]|naceu|nascud[ae]s?|nascut|va n[eéè]ixer|n[eéè]ixer|neishud[ae]|neishut|naixid[oa]|naixi[oó]|naixiu)"
_BIRTH = late(
    rf"(?i)(?<!\w)(?:(?:{_FIELD}){_WHOSE}{MARKUP}{{1,12}}\n{{0,2}}[ \t]{{0,4}}{_PLACE}"
    rf"|(?P<born>{_BORN})(?: (?:en|a|na|no|enta|ena) [^\n.;:0-9]{{2,40}}?)?,? (?:(?:el|o|eth|lo|a) )?(?:d[ií]a )?)"
    rf"(?P<day>{_DAY})(?![\w/-]|[.,][0-9])"
)
_IN_FIELD = late(
    rf"(?i)(?<!\w)(?:{_FIELD}){_WHOSE}{MARKUP}{{1,12}}(?P<day>{_CLOSED})(?![\w/-]|[.,][0-9])"
)
_BORN_BEHIND = late(
    rf"(?i)(?<![\w/-])(?P<day>{_YEAR}(?:eko|ko) {_MONTH} [0-3]?[0-9](?:e?an|a)?)(?= jaio)"
)
# What is born too, and nobody: in the sentence before.
_THINGS = late(
    r"(?i)\b(?:club|partido|partit|empresa|firma|compañ[ií]a|asociaci[oó]n|revista|diario|peri[oó]dico|proyecto|idea|iniciativa|movimiento|fundaci[oó]n|sociedad|instituci[oó]n|colegio|instituto|universidad|ciudad|villa|pueblo|estado|pa[ií]s|naci[oó]n"
    r"|rep[uú]blica|equipo|entidad|banda|grupo|festival|premio|museo|sindicato|federaci[oó]n|banco|programa|plan|red|web|p[aá]gina|blog|marca|tienda|peñ[ao]|cofrad[ií]a|hermandad|ley|norma|obligaci[oó]n|deuda|derecho|r[ií]o|volc[aá]n|isla|lengua|euro|plataforma)\b[^.;\n]{0,60}\Z"
)
_BEFORE = 120  # characters in which they are looked for
# How they begin.
_FIELD_OR_BORN, _IS_FIELD = rf"(?i)(?:{_FIELD}|{_BORN})", rf"(?i)(?:{_FIELD})"
_BASQUE = rf"(?i){_YEAR}(?:eko|ko) {_MONTH}"


def births(text: str) -> Iterator[tuple[int, int]]:
    """Days of birth in fields and behind `nacido el`; of a year alone nothing is said."""
    for match in matches(text, _BIRTH, _FIELD_OR_BORN):
        low = max(0, match.start() - _BEFORE)
        if not (match["born"] and _THINGS.search(text, low, match.start())):
            yield match.span("day")
    for pattern, beginning in ((_IN_FIELD, _IS_FIELD), (_BORN_BEHIND, _BASQUE)):
        for match in matches(text, pattern, beginning):
            yield match.span("day")
