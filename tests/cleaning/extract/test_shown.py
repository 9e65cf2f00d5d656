"""A page is read as a browser shows it: formulas, the marks of lists, corrections, what is out of sight."""

from __future__ import annotations

import pytest

from cleaning.extract.blocks.blocks import blocks, parse
from cleaning.extract.page import rendered
from tests.cleaning.extract.pages import PROSE, parts, reading

TEX = '<annotation encoding="application/x-tex">{\\displaystyle \\pi r^{2}}</annotation>'
DRAWN = f"<math><semantics><mrow><mi>π</mi><msup><mi>r</mi><mn>2</mn></msup></mrow>{TEX}</semantics></math>"
SUM = "<mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow>"


def marked(html: str) -> list[str]:
    root = parse(html)
    assert root is not None
    page = blocks(root)
    return rendered(page, page.size > 0).split("\n")


@pytest.mark.parametrize(
    ("formula", "line"),
    [
        (f"<span class=katex><span>{DRAWN}</span><span class=katex-html>πr2</span></span>", r"$\pi r^{2}$"),
        (f"<span class=mwe-math-element><span style='display: none'>{DRAWN}</span></span>", r"$\pi r^{2}$"),
        ("<img class=tex alt='E = mc^2' src=e.png>", "$E = mc^2$"),
        (r"<img class=mwe-math-fallback-image-inline alt='{\displaystyle x}' src=e.svg>", "$x$"),
        ("<span class=MathJax_Preview>x2</span><script type=math/tex>x^2</script>", "$x^2$"),
        ("<math><mfrac><mn>3</mn><mn>4</mn></mfrac></math>", "3/4"),
        (f"<math><mfrac>{SUM}<mn>2</mn></mfrac></math>", "(a+b)/2"),
        ("<math><msqrt><mn>2</mn></msqrt></math>", "sqrt(2)"),
        ("<math><msup><mi>x</mi><mn>3</mn></msup></math>", "x³"),
        ("<math><msub><mi>x</mi><mtext>max</mtext></msub></math>", "x_(max)"),
        ("<math><msup><mi>e</mi><mrow><mi>i</mi><mi>t</mi></mrow></msup></math>", "e^(it)"),
        ("<math><mover><mi>x</mi><mo>¯</mo></mover></math>", "x\u0305"),
    ],
)  # fmt: skip
def test_a_formula_is_said_once_in_one_line(formula: str, line: str) -> None:
    assert [text for _, text in parts(f"<p>Sea {formula} el pan.</p>")] == [f"Sea {line} el pan."]


@pytest.mark.parametrize(
    ("html", "lines"),
    [
        ("<ol type=a><li>uno<li>dos</ol>", ["a. uno", "b. dos"]),
        (
            "<ol style='list-style-type: upper-roman' start=4><li>uno<li>dos</ol>",
            ["IV. uno", "V. dos"],
        ),
        ("<ol reversed><li>uno<li>dos</ol>", ["2. uno", "1. dos"]),
        ("<ol><li value=7>uno<li>dos</ol>", ["7. uno", "8. dos"]),
        ("<ol start=0><li>uno<li>dos</ol>", ["0. uno", "1. dos"]),
        ("<ol type=A start=27><li>uno<ol><li>dos</ol></ol>", ["AA. uno", "1. dos"]),
    ],
)
def test_an_entry_has_the_mark_that_a_browser_shows(html: str, lines: list[str]) -> None:
    assert marked(html) == lines


@pytest.mark.parametrize(
    "numbers",
    [
        "<td class='rouge-gutter gl'><pre class=lineno>1\n2\n</pre></td>",
        "<td class=linenos><div class=linenodiv><pre>1\n2</pre></div></td>",
    ],
)
def test_the_column_of_the_numbers_of_lines_is_no_code(numbers: str) -> None:
    code = f"<table><tr>{numbers}<td class=code><pre>x = 1\ny = 2</pre></td></tr></table>"
    assert [text for _, text in parts(code)] == ["x = 1\ny = 2"]


@pytest.mark.parametrize(
    ("html", "sentence"),
    [
        ("Dice <q>así <b>es</b></q> y <q>«no»</q>.", "Dice “así es” y «no»."),
        ("Pan: <del>cien</del> <ins>ochenta</ins>; <s>100</s> 80.", "Pan: ochenta; 100 80."),
        (
            "El <ruby>漢<rt>kan</rt></ruby>, <ruby>字<rp>(</rp><rt>ji</rt><rp>)</rp></ruby>.",
            "El 漢(kan), 字(ji).",
        ),
        ("Un <a href=/x style='position:absolute;left:-9999px'>casino</a> pan.", "Un pan."),
    ],
)
def test_a_sentence_is_read_as_it_is_shown(html: str, sentence: str) -> None:
    assert [text for _, text in parts(f"<p>{html}</p>")] == [sentence]


@pytest.mark.parametrize(
    ("style", "gone"),
    [
        ("display:none", True),
        ("visibility:hidden", True),
        ("position:absolute; left:-9999px", True),
        ("text-indent: -9999em", True),
        ("font-size:0", True),
        ("font-size:0.9em", False),
        ("left:-10px", False),
    ],
)
def test_what_no_click_shows_is_no_text(style: str, gone: bool) -> None:
    page = f"<article><h1>El cartero</h1>{f'<p>{PROSE * 3}</p>' * 4}<p style='{style}'>Casino en línea para todos.</p>"
    text = reading(f"<html lang=es><body>{page}</article>").text
    assert PROSE.strip() in text
    assert ("Casino" not in text) == gone


def test_cells_that_span_others_leave_the_columns_below_each_other() -> None:
    rows = (
        "<tr><th rowspan=2>Mes<th colspan=2>Horno<th>Total</tr><tr><th>pan<th>sal</tr>"
        "<tr><td>Enero<td>1<td>2<td>3</tr><tr><td rowspan=2>Marzo<td>3<td>4<td>7</tr><tr><td>5<td>6<td>11</tr>"
    )
    assert marked(f"<table>{rows}</table>") == [
        "Mes | Horno | | Total",
        "| pan | sal",
        "Enero | 1 | 2 | 3",
        "Marzo | 3 | 4 | 7",
        "| 5 | 6 | 11",
    ]
    inner = "<table><tr><td colspan=3>Uno<td>Dos</tr></table>"
    layout = f"<table><tr><td colspan=2><p>Pan</p>{inner}<td>Sal</tr></table>"
    assert marked(layout) == ["Pan", "Uno | | | Dos", "Sal"]
    assert marked("<table><tr><td colspan=999999999>Pan<td>Sal</tr></table>") == ["Pan | Sal"]


@pytest.mark.parametrize(
    "code",
    [
        '<pre><span class="linenos">1</span>def f():\n<span class="linenos">2</span>    return 1\n</pre>',
        '<table><tr><td><pre class="lines">\n\n1\n2</pre><td><pre>def f():\n    return 1</pre></tr></table>',
        '<table><tr><td class="line-numbers">1\n2</td><td><pre>def f():\n    return 1</pre></td></tr></table>',
    ],
)
def test_numbers_of_lines_are_no_code(code: str) -> None:
    assert "\n".join(marked(code)).strip() == "def f():\n    return 1"


def test_a_tree_in_the_shadow_of_an_element_is_shown_with_what_its_slots_show() -> None:
    shadow = "<template shadowrootmode=open><h2>Horno</h2><slot name=pie>nadie</slot><slot></slot></template>"
    html = f"<div>{shadow}<p>Pan.</p><p slot=pie>Sal.</p></div><template><p>inerte</p></template>"
    assert marked(html) == ["Horno", "Sal.", "Pan."]


@pytest.mark.parametrize(
    ("sheet", "is_hidden"),
    [
        (".kw { color: red; DISPLAY : none !important }", True),
        ("p, #spam{display:none}", True),
        ("@media print { .kw { display: none } a { color: red } }", False),
        (".kw{display:none} .open .kw{display:block}", False),
        ("} .KW{color:red} .kw{margin:0;DISPLAY : None} ul>.kx{display:block}", True),
        ("/* } */ @media print { .kx{float:left} .kw{display:none}", False),
        (".kw{display:none} @media (min-width: 9em){ .kw { display: flex } }", False),
        ("/* .kw{display:none} */ .kw{color:red}", False),
        (".menu .kw{display:none}", False),
    ],
)
def test_what_a_sheet_of_the_page_hides_for_good_is_hidden(sheet: str, is_hidden: bool) -> None:
    root = parse(f"<style>{sheet}</style>{PROSE * 3}<div id=spam class='x kw'>pan sal agua</div>")
    assert root is not None
    page = blocks(root)
    assert page.text[-1] == "pan sal agua"
    assert bool(page.hidden[page.at[-1]]) == is_hidden


def test_what_a_sheet_hides_of_most_of_a_page_waits_for_a_script() -> None:
    root = parse(f"<style>.slide{{display:none}}</style><div class=slide>{PROSE}</div><p>Pan.</p>")
    assert root is not None
    assert not blocks(root).hidden.any()


DRAWN_LINES = (
    (
        "Los bancos reciben",
        "depósitos, otorgan préstamos y",
        "ofrecen servicios a quien los necesita",
    ),
    ("en", "cualquier lugar del país donde haya una oficina y alguien que la atienda", "."),
)


def drawn(lines: tuple[tuple[str, ...], ...], at: int = 0) -> str:
    """Lines as a program that turns printed pages into SVG writes them: in any order, letters with their places."""
    texts = []
    for row, line in enumerate(lines):
        x = 0.0
        for piece in line:
            places = " ".join(str(8 * letter) for letter in range(len(piece)))
            texts.append(
                f"<text transform='translate({x},{at + 20 * row})'><tspan x='{places}' y='0'>{piece}</tspan></text>"
            )
            x += 8 * len(piece) + (0 if line[-1] == "." and piece == line[-2] else 5)
    return f"<svg><title>Pintado</title><g transform='matrix(1,0,0,1,72,72)'>{''.join(reversed(texts))}</g></svg>"


def test_a_page_whose_text_is_drawn_is_read_by_its_lines() -> None:
    text = (
        "Los bancos reciben depósitos, otorgan préstamos y ofrecen servicios a quien los necesita en cualquier lugar "
        "del país donde haya una oficina y alguien que la atienda."
    )
    page = reading(f"<div>{drawn(DRAWN_LINES)}</div><div>{drawn(DRAWN_LINES, 100)}</div>")
    assert page.text == page.visible == f"{text}\n{text}"


def test_labels_of_a_figure_are_no_text() -> None:
    labels = drawn(tuple((f"Barra {n}", f"{n} %") for n in range(60)))
    assert "Barra" not in reading(f"<p>{PROSE}</p>{labels}").visible
    assert "Barra" not in reading(f"<p>Un gráfico</p>{labels}").visible
    assert "bancos" not in reading(f"<p>{PROSE}</p>" * 9 + drawn(DRAWN_LINES)).visible


KEYS = "<span hidden=true class=MAC>⌘F7</span><span hidden=true>Ctrl + F7</span>"


@pytest.mark.parametrize(
    ("html", "sentence"),
    [
        (
            f"<p>Oprima <span class=switch>{KEYS}</span> para ello.</p>",
            "Oprima Ctrl + F7 para ello.",
        ),
        (f"<p>Oprima <span>una tecla {KEYS}</span> ya.</p>", "Oprima una tecla ya."),
        (f"<p>Oprima <span>{KEYS}<span>F7</span></span> ya.</p>", "Oprima F7 ya."),
        (f"<p>Oprima <b>{KEYS}</b> ya.</p>", "Oprima ya."),
        (f"<p>Oprima <span hidden>{KEYS}</span> ya.</p>", "Oprima ya."),
    ],
)
def test_of_words_of_which_a_script_shows_one_the_last_is_shown(html: str, sentence: str) -> None:
    assert [text for _, text in parts(html)] == [sentence]


@pytest.mark.parametrize(
    ("quoted", "shown"),
    [
        (
            "<blockquote><div><cite>rosa escribió:</cite>¿Y sal?</div></blockquote>",
            ["rosa escribió:", "¿Y sal?"],
        ),
        (
            "<blockquote><cite>rosa escribió:</cite> ¿Y sal?</blockquote>",
            ["rosa escribió: ¿Y sal?"],
        ),
        ("<blockquote>Lo dijo <cite>Rosa</cite>, y más</blockquote>", ["Lo dijo Rosa, y más"]),
        ("<p><cite>El pan:</cite>un libro</p>", ["El pan:un libro"]),
    ],
)
def test_what_a_board_quotes_stands_below_whose_it_is(quoted: str, shown: list[str]) -> None:
    lines = [line for _, text in parts(quoted) for line in text.split("\n")]
    assert lines == shown
