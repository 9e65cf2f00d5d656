"""What of a page is main text, whatever holds the words and whatever its tags are called; what it says of itself."""

from __future__ import annotations

import ast
import html as markup
import re
import sys
import time
import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaning.extract import bodies, model, train
from cleaning.extract.blocks import Blocks, blocks, parse
from cleaning.extract.elements import Kind
from cleaning.extract.families import NAMES
from cleaning.extract.features import OF_HEAD, OF_NAMES, features, of_page
from cleaning.extract.glance import glance
from cleaning.extract.metadata import Marks
from cleaning.extract.page import Reading, labels, level, read

ROOT = Path(__file__).parents[3]
PROSE = "Una mañana de mayo, cuando el sol apenas calentaba la plaza, llegó el cartero del pueblo. "
MENU = "<div class=menu><a href=/>Inicio</a> <a href=/s>Secciones</a> <a href=/c>Contacto</a></div>"
XHTML = '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">'
FOOT = "<div class=footer><a href=/a>Aviso legal</a> <a href=/p>Privacidad</a> © 2024</div>"


def reading(html: str, url: str | None = None) -> Reading:
    return read(parse(html), url, None)


def found(html: str) -> list[tuple[Kind, str]]:
    root = parse(html)
    assert root is not None
    page = blocks(root)
    return [(Kind(kind), text) for kind, text in zip(page.kind, page.text, strict=True)]


@given(st.lists(st.text(), max_size=3), st.sampled_from(["", XHTML]))
def test_blocks_have_the_words_that_the_tree_has(texts: list[str], doctype: str) -> None:
    root = parse(doctype + "".join(f"<p title='a>b'>{markup.escape(text)}</p>" for text in texts))
    if root is None:
        return
    words = ["".join(p.itertext()).split() for p in root.iter("p")]
    assert blocks(root).text == [" ".join(some) for some in words if some]


@given(st.text())
def test_code_keeps_its_characters(text: str) -> None:
    root = parse(f"<pre>{markup.escape(text)}</pre>")
    assert root is not None
    [pre] = root.iter("pre")
    code = "".join(pre.itertext()).strip("\n").rstrip().expandtabs(4)
    assert blocks(root).text == [code] * bool(code)


def test_what_a_page_says_of_an_element_is_read_as_it_stands_there() -> None:
    root = parse(
        f"{XHTML}<p class='post-body' id='a&amp;b'>Uno</p><div name=sidebar>Dos</div><p hidden=''>Tres</p>"
        "<p style='display :&#10;none'>Cuatro</p><p><a href='?a=1&amp;b=%22\x01'>Cinco</a></p>"
        "<p class=postBody>Seis</p>"
    )
    assert root is not None
    page = blocks(root)
    named = [
        {name for bit, name in enumerate(NAMES) if page.family[at] >> bit & 1} for at in page.at
    ]
    assert named == [{"article", "content"}, set(), set(), set(), set(), {"article", "content"}]
    assert page.hidden[page.at].tolist() == [False, False, True, True, False, False]
    assert page.target[4] == "?a=1&b=%22\x01"


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
    many = "<table><tr><td>1</td><td><p>Cada vecino.</p><p>Y su casa.</p></td></tr></table>"
    assert [text for _, text in found(many)] == ["1", "Cada vecino.", "Y su casa."]
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


def test_the_text_of_a_page_that_is_nested_too_deep_for_the_parser_stays() -> None:
    head = '<html lang="es"><head><title>El horno &lt;nuevo&gt;</title></head><body>'
    page = f"{head}<h1>Antes</h1>{'<div><b>' * 20_000}<p>{PROSE * 5}</p>{'</div>' * 20_000}<p>{PROSE * 3}\x02</p>"
    root = parse(page)
    assert root is not None and root.findtext("head/title") == "El horno <nuevo>"
    assert read(root, None, None).text.count(PROSE.strip()) == 8


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


def test_the_way_to_a_page_is_what_its_data_or_its_template_say() -> None:
    data = """<script type="application/ld+json">{"@type": "WebPage", "breadcrumb": {"@type": "BreadcrumbList",
      "itemListElement": [{"name": "Portada"}, {"item": {"name": "Pan &amp; harina"}}, {"name": 3}]}}</script>"""
    ways = {
        data: "Portada > Pan & harina",
        "<ol class=breadcrumb><li>Breadcrumb<li><a href=/>Inicio</a><li>Padrón</ol>": "Inicio > Padrón",
        "<div class=migas>Está usted en: <a href=/>Sede</a> » Trámites</div>": "Sede > Trámites",
        "<div class=migas><a href=/>Volver</a></div>": "",
        f"<div class=bread><a href=/>El pan</a> {PROSE * 4}</div>": "",
    }
    for html, way in ways.items():
        page = reading(f"{html}<h1>Padrón</h1>{f'<p>{PROSE * 3}</p>' * 2}")
        assert page.metadata.get("breadcrumb", "") == way
    assert (
        reading('<script type="application/ld+json">{"itemListElement": 1}</script>a').metadata
        == {}
    )


@pytest.mark.parametrize(
    "said", ["", "<meta property=og:title content='La &lt;span class=caps&gt;muela&lt;/span&gt;'>"]
)
def test_the_title_is_that_of_the_text_where_the_site_has_a_heading_too(said: str) -> None:
    html = (
        f"<html><head><title>La muela - Cuaderno de un molinero viejo</title>{said}</head><body>"
        f"<header><h1><a href=/>Cuaderno de un molinero viejo</a></h1></header><article><h1>La muela</h1>"
        f"{f'<p>{PROSE * 4}</p>' * 3}</article>"
    )
    page = reading(html, "https://diario.example/2024/05/la-muela")
    assert page.metadata["title"] == "La muela"
    assert "La muela" not in page.text.split("\n")


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


def test_a_page_without_names_differs_in_their_columns_alone() -> None:
    root = parse(f"<div><p>{PROSE}<b>Pan</b></p></div>")
    assert root is not None
    bare = blocks(root)
    whole = (1 << len(NAMES)) - 1
    named = replace(
        bare, family=np.full_like(bare.family, whole), inline=np.full_like(bare.inline, whole)
    )
    marks = Marks.of(root)

    def columns(page: Blocks, other: Blocks, url: str) -> list[int]:
        of = [
            features(x, "", of_page(marks, x, address)) for x, address in ((page, ""), (other, url))
        ]
        return np.flatnonzero((of[0] != of[1]).any(0)).tolist()

    assert columns(bare, named, "") == sorted(OF_NAMES.tolist())
    said = columns(bare, bare, "https://foro.example/2024/productos/tag/un-pan-de-pueblo?x=1")
    assert said and set(said) <= set(OF_HEAD.tolist())
    chance = np.random.default_rng(0)
    x = features(named, "", of_page(marks, named, "https://foro.example/a"))
    varied = [train._varied(x, chance) for _ in range(200)]
    for columns_of in (OF_NAMES, OF_HEAD):
        assert 20 < sum(not v[:, columns_of].any() for v in varied) < 60
        assert x[:, columns_of].any()


@given(st.lists(st.tuples(st.floats(0.01, 0.99), st.integers(1, 500)), min_size=1, max_size=9))
def test_no_other_number_of_blocks_has_a_higher_f1_to_expect(
    given: list[tuple[float, int]],
) -> None:
    """Against every choice of blocks, one by one."""
    p, size = np.array([x for x, _ in given]), np.array([n for _, n in given])

    def expected(keep: np.ndarray) -> float:
        return 2 * (p * size * keep).sum() / ((size * keep).sum() + (p * size).sum())

    chosen = expected(model.probability(np.log(p / (1 - p)) - level(p, size)) >= 0.5)
    every = (np.array([n >> i & 1 for i in range(len(p))]) for n in range(1, 2 ** len(p)))
    assert chosen >= max(map(expected, every)) - 1e-4


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


def test_the_extra_of_training_brings_what_its_command_imports() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = [*told["dependencies"], *told["optional-dependencies"]["train"]]
    brought = {re.split(r"[^\w-]", requirement)[0].lower() for requirement in named}
    imported: set[str] = set()
    for module in (train, bodies):
        for node in ast.walk(ast.parse(Path(module.__file__).read_text())):
            if isinstance(node, ast.Import):
                imported |= {name.name.partition(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add((node.module or "").partition(".")[0])
    foreign = imported - set(sys.stdlib_module_names) - {"cleaning", "__future__"}
    assert {"torch", "lxml"} <= foreign <= brought, foreign - brought


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
        "category/pan/la-casa-vieja/",
        "pan?tag=socio",
        "etiqueta-y-modales/",
    )
    assert {reading(html, f"http://a.es/{other}").kind for other in others} == {"article"}
