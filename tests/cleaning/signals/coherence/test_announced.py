"""A stub at whose end an example or a list is missing is told from a text that ends."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cleaning.signals.coherence.announced import _announced
from cleaning.text.batch import Batch
from tests.cleaning.filter.filtered import filtered
from tests.cleaning.kernels import removed

TOLD = (
    "El molino guarda las medidas de cada saco en la carpeta de los ajustes.\n"
    "Puede poner en esta carpeta las medidas que tenga de antes, sin abrirlas.\n"
)
MORE = (
    "Cuando el molino las encuentra, las lee y las suma a las del año pasado.\n"
    "Si alguna no le vale, la deja en la misma carpeta y lo dice en el libro del molino.\n"
)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (f"{TOLD}\nAquí hay un ejemplo de tres sacos:\n\n", {"announced": 1}),
        (f"{TOLD}\nAquí hay un ejemplo de tres sacos.", {}),
        (f"{TOLD}\nAquí hay un ejemplo: son tres los sacos que pesa.", {}),
        (f":::: nota\n{TOLD}\nAquí hay un ejemplo de tres sacos.\n::::", {}),
        (f"{TOLD}{MORE}\nAquí hay un ejemplo de tres sacos:", {}),
    ],
)
def test_a_stub_that_announces_what_is_missing_goes(
    tmp_path: Path, text: str, rule: dict[str, int]
) -> None:
    assert removed(filtered(tmp_path, [text])) == rule


def test_texts_without_a_line_announce_nothing() -> None:
    values = _announced.values(Batch(["", "Ejemplo:", "\n", ":"]), None, [[0.0, 1.0, 0.0, 0.0]])
    expected = [np.nan, 1.0, np.nan, 0.0]
    assert np.array_equal(values["announcing_words"], expected, equal_nan=True)
