"""The trees that ship say what LightGBM's own would, of real pages, and what they said when they were grown."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType

from cleaning.extract.blocks.blocks import blocks, parse
from cleaning.extract.learning import grow
from cleaning.extract.metadata import Marks
from cleaning.extract.model import model, trees
from cleaning.extract.model.features import WIDTH, Floats, features, of_page
from cleaning.models import boosted
from cleaning.text.encoding import decode
from tests.cleaning.extract.pages import FOOT, MENU, PROSE
from tests.cleaning.kernels import shared

CARD = (
    "<div class=card><a href=/p/{0}><h3>Cántaro {0}</h3></a><p>De barro rojo</p><b>{0}0 €</b></div>"
)

CARDS = "".join(CARD.format(i) for i in range(1, 17))
SHOP = f"<title>Tienda</title>{MENU}<h1>Cántaros</h1><p>{PROSE * 3}</p><main>{CARDS}</main>{FOOT}"


def numbers(html: str, url: str = "") -> Floats:
    root = parse(html)
    assert root is not None
    page = blocks(root)
    return features(page, root.findtext(".//title") or "", of_page(Marks.of(root), page, url))


def test_arrays_say_what_the_trees_of_lightgbm_say(tmp_path: Path) -> None:
    pytest.importorskip("lightgbm", reason="trees are grown with LightGBM, of the extra `train`")
    path = shared("warc") / "assembled__spanish_pages.warc.gz"
    with path.open("rb") as file:
        records = ArchiveIterator(file, record_types=WarcRecordType.response, parse_http=True)
        read = (decode(record.reader.read())[0] for record in records)
        x = [numbers(html) for html, _ in zip(read, range(40), strict=False)]
    y = [page[:, trees.OF_NEAR :].mean(1).clip(0, 1) for page in x]
    share = [np.full(len(page), 1 / len(page)) for page in x]
    grown, booster = grow.grown(x, y, share, rounds=9)
    again, _ = grow.grown(x, y, share, rounds=9)
    assert all((grown[name] == again[name]).all() for name in grown)
    assert len(grown["root"]) == 9 < len(grown["feature"])
    np.savez(tmp_path / "trees.npz", **grown)
    for page in x:
        logits = booster.predict(trees.with_context(page), raw_score=True, num_threads=1)
        np.testing.assert_allclose(
            trees.logits(page, tmp_path / "trees.npz"), logits, rtol=0, atol=1e-5
        )


def test_what_is_seen_of_a_block_are_its_numbers_those_beside_it_and_means_nearby() -> None:
    x = np.random.default_rng(0).normal(size=(12, WIDTH)).astype(np.float32)
    seen = trees.with_context(x)
    at = x.shape[1]
    assert (seen[:, :at] == x).all()
    for distance, first, last in trees.BESIDE:
        for row in range(len(x)):
            there = 0 <= row + distance < len(x)
            beside = seen[row, at : at + last - first]
            assert (beside == (x[row + distance, first:last] if there else -1)).all()
        at += last - first
    for near in trees.NEAR:
        means = [x[max(0, i - near) : i + near + 1, : trees.OF_NEAR].mean(0) for i in range(12)]
        np.testing.assert_allclose(seen[:, at : at + trees.OF_NEAR], means, atol=1e-6)
        at += trees.OF_NEAR
    assert at == seen.shape[1]


def test_the_trees_that_ship_say_of_a_shop_what_they_said() -> None:
    x = numbers(SHOP, "https://alfar.example/tienda/cantaros")
    logits = trees.logits(x)
    values = [logits[2], logits[3], logits[-1], logits.sum()]  # its prose, a card, the foot
    assert values == pytest.approx([2.7914, -0.818, -3.2574, -29.089], abs=1e-3)
    shipped = boosted.load(trees.TREES)
    assert shipped["threshold"].dtype == shipped["value"].dtype == np.float32
    assert shipped["feature"].max() < trees.with_context(x).shape[1]


def test_of_articles_trees_say_what_the_body_is_of_others_what_main_text_is() -> None:
    article = numbers(f"<article><h1>El cartero</h1>{f'<p>{PROSE * 4}</p>' * 6}</article>")
    sold = "".join(f"<li class=product>{CARD.format(i)}</li>" for i in range(1, 17))
    shop = numbers(
        f"<title>Cántaros</title>{MENU}<ul class=products>{sold}</ul>{FOOT}",
        "https://alfar.example/tienda/cantaros",
    )
    for x in (article, shop):
        answers, kinds = model._answers(x)
        main, body = answers[:, 0], (answers[:, 0] + 2 * answers[:, 1]) / 3
        assert (model.PAGE_KINDS[int(np.argmax(kinds))] == "article") == (x is article)
        if x is article:
            in_body = body > -3
            assert in_body.any()
            body[in_body] = (0.4 * body + 0.6 * trees.logits(x, trees.BODIES))[in_body]
        else:
            main = 0.4 * main + 0.6 * trees.logits(x)
        assert np.allclose(model.judge(x)[0], main, atol=1e-5)
        assert np.allclose(model.judge(x)[1], body, atol=1e-5)
