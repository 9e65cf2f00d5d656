"""READMEs, licences, lists of authors and what is translated by half are told from texts in English."""

from __future__ import annotations

from pathlib import Path

import pytest

from cleaning.signals.signals import compute
from cleaning.text.batch import Batch
from tests.cleaning.filter.filtered import ARTICLE, filtered
from tests.cleaning.kernels import removed

README = (
    "Bellows is a small library that reads the clock of a bakery's oven and tells the baker when to turn the loaves.\n"
    "Clone the repository, run npm install, and copy the file env.example to .env before the first build.\n"
    "The frontend listens on localhost, and every change of the source reloads the page in the browser.\n"
    "Contributions are welcome: open a pull request against the main branch, with a test that shows what it mends.\n"
    "The code is licensed under the terms of the MIT license, without warranty of any kind.\n"
)
LICENCE = (
    "Permission is given to everybody who holds a copy of this work to use it, to change it and to hand it on.\n"
    "The copyright notice of the author and this license must stand in every copy that is redistributed in any form.\n"
    "The work comes with no warranty, and the licensor owes nothing for what comes of its use.\n"
    "Whoever contributes to the work gives each contribution to all others under this same license.\n"
)
STORY = (
    "The postman came to the square when the bells were ringing ten and nobody was waiting for him any more.\n"
    "He brought a single letter, written in green ink, for the teacher who lived beside the mill.\n"
    "She opened it slowly, read the first lines and sat down on the stone bench of the yard.\n"
    "All afternoon the neighbours spoke of that envelope, of its seal and of who might have sent it.\n"
)
LESSON = (
    "En esta lección aprendemos a guardar el trabajo con git antes de subirlo al repositorio de GitHub de la clase.\n"
    "Cada commit cuenta qué cambió y por qué, y con un pull request los compañeros leen el cambio antes de que entre.\n"
    "Si dos personas tocan la misma línea, git no sabe cuál vale: eso se llama conflicto y lo arreglamos a mano.\n"
    "Después hacemos un merge de la rama y volvemos a probar la app en localhost para ver que todo sigue en su sitio.\n"
)
NOTE = (
    "Setup of the old clock is easy once its face is off: a setup by hand takes an hour.\n"
    "First the weights are lifted from their hooks and laid on the floor, so that nothing moves while we work inside.\n"
    "Then the great wheel is turned back to the mark, and the bell is heard twice before the setup is over.\n"
    "Nobody in the village would go to sleep on such an evening before the ten strokes from the square.\n"
)
STEPS = (
    "Abra la ventana de las preferencias y elija en la lista la lengua que quiere usar.\n"
    "Cuando la haya elegido, cierre la ventana para que el programa guarde los cambios y siga.\n"
    "Si el programa no los guarda, mire si la carpeta de los ajustes está abierta ya.\n"
    "Para volver a la lengua de antes, elija la primera que está en la misma lista.\n"
    "Las demás personas que usan este equipo no notarán nada de lo que usted ha cambiado.\n"
    "The other settings of the window are kept in a file that you can read yourself.\n"
    "If you remove that file, the program will write it again when you open it next.\n"
    "There is no need to do this unless somebody told you that the file is broken.\n"
)
PASSOS = (
    "Obriu la finestra de les preferències i trieu a la llista la llengua que voleu fer servir.\n",
    "Quan l'hàgiu triada, tanqueu la finestra perquè el programa desi els canvis i continuï.\n",
    "Si el programa no els desa, mireu si la carpeta dels paràmetres ja és oberta.\n",
    "Per tornar a la llengua d'abans, trieu la primera que hi ha a la mateixa llista.\n",
    "Les altres persones que fan servir aquest equip no notaran res del que heu canviat.\n",
)
ENTRY = (
    "Molino es la clase base de todos los molinos del pueblo.\n"
    "Lanza una excepción de la clase Rueda si el agua no llega.\n"
    "El nombre de la rueda\nEl número de sacos\n"
)
HALF = "El cartero llegó a la plaza cuando las campanas daban las diez y nadie lo esperaba ya.\n"
AUTHORS = (
    "These people wrote the oven and the clock, in the order of their first letter to us.\n"
    + (
        "\n".join(
            f"{a} {b} <{a}.{b}@example.org>"
            for a in ("Ana", "Eva", "Ivo", "Noa")
            for b in ("Prado", "Sanz", "Vega")
        )
    )
)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (README, {"program_file": 1}),
        (LICENCE, {"program_file": 1}),
        (AUTHORS + "\n" + STORY, {"address_list": 1}),
        (STORY, {}),
        (NOTE, {}),  # three such words of ninety
        (LESSON, {}),  # as many such words, in Spanish
        (ARTICLE + "Para escribir a la maestra: molino@example.org.", {}),
    ],
)
def test_files_of_programs_go_and_texts_stay(
    tmp_path: Path, text: str, rule: dict[str, int]
) -> None:
    assert removed(filtered(tmp_path, [text])) == rule


def test_help_translated_by_half_goes_and_posts_that_quote_stay(tmp_path: Path) -> None:
    quoting = STORY + "They called it «la carta del molino».\n"
    half = {"half_translated": 1}
    decisions = filtered(tmp_path / "help", [STORY + HALF, quoting], kind="documentation")
    assert removed(decisions) == half
    assert removed(filtered(tmp_path / "unknown", [STORY + HALF])) == half
    assert removed(filtered(tmp_path / "post", [STORY + HALF], kind="article")) == {}


def test_help_with_more_than_a_third_in_another_language_goes_and_posts_stay(
    tmp_path: Path,
) -> None:
    assert all(len(line.split()) == 16 for line in STEPS.splitlines())  # five of eight: 0.625
    gone = {"partly_translated": 1}
    assert removed(filtered(tmp_path / "help", [STEPS], kind="documentation")) == gone
    assert removed(filtered(tmp_path / "manual", [STEPS], domain="technical")) == gone
    assert removed(filtered(tmp_path / "post", [STEPS], kind="article")) == {}
    spanish = "\n".join(STEPS.splitlines()[:6])  # five of six
    assert removed(filtered(tmp_path / "most", [spanish], kind="documentation")) == {}


@pytest.mark.parametrize("domain", ["legal", "parliamentary", "web"])
def test_a_decree_in_two_languages_stays_and_one_half_translated_goes(
    tmp_path: Path, domain: str
) -> None:
    spanish = STEPS.splitlines(keepends=True)
    both = "".join(f"{ca}{es}" for ca, es in zip(PASSOS, spanish[:5], strict=True))
    translated = "".join([*spanish[:2], *spanish[5:]])
    decisions = filtered(tmp_path, [both, translated], domain=domain, kind="article")
    assert removed(decisions) == {"mixed_languages": 1}


def test_an_entry_of_a_reference_that_names_its_parameters_goes(tmp_path: Path) -> None:
    lines = STEPS.splitlines(keepends=True)
    # 23, 39 and 55 words in sentences.
    texts = [ENTRY, ENTRY + lines[0], ENTRY + lines[0] + lines[1]]
    assert removed(filtered(tmp_path / "manual", texts, domain="technical")) == {"labels": 2}
    assert removed(filtered(tmp_path / "law", texts[1:], domain="legal")) == {}


def test_words_of_programs_are_counted_whole_and_in_any_case() -> None:
    text = (
        "GitHub holds the Licence; licenciado and gitano are no such words, no commitment either."
    )
    assert compute(Batch([text, ""]), {}, ["program_words"])["program_words"].tolist() == [
        2 / (14 + 25),
        0,
    ]


REFERENCE = (
    "Class Molino\nConstructor Summary\nMolino(String nombre)\nConstruye un molino sin agua en el canal.\n"
    "{}:\nvoid moler(int sacos)\nMuele el grano de tantos sacos como se le dan, uno detrás de otro.\n"
)


INDEX = "moler(int) - Method in class pan.Molino\nMuele el grano de tantos sacos como se le dan al molino.\n"
PACKAGE = "Package pan\nClass\nDescription\nMolino\nMuele el grano.\nInterface\nDescription\nHorno\nCuece el pan.\n"
JSDOC = (
    "moler(sacos)\nMuele el grano de tantos sacos como se le dan.\nSource:\n- molino.js, line 17\n"
)
TYPEDOC = "moler\n▸ moler(sacos, prisa?): void\nMuele el grano de tantos sacos como se le dan.\n"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (REFERENCE.format("Method Summary"), {"reference_of_code": 1}),
        (REFERENCE.format("Más abajo"), {}),  # a lesson may show one such heading
        (INDEX * 2, {"reference_of_code": 1}),
        (PACKAGE, {"reference_of_code": 1}),
        ("Ir a la documentación de este archivo.\n", {"reference_of_code": 1}),
        ("Definición en la línea 17 del archivo molino.cpp.\n", {}),
        (JSDOC * 2, {"reference_of_code": 1}),
        (JSDOC, {}),
        (TYPEDOC * 2, {"reference_of_code": 1}),
        ("▸ Amasar (con agua): media hora.\n", {}),  # an item of a list
    ],
)
def test_a_reference_that_a_tool_wrote_goes_and_a_text_with_one_such_heading_stays(
    tmp_path: Path, text: str, rule: dict[str, int]
) -> None:
    assert removed(filtered(tmp_path, [text + ARTICLE])) == rule


SOURCE = """/**
 * Muele el grano de tantos sacos como se le dan, uno detrás de otro, y calla.
 *
 * Si no hay agua en el canal espera a que la haya, y mientras tanto avisa a quien lo llamó.
 * El molinero no tiene que mirar la rueda, pues ella sola se para cuando se acaba el grano.
 */
export const moler = (sacos) => {
  // Sin agua no se muele, y esto se dice una vez al día y no más.
  if (!hayAgua()) return avisar(quien, sacos);
  const harina = sacos.map((saco) => rueda.muele(saco));
  return harina;
};
"""


def test_a_source_goes_with_its_comments_and_a_lesson_about_it_stays(tmp_path: Path) -> None:
    texts = ["molino.js\n\n" + SOURCE, ARTICLE + SOURCE + ARTICLE]
    assert removed(filtered(tmp_path, texts)) == {"mostly_code": 1}


A, B = "es la rueda de la casa.", "y el agua de la noche."


@pytest.mark.parametrize(
    ("text", "share"),
    [
        (f"/*\n{A}\n*/\n{B}\n", 0.5),
        (f"/* {A} */\n{B}\n", 0.5),
        (f"// {A}\n{B}\n", 0.5),
        (f"/* {A}\n{B}\n", 0.0),  # never closed
        (f"* {A}\n* {B} */\n", 0.0),  # never opened
        ("", 0.0),
    ],
)
def test_what_a_comment_is(text: str, share: float) -> None:
    beside = [f"/* {A}\n", text, f"{B} */\n"]  # nothing is opened or closed by another text
    assert compute(Batch(beside), {}, ["source_share"])["source_share"][1] == share
    assert len(compute(Batch([]), {}, ["source_share"])["source_share"]) == 0


@pytest.mark.parametrize(
    ("text", "kind", "other", "rule"),
    [
        (LESSON, "notes", "article", "program_notes"),
        (
            ARTICLE + "\n".join(f"$ molino --sacos={n} | cerner > {n}.txt" for n in range(12)),
            "notes",
            "article",
            "commands",
        ),
    ],
)
def test_what_of_some_kinds_goes_is_a_text_in_others(
    tmp_path: Path, text: str, kind: str, other: str, rule: str
) -> None:
    assert removed(filtered(tmp_path / kind, [text], kind=kind)) == {rule: 1}
    assert removed(filtered(tmp_path / other, [text], kind=other)) == {}
