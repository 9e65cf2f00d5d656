"""What a shop sets around a product goes, and what a template keeps closed; a text of the same words stays."""

from __future__ import annotations

import numpy as np
import pytest

from cleaning.extract.blocks.blocks import Blocks, blocks, parse
from cleaning.extract.boilerplate.closed import closed
from cleaning.extract.boilerplate.controls import signatures
from cleaning.extract.boilerplate.goods import around_product
from cleaning.extract.boilerplate.template import of_consent
from tests.cleaning.extract.pages import PROSE


def blocks_of(html: str) -> Blocks:
    root = parse(html)
    assert root is not None
    return blocks(root)


PARTS = (
    "<h2>Opiniones de clientes</h2><p>Me llegó en dos días y funciona.</p>",
    "<h3>128 Customer reviews</h3><p>It came in two days and works.</p>",
    "<h2>También te puede interesar</h2><ul><li>Otra taza</li><li>Un plato</li></ul>",
    "<h2>Envíos y devoluciones</h2><p>Gratis desde 30 euros.</p>",
    '<div id="product-reviews"><p>Me llegó en dos días.</p><p>Funciona.</p></div>',
)


@pytest.mark.parametrize("part", PARTS)
def test_what_stands_around_a_product_is_told_from_it(part: str) -> None:
    of_part = len(blocks_of(part))
    page = blocks_of(
        f"<main><h1>Taza de barro</h1><p>{PROSE}</p>{part}<h2>Medidas</h2><p>{PROSE}</p></main>"
    )
    assert around_product(page).tolist() == [False] * 2 + [True] * of_part + [False] * 2


def test_reviews_that_are_the_page_are_its_text() -> None:
    page = blocks_of(f"<h1>Taza</h1><h2>Opiniones</h2><p>{PROSE}</p><p>{PROSE}</p>")
    assert not around_product(page).any()


@pytest.mark.parametrize(
    ("classes", "hides"),
    [
        ("hidden", True),
        ("promo hide", True),
        ("text-sm lg:text-base hidden", True),
        ("d-none", True),
        ("hidden md:block", False),
        ("d-none d-lg-flex", False),
        ("overflow-hidden", False),
    ],
)
def test_classes_that_hide_at_every_width(classes: str, hides: bool) -> None:
    page = blocks_of(f'<p>{PROSE}</p><div class="{classes}"><div><p>Envío gratis</p></div></div>')
    assert closed(page).tolist() == [False, hides]


def test_a_signature_is_known_by_its_class() -> None:
    page = blocks_of(
        f'<div class="post">{PROSE}</div><div class="post-signature">Rosa, Soria</div>'
    )
    assert signatures(page).tolist() == [False, True]


def test_the_purposes_of_advertisers_are_no_text() -> None:
    purpose = "<h4>Crear perfiles. {} socios pueden utilizar este propósito</h4><p>Se guarda.</p>"
    purposes = "".join(purpose.format(n) for n in (12, 340, 5))
    page = blocks_of(f"<p>{PROSE}</p>{purposes}")
    out = of_consent(page)
    assert out[1:-1].all()
    assert not out[0]
    assert np.count_nonzero(~of_consent(blocks_of(f"<p>{PROSE}</p>{purpose.format(3)}"))) == 3
