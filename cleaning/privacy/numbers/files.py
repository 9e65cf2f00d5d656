"""Numbers of files, policies and members that are a person's because a person stands beside them.

`Expediente 2019-00447` alone is a tender, a law or a work as often as somebody's. Where whose it is stands in the same
sentence (`Siniestro 25-00714482-R; asegurado Teodoro Gil`), or a number of identity does, it is theirs.
"""

# ruff: noqa: E501 (an alternative of a pattern is a line)

from __future__ import annotations

from collections.abc import Iterator

from cleaning.privacy.gates import folded, view
from cleaning.privacy.late import late
from cleaning.privacy.numbers.kinds import NUMERO

_UP = "A-ZÁÉÍÓÚÑ"
_FILE = (  # of offices, which have files of things too
    r"exp(?:te|tes|ediente|dte)?|radicad[oa]|radicaci[oó]n|siniestro|p[oó]liza|legajo|carpeta|solicitud|reclamo|reclamaci[oó]n|tr[aá]mite"
    r"|nurej|n/?\s?ref|s/?\s?ref|ficha(?: social)?|contrato|beca|ayuda|prestaci[oó]n|subsidio|pensi[oó]n|parte de (?:baja|accidente)"
    r"|comparendo|matr[ií]cula"
)
_CASE = r"atestado|denuncia|diligencias|causa(?: rol)?|rol|rit|autos|proceso"  # of courts: who stands in it must be named
_MEMBER = (  # who has such a number is a person
    r"soci[oa]|afiliad[oa]|asociad[oa]|abonad[oa]|mutualista|beneficiari[oa]|usuari[oa]|alumn[oa]|estudiante|emplead[oa]|trabajadora?|funcionari[oa]|intern[oa]|paciente|asegurad[oa]"
    r"|client[ea]|colon[oa]|herman[oa]|donante|lectora?|voluntari[oa]|matriculad[oa]|residente|federad[oa]|pensionista|recluso|aspirante|opositora?|candidat[oa]|postulante|demandante"
)
_OWN = r"libreta(?: universitaria)?|(?-i:LU|NIA|NIU|NHC|HC)|credencial(?: c[ií]vica)?|carn[eé]t?|legajo|tarjeta sanitaria|id(?: de)? (?:alumn[oa]|emplead[oa]|pacient[ea]|soci[oa]|client[ea])"
_VALUE = (  # four digits at least, and no date, law, sum or year alone
    r"(?![0-9]{1,2}[/.-][0-9]{1,2}[/.-](?:[0-9]{2}|[0-9]{4})(?![\w/.-]))(?!(?:19|20)[0-9]{2}(?![\w/_.-]))(?![0-9.]+(?:,[0-9]+)?\s?(?:€|euros|pesos|soles|d[oó]lares|%|kg|m2|m²|ha)\b)"
    r"(?=(?:[A-Z0-9]{0,8}[ ./_-]?){0,6}?[0-9])(?=(?:[^0-9\s,;]{0,6}[0-9]){4})(?:[A-Z]{1,5} (?=[0-9]{4}))?[0-9A-Z]{1,20}(?:[./_-][0-9A-Z]{1,14}){0,7}(?![\w/]|[.,-][0-9])"
)
_BETWEEN = rf"(?:[ ]?{NUMERO})?(?:[ ](?:de[ ])?(?:[A-Z]\w{{1,14}}|[a-záéíóúñ]{{4,14}}))?(?:[ ]?{NUMERO})?[ .:#|=\t-]{{1,4}}"
_FILE_NUMBER = late(
    rf"(?i:(?<![\w])(?:{_FILE}|(?P<case>{_CASE}))s?\.?){_BETWEEN}(?P<value>{_VALUE})"
)
_MEMBER_NUMBER = late(
    rf"(?i:(?<![\w])(?:(?:{_MEMBER})[ ]?{NUMERO}|(?:{NUMERO}|c[oó]d(?:igo|\.))[ ](?:de(?:l| la)?[ ])?(?:{_MEMBER})|{_OWN}))(?:[ ][A-Z]\w{{1,14}})?[ .:#|=\t-]{{1,4}}(?i:{NUMERO}[ ]?)?(?P<value>[0-9]{{5,8}}(?:[ ][0-9]{{2,8}}){{1,2}}(?![\w.,-])|{_VALUE})"
)
_WHOSE = (  # who it is, right behind these words
    r"(?:paciente|alumn[oa]|titular|interesad[oa]|asegurad[oa]|tomadora?|beneficiari[oa]|demandante|demandad[oa]|accionante|actora?|solicitante|denunciante|denunciad[oa]"
    r"|afiliad[oa]|soci[oa]|clienta?|usuari[oa]|causante|investigad[oa]|acusad[oa]|imputad[oa]|lesionad[oa]|perjudicad[oa]|contribuyente|sujeto(?: pasivo)?|recurrente|reclamante"
    r"|opositora?|aspirante|estudiante|trabajadora?|emplead[oa]|conductora?|propietari[oa]|inquilin[oa]|menor|madre|padre|hij[oa]|tutora?|viuda|niñ[oa]|intern[oa]|apellidos?|nombre"
    r"|a nombre de|a favor de|seguid[oa] por|a instancias? de)"
)
_THREE = rf"(?<!\w)[{_UP}][a-záéíóúñ]+[ ](?:de[ ]|del[ ]|de[ ]la[ ])?[{_UP}][a-záéíóúñ]+[ ](?:de[ ])?[{_UP}][a-záéíóúñ]+"
_NAMED = late(
    rf"(?i:\b{_WHOSE})(?:[ ]?[:,.|-]{{0,2}}\s|\t)(?i:do[nñ]a? |d\.ª? |dña\. |la señora |el señor )?[{_UP}][{_UP}a-záéíóúñ'’-]{{2,}}[ ,][ ]?[{_UP}]"
    rf"|\b(?:D\.ª?|D[ªa]\.|[Dd]on|[Dd]oña|Dña\.|Sr\.|Sra\.|[Ss]eñora?)[ ][{_UP}]\w+|\[NAME\]|\b(?:[Tt]u|[Ss]u|[Mm]i|[Vv]uestr[oa])[ ](?i:{_FILE})\b"
    rf"|(?!(?:Tribunal|Juzgado|Audiencia|Ayuntamiento|Consejer|Ministerio|Sala|Direcci|Ley|Real|Comunidad|Junta|Universidad|Servicio|Secretar|Registro|Hospital|Colegio)){_THREE}(?=[,.;]?[ ][(]?(?i:exp|legajo|matr|p[oó]liza|siniestro|radicad|n[.º°]))"
    rf"|\b(?:contra|c/)[ ](?:Sr\.[ ])?[{_UP}][a-záéíóúñ]+[ ][{_UP}][a-záéíóúñ]+"
)
_IDENTIFIED = late(
    r"\[(?:DNI|NIE|CEDULA|RUT|CURP|NASS|CUIT)\]|\b(?:DNI|NIE|NIF|NASS|CURP|RUT|C\.?C\.?|C\.I\.)[ :.]{1,2}(?:N[º°o.]{1,2}[ ])?\[{6}"
)
# What a file of a thing is about.
_OF_THINGS = late(
    r"(?i)\b(?:licitaci[oó]n|contrataci[oó]n|adjudica|concurso p[uú]blico|obras?\b|subvenci|pregunta|diputad|senador|ministr|congreso|proposici|moci[oó]n|interpelaci|comparecencia|parlament|ordenanza|decreto|bolet[ií]n|BOE|pleno|concejo|proyecto|inventario|lote|factura|finca|parcela|art[ií]culo|ley\b|resoluci[oó]n de la|sentencia|\bcorte\b|casaci[oó]n|archivo|magistrad)"
)
_ANY = rf"(?i)\b(?:{_FILE}|{_CASE}|{_MEMBER}|{_OWN})s?\b[^\n]{{1,40}}[0-9]"
_BEFORE, _BEHIND = 90, 110  # characters in which it is said whose it is


def files(text: str) -> Iterator[tuple[int, int]]:
    """Where numbers of files and members stand that are a person's."""
    if not folded(_ANY).search(view(text)):
        return
    for match in _MEMBER_NUMBER.finditer(text):
        if not _OF_THINGS.search(text, match.start(), min(len(text), match.end() + _BEHIND)):
            yield match.span("value")
    for match in _FILE_NUMBER.finditer(text):
        start, end = match.span("value")
        low, high = max(0, match.start() - _BEFORE), min(len(text), end + _BEHIND)
        named = _NAMED.search(text, low, high) or (
            not match["case"] and _IDENTIFIED.search(text, low, high)
        )
        if named and not _OF_THINGS.search(text, low, high):
            yield start, end
