"""A page becomes blocks of text that hold its words, however it is written, and in no long time."""

from __future__ import annotations

import html as markup
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaning.extract.blocks.blocks import blocks, parse
from cleaning.extract.glance import glance
from cleaning.extract.page import read
from cleaning.extract.tree.elements import Kind
from cleaning.extract.tree.families import NAMES
from tests.cleaning.extract.pages import FOOT, MENU, PROSE, XHTML, parts, reading


def test_the_numbers_of_lines_are_no_code() -> None:
    code = ["package es.ejemplo;", "", "public class Saludo {", "\tint n = 3;", "}"]

    def read_as(lines: list[str]) -> str:
        text = markup.escape("\n".join(lines))
        return parts(f"<p>{PROSE}</p><pre>{text}</pre>")[1][1]

    plain = "\n".join(code).expandtabs(4)
    assert read_as([f"{n:03}{line}" for n, line in enumerate(code, 1)]) == plain
    for own in (["001", "002"], ["001", "002", "003"], ["001 a", "002 b", "004 c"], ["1 a", "2 b"]):
        assert read_as(own) == "\n".join(own)


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


def test_what_is_raised_or_lowered_is_told_from_the_digits_beside_it() -> None:
    root = parse(
        "<p>De 10<sup>3</sup> a 2<sup>x+1</sup> m<sup> 2</sup>, H<sub>2</sub>O <b>T<sub>max</sub></b>, el"
        " 1.<sup>o</sup> y el 1<sup>er</sup> estudio<sup><a href='#f1'>1</a></sup><a href='#f2'><sup>2</sup></a>"
        " <a href=x>Pan<sup>®</sup></a>, e<sup>x<sup>2</sup></sup>, dos<sup id=cite><a href='#c'>[3]</a></sup>.</p>"
        "<pre>x<sup>2</sup></pre><table><tr><td>5 m<sup>2</sup></td><td>10<sup>-3</sup></td></tr></table>"
    )
    assert root is not None
    page = blocks(root)
    assert page.text == [
        "De 10³ a 2^(x+1) m², H₂O T_(max), el 1.º y el 1er estudio[1][2] Pan®, e^(x²), dos[3].",
        "x²",
        "5 m² | 10⁻³",
    ]
    assert (page.linked <= page.size).all()


def test_what_a_style_hides_in_a_sentence_is_none_of_it() -> None:
    html = (
        "<p>El pan <span class=a style='color:red; Display : none'>oculto <b>del todo</b></span> y <i hidden>la</i>"
        f" <span style='display:inline'>sal</span>.<span style='display:none'>{PROSE * 4}</span></p>"
    )
    root = parse(html)
    assert root is not None
    assert blocks(root).text == [f"El pan y sal.{PROSE * 4}".strip()]


def test_the_links_that_edit_a_section_are_no_part_of_its_heading() -> None:
    edit = '<a href="/w/index.php?title=Pan&amp;{}=edit&amp;section=1" title="Editar sección: Masa">{}</a>'
    links = (
        edit.format("veaction", "editar")
        + "<span> | </span>"
        + edit.format("action", "editar código")
    )
    root = parse(
        f'<h2><span class="mw-headline" id=Masa>Masa</span><span class="mw-editsection"><span>[</span>{links}'
        "<span>]</span></span></h2><h3><span class=editsection>[<a href=/e>editar</a>]</span> Pan</h3>"
        '<h4>Re: Pan&nbsp;<a href="/tema-3/?post=24#24">&#182;</a></h4>'
    )
    assert root is not None and blocks(root).text == ["Masa", "Pan", "Re: Pan"]


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
    assert parts(data) == [(Kind.ROW, "Año | Vecinos"), (Kind.ROW, "2024 | 312")]
    layout = f"<table><tr><td>{PROSE * 4}</td><td>{PROSE * 3}</td></tr></table>"
    assert [text for _, text in parts(layout)] == [(PROSE * 4).strip(), (PROSE * 3).strip()]
    many = "<table><tr><td>1</td><td><p>Cada vecino.</p><p>Y su casa.</p></td></tr></table>"
    assert [text for _, text in parts(many)] == ["1", "Cada vecino.", "Y su casa."]
    nested = f"<table><tr><td>Menú</td><td>{data}</td></tr></table>"
    assert [text for _, text in parts(nested)] == ["Menú", "Año | Vecinos", "2024 | 312"]


def test_an_empty_cell_keeps_the_values_behind_it_in_their_columns() -> None:
    head = "<tr><th></th><th>Lunes</th><th>Martes</th><th>Jueves</th></tr>"
    rows = (
        "<tr><td>Ana</td><td></td><td>&nbsp;</td><td>8</td></tr><tr><td>Eva</td><td>7<td><td></tr>"
    )
    lines = ["| Lunes | Martes | Jueves", "Ana | | | 8", "Eva | 7", "fin"]
    assert [text for _, text in parts(f"<table>{head}{rows}</table><p>fin")] == lines


def test_code_keeps_its_lines_and_two_breaks_end_a_paragraph() -> None:
    html = "<pre>def f():\n    <span>return</span> 1\n</pre><p>uno<br>dos<br><br>tres</p>"
    assert parts(html) == [
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
    "raised": "<p>" + "<sup>" * 1_500 + "<b>x</b>" * 500_000,
    "attribute": '<div a="' + "x" * 2_000_000,
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_no_page_takes_long(name: str) -> None:
    reading("<p>pan")  # what is compiled once is no time of a page's
    glance(b"<p>pan")
    began = time.process_time()
    reading(HOSTILE[name])
    glance(HOSTILE[name].encode())
    assert time.process_time() - began < 5
