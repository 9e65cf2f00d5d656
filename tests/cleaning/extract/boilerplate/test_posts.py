"""What a board sets at posts goes by where it stands, in the markup of six; what people wrote stays, however short."""

from __future__ import annotations

import numpy as np
import pytest

from cleaning.extract import likely
from cleaning.extract.blocks.blocks import blocks, parse
from cleaning.extract.boilerplate.posts import beside_posts, whole_posts
from cleaning.extract.model.model import PAGE_KINDS
from cleaning.extract.page import read
from cleaning.text.verse import mostly_verse
from tests.cleaning.extract.pages import PROSE

# Who wrote it, when and what is counted of him, and between them what he wrote, as each board shows a post.
BOARDS = {
    "phpBB": "<div class='post bg{i}'><dl class=postprofile><dt><a href=/u>rosa</a></dt></dl><div class=postbody><h3>"
    "<a href=#p>Re: Setas</a></h3><p class=author>Lun 3 May</p><div class=content>{said}</div></div></div>",
    "SMF": "<div class=windowbg><div class=poster><h4>rosa</h4></div><div class=postarea><div class=postinfo>#{i}</div>"
    "<div class=post><div class=inner>{said}</div></div></div></div>",
    "XenForo": "<article class=message><section><h4>rosa</h4><dl><dt>Puntos</dt><dd>{i}</dd></dl></section>"
    "<div class=message-content><div class=bbWrapper>{said}</div></div></article>",
    "Discourse": "<div class=crawler-post><div class=crawler-post-meta>rosa {i}</div><div class=post>{said}</div>"
    "<div class=post-likes>{i} Me gusta</div></div>",
    "MyBB": "<div class=post><div class=post_author>rosa</div><div class=post_content><div class=post_head>#{i}</div>"
    "<div class='post_body scaleimages'>{said}</div></div></div>",
    "FluxBB": "<div class='blockpost row{i}'><h2>#{i} 3 de mayo</h2><div class=box><div class=postright>"
    "<div class=postmsg>{said}</div></div><div class=postfoot><p>Desconectado</p></div></div></div>",
}
SAID = (f"<p>{PROSE}</p><p>Sí.</p>", f"<p>{PROSE}</p><ul><li>sal</li></ul>", f"<p>{PROSE}</p>")


@pytest.mark.parametrize("board", BOARDS)
def test_what_a_board_sets_at_posts_is_known_by_its_place(board: str) -> None:
    thread = "".join(BOARDS[board].format(i=i, said=post) for i, post in enumerate(SAID))
    root = parse(f"<body><h1>Setas</h1><div id=posts>{thread}</div><p>Todo en UTC</p></body>")
    assert root is not None
    page = blocks(root)
    p = np.where(page.size > 60, 0.9, 0.5).astype(np.float32)
    written = {PROSE.strip(), "Sí.", "sal", "Setas", "Todo en UTC"}
    assert beside_posts(page, p).tolist() == [text not in written for text in page.text]


def test_the_only_post_of_a_thread_is_told_by_its_name() -> None:
    alone = "<h1>Setas</h1><div class={}><h4>rosa</h4><div class={}>{}</div></div>"
    for names, is_post in (("post", "post-body"), True), (("caja", "caja-dos"), False):
        root = parse("<body>" + alone.format(*names, SAID[0]) + "</body>")
        assert root is not None
        page = blocks(root)
        p = np.where(page.size > 60, 0.9, 0.3).astype(np.float32)
        assert beside_posts(page, p).tolist() == [False, is_post, False, False]


def test_a_short_line_is_of_its_post_as_lines_that_look_alike() -> None:
    lines = "".join(f"<div class=cuerpo><p>{PROSE}</p></div>" for _ in range(3))
    root = parse(f"<body>{lines}<div class=cuerpo><p>{PROSE}</p><p>Saludos.</p></div></body>")
    assert root is not None
    page = blocks(root)
    p = np.where(page.size > 60, 0.95, 0.1).astype(np.float32)
    assert (whole_posts(page, p) >= 0.5).all()


QUESTION = (
    "Molinero de la sierra que mueles de noche y día,|dime qué lleva la harina que sale de tu molino,|"
    "si lleva trigo del llano o cebada de la umbría,|o el sudor de quien la trae por tan áspero camino."
)
ANSWER = (
    "Lleva el trigo de los pobres y la sal de su alegría,|lleva el agua de la nieve y la sombra de los pinos,|"
    "y si preguntas al viento quién la muele todavía,|dirá que la muele el río y que yo soy su vecino."
)


LABELS = (
    "Unisonancia: singular|Isometrismo: isométrico|Esquema métrico: 6x8|Esquema rimático: abbacc"
)
STANZAS = (
    "Del pozo sube la luna|y se queda en el brocal,|que no la bebe ninguna|boca que sepa llorar,|"
    "mas la mira un animal|de los que duermen de día,|y cree que es otra la sal|con que la noche se cría.|"
    "Si el agua supiera hablar|nos diría que la luna|no se deja derramar|en la mano de ninguna,|"
    "y que vuelve a la laguna|por donde la vio pasar."
)
TABLE = (
    "Autor|Anónimo|Editora del texto|Repositorio|Identificador|X-12|Localización|31v|Tipo|pregunta"
)
MENU = (
    "Inicio|Sobre nosotros|Nuestros servicios|De la granja a casa|Para empresas|Con cita|Contacto|Tienda|"
    "Ofertas de hoy|Mi cuenta|Mis pedidos|Ayuda|Tu cesta|Blog de recetas"
)
TEASERS = (
    "En la era ya no trilla nadie|Con las primeras lluvias de octubre el pueblo se queda sin…|"
    "De la sal y de quien la lleva|Por el camino de la costa bajan todavía dos recuas con…|"
    "Si vuelve el lobo a la sierra|Cuando la nieve cierra el puerto los pastores bajan al…|"
    "A la sombra del molino viejo|Y aunque la rueda no gira, el agua pasa como siempre por…"
)


@pytest.mark.parametrize("kind", ["listing", "service", "forum", "documentation"])
def test_a_poem_below_labels_and_above_a_table_is_no_listing(
    monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    kinds = np.array([0.7 if one == kind else 0.05 for one in PAGE_KINDS], np.float32)

    def judged(x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        logits = np.full(len(x), 3.0, np.float32)
        return logits, logits, kinds

    monkeypatch.setattr(likely, "judge", judged)
    for middle, kind_of in ((STANZAS, "article"), (MENU, kind)):
        lines = "|".join((LABELS, middle, TABLE)).split("|")
        body = "".join(f"<p>{line}</p>" for line in lines)
        reading = read(parse(f"<html lang=es><body><main>{body}</main>"), None, None)
        assert middle.split("|")[3] in reading.text
        assert reading.kind == (kind if kind == "documentation" else kind_of)


def test_titles_and_what_is_below_them_broken_off_are_no_verse() -> None:
    assert mostly_verse((STANZAS + "|" + STANZAS).split("|"))
    assert not mostly_verse((TEASERS + "|" + TEASERS).split("|"))


@pytest.mark.parametrize(("sure", "whole"), [(0.18, True), (0.3, False)])
def test_a_poem_beside_another_stays_where_nobody_knows_what_kind_the_page_is(
    monkeypatch: pytest.MonkeyPatch, sure: float, whole: bool
) -> None:
    """Two columns of verse look as a post and its author do: only in what is surely a forum is one of them that."""
    verse = ["".join(f"<p>{line}</p>" for line in poem.split("|")) for poem in (QUESTION, ANSWER)]
    rows = (
        ("<h1>Pregunta</h1>", "<h1>Respuesta</h1>"),
        [f"<div class=estrofa>{v}</div>" for v in verse],
    )
    columns = "".join(
        f"<div class='row clearfix'><div class=col-left>{left}</div><div class=col-right>{right}</div></div>"
        for left, right in rows
    )
    rest = (1 - sure) / (len(PAGE_KINDS) - 1)
    kinds = np.array([sure if kind == "forum" else rest for kind in PAGE_KINDS], np.float32)

    def judged(x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        logits = np.full(len(x), 1.5, np.float32)
        return logits, logits, kinds

    monkeypatch.setattr(likely, "judge", judged)
    root = parse(f"<html lang=es><body><main>{columns}</main></body></html>")
    text = read(root, None, None).text
    assert all(line in text for line in QUESTION.split("|"))
    assert all(line in text for line in ANSWER.split("|")) == whole
