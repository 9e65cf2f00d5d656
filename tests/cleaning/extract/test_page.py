"""What of a page is main text, whatever holds the words and whatever its tags are called."""

from __future__ import annotations

import re

import numpy as np
import pytest

from cleaning.extract import page
from cleaning.extract.around import around, filed
from cleaning.extract.article import without_announced, without_surroundings
from cleaning.extract.authored import named
from cleaning.extract.blocks import Blocks, blocks, parse
from cleaning.extract.choice import chosen
from cleaning.extract.copies import without_copies
from cleaning.extract.model import PAGE_KINDS
from cleaning.extract.page import Reading, read, rendered
from cleaning.extract.posts import whole_posts
from cleaning.extract.template import labels, of_consent, of_contents
from tests.cleaning.extract.pages import FOOT, MENU, PROSE, reading


def found(html: str) -> Blocks:
    root = parse(html)
    assert root is not None
    return blocks(root)


def test_a_shell_is_read_by_what_it_holds_for_readers_without_scripts() -> None:
    data = '<script type="application/ld+json">{"@type": "Article", "articleBody": "%s"}</script>'
    assert reading(data % (PROSE * 5) + "<div id=app></div>").text == PROSE * 5
    silent = f"<div id=app></div><noscript>{''.join(f'<p>{i} {PROSE * 4}</p>' for i in range(5))}</noscript>"
    assert reading(silent).text.count("cartero") == 20


UNMADE = (
    "Publicado em segunda-feira, 22 de janeiro de 2018 às 0:13",
    "dilluns, 3 de maig de 2021",
    "[caption id=12 align=left]",
    "This slideshow requires JavaScript.",
    "Please enable JavaScript in your browser to complete this form.",
)
MADE = (
    "This course requires JavaScript and a lot of patience.",
    "Los números de [1] y [2] son de 2018.",
)


@pytest.mark.parametrize("line", [*UNMADE, *MADE])
def test_dates_of_more_languages_and_what_no_script_made_are_no_text(line: str) -> None:
    html = (
        f"{MENU}<article><h1>La casa vieja</h1><p>{PROSE * 2}</p><p>{line}</p><p>{PROSE}Y nada más."
        f"</p><p>{PROSE}Y se fue.</p></article>{FOOT}"
    )
    page = reading(
        f"<title>La casa vieja</title>{html}", "http://a.es/2018/la-casa-vieja-del-pueblo"
    )
    assert page.kind == "article"
    assert (line in page.text) == (line in MADE)


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
    said = "".join(f"{line}<p>{PROSE * 3}{n}.</p>" for n, line in enumerate(lines))
    html = f"{MENU}<article><h1>El cartero</h1><p>{PROSE * 6}</p>{said}</article>{FOOT}"
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


def test_whom_a_text_cites_stays_and_the_heading_that_opens_it() -> None:
    cited = f"<aside class=pquote><p>{PROSE}</p><p class=credit>— @ana, <a href=/o>«La muela»</a></p></aside>"
    paragraphs = f"<p>{PROSE * 4}</p>" * 3
    html = (
        f"<html><head><title>El cartero</title></head><body>{MENU}<article><header><h1>El cartero</h1></header>"
        f"<section><h2>¿Qué es un cartero?</h2>{paragraphs}{cited}{paragraphs.replace('mayo', 'junio')}</section>"
        f"</article>{FOOT}"
    )
    page = reading(html, "https://diario.example/2024/05/el-cartero-del-pueblo")
    lines = page.text.split("\n")
    assert page.kind == "article" and "El cartero" not in lines
    assert lines[0] == "¿Qué es un cartero?" and "— @ana, «La muela»" in lines


def test_sentences_that_end_in_dots_stay_where_they_lead_nowhere() -> None:
    said = "<p>La actividad consistió en la presentación de …</p><p>Hubo danzas, cantos, vino…</p>"
    html = f"<body>{MENU}<article><h1>La plaza</h1><p>{PROSE}</p>{said}</article>{FOOT}"
    assert reading(html).text.count("…") == 2


def test_a_list_of_the_headings_of_its_page_is_no_text() -> None:
    names = ["La tolva", "La muela", "El cernedor"]
    entries = "".join(f"<li><a href='#p{n}'>{name}</a></li>" for n, name in enumerate(names))
    parts = "".join(
        f"<h2 id=p{n}><a class=toc-backref href='#i{n}'>{name}</a></h2><p>{PROSE * 3}{n}."
        " Como en <a href='#p0'>La tolva</a>.</p>"
        for n, name in enumerate(names)
    )
    html = f"<head><title>El molino</title></head><body>{MENU}<article><h1>El molino</h1><p>{PROSE * 4}</p>{parts}"
    html += f"<h2>Índice</h2><ol>{entries}</ol></article>{FOOT}"
    lines = reading(html, "https://diario.example/2024/05/el-molino").text.split("\n")
    assert [lines.count(name) for name in names] == [1] * 3
    assert not any(re.match(r"\d\. ", line) for line in lines)


def test_a_list_of_the_names_that_its_page_explains_is_no_text() -> None:
    names = ["abrir()", "cerrar()", "girar()"]
    listed = "".join(f'<li><a href="#{name}">{name}</a></li>' for name in names)
    for title, cut in (("Tabla de contenidos", names), ("Lo que sigue", [])):
        found = blocks(parse(f"<h3>{title}</h3><ul>{listed}</ul><h2>Órdenes</h2><p>{PROSE}</p>"))
        said = [found.text[i] for i in np.flatnonzero(of_contents(found))]
        assert said == [title, *cut][: 4 * bool(cut)]


def test_a_sign_behind_a_heading_that_leads_to_itself_is_no_text() -> None:
    headings = "".join(
        f"<h2>Parte {n}<a class=headerlink href='#parte-{n}'>{sign}</a></h2><p>{PROSE}{n}.</p>"
        for n, sign in enumerate("¶#\uf0c1")
    )
    text = reading(
        f"{MENU}<main><h1>El molino</h1>{headings}<p>{PROSE} Nota <a href=#n>1</a>.</p></main>"
    ).text
    assert [f"Parte {n}" in text.split("\n") for n in range(3)] == [True] * 3
    assert not set("¶#\uf0c1") & set(text) and "Nota 1" in text


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


def test_the_source_of_an_article_stays_and_a_link_to_another_one_of_its_site_goes() -> None:
    links = (
        "<p>» <a href=https://fuente.example/informe>fuente.example</a></p>"
        "<p>» <a href=https://diario.example/2024/05/otra>Los bares de siempre</a></p>"
    )
    html = (
        f"<html><head><title>El cartero</title><meta property=og:type content=article></head><body>{MENU}"
        f"<article><h1>El cartero</h1><div class=related><a href=/l>El lobo</a></div>{f'<p>{PROSE * 4}</p>' * 5}{links}"
        f"</article>{FOOT}"
    )
    page = reading(html, "https://diario.example/2024/05/el-cartero-del-pueblo")
    assert page.kind == "article"
    assert page.text.split("\n")[-1] == "» fuente.example"


def test_what_an_author_alone_wrote_stays_whole() -> None:
    links = "<h2>Documentación</h2><p><a href=/roles>Estructura de un rol</a></p><p>Revisado en mayo</p>"
    text = f"{f'<p>{PROSE * 4}</p>' * 3}{links}"
    box = "<div class=share><a href=/s>Compartir</a></div>"
    for inside, whole in (
        (text, True),
        (text + box, True),
        (text.replace("<h2>", f"{box}<h2>"), False),
    ):
        page = reading(
            f"<body>{MENU}<article><h1>El pan</h1><div class=post>{inside}</div></article>{FOOT}"
        )
        kept = [
            line in page.text
            for line in ("Documentación", "Estructura de un rol", "Revisado en mayo")
        ]
        assert all(kept) is whole and "Compartir" not in page.text
        assert ("Documentación" in page.written) is whole


def test_what_a_template_adds_is_not_its_authors_though_it_stays() -> None:
    paragraphs = f"<p>{PROSE * 4}</p>" * 3
    news = "".join(
        f"<h3><a href=/n{i}>Versión {i}</a></h3><p>{PROSE} {i}</p><p>Publicado por ana</p>"
        for i in range(3)
    )
    box = f"<div class=mt-8><h2>Noticias recientes</h2>{news}</div>"
    byline = "<p class=text-sm>Publicado por luis el 2013-02-22</p>"
    ours = "<h2>Véase</h2><p>La historia del pan.</p>"
    page = reading(
        f"<body>{MENU}<article><h1>El pan</h1><div>{byline}{paragraphs}{ours}</div>{box}</article>{FOOT}"
    )
    assert "La historia del pan." in page.text and "La historia del pan." in page.written
    assert "Publicado por" not in page.written and "Noticias recientes" not in page.written


def test_screens_of_a_program_are_their_authors_however_alike() -> None:
    screen = "<pre>Acciones  Deshacer  Paquete\n  {}</pre>"
    pages = f"<p>{PROSE * 4}</p>{screen.format('lista')}<p>{PROSE * 3}</p>{screen.format('fin')}"
    page = reading(f"<body>{MENU}<h1>El gestor</h1>{pages}{FOOT}</body>")
    for text in (page.text, page.written):
        assert text.count("Acciones  Deshacer  Paquete\n") == 2
    assert "cartero" in page.text and "cartero" not in page.written


def test_signatures_of_a_forum_go_and_what_is_quoted_stays_once() -> None:
    def post(text: str, quoted: str = "") -> str:
        cited = f"<blockquote><p>{quoted}</p></blockquote>" if quoted else ""
        return f"<article>{cited}<p>{text}</p><div class=sig><p>Horno de leña y dos gatos</p></div></article>"

    first = "La masa se deja reposar toda la noche en la nevera."
    page = found(f"<body>{post(first)}{post('Yo la dejo dos días enteros.', first)}</body>")
    everything = np.ones(len(page), bool)
    for kind, lines in (("forum", (0, 1)), ("article", (2, 2))):
        text = rendered(page, without_copies(page, everything, kind))
        assert (text.count("Horno de leña"), text.count("La masa se deja")) == lines
        assert "Yo la dejo" in text


def test_a_heading_above_a_list_that_stays_is_of_the_article() -> None:
    item = f"<ul><li>{PROSE * 2}</li></ul>"
    page = found(
        f"<body><h1>Ajustes</h1><h3>Nombre</h3>{item}<p>{PROSE * 3}</p><h3>Más</h3></body>"
    )
    p = np.array([0.9, 0.4, 0.9, 0.9, 0.4], np.float32)
    every, none = np.ones(len(page), bool), np.zeros(len(page), bool)
    keep = without_surroundings(page, every, p, "Ajustes", "", "", none)
    assert keep.tolist() == [False, True, True, True, False]


def test_the_short_lines_of_a_post_stay_with_the_rest_of_it() -> None:
    posts = f"<div class=post>{PROSE * 3}<br><br>gracias de nuevo<br><br>un saludo</div>"
    page = found(f"<body>{posts}<div class=by>ana<br><br>{PROSE}</div></body>")
    assert len(page) == 5
    p = np.array([0.9, 0.3, 0.2, 0.1, 0.4], np.float32)
    whole = whole_posts(page, p)
    assert (whole[:3] >= 0.5).all() and (whole[:3] >= p[:3]).all()
    assert whole[3:].tolist() == p[3:].tolist()


def test_a_short_answer_is_a_post_as_those_that_look_alike() -> None:
    said = [PROSE * 3, PROSE * 2, PROSE, "Qué final más soso."]
    posts = "".join(f"<div class=postbody><p>{text}</p></div>" for text in said)
    page = found(f"<body>{posts}<div class=notice><p>Responder</p></div></body>")
    p = np.array([0.98, 0.97, 0.95, 0.3, 0.3], np.float32)
    assert (whole_posts(page, p) >= 0.5).tolist() == [True, True, True, True, False]
    doubtful = np.array([0.6, 0.6, 0.6, 0.3, 0.3], np.float32)
    assert whole_posts(page, doubtful).tolist() == doubtful.tolist()


def test_a_law_says_its_number_at_its_end_too() -> None:
    html = f"<body><h1>Ley 18825</h1><p>LEY 18825</p><p>{PROSE * 3}</p><p>LEY 18825</p></body>"
    page = found(html)
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


def test_cards_of_a_list_stay_one_by_one_where_a_page_lists_others() -> None:
    cards = "".join(f"<li>Cazuela de barro {n}</li>" for n in range(6))
    page = found(f"<body>{f'<p>{PROSE}</p>' * 8}<ul>{cards}</ul></body>")
    p = np.array([0.9] * 8 + [0.7] * 2 + [0.3] * 4, np.float32)
    assert chosen(page, p, 0.5, True).tolist() == (p >= 0.5).tolist()
    assert not chosen(page, p, 0.5, False)[8:].any()


def test_a_part_for_cookies_is_no_text_however_long() -> None:
    panel = "".join(
        f"<p>Los socios {n} guardan lo que se lee, para medir anuncios.</p>" for n in range(5)
    )
    text = "".join(f"<p>{PROSE * 3} {n}</p>" for n in range(5))
    for name, cut in (("panel-cookies", True), ("panel", False)):
        page = found(f"<body><div>{text}</div><div id={name}>{panel}</div></body>")
        assert of_consent(page).sum() == (5 if cut else 0)
    alone = found(f"<body><div id=cookies>{panel}</div></body>")
    assert not of_consent(alone).any()


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


def test_the_name_of_a_language_above_code_is_no_text() -> None:
    code = "<div class=language-js><button></button><span>js</span><pre>let pan = 1</pre></div>"
    said = "<p>js</p><pre>let sal = 2</pre><div>El pan se hornea<pre>horno()</pre></div>"
    root = parse(f"<body><main><p>{PROSE}</p>{code}{said}</main>")
    assert root is not None
    found = blocks(root)
    assert [found.text[i] for i in np.flatnonzero(labels(found))] == ["js"]
    assert found.text.count("js") == 2


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
    said = reading(HELP.format(contain="contienen", all="Todo"))
    leads = {"contain": '<a href="u.html">contienen</a>', "all": '<a href="v.html">Todo</a>'}
    led = reading(HELP.format(**leads))
    assert (said.kind, led.kind) == ("", "listing")
    assert "Borra las filas" in said.text and "Borra las filas" in led.text


@pytest.mark.parametrize(
    "path",
    [
        *(
            "tag/pan/",
            "blog/etiquetas/pan",
            "categoria/pan/page/3/",
            "page/2/",
            "page/2/index.html",
            "search/label/Pan",
        ),
        *("categor%C3%ADa/pan/", "category/pan/index.html", "?cat=7", "?s=1&paged=2", "tags/"),
        *("wiki/Categor%C3%ADa:Panes", "index12.html", "category/pan5.html", "tags.html"),
        *("author/ana/", "author/ana-prado7.html", "2021/05/", "blog/2021/05/30/index.html"),
    ],
)
def test_the_address_of_a_list_of_texts_makes_a_page_a_listing(path: str) -> None:
    html = f"{MENU}<article><h1>La casa vieja</h1><p>{PROSE * 9}</p></article>{FOOT}"
    page = reading(html, f"http://a.es/{path}")
    assert page.kind == "listing" and PROSE.strip() in page.text
    assert read(parse(html), None, None, f"/mirror/{path}").kind == "listing"
    others = (
        "index.html",
        "2021/pan/",
        "2021/05/pan/",
        "ley/2021/10/",
        "category/pan/la-casa-vieja/",
        "pan?tag=socio",
        "etiqueta-y-modales/",
        "author/ana/la-casa-vieja/",
        "autor/ana/",
    )
    assert {reading(html, f"http://a.es/{other}").kind for other in others} == {"article"}


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
    found_in = found(f"<div>{line}<p>{PROSE}</p><p>{PROSE * 2}</p></div>")
    *said, _, _ = around(found_in).tolist()
    assert said == [line in AROUND] * len(said)


@pytest.mark.parametrize(
    ("tag", "title", "stays"),
    [("h2", "Compartir", True), ("p", "Compartir", False), ("h2", "Relacionados", False)],
)
def test_a_section_may_be_about_sharing(tag: str, title: str, stays: bool) -> None:
    lines = f"<p>{PROSE}</p>" * 4 + f"<{tag}>{title}</{tag}><p>{PROSE}Y lo demás.</p>"
    page = found(f"<div>{lines}</div>")
    keep = without_announced(page, np.ones(len(page), bool))
    assert keep[-1] == stays and keep[:4].all()


def test_buttons_above_a_text_end_where_it_begins() -> None:
    races = "".join(f"{n}.ª etapa: {n} de marzo en Jerez<br>" for n in range(1, 9))
    text = f"<h3>Calendario</h3><p>{races}</p><p>Sujeto a cambios.</p>"
    beside = f"<p>{PROSE * 2}</p>" * 3  # so the text is less than half
    for line in ("Compartir", "Share this on WhatsApp"):
        page = found(
            f"<div><h1>Carreras</h1><p>{line}</p><p>Motor</p>{text}</div><div>{beside}</div>"
        )
        keep = without_announced(page, np.ones(len(page), bool))
        assert keep.tolist() == [True, False, False, *[True] * 6]


def test_links_to_the_lists_of_tags_are_said_around_a_text_whatever_holds_them() -> None:
    tags = "".join(f'<li><a href="/tags/{t}/">{t}</a></li>' for t in ("redes", "mareas"))
    linked = '<li><a href="/tags/redes/">redes</a>, que allí son de cáñamo</li><li><a href="/r">remos</a></li>'
    page = found(f"<div><p>{PROSE}</p><ul>{linked}</ul><ul>{tags}</ul></div>")
    assert filed(page).tolist() == [False, False, False, True, True]


def test_a_short_line_that_ends_in_a_face_is_said_as_one_that_ends_in_a_stop() -> None:
    lines = [PROSE * 2, PROSE * 2, "Pues eso, que me ha hecho ilusión 🙂", "Ver en el mapa"]
    page = found(f"<div>{''.join(f'<p>{line}</p>' for line in lines)}</div>")
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


def test_a_post_that_is_a_picture_and_its_source_is_what_its_template_names_the_text() -> None:
    line = '<img src=a.png><p>» <a href="https://dragones.example/a">dragones.example</a></p>'
    beside = "<aside><ul><li><a href=/a>« La gramática</a></li></ul></aside>"
    title = "<header class=article-header><h1>Dragones</h1></header>"
    post = f"<article>{title}<div class='article-content'>{line}{beside}</div><p>Published</p></article>"
    page = found(f"{MENU}{post}{FOOT}")
    assert [page.text[i] for i in np.flatnonzero(named(page, 200))] == ["» dragones.example"]
    assert not named(page, 10).any() and not named(found(f"{MENU}{post}{post}{FOOT}"), 200).any()


def test_what_announces_code_is_no_category() -> None:
    said = '<p>En <a href="/lenguas/c">C</a>{}</p><pre>int main;</pre><p>' + PROSE + "</p>"
    assert [around(found(f"<div>{said.format(s)}</div>"))[0] for s in ("", ":")] == [True, False]


def test_the_button_of_a_wiki_that_edits_a_section_is_none_of_its_text() -> None:
    edit = "<div class=secedit><form method=post action=/x><input type=hidden name=do value=edit>"
    parts = "".join(
        f"<h2>Parte {n}</h2><p>{PROSE}</p>{edit}<button type=submit>Editar</button></form></div>"
        for n in range(4)
    )
    html = (
        f"<meta name=generator content='MkDocs 1.5'><h1>Manual</h1>{parts}<p>Pulse</p><p>Editar</p>"
    )
    lines = reading(html).text.split("\n")
    assert lines.count("Editar") == 1 and "Parte 3" in lines


@pytest.mark.parametrize("kind", ["listing", "forum", "product"])
def test_parts_that_the_model_doubts_a_little_stay_as_it_is_too_sure(
    monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """By its logits as they are less F1 would be expected with these parts than without them."""
    parts = [f"Entrada {i} de la lista, con un lugar y un nombre" for i in range(17)]
    html = f"<main><p>{PROSE * 6}</p>{''.join(f'<div>{part}</div>' for part in parts)}</main>"
    kinds = np.array([one == kind for one in PAGE_KINDS], np.float32)

    def kept(logit: float) -> int:
        logits = np.array([2] + [logit] * len(parts), np.float32)
        monkeypatch.setattr(page, "judge", lambda x: (logits.copy(), logits, kinds))
        return sum(part in reading(html).text for part in parts)

    assert (kept(-0.6), kept(-1.2)) == (len(parts), 0)
    monkeypatch.setattr(page, "CALM", 1)
    assert kept(-0.6) == 0
