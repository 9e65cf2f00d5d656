"""Numbers that stand for a person: of identity, tax, health, insurance and money, of Spain and Latin America.

A number whose form and check digit prove it is found wherever it stands; any other only behind the word
that says what it is, since bare digits are dates, laws, prices and articles far more often.
"""

# ruff: noqa: E501 (an alternative of a pattern is a line)

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from operator import mul

from cleaning.corpus.fields import MARKUP, QUOTE
from cleaning.corpus.gates import may_hold, may_lie

Spans = Iterator[tuple[int, int]]
_CONTEXT = 72  # characters before a number in which its word is looked for
_S = r"(?: ?[./–-] ?| {1,2}|)"  # what parts the groups of a number, or nothing


def _valid(module: str, value: str) -> bool:
    """Whether python-stdnum's module takes a number for valid."""
    return bool(import_module(f"stdnum.{module}").is_valid(value))


# ISO 13616: country, two check digits, 11 to 30 characters, often written in groups of four.
_IBAN_BEGINS = r"(?:(?i:[A-Z]{2})|[A-Z]{2} )[0-9]{2}(?i:(?: ?[.-] ?| {1,2}|)[A-Z0-9]){11}"
_IBAN = re.compile(
    r"(?i)[A-Z](?<![^\W_].)[A-Z](?:(?-i:(?<=[A-Z]{2}) ))?[0-9]{2}(?:(?: ?[.-] ?| {1,2}|)[A-Z0-9]){11,30}(?![^\W_])"
)
# With the word before it, what has the form of one: a bank may begin with four letters, all else are digits.
_IBAN_FORM = re.compile(r"(?i)[A-Z]{2} ?[0-9]{2}(?: ?[A-Z]{4})?(?:[ -]?[0-9]{2,4}){4,8}(?![\w-])")
_IBAN_WORD = re.compile(r"(?i)\b(?:IBAN|cuenta|cta)\b[^\n0-9]{0,32}\n?[ \t]*\Z")


def ibans(text: str) -> Spans:
    """International bank account numbers, in capitals or not: by their check digits, or behind their name."""
    for match in _IBAN.finditer(text) if may_hold(text, _IBAN_BEGINS) else ():
        # Words in capitals may follow: the longest beginning that is valid is the number.
        candidate = match.group()
        start = match.start()
        form = _IBAN_FORM.match(text, start)
        if form and _IBAN_WORD.search(text[max(0, start - _CONTEXT) : start]):
            yield form.span()
            continue
        for length in range(len(candidate), 14, -1):
            if candidate[length - 1].isalnum() and _valid("iban", candidate[:length]):
                if not candidate[length : length + 1].isalnum():
                    yield match.start(), match.start() + length
                break


_CARD = re.compile(
    r"[3-6](?<![\w.,-].)[0-9]{3}(?:([ .-]|  | - )[0-9]{4}\1[0-9]{4}\1[0-9]{4}|([ -])[0-9]{6}\2[0-9]{5}|[0-9]{11,12})(?![\w-])"
)
_CARD_WORD = re.compile(
    r"(?i)(?<![^\W_])(?:tarjetas?|pan|visa|mastercard|amex|american express|maestro|d[eé]bito|cr[eé]dito)(?![^\W_])[^\n]{0,30}(?:\n{1,2}[ \t]{0,4})?\Z"
)


def cards(text: str) -> Spans:
    """Numbers of payment cards that pass Luhn's check: in groups, or behind a word that says so."""
    for match in _CARD.finditer(text):
        grouped = not match.group().isdigit()
        if _valid("luhn", re.sub(r"\D", "", match.group())) and (
            grouped or _CARD_WORD.search(text[max(0, match.start() - _CONTEXT) : match.start()])
        ):
            yield match.span()


_CCC = re.compile(
    r"[0-9](?<![\w.,-].)[0-9]{3}([ ./-]|  | [/-] )[0-9]{4}\1(?:[0-9]{2}\1[0-9]{10}|[0-9]{4}\1[0-9]{4}\1[0-9]{4})(?![\w-])"
)
_CCC_WORD = re.compile(
    r"(?i)\b(?:cuentas?|cta\.?|compte|(?-i:CCC|C\.\s?C(?:\.\s?C)?\.|c\.\s?c\.)|c/c)(?!\w)[^\n0-9]{0,32}\Z"
)


def accounts(text: str) -> Spans:
    """Spanish account numbers (CCC) in groups, by their check digits or a word before; without groups see LABELLED."""
    for match in _CCC.finditer(text):
        before = text[max(0, match.start() - _CONTEXT) : match.start()]
        if _CCC_WORD.search(before) or _valid("es.ccc", re.sub(r"\D", "", match.group())):
            yield match.span()


_DNI = re.compile(
    r"[0-9](?<![\w.,-].)(?:[0-9]{7}-?|[0-9]?\.[0-9]{3}\.[0-9]{3}(?: - |[- ])?)[A-Za-z](?![\w-])"
)
_NIE = re.compile(r"[XYZxyz](?<![\w.,-].)[- ]?[0-9]{7}[- ]?[A-Za-z](?![\w-])")


def dnis(text: str) -> Spans:
    """Numbers of the Spanish identity card, letter and all."""
    for match in _DNI.finditer(text):
        text_of_number = match.group()
        if text_of_number[-2:].islower() and text_of_number[-2] == " ":  # 1.000.000 y
            continue
        if not _is_placeholder(text_of_number) and _valid(
            "es.dni", re.sub(r"[ .-]", "", text_of_number).zfill(9)
        ):
            yield match.span()


def nies(text: str) -> Spans:
    """Numbers of foreigners in Spain."""
    yield from (m.span() for m in _NIE.finditer(text) if _valid("es.nie", m.group()))


_PROVEN: tuple[tuple[str, re.Pattern[str], str], ...] = (  # kind, form, module of python-stdnum
    ("cif", re.compile(r"[A-HJNP-SUVW](?<![\w.,-].)-[0-9]{7}-?[0-9A-J](?![\w-])"), "es.cif"),
    (
        "curp",
        re.compile(r"[A-Z](?<![^\W_].)[A-Z]{3}[0-9]{6}[HMX][A-Z]{5}[0-9A-Z][0-9](?!\w)"),
        "mx.curp",
    ),
    (
        "rfc",
        re.compile(r"[A-ZÑ&](?<![^\W_].)[A-ZÑ&]{3}-?[0-9]{6}-?[0-9A-Z]{2}[0-9A](?![\w-])"),
        "mx.rfc",
    ),
    ("nass", re.compile(r"[0-9](?<![\w.,/-].)[0-9]([/-])[0-9]{8}\1[0-9]{2}(?![\w/-])"), "nass"),
    ("cuit", re.compile(r"(?:2[03467]|3[034])(?<![\w.,-]..)-[0-9]{8}-[0-9](?![\w-])"), "ar.cuit"),
    ("rut", re.compile(r"[0-9](?<![\w.,-].)[0-9]?\.[0-9]{3}\.[0-9]{3}-[0-9kK](?![\w-])"), "cl.rut"),
)

# The forms of all that a check digit proves.
_FORMS = "|".join(
    form.pattern for form in (_CARD, _CCC, _DNI, _NIE, *(form for _, form, _ in _PROVEN))
)
FORMED = frozenset({"card", "account", "dni", "nie", *(kind for kind, *_ in _PROVEN)})


def may_prove(text: str) -> bool:
    """Whether anything in a text has the form of one of the kinds FORMED."""
    return may_hold(text, _FORMS)


# Of Venezuela: whether of a citizen or of a foreigner, and thousands with their dots, which is written of nothing else.
_VENEZUELAN = re.compile(
    r"[VEve](?<![\w.,/-].)\.?-[0-9]{1,2}\.[0-9]{3}\.[0-9]{3}(?![\w-]|[.,][0-9])"
)


def cedulas(text: str) -> Spans:
    """Numbers of Venezuela's identity card that need no word before them: V-12.345.678."""
    return (match.span() for match in _VENEZUELAN.finditer(text))


def proven(kind: str) -> Callable[[str], Spans]:
    """The finder of a kind whose form and check digit are proof enough."""
    _, pattern, module = next(entry for entry in _PROVEN if entry[0] == kind)

    def find(text: str) -> Spans:
        for match in pattern.finditer(text):
            if _checked(module, match.group()):
                yield match.span()

    return find


def _checked(module: str, value: str) -> bool:
    if module == "mx.rfc":
        return bool(import_module("stdnum.mx.rfc").is_valid(value, validate_check_digits=True))
    if module == "nass":
        return _affiliation(value)
    return _valid(module, value)


def _affiliation(value: str) -> bool:
    """Whether the last two digits of a Spanish affiliation are the rest of the others by 97.

    The number of a province and eight digits more; of one below ten millions the leading zero is left out.
    """
    digits = re.sub(r"\D", "", value)
    province, number, control = int(digits[:2]), int(digits[2:-2]), int(digits[-2:])
    whole = number + province * 10**7 if number < 10**7 else number + province * 10**8
    return len(digits) == 12 and whole % 97 == control


@dataclass(frozen=True)
class Labelled:
    """A kind that is told by the word before it: that word, the form of the number, and a check that it must pass."""

    word: str
    form: re.Pattern[str]
    check: Callable[[str], bool] | None = None


def _form(pattern: str) -> re.Pattern[str]:
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


def _letters(*names: str) -> str:
    """Abbreviations, with or without full stops: NIF, N.I.F., N. I. F., n.i.f.; of three letters at least also nif."""
    return "|".join(
        "(?-i:"
        + r"\s?[.,]?\s?".join(name)
        + r"\.?"
        + (f"|{name.lower()}|" + r"\.".join(name.lower()) + r"\.?" if name in _ALSO_SMALL else "")
        + ")"
        for name in names
    )


_N = r"(?:nro\.?|n[º°o]\.?|n\.\s?[º°]|n[uú]m(?:ero|\.)?|#)"
# Of identity, as the countries write them: groups of digits parted by dots, dashes or blanks, a letter or two at an end.
_IDENTITY = (
    r"[0-9]{3}[ -][0-9]{6,7}[ -][0-9]{1,4}[A-Z]?|[0-9]{2}-[0-9]{7}-[0-9]|[0-9]{1,2}'[0-9]{3}\.[0-9]{3}(?:\.[0-9]{3})?|[0-9]{1,3}(?:,[0-9]{3}){2,3}|[0-9]\.[0-9]{3}\.[0-9]{3}/[0-9]|[VE]\.?[ -]?[0-9]{1,2}\.?[0-9]{3}\.?[0-9]{3}|[1-9] [0-9]{4} [0-9]{4}|[0-9]\.?[0-9]{3}\.?[0-9]{3}-[0-9]"
    r"|(?:[0-9]{1,2}|PE|E|N)-[0-9]{1,4}-[0-9]{3,6}|[0-9]{4}-[0-9]{6}-[0-9]{3}-[0-9]|[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]|[0-9]{4}[ -][0-9]{4,5}[ -][0-9]{4,5}|[0-9]{7,8}-[0-9K]"
    r"|[0-9]{1,4}(?:\.[0-9]{3}){2,3}|[0-9]{9}-[0-9]|[0-9]{1,3}(?: [0-9]{3}){2,3}"
    r"|[0-9]{5,8}(?:-[0-9][A-Z])?(?-i: (?:LP|CB|SC|OR|PT|CH|TJ|BE|BN|PA))(?!\w)|[A-Z]{0,2}[0-9]{6,13}"
)
_COLLEGIATE = r"(?:(?:cole|col·le)[gx]ia(?:d[oa]|t)(?:/[oa])?|coleg\.|elkargokide)"
_CARD_OF = r"(?:c[eé]dula|carn[eé]t?|tarjeta|documento|permiso|identificaci[oó]n)"
LABELLED: Mapping[str, Labelled] = {
    "dni": Labelled(
        rf"{_letters('DNI', 'NIF', 'NAN')}|(?-i:L\.\s?[CE]\.)|doc(?:umento|\.) (?:nacional )?(?:de )?identida[de]e?|document nacional d['’]identitat|cart[aã]o de cidad[aã]o"
        rf"|bilhete de identidade|(?-i:IDCES)|(?:{_N}|nro\.?) doc\.?",
        _form(r"[0-9]{1,2}[. ]?[0-9]{3}[. ]?[0-9]{3}(?:(?: ?[-–/] ?|,? )?[A-Z](?=\W|$))?"),
    ),
    "nif": Labelled(  # Portugal
        rf"{_letters('NIF')}|contribuinte",
        _form(r"[0-9]{3} ?[0-9]{3} ?[0-9]{3}"),
        lambda value: _valid("pt.nif", value),
    ),
    "nie": Labelled(
        rf"{_letters('NIE')}|tarjeta de residencia",
        _form(rf"[XYZ]{_S}[0-9](?:\.?[0-9]{{3}}){{2}}{_S}[A-Z]"),
    ),
    "cif": Labelled(
        _letters("CIF", "NIF"),
        _form(
            rf"[A-HJNP-SUVW]{_S}[0-9]{{2}}[. ]?[0-9]{{3}}[. ]?(?:[0-9]{{2}}{_S}[0-9A-J]|[0-9]{{3}})"
        ),
        lambda value: _valid("es.cif", _plain(value)),
    ),
    "nass": Labelled(
        rf"{_letters('NASS', 'NUSS', 'NSS', 'NAF', 'CCSS', 'IGSS', 'ISSS', 'IESS', 'EPS')}|segur(?:o|idad(?:e)?|etat) social|seg\. social"
        rf"|{_N}\s?(?:s\.\s?s\.|(?-i:SS))|afilia(?:ci[oó]n?|d[oa])(?: (?:s\.\s?s\.|(?-i:[A-Z]{{3,8}})))?|asegurad[oa]",
        _form(
            rf"[0-9]{{2}}{_S}[0-9]{{7,8}}{_S}[0-9]{{2}}|[0-9]{{2}}(?P<part>[ /-])[0-9]{{2}}(?P=part)[0-9]{{2}}(?P=part)[0-9]{{4}}(?P=part)[0-9]|"
            r"[0-9]{3}-[0-9]{2}-[0-9]{4}|[0-9]{6,10}/[0-9]{2}|[0-9]{2} [0-9]{6} [0-9] [0-9]{2}|[0-9]-[0-9]{4}-[0-9]{4}|[0-9]{8} [0-9]{2}|[0-9]{8,13}"
        ),
    ),
    "college": Labelled(
        rf"{_N}\s?(?:de )?col\.?|{_COLLEGIATE}(?:(?: del?| da)? (?-i:[A-Z]{{3,6}})|[^\n.;:0-9]{{0,40}}{_N})?|col(?:egiaci[oó]n|\.\s?{_N})"
        r"|(?:facultativ|m[eé]dic|enfermer|psic[oó]log|abogad|letrad|arquitect|doctor|adjunt|procurador|fisioterapeut|matron|dr|bioqu[ií]mic|odont[oó]log"
        r"|farmac[eé]utic|veterinari|kinesi[oó]log|nutricionist|log[oó]ped|qu[ií]mic|dentist|podólog|arq|ing|lic|abog|psic|notari|escriban|ingenier|contador|ps)[oa]?\b[^\n0-9;]{0,40}\b(?:(?:c[oó][ld]|coleg|reg|mat)\.|(?-i:R\.\s?M\.|CL\b))"
        r"|c[eé]d\.\s?prof\.?|mat\.?\s?(?:prof\.?|nac\.?|prov\.?|n[º°]\.?)|reg\.\s?(?:m[eé]d|prof|col)\.?|inpreabogado|registro (?:del? )?(?:colegio|senescyt)|(?-i:I\.\s?P\.\s?S\.\s?A\.|C\.\s?M\.\s?P\.|CMP|CQFP|C\.\s?A\.\s?L\.|M\.?P\.?P\.?S\.?|M\.?S\.?D\.?S\.?|J\.?V\.?P\.?[MEOQ]\.?|SENESCYT)|(?-i:C\.\s?O\.\s?[PMEF]\.)"
        r"|(?-i:M\.?\s?[PN]\.?|T\.\s?P\.|exc\.)|(?:matr[ií]cula|registro|carn[eé]t?|c[eé]dula|tarjeta|licencia) (?:profesional|m[eé]dic[oa]|nacional|provincial)(?: (?-i:[A-Z]{3,6}))?",
        _form(
            r"[A-Z]{1,4}-[0-9]{3,6}(?!/)|[0-9]{2}-[0-9]{4,6}/[0-9]{4}|[A-Z]{1,2}-?[0-9]{1,3}\.?[0-9]{3}|[0-9]{2}/(?:[0-9]{1,2}\.[0-9]{3}|[0-9]{4,5})|[0-9]{2}[ ./-]?[0-9]{2}[ /-]?[0-9]{4,5}|[0-9]{2}[ ./-][0-9]{5,7}|[0-9]{1,3}\.[0-9]{3}|(?!(?:19|20)[0-9]{2}\))[0-9]{4,9}(?:[/-][0-9]{1,4})?"
        ),
    ),
    "chartered": Labelled(  # COP alone is a currency, too
        r"(?-i:CO[A-Z]{1,4})|mat(?:r[ií]cula|\.)",
        _form(r"[A-Z]{1,2}-[0-9]{1,3}\.?[0-9]{3}|[A-Z]-?[0-9]{8}-[0-9]{8}|[0-9]{5}-[0-9]{5,6}"),
    ),
    "beside": Labelled(  # the abbreviation, and the initials of a college behind who signs
        r"col\.|(?:arq|ing|dra?|lic|psic|psc|abog|obst|enf|klga?|nut|vet|odont|t[eé]c|prof|ps|blg|econ|cont)\.[^\n0-9]{2,48}\n?[ |·(–-]{0,4}(?-i:C\.?[A-Z]\.?(?:[A-Z]\.?){0,2})",
        _form(
            r"[0-9]{2}/(?:[0-9]{1,2}\.[0-9]{3}|[0-9]{4,5})|[0-9]{2}[ /-]?[0-9]{2}[ /-]?[0-9]{4,5}|[A-Z]{1,4}-[0-9]{2}\.?[0-9]{2,4}|[0-9]{5,6}|(?<=\(col\. )[0-9]{1,2}\.?[0-9]{3}"
        ),
    ),
    "clinical": Labelled(  # any file of a patient's
        r"(?:pcte|pte|paciente)\b[^\n]{0,40}\bexp(?:te|ediente)?\.?|h\.?[ªa] cl[ií]n(?:ica|\.)",
        _form(r"(?:[A-Z]{1,3}-?)?[0-9][0-9./-]{3,15}[0-9]"),
    ),
    "record": Labelled(
        rf"{_letters('NHC', 'CIPA', 'CIP', 'NUHSA', 'TSI', 'TIS', 'SIP')}|(?-i:CIP[ -]SNS)|historial {_N}|c[oó]digo (?:sns|de paciente)|(?:{_N} (?:de )?)?hist[oò]ria(?:l)? cl[ií]nic[ao]|targeta sanit[aà]ria"
        r"|expediente (?:cl[ií]nico|m[eé]dico)|epicrisis\. expediente|ficha(?: cl[ií]nica| m[eé]dica)?:?|carn[eé]t? de (?:asegurad|afiliad|salud)[oa]?"
        rf"|{_N} (?:de )?historia|{_N}\s?h\.?[ªa]?|historia {_N}|(?-i:HISTORIA|Historia):"
        rf"|h\.?\s?c\.?l?|(?:{_N} (?:de )?)?(?:episodio|paciente|tarjeta sanitaria)(?: de (?:hospitalizaci[oó]n|urgencias|ingreso))?",
        _form(
            r"[A-Z]{4} ?[01] ?[0-9]{6} ?[0-9]{2} ?[0-9]|[A-Z]{1,3}-[0-9]{3,4}|[0-9]{1,3}(?: [0-9]{3}){1,2}|[0-9]{2}(?: [0-9]{2}){2,3}|(?:[A-Z]{1,8}-?)?[0-9][0-9./-]{3,15}[0-9](?:-[A-Z0-9])?(?!\s?(?:kg|mg|ml|mm|cm|a[nñ]os)\b)"
        ),
    ),
    "member": Labelled(  # of a school, a library, an insurance, a club; who may drive
        rf"(?:(?:{_N}|c[oó]d(?:igo|\.)|registro) (?:del? )?)(?:alumn[oa]|estudiant(?:e|il)|universitario|matr[ií]cula|paciente|soci[oa]|federad[oa]|mutualista|beneficiari[oa]|lector|licencia|credencial|carn[eé]t?|legajo)"
        rf"|(?:alumn[oa]|estudiante|soci[oa]|mutualista|beneficiari[oa]|lector|licencia|credencial|carn[eé]t?|legajo|expediente acad[eé]mico) {_N}"
        r"|(?:carn[eé]t?|credencial|tarjeta|matr[ií]cula|legajo|licencia|permiso|brevete) (?:del? )?(?:soci[oa]|estudiant(?:e|il)|alumn[oa]|universitari[oa]|escolar|biblioteca|lector|conduc(?:ir|ci[oó]n|tora?)|manejo|familia numerosa|discapacidad|federad[oa]|federativa)"
        r"|(?:obra social|mutua|prepaga|seguro m[eé]dico)(?: (?-i:[A-Z])\w{2,14})?|(?-i:OSDE|IOMA|PAMI|OSECAC|IPS|IOSFA)",
        _form(
            r"[0-9]{2} [0-9]{6} [0-9](?: [0-9]{2})?|[0-9]{1,2}-[0-9]{4,9}(?:-[0-9]{1,2}){0,2}|(?:[A-Z]{1,4}-?)?[0-9]{5,13}(?:[/-][0-9]{1,2})?|[A-Z]{1,3}-[0-9]{3,6}"
        ),
    ),
    "enrolled": Labelled(  # at a university that is named by its letters
        r"(?-i:NIU|NIA)|matr[ií]cula (?-i:[A-Z]{3,6})|boleta(?: de alumn[oa])?",
        _form(r"[0-9]{7,10}"),
    ),
    "coded": Labelled(  # what a list has of each beside a number of identity
        r"c[oó]d(?:igo|\.)",
        _form(r"[0-9]{6,10}(?=[,;]? (?:y )?(?:(?-i:DNI|D\.N\.I\.|C\.?I\b|C\.?C\b)|c[eé]dula))"),
    ),
    "history": Labelled(  # a clinical one, where nothing is counted: no "historia de 120000 personas"
        "historia", _form(r"[0-9]{5,9}(?!\s[a-záéíóúñ]+s\b)")
    ),
    "passport": Labelled(
        r"pasaportes?|pasaportea|passports?|passaporte?|pas[sa]\.|pasap\.?",
        _form(r"[A-Z]{1,3}[ -]?(?:[0-9]{3} [0-9]{3}|[0-9]{5,8})[A-Z]?|[0-9]{7,9}"),
    ),
    "traveller": Labelled(  # Spain's, behind what says less
        r"doc(?:umento)?\.?|viajer[oa]|hu[eé]sped|pasajer[oa]", _form(r"[A-Z]{3}[0-9]{6}")
    ),
    "curp": Labelled(
        rf"{_letters('CURP')}|clave [uú]nica de registro de poblaci[oó]n",
        _form(rf"[A-Z]{{4}}{_S}[0-9]{{6}}{_S}[HMX][A-Z]{{5}}{_S}[0-9A-Z][0-9]"),
    ),
    "rfc": Labelled(
        rf"{_letters('RFC')}|registro federal de contribuyentes",
        _form(rf"[A-ZÑ&]{{3,4}}{_S}[0-9]{{6}}{_S}[0-9A-Z]{{3}}"),
    ),
    "cuit": Labelled(
        _letters("CUIT", "CUIL"),
        _form(rf"[0-9]{{2}}{_S}[0-9]{{2}}\.?[0-9]{{3}}\.?[0-9]{{3}}{_S}[0-9]"),
    ),
    "rut": Labelled(
        _letters("RUT", "RUN") + r"|(?-i:[Rr]ut)|rol [uú]nico (?:tributario|nacional)",
        _form(
            r"[0-9]{12}|[0-9]{1,2}[. ]?[0-9]{3}[. ]?[0-9]{3}\s?[-–]?\s?[0-9K]|[0-9]{3}\.[0-9]{3}\.[0-9]{3}-?[0-9]"
        ),
    ),
    "cedula": Labelled(
        rf"c[eé]dulas?|{_CARD_OF} (?:[uú]nic[oa] )?(?:de (?:ciudadan[ií]a|identidad|identificaci[oó]n|extranjer[ií]a|residen(?:cia|te)|votaci[oó]n)"
        rf"|(?:personal|nacional) de identi[a-z]{{3,9}}|electoral)(?: y electoral)?|identidad {_N}|identidad:|con identidad|carnet|c[eé]d\."
        rf"|{_letters('DUI', 'DPI', 'CUI', 'NIT', 'NUIP')}|(?-i:C\.\s?[CIE]\.|CC|CI|T\.\s?I\.|C\.?N\.?I\.?|[CT]\. ?de ?[CIE]\.)",
        _form(_IDENTITY),
    ),
    "small": Labelled(  # cc and ci mean more
        r"c\.?\s?c\.?|c\.?\s?i\.?|documento|doc(?:\.|(?=[=:]))|identificad[oa]s?|identificaci[oó]n",
        _form(
            r"[0-9]{1,3}(?:\.[0-9]{3}){2,3}(?:[/-][0-9])?|1(?:[0-9]{9}|(?: [0-9]{3}){3})|[0-9]{3}[ -][0-9]{7}[ -][0-9]|[0-9]{9}-[0-9]|[0-9]{7,8}-?[0-9]?|[0-9]{2}-[0-9]{7}-[0-9]|[0-9]{1,2}'[0-9]{3}\.[0-9]{3}(?:\.[0-9]{3})?|[0-9]{1,3}(?:,[0-9]{3}){2,3}"
        ),
    ),
    "ruc": Labelled(
        _letters("RUC", "RNC", "RTN") + r"|registro (?:[uú]nico|nacional) de contribuyentes",
        _form(
            r"[0-9]{10,14}|[0-9]{3}-?[0-9]{5}-?[0-9]|[0-9]{4}[ -][0-9]{4}[ -][0-9]{5,6}|[0-9]{5,8}-[0-9]|[12][0-9][ -][0-9]{8}[ -][0-9]"
        ),
    ),
    "honduran": Labelled(
        "identidad|licencia",
        _form(r"[0-9]{4} [0-9]{5} [0-9]{4}|[01][0-9]{3}-(?:19|20)[0-9]{2}-[0-9]{5}"),
    ),
    "rif": Labelled(_letters("RIF"), _form(r"[VEJGP]-?[0-9]{8}-?[0-9]")),
    "account": Labelled(
        rf"{_letters('CCC')}|c[oó]digo (?:de )?cuenta(?: cliente)?|cuenta(?: corriente| bancaria)?|compte(?: corrent| bancari)?|c/c|cta\.?(?: cte\.?)?",
        _form(rf"[0-9](?:{_S}[0-9]){{19}}"),
        lambda value: _valid("es.ccc", re.sub(r"\D", "", value)),
    ),
    "bank": Labelled(  # Argentina, Mexico, Peru; and what a bank calls an account of its own
        rf"{_letters('CBU', 'CVU', 'CLABE', 'CCI')}|clabe|c[bv]u|cci|cuenta interbancaria|clabe interbancaria"
        rf"|(?:cuentas?|cta\.?)(?: (?:monetaria|corriente|cte\.|de ahorros?|vista|rut|bancaria|sueldo|maestra))?(?: (?-i:[A-Z]{{3,5}}))?(?: (?:soles|d[oó]lares|pesos))?(?: {_N})?",
        _form(
            r"[0-9]{22}|[0-9]{18}|[0-9]{20}|[0-9]{3}-[0-9]{3}-[0-9]{12}-[0-9]{2}|(?=(?:[0-9]-?){8})[0-9]{2,4}(?:-[0-9]{1,12}){1,3}|[0-9]{10,14}"
        ),
    ),
    "savings": Labelled(  # with the bank's name behind it
        rf"(?:(?:cuentas?|cta\.?|caja) (?:de )?)?ahorros?(?: (?-i:[A-Z])\w{{2,14}}){{0,2}}(?: {_N})?",
        _form(
            r"[0-9]{3}-[0-9]{6}-[0-9]{2}|[0-9]{3}-[0-9]{8}|[0-9]{9}-[0-9]{5}|[0-9]{9,14}|[0-9]{3,4}(?:[ -][0-9]{3,4}){2,4}"
        ),
    ),
    "banked": Labelled(  # Peru's: office, account, currency, control
        r"soles|d[oó]lares|(?-i:BCP|BBVA|Interbank|Scotiabank|S/\.?)",
        _form(r"[0-9]{3}-[0-9]{7,10}-[0-9]-[0-9]{2}"),
    ),
    "own": Labelled(  # Chile's account that has the number of its owner
        rf"(?:cuenta ?rut|(?:cuenta|cta\.?) vista)(?: (?-i:[A-Z])\w{{2,14}})?(?: {_N})?",
        _form(r"[0-9]{7,9}|[0-9]{1,2}\.[0-9]{3}\.[0-9]{3}"),
    ),
    "vehicle": Labelled(  # whose plate needs no word: Spain's
        r"(?:coche|veh(?:[ií]culos?|\.(?: [A-Z]:)?)|furgoneta|furg[oó]n|turismo|remolque|cami[oó]n|camioneta|moto(?:cicleta)?|ciclomotor|taxi|autom[oó]vil)(?: [a-záéíóúñ]{4,12}| de color [a-z]{4,10})?",
        _form(
            r"(?-i:R?[ -]?[0-9]{4}[ -]?[BCDFGHJKLMNPRSTVWXYZ]{3}|[A-Z]{1,2}-[0-9]{4}-[A-Z]{1,2})"
        ),
    ),
    "plate": Labelled(
        r"(?:matr[ií]culas?|mat\.|placas?|patente|dominio|chapa)(?: (?:del?|de (?:la|mi|su|este|un|una)) (?:veh[ií]culo|coche|moto(?:cicleta)?|autom[oó]vil|auto"
        r"|carro|cami[oó]n|camioneta|furgoneta|furg[oó]n|turismo|remolque|taxi))?",
        _form(
            r"[0-9]{4}[ -]?[BCDFGHJKLMNPRSTVWXYZ]{3}|R[ -]?[0-9]{4}[ -]?[BCDFGHJKLMNPRSTVWXYZ]{3}|[A-Z]{1,2}[ -][0-9]{4}[ -][A-Z]{1,2}|[A-Z]{3}[ -]?[0-9]{3,4}|[A-Z]{2}[ -]?[0-9]{3}[ -]?[A-Z]{2}"
            r"|(?-i:[A-Z]{4})[ -][0-9]{2}|[A-Z]{3}[ -]?[0-9]{2}[A-Z]|[A-Z]{3}-[0-9]{2}-[0-9]{2}|[A-Z]-?[0-9]{3}-?[A-Z]{3}|[0-9]{3}[ -]?[A-Z]{3}|[A-Z][0-9][A-Z]-?[0-9]{3}|[A-Z][0-9]{6}|[A-Z]{2,3}-?[0-9]{3}-?[A-Z0-9]?"
        ),
    ),
}
_PLATES = re.compile(
    rf"(?:,| y| e|;| ?/)\s?({LABELLED['plate'].form.pattern.removeprefix('(?i)')})"
)
# Kinds that are masked as another: words that need other forms.
_AS: Mapping[str, str] = {
    "bank": "account",
    "savings": "account",
    "small": "cedula",
    "beside": "college",
    "clinical": "record",
    "own": "account",
    "history": "record",
    "vehicle": "plate",
    "member": "record",
    "enrolled": "record",
    "coded": "record",
    "bracketed": "dni",
    "banked": "account",
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
# Check digits say what a word that stands further off in the line leaves open.
_LONGEST = 32  # characters of a number with what parts its groups
_FAR, _BESIDE = 88, 24  # characters before the number and behind it in which it is looked for
CHECKED: Mapping[str, Labelled] = {
    "dni": Labelled(
        rf"{_letters('DNI', 'NIF')}|documento|identidad",
        _form(rf"[0-9]{{1,2}}[. ]?[0-9]{{3}}[. ]?[0-9]{{3}}(?:,? |{_S})[A-Z](?=\W|$)"),
        lambda value: _valid("es.dni", _plain(value).zfill(9)),
    ),
    "bracketed": Labelled(  # behind each person of a list
        rf"{_letters('DNI')}|documento|c[eé]dulas?",
        _form(r"(?<=\()[0-9]{1,2}(?P<sign>[. ])[0-9]{3}(?P=sign)[0-9]{3}(?=\))"),
        lambda value: True,
    ),
    "nass": Labelled(
        rf"{_letters('NASS', 'NUSS', 'NSS', 'NAF')}|segur(?:idade?|etat) social|seg\. social|afiliaci[oó]n?|(?-i:S\.\s?S\.|SS)",
        _form(rf"[0-9]{{2}}{_S}[0-9]{{8}}{_S}[0-9]{{2}}"),
        lambda value: _affiliation(value),
    ),
    "imss": Labelled(
        rf"{_letters('NSS')}|(?-i:IMSS)|seguro social|afilia(?:ci[oó]n|d[oa])",
        _form(rf"[0-9]{{2}}{_S}[0-9]{{2}}{_S}[0-9]{{2}}{_S}[0-9]{{4}}{_S}[0-9]"),
        lambda value: _valid("luhn", _plain(value)),
    ),
    "cif": Labelled(
        rf"{_letters('CIF', 'NIF')}|sociedad|mercantil|empresa|cooperativa|sdad\.?|fundaci[oó]n|factura(?:r|s)?|deudores|(?-i:S\.\s?[AL]\.(?:\s?U\.)?|SLU?)",
        _form(
            rf"[A-HJNP-SUVW]{_S}[0-9]{{2}}{_S}(?:[0-9]{{5}}|[0-9]{{3}}[. ][0-9]{{2}}){_S}[0-9A-J]"
        ),
        lambda value: _valid("es.cif", _plain(value)),
    ),
    "cuit": Labelled(
        _letters("CUIT", "CUIL") + r"|domicilio electr[oó]nico",
        _form(rf"(?:2[03467]|3[034]){_S}[0-9]{{2}}\.?[0-9]{{3}}\.?[0-9]{{3}}{_S}[0-9]"),
        lambda value: _valid("ar.cuit", _plain(value)),
    ),
    "rut": Labelled(  # also the next of a list
        rf"\[RUT\]|{_letters('RUT', 'RUN')}|(?-i:[Rr]ut)",
        _form(r"[0-9]{1,2}(?P<part>[. ]?)[0-9]{3}(?P=part)[0-9]{3} ?-? ?[0-9K]"),
        lambda value: _valid("cl.rut", _plain(value)),
    ),
    "account": Labelled(
        rf"cuentas?|cta\.?|ingres[aeo]\w{{0,3}}|transferencia|compte|c/c|{_letters('CCC')}",
        _form(rf"[0-9]{{4}}{_S}[0-9]{{4}}{_S}[0-9]{{2}}{_S}[0-9]{{10}}"),
        lambda value: _valid("es.ccc", _plain(value)),
    ),
    "clabe": Labelled(
        rf"{_letters('CLABE')}|clabe|interbancaria|transferencia|dep[oó]sit[oae]\w{{0,3}}|cuentas?",
        _form(rf"[0-9]{{3}}{_S}[0-9]{{3}}{_S}[0-9]{{11}}{_S}[0-9]"),
        lambda value: _weighed(value, "37137137137137137"),
    ),
    "cbu": Labelled(
        rf"{_letters('CBU', 'CVU')}|c[bv]u|cuentas?|transferencia",
        _form(rf"[0-9]{{8}}{_S}[0-9]{{14}}"),
        lambda value: _valid("ar.cbu", _plain(value)),
    ),
    "ruc": Labelled(
        _letters("RUC"),
        _form(rf"(?:1[0567]|20){_S}[0-9]{{8}}{_S}[0-9]"),
        lambda value: _valid("pe.ruc", _plain(value)),
    ),
    "dominican": Labelled(
        r"c[eé]d(?:ula|\.)|identidad",
        _form(rf"[0-9]{{3}}{_S}[0-9]{{7}}{_S}[0-9]"),
        lambda value: _valid("do.cedula", _plain(value)),
    ),
    "ecuadorian": Labelled(
        r"c[eé]d(?:ula|\.)|identidad|(?-i:C\.?\s?I\.?)",
        _form(rf"[0-2][0-9]{_S}[0-5][0-9]{{6}}{_S}[0-9]"),
        lambda value: _valid("ec.ci", _plain(value)),
    ),
    "uruguayan": Labelled(
        r"c[eé]d(?:ula|\.)|identidad|(?-i:C\.?\s?I\.?)",
        _form(r"[0-9]\.?[0-9]{3}\.?[0-9]{3}[/-][0-9]"),
        lambda value: _weighed(value, "2987634"),
    ),
}
# What all of them are: eight digits and more.
_LONG = re.compile(rf"(?i)(?:[A-HJNP-SUVW]{_S}|[0-9]{_S})(?:[0-9]{_S}){{7}}")
NAMED = tuple(kind for kind in LABELLED if kind not in _AS)  # the kinds that a word names
_FAR_WORDS: Mapping[str, re.Pattern[str]] = {
    kind: re.compile(rf"(?i)(?<!\w)(?:{entry.word})(?!\w)") for kind, entry in CHECKED.items()
}
_FAR_WORD = rf"(?i)(?:{'|'.join(entry.word for entry in CHECKED.values())})"
# Where the digits of a number may begin, and the letters that may be joined to them.
_START = re.compile(
    r"[0-9](?<![0-9.,/].)(?=(?i:[0-9A-Z./ -]{2})|[0-9]?[,'][0-9]|(?<=[A-Z]{4}[ -].)[0-9](?!\w))"
)
# What all forms go on with but those of plates, which begin with letters.
_ENOUGH = re.compile(r"[0-9](?:[ ./,'-]{0,3}[0-9]){3}|[0-9][0-9./-]{3}")
_JOINED = re.compile(r"(?i)(?<![\w.,/-])[A-ZÑ&]{1,8}[- ]?\Z")
_GOES_ON = re.compile(r"[^\W_]|-")  # no number begins behind it
# 11.8.3 at the beginning of a line, or with a full stop or a word behind it: the number of a section.
_SECTION = re.compile(r"[0-9]{1,2}(?:\.[0-9]{1,2})+\Z")
_TITLE = re.compile(r"\.?[ \t]{1,3}[^\W\d_]")
_SMALL = (
    r"(?:(?:\s|_|, )(?:bajo|de|del|la|el|su|es|con|y|al|que|paciente|titular|entidad|empresa|sociedad|mercantil|emisora?|cliente"
    r"|actual|vigente|nuevo|siguiente|correcto|personal|figura|consta|interesad[oa]|solicitante|alumn[oa]|menor|padre|madre|tutora?"
    r"|emplead[oa]|trabajadora?|representante|compradora?|vendedora?|arrendadora?|arrendatari[oa]|inquilin[oa]|propietari[oa]"
    r"|conductora?|asegurad[oa]|tomadora?|afiliad[oa]|usuari[oa]|soci[oa]|abonad[oa]|cónyuge|persona|contacto|particular"
    r"|proveedora?|arg|esp|mex|col|chil|per|ven|uru|bol|ecu|par|ital|fr|port|bras|dom|hond|pan|[a-zñáéíóúü]{2,12}(?:(?:an|eñ|in|ay|en|ec|ac|ic)[oa]|ol[a]?|eg[oa]|[eé]s|esa|enses?|í|ota)))"
)
_BETWEEN = (  # what stands between the word and its number
    rf"(?:\s?/\s?(?-i:[A-Z](?:\.?[A-Z]){{1,4}}\.?))?(?:\s?{_N})?{_SMALL}{{0,3}}(?:\s?{_N})?(?:\s?\([^()\n]{{1,20}}\){_SMALL}{{0,2}})?"
    rf"{MARKUP}{{0,12}}(?:(?:el|la|su|es)\s)?(?:\n{{1,2}}[ \t>*|-]{{0,6}}{QUOTE}{{0,3}})?\Z"
)
_WORDS: Mapping[str, re.Pattern[str]] = {
    kind: re.compile(rf"(?i)(?<![^\W_])(?:{entry.word}){_BETWEEN}")
    for kind, entry in LABELLED.items()
}
_BEHIND: Mapping[str, re.Pattern[str]] = {
    kind: re.compile(rf"(?i) ?\((?:{_N}\s?)?(?:{entry.word})\)") for kind, entry in LABELLED.items()
}
_BRACKETED = re.compile(r"[0-9A-Za-z] ?\((?=[^\W\d])")
_WORD = rf"(?i)(?:{'|'.join(entry.word for entry in LABELLED.values())}){_BETWEEN}"


_GROUP = re.compile(r"[0-9] \Z")  # of a number that goes further back
_NEXT = re.compile(r"(?:, | y | e | o |; | ?/ ?)(?:el |la )?")
_LISTED = 6  # digits of a number behind which another of a list is taken for one
_EACH = re.compile(r"(?P<digit>[0-9])|(?P<letter>[A-Z])|.")
_IN_ORDER = re.compile(r"0?123456789")


def labelled(text: str) -> Iterator[tuple[int, int, str]]:
    """(from, to, kind) of the numbers behind a word that says what they are."""
    end = 0
    for match in _START.finditer(text):
        digit = match.start()
        if digit < end:
            continue
        joined = _JOINED.search(text[max(0, digit - 10) : digit])
        if not joined and _GOES_ON.match(text[digit - 1 : digit]):
            continue
        enough = _ENOUGH.match(text, digit)
        if not joined and not enough:
            continue
        starts = (digit - len(joined.group()), digit) if joined else (digit,)
        for start in starts:
            if start < end or not (enough or LABELLED["plate"].form.match(text, start)):
                continue
            named = may_lie(text, _WORD, start - _CONTEXT, start) or bool(
                _BRACKETED.search(text, digit, digit + _LONGEST)
            )
            labelled_value = _value(text, start) if named else None
            if labelled_value := labelled_value or _further(text, start):
                yield labelled_value
                end = labelled_value[1]
                while labelled_value[2] == "plate" and (another := _PLATES.match(text, end)):
                    end = another.end()
                    yield another.start(1), end, "plate"
                while alike := _alike(text, labelled_value[0], end):
                    end = alike[1]
                    yield *alike, labelled_value[2]
                break


def _alike(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The next of a list of numbers, written in the same groups."""
    between = _NEXT.match(text, end)
    if not between or sum(map(str.isdigit, text[start:end])) < _LISTED:
        return None
    groups = re.compile(_EACH.sub(_any_of, text[start:end]) + r"(?![\w-]|[.,][0-9])")
    return match.span() if (match := groups.match(text, between.end())) else None


def _any_of(character: re.Match[str]) -> str:
    return (
        "[0-9]"
        if character["digit"]
        else "[A-Z]"
        if character["letter"]
        else re.escape(character.group())
    )


def _value(text: str, start: int) -> tuple[int, int, str] | None:
    before = text[max(0, start - _CONTEXT) : start]
    for kind, entry in LABELLED.items():
        if (value := entry.form.match(text, start)) and (
            _WORDS[kind].search(before) or _BEHIND[kind].match(text, value.end())
        ):
            written = value.group()
            if kind == "dni" and written[-1].isalpha():
                digits = re.sub(r"\D", "", written).zfill(8)
                if written[-2] == " " and not _valid("es.dni", digits + written[-1]):
                    return (
                        start,
                        start + len(written[:-1].rstrip(" ,-–/")),
                        kind,
                    )  # the next word is a letter
            if kind == "record" and _is_section(text, start, value.end()):
                continue
            if _is_placeholder(written):
                continue
            if entry.check is None or entry.check(written):
                return start, value.end(), _AS.get(kind, kind)
    return None


def _further(text: str, start: int) -> tuple[int, int, str] | None:
    if not _LONG.match(text, start) or _GROUP.search(text[max(0, start - 2) : start]):
        return None
    if not may_lie(text, _FAR_WORD, start - _FAR, start + _LONGEST + _BESIDE):
        return None
    before = text[max(0, start - _FAR) : start].rpartition("\n")[2]
    for kind, entry in CHECKED.items():
        value = entry.form.match(text, start)
        if not value or not entry.check or not entry.check(value.group()):
            continue
        if _is_placeholder(value.group()):
            continue
        around = before + "\n" + text[value.end() : value.end() + _BESIDE]
        if _FAR_WORDS[kind].search(around):
            return start, value.end(), _AS.get(kind, kind)
    return None


def _weighed(value: str, weights: str) -> bool:
    """Whether the last digit makes the sum of the others by their weights a multiple of ten.

    So CLABE (Banco de México, Circular 14/2017) and the identity card of Uruguay do.
    """
    *digits, last = map(int, re.sub(r"\D", "", value))
    return (sum(map(mul, digits, map(int, weights))) + last) % 10 == 0


def _is_placeholder(written: str) -> bool:
    """Whether a number only shows how one looks: XXXX000000XXXXXX00, 12.345.678-9."""
    plain = _plain(written)
    digits = re.sub(r"\D", "", plain)
    return (
        _IN_ORDER.match(plain) is not None
        or len(set(plain) - {"X"}) < 2
        or (len(digits) >= _LISTED and len(set(digits)) == 1)
    )


def _plain(value: str) -> str:
    return re.sub(r"\W", "", value).upper()


def _is_section(text: str, start: int, end: int) -> bool:
    if not _SECTION.match(text, start, end):
        return False
    begins = not text[text.rfind("\n", 0, start) + 1 : start].strip()
    return begins or bool(_TITLE.match(text, end))
