"""A seventh lot for the benchmark of personal data: chats, curricula, notices of courts, reports, invoices, posts.

Of nine countries, near misses in their formats too; written in one go by somebody who had not read the finders, before
any run of them on it; what the first run gave is in LOG.md. The lines are written as those of the fifth lot.
"""

from __future__ import annotations

import random

from tests.benchmarks.privacy.lots.fifth import of_lines
from tests.benchmarks.privacy.lots.items import Item

PERSONAL = """[14/03/24, 19:02:11] Tía Merche: apuntad mi número nuevo, <phone=644 71 20 93>
[3/11/23 8:15:40] Beto: wey márcame al <phone=5548207731>
12/1/24, 21:44 - Caro: mi cel es <phone=11 5527-3380>, escribime
07/09/23, 10:02 - <phone=+57 310 4482917>: buenos días grupo
22/06/2022 17:38 - <phone=+54 9 351 612-4470> se unió usando el enlace de invitación
[1/2/24, 9:41:03 a.m.] <phone=+52 1 664 128 3370>: ¿sigue disponible?
14/8/23, 13:20 - Noelia: pasame el alias o el CBU. 14/8/23, 13:21 - Fede: es <email=fedeocampo.88@hotmail.com.ar>
[05.10.23, 22:17:55] Papá: el fijo del pueblo es <phone=969 33 41 20>
30/4/24 7:58 p. m. - Yuli: mi nequi es el mismo <phone=3206617402>
11/12/23, 16:09 - Javi: os paso el Bizum <phone=699041837>
[20/7/23 15:33] Mamá: la doctora atiende en <address=Av. Providencia 2331, of. 504>
2/5/24, 12:12 - Pame: mi rut <rut> por si lo piden
19/10/23, 18:40 - Lucho: DNI <cedula=44718093>, a nombre mío
9/3/24, 20:21 - Vale: mi cédula es <ci_uy>
[28/01/24, 11:00:09] Administración: transferid a <iban4>
17/2/24, 08:45 - Primo: llega a <address=calle Los Nogales 418>, tocás el 2 B
6/6/23, 14:02 - Gaby: me quedo en el <phone=0984 417 206> toda la tarde
[8/8/23, 19:19:19] Rafa: ~ Mi wasap de RD: <phone=+1 809-541-7720>
23/11/23, 21:05 - Chelo: apunten: <phone=829 330 1184> es el de la casa
15/5/24, 10:30 - Inés: mi correo del trabajo <email=ines.barreiro@conselleria-exemplo.gal>
CURRÍCULUM VÍTAE. Datos personales. Teléfono móvil: <phone=637 402 916>
Currículum. Correo-e: <email=l.santamaria_ing@yahoo.es> · Móvil <phone=+34 650.33.87.12>
HOJA DE VIDA. Cédula de ciudadanía <cc_co> de Manizales
Hoja de vida — Celular <phone=(+57) 316 780 4415>
Dirección: <address=Carrera 23 # 65-11>, Manizales
Dirección de residencia: <address=Calle 45 No. 12-30 Apto 402>
C.C. No. <cc_co>, expedida en Cali
CV | Domicilio: <address=Jr. Huancavelica 450>, Cercado de Lima
CV. D.N.I. N° <cedula=70418826> · Celular <phone=987 110 455>
Curriculum Vitae · RUT: <rut> · Fono <phone=+56 2 2733 8164>
CURRÍCULUM: nacido en Talca, domiciliado en <address=Pasaje El Boldo 1182>
Datos de contacto: <address=Av. 18 de Julio 1453 apto. 802>, Montevideo; tel. <phone=2902 7745>
CI: <ci_uy> · Cel. <phone=094 882 316>
Objetivo profesional... Contacto <phone=(0351) 155-402-118>
CUIL <cuit> · Fecha de nacimiento 12/04/1988
CUIL: <cuit11>. Domicilio: <address=Bv. San Juan 845 5.º C>
CURP <curp>, RFC <rfc>
RFC: <rfc>; correo: <email=moises.aldana@live.com.mx>
Domicilio: <address=Calle Hidalgo #214 Int. 3>, Col. Centro
Tel. casa: <phone=(614) 418 22 07>; cel.: <phone=614 188 4402>
Carnet de identidad <ci_uy>; pasaporte uruguayo <passport=C748120>
Permiso B. NIE <nie_>. Disponibilidad inmediata
Nacionalidad venezolana, NIE: <nie>. Móvil <phone=602 418 337>
Cédula <ci_ec>, licencia tipo B. Teléfono <phone=(04) 248-1107>
Correo personal: <email=wilmer_chavez1993@outlook.com>, celular <phone=0991204478>
Cédula de identidad y electoral <ci_do>
Residencia: <address=C/ Duarte #57>, Santiago de los Caballeros
Referencias: Lcda. Báez, <phone=849-220-5519>
Referencias laborales: jefe de taller, teléfono <phone=981 204 771> (preguntar por recepción)
Linkedin no; e-mail: <email=annapons+cv@fastmail.cat>
PERFIL. Ingeniera. <email=rocio.quispe@uni.exemplo.pe>. <phone=+51 1 4418820>
Domicilio actual: <address=Mz. F Lote 14>, Villa El Salvador
EDICTO. Se emplaza a quien acredite DNI <dni> a comparecer en diez días
EDICTO. Se cita al titular del D.N.I. núm. <dni_s>, en ignorado paradero
CÉDULA DE NOTIFICACIÓN. Demandado con NIF <dni_> y domicilio en <address=calle Alfarería, 27, 2.º D>
Procedimiento ordinario 412/2021. Contra el titular del NIE <nie_space>
Diligencia: se intentó la notificación en <address=Travesía de San Roque, 4>, con resultado negativo
Requiérase de pago en la cuenta <iban4>, bajo apercibimiento
Ingrésese en la cuenta de consignaciones <ccc_> el depósito
AUTO. Se acuerda el embargo del saldo de la cuenta <iban_low>
Providencia: ofíciese a la TGSS respecto del afiliado <nass>
Sentencia 88/2019. El perjudicado, con número de afiliación <nass_>, reclama
Notifíquese al correo <email=notificaciones.gomezabogados@despacho-ejemplo.es>
EDICTO. Juzgado Civil y Comercial. Cítese al demandado, DNI <cedula=28.417.550>, por cinco días
Autos caratulados. El actor, D.N.I. Nº <cedula=31.208.774>, con domicilio en <address=Belgrano 1240>
Sucesorio. Cuenta judicial CUIT <cuit>
Remate. Martillero, CUIT Nº <cuit>. Informes: <phone=0341-155883021>
El imputado, titular del DNI <cedula=40.118.206>, domiciliado en <address=Pasaje Ortiz 338>
JUZGADO PRIMERO CIVIL. El ciudadano con C.C. <cc_co> deberá comparecer
Notifíquese en la <address=Diagonal 40 A # 8-21> de Bogotá
El accionante, identificado con cédula de ciudadanía n.º <cc_co>, solicita tutela
Se ordena notificar al correo electrónico <email=juridica@transportes-ejemplo.com.co>
JUZGADO DE LETRAS. Cédula nacional de identidad N° <rut>, con domicilio en <address=Los Aromos 455>
Rol C-4418-2020. Demandado RUN <rut_>, ignorado domicilio
Causa RIT O-221-2021. Trabajador, C.I. <rut>, expone
PODER JUDICIAL DEL PERÚ. Demandado con DNI N.º <cedula=09447120>
El recurrente, identificado con D.N.I. <cedula=41802276>, con domicilio procesal en <address=Av. Abancay 491>
Empresa con RUC N° <ruc_pe>, representada por su gerente
Notario Quinto. Comparece el señor portador de la cédula <ci_ec>
RUC <ruc_ec>; casillero judicial 1144; correo <email=drvelez@foro-ejemplo.ec>
Edicto. El Juzgado Letrado cita al titular de la C.I. <ci_uy>
TRIBUNAL. El justiciable, portador de la cédula núm. <ci_do>, domiciliado en la <address=calle Sánchez núm. 112>
Acto de alguacil notificado en la <address=avenida Máximo Gómez, núm. 29>
JUZGADO DE DISTRITO. Quejoso con CURP <curp>, señala domicilio en <address=Calle Pino Suárez 1102>
Expediente 447/2022. Se autoriza el correo <email=amparos@bufete-ejemplo.mx> para recibir notificaciones
Perito matriculado, domicilio <address=Colón 655 piso 3>, tel. <phone=0261 423-7718>
Letrado colegiado <college=28/11402>, teléfono <phone=91 548 70 33>
Procurador: teléfono y fax <phone=954.22.71.08>
INFORME DE ALTA. NHC <nhc>. Ingreso el 3 de mayo
Informe de urgencias. N.º de historia clínica: <record=2281904>
Nº Historia: <record=7719043>. Servicio: Neumología
Paciente de 54 años, historia clínica <record=402881>, acude por disnea
Historia Clínica Nº <record=118204>, Hospital Regional
HC: <record=550217>; cama 14
Expediente clínico <record=33-7704>, IMSS
NSS <nass12>; médico tratante col. <college=282877410>
Dra. adjunta, nº colegiada <college=46/22841>
Médico responsable: colegiado núm. <college=080917742>
Número de la Seguridad Social: <nass_>
CIP no consta. DNI <dni_low>, tarjeta caducada
DNI/NIE del paciente: <nie>
Domicilio del paciente: <address=Plaza de los Sitios, 8, 3.º izq.>
Familiar de contacto (hija): <phone=667 20 45 18>
Avisar al esposo en el <phone=976 55 83 04>
Tel. contacto 1: <phone=615488207> Tel. contacto 2: <phone=976220184>
EPICRISIS. RUT <rut>, previsión FONASA B
Epicrisis: paciente de la comuna de Ñuñoa, fono <phone=9 8214 6607>
Ficha clínica <record=884120>, RUN <rut>
HISTORIA CLÍNICA. DNI <cedula=45110927>. SIS gratuito
Paciente de sexo femenino, identificada con CC <cc_co>, EPS contributivo
Responsable: madre, celular <phone=312 905 7741>
Afiliado PAMI, DNI <cedula=12.440.871>. Tel. <phone=(0223) 482-1190>
Obra social; contacto: <phone=15-6640-2218>
Acompañante: sobrino, teléfono <phone=(809) 688-4471>
Cédula del paciente <ci_do>; ARS Humano
Cédula <ci_ec>. Centro de Salud tipo C
Paciente C.I. <ci_uy>, mutualista, móvil <phone=099 417 208>
Derivación al centro de la <address=Avenida Grecia 4225>
Vive sola en <address=calle Ntra. Sra. del Rosario, 19>
Remitido desde <address=Ctra. de Valencia, 44>; ver informe previo
Enviar resultados a <email=laboratorio.turno2@clinica-ejemplo.com.uy>
FACTURA 2023-0418. Emisor: CIF <cif>. IVA 21 %
Factura nº A/1180. NIF: <cif_>. Forma de pago: transferencia a <iban>
Cliente: NIF <dni_>. Dirección: <address=C/ Poeta Querol, 12, pta. 6>
Domiciliación: <iban_dash>
Nº de cuenta: <ccc>
Cobrado con tarjeta <card4>
Pago con VISA <card_>, autorización 004417
Tarjeta: <card>. Caducidad 09/26
FACTURA B 0003-00014471. CUIT: <cuit>. Ing. Brutos 901-227184-4
Cliente: consumidor final. CUIT/CUIL <cuit11>. Domicilio <address=Av. Rivadavia 6120>
CFDI. RFC emisor: <rfc>. RFC receptor: XAXX010101000
Factura electrónica. Receptor RFC <rfc>, uso G03
BOLETA ELECTRÓNICA. RUT: <rut>. Giro: repuestos
Factura exenta. Señor(es): taller. R.U.T.: <rut>. Dirección: <address=Arturo Prat 876>
FACTURA ELECTRÓNICA F001-4471. RUC: <ruc_pe>
Boleta de venta. RUC <ruc_pe>. Adquirente DNI <cedula=71220846>
FACTURA 001-002-000004471. RUC: <ruc_ec>. Autorización en línea
FACTURA DE VENTA FE-1182. Adquirente C.C. <cc_co>
Entregar en <address=Cra. 50 # 10-77>, local 3
Entregar en <address=Av. Los Shyris N34-120>
Enviar a: <address=Rambla de Poblenou, 88, bajos>
Enviar a: <address=Calzada de Tlalpan 1840>
Entrega: <address=Avenida Italia 3318> esq. Comercio
Reparto: <address=Polígono Industrial El Pla, parcela 14>
e-CF. RNC del emisor en trámite. Tel.: <phone=809.565.2207>
Incidencias de la factura: <phone=900 264 118>
Consultas de facturación: <phone=0810-444-2218>
Atención a clientes: <phone=800 220 9518> (lada sin costo)
Mesa central: <phone=600 337 2200>
Línea nacional <phone=01 8000 112 440>
Consultas sobre su recibo: <phone=0800 1 2244>
Vendo dos entradas, escribid a <email=xeneize_torcuato@gmail.com>
Se me perdió el gato por <address=calle Uruguay 1733>, cualquier cosa <phone=099 203 817>
Para los del foro: mi MP está lleno, mandadme correo a <email=kraken.1979@terra.es>
Si alguien de Quito lo quiere, <phone=0987-221-406>
Alguien por Lima sur? mi número 9 8 7 no anda, usen <phone=914 027 736>
Regalo sofá, recoger en <address=Camino Viejo de Burjassot, 21>. <phone=685 11 40 27>
Me cobraron en la tarjeta <card_dot>, ¿a alguien más?
El banco me pide el IBAN <iban4> y no lo reconoce
mi ip pública es <ip> y no abre el puerto
Con esta regla funciona: permitir desde <ip6>
Log: conexión rechazada desde <ip_port>
Hola, soy nuevo. Podéis llamarme al <phone=6 7 7 - 4 1 2 - 0 8 5>, tardes
Escribidme: <email=pepa[arroba]tallerlana.es>
contacto: <email=juanma.ferro (at) gmail (dot) com>
Busco compañero de piso en Gràcia, <address=carrer de Verdi, 112>
Cambio cromos; wasap seis, ocho, siete: <phone=687-44-10-23>
Los de Asturias podéis preguntar en el <phone=985 31 44 09>, está Cova
Vendo moto, papeles al día, interesados <phone=351-6128834>
Clases de guitarra en Ñuñoa: <phone=+56994418207>
Remato heladera, cel <phone=3515-441-882>
Fletes. <phone=4782-1190> / <phone=15 4471 8820>
Pasteles por encargo, WA <phone=55 1048-7733>
Doy clases de mate, mándame inbox o al <phone=81-1877-2204>
Mi terapeuta es buenísima, pide hora en el <phone=22 447 8810>
Contacto prensa: <email=prensa@coop-laestiba.org.ar>, int. 22
Reservas: WhatsApp <phone=+593 98 714 2206>
Fijo de la parroquia: <phone=(02) 2 447 118>
Sr. dueño del Seat blanco: su matrícula tapa el vado. Llame al <phone=637204418>
Socia núm. 441, DNI <dni_dots>, al corriente de pago
En el pasaporte <passport> aparece mal la fecha
Pasaporte n.º <passport=AAF204471>, expedido en Vigo
Firmado: el arrendador, con DNI <dni_dot>; la arrendataria, con NIE <nie_>
Contrato de arriendo: arrendatario C.N.I. <rut>
Contrato de locación. El locador, DNI <cedula=23.118.740>, constituye domicilio en <address=Mitre 2217>
Padrón: hoja 14, vivienda en <address=Costanilla de los Ángeles, 5>
Inscripción al curso: nombre, <email=m-jesus.oter@iesexemplo.org>, curso 2.º B
AMPA: el ingreso a <iban> antes del viernes
Autorizo a mi hermano, DNI <dni_s>, a recoger el paquete
Acta de la comunidad: vecino del 4.º C, teléfono <phone=650 441 897>, se queja
Parte amistoso. Asegurado: tel. <phone=696 302 114>; póliza 4471820
Denuncia: el declarante, con NIE <nie>, manifiesta
Ficha federativa: DNI <dni>; club decano
Soporte: el usuario entró desde <ip> a las 3:12
Para baja de la lista, escribir a <email=listas-baja@ateneu-exemple.cat>"""

WITHOUT = """[14/03/24, 19:02:11] Los mensajes y las llamadas están cifrados de extremo a extremo
12/1/24, 21:44 - Caro: <Multimedia omitido>
07/09/23, 10:02 - Pili cambió el asunto de «Viaje 2023» a «Viaje 2024»
[3/11/23 8:15:40] Beto: quedamos 3 a 1, qué partidazo
9/3/24, 20:21 - Vale: IMG-20240309-WA0017.jpg (archivo adjunto)
PTT-20231104-WA0003.opus (archivo adjunto)
VID-20220618-WA0044.mp4
11/12/23, 16:09 - Javi: código de verificación 448 210, no lo compartas
2/5/24, 12:12 - Pame: son 12.500 por cabeza
[20/7/23 15:33] Mamá: a las 15.33 en la 2
15/5/24, 10:30 - Inés: nos vemos el 21/05/2024 a las 20:30
23/11/23, 21:05 - Chelo: 1000000 de gracias
Experiencia: 2012-2015, 2016-2019, 2020-2023
Máster (60 ECTS), 2017/2018, nota 8,75
TOEIC 945/990; DELE C2
Promedio 4.52/5.00, puesto 3 de 118
Publicaciones: Rev. Esp. Salud Pública 2019; 93: e201909072
ISSN 1138-9788, vol. 24, núm. 627
ISBN 978-84-376-0494-7
ISBN 84-206-3311-2, 3.ª ed.
doi:10.1590/S0102-311X2010000900012
Proyecto FIS PI18/01442, 2019-2021
Beca Fondecyt 1180441
Código SNIES 102774
Patente ES2441820B1
Referencia del puesto: 2023-114-0087
Certificado ISO 9001:2015 e ISO 27001
Resolución Nº 1442/2018 del Ministerio
Carné de conducir B, C y C+E
Procedimiento ordinario 000412/2021
NIG 28079 00 2 2021 0044718
Autos 1182/2019-B
Rollo de apelación 447/2020
Sentencia núm. 118/2022, de 4 de mayo
STS 4471/2018, ECLI:ES:TS:2018:4471
Recurso de casación 2287/2017
Diligencias previas 3340/2016
Rol C-4418-2020, caratulado
RIT O-221-2021; RUC 2140331882-7
Expediente N° 04471-2019-0-1801-JR-CI-07
Casación 1184-2020 Lima
Radicado 11001-31-03-021-2019-00447-00
Sentencia T-447 de 2018, M. P.
Sentencia C-055/22
Expte. CIV 44718/2015
Fallo 344:1151
Ley 26.994, arts. 1711 y 1713
Ley 19.968, artículo 66
Decreto 1069 de 2015, art. 2.2.3.1.2.4
Ley Orgánica 1/2004, de 28 de diciembre
Real Decreto Legislativo 2/2015
Acordada 15-2020, folio 118
Gaceta Oficial 41.472
Diario Oficial n.º 51.447 de 18 de septiembre
BOE-A-2015-10565
BOE núm. 236, páginas 89343 a 89410
DOGC núm. 7558, 14.2.2018
Registro Mercantil, tomo 14.471, folio 118, hoja M-240.118
Finca registral 11.204 del Registro n.º 4
Referencia catastral 9872023VH5797S0001WX
Protocolo 1.447 de 2019
art. 24.1 CE en relación con el 53.2
Multa de 1.200 euros y costas de 3.447,18 euros
Cuantía: S/ 12,447.00
Depósito de 0,5 UF por 120 días
Capital social: $ 100.000.000
TA 120/80 mmHg, FC 88 lpm, SatO2 96 %
Creatinina 1,14 mg/dL; FG 68 mL/min/1,73 m2
Hb 11,8 g/dl; leucocitos 12.440; plaquetas 244.000
Glucemia 118-142-97 mg/dl
Na 138, K 4,4, Cl 102
pH 7,38; pCO2 41; HCO3 24,1
Enoxaparina 40 mg/24 h s. c.
Amoxicilina 875/125 mg cada 8 h, 7 días
CIE-10 J44.1; CIE-9 491.21
Gestación de 38+4 semanas, G2P1
Glasgow 15/15, NIHSS 4, EVA 7/10
Lesión de 12 x 14 x 20 mm en LSD
TNM: pT2 N1 M0
Lote AB4471-22, caducidad 11/2025
Cama 14, planta 3, hab. 308
Paciente 44 de la serie, seguido 118 semanas
Altura 172, peso 68, IMC 23,0
Turno 8-15 h, llamar antes de las 14
Factura 001-002-000004471
Factura nº 2023/000118, de 12-04-2023
Folio fiscal 6B1F2A7E-44C1-4E0B-9A55-1180447182AB
CAE 73184471820914, vto. 22/04/2023
Clave de acceso 2204202301179144718000110010020000044711234567818
Pedido 4471-118-2023, albarán 00118
Ref. 8410128112240, 12 uds.
EAN 8 480000 441182
Cód. 114-220-338 Tornillo M6 x 40
Subtotal 1.180,44; IVA 247,89; total 1.428,33
Total: $ 14.471,82
Total a pagar: S/. 1,118.20
IVA 19 %: $ 447.118
Importe: 3 x 118,20 = 354,60
Consumo 447 kWh a 0,118204 EUR
Lectura anterior 44718, actual 45102
CUPS no disponible; potencia 3,45 kW
N.º de serie SN-4471-8820-1182
Versión 10.0.19045.4471
Kernel 5.15.0-118
192.168.1.1 es la puerta de enlace
Escucha en 127.0.0.1:8080
Máscara 255.255.255.0
MAC 00:1B:44:11:3A:B7
Abrid el puerto 25565 TCP y UDP
Resolución 2560 x 1440 a 144 Hz
Subí 447 fotos, 1180 MB
Tema cerrado tras 118 respuestas y 44718 lecturas
Usuario desde: 12-04-2009. Mensajes: 4.471
Citando a kraken1979: #118
En la 104.5 FM o en el 1180 AM
El 112 y el 061 no contestaban
Llamad al 016, es gratis
Mi coche es un 4471 KLV de 2018
Bus 44, parada 1182
Vuelo IB6844, asiento 27K
Cumbre de 3.404 m, 18,4 km, +1.182 m
40.4168, -3.7038
Km 118 de la ruta 5 Sur
Capítulo 11, versículos 4-18
Quedó 101-98 tras dos prórrogas
La promo 2x1 vale del 1/11 al 30/11
La calle es de quien la barre
Vivimos 2 años en la calle
La avenida tenía 4 carriles
El pasaje 118 del libro
La ruta de los 7 lagos
El carril 2 y la plaza 44 del garaje
usuario@localhost
@maria_lpz te citó en un tuit
echo $HOME; git commit -m "v1.18.2"
f(x) = 3x^2 + 118x - 447"""


def seventh(seed: int = 2003) -> list[Item]:
    """The items of the seventh lot: those with personal data, then those without."""
    return list(of_lines(random.Random(seed), "seventh", PERSONAL, WITHOUT))
