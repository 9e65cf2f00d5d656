"""A fifth lot for the benchmark of personal data: 200 items of all kinds and of many countries.

Written in one go by somebody who had read the finders once and did not run them meanwhile; what the first run gave
is in LOG.md. A value stands as `<kind=text>`, or as `<maker>` where a check digit has to be right.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.privacy.lots.fresh import NEW
from tests.benchmarks.privacy.lots.items import KIND, MAKE, Item

_VALUE = re.compile(r"<(\w+)(?:=([^>]*))?>")
_WRITTEN = re.compile(r"<\w+=[^>]*>")

PERSONAL = """Para reservar mesa: <phone=91 445 12 08> (Madrid) o <phone=93 218 77 40> (Barcelona).
Mi número nuevo es el <phone=644 20 91 35>, borrad el antiguo.
WhatsApp: <phone=+34 688-41-20-77>
Cerrajeros urgentes <phone=655.120.934> día y noche
Tfno. <phone=968 35 71 02>, preguntar por Lola
El propietario atiende en el <phone=609112358> por las tardes.
llamar a mamá <phone=617 884 205>
Centralita: <phone=948 22 71 00>, ext. 214
Contacto en Pamplona, <phone=948-227-100>.
Tel/Fax <phone=985 34 56 12>
móvil de la abuela <phone=636 09 18 27> y de la tía <phone=636 09 18 28>
Oficina de Bilbao: telefonoa <phone=944 15 20 33>
Telèfon: <phone=972 20 45 61>
Teléfono de contacto del representante legal: <phone=(+34) 952 61 40 87>
Atención al paciente <phone=900 161 116>
Comunicarse al celular <phone=15-5823-4471> (CABA).
Tel. (0351) <phone=0351 423-8890>, Córdoba, Argentina.
Llámanos al <phone=+54 9 11 5823-4471>
Consultorio en Rosario: <phone=(0341) 448-2210>
Informes en Guadalajara al <phone=(33) 3615 8842>.
Tel. <phone=55 5523 8841>, Ciudad de México
Mándame un mensaje al <phone=+52 1 81 2044 9031>
Lada sin costo <phone=01 800 714 2250>
Domicilios al <phone=310 482 7756> o al fijo <phone=(601) 342 8890>, Bogotá
Celular: <phone=3004827756>
Escríbenos: <phone=+57 300 482 7756>
Fono <phone=+56 2 2345 6781>, Santiago
Celular <phone=+56 9 8123 4477>
Fono reservas (Chile): <phone=9 8123 4477>
Informes al <phone=(01) 445-2280>, Lima
Cel. <phone=987 654 120>, Arequipa
RPM <phone=+51 987 654 120>
Tel. <phone=2902 4471> o celular <phone=099 412 887>, Montevideo
Llame al <phone=0424-512.88.71>
Tlf: <phone=(0212) 951.44.20>, Caracas
Teléfono: <phone=02 2567 890>, Quito
Celular <phone=0998 234 117>, Ecuador
Cel.: <phone=+591 712 34 881>, La Paz
Tel. <phone=(506) 2222-4471>, San José de Costa Rica
Llame al <phone=809-555-2231> de Santo Domingo
Tel.: <phone=787-723-4412>, San Juan de Puerto Rico
Teléfono en Guatemala: <phone=+502 2331 8847>
Tel. <phone=+595 21 445 781>, Asunción
Contacto: <phone=+507 6612-4471>
En Miami, <phone=(305) 444-8120>, pregunte por Iván.
Fax: <phone=+34 913.88.20.11>
tel:<phone=+34618220943> en el código de la página
Localizador de la hija, vive en Francia: <phone=+33 6 12 40 88 21>
Escriba a <email=secretaria.general@ayto-villaverde.es> o al buzón <email=info@cofradia.org>
correo: <email=JOSE_LUIS.ROMO@HOTMAIL.COM>
Contacte con nosotros (<email=dpo@empresa-ejemplo.com.mx>).
mailto:<email=ana.belen+trabajo@gmail.com>
Envíe el currículum a <email=rrhh2024@grupo-norte.cl>;
Firma: <email=m.etxeberria@ehu.eus>
Dirección de envío: <email=ñandu@correo.com.py>
El cargo se hará en <iban4>, titular la comunidad.
IBAN <iban>
n.º de cuenta <iban_low>
Transferencia a <iban_dash>, concepto: cuota
Cuenta alemana del proveedor <iban_de>
Ingreso en la cuenta <ccc> del banco
c.c.c. <ccc_>
Cuenta corriente núm. <ccc20>
Pagó con la Visa <card4>, caduca 04/27
Tarjeta <card_>
tarjeta de crédito número <card>
MasterCard <card_dot>
Yo, con DNI <dni>, declaro
el menor, D.N.I. <dni_s>
NIF: <dni_>
provista de documento nacional de identidad número <dni_dot>
con D.N.I. núm. <dni_num>
dni <dni_low>
NIE <nie>, residente
N.I.E. <nie_>
titular de la tarjeta de residencia <nie_space>
la mercantil, con CIF <cif>, representada
C.I.F. <cif_>
NIF de la entidad: <cif>
Número de afiliación a la Seguridad Social <nass>
NUSS <nass12>
N.A.F. <nass_>
Nº de la Seguridad Social: <nass=28/04471299/31>
NHC <nhc>
Historia clínica n.º <nhc>
nº historia: <record=445120>
Núm. de episodio <record=20188841>
Colegiado nº <col>
N.º Col. <college=282844512>
médico colegiada número <college=28/12345>
Pasaporte <passport>
pasaporte n.º <passport=AAD448210>
passport no. <passport=G44812093>
CURP: <curp>
R.F.C. <rfc>
RFC <rfc>, régimen simplificado
CUIT <cuit>
C.U.I.T. Nº <cuit11>
CUIL <cuit>
R.U.T. <rut>
RUT: <rut_>
RUN <rut>
con cédula de ciudadanía No. <cc_co> de Bogotá
C.C. <cc_co>
identificado con la cédula <cedula=79.482.115>
cédula de identidad N° <ci_ec>
C.I. <cedula=V-12.448.903>, venezolano
C.I. <ci_uy>
cédula <ci_do>, dominicana
RUC <ruc_pe>
R.U.C. <ruc_ec>
DNI argentino <dni=28.441.902>
D.N.I. Nº <dni=41882034>, peruano
Acceso desde la IP <ip>
La dirección <ip6> quedó en el registro
bloqueado <ip=190.24.118.203> por envío masivo
Vive en la calle <address=calle Feijoo, 14, 3.º izda.>
domicilio en <address=C/ Santa Engracia, 108, 2.º B, 28003 Madrid>
Avda. <address=Avda. de la Constitución 22>
<address=Paseo del Prado, 8>, planta baja
<address=Plaza Mayor, 1>, 37002 Salamanca
carrer <address=c/ Aragó, 255, 1r 2a>
<address=San Martin kalea, 27>, Donostia
Helbidea: <address=Kale Nagusia, 5, 2. ezk.>
Bulegoa <address=Sabino Arana etorbidea, 44>, Bilbo
Helbidea: <address=Zumarraga plaza, 3>
<address=Autonomia kalea 60>, Bilbao
Bizi da <address=Errekalde auzoa, 12>
<address=Iparragirre k/ 9>, Gernika
<address=Zabalbide kalea, 18 - 4.C>, 48006 Bilbo
Rúa <address=rúa de San Pedro, 31>, Santiago
<address=Av. Insurgentes Sur 1602>, col. Crédito Constructor
<address=Calle 5 de Mayo No. 32>, Centro Histórico
<address=Carrera 7 # 12-41>, Bogotá
<address=Calle 100 No. 19-54>, oficina 801
<address=Av. Providencia 1208>, of. 52
<address=Jr. de la Unión 520>, Lima
<address=Av. 18 de Julio 1360>, Montevideo
<address=Urb. Los Naranjos, 14>
<address=Polígono Industrial El Campillo, parcela 7>
Don <name=Anselmo> no firmó
D. <name=Javier Ortuño Rey>, mayor de edad
Paciente: <name=Remedios Alcaraz Soto>
Firmado: <name=Iñaki Goikoetxea>
Fdo.: <name=M.ª Dolores Pons i Vidal>
la Dra. <name=Quiroga> atendió
Sra. <name=Ana Lucía Restrepo>, demandante
El denunciante, <name=Wilmer Quispe Mamani>, con DNI <dni>
Nombre y apellidos: <name=Begoña Urrutia Arana>
<name=Pilar Sanz Gil>, vecina de Teruel"""

WITHOUT = """La Ley 39/2015, de 1 de octubre, del Procedimiento Administrativo Común.
Decreto 2.271/2004 y Ordenanza 44.823.
Real Decreto Legislativo 1/2007, artículo 8.2.4.1 del anexo.
Sentencia 1448/2019, rec. 612/2018, ECLI:ES:TS:2019:1448
BOE núm. 236, de 2 de octubre; págs. 89343 a 89410.
ISBN 978-84-206-3311-9; depósito legal B 12345-2003.
ISSN 0212-1611, vol. 33, págs. 612-618.
doi:10.1016/j.gaceta.2018.09.005
Precio: 1.299,00 euros; 912 345 678 pesetas en total.
un presupuesto de 644 200 913 euros
Superficie de 655 120 934 m2
hasta 1 000 000 000 de usuarios
la población pasó de 936 412 a 1 218 774
Resultado: 3-2, 6-4, 7-6 (7-5)
a las 10.30 y a las 12.45 horas del 12/03/2024
Del 15-03-1998 al 30-11-2003
1936-1939 y 1968-1975
El código postal de Soria es 42002.
Versión 10.0.19045.3803 de Windows
Python 3.11.4, numpy 2.1.0, 192.168.1.1
127.0.0.1 y 255.255.255.0
RFC 2616 y RFC 9110 definen el protocolo.
RFC 3261, sección 8.1.1
Aeropuerto, autovía A-66, km 612,3
Vuelo IB 6844 y tren AVE 02121
EAN 8410188012345
Modelo 303 y modelo 390 de la Agencia
Expediente 2018/00448120
n.º de registro 200512345678
Recurso núm. 644/2019-JM
finca 12.448, tomo 1.208, libro 441, folio 12
Referencia catastral 2749704YJ0624N0001DI
Póliza nº 44812093
Factura F2024-000448
Pedido 20240312-0045
Lote 8812004, caducidad 06/2027
paracetamol 500 mg cada 8 h, 30 comprimidos
creatinina 1,2 mg/dL; 12.448 leucocitos; 245.000 plaquetas
TA 120/80, FC 72 lpm, peso 68,4 kg
CIE-10 J18.9; SNOMED 233604007
artículo 123 de la Constitución
Calle del Pez, película de 1998
la avenida principal del pueblo, en 1936
la plaza de 1 de Mayo se llenó
paseo de 3 horas por la sierra
carrera de 10 kilómetros
calle 13, banda puertorriqueña
la ruta 66 y la Nacional 340
camino de 800 metros hasta la ermita
Don Quijote de la Mancha, capítulo 12
Felipe II murió en 1598.
Isabel la Católica y Fernando de Aragón
el rey Alfonso X el Sabio
El Ministro de Hacienda compareció ante la Cámara.
San Martín de Porres, patrono
la calle Alcalá es la más larga
Pi = 3,14159265358979
123 456 789 es un número de nueve cifras
10 100 1000 10000 100000 1000000
0,612345678 radianes
612 345 678 habitantes tenía Europa
ORCID 0000-0002-1825-0097
PMID 30448120
UTM X: 440120, Y: 4474312
40° 24' 59'' N, 3° 42' 09'' O
lat 40.416775, lon -3.703790
sha256 9f86d081884c7d65
10:45:12 GMT+1; 2024-03-12T10:45:12Z
matrícula del barco 7a-PM-2-441
Salmo 119, 105; Mt 5, 3-12"""


def fifth(seed: int = 1936) -> list[Item]:
    """The items of the fifth lot: those with personal data, then those without."""
    return list(of_lines(random.Random(seed), "fifth", PERSONAL, WITHOUT))


def of_file(lot: str) -> list[Item]:
    """The items of a lot whose values are all written out, one a line, in `<lot>.txt`.

    A line break and a tab within an item are written `\\n` and `\\t`.
    """
    lines = Path(__file__).with_name(f"{lot}.txt").read_text("utf-8").splitlines()
    without = [line for line in lines if not _WRITTEN.search(line)]
    personal = [line for line in lines if _WRITTEN.search(line)]
    return list(of_lines(random.Random(0), lot, "\n".join(personal), "\n".join(without)))


def of_lines(chance: random.Random, lot: str, personal: str, without: str) -> Iterator[Item]:
    """The items of a lot, one a line, those without personal data as another domain."""
    makers = {**MAKE, **{name: make for name, (_, make) in NEW.items()}}
    kinds = {**KIND, **{name: kind for name, (kind, _) in NEW.items()}}
    for domain, lines in ((lot, personal), (f"{lot} near", without)):
        for number, line in enumerate(lines.splitlines()):
            template = line.replace(r"\n", "\n").replace(r"\t", "\t")
            text, values, at = "", [], 0
            for match in _VALUE.finditer(template):
                kind, literal = match.groups()
                if literal is None and kind not in makers:  # a tag of HTML
                    continue
                value = makers[kind](chance) if literal is None else literal
                text += template[at : match.start()] + value
                at = match.end()
                values.append((kinds.get(kind, kind) if literal is None else kind, value))
            yield Item(text + template[at:], tuple(values), number % 2 == 0, domain)
