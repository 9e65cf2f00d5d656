"""A fourth lot for the benchmark of personal data: telephones that no word announces, and numbers that look so.

Written before the finders of telephones were made general, by who made them so; what the first run after that gave is
in LOG.md. Not seen, but not foreign either. An item is made once from each line.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from tests.benchmarks.privacy.lots.fresh import NEW
from tests.benchmarks.privacy.lots.items import (
    KIND,
    MAKE,
    Chance,
    Item,
    digits,
    grouped,
    mobile,
    written,
)

SHAPES: Mapping[str, Callable[[Chance], str]] = {
    "dot2": lambda c: grouped(mobile(c), 3, 2, 2, 2, sign="."),
    "wide": lambda c: f"{digits(c, 3, '9')} - {digits(c, 3)} - {digits(c, 3)}",
    "fixed2": lambda c: f"93-{digits(c, 3, '2345')}-{digits(c, 2)}-{digits(c, 2)}",
    "fixedp": lambda c: f"(981) {digits(c, 3, '125')} {digits(c, 3)}",
    "free": lambda c: f"900 {digits(c, 3)} {digits(c, 3)}",
    "tight00": lambda c: f"0034{mobile(c)}",
    "p34": lambda c: f"(0034) {grouped(mobile(c), 3, 3, 3)}",
    "mx10": lambda c: f"(55) {digits(c, 4)} {digits(c, 4)}",
    "mx3": lambda c: f"33-{digits(c, 4)}-{digits(c, 4)}",
    "ar11": lambda c: f"011 {digits(c, 4, '4')}-{digits(c, 4)}",
    "co3": lambda c: f"31{digits(c, 1)} {digits(c, 3)} {digits(c, 4)}",
    "pe9": lambda c: grouped(digits(c, 9, "9"), 3, 3, 3),
    "cl9": lambda c: f"9 {digits(c, 4)} {digits(c, 4)}",
    "ve4": lambda c: f"0414 {digits(c, 3)} {digits(c, 4)}",
    "ec9": lambda c: f"09{digits(c, 1)} {digits(c, 3)} {digits(c, 4)}",
}
STREETS: Mapping[str, tuple[str, Callable[[Chance], str]]] = {
    "street_gl": ("address", lambda c: f"rúa da Raíña, {c.randrange(1, 90)}"),
    "street_eu": ("address", lambda c: f"San Martin kalea, {c.randrange(1, 90)}"),
    "street_ca": ("address", lambda c: f"plaça de Catalunya, {c.randrange(1, 90)}"),
}

PERSONAL = """Peluquería Marisol, {dot2}. Abrimos los lunes.
Se ha perdido perra mestiza en Arteixo. Si la ve, {mobile3}.
Fontanero 24 h → {mobile2}
Marta (la del bajo): {dash3}
Apunta: {mobile3}, es el de mi cuñado.
Ferretería Ibáñez · Ctra. de Burgos s/n · {landline2}
Delegación de Galicia {fixedp}
Delegació de Catalunya {fixed2}
Quien quiera sumarse, que mande un mensaje a {mobile}.
Se alquila piso. Razón: {mobile}
Pregunten por Andrés en el {landline}.
Emergencias de gas {free}, las 24 horas.
Avisar a su nieta ({mobile}) en caso de alta.
Persona de referencia: sobrina, {mobile2}.
El teléfono lo coge ella: {dash2}.
Se intenta localizar a la familia sin éxito ({mobile3}).
Busca de guardia de cirugía y directo del despacho: {landline3}.
Envíe ALTA al {mobile} y recibirá un SMS.
Telf. y fax: {landline2}
Deitu {mobile} zenbakira.
Trucar al {mobile3} de dilluns a divendres.
Chame ao {landline3} ou escriba.
Pode ligar para {tight00}.
Call us: {p34}
Sede central: {wide}.
Bizum al {mobile} antes del viernes
Inscripciones hasta el 3 de mayo: {landline}, {mail_sub}
📱{mobile}
✆ {landline2}
Taller en Guadalajara, Jalisco: {mx3}
Ciudad de México, {mx10}, atención a usuarios.
Estudio jurídico, Rosario, Argentina. {ar11}
Domicilios en Medellín {co3}
Pollería en Arequipa, Perú, pedidos {pe9}
Veterinaria en Temuco (Chile) {cl9}
Repuestos, Maracaibo, Venezuela, {ve4}
Farmacia de turno en Guayaquil: {ec9}
Hable con la tutora del grupo B, {dot2}, si no puede venir.
Guardo el contacto del casero, {landline3}, por si acaso.
Reparto de leña: {fixed2} (noches), {mobile2} (mañanas)
Pasaporte boliviano {passport}, vigente.
Facultativo especialista, col. núm. {college_}
Doctora adjunta (col. {college_}).
Registro Único de Contribuyentes {ruc_pe}, activo.
Cargo en la tarjeta {card_dot}.
Vivía na {street_gl}, de Compostela.
La botiga és a la {street_ca}, de Vic.
Bulegoa: {street_eu}, Donostia.
Escriban a {mail_dash} con copia a {mail_plus}.
Cédula de identidad uruguaya {ci_uy}."""

WITHOUT = """El padrón sumaba 612 345 678 fichas en 2011.
Presupuesto: 912.345.678 euros en tres años.
Total activo 934 567 890, total pasivo 734 567 890.
La estrella está a 712 345 678 km del centro.
Código de barras 841 234 567, caja de 12.
Referencia catastral 9872023 VH5797S 0001 WX.
Expediente 612-345-678, archivado en 1998.
Núm. de registro 934567890, folio 12.
La tirada fue de 600 000 000 ejemplares.
Recaudó $ 812 345 678 en su primera semana.
ISBN 84-376-0494-X; ISBN 978 84 376 0494 7; DL M 12345-1987.
Resolución 600 123 456, del ministerio, publicada en 2003.
Factura 700123456 del 3 de mayo.
Coordenadas 41.234.567 N y 612.345.678 E (UTM 30).
Producción por año: 612 345 678 634 567 890 655 123 456
Genes 712-34-56-78 del cromosoma 6.
Serie 6, 66, 666, 6 666, 66 666, 666 666 666.
Patente ES 912 345 678 B1.
Póliza 812 34 56 78, vigente.
PMID 912345678; OMIM 612 345.
Población mundial en el año 1700: unos 610 000 000.
Sorteo del sábado: 61 234 56 78 no salió premiado; el gordo fue 74.612.
Pedido n.º 655-12-34-56 entregado.
Distancias de 91 123 45 67 metros en el mapa.
Votaron 645 321 987 personas, un 67,4 %.
Resultados: 7-6, 6-7 y 60-45-67-89 en puntos.
De 1936 a 1975; pp. 612-634; vol. 7, 890-912.
El satélite transmite a 912 345 678 Hz.
La clave es 9 8765 4321 en decimal.
Radicado 315 123 4567 de la Corte, Bogotá."""


def fourth(seed: int = 1848) -> list[Item]:
    """The items of the fourth lot: those with personal data, then those without."""
    chance = random.Random(seed)
    news = {**NEW, **STREETS}
    makers = {**MAKE, **{name: make for name, (_, make) in news.items()}, **SHAPES}
    kinds = {
        **KIND,
        **{name: kind for name, (kind, _) in news.items()},
        **dict.fromkeys(SHAPES, "phone"),
    }
    return [
        *written("fourth", PERSONAL.splitlines(), 1, chance, makers, kinds),
        *written("fourth near", WITHOUT.splitlines(), 1, chance, makers, kinds),
    ]
