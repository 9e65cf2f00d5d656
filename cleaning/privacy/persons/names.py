"""Names of private persons, where the text around them says that they are names: forms, courtesies, signatures.

Optional: a name alone proves nothing, and many names in a text are those of authors, saints and streets.
"""

# ruff: noqa: E501 (an alternative of a pattern is a line)

from __future__ import annotations

import re
from collections.abc import Iterator

from cleaning.privacy.given import is_given
from cleaning.privacy.patterns.late import late
from cleaning.privacy.persons.letters import CAPITALS, SMALL

Spans = Iterator[tuple[int, int]]

_UP, _LOW = f"[A-Z{CAPITALS}]", f"[a-z{SMALL}'’·]"
_NAME = rf"(?!(?:De|Del|La|Las|Los)\b){_UP}(?:['’]{_UP})?{_LOW}+(?:-{_UP}{_LOW}+)?"
_LINK = r"(?:[Dd]e [Ll]a|[Dd]e [Ll]as|[Dd]e [Ll]os|[Dd]el?|[Ll]as?|[Ll]os|y|i|[Vv]an(?: [Dd]er)?|[Vv]on|da|do|dos|Ben|El|Al|M\.ª|Mª)"
# Before a name that begins with a small word: `de la Fuente`, `De Miguel`.
_LEAD = (
    r"(?:(?:[Dd]e [Ll](?:a|as|os)|[Dd]e|[Dd]el|L[ao]s?|[Vv]an(?: [Dd]er)?|[Vv]on|Ben|El|Da|Do) )?"
)
_MARY = r"(?:M(?:ª\.?|\.ª) (?:del? (?:(?:la|las|los) )?)?)?"
# What stands behind a name without a sign between.
_STOP = r"(?!(?:Correos?|E-?[Mm]ail|Tel[eé]fono|Hospital|Servicio|Unidad|Complejo|Centro|Secci[oó]n|Departamento|Calle|Avda|Avenida|Paseo|Plaza)\b)"
_PERSON = rf"(?!(?:Don|Doña|D|Dña|Dra?|Sra?|Srta)\b){_LEAD}{_MARY}{_NAME}(?:[ ]{_STOP}(?:{_LINK} )?{_NAME}){{0,4}}"
_UPPER = rf"{_UP}{{2,}}(?:-{_UP}{{2,}})?(?: (?:(?:DE LAS?|DE LOS|DE|DEL|Y|I) )?{_UP}{{2,}}(?:-{_UP}{{2,}})?){{1,5}}"
# Fields of a form, which end with the line.
_FIELDS = (
    r"nombres?(?: y apellidos)?(?: completo)?|apellidos?|paciente|m[eé]dic[oa](?: responsable)?|responsable cl[ií]nic[oa]|doctora?"
    r"|remitido por|firmado(?: por)?|fdo\.?|titular|demandante|demandad[oa]|denunciante|testigo|solicitante"
    r"|interesad[oa]|abonad[oa]|padre|madre|tutora?|representante(?: legal)?|administradora?|trabajadora?"
    r"|deudora?|acreedora?|ejecutad[oa]|remitente|destinatari[oa]|contribuyente|pasajer[oa]|tasadora?|perit[oa]"
    r"|env[ií]os? a|izena|nom(?: i cognoms)?"
)
_TITLES = r"don|do[nñ]a|d|d[nñ]?a|dra?|sra?"
_BLANK = r"(?:[ \t]+|[ \t]*\n(?!\s))"  # in a line, or where a line was wrapped
# What is named in such a field and is nobody: firms, houses, and the next field of an empty form.
_NOBODY = (
    r"(?!(?:(?i:sin|no|ver|var[oó]n|mujer|hombre|niñ[oa]|lactante|desconocid[oa]|an[oó]nim[oa]|ningun[oa]|pendiente|masculino|femenin[oa]|edad)|(?:El|Las?|Los|Una?)(?= [a-z])|Asociaci[oó]n|Ayuntamiento|Banco|Casa|Centro|Cl[ií]nica|Club|Colegio|Comunidad|Consejer[ií]a|Cooperativa|Empresa|Farmacia"
    r"|Federaci[oó]n|Fundaci[oó]n|Grupo|Hotel|Instituto|Ministerio|Restaurante|Sociedad|Hospital|Gobierno|Junta|Xunta|Generalitat|Diputaci[oó]n|Cabildo|Consejo|Estado|Servicio|Agencia|Laboratorios?|Editorial|Parroquia|Museo|Teatro|Biblioteca|Escuela|Facultad|Universidad|Apellidos?|Correo|Email|Tel[eé]fono)\b)"
)
_NO_FIRM = r"(?!,? S\.? ?(?:[AL]|Coop|L\.? ?[UL])\b)"
# A medicine, by who makes it, its form or its dose.
_NO_MEDICINE = (
    r"(?![^\W\d]+/[a-z])(?!(?:[^\W\d]+ ){1,4}(?:Pharma|Farma|Labs?|Laboratorios|Gen[eé]ricos|EFG|Cinfa|Normon|Stada|Sandoz|Teva|Ratiopharm|Mylan|Viatris|Kern|Aurovitas"
    r"|Tarbis|Combix|Almus|Pensa|comprimidos|c[aá]psulas|jarabe|soluci[oó]n|[0-9][0-9.,]* ?(?:mg|g|ml|mcg|microgramos|UI|%))(?!\w))"
)
_FIELD = late(
    rf"(?:(?<=\n)|\A|(?<=[.;,] )|(?<=\s)(?<!\bcon\s)(?<!\bde\s)(?<!\bsin\s))(?i:{_FIELDS})"
    rf"\s?:[ \t]*(?:(?i:{_TITLES})\.?ª?[ \t]+)?"
    rf"{_NOBODY}{_NO_MEDICINE}(?P<name>(?>{_UPPER}|(?:[A-Z]\. )?{_PERSON}(?:, (?!Av|Cra|Calle|Plaza){_NAME}(?: {_NAME})?(?=\s*(?:\.|\n|\Z)))?)){_NO_FIRM}"
)
# What is called after somebody: `enfermedad del Dr. Parkinson`, `calle Don Pelayo`; and a town.
_CALLED = late(
    r"(?i)\b(?:nuestr[oa]|enfermedad|mal|s[ií]ndrome|signo|test|escala|maniobra|m[eé]todo|t[eé]cnica|ley|premio|hospital|colegio|instituto|C\.?E\.?I\.?P\.?|I\.?E\.?S\.?|calle|avenida|plaza|fundaci[oó]n|museo|parque|estadio) (?:del? )?(?:la )?\Z"
)
_TOWN = late(r"Don Benito(?! (?:del? )?[A-ZÁÉÍÓÚÑ])")
_COURTESY = late(
    r"(?<![\w.:])(?<!N\. )(?<!tra\. )(?<!Nuestr[ao] )(?:[Dd]on|[Dd]oña|D\.ª|Dª\.?|Dña\.|Dr\.|Dra\.|[Ss]r\.|[Ss]ra\.|[Ss]rta\.|Sr\. D\.|Ldo\.|Lda\.|Lic\.|[Ss]e(?:ny|ñ)ora?|DON|DOÑA)"
    rf"{_BLANK}(?:D\. |D\.ª |Dña\. )?(?P<name>{_UPPER}|{_PERSON}(?: [A-Z]\.(?: {_NAME})?){{0,2}})"
)
# A single letter numbers lists too: a name of two words at least, and not `D. Certificado de acciones`.
_DON = late(
    rf"(?<![\w.:])(?<!Eje )D\.{_BLANK}(?P<name>{_UPPER}|{_MARY}{_NAME}(?: (?:{_LINK} )?{_NAME}){{1,4}})"
)
_BEHIND = late(
    rf"(?P<name>(?!(?:Don|Doña) ){_NAME}(?: (?:{_LINK} )?{_NAME}){{1,4}}),? "
    r"(?:(?:con|amb) (?:D\.?N\.?I|N\.?I\.?[EF]|pasaporte|c[eé]dula|domicilio)|mayor de edad|de \d{1,2} años(?: de edad)?"
    r"|vecin[oa] de|nacid[oa] (?:en|el)|identificad[oa] con|col·legia(?:t|da) |colegiad[oa] n|titular del? (?:D\.?N\.?I|N\.?I\.?E))"
)
_NEXT = r"(?!(?:Fecha|Firma|Cargo|Domicilio|Direcci[oó]n|Puesto|Categor[ií]a|Documento|Localidad|Provincia|Edad|Sexo|Nacionalidad|Municipio|Partido|Grado|Nota|Plaza|N[uú]mero|Profesi[oó]n|Destino|Cuerpo|Total|Curso|Dato)s?\b)"
# A number of identity and the word for it, or what it was masked by, and the name before it: two words at least.
_IDENTITY = late(
    r"(?<!\w)(?:D\.?\s?N\.?\s?I|N\.?\s?I\.?\s?[EF]|R\.?U\.?[TN]|D\.?U\.?I|C\.\s?[CIE]|CC|CI|[LM]\.\s?[ECI]|CURP"
    r"|(?i:c[eé]dula|pasaporte|documento nacional|documento(?= de identidad))(?: (?:nacional )?de (?:identidad|ciudadan[ií]a|extranjer[ií]a))?)\b\.?"
    r"[ \t]*(?:[:=]|[Nn](?:[º°o]|\.[º°o]|[uú]m(?:ero|\.))\.?:?)?[ \t]*"
    r"(?:\[(?:DNI|NIE|CEDULA|RUT|PASSPORT|CURP)\]|[VEXYZ*]{0,5}[.-]{0,2}[0-9*][0-9*. -]{4,})"
)
_WORD = rf"(?:{_NAME}|[A-ZÁÉÍÓÚÑÜ]{{2,}})"
_WORDS = rf"{_WORD}(?:[ ](?:(?:{_LINK}|DE LA|DE LOS|DEL?|Y) )?{_WORD})"
_BEFORE = late(
    rf"(?<![\w@.-])(?!(?:D|Don|Doña|DON|DOÑA|Sra?) ){_NOBODY}{_NEXT}"
    rf"(?P<name>{_WORDS}{{0,3}}, {_WORDS}{{0,2}}|{_WORDS}{{1,5}}){_NO_FIRM}"
    r"(?:[,;:]?[ \t]+(?:[-–—][ \t]*)?|[ \t]?\()(?:con |titular del? |portadora? de(?:l| la) |el |la )?\Z"
)
# A field without its colon: two words at least.
_WHOLE = rf"{_NAME}(?:[ ](?:{_LINK} )?{_NAME}){{1,4}}"
_UNSIGNED = late(
    rf"[Nn](?<!\w.)(?i:ombres? y apellidos|ombre completo)(?: (?:es|son))? {_NOBODY}{_NEXT}(?P<name>{_WHOLE}){_NO_FIRM}"
)
# The field's name in capitals alone in its line, and the value in the next one.
_BELOW = late(
    r"(?:\A|\n)[ \t*#]{0,4}(?:NOMBRES? Y APELLIDOS|APELLIDOS Y NOMBRES?|NOMBRE COMPLETO|Nombres? y apellidos|Apellidos y nombres?|Nombre completo)"
    rf"[ \t*:]{{0,4}}\n{{1,2}}[ \t*]{{0,4}}{_NOBODY}{_NEXT}(?P<name>{_UPPER}|{_WHOLE}(?:, {_NAME}(?: {_NAME})?)?)(?=[ \t*.]*(?:\n|\Z))"
)
# Whose papers these are: behind the word for them, in their sentence.
_BELONGS = late(
    rf"(?:pertenec[a-zíó]{{1,4}}|corresponde[a-zíó]{{0,4}}) (?:a|al|a la) (?i:(?:(?:{_TITLES})\.?ª?|señora?|ciudadan[oa]) )?{_NOBODY}(?P<name>{_WHOLE}){_NO_FIRM}"
)
# Who signed, and whom a court speaks of; whose life a text tells, where a given name says that it is a person's.
_SIGNED = late(
    rf"\b[Ff]irmado (?:digital|electr[oó]nica)mente por:? {_NOBODY}(?P<name>{_UPPER}|{_WHOLE}){_NO_FIRM}"
    rf"|\b(?:[Ee]l|[Ll]a) (?:denunciante|denunciad[oa]|demandante|demandad[oa]|acusad[oa]|investigad[oa]|recurrente|reclamante|solicitante|perjudicad[oa]|ejecutad[oa]|interesad[oa]), {_NOBODY}(?P<party>{_WHOLE}){_NO_FIRM}(?=[,.;)]| (?:con|dijo|manifiesta|declara))"
)
_LIFE = late(rf"\b(?i:curr[ií]culum)(?i: vit[aæ]e?)?(?: de |: ?| [–-] )(?P<name>{_WHOLE})")
_PAPERS = late(
    r"(?:\b(?i:c[eé]dula|pasaporte|carn[eé]t?|documento de identidad)\b|\b(?:DNI|NIE|NIF)\b|\[(?:DNI|NIE|RUT|CEDULA|PASSPORT)\])[^\n;]{0,60} \Z"
)
_LENGTH = 96  # characters in which that word is looked for
# Known to all: characters, kings and saints; and offices, of which some are surnames too.
_PUBLIC = late(
    r"(?:Quijote|Juan Tenorio|Pelayo|Rodrigo Díaz|Juan Carlos|Felipe|Alfonso|Fernando|Isabel|Carlos|Jaime|Sancho|Pedro)"
    r" (?:de (?:la Mancha|Borbón|Austria|Castilla|Aragón)|[IVX]+|el \w+)\b"
    r"|Quijote|(?i:vice)?(?i:president|director|ministr|alcalde|juez|secretari|consejer|conseller|gobernador|embajador|diputad|senador|delegad|comisari|inspector"
    r"|magistrad|jef[ea]\b|rector|decan|portavoz|notari[oa]\b|fiscal\b|intendente|gerente|administrador)"
    r"|(?:Conde(?:sa)?|Duque(?:sa)?|Marqu[eé]sa?|Rey|Reina|Cura|Dios|Don|Doña)(?! [A-ZÁÉÍÓÚÑ])\b"
)
# What stands before a name and is none itself.
_TITLE = late(
    r"(?i:doctora?|profesora?|coronel|capit[aá]n|(?:contra|vice)?almirante|comandante|alf[eé]rez|teniente|sargento|general|arzobispo|obispo|cardenal)(?: +|\Z)"
)
# Family names in capitals behind a given one: `D. Jorge JAUREGUI`.
_CAPITALS = late(
    r"(?: (?!(?:CURP|CUI[TL]|NASS|NUSS|CIPA|IBAN)\b)(?:(?:DE LA|DE LOS|DEL?|Y) )?[A-ZÁÉÍÓÚÑÜÀÈÒÇ]{4,}(?!\w)){1,3}"
)
# Given names behind the family names of a field, and parties of a case: `Gil Soto, Ana c/ Obra Social`.
_GIVEN = late(
    rf",[ ]?(?P<given>{_MARY}{_WORD})(?:[ ](?:(?:{_LINK}|DEL?|DE LOS|DE LAS) )?{_WORD}){{0,2}}(?![ ]?[\w-])"
)
_PARTIES = late(
    rf"(?<![\w.])(?!(?:Autos|Causa|Caso|Expediente|Expte|Juicio|Fallo|En|El|La)\b)(?P<name>{_WORD}(?: (?:(?:{_LINK}|DEL?) )?{_WORD}){{0,3}}, (?P<given>{_WORD}(?: (?:del? )?{_WORD}){{0,2}}))(?= (?:y otr[oa]s? )?c/ )"
    rf"|(?<= c/ )(?P<other>{_WORD}(?: (?:(?:{_LINK}|DEL?) )?{_WORD}){{0,3}}, (?P<own>{_WORD}(?: (?:del? )?{_WORD}){{0,2}}))(?= (?:y otr[oa]s? )?s/)"
)


_CELL = re.compile(rf"(?:{_UPPER}|{_PERSON}(?:, {_PERSON})?|[A-ZÁÉÍÓÚÑÜ]{{2,}})\Z")


def is_name(cell: str) -> bool:
    """Whether a cell of a table in a column of names has the form of one."""
    return _CELL.match(cell) is not None


def names(text: str) -> Spans:
    """Names in fields of forms, behind courtesies, and before what is said of a person only."""
    for pattern in (_FIELD, _COURTESY, _DON, _BEHIND, _UNSIGNED, _BELOW, _BELONGS):
        for match in pattern.finditer(text):
            before = text[max(0, match.start() - _LENGTH) : match.start()]
            if pattern is _BELONGS and not _PAPERS.search(before):
                continue
            if pattern is _COURTESY and (
                _TOWN.match(text, match.start()) or _CALLED.search(before)
            ):
                continue
            start, end = _whole(text, *match.span("name"), in_field=pattern in (_FIELD, _BELOW))
            if start < end and not _PUBLIC.match(text, start):
                yield start, end
    for match in _PARTIES.finditer(text) if " c/ " in text else ():
        if any(map(is_given, (match["given"] or match["own"]).split())):
            yield match.span("name" if match["name"] else "other")
    for match in _SIGNED.finditer(text):
        yield match.span(match.lastgroup or 0)
    for match in _LIFE.finditer(text):
        if is_given(match["name"].split()[0]):
            yield match.span("name")
    for match in _IDENTITY.finditer(text):
        low = max(0, match.start() - _LENGTH)
        if before_it := _BEFORE.search(text[low : match.start()]):
            start, end = (low + at for at in before_it.span("name"))
            if not _PUBLIC.match(text, start):
                yield start, end


def _whole(text: str, start: int, end: int, in_field: bool) -> tuple[int, int]:
    """A name without a title before it, with given names behind family names, and family names in capitals."""
    if title := _TITLE.match(text, start, end):
        # `Obispo de Jaén`; `Coronel D. Luis Gil` is found by its `D.`.
        behind = text[title.end() : end]
        start = end if behind[:1].islower() or behind.startswith("D.") else title.end()
    if in_field and start < end and not is_given(text[start:end].split()[0]):
        given = _GIVEN.match(text, end)
        if given and (is_given(given["given"]) or "ª" in given["given"]):
            end = given.end()
    if text[end - 1 : end].islower() and (capitals := _CAPITALS.match(text, end)):
        end = capitals.end()
    return start, end
