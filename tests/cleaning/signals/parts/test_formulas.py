"""What formulas count for."""

from __future__ import annotations

from cleaning.language.cascade import cascade, cascade_digest
from cleaning.signals.parts.formulas import formulas
from cleaning.signals.signals import GROUPS, compute
from cleaning.text.batch import Batch

NOTES = r"""Entonces $a_1 x_1 + b_2 y_2 = c_k$ y \(f(x) = \int g(x) dx\), luego
\[ \vec{u} \times \vec{v} = \begin{vmatrix} i & j & k \\ u_x & u_y & u_z \\ v_x & v_y & v_z \end{vmatrix} \]
y la serie $\sum_{n=0}^{k} a_n x^n \to \exp(x)$ converge.
"""


def test_symbols_of_formulas_are_no_words_and_prices_no_formulas() -> None:
    batch = Batch([NOTES, "De $5 a $10, o US$20 en $HOME:$PATH, que es una cifra."])
    mean = compute(batch, {"language": ["es"] * 2}, ["mean_word_length"])["mean_word_length"]
    assert mean[0] == 30 / 7 and not formulas(batch.texts[1])


def test_formulas_tell_no_language() -> None:
    measure = next(m for m in GROUPS["text"].measures if "language_share" in m.signals)
    assert measure.values(Batch([NOTES]), cascade(cascade_digest()), [])["language"][0] == "es"
