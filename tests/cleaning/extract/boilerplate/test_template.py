"""What templates of blogs and manuals set around a text, and what looks like it and is the text."""

from __future__ import annotations

import pytest

from cleaning.extract.blocks.blocks import Blocks, blocks, parse
from cleaning.extract.boilerplate.around import around
from cleaning.extract.boilerplate.template import of_imprint, of_maker, of_related, of_template
from tests.cleaning.extract.pages import FOOT, MENU, PROSE, reading

SPHINX = (
    "<html><head><title>Borrar un servicio</title><link rel=index href=genindex.html>"
    "<link rel=search href=search.html></head><body><nav class=wy-nav-side><ul><li><a href=a.html>Windows</a>"
    "<li><a href=b.html>Linux</a></ul></nav><section class=wy-nav-content><div class=rst-content>"
    "<div role=main class=document><section><h1>Borrar un servicio</h1>{}</section></div>"
    "<footer><div role=contentinfo><p>© Derechos de autor 2015, Ana Ruiz.</p></div></footer></div></section></body>"
)
CARDS = "".join(
    f"<div class=card><h2><a href=/{n}/>Una tarde en el molino {n}</a></h2><p>{PROSE}</p></div>"
    for n in range(4)
)
RELATED = f"<div class=page__related><h4>You May Also Enjoy</h4>{CARDS}</div>"


def blocks_of(html: str) -> Blocks:
    root = parse(html)
    assert root is not None
    return blocks(root)


def named(marked: list[str], html: str) -> bool:
    """Whether exactly these blocks are what stands around."""
    page = blocks_of(html)
    return [page.text[i] for i in around(page).nonzero()[0].tolist()] == marked


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<pre>sc delete nombre</pre>", "sc delete nombre"),
        (
            "<p>Contenido:</p><div class=toctree-wrapper><ul><li><a href=c.html>La tolva</a>"
            "<li><a href=d.html>La muela</a></ul></div>",
            "Contenido:\n- La tolva\n- La muela",
        ),
    ],
)
def test_a_page_of_a_manual_with_one_command_or_a_list_of_chapters_is_read_by_its_element(
    body: str, text: str
) -> None:
    page = reading(SPHINX.format(body), "https://manual.example/es/borrar.html")
    assert "Derechos" not in page.text
    assert [line for line in page.text.split("\n") if line] == [
        "Borrar un servicio",
        *text.split("\n"),
    ]


def test_other_texts_go_though_they_are_more_than_a_short_text() -> None:
    html = (
        f"<html><head><title>El molino</title></head><body>{MENU}<article class=page><h1>El molino</h1>"
        f"<section class=page__content><p>{PROSE}</p><p>Allí seguimos.</p></section>{RELATED}</article>{FOOT}"
    )
    page = reading(html, "https://blog.example/2020/05/el-molino/")
    assert "Allí seguimos." in page.text.split("\n")
    assert "Una tarde" not in page.text and "Enjoy" not in page.text
    assert of_related(blocks_of(RELATED)).all()
    chapters = RELATED.replace("<a href", "<b title").replace("</a>", "</b>")  # chapters of a text
    assert not of_related(blocks_of(chapters)).any()


def test_what_says_the_day_and_the_categories_or_the_minutes_of_a_text_is_around_it() -> None:
    categories = "".join(
        f"<a href=/categories/General/{n}/>{n}</a>, " for n in ("Londres", "Viajes", "Otras-cosas")
    )
    byline = (
        f"Publicado el 2011-04-29 Editado el 2026-11-27 por Ana Ruiz de la Mata En {categories}"
    )
    minutes = "2012-01-23 Ana Ruiz 4 min read (900 words)"
    text = f"<h1>El molino</h1><p>{PROSE}</p>"
    page = blocks_of(f"<div class=post-meta>{byline}</div>{text}")
    assert around(page).tolist() == [True, False, False]
    assert named([minutes], f"<div>{minutes}</div>{text}")
    assert named([], f"{text}<p>{minutes}</p>")
    assert named([], f"<div>{minutes}</div><div>{minutes}</div>")  # of a list
    assert named([], f"<p>¿Se hace en 4 min de lectura?</p>{text}")
    for line in (
        "golang Por: Ana Publicado June 5, 2021 Tiempo de lectura: 3 minutos.",
        "30-10-2021 - Ana Ruiz de la Mata",
    ):
        assert named([line], f"<div>{line}</div>{text}")
    tags = "<a href=/tags/odoo/>#odoo</a> <a href=/tags/docker/>#docker</a>"
    assert named(["#odoo #docker"], f"{text}<div>{tags}</div>")
    assert named([], f"{text}<p>{tags.replace('/tags/', 'https://red.example/')}</p>")
    assert named([], f"<p>30-10-2021 - Se abre el molino, 12 horas.</p>{text}")


def test_the_heading_of_buttons_to_share_goes_with_them() -> None:
    buttons = "<a href=https://x.example/>Twitter</a> <a href=https://y.example/>Facebook</a>"
    shared = f"<section class=page__share><h4>Share on</h4><p>{buttons}</p>"
    assert of_template(blocks_of(f"{shared}</section>")).all()
    assert of_template(blocks_of(f"{shared}<p>{PROSE}</p></section>")).tolist() == [
        False,
        True,
        False,
    ]


def test_the_imprint_below_a_post_is_none_of_it_and_a_paragraph_on_licences_is() -> None:
    lines = (
        *("Título: El molino", "Autor: Ana Ruiz", "Creado el: 2005-10-30 21:23:53"),
        *("Enlace: https://blog.example/2005/", "Licencia: CC BY-NC-SA 4.0."),
    )
    box = f"<div class=article-copyright-info><ul>{''.join(f'<li>{x}' for x in lines)}</ul></div>"
    html = (
        f"<html><head><title>El molino</title></head><body>{MENU}<article><h1>El molino</h1><div class=entry>"
        f"<p>{PROSE}</p><p>Allí seguimos.</p></div>{{}}</article>{FOOT}"
    )
    for around_it in (box, box.replace("<li>", "<p>").replace("ul>", "div>")):
        text = reading(html.format(around_it), "https://blog.example/2005/10/30/el-molino/").text
        assert "Allí seguimos." in text and "Autor" not in text and "Licencia" not in text
    notice = f"<div class=copyright><p>Autor: quien escribe. {PROSE * 4}</p><p>La licencia dice más.</p></div>"
    assert not of_imprint(blocks_of(notice)).any()


def test_days_that_head_a_diary_and_whom_to_write_to_are_the_authors() -> None:
    to = "; ".join(
        f"<a href=mailto:{n}@cortes.example>{n}.diputada@cortes.example</a>"
        for n in ("ines", "pilar", "maria", "teresa")
    )
    days = "".join(
        f"<p>{day} de agosto:</p><p>{PROSE * 3}</p>" for day in ("Lunes 28", "Martes 29")
    )
    html = (
        f"<html><head><title>Roma</title></head><body>{MENU}<article><h1>Roma</h1><div class=entry>"
        f"<p>{PROSE * 3}</p>{days}<p>{to}</p></div></article>{FOOT}"
    )
    page = reading(html, "https://blog.example/2017/08/30/roma/")
    lines = page.text.split("\n")
    assert page.kind == "article"
    assert {"Lunes 28 de agosto:", "Martes 29 de agosto:"} < set(lines)
    assert "ines.diputada" in lines[-1]


@pytest.mark.parametrize(
    "line",
    [
        "Powered by phpBB® Forum Software © phpBB Limited",
        "Desarrollado por phpBB® Forum Software",
        "Powered by WordPress",
    ],
)
def test_what_a_program_says_of_itself_at_the_foot_is_no_text(line: str) -> None:
    text = "Powered by phpBB es lo que dicen muchos foros al pie de sus páginas, y " + PROSE * 3
    page = blocks_of(f"<p>{text}</p><p>{PROSE}</p><div>{line}</div>")
    assert of_maker(page).tolist() == [False, False, True]
