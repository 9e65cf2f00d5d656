"""An entry of a reference is told by what it says beside labels, a law by its sentences where it is long."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cleaning.signals.coherence.entries import entry_words
from cleaning.signals.text.prose import Lines
from cleaning.text.batch import Batch
from tests.cleaning.filter.filtered import filtered
from tests.cleaning.kernels import removed

LABELS = """La función moler_trigo muele los granos que se le dan y devuelve la harina.

grano El grano que se va a moler en la muela de abajo.

La finura de la harina que se quiere.

El número de vueltas que da la muela.

Devuelve la harina, o nada si el molino se para antes."""
TOLD = """Antes de la primera vuelta se moja la piedra, que si está seca quema el grano y deja la harina oscura.

Si el saco pesa más de lo que admite la tolva, se parte en dos y se muele cada parte por su lado."""
ARTICLE = (
    "El ayuntamiento arrienda el molino de abajo a quien lo pida antes del día primero de mayo.\n\n"
)
CELLS = "\n\n".join(f"Muela {n}" for n in range(40))
ROWS = "\n\n".join(f"Muela {n} - {n} reales" for n in range(150))


@pytest.mark.parametrize(
    ("text", "domain", "rule"),
    [
        (LABELS, "technical", {"labelled": 1}),
        (f"{LABELS}\n\n{TOLD}", "technical", {}),
        (LABELS, "web", {}),
        (ARTICLE * 3 + ROWS, "legal", {"tables_of_law": 1}),
        (ARTICLE * 3 + ROWS[:200], "legal", {}),  # a short one below its letterhead
        (ARTICLE * 42 + ROWS, "legal", {}),  # a commentary that tells half of it in items
        (ARTICLE * 2 + CELLS, "legal", {"cells_of_law": 1}),
    ],
)
def test_labels_and_tables_go(tmp_path: Path, text: str, domain: str, rule: dict[str, int]) -> None:
    assert removed(filtered(tmp_path, [text], domain=domain)) == rule


def test_words_of_labels_and_titles_are_none_of_an_entry() -> None:
    wrapped = TOLD.replace(" que", "\nque")
    texts = [
        "",
        LABELS,
        TOLD,
        f"Ejemplo de la muela de arriba\n\n{LABELS}",
        f"{LABELS}\n\n{wrapped}",
    ]
    counts = entry_words(Lines(Batch(texts)))
    assert np.array_equal(counts, [np.nan, 11, np.nan, 11, 11 + len(TOLD.split())], equal_nan=True)
