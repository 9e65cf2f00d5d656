"""Personal data by structure: whatever the word, what parts it from its value, and how the value is grouped."""

import random
from collections.abc import Callable, Iterator

import pytest

from cleaning.privacy.privacy import find_personal

# Of each kind its words and the ways in which a value (the check digits right) is written.
VALUES = {
    "dni": (
        "DNI|D.N.I.|dni|NIF|N.I.F.|documento nacional de identidad|Doc. identidad|DNI/NIF",
        "12345678Z|12345678-Z|12.345.678-Z|12.345.678 Z|12345678 Z|12 345 678 Z|12345678z|12.345.678",
    ),
    "nie": (
        "NIE|N.I.E.|nie|tarjeta de residencia",
        "X1234567L|X-1234567-L|X 1234567 L|X-1234567L|X1.234.567-L",
    ),
    "cif": (
        "CIF|C.I.F.|cif|NIF",
        "B58378431|B-58378431|B 58378431|B-58.378.431|B 58 378 431",
    ),
    "nass": (
        "NASS|NUSS|N.A.F.|Seguridad Social|nº S.S.|número de afiliación|Nº Seg. Social",
        "281234567840|28/12345678/40|28 12345678 40|28 / 12345678 / 40|28.12345678.40|28 1234567840",
    ),
    "iban": (
        "IBAN|iban|cuenta|número de cuenta|c/c",
        "ES9121000418450200051332|ES91 2100 0418 4502 0005 1332|es91 2100 0418 45 0200051332"
        "|ES91 - 2100 - 0418 - 45 - 0200051332|ES91.2100.0418.4502.0005.1332",
    ),
    "account": (
        "CCC|cuenta corriente|c/c|Cta. Cte.|código cuenta cliente",
        "21000418450200051332|2100 0418 45 0200051332|2100/0418/45/0200051332|2100 - 0418 - 45 - 0200051332",
    ),
    "card": (
        "tarjeta|tarjeta de crédito|Visa|VISA|Mastercard",
        "4539148803436467|4539 1488 0343 6467|4539-1488-0343-6467|4539  1488  0343  6467",
    ),
    "member": (
        "n.º de alumno|código de estudiante|carné de biblioteca|Legajo n.º|licencia de conducir|NIU|obra social OSDE",
        "20140912|418207391|2023418207",
    ),
    "savings": (
        "cuenta de ahorros|Cta. ahorros Davivienda|caja de ahorro|ahorros",
        "4884 4141 0706|048-217763-01|001492835-16002|48844141070",
    ),
    "passport": (
        "pasaporte|Pasaporte|PASAPORTE|passport|pasap.",
        "PAA123456|G12345678|PAA 123456|PAF 218 934|154882091|AAF-334455",
    ),
    "record": (
        "NHC|CIP-SNS|Historial n.º|historia clínica|nº de historia|CIPA|Hª Clínica|N.H.C.",
        "4471920|HC-220415|123456/7|2023-11872|12.345.678",
    ),
    "college": (
        "colegiado|Nº Colegiado|Coleg.|Inpreabogado|JVPM"
        "|colegiación|Matrícula profesional|M.P.|Mat. Prof.|cédula profesional",
        "282847112|28/28/47112|12345|M-31255|28/47.112|34.908",
    ),
    "curp": (
        "CURP|C.U.R.P.|Clave Única de Registro de Población",
        "HEGG560427MVZRRL04|HEGG 560427 MVZRRL 04|HEGG-560427-MVZRRL-04",
    ),
    "rfc": ("RFC|R.F.C.|rfc", "GODE561231GR8|GODE-561231-GR8|GODE 561231 GR8"),
    "cuit": (
        "CUIT|CUIL|C.U.I.T.|cuit",
        "20267565393|20-26756539-3|20 26756539 3|20.26756539.3|20-26.756.539-3|20/26756539/3",
    ),
    "rut": (
        "RUT|R.U.T.|RUN|Rut",
        "12531909-2|12.531.909-2|125319092|12 531 909-2|12.531.909 - 2|12.531.909–2",
    ),
    "cedula": (
        "cédula de ciudadanía|C. de C.|C.I./R.I.F.|C.C.|CC|cc|c.c.|cédula|cedula|C.I.|CI",
        "1023456789|1.023.456.789|52.345.678|52345678|1 023 456 789|1'023.456.789|52,345,678"
        "|171317507-1|1.234.567-2|001-0113918-7",
    ),
    "ruc": ("RUC|R.U.C.|ruc|RNC|R. U .C.", "20131312955|1790011674001|80012345-0|20 13131295 5"),
    "phone": (
        "teléfono|tel.|Tfno.|TEL|móvil|Cel.|celular|WhatsApp|fono|teléfono de contacto|Tel/Fax",
        "612345678|612 34 56 78|612/345/678|612·345·678|612, 345, 678|6 1 2 3 4 5 6 7 8|(+34) 612345678|91 445 12 08"
        "|55 4137 9026|5541379026|(0341) 438-2197|0341 - 155 438219|15-4521-9881|315 814 83 57|9 8765 4321"
        "|(01) 445-1208|0414/339.10.16|0998765432|7555-6293|7555 - 6293|61234567|22 34 56|223456",
    ),
}
PARTED = [
    ": ",
    ":",
    " ",
    "=",
    " = ",
    " es ",
    " es el ",
    ":\n",
    "\n",
    " - ",
    " – ",
    " — ",
    "\t",
    " : ",
    ":  ",
    ";",
    " → ",
    "… ",
    "........ ",
    " (",
    ", ",
    " con el ",
    " siguiente: ",
    ": el ",
]
DRESSED = [
    "{}",
    "{} nº",
    "{} núm.",
    "{} n.º",
    "{} número",
    "{} No.",
    "{} #",
    "su {}",
    "{} (titular)",
    "{} del interesado",
    "{} actual",
]
LAID_OUT = (
    "**{0}:** {1}",
    "**{0}**: {1}",
    "| {0} | {1} |",
    "|{0}|{1}|",
    '"{0}": "{1}"',
    "<td>{0}</td><td>{1}</td>",
    "{0}: **{1}**",
    "{0}: `{1}`",
    "{0}: «{1}»",
    "{0}:<b>{1}</b>",
    "_{0}_: {1}",
    "{0}    {1}",
    "\n{0}\n\n{1}\n",
    "{0}={1}&x=1",
    '"{0}": ["{1}"]',
    "{0}:\n\n    {1}",
    "{0}\u200b: {1}",
    "{0}\xa0: {1}",
)


def forms() -> Iterator[tuple[str, str]]:
    """Texts, each with the value that it holds: every word with every form, and words, signs and layouts by turns."""
    chance = random.Random(2611)
    for words, values in ((w.split("|"), v.split("|")) for w, v in VALUES.values()):
        yield from ((f"{word}: {value}", value) for word in words for value in values)
        for layout in LAID_OUT:
            value = chance.choice(values)
            yield layout.format(chance.choice(words), value), value
        for parting in PARTED:
            for dress in chance.sample(DRESSED, 3):
                value = chance.choice(values)
                yield f"Consta {dress.format(chance.choice(words))}{parting}{value}.", value


def covered(text: str, value: str) -> bool:
    """Whether the last of a value in a text is masked whole."""
    start = text.rfind(value)
    return any(p.start <= start and start + len(value) <= p.end for p in find_personal(text))


def test_a_value_behind_its_word_is_found_whatever_parts_and_groups_them() -> None:
    missed = [text for text, value in forms() if not covered(text, value)]
    assert not missed, f"{len(missed)}: {missed[:12]}"


WAYS = [
    "Calle",
    "c/",
    "C/",
    "Cl.",
    "Avenida",
    "Avda.",
    "Av.",
    "Avd.",
    "Paseo",
    "Pº",
    "P.º",
    "Plaza",
    "Pza.",
    "Ronda",
    "Camino",
    "Cno.",
    "Ctra.",
    "Travesía",
    "Trva.",
    "Glorieta",
    "Gta.",
    "Pasaje",
    "Pje.",
    "Psj.",
    "Jirón",
    "Jr.",
    "Callejón",
    "Blvd.",
    "Bv.",
    "Calzada",
    "Privada",
    "Priv.",
    "Andador",
    "Prol.",
    "Malecón",
    "Rambla",
    "Cuesta",
    "Plazuela",
    "Carrer",
    "Rúa",
    "Calleja",
    "Tr.ª",
    "Rda.",
    "Crta.",
    "Vía",
]
NAMED = [
    "Los Olivos",
    "San Martín",
    "de la Constitución",
    "Juan Pablo II",
    "9 de Julio",
    "Gral. Mosconi",
    "Hnos. Machado",
    "18 de Julio",
    "O'Higgins",
]
NUMBERED = [
    " 12",
    ", 12",
    ", nº 12",
    ", n.º 12",
    " N° 1234",
    " No. 45",
    " #45",
    ", núm. 7",
    ", número 33",
    ", número treinta y dos",
    " 12-B",
    " 12 bis",
    ", s/n",
    ", S/N",
    " 3.855",
]
WITHIN = [
    "",
    ", 3º B",
    ", 3.º izda.",
    ", piso 4, depto. 12",
    ", Int. 3",
    ", bajo dcha.",
    ", local 3",
    " Of. 12",
    ", esc. 2, 1º 4ª",
    ", portal 3, 2ºC",
    ", apto. 5",
    ", 3er. piso",
    ", 4º-1ª",
    " PB",
    ", Mz. B Lt. 7",
    ", Col. Centro",
    ", Urb. Santa Rosa",
    ", Sector 5",
    ", e/ Salta y Jujuy",
    " esq. Colón",
    ", nave 4",
    ", Ens. Ozama",
    ", chalé 14",
    ", dúplex 4",
    " , block C",
    ", P.B.",
    ", 1.er piso",
    ", Villa Los Héroes",
    ", nivel 2, local 22",
    ", entre 5 de Mayo y Juárez",
    " casi Bartolomé de las Casas",
    ', quinta "Mi Refugio"',
    " (entrada por el patio)",
]


def test_an_address_is_found_by_its_parts_in_any_form() -> None:
    chance = random.Random(77)
    missed = []
    for part in WITHIN:
        for way in WAYS:
            way += "" if way.endswith("/") else " "
            place = way + chance.choice(NAMED) + chance.choice(NUMBERED) + part
            if not covered(f"Dirección: {place}.", place):
                missed.append(place)
    assert not missed, f"{len(missed)}: {missed[:12]}"


@pytest.mark.parametrize(
    "write",
    [
        lambda text: text.replace(" ", "\xa0"),
        lambda text: text.replace(" ", "\u2009"),
        lambda text: text.replace("-", "\u2011"),
        "\u200b".join,
        lambda text: text.translate({ord(d): ord(d) + 0xFEE0 for d in "0123456789"}),
    ],
)
def test_what_looks_alike_is_found_alike_and_lies_where_it_did(
    write: Callable[[str], str],
) -> None:
    text = write("su DNI 12345678-Z, tel. 612 345 678, o a ana.soto@correo.es")
    values = [write(v) for v in ("12345678-Z", "612 345 678", "ana.soto@correo.es")]
    assert [text[p.start : p.end] for p in find_personal(text)] == values


def test_a_letter_that_print_was_read_as_is_a_digit() -> None:
    for text, value in (
        ("mi teléfono el 91 4l3 O8 27.", "91 4l3 O8 27"),
        ("el teléfon0 95O 24 l8 2O.", "95O 24 l8 2O"),
        ("D.N,I. 24.1O8.733-J", "24.1O8.733-J"),
        ("R. U .T.: 11.442.4O7—3", "11.442.4O7—3"),
        ("nº de cuenta ES47 2l00 4182 O733 1O41 8207", "ES47 2l00 4182 O733 1O41 8207"),
        ("en la CaIle del Pozo, n.° l8, de", "CaIle del Pozo, n.° l8"),
    ):
        assert covered(text, value)
    assert not find_personal("El cometa C/1995 O1 pasó el 1o de mayo; H2O y 2O3.")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("RUT          NOMBRE        FONO\n12531909-2   SOTO JUAN     9 8765 4321", "9 8765 4321"),
        ("Paciente | Nº historia | Fecha\nA. G. | 00731542 | 03/02/2021", "00731542"),
        ("Monitora: Sra. Leidy, 315 814 83 57.", "315 814 83 57"),
        ("Dudas: Manolo (tesorero), 787 054460.", "787 054460"),
        ("escribir a ana@correo.es o al 0414-3391016.", "0414-3391016"),
        ("Informes al 2217387458 o inbox", "2217387458"),
        ("me lo dijo (725.018.400 o bien 95 645 47 07)", "725.018.400"),
        ("Tfno./Fax: 937 43 15 18/93 32 66", "93 32 66"),
        ("AB1234567 (pasaporte)", "AB1234567"),
        ("Taller: Pol. Ind. Malpica, c/ F, nave 61.", "Pol. Ind. Malpica, c/ F, nave 61"),
        ("2a. Avenida Norte, No. 5-32, Antigua", "2a. Avenida Norte, No. 5-32"),
        ("autorizados con DNI: abuela (11.207.448) y tío (31 882 047)", "31 882 047"),
        ("pasaportes AAC486079 y YBA218934", "YBA218934"),
        ("Avisar a la mamá (Silvina) 0342 15 5491904", "0342 15 5491904"),
        ("Deitu / llamar: 943-481336", "943-481336"),
        ("el 959-24-17-36 y si no prueba al 677241905", "677241905"),
        ('"contacto":["6012409097","3004705779"]', "3004705779"),
        ("RUT          NOMBRE\n12531909-2   SOTO", "12531909-2"),
        ('id,apellidos,nie\n17,"Haddad, N.",X-1234567-L', "X-1234567-L"),
        (
            "Pasaje con Barrio La Merced, Lizardo Ruiz 04-18 y Tomás Sevilla.",
            "Barrio La Merced, Lizardo Ruiz 04-18 y Tomás Sevilla",
        ),
        ('"dir":"TV 78 BIS 41 82 AP 703"', "TV 78 BIS 41 82 AP 703"),
        ("Av. Duarte esq. Juan E. Dunant #204", "Av. Duarte esq. Juan E. Dunant #204"),
        ("Citas: Hidalgo Pte. 512-3, Toluca", "Hidalgo Pte. 512-3"),
        ("Pilcomayo 4182 esq. Asturias", "Pilcomayo 4182 esq. Asturias"),
        ("ana@correo.es // twitter.com/ana_lic", "ana_lic"),
        ("correo=teo.dorado%40correo.es&x=1", "teo.dorado%40correo.es"),
        ("NIE núm. X.1.928.374.P, en vigor", "X.1.928.374.P"),
        ("D. N. I. : 1 8 . 9 2 7 . 3 6 4 - C", "1 8 . 9 2 7 . 3 6 4 - C"),
        ("IBAN FR14 2004 1010 0505 0001 3M02 606", "FR14 2004 1010 0505 0001 3M02 606"),
        (
            "Cuenta: E S 9 1 2 1 0 0 0 4 1 8 4 5 0 2 0 0 0 5 1 3 3 2",
            "E S 9 1 2 1 0 0 0 4 1 8 4 5 0 2 0 0 0 5 1 3 3 2",
        ),
        ("TFNO.655443322-DNI12345678Z", "12345678Z"),
        ("RUT 12,531,909-2", "12,531,909-2"),
        (
            "mi número es el seis uno dos, treinta y cuatro, cincuenta y seis, setenta y ocho",
            "seis uno dos, treinta y cuatro, cincuenta y seis, setenta y ocho",
        ),
        ("marcos@de-\nbian.org", "marcos@de-\nbian.org"),
        ("juan.pe-\nrez@correo.es", "juan.pe-\nrez@correo.es"),
        ("luisa.mar@gmail,com", "luisa.mar@gmail,com"),
        ("sshd: Accepted publickey for mjcarrasco from 62.83.148.29 port 50122", "mjcarrasco"),
        ("un tal u/viejo_topo en reddit", "u/viejo_topo"),
        ("facebook.com/marisol.pintos.5", "marisol.pintos.5"),
        ("Canal de YouTube de mi hijo: @hugopeta_la", "@hugopeta_la"),
        ("la usuaria sanabresa.71 dice: gracias", "sanabresa.71"),
        ("el usuario «sanabresa» respondió", "sanabresa"),
        ("u/ana_12 u/beto_34 u/carla_5", "u/carla_5"),
        ("Dr. Iriarte, T° 84 F° 211 CPACF", "T° 84 F° 211 CPACF"),
        ("Expediente de extranjería 2021/1187", "2021/1187"),
        ("vivo en la calle azucena 23 de Dos Hermanas", "calle azucena 23 de Dos Hermanas"),
        ("en casa, plaza san juan 4 3º, y ya", "plaza san juan 4 3º"),
        ("Av. Blanco Galindo km 4½, Nro. 1822", "Av. Blanco Galindo km 4½, Nro. 1822"),
        ("FB: Tere Bustos Manualidades", "Tere Bustos Manualidades"),
        ("Snapchat → miri_lp", "miri_lp"),
        ("me mudo a la calle azahar 8 de Tomares", "calle azahar 8 de Tomares"),
        ("Parcela 18, Fundo Santa Rosa, Paine", "Parcela 18, Fundo Santa Rosa, Paine"),
        ("Deja las llaves en Ruiz de Alda 17 bajo", "Ruiz de Alda 17 bajo"),
        ("snap aitanita.07 borra esto", "aitanita.07"),
        ("gracias @noe_gzlz por el hilo", "@noe_gzlz"),
        ("Vendo bici. 480 €. 607.113.284 Whatsapp", "607.113.284"),
        ("TP 118.402 del C.S. de la J.", "118.402"),
        ("Arquitecta técnica nº 4418 COAATM", "4418"),
        ("COAM 18442", "18442"),
        ("C.I. 6742198 L.P., Wara Condori", "6742198 L.P."),
        ("El DNI de mi hijo: 50771236K", "50771236K"),
        ("sucesión de Eva Gil (DNI 23262790), Expte. N.º LP-48211-2020", "LP-48211-2020"),
        ("4539 1488 0343 6467, cad. 09/27, CVV 418", "CVV 418"),
        (
            "calle 48 N° 732, La Plata, Pcia. de Buenos Aires",
            "calle 48 N° 732, La Plata, Pcia. de Buenos Aires",
        ),
    ],
)
def test_what_is_told_from_further_off_is_found(text: str, value: str) -> None:
    assert covered(text, value)


@pytest.mark.parametrize(
    "text",
    [
        "Cita: 18/04/2025 10:20, sala 4",
        "El móvil, 12/03/2021, costó 1.234.567 pesos",
        "teléfono 2020-21; contacto 2019-2020",
        "SELECT * FROM pedidos WHERE id IN (600123456, 600123457) LIMIT 100;",
        "Souppaya, M. P. (2022). Ransomware",
        "libro.php?id=1849294&id_col=100508",
        "Hormigón al 100% y del 1500 al 2000",
        "Código EAN 8410032005007; lote L230417; 7 501 055 310 074",
        "Sudoku 4: 530 070 000 / 600 195 000 / 098 000 060.",
        "Catecismo, 2447-2449",
        "una AV de 0,7 en OD y AV de 1 en OI",
        "(Donación N° TF014897), quedando facultado",
        "Av. Corrientes al 4800: choque múltiple, demoras",
        "Formato del RUT: 12.345.678-9; CURP: XXXX000000XXXXXX00; DNI 00000000T",
        "sustituye usuario@ejemplo.com por tu dirección",
        "amoxicilina 1 comp c/8h 7 días",
        "34 Cal.3d 926 y 3 Cal.5th 531",
        "Polígono 18, parcela 207, superficie 4,18 ha",
        "Reg. San. 26.04472/M",
        "los Sistemas de Control del Sector Público Nacional N° 24.156 y sus modificatorias",
        "Parcela 2, Partida Municipal N° 131.043; Circunscripción II",
        "LA POBLACIÓN PENAL ESPAÑOLA, INFERIOR A LA DE 1936",
        "los días 1o 2o 3o y 4o; O2 l2",
        "Para: administracion@example.com",
        "{perfil de usuario}/user/autocorr; heparina 20 u/hora; 12 u/caja_2",
        "51 Franklin Street, Fifth Floor, Boston, MA 02110-1301, USA",
        "contó: seis, siete, ocho, nueve, diez, once y llamó",
        "facebook.com/ayuntamiento.soria; x.com/policia; r/spain",
        "el usuario final dice que no; session opened for user root",
        "El usuario nunca respondió, la usuaria luego publicó y un usuario aquel. Dijo",
        "La derivada de u/v_2 y de u/x_1",
        "(Claimed user: foobar)\nUsuario: propietario\nsus IDs son @usuario:dominio. Y ya",
        "Insc. R.M. Madrid, T. 18.291, F. 47, hoja M-317482",
        "Ruta 40, km 2.741, ripio en mal estado",
        "quedamos en Sol 3 o 4 amigos; me mudo a Madrid 3 meses",
        "Instagram: enero2020; Telegram - canal_de_noticias; issue#1234 discord",
        "El DNI es el mío. El año pasado puse 99999876A por las prisas",
        "n.º 4418 COAG convoca; Bus 145 c/ Colón; tarjeta 4482-T roja",
        "El IBAN ES00 0000 0000 0000 0000 0000 es solo modelo",
        "IBUPROFENO 400 MG C/8 HRS X 5 DIAS",
        "Facebook: Nueva Política de Privacidad; fb:app_id; telegram web.telegram.org",
        "TP 3 de Física; snap 2.0; CE 1907/2006",
        "paradas: Av. América 12, Cartagena 90",
        "CIP 482917.3, envase de 30 comprimidos",
        "NIE de ejemplo: X.1.928.374.Q",
    ],
)
def test_what_has_a_form_of_theirs_and_is_none_is_left(text: str) -> None:
    assert not find_personal(text)
