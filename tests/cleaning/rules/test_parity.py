"""The presets `datatrove-...` reach the verdicts of datatrove's filters, its defects included."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from cleaning.rules.apply import Asked, first_broken
from cleaning.rules.parity import PRESETS
from cleaning.signals.published import parity
from cleaning.text.batch import Batch
from tests.cleaning.hostile import hostile

pytestmark = pytest.mark.skipif(not find_spec("spacy"), reason="spaCy is not installed")

PROSE = (
    "El cartero llegó a la plaza cuando las campanas daban las diez y nadie lo esperaba ya. "
    "Traía una sola carta, escrita con tinta verde, para la maestra que vivía junto al molino. "
)
PAGE = "\n".join(f"{PROSE}Era el día {day} de un mes de mucho frío." for day in "abcdefgh")


def broken(preset: str, *texts: str) -> list[str | None]:
    """The first rule that each text breaks."""
    values = parity._parity.values(Batch(texts), None, [])
    n = len(texts)
    documents = Asked(["es"] * n, ["web"] * n, ["text"] * n, [""] * n)
    return [r and r[0] for r in first_broken(PRESETS[f"datatrove-{preset}"], values, documents)]


# The verdicts of datatrove 0.10 in the settings of FineWeb-2 for Spanish, as it gave them for these texts.
@pytest.mark.parametrize(
    ("preset", "text", "rule"),
    [
        ("gopher-quality", PAGE, None),
        ("gopher-quality", "", "words"),
        ("gopher-quality", PROSE, "words"),
        ("gopher-quality", PAGE.replace(" ", " — "), "alphabetic_words"),
        ("gopher-quality", "- " + PAGE.replace("\n", "\n- "), "bullet_lines"),
        ("gopher-quality", PAGE.replace(".\n", "...\n"), "ellipsis_lines"),
        ("gopher-repetition", "", "duplicate_lines"),
        ("gopher-repetition", PAGE.upper() + "\n" + PAGE.lower(), "duplicate_5grams"),
        ("gopher-repetition", "Sube la masa", "top_2gram"),
        ("fineweb", PAGE, None),
        ("fineweb", " \n \n", "end_marks"),
        ("fineweb", PAGE.replace(". ", ".»\n").replace(".\n", "\n"), "end_marks"),
        ("c4", PAGE, None),
        ("c4", PAGE.replace(".\n", ".»\n").replace(".", ","), "few_sentences"),
        ("c4", PAGE.replace("carta", "{carta}"), "few_sentences"),
    ],
)
def test_verdicts_are_datatrove_s(preset: str, text: str, rule: str | None) -> None:
    assert broken(preset, text) == [rule]


def test_words_are_spacy_s_signs_and_all() -> None:
    assert parity.words("¿Sube la masa? IS_ALPHA  sí.")[:5] == ["¿", "Sube", "la", "masa", "?"]
    assert parity.sentences("Sube la masa. El horno arde.") == 2


def test_hostile_texts_break_nothing() -> None:
    texts = list(hostile(60, seed=5))
    values = parity._parity.values(Batch(texts), None, [])
    assert {len(column) for column in values.values()} == {len(texts)}
