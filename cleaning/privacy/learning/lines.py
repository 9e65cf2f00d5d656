"""Invented lines with personal data, to train on: any word of a kind, any signs between, any form of a number.

A lot of items holds the words of whoever wrote it. Here each word for a kind, of all countries, meets each layout and
each form, so that what is learnt is not their pairs.
"""

# ruff: noqa: E501 (the words of a kind are a line)

from __future__ import annotations

import random
from collections.abc import Mapping

from cleaning.privacy.learning.of_nobody import of_nobody
from cleaning.privacy.learning.values import FIRST, FORMS, NAMES, Values, chosen, drawn, value_of

_WORDS: Mapping[str, str] = {
    "phone": "tel|tel.|tlf|tlf.|tlfn|tfno.|tfn|tf|telf.|teléf.|teléfono|telefono|fono|fonos|móvil|movil|mvl|mv|celular|cel|cel.|cell|celu|cell.|telefax|fax|fijo|línea baja|línea|wasap|wsp|wsp.|wassap|guasap|whatsapp|WhatsApp|wpp|WA|contacto|contacto directo|llamar al|llamen al|llamadme al|llámame al|márcame al|marcar|marque|timbrar al|avisar al|escríbeme al|yapear al|yape|plin|nequi|daviplata|sinpe|zelle|bizum|bizum al|pago móvil|consultas|informes|info|reservas|pedidos|turnos|citas|recados al|ref.|urgencias|busca|centralita|PBX|oficina|casa|trabajo|de mi mujer|del hijo|de su madre|de la tutora|preguntar por Toñi|directo|mensajes al|al número|mi número|mi nº|núm.|número de contacto|telefonoa|telèfon|mòbil|teléfono móvil|tlm.|sakelakoa|deitu|trucar al|chamar ao|☎|📞|📱|☏|Ph.|phone|mobile",
    "cedula": "cédula|cedula|céd.|ced.|CC|C.C.|c.c.|cc|CI|C.I.|c.i.|cédula de identidad|cédula de ciudadanía|documento|doc.|doc|documento de identidad|identidad|identificación|N.º de identidad|ident.|DUI|D.U.I.|DPI|CUI|tarjeta de identidad|T.I.|CE|cédula jurídica|carné de identidad|carnet|CIP|id|nro doc|LE|L.E.|LC|céd. Nº|portador de la cédula|titular de la C.I.|identificado con|cedulado",
    "dni": "DNI|dni|D.N.I.|d.n.i.|DNI/NIF|NIF|nif|N.I.F.|documento|doc.|documento nacional|NAN|con DNI|su DNI|DNI del tutor|DNI titular|docu|dni del padre|DNI núm.|identidad",
    "record": "historia|historia clínica|hist.|hist. clín.|H.C.|HC|NHC|nhc|nº hª|N.º Hª Cª|historial|expediente clínico|exp. clínico|ficha clínica|ficha|registro médico|CIP|CIPA|SIP|CIP-SNS|TSI|tarjeta sanitaria|nº tarjeta sanitaria|afiliado|afiliado nº|nro. de afiliado|credencial|carné|carnet nº|carné de socio|socio|socia nº|n.º de socio|soc.|asociado|asociada|federado|nº federado|licencia federativa|ficha federativa|matrícula|matrícula de alumno|nº matrícula|legajo|leg.|padrón|expediente académico|exp. escolar|código de alumno|cód. alumno|código estudiantil|carné universitario|boleta|número de control|NIU|NIA|registro académico|RA|póliza|póliza nº|n.º póliza|nº cliente|cliente nº|cód. cliente|código de cliente|abonado|nº abonado|usuario nº|paciente nº|paciente n.º|pulsera|episodio|id paciente|user_id|cliente_id|empleado|nº empleado|núm. de empleado|trabajador nº|hermano nº|hermana n.º|demandante de empleo|tarjeta de demandante|lector nº|carné de lector|carné de biblioteca|TIP|carné profesional|placa policial|pasaje de|ticket de paciente|beneficiario|nº beneficiario|asegurado nº|suministro a nombre de Luz, contrato|licencia de conducir|licencia|permiso de conducir|brevete|registro de conductor",
    "college": "colegiado|colegiada|colegiado nº|colegiada n.º|col.|col. nº|nº col.|n.º col.|nº cgdo.|coleg.|núm. col.|número de colegiado|collegiat|collegiada|núm. de col·legiat|colexiado|elkargokide|M.P.|MP|M.N.|MN|mat.|matr.|matrícula|mat. prov.|matrícula profesional|matrícula nacional|C.M.P.|CMP|RNE|CPSP|COP|CIP|CAL|ICAM|ICAB nº|ICAV|T.P.|tarjeta profesional|RM|R.M.|registro médico|registro profesional|reg. prof.|céd. prof.|cédula profesional|ced. prof.|MPPS|CMC|Inpreabogado|INPREABOGADO N°|exequátur|Exeq.|cód.|código médico|JVPM|nº de licencia profesional|Tº 44 Fº|CPACF|habilitado nº|instalador nº|perito nº|gestor col.|aparejador col.|procuradora col.|enf. col.|fisio col.|lic.|Reg. Colegio",
    "account": "cuenta|cta|cta.|c/c|cc|cuenta corriente|cta. cte.|cta cte|cuenta de ahorros|cta. ahorros|ahorros|caja de ahorro|CA|CBU|CVU|CLABE|clabe|CCI|CCC|cuenta interbancaria|cuenta vista|cta. vista|cuenta RUT|depositar en|transferir a|ingresar en|consignar en|número de cuenta|nº de cuenta|nro cuenta|compte|cuenta sueldo|cuenta monetaria|cuenta nómina|domiciliar en|BCP soles|BBVA|Banco Popular|Banreservas|Pichincha|Bancolombia",
    "iban": "IBAN|iban|cuenta|cta.|nº de cuenta|ingreso en|transferencia a|domiciliación|compte|kontua|conta|abonar en",
    "card": "tarjeta|tarj.|visa|Visa|mastercard|MC|PAN|tarjeta de crédito|tarjeta de débito|nº tarjeta|TDC|con cargo a|débito|amex",
    "nass": "NASS|NUSS|NSS|nss|N.S.S.|N.A.F.|NAF|Seg. Social|S.S.|SS|nº S.S.|seguridad social|afiliación|núm. afiliación|nº afiliación|IMSS|seguro social|afil.|Seguridade Social|Seguretat Social",
    "nie": "NIE|nie|N.I.E.|TIE|NIE nº|nie del menor|extranjería|tarjeta de residencia",
    "passport": "pasaporte|Pasaporte|pasap.|PPT|ppt.|pass.|passaport|pasaporte nº|pasaporte español|pasaporte arg.|nº pasaporte|pax|viajero|pasaporte de mi hija|pasaportea|doc. viaje|PAS",
    "cuit": "CUIT|CUIL|cuit|cuil|C.U.I.T.|cuit nº|CUIT/CUIL|mi cuit",
    "rut": "RUT|rut|R.U.T.|RUN|run|rut nº|cédula|rol único|su RUT|RUT titular",
    "ruc": "RUC|ruc|R.U.C.|NIT|nit|N.I.T.|RIF|R.I.F.|RNC|R.N.C.|RTN|C.I./RUC|NIT/CC|registro tributario|nit. nº",
    "cif": "CIF|cif|C.I.F.|NIF|N.I.F.|CIF nº|empresa|sociedad|pagador|emisor|mercantil",
    "curp": "CURP|curp|clave única|C.U.R.P.",
    "rfc": "RFC|rfc|R.F.C.|receptor|emisor|homoclave",
    "ip": "IP|ip|IP fija|ip=|dirección IP|desde la IP|host|host =|ping a|servidor|mi server es|conexión desde|from|client|iptables -s|traceroute 3|gateway|último acceso|acceso desde|VPN|nodo|src|remote_addr",
    "handle": "instagram|Instagram|insta|IG|ig|facebook|fb|Facebook|tiktok|TikTok|twitter|Twitter|X|telegram|Telegram|discord|twitch|usuario|mi usuario|user|nick|mi nick|perfil|sígueme en|sígannos|síguenos|por privado|etiqueta a|hilo de|retweet a|youtube|canal|threads|bluesky|mastodon|snap|pinterest|strava|wallapop|perfil de|escribid a|avisar a|habla con|cuenta de|responde",
    "plate": "matrícula|matr.|placa|placas|patente|dominio|chapa|PPU|vehículo|coche|moto|auto",
    "address": "domicilio|dom.|Domicilio|dirección|Dirección|dir.|Dir|direc.|dirección fiscal|domicilio procesal|domicilio particular|domiciliado en|domiciliada en|con domicilio en|vive en|vivo en|viven en|residente en|reside en|vecino de|vecina de|consultorio|consulta|despacho en|estudio|oficina|sede|ubicación|ubicado en|sito en|sita en|entregar en|entrega|entregas en|envío a|enviar a|recoger en|retiro por|retirar en|recogida en|casa de la novia|velorio en|velado en|estamos en|nos vemos en|visítenos en|quedamos en|notificar en|notifíquese en|dirección de entrega|vivienda|finca|local|taller|enderezo|adreça|helbidea|citado en|paso por|mandar a|📍|🏠|robada en|atiendo en|lugar|junto a|en",
}
_NOBODYS = (  # words before numbers that mean no person
    "factura|fra.|fact. nº|pedido|pedido nº|albarán|albarán nº|lote|lote n.º|L|ref.|referencia|resolución|expediente|exp.|expte.|nº expediente|sentencia|auto|recurso|rec.|ley|Ley|R.D.|decreto|BOE-A|BOE núm.|ISBN|isbn|ISBN-13|ISSN|depósito legal|D.L.|NIPO|DOI|registro sanitario|reg. san.|RGSEAA|serie|nº de serie|S/N|modelo|mod.|versión|v.|ver.|build|código postal|CP|C.P.|ticket|ticket #|turno|folio|finca registral|finca nº|tomo|libro|inscripción|asiento|partida|presupuesto|presupuesto nº|importe|total|subtotal|precio|cantidad|stock|dosis|altitud|población|habitantes|votos|coordenadas|lat.|UTM|año|años|cap.|pág.|págs.|pp.|art.|arts.|CIE-10|CIE|SNOMED|EAN|código de barras|SKU|artículo|art. nº|catastro|polígono|CUPS|UNE|ISO|dorsal|vuelo|tren|línea|parada|puerta|asiento|boleto|décimo|sorteo|premio|convocatoria|licitación|contrato|contrato nº|puerto|commit|issue|PR|error|código|cód. error|id de sesión|timbrado|CAE|autorización|nº autorización|SUNAT|comprobante|boleta de venta|recibo|recibo nº|guía|tracking|seguimiento|contador|lectura|kWh|kg|m²|superficie|parcela|capital social|RM|hoja|sección|casación|acta|acta nº|acuerdo|orden|circular|instrucción|protocolo|norma|tabla|figura|nota|temperatura|presión|TA|FC|glucosa|plaquetas|leucocitos|NC|CN|código nacional|cad.|caducidad|marca|chasis|bastidor|motor|IMEI|MAC|CEA|aula|sala|grupo|plazas|clave|capítulo|episodio|temporada|canal|frecuencia|km|emergencias|teléfono de la esperanza|el|la|de|unos|más de|cerca de|hasta|desde|entre"
)
_AMOUNTS = "9|99|999|9.999|99.999|9.999.999|9,99|99,99 €|9.999,99 €|$ 99.999|999 €|99 %|9-9|99-99|9/9999|99/9999|999/2099|2099/99|2099/9999|1/99/2099|99/99/2099|99-99-2099|2099-99-99|99:99|99:99:99|999/99|99/99 mg|999 mg|9.9.9|99.9.9.9|v9.99|978-84-999-9999-9|978 84 9999 999 9|84-999-9999-9|9999-9999|M. 99.999-2099|M-9999-2099|9999999|99999999|999999999|9999999999999|A99999|A-999|AA-9999|AAA-999-99|AA999999|99.99999/AA|99999|9999|999999|99 999|9 999 999|999 kg|9,9 km|99 m²|999 pp.|2099|2099-2099|(2099)|99-A|99.999 habitantes|#999|#9999|0x9A99|9999A|99.9.99|999.9|9.99999, -9.99999"
_BETWEEN = ': |: |: |: | |  |\t|:\t| - | – |. |.: | nº | n.º | N° | núm. | No. | # | es | = |=|: "|": "|":"|: **|** |** : | | |, | (|/|</td><td>|</b> | ... | ...... | -> | → |; |:|, número |, nº | es el | es: |\n|:\n|: [|_| del titular: | actual: | (titular) | correcto es | nuevo: | de ella: | y es '
_OF = "de {n}|de doña {n}|del Sr. {n}|de la {n}|({n})|{n}|a nombre de {n}|de mi madre|de mi padre|del tutor|de la tutora|de la menor|de la niña|del niño|del titular|de mi hija {n}|del alumno {n}|la secre|de la oficina|del portero|el viejo|el nuevo|el mío|la mía"
_AND = " y | y el | / |, | o | ó |; | - | y el de casa | y el otro |, y la suya | e | y tío (| | y al | , "
_BEHIND = " es mi | (| = | es el | (su | – "
_AFTER = '|||.|,|;|)| .| y|\n|\t|"|"}| -| /| ok| gracias|, gracias.| por favor|, de Madrid|, en Lima|, Toluca| (mañanas)| hasta las 8|, y listo|</td>| \\|| ⋯|. Saludos|. Un saludo| tardes|!|!!|?| 🙏| de momento| mi vida| y mañana'
_FRAMES = "|||Paciente: |Cliente |Don Eloy, |El titular, |La interesada, |Sr. Paz, |Alumno/a: |Hola, |Buenas, |oye |Nota: |- |* |> |1. |[12:40] |Firmado: |Tutora legal, |Datos: |Mi |mi |el |la |tu |su |Su |con |por |Para info |Vecinos, |Trabajador: |Dra. Olmo, |Abg. Paz, |Lic. Rey, |Dueño: |Pax: |Vuelo 448. |Cama 12. |2) |OJO: |Asunto: recibo. |En mi casa, |apunta "
_BARE = frozenset({"phone", "dni", "cedula", "passport", "nie", "rut"})
_COUNTED = (
    "pimiento",
    "patata nueva",
    "calabacín",
    "arroz",
    "carga",
    "control",
    "descarga",
    "salida",
    "Lugo",
    "Betis",
    "talla",
    "ración",
    "Primaria",
    "Grupo A",
    "comp.",
    "1)",
    "2.",
    "Mesa",
    "Planta",
    "plaza",
    "turno",
    "hora",
    "a las",
    "sobre las",
    "Tema",
    "Ejercicio",
    "Capítulo",
)
_NUMBERS = ("phone", "record", "college", "account", "cedula")
_DRAWN = [
    *_WORDS,
    *["phone"] * 4,
    *["address"] * 8,
    *["record"] * 4,
    *["college"] * 3,
    *["cedula"] * 3,
    *["handle"] * 2,
    "account",
    "dni",
    "passport",
    "ip",
]


def lines(many: int, draw: random.Random) -> list[tuple[str, Values]]:
    """So many lines, each with one to four values of any kinds and where these stand."""
    return [(of_nobody(draw), []) if draw.random() < 0.2 else _line(draw) for _ in range(many)]


def _line(draw: random.Random) -> tuple[str, Values]:
    text, values = chosen(_FRAMES, draw), []
    for _ in range(draw.choice((1, 1, 2, 2, 3, 4))):
        kind = draw.choice(_DRAWN)
        between = chosen(_BETWEEN, draw)
        if draw.random() < 0.1:  # what is sold, scored or timed
            for _ in range(draw.randrange(2, 5)):
                text += draw.choice((chosen(NAMES, draw), *_COUNTED)) + draw.choice(
                    (" ", " ", ": ", ". ")
                )
                text += drawn(chosen(_AMOUNTS, draw), draw) + draw.choice(
                    (" ", "; ", ", ", ". ", " pts; ")
                )
            continue
        if draw.random() < 0.35:
            forms = _AMOUNTS if draw.random() < 0.6 else FORMS[draw.choice(_NUMBERS)]
            text += chosen(_NOBODYS, draw) + between + drawn(chosen(forms, draw), draw)
            text += chosen(_AFTER, draw) + draw.choice((" ", " ", ", ", "\n"))
            continue
        word = chosen(_WORDS[kind], draw)
        if draw.random() < 0.3:
            word = draw.choice((word.upper(), word.lower(), word.capitalize()))
        way = draw.random()
        if way < 0.2:
            word += " " + chosen(_OF, draw).format(n=chosen(FIRST, draw))
        elif way < 0.3 and kind in _BARE:  # a name alone before it
            word = draw.choice(
                ("", "", "llamar a ", "consultas a ", "con ", "Sra. ", "atiende ")
            ) + chosen(FIRST, draw)
            between = draw.choice((", ", ": ", " ", " (", " - ", ", al "))
        if kind == "address" and draw.random() < 0.5:
            between = " "
        value = value_of(kind, draw)
        if way > 0.95:
            word, between = "", ""
        text += word + between
        values.append((len(text), len(text) + len(value), kind))
        text += value
        if way > 0.95:  # the word behind it
            text += chosen(_BEHIND, draw) + chosen(_WORDS[kind], draw)
        elif draw.random() < 0.15 and kind != "address":
            text += chosen(_AND, draw)
            value = value_of(kind, draw)
            values.append((len(text), len(text) + len(value), kind))
            text += value
        text += chosen(_AFTER, draw) + draw.choice((" ", " ", " ", ", ", "\n", " - ", " | "))
    return text.rstrip(), values
