"""Personal data is found where its check digits or its surroundings prove it, and ordinary numbers are left."""

from __future__ import annotations

import itertools
import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from stdnum import iban

from cleaning.corpus.fakes import fake
from cleaning.corpus.privacy import KINDS, check_patterns, compiled, find_personal, placeholder
from tests.examples import examples


def masked(text: str) -> str:
    for found in reversed(find_personal(text)):
        text = text[: found.start] + placeholder(found.kind) + text[found.end :]
    return text


def test_more_plates_behind_one_are_masked_as_well() -> None:
    text = "Matrícula M-1234-AB y 1234-BCD, 12 km"
    found = find_personal(text, ["plate"])
    assert [text[one.start : one.end] for one in found] == ["M-1234-AB", "1234-BCD"]
    assert find_personal("placa del carro ABC 123", ["plate"])[0][:2] == (16, 23)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("Escriba a ana.pérez+web@correo.ejemplo.es.", "Escriba a [EMAIL]."),
        ("<ana@ejemplo.com>, (luis_2@sub-dominio.org)", "<[EMAIL]>, ([EMAIL])"),
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
        ("tarjeta 4111 1111 1111 1111", "tarjeta [CARD]"),
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
        ("tarjeta 4111.1111.1111.1111", "tarjeta [CARD]"),
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
        "icon@2x.png, getty@tty1.service, git@github.com:debian/dh.git",
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
    found = find_personal(text)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    assert all(0 <= f.start < f.end <= len(text) and f.kind in KINDS for f in found)
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
        find_personal(piece * 5_000)
    assert time.process_time() - began < 40  # what takes a square of the time takes hours


def test_names_are_found_on_request_only() -> None:
    text = "Nombre: Ana Ruiz. Don Hugo Vega, mayor de edad. Don Quijote y don Alfonso XIII."
    assert find_personal(text) == []
    found = [text[f.start : f.end] for f in find_personal(text, ["name"])]
    assert found == ["Ana Ruiz", "Hugo Vega"]


@pytest.mark.parametrize(
    "text",
    [
        "D. Certificado de acciones",
        "| D. Interés protegido",
        "ya lo dejo a vosotros :D. Un Saludo",
        "visto por el C.D. Villa de Paredes",
        "el C.D.\n\n\nSaluda a los químicos",
        "## Rutas con nombre : Named Routes",
        "Nombre: Clínica Dental Ruiz",
        "Titular: Ecologicaes SL",
        "Titular: Ruiz Vega, S. L.",
        "Nombre:\n\n  Correo electrónico:",
    ],
)
def test_what_stands_where_a_name_might_is_none(text: str) -> None:
    assert find_personal(text, ["name"]) == []


def test_a_single_letter_stands_before_a_whole_name() -> None:
    text = "comparece D. Hugo Vega. Titular: Ana Ruiz. Doña Eva\nSoto"
    found = [text[f.start : f.end] for f in find_personal(text, ["name"])]
    assert found == ["Hugo Vega", "Ana Ruiz", "Eva"]


def test_a_pattern_of_ones_own_is_of_re2() -> None:
    found = find_personal("socio AB-1234", [], {"member": r"AB-\d{4}"})
    assert [(f.start, f.end, f.kind) for f in found] == [(6, 13, "member")]
    assert find_personal("a" * 50_000, [], {"slow": "(a+)+b"}) == []
    for patterns in ({"member": "(?=a)"}, {"member": "a*"}, {"email": "a"}, {"a b": "a"}):
        with pytest.raises(ValueError):
            check_patterns(patterns)


@given(
    st.sampled_from(KINDS), st.text("0123456789AbñZ .@+-", min_size=1, max_size=20), st.integers()
)
def test_a_fake_is_the_same_for_the_same_value_and_is_nobodys(
    kind: str, value: str, seed: int
) -> None:
    assert fake(kind, value, seed) == fake(kind, value, seed)


def test_fakes_keep_their_form_and_pass_no_check() -> None:
    assert fake("dni", "12345678Z", 1) == fake("dni", "12345678z", 1).upper()
    assert fake("dni", "12345678Z", 1) != fake("dni", "12345678Z", 2)
    for seed in range(200):
        assert re.fullmatch(r"00\d{6}[A-Z]", number := fake("dni", "12345678Z", seed))
        assert re.fullmatch(r"\+34 5\d{2} \d{3} \d{3}", fake("phone", "+34 630 304 365", seed))
        assert not iban.is_valid(fake("iban", "ES9121000418450200051332", seed)), number
    assert fake("email", "ana@correo.es", 1).endswith("@example.org")


def test_what_is_wrong_with_a_pattern_is_said_once(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match=r"no pattern of RE2: invalid perl operator: \(\?="):
        compiled("(?=a)")
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Deudor: Onofre. Remitente: Eusebio Marcos.", ["Onofre", "Eusebio Marcos"]),
        ("Nombre: Zambrano Vera, Jéssica.", ["Zambrano Vera, Jéssica"]),
        ("Envíos a: Gloria Pabón, Cra. 43A", ["Gloria Pabón"]),
        (
            "al Dr. Alberto J. Fernández y a Dña. Ana R. P., testigo",
            ["Alberto J. Fernández", "Ana R. P."],
        ),
        (
            "La senyora Mercè Vila, amb DNI; Luz Castaño, identificada con",
            ["Mercè Vila", "Luz Castaño"],
        ),
    ],
)
def test_names_stand_in_the_fields_of_papers_with_initials_and_surnames_first(
    text: str, names: list[str]
) -> None:
    assert [text[f.start : f.end] for f in find_personal(text, ["name"])] == names


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("IBAN: ES 91 2100 0418 4502 0005 1332", "IBAN: [IBAN]"),
        ("mi IBAN es ES91 2100 0418 4502 0005 1333.", "mi IBAN es [IBAN]."),
        ("Cuenta de BBVA 0182 1234 56 0201234567", "Cuenta de BBVA [ACCOUNT]"),
        ("c.c. de la agencia: 0182 1234 5602 0123 4567", "c.c. de la agencia: [ACCOUNT]"),
        ("la matrícula del vehículo es 1234 BCD", "la matrícula del vehículo es [PLATE]"),
        ("titular: V-12.345.678 y E-81.234.567", "titular: [CEDULA] y [CEDULA]"),
        ("a pepe @ ejemplo.es o pepe@ ejemplo.es", "a [EMAIL] o [EMAIL]"),
        ("pepe at ejemplo punto es, juan AT yahoo DOT es", "[EMAIL], [EMAIL]"),
        ("C/ Lepanto 35, 2º-1ª, 08013 Barcelona", "[ADDRESS]"),
        ("Urbanización Alta, portal 2, 2ºA, 29600 Marbella", "[ADDRESS]"),
        ("cédula: V.-12.345.678", "cédula: [CEDULA]"),
        ("IBAN\nES9121000418450200051333", "IBAN\n[IBAN]"),
        ("Rosa Gil: https://t.me/rosagil", "Rosa Gil: https://t.me/[HANDLE]"),
        ("Facebook: facebook.com/rosa.gil.s", "Facebook: facebook.com/[HANDLE]"),
        ("a ana arroba correo(punto)es", "a [EMAIL]"),
        ("El usuario de X es @rosagil", "El usuario de X es [HANDLE]"),
        ("Instagram: rosa.gil.soler", "Instagram: [HANDLE]"),
        ("mi perfil es https://x.com/rosagil.", "mi perfil es https://x.com/[HANDLE]."),
        ("linkedin.com/in/rosa-gil/es y", "linkedin.com/in/[HANDLE]/es y"),
        ("Sígueme en t.me/rosagil", "Sígueme en t.me/[HANDLE]"),
        ("www.linkedin.com/in/rosa-gil-12/", "www.linkedin.com/in/[HANDLE]/"),
        ("es.linkedin.com/pub/rosa-gil/28/67/6b1", "es.linkedin.com/pub/[HANDLE]"),
        (
            "[Twitter: @rosagil] (https://twitter.com/RosaGil), https://x.com/otra",
            "[Twitter: [HANDLE]] (https://twitter.com/[HANDLE]), https://x.com/otra",
        ),
        ("¡Nuevo desde 1.7.5.1! Entra desde 5.9.8.7", "¡Nuevo desde 1.7.5.1! Entra desde [IP]"),
        ("Twitter | https://twitter.com/rosagil", "Twitter | https://twitter.com/[HANDLE]"),
        ("Rosa Gil (https://twitter.com/rosagil)", "Rosa Gil (https://twitter.com/[HANDLE])"),
        ("Ring: 0049 30 901820", "Ring: [PHONE]"),
        ("Casa\n0044 20 7946 0018\n", "Casa\n[PHONE]\n"),
        ("llámame al 0033 1 42 68 53 00", "llámame al [PHONE]"),
        ("Ctra. de Cádiz km 178, portal 2, 2ºA, 29600 Marbella", "[ADDRESS]"),
        ("Urb. Alta, calle 5, casa 3, portal 2, 2ºA, 29600 Marbella", "[ADDRESS]"),
        ("vive en Lepanto 35, 2-1, 08013 Barcelona", "vive en [ADDRESS]"),
        ("Lepanto 35, 2-1, 08013 Barcelona", "[ADDRESS]"),
        ("calle Sol. Vive en Cl. 45 No. 12-34", "calle Sol. Vive en [ADDRESS]"),
    ],
)
def test_numbers_names_and_places_in_the_words_of_everyday_are_masked(
    text: str, result: str
) -> None:
    for found in reversed(find_personal(text, set(KINDS) - {"name"})):
        text = text[: found.start] + placeholder(found.kind) + text[found.end :]
    assert text == result


@pytest.mark.parametrize(
    "text",
    [
        "el IBAN de ES con 24 caracteres y 2100 oficinas en 2019; IBAN: ESXX 2100 0418 4502 0005 1333",
        "de 91 2100 0418 4502 0005 1333; la cuenta 0182 1234 de 56; lote 0182 1234 56 0201234567",
        "la matrícula del curso es 1234 BCD; el tomo V-12.345; V-12.345.678,90",
        "conferencias @ Madrid y las @ madrid.es; mirar at night; el punto es at home",
        "Instagram: noticias. Twitter: pic.twitter.com. Telegram: v1.2.3. Instagram: ejemplo.es",
        "Twitter: https://twitter.com/intent, en https://www.facebook.com/ayuntamiento, t.me/share",
        "linkedin.com/company/ejemplo; Síguenos en https://x.com/ejemplo, Project X = @work",
        "el fichero 0049 30 901820 se abre; 0012 0001 0002",
        "calle Sol. Tiene 45 años; el acta 12, 2-1, con 28013 votos",
    ],
)
def test_what_looks_like_them_is_left_alone(text: str) -> None:
    assert find_personal(text, set(KINDS) - {"name"}) == []


def test_a_column_of_names_is_one_of_persons_beside_their_documents() -> None:
    for text, names in (
        ("| Nombre | DNI |\n|---|---|\n| Rosa Gil | 12345678Z |\n", ["Rosa Gil"]),
        ("nombre;ciudad;dni\nGIL;Jaén;12345678Z\nEva;Lugo;\n", ["GIL"]),
        ("Nombre;Precio\nRosa Gil;12\n", []),
    ):
        assert [text[f.start : f.end] for f in find_personal(text, ["name"])] == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("nombre y apellidos Rosa María Gil Soler", ["Rosa María Gil Soler"]),
        (
            "La cédula V-12.345.678 pertenece a Carlos Andrés Rodríguez.",
            ["Carlos Andrés Rodríguez"],
        ),
        ("El DNI pertenece al señor Juan Ruiz", ["Juan Ruiz"]),
        ("Nombre y apellidos Fecha Firma; nombre y apellidos Rosa", []),
        ("El DNI pertenece a Banco Ruiz; la obra pertenece a Juan Ruiz", []),
    ],
)
def test_names_stand_behind_whose_they_are_said_to_be(text: str, names: list[str]) -> None:
    assert [text[f.start : f.end] for f in find_personal(text, ["name"])] == names


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("a Eva Peña Gómez, DNI 12345678Z", "a [NAME], DNI [DNI]"),
        ("a Eva Peña Gómez (D.N.I. nº 12.345.678-Z)", "a [NAME] (D.N.I. nº [DNI])"),
        ("Eva Peña Gómez - DNI: 12345678Z", "[NAME] - DNI: [DNI]"),
        ("PEÑA GÓMEZ, Eva, NIE X1234567L", "[NAME], NIE [NIE]"),
        ("Juan Carlos PEREZ (M.I. Nº 12.345.678)", "[NAME] (M.I. Nº 12.345.678)"),
        ("Eva Soto Rojas; RUT 12.345.678-5", "[NAME]; RUT [RUT]"),
        ("Eva Ruiz, cédula de ciudadanía 1.020.345.678", "[NAME], cédula de ciudadanía [CEDULA]"),
        ("Banco Ruiz Gil, NIF B58378431", "Banco Ruiz Gil, NIF [CIF]"),
        ("Obras Ruiz Gil S.L., RUT 12.345.678-5", "Obras Ruiz Gil S.L., RUT [RUT]"),
    ],
)
def test_a_name_before_a_number_of_identity_is_masked_with_it(text: str, result: str) -> None:
    for found in reversed(find_personal(text, set(KINDS))):
        text = text[: found.start] + placeholder(found.kind) + text[found.end :]
    assert text == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("cédula v-12.345.678", "cédula [CEDULA]"),
        ("es v-9.876.543", "es [CEDULA]"),
        ("correo: pepe @ejemplo.es", "correo: [EMAIL]"),
        ("Contacto\n912345678", "Contacto\n[PHONE]"),
        ("mándame un wasap al seis cuatro cuatro 81 29 07", "mándame un wasap al [PHONE]"),
        ("6cuatro4 812 907, sin prisa", "[PHONE], sin prisa"),
        ("foto del recibo al 222 481 2907", "foto del recibo al [PHONE]"),
        ("trato directo: *981-429-073* Lima", "trato directo: *[PHONE]* Lima"),
        ("L.C. 4.812.907", "L.C. [DNI]"),
        ("NUIP 1048129073", "NUIP [CEDULA]"),
        ("pass. EK4812907", "pass. [PASSPORT]"),
        ("ahorros 481-290736-18", "ahorros [ACCOUNT]"),
        ("Pje. Los Aromos 481, block 2, depto. 907", "[ADDRESS]"),
        ("Calle Real N° 481-A, 2do piso, Huancayo", "[ADDRESS]"),
        (
            "al SAMUR-Protección Civil. Ronda de las Provincias, 7, 28011 Madrid.",
            "al SAMUR-Protección Civil. [ADDRESS].",
        ),
        ("Gral. Mola 7, 28001 Madrid", "[ADDRESS]"),
        ("Teléfono (612345678)", "Teléfono ([PHONE])"),
    ],
)
def test_what_new_readers_found_left_is_masked(text: str, result: str) -> None:
    assert masked(text) == result


@pytest.mark.parametrize(
    "text",
    [
        "uno dos tres cuatro cinco seis siete ocho nueve",
        "nueve ocho siete seis cinco cuatro tres dos uno, ¡despegue!",
        "ahorro 12345678 pesos, ahorro 2018-2019",
        "sígueme en @ejemplo.es",
        "v1.234.567 de la biblioteca",
        "number_to_phone(1235551234) devuelve 123-555-1234",
        "la llamada enviarSms(612345678)",
        "Habitación 812, piso 8",
        "El móvil\n\n2019-2020",
    ],
)
def test_what_looks_like_what_they_found_is_left(text: str) -> None:
    assert masked(text) == text


def test_a_name_below_its_field_is_found() -> None:
    text = "NOMBRE Y APELLIDOS\nJUANA PÉREZ GIL\nFECHA\n"
    assert [text[f.start : f.end] for f in find_personal(text, ["name"])] == ["JUANA PÉREZ GIL"]
    assert not find_personal("NOMBRE Y APELLIDOS\nFecha de Nacimiento\n", ["name"])


def test_digits_and_words_take_no_long_time() -> None:
    text = "uno 1 dos 22 ocho 4444 " * 20_000 + "1" * 50_000 + "uno"
    find_personal("tel 612345678", ["phone"])  # what is read and compiled once
    begun = time.process_time()
    find_personal(text, ["phone"])
    assert time.process_time() - begun < 10


@pytest.mark.parametrize(
    ("text", "result"),
    [
        (
            "- Casa Justi — 983 74 00 22 · C. Portales Comercio, 13",
            "- Casa Justi — [PHONE] · [ADDRESS]",
        ),
        ("- La Nava — 979 83 00 01 · Pastoras, 4\n", "- La Nava — [PHONE] · [ADDRESS]\n"),
        ("979 83 00 01 (urgencias) · San Juan, 16 bajo", "[PHONE] (urgencias) · [ADDRESS]"),
        ("983 74 00 22 · Carretera Palencia, km 44,700", "[PHONE] · [ADDRESS]"),
        ("4242-4244/1541582781. Dirección: French 690", "[PHONE]/[PHONE]. Dirección: [ADDRESS]"),
        (
            "la Diputació de Tarragona (Passeig Sant Antoni, 100) de 9:00 a 13:45",
            "la Diputació de Tarragona ([ADDRESS]) de 9:00 a 13:45",
        ),
        ("Calle Mayor, 1848, de esta ciudad", "[ADDRESS], de esta ciudad"),
        ("c/ Alcalá, 1812, piso 2; calle Alcalá, 12 bajos", "[ADDRESS]; [ADDRESS]"),
    ],
)
def test_the_rest_of_a_row_and_no_more_than_the_address_is_masked(text: str, result: str) -> None:
    assert masked(text) == result


@pytest.mark.parametrize(
    "text",
    [
        "La batalla de la calle Alcalá, 1808, fue decisiva.",
        "La calle Preciados, 2019: un año de cambios.",
        "Vamos a la urbanización El Rosal, 1939-1940, en terrenos de otros.",
        "En la plaza Mayor 3 personas murieron.",
        "va de la plaza de Castilla, 5 minutos después sale el otro.",
        "Clase A 1.0.0.0 - 126.255.255.255, B 128.0.0.0 - 191.255.255.255",
        "tipo_doc=80, nro_doc=23111111113, imp_total=121",
        "Teléfono de todos: véase abajo · Capítulo, 4",
    ],
)
def test_years_counted_things_and_ranges_are_left_alone(text: str) -> None:
    assert masked(text) == text
