"""A quantised model says what fastText itself says of it, to the last bit."""

from __future__ import annotations

from pathlib import Path

import fasttext
import pytest

from cleaning.language.identify import CANDIDATES
from cleaning.language.weights import find_model
from cleaning.models.fasttext import read
from cleaning.models.fasttext_file import LABEL

LINES = (
    "el perro de san roque no tiene rabo",
    "o can de san roque non ten rabo porque ramón ramírez llo cortou",
    "жук и 中文 😀 ñandú",
    "antes </s> después del final",
    "__label__es y __label__ son palabras",
    "a\x00b\x0bc\x00",
    f"{'x' * 3000} {'la ' * 900}",
    "",
)


def test_labels_and_probabilities_are_those_of_the_library() -> None:
    path = find_model()
    model, library = read(path), fasttext.load_model(str(path)).f
    assert model is not None
    places, chances = model.likeliest([f"{line}\n" for line in LINES], CANDIDATES)
    for line, row, row_chances in zip(LINES, places.tolist(), chances.tolist(), strict=True):
        answers = [
            (p, LABEL + model.labels[n]) for n, p in zip(row, row_chances, strict=True) if n >= 0
        ]
        assert answers == (library.predict(f"{line}\n", CANDIDATES, 0.0, "strict") if line else [])


@pytest.mark.parametrize("size", [0, 7, 60, 5_000, 400_000])
def test_a_damaged_file_is_none(tmp_path: Path, size: int) -> None:
    (tmp_path / "model.ftz").write_bytes(find_model().read_bytes()[:size])
    assert read(tmp_path / "model.ftz") is None
