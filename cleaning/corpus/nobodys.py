"""Whether the words round a find of the network say that it is nobody's: the number of a thing, a place of all.

For the network alone: what a pattern finds has its own word before it.
"""

# ruff: noqa: E501 (an alternative of a pattern is a line)

from __future__ import annotations

import re

_BEFORE = 70  # characters that are read
_BEHIND = 60
_THING = re.compile(  # right before a number
    r"(?i)\b(?:reserva|localizador|mmsi|dgsfp|cama|suministro(?: \w{3,12})?|agregado|(?:micro)?chip|crotal|lote|nac|factura|fra|albar[aá]n|pedido|imei"
    r"|bono(?: \w{3,10})?|rega|nima|cpv|bip|rit|cae|timbrado|dep[oó]sito(?: legal)?|commit|run|build|job|boletín|econ[oó]mico|puso|ejemplo[^\n]{0,40}"
    r"|i\.e\.?|fau|registro es-?|orden)[:.]? ?(?:n\.?[º°o]\.? ?|n[º°] ?|#)?\Z"
)
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
    r"(?i)\b(?:viv[eoía]\w*|domicili\w+|resid\w+|vecin[oa]|direcci[oó]n|dir\.|env[ií]\w+|entreg\w+|casa de|piso de|dom\.)\b"
)
_MEASURED = re.compile(
    r"(?i)[0-9] ?(?:[kmg]b(?:/s|ps)?|km/h|%|€|kw|kwh|hz|°c|mg|ml)\b|(?:[ns]?[eo]|[ns]) [0-9.,]+ ?m(?:ts?)?\.?"
)
_ENTRY = re.compile(
    r"(?i)/\Z|\bName:[^\n]*\n(?:Address: [^\n]*\n)*Address:? ?\Z|\bTipo: A\s[^\n]*\sValor: \Z|(?:\bDNS\b|CNAME|nslookup|nameserver|\bresolver|\bNTP\b|registro A\b|\bA \| @)[^\n]{0,40}\Z"
)
_ROBOT = re.compile(r"(?i)[^\n]{0,200}(?:bot\b|bot/|spider|crawler)")
_DECIMALS = re.compile(r"(?<![0-9.])[0-9]{1,3}\.[0-9]{7,}")
_TIME = re.compile(r"[0-9]:[0-9]{2}\b")
_OPENED = re.compile(r"[0-9] \([0-9][^)]*\Z")

_AMOUNT = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+")  # alone in a cell, or round
_OPEN_CELL, _CLOSED_CELL = re.compile(r"\|[ \t]*\Z"), re.compile(r"[ \t]*\|")


def is_nobodys(text: str, start: int, end: int, kind: str) -> bool:
    """Whether what stands round a find, or its own form, tells that it is no personal data."""
    value, before = text[start:end], text[max(0, start - _BEFORE) : start]
    if kind == "address":
        if _MEASURED.search(value) or _MEASURED.match(text, max(start, end - 1), end + 8):
            return True
        told = _PLACE.search(before) or _STOOD.match(text, end, end + _BEHIND)
        return told is not None and not _LIVES.search(before)
    if kind == "ip":
        return bool(_ENTRY.search(before) or _ROBOT.match(text, end))
    if kind == "handle":
        return _TIME.search(value) is not None or "," in value
    if _DECIMALS.search(value) or _TIME.search(value) or _OPENED.search(value):
        return True
    if _THING.search(before) or (kind == "ruc" and _COURT.match(text, start)):
        return True
    if _AMOUNT.fullmatch(value):
        cell = _OPEN_CELL.search(before) and _CLOSED_CELL.match(text, end)
        if cell or value.endswith(".000"):
            return True
    digits = sum(map(str.isdecimal, value))
    return digits <= _PROJECT_DIGITS and _PROJECT.search(before) is not None
