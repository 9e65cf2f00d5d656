"""A sixth lot for the benchmark of personal data: 290 items, 110 of them near misses.

Written in one go by somebody who had not read the finders, before any run of them on it; what the first run gave is
in LOG.md. The lines are written as those of the fifth lot.
"""

from __future__ import annotations

import random

from tests.benchmarks.privacy.lots.fifth import of_lines
from tests.benchmarks.privacy.lots.items import Item

PERSONAL = """Os dejo mi teléfono por si acaso: <phone=651 209 344>.
Me llamo Rosa, tlf <phone=622-118-905>, busco piso compartido
Interesados llamar al <phone=971 46 22 18> en horario de oficina.
Urgencias 24 h: <phone=607 55 41 02>
La ambulancia se pide en el <phone=928 30 21 17>
Teléfono de la clínica: <phone=985-23-41-70>
El número de mi vecino es <phone=693 402 118> y el mío <phone=693 402 119>
Envía ALTA por WhatsApp al <phone=+34 644 019 227>
whatsapp <phone=+34611902384> o telegram
Contacto de emergencia (hermano): <phone=680 31 77 25>
Padre: <phone=655 90 12 34>; madre: <phone=655 90 12 35>
Reservas en el <phone=956 40 28 81> o en <email=reservas@ventaelalba.es>
Tfnos.: <phone=924 31 08 45> y <phone=924 31 08 46>
Teléfono y fax: <phone=947 20 65 13>
Centro de salud, <phone=876 76 41 20>
si ve al perro llame al <phone=619 884 031> por favor
Mvl. <phone=678 221 904>
móvil: <phone=686.402.117>
Nuestro telefono es el <phone=943 45 12 90>
Para más información, 📞 <phone=954 21 67 38>
☎️ <phone=633 10 48 72>
Ring: <phone=+34 972 21 04 55>
Atendemos en el <phone=0034 913 45 20 18>
Telf. particular <phone=986 41 27 09>
Télefono <phone=881 12 40 36>
Cita previa en el <phone=961 24 88 10>, de 9 a 14 h
Información turística: <phone=920 22 54 71>
Marque el <phone=902 402 118> desde España
Línea gratuita <phone=800 760 433>
Celular de Marta: <phone=55 4421 9083>
Tel. oficina (Monterrey) <phone=(81) 8340 2217>
Llama al <phone=+52 33 1408 2276> (Guadalajara)
Comunícate al cel <phone=11-4402-8891>, Buenos Aires
Tel.: <phone=+54 11 4402-8891>
Cel: <phone=(0261) 15-512-4408>, Mendoza
Fono: <phone=+56 9 7710 2284>
Teléfono <phone=(2) 2440 8891>, Santiago de Chile
Whatsapp Colombia <phone=+57 311 440 8891>
Cel <phone=315 220 9471>, Medellín
PBX <phone=(604) 444 0812>
Celular: <phone=+51 944 082 716>
Teléfono fijo <phone=(01) 224-7710>, Lima
Tel. <phone=+598 2408 7716>
cel. <phone=098 440 127>, Montevideo
Teléfono móvil <phone=0414-440.27.16>, Caracas
Celular <phone=+593 99 440 2716>
Llamar al <phone=+591 7 440 2716>
Teléfono <phone=(+595) 981 440 271>
Tel. <phone=+506 8440 2716>
Teléfono <phone=+502 5440 2716>
Comuníquese al <phone=(809) 440-2716>
De Portugal nos llaman del <phone=+351 912 440 271>
El médico le dejó el <phone=615440271> apuntado en el informe.
Familiar de contacto: hija, <phone=666 40 27 16>
Se avisa a la hija (tel. <phone=649 402 716>) del alta.
TELÉFONO: <phone=917440271>
Si no contesta, pruebe el <phone=91 744 02 71>.
Oficina: <phone=93-744-02-71>; móvil: <phone=6 44 02 71 60>
Extensión 4402 del <phone=976 44 02 71>
Mi correo: <email=laura.mendez84@yahoo.es>
Mandad las fotos a <email=fotos.boda@outlook.com>, gracias
<email=presidencia@ampa-losrosales.org>
Contacto <email=j_ruiz@dominio.co>
e-mail <email=TIENDA@CALZADOSVEGA.COM>
Correo electrónico: <email=gabinete.prensa@cordoba.gob.ar>.
(<email=abogada.luna@icam.es>)
«<email=hola@panaderiaelhorno.cat>»
Responder a: <email=no.contestar+123@banco.com.pe>
<email=iker@etxea.eus>; <email=ane@etxea.eus>
Puede escribirme a <email=maria-jose.p@uni.edu.mx>, cuando guste
Usuario: <email=carlos1975@live.cl>
Domiciliación en <iban>
mi cuenta es la <iban4> del banco
Haga el ingreso en <iban_low>, a nombre de la asociación
IBAN: <iban_dash>
IBAN (Portugal): <iban_pt>
Nº cuenta: <ccc_>
cuenta <ccc20> de la caja rural
Cargo en tarjeta <card4>
VISA nº <card>
Mi tarjeta <card_> ha sido clonada
N.º de tarjeta: <card_dot>
Con tarjeta de débito <card4> a las 12:31
DNI núm. <dni>
D. N. I.: <dni_s>
con documento <dni_>, vecina de Cuenca
N.I.F. <dni_dot>
NIF <dni> de la arrendataria
el DNI del menor es <dni_low>
Identificada mediante DNI <dni_dots>
titular: <dni>
(<dni>)
NIE: <nie>
con N.I.E. <nie_> en vigor
número de identidad de extranjero <nie>
CIF <cif>
inscrita con C.I.F. <cif_> en el registro
NIF <cif> de la sociedad limitada
N.º S.S.: <nass12>
Núm. Seg. Social <nass>
afiliación n.º <nass_>
Número de la Seguridad Social <nass12>
NHC: <nhc>
N.º de historia <nhc>
Historia nº <record=330418>
nº de historia clínica: <record=1204418>
Episodio: <record=70441822>
NUHSA <record=AN0440271644>
CIPA <record=440271644>
Col. nº <college=46 12345>
Nº colegiado <college=080812345>
Médico: colegiado n.º <college=282812345>
Pasaporte núm. <passport>
Pasaporte español <passport=PAB440271>
pasaporte argentino <passport=AAE440271>
CURP <curp>
Clave CURP: <curp>
RFC: <rfc>
con R.F.C. <rfc> y domicilio fiscal
CUIT N° <cuit>
CUIL: <cuit>
CUIT <cuit11>
RUT <rut>
rut: <rut_>
cédula de identidad <rut>
C.C. No. <cc_co>
cédula de ciudadanía <cc_co>, expedida en Cali
cédula <cedula=52.440.271>
CI <ci_uy>
C.I.: <ci_ec>
cédula de identidad y electoral <ci_do>
cédula de identidad V-<cedula=14.402.716>
RUC: <ruc_pe>
RUC N.º <ruc_ec>
DNI <dni=44.027.164>, argentino
DNI N° <dni=44027164> (Perú)
Conectado desde <ip>
IP de origen: <ip>
Host remoto <ip6>
[<ip=81.44.202.71>] intento fallido
Domicilio: <address=calle del Olmo, 12, 1.º A>
vive en <address=C/ Ramón y Cajal, n.º 7>
Dirección: <address=Avenida de América, 33, 4.º dcha.>
<address=Plaza de España, 4, bajo>
<address=Pza. de la Iglesia, 2>
<address=Paseo de Gracia, 55, 3.º 2.ª>
<address=c/ Mayor 41>, 31001 Pamplona
<address=Ctra. de Burgos, km 12>
<address=Camino de los Molinos, 18>
<address=Travesía del Carmen, 5>
<address=Ronda de Toledo, 16>
<address=Glorieta de Bilbao, 1, 5.º izq.>
<address=Carrer de Mallorca, 401>, Barcelona
<address=Avinguda Diagonal, 640>
<address=Rúa do Hórreo, 61>
<address=Praza da Quintana, 3>
<address=Gran Vía, 28>, Madrid
<address=Urbanización El Pinar, 22>
<address=Barrio de la Estación, 9>
<address=Calle Hidalgo 214>, colonia Centro
<address=Av. Corrientes 1543, piso 4>
<address=Calle 26 # 13-19>, Bogotá
<address=Cra. 43A No. 1-50>, Medellín
<address=Av. Libertador Bernardo O'Higgins 1058>
<address=Jirón Cusco 440>, Lima
<address=Calle Sucre 271>, La Paz
<address=Bulevar Artigas 1532>
<address=San Frantzisko kalea, 14>, Bilbo
<address=Foru plaza 6>, Durango
Atentamente, <name=Lucía Herrero Campos>
Sr. <name=Ignacio Valbuena>
la paciente <name=Amparo Llorens Ribes> refiere dolor
D.ª <name=Teresa Iglesias Mora>, de 43 años
Dña. <name=Carmen Fuentes>
el acusado <name=Rubén Castaño Gil>
Dr. <name=Bermejo>
Nombre: <name=Jordi Puigdomènech Serra>
Apellidos y nombre: <name=García Lozano, Miguel Ángel>
Firma: <name=Nerea Zabala Otero>
la testigo doña <name=Inmaculada Rueda>"""

WITHOUT = """Ley Orgánica 3/2018, de 5 de diciembre
Real Decreto 463/2020, de 14 de marzo
Ley 1581 de 2012, artículo 6
Decreto Supremo N.º 003-2013-JUS
Resolución 440/2716, expediente 2024-0440271
Orden HFP/1284/2023, BOE-A-2023-24840
Directiva 95/46/CE y Reglamento (UE) 2016/679
STS 440/2716, de 27 de marzo, FJ 4.º
Acuerdo 271644 del pleno
Ley N.º 27.275 de acceso a la información
ISBN 84-376-0494-X
ISBN: 9788437604947
ISBN 978 84 376 0494 7
ISSN 1988-2564
doi 10.3989/loquens.2014.001
Depósito legal M. 44.027-1998
12,50 €; 1.250,00 EUR; $ 125.000
Precio: 644 027 pesetas
18.990.000 pesos colombianos
US$ 4.402.716,44
$ 912.345.678 de inversión
unos 600 000 000 de euros
900.000.000 habitantes
300 000 km por segundo
1 000 000 de veces
2 500 000 000 años
más de 650 000 000 de hablantes
600 100 200 es un número redondo
700.000.000 de dólares
650 000 000 m3 de agua
Ganó por 101-97 y 88-84
Resultados: 12-3-45, 9-8-7
El tren 00644 sale a las 17.05
vuelo UX 1094, asiento 27 F
Del 1 al 31 de 12 de 2023
12/03/1998 y 04-05-2011
1998-2003, 2004-2009, 2010-2015
de 1936 a 1939 murieron 500 000
9.30-14.00 y 16.30-20.00
2024-11-26T11:02:44+01:00
v2.16.440, compilación 27164
Debian 12.4.0-amd64, núcleo 6.1.0-17
numpy==1.26.4 y pandas==2.1.4
Windows 10.0.22631.4460
127.0.0.1:8080, localhost
10.44.27.16/24 y 192.168.44.27
255.255.255.0
fe80::1 en el enlace local
RFC 791, sección 3.1
puerto 44027, proceso 1644
commit 4402716 del repositorio
error 0x80044027 en el registro
md5 d41d8cd98f00b204e9800998ecf8427e
00:1B:44:11:3A:B7 es una dirección de red
EAN 8400440271647
Lote L440271, caduca 12/2026
Ref. 440-271-644
Pedido n.º 44027164
Factura 2023/440271
albarán 6440271
Póliza 440.271.644
Catastro 9872023VH5797S0001WX
expediente n.º 644/027/16
protocolo 1.440, folio 271
tomo 440, libro 271, folio 64, hoja M-44027
hemoglobina 14,2 g/dl, plaquetas 271.000
TA 144/82 mmHg, FC 71 lpm
glucosa 440 mg/dl; PCR 27,16
amoxicilina 500 mg/8 h, 21 comprimidos
CIE-9 440.27; CIE-10 I70.2
Na 140, K 4,4, Cl 102
UTM 440271, 4402716
41.3874, 2.1686
40°26'46\" N 3°42'06\" O
cota 644,02 metros
kilómetro 271 de la autovía A-44
carretera N-340, km 644
Calle Mayor se titula la película de 1956
la calle estaba vacía a las 12
avenida de 40 metros de ancho
plaza de garaje de 12 m2
carrera de 42 kilómetros
la calle 13 llenó el estadio
camino de 25 años de historia
el paseo de los 100 metros
el barrio de 1920
Don Juan Tenorio, acto 2, escena 3
Felipe IV y el conde-duque de Olivares
el presidente Juan Domingo Perón
Miguel de Cervantes nació en 1547.
el rey Fernando VII juró en 1820
Santa Teresa de Jesús, capítulo 27
El papa Juan XXIII convocó el concilio.
@usuario y #etiqueta en la red
a@b no es una dirección
git@github.com:proyecto/libro.git
usuario@servidor:~/libros$ ls
logo@2x.png y fondo@3x.jpg
código postal 46022
CP 03004, Alicante
3,1415926535 y 2,7182818284
1, 2, 3, 5, 8, 13, 21, 34, 55, 89
44027 votos de 271644
Salmo 44, 2-7; Mateo 16, 4
opus 27, núm. 16
ORCID 0000-0001-5109-3700
PMID 27164402, PMC4402716
arXiv:1706.03762
NCT04402716
BWV 1052, K. 466"""


def sixth(seed: int = 1978) -> list[Item]:
    """The items of the sixth lot: those with personal data, then those without."""
    return list(of_lines(random.Random(seed), "sixth", PERSONAL, WITHOUT))
