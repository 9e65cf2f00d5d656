"""What a forum or shop sets at posts and products goes; what its people wrote stays whole."""

from __future__ import annotations

import numpy as np
import pytest

from cleaning.extract.blocks.blocks import Blocks, blocks, parse
from cleaning.extract.boilerplate.article import without_announced
from cleaning.extract.boilerplate.controls import controls, counted
from tests.cleaning.extract.pages import PROSE


def blocks_of(html: str) -> Blocks:
    root = parse(html)
    assert root is not None
    return blocks(root)


CONTROLS = (
    '<div><a href="/r?p=1">Responder</a> <a href="#">Citar</a></div>',
    "<div>Responder Citar</div>",
    '<div><a href="#">Me gusta</a> (3) · <a href="#">Compartir</a></div>',
    "<button>Añadir al carrito</button>",
    '<p><a href="/c">Comprar ahora</a></p>',
    "<p>Editado por Rosa el 3 de mayo de 2011 a las 10:02</p>",
    "<p>Tema abierto por Rosa el 3 de mayo</p>",
    "<h2>3 opiniones de los clientes <a href=/o>Escribir un comentario</a></h2>",
    "<p>1,113 ratings</p>",
    "<p>Iniciado por Rosa, Lun 3 May 2011 10:02</p>",
)
WRITTEN = (
    "<p>Citar</p>",
    "<p>Responder a eso es difícil.</p>",
    "<p>Editado por la Diputación en 1973.</p>",
    "<h2>Compartir</h2>",
    "<h2>3 opiniones que escandalizaron</h2>",
    "<pre>Responder Citar</pre>",
    '<p><a href="/r">Responder</a> no cuesta nada.</p>',
)


@pytest.mark.parametrize("line", [*CONTROLS, *WRITTEN])
def test_what_can_be_done_with_a_post_is_none_of_it(line: str) -> None:
    page = blocks_of(f"<div><p>{PROSE}</p>{line}<p>{PROSE}</p></div>")
    assert controls(page, forum=False).tolist() == [False, line in CONTROLS, False]


SIGNED = (
    "Por: <a href=/u/2>rosa</a> el 3 de mayo de 2011 a las 10:02",  # django-machina
    "por <strong>rosa</strong> » Mar 03 May 2011, 10:02 pm",  # phpBB
    "Posted by Rosa M. on May 3, 2011 10:02",
)


@pytest.mark.parametrize("line", SIGNED)
def test_who_wrote_each_post_and_when_is_none_of_it(line: str) -> None:
    page = blocks_of(f"<div><p>{line}</p><p>{PROSE}</p></div>" * 2)
    assert controls(page, forum=False).tolist() == [True, False] * 2
    one = blocks_of(f"<p>{line}</p><p>{PROSE}</p>")
    assert not controls(one, forum=False).any()  # the byline of an article
    assert controls(one, forum=True).tolist() == [True, False]


def test_who_did_what_in_a_text_is_told_by_it() -> None:
    text = "<p>Por la calle Mayor el 3 de mayo de 2011 pasó la procesión a las 10:02</p>"
    assert not controls(blocks_of(text * 2), forum=True).any()


def test_the_subject_of_an_answer_is_the_title_again() -> None:
    page = blocks_of(f"<h1>Setas</h1><h3>Re: Setas</h3><p>{PROSE}</p><p>Re: Otoño</p>")
    assert controls(page, forum=True).tolist() == [False, True, False, False]


def post(author: str) -> str:
    return f'<div class="post">{author}<div><p>Sí.</p><p>{PROSE}</p></div></div>'


@pytest.mark.parametrize(
    "author",
    [
        "<div>rosa<br>Moderadora<br>Mensajes: 12<br>Registrado: ene 2009</div>",
        "<div><p>rosa</p><p>Mensajes: 12</p><p>Ubicación: Lugo</p></div>",
        "<dl><dd>Posts: 1,204</dd><dd>Joined: 3 May 2009</dd></dl>",
    ],
)
def test_what_is_counted_of_the_authors_of_posts_is_none_of_these(author: str) -> None:
    page = blocks_of(post(author) + post(author))
    text = [line == "Sí." or line == PROSE.strip() for line in page.text]
    assert counted(page, True).tolist() == [not stays for stays in text]
    assert not counted(blocks_of(post(author)), True).any()  # a single one may be what a text says


@pytest.mark.parametrize("of_links", [False, True])
@pytest.mark.parametrize("title", ["Temas similares", "Productos relacionados", "Related threads:"])
def test_threads_and_products_like_this_one_go_with_what_announces_them(
    title: str, of_links: bool
) -> None:
    like = "".join(f'<li><a href="/t/{i}">Aceite {i}</a> 9,99 €</li>' for i in range(3))
    text = f"<p>{PROSE}</p>" * 2
    page = blocks_of(
        f"<main>{text}<h3>{title}</h3><ul>{like}</ul><h3>Opiniones</h3><p>Rico.</p></main>"
    )
    keep = without_announced(page, np.ones(len(page), bool), of_links)
    assert keep.tolist() == [True, True] + [False] * 4 + [True, True]


def test_what_may_interest_as_well_goes_with_its_list() -> None:
    page = blocks_of(
        f"<main><p>{PROSE}</p><h3>También te puede interesar</h3><ul><li>Aceite 1 9,99 €</li></ul></main>"
    )
    assert without_announced(page, np.ones(len(page), bool)).tolist() == [True, False, False]
