"""A notice of a site is told from texts about what it regulates, and help that stayed in English from help."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cleaning.signals.coherence.notices import PRIVACY, SURE, _notices, _sample_page, named
from cleaning.signals.coherence.untranslated import english_share
from cleaning.text.batch import Batch
from tests.cleaning.filter.filtered import filtered
from tests.cleaning.kernels import removed

POLICY = (
    "El titular de este sitio web trata los datos personales de los usuarios con su consentimiento.\n"
    "La finalidad del tratamiento es responder a las consultas que nos envían por el formulario.\n"
    "Puede ejercer sus derechos de acceso, rectificación, supresión y portabilidad ante la escuela.\n"
    "Esta política de privacidad se rige por la legislación española y no cede datos a terceros.\n"
)
LESSON = (
    "Una cookie es una línea de texto que el servidor da al navegador y que este le devuelve luego.\n"
    "Con ella el sitio web sabe qué usuario vuelve, y guarda datos como la lengua en que lee.\n"
    "Si el usuario borra las cookies de su navegador, el sitio web lo toma por otro usuario.\n"
)
STEPS = "Pulse la rueda del molino para abrir el armario de los sacos. Elija uno de la lista."
LEFT = "Click the door of the mill to open the list of all the sacks that you have."


@pytest.mark.parametrize(
    ("text", "domain", "rule"),
    [
        (POLICY, "web", {"notice": 1}),
        (POLICY, "legal", {}),
        (f"Política de privacidad\n{POLICY}", "legal", {"notice_text": 1}),
        (f"Términos y condiciones\n{POLICY}", "legal", {}),
        (LESSON, "web", {}),
    ],
)
def test_notices_of_a_site_go(tmp_path: Path, text: str, domain: str, rule: dict[str, int]) -> None:
    assert removed(filtered(tmp_path, [text], domain=domain)) == rule


def test_words_of_notices_are_counted_where_different_ones_are_together() -> None:
    texts = ["", POLICY, "privacidad " * 40, LESSON, LESSON]
    values = _notices.values(
        Batch(texts),
        None,
        [[None, "", None, None, "https://a.es/cookies/"], [None] * 5, [None] * 5],
    )
    shares = values["notice_share"]
    assert shares[1] > 0.2
    assert not shares[[0, 2, 3, 4]].any()
    # None is named so, but a lesson, which has no words of lawyers.
    assert not values["notice_page"].any()


@pytest.mark.parametrize(
    ("address", "title", "text", "name"),
    [
        ("https://a.es/politica-de-cookies/", "", "", PRIVACY),
        ("https://a.es/es/Aviso_Legal.html?x=1", "", "", PRIVACY),
        ("https://a.cat/avis-legal/index.html", "", "", PRIVACY),
        ("https://a.cat/drets/politicaiprivacitat/", "", "", PRIVACY),
        ("https://a.cat/mencions-legals.html", "", "", PRIVACY),
        ("https://a.cat/poltica-de-cookies-ca", "", "", PRIVACY),
        ("https://a.eus/lege-oharra", "", "", PRIVACY),
        ("", "", "Política de privacidad y cookies\nTratamos los datos.", PRIVACY),
        ("https://a.es/terminos-y-condiciones-de-uso", "", "", SURE),
        ("https://a.es/?p=7", "Club de Molineros - Aviso legal", "", PRIVACY),
        ("", "", "Aviso y políticas de privacidad\n", PRIVACY),
        ("https://a.es/en", "Legal notice | Mill", "", PRIVACY),
        ("sitio/es/cookies/index.html", "", "", 1),
        ("", "Protección de datos", "", 1),
        (
            "https://a.es/noticias/la-politica-de-cookies-de-un-banco",
            "",
            "Política de becas\n",
            0,
        ),
        ("https://privacidad.es/", "", "", 0),
        ("https://a.es/", "", "Política de privacidad: qué dice la ley de 2018\n", 0),
        ("https://a.es/galetes-de-canyella", "Galetes de canyella", "", 0),
    ],
)
def test_an_address_or_a_title_names_a_notice(
    address: str, title: str, text: str, name: int
) -> None:
    assert named(address, title, text) == name


def test_a_short_notice_is_one_where_its_title_says_so() -> None:
    short = "Avís legal\nEl titular de la web no cedeix les dades dels usuaris sense el seu consentiment."
    english = (
        "The controller of this portal keeps your personal details in compliance with the law."
    )
    texts = [short, short.partition("\n")[2], english, english, LESSON, "Una galleta de canela."]
    titles = [None, None, "Privacy policy", None, "Cookies", "Política de cookies"]
    values = _notices.values(Batch(texts), None, [[None] * 6, [None] * 6, titles])
    assert values["notice_page"].tolist() == [2, 0, 2, 0, 0, 0]


def test_pages_that_a_system_brings_are_samples() -> None:
    hello = (
        "¡Hola mundo!\nBienvenido(a) a WordPress. Esta es tu primera entrada. Edítala o bórrala.\n"
    )
    about = "Escribí sobre WordPress: te damos la bienvenida a un taller de tres tardes.\n"
    wix = "Quiénes somos\nSoy un párrafo. Haz clic aquí para agregar tu propio texto.\n"
    texts = [hello, about, hello + "Otra línea. " * 300, wix]
    values = _sample_page.values(Batch(texts), None, [[None] * 4, [None] * 4])
    assert values["sample_page"].tolist() == [1, 0, 0, 1]


def test_pages_of_a_library_that_lie_on_a_site_are_samples() -> None:
    addresses = [
        "https://a.es/js/jquery-ui-1.10.4/demos/draggable/default.html",
        "https://a.es/lib/ckeditor/samples/old/datafiltering.html",
        "https://a.es/node_modules/nib/readme.html",
        "https://a.es/cursos/jquery-ui/leccion-1.html",
        "https://a.es/demos/pan.html",
    ]
    values = _sample_page.values(Batch([LESSON] * 5), None, [addresses, [None] * 5])
    assert values["sample_page"].tolist() == [1, 1, 1, 0, 0]


def test_sentences_left_in_english_are_counted_by_their_words() -> None:
    texts = ["", STEPS, f"{STEPS} {LEFT}", LEFT, "Formato - Celdas\nNone\n", f"{LEFT}\n{STEPS}"]
    batch = Batch(texts)
    lines = np.ones(len(batch.line_start), bool)
    shares = english_share(batch, lines)
    assert shares.round(3).tolist() == [0.0, 0.0, 0.5, 1.0, 0.0, 0.5]
    lines[batch.line_first[5]] = False
    assert english_share(batch, lines)[5] == 0
    assert english_share(Batch([""]), np.zeros(0, bool)).tolist() == [0.0]


def test_help_of_which_a_third_was_left_in_english_goes(tmp_path: Path) -> None:
    help_text = "\n".join(
        STEPS.replace("sacos", name) for name in ("sacos", "trigos", "panes", "hornos")
    )
    assert removed(filtered(tmp_path / "left", [f"{help_text}\n{LEFT}"], domain="technical")) == {}
    half = f"{help_text}\n{LEFT}\n{LEFT.replace('door', 'wheel')}"
    assert removed(filtered(tmp_path / "half", [half], domain="technical")) == {
        "left_in_english": 1
    }
