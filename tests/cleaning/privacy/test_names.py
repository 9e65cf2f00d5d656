"""Names of persons, which are looked for on request: behind titles, in fields, beside numbers of identity."""

from __future__ import annotations

import re
import sys

import pytest

from cleaning.privacy.kinds import KINDS
from cleaning.privacy.persons.again import again
from cleaning.privacy.privacy import find_personal
from tests.cleaning.privacy.masked import masked


def test_names_are_found_on_request_only() -> None:
    text = "Nombre: Ana Ruiz. Don Hugo Vega, mayor de edad. Don Quijote y don Alfonso XIII."
    assert find_personal(text) == []
    names = [text[f.start : f.end] for f in find_personal(text, ["name"])]
    assert names == ["Ana Ruiz", "Hugo Vega"]


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
        "Curriculum de Educación Primaria",
        "el demandante, Ministerio de Defensa, recurre",
        "Don Benito es un pueblo; la enfermedad del Dr. Parkinson",
        "Nombre: Paracetamol Kern Pharma",
        "Nombre: Ibuprofeno Sol 600 mg",
        "Paciente: Sin filiación. Paciente: Varón de 40 años",
        "Médico: Doctor. Titular: Gobierno Vasco. Nombre: Amoxicilina/clavulánico",
        "nuestro señor Jesucristo y el señor Obispo de Jaén",
        "el señor Jefe, la señora Ministra, el señor Duque",
        "El Señor de los Anillos, Señor Jesucristo. Cliente: Pyme. Nombre: Cliente. Titular: Régimen: Ordinario",
        "la Corte Constitucional CC-121-2023, el Código Civil CC 1902 1903, Caso Ana Vera Gil CC 121-2023",
        "Banco de Bogotá, identificado con NIT 860.002.964. Demandada: Nación. Demandada: Renfe Operadora",
        "Consorcio Vial del Norte, identificado con NIT 900123456",
        "VIOLENCIA CONTRA LA MUJER: LA EXIGENCIA DE RAZONES DE GÉNERO",
    ],
)
def test_what_stands_where_a_name_might_is_none(text: str) -> None:
    assert find_personal(text, ["name"]) == []


def test_a_single_letter_stands_before_a_whole_name() -> None:
    text = "comparece D. Hugo Vega. Titular: Ana Ruiz. Doña Eva\nSoto"
    names = [text[f.start : f.end] for f in find_personal(text, ["name"])]
    assert names == ["Hugo Vega", "Ana Ruiz", "Eva"]


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
        ("Apellidos y nombre: Gil Ochoa, María del Pilar", ["Gil Ochoa, María del Pilar"]),
        ("Paciente: NÚÑEZ DE BALBOA, JOSÉ ANTONIO", ["NÚÑEZ DE BALBOA, JOSÉ ANTONIO"]),
        ("Nombre: M.ª del Carmen Ruiz", ["M.ª del Carmen Ruiz"]),
        ("autos «Pereyra, Norma Beatriz c/ Obra Social»", ["Pereyra, Norma Beatriz"]),
        ("Responsable clínico: Eva Gil Servicio de Urología", ["Eva Gil"]),
        ("el señor Coronel D. Jorge Alberto JAUREGUI, CURP", ["Jorge Alberto JAUREGUI"]),
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
        ("D. Hugo Otxoa Gil, DNI. HUGO OTXOA GIL. Otxoa Giles", "D. *, DNI. *. Otxoa Giles"),
        ("Autos Gil, Ana c/ Sol, Eva s/ amparo; Ana Gil", "Autos * c/ * s/ amparo; *"),
        (
            "la señora Martí Peris\nMartí Peris, Ariadna: Gracias. Hoy Eva Martí Peris",
            "la señora *\n*: Gracias. Hoy *",
        ),
        (
            "Doña Ana Gil Soto acudió. Gil Soto, Ana y GIL SOTO ANA, A. Gil y Ana Gil; la señora Gil",
            "Doña * acudió. * y *, * y *; la señora *",
        ),
        (
            "D.ª María del Carmen Ríos. RIOS, MARIA DEL CARMEN. Mª Carmen Rios, M.ª C. Ríos",
            "D.ª *. *. *, *",
        ),
        (
            "Paciente: Herminia Salgado Tejedor (herminia.s@sol.es).\nHerminia Salgado vino, y Herminia pudo. Herminia",
            "Paciente: * (herminia.s@sol.es).\n* vino, y * pudo. *",
        ),
        (
            "Paciente: Dolores Gil. Dolores abdominales. Hoy Dolores no tiene dolores. En Dolores",
            "Paciente: *. Dolores abdominales. Hoy * no tiene dolores. En Dolores",
        ),
        (
            "Sr. Hugo Vega Sol. Hospital Hugo Vega, Hugo Romero, San Hugo, Hugo Vega, S.L.",
            "Sr. *. Hospital Hugo Vega, Hugo Romero, San Hugo, Hugo Vega, S.L.",
        ),
        ("Sr. Hugo Vega. Hugo Vega Robledo y Ana Gil", "Sr. *. * y Ana Gil"),
        (
            "don Hugo Otxoa. De Hugo Otxoa, Ana Gil\nHugo Otxoa, Jon: Sí",
            "don *. De *, Ana Gil\n*: Sí",
        ),
        ("el señor Capdevila i Esteve. Capdevila i Esteve, Joan: Sí", "el señor *. *: Sí"),
        (
            "D.ª Ana Sofía Gil. Ana Sofía vino a ver a la viuda de Gil",
            "D.ª *. * vino a ver a la viuda de *",
        ),
    ],
)
def test_a_name_that_is_told_once_is_masked_wherever_it_stands(text: str, result: str) -> None:
    assert masked(text, ["name"]).replace("[NAME]", "*") == result


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
    assert masked(text, KINDS) == result


def test_a_name_below_its_field_is_found() -> None:
    text = "NOMBRE Y APELLIDOS\nJUANA PÉREZ GIL\nFECHA\n"
    assert [text[f.start : f.end] for f in find_personal(text, ["name"])] == ["JUANA PÉREZ GIL"]
    assert not find_personal("NOMBRE Y APELLIDOS\nFecha de Nacimiento\n", ["name"])


def test_names_of_who_signs_and_of_the_parties() -> None:
    text = "Curriculum de Ana Ruiz. Firmado digitalmente por GIL SOTO EVA - [DNI]\nEl denunciante, Hugo Vega Sol, dijo"
    names = [text[f.start : f.end] for f in find_personal(text, ["name"])]
    assert names == ["Ana Ruiz", "GIL SOTO EVA", "Hugo Vega Sol"]


@pytest.mark.parametrize(
    ("text", "result"),
    [
        (
            "La señora De los Santos Heredia, la doctora De Miguel y el Sr. de la Fuente",
            "La señora *, la doctora * y el Sr. *",
        ),
        ("Paciente: DE LA FUENTE Y RUIZ, JUAN CARLOS", "Paciente: *"),
        (
            "Paciente: Me canso. Paciente: En casa. Médico: Siga así. Médico: Sí. Paciente: Me llamo Eva Vera Gil",
            "Paciente: Me canso. Paciente: En casa. Médico: Siga así. Médico: Sí. Paciente: Me llamo *",
        ),
        (
            "La doctora Peñarroya, el doctor Puig, la psicóloga Marta Olmos, los Sres. Sánchez Roca",
            "La doctora *, el doctor *, la psicóloga *, los Sres. *",
        ),
        (
            "El acusado, Dragan Petrovic Ilić, dijo; denunciado: LÓPEZ CALVO JOSE LUIS; C. Ubaldo Ruiz Mas, cel.",
            "El acusado, *, dijo; denunciado: *; C. *, cel.",
        ),
        ("Llamar a Maite Goñi (hija). Parte actora: Eva Mas", "Llamar a * (hija). Parte actora: *"),
        (
            "Na Montserrat Boya Deó, Nòm: Maria Vergés. Era senhora Boya; siña Pilara Ferrer, o siñor Chusé",
            "Na *, Nòm: *. Era senhora *; siña *, o siñor *",
        ),
        ("Pazientea: Miren Agirre. Jon Agirre jaunak dio", "Pazientea: *. * jaunak dio"),
        (
            "Firmado: El Director General. Fdo.: La Jefa de Sala",
            "Firmado: El Director General. Fdo.: La Jefa de Sala",
        ),
        (
            "Hospital Profesor Juan Gil, Centro Médico Eva Gil, la señora de Lugo, Ntra. Sra. del Carmen",
            "Hospital Profesor Juan Gil, Centro Médico Eva Gil, la señora de Lugo, Ntra. Sra. del Carmen",
        ),
        (
            "INTERPUESTA POR MARÍA RUIZ SOTO CONTRA EL MUNICIPIO. interpuesta por HUGO VEGA MAS EN CONTRA DE",
            "INTERPUESTA POR * CONTRA EL MUNICIPIO. interpuesta por * EN CONTRA DE",
        ),
        ("recurrente ANA PINEDA LÓPEZ; PINEDA LÓPEZ, el A quo", "recurrente *; *, el A quo"),
        ("Eva Vera Gil, CC No. 52.345.678", "*, CC No. 52.345.678"),
        ("Paciente: EL AMRANI FATIMA", "Paciente: *"),
        ("Perito: Ing. Eva Ruiz. Remitente: Vda. de Mas", "Perito: Ing. *. Remitente: Vda. de *"),
        ("Remitido por: Dr.Juan Ruiz Unidad de Dolor", "Remitido por: Dr.* Unidad de Dolor"),
    ],
)
def test_names_stand_behind_titles_roles_and_small_words(text: str, result: str) -> None:
    assert masked(text, ["name"]).replace("[NAME]", "*") == result


def test_many_persons_of_one_given_name_take_steps_in_proportion_to_their_number() -> None:
    def steps(persons: int) -> int:
        surnames = (
            f"B{'aeiou'[n % 5]}{'lmnrst'[n // 5 % 6]}{'aeiou'[n // 30]}z" for n in range(persons)
        )
        text = "".join(f"Dña. Eulalia {surname}. Hoy Eulalia vino. " for surname in surnames)
        spans = [match.span(1) for match in re.finditer(r"Dña\. (\w+ \w+)", text)]
        counted = 0

        def count(_frame: object, event: str, _of: object) -> None:
            nonlocal counted
            counted += event == "call"

        before = sys.getprofile()
        sys.setprofile(count)
        try:
            list(again(text, spans, lambda _start, _end: True))
        finally:
            sys.setprofile(before)
        return counted

    steps(1)  # compiles the patterns
    assert steps(140) < 2.5 * steps(70)
