"""What still belongs to a find: the signs and letters joined to a number, the door and the town behind a street."""

# ruff: noqa: E501 (an alternative of a pattern is a line)

from __future__ import annotations

import re
from collections.abc import Sequence

from cleaning.privacy.extensions import EXTENSION
from cleaning.privacy.patterns.late import late

_CODES = frozenset(
    {"record", "college", "passport", "cedula", "account", "ruc", "cif", "plate", "nass"}
)
_SIGNED_OF = frozenset({"record", "college"})
_LETTERS = re.compile(r"(?<![\w/.-])(?:[A-Z]{1,8}[-./]?|[0-9A-Z]{1,5}[-/])\Z")
_SUFFIX = re.compile(
    r"(?:[-/][0-9]{1,4}|[-/]?[A-Z]|[-/][A-Z]{1,3}[0-9]?)(?:[-/][0-9A-Z]{1,4})?(?![\w/-]|[.,][0-9])"
)
_VERIFIED = re.compile(  # the number on the back of a card, behind its end
    r"(?i)(?:[ ,;|·(–-]{1,3}(?:(?:cad(?:uca(?:cidad)?|\.)?|exp(?:ira|\.)?|vto\.?|vence|v[aá]lida? hasta):? ?)?[01]?[0-9] ?/ ?(?:20)?[0-9]{2}\)?)?"
    r"[ ,;|·(–-]{1,4}(?:(?:y|con) )?(?:cv[vc]2?|cvn|c[oó]digo (?:de )?seguridad)[ :.=]{1,3}[0-9]{3,4}(?![\w]|[.,][0-9])"
)
_SIDE = r"(?:izda?|izq|dcha|drcha|dch|izquierda|derecha|interior|exterior|int(?!\.? [0-9A-Z]{1,3}\b)|ext)\b\.?"
_FLOOR = (  # floors in words, and cut short
    r"(?:primer[oa]?|segund[oa]|tercer[oa]?|cuart[oa]|quint[oa]|sext[oa]|s[eé]ptim[oa]|octav[oa]|noven[oa]|d[eé]cim[oa]|bajo|ático|ppal|pral|entlo|behea|baixos?|baxos)\b\.?"
)
# What lies beside, and how the house looks that has no number.
_BESIDE = (
    r"(?:frente (?:a|al|a la)|(?:por )?detr[aá]s de(?:l| la)?|al lado de(?:l| la)?|junto (?:a|al|a la)|a la vuelta de(?:l| la)?|(?:a )?espaldas? de(?:l| la)?"
    r"|pasando (?:el|la|los|las)|contiguo (?:a|al|a la)|a un costado de(?:l| la)?|a media cuadra de(?:l| la)?|a una cuadra de(?:l| la)?|casi esquina|al fondo|entrada por)"
)
_UNIT = (  # of the land, and of a house
    r"(?:finca|fundo|hacienda|estancia|rancho|rancher[ií]a|paraje|pago|partida|vereda|corregimiento|cant[oó]n|caser[ií]o|compañ[ií]a|fracci[oó]n|sector|pobla(?:ci[oó]n)?|villa|parroquia|aldea|lugar"
    r"|cooperativa|coop\.|conjunto|ciudadela|cdla\.|rinconada|infonavit|residencial|ensanche|ens\.|urbanizaci[oó]n|distrito|comuna|comunidad|ejido|concello|pasaje|psje\.|camino|ctra\.|carretera|calle"
    r"|pol[ií]gono|nave|parcela|solar|pieza|acera|caseta|garita|hab\.|habitaci[oó]n|chal[eé]t?|bl\.|bloque|block|escalera|esc\.|puerta|port[oó]n|paradero|consultorio|despacho|edif\.|edificio|PH|km|altos|entrada)"
)
# What is no name of a town: the next field of a form, a word that begins what is said next, and names of persons.
_NEXT = (
    r"(?!(?i:tel[eé]f(?:ono)?s?|tel|tlfn?o?|tfno|telf|m[oó]vil|celular|cel|fax|e-?mail|correo|web|whatsapp|wasap|d\.?n\.?i|n\.?i\.?[ef]|c\.?i\.?f"
    r"|r\.?u\.?[tc]|c[eé]dula|pasaporte|horario|fecha|hora|nombre|edad|sexo|profesi[oó]n|firma(?:do)?|fdo|don(?! benito)|do[nñ]a|d|d[nñ]?a|sra?|srta|se[nñ]ora?"
    r"|atentamente|saludos|gracias|cliente|paciente|titular|propietari[oa]|contacto|nacid[oa]|lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bado)\b)"
)
_BEGINS = r"(?!(?:El|La|Los|Las|Lo|Un|Una|Uno|Su|Sus|Mi|Mis|Se|Si|No|Ya|Yo|Me|Te|Nos|Le|Les|Es|Son|Era|Fue|Hay|Con|Por|Para|Pero|Que|Qué|Como|Cuando|Donde|En|Al|Del?|A|Y|O|Desde|Hasta|Según|Sin|Ahora|Hoy|Ayer|Mañana|Luego|Después|Entonces|Aquí|Allí|También|Además|Este|Esta|Esto|Ese|Esa|Todo|Toda|Todos)(?! [A-ZÁÉÍÓÚÑ])(?=\W))"
_GIVEN = (  # the commonest given names of Spain and Mexico, without those that towns are called by
    r"Juan|José|Antonio|Manuel|Francisco|Luis|Miguel|Carlos|Javier|Jorge|Pedro|Pablo|Sergio|Alejandro|Fernando|Rafael|Daniel|Ángel|Alberto|Álvaro"
    r"|Diego|Andrés|Adrián|Raúl|Enrique|Ramón|Vicente|Iván|Rubén|Óscar|Joaquín|Eduardo|Víctor|Roberto|Ricardo|Mario|Jaime|Ignacio|Marcos|Jordi|Guillermo|Gabriel"
    r"|Hugo|Emilio|Julio|Alfonso|Salvador|Tomás|Agustín|Felipe|Martín|Nicolás|Gonzalo|Lucas|Mateo|César|Arturo|Gerardo|Héctor|Armando|María|Ana|Carmen|Isabel"
    r"|Laura|Cristina|Marta|Lucía|Elena|Pilar|Raquel|Teresa|Paula|Beatriz|Sara|Silvia|Patricia|Julia|Sofía|Andrea|Mónica|Alba|Inés|Eva|Nuria|Irene|Claudia"
    r"|Verónica|Susana|Sandra|Alicia|Yolanda|Natalia|Carolina|Daniela|Gabriela|Leticia|Adriana|Josefa|Dolores|Luisa|Juana|Jesús"
)
_NO_PERSON = (
    rf"(?!(?!Jesús María[,.;)\n]|Álvaro Obregón[,.;)\n])(?:{_GIVEN})(?:,|\.|\)|;|\n|\Z| (?!Aldama|Auxiliadora|María[,.)]|Maria)(?:de |del |de la )?[A-ZÁÉÍÓÚÑ]))"
    r"(?!(?!Benito )[A-ZÁÉÍÓÚÑ]\w+ [A-ZÁÉÍÓÚÑ]\w*[eéi]z\b)(?!(?:[A-ZÁÉÍÓÚÑ]\w+ ){2}[A-ZÁÉÍÓÚÑ]\w*[eéi]z\b)"
)
_WORD = rf"{_NEXT}[A-ZÁÉÍÓÚÑ][\w'’-]*"
_NAME = (
    r"(?:(?:(?:Sta|Sto|Gral|Dr|Dra|Pto|Pta|Mcal|Cnel|Tte|Pte|Ntra|Sra|S)\. )?"
    rf"{_WORD}|[0-9]{{1,2}} de)(?: (?:(?:de|del|la|las|los|el|y|d['’]) ?){{0,2}}{_WORD}){{0,4}}"
)
_CITY = rf"{_NO_PERSON}{_BEGINS}(?:S/C de {_WORD}|{_NAME}(?: D\.? ?[CFN]\b\.?)?)"
_STATE = (  # how states are cut short, behind a town
    r"(?:Ags|B\.C\.S|B\.C|Camp|Chis|Chih|Coah|Col|Dgo|Gto|Gro|Hgo|Jal|(?:Edo\. )?Méx|Mich|Mor|Nay|N\.L|Oax|Pue|Qro|Q\. ?Roo|S\.L\.P|Sin|Son"
    r"|Tab|Tamps|Tlax|Ver|Yuc|Zac|D\.C|D\.F|D\.N|Bs\. As|Prov|Dpto)\."
)
_COMPONENT = late(
    rf"\.? ?(?i:{_SIDE})|-[A-Z]\b(?![-.])|,? [«\"][A-Z][»\"]"
    rf"|(?:,? |-)[0-9]{{1,2}}\.?[ºª°]\.?[- ]?(?:[A-Z]\b(?!\.\w)|(?i:{_SIDE}))?"
    r"|,? (?i:letra|puerta|pta\.|piso|depto\.?|dpto\.?|apto\.?|apartamento|oficina|ofic?\.|interior|int\.?|local|tda\.?|tienda|casa|portal"
    r"|esc\.|escalera|torre|bloque|edif\.|lote|mz\.?|manzana|pol\.|parc\.|nave|nau|pab\.|pabell[oó]n|bungalow|chal[eé]t?|cuerpo|timbre|unidad|suite) (?:n\.?[º°] ?|# ?)?(?:[0-9]{1,4}(?:-?[A-Z]\b)?|[A-Z](?:-?[0-9]{1,3})?\b)"
    r"|, (?:planta baja|bajos?|trasera|ático|entresuelo|principal)\b"
    rf"|(?:,|\.| ·| -| –)? (?:Col\.|Fracc\.|Barrio|B\.?º|Urb\.|Alcaldía|Edif\.|Edificio|Residencial|Res\.|Colonia|Reparto) {_NAME}"
    rf"|(?:,|\.| ·| -| –)? (?:(?:C\.? ?P\.?|CP|código postal):? ?|(?!(?:1[89]|20)[0-9]{{2}}\b))[0-9]{{4,5}}(?:-[0-9]{{3}})?(?:(?:,? (?:de )?| ?[-–] ?){_CITY})?(?![\w-]|[.,/][0-9])"
    rf"|, {_STATE}|,? Edo\. {_CITY}| \({_CITY}\)| \((?:C\.?P\.?:? ?)?(?!(?:1[5-9]|20)[0-9]{{2}}\))[A-Z]?[0-9]{{4,5}}\)|(?<=BJ|jo) [A-Z]\b(?!\.)"
    rf"|,? (?i:{_FLOOR})(?: (?i:piso|planta|letra|puerta)\b)?(?: (?:(?i:{_SIDE})|[A-H]\b(?!\.)))?|(?<=[0-9])\.?[ºª°](?:[ -]?(?:[A-Z]\b(?!\.)|(?i:{_SIDE})))?"
    r"|-(?:bajo|altos)\b|,? (?:ent|entl|pral|princ)\.? ?[0-9]\.?[ªa]|,? (?:manz|mza?)\. ?[0-9A-Z]{1,3},? (?:lt|lote)\.? ?[0-9]{1,3}| por [0-9]{1,3} y [0-9]{1,3}\b|(?<=[a-z]) de 19[0-9]{2}(?=,)"
    rf"|\n(?:C\.?P\.? )?[0-9]{{5}} {_CITY}(?=[,.;)\n]|\Z)"
    r"|,? (?:altos|bajos)\b|(?<=izq|cha|zda|qda|ral|pal|tlo)\.(?!\w)|,? [0-9]{1,2}(?:er|ro|do|to|ta|da|ra)\.? (?:nivel|piso|planta|etapa|anillo)\b"
    rf"|-[0-9]{{1,2}}\.?[ºª°]?[- ]?[A-Z]\b(?![-.]\w)| ?[½¼](?!\w)|(?<=[0-9]{{5}}) (?:de )?{_CITY}|(?<=[ ,][A-Z][0-9]{{4}}) {_CITY}|(?<=[a-z] de) (?:(?:la|los|las) )?{_WORD}|(?<=[A-Z]{{3}}) DE(?:L| LA| LOS| LAS)? [A-ZÁÉÍÓÚÑ]{{3,}}(?![a-z])|,? (?:Pcia|Pvcia|Prov|Provincia|Depto|Dpto|Edo|Estado|Partido|Municipio)\.? (?:de |del )(?:la |los |el )?{_CITY}|,? (?:CABA|C\.A\.B\.A\.|CDMX|Ciudad de México)(?!\w)| [–—] ?[0-9]{{1,2}}\.?[º°ª]\.? ?(?:[A-H]\b|{_SIDE}|[0-9]{{1,2}}\.?[ªa]?)(?!\w)"
    rf"|, (?i:{_UNIT})(?: (?:(?:de|del|la|las|los|el|de la) ){{0,2}}(?:{_WORD}|[0-9]{{1,4}}(?:[.,][0-9]{{1,3}})?(?:-?[A-Z]\b)?|[A-Z]\b|del fondo|[a-záéíóú]{{4,12}}(?=[,;.)\n]|\Z))(?: (?:(?:de|del|la|las|los|el|y|de la) ){{0,2}}{_WORD}){{0,3}})"
    rf"|,? \(?(?i:{_BESIDE})(?: [^\s,;.()\n]+){{1,6}}\)?(?=[,;.)\n\"»]| [-–—]|\Z)"
    r"|, (?i:casa|edificio|port[oó]n|puerta|rancho|reja|fachada) (?:de )?(?:color )?(?:azul|verde|roj[oa]|blanc[oa]|amarill[oa]|negr[oa]|gris|caf[eé]|celeste|esquinera|naranja|ros(?:a|ad[oa])|terracota|crema|marr[oó]n|madera|ladrillo|dos pisos|[uú]ltima)\b"
    r"|,? (?:y )?(?:media|un[oa]?|dos|tres|cuatro|1/2|[0-9]{1,3})(?: ?(?:c\.|cuadras?|varas|vrs\.?|mts?\.?|metros|m\b))?(?: y media)? (?:al )?(?:norte|sur|este|oeste|arriba|abajo|lago|sur)\b"
    rf"|,? (?:e/|entre|esq\.|esquina(?: con)?|casi) ?(?:[0-9]{{1,3}}|{_NAME}) (?:y|e) (?:[0-9]{{1,3}}|{_NAME})(?=[,;.)\n]|\Z)"
    rf"|(?:,| -|-) ?[0-9]{{1,2}}\. ?(?:ezk|esk|erd)\w{{0,7}}\.?|(?<=[0-9])\.[A-H]\b(?=[,;\n])|(?<=[0-9][º°])[ -]?[0-9]{{1,2}}\.?[ªa](?!\w)|(?:,| -| –) ?P\.?B\b\.?| s/n\b| x [0-9]{{1,3}}(?:-?[A-D])? y [0-9]{{1,3}}(?:-?[A-D])?\b"
)
_TOWN = late(
    rf"(?:, (?:de )?| [-–] ){_CITY}(?=[.;:)\n\"»,]|\Z| \(| [-–—·|] | (?i:timbre|tel|tel[eé]fono|tlfn?o?|m[oó]vil|cel|fax|e-?mail|correo|cp|c\.p|dni|nif|ruc|rut|cuit)\b)"
)
# A town behind which the sentence goes on, and one that `de` joins to the house.
_TOWN_IN_PROSE = late(
    rf", (?:de )?(?!(?:{_GIVEN})\b){_CITY}(?= (?:de (?=[0-9])|y|e|a|al|en|es|está|están|para|por|con|pero|que|donde|desde|hasta|los|las|el|la|lo|si|se|me|te|nos|le|hace|hay|tiene|como|cuando|sin|ya|no|frente|junto|cerca)\b)"
)
_TOWN_OF = late(
    rf",? de (?:(?:la|los|las|el) )?(?!(?:{_GIVEN})\b){_CITY}(?=[,.;:)\n\"»]|\Z| [a-záéíóúñ(–—-])"
)
_OF_TOWN = late(rf" (?:de la|del|de los|de las|de) {_WORD}(?=[,.;:)\n\"»]|\Z| \()")
_CODE_AND_TOWN = late(r"[0-9]{5} [A-ZÁÉÍÓÚÑ][\w'’-]+(?: [A-ZÁÉÍÓÚÑ][\w'’-]+)?\Z")
_FRONT = late(  # a town, a house or an estate, behind which an address goes on
    rf"(?<=\ben )(?:{_CITY}, ){{1,2}}\Z"
    rf"|(?<!\w)(?i:{_UNIT}|residencia|barriada|barrio|pueblo joven|urb\.|condominio|camping|mas)(?: (?:de |del |la |las |los |el ){{0,2}}{_WORD}){{1,4}}(?:, (?i:{_UNIT}|grupo) [0-9A-Z]{{1,4}})*, \Z"
    r"|(?<!\w)(?i:[áa]tico|patio interior|piso|bajo|local|puerta|escalera|portal|trastero)(?: [0-9]{1,2}\.?[ºª]?)?(?: [A-D0-9]\.?[ºª]?)?,? (?:de (?:la )?)?\Z"
)
_SMALL_TOWN = late(
    r"(?:, (?:de )?[a-záéíóúñ]{4,14}(?: (?:de |del |la |el |los )?[a-záéíóúñ]{4,14})?){1,2}(?=[.;)\n]|\Z)"
)  # where the street is in small letters, too
_ARTICLE = re.compile(r"(?i)(?<!\w)(?:la|el|los|las) \Z")
_BODY = re.compile(
    r"(?<![\w/.-])(?!NUM|NRO|COL|MAT|REG|LIC|EXP|DNI|NIF|TEL|FAX|ID)[A-Z]{3,8} \Z|M\.[NP]\.(?:(?<=acional M\.N\.)|(?<=incial M\.P\.)) \Z"
)
_ABBREVIATED = re.compile(r"(?<=[a-zí]{3} )(?:M[NPE]|T[PI]|C[CEI]) \Z")  # behind its word in full
_LAST_GROUP = re.compile(r" [0-9]{1,3}(?![\w/]|[.,][0-9]| [0-9a-z€$])")
_SERIES = re.compile(r"(?<![\w.-])[A-Z]{1,3} \Z")  # of a passport
_SIGNED = re.compile(r"(?<!\w)N[°º]\.? \Z")
_BODY_BEHIND = re.compile(r" (?:(?:IC|CO|CP|CA|CM|CG)[A-Z]{1,6}|CND)(?!\w)")
_WAY = re.compile(  # before the name of a street
    r"(?i)(?<!\w)(?:calle|c[./]|c/\.?|avda?\.?|avenida|plaza|pza\.?|paseo|ctra\.?|carretera|camino|lg\.|lugar|r[uú]a|carrer|barrio|aldea"
    r"|urb\.?|priv\.?|psje\.?|pasaje|traves[ií]a|partida|kalea|jr\.?|zona|sector|residencial|edificio|edif\.)(?: (?:de|del|la|las|los|el|do|da|o|a)){0,3} \Z"
)
_BETWEEN = re.compile(r",? ?(?:(?:de la|del|de|en la|en el|en) )?")  # components of one address
_NET_NAME = re.compile(r"(?:[\w.-]*\w)?(?:#[0-9]{4}(?!\w))?")
_BEFORE_NAME = re.compile(r"(?:\blive:)?@?[\w.-]*\Z")
_WIDEST = 24  # characters before a number
_FARTHEST = 64  # before an address
_COMPONENTS = 8  # of an address behind a street
_TOWNS = 3  # and what they belong to, whose names nothing else tells


Span = tuple[int, int, str]


def _ends_in_a_town(text: str, start: int, end: int) -> bool:
    """Whether an address ends in a postcode and a town, which has one blank, the last of it: the rest may be long."""
    blank = text.rfind(" ", start, end)
    return blank - 5 >= start and bool(_CODE_AND_TOWN.match(text, blank - 5, end))


def whole(text: str, finds: Sequence[Span]) -> list[Span]:
    """Finds, disjoint and in order, each with what belongs to it; none goes into another."""
    grown: list[Span] = []
    for at, (start, end, kind) in enumerate(finds):
        if (
            grown
            and kind == grown[-1][2] == "address"
            and _BETWEEN.fullmatch(text, grown[-1][1], start)
        ):
            start = grown.pop()[0]
        low = grown[-1][1] if grown else 0
        high = finds[at + 1][0] if at + 1 < len(finds) else len(text)
        if kind in _CODES:
            if text[start].isalnum() and (
                before := _LETTERS.search(text, max(low, start - _WIDEST), start)
            ):
                start = before.start()
            if kind == "passport" and (before := _SERIES.search(text, max(low, start - 5), start)):
                start = before.start()
            if kind == "college" and (before := _BODY.search(text, max(low, start - 10), start)):
                start = before.start()
            if before := _ABBREVIATED.search(text, max(low, start - 7), start):
                start = before.start()
            if kind in _SIGNED_OF and (before := _SIGNED.search(text, max(low, start - 5), start)):
                start = before.start()
            behind = _SUFFIX.match(text, end, high)
            if kind == "college":
                behind = _BODY_BEHIND.match(text, behind.end() if behind else end, high) or behind
        elif kind == "iban":  # of another country than Spain, whose groups are not all of four
            behind = (
                None if text.startswith(("ES", "es"), start) else _LAST_GROUP.match(text, end, high)
            )
        elif kind == "card":
            behind = _VERIFIED.match(text, end, high)
        elif kind == "phone":
            behind = EXTENSION.match(text, end, high)
        elif kind == "handle":
            if before := _BEFORE_NAME.search(text, max(low, start - _WIDEST), start):
                start = before.start()
            behind = _NET_NAME.match(text, end, high)
        elif kind == "address":
            behind = None
            if before := _WAY.search(text, max(low, start - _WIDEST), start):
                start = before.start()
            if (
                text[start].islower()
                and (before := _ARTICLE.search(text, max(low, start - 4), start))
            ) or (before := _FRONT.search(text, max(low, start - _FARTHEST), start)):
                start = before.start()
            towns = 0
            for _ in range(_COMPONENTS):
                component = _COMPONENT.match(text, end, high)
                if not component and _ends_in_a_town(text, start, end):
                    component = _OF_TOWN.match(text, end, high)
                if not component and towns < _TOWNS:
                    component = _TOWN.match(text, end, high) or _TOWN_OF.match(text, end, high)
                    if not component and not towns:
                        component = _TOWN_IN_PROSE.match(text, end, high)
                    towns += 1
                if not component:
                    break
                end = component.end()
            if text[start:end].islower() and (component := _SMALL_TOWN.match(text, end, high)):
                end = component.end()
        else:
            behind = None
        grown.append((start, behind.end() if behind else end, kind))
    return grown
