"""What an author alone wrote on a page stays, round what is cited and named by others."""

from __future__ import annotations

import numpy as np
import pytest

from cleaning.extract.blocks.blocks import Blocks, blocks, parse
from cleaning.extract.boilerplate.around import around, filed
from cleaning.extract.boilerplate.article import without_announced, without_surroundings
from cleaning.extract.boilerplate.authored import authored
from cleaning.extract.boilerplate.template import of_related
from cleaning.extract.model.model import PAGE_KINDS
from cleaning.extract.page import read
from cleaning.text.batch import Bools

PROSE = "La barca sale de noche y vuelve al alba con la marea, como cada día desde hace cien años. "


def blocks_of(html: str) -> Blocks:
    page = blocks(parse(f"<html><body>{html}</body></html>"))
    assert page
    return page


def own(html: str, but: str) -> Bools:
    """What is the author's of a page of which all stays but one line."""
    page = blocks_of(f"<div><p>Portada</p></div>{html}<div><p>Pie de la casa</p></div>")
    keep = np.array([text not in (but, "Portada", "Pie de la casa") for text in page.text])
    return authored(page, keep, of_article=True)[1:-1]


def test_a_post_cited_from_elsewhere_does_not_hide_whose_the_text_around_it_is() -> None:
    cited = (
        "<blockquote class='twitter-tweet'><p>Hoy salimos.</p>— Ana (@ana) 3 de mayo</blockquote>"
    )
    page = f"<article><p>{PROSE}</p>{cited}<p>{PROSE * 2}</p></article>"
    assert own(page, "— Ana (@ana) 3 de mayo").tolist() == [True, False, False, True]
    box = "<div class='share'><p>Hoy salimos.</p><p>— Ana</p></div>"
    assert not own(page.replace(cited, box), "— Ana").any()


def test_a_heading_is_named_by_what_it_says() -> None:
    lines = f"<p>{PROSE}</p><h2 id='sobre-el-autor-y-redes'>Sobre las redes</h2><p>{PROSE * 2}</p>"
    assert own(f"<article>{lines}</article>", "").all()


def test_a_foot_that_is_taken_for_the_text_is_nobodys() -> None:
    lines = f"<div><p>{PROSE}</p><p>{PROSE * 2}</p></div>"
    assert own(f"<section>{lines}</section>", "").all()
    assert not own(f"<footer><div>{lines}</div></footer>", "").any()


def surely(html: str, written: bool) -> list[bool]:
    """What stays of an article of which all may be text, with or without its author's element known."""
    page = blocks_of(html)
    p = np.ones(len(page), np.float32)
    who = np.full(len(page), written)
    return without_surroundings(page, p >= 0.5, p, "", "", "barcas.example", who).tolist()


@pytest.mark.parametrize(
    "line", ["Viernes 10 de julio", "La charla se verá en nuestro canal de vídeos."]
)
def test_days_and_channels_in_what_an_author_wrote_stay(line: str) -> None:
    page = f"<div><p>{PROSE}</p><p>{line}</p><p>Sale la primera barca.</p></div>"
    assert surely(page, True) == [True, True, True]
    assert surely(page, False) == [True, False, True]


def announced(list_of: str, text: str = "<p>Más sobre redes</p>", host: str = "a.example") -> bool:
    """Whether what stands below an announcement stays, where an author wrote it."""
    page = blocks_of(f"<div><p>{PROSE * 3}</p>{text}<ul>{list_of}</ul></div>")
    all_of = np.ones(len(page), bool)
    return bool(without_announced(page, all_of, written=all_of, host=host)[-1])


def test_links_to_other_sites_and_entries_of_a_list_are_not_announced_by_a_template() -> None:
    away = "<li><a href='https://b.example/1'>Nudos</a></li><li><a href='/2'>Cabos</a></li>"
    assert announced(away)
    assert not announced(away.replace("https://b.example", "https://a.example"))
    assert not announced(away, host="")
    assert announced("<li>tags</li><li>plantillas</li><li>variables</li>", "")
    assert not announced("<li>mareas</li><li>redes</li>", "<p>Tags</p>")


def test_a_list_of_tags_is_that_of_the_site_itself() -> None:
    entries = (
        "<li><a href='https://b.example/category/x/'>B</a></li><li><a href='/tag/x/'>x</a></li>"
    )
    page = blocks_of(f"<div><p>{PROSE}</p><ul>{entries}</ul></div>")
    assert filed(page, "a.example").tolist() == [False, False, True]
    assert filed(page, "www.b.example").tolist() == [False, True, True]
    assert filed(page).tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("line", "goes"),
    [
        ("<address class='vcard author'>By Kiko Pérez</address>", True),
        ("<address class='vcard author'>Cala de las Redes, 3</address>", False),
        ("<p class='post-categories'><a href='/mar'>Mar</a> • <a href='/red'>Redes</a></p>", True),
        ("<p class='post-categories'>De cómo se pesca en el mar y de quién lo cuenta</p>", False),
        ("<p><a href='/mar'>Mar</a> • <a href='/red'>Redes</a></p>", False),
    ],
)
def test_above_an_article_its_author_and_its_categories_go(line: str, goes: bool) -> None:
    page = blocks_of(f"<article>{line}<p>{PROSE}</p></article>")
    assert around(page, of_article=True).tolist() == [goes, False]


@pytest.mark.parametrize(
    ("heading", "name", "goes"),
    [
        ("Entradas relacionadas", "related-posts", True),
        ("Aparejos de la barca", "related-posts", False),
        ("Entradas relacionadas", "aparejos", False),
    ],
)
def test_a_list_of_other_texts_goes_where_its_heading_and_its_name_say_so(
    heading: str, name: str, goes: bool
) -> None:
    links = "<li><a href='/1'>Nudos</a></li><li><a href='/2'>Cabos</a></li>"
    page = blocks_of(
        f"<p>Git en C:</p><section><h2>{heading}</h2><ul class='{name}'>{links}</ul></section>"
    )
    assert of_related(page).tolist() == [False, goes, goes, goes]


def test_a_chapter_of_a_manual_that_yelp_made_keeps_its_headings() -> None:
    link = (
        "<div class='linkdiv'><a class='linkdiv' href='{0}.html'>{0} — Cómo se hace {0}.</a></div>"
    )
    parts = "".join(
        f"<section id='s{n}'><div class='inner'><h2>Parte {n}</h2><div class='links topiclinks'>"
        f"{link.format(f'añadir{n}')}{link.format(f'quitar{n}')}</div></div></section>"
        for n in range(3)
    )
    about = "<footer><div class='about'><div class='yelp-data' data-yelp-expanded='false'></div></div></footer>"
    body = f"<h1>Cuentas</h1><div class='region'><div class='contents'><p>{PROSE * 3}</p></div>{parts}</div>"
    page = f"<html><head><title>Cuentas</title></head><body><main><article>{body}</article>{about}</main></body></html>"
    lines = read(parse(page), None, None).text.split("\n")
    assert {"Parte 0", "Parte 1", "Parte 2"} <= set(lines)


@pytest.mark.parametrize("around", ["section", "div"])
def test_a_part_of_a_manual_in_docbook_without_a_head_keeps_its_headings_and_links(
    around: str,
) -> None:
    def titled(level: int, title: str) -> str:
        return f"<div class='titlepage'><div><div><h{level} class='title'>{title}</h{level}></div></div></div>"

    links = "".join(
        f"<li><p><a href='https://{n}.example/'>Proyecto {n}</a></p></li>" for n in "abc"
    )
    part = (
        f"<{around} class='article' id='c'>{titled(2, 'Calibre')}<p>{PROSE * 3}</p><section class='section'>"
        f"{titled(3, 'Enlaces externos')}<div class='itemizedlist'><ul>{links}</ul></div></section></{around}>"
    )
    lines = read(parse(part), None, None).text.split("\n")
    assert lines[0] == "Calibre"
    assert lines[-4:] == ["Enlaces externos", "- Proyecto a", "- Proyecto b", "- Proyecto c"]


def test_of_a_manual_without_boxes_all_stays_but_what_leads_through_it() -> None:
    ways = "<b>Siguiente:</b> <a href='node8.html'>Bucles</a> <b>Subir:</b> <a href='node6.html'>Ruby</a>"
    leads = f"<div class='navigation'>{ways}</div>"
    links = "".join(f"<li><a href='https://{n}.example/'>Guía de {n}</a></li>" for n in "abc")
    page = (
        "<html><head><title>Enlaces</title><meta name='Generator' content='LaTeX2HTML v2008'></head><body>"
        f"{leads}<h1>Enlaces</h1><p>{PROSE * 3}</p><h4>Véase</h4><ul>{links}</ul><hr>{leads}</body></html>"
    )
    lines = read(parse(page), None, None).text.split("\n")
    assert lines == [
        *("Enlaces", (PROSE * 3).strip(), "Véase"),
        *("- Guía de a", "- Guía de b", "- Guía de c"),
    ]


def test_of_a_page_of_which_nothing_is_sure_the_element_stays_that_its_template_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    article = np.array([PAGE_KINDS.index("article") == n for n in range(len(PAGE_KINDS))], float)
    none = lambda x: (np.full(len(x), -2.0), np.full(len(x), -2.0), article)  # noqa: E731
    monkeypatch.setattr("cleaning.extract.likely.judge", none)
    verses = [
        "Guardo tu carta,<br>los días de la harina",
        "La tengo cerrada,<br>con polvo de molino",
        "En el horno del alma<br>te llevo en la memoria",
        "A pedazos de tiempo,<br>en la masa que sube…",
        "Y la pala de madera<br>que sabe de tu nombre",
    ]
    about = (
        "Revista abierta a todo tipo de textos, que sale cada seis meses en papel y en digital. "
        * 2
    )
    page = (
        "<html><head><title>La carta</title></head><body><header class=site-header><a href=/>La tahona</a></header>"
        "<main class=page-content><article class=post><header class=post-header><h1>La carta</h1>"
        "<p class=post-meta>14 ago 2025 • Ana Ruiz</p></header><div class='post-content e-content'>"
        + "".join(f"<p>{verse}</p>" for verse in verses)
        + f"</div></article></main><footer class=site-footer><h2>La tahona</h2><p>{about}</p></footer></body></html>"
    )
    text = read(parse(page), "https://revista.example/poesia/la-carta.html", None).text
    assert text == "\n".join(verses).replace("<br>", "\n")
