"""Names of private persons, where the text around them says that they are names: forms, courtesies, signatures.

Optional: a name alone proves nothing, and many names in a text are those of authors, saints and streets.
"""

# ruff: noqa: E501 (an alternative of a pattern is a line)

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from cleaning.privacy.given import is_given
from cleaning.privacy.patterns.gates import CAPITAL, begins, gate, matches, may_hold, view
from cleaning.privacy.patterns.late import late
from cleaning.privacy.persons.beside import beside_masks
from cleaning.privacy.persons.extents import each, listed, whole_name
from cleaning.privacy.persons.forms import (
    LINK,
    MARY,
    NAME,
    NO_FIRM,
    NOBODY,
    PERSON,
    STOP,
    UP,
    UPPER,
    WHOLE,
    WORD,
)
from cleaning.privacy.persons.given_names import is_first
from cleaning.privacy.persons.outlines import numbers_a_part
from cleaning.privacy.persons.roles import ROLES, is_called, named_by_role

Spans = Iterator[tuple[int, int]]

# Fields of a form, which end with the line: of a name, and of whom somebody is, who may speak behind them.
_OF_NAMES = (
    r"nombres?(?: y apellidos)?(?: completo)?|apellidos?(?: y nombres?)?|ap?ell?idos e nome|remitido por|firmado(?: por)?|fdo\.?|responsable cl[ií]nic[oa]"
    r"|env[ií]os? a|izen(?:a|[- ]abizenak)|nom(?: i cognoms)?|cognoms(?: i nom)?|nòm(?: e cognòms)?|nome(?: e apelidos)?"
)
_OF_ROLES = (
    r"pacient[ea]?|pazientea|doctora?|parte (?:actora|demandada)|m[eé]dic[oa] (?:responsable|adjunt[oa]|residente)|representante legal|ejecutad[oa]|remitente|destinatari[oa]|contribuyente|tasadora?|administradora?|autora? del informe"
    rf"|{ROLES}"
)
_TITLES = r"don|do[nñ]a|d|d[nñ]?a|dra?|sra?|ing|arq|li?c?d[oa]|lic|prof|vda\. de|viuda de"
_BLANK = r"(?:[ \t]+|[ \t]*\n(?!\s))"  # in a line, or where a line was wrapped
# A medicine, by who makes it, its form or its dose.
_NO_MEDICINE = (
    r"(?![^\W\d]+/[a-z])(?!(?:[^\W\d]+ ){1,4}(?:Pharma|Farma|Labs?|Laboratorios|Gen[eé]ricos|EFG|Cinfa|Normon|Stada|Sandoz|Teva|Ratiopharm|Mylan|Viatris|Kern|Aurovitas"
    r"|Tarbis|Combix|Almus|Pensa|comprimidos|c[aá]psulas|jarabe|soluci[oó]n|[0-9][0-9.,]* ?(?:mg|g|ml|mcg|microgramos|UI|%))(?!\w))"
)
_FIELD = late(
    rf"(?:(?<=\n)|\A|(?<=[.;,] )|(?<=\s)(?<!\bcon\s)(?<!\bde\s)(?<!\bsin\s))(?:(?i:{_OF_NAMES})|(?P<role>(?i:{_OF_ROLES})))"
    rf"\s?:[ \t]*(?:(?i:{_TITLES})\.?ª?[ \t]+|(?:Dra?|DRA?)\.(?={NAME}))?"
    rf"{NOBODY}{_NO_MEDICINE}(?P<name>(?>{UPPER}|(?(role)(?!)|{UP}{{3,}}(?![\w.]))|(?:[A-Z]\. )?{PERSON}(?:, (?!Av|Cra|Calle|Plaza){NAME}(?: {NAME})?(?=\s*(?:\.|\n|\Z)))?)){NO_FIRM}"
)
_LABEL = rf"(?i)(?:{_OF_NAMES}|{_OF_ROLES})\s?:"
# What is called after somebody: `enfermedad del Dr. Parkinson`, `calle Don Pelayo`; a town, and lords of heaven.
_CALLED = late(
    r"(?i)\b(?:nuestr[oa]|enfermedad|mal|s[ií]ndrome|signo|test|escala|maniobra|m[eé]todo|t[eé]cnica|ley|premio|hospital|colegio|instituto|C\.?E\.?I\.?P\.?|I\.?E\.?S\.?|calle|c/|c\.|avda?\.?|avenida|avinguda|carrer|r[uú]a|paseo|pl(?:aza|\.)|glorieta|fundaci[oó]n|museo|parque|estadio|monumento|ferreter[ií]a|barco|marca) (?:al? )?(?:del? )?(?:la )?\Z"
)
_GIFT = late(r"(?i)\b(?:el|un|su|al|del|este|ese|cada) \Z")  # where `don` is one
_NOBODYS = late(
    r"[Dd]on Bosco\b(?! [A-ZÁÉÍÓÚÑ])|Don Benito(?! (?:del? )?[A-ZÁÉÍÓÚÑ])|[Dd]octora? de la Iglesia\b|Señor(?:a|as|es)? (?:de l|Jes[uú]s\b(?! [A-ZÁÉÍÓÚÑ]))|[Ss]eñor (?:Jehov|Yav|Yahv|Cristo\b)"
)
# Before a given name only: `Ing. Industrial`, `la Dona Treballadora`.
_SURE = r"Dona|Prof(?:ra?|a)?\.|Mtr[oa]\.|L(?:ic|c)d[oa]\.|Ing\.|Arq\.|Abg\.|Psic\."
_COURTESY = late(
    rf"(?<![\w.:])(?<!N\. )(?<!tra\. )(?<!Nuestr[ao][ \n])(?:[Dd]on|[Dd]oña|D\.ª|Dª\.?|Dña\.|Dr\.|Dra\.|[Ss]r\.|[Ss]ra\.|[Ss]rta\.|Sr\. D\.|Ldo\.|Lda\.|Lic\.|[Ss](?:e(?:ny|ñ|nh)|iñ)ora?|[Ss]iña|(?P<several>[Ss]eñor[ea]s(?= {NOBODY})|[Ss]res\.)|[Dd]octora?|DON|DOÑA|DÑA\.|DRA?\.|SRA?\.|(?P<sure>{_SURE}))"
    rf"(?:{_BLANK}|(?<=[Rr]\.)(?={NAME})|(?<=[Rr][Aa]\.)(?={NAME}))(?:D\. |D\.ª |Dña\. )?(?P<name>{UPPER}|{PERSON}(?: [A-Z]\.(?: {NAME})?){{0,2}})"
)
# A single letter numbers lists too: a name of two words at least, and not `D. Certificado de acciones`.
_DON = late(
    rf"(?<![\w.:])(?<!Eje )D\.{_BLANK}(?P<name>(?>{UPPER}|{MARY}{NAME}(?: {STOP}(?:{LINK} )?{NAME}){{1,4}})){NO_FIRM}"
)
_OF_PERSONS = (
    r",? (?:(?:con|amb) (?:D\.?N\.?I|N\.?I\.?[EF]|pasaporte|c[eé]dula|domicilio)|mayor de edad|de \d{1,2} años(?: de edad)?"
    r"|vecin[oa] de|nacid[oa] (?:en|el)|identificad[oa] con(?! N\.?I\.?T\b)(?! el N\.?I\.?T\b)|col·legia(?:t|da) |colegiad[oa] n|titular del? (?:D\.?N\.?I|N\.?I\.?E))"
)
_BEHIND = late(
    rf"(?P<name>(?={UP})(?!(?:Don|Doña) ){NOBODY}{MARY}{NAME}(?: (?:{LINK} )?{NAME}){{1,4}}){_OF_PERSONS}"
)
# What was refused before a name that is the rest of one: `Academia Venezolana de la Lengua, nacido en`.
_OF_A_BODY = late(rf"(?<!\w)(?!Do[nñ]|DO[NÑ]){UP}[\w'’-]{{3,}} \Z")
_NEXT = r"(?!(?:Fecha|Firma|Cargo|Domicilio|Direcci[oó]n|Puesto|Categor[ií]a|Documento|Localidad|Provincia|Edad|Sexo|Nacionalidad|Municipio|Partido|Grado|Nota|Plaza|N[uú]mero|Profesi[oó]n|Destino|Cuerpo|Total|Curso|Dato)s?\b)"
# A number of identity and the word for it, or what it was masked by, and the name before it: two words at least.
_IDENTITY = late(
    r"(?<!\w)(?:D\.?\s?N\.?\s?I|N\.?\s?I\.?\s?[EF]|R\.?U\.?[TN]|D\.?U\.?I|C\.\s?[CIE]|(?P<cc>CC)|CI|[LM]\.\s?[ECI]|CURP"
    r"|(?i:c[eé]dula|pasaporte|documento nacional|documento(?= de identidad))(?: (?:nacional )?de (?:identidad|ciudadan[ií]a|extranjer[ií]a))?)\b\.?"
    r"[ \t]*(?:[:=]|[Nn](?:[º°o]|\.[º°o]|[uú]m(?:ero|\.))\.?:?)?[ \t]*"
    r"(?P<number>\[(?:DNI|NIE|CEDULA|RUT|PASSPORT|CURP)\]|[VEXYZ*]{0,5}[.-]{0,2}[0-9*][0-9*. -]{4,})"
)
# Behind `CC`: no number of a sentence or of an article.
_CEDULA = re.compile(r"\[|[.-]?(?:[0-9*][. ]?){6,10}(?![0-9*]|-[0-9])")
_WORDS = rf"{WORD}(?:[ ](?:(?:{LINK}|DE LA|DE LOS|DEL?|Y) )?{WORD})"
_BEFORE = late(
    rf"(?<![\w@.-])(?!(?:D|Don|Doña|DON|DOÑA|Sra?) ){NOBODY}{_NEXT}"
    rf"(?P<name>{_WORDS}{{0,3}}, {_WORDS}{{0,2}}|{_WORDS}{{1,5}}){NO_FIRM}"
    r"(?:[,;:]?[ \t]+(?:[-–—][ \t]*)?|[ \t]?\()(?:con |titular del? |portadora? de(?:l| la) |el |la )?\Z"
)
# A field without its colon: two words at least.
_UNSIGNED = late(
    rf"[Nn](?<!\w.)(?i:ombres? y apellidos|ombre completo)(?: (?:es|son))? {NOBODY}{_NEXT}(?P<name>{WHOLE}){NO_FIRM}"
)
# The field's name in capitals alone in its line, and the value in the next one.
_BELOW = late(
    r"(?:\A|\n)[ \t*#]{0,4}(?:NOMBRES? Y APELLIDOS|APELLIDOS Y NOMBRES?|NOMBRE COMPLETO|Nombres? y apellidos|Apellidos y nombres?|Nombre completo)"
    rf"[ \t*:]{{0,4}}\n{{1,2}}[ \t*]{{0,4}}{NOBODY}{_NEXT}(?P<name>{UPPER}|{WHOLE}(?:, {NAME}(?: {NAME})?)?)(?=[ \t*.]*(?:\n|\Z))"
)
# Whose papers these are: behind the word for them, in their sentence.
_BELONGS = late(
    rf"(?:pertenec[a-zíó]{{1,4}}|corresponde[a-zíó]{{0,4}}) (?:a|al|a la) (?i:(?:(?:{_TITLES})\.?ª?|señora?|ciudadan[oa]) )?{NOBODY}(?P<name>{WHOLE}){NO_FIRM}"
)
# Who signed, and whom a court speaks of; whose life a text tells, where a given name says that it is a person's.
_SIGNED = late(
    rf"\b[Ff]irmado (?:digital|electr[oó]nica)mente por:? {NOBODY}(?P<name>{UPPER}|{WHOLE}){NO_FIRM}"
    rf"|\b(?:[Ee]l|[Ll]a) (?:denunciante|denunciad[oa]|demandante|demandad[oa]|acusad[oa]|investigad[oa]|recurrente|reclamante|solicitante|perjudicad[oa]|ejecutad[oa]|interesad[oa]), {NOBODY}(?P<party>{WHOLE}){NO_FIRM}(?=[,.;)]| (?:con|dijo|manifiesta|declara))"
)
_LIFE = late(rf"\b(?i:curr[ií]culum)(?i: vit[aæ]e?)?(?: de |: ?| [–-] )(?P<name>{WHOLE})")
_PAPERS = late(
    r"(?:\b(?i:c[eé]dula|pasaporte|carn[eé]t?|documento de identidad)\b|\b(?:DNI|NIE|NIF)\b|\[(?:DNI|NIE|RUT|CEDULA|PASSPORT)\])[^\n;]{0,60} \Z"
)
_LENGTH = 96  # characters in which that word is looked for
# Known to all: characters, kings and saints; and offices, of which some are surnames too.
_PUBLIC = late(
    r"(?:Quijote|Juan Tenorio|Pelayo|Rodrigo Díaz|Juan Carlos|Felipe|Alfonso|Fernando|Isabel|Carlos|Jaime|Sancho|Pedro)"
    r" (?:de (?:la Mancha|Borbón|Austria|Castilla|Aragón)|[IVX]+|el \w+)\b"
    r"|Quijote|de los (?:Anillos|Milagros|Cielos)\b|Jesucristo\b|(?:(?:El|La|Los|Las) )?(?:(?i:vice)?(?i:president|director|ministr|alcalde|juez|secretari|consejer|conseller|gobernador|embajador|diputad|senador|delegad|comisari|inspector"
    r"|magistrad|letrad|procurador|abogad|canciller|c[oó]nsul|integrante|miembro|asistente|accionista|vocal(?:es)?\b|jef[ea]\b|rector|decan|portavoz|notari[oa]\b|fiscal\b|intendente|gerente|administrador|coordinador|concejal|interesad|solicitante|ponente|redactor|direcci|secretar|alcald)|Servicio|Comisi|Tribunal|Consejo|Equipo|Honoris|Ciudadan|Congres)"
    r"|(?:Conde(?:sa)?|Duque(?:sa)?|Marqu[eé]sa?|Rey|Reina|Cura|Dios|Don|Doña|Elf[oa]|Hechicer[oa]|Vampir[oa])(?! [A-ZÁÉÍÓÚÑ])\b"
)
# Parties of a case: `Gil Soto, Ana c/ Obra Social`.
_PARTIES = late(
    rf"(?<![\w.])(?!(?:Autos|Causa|Caso|Expediente|Expte|Juicio|Fallo|En|El|La)\b)(?P<name>{WORD}(?: (?:(?:{LINK}|DEL?) )?{WORD}){{0,3}}, (?P<given>{WORD}(?: (?:del? )?{WORD}){{0,2}}))(?= (?:y otr[oa]s? )?c/ )"
    rf"|(?<= c/ )(?P<other>{WORD}(?: (?:(?:{LINK}|DEL?) )?{WORD}){{0,3}}, (?P<own>{WORD}(?: (?:del? )?{WORD}){{0,2}}))(?= (?:y otr[oa]s? )?s/)"
)


# How a pattern begins, what a text holds in which one matches, and where another ends, for RE2.
_BEGINNINGS = {
    _COURTESY: rf"(?:[Dd]on|[Dd]oña|D\.ª|Dª\.?|Dña\.|Dra?\.|[Ss]ra?\.|[Ss]rta\.|Ld[oa]\.|Lic\.|[Ss](?:e(?:ny|ñ|nh)|iñ)ora?|[Ss]iña|[Ss]eñor[ea]s|[Ss]res\.|[Dd]octora?|DON|DOÑA|DÑA\.|DRA?\.|SRA?\.|{_SURE})"
    rf"(?:[ \t\n]|{CAPITAL})",
    _DON: r"D\.[ \t\n]",
    _UNSIGNED: "[Nn](?i:ombres? y apellidos|ombre completo)",
    _BELONGS: "pertenec|corresponde",
    _SIGNED: r"[Ff]irmado (?:digital|electr[oó]nica)mente|(?:[Ee]l|[Ll]a) (?:denuncia|demanda|acusad|investigad|recurrente|reclamante|solicitante|perjudicad|ejecutad|interesad)[a-z]*,",
    _LIFE: "(?i)curr[ií]culum",
    _IDENTITY: _IDENTITY.pattern,
}
_ANY_BELOW = r"(?i:nombres? y apellidos|apellidos y nombres?|nombre completo)[ \t*:]{0,4}\n"
_LAST_WORD = rf"{CAPITAL}[^ \t\n,]*{_OF_PERSONS}".replace(r"\d", "[0-9?]")
_LONGEST = 192  # characters of a name before its last word
_GOES_ON = 32  # behind what is said, where something may say that it is none of a person


_CELL = re.compile(rf"(?:{UPPER}|{PERSON}(?:, {PERSON})?|[A-ZÁÉÍÓÚÑÜ]{{2,}})\Z")


def is_name(cell: str) -> bool:
    """Whether a cell of a table in a column of names has the form of one."""
    return _CELL.match(cell) is not None


# With which somebody speaks behind what stands for who it is: `Paciente: Me canso.`
_SPOKEN = late(
    r"(?i)(?:me|yo|en|s[ií]|no|se|pues|bueno|siga|tome|soy|somos|es|son|ya|muy|bien|mal|hola|gracias|buen[oa]s|vale|claro|qu[eé]|c[oó]mo|cu[aá]ndo|d[oó]nde|por|para|porque|con|desde|hace|tengo|tiene|he|ha|hay|era|fue|ahora|hoy|ayer|nunca"
    r"|siempre|al?|de|del|mi|su|les?|los?|las?|una?|este|esta|ese|esa|eso|esto|entonces|tambi[eé]n|tampoco|aqu[ií]|all[ií]|perd[oó]ne?|mire|oiga|ver[aá]|creo|puede|vamos|nada|tod[oa]s?|nadie|exacto|correcto|perfecto|quiz[aá]s?|jo|em|ni|y|o|pero|si|cuando"
    r"|mucho|poco|más|menos|igual|solo|s[oó]lo|estoy|est[aá]|estaba|ten[ií]a|usted|t[uú]|nosotros|ella|[eé]l|adelante|pase|d[ií]game|cu[eé]nteme|entiendo|doctora?|señora?|adi[oó]s|venga)(?!\w)"
)
_IN_SENTENCE = re.compile(r"(?:\b(?:mi|tu|su|el|la|al|una?)|Plan)\s+\Z")
_SPEAKS = late(r" [a-z]")


def _is_word(match: re.Match[str]) -> bool:
    """Whether a single word in capitals may be any behind a field of names: no given name, and no surname."""
    name = match["name"]
    return (
        name.isupper()
        and " " not in name
        and not is_first(name)
        and not match.group().lower().startswith(("ap", "co"))
    )


def _is_said(text: str, match: re.Match[str]) -> bool:
    """Whether somebody speaks behind a role, in place of a name."""
    start, end = match.span("name")
    words = text[start:end].split()
    if _SPOKEN.match(text, start, end):
        return not (len(words) > 1 and words[0].lower() in {"la", "de", "del", "los", "las"})
    if len(words) > 1 or is_first(words[0]):
        return False
    label = f"{match['role']}:"
    return bool(_SPEAKS.match(text, end)) or text.find(label, text.find(label) + 1) > 0


def _is_spoken_of(name: str, before: str) -> bool:
    """Whether a field is none but a word of a sentence, behind which no given name stands: `dijo a su marido: Mira`."""
    return bool(_IN_SENTENCE.search(before)) and not is_first(name.split()[0])


def _found(text: str, pattern: re.Pattern[str]) -> Iterable[re.Match[str]]:
    if pattern is _FIELD:
        fields = (_FIELD.match(text, at) for at in begins(text, _LABEL))
        return (field for field in fields if field)
    if pattern is _BEHIND:
        return _behind(text)
    if pattern is _BELOW:
        return pattern.finditer(text) if may_hold(text, _ANY_BELOW) else ()
    return matches(text, pattern, _BEGINNINGS[pattern])


def _behind(text: str) -> Iterator[re.Match[str]]:
    """Names before what is said of a person, each looked for round its last word."""
    done = 0
    for last in gate(_LAST_WORD).finditer(view(text)):
        low = max(done, last.start() - _LONGEST)
        if match := _BEHIND.search(text, low, last.end() + _GOES_ON):
            done = match.end()
            yield match


def names(text: str) -> Spans:
    """Names in fields of forms, behind courtesies, and before what is said of a person only."""
    for pattern in (_FIELD, _COURTESY, _DON, _BEHIND, _UNSIGNED, _BELOW, _BELONGS):
        for match in _found(text, pattern):
            before = text[max(0, match.start() - _LENGTH) : match.start()]
            if pattern is _FIELD and (
                _is_spoken_of(match["name"], before)
                or (_is_said(text, match) if match["role"] else _is_word(match))
            ):
                continue
            if pattern is _DON and numbers_a_part(text, match.start(), match["name"]):
                continue
            if pattern is _BEHIND and _OF_A_BODY.search(before):
                continue
            if pattern is _BELONGS and not _PAPERS.search(before):
                continue
            if pattern is _COURTESY and (
                _NOBODYS.match(text, match.start())
                or _CALLED.search(before)
                or (match.group()[:4].lower() == "don " and _GIFT.search(before))
                or (match.group().startswith("Doctor") and is_called(text, match.start()))
                or (match["sure"] and not is_first(match["name"].split()[0]))
            ):
                continue
            start, end = whole_name(text, *match.span("name"), in_field=pattern in (_FIELD, _BELOW))
            if start < end and not _PUBLIC.match(text, start):
                yield from each(text, start, end)
                if pattern is _COURTESY and match["several"]:
                    yield from listed(text, end)
    for start, end in named_by_role(text):
        if not _PUBLIC.match(text, start):
            yield start, end
    yield from beside_masks(text)
    for match in _PARTIES.finditer(text) if " c/ " in text else ():
        if any(map(is_given, (match["given"] or match["own"]).split())):
            yield match.span("name" if match["name"] else "other")
    for match in _found(text, _SIGNED):
        yield match.span(match.lastgroup or 0)
    for match in _found(text, _LIFE):
        if is_given(match["name"].split()[0]):
            yield match.span("name")
    for match in _found(text, _IDENTITY):
        if match["cc"] and not _CEDULA.match(match["number"]):
            continue
        low = max(0, match.start() - _LENGTH)
        if before_it := _BEFORE.search(text[low : match.start()]):
            start, end = (low + at for at in before_it.span("name"))
            # A court and a code are cut short so, too: `Código Civil CC`.
            if match["cc"] and not any(map(is_first, text[start:end].split())):
                continue
            start, end = whole_name(text, start, end, in_field=False)
            if start < end and not _PUBLIC.match(text, start):
                yield start, end
