"""Numbers of files, policies and members that are a person's because a person stands beside them.

`Expediente 2019-00447` alone is a tender, a law or a work as often as somebody's. Where whose it is stands in the same
sentence (`Siniestro 25-00714482-R; asegurado Teodoro Gil`), or a number of identity does, it is theirs.
"""

# ruff: noqa: E501 (an alternative of a pattern is a line)

from __future__ import annotations

from collections.abc import Iterator

from cleaning.privacy.given import is_given
from cleaning.privacy.numbers.kinds import NUMERO
from cleaning.privacy.patterns.gates import folded, view
from cleaning.privacy.patterns.late import late

_UP = "A-ZÁÉÍÓÚÑ"
_FILE = (  # of offices, which have files of things too
    r"exp(?:te|tes|ediente|dte)?|radicad[oa]|radicaci[oó]n|siniestro|p[oó]liza|legajo|carpeta|solicitud|reclamo|reclamaci[oó]n|tr[aá]mite"
    r"|nurej|n/?\s?ref|s/?\s?ref|ficha(?: social)?|contrato|beca|ayuda|prestaci[oó]n|subsidio|pensi[oó]n|parte de (?:baja|accidente)"
    r"|muestra|biopsia|(?:hemo|uro|copro)?cultivo n[º°o.]{1,3}|informe|petici[oó]n|volante|cita|hoja padronal|n[oó]mina|demanda|bolet[ií]n de denuncia"
    r"|comparendo|matr[ií]cula|rad|queja|instancia|localizador|partida|orden de (?:alejamiento|protecci[oó]n)|bolet[ií]n|preinscripci[oó]n"
)
_CASE = r"atestado|denuncia|diligencias(?: previas)?|causa(?: rol)?|rol|rit|autos|proceso|n\.?i\.?g"  # of courts: who stands in it must be named
_MEMBER = (  # who has such a number is a person
    r"soci[oa]|afiliad[oa]|asociad[oa]|abonad[oa]|mutualista|beneficiari[oa]|usuari[oa]|alumn[oa]|estudiante|emplead[oa]|trabajadora?|funcionari[oa]|intern[oa]|paciente|asegurad[oa]"
    r"|client[ea]|colon[oa]|herman[oa]|donante|lectora?|voluntari[oa]|matriculad[oa]|residente|federad[oa]|pensionista|recluso|aspirante|opositora?|candidat[oa]|postulante|demandante|personal|agente|colegial|propietari[oa]"
)
_NUMBERED = r"soci[oa]|abonad[oa]|lectora?|intern[oa]|emplead[oa]|afiliad[oa]|asociad[oa]|reclus[oa]|donante|mutualista|paciente"
_PERSONAL = r"extranjer[ií]a|nacionalidad|asilo|dependencia|discapacidad|arraigo|familia numerosa|adopci[oó]n|tutela|acogida|renta garantizada|reagrupaci[oó]n"
_OWN = rf"(?:exp(?:te|ediente)?\.?|t[ií]tulo|certificado|solicitud) (?:de )?(?:{_PERSONAL})|(?:familia numerosa|discapacidad|dependencia), (?:exp(?:te|ediente)?\.?|t[ií]tulo)|expediente (?:[uú]nico|electr[oó]nico)(?: del? (?-i:[A-Z]{{3,8}}))?|biopsia|citolog[ií]a|libro de familia|clave de elector|ficha federativa|hoja padronal|padr[oó]n municipal,? hoja|n\.?i\.?e\.? escolar|(?-i:EHR|HCE|HCU)|{NUMERO} (?:de )?preinscripci[oó]n|(?-i:CIP) auton[oó]mico|(?-i:CIAL|NRE|DARDE|NRP|TIP|SNS)|id(?:\.|entificaci[oó]n) escolar|tarjeta (?:SNS|de transporte)|n\.? ?h\.?ª|libreta(?: universitaria)?|(?:alumn[oa]|padr[oó]n)(?= LU )|(?-i:NIA|NIU|NHC|HC)|credencial(?: c[ií]vica)?|legajo|prontuario(?: policial)?|(?-i:L\.U\.)|hoja(?=[ ][0-9]{{3,6}},?[ ](?:distrito|secci[oó]n)[ ][0-9])|pacient[ea] id|n[º.]{{1,2}} ?(?:de )?(?:hist(?:oria|orial|\.)|h[ªa]\.?)(?: cl[ií]nica)?|hist(?:oria|orial|\.) cl[ií]nic[ao]|h[ªa]\.? cl[ií]n(?:ica|\.)|historial? {NUMERO}|hª\.?|(?-i:CIPA|CIP|SIP|TIS|H\.C\.)|episodio|carn[eé]t? {NUMERO}|carn[eé]t? de (?:soci[oa]|biblioteca|lector|usuari[oa]|afiliad[oa])|{NUMERO} (?:de )?(?:carn[eé]t?|historial)|tarjeta sanitaria|id(?: de)? (?:alumn[oa]|emplead[oa]|pacient[ea]|soci[oa]|client[ea])"
_VALUE = (  # four digits at least, and no date, law, sum, ages or year alone
    r"(?![0-9]{1,2}[/.-][0-9]{1,2}[/.-](?:[0-9]{2}|[0-9]{4})(?![\w/.-]))(?!(?:19|20)[0-9]{2}(?![\w/_.-]))(?![0-9]{6}\.[0-9](?![0-9]))(?!(?:(?:19|20)[0-9]{2}[/-](?:19|20)|[0-9]{2}/)[0-9]{2}(?![\w/-]))(?![0-9]{1,2}-[0-9]{1,3} años)(?![0-9.]+(?:,[0-9]+)?\s?(?:€|euros|pesos|soles|d[oó]lares|%|kg|m2|m²|ha)\b)"
    r"(?:[A-Z]{1,5} (?=[0-9]{4}|[0-9]{2}[/-][0-9]{4}))?(?![0-9]{4}[ -]?[BCDFGHJKLMNPRSTVWXYZ]{3}(?!\w))(?=(?:[^0-9\s,;]{0,6}[0-9]){4})[0-9A-Z]{1,24}(?:[./_-][0-9A-Z]{1,14}){0,7}(?![\w/]|[.,-][0-9])"
)
_BETWEEN = rf"(?:[ ]?(?i:{NUMERO}))?(?:[ ](?:de[ ](?:la[ ])?)?(?:(?![A-Z]{{1,5}}[ ][0-9])[A-Z][^\W\d]{{1,14}}(?=[ .:])|[a-záéíóúñ]{{4,14}})){{0,3}}(?:[ ]?(?i:{NUMERO}))?(?:[ ](?:es|era)(?:[ ](?:la|el))?)?(?:[ .:#|=\t-]{{1,4}}|[ ]\((?=[A-Z]{{1,3}}-?[0-9]{{2}}[./-][0-9]))"
_FILE_NUMBER = late(
    rf"(?i:(?<![\w])(?:{_FILE}|(?P<case>{_CASE}))s?\.?){_BETWEEN}(?P<value>[0-9]{{5}} [0-9]{{2}} [0-9] [0-9]{{4}} [0-9]{{7}}(?!\w)|{_VALUE})"
)
_MEMBER_NUMBER = late(
    rf"(?i:(?<![\w])(?:(?:{_MEMBER})(?:[ ]del?(?:[ ]la)?[ ][a-zñáéíóú]{{4,16}})?[ ]?{NUMERO}|(?:{_NUMBERED})(?=[ ][0-9]{{5,10}}\b(?![ ][a-zñ]))|(?:{NUMERO}|c[oó]d(?:igo|\.))[ ](?:de(?:l| la)?[ ])?(?:{_MEMBER})|{_OWN}))(?:[ ](?![A-Z]{{1,5}}[ ][0-9])[A-Z][^\W\d]{{1,14}}(?=[ .:]))?(?:[ .:#|=\t-]{{1,4}}|[ ]\((?=[A-Z]{{1,3}}-?[0-9]{{2}}[./-][0-9]))(?i:{NUMERO}[ ]?)?(?P<value>(?:[A-Z]{{1,5}}[ ])?[0-9]{{2,8}}(?:[ ][0-9]{{1,8}}){{1,3}}(?![\w-]|[.,][0-9])|{_VALUE})"
)
_WHOSE = (  # who it is, right behind these words
    r"(?:paciente|alumn[oa]|titular|interesad[oa]|asegurad[oa]|tomadora?|beneficiari[oa]|demandante|demandad[oa]|accionante|actora?|solicitante|denunciante|denunciad[oa]"
    r"|afiliad[oa]|soci[oa]|clienta?|usuari[oa]|causante|investigad[oa]|acusad[oa]|imputad[oa]|lesionad[oa]|perjudicad[oa]|contribuyente|sujeto(?: pasivo)?|recurrente|reclamante"
    r"|opositora?|aspirante|estudiante|trabajadora?|emplead[oa]|propietari[oa]|inquilin[oa]|menor|madre|padre|hij[oa]|tutora?|viud[oa]|niñ[oa]|intern[oa]|apellidos?|nombre|detenid[oa]|v[ií]ctima|testigo|condenad[oa]|penad[oa]|procesad[oa]|encausad[oa]|infractora?|deudora?|ejecutad[oa]|ciudadan[oa]|pasajer[oa]|hu[eé]sped|viajer[oa]|mujer|marido|espos[oa]|pareja|remitid[oa] (?:por|a)|presentad[oa] por|arrendatari[oa]|conductora?|familiar"
    r"|a nombre de|a favor de|seguid[oa] por|a instancias? de)"
)
_THREE = rf"(?<!\w)[{_UP}][a-záéíóúñ]+[ ](?:de[ ]|del[ ]|de[ ]la[ ])?[{_UP}][a-záéíóúñ]+[ ](?:de[ ])?[{_UP}][a-záéíóúñ]+"
_NAMED = late(
    rf"(?i:\b{_WHOSE})(?:[ ]?[:,.|-]{{0,2}}\s|\t)(?i:do[nñ]a? |d\.ª? |dña\. |la señora |el señor )?[{_UP}][{_UP}a-záéíóúñ'’-]{{2,}}[ ,][ ]?[{_UP}]"
    rf"|\b(?:D\.ª?|D[ªa]\.|[Dd]on|[Dd]oña|Dña\.|Dra?\.|Sr\.|Sra\.|[Ss]eñora?)[ ](?:[A-Z]\.[ ])?[{_UP}]\w+|\[NAME\]|\b(?i:pacientes?)\b|\b(?:[Tt]u|[Ss]u|[Mm]i|[Vv]uestr[oa])[ ](?i:{_FILE})\b"
    rf"|(?!(?:Tribunal|Juzgado|Audiencia|Ayuntamiento|Consejer|Ministerio|Sala|Direcci|Ley|Real|Comunidad|Junta|Universidad|Servicio|Secretar|Registro|Hospital|Colegio)){_THREE}(?=[ ]?[,.;–-]?[ ][(]?(?i:exp|legajo|matr|p[oó]liza|siniestro|radicad|n[.º°]))"
    rf"|\b(?:contra|c/|instruid[oa][ ]a|seguid[oa][ ]a|a[ ]instancias?[ ]de|impuest[oa][ ]a|penad[oa]|apelante|inquilin[oa])[ ](?:Sr\.[ ])?[{_UP}][a-záéíóúñ]+[ ][{_UP}][a-záéíóúñ]+"
)
_IDENTIFIED = late(
    r"\[(?:DNI|NIE|CEDULA|RUT|CURP|NASS|CUIT|PASSPORT)\]|\b(?:DNI|NIE|NIF|NASS|CURP|RUT|C\.?C\.?|C\.I\.)[ :.]{1,2}(?:N[º°o.]{1,2}[ ])?\[{6}"
)
# What a file of a thing is about.
_OF_OBJECTS = late(
    r"(?i)\b(?:licitaci[oó]n|contrataci[oó]n|adjudica|concurso p[uú]blico|obras?\b|subvenci|pregunta|diputad|senador|ministr|congreso|proposici|moci[oó]n|interpelaci|(?<!por )comparecencia|parlament|ordenanza|decreto|bolet[ií]n(?! [0-9])|BOE|pleno|concejo|proyecto|inventario|lote|factura|finca|parcela|art[ií]culo|ley\b|resoluci[oó]n de la|sentencia|\bcorte\b|casaci[oó]n|archivo|magistrad)"
)
_ANY = (  # where their words begin
    rf"(?i)\b(?:{_FILE}|{_CASE}|{_MEMBER}|libreta|padr[oó]n|t[ií]tulo|certificado|cial|nre|darde|nrp|tip|sns|identificaci[oó]n escolar|n\.? ?h|nia|niu|nhc|hc[eu]?|prontuario|l\.u\.|hoja\b|ehr|n\.?i\.?e\.? escolar|biopsia|citolog|libro de familia|clave de elector|familia numerosa, |discapacidad, |dependencia, |credencial|hª|h[ªa]\.? cl|hist|cipa?|sip|tis|h\.c\.|episodio|carn|(?:{NUMERO}|n\.) ?(?:de )?(?:h|carn|preins)|tarjeta (?:sanitaria|sns|de transporte)|id[. ]|reclus[oa]"
    rf"|(?:{NUMERO}|c[oó]d(?:igo|\.)) (?:de(?:l| la)? )?(?:{_MEMBER}))"
)
# The number heads an entry: `Expediente 34/2026: furgoneta blanca`.
_ENTRY = late(r":\s[a-záéíóúñ]")
# `el teléfono de citas 600445001`
_TELEPHONE = late(
    r"(?i)(?:tel[eé]fonos?|tel|tlfn?o?|tfno|m[oó]vil|whats?app)\b\.?[^\n.;:0-9]{0,16}\Z"
)
_NINE = late(r"[6-9][0-9]{8}\Z")
_DIGITS, _FAR = late("[0-9]{2}|[0-9][./-]"), 48  # characters from a word to its number
_BEFORE, _BEHIND = 90, 110  # characters in which it is said whose it is


_OF_GIVEN = late(
    rf"[,;:]?[ ](?:[-–(][ ]?)?(?:(?:de|a|contra)[ ])?(?:(?:D\.ª?|Dª|Dña\.|[Dd]o[nñ]a?|Sra?\.)[ ])?(?P<given>[{_UP}][a-záéíóúñ]+)[ ](?:(?:de|del)[ ])?[{_UP}][a-záéíóúñ]+"
)


def _is_of_given(text: str, end: int) -> bool:
    """Whether the name of a person stands right behind a number: `solicitud 448 de Ana Ruiz`."""
    behind = _OF_GIVEN.match(text, end)
    return behind is not None and is_given(behind["given"])


def files(text: str) -> Iterator[tuple[int, int]]:
    """Where numbers of files and members stand that are a person's."""
    for word in folded(_ANY).finditer(view(text)):
        if not _DIGITS.search(text, word.end(), word.end() + _FAR):
            continue
        match = _MEMBER_NUMBER.match(text, word.start())
        if match and _OF_OBJECTS.search(text, word.start(), match.end() + _BEHIND):
            match = None
        if match:
            yield match.span("value")
        if match := _FILE_NUMBER.match(text, word.start()):
            start, end = match.span("value")
            if _NINE.match(match["value"]) and _TELEPHONE.search(
                text[max(0, match.start() - _BEFORE) : match.start()]
            ):
                continue
            low, high = max(0, match.start() - _BEFORE), end + _BEHIND
            # Who stands before an entry belongs to the entry before it.
            identified = start if _ENTRY.match(text, end) else low
            named = (
                _NAMED.search(text, low, high)
                or _is_of_given(text, end)
                or (not match["case"] and _IDENTIFIED.search(text, identified, high))
            )
            if named and not _OF_OBJECTS.search(text, low, high):
                yield start, end
