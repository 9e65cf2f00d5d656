"""What has the form of an address and nobody lives at: plots, stretches of streets, roads and their state, courts,
careers, titles with their page, laws and authors with their year.
"""

# ruff: noqa: E501 (an alternative of a pattern is a line)

from __future__ import annotations

from cleaning.privacy.patterns.late import late

# A plot of land of the register.
_LAND = late(r"(?:Pol[ií]gono|Pol\.|Manzana|Mz|Lote|Parcela)\W")
# A stretch of a street, and that it is one of a list of them: where a bus stops, or nobody may park.
_STRETCH = late(r"\sal\s[0-9]{1,4}(?:\s\([^()\n]{1,40}\))?\Z")
_LISTED = (
    late(r"\sal\s+[0-9]{1,4}[;,]\s[^.:\n]{0,12}\Z"),
    late(r"[;,]\s[^.:]{0,40}\sal\s+[0-9]{1,4}\b"),
)
_FOUNDATION = late(r"(?:51 Franklin|59 Temple|675 Mass)")  # of the FSF, in every licence
_PASSED = late(  # or a line goes by
    r"(?i)\b(?:paradas?|recorrido|itinerario|calles afectadas|cortes? de (?:tr[aá]fico|calle)|zona azul|desv[ií]os?)\b[^\n.]*\Z"
)
_SENTENCE = 90  # characters in which that is said
# How a road is, and nobody's address: `Ruta 40, km 2.741, ripio en mal estado`.
_TRAVELLED = late(
    r"(?i)[,:;.]?\s[^\n.;]{0,40}\b(?:desv[ií]o|ripio|precauci[oó]n|cort(?:e|ad[ao])|nieve|hielo|niebla|peaje|banderillero|retenci|accidente|calzada|obras|carril|tr[aá]nsito|transitable)"
)
_KILOMETRE = late(r"(?i)(?:ruta|ctra|carretera|autov|autop|camino)[^\n]*\b(?:km|kil[oó]metro)")
_DISTRICT = late(r"C/I[0-9]")  # of a plan: commerce and industry
# What is written as a way (`Cal.`, `c/`, `carrera`, `CL`) and is none: a court of California, a party behind `versus`,
# the career of somebody, a heading, symbols of a formula.
_NO_WAY = late(
    r"Cal\.\s(?:App|Sup|Supreme|Ct|Super|Code|Rptr|Const|Penal|Civ|Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\b"
    r"|c/\s?(?:St[eé]|Soci[eé]t[eé]|Cie|Commune|Consorts|Mme|Mlle|Ministre|Pr[eé]fet|[ÉE]tat|Syndicat|CPAM|URSSAF|Estado|Gobierno|Fisco|ANSES)\b"
    r"|(?i:carrera)\s(?:y\s|e\s|(?i:profesional|judicial|fiscal|militar|acad[eé]mica|docente|universitaria|diplom[aá]tica|administrativa|pol[ií]tica|art[ií]stica|deportiva|literaria|laboral|investigadora|funcionarial|horizontal|espacial|armament[ií]stica)\b)"
    r"|(?:PLAZAS|CALLES|AVENIDAS|CARRERAS|CAMINOS|PASEOS|LUGARES|PASAJES)\b|Urbanizaci[oó]n(?<=Vivienda y ............)"
    r"|CL\s[B-DF-HJ-NP-TV-Z]{1,4}\s[0-9]"
)
_LEADERS = late(r"(?:\. ?){5,}[0-9]")  # of a table of contents, which ends with the page
_IN_CONTENTS = 160  # characters round such a line
_ENDS_IN_PAGE = late(r"[^\W\d]\s[0-9]{1,4}\Z")
_CITED = late(r"[^\d,]{3,60},?\s(?:1[5-9]|20)[0-9]{2}\Z")  # whom a text cites, and the year
# A law, and the parts of a site, where a house stands before the way home: `🏠 Índice Bloque 1`.
_TITLED = late(
    r"(?i:(?:real )?decreto|ley|orden|reglamento|resoluci[oó]n|directiva|acuerdo|convenio|circular|instrucci[oó]n|sentencia|anexo"
    r"|[ií]ndice|portada|home|tema|cap[ií]tulo|lecci[oó]n|p[aá]gina)\b"
)
_OF_TWO = late(r"\sy\s|\set\sal")  # authors
_MEASURED = late(
    r"[^\n]{0,60}?(?:\bsuperficie|\bsecano|\breg[aá]d|\bcultivo|\bhect[aá]rea|[0-9] ?(?:m²|m2|ha)\b|\brecinto|m²|\bref(?:erencia)?\b(?!:? (?:frente|junto|cerca|detr[aá]s|al?)\b))"
)


def is_no_place(text: str, start: int, stop: int) -> bool:
    """Whether a street with its number is of a plan, of a list of stretches of streets or of contents, or is no street."""
    return bool(
        _DISTRICT.match(text, start)
        or _NO_WAY.match(text, start)
        or _is_listed(text, start, stop)
        or _is_in_contents(text, start, stop)
    )


def is_no_door(text: str, start: int, stop: int) -> bool:
    """Whether what stands round a whole address says that it is a plot, a place that is passed or a road."""
    return bool(
        (_LAND.match(text, start) and _MEASURED.match(text, stop))
        or (_KILOMETRE.match(text, start, stop) and _TRAVELLED.match(text, stop))
        or _FOUNDATION.match(text, start)
        or _PASSED.search(text, max(0, start - _SENTENCE), start)
    )


def is_cited(text: str, start: int, stop: int) -> bool:
    """Whether a name without a way and its number are a law, or authors and the year: `Koyama y Rubin, 2022`."""
    return bool(
        _TITLED.match(text, start)
        or (_CITED.match(text, start, stop) and _OF_TWO.search(text, start, stop))
    )


def _is_in_contents(text: str, start: int, stop: int) -> bool:
    """Whether a street with its number is a title with its page, among others with dots before theirs."""
    if not _ENDS_IN_PAGE.search(text, start, stop):
        return False
    low = max(0, start - _IN_CONTENTS)
    return _LEADERS.search(text, low, stop + _IN_CONTENTS) is not None


def _is_listed(text: str, start: int, stop: int) -> bool:
    """Whether a place is one of a list of stretches of streets: `Mitre al 200; Roca al 400`."""
    if not _STRETCH.search(text, start, stop):
        return False
    before, behind = _LISTED
    return bool(before.search(text, max(0, start - 24), start) or behind.match(text, stop))
