"""A ninth lot for the benchmark of personal data: clubs, clinics for animals, insurers, hotels, utilities, funerals, unions.

Also signatures of messages, small tables (a ¶ is the end of a line) and papers of Bolivia, Paraguay, Venezuela, Honduras and
others. Written in one go by who had just mended the finders on the eighth lot, before any run of them on this one, and run
once: what it gave is in LOG.md. The lines are written as those of the fifth lot.
"""

# ruff: noqa: E501 (an item is a line)

from __future__ import annotations

import random

from tests.benchmarks.privacy.lots.fifth import of_lines
from tests.benchmarks.privacy.lots.items import Item

PERSONAL = """CLUB DE MONTAÑA PEÑALARA. Secretario: Andrés, <phone=608 33 71 94>, <email=secretario@cmontana.example.org>
Licencia federativa: aportar DNI <dni_s> y foto
Inscripciones al torneo de pádel por WhatsApp: <phone=+34 687 015 332>
Entrenador alevín (Txema) <phone=688-71-30-25>
Lista de espera: Julia, <phone=634091177>; Marcos, <phone=634091178>
Vestuarios: avisar al conserje, <phone=976 51 20 38>
Cuota de socio domiciliada en <iban>
Sede social: <address=C/ Ecuador, 14, entreplanta>, Oviedo
Sede: <address=Plaza de Armas 4, 2.ª planta, pta. C>
Veterinaria Huellas. Urgencias 24 h <phone=650 117 204>
Propietario del animal: NIF <dni_>; chip anotado aparte
Dueña: Rosario. Vive en <address=avenida de Portugal, 118, bloque 3, 7.º A>
Cartilla sanitaria: dueño con cédula <ci_ec>, tel. <phone=099 512 7704>
Peluquería canina, cita al <phone=93 417 55 20>
PÓLIZA. Tomador: NIF <dni>; domicilio <address=Calle Marqués de Larios, 7, 4.º D, 29015 Málaga>
Asegurado: NIE <nie>, móvil <phone=672 18 40 55>
Perito asignado: <phone=619.337.208>
Parte de siniestro: lugar de residencia <address=Travesía del Horno, 3>
Indemnización a abonar en <iban_dash>
Beneficiaria: pasaporte <passport>, nacionalidad francesa
Corredor de seguros, <address=Gran Vía de les Corts Catalanes, 640, 1r 1a>
Reserva a nombre de Huarte, teléfono <phone=+33 6 51 20 47 18>
Titular de la reserva, pasaporte italiano <passport=YA4471903>
Check-in tardío: escriban a <email=recepcion.noche@hostal-miramar.example.com>
Hotel Central, <address=Rúa do Franco, 22>, tel <phone=981 58 11 40>
Garantía: tarjeta <card4>, a nombre del huésped
Hostería El Nogal, <address=Ruta 40 km 2118>, Bariloche. <phone=0294 452-7713>
Cabañas. Consultas: <phone=+54 9 2944 61-7702>
Posada en Antigua, <address=5a. Avenida Norte 31>, <phone=7832-0418>
Suministro de agua. Titular: <dni>. Avisos al <phone=900 813 662>
Su contrato de luz. Teléfono del titular: <phone=636 72 01 18>
Lectura de contador: envíe foto al <phone=607 555 214>
Dirección de suministro: <address=Ronda del Ferrocarril 66, escalera B, 2.º 4.ª>
Factura del gas. Cuenta de cargo: <iban4>
Factura de agua: medidor del señor Poveda, <address=Mz. 22 Villa 6, Urdesa Norte>
ANDE. Titular C.I. <cedula=2.918.447>; celular <phone=0981 447 203>
CRE: cliente con carnet <cedula=5837201> SC; celular <phone=78120447>
Corpoelec: cédula <cedula=V-9.318.447>; teléfono <phone=0416-7712048>
ENEE. Abonado con identidad <cedula=0501-1979-03318>; cel. <phone=9733-2048>
Esquela: la familia recibe en <address=calle Padre Damián 20>, de 17 a 20 h
Tanatorio, sala 4. Flores: <phone=948 30 11 57>
Condolencias a <email=familia.aranguren@correo.example.net>
Velatorio en casa de su hija, <address=Barrio El Carmen, 3ra calle, casa 18>, Comayagua
SECCIÓN SINDICAL. Delegada: Nieves, ext. 4471 o <phone=654 20 98 31>
Afíliate: <phone=96 352 08 17> o <email=afiliacion@sindicat-exemple.cat>
Trabajador con NAF <nass>, categoría peón
Nómina. N.º afiliación S.S.: <nass_>; NIF <dni_low>
Finiquito a transferir a <iban_low>
Contrato temporal. Empresa CIF <cif>; código cuenta aparte
Boleta de pago. DNI <cedula=40718255>; CUSPP aparte; cuenta de ahorros <account=191-71820447-0-33>
Planilla IMSS: NSS <nass12>; CURP <curp>
Recibo de haberes. CUIL <cuit11>; CBU <account=0053178039291807329791>
Liquidación de sueldo. RUT <rut_>; AFP Modelo
Rol de pagos, cédula <ci_ec>; cuenta de ahorros <account=2204471835>
Colilla de pago: C.C. <cc_co>; cuenta de ahorros No. <account=488-417203-11>
Un saludo,¶Maite Zubiri¶Tfno. directo: <phone=945 12 77 30>¶<email=mzubiri@arabako.example.eus>
Saludos cordiales¶Ing. Fabián Paz¶Cel. <phone=(593) 98 417 7203>¶Quito
Atentamente,¶Lic. Karla Rdz.¶<phone=614 417 2033> ext. 12¶Chihuahua, Chih.
Enviado desde mi móvil. <phone=+34 609 81 72 44>
Abrazo, Nano. Mi nuevo cel: <phone=11 6417-7203>
--¶Estudio Jurídico Roldán¶<address=San Martín 871, piso 3, of. 12>¶<phone=0261 420-7718>
--¶Dra. P. Llanos¶<address=Av. Apoquindo 6410, of. 605>, Las Condes¶<phone=+56 2 2247 1830>
Atte. Ximena¶<address=Jr. Huallaga 365, of. 204>¶RPC <phone=987 120 447>
Tlf: <phone=0241-8241203>¶<address=Av. Bolívar Norte, Torre Banaven, piso 8, of. 83>, Valencia
socio;movil;cuota¶104;<phone=655120447>;al día¶105;<phone=655 120 448>;pendiente
Nombre,DNI,Teléfono¶Marta,<dni>,<phone=944120447>¶Iker,<dni>,<phone=944120448>
alumno|curp|celular¶Luz|<curp>|<phone=2281204471>
fecha	cliente	celular¶2024-01-18	Pardo	<phone=3157204418>
"documento","correo","fijo"¶"<cedula=52417203>","<email=yolima.t@example.co>","x"
id;iban;titular¶7;<iban>;Sanz
Código;RUT;Fono¶A1;<rut>;<phone=978120447>
Placa;Cédula;Teléfono¶x;<cedula=0917204418>;<phone=0991204471>
empadronado en <address=calle Nueva, s/n>, Alcolea
Volante de empadronamiento: <address=CL Olmo 14, 1.º izq.>, DNI <dni>
Padrón: hoja 44; NIE <nie_>
Notaría. Comparece el vendedor, con D.N.I. número <dni_dot>, vecino de Lugo, <address=calle San Froilán, número 41>
Escritura: la compradora, pasaporte británico <passport=547120448>
Apoderado con NIF <dni>; la sociedad, CIF <cif_>
Poder: CC No. <cc_co> expedida en Tunja
Instrumento público: cédula de identidad <cedula=3.918.204-4>, oriental
Escribano: padrón en <address=Bulevar Artigas 1825, apto. 901>
Acta notarial, Tegucigalpa: identidad número <cedula=0801-1968-07714>
Escritura: DUI <cedula=03317204-9>, NIT <cedula=0614-180472-103-4>
Testamento: <name=Encarnación Vidal Soler>, mayor de edad, vecina de Xàtiva
El albacea, D. <name=Anselmo Ferrando>, en <address=C/ de la Mar, 14, 3.ª>
Vacunación: tarjeta sanitaria <record=CANT447120839210>, tutor <phone=669 71 20 44>
Cita con la matrona, historia <record=1720448>
Laboratorio. Paciente NHC: <nhc>; solicita col. <college=280447120>
Receta: colegiado <college=46/46/17204>
Óptica: graduación lista, llamar a <phone=915 71 20 44>
Dentista. C.O.P. <college=17204>; consultorio en <address=Av. Arequipa 2640, int. 402>
Fisioterapeuta colegiada n.º <college=4471>; <phone=636-17-20-44>
Psicóloga, Reg. <college=117204> SENESCYT; <phone=098 712 0447>
Carné de vacunas, cédula <ci_uy>
Obra social: afiliado n.º <nass=17204471/02>
EPS: cotizante CC <cc_co>, cel <phone=320 712 0447>
Seguro Popular, póliza aparte; CURP <curp>; <phone=951 712 0447>, Oaxaca
CNSS. Asegurado; cédula <ci_do>; tel. <phone=829-712-0447>
Hospital de Clínicas, Asunción: C.I. <cedula=1720447>, contacto <phone=(0971) 712 044>
Caja Petrolera: matrícula aparte; <phone=3-3471204>, Santa Cruz
Ofertas de empleo: mande CV a <email=talento@grupo-exemplo.gal> o llame al <phone=986 71 20 44>
Busco trabajo de interna, soy Gladys, <phone=631 71 20 44>
Se ofrece albañil, Tfno. <phone=722 104 471>
Cuido mayores. Blanca. <phone=643-10-44-71>
Clases de violín en casa, <phone=626 104 471>, preguntar por Noa
Mudanzas económicas <phone=698 104 471>
Señora responsable busca casas por horas <phone=632104471>
Gasfíter a domicilio, fono <phone=9 7120 4471>
Plomero destapaciones <phone=2616-4471>, Montevideo
Electricista matriculado zona sur <phone=15-6104-4712>
Cerrajero Polanco <phone=55 7104 4712>
Flete y mudanza Arequipa <phone=959 104 471>
Domicilios en Chapinero <phone=301 710 4471>
Maestro albañil, Santa Cruz de la Sierra <phone=710 44712>
Técnico en neveras, Maracaibo <phone=0414 610 4471>
Repostería, Ponce PR <phone=787-610-4471>
Vendo pupusas por mayor <phone=7104 4712>, Santa Tecla
Modista en Heredia <phone=8610-4471>
Jardinería, David, Chiriquí <phone=6610-4471>
Mecánico, Habana del Este <phone=53 610 447>
Casa de cambio: titular, <address=Calle España 204>, Ciudad del Este
Remesa a nombre de Tania, <address=Calle 13 No. 508 e/ D y E>, Vedado
Envío contra entrega a <address=Carrera 15 # 93A-62 of. 305>, Bogotá
Mandar a <address=Calle 8 Sur # 43B-112 Int. 201>
Paquete para Rocío, <address=Cra 7 No. 140-61 Torre 2 Apto 1103>
Entrega en <address=Av. Cabildo 2745 3.º "C">, Belgrano
Entrega: <address=Diagonal 74 N° 1612 e/ 5 y 6>, La Plata
Enviar a <address=Los Alerces 2363 depto. 41>, Ñuñoa
Despacho: <address=Camino El Alba 9500, casa 14>, Las Condes
Domicilio del envío: <address=Calle 60 No. 491 x 57 y 59>, Mérida
Recoger en <address=Av. Revolución 1387, int. 4, col. Campestre>, CDMX
Dejar en <address=Calz. Independencia 1045 Sur>, Mexicali
Entregar en <address=4 calle 7-53, zona 9>, edificio Torre Azul
Paquetería: <address=col. Miramontes, bloque C, casa 2214>, Tegucigalpa
Entrega en <address=Res. Altamira, pasaje 3, casa 11>, San Salvador
Dirección: <address=de la Iglesia de Fátima 1 cuadra abajo, 20 varas al sur>
Dirección: <address=75 metros norte de la escuela República de Haití>
Entrega: <address=Calle 50, edif. Global Plaza, piso 6>, Panamá
Envío a <address=Av. Estrella Sadhalá 44>, Santiago
Llevar a <address=Calle Duarte esq. Independencia #8>
Paquete a <address=Urb. Las Lomas, calle 31 SO #1710>, San Juan
Llevar a <address=Av. Las Américas, C.C. Mayeya, local 12>, Mérida
Entrega en <address=Calle Jordán 0455 casi Nataniel Aguirre>, Cochabamba
Encomienda para <address=Eligio Ayala 1245 e/ Yegros>, Asunción
Casa en <address=Barrio Hamacas, calle 4 n.º 35>
Correspondencia a <address=Apartado Postal 0816-04471>, Panamá
Escribir al <address=Apdo. 1471>, 48080 Bilbao
Accesos del foro: user rocio, desde <ip>
fail2ban: baneada <ip_port>
Su IP actual (<ip=190.113.204.71>) quedó registrada
Conexión IPv6 desde <ip6_long>
Sígueme en Instagram: <handle=@elena.corre>
Pedidos por telegram <handle=@pan_de_ana>
Mi usuario de Discord es <handle=@kuro_1471>
correo: <email=jl punto mesa arroba outlook punto es>
<email=soporte(arroba)huertos.example.org>
Correo nuevo: <email=pepa.ruiz@example.org> (bueno)
Contacto: <email=direccion+alumnos@colexio.example.gal>
Nº de tarjeta <card_dot> anulada
Cargo en VISA <card_>
Cédula <cedula=6-0417-0721>, Puntarenas
cédula de residente <cedula=E-8-104471>, Panamá
Cédula de ciudadanía: <cc_co>
CI <ci_uy>, Canelones
DNI N° <cedula=31.204.471>, Rosario
C.U.I.T. <cuit>, monotributo
RUC <ruc_pe>, boleta 002
RUC: <cedula=80012447-1>, DV incluido
NIT: <cedula=900.447.120-3>, Medellín
RFC <rfc>, homoclave incluida
DPI (CUI) <cedula=1720 44712 0101>
Pasaporte venezolano <passport=104471203>
salvoconducto aparte; tarjeta de identidad <cedula=1.014.471.203>
Carné de extranjería <cedula=001447120>, Lima
Dato de contacto: <phone=+51 1 447 1203>"""

WITHOUT = """Resultado: 21-18, 18-21, 15-11
Dorsal 447, tiempo 1:18:20,4
Liga 2023-2024, jornada 14; 3-1
Ruta circular, 14,7 km, desnivel 1.182 m
Cumbre a 3.404 m; salida 7.30
Cuota anual: 118,20 euros
Temporada 1998-1999; ascenso en 2004
Chip 941000024471820
Peso 4,47 kg; dosis 0,8 ml/12 h
Lote de vacuna A447B1, cad. 03/2026
Póliza n.º 447120448
Siniestro 2024/1182044
Prima neta: 447,18; recargos 20,44
Capital asegurado: 118.204,00 euros
Franquicia de 300 euros
Localizador de reserva 7XK44P
Habitación 447, del 14/08 al 18/08
Tarifa BAR 118,20; tasa 2,04
Check-in 15:00, check-out 11:30
Vuelo UX 1182, puerta B 44
Contrato 0447120448
CUPS ES0021000004471820XX
Lectura 44718 m3; anterior 44120
Consumo: 118 kWh; potencia 4,6 kW
Factura 2024-A-0447
Vencimiento 18/04/2025; importe 447,12
Medidor 44712044
Aviso: corte de 9:00 a 13:30
Misa el día 18 a las 19:30
Falleció a los 82 años, el 4-4-2024
Nicho 447, fila 2, patio 11
Convenio colectivo, art. 44.1.b
BOE-A-2023-14471
Tabla salarial: 1.182,04 x 14 pagas
Grupo 3, nivel 14, jornada 1.764 h
Decreto Supremo 4471, de 2021
Ley N° 1178, art. 28
Código de comercio, arts. 118 a 204
Gaceta Oficial N.° 40.447
Expediente 0447-2023-GR
Registro 447, folio 118, tomo 20
Protocolo 1182/2024
Matrícula inmobiliaria 50N-447120
Escritura 1182 del 4 de abril de 2020
ISBN 978-950-07-4471-2
ISSN 1850-4471, año 14, n.º 28
doi:10.22201/iij.24484881e.2020.44
Sig. top. 82-1 GAR 447
Col. 118, estante 44
Vol. 14(2): 118-204
págs. 44-71, 118 y 204
Núm. de catálogo 447-1204
Ref. 04471-204, color 18
SKU AB-4471-20
EAN 7501447120448
Modelo WH-1000XM4
Serie 5CD4471204
Versión 2024.1.18-beta4
v3.14.15; build 4471204
kernel 6.1.0-18-amd64
commit 4471204ab
sha256 4471204488204471204482044712044820447120448204471204482044712044
Error -1182 (0x447120)
Puerto 44712; timeout 1182 ms
192.168.44.71 y 10.0.44.71
MAC a4:47:12:04:48:20
UTC-3, 18:20:44
Lat. -34.4471, long. -58.1204
19.4471, -99.1204
4°47'12" N 74°18'20" O
Sismo de 4,4; prof. 118 km
Temperaturas: 14/28, 18/30
Lluvia 44,7 mm; viento 18 km/h
Hb 12,4; VCM 88; plaq. 204.000
Glucosa 118; creat 0,82; Na 140
TA 144/71; FC 82; T 36,4
CIE-10 M54.5; Z00.0
Cita: 18/04/2025 10:20, sala 4
Paracetamol 650 mg/8 h
Dieta de 1.800 kcal
Semana 14+4; LCR 82 mm
Graduación: -1,25 -0,50 x 118
OD -4,47; OI -3,18
Precio: 44.712 pesos
S/ 118.20; US$ 44.71
Bs 1.447,20
Gs. 1.447.120
Q 1,182.04
₡ 118,204.47
L 4,471.20
$ 447.120.448
UF 44,71
44,7 % frente a 18,2 %
1 182 044 habitantes
de 1.447 a 2.204 plazas
3 x 44,71 = 134,13
x² + 44x - 718 = 0
sen(18°) = 0,309
Tabla 4.4.7; figura 11.8
Cap. 14, vers. 18-20
Gn 44, 7-12; Ex 18, 20
1492-1992: V Centenario
siglos XIV-XVIII; 1447-1520
Autopista 9, salida 44
Ruta 3, tramo 118-204
Bus 447, cada 18 min
Canal 44, 7.1 y 18.2
FM 104.4, AM 1182
Kia Río 1.4, 2018, 44.712 km
Aceite 5W-30, 4,4 l
Papel A4, 80 g/m2, 500 h
Pantalla 15,6", 1920x1080
Marque 1 para ventas, 2 para soporte
Premio: 44712, serie 18, fracción 4
Sorteo 1182: 04-11-18-20-44-47
Ajedrez: 1.e4 e5 2.Cf3 Cc6
Receta: 4 huevos, 118 g de azúcar, 20 min a 180 ºC
Calle cortada del 18 al 20
La plaza tiene 44 bancos
El barrio 4 ganó el premio
Casa 2, visitante 1
Piso piloto desde 118.204 euros
Villa de 4 dormitorios y 2 baños"""


def ninth(seed: int = 2009) -> list[Item]:
    """The items of the ninth lot: those with personal data, then those without."""
    return [
        item._replace(text=item.text.replace("¶", "\n"))
        for item in of_lines(random.Random(seed), "ninth", PERSONAL, WITHOUT)
    ]
