"""What of a page is main text, whatever holds the words and whatever its tags are called."""

from __future__ import annotations

import re

import numpy as np
import pytest

from cleaning.extract import likely
from cleaning.extract.blocks.blocks import blocks, parse
from cleaning.extract.boilerplate.article import without_surroundings
from cleaning.extract.boilerplate.authored import named
from cleaning.extract.boilerplate.copies import without_copies
from cleaning.extract.boilerplate.posts import whole_posts
from cleaning.extract.boilerplate.template import labels, of_consent, of_contents
from cleaning.extract.model.choice import chosen
from cleaning.extract.model.model import PAGE_KINDS
from cleaning.extract.page import read, rendered
from tests.cleaning.extract.pages import FOOT, MENU, PROSE, blocks_of, reading


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
    question = "Usamos cookies con su consentimiento para medir. " * 4
    wall = reading(f"<h1>Su privacidad</h1><p>{question}</p><button>Aceptar</button>")
    assert wall.text == "" and "cookies" in wall.visible


def test_a_text_about_privacy_is_no_wall() -> None:
    about = "Las cookies de esa empresa siguen a cada lector, y de su privacidad se habla poco en la plaza. "
    page = reading(
        f"{MENU}<article><h1>El rastro</h1><p>{PROSE}</p><p>{about * 3}</p></article>{FOOT}"
    )
    assert page.text.count("privacidad") == 3


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
        page = blocks(parse(f"<h3>{title}</h3><ul>{listed}</ul><h2>Órdenes</h2><p>{PROSE}</p>"))
        lists = [page.text[i] for i in np.flatnonzero(of_contents(page))]
        assert lists == [title, *cut][: 4 * bool(cut)]


def test_a_sign_behind_a_heading_that_leads_to_itself_is_no_text() -> None:
    signs = "¶", "#", "\uf0c1", "<span aria-hidden=true><i>🔗</i></span>"
    headings = "".join(
        f"<h2>Parte {n}<a class=headerlink href='#parte-{n}'>{sign}</a></h2><p>{PROSE}{n}.</p>"
        for n, sign in enumerate(signs)
    )
    text = reading(
        f"{MENU}<main><h1>El molino</h1>{headings}<p>{PROSE} Nota <a href=#n>1</a>.</p></main>"
    ).text
    assert [f"Parte {n}" in text.split("\n") for n in range(4)] == [True] * 4
    assert not set("¶#\uf0c1🔗") & set(text) and "Nota 1" in text


def test_an_answer_that_a_click_opens_is_text_and_the_pager_of_a_manual_is_none() -> None:
    entries = "".join(
        f"<h3>¿Cómo se cambia la pieza {n}?</h3><div class=answer style='display:none'><p>Apague el molino, afloje"
        f" los {n} tornillos de la tapa y saque la pieza con las dos manos.</p></div><p>{PROSE}{n}.</p>"
        for n in range(4, 10)
    )
    pager = "<div class=navfooter><a href=a>Anterior</a> La tolva <a href=b>Siguiente</a> La muela</div>"
    html = (
        f"<body>{MENU}<div class=documentation><h1>Piezas</h1>{entries}</div>{pager}{FOOT}</body>"
    )
    page = reading(html, "https://docs.molino.example/manual/guide/")
    assert page.kind == "documentation"
    assert page.text.count("tornillos") == 6 and "Anterior" not in page.text


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
    page = blocks_of(f"<body>{post(first)}{post('Yo la dejo dos días enteros.', first)}</body>")
    everything = np.ones(len(page), bool)
    for kind, lines in (("forum", (0, 1)), ("article", (2, 2))):
        text = rendered(page, without_copies(page, everything, kind))
        assert (text.count("Horno de leña"), text.count("La masa se deja")) == lines
        assert "Yo la dejo" in text


def test_a_heading_above_a_list_that_stays_is_of_the_article() -> None:
    item = f"<ul><li>{PROSE * 2}</li></ul>"
    page = blocks_of(
        f"<body><h1>Ajustes</h1><h3>Nombre</h3>{item}<p>{PROSE * 3}</p><h3>Más</h3></body>"
    )
    p = np.array([0.9, 0.4, 0.9, 0.9, 0.4], np.float32)
    every, none = np.ones(len(page), bool), np.zeros(len(page), bool)
    keep = without_surroundings(page, every, p, "Ajustes", "", "", none)
    assert keep.tolist() == [False, True, True, True, False]


def test_the_short_lines_of_a_post_stay_with_the_rest_of_it() -> None:
    posts = f"<div class=post>{PROSE * 3}<br><br>gracias de nuevo<br><br>un saludo</div>"
    page = blocks_of(f"<body>{posts}<div class=by>ana<br><br>{PROSE}</div></body>")
    assert len(page) == 5
    p = np.array([0.9, 0.3, 0.2, 0.1, 0.4], np.float32)
    whole = whole_posts(page, p)
    assert (whole[:3] >= 0.5).all() and (whole[:3] >= p[:3]).all()
    assert whole[3:].tolist() == p[3:].tolist()


def test_a_short_answer_is_a_post_as_those_that_look_alike() -> None:
    post_texts = [PROSE * 3, PROSE * 2, PROSE, "Qué final más soso."]
    posts = "".join(f"<div class=postbody><p>{text}</p></div>" for text in post_texts)
    page = blocks_of(f"<body>{posts}<div class=notice><p>Responder</p></div></body>")
    p = np.array([0.98, 0.97, 0.95, 0.3, 0.3], np.float32)
    assert (whole_posts(page, p) >= 0.5).tolist() == [True, True, True, True, False]
    doubtful = np.array([0.6, 0.6, 0.6, 0.3, 0.3], np.float32)
    assert whole_posts(page, doubtful).tolist() == doubtful.tolist()


def test_cards_of_a_list_stay_one_by_one_where_a_page_lists_others() -> None:
    cards = "".join(f"<li>Cazuela de barro {n}</li>" for n in range(6))
    page = blocks_of(f"<body>{f'<p>{PROSE}</p>' * 8}<ul>{cards}</ul></body>")
    p = np.array([0.9] * 8 + [0.7] * 2 + [0.3] * 4, np.float32)
    assert chosen(page, p, 0.5, True).tolist() == (p >= 0.5).tolist()
    assert not chosen(page, p, 0.5, False)[8:].any()


def test_a_part_for_cookies_is_no_text_however_long() -> None:
    panel = "".join(
        f"<p>Los socios {n} guardan lo que se lee, para medir anuncios.</p>" for n in range(5)
    )
    text = "".join(f"<p>{PROSE * 3} {n}</p>" for n in range(5))
    for name, cut in (("panel-cookies", True), ("panel", False)):
        page = blocks_of(f"<body><div>{text}</div><div id={name}>{panel}</div></body>")
        assert of_consent(page).sum() == (5 if cut else 0)
    alone = blocks_of(f"<body><div id=cookies>{panel}</div></body>")
    assert not of_consent(alone).any()


def test_the_name_of_a_language_above_code_is_no_text() -> None:
    code = "<div class=language-js><button></button><span>js</span><pre>let pan = 1</pre></div>"
    labelled = "<p>js</p><pre>let sal = 2</pre><div>El pan se hornea<pre>horno()</pre></div>"
    root = parse(f"<body><main><p>{PROSE}</p>{code}{labelled}</main>")
    assert root is not None
    page = blocks(root)
    assert [page.text[i] for i in np.flatnonzero(labels(page))] == ["js"]
    assert page.text.count("js") == 2


def test_a_refrain_stays_and_the_copy_for_another_screen_goes() -> None:
    verses = "".join(
        f"<p>{i}. {PROSE}</p><p>Y otra vez vuelve el cartero a la plaza del pueblo.</p>"
        for i in range(4)
    )
    paragraphs = "".join(f"<p>Párrafo {i}: {PROSE * 3}</p>" for i in range(5))
    page = reading(
        f"<article><h1>El cartero</h1>{verses}<div>{paragraphs}</div><div>{paragraphs}</div></article>"
    )
    assert page.text.count("Y otra vez") == 4 and page.text.count("Párrafo 3") == 1


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


def test_a_post_that_is_a_picture_and_its_source_is_what_its_template_names_the_text() -> None:
    line = '<img src=a.png><p>» <a href="https://dragones.example/a">dragones.example</a></p>'
    beside = "<aside><ul><li><a href=/a>« La gramática</a></li></ul></aside>"
    title = "<header class=article-header><h1>Dragones</h1></header>"
    post = f"<article>{title}<div class='article-content'>{line}{beside}</div><p>Published</p></article>"
    page = blocks_of(f"{MENU}{post}{FOOT}")
    assert [page.text[i] for i in np.flatnonzero(named(page, 200))] == ["» dragones.example"]
    assert (
        not named(page, 10).any() and not named(blocks_of(f"{MENU}{post}{post}{FOOT}"), 200).any()
    )


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
        monkeypatch.setattr(likely, "judge", lambda x: (logits.copy(), logits, kinds))
        return sum(part in reading(html).text for part in parts)

    assert (kept(-0.6), kept(-1.2)) == (len(parts), 0)
    monkeypatch.setattr(likely, "CALM", 1)
    assert kept(-0.6) == 0
