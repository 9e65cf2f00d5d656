"""What tells unwanted texts: trees asked as LightGBM asks them, a style of no subject, both of what is measured."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cleaning.models.boosted import load, sums
from cleaning.signals.signals import COHERENCE, GROUPS, TEXT
from cleaning.signals.worth import grow_worth, style, worth
from cleaning.text.batch import Batch, Hashes, word_hash
from tests.cleaning.filter.filtered import filtered
from tests.cleaning.kernels import removed

PROSE = (
    "El molino de la ribera muele desde que el abuelo lo compró, y nadie recuerda un invierno sin harina. "
    "Cuando sube el agua, la muela gira sola; cuando baja, mi padre la mueve con la mula y canta para no dormirse. "
    "Aquel año, sin embargo, la presa se rompió y hubo que llevar el trigo a la villa, a dos días de camino.\n"
)
NAMES = ["molino", "puerta", "ventana", "camino", "acequia", "tejado", "llave", "muela", "presa"]
PLAN = "# Plan del molino\n\n" + "".join(
    f"## {what}\n\n- Estado: {state}\n- Fecha: {day}/{day + 2}\n- {state.capitalize()} ✅\n\n"
    for day, (what, state) in enumerate(
        [
            ("Muela", "dos, de granito"),
            ("Presa", "revisada en marzo"),
            ("Trigo", "25 sacos → harina"),
            ("Mula", "vieja (14 años)"),
            ("Turnos", "lunes / jueves"),
            ("Cerner", "a mano"),
            ("Acequia", "limpia"),
            ("Llave", "en casa de Ana"),
        ],
        1,
    )
)


def test_it_reads_what_is_measured_before_it() -> None:
    signals = GROUPS[TEXT].types | GROUPS[COHERENCE].types
    assert set(worth.INPUTS) <= signals.keys() and len(set(worth.INPUTS)) == len(worth.INPUTS)
    trees, style_ = load(worth.FILE), worth.style()
    width = len(worth.INPUTS) + len(worth.LANGUAGES) + len(worth.DOMAINS)
    assert trees["feature"].max() < width
    assert style_["weight"].shape == (1 << style.BITS,)


def test_what_is_missing_and_what_is_said_are_seen() -> None:
    columns = [[None if i == 1 else float(i), 2.0] for i in range(len(worth.INPUTS))]
    x = worth.features(columns, ["gl", None], ["legal", "blogs"])
    assert x[0, :3].tolist() == [0.0, -1.0, 2.0]
    assert x[0].tolist().count(1.0) == 2 and x[0, len(worth.INPUTS) + 2] == 1  # Galician, a law
    assert not x[1, len(worth.INPUTS) :].any()


def test_the_same_trees_are_grown_and_asked_as_lightgbm_asks_them(tmp_path: Path) -> None:
    pytest.importorskip("lightgbm", reason="trees are grown with LightGBM, of the extra `train`")
    rng = np.random.default_rng(5)
    x = rng.normal(size=(400, 9)).astype(np.float32)
    x[::7, 3] = -1
    bad = (x[:, 0] + x[:, 3] + rng.normal(size=400) * 0.3) > 0.4
    trees, booster = grow_worth.grown(x, bad, np.ones(400), rounds=12)
    np.savez(tmp_path / "trees.npz", **trees)  # type: ignore[arg-type]
    chances = booster.predict(x, raw_score=True)
    np.testing.assert_allclose(sums(x, load(tmp_path / "trees.npz")), chances, rtol=0, atol=1e-5)
    again, _ = grow_worth.grown(x, bad, np.ones(400), rounds=12)
    assert all(np.array_equal(trees[name], again[name]) for name in trees)


def test_a_style_is_learnt_and_told_of_other_texts() -> None:
    orders = [f"Pulse {word} y espere. Abra {word}, cierre {word}." for word in NAMES]
    names = [
        f"{word.title()} {i} / {word.title()} {i + 1}\n{word.title()}: {i}"
        for i, word in enumerate(NAMES)
    ]
    texts = [*orders[:6], *names[:6]]
    words = grow_worth.frequent(texts)
    bias, weights = grow_worth.weighed(
        grow_worth.vectors(texts, words), np.arange(12) >= 6, np.ones(12)
    )
    again = grow_worth.weighed(grow_worth.vectors(texts, words), np.arange(12) >= 6, np.ones(12))
    assert bias == again[0] and np.array_equal(weights, again[1])
    batch = Batch([*orders[6:], *names[6:]])
    scores = style.scores(*style.runs(batch, words), weights.astype(np.float32)) + bias
    assert (scores[: len(orders) - 6] < 0).all() and (scores[len(orders) - 6 :] > 0).all()
    by_row = grow_worth.vectors([*orders[6:], *names[6:]], words) @ weights + bias
    np.testing.assert_allclose(scores, by_row, atol=1e-5)


def test_words_are_known_by_their_ends_and_a_long_text_by_three_parts() -> None:
    none = style.table(np.zeros(0, np.uint64))

    def of(text: str, words: Hashes = none) -> list[int]:
        return style.runs(Batch([text]), words)[0].tolist()

    assert of("cantaba 12") == of("saltaba 7") != of("cantaban 12")
    assert of("cantaba") != of("Cantaba") != of("CANTABA")
    frequent = style.table(np.array([word_hash("saltaba")], np.uint64))
    assert of("cantaba", frequent) != of("saltaba", frequent)
    assert of("a\n\n\n\nb") == of("a\n\nb") != of("a\nb")
    assert of("") == []
    part = style.STRETCH
    begins, ends = "uno. " * (part // 5), "tres. " * (part // 6)
    long = begins + "dos; " * part + ends
    assert len(of(long)) < len(of(long[: 3 * part])) + 20
    assert of(begins + "dos; " * part * 3 + ends)[: part // 5] == of(long)[: part // 5]


def test_an_outline_goes_and_a_tale_stays(tmp_path: Path) -> None:
    rules = [{"name": "worth", "signal": "unwanted", "max": 0.55}]
    assert removed(filtered(tmp_path / "plan", [PLAN], rules=rules)) == {"worth": 1}
    assert removed(filtered(tmp_path / "tale", [PROSE * 2], rules=rules)) == {}
    assert removed(filtered(tmp_path / "preset", [PROSE])) == {}
