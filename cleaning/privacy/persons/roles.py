"""Names behind what somebody is and what somebody says of oneself, where a given name says that they are a person's.

`perito Wenceslao Bares`, `la psicóloga Marta Olmos`, `Maite Goñi (hija)`, `a nombre de Ana Gil`, `Miren Otxoa andrea`.
"""

# ruff: noqa: E501 (an alternative of a pattern is a line)

from __future__ import annotations

from collections.abc import Iterator

from cleaning.privacy.patterns.gates import begins, may_hold
from cleaning.privacy.patterns.late import late
from cleaning.privacy.persons.forms import NAME, NO_FIRM, NOBODY, UP, UPPER, WHOLE
from cleaning.privacy.persons.given_names import WORDS_TOO, is_first, is_initial, plain
from cleaning.privacy.persons.outlines import numbers_a_part

# Who somebody is in private, at a court, an office, a school or a hospital; no offices, whose holders are known.
ROLES = (
    r"pacient[ea]?|enferm[oa]|enfermer[oa]|m[eé]dic[oa]|facultativ[oa]|cirujan[oa]|anestesista|pediatra|psic[oó]log[oa]|psiquiatra|matrona|fisioterapeuta|farmac[eé]utic[oa]|odont[oó]log[oa]|auxiliar|residente|cuidadora?"
    r"|acusad[oa]|investigad[oa]|encausad[oa]|imputad[oa]|procesad[oa]|condenad[oa]|detenid[oa]|demandad[oa]|demandante|denunciad[oa]|denunciante|querellad[oa]|querellante|recurrente|apelante|reclamante|v[ií]ctima|perjudicad[oa]|testigo|perit[oa]"
    r"|letrad[oa]|abogad[oa]|graduad[oa] social|procuradora?|apoderad[oa]|representante|albacea|heredera?|compareciente|otorgante|solicitante|interesad[oa]|beneficiari[oa]|asegurad[oa]|tomadora?|titular"
    r"|propietari[oa]|due[nñ][oa]|inquilin[oa]|arrendatari[oa]|arrendadora?|compradora?|vendedora?|deudora?|acreedora?|avalista|vecin[oa]|conductora?|motorista|pasajer[oa]|client[ea]|soci[oa]|abonad[oa]"
    r"|alumn[oa]|estudiante|tutora?|maestr[oa]|profesora?|trabajadora? social|trabajadora?|emplead[oa]|operari[oa]|opositora?|aspirante|candidat[oa]|menor|becari[oa]"
    r"|hij[oa]|herman[oa]|espos[oa]|marido|mujer|viud[oa]|c[oó]nyuge|pareja|madre|padre|mare|pare|filla?|germana?|marit|abuel[oa]|niet[oa]|t[ií][oa]|sobrin[oa]|suegr[oa]|nuera|yerno|cu[nñ]ad[oa]|prim[oa]|novi[oa]|comadre|compadre"
)
_OF_ROLE = r"adjunt[oa]|residente|responsable|titular|judicial|legal|forense|sustitut[oa]|jur[ií]dic[oa]|t[eé]cnic[oa]|cl[ií]nic[oa]|de guardia|de enfermer[ií]a|de familia|de la empresa|legal"
_FULL = rf"(?P<name>{NOBODY}(?>{UPPER}|(?:{NAME} (?:[A-Z]\. )?)?{WHOLE})){NO_FIRM}"
_BEHIND_ROLE = (
    rf"(?:{ROLES})(?: (?:{_OF_ROLE}))?[,:]? (?:(?:don|do[nñ]a|d\.(?: ?ª)?|d[nñ]a\.|sra?\.) )?"
)
_PHRASES = (
    r"(?:a (?:nombre|favor|ruego) de|me llamo|mi nombre es|em dic|interpuest[oa] por|representad[oa] por|asistid[oa] (?:de|por)|atendid[oa] por|herederos de|(?:yo|jo),?|soy|ante mí,|comparecen?:?|contacto:"
    r"|atentamente[,.]?|atte\.?,?|saludos(?: cordiales)?[,.]?|un (?:abrazo|saludo)[,.]?|(?-i:CC?\.)|eth|era|na)[ \n]"
)
_FORMS = tuple(
    (late(rf"(?<![\w-])(?i:{before}){_FULL}"), rf"(?i){before}(?-i:[A-ZÀÁÈÉÍÑÒÓÚÜÇ?])")
    for before in (_BEHIND_ROLE, _PHRASES)
)
# Before a role that is a part of the name of a house or a street.
_NAMED = late(
    rf"(?:(?<!\w){UP}[\w'’-]*(?: (?:de|del|la)){{0,2}} (?<!El )(?<!La )(?<!Al )(?<!Los )(?<!Sr )|/ ?|(?i:\b(?:av|avda|pl|pza|ctra)\.) )\Z"
)
_NEAR = 32  # characters before it
_RELATIVE = r"hij[oa]|hijastr[oa]|espos[oa]|marido|mujer|madre|padre|herman[oa]|niet[oa]|abuel[oa]|sobrin[oa]|t[ií][oa]|nuera|yerno|cu[nñ]ad[oa]|pareja|novi[oa]|vecin[oa]|cuidadora?|filla?|mare|pare|germana?|tutora?|compa[nñ]er[oa]"
_RELATED = rf"(?: \((?:(?:su|la|el|seu|seva) )?(?:{_RELATIVE})[,)]| (?:jaun|andre)(?:a|ak|ari|aren|ari|arekin)(?!\w))"
_BEHIND = late(rf"(?P<name>{WHOLE}|{NAME}){_RELATED}")


def named_by_role(text: str) -> Iterator[tuple[int, int]]:
    """Names of two words or more behind a role or a phrase of one's own, and those before a relation."""
    for sure, (pattern, gate) in enumerate(_FORMS):
        for at in begins(text, gate):
            match = pattern.match(text, at)
            if (
                match
                and _is_person(match["name"], bool(sure))
                and (sure or not is_called(text, at))
                and not (text.startswith("C.", at) and numbers_a_part(text, at, match["name"]))
            ):
                yield match.span("name")
    for match in _BEHIND.finditer(text) if may_hold(text, _RELATED) else ():
        first = match["name"].split()[0]
        if is_first(first) or match.group().endswith(("a", "k", "i", "n")):
            yield match.span("name")


def is_called(text: str, start: int) -> bool:
    """Whether the role is a part of a name: `Centro Médico Ana Gil`."""
    return text[start].isupper() and bool(_NAMED.search(text, max(0, start - _NEAR), start))


def _is_person(name: str, sure: bool) -> bool:
    """Whether a given name stands first, or last in a name in capitals; if not sure, one that is no other word."""
    words = name.split()
    first = words[0]
    if is_first(first) and not is_initial(first):
        return sure or plain(first) not in WORDS_TOO or len(words) > 2 or is_first(words[1])
    return name.isupper() and len(words) > 2 and is_first(words[-1]) and len(words[-1]) > 2
