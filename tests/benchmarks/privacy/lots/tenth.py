"""A tenth lot for the benchmark of personal data: exported chats, parish bulletins, small advertisements, delivery notes.

Written in one go by who had just mended the finders, before any run of them on it, and run once: what it gave is in LOG.md. The
lines are written as those of the fifth lot (a ¶ is the end of a line).
"""

# ruff: noqa: E501 (an item is a line)

from __future__ import annotations

import random

from tests.benchmarks.privacy.lots.fifth import of_lines
from tests.benchmarks.privacy.lots.items import Item

PERSONAL = """03/02/2024, 20:14 - Encarni cole: El fontanero, Damián <phone=677401829>
03/02/2024, 20:16 - Encarni cole: y el de la luz: Rober <phone=645 018 827>
[17/5/25, 8:02:44] Tato: pasame el celu de Vicky. [17/5/25, 8:03:01] Male: <phone=11-6044-9182>
9/10/23 22:41 - Lore mamá de Iker: <phone=611904735>
[30/6/24, 13:12:07] Jose Ant.: quedamos en <address=c/ Pintor Sorolla 17 bajo izq>
11/01/25, 9:30 - Profe Elsa: depositen a la CLABE <account=072320008812345679>
21/8/24, 17:03 - Wil: yo vivo en <address=Jirón Tacna 448 int. 6>, Magdalena
[2/12/23, 21:55:10] Chus: DNI <dni> pa la reserva
5/4/24, 10:10 - Nuria AMPA: talla M para Leire, <phone=688213745>, talla S para Unax, <phone=688213746>
[14/9/24, 19:20:31] Richard: mi correo es <email=richard.mq1990@ejemplo.com.pe>
HOJA PARROQUIAL. Despacho: martes de 18 a 20 h. Don Anselmo, <phone=947 06 33 81>
Cáritas: Milagros (<phone=659274018>)
Catequesis: Sor Pilar, <phone=942 71 08 35>; Charo, <phone=637915502>
Donativos para el tejado: <iban>
Rosario en casa de Benita, <address=calle del Medio, 9>, el jueves a las 17
Peregrinación a Luján. Anotarse con Graciela: <phone=2323 44-1872>
Secretaría de la capilla: <address=Moreno 1187 entre Alsina y Sáenz Peña>, Junín
Bautizos: traer libro de familia y escribir a <email=sanroque@parroquia-ejemplo.org>
Parroquia Cristo Rey, <address=Km 14 carretera a El Salvador>, tel. <phone=6634-1190>, Guatemala
Intenciones de misa: avisar a Toñi, <phone=923 18 04 77>
VENDO Citroën C4 de 2012, 148.000 km, ITV al día. Paco <phone=626038194>
Se dan clases de guitarra a domicilio, Martín, <phone=351 612-0947>, Córdoba
Regalo gatitos. Zona Delicias. <phone=695-17-40-28>
Alquilo cochera en <address=Avda. de los Castros 44>, <phone=942081736>
Cuido mayores, con referencias. Yolanda. <phone=602 48 15 39>
Traspaso mercería por jubilación, razón en <address=Cuesta del Rosario, 12>
Compro monedas y sellos, pago al momento: <phone=91 504 33 26> (Evaristo)
Permuto apartamento en el Cerro, <address=Tulipán #218 entre Falgueras y San Pedro>. <phone=7 881 4402>
Busco trabajo de noche, auxiliar, Wendy Paola <phone=300 718 2264>, Barranquilla
Mudanzas Hnos. Prieto <phone=622.91.04.73>
ALBARÁN 2024/0188. Entregar a: Remedios Otero, <address=Rúa da Barca 31, 2.º>, <phone=986440127>
Albarán n.º 4471. Recibí: J. Solís, DNI <dni_>
Destinatario: Ferretería Goñi¶<address=Polígono Areta, calle B, nave 14>¶31620 Huarte¶<phone=948330916>
Guía de despacho 88210. Retira: Ignacio Vera, RUT <rut>
Remito 0003-00018834. Entregar en <address=Ruta 9 km 74>, Zárate
Nota de entrega. Cliente: Luis Parra¶C.I. <cedula=V-14.820.337>¶<phone=0414-3390182>
Portes debidos. Recoge: Eladio, <phone=615 77 30 42>, matrícula aparte
Gracias por todo¶Un abrazo¶Mari Luz¶<phone=658112097>
Saludos cordiales,¶Ignasi Pons¶<address=Carrer de Balmes, 204, 3r 2a>¶<phone=932174405>
Atte.¶Psic. Lorena Galván¶Céd. Prof. <college=7718204>¶<phone=442 318 9027>
Psicóloga sanitaria, C.O.P. <college=M-30118>. Cita: <phone=671 20 94 83>
Historia <record=2204817>. Paciente que acude por dolor lumbar"""

WITHOUT = """03/02/2024, 20:15 - Encarni cole: <Multimedia omitido>
[17/5/25, 8:03:01] Tato: son 12.500 + 3.800 de envío
9/10/23 22:41 - Los mensajes y las llamadas están cifrados de extremo a extremo. 2048-4096
[30/6/24, 13:12:07] Jose Ant.: gol en el 89, y van 634 partidos
Lecturas: Is 40, 25-31; Sal 102, 1-10; Mt 11, 28-30
Año litúrgico 2024-2025; colecta de 1.284,50 euros
Cantos: núms. 118, 204 y 447 del cantoral
Difuntos del mes: 14. Bautizos: 6. Población 634120
Piso de 82 m2, 3 habitaciones, 164.000 euros, ref. 600123456
Ordenador i5-12400, 16 GB, SSD 512, 450 euros
Vendo colección National Geographic 1998-2014, 2 euros cada uno
Parcela urbana 612 m2, referencia catastral aparte, 45.000 euros
ALBARÁN 634091177. Bultos 4, peso 118,5 kg
Factura: 698112340, pedido 677001122, vencimiento 30/11/2024
Lote 650120334, caducidad 12-2026, 24 uds x 1,18
Ref. proveedor: 688-41-20-77; EAN 8410100020044
Seguimiento del envío 667812309 en la web del transportista
Total bultos 12, palets 2, hora 08:45, muelle 7"""


def tenth(seed: int = 2011) -> list[Item]:
    """The items of the tenth lot: those with personal data, then those without."""
    return [
        item._replace(text=item.text.replace("¶", "\n"))
        for item in of_lines(random.Random(seed), "tenth", PERSONAL, WITHOUT)
    ]
