"""What of a page is main text, whatever holds the words and whatever its tags are called; what it says of itself."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaning.extract import model, train
from cleaning.extract.blocks import Kind, blocks, parse
from cleaning.extract.glance import glance
from cleaning.extract.page import Reading, read

PROSE = "Una mañana de mayo, cuando el sol apenas calentaba la plaza, llegó el cartero del pueblo. "
MENU = "<div class=menu><a href=/>Inicio</a> <a href=/s>Secciones</a> <a href=/c>Contacto</a></div>"
FOOT = "<div class=footer><a href=/a>Aviso legal</a> <a href=/p>Privacidad</a> © 2024</div>"


def reading(html: str, url: str | None = None) -> Reading:
    return read(parse(html), url, None)


def found(html: str) -> list[tuple[Kind, str]]:
    root = parse(html)
    assert root is not None
    page = blocks(root)
    return [(Kind(kind), text) for kind, text in zip(page.kind, page.text, strict=True)]


def test_an_inline_element_never_cuts_words_whatever_its_class_says() -> None:
    html = (
        f"<p>{PROSE}Elija <span class=guimenu>Editar</span> → <b class='menu nav'>Preferencias</b> y luego"
        f" <a class=share href=x>Aceptar</a>. {PROSE}</p>"
    )
    assert "Elija Editar → Preferencias y luego Aceptar." in reading(MENU + html + FOOT).text


LISTS = {
    "straight below body": "{}",
    "in nested div": "<div><div><div>{}</div></div></div>",
    "in section": "<main><section>{}</section></main>",
}


@pytest.mark.parametrize("place", LISTS)
def test_lists_terms_and_headings_stay_wherever_the_text_stands(place: str) -> None:
    items = "".join(f"<li>Paso {i}: abra la ventana número {i} y espere.</li>" for i in range(1, 6))
    terms = "<dl><dt>Panadería</dt><dd>Lugar donde se hace y se vende el pan de cada día.</dd></dl>"
    text = (
        f"<p>{PROSE * 3}</p><h2>Cómo se hace</h2><p>{PROSE * 2}</p><ol>{items}</ol><h3>Voces</h3>"
        f"{terms}<p>{PROSE * 2}</p>"
    )
    lines = reading(
        f"<html><body>{MENU}{LISTS[place].format(text)}{FOOT}</body></html>"
    ).text.split("\n")
    assert {
        "Cómo se hace",
        "Voces",
        "Panadería",
        "5. Paso 5: abra la ventana número 5 y espere.",
    } <= {*lines}
    assert "Secciones" not in " ".join(lines) and "Aviso legal" not in " ".join(lines)


def test_a_table_of_data_is_read_by_rows_and_prose_in_cells_as_prose() -> None:
    data = "<table><tr><th>Año</th><th>Vecinos</th></tr><tr><td>2024</td><td>312</td></tr></table>"
    assert found(data) == [(Kind.ROW, "Año | Vecinos"), (Kind.ROW, "2024 | 312")]
    layout = f"<table><tr><td>{PROSE * 4}</td><td>{PROSE * 3}</td></tr></table>"
    assert [text for _, text in found(layout)] == [(PROSE * 4).strip(), (PROSE * 3).strip()]
    nested = f"<table><tr><td>Menú</td><td>{data}</td></tr></table>"
    assert [text for _, text in found(nested)] == ["Menú", "Año | Vecinos", "2024 | 312"]


def test_code_keeps_its_lines_and_two_breaks_end_a_paragraph() -> None:
    html = "<pre>def f():\n    <span>return</span> 1\n</pre><p>uno<br>dos<br><br>tres</p>"
    assert found(html) == [
        (Kind.CODE, "def f():\n    return 1"),
        (Kind.TEXT, "uno\ndos"),
        (Kind.TEXT, "tres"),
    ]


PIECES = "<table> </table> <tr> </tr> <td> </TD> <div> </div> <li> <ol> <b> <br> <pre> </pre> <x-y> <h2> <dl> <dt>"


@given(st.lists(st.sampled_from([*PIECES.split(), "hola "]), max_size=40).map("".join))
@settings(deadline=None)
def test_no_word_is_lost_between_the_tags(html: str) -> None:
    root = parse(html)
    page = "" if root is None else "\n".join(blocks(root).text)
    assert page.count("hola") == html.count("hola")


def test_what_a_page_says_of_itself() -> None:
    html = """<html lang="es-MX"><head><title>El horno nuevo | La Voz</title>
      <meta property="article:published_time" content="2023-04-05T10:00:00Z">
      <script type="application/ld+json">{"@graph": [{"@type": "NewsArticle", "headline": "El horno nuevo",
      "datePublished": "2023-04-04", "author": [{"name": "Ana Ruiz"}, {"name": "Luis Sanz"}]}]}</script></head>
      <body><a rel=license href="https://creativecommons.org/licenses/by/4.0/">CC</a></body></html>"""
    assert reading(html).metadata == {
        "title": "El horno nuevo",
        "author": "Ana Ruiz; Luis Sanz",
        "date": "2023-04-04",
        "licence": "https://creativecommons.org/licenses/by/4.0/",
        "language": "es",
    }


def test_a_date_is_believed_up_to_the_capture() -> None:
    root = parse('<meta name="date" content="2031-05-05"><p>hola')
    assert read(root, None, None).metadata["date"] == "2031-05-05"
    assert "date" not in read(root, None, datetime(2024, 1, 1, tzinfo=UTC)).metadata


def test_a_shell_is_read_by_what_it_holds_for_readers_without_scripts() -> None:
    data = '<script type="application/ld+json">{"@type": "Article", "articleBody": "%s"}</script>'
    assert reading(data % (PROSE * 5) + "<div id=app></div>").text == PROSE * 5
    silent = f"<div id=app></div><noscript>{''.join(f'<p>{i} {PROSE * 4}</p>' for i in range(5))}</noscript>"
    assert reading(silent).text.count("cartero") == 20


HOSTILE = {
    "deep": "<div>" * 20_000 + PROSE,
    "bold": "<b>" * 30_000 + PROSE,
    "inline": "<p>" + f"<b>{PROSE}</b>." * 30_000,
    "paragraphs": "<p>hola" * 40_000,
    "angles": "<" * 1_000_000,
    "anchors": "<a " * 200_000,
    "links": "<a href=x>hola" * 50_000,
    "tables": "<table><tr><td>" * 3_000 + PROSE,
    "items": "<ul><li>" * 3_000 + PROSE,
    "attribute": '<div a="' + "x" * 2_000_000,
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_no_page_takes_long(name: str) -> None:
    began = time.process_time()
    reading(HOSTILE[name])
    glance(HOSTILE[name].encode())
    assert time.process_time() - began < 5


def test_the_model_says_what_it_was_trained_on_and_is_what_training_gives() -> None:
    about = model.about()
    assert about["licence"].startswith("CC-BY-4.0") and len(about["pages"]) > 1000
    html = f"<p>{PROSE * 5}</p><div class=footer>{'<a href=x>pie de la casa</a> ' * 9}</div>" * 3
    root = parse(html)
    assert root is not None
    page = blocks(root)
    words = [re.findall(r"\w+", text.lower()) for text in page.text]
    mean = model.load(model.BODIES)["mean"]
    x = mean + np.random.default_rng(0).normal(size=(len(page), len(mean)))
    y = train.labels(words, re.findall(r"\w+", PROSE.lower() * 5))
    assert [round(v) for v in y] == [1, 0] * 3
    example = train.Example("a", "a.es", 0, x.astype("float32"), y, y, words, [], page)
    for answers, path in ((1, model.WEIGHTS), (2, model.BODIES)):
        once, twice = (train.train([example] * 4, answers, members=1, epochs=2) for _ in range(2))
        assert all((once[name] == twice[name]).all() for name in once)
        with np.load(path, allow_pickle=False) as shipped:
            shapes = {name: shipped[name].shape for name in shipped.files}
        assert {n: v.shape for n, v in once.items()}.items() <= shapes.items()


def test_a_wall_of_consent_is_no_text() -> None:
    asked = "Usamos cookies con su consentimiento para medir. " * 4
    wall = reading(f"<h1>Su privacidad</h1><p>{asked}</p><button>Aceptar</button>")
    assert wall.text == "" and "cookies" in wall.visible


def test_a_text_about_privacy_is_no_wall() -> None:
    about = "Las cookies de esa empresa siguen a cada lector, y de su privacidad se habla poco en la plaza. "
    page = reading(
        f"{MENU}<article><h1>El rastro</h1><p>{PROSE}</p><p>{about * 3}</p></article>{FOOT}"
    )
    assert page.text.count("privacidad") == 3


def test_a_sentence_that_begins_as_an_announcement_does_is_text() -> None:
    lines = (
        "You might need to try each device.",
        "Verónica miró el reloj de la torre.",
        "Leía el diario de la víspera.",
        "Miraba el mar sin decir nada.",
    )
    said = "".join(f"<p>{line}</p><p>{PROSE * 3}{n}.</p>" for n, line in enumerate(lines))
    html = f"{MENU}<article><h1>El cartero</h1><p>{PROSE * 6}</p>{said}</article>{FOOT}"
    text = reading(html).text.split("\n")
    assert [line for line in lines if line not in text] == []


def test_an_answer_that_a_click_opens_is_text_and_the_pager_of_a_manual_is_none() -> None:
    asked = "".join(
        f"<h3>¿Cómo se cambia la pieza {n}?</h3><div class=answer style='display:none'><p>Apague el molino, afloje"
        f" los {n} tornillos de la tapa y saque la pieza con las dos manos.</p></div><p>{PROSE}{n}.</p>"
        for n in range(4, 10)
    )
    pager = "<div class=navfooter><a href=a>Anterior</a> La tolva <a href=b>Siguiente</a> La muela</div>"
    html = f"<body>{MENU}<div class=documentation><h1>Piezas</h1>{asked}</div>{pager}{FOOT}</body>"
    page = reading(html, "https://docs.molino.example/manual/guide/")
    assert page.kind == "documentation"
    assert page.text.count("tornillos") == 6 and "Anterior" not in page.text


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


def test_the_source_of_an_article_stays_and_a_link_to_another_one_of_its_site_goes() -> None:
    links = (
        "<p>» <a href=https://fuente.example/informe>fuente.example</a></p>"
        "<p>» <a href=https://diario.example/2024/05/otra>Los bares de siempre</a></p>"
    )
    html = (
        f"<html><head><title>El cartero</title><meta property=og:type content=article></head><body>{MENU}"
        f"<article><h1>El cartero</h1>{f'<p>{PROSE * 4}</p>' * 5}{links}</article>{FOOT}"
    )
    page = reading(html, "https://diario.example/2024/05/el-cartero-del-pueblo")
    assert page.kind == "article"
    assert page.text.split("\n")[-1] == "» fuente.example"


@pytest.mark.parametrize(
    ("line", "language", "day"),
    [
        ("Publicado el 12 de marzo de 2021 a las 9:30", "es", "2021-03-12"),
        ("Barcelona, 3 d'octubre del 2019", "ca", "2019-10-03"),
        ("March 4th, 2016 by admin", "en", "2016-03-04"),
        ("Fri 14 January 2011", "en", "2011-01-14"),
        ("03/04/2021", "es", "2021-04-03"),
        ("03/04/2021", "en", ""),
        ("31 de febrero de 2021", "es", ""),
        ("Desde 3 casas en 2021", "es", ""),
    ],
)
def test_the_day_of_a_page_is_found_where_it_is_said_in_words(
    line: str, language: str, day: str
) -> None:
    page = f"<html lang={language}><body><article><h1>El cartero</h1><div>{line}</div>{f'<p>{PROSE * 4}</p>' * 3}"
    assert reading(page).metadata.get("date", "") == day


def test_a_refrain_stays_and_the_copy_for_another_screen_goes() -> None:
    verses = "".join(
        f"<p>{i}. {PROSE}</p><p>Y otra vez vuelve el cartero a la plaza del pueblo.</p>"
        for i in range(4)
    )
    told = "".join(f"<p>Párrafo {i}: {PROSE * 3}</p>" for i in range(5))
    page = reading(
        f"<article><h1>El cartero</h1>{verses}<div>{told}</div><div>{told}</div></article>"
    )
    assert page.text.count("Y otra vez") == 4 and page.text.count("Párrafo 3") == 1
