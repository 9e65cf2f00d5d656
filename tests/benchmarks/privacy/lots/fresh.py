"""A third lot of items for the benchmark of personal data: forms and phrasings that are in neither half of the first.

Written after the finders and without a look at them, and first run when all of it was written. An item is made
once from each line. That first figure, and not what the lines give today, is the held-out one: it is in LOG.md.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from stdnum.iso7064 import mod_97_10

from tests.benchmarks.privacy.lots.items import (
    KIND,
    MAKE,
    Chance,
    Item,
    card_number,
    digits,
    dni,
    grouped,
    iban,
    mobile,
    nie,
    written,
)

NEW: Mapping[str, tuple[str, Callable[[Chance], str]]] = {
    "dash3": ("phone", lambda c: grouped(mobile(c), 3, 3, 3, sign="-")),
    "dash2": ("phone", lambda c: grouped(mobile(c), 3, 2, 2, 2, sign="-")),
    "par34": ("phone", lambda c: f"(+34) {grouped(mobile(c), 3, 3, 3)}"),
    "tight34": ("phone", lambda c: f"+34{mobile(c)}"),
    "pe51": ("phone", lambda c: f"+51 {grouped(digits(c, 9, '9'), 3, 3, 3)}"),
    "co57": ("phone", lambda c: f"+57 31{digits(c, 1)} {digits(c, 3)} {digits(c, 4)}"),
    "uy598": ("phone", lambda c: f"+598 9{digits(c, 1)} {digits(c, 3)} {digits(c, 3)}"),
    "ve58": ("phone", lambda c: f"0412-{digits(c, 7)}"),
    "pt351": ("phone", lambda c: f"+351 {grouped(digits(c, 9, '9'), 3, 3, 3)}"),
    "fr33": ("phone", lambda c: f"+33 6 {grouped(digits(c, 8), 2, 2, 2, 2)}"),
    "us1": ("phone", lambda c: f"+1 (305) {digits(c, 3, '2345')}-{digits(c, 4)}"),
    "par91": ("phone", lambda c: f"(91) {digits(c, 3, '345')} {digits(c, 2)} {digits(c, 2)}"),
    "mail_plus": ("email", lambda c: f"Nuria.Soto+boletin{digits(c, 2)}@Gmail.com"),
    "mail_dash": ("email", lambda c: f"r-costa_{digits(c, 2)}@sub.mi-empresa.com.ar"),
    "mail_sub": ("email", lambda c: f"xoan{digits(c, 2)}@usc.gal"),
    "iban_dash": ("iban", lambda c: grouped(iban(c), 4, 4, 4, 4, 4, 4, sign="-")),
    "iban_de": ("iban", lambda c: _foreign(c, "DE", 18)),
    "iban_pt": ("iban", lambda c: _foreign(c, "PT", 21)),
    "card_dot": ("card", lambda c: grouped(card_number(c), 4, 4, 4, 4, sign=".")),
    "dni_dots": ("dni", lambda c: (lambda n: f"{n[:2]}.{n[2:5]}.{n[5:8]} {n[8]}")(dni(c))),
    "nie_space": ("nie", lambda c: (lambda n: f"{n[0]} {n[1:8]} {n[8]}")(nie(c))),
    "ip6_long": (
        "ip",
        lambda c: (
            f"2a0c:5a80:{c.randrange(4096, 65536):x}:1f:{c.randrange(4096, 65536):x}:9:44:{c.randrange(1, 999):x}"
        ),
    ),
    "ip_port": (
        "ip",
        lambda c: f"83.{c.randrange(1, 255)}.{c.randrange(1, 255)}.{c.randrange(1, 255)}",
    ),
    "street": (
        "address",
        lambda c: (
            f"{c.choice(['Paseo de la Castellana', 'Ronda de Segovia', 'Travesía del Horno'])}, {c.randrange(1, 90)}"
        ),
    ),
    "street_n": ("address", lambda c: f"C/ Mayor nº {c.randrange(1, 90)}"),
    "street_c": ("address", lambda c: f"carrer de Balmes, {c.randrange(1, 400)}"),
    "street_g": ("address", lambda c: f"Rúa do Vilar, {c.randrange(1, 90)}"),
    "street_l": ("address", lambda c: f"Av. Corrientes {c.randrange(1000, 6000)}"),
    "record_": ("record", lambda c: digits(c, 7)),
    "college_": ("college", lambda c: f"28{digits(c, 7)}"),
    "nass_": ("nass", lambda c: f"28-{digits(c, 8)}-{c.randrange(10, 99)}"),
}


def _foreign(chance: Chance, country: str, size: int) -> str:
    number = digits(chance, size)
    return country + mod_97_10.calc_check_digits(number + country) + number


PERSONAL = """Si le interesa, mi número es el {dash3} y contesto por las tardes.
Nos puede localizar en el {dash2}, a cualquier hora.
Vendo bici casi nueva, interesados {mobile3}.
Mándame un wasap: {tight34}
Fisioterapia a domicilio ☎ {mobile2}
📞 {landline3} | ✉ {mail_sub}
Línea de atención: {par34}, gratuita desde fijos.
Reservas: {pe51} (Lima) y {co57} (Bogotá).
Informes en Montevideo al {uy598}.
Para comunicarse, {ve58}, licenciado Rondón.
Desde Portugal marque {pt351}; desde Francia, {fr33}.
Oficina de Miami: {us1}.
Centralita {par91}, extensión 14.
El paciente facilita como teléfono de localización {dash3}.
Se deja aviso en el contestador del {landline2} y en el del cuidador, {mobile}.
Vecina que tiene llaves: {mobile2}.
Trabajadora social: ext. 4412, busca 88, móvil corporativo {mobile3}.
Centro de salud, petición de cita: {landline}.
Consultas sobre el artículo: {mail_dash}
Autor para correspondencia (correo-e: {mail_plus}).
<{mail_sub}> escribió el martes:
From: {mail_dash}; Reply-To: {mail_plus}
mailto:{mail_sub}?subject=beca
Puede donar en {iban_dash} indicando su nombre.
Bizum no; solo transferencia, {iban4}, a nombre de la comunidad.
Konto der Stiftung: {iban_de}.
Conta da associação: {iban_pt}.
Domiciliación: {ccc}, sucursal de Lugo.
Le cargaron 60 euros en la {card4} sin avisar.
Nº de tarjeta: {card_dot}, caduca 04/29.
El acusado, con documento {dni}, negó los hechos.
NIF del declarante: {dni_dots}
{dni_} es el identificador con el que accedió al portal.
Firmado por el titular del documento {dni_low} a los efectos oportunos.
La recurrente, de nacionalidad rumana, con N.I.E. núm. {nie_space}.
Tarjeta de residencia {nie}, en vigor.
Factura emitida por Talleres Arousa, S.L. (NIF {cif}).
Adjudicatario: Obras del Sil, S.A., {cif_}.
Titular con afiliación a la Seguridad Social n.º {nass_}.
Nº afiliación: {nass12}
Episodio del paciente con NHC {record_} trasladado a planta.
H.C.: {record_}
Nº de historia: {record_}. Cama 12.
Firmado: facultativa de guardia, col. {college_}
Médica colegiada con el número {college_} en Madrid.
Contribuyente identificada con R.U.C. {ruc_pe} en el padrón.
El actor (CUIL {cuit}) reclama salarios caídos.
Rol único tributario {rut_}, según consta en la escritura.
Clave Única de Registro de Población: {curp}
Emisor con RFC {rfc}, domicilio fiscal en Puebla.
Portadora de la cédula {cc_co}, vecina de Pasto.
Nacido en Lima, pasaporte peruano núm. {passport}.
Bloqueada la dirección {ip_port}:8080 por intentos repetidos.
Failed password for root from {ip_port} port 22 ssh2
Edición anónima hecha desde {ip6_long} en la portada.
Su bufete está en {street}, segunda planta.
Entregar en {street_n}, bajo izquierda.
El despatx és al {street_c}, de Barcelona.
Pódese recoller na {street_g}, de Santiago.
Local en {street_l}, piso 7, Buenos Aires."""

WITHOUT = """El gol llegó en el minuto 91, tras 600 pases y 345 678 espectadores en la temporada.
La resolución de la pantalla es de 1920 x 1080, con 600 123 puntos activos.
Se vendieron 612.345.678 unidades en todo el mundo.
El río mide 915 km y su cuenca, 98 210 km2.
La deuda ascendía a 934 567 890 pesetas de 1982.
El asteroide (612345) fue descubierto en 2002.
Catálogo Gaia DR3 4295806720, magnitud 12,4.
NGC 6543, ascensión recta 17 58 33.42, declinación +66 37 59.5.
Signatura: R/39 421, caja 28 079.
Procedimiento ordinario 0000412/2019, sección 3.ª.
NIG: 28079 33 3 2019 0012345
ECLI:ES:TS:2021:1234, Roj: STS 1234/2021
Ponencia del magistrado de la Sala 3.ª, núm. 1.284/2020.
CELEX 32016R0679, DOUE L 119 de 4.5.2016, p. 1.
Ley Orgánica 3/2018, de 5 de diciembre, arts. 9.2 y 12.4.
NORMA Oficial Mexicana NOM-024-SSA3-2012, publicada en 2012.
Acuerdo 2/2013, DOGC núm. 6348, 3.4.2013.
NCBI GenBank: MN908947.3, 29 903 nucleótidos.
La proteína P0DTC2 tiene 1273 aminoácidos.
CAS 50-78-2; masa molar 180,158 g/mol.
Hemograma: Hb 13,2, VCM 91,4, plaquetas 245.000, leucocitos 7.800.
Tensión 145/91, saturación 96 %, glucemia 123, FG 60.
Glasgow 15, escala EVA 6/10, Barthel 90, IMC 24,5.
Pauta: 1-0-1 durante 10 días, luego 0-0-1.
Apgar 9/10/10, peso 3.450 g, talla 50 cm.
Ciclo 3 día 8, dosis acumulada 450 mg/m2.
Dejó la tarjeta roja en el minuto 45 y el 4-4-2 en el banquillo.
Llamó por teléfono 3 veces, la última a las 22:15.
El móvil pesa 189 gramos y mide 146,7 x 71,5 x 7,8 mm.
Se fabricaron 4000 fax en 1987 y 12000 en 1988.
En la calle había 200 personas; en la plaza, 1500.
Vivió en la calle de Alcalá hasta 1936.
La avenida tiene 12 carriles y 3 km.
Un paseo de 20 minutos por la ronda, 45 si llueve.
El camino 4 del parque, de 7 km, sale de la ermita.
Plaza de 4 años como profesor titular, BOE de 12 de mayo.
C/ 45 grados de latitud el sol no se pone alto.
SHA-1 da39a3ee5e6b4b0d3255bfef95601890afd80709 del archivo.
UUID 123e4567-e89b-12d3-a456-426614174000
std::vector::size() devuelve 12; el módulo a::b::c, 3.
Actualice a 10.15.7.1 o a 4.19.0.2 antes de reiniciar.
La orden git log --since=2020-01-01 da 123456789 líneas.
@property def total(self): return self.a@self.b
Siga a @museo.prado en la red; etiqueta #2024.
Puntuación: 15-40, 6-4, 7-6(5), 6-3.
Marcador 102-98; parciales 25-20, 30-28, 22-25, 25-25.
Censo de 1787: 10.409.879 almas en 22.460 pueblos.
Serie numérica 1 1 2 3 5 8 13 21 34 55 89 144.
π = 3,141 592 653 589 793 238 462
El cometa C/1995 O1 pasó en 1997.
Sinfonía n.º 41, K. 551; BWV 1043; op. 27 n.º 2.
Sal. 119, 105; Mt 5, 3-12; Ap 21, 1-4.
EAN 8410076472885, lote L2304, envase de 500 ml.
La matrícula EC-LUX corresponde al vuelo IB6250 de las 12:55.
Quedan a 12 de junio 345 678 millones de barriles.
MAC 00:1a:2b:3c:4d:5e, puerto 3 del conmutador."""


def fresh(seed: int = 1126) -> list[Item]:
    """The items of the third lot: those with personal data, then those without."""
    chance = random.Random(seed)
    makers = {**MAKE, **{name: make for name, (_, make) in NEW.items()}}
    kinds = {**KIND, **{name: kind for name, (kind, _) in NEW.items()}}
    return [
        *written("fresh", PERSONAL.splitlines(), 1, chance, makers, kinds),
        *written("fresh near", WITHOUT.splitlines(), 1, chance, makers, kinds),
    ]
