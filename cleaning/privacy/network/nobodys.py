"""Whether the words round a find of the network say that it is nobody's: the number of a thing, a place of all.

For the network alone: what a pattern finds has its own word before it.
"""

# ruff: noqa: E501 (an alternative of a pattern is a line)

from __future__ import annotations

import re

_BEFORE = 70  # characters that are read
_BEHIND = 60
_OBJECT = re.compile(  # right before a number
    r"(?i)\b(?:reserva|localizador|mmsi|dgsfp|cama|suministro(?: \w{3,12})?|agregado|(?:micro)?chip|crotal|lote|nac|factura|fra|albar[aá]n|pedido|imei"
    r"|bono(?: \w{3,10})?|rega|nima|cpv|bip|cae|timbrado|dep[oó]sito(?: legal)?|commit|run|build|job|econ[oó]mico|puso|ejemplo[^\n]{0,40}"
    r"|i\.e\.?|fau|registro es-?|orden)[:.]? ?(?:n\.?[º°o]\.? ?|n[º°] ?|#)?\Z"
)
_SERIES = re.compile(r"[BFE][0-9A-Z]{3}-[0-9]{3,8}")  # of an invoice in Peru
_PROJECT = re.compile(r"\b(?:CUI|SNIP)\b[^\w\n]{0,2}(?: ?N[^\w\n]{0,2} ?)?\Z")
_PROJECT_DIGITS = 7  # of such a number; a person's CUI has thirteen
_COURT = re.compile(r"[0-9]{9,10}-[0-9Kk]")  # behind RUC: a case of Chile
_PLACE = re.compile(  # in the sentence of an address
    r"(?i)\b(?:novela|museos?|casa natal|natal|palacio|catedral|pel[ií]cula|se rod[oó]|ruta|itinerario|procesi[oó]n|romer[ií]a|visita (?:a|guiada)|poeta|obras en"
    r"|incendio|accidente|manifestaci[oó]n|tr[aá]fico|cortad[ao]|placa|imprenta|siglo|torre de|licitaci[oó]n|monumento|estatua|yacimiento|polideportivo|estadio)\b[^.;\n]{0,64}\Z"
)
_STOOD = re.compile(
    r"[^.;\n]{0,40}\b(?:estuvo|renacentista|barroc[oa]|g[oó]tic[oa]|abre de|cierra (?:el|los)|siglo|construid[oa] en|inaugurad[oa])\b"
)
_LIVES = re.compile(  # who says so speaks of somebody's
    r"(?i)\b(?:viv[eoía]\w*|domicili\w*|resid\w+|vecin[oa]|direcci[oó]n|dir\.|env[ií]\w+|entreg\w+|casa de|piso de|dom\.)\b"
)
_MEASURED = re.compile(
    r"(?i)[0-9] ?(?:[kmg]b(?:/s|ps)?|km/h|%|€|kw|kwh|hz|°c|mg|ml)\b|\b(?:[ns]?[eo]|[ns]) [0-9.,]+ ?m(?:ts?)?\b\.?"
)
_ENTRY = re.compile(
    r"(?i)/\Z|\bName:[^\n]*\n(?:Address: [^\n]*\n)*Address:? ?\Z|\bTipo: A\s[^\n]*\sValor: \Z|(?:\bDNS\b|CNAME|nslookup|nameserver|\bresolver|\bNTP\b|registro A\b|\bA \| @)[^\n]{0,40}\Z"
)
_ROBOT = re.compile(r"(?i)[^\n]{0,200}(?:bot\b|bot/|spider|crawler)")
_DECIMALS = re.compile(r"(?<![0-9.])[0-9]{1,3}\.[0-9]{7,}")
_TIME = re.compile(r"[0-9]:[0-9]{2}\b")
_OPENED = re.compile(r"[0-9] \([0-9][^)]*\Z")

_KEY = re.compile(r"([\w-]{1,30})[\"']\s*[:=]\s*[\"']\Z")  # what a value in a program is of
_USER = re.compile(
    r"(?i)usu|user|nick|alias|login|aut(?:h)?or|handle|perfil|profile|account|cuenta|player|jugador|insta|tw|discord|member"
)
_CODE = re.compile(r"\(|\.[a-z]+\(|\s*(?:=[^=]|%\}|[\"']\s*[:=|]|\[[0-9]|\{|;\n)")
_CODE_BEFORE = re.compile(
    r"(?:[.$\\]|::|->|>>> ?|\b(?:def|class|import|from|function|var|let|const|self|new|return|table|into|public|static|char|int|short|long|float|double|void) +\*?)\Z"
)
_PAGES = re.compile(  # and shapes, footnotes, words of a name, ports, leaves of a register
    r"(?i)\[IP\]:\Z|(?-i:[FS]\. ?[0-9]+, ?H(?:oja|\.)? ?(?:[A-Z]{1,3}-?)?\Z)|\b(?:pp?|p[áa]gs?)\.\s?\Z|\b(?:EIN|GUID|UUID|SZ)[:/ ]{1,3}\Z|\b(?:point|linestring|polygon)s?\b[^\n]{0,40}\Z|\[\^\Z|_\Z"
)
_OTHERWISE = re.compile(  # a date, a sum, pages, a postal code of the United States
    r"(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}[-/. ][IVX]{1,4}[-/. ](?:19|20)?[0-9]{2}\b|[0-9.,]+[.,]00(?![0-9])|pp?\.|[0-9.,]+\s*(?:€|kms?\b)|(?<=\b[A-Z]{2} )[0-9]{5}-[0-9]{4}"
)
_PORT = re.compile(r":[0-9]")
# An identifier of things.
_GLOBAL = re.compile(r"(?=[0-9-]*[A-Fa-f])[0-9A-Fa-f]{4,8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}")
_PACKAGE = re.compile(r"@[\w.-]+/")
# Of a vocabulary.
_TERM = re.compile(r"\b(?!IG:|FB:|TG:|PSN:)(?:[A-Z]{2,6}|schema|foaf|dcat|ocds|popolo):\Z")
_SUPPLIER = re.compile(
    r"(?i)^(?!.*(?:cuenta|banc|iban)).*\bproveedor(?:a|es)?\b[^\n]{0,40}\Z", re.DOTALL
)
_ZONE = re.compile(r"@\s+(?:[0-9]+\s+)?IN\s")  # of the DNS, whose own name is @
# With its zone of time.
_CLOCK = re.compile(r"[0-2]?[0-9]([ :])[0-5][0-9]\1[0-5][0-9] [+-][01][0-9]{3}")
_HASHED = re.compile(r"\+[\w+/=]*\Z|[\w+/=]{24,}\Z|\bsha[0-9]{1,3}-\S*\Z")
_WIDE_PART, _NUMBER_BEFORE = 3, re.compile(r"[0-9.]\s?\Z")  # of shapes: 1.34.14.65 behind a number
_ATTRIBUTE = re.compile(r"&\Z|\b(?:[cd]?[xy]|[whltrb])=\"\Z")
_SHORT_LINES = frozenset({"911", "112", "091", "062", "080", "061", "133", "131"})
_FILE = re.compile(r"(?i)\bexp(?:te|ediente)?s?\b\.?[^\n]{0,40}\Z")
_ACT = re.compile(  # right before its number, also spaced out
    r"(?i)\bcorresp\w*\.?(?: al?)? exp|\b(?:ordenanza|decreto|resoluci[oó]n|disposici[oó]n|acordada|ley)(?:es|s)?\b[^\n;.]{0,24}\Z|\bO ?R ?D ?E ?N ?A ?N? ?Z? ?A?(?: N[º°]?)?\s*\Z"
    r"|\bidentificaci[oó]n(?: n[º°o.]{1,2})?[^\n(]{0,24}\Z|\bCUIT:? 3[0-9]-\s*\Z"
    r"|\b(?:precio|importe|valor|coste?)s?\b[^\n0-9]{0,8}\Z"
)
_OFFICIAL = re.compile(
    r"(?i)\bhonorable concejo|\bconcejo deliberante|\bordenanzas?\b|\bvisto:|\bconsiderando:"
)
_AROUND = 400
_STRETCH_BEFORE = re.compile(
    r"\bal\s+[0-9]{1,4}[;,.]\s[^.:]{0,40}\Z|[0-9]{2,4};\s[^.:;]{0,12}\Z|\bex [0-9]{1,2}\b[^:]{0,40}\Z"
)
_STRETCH_BEHIND = re.compile(r"[;,]?\s[^.:]{0,40}\bal\s+[0-9]{1,4}\b|[^:]{0,40}\bex [0-9]{1,2}\b")
_NO_HOUSE = re.compile(
    r"(?i)(?:las? )?(?:zonas?|pol[ií]gonos?) [0-9]{1,2}|.*\bex [0-9]{1,2}\b.*|C/I[0-9].*"
)
# Among short cells.
_OWN_LINE = (re.compile(r"\n[^\n]{0,4}\n\Z"), re.compile(r"\n[^\n]{0,4}(?:\n|\Z)"))
_REFERENCE = re.compile(r"(?i)\bref(?:erencia)?[.:]{0,2} ?\Z")
_AMOUNT = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{2,3}000")  # alone in a cell, or round
_BINARY = re.compile(r"[01](?: ?[01]){5,}")
_NAME_OF_CODE = re.compile(r"_\w")  # goes on behind its digits: tis620_thai_ci
_PERMISSIONS = re.compile(r"(?:^|\n)[-dl][rwxst-]{9}[^\n]*\Z")  # of a file, whose size follows
_OPEN_CELL, _CLOSED_CELL = re.compile(r"\|[ \t]*\Z"), re.compile(r"[ \t]*\|")


def is_nobodys(text: str, start: int, end: int, kind: str) -> bool:
    """Whether what stands round a find, or its own form, tells that it is no personal data."""
    value, before = text[start:end], text[max(0, start - _BEFORE) : start]
    if kind == "address":
        if _MEASURED.search(value) or _MEASURED.match(text, max(start, end - 1), end + 8):
            return True
        if _NO_HOUSE.fullmatch(value) or _is_stretch(text, start, end):
            return not _LIVES.search(before)
        place = _PLACE.search(before) or _STOOD.match(text, end, end + _BEHIND)
        return place is not None and not _LIVES.search(before)
    if kind == "ip":
        drawn = max(map(len, value.split("."))) < _WIDE_PART and _NUMBER_BEFORE.search(before)
        return bool(drawn or _ENTRY.search(before) or _ROBOT.match(text, end))
    if kind == "handle":
        key = _KEY.search(before)
        named = key is None or _USER.search(key[1]) is not None
        if (
            _PACKAGE.match(text, start)
            or _ZONE.match(text, start)
            or _TERM.search(before)
            or value.startswith("-")  # the rights of a file
            or _HASHED.search(before)
        ):
            return True
        written = "@" in value or not (_CODE.match(text, end) or _CODE_BEFORE.search(before))
        return _TIME.search(value) is not None or "," in value or not named or not written
    if kind == "account" and _SUPPLIER.search(before):
        return True
    if kind == "phone" and (_REFERENCE.search(before) or _CLOCK.fullmatch(value)):
        return True
    if _ACT.search(before) or (
        _FILE.search(before)
        and _OFFICIAL.search(text, max(0, start - _AROUND), min(len(text), end + _AROUND))
    ):
        return True
    if (
        value in _SHORT_LINES
        or _ATTRIBUTE.search(before)
        or _PAGES.search(before)
        or _PORT.match(text, end)
        or _GLOBAL.match(text, start)
        or _OTHERWISE.match(text, start)
        or _BINARY.fullmatch(value)
        or (value[0].islower() and _NAME_OF_CODE.match(text, end))
        or _PERMISSIONS.search(before)
        or (_OWN_LINE[0].search(before) and _OWN_LINE[1].match(text, end))
    ):
        return True
    if (
        (_DECIMALS.search(value) and kind != "college")
        or _TIME.search(value)
        or _OPENED.search(value)
    ):
        return True
    if (
        _OBJECT.search(before)
        or _SERIES.fullmatch(value)
        or (kind == "ruc" and _COURT.match(text, start))
    ):
        return True
    if _AMOUNT.fullmatch(value):
        cell = _OPEN_CELL.search(before) and _CLOSED_CELL.match(text, end)
        if cell or value.endswith(".000"):
            return True
    digits = sum(map(str.isdecimal, value))
    return digits <= _PROJECT_DIGITS and _PROJECT.search(before) is not None


def _is_stretch(text: str, start: int, end: int) -> bool:
    """Whether an address is one of a list of stretches of streets, as where a bus stops: `Mitre al 200; Roca al 400`."""
    listed = _STRETCH_BEFORE.search(text, max(0, start - _BEFORE), start)
    return bool(listed or _STRETCH_BEHIND.match(text, end, end + _BEHIND))
