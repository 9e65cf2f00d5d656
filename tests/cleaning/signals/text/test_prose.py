"""What is prose is told from code and menus, and pages are judged by it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaning.language.cascade import cascade, cascade_digest
from cleaning.signals.parts.verse import verses
from cleaning.signals.signals import GROUPS, compute
from cleaning.signals.text.prose import Lines
from cleaning.text.batch import Batch
from cleaning.text.verse import poem
from tests.cleaning.filter.filtered import ARTICLE, filtered
from tests.cleaning.kernels import removed

STEPS = """Para servir la aplicación hace falta un servidor que escuche en el puerto que le digamos al arrancar.
Primero se instalan los paquetes, y después se escribe la configuración del servicio en su carpeta.
sudo apt-get install nginx
sudo systemctl enable nginx
$ curl -I http://localhost:8080/
El fichero de la configuración dice de qué carpeta se sirven las páginas y con qué nombre responde la máquina.
server {
  listen 8080;
  server_name panaderia.test;
  root /srv/www;
}
services:
  web:
    image: nginx:1.27
    ports: ["8080:80"]
Cuando cambie algo hay que recargar el servicio, y si la orden no dice nada es que todo ha ido bien.
"""
QUERIES = """Active Record proporciona dos métodos para unir tablas, y el primero es el más sencillo.
class Category < ApplicationRecord
has_many :articles
end
Category.joins(:articles).where(created_at: time_range)
Hay varias maneras de utilizar el método joins, y la consulta que produce este ejemplo es la siguiente:
SELECT articles.* FROM articles INNER JOIN comments ON comments.article_id = articles.id
SELECT articles.* FROM articles LEFT OUTER JOIN categories ON categories.id = articles.category_id
# What of these is inside the block is not to be seen from the outside.
assert_equal Date.new(2004, 10, 24), user.activation_date
Devuelve un objeto para todas las categorías que tienen artículos (véase Category.find y www.example.org).
Nombre | Dosis de cada toma | 0,1 mg = 0,25 ml
"""
SPEECH = (
    "Señoras y señores diputados, hoy traemos a esta cámara la ley que los pueblos de la sierra llevan "
    "veinte años esperando, y la traemos con el acuerdo de todos los que en ella viven y trabajan. "
)
VERSE = """Bajó la luna al molino
con su vestido de harina,
y el agua que iba dormida
se despertó con la rueda.
¿Quién muele a la medianoche?
Quien no tiene pan de día.
La piedra gira que gira,
la niña mira que mira;
por la ventana del cuarto
se ve la era vacía.
No hay trigo para la muela
ni hay brazos para la criba,
y el molinero se acuesta
con la cuenta sin la suma.
"""
DIALOGUE = """—¿Y qué dijo el molinero?
—Que no volvería hasta el lunes.
—¡Qué barbaridad!
—Eso mismo le dije yo, señora.
—Pero el trigo está en la puerta...
—Y allí se quedará si no viene su hijo.
—Su hijo se fue a la ciudad.
—Entonces lo mueles tú, que sabes.
—¿Yo? Si no he tocado esa rueda en mi vida.
—Alguna vez tenía que ser la primera, hombre.
"""
FOOT = (
    "Inicio\nQuiénes somos\nContacto\nAviso legal\nMapa web\nTienda\nBlog\nFacebook\nTwitter\n" * 7
)


def values(text: str, *names: str) -> list[float]:
    signals: dict[str, Any] = compute(Batch([text]), {"language": ["es"]}, names)
    return [float(signals[name][0]) for name in names]


def test_statements_of_a_program_have_no_vote_on_the_language() -> None:
    program = Lines(Batch([QUERIES])).program
    assert np.flatnonzero(program).tolist() == [1, 2, 3, 4, 6, 7, 8, 9]
    language = next(m for m in GROUPS["text"].measures if "language_share" in m.signals)
    shares = language.values(Batch([QUERIES]), cascade(cascade_digest()), [])
    assert (shares["language"][0], shares["language_share"][0]) == ("es", 1.0)


def test_lines_of_shell_yaml_and_configuration_are_code() -> None:
    code = Lines(Batch([STEPS])).code
    lines = STEPS.splitlines()
    assert [line for line, is_code in zip(lines, code, strict=True) if not is_code] == [
        line for line in lines if line.endswith((".", "carpeta.")) and line[0].isupper()
    ]


def test_a_fence_holds_code_and_one_that_none_closes_does_not() -> None:
    fenced = "Se escribe así:\n```\nhola que tal\n```\nY ya está la cosa."
    assert Lines(Batch([fenced])).code.tolist() == [False, True, True, True, False]
    for above, below in (("#+BEGIN_SRC sh", "#+END_SRC"), ("[source,console]\n----", "----")):
        block = f"Se escribe así:\n{above}\nhola que tal, dice el texto.\n{below}\nY ya está la cosa.\n----"
        code = Lines(Batch([block])).code
        assert code[1:-2].all() and not code[[0, -2, -1]].any()
    opened = "Se escribe así:\n```\nhola que tal\nY ya está la cosa."
    assert Lines(Batch([opened, fenced])).code[[0, 2, 3]].tolist() == [False] * 3


@pytest.mark.parametrize(
    "text",
    [
        STEPS,
        SPEECH + ARTICLE.replace("\n", " ") + "Muchas gracias...",  # one line, which ends so
        VERSE,
        DIALOGUE,
    ],
    ids=["tutorial", "speech", "verse", "dialogue"],
)
def test_no_register_falls_for_its_shape(tmp_path: Path, text: str) -> None:
    assert removed(filtered(tmp_path, [text])) == {}


def test_a_foot_does_not_lift_a_page_over_the_least_words(tmp_path: Path) -> None:
    page = "La receta del pan de centeno de mi abuela, con masa madre de tres días.\n" + FOOT
    assert removed(filtered(tmp_path, [page])) == {"few_sentences": 1}


def test_shares_of_lines_are_none_where_lines_are_no_units() -> None:
    names = ("prose_end_marks", "prose_ellipses", "prose_lines_per_word")
    assert np.isnan(values(SPEECH * 20, *names)).all()
    assert np.isnan(values("\n".join([SPEECH * 9] * 9), *names)).all()
    assert values("Uno de los dos.\n" * 9 + "Y los otros...", *names)[:2] == [1.0, 0.1]


def test_repetition_in_code_is_not_that_of_the_prose() -> None:
    text = STEPS + "```\n" + "docker run --rm -it pan:1 amasar el trigo\n" * 9 + "```\n"
    prose, all_ = values(text, "prose_duplicate_5grams", "duplicate_5grams")
    assert prose == 0 and all_ > 0.2
    assert values("a b c\n" * 4, "prose_duplicate_lines") == [0.75]


@given(st.lists(st.text(st.sampled_from("`{};$ \nadeelE.…¿\u0301𝛼")), max_size=5))
def test_every_text_has_its_values_whatever_stands_beside_it(texts: list[str]) -> None:
    names = ("code_share", "sentence_words", "sentence_share", "prose_duplicate_10grams")
    together: dict[str, Any] = compute(Batch(texts), {"language": ["es"] * len(texts)}, names)
    for i, text in enumerate(texts):
        alone = values(text, *names)
        assert alone == [float(together[name][i]) for name in names]
        assert 0 <= alone[0] <= 1 and 0 <= alone[2] <= 1


def test_a_listing_of_teasers_is_told_from_an_article_and_from_a_list_of_terms() -> None:
    lines = ARTICLE.strip().split("\n")
    titles = [f"El horno de la plaza en {year}" for year in range(1990, 1995)]
    listing = "\n".join(f"{title}\n{line}" for title, line in zip(titles, lines, strict=True))
    article = "\n".join(
        f"{title}\n{SPEECH}\n{line}" for title, line in zip(titles, lines, strict=True)
    )
    terms = "\n".join(f"Horno {n}\n{line}" for n, line in enumerate(lines))
    assert values(listing, "teaser_share") == [1]
    assert values(article, "teaser_share") == values(terms, "teaser_share") == [0]


def test_a_line_that_introduces_code_was_cut_by_no_listing() -> None:
    step = "Y ahora se edita el fichero...\n# nano /etc/fstab\n"
    assert values(ARTICLE + step * 4, "prose_ellipses", "code_share")[0] == 0
    assert values(ARTICLE + "Y ahora se edita el fichero...\n" * 4, "prose_ellipses")[0] > 0.4


def test_a_page_half_in_another_language_has_its_function_words(tmp_path: Path) -> None:
    english = "The tool lets you take the front of a layer and have it on a mask of its own. " * 12
    page = ARTICLE.replace("\n", "\n" + english, 1)
    assert (
        values(page, "function_words")[0]
        > 0.08
        > values("pan horno masa\n" * 9, "function_words")[0]
    )


FREE = """El tiempo incesante
Palabras que hieren
Se quedan escritas en el centro del pecho
Recuerdo las puertas:
Y la soledad de la calle mojada

De las voces, del sonido
Aquella que ayudó a seguir
Con la lámpara en la mano
Hasta que el día
Nos devuelva el pan
"""
MENU = "Inicio\nEl obrador\nLa panadería de Ana\nPan de centeno\nPan de trigo\nDe interés\nContacto con la casa\n"


def test_free_verse_that_no_sign_closes_is_told_from_a_menu() -> None:
    lines = Lines(Batch([FREE, MENU * 2, FREE + "Precio: 3 €\n" * 8, FREE[:60], ""]))
    counts = lines.total(lines.words * lines.sentence)
    assert counts[0] == lines.total(lines.words)[0] > 33
    assert all(counts[1:3] < 10) and counts[3] < 10
    (words,) = compute(Batch([FREE]), {"language": ["es"]}, ["prose_words"])["prose_words"]
    assert words == counts[0]


def test_a_poem_is_the_same_to_the_reader_of_markdown_and_to_the_signals() -> None:
    for text in (FREE, MENU * 2, FREE + "Precio: 3 €\n" * 8, FREE[:60], VERSE, STEPS):
        lines = Lines(Batch([text]))
        lines_of_verse = verses(lines.batch, lines.words, lines.code, lines.document)
        assert lines_of_verse.any() == poem(
            [x for x in text.splitlines() if x], len(text.split())
        ), text
