"""Invented lines to train on whose numbers and addresses are nobody's, though they look as if they were somebody's.

Their forms are those in which a network took numbers for personal data wrongly, in text and items that it was not
measured on: runs of programs, records of names on the net, codes of public works, wares and courts, tables of a
benchmark, and the addresses of museums, novels, walks and works in a street.
"""

# ruff: noqa: E501 (the words of a kind are a line)

from __future__ import annotations

import random
import re

from cleaning.privacy.learning.values import chosen, drawn, value_of

_RUNS = "{9.99999999999} {9.9999999999}\n{9.99999999999} {9.99999999999}\n{9.9999999999} {9.99999999}|{99/99/2099 99:99:99},Español,,,He leído las condiciones|E  {99999}  EGABD  E|{99 99 99 99 99 99 99 99 99}|CI verde (run {99999999999})|build {9999} en {99999999}|job {9999999999} falló|workflow {9999999}, intento 2|deploy {99999999}|commit {9a99a9a}, tag v{9.9.99}|pipeline #{9999999} ok|issue #{9999} cerrada|PR #{9999}, {99} tests|artefacto {999999999999}|PID {99999}, hilo {999999}|offset {99999999}|seed={9999999999}|timestamp {9999999999999}|timeout={999999}|order_id: {999999}|sku={99999999}|item {9999999}, rev. {99}|row {99999} de {999999}|puerto {99999}|f{9999999}, f{99999999}, f{99999999}|chunk-{9999999}.js|img_{99999999}_{9999}.jpg|DSC{99999}.JPG|2^48 ({999 999 999 999 999})|2 ^ {99} ({999 999 999 999})|0x{99999999}|CVE-2021-{99999}|KB{9999999}|RFC {9999}|error {99999999}|code: {99999}|bajada {99,9} Mb/s, subida {99} Mb/s|versión {9.9.99999}"
_NET = 'A @ {i}|Tipo: A\nNombre: @\nValor: {i}|Address: {i}|nslookup x.es: {i}|tabla A ¦ @ ¦ {i} ¦|servidores DNS {i} y {i}|DNS {i}, {i}|nameserver {i}|dig +short: {i}|{i} - - [17/Oct/2017:10:48:17 +0200] "GET /robots.txt HTTP/1.1" 200 178 "-" "Googlebot/2.1"|{i} "bingbot/2.0"|Registro A apunta a {i}|proxy_pass http://{i}:3000|mirror {i}|CNAME y A ({i})|/api/manifest/ip/{i}/id/{9a99a9a}|NTP {i}|resolver {i}|balanceador {i}|hosting compartido, {i}|runserver [2001:db8:{9999}:{9999}::9]'
_CODES = "ORDENANZA Nº {9999}|O R D E N A N Z A Nº {9999}|O R D E N A N Z A {9999}|Ordenanzas Nº {9999/99} y Nº {9999/99}|Corresp. Expte. {A-99/2099}|Corresponde Expte. {A-99-2099}|Corresp. Exptes. {A-99/99} y {A-99/99}|Decreto N° {9999/99}|Resolución N° {999/2099}|Identificación N° {99999}|(Nº de identificación {99999} y {99999})|Partida de Contribuyentes Nº {999-9999}|manzanas {99-99-99}|Mitre al {900}; Roca al {900}; Salta al {900}|Las paradas: Brown {900}; Colón {900}; Alberdi {900}|Calle ex {99}, calle ex {9}|30\nP\n{9999999999}\n1|FAU {20999999999} soft\nMotivo: Doy V° B°|FAU {20999999999} hard|CUI N° {9999999}, {9999999} y {9999999}|I.E. {99999}|I.E.P. N° {99999} de la Peñita|registro N° {9999999} Exp. {9999999}|solicitud con registro NO {9999999}|inmueble empadronado con el número {999.999}|padrón {99.999} con frente a la calle|{999 999} nuevos cotizantes a la Seguridad Social y {999 999} personas|SIP vs H.{999}|Source: caho:{1999999999}@banco.io|Agente {9}ra.\nAgente {9}ta.|con CUI N° {9999999}|CUI {9999999}|con código SNIP {999999}|SNIP N° {999999}|código unificado {9999999}|código único de inversiones {9999999}|BIP {99999999-9}|timbrado {99999999}|CAE {99999999999999}|NAC {9999999}|bono {99999999}|bono Fonasa {99999999}|boleta N° {99999}|Boleta {99999}|factura {9999999}|código interno {AA-99-999}|lote {A9999-9}|NIMA {9999999999}|C.S. {99999}|centro sanitario {99999}|REGA ES{999999999999}|microchip {999999999999999}|chip {999999999999999}|crotal {9999}|número económico {999}|unidad {9999}|ficha técnica {99999}|registro de turismo VT-{99999-A}|VUT/{AA/99999}|licencia de obras {999/2099}|expediente de obras {9999/2099}|autorización {99999999}|aut. {999999}|giro {999}|talón {9999999}|cheque {9999999}|albarán {99999}|pesada {999999}|DUA {99AA99999999}|partida arancelaria {9999.99.99}|CNAE {9999}|código NACE {99.99}|CPV {99999999-9}|INE {99999}|RPA {99999999}|REEUP {999.9.99999}|clave presupuestal {99999}|régimen {999}, C.P. del receptor|finca {99-999}|tomo {999}, folio {99}|protocolo {9.999}|número de protocolo {9999}|ISIN ES{9999999999}|LEI {9999AA9999AA9999AA99}|modelo {999}, casilla {999}|nº de orden {99}|acta {999/2099}|sorteo {999}, n.º {99999}|premio al {99999}|cupón {99999}, serie {999}|dorsal {9999}|cta. contable {999.9999}|partida {99.99.999}|subvención {999999/99}|matrícula del ascensor {99-9999}|contador {99999999}|n.º de serie {99AA99999}|S/N {AA9999999}|IMEI del lote {999999999999999}|chasis {AAA99999A9A999999}|motor {9AA-999999}|tren {99999}|vuelo AA{9999}|bus {999}|línea {999}|parada {9999}|puesto {999}|puso {9.999}; la prima, {9.999}; yo, {9.999}|Telefónica {999.999.999} acciones|{99-99-1999}|semana {99} de {2099}"
_WARES = "DELL Inspiron 15 {9999} ({9999})|Galaxy A{99} ({999} GB)|ThinkPad X{999} ({9999})|ref. {9999-999}|Canon EOS {9999}|HP {9999 AA}|talla {99-99}|neumático {999/99} R{99}|tornillo M{9}x{99} DIN {999}|LEGO {99999}|caja {9999} x {999}|cód. {9999999}|EAN {9999999999999}|Peugeot {9999}|Airbus A{999-999}|Boeing {999-999}|Nokia {9999}|Ryzen 7 {9999A}|RTX {9999}|bombilla {9999} lm|{999}-{999} ({999} mcgotas/min)|ampolla + {99} ml de SG {9}%. Ponga: {999} - {999} ({999} mcg/min)|glucosa {999}, urea {99}, CK {9999}|proBNP {9.999}|plaquetas {999.999}|ferritina {9999}|leucos {99.999}|BIC {9999999}"
_PLACES = "El Museo de la Villa ({a}) cierra los lunes|El museo está en {a}|La casa natal del poeta, en {a}, es hoy un museo|La novela sitúa la pensión en {a}|En la novela vive en {a}|como cuenta el narrador, en {a}, donde pasaba las tardes|El palacio, en {a}, es de {1699}|visita a la iglesia de {a} y al palacio arzobispal|La ruta sale de {a} y baja al río|obras en {a} hasta mayo|corte de tráfico en {a}|accidente en {a} sin heridos|incendio en {a}, según los bomberos|manifestación desde {a}|Una placa en {a} lo recuerda|aquí, en {a}, estuvo la imprenta|El teatro ({a}) abrió en {1899}|Estadio: {a}|La estación de {a}|el cine de {a} cerró en {1999}|Guía: tapas en {a}|La película se rodó en {a}|En {1899} la Junta se reunía en {a}|metro {a}|El crimen de {a}, de {1999}|hallazgo romano en {a}|La biblioteca, {a}, abre de 9 a 21|paradas: {a}; {a}|procesión por {a}|El capítulo 3 transcurre en {a}|Free Software Foundation, Inc., {a}|licitación: reforma de {a}|bien de interés cultural: {a}|fuente de {a}, siglo XVIII|plan parcial de {a}|Lote Nº {9}, Plano {99999}, partida {99} A-{999}, al NO {999} mts|a {999} m de la plaza Mayor|en la Plaza Mayor caben {9.999} personas|avenida de {99} metros de ancho|la carretera N-{999} a su paso por la villa|autovía A-{99}, km {99}, corte|Gran Vía, {9.999} personas|calle cortada del {9} al {99}|mesa {9} del bar|aula {99} del colegio Cervantes|sala {9} del palacio de congresos|Capilla {9}, nave {9}|Torre {9}, vista al mar|puerta {99} de la terminal {9}|Sector {9} en obras|barrio {99} de Enero, {999} viviendas"
_COUNTRIES = "MOLDOVA, REPUBLIC OF|KOREA, REPUBLIC OF|CAPE VERDE|SRI LANKA|NIGERIA|GUINEA-BISSAU|BERMUDA|ISLE OF MAN|SAINT LUCIA|ESPAÑA|PERÚ|CHILE|MÉXICO"
_FIRST = "Kevin|Terry|Paula|Luis|Marta|Richard|Minnie|Blair|Paul|Ruth|Tomás|Nieves"
_LAST = "Palmer|Romero|Simpson|Flores|Todd|Ruiz|Allen|May|Russell|Ros|Foster|Lee"
_BESIDE = " · Tel. [PHONE]|, tel. [PHONE]| [EMAIL]|, [EMAIL]| - [DNI]|, DNI [DNI]|. Contacto: [PHONE]| · [EMAIL]|\n[PHONE]|. [ADDRESS]|\n[ADDRESS]| (colegiada [COLLEGE])|, pasaporte [PASSPORT]"
_BEFORE = "||||- |* |> |Nota: |Ver |Según |Hoy, |El |La |[x] |1. |Motivo: |Asunto: |[EMAIL] |Tel. [PHONE]. |[DNI], |[PHONE]\n|Firmado: Paz. "
_AFTER = (
    "|||.|,|;|)|\n|, pendiente|, revisado|, y nada más|. Gracias|, según consta| ✅|, el martes"
)
_WAYS = (_RUNS, _NET, _CODES, _CODES, _CODES, _WARES, _PLACES, _PLACES)
_DRAWN = re.compile(r"\{([^{}]+)\}")
_ROWS, _BESIDE_OFTEN = 0.06, 0.3


def negatives(many: int, draw: random.Random) -> list[str]:
    """So many lines without personal data but placeholders."""
    return [_row(draw) if draw.random() < _ROWS else _line(draw) for _ in range(many)]


def _line(draw: random.Random) -> str:
    text = chosen(_BEFORE, draw)
    for at in range(draw.choice((1, 1, 2))):
        form = chosen(draw.choice(_WAYS), draw)
        text += (draw.choice((", ", "; ", ". ", " - ", "\n")) if at else "") + _filled(form, draw)
    if draw.random() < _BESIDE_OFTEN:
        text += chosen(_BESIDE, draw)
    return text + chosen(_AFTER, draw)


def _filled(form: str, draw: random.Random) -> str:
    def value(match: re.Match[str]) -> str:
        kind = {"a": "address", "i": "ip"}.get(match[1])
        return value_of(kind, draw) if kind else drawn(match[1], draw)

    return _DRAWN.sub(value, form)


def _row(draw: random.Random) -> str:
    """Rows of a table of made-up customers with the number of a day."""
    first, sign = drawn("9999", draw), draw.choice((",", ";", "|"))
    rows = []
    for _ in range(draw.randrange(2, 6)):
        fields = (
            drawn("AAAAAAAAAA", draw),
            draw.choice(("Dr.", "Ms.", "Sir", "Sra.", "")),
            chosen(_FIRST, draw),
            chosen(_LAST, draw),
            draw.choice("YN"),
            chosen(_COUNTRIES, draw),
            "",
            draw.choice(("[EMAIL]", "")),
            first + drawn("999", draw),
        )
        rows.append(sign.join(f'"{one}"' if one else "" for one in fields))
    return "\n".join(rows)
