"""What is said around a number that is called, or that counts or names something else."""

# ruff: noqa: E501 (an alternative of a pattern is a line)

from __future__ import annotations

import re

from cleaning.privacy.patterns.fields import MARKUP, QUOTE
from cleaning.privacy.patterns.late import late

# +1 000 000 000 and 600 100 200 count something.
ROUND = re.compile(r"(?:[ .-]?000){2,}\Z|\A[1-9]00(?:[ .][1-9]00){2}\Z|\A[0-9]000[ -][0-9]000\Z")
# 2024-08-11 is a day; without a word before it 2017-2019 are years and 5898-2012 is a case of one.
DAY = re.compile(
    r"(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])-[0-3][0-9]\Z|[0-3][0-9]-(?:0[1-9]|1[0-2])-20[0-3][0-9]\Z"
)
YEARS = re.compile(r"(?:19|20)[0-9]{2} ?- ?(?:19|20)[0-9]{2}\Z")
_YEAR = re.compile(r"[0-9]{2,4}-(?:19[0-9]|20[0-3])[0-9]\Z")
_WORDS = (  # not the placeholder of one: each pass would find one more beside it
    r"tel[eéè](?:f[a-zè]{0,7}|nos?|s)?|telf?|tlfn?o?|tfno|tfn|tf|m[oó][vb]il(?:es)?|mòbils?|telem[oó]vel|mugikorra|celular(?:es)?|celu?|fone|fax"
    r"|whats?app|wh?as+ap|wsp|contacto|lada(?: sin costo)?|pbx|comun[ií](?:quese|cate|carse)|fonos?|conmutador"
    r"|tel[eé]fonos?|telef[oó]nic[oa]s?|(?<!\[)phone|mobile|mob\.|(?-i:Ph\.)|guasap|mesa central|l[ií]nea (?:nacional|gratuita|directa|de atenci[oó]n)|bizum|nequi|daviplata|yape|plin|telefax|rsvp|inf(?=[.:])|l[ií]nea baja"
)
_SMALL = (
    r"n[uú]m|nro|n(?=\.\s?[º°])|de|del|la|el|su|los|las|es|al|en|y|o|n[uú]meros?|n[º°o]|contacto|fijo|m[oó]vil|celular|gratuito"
    r"|particular|personal|mismo|nuev[oa]"
    r"|casa|trabajo|oficina|urgencias|atenci[oó]n|cliente|padre|madre|hij[oa]|herman[oa]|marido|mujer|espos[oa]"
    r"|pareja"
    r"|tutora?|cuidadora?|familiar|paciente|vecin[oa]|abuel[oa]|t[ií][oa]|domicilio|whats?app|directo|centralita|fax"
    r"|actual|nuestro|siguiente|titular|interesad[oa]|recados|contact|m[oó]bil|emergencias?|urgencia|consulta|reservas|citas|informaci[oó]n"
    r"|alumn[oa]|client|soci[oa]|propietari[oa]|inquilin[oa]|conductora?|empresa|despacho|oficina|secretar[ií]a|recepci[oó]n|directo|whatsapp|[12]"
)
BEFORE = late(
    rf"(?i)(?<![^\W_])(?:(?:{_WORDS})\.?(?:\s-[^\n–-]{{1,20}}-)?(?:(?:\s*[/(,:]\s*|\s|_)(?:{_SMALL})\b\)?){{0,5}}"
    r"|(?:(?:ll[aá]m|m[aá]rc|timbr|escr[ií]b|yap[eé]|bizum|transfi?)[a-záéí]{1,6}\sal|(?:mensaje|recado|nota|foto|captura|pantallazo|comprobante|voucher|wh?as+ap|guasap)s?(?:\sdel?\s[a-záéíóú]{2,14}){0,2}\s(?:al|en\sel))(?:\s(?:n[uú]mero|tel[eé]fono))?)"
    rf"(?:{MARKUP}|ª){{0,12}}(?:(?:es|son|el|con|siguiente)[ :]{{1,2}}){{0,2}}(?:\n{{1,2}}[ \t]{{0,4}}{QUOTE}{{0,2}})?\Z"
)
# A letter for such a word, where a field begins.
_INITIAL = re.compile(r"(?:\A|[\n|·,;(/–-]) ?(?:[TMFC](?:\.:?|:)|\((?:T|M|F|C)\)) ?\Z")
# Behind how else somebody is reached: `a ana@correo.es o al 0414-3391016`.
_OR_TO = re.compile(
    r"(?:\[EMAIL\]|\[{5,})(?:,? (?:o|u|y|ó)(?: (?:bien|llame|llamar|llamando|wh?as+ap))? al?(?: n[uú]mero)? | ?[,;/|·–-] ?)\Z"
)
# Whoever is to be called, with the number behind: `avisar a la mamá (Silvina) 0342 154 919`, `Deitu / llamar: 943-481336`.
_ASKED_FOR = re.compile(
    r"(?i)\b(?:(?:ll[aá]m(?:ar|ad|en|e|a)(?:me|nos)?|marc(?:ar|ad|en|a)|m[aá]rque(?:n?)(?: el)?|deitu|trucar|truqueu|chamar)(?:: ?| / | )|(?:ll[aá]m(?:ar|ad|en|e|a)|avis(?:ar|ad|en|e|a)|pregunt(?:ar|ad|en|e|a)|contactar|hablar|comun[ií](?:carse|quese)"
    r"|consultas|informes|tratar|interesad[oa]s)(?: de)? (?:a|al|con|por|para)(?: (?:el|la|los|las|el sr\.|la sra\.))?(?: [A-Za-zÁÉÍÓÚÑáéíóúñüçàèò]{2,16}\.?){1,3}(?: \([^()\n]{2,24}\))?(?:[,:]? | ?\(| [–-] ))\Z"
)
# What is said of a place that answers, and how somebody is told to reach it where a word of calling is near.
_OFFICE = late(
    r"(?i)\b(?:consultas|informes|informaci[oó]n|reservas|reservaciones|pedidos|turnos|citas?|cita previa|atenci[oó]n|recepci[oó]n|secretar[ií]a"
    r"|urgencias|emergencias|central|ventas|delivery|domicilios|dudas|incidencias|avisos|interesados|tratar|raz[oó]n|encargos|inscripciones"
    rf"|administraci[oó]n|soporte|guardia|recados)(?: [a-záéíóúñ]{{2,14}}){{0,2}}(?::{MARKUP}{{0,6}}| ?\()\Z"
)
_TO = re.compile(r"(?i)\ba(?:l(?: n[uú]mero)?|l? (?:pap[aá]|mam[aá])) \Z")
# A line that is such a word alone says it of the next.
LINE_BEFORE = late(
    rf"(?i)(?:\A|\n)[ \t#*>-]{{0,4}}(?:{_WORDS})[ .:*]{{0,3}}\n{{1,2}}[ \t*-]{{0,4}}\Z"
)
# With other words between, whoever they name: of nothing that is counted.
BEFORE_OF = late(
    rf"(?i)\b(?:{_WORDS})\.?(?:\s(?:de|del|para|en)(?:\s(?!cost|val|modelo|versi|serie|marca|usuari|l[ií]nea)[a-záéíóúñü.]{{2,16}}){{1,4}})\s?:\s?\Z"
)
# Words that say whom one reaches; only a number in the form of a Spanish telephone is one behind them.
PEOPLE = late(
    r"(?i)\b(?:padre|madre|hij[oa]|herman[oa]|marido|mujer|espos[oa]|pareja|tutora?|cuidadora?|familiar"
    r"|vecin[oa]|abuel[oa]"
    r"|mam[aá]|pap[aá]|representante|apoderad[oa]|encargad[oa]|due[nñ][oa]|conserje|porter[oa]|administradora?|niet[oa]|sobrin[oa]|cu[nñ]ad[oa]|prim[oa]|yerno|nuera|suegr[oa]|novi[oa]|t[ií][oa]|caser[oa]|domicilio"
    r"|urgencias|centralita|secretar[ií]a)(?: \([^()\n]{1,30}\))?[ .,:(–-]{1,4}\Z"
)
ANY_BEFORE = "|".join(
    f"(?:{before.pattern})"
    for before in (
        BEFORE,
        _INITIAL,
        _OR_TO,
        _OFFICE,
        _TO,
        LINE_BEFORE,
        BEFORE_OF,
        PEOPLE,
        _ASKED_FOR,
    )
)
# What is said of another number: just before it, or behind it.
_OTHER_BEFORE = late(
    r"(?i)(?:[$£%=<>≈±×*+]|(?-i:\b[A-Z]):[0-9]{1,6}, (?-i:[A-Z]):|(?<![0-9])(?<![0-9][ \xa0])€|\b(?:ley|decreto|orden|resoluci[oó]n|sentencia|auto|acuerdo|dictamen|circular|oficio|nota"
    r"|exp(?:te|ediente)?s?|radica(?:do|ci[oó]n)|procedimiento|diligencias|recurso|rollo|acta|folios?|protocolo|finca"
    r"|tomo|libro|p[aá]gs?|pp?|isbn|issn|ean|gtin|doi|pmid|orcid|nig|csv|id|i[dt]em|ref|referencia|ref(?:\.|erencia)? (?:del? )?(?:proveedor|cliente|inmueble|anuncio|interna|externa)|registro"
    r"|r[eé]g|inscripci[oó]n n"
    r"|c[oó]d(?:igo)?|clave|serie|lote|modelo|versi[oó]n|build|factura|pedido|albar[aá]n|p[oó]liza|contrato|cuenta"
    r"|patente|matr[ií]cula|licencia|cat[aá]logo|signatura|catastral|gaia|ngc|art(?:[ií]culo)?s?|partida"
    r"|epígrafe"
    r"|(?<![0-9] )euros?|eur|usd|pesetas|pts?|pesos|d[oó]lares|importe|total(?:es)?|suma|saldo|cifra|valor|precio"
    r"|presupuesto|d[eé]ficit"
    r"|activo|pasivo|capital|poblaci[oó]n|habitantes|censo|unos|unas|casi|tirada|recaud[oó]|cost[oó]|suman?"
    r"|ascend[a-zíó]+"
    r"|latitud|longitud|lat|lon|coordenadas|utm|distancias?|frecuencia|hz|dni|nif|cif|nie|nhc|historia|episodio"
    r"|c[eé]dula|rut|ruc"
    r"|cuit|pasaporte|colegiad[oa]|col|tarjeta|afiliaci[oó]n|sorteo|premio|boleto|secuencia|genes?|cromosoma)\b)"
    r"(?:[ .,:#ºª°()|*_\n–-]|(?-i:[A-Z]{2} )|n[º°o.]{1,2}|n[uú]m(?:ero)?\.?|de|del|la|el|a|en|es|por|a[nñ]o"
    r"|[a-z]{4,8} |[0-9]{6,10},){0,5}\Z"
)
OTHER_BEHIND = late(
    r"(?i)[ \xa0]?(?:[%€$£°º×=*]|(?:euros?|eur|usd|d[oó]lares|pesetas|pts|pesos|bol[ií]vares|soles|reales"
    r"|libras|millones|miles|mil|por ciento"
    r"|habitantes|personas|almas|votos|unidades|ejemplares|veces|bytes|bits|p[ií]xeles|a[nñ]os|d[ií]as|horas"
    r"|segundos|toneladas"
    r"|[kmcdn]?m[23]?|km2?|ha|kg|g|mg|[kmgt]?hz|[kmgt]b|[kmg]?w|ºc|metros|kil[oó]metros|hect[aá]reas|(?-i:[NSEW]))\b)"
)
# Words that have to do with calling, near to the number on either side.
_CALLING = late(
    rf"(?i)[☎☏✆📞📱🕿🕾📲]|\b(?:{_WORDS}|(?-i:WA)|tel[eè]fon[a-z]{{0,5}}|m[oò]bil|telem[oó]vel|mugikorra?"
    rf"|ll[aá]m(?!ad[oa])[a-záéí]+|(?:re)?marc(?:ar|ad|ando|e|que)|m[aá]rc[aá](?:me|nos)|m[aá]nd[ae](?:me|nos)"
    r"|tru(?:car|queu|ca)|chama[rde]?|chame|ligar|ligue|deitu|call|dial|contact[a-záéí]+|contesta(?:dor|r"
    r"|n)?|(?:prob|prueb|intent)[ae](?:d|r|n)?(?= al )|cita previa"
    r"|citas?|pid[ae] hora|pedir hora|reservas?|reservar|inscripciones|inscribirse|informes|informarse|pedidos"
    r"|(?:por )?encargos?|consultas"
    r"|wh?as+ap|guasap|telegram|sms|bizum"
    r"|mensajes?|avis(?:ar|en|e|ad|os)|tratar (?:con|directo)|localiz[a-záéí]+|interesad[oa]s?|pregunt(?:ar|e|en|ad|a) por|raz[oó]n:"
    r"|atenci[oó]n|centralita"
    r"|extensi[oó]n|ext\.|urgencias|emergencias|(?:mi|su|tu|nuestro|este|siguiente) n[uú]mero|comunicarse"
    r"|directo|escr[ií]b[a-z]{1,4}|terminal con n[uú]mero|titular de la l[ií]nea|delivery|encomiendas?|domicilios|taxis?|remis[a-zíé]{0,6}|fletes?|consultorio|cl[ií]nica|parroquia|despacho|oficina|bolet[eé]r[ií]a|taquilla|conserjer[ií]a"
    r"|administraci[oó]n de fincas|(?:se )?(?:alquil|arrend|arriend|rent|vend|traspas|permut|regal|busc|ofre[cz])[aoe]n?|particular|horario"
    r"|agencias|perdid[oa]s?|extravi[a-zóí]+|clases (?:de|particulares)|sms|callback|tutor[a-z]{0,2}|familiar|recepci[oó]n)(?!\w)"
)
_CALLING_BEHIND = late(
    r"(?i)\A[^\n]{0,12}(?:\bext\.|\bextensi[oó]n|\bpregunt|\bde lunes|\bhorario|✉|\be-?mail|\bcorreo|@"
    r"|\btardes\b|\bd[ií]a y noche\b|\b24 ?h|\bma[nñ]anas\b|\bzenbaki|\bm[oó]vil\b|\bfijo\b|\bfax\b)"
)
NEAR = 48  # characters on either side
# A closing of a letter with no other number behind it: what ends its line there is how to reach who signs.
_SIGNED = re.compile(
    r"(?i)\b(?:saludos?|abrazos?|besos?|bs(?:os|s)|atentamente|atte\.?|cordialmente|gracias|fdo\.?|firmado|salutacions|agur)\b(?!\sa\s)[^0-9]{1,72}\Z"
)
_LETTER = 88  # characters in which that closing is looked for
# What a number stands behind where somebody says how to reach them: a message of a chat that is nothing else, the town of
# an address, and what was found of the same person and masked.
_BEHIND_WHOM = re.compile(
    r"(?:\b[0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2})?(?: ?[ap]\. ?m\.)?[\]) -]{1,4}[^\n:]{1,32}: ?"
    r"|\n(?:CP |C\.P\. )?[0-9]{5}(?: [^\W\d_]{2,16}){1,4}(?: \([^\W\d_]{2,16}\))?\n"
    r"|\[(?:ADDRESS|EMAIL|DNI|NIE|RUT|CEDULA|COLLEGE)\](?:, |; | [·|–-] |\n))\Z"
)
LINE_ENDS = re.compile(r"[ \t]*[.;)]?[ \t]*(?:\n|\Z|[|·/]|\bext\b)")
# Whoever is named alone in front of a number that ends its clause of the line: `Julia, 634091177; Marcos (634091178)`.
_NAMED = re.compile(
    r"(?:\A|[\n.;:,(•*|–-] ?|\b(?:y|e|con|a|para|de|por) )(?:[A-ZÁÉÍÓÚÑ][a-záéíóúñü]{2,14}|M[ªa]\.?)(?: (?:del? |la )?[A-ZÁÉÍÓÚÑ](?:[a-záéíóúñü]{2,14}|\.)){0,3}"
    r"(?: \([^()\n]{2,24}\))?(?P<sign>,? |: ?| ?\(| [–-] ?)\Z"
)
_PART_ENDS = re.compile(r"[ \t]*(?:[;,)\n|]|\.?\Z|\.[\s]|/ ?[^\W\d]| [yo] )")


# Services that all may call and that leaflets name; a mobile's number beside them is somebody's.
_SERVICE = late(
    r"(?:[Ii]nformaci[oó]n [Tt]oxicol[oó]gica|Instituto Nacional de Toxicolog[ií]a|[Tt]el[eé]fono de la [Ee]speranza|Cruz Roja|Salvament(?:o Mar[ií]timo| Mar[ií]tim)|Fundaci[oó]n ANAR|Protecci[oó]n Civil)\b[^\n0-9;]{0,40}\n?[ \t*]{0,4}\Z"
)
_MOBILE = re.compile(r"(?:\(?(?:\+|00) ?34\)? ?)?[67](?!17 ?00)")


def is_service(text: str, start: int) -> bool:
    """Whether a number is that of a public service, whose name stands before it."""
    return not _MOBILE.match(text, start) and bool(
        _SERVICE.search(text[max(0, start - _LETTER) : start])
    )


def is_asked_for(text: str, before: str, start: int, end: int) -> bool:
    """Whether somebody is told to use a number that no word names."""
    if ROUND.search(text[start:end]) or OTHER_BEHIND.match(text, end):
        return False
    return any(words.search(before) for words in (_INITIAL, _OR_TO, _OFFICE, _ASKED_FOR)) or bool(
        _TO.search(before) and is_called(text, start, end)
    )


def is_named(text: str, start: int, end: int) -> bool:
    """Whether a mobile's digits stand behind a bare name and end what is said of whoever has it."""
    return bool(_PART_ENDS.match(text, end)) and bool(
        _NAMED.search(text[max(0, start - NEAR) : start])
    )


def is_other(text: str, start: int, end: int) -> bool:
    """Whether what stands beside a number says that it is none to call, or that it is part of a longer one."""
    before = text[max(0, start - NEAR) : start]
    if before.endswith("*") and text.startswith("*", end):  # in bold
        before, end = before.rstrip("*"), end + 1
    return bool(
        ROUND.search(text[start:end])
        or DAY.match(text[start:end])
        or _YEAR.match(text[start:end])
        or _OTHER_BEFORE.search(before)
        or OTHER_BEHIND.match(text, end)
    )


def is_called(text: str, start: int, end: int) -> bool:
    """Whether a word of calling is near, or whoever signs says how to be reached."""
    before, after = text[max(0, start - NEAR) : start], text[end : end + NEAR]
    if _CALLING.search(before) or _CALLING_BEHIND.match(after) or _CALLING.search(after):
        return True
    return bool(
        LINE_ENDS.match(text, end)
        and (
            _SIGNED.search(before := text[max(0, start - _LETTER) : start])
            or _BEHIND_WHOM.search(before)
        )
    )
