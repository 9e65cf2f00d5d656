"""Kinds of numbers that the word before them tells: that word, the form of the number, a check where it has one.

Of Spain and Latin America. Bare digits are dates, laws, prices and articles far more often, so a form alone says nothing.
The order counts: the first kind whose word and form fit is the number's.
"""

# ruff: noqa: E501 (an alternative of a pattern is a line)

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cleaning.privacy.numbers.checks import is_valid, plain

SEPARATOR = r"(?: ?[./–-] ?| {1,2}|)"  # what separates the groups of a number, or nothing


@dataclass(frozen=True)
class Labelled:
    """A kind that is told by the word before it: that word, the form of the number, and a check that it must pass."""

    word: str
    form: re.Pattern[str]
    check: Callable[[str], bool] | None = None


def form_of(pattern: str) -> re.Pattern[str]:
    """A form of numbers, behind which nothing of the number stands."""
    return re.compile(rf"(?i)(?:{pattern})(?![\w-]|[.,][0-9])")


# What is no word of another meaning in small letters.
_ALSO_SMALL = frozenset(
    {
        "DNI",
        "NIF",
        "NIE",
        "CIF",
        "NASS",
        "NUSS",
        "NSS",
        "NHC",
        "CURP",
        "RFC",
        "CUIT",
        "CUIL",
        "RUT",
        "RUC",
        "CLABE",
        "CBU",
    }
)


def letters(*names: str) -> str:
    """Abbreviations, with or without full stops: NIF, N.I.F., N. I. F., n.i.f.; of three letters at least also nif."""
    return "|".join(
        "(?-i:"
        + r"\s?[.,]?\s?".join(name)
        + r"\.?"
        + (f"|{name.lower()}|" + r"\.".join(name.lower()) + r"\.?" if name in _ALSO_SMALL else "")
        + ")"
        for name in names
    )


NUMERO = r"(?:nro\.?|n[º°o]\.?|n\.\s?[º°]|n[uú]m(?:ero|\.)?|#)"
# Of identity, as the countries write them: groups of digits separated by dots, dashes or blanks, a letter or two at an end.
_IDENTITY = (
    r"[0-9]{3}[ -][0-9]{6,7}[ -][0-9]{1,4}[A-Z]?|[0-9]{2}-[0-9]{7}-[0-9]|[0-9]{1,2}'[0-9]{3}\.[0-9]{3}(?:\.[0-9]{3})?|[0-9]{1,3}(?:,[0-9]{3}){2,3}|[0-9]\.[0-9]{3}\.[0-9]{3}/[0-9]|[VE]\.?[ -]?[0-9]{1,2}\.?[0-9]{3}\.?[0-9]{3}|[1-9] [0-9]{4} [0-9]{4}|[0-9]\.?[0-9]{3}\.?[0-9]{3}-[0-9]"
    r"|(?:[0-9]{1,2}|PE|E|N)-[0-9]{1,4}-[0-9]{3,6}|[0-9]{4}-[0-9]{6}-[0-9]{3}-[0-9]|[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]|[0-9]{4}[ -][0-9]{4,5}[ -][0-9]{4,5}|[0-9]{7,8}-[0-9K]"
    r"|[0-9]{1,4}(?:\.[0-9]{3}){2,3}|[0-9]{9}-[0-9]|[0-9]{1,3}(?: [0-9]{3}){2,3}"
    r"|[0-9]{5,8}(?:-[0-9][A-Z])?(?-i: (?:LP|CB|SC|OR|PT|CH|TJ|BE|BN|PA|CBBA|SCZ|ORU|PTS|CHQ|TJA|BNI|L\.P\.|S\.C\.|Cbba\.?|Scz\.?))(?!\w)|[A-Z]{0,2}[0-9]{6,13}"
)
_COLLEGIATE = r"(?:(?:cole|col·le)[gx]ia(?:d[oa]|t)(?:/[oa])?|coleg\.|elkargokide)"
_CARD_OF = r"(?:c[eé]dula|carn[eé]t?|tarjeta|documento|permiso|identificaci[oó]n)"
LABELLED: Mapping[str, Labelled] = {
    "dni": Labelled(
        rf"{letters('DNI', 'NIF', 'NAN')}|(?-i:L\.\s?[CE]\.)|doc(?:umento|\.) (?:nacional )?(?:de )?identida[de]e?|document nacional d['’]identitat|cart[aã]o de cidad[aã]o"
        rf"|bilhete de identidade|(?-i:IDCES)|(?:{NUMERO}|nro\.?) doc\.?",
        form_of(r"[0-9]{1,2}[. ]?[0-9]{3}[. ]?[0-9]{3}(?:(?: ?[-–/] ?|,? )?[A-Z](?=\W|$))?"),
    ),
    "nif": Labelled(  # Portugal
        rf"{letters('NIF')}|contribuinte",
        form_of(r"[0-9]{3} ?[0-9]{3} ?[0-9]{3}"),
        lambda value: is_valid("pt.nif", value),
    ),
    "nie": Labelled(
        rf"{letters('NIE')}|tarjeta de residencia",
        form_of(rf"[XYZ]{SEPARATOR}[0-9](?:\.?[0-9]{{3}}){{2}}{SEPARATOR}[A-Z]"),
    ),
    "cif": Labelled(
        letters("CIF", "NIF"),
        form_of(
            rf"[A-HJNP-SUVW]{SEPARATOR}[0-9]{{2}}[. ]?[0-9]{{3}}[. ]?(?:[0-9]{{2}}{SEPARATOR}[0-9A-J]|[0-9]{{3}})"
        ),
        lambda value: is_valid("es.cif", plain(value)),
    ),
    "nass": Labelled(
        rf"{letters('NASS', 'NUSS', 'NSS', 'NAF', 'CCSS', 'IGSS', 'ISSS', 'IESS', 'EPS')}|(?:num_?)?segur(?:o|idad(?:e)?|etat)[ _]?social|seg\. social"
        rf"|{NUMERO}\s?(?:s\.\s?s\.|(?-i:SS))|afilia(?:ci[oó]n?|d[oa])(?: (?:s\.\s?s\.|(?-i:[A-Z]{{3,8}})))?|asegurad[oa]",
        form_of(
            rf"[0-9]{{2}}{SEPARATOR}[0-9]{{7,8}}{SEPARATOR}[0-9]{{2}}|[0-9]{{2}}(?P<part>[ /-])[0-9]{{2}}(?P=part)[0-9]{{2}}(?P=part)[0-9]{{4}}(?P=part)[0-9]|"
            r"[0-9]{3}-[0-9]{2}-[0-9]{4}|[0-9]{6,10}/[0-9]{2}|[0-9]{2} [0-9]{6} [0-9] [0-9]{2}|[0-9]-[0-9]{4}-[0-9]{4}|[0-9]{8} [0-9]{2}|[0-9]{8,13}"
        ),
    ),
    "college": Labelled(
        rf"{NUMERO}\s?(?:de )?col\.?|{_COLLEGIATE}(?:(?: del?| da)? (?-i:[A-Z]{{3,6}})|[^\n.;:0-9]{{0,64}}{NUMERO})?|procuradora? {NUMERO}|(?:mediadora?|perit[oa]|traductora?|int[eé]rprete)[^\n.;:0-9]{{0,40}}(?:inscrit|registrad|acreditad)[oa][^\n.;:0-9]{{0,24}}{NUMERO}|col(?:egiaci[oó]n|\.\s?{NUMERO})"
        r"|(?:facultativ|m[eé]dic|enfermer|psic[oó]log|abogad|letrad|arquitect|doctor|adjunt|procurador|fisioterapeut|matron|dr|bioqu[ií]mic|odont[oó]log"
        r"|farmac[eé]utic|veterinari|kinesi[oó]log|nutricionist|log[oó]ped|qu[ií]mic|dentist|podólog|arq|ing|lic|abog|psic|notari|escriban|ingenier|contador|ps)[oa]?\b[^\n0-9;]{0,40}\b(?:(?:c[oó][ld]|coleg|reg|mat)\.|(?-i:R\.\s?M\.|CL\b|(?:CO|IC|CG)[A-Z]{2,5}\b|CPACF))"
        r"|c[eé]d(?:ula|\.)\s?prof\.?|mat\.?\s?(?:prof\.?|nac\.?|prov\.?|n[º°]\.?)|reg\.\s?(?:m[eé]d|prof|col)\.?|inpre(?:abogado)?|registro (?:del? )?(?:colegio|senescyt)|(?-i:I\.\s?P\.\s?S\.\s?A\.|IPSA|C\.\s?M\.\s?P\.|R\.\s?N\.\s?E\.|C\.\s?Ps\.\s?P\.|CMP|CQFP|C\.\s?A\.\s?L\.|M\.?P\.?P\.?S\.?|M\.?S\.?D\.?S\.?|J\.?V\.?P\.?[MEOQ]\.?|SENESCYT)|(?-i:C\.\s?O\.\s?[PMEF]\.)"
        r"|(?-i:M\.?\s?[PN]\.?|T\.\s?P\.|exc\.)|(?:matr[ií]cula|registro|carn[eé]t?|c[eé]dula|tarjeta|licencia) (?:profesional|m[eé]dic[oa]|nacional|provincial|de especialidad|de especialista)(?: (?-i:[A-Z]{3,6}))?|(?-i:D\.\s?G\.\s?P\.)|(?:registro )?(?-i:Supersalud|SUPERSALUD)",
        form_of(
            r"[A-Z]{1,4}-[0-9]{3,6}(?!/)|[0-9]{2}-[0-9]{4,6}/[0-9]{4}|[0-9]-[0-9]{4,6}(?!/)|[A-Z]{1,2}-?[0-9]{1,3}\.?[0-9]{3}|[0-9]{2}/(?:[0-9]{1,2}\.[0-9]{3}|[0-9]{4,5})|[0-9]{2}[ ./-]?[0-9]{2}[ /-]?[0-9]{4,5}|[0-9]{2}[ ./-][0-9]{5,7}|[0-9]{1,3}\.[0-9]{3}|(?!(?:19|20)[0-9]{2}\))[0-9]{4,9}(?:[/-][0-9]{1,4})?"
        ),
    ),
    "bar": Labelled(  # Colombia's, told by the court that keeps its roll
        r"(?-i:T\.?\s?P\.?)",
        form_of(
            r"[0-9]{2,3}\.?[0-9]{3}(?:-[A-Z][0-9]?)?(?=,? (?:del? |expedida por el )?(?:C\. ?S\.|(?-i:CSJ|CSdJ)|consejo superior))|[0-9]{4,6}-[DT][0-9]?"
        ),
    ),
    "colleged": Labelled(  # with the initials of the college behind it
        NUMERO,
        form_of(r"[0-9]{3,6}(?= (?-i:(?!COAG\b)(?:COA|COI|COE|COF|COV|COP|ICA)[A-Z]{1,5})\b)"),
    ),
    "post": Labelled(  # of a doctor in a health service of Spain
        letters("CIAS"), form_of(r"[0-9]{4}[ .-]?[0-9]{6} ?[A-Z]")
    ),
    "initials": Labelled(  # of colleges that have no other meaning; four digits may be a year
        r"(?-i:COA(?:M|CM|VN|AT[A-Z]{1,3})|COII[A-Z]{1,3}|COIT[A-Z]{1,3}|ICA(?:M|B|V|Z|S|GR|MA|Málaga)|CODIA|COP(?:M|AO)|COEM|CAL(?= N)|Reg\.? (?:CAL|CAP|CIP|CMP|COP|CEL))",
        form_of(r"[0-9]{5,6}|[0-9]{1,3}\.[0-9]{3}|(?!19|20)[0-9]{4}"),
    ),
    "chartered": Labelled(  # COP alone is a currency, too
        r"(?-i:CO[A-Z]{1,4})|mat(?:r[ií]cula|\.)",
        form_of(r"[A-Z]{1,2}-[0-9]{1,3}\.?[0-9]{3}|[A-Z]-?[0-9]{8}-[0-9]{8}|[0-9]{5}-[0-9]{5,6}"),
    ),
    "beside": Labelled(  # the abbreviation, and the initials of a college behind who signs
        r"col\.|(?:arq|ing|dra?|lic|psic|psc|abog|obst|enf|klga?|nut|vet|odont|t[eé]c|prof|ps|blg|econ|cont)\.[^\n0-9]{1,48}\n?[ |·(–-]{0,4}(?-i:C\.?[A-Z]\.?(?:[A-Z]\.?){0,2})",
        form_of(
            r"[0-9]{2}/(?:[0-9]{1,2}\.[0-9]{3}|[0-9]{4,5})|[0-9]{2}[ /-]?[0-9]{2}[ /-]?[0-9]{4,5}|[A-Z]{1,4}-[0-9]{2}\.?[0-9]{2,4}|[0-9]{5,6}|(?<=\(col\. )[0-9]{1,2}\.?[0-9]{3}"
        ),
    ),
    "clinical": Labelled(  # any file of a patient's
        r"(?:pcte|pte|paciente)\b[^\n]{0,40}\bexp(?:te|ediente)?\.?|h\.?[ªa] cl[ií]n(?:ica|\.)",
        form_of(r"(?:[A-Z]{1,3}-?)?[0-9][0-9./-]{3,15}[0-9]"),
    ),
    "record": Labelled(
        rf"{letters('NHC', 'CIPA', 'CIP', 'NUHSA', 'TSI', 'TIS', 'SIP')}|(?-i:CIP[ -]SNS)|historial {NUMERO}|c[oó]digo (?:sns|de paciente)|(?:{NUMERO} (?:de )?)?hist[oò]ria(?:l)? cl[ií]nic[ao]|targeta sanit[aà]ria"
        r"|expediente (?:cl[ií]nico|m[eé]dico)|epicrisis\. expediente|ficha(?: cl[ií]nica| m[eé]dica)?:?|carn[eé]t? de (?:asegurad|afiliad|salud)[oa]?"
        rf"|h\. ?cl[ií]n(?:ica|\.)|{NUMERO} (?:de )?historia|{NUMERO}\s?h\.?[ªa]?(?: c\.?[ªa])?|historia {NUMERO}|(?-i:HISTORIA|Historia):"
        rf"|h\.?\s?c\.?l?|(?:{NUMERO} (?:de )?)?(?:episodio|paciente|tarjeta sanitaria)(?: de (?:hospitalizaci[oó]n|urgencias|ingreso))?",
        form_of(
            r"[A-Z]{4} ?[01] ?[0-9]{6} ?[0-9]{2} ?[0-9]|[A-Z]{4} ?[0-9]{6} ?[0-9] ?[0-9]{2} ?[0-9]|[A-Z]{1,3}-[0-9]{3,4}(?!/)|[0-9]{1,3}(?: [0-9]{3}){1,2}|[0-9]{2}(?: [0-9]{2}){2,3}|(?![0-9]{6}\.[0-9](?![0-9]))(?:[A-Z]{1,8}-?)?[0-9][0-9./-]{3,15}[0-9](?:-[A-Z0-9])?(?!\s?(?:kg|mg|ml|mm|cm|a[nñ]os)\b)"
        ),
    ),
    "member": Labelled(  # of a school, a library, an insurance, a club; who may drive
        rf"(?:(?:{NUMERO}|c[oó]d(?:igo|\.)|registro) (?:del? )?)(?:alumn[oa]|estudiant(?:e|il)|universitario|matr[ií]cula|paciente|soci[oa]|federad[oa]|mutualista|beneficiari[oa]|lector|licencia|credencial|carn[eé]t?|legajo)"
        rf"|(?:alumn[oa]|estudiante|soci[oa]|mutualista|beneficiari[oa]|lector|licencia|credencial|carn[eé]t?|legajo) {NUMERO}|expediente (?:acad[eé]mico|escolar|universitario|de(?:l| la) alumn[oa])(?: {NUMERO})?"
        r"|exp(?:te|ediente)?\.? (?:de )?(?:extranjer[ií]a|nacionalidad|asilo|dependencia|discapacidad|arraigo|reagrupaci[oó]n|familia numerosa|adopci[oó]n)"
        r"|(?:carn[eé]t?|credencial|tarjeta|matr[ií]cula|legajo|licencia|permiso|brevete) (?:del? )?(?:soci[oa]|estudiant(?:e|il)|alumn[oa]|universitari[oa]|univ\.|escolar|biblioteca|lector|conduc(?:ir|ci[oó]n|tora?)|manejo|familia numerosa|discapacidad|federad[oa]|federativa)"
        r"|(?:obra social|mutua|prepaga|seguro m[eé]dico)(?: (?-i:[A-Z])\w{2,14})?|(?-i:OSDE|IOMA|PAMI|OSECAC|IPS|IOSFA)",
        form_of(
            r"[0-9]{2} [0-9]{6} [0-9](?: [0-9]{2})?|(?:19|20)[0-9]{2}[/-][0-9]{3,6}|[0-9]{1,2}-[0-9]{4,9}(?:-[0-9]{1,2}){0,2}|(?:[A-Z]{1,4}-?)?[0-9]{5,13}(?:[/-][0-9A-Z]{1,2})?|[A-Z]{1,3}-[0-9]{3,6}"
        ),
    ),
    "enrolled": Labelled(  # at a university that is named by its letters; in a prison
        rf"(?-i:NIU|NIA|NIS)|{NUMERO} (?:de )?control|cuenta (?-i:UNAM)|matr[ií]cula (?-i:[A-Z]{{3,6}})|boleta(?: de alumn[oa])?",
        form_of(r"[0-9]{7,10}(?:-[0-9])?|[0-9]{4}-[0-9]{5}-[0-9]"),
    ),
    "coded": Labelled(  # what a list has of each beside a number of identity
        r"c[oó]d(?:igo|\.)",
        form_of(r"[0-9]{6,10}(?=[,;]? (?:y )?(?:(?-i:DNI|D\.N\.I\.|C\.?I\b|C\.?C\b)|c[eé]dula))"),
    ),
    "history": Labelled(  # a clinical one, where nothing is counted: no "historia de 120000 personas"
        "historial?", form_of(r"[0-9]{5,9}(?!\s[a-záéíóúñ]+s\b)")
    ),
    "taxi": Labelled(
        rf"licencia(?: municipal)?(?: de)? (?:auto-?)?taxi(?:sta)?(?: {NUMERO})?",
        form_of(r"(?!(?:19|20)[0-9]{2}(?![0-9]))[0-9]{4,5}"),
    ),
    "support": Labelled(  # the card itself, of citizens and of foreigners
        rf"{NUMERO} (?:de )?soporte(?: (?:del? )?(?-i:DNI|NIE|TIE))?|(?-i:IDESP)",
        form_of(r"[A-Z]{3}[0-9]{6}|[CE][0-9]{8}"),
    ),
    "passport": Labelled(
        r"pasaportes?|pasaportea|passports?|passaporte?|pas[sa]?\.|pasap\.?",
        form_of(r"[A-Z]{1,3}[ -]?(?:[0-9]{3}[ .][0-9]{3}|[0-9]{5,8})[A-Z]?|[0-9]{7,9}"),
    ),
    "traveller": Labelled(  # Spain's, behind what says less
        r"doc(?:umento)?\.?|viajer[oa]|hu[eé]sped|pasajer[oa]", form_of(r"[A-Z]{3}[0-9]{6}")
    ),
    "curp": Labelled(
        rf"{letters('CURP')}|clave [uú]nica de registro de poblaci[oó]n",
        form_of(
            rf"[A-Z]{{4}}{SEPARATOR}[0-9]{{6}}{SEPARATOR}[HMX][A-Z]{{5}}{SEPARATOR}[0-9A-Z][0-9]"
        ),
    ),
    "rfc": Labelled(
        rf"{letters('RFC')}|registro federal de contribuyentes",
        form_of(rf"[A-ZÑ&]{{3,4}}{SEPARATOR}[0-9]{{6}}{SEPARATOR}[0-9A-Z]{{3}}"),
    ),
    "cuit": Labelled(
        letters("CUIT", "CUIL") + "|clave [uú]nica de identificaci[oó]n (?:tributaria|laboral)",
        form_of(rf"[0-9]{{2}}{SEPARATOR}[0-9]{{2}}[. ]?[0-9]{{3}}[. ]?[0-9]{{3}}{SEPARATOR}[0-9]"),
    ),
    "rut": Labelled(
        letters("RUT", "RUN") + r"|(?-i:[Rr]ut)|rol [uú]nico (?:tributario|nacional)",
        form_of(
            r"[0-9]{12}|[0-9]{1,2}[. ]?[0-9]{3}[. ]?[0-9]{3}\s?[-–]?\s?[0-9K]|[0-9]{3}\.[0-9]{3}\.[0-9]{3}-?[0-9]"
        ),
    ),
    "cedula": Labelled(
        rf"c[eé]dulas?|{_CARD_OF} (?:[uú]nic[oa] )?(?:de (?:ciudadan[ií]a|identidad|identificaci[oó]n|extranjer[ií]a|residen(?:cia|te)|votaci[oó]n)"
        rf"|(?:personal|nacional) de identi[a-z]{{3,9}}|electoral)(?: y electoral)?|identidad {NUMERO}|identidad:|con identidad|carnet|c[eé]d\."
        rf"|{letters('DUI', 'DPI', 'CUI', 'NIT', 'NUIP')}|(?-i:C\.\s?[CIE]\.|CC|CE|CI|DIMEX|PPT|T\.\s?I\.|C\.?N\.?I\.?|[CT]\. ?de ?[CIE]\.)",
        form_of(_IDENTITY),
    ),
    "small": Labelled(  # cc and ci mean more
        r"c\.?\s?c\.?|c\.?\s?i\.?|documento|doc(?:\.|(?=[=:]))|identificad[oa]s?|identificaci[oó]n",
        form_of(
            r"[0-9]{1,3}(?:\.[0-9]{3}){2,3}(?:[/-][0-9])?|1(?:[0-9]{9}|(?: [0-9]{3}){3})|[0-9]{3}[ -][0-9]{7}[ -][0-9]|[0-9]{9}-[0-9]|[0-9]{7,8}-?[0-9]?|[0-9]{2}-[0-9]{7}-[0-9]|[0-9]{1,2}'[0-9]{3}\.[0-9]{3}(?:\.[0-9]{3})?|[0-9]{1,3}(?:,[0-9]{3}){2,3}"
        ),
    ),
    "ruc": Labelled(
        letters("RUC", "RNC", "RTN") + r"|registro (?:[uú]nico|nacional) de contribuyentes",
        form_of(
            r"[0-9]{10,14}|J[0-9]{13}|[0-9]{3}-?[0-9]{5}-?[0-9]|[0-9]{4}[ -][0-9]{4}[ -][0-9]{5,6}|[0-9]{5,8}-[0-9]|[12][0-9][ -][0-9]{8}[ -][0-9]"
        ),
    ),
    "honduran": Labelled(
        "identidad|licencia",
        form_of(r"[0-9]{4} [0-9]{5} [0-9]{4}|[01][0-9]{3}-(?:19|20)[0-9]{2}-[0-9]{5}"),
    ),
    "rif": Labelled(letters("RIF"), form_of(r"[VEJGP]-?[0-9]{8}-?[0-9]")),
    "account": Labelled(
        rf"{letters('CCC')}|c[oó]digo (?:de )?cuenta(?: cliente)?|cuenta(?: corriente| bancaria)?|compte(?: corrent| bancari)?|c/c|cta\.?(?: cte\.?)?",
        form_of(rf"[0-9](?:{SEPARATOR}[0-9]){{19}}"),
        lambda value: is_valid("es.ccc", re.sub(r"\D", "", value)),
    ),
    "bank": Labelled(  # Argentina, Mexico, Peru; and what a bank calls an account of its own
        rf"{letters('CBU', 'CVU', 'CLABE', 'CCI')}|clabe|c[bv]u|cci|cuenta interbancaria|cla[bv]e (?:bancaria|interbancaria)(?: [a-záéíóú]{1, 12}){0, 6}"
        rf"|(?:cuentas?|cta\.?)(?: (?:monetaria|corriente|cte\.|de ahorros?|vista|rut|bancaria|sueldo|maestra))?(?: (?-i:[A-Z]{{3,5}}))?(?: (?:soles|d[oó]lares|pesos))?(?: {NUMERO})?",
        form_of(
            r"[0-9]{22}|[0-9]{18}|[0-9](?: ?[0-9]){17}|[0-9]{20}|[0-9]{3}-[0-9]{3}-[0-9]{12}-[0-9]{2}|(?=(?:[0-9]-?){8})[0-9]{2,4}(?:-[0-9]{1,12}){1,3}|[0-9]{10,14}"
        ),
    ),
    "savings": Labelled(  # with the bank's name behind it
        rf"(?:(?:cuentas?|cta\.?|caja) (?:de )?)?ahorros?(?: (?-i:[A-Z])\w{{2,14}}){{0,2}}(?: {NUMERO})?",
        form_of(
            r"[0-9]{3}-[0-9]{6}-[0-9]{2}|[0-9]{3}-[0-9]{8}|[0-9]{9}-[0-9]{5}|[0-9]{9,14}|[0-9]{3,4}(?:[ -][0-9]{3,4}){2,4}"
        ),
    ),
    "banked": Labelled(  # Peru's: office, account, currency, control
        r"soles|d[oó]lares|(?-i:BCP|BBVA|Interbank|Scotiabank|S/\.?)",
        form_of(r"[0-9]{3}-[0-9]{7,10}-[0-9]-[0-9]{2}"),
    ),
    "own": Labelled(  # Chile's account that has the number of its owner
        rf"(?:cuenta ?rut|(?:cuenta|cta\.?) vista)(?: (?-i:[A-Z])\w{{2,14}})?(?: {NUMERO})?",
        form_of(r"[0-9]{7,9}|[0-9]{1,2}\.[0-9]{3}\.[0-9]{3}"),
    ),
    "vehicle": Labelled(  # whose plate needs no word: Spain's
        r"(?:coche|veh(?:[ií]culos?|\.(?: [A-Z]:)?)|furgoneta|furg[oó]n|turismo|remolque|cami[oó]n|camioneta|moto(?:cicleta)?|ciclomotor|taxi|autom[oó]vil)(?: [a-záéíóúñ]{4,12}| de color [a-z]{4,10})?",
        form_of(
            r"(?-i:R?[ -]?[0-9]{4}[ -]?[BCDFGHJKLMNPRSTVWXYZ]{3}|[A-Z]{1,2}-[0-9]{4}-[A-Z]{1,2})"
        ),
    ),
    "plate": Labelled(
        r"(?:matr[ií]culas?|mat\.|placas?|patente|dominio|chapa)(?: (?:del?|de (?:la|mi|su|este|un|una)) (?:veh[ií]culo|coche|moto(?:cicleta)?|autom[oó]vil|auto"
        r"|carro|cami[oó]n|camioneta|furgoneta|furg[oó]n|turismo|remolque|taxi))?",
        form_of(
            r"[0-9]{4}[ -]?[BCDFGHJKLMNPRSTVWXYZ]{3}|R[ -]?[0-9]{4}[ -]?[BCDFGHJKLMNPRSTVWXYZ]{3}|[A-Z]{1,2}[ -][0-9]{4}[ -][A-Z]{1,2}|[A-Z]{3}[ -]?[0-9]{3,4}|[A-Z]{2}[ -]?[0-9]{3}[ -]?[A-Z]{2}"
            r"|(?-i:[A-Z]{4})[ -][0-9]{2}|[A-Z]{3}[ -]?[0-9]{2}[A-Z]|[A-Z]{3}-[0-9]{2}-[0-9]{2}|[A-Z]-?[0-9]{3}-?[A-Z]{3}|[0-9]{3}[ -]?[A-Z]{3}|[A-Z][0-9][A-Z]-?[0-9]{3}|[A-Z][0-9]{6}|[A-Z]{2,3}-?[0-9]{3}-?[A-Z0-9]?"
        ),
    ),
}
# Kinds that are masked as another: words that need other forms.
MASKED_AS: Mapping[str, str] = {
    "bank": "account",
    "savings": "account",
    "small": "cedula",
    "beside": "college",
    "clinical": "record",
    "own": "account",
    "history": "record",
    "taxi": "record",
    "support": "dni",
    "vehicle": "plate",
    "member": "record",
    "enrolled": "record",
    "coded": "record",
    "bracketed": "dni",
    "misprinted": "dni",
    "banked": "account",
    "bar": "college",
    "colleged": "college",
    "post": "college",
    "initials": "college",
    "chartered": "college",
    "nif": "dni",
    "traveller": "passport",
    "honduran": "cedula",
    "rif": "ruc",
    "imss": "nass",
    "clabe": "account",
    "cbu": "account",
    "dominican": "cedula",
    "ecuadorian": "cedula",
    "uruguayan": "cedula",
}
NAMED = tuple(kind for kind in LABELLED if kind not in MASKED_AS)  # the kinds that a word names
