"""Personal data in everyday words: accounts, numbers in words, streets without a way; and what only looks like it."""

from __future__ import annotations

import time

import pytest

from cleaning.privacy.kinds import KINDS
from cleaning.privacy.privacy import find_personal
from tests.cleaning.privacy.masked import masked


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
        ("Facebook: /rosa.gil.5817, no", "Facebook: /[HANDLE], no"),
        ("su hija es @rosa.gil en instagram", "su hija es [HANDLE] en instagram"),
        ("Fotos: Rosa Gil (@rosa_gil)", "Fotos: Rosa Gil ([HANDLE])"),
        ("insta: @rosa_1, @gil.22 y @sol_3.", "insta: [HANDLE], [HANDLE] y [HANDLE]."),
        ("dejé el código en github.com/rosa-gil", "dejé el código en github.com/[HANDLE]"),
        ("los módulos de github.com/tecno-lab", "los módulos de github.com/tecno-lab"),
        ('"usuario": "mzuluaga",', '"usuario": "[HANDLE]",'),
        ("a paco[punto]gil[arroba]ono[punto]com", "a [EMAIL]"),
        ("correo-e: rosa.gil @gmail.com", "correo-e: [EMAIL]"),
        ("Enviad a Cº Viejo de Ocaña km 3, nave 7.", "Enviad a [ADDRESS]."),
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
        ("Tel. 951 234 567 y 56 ext 118.", "Tel. [PHONE]."),
        ("Tel. 55 5234 5678. ext. 142 o 5255-1416, 1417, 1459", "Tel. [PHONE] o [PHONE]"),
        ("paypal.me/tejadosgil y x.com/rosita_gr99", "paypal.me/[HANDLE] y x.com/[HANDLE]"),
        ("Instagram: lauragil; Twitter: seguidores", "Instagram: [HANDLE]; Twitter: seguidores"),
        ("rosa&#64;gil.es o rosa@gil . es", "[EMAIL] o [EMAIL]"),
        ("en lugar de A Pedra s/n, parroquia de Vilar", "en [ADDRESS]"),
        ("C/ Sol, 5 – 2º D", "[ADDRESS]"),
        ("Denunciado: 48.390.127K", "Denunciado: [DNI]"),
        ("IBANES91 2100 0418 45 0200051332", "IBAN[IBAN]"),
        ("Escuela (32) 2 468 4907, anexo 14", "Escuela [PHONE]"),
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
    assert masked(text, set(KINDS) - {"name"}) == result


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
