"""The beginnings of other texts, as listings show them, are told from what ends so by itself."""

from __future__ import annotations

import pytest

from cleaning.signals.parts.excerpts import leading_on
from cleaning.signals.signals import compute
from cleaning.text.batch import Batch

BEGINNING = (
    "Los molinos de la sierra muelen desde hace siglos el trigo de los pueblos que los rodean"
)
CALLS = (
    ",… Continue reading Los molinos (II)",  # WordPress
    "… Seguir leyendo →",
    "… Sigue leyendo Los molinos de Ronda",
    " [...] Leer más »",
    ". Leer más »",  # Blogger
    ". [Leer más]",
    "... Leer más...",  # Joomla
    ". Más información",
    "… más",
    "… (Leer el artículo completo)",
    ". Ver la entrada completa",
    "… Continua llegint Els molins",
    ". Llegir-ne més »",
    "… Continuar lendo",
    ". Ler máis",
    ". Leia mais →",
    "… Continue a ler “Os moinhos”",
    "… Irakurtzen jarraitu",
    ". Gehiago irakurri",
    "… Read More",  # Hugo, Jekyll, Ghost
    " […] Read the full article",
    ". Read the rest of this entry »",
)
THOUGHTS = (
    ", y quien lo vio quería leer más.",
    "… leer más.",
    "… más que nunca los querían.",
    "… seguir leyendo aquella carta, y no pudo.",
    ": el que mucho lee quiere saber más",
    "... more than I could bear.",
    ". El resto",
    " un veinte por ciento (20%) más",
)


@pytest.mark.parametrize("end", [*CALLS, *THOUGHTS])
def test_a_call_to_read_on_is_told_from_a_thought(end: str) -> None:
    leads = leading_on(Batch([f"Molinos\n{BEGINNING}{end}\nOtro día."])).tolist()
    assert leads == [False, end in CALLS, False]


def sentence_words(lines: list[str]) -> int:
    return int(compute(Batch(["\n".join(lines)]), {}, ["sentence_words"])["sentence_words"][0])


def test_excerpts_are_no_sentences_and_a_broken_quotation_is() -> None:
    cut = (
        BEGINNING
        + ", y aunque hoy son pocos los que quedan en pie todavía se oye su rueda junto al"
    )
    whole = f"{cut} río."
    for end in ("… Continue reading Los molinos", " […]", "…", " [...]"):
        assert sentence_words([cut + end] * 5) == 0
    assert sentence_words([whole] * 5 + [f"{cut} […]"]) > sentence_words([whole] * 5) > 0
