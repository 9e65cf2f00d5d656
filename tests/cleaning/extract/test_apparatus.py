"""A text stays whole: lines of a dialogue among its paragraphs, its notes and its glossary."""

from __future__ import annotations

import numpy as np

from cleaning.extract.apparatus import apparatus
from cleaning.extract.model.choice import running
from tests.cleaning.extract.boilerplate.test_goods import blocks_of
from tests.cleaning.extract.pages import PROSE


def test_a_line_of_a_dialogue_stays_among_the_paragraphs_of_a_story() -> None:
    story = f"<p>{PROSE}</p>" * 12 + "<p>—¿Y los cuchillos no cortan? —dijo la mula joven.</p>"
    teaser = "<p>—Siga leyendo en <a href=/2>la segunda parte</a></p>"
    page = blocks_of(f"<div>{story}{teaser}</div><div><p>—Compre el libro aquí.</p></div>")
    keep = np.arange(len(page)) < 12
    of_page = np.where(keep, 0.9, 0.4)
    assert running(page, keep, of_page).tolist() == [True] * 13 + [False] * 2
    assert not running(page, keep & (np.arange(len(page)) < 5), of_page).any()  # too few


def test_folded_notes_are_text_where_they_are_prose() -> None:
    note = f"<h4>El molino</h4><p>{PROSE * 4}</p><a href='#'>↩ Volver</a>"
    page = blocks_of(
        f"<p>{PROSE}</p><section class='notes-section collapsible'><h2>Notas</h2>{note * 4}</section>"
    )
    assert apparatus(page).tolist() == [False, True, *[True, True, False] * 4]
    links = "<p><a href=/1>El molino y sus muelas, en la revista de la villa</a></p>" * 40
    assert not apparatus(blocks_of(f"<p>{PROSE}</p><div class='notes'>{links}</div>")).any()
