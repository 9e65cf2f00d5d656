"""An eighth lot for the benchmark of personal data: schools, parishes, groups, lettings, police, tickets, tables, edicts.

Many lines are of Central America and the Caribbean, near misses of the same papers too. Written in one go by somebody who
had read the finders once, before any run of them on it; what the first run gave is in LOG.md. The lines are written as
those of the fifth lot.
"""

# ruff: noqa: E501 (an item is a line)

from __future__ import annotations

import random

from tests.benchmarks.privacy.lots.fifth import of_lines
from tests.benchmarks.privacy.lots.items import Item

PERSONAL = """Estimadas familias: la tutora de 4.º B atiende los martes; pidan cita en el <phone=925 28 41 73>.
Circular n.º 14. Para justificar faltas: <phone=637 882 014> (solo mensajes) o <email=jefatura.estudios@ceip-losalamos.example.org>
Comedor escolar: avisar antes de las 9:30 al <phone=916204418>
El alumno saldrá con su abuelo, DNI <dni>, los días de lluvia.
Persona autorizada para la recogida: NIE <nie_>. Tel.: <phone=611-20-45-83>
Secretaría del centro (de 9 a 14 h): <phone=958.44.17.20>
Matrícula viva: entregar copia del DNI <dni_dot> en la conserjería
AMPA Las Encinas. Cuota: 25 euros en la cuenta <iban4>
El bus de la ruta 3 lleva el móvil <phone=680 117 249>
Monitor de tarde: Iker, <phone=699 40 12 87>. Monitora: Saioa, <phone=699 40 12 88>
Liceo San Gabriel, Apoquindo. Inspectoría: <phone=22 745 1180>
Colegio Santa Fe: la psicopedagoga recibe en <address=Mitre 1447, 2.º piso>
Padre de familia con C.C. <cc_co> firma el compromiso
Se autoriza al menor con tarjeta de identidad <cedula=1.098.441.207> a asistir
Escuela Normal: informes al <phone=871 204 1185>, Torreón
Instituto Nacional: llamar al <phone=2222-4718>, San Salvador
Dirección departamental: <phone=7784-2210>, mensajes por WhatsApp
Colegio Loyola: <phone=809-533-4471>, ext. 214
Escuela Bella Vista: <phone=507 263-8841>
Tel. oficina parroquial: <phone=944 21 08 37>
Despacho parroquial: martes y jueves, <phone=620 774 109>
HOJA PARROQUIAL. Cáritas recoge ropa en <address=C/ del Carmen, 6, bajo>
Intenciones de misa: escriban a <email=parroquia.sanroque@diocesis.example.org>
Donativos: <iban>
Bizum de la parroquia al <phone=638 114 902>
Casa cural: <address=Plaza de la Iglesia, s/n>, Villalba
Catequesis de confirmación: apuntarse con Mari Paz <phone=615-902-447>
Oficina de la curia: <phone=(503) 2234-5310>
Horario del despacho y teléfono del diácono: <phone=8845-2071> (Managua)
Parroquia El Carmen, <address=del parque central 2 cuadras al norte>, Estelí
Capilla de la colonia: <address=6a. Calle 4-17, Zona 1>
Ofrendas: cuenta monetaria <account=30-4471820-5> del banco
Cofradía: el hermano mayor es D. <name=Eusebio Carrasco Luna>, <phone=657 30 11 28>
Grupo de padres 2.º ESO: el que falte que llame a Quique <phone=676 551 208>
~Lupita: mi cel <phone=777 318 4402> pa lo de la kermés
~ <phone=+506 8812 4471> añadió a <phone=+506 7044 1182>
Admin: <phone=+503 7120 8845>. No spam
Para la vaquita depositen a la CLABE <account=014481883530453409> a nombre de Tere
CBU <account=0356230112383607776790>, alias no tengo
mi cbu es <account=0361730848676141169612> mandame el comprobante
Transferí al CVU <account=0000003100047718204475>
CCI <account=002-225-671139377261-19>, soles
Cuenta interbancaria: <account=00202569145550730909>
oye Nico pasa el yape <phone=944 120 773>
Toño 55-2213-8840 no contesta, prueba <phone=55-1144-7208>
vean el ig <handle=@reposteria.lolita> y pidan por md
Mi insta: <handle=@jc_palacios91>
telegram <handle=@tato_molina>, ahí contesto rápido
Escríbeme por TikTok a <handle=@nati.vargas.cr>
twitter.com/<handle=pilar_ortun> y el correo <email=pilarortun(at)posteo.net>
mándalo a <email=ruben punto salas arroba gmail punto com>
<email=sara[at]cooperativa[punto]coop>
Alquiler de furgonetas con conductor <phone=622 904 118>
Taxi rural: <phone=975 22 14 08> o <phone=606 118 447>
Radio taxi <phone=947 48 10 10>, 24 h
Objetos perdidos de la línea 5: <phone=93 298 70 00>
Conductor con permiso y DNI <dni_s>; matrícula <plate=4471 KLV>
El autobús con matrícula <plate=8820-JHR> no paró
placa <plate=ABC-123>, Bogotá, servicio público
Dominio <plate=AE 447 KD>, Mercedes Sprinter
patente <plate=KXTR-41>, furgón escolar
Placas <plate=JKL-44-71> del Estado de México
Unidad 14, placa <plate=P-447DKL>, Guatemala
Mototaxi, chofer <phone=962 044 718>, Iquitos
Expreso Norte: boletería <phone=(04) 213-0447>, Guayaquil
Encomiendas: <phone=2254-1180>, San José
Terminal de buses, oficina 12, <phone=591 3 348 2210>
Se perdió mochila en el 60, avisar <phone=11-4471-8820>
Ferry: reservas <phone=4542 1180> Colonia
Remisería Don Tito <phone=4231-7740>
Piso en alquiler, 3 hab., exterior. Particular: <phone=653 20 77 14>
ALQUILO estudio en <address=c/ Mesón de Paredes 41, 3.º ext. izda.>
Habitación a estudiante, <address=calle Sagunto 88, pta. 14>, gastos incluidos
Abstenerse agencias. <phone=689 442 107> Carmen
Local en traspaso, <address=Avda. del Puerto, 212 bajo>
Chalet en <address=Urbanización Monte Alina, parcela 44>
Se arrienda depto. 2D 1B en <address=Santa Isabel 353, depto. 1204>
Arriendo casa en <address=Pasaje Los Aromos 0447>, Puente Alto
Renta de cuarto, <address=Calle Pino 118-B, col. Santa María la Ribera>, <phone=55 2210 4478>
Departamento en <address=Privada de los Cedros núm. 14, Fracc. Las Palmas>
Casa en renta: <address=Mza. 14 Lt. 7, Smza. 23>, Cancún, <phone=998 447 1182>
Arriendo apartamento, <address=Calle 127 Bis # 19A-44 Apto 502>
Finca en venta, <address=km 14 vía Las Palmas>, <phone=314 220 4471>
Arriendo local <address=Cl. 10 # 43C-28>, Medellín
Apto <address=Diag. 61C No. 22-30>
Alquilo dpto en <address=Av. Corrientes 4471, 5° "B">
Alquiler PH al fondo, <address=Gral. Paz 1182 dpto. 3>
Alquilo casita, <address=calle 44 e/ 12 y 13 n° 1118>, La Plata
Alquilo monoambiente, <address=Bvar. España 2447 ap. 302>
Cuarto en alquiler <address=Jr. Ucayali 447 int. 12>
Terreno <address=Mz. K Lt. 14, AA. HH. Los Jardines>
Alquilo minidepartamento en <address=Urb. Santa Patricia Mz. F lote 12>
Se alquila villa, <address=Cdla. La Garzota Mz. 14 villa 7>
Suite amoblada en <address=Av. 6 de Diciembre N34-155 y Checoslovaquia>
Apartamento en <address=Av. Francisco de Miranda, edif. Galipán, piso 4>
Quinta en <address=calle La Ceiba, qta. Mi Refugio>
Se renta en <address=Av. Winston Churchill no. 77>, Piantini
Apartamento amueblado, <address=C/ Respaldo 8 #14>, Los Prados, <phone=849-220-4471>
Casa en <address=Urb. Villa Nevárez, 1071 Calle 8>, <phone=787 447 1182>
Cuarto en <address=Calle 23 #1118 e/ 8 y 10>, Vedado, <phone=7 832 4471>
Se permuta, <phone=5 284 4718> o <phone=53 7 641 2208>
Apartamento en <address=15 avenida 8-41 zona 10>, <phone=5544-7120>
Casa en <address=Res. Las Colinas, bloque F, casa 12>, Tegucigalpa, <phone=9944-7120>
De la rotonda <address=300 metros sur y 50 este>, casa verde
Apartado postal <address=Apartado 1182-1000>, San José
Enviar a <address=Apdo. de Correos 447>, 28080 Madrid
Casilla <address=Casilla 118-D>, Temuco
<address=P.O. Box 4471>, Ponce
Atestado: el compareciente, con DNI <dni_>, teléfono <phone=666 20 14 47>
El filiado como <name=Rachid Benali>, con NIE <nie>, manifiesta
Nota informativa: testigo localizable en el <phone=604 118 220>
Denunciante: pasaporte marroquí <passport=QK4471820>
Domiciliado en la <address=Travesía de San Blas n.º 4, 1.º dcha.>
Oficio policial. Agente con carné profesional <college=118.447>
Parte policial: conductor, cédula <ci_ec>, licencia tipo C
Detenido con cédula <cedula=8-447-1182>, panameño
Cédula de residencia <cedula=155804471820>, costarricense
cédula <cedula=1-1182-0447>, de Heredia
DUI <cedula=04471820-5>
documento único de identidad número <cedula=01182044-7>
DPI <cedula=2447 11820 0101>
con Documento Personal de Identificación, CUI <cedula=1844 71182 0108>
NIT <cedula=4471820-5>, vecino de Mixco
cédula nicaragüense <cedula=001-140782-0012K>
identidad No. <cedula=0801-1982-04471>, hondureño
carné de identidad <cedula=82071404471>, cubano
C.I. <cedula=4471820 LP>, boliviano
C.I. N° <cedula=3.447.182>, paraguayo
Seguro social <nass=584-47-1182>, Puerto Rico
carnet <cedula=9182044> SC, exp. en Santa Cruz
Vehículo de placa <plate=A447182>, República Dominicana
Ticket #44718: el cliente pide que le llamen al <phone=+34 910 44 71 82>
Cliente VIP, contacto <phone=(+34)722118044>
Caso 00118204. Usuario: <email=m.arrieta@corp.example.com.pa>. Tel. <phone=6612-8840>
Ticket cerrado. Callback: <phone=0034 618 204 471>
Incidencia: no le llega el SMS al <phone=34677118204>
El usuario conecta desde <ip=88.27.144.71> con la app 4.2.1
Cliente con IP <ip=186.32.118.204>, bloqueado por el WAF
ip=<ip=2a0c:5a82:1204:47::18> user=rosa
Teléfono registrado: no; el bueno es <phone=5541 7182>, Guatemala
Reclamo 44718. RUT cliente <rut>, fono <phone=+56 9 4471 8204>
N° de cliente 118204. Domicilio: <address=Belgrano 447>. Cel <phone=2994471820>
Correo alternativo: <email=felipe_1182@yahoo.com.do>, celular <phone=(829) 447-1182>
Reembolso a la tarjeta <card4>
Domiciliar en <iban_dash>
nombre;telefono;ciudad;Laura;<phone=644118204>;Cuenca
id,correo,movil;7,<email=raul.t@example.net>,<phone=+34644118205>
Apellidos | DNI | Teléfono: Sanz Rey | <dni> | <phone=926 44 71 82>
cliente\tNIF\tdomicilio: 118\t<dni>\t<address=C/ Toledo 44>
RFC,tel,cp: <rfc>,<phone=8111820447>,64000
"cedula","celular": "<cc_co>","<phone=3114471820>"
CUIT|razón|mail: <cuit>|Los Tilos SRL|<email=admin@lostilos.example.ar>
alumno;curp;tutor: 12;<curp>;<phone=228 447 1182>
DNI: <dni_low>; e-mail: <email=cgv@example.edu>; tlf: <phone=865 44 71 82>
Fila 8: <rut_>, <phone=961182044>, Maipú
EDICTO. Se emplaza a quien reside en <address=Plaza del Trigo, 3, 2.º>
Juzgado de Paz: emplázase a <name=Norma Beatriz Quiroga>, DNI <cedula=11.820.447>
EDICTO. Notifíquese al demandado en su domicilio de <address=calle 9 de Julio 1118>
Juzgado Civil y Mercantil: domiciliado en <address=colonia Escalón, 79 avenida norte número 447>
Notaría 14: señor con cédula de ciudadanía número <cedula=19.447.182> de Bogotá
Remate judicial: inmueble sito en <address=calle Lavalle N° 1118, piso 7, depto. "C">
inmueble ubicado en <address=lote 14, manzana 7, barrio La Esperanza>
citación por edicto a <name=Roque Jacinto Amarilla>, con C.I. N.º <cedula=1.182.044>
Se notifica a la demandada en <address=Barrio Los Yoses, avenida 10, casa 447>
Abogada, matrícula T° 44 F° 718, tel. <phone=(0381) 447-1182>
Notario: <address=Madero 118 Sur>, Monterrey; <phone=(81) 8344 7182>
Ujier: domicilio <address=Estrella 1182 casi Montevideo>, Asunción
Informe de alta. N.º H.ª: <record=1182044>. Cama 412-B
HISTORIA: <record=447182>; NASS: <nass>
N.H.C.: <record=0447182>. CIP: <record=BBBBSNML447182>
Tarjeta sanitaria <record=AN0447182044>, centro de salud Norte
Episodio de hospitalización: <record=2204471820>
Alta médica. Cuidador principal: hijo, <phone=660 44 71 82>
Llamar en caso de fiebre al busca de guardia <phone=945 00 71 82>
Médico: n.º colegiado <college=41/44718>
Facultativo firmante, núm. col. <college=303011820>
Enfermera Col. <college=08.044718>
Epicrisis. Expediente <record=118-20-4471>, IGSS
Afiliación IGSS <nass=2447118200101>
No. de asegurado CCSS <nass=108820447>
Paciente con DUI <cedula=01182447-1>, responsable: hermana, <phone=7844-1182>
NSS <nass=44 71 82 0447 1>, UMF 12
Ficha: <record=44718>; RUN <rut>; contacto <phone=9 4471 8204>
Carné de asegurado <record=447-182-04>; médico cód. <college=8820>
H.C. N° <record=447182>. DNI <cedula=44718204>. Referencia: Hospital Regional de Ica
Cédula profesional <college=4471820>, reg. SSA
M.N. <college=118.204>, cardiología
MP <college=44718>, consultorio <phone=0351 447-1182>
Registro médico <college=44718/04>, Cali
Farmacia de guardia: <address=Rúa Real, 44>, <phone=981 22 71 82>
Perrita perdida en Cayey, <phone=939-447-1182>
Vendo inversor, La Habana, <phone=+53 5 447 1820>
Se hacen bizcochos, Santiago RD: <phone=809 724 1182>
Clases de marimba <phone=+502 5544-7118>
Delivery <phone=6044-7182>, Panamá centro
Contáctenos: <phone=+505 8447 1820> Masaya
Pulpería Doña Tencha, <phone=+504 9447-1820>
Reservaciones: <phone=800-447-1182> línea gratuita
Fax. <phone=506-2447-1182>
Apartamento, whatsapp wa.me/<phone=50688447182>
Contacto en Malabo: <phone=+240 222 447 182>
Cartero: buzón en <address=Carretera de Soria km 14,2>
Finca La Dehesilla, <address=Camino de los Molinos s/n>
<address=Ctra. N-340, km 118>, Motril
Gestoría: <address=Gran Vía de Colón, 44, 5.º C>
Ikastola: <address=Aldapa kalea 14>, <phone=943 44 71 82>
Envíos: <address=Ronda de Sant Pere 44, entl. 2a>
<address=Largo do Carme, 4>, Lugo
Firma: <name=Eulalia Buendía>, presidenta. DNI <dni>"""

WITHOUT = """Calendario escolar 2024/2025: del 9/09/2024 al 20/06/2025
Horario: 9:00-14:00 y 15:30-17:00
ISBN 978-84-9067-447-1, libro de 3.º
Libro de texto, cód. 447182, 34,90 euros
Cuota trimestral de 447,18 euros
Aula 204, planta 2, puerta 14
Curso 2.º A: 28 alumnos; 2.º B: 27
Media de 7,45; máxima 9,8
Gira del 14-16/04/2025, salida a las 7.45
Decreto 82/2014, de 16 de mayo
Ley Orgánica 3/2020, de 29 de diciembre
Orden ECD/447/2016
RD 1105/2014, anexo I, 2.3.1
Tema 14, ejercicios 118 a 127
3x² - 44x + 718 = 0
f(118) = 4471; g(204) = 8820
Salmo 118, 1-2. 16-17. 22-23
Lc 24, 13-35; Hch 2, 14. 22-33
1 Cor 15, 1-8. 11
Mt 5,1-12a
Misas: 8:30, 10:00, 12:00 y 19:30
Cántico n.º 447 del cantoral
Colecta de Manos Unidas: 1.182,44 euros
Año jubilar 2025, del 24-12-2024 al 6-01-2026
Rifa: números 44718 y 82044
Lotería: 44718; reintegros 4 y 8
Procesión a las 20.30 h desde 1947
Canon 1118 § 2
Catecismo, 2447-2449
DS 1820/1447
[12:44, 7/1/2025] grupo creado
Mensajes temporales: 90 días
IMG_20240712_118204.jpg
VID-20240118-WA0047.mp4
Encuesta: 44 sí, 18 no, 204 sin votar
Ganamos 4-1, ida 2-0
jajaja 10/10
pin 4471 de la puerta del local
Código de verificación: 447-182
clave wifi 44718204aa
Línea 44, parada 1182, cada 12 min
Bus 204 a las 18:20, andén 7
Tren 04471, coche 8, plaza 12C
Vuelo AV 447, puerta B18
Tarifa 1,18 euros; bono de 10: 8,20
Autovía A-44, salida 118
Tramo del km 44,7 al 118,2
Billete n.º 00447182044
Localizador KX44PL
Horario de verano: 7.15, 8.00, 8.45
Ruta R-118, 447 km
Consumo 5,4 l/100 km; 118 g CO2/km
Motor 1.6 HDI 110 CV, 204.471 km
ITV hasta 11/2026; año 2018
Neumáticos 205/55 R16 91V
Neumático 195/65 R15
Piso de 118 m2, 3 habs., 2 baños, 820 euros/mes
Referencia 447182, certificado energético E
Ref. catastral 4471820VK4747S0014KL
Alquiler de 1.180 a 1.447 dólares
Renta: $ 8,500.00 mensuales
Precio: Q. 4,471.82
L. 14,471.00 mensuales
B/. 1,182.04
₡ 447.182.044
RD$ 44,718.20
Año de construcción 1982, planta 4 de 7
3 ambientes, 44 m², expensas $ 118.204
Terreno de 10 x 25, 250 m2
Lote de 447 m2 a 1.182 USD/m2
Depósito de 2 meses más 1 de comisión
Atestado 447/2024 de la comandancia
Diligencias 1182/2024
Ley 4/2015, art. 36.16
Intervenidos 447 g y 1.182 euros
Intervención a las 03.44 h
Velocidad de 118 km/h en zona de 90
Tasa de 0,44 mg/l
Arma calibre 9 x 19, n.º de serie T447182
Bastidor VF1447AK118204471
Artículo 468.2 del Código Penal
Ticket #447182, prioridad 2
SLA 4 h; respuesta en 118 min
Versión 4.47.182-rc2
build 20240118.447
HTTP/1.1 404 447
Error 0x80070447
SKU 4471-820-44
Lote L44718, cad. 04/2027
EAN 8434471820447
UPC 044718204471
Serial C02XK447JG5H
sha1 4471820447aefc1182044718204471820447182f
md5 d41d8cd98f00b204e9800998ecf8427e
UUID 44718204-1182-4471-8204-471820447182
Commit 4471820
40.41678, -3.70379
19° 26' 04" N, 99° 07' 59" O
UTM 30T 447182 4471820
14.6349, -90.5069
id;fecha;importe;447;2024-01-18;118,20
año,casos,tasa: 2019,447,11.82
1182|0447|718|204
2,44718;1,18204
x=447, y=1182, z=-204
Fila 118: 44,7; 18,2; 0,447
Autos 447/2023, sección 4.ª
Expediente 11820-2023-00447
NIG 28079 44 4 2024 0118204
Acuerdo 118-2024, folio 447
Rol N° 4.471-2023
Sentencia SCP 0447/2018-S2
Gaceta N.º 118, de 18 de junio de 2024
Decreto Legislativo 447, art. 18
La Gaceta 204: páginas 44-71
Tomo 118, asiento 44718
Finca 204471, derecho 000
Folio real 447182-000
Partida registral 11820447
TA 118/74, FC 82, Sat 97 %
Glucosa 118 mg/dl; HbA1c 7,2 %
Leucocitos 8.204; Hb 11,8; plaquetas 447.000
Creatinina 1,18 (0,67-1,17)
TSH 4,47 mUI/l (0,27-4,20)
Paracetamol 1 g/8 h; omeprazol 20 mg 1-0-0
Insulina 14-0-18 UI
CIE-10: I21.4, E11.9
SNOMED 44054006
ECG a 82 lpm, QTc 447 ms
Próxima cita: 18/04/2025 a las 11:20
Control en 4-6 semanas
ATC C09AA02
N.º de registro 65.447
ensayo NCT04471820
PMID 31182044
doi:10.1182/blood.2020447182
arXiv:2204.11820
ISSN 0120-4471, vol. 44, n.º 118, pp. 204-218
Catálogo 447-182, estante 4
Sig. 82-31 (728.1) GAR
Ordenanza 118-20 art. 4
Cédula de habitabilidad CHE00447182
Resolución 4471 de 2018
Acuerdo Gubernativo 118-2024
CAFTA-DR, capítulo 11, 18.2
Salario mínimo: Q 3,447.18; C$ 8,204
Censo de 1.182.044 habitantes
Temblor de 4,4 a 118 km al suroeste
Béisbol: 8-2, 14 hits; AVG .447
Potencia 1.182 W a 230 V, 50 Hz
Resistencias de 4,7 kΩ y 118 Ω"""


def eighth(seed: int = 2008) -> list[Item]:
    """The items of the eighth lot: those with personal data, then those without."""
    return list(of_lines(random.Random(seed), "eighth", PERSONAL, WITHOUT))
