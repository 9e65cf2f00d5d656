"""What is said around a text: its way, its tags, its day, and who shares or announces it."""

from __future__ import annotations

import re

import numpy as np
import pytest

from cleaning.extract.boilerplate.around import around, filed
from cleaning.extract.boilerplate.article import without_announced, without_surroundings
from tests.cleaning.extract.pages import FOOT, MENU, PROSE, blocks_of, reading


def test_a_sentence_that_begins_as_an_announcement_does_is_text() -> None:
    lines = (
        "You might need to try each device.",
        "Verónica miró el reloj de la torre.",
        "Leía el diario de la víspera.",
        "Miraba el mar sin decir nada.",
    )
    page = "".join(f"<p>{line}</p><p>{PROSE * 3}{n}.</p>" for n, line in enumerate(lines))
    html = f"{MENU}<article><h1>El cartero</h1><p>{PROSE * 6}</p>{page}</article>{FOOT}"
    text = reading(html).text.split("\n")
    assert [line for line in lines if line not in text] == []


def test_a_sentence_or_a_heading_that_begins_as_a_teaser_does_is_text() -> None:
    lines = (
        "<p>Puedes ver la configuración con esta orden:</p><pre>molino --ver</pre>",
        "<h3>Ver solo las muelas gastadas</h3>",
        "<p>Ver dónde estamos en el molino</p>",
        "<p>Puedes leer la guía entera en <a href=https://guia.example/>guia.example</a>.</p>",
        "<p>Artículo original: <a href=https://otro.example/muela>La muela que cantaba</a></p>",
        "<h2>Recommended settings of the mill</h2>",
        "<ul><li>Related actions (edit, delete)</li><li>Another one</li></ul>",
    )
    headed = "".join(f"{line}<p>{PROSE * 3}{n}.</p>" for n, line in enumerate(lines))
    html = f"{MENU}<article><h1>El cartero</h1><p>{PROSE * 6}</p>{headed}</article>{FOOT}"
    page = reading(html, "https://diario.example/2024/05/el-cartero-del-pueblo")
    assert page.kind == "article"
    wanted = [re.sub(r"<[^>]+>", " ", re.sub(r"</?a.*?>", "", line)).split() for line in lines]
    assert [words for words in wanted if not set(words) <= set(page.text.split())] == []


def test_a_line_that_says_when_and_by_whom_is_none_of_an_article() -> None:
    for line in (
        "Publicado el 28 de Enero de 2026 por La Redacción",
        "Por Ana | December 20, 2020",
    ):
        html = f"{MENU}<article><h1>El cartero</h1><p>{line}</p>{f'<p>{PROSE * 4}</p>' * 5}</article>{FOOT}"
        page = reading(html, "https://diario.example/2024/05/el-cartero-del-pueblo")
        assert page.kind == "article" and line not in page.text and PROSE[:40] in page.text


def test_sentences_that_end_in_dots_stay_where_they_lead_nowhere() -> None:
    ends = "<p>La actividad consistió en la presentación de …</p><p>Hubo danzas, cantos, vino…</p>"
    html = f"<body>{MENU}<article><h1>La plaza</h1><p>{PROSE}</p>{ends}</article>{FOOT}"
    assert reading(html).text.count("…") == 2


def test_an_offer_that_is_one_long_link_is_none_of_an_article() -> None:
    offer = (
        "Suscríbase a la edición digital del periódico y lea todos los reportajes antes que nadie. "
        * 4
    )
    text = f"<p>{PROSE * 4}</p>"
    after = text.replace("mayo", "junio")
    main = f"<h1>El cartero</h1>{text * 3}<p><a href=/o>{offer}</a></p>{after}"
    page = reading(f"<body>{MENU}<article>{main}</article>{FOOT}</body>")
    assert page.kind == "article" and "junio" in page.text and "Suscríbase" not in page.text


AROUND = (
    '<p>tags: <a href="/t/r">redes</a> <a href="/t/m">mareas</a></p>',
    '<p>Etiquetado como <a href="/t/r">redes</a>, <a href="/t/m">mareas</a></p>',
    '<p>In <a href="/c/r">redes</a>.</p>',
    "<p>Published: Tue 17 March 2015</p>",
    '<ul class="breadcrumbs"><li><a href="/">Inicio</a></li><li>redes</li><li><a href="/e">Editar</a></li></ul>',
)


NOT_AROUND = (
    '<p>Etiquetas de papel, como la de las redes: <a href="/t/r">míralas</a></p>',
    '<p>En <a href="/c/r">redes</a> nadie pesca ya.</p>',
    "<p>Published: the redes of the port</p>",
)


@pytest.mark.parametrize("line", [*AROUND, *NOT_AROUND])
def test_the_way_to_a_text_its_tags_and_its_day_are_said_around_it(line: str) -> None:
    found_in = blocks_of(f"<div>{line}<p>{PROSE}</p><p>{PROSE * 2}</p></div>")
    *around_it, _, _ = around(found_in).tolist()
    assert around_it == [line in AROUND] * len(around_it)


@pytest.mark.parametrize(
    ("tag", "title", "stays"),
    [("h2", "Compartir", True), ("p", "Compartir", False), ("h2", "Relacionados", False)],
)
def test_a_section_may_be_about_sharing(tag: str, title: str, stays: bool) -> None:
    lines = f"<p>{PROSE}</p>" * 4 + f"<{tag}>{title}</{tag}><p>{PROSE}Y lo demás.</p>"
    page = blocks_of(f"<div>{lines}</div>")
    keep = without_announced(page, np.ones(len(page), bool))
    assert keep[-1] == stays and keep[:4].all()


def test_buttons_above_a_text_end_where_it_begins() -> None:
    races = "".join(f"{n}.ª etapa: {n} de marzo en Jerez<br>" for n in range(1, 9))
    text = f"<h3>Calendario</h3><p>{races}</p><p>Sujeto a cambios.</p>"
    beside = f"<p>{PROSE * 2}</p>" * 3  # so the text is less than half
    for line in ("Compartir", "Share this on WhatsApp"):
        page = blocks_of(
            f"<div><h1>Carreras</h1><p>{line}</p><p>Motor</p>{text}</div><div>{beside}</div>"
        )
        keep = without_announced(page, np.ones(len(page), bool))
        assert keep.tolist() == [True, False, False, *[True] * 6]


def test_links_to_the_lists_of_tags_are_said_around_a_text_whatever_holds_them() -> None:
    tags = "".join(f'<li><a href="/tags/{t}/">{t}</a></li>' for t in ("redes", "mareas"))
    linked = '<li><a href="/tags/redes/">redes</a>, que allí son de cáñamo</li><li><a href="/r">remos</a></li>'
    page = blocks_of(f"<div><p>{PROSE}</p><ul>{linked}</ul><ul>{tags}</ul></div>")
    assert filed(page).tolist() == [False, False, False, True, True]


def test_a_short_line_that_ends_in_a_face_is_said_as_one_that_ends_in_a_stop() -> None:
    lines = [PROSE * 2, PROSE * 2, "Pues eso, que me ha hecho ilusión 🙂", "Ver en el mapa"]
    page = blocks_of(f"<div>{''.join(f'<p>{line}</p>' for line in lines)}</div>")
    p = np.array([1, 1, 0.8, 0.8], np.float32)
    none = np.zeros(len(page), bool)
    keep = without_surroundings(page, p >= 0.5, p, "", "", "", none)
    assert keep.tolist() == [True, True, True, False]


def test_what_an_author_alone_wrote_below_a_title_and_a_byline_stays_whole() -> None:
    link = '<a href="https://molinos.example/test">¿Qué molino eres?</a>'
    lines = f"<p>{PROSE * 4}</p><p>{PROSE * 3}</p><p>El molino:</p><h3>Vídeo</h3><p>{link}</p><p>Jesús, help!!!</p>"
    head = "<header><h1>El molino</h1><p>By la parca</p><time>April 3, 2006</time></header>"
    html = f"<title>El molino</title>{MENU}<article>{head}<div class='lh-copy'>{lines}</div></article>{FOOT}"
    text = reading(html, "https://parca.example/2006/04/03/el-molino/").text.split("\n")
    assert text[2:] == ["El molino:", "Vídeo", "¿Qué molino eres?", "Jesús, help!!!"]


def test_what_announces_code_is_no_category() -> None:
    page = '<p>En <a href="/lenguas/c">C</a>{}</p><pre>int main;</pre><p>' + PROSE + "</p>"
    assert [around(blocks_of(f"<div>{page.format(s)}</div>"))[0] for s in ("", ":")] == [
        True,
        False,
    ]
