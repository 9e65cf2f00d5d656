"""What texts of law, technology, towns and theatre hold that looks like personal data, and what of it is some."""

from __future__ import annotations

import pytest

from cleaning.privacy.kinds import MASKED
from tests.cleaning.privacy.masked import masked

NOBODYS = (
    # Headings that letters number, and firms behind `versus`
    "B. Derecho\n\nRige.\n\n## C. Marco Internacional Aplicable\n\nD. Jurisprudencia Consolidada\n\nA. Análisis",
    "D. El Escenario Perverso\n\nLo grave es esto. D. Análisis del Requisito.",
    "y otros c. William Hill Organization Ltd. (C-203/02), C. Hugo Vega Asesores, S. L. y D. Hugo Vega Inc.",
    "EL DON DE LA FORTALEZA. Un Don Sin Nombre. hijo: Vitamina A. Inicio\nMarco Legal\n",
    # Numbers
    "elecció de la Mesa del Parlament\n\n396-00001/13 i 398-00001/13\n\nTal com és preceptiu",
    "45 = 0010 11012. Invirtiendo, 1101 0010; sumando uno, 1101 0011. Al sumarle 0010 1101 da 1 0000 0000: el acarreo",
    "tabla triangular:\n\nxi f[xi] f[·, ·] f[·, ·, ·]\n\n0 1 2 1 3 −3/2 −1 2 2\n\nLos coeficientes",
    "paquete tamaño extensión orden\n\ntar V:920, I:999 3144 .tar tar(1)\n\nel archivador",
    "Te Acompaña — Cruz Roja\n900 444 111\nGratuito\nTeléfono de la Esperanza\n717 003 717\nAnónimo",
    "Escalafón 2015 2016 2017 2018 Coronel 5 1 1 Teniente Coronel 7 2 2 2 2 Mayor 8 2 2 2 2 Capitán 9 5 5",
    "la Guardia 1 106.800 106.800 Oficiales de Sala 2.os 5 96.000 480.000 Oficiales de Sala 3.os (4)",
    "    Node A -> Pods: 10.244.1.0/24\n      ",
    # Lords, and words of sentences
    "Así dice el Señor Jehová. La fe en el Señor Jesús. El Señor de los Temblores. Dijo a su marido: Mira, ven.",
    "se llamará su nombre: Admirable, Consejero. Plan Maestro: Arquitectura Distribuida",
    "Titular: AMPA SAGRADO SOL. Torrico TJ, Fluyau D. Narcissistic Personality Disorder. In: StatPearls",
    "de la Academia Cubana de la Lengua, nacido en Lugo",
    "el Señor Elfo y los Señores de los Marines, gran Doctor de la Iglesia. «Don Bosco»; D. EL DERECHO A",
    # Courts, `versus`, careers, pages, authors, formulas
    "EFD USA, Inc. v. Band (Cal. App. 2026); (Cal. Supreme Court, 2001); *5 (N.D. Cal. June 23, 2025)",
    "CE, 23 septiembre 1987, Ministre du travail c/ Sté Ambulances 2000 | Prohibiciones",
    "8. Desarrollo de la Carrera Profesional 51\n9. Gestión de la Carrera y Evaluación del Rendimiento 57",
    "1. La plaza . . . . . . 3\n2. La Plaza Mayor 12\n3. El río . . . . . . 20",
    "la síntesis actual —recogida en Koyama y Rubin, 2022— combina varias",
    "P = α CL V 2\n\ntp ≈\n\nCL VDD 2 ID",
    "Servicio de Vivienda y Urbanización Metropolitano. 8. Que CREA LAS PLAZAS QUE INDICA EN EL ITEM 05",
    "información sobre la conquista y Poblamiento de Pamplona, 1551.\n6 AGUADO, Op. Cit. Pág. 469",
    "recogida en el Real Decreto 1720/2007, se informa. 🏠 Índice Bloque 1. Contacto\n16-05-2025",
    # Networks, prompts, hosts, programs, digests
    "seguir el proyecto en\n\nSpotify · Instagram · TikTok\n\nPregúntale a @grok en X, o a @3f2a9b1c0d en twitter",
    "Debian GNU/Linux 11 foo tty1\n\nfoo login: penguin\nPassword:\nLinux foo 5.10",
    "smtp.hostname.dom is an alias for smtp99.hostname.dom.\nsmtp99.hostname.dom has address",
    'department: "MINISTERIO DE VIVIENDA Y URBANISMO"\nbcn_schema_version: "1.0"\nis_treaty: "no"',
    'oro, comida y servicio, "ofreciendo la paz" a los cristianos13.\n"NO"\n"budaconchita.mp3","Vibrar"',
    "puesto_id | puesto_rol | puesto_salario_moneda | puesto_salario | miembro; [Service]\nUser=grafana\n",
    "let transportes: [TieneVelocidad] = [vehiculo1, tren1]; UTM: utm_source=facebook · utm_campaign=<vertical>",
    "Model.where(login: entered_user_name, password: entered).first\n  username: gitapp\n  password:\n",
)


@pytest.mark.parametrize("text", NOBODYS)
def test_what_looks_like_personal_data_is_left(text: str) -> None:
    assert masked(text, [*MASKED, "name"]) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Doña Ana Soto, don Eva Gil. Ana Soto Luis Eva Gil", "Doña *, don *. * *"),
        ("el senyor Jordi Turull. Jordi Turull i Negre", "el senyor *. *"),
        ("DOÑA AMELIA JIMENEZ Y SU HIJA", "DOÑA * Y SU HIJA"),
        (
            "DON HUGO VEGA SOL COMO VOCAL; A DOÑA ANA GIL LA PENSION; A DON LUIS GIL EL DERECHO; DON JON GIL Y DESIGNA",
            "DON * COMO VOCAL; A DOÑA * LA PENSION; A DON * EL DERECHO; DON * Y DESIGNA",
        ),
        ("DON JUAN LA ROSA GIL. DOÑA FATIMA EL AMRANI", "DON *. DOÑA *"),
        ("los señores Hugo Vega Plaza, Luis Gil y Eva Mas", "los señores *, * y *"),
        ("don Diego Vega Sol. Diego Vega Sol, Fernando Díaz", "don *. *, Fernando Díaz"),
        (
            "Doña Eva Gil Soto. La Biblioteca Pública Eva Gil",
            "Doña *. La Biblioteca Pública Eva Gil",
        ),
        ("don McLean, la Sra. O'Connor-Díaz y D. Brian D'Angelo", "don *, la Sra. * y D. *"),
        ("el Sr. MacDonald y doña Ana Sáenz-de-Miera Gil", "el Sr. * y doña *"),
        (
            "don YouTube. DR. JOSE REYES CALDERON MINISTRO DE G OB",
            "don YouTube. DR. * MINISTRO DE G OB",
        ),
        ("D. Samy Gómez\n\nC. Ana Soto Vera", "D. *\n\nC. *"),
        (
            "C. Objeto\nD. Eva Gil Mora\nD. Marco Legal Propio",
            "C. Objeto\nD. *\nD. Marco Legal Propio",
        ),
        ("Sra. McGee y Sr. Gil; DRA. ANA GIL Y SR. JON SOL", "Sra. * y Sr. *; DRA. * Y SR. *"),
        (
            "Prof. Eva Mas, Ing. Industrial. La Prof. Mas vino, la Dona Activa",
            "Prof. *, Ing. Industrial. La Prof. * vino, la Dona Activa",
        ),
        (
            "los señores Hugo Vega, Luis Gil y Eva Mas, los señores Integrantes de la Junta",
            "los señores *, * y *, los señores Integrantes de la Junta",
        ),
        ("Dr. José Luis Vega Lugo y Eva Sol Gil, y Ramón y Cajal", "Dr. * y *, y Ramón y Cajal"),
        ("Dr. Hugo Vega Sol Doctor en Historia", "Dr. * Doctor en Historia"),
        (
            "la comandancia de la fuerza aérea, don Hugo Vega\nSol, que preside el consejo de la nación y firma.",
            "la comandancia de la fuerza aérea, don *, que preside el consejo de la nación y firma.",
        ),
        (
            "Nuestra\nSeñora de la Paz. Dra. Eva Mas Soto; Clínica Mas S.L.",
            "Nuestra\nSeñora de la Paz. Dra. *; Clínica Mas S.L.",
        ),
        ("- Ramiro Zorita Pérez — fontanería — 979 84 44 43", "- * — fontanería — [PHONE]"),
        (
            "- Bar Ana — 979 84 44 43 · Carlos Casado del Alisal, s/n",
            "- Bar Ana — [PHONE] · [ADDRESS]",
        ),
        ("Erick Vega Cerón\nUniversidad\nCorreo: erick@unam.mx", "*\nUniversidad\nCorreo: [EMAIL]"),
        (
            "Rosario Central — 979 84 44 43\nJuana Bar: 979 84 44 41",
            "Rosario Central — [PHONE]\nJuana Bar: [PHONE]",
        ),
    ],
)
def test_names_are_whole_and_stand_beside_what_is_masked(text: str, left: str) -> None:
    assert masked(text, [*MASKED, "name"]) == left.replace("*", "[NAME]")


def test_nobody_in_a_play_is_a_private_person() -> None:
    speeches = "\n\n".join(("NORA. (entra) Ya, señor Rank.", "HELMER. ¿Es Nora Helmer?") * 12)
    characters = "Un drama\n\nPersonajes\n\n- Nora, su mujer (esposa)\n\n"
    assert "[NAME]" not in masked(characters + speeches, ["name"])
    assert "[NAME]" in masked(speeches, ["name"])
    alone = "\n\n".join(("**NORA**\n\nYa, señor Rank.", "**HELMER**\n\n¿Es Nora?") * 12)
    assert "[NAME]" not in masked(characters + alone, ["name"])
