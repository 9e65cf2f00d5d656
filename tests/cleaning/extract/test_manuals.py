"""Pages of manuals and of help: all of their text stays, and nothing that leads through them."""

from __future__ import annotations

import numpy as np
import pytest

from cleaning.extract.boilerplate.article import without_surroundings
from cleaning.extract.page import Reading
from tests.cleaning.extract.pages import FOOT, MENU, PROSE, blocks_of, reading


@pytest.mark.parametrize(
    ("head", "stays"),
    [
        ("<meta name=generator content='DocBook XSL Stylesheets V1.79'>", True),
        ("<link rel=index href=genindex.html><link rel=search href=search.html>", True),
        ("<meta name=generator content='WordPress 6.4'>", False),
    ],
)
def test_a_page_of_a_manual_is_no_article_and_keeps_its_title(head: str, stays: bool) -> None:
    main = f"<h3>Capa al fondo</h3>{f'<p>{PROSE * 4}</p>' * 5}"
    html = (
        f"<html><head><title>Capa al fondo</title>{head}<meta property=og:type content=article></head><body>{MENU}"
        f"<article>{main}</article>{FOOT}"
    )
    page = reading(html, "https://diario.example/2024/05/capa-al-fondo")
    assert page.kind == ("documentation" if stays else "article")
    assert page.text.startswith("Capa al fondo\n") == stays


def test_of_a_page_of_a_manual_all_stays_but_what_leads_through_it() -> None:
    text = (
        "<h1>Capa al fondo</h1><div class=author><h3>Ana Ruiz</h3></div><p class=copyright>© 2019 Ana Ruiz</p>"
        "<div class=toc><p><b>Tabla de contenidos</b></p><dl><dt><a href=fondo.html#a>La capa</a></dt>"
        "<dt><a href=fondo.html#b>Las páginas</a></dt></dl></div>"
        f"<section id=a><h2>La capa</h2><p>{PROSE * 4}</p><div class=sidebar><p>Un truco</p></div></section>"
        "<section id=pagination><h2>Las páginas</h2><p>Vea <a href=x>otra</a>.</p></section>"
    )
    beside = (
        "<div class=sphinxsidebar role=navigation><h4>Tema anterior</h4><p><a href=b.html>La capa siguiente</a></p>"
        "<h4>Próximo tema</h4><p><a href=c.html>La capa previa</a></p></div>"
    )
    html = (
        "<html><head><title>Capa al fondo</title><meta name=generator content='Docutils 0.19'></head><body>"
        f"<div class=document><div class=body role=main>{text}</div>{beside}</div></body>"
    )
    page = reading(html, "https://manual.example/es/fondo.html")
    assert page.text.split("\n") == [
        *("Capa al fondo", "Ana Ruiz", "© 2019 Ana Ruiz", "La capa", (PROSE * 4).strip(), "Un truco"),
        *("Las páginas", "Vea otra."),
    ]  # fmt: skip


def test_what_leads_through_a_manual_is_none_of_its_pages() -> None:
    entries = "".join(
        f"<li><a href=p{i}.html#p{i}>{i} Un compás de silencio</a></li>" for i in range(40)
    )
    leading = "<table class=nav_table><tr><td>[ <a href=a>Arriba</a> ][ <a href=b>Índice</a> ]</td></tr></table>"
    html = (
        "<html><head><title>Compases</title><meta name=Generator content='texi2html 1.82'></head><body>"
        f"<div id=main>{leading}<h1>Compases</h1><p>{PROSE * 2}</p><ul><li><a href=z>Otra página</a></li></ul>{leading}"
        f"<div class=footer><p>Informe de errores.</p></div></div><div class=contents><ul>{entries}</ul></div></body>"
    )
    page = reading(html, "https://manual.example/es/compases.html")
    assert page.text.split("\n") == ["Compases", (PROSE * 2).strip(), "- Otra página"]
    alone = (
        html[: html.index("<body>")]
        + f"<body><h1>Índice</h1><div class=contents><ul>{entries}</ul></div></body>"
    )
    assert reading(alone, "https://manual.example/es/indice.html").text.count("Un compás") == 40


def test_a_chapter_of_a_manual_keeps_its_heading_and_none_of_the_frame_beside_it() -> None:
    menu = "".join(
        f"<tr><td><a href=p{i}.html>A.{i} Plantillas de pentagrama</a></td><td> </td><td></td></tr>"
        for i in range(9)
    )
    entries = "".join(
        f"<li><a href=q{i}.html>{i} Un compás de silencio</a></li>" for i in range(40)
    )
    html = (
        "<html><head><title>A. Plantillas</title><meta name=Generator content='texi2html 1.82'></head><body>"
        "<div id=main><h1 class=appendix>A. Plantillas</h1><p>Esta sección del manual contiene plantillas con la"
        " partitura ya preparada. Sólo tiene que escribir las notas y disfrutar de la partitura.</p>"
        f"<table class=menu>{menu}</table></div><div id=tocframe><p class=toc_uplink><a href=i>&lt;&lt; Volver al"
        " índice de la documentación</a></p><h4 class=toc_header><a href=j>Manual de aprendizaje v2.24.1 (rama"
        f" estable).</a></h4><div class=contents><ul class=toc>{entries}</ul></div></div></body>"
    )
    text = reading(html, "https://manual.example/es/a.html").text
    assert text.startswith("A. Plantillas\nEsta sección")
    assert "Volver" not in text and "rama estable" not in text


@pytest.mark.parametrize("linked", [True, False])
def test_a_page_of_a_manual_is_a_listing_where_most_of_it_leads_elsewhere(linked: bool) -> None:
    names = ["Ámbito", "Borde", "Capa", "Diálogo", "Espacio", "Fondo"] * 4
    mark = "<li><a href=p{}.html>{}</a></li>" if linked else "<li>{1} {0}</li>"
    entries = "".join(mark.format(i, name) for i, name in enumerate(names))
    html = (
        "<html><head><title>Índice</title><meta name=generator content='DocBook XSL'></head><body>"
        f"<div class=navheader><a href=a.html>Anterior</a></div><div><h1>Índice</h1><ul>{entries}</ul></div>"
    )
    page = reading(html, "https://manual.example/es/indice.html")
    assert (page.kind == "documentation") == (not linked)
    assert "Anterior" not in page.text


def test_a_law_says_its_number_at_its_end_too() -> None:
    html = f"<body><h1>Ley 18825</h1><p>LEY 18825</p><p>{PROSE * 3}</p><p>LEY 18825</p></body>"
    page = blocks_of(html)
    every, none, p = np.ones(4, bool), np.zeros(4, bool), np.full(4, 0.96, np.float32)
    for written, stays in (
        (every, [False, False, True, True]),
        (none, [False, False, True, False]),
    ):
        keep = without_surroundings(page, every, p, "Ley 18825", "", "", written)
        assert keep.tolist() == stays


def test_of_a_chapter_that_is_but_its_title_the_pager_goes() -> None:
    row = "<tr><td>{}</td><td><a href=index.html>Inicio</a></td><td>{}</td></tr>"
    pager = "<div class=navfooter><table>{}</table></div>".format(
        row.format("La tolva", "Capítulo 2. La muela")
    )
    head = "<head><meta name=generator content='DocBook XSL Stylesheets V1.79.1'></head>"
    html = f"{head}<body><h1>Capítulo 1. El molino</h1>{pager}</body>"
    assert reading(html, "https://molino.example/ch01.html").text == "Capítulo 1. El molino"


def test_a_chapter_lists_its_pages_and_not_its_own_headings() -> None:
    def page(target: str) -> Reading:
        names = ("Masa", "Horno", "Corte")
        entries = "".join(f"<dt><a href={target.format(n.lower())}>1. {n}</a></dt>" for n in names)
        headings = "".join(f"<h2 id={n.lower()}>1. {n}</h2><p>{PROSE * 3}</p>" for n in names)
        intro = f"<h1>El pan</h1><div class=toc><dl>{entries}</dl></div><p>{PROSE * 4}</p>"
        own = headings if target.startswith("#") else ""
        return reading(f"<body>{MENU}<div class=chapter>{intro}{own}</div>{FOOT}")

    assert "1. Horno" in page("{}.html").text and "1. Horno" in page("{}.html").written
    assert page("#{}").text.count("1. Horno") == 1


HELP = """
<html lang="es"><head><title>Filas</title></head><body>
<header><a href="a.html"><p>Ayuda de Tablas 7</p></a><nav id="modules-nav"></nav></header>
<aside class="rightside"><label>Contenido</label><div id="Contents"></div></aside>
<aside class="leftside"><div id="Index"><div class="index-label">Índice</div><nav class="index"></nav></div></aside>
<div id="DisplayArea"><h1>Borrar filas</h1>
<p class="paragraph">Borra las filas elegidas de la tabla, o solo lo que {contain}.</p>
<h2>{all}</h2><p>Borra también el formato de cada una.</p></div>
<footer><p>Esta página es: <a href="https://codigo.es/f.xhp">f.xhp</a></p><p>Su título es: Filas</p></footer></body>
</html>
"""


def test_a_page_of_help_that_may_be_anything_is_no_listing_unless_it_leads_to_pages() -> None:
    page = reading(HELP.format(contain="contienen", all="Todo"))
    leads = {"contain": '<a href="u.html">contienen</a>', "all": '<a href="v.html">Todo</a>'}
    led = reading(HELP.format(**leads))
    assert (page.kind, led.kind) == ("", "listing")
    assert "Borra las filas" in page.text and "Borra las filas" in led.text
