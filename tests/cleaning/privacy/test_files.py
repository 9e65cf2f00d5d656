"""Numbers of files and members, which are a person's where a person stands beside them."""

import pytest

from cleaning.privacy.numbers.files import files

THEIRS = (
    "Siniestro <25-00714482-R>; asegurado Teodoro Lasheras Gil",
    "RADICADO: <11001-40-03-027-2022-00481-00>. Demandante: GLORIA PERDOMO ARIAS",
    "Sujeto: GÁMEZ, FRANCISCA. NIF [DNI]. Expte.: <SAN/2024/00317>. Importe: 200,00 €",
    "Afiliado: RIGOBERTO PALACIOS\nRadicado Colpensiones: <2023_11194567>",
    "fuera de plazo Iker Valdeolmos Prieto, exp. <2025/0417-B>",
    "Catalina: tu matrícula <2021-39052-6> figura con deuda",
    "ATESTADO <3.905/25>. El denunciante, D. Amador Rengel",
    "Socio nro. <14.882>: Washington Techera",
    "N° asociado Swiss: <800006 1936052>",
    "ID alumno <20194827>, beca concedida",
    "Historia clínica <AB 482913>",
    "CIP: <GRLM 880412 9 01 2>",
    "nº hª clínica: <48 29 13>",
    "padrón <LU 41527>, alumna",
    "solicitud <2021-SOL-4481> de Ana Ruiz",
    "expte. de familia numerosa <28/02345/19>",
    "Biopsia <B23-04417>, adenoma",
    "NIG <28079 00 2 2021 0044812>, acusado Rubén Tapia Gil",
    "Detenido: Óscar Pinedo Rey. Atestado <2024-007714-00000391>",
)
NOBODYS = (
    "Expediente 2023/1144, contratación de obras, adjudicada a D. Juan Pérez",
    "Expte. 2023/114 de la licitación",
    "(Número de expediente 180/000852). Pregunta de la diputada doña Ione Paz",
    "ATESTADO 2871/23: con permiso [NIE]",
    "expediente T-6.018.207, sentencia de don Alberto Rojas",
    "el socio 12.000 de la entidad",
    "| Joven no socio | 18-45 años |",
    "solicitud de 12/05/2023 de don Luis Paz",
    "expediente 2023, doña Ana Ruiz",
    "una beca de 1.200 euros a doña Ana Ruiz",
    "historia de 1936-1939, episodio 3 de 2021",
    "CIP 482917.3, envase clínico",
    "solicitud 2021-SOL-4481 de Buenos Aires",
    "la tarjeta 4111 1111 1111 1111",
    "Su matrícula 4521 KLM",
    "Matrícula curso 24/25, tutor Sergio Mir Paz",
    "Socio n.º 418 del club",
    "Socia n.º 412: Zacarías Trigueros",
)


@pytest.mark.parametrize("text", THEIRS)
def test_a_number_is_whose_it_stands_beside(text: str) -> None:
    start, end = text.index("<"), text.index(">") - 1
    assert list(files(text.replace("<", "").replace(">", ""))) == [(start, end)]


@pytest.mark.parametrize("text", NOBODYS)
def test_numbers_of_works_laws_and_questions_are_nobodys(text: str) -> None:
    assert list(files(text)) == []
