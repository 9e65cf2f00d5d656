"""Personal data is found where its check digits or its surroundings prove it, and ordinary numbers are left."""

from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cleaning.privacy.kinds import KINDS
from cleaning.privacy.privacy import find_personal
from cleaning.privacy.told import told
from pipeline.model.notice import notice
from tests.cleaning.privacy.masked import masked
from tests.examples import examples


def test_days_of_birth_are_masked_on_request() -> None:
    text = """Nacida en Jaén el 4 de marzo de 1956. F. nac.: 04-03-56, FN: 1956-03-04
nació el 1 de febrero de 1960; Nació en Lugo el 01/02/1960; (nac. 01/02/1960); DOB: 1960-02-01; FNac: 19600201
Fecha Nto.: 01.02.1960; Nacimiento: Jaén, 1/2/1960; Fecha de nacimiento del bebé: 1 de febrero de 1960
nascuda el 12 d'abril de 1949; 1962ko maiatzaren 3an jaioa; nado o 3 de xuño de 1950
Neishuda eth 4 de març de 1957; Data de neishença: 04/03/1957; Calendata de naixencia: 04-03-1957"""
    left = masked(text, ["birth"])
    assert not any(map(str.isdigit, left)) and left.count("[BIRTH]") == 17
    text = "El club nació el 4 de mayo de 1956. Fecha de la nota: 03/05/1956"
    assert not find_personal(text, ["birth"])


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("CIAS: 1403250110K.", "CIAS: [COLLEGE]."),
        ("DNI 53111222 S, vecina. DNI 53111222 A nombre", "DNI [DNI], vecina. DNI [DNI] A nombre"),
        ("pasaporte alemán C01X00T47", "pasaporte alemán [PASSPORT]"),
        ("mi DNI es cinco, cero, uno, dos, siete, siete, dos, nueve… eme", "mi DNI es [DNI]"),
    ],
)
def test_numbers_of_persons_in_rare_forms(text: str, result: str) -> None:
    assert masked(text) == result


def test_more_plates_behind_one_are_masked_as_well() -> None:
    text = "Matrícula M-1234-AB y 1234-BCD, 12 km"
    spans = find_personal(text, ["plate"])
    assert [text[one.start : one.end] for one in spans] == ["M-1234-AB", "1234-BCD"]
    assert find_personal("placa del carro ABC 123", ["plate"])[0][:2] == (16, 23)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("Escriba a ana.pérez+web@correo.ejemplo.es.", "Escriba a [EMAIL]."),
        ("<ana@ejemplo.com>, (luis_2@sub-dominio.org)", "<[EMAIL]>, ([EMAIL])"),
        ("fichas/eva@correo.es.txt", "fichas/[EMAIL].txt"),
        ("Cuenta ES91 2100 0418 4502 0005 1332 BANCO", "Cuenta [IBAN] BANCO"),
        ("cuenta ES9121000418450200051332.", "cuenta [IBAN]."),
        ("Pago a DE89 3704 0044 0532 0130 00 hoy", "Pago a [IBAN] hoy"),
        ("con DNI 12345678Z y", "con DNI [DNI] y"),
        ("DNI: 12.345.678-Z", "DNI: [DNI]"),
        ("12345678-z", "[DNI]"),
        ("NIE X-1234567-L; Y1234567X", "NIE [NIE]; [NIE]"),
        ("Tel.: 91 123 45 67, fax 911234568", "Tel.: [PHONE], fax [PHONE]"),
        ("teléfono de contacto: 612345678", "teléfono de contacto: [PHONE]"),
        ("TELÉFONO (011) 4301-2345", "TELÉFONO [PHONE]"),
        ("llame al 900 123 456.", "llame al [PHONE]."),
        ("+34 612 34 56 78 o 0034 912 345 678", "[PHONE] o [PHONE]"),
        ("+52 (55) 1234-5678", "[PHONE]"),
        ("WhatsApp: 655.12.34.56", "WhatsApp: [PHONE]"),
        ("márcame al 5548207731, o al nequi 3206617402", "márcame al [PHONE], o al nequi [PHONE]"),
        ("849-220-5519; 0984 417 206; 0810-444-2218", "[PHONE]; [PHONE]; [PHONE]"),
        ("fono 9 8214 6607. Informes: 0341-155883021", "fono [PHONE]. Informes: [PHONE]"),
        ("llamarme al 6 7 7 - 4 1 2 - 0 8 5", "llamarme al [PHONE]"),
        ("Dirección: Arturo Prat 876", "Dirección: [ADDRESS]"),
        ("con domicilio en Los Aromos 455, de oficio", "con domicilio en [ADDRESS], de oficio"),
        ("domiciliado en Mz. F Lote 14", "domiciliado en [ADDRESS]"),
        ("Calle Hidalgo #214 Int. 3, Centro", "[ADDRESS]"),
        ("calle Ntra. Sra. del Rosario, 19", "[ADDRESS]"),
        ("Av. Los Shyris N34-120", "[ADDRESS]"),
        (
            "interno, NIS 2019004518. Licencia de taxi 1182",
            "interno, NIS [RECORD]. Licencia de taxi [RECORD]",
        ),
        (
            "DNI 12345678Z, IMEI 356938035643809, IMEI 356938035643808",
            "DNI [DNI], IMEI [RECORD], IMEI 356938035643808",
        ),
        ("nº de soporte BAA123456", "nº de soporte [DNI]"),
        ("biopsia (B25-14478), biopsia (2019-2020)", "biopsia ([RECORD]), biopsia (2019-2020)"),
        ("paciente con cultivo n.º 88213", "paciente con cultivo n.º [RECORD]"),
        ("marcapasos con n.º de serie PJN482917S", "marcapasos con n.º de serie [RECORD]"),
        (
            "El paciente, en el teléfono de citas 600445001",
            "El paciente, en el teléfono de citas [PHONE]",
        ),
        ("Historia clínica 1.284.551-0", "Historia clínica [RECORD]"),
        ("carné profesional 83.412 y 90.118", "carné profesional [COLLEGE] y [COLLEGE]"),
        ("DNI 12345678Z, MAC 00:1A:2B:3C:4D:5E", "DNI [DNI], MAC [IP]"),
        (
            "Ficha clínica 884120, afiliado 51 76425744 56",
            "Ficha clínica [RECORD], afiliado [NASS]",
        ),
        ("Plaza de la Iglesia, s/n, Villalba", "[ADDRESS]"),
        ("Pza. España s/n. La Ley rige.", "[ADDRESS]. La Ley rige."),
        ("Plaza de España, s/n. 28008 Madrid", "[ADDRESS]"),
        ("Nº SS 281234567840.", "Nº SS [NASS]."),
        ("Teléfono: 600123456/57.", "Teléfono: [PHONE]."),
        ("Tel. 912 34 56 78/79/80 o 600123456/24 h", "Tel. [PHONE] o [PHONE]/24 h"),
        ("c/ Mesón de Paredes 41, 3.º ext. izda.", "[ADDRESS]"),
        ("Calle Electra, 1 - 4º L 33208 Gijón", "[ADDRESS]"),
        ('Av. Corrientes 4471, 5° "B"', "[ADDRESS]"),
        ("en Santa Isabel 353, depto. 1204", "en [ADDRESS]"),
        ("Calle 127 Bis # 19A-44 Apto 502", "[ADDRESS]"),
        ("calle 44 e/ 12 y 13 n° 1118, La Plata", "[ADDRESS]"),
        ("Capilla: 6a. Calle 4-17, Zona 1", "Capilla: [ADDRESS]"),
        ("Urb. Santa Patricia Mz. F lote 12", "[ADDRESS]"),
        ("Res. Las Colinas, bloque F, casa 12", "[ADDRESS]"),
        (
            "Apartado 1182-1000; P.O. Box 4471; Apdo. de Correos 447",
            "[ADDRESS]; [ADDRESS]; [ADDRESS]",
        ),
        ("del parque central 2 cuadras al norte, Estelí", "[ADDRESS]"),
        ("Ctra. de Colmenar, km 9,100. 28034 Madrid", "[ADDRESS]"),
        ("Peña: 600 11 22 33 / 44 / 55. Por la tarde", "Peña: [PHONE]. Por la tarde"),
        ("Tel.: 987 21 48 30 y 31. Fax: 987 21 48 32", "Tel.: [PHONE]. Fax: [PHONE]"),
        ("Tel.: 987 21 48 30 y 31 personas", "Tel.: [PHONE] y 31 personas"),
        ("PBX (601) 742 8390 ext. 1124; 01 (33) 3614-8279", "PBX [PHONE]; [PHONE]"),
        ("confirmar: 91.544.82.17, 657·48·27·19", "confirmar: [PHONE], [PHONE]"),
        ("Perales, 607/48/27/19; tlf 975/16 27 38", "Perales, [PHONE]; tlf [PHONE]"),
        ("es el 00 34 948 27 19 35; (34) 915 48 27 19", "es el [PHONE]; [PHONE]"),
        ("634 82 71 93 (Tamara) o 6 3 4 8 2 7 1 9 4", "[PHONE] (Tamara) o [PHONE]"),
        ("COP: M-28411; precio COP 28.411", "COP: [COLLEGE]; precio COP 28.411"),
        ("Nº Colegiado/a: 46/1928; T. P. 148.327", "Nº Colegiado/a: [COLLEGE]; T. P. [COLLEGE]"),
        (
            "col·legiat núm. 48.271; colexiada nº 4827",
            "col·legiat núm. [COLLEGE]; colexiada nº [COLLEGE]",
        ),
        ("colegiada en Valencia (n.º 46004827)", "colegiada en Valencia (n.º [COLLEGE])"),
        ("Ha cotizado: 28/12345678/40", "Ha cotizado: [NASS]"),
        ("Ha cotizado: 28/12345678/41", "Ha cotizado: 28/12345678/41"),
        ("afiliación del trabajador es 281234567840", "afiliación del trabajador es [NASS]"),
        ("la sociedad que paga es J72841935, luego", "la sociedad que paga es [CIF], luego"),
        ("la pieza que encaja es J72841935, luego", "la pieza que encaja es J72841935, luego"),
        (
            "CIP SAMA 1 140803 00 4; afiliado OSDE 61 482719 3 05",
            "CIP [RECORD]; afiliado OSDE [NASS]",
        ),
        ("gema(a)sumolmedo.es, arquitecto(a).es", "[EMAIL], arquitecto(a).es"),
        (
            "Skype: toni77. Telegram, que va mejor: @mjb_82",
            "Skype: [HANDLE]. Telegram, que va mejor: [HANDLE]",
        ),
        ("Av. Corrientes 3247, piso 4.º B, C1193 CABA", "[ADDRESS]"),
        ("Cra. 43A # 18 Sur-135, apto. 802, Medellín", "[ADDRESS]"),
        ("Rua de Santa Catarina, 482, 2.º Dto., 4000-447 Porto", "[ADDRESS]"),
        ("Estamos en 18 de Julio 1482 esq. Vázquez", "Estamos en [ADDRESS]"),
        ("tel. 91 513 23 95 / 91 513 23 96", "tel. [PHONE] / [PHONE]"),
        (
            "en tu móvil 2025-08-11. Curso 2026-2027, Bogotá",
            "en tu móvil 2025-08-11. Curso 2026-2027, Bogotá",
        ),
        ("de La Paz, 3000-4000 ml; Roles 5898-2012", "de La Paz, 3000-4000 ml; Roles 5898-2012"),
        ("| **ISSN** | 2954-4564 | Guatemala", "| **ISSN** | 2954-4564 | Guatemala"),
        ("debo $1.000.000 y te ofrezco", "debo $1.000.000 y te ofrezco"),
        ("asunto C-203/02, apdo. 71; Apdo. de Correos 71", "asunto C-203/02, apdo. 71; [ADDRESS]"),
        ("C/ Real, 6, 28001 Madrid\nÚltima vez", "[ADDRESS]\nÚltima vez"),
        ("Segunda plaza\n1968\nCamino 748\n1993", "Segunda plaza\n1968\nCamino 748\n1993"),
        ("Barrio Arriba, 27, 09557 Medina de Pomar", "[ADDRESS]"),
        ("Doc.: AAC162738; Nro Doc: 16273845", "Doc.: [PASSPORT]; Nro Doc: [DNI]"),
        ("RIF V-16273845-0; Identidad 0801-1962-16273", "RIF [RUC]; Identidad [CEDULA]"),
        ("Hazme portes 616 27-38-45", "Hazme portes [PHONE]"),
        ("F45162732 Sdad. Coop. El Surco", "[CIF] Sdad. Coop. El Surco"),
        ("Procuradora: Asun Ferrín (col. 1627)", "Procuradora: Asun Ferrín (col. [COLLEGE])"),
        ("teléfono del diácono: 8845-2071 (Managua)", "teléfono del diácono: [PHONE] (Managua)"),
        ("Secretaría: 2254-1180, de 9 a 14", "Secretaría: [PHONE], de 9 a 14"),
        ("(503) 2234-5310 o 507 263-8841", "[PHONE] o [PHONE]"),
        ("DUI 04471820-5; DPI 2447 11820 0101", "DUI [CEDULA]; DPI [CEDULA]"),
        (
            "cédula 8-447-1182; identidad No. 0801-1982-04471",
            "cédula [CEDULA]; identidad No. [CEDULA]",
        ),
        ("CLABE 014481883530453409", "CLABE [ACCOUNT]"),
        ("mi cbu es 0361730848676141169612", "mi cbu es [ACCOUNT]"),
        ("Mi insta: @jc_palacios91", "Mi insta: [HANDLE]"),
        ("a ruben punto salas arroba gmail punto com", "a [EMAIL]"),
        ("Enfermera Col. 08.044718; M.N. 118.204", "Enfermera Col. [COLLEGE]; M.N. [COLLEGE]"),
        ("N.º H.ª: 1182044. NSS 44 71 82 0447 1", "N.º H.ª: [RECORD]. NSS [NASS]"),
        (
            "nombre;telefono;dni\nLaura;4231 7740;12345678\n",
            "nombre;telefono;dni\nLaura;[PHONE];[DNI]\n",
        ),
        ("Res. Altamira, pasaje 3, casa 11; CL Olmo 14", "[ADDRESS]; [ADDRESS]"),
        (
            "pasaporte británico 547120448, NIT: 900.447.120-3",
            "pasaporte británico [PASSPORT], NIT: [CEDULA]",
        ),
        ("teléfono de la madre: 630 304 365", "teléfono de la madre: [PHONE]"),
        ("Teléfonos: 956 013 059 y 956 013 060", "Teléfonos: [PHONE] y [PHONE]"),
        ("Tel. 232 2762 - 232 3645", "Tel. [PHONE] - [PHONE]"),
        (
            "madre: 630304365. Cel 630 304 366; Contacto: 630 304 367",
            "madre: [PHONE]. Cel [PHONE]; Contacto: [PHONE]",
        ),
        ("llame al + 34 93 123 45 67", "llame al [PHONE]"),
        ("D.N.I. 12345678 Z y DNI 12345678 Y otro", "D.N.I. [DNI] y DNI [DNI] Y otro"),
        ("es91 2100 0418 4502 0005 1332", "[IBAN]"),
        ("CCC 2100 0418 45 0200051332", "CCC [ACCOUNT]"),
        ("tarjeta 4539 1488 0343 6467", "tarjeta [CARD]"),
        ("tarjeta de pruebas 4242 4242 4242 4242", "tarjeta de pruebas 4242 4242 4242 4242"),
        ("RUT genérico 66.666.666-6", "RUT genérico 66.666.666-6"),
        ("págame al alias trompo.fideo.nube y listo", "págame al alias [HANDLE] y listo"),
        ("el alias ejemplo.com no vale", "el alias ejemplo.com no vale"),
        ("paradas: Mitre al 200; Roca al 400.", "paradas: Mitre al 200; Roca al 400."),
        ("en calle Roca al 400 de Salta", "en [ADDRESS]"),
        ("residente en vereda Quistial, corregimiento de Panán, Cumbal", "residente en [ADDRESS]"),
        (
            "NHC: 2569870. NASS: 78 32128059 55. NºCol: 28 28 20943.",
            "NHC: [RECORD]. NASS: [NASS]. NºCol: [COLLEGE].",
        ),
        (
            "SIP\n12345678, NHC: 12.34.56; NHC\n12.345.678",
            "SIP\n[RECORD], NHC: [RECORD]; NHC\n[RECORD]",
        ),
        ("CURP GOMJ800101HDFRZN08", "CURP [CURP]"),
        ("CUIT 20-05536168-2 y RUT 12.531.909-2", "CUIT [CUIT] y RUT [RUT]"),
        ("cédula de ciudadanía 1.097.564.485", "cédula de ciudadanía [CEDULA]"),
        ("RUC 20512333797, pasaporte PAA123456", "RUC [RUC], pasaporte [PASSPORT]"),
        ("desde 85.12.200.7 y 2a02:9130::8a2e", "desde [IP] y [IP]"),
        ("en C/ Lope de Vega 3, 2º A, 28014 Madrid", "en [ADDRESS]"),
        (
            "un WhatsApp al 655 123 456, llámenos al 911 234 567",
            "un WhatsApp al [PHONE], llámenos al [PHONE]",
        ),
        ("Fontanero 612 34 56 78, ☎ 91-123-45-67", "Fontanero [PHONE], ☎ [PHONE]"),
        ("Marta: 612-345-678; (91) 123 45 67", "Marta: [PHONE]; [PHONE]"),
        ("vendo bici 612 345 678.", "vendo bici [PHONE]."),
        ("cita previa: 969613288, (+34) 641 982 055", "cita previa: [PHONE], [PHONE]"),
        ("Bogotá, 310 123 4567. Caracas 0412-2931521", "Bogotá, [PHONE]. Caracas [PHONE]"),
        ("tarjeta 4539.1488.0343.6467", "tarjeta [CARD]"),
        ("na Rúa do Vilar, 56", "na [ADDRESS]"),
        ("rol único tributario 12531909-2", "rol único tributario [RUT]"),
        ("pasaporte peruano núm. PAA123456", "pasaporte peruano núm. [PASSPORT]"),
        ("de pedro(at)uni.edu.mx o juan [arroba] empresa [punto] com", "de [EMAIL] o [EMAIL]"),
        ("ana_ruiz [at] ucm [dot] es, juan.perez＠gmail.com", "[EMAIL], [EMAIL]"),
        ("a luis arroba gmail punto com.", "a [EMAIL]."),
        (
            "Espera: Julia, 634091177; Marcos (634091178)",
            "Espera: Julia, [PHONE]; Marcos ([PHONE])",
        ),
        ("Un saludo,\nAna\n600123456", "Un saludo,\nAna\n[PHONE]"),
        ("Abrazos, Nano. 11 6417-7203", "Abrazos, Nano. [PHONE]"),
        ("9/10/23 22:41 - Lore: 945127730", "9/10/23 22:41 - Lore: [PHONE]"),
        ("Goñi\nCalle B, 14\n31620 Huarte\n948330916", "Goñi\n[ADDRESS]\n[PHONE]"),
        (
            "C.O.P. M-28411, Dr. Ruiz, Reg. 44718. Historia 1182044, cama 12",
            "C.O.P. [COLLEGE], Dr. Ruiz, Reg. [COLLEGE]. Historia [RECORD], cama 12",
        ),
        ("Hostería El Nogal, Ruta 40 km 12", "Hostería El Nogal, [ADDRESS]"),
        ("Moreno 1187 entre Alsina y Sáenz Peña, Junín", "[ADDRESS]"),
        ("Juárez #118, Col. Roma", "[ADDRESS]"),
        ("c/ Sorolla 17 bajo izq; Polígono Areta, calle B, nave 14", "[ADDRESS]; [ADDRESS]"),
        (
            "Travesía Puerto de Reinosa, 4 Villa de Vallecas y Av/ de Buenos Aires, 17",
            "[ADDRESS] Villa de Vallecas y [ADDRESS]",
        ),
        ("Calle Olmo, 4 planta baja; Calle Olmo, 4 villa 2", "[ADDRESS]; [ADDRESS]"),
        ("Instagram: @usuaria_ana y @usuario", "Instagram: [HANDLE] y @usuario"),
        ("https://wa.me/34612345678, <tel:+34911234567>", "https://wa.me/[PHONE], <tel:[PHONE]>"),
    ],
)
def test_personal_data_is_masked(text: str, result: str) -> None:
    assert masked(text) == result


@pytest.mark.parametrize(
    "text",
    [
        "los cambios de domicilio. Paciente 6 del estudio",
        "hwaddress ether 00:1A:2B:3C:4D:5E, IMEI 356938035643809",
        "Servicio de Información Toxicológica, teléfono 91 562 04 20",
        "Nacida el 4 de marzo de 1956",  # on request
        "Ley 39/2015, de 1 de octubre; BOE-A-2015-10565",
        "612 345 678 habitantes y 912345678 euros",
        "12345678A no es un DNI, ni 87654321Z",
        "X1234567A no es un NIE",
        "ES91 2100 0418 4502 0005 1333 tiene mal el control",
        "arroba@ y @usuario, a@b",
        "una arroba de trigo. El kilo; lista[at].valor, f(at) x, alojado at github.com, mira (at) casa.html",
        "el punto de la arroba son 11,5 kilos y punto final",
        "el 2015-10-01 a las 12:30, de 1914 a 1918",
        "ISBN 978-84-376-0494-7",
        "3.1415926535 y -0,5 y 1.234.567,89",
        "hash d41d8cd98f00b204e9800998ecf8427e",
        "teléfono móvil de 2 núcleos",
        "subnet 192.168.1.0 netmask 255.255.255.0, 127.0.0.1, fe80::1, 2001:db8::1",
        "mDNS: 224.0.0.251 y ff02::fb; 0.0.0.0, ::1, ff02::1, desde 239.255.255.250, 203.0.113.7",
        "Instagram: @usuario, Twitter: @tu_usuario, X: @username, Telegram: @nombre_de_usuario",
        "servidor DNS 8.8.8.8 y 8.8.4.4, IP 1.1.1.1, host 208.67.222.222, desde 2606:4700:4700::1111",
        "desde 192.0.2.44, host 198.51.100.7 y 3fff:a::1",
        "11.8.3. Servidor Proxy SIP\n11.8.4. Servidor XMPP\n\n11.8.5 Otro CIP\n\n3.2.1",
        "la TSI 12.4.1 Requisitos de la sanidad electrónica",
        "más de +1 000 000 000 de usuarios, 1 000 000 000",
        "artículo 4.2.1.3, versión 10.20.30.40, AFE $ 1.197.219.28",
        "de la calle y la plaza, en 1984; c. 1 y c. 3258",
        "David Calle Atehortua 04 de mayo 2022, en la calle 47 con la carrera",
        "hasta 1500 cc en 24 horas; C.C. de 1889, artículo 1902",
        "tel 112",
        "versión 2.14.4 +1234567",
        "S01:0029933/2006, expediente 020-002606/2000, oficio 001377-2025-SERVIR, +10191-07-26T08:59",
        "ncurses (6.3+20221224-2), llvm (1:14~++20220202101403+91632c8ac97f-1~exp1), libkmod2 30+20221128-1",
        "a[::2], A::B(ref x), ::ba, dead:beef::1, route add -net 192.56.76.0, desde dpkg 1.4.0.7",
        "icon@2x.png, vue@next.js.html, getty@tty1.service, git@github.com:debian/dh.git",
        "92.243.22.73.in-addr.arpa, 612.345.678 unidades, gasto de 712.345.678",
        "póliza 612-34-56-78, expediente 612 345 678, 310 123 4567 y 1 612 345 678",
        "700 000 000, 912 345 678 km, 612345678, 612 345 678 634 567 890",
        "a lo largo de 5,5 km, villa de 3 casas; Autos 1182-2019; hasta la cuesta 5",
        "ECONÓMICAS 2010 (CLANAE 2010), el CLASIFICADOR NACIONAL 2010, CLI. 1-Y",
        "factura: 634091177, Ref. proveedor: 688-41-20-77, la llamada torre 2048-4096",
        "Gracias a los 634091177 votos; la historia de 120000 personas, Historia 2019; Reg. (CE) 1234/2007",
        "un choque en la Ruta 40 km 12; la Copa 98 entre Francia y Brasil; En 2019 entre Lima y Cusco; Bug #118, ver",
        "Año: 1998-2003. Serie 4471-8820. La carretera N-340, km 118",
        "N.° 008 04.10.2017 {00000200-0000-0010-8000-00AA006D2E}",
        "Sat 23 Aug 2003 08 30 36 +0200",
        "tmpfs  4  5116  1% /run/lock\ntmpfs  8139628     0   8139628   0% /sys/fs/cgroup",
        "@       IN      A       192.168.0.2\n@       IN      MX      5 mail\n\nns IN A 192.168.0.2",
        "Alias=sshd.service, username:password; ftp is an alias for smtp99.hostname.dom.",
        "host_name  www-host\nalias      www.falcot.com\nunsigned char  s_node;\n",
        "Identificación del proveedor adjudicatario. | 30628707093 | ocds:Award",
        "Número del establecimiento en caso de que tenga. | 25 | CEDS:K12School",
    ],
)
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "El cometa C/1995 O1 pasó en 1997.",
        "Domicilio: el de su sede en 2019",
        "reside en Madrid desde 1998, 3 de mayo",
        "la dirección: Norte 24 de abril",
        "su domicilio en Lima 12.500 soles",
        "Ref. 849-220-5519",
        "un paciente de 70-80 kg",
    ],
)
def test_what_stands_where_an_address_or_a_number_might_is_left_alone(text: str) -> None:
    assert masked(text) == text


def test_only_the_kinds_that_are_asked_for_are_found() -> None:
    text = "a@b.es 12345678Z"
    assert [f.kind for f in find_personal(text)] == ["email", "dni"]
    assert [f.kind for f in find_personal(text, ["dni"])] == ["dni"]
    assert find_personal(text, []) == []


pieces = st.one_of(
    st.sampled_from(
        ["a@b.es", "12345678Z", "X1234567L", "ES9121000418450200051332", "tel ", "612 34 56 78",
         "+34 ", "@", ".", "-", " ", "\n", "fax", "00", "(", ")", "[DNI]", "ñ"]
    ),
    st.text("0123456789ABZ .@+-", max_size=6),
)  # fmt: skip


@examples(300)
@given(st.lists(pieces, max_size=8).map("".join))
@example("600000010+612 34 56 78")  # the placeholder stands beside the other number
def test_spans_are_disjoint_and_a_masked_text_holds_none(text: str) -> None:
    spans = find_personal(text)
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))
    assert all(0 <= f.start < f.end <= len(text) and f.kind in KINDS for f in spans)
    assert find_personal(masked(text)) == []


def test_long_runs_take_no_long_time() -> None:
    find_personal("tel 612345678")  # what is read and compiled once
    began = time.process_time()
    for piece in (
        "a.", "a@", "1", "1 ", "A1", "tel ", "+1", "a@a.", "ES91 ", "tel 1 ", "a@b.es-", "(1",
        "Mz. 1 Lt. ", "Calle 4 ", "de la casa 3 cuadras norte ", "Urb. A ", "A 12, dpto. 3 ", "tel;a\n1;2\n",
        "teléfono de la casa ", "Calle A 1, ", "calle 1 # 2-3 ", "@a ig ", "a punto ", "Secretaría: 2 ",
        "+34 612345678", "tel 612345678 ", "12345678Z ", "X1234567L,", "ES9121000418450200051332 ",
        "gracias 612345678 ", "12:30 - A: 945127730 ", "Mitre 44 entre Alem y Sol ", "\n612345678",
        "a @ b ", "aa.", "0049 1 ", "cuenta 0182 1234 56 ", "x.com/ab ", "insta: a.b", "a at b dot c ", "V-12.345.678 ",
        "IBAN ES 91 2100 ", "A 1, 2-1, 08013 B ",
    ):  # fmt: skip
        find_personal(piece * 1_000)
    assert time.process_time() - began < 11  # what takes a square of the time takes hours


def test_a_pattern_leaves_a_notice_its_id_and_names() -> None:
    said = notice("source.lost", file="juan.gil", name=[notice("a.b", n=1)])
    assert told(said, {"user": r"[a-z]+\.?[a-z]+"}) == notice(
        "source.lost", file="[USER]", name=[notice("a.b", n=1)]
    )
