"""Postal addresses that stand for others: names, numbers and doors are others, and all else stays as it is written.

`calle Mayor, 14, 3.º B` and `C/ Mayor 14, 3.º B` get the same street, number, floor and door, each in its form.
"""

# ruff: noqa: E501 (a list is a pattern)

from __future__ import annotations

import re

from cleaning.privacy.fakes.chance import as_written, chance
from cleaning.privacy.fakes.persons import LAST
from cleaning.privacy.persons.letters import folded
from cleaning.privacy.telephones.spoken import NUMERALS, SIZES

_STREETS = """del Olmo|de la Encina|de los Robles|del Molino|de la Vega|del Prado|de la Roca|del Arroyo|de los Campos
|del Pinar|del Valle|del Lago|del Soto|de los Montes|del Sauce|del Fresno|de los Cerezos|del Castaño|del Manzano
|del Naranjo|de la Parra|de las Viñas|de la Huerta|de las Fuentes|de la Laguna|de la Sierra|de la Peña|de la Cueva
|de la Cañada|del Barranco|del Llano|de la Pradera|del Rosal|del Romero|del Laurel|de la Jara""".replace(
    "\n", ""
).split("|")
_WAYS = (  # without accents, as all lists here
    r"calle|callejon|cl\.?|c\.|c/|avenida|avinguda|avda?\.?|av\.?|plaza|plazuela|pza\.?|pl\.?|paseo|passeig|pº|camino|carretera|ctra\.?|carrer|rua"
    r"|ronda|travesia|glorieta|pasaje|psje\.?|bulevar|boulevard|blvd\.?|bvd?\.?|bvar\.?|carrera(?= d)|jiron|jr\.?|calzada|privada|cerrada|cuesta|costanilla|rambla"
)
_LINKS = r"(?:de|del|la|las|los|el|da|do|dos|das|d['’](?:[oa]s?(?= ))?|l['’])"
# What parts of an address are called, and small words.
_KEPT = rf"""{_WAYS.replace("|c.|c/", "")}|{_LINKS}|carrera|cra|diagonal|transversal|kalea|etorbidea|km|kilometro|numero|num|nro|no|piso|planta
|puerta|pta|porton|portal|escalera|esc|bloque|blq|bl|block|bajos?|entresuelo|entlo|entl|ent|principal|ppal|pral|atico|sotano|altos|local|tienda|oficina|ofic|of
|despacho|nave|parcela|solar|manzana|mza?|manz|lote|lt|letra|izquierda|izqda|izda|izq|derecha|dcha|drcha|dch|centro|interior|int|exterior
|ext|edificio|edif|torre|apartamento|apto|apartado|apdo|correos|casilla|departamento|depto|dpto|dp|pb|aa|hh|casa|chalet|unidad|esquina|esq|entre|casi|frente|junto
|detras|lado|barrio|urbanizacion|urb|colonia|col|fraccionamiento|fracc|residencial|res|poligono|pol|industrial|ind|sector|zona|partida|paraje
|lugar|aldea|parroquia|alcaldia|delegacion|provincia|prov|pcia|municipio|partido|estado|edo|distrito|codigo|postal|cp|bis|norte|sur|este|oeste
|arriba|abajo|cuadras?|metros|mts?|con|sin|al|en|por|primer[oa]?|segund[oa]|tercer[oa]?|cuart[oa]|quint[oa]|sext[oa]|septim[oa]|octav[oa]|noven[oa]
|decim[oa]|er|ro|do|to|ta|da|ra""".replace("\n", "")
_NAME = rf"(?<![^\W\d_])(?!(?:{_KEPT})(?![^\W\d_]))[^\W\d_ºª]{{2,}}"
_PARTS = re.compile(
    rf"(?<=numero )(?P<said>{'|'.join(SIZES)})(?!\w)|(?:(?<!\w)(?P<way>(?:{_WAYS}),? ?)(?:{_LINKS} ?)*|(?<!\w)(?:las?|los|el) )?(?P<name>{_NAME}(?:[ -](?:{_LINKS} ?)*{_NAME})*)"
    r"|(?P<number>\d+)|(?P<door>(?<![^\W\dºª_]|[/.])[a-z](?![\w/.]))"
)
# A postal code; houses have four digits, too.
_CODE = re.compile(r"(?:\d{5,}|(?<=[a-z0-9], )\d{4})(?!\d)")


def place(address: str, seed: int) -> str:
    """The address that stands for another, in its form."""
    plain = folded(address)
    parts = [*_PARTS.finditer(plain)]
    named = [part for part in parts if part["name"]]
    first = next((part for part in named if part["way"]), next(iter(named or parts), None))
    street = first[first.lastgroup or 0] if first else ""
    pieces: list[str] = []
    at = 0
    for part in parts:
        start, end = part.span(part.lastgroup or 0)
        written = address[start:end]
        if part["said"]:
            draw = chance("address", f"{street} {part['said']}", seed)
            other = as_written(draw.choice(NUMERALS[SIZES[part["said"]]]), written)
        elif part["number"]:
            is_code = bool(_CODE.match(plain, start))
            other = _number(written, "" if is_code else street, seed)
        elif part["door"]:
            draw = chance("address", f"{street} {part['door']}", seed)
            other = draw.choice("ABCD") if written.isupper() else written
        else:
            draw = chance("address" if part["way"] else "town", part["name"], seed)
            other = as_written(draw.choice(_STREETS if part["way"] else LAST), written)
            start = part.end("way") if part["way"] else part.start()
        pieces += [address[at:start], other]
        at = end
    return "".join(pieces) + address[at:]


def _number(written: str, street: str, seed: int) -> str:
    """Of as many digits: of a house in its street, or a postal code, which is nobody's, since none begins with 00."""
    draw = chance("address", f"{street} {written}", seed)
    first, *others = draw.choices("123456789", k=len(written))
    return "".join([first, *others] if street else ["00", *others[1:]])
