"""Sentences of a page's own: how texts are parted, what is learnt of parts and pages, what of pages goes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from cleaning.export.sentences import places
from cleaning.signals.signals import compute
from cleaning.signals.worth import grow_sentences, sentences
from cleaning.signals.worth.parts import BITS, LOOK, Parts, parts
from cleaning.signals.worth.style import table
from cleaning.text.batch import Batch
from tests.cleaning.signals.worth.test_worth import NAMES, PROSE

SLOGANS = (
    "Pan de la abuela, cada mañana.\nMás que un pan.\nTu mesa lo merece y tú también.\n"
    "Elige tu hogaza\nLa masa madre de siempre, con harina del molino.\nReserva la tuya\n"
    "Pregunta por nuestros dulces de temporada.\nUn obrador, cuatro manos y el horno de leña.\n"
    "Sin prisa y sin aditivos.\nVen a vernos y prueba lo que sale del horno.\n"
    "Encarga hoy la tarta de tu boda.\nPide presupuesto sin compromiso.\n"
)


def parted(text: str, look: int = LOOK) -> Parts:
    return parts(Batch([text]), table(np.zeros(0, np.uint64)), np.array([look]))


def shown(text: str) -> list[str]:
    found = parted(text)
    return [text[a:b].strip() for a, b in zip(found.start, found.end, strict=True)]


def test_a_text_is_parted_at_lines_and_sentences() -> None:
    line = "El Sr. Pérez llegó. «¿Y el pan?» Lo dejó en la pág. 3, dijo J. Ruiz... Nadie vino"
    assert shown(f"1. Horno\n\n{line}\n***") == [
        "1. Horno",
        "El Sr. Pérez llegó.",
        "«¿Y el pan?»",
        "Lo dejó en la pág.",
        "3, dijo J. Ruiz...",
        "Nadie vino",
        "***",
    ]
    assert shown("") == [] and len(parted(PROSE, 0).words) == 0
    assert parted(PROSE).words.sum() == len(Batch([PROSE]).word_start)
    long = PROSE * 2 * (LOOK // len(PROSE))
    assert parted(long).end[-1] <= LOOK + 20


def test_a_part_is_known_by_its_words_its_form_and_its_neighbours() -> None:
    def form(text: str, part: int = 0) -> list[int]:
        numbers: list[int] = parted(text).form[part].tolist()
        return numbers

    assert (
        form("Abrió la puerta.\nFin")
        == form("Cerró la ventana.\nFin")
        != form("Abrió la puerta!\nFin")
    )
    assert (
        form("Abrió la puerta.\nFin")[:4] == form("Abrió la puerta.\nFin:")[:4]
    )  # all but what stands behind
    buckets = parted("Abrió la puerta.").buckets
    assert buckets.max() < 1 << BITS
    assert (
        len({*buckets.tolist()} & {*parted("Cerró la puerta.").buckets.tolist()})
        > len(buckets) // 2
    )


def test_letters_of_sentences_and_verdicts_on_pages_are_learnt_together(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = []
    for i in range(24):
        said = [
            f"Cuando llegó el frío, cerramos la {NAMES[(i + n) % 9]} y nadie volvió."
            for n in range(5)
        ]
        called = [f"{NAMES[(i + n) % 9].title()} y {NAMES[(i + 2 * n) % 9]}" for n in range(5)]
        bad = i % 2 == 1
        text = "\n".join(said[:1] + called if bad else said + called[:1])
        letters = ("SPPPPP" if bad else "SSSSSP") if i < 12 else ""
        rows.append(
            {
                "source": f"site{i // 2}",
                "text": text,
                "letters": letters,
                "places": places(text),
                "unwanted": 0.5,
                "kind": "article",
                "bad": bad,
                "weight": 1.0,
            }
        )
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "table.parquet")
    grow_sentences.main(tmp_path / "table.parquet", tmp_path / "learnt.npz")
    learnt = sentences.learnt(tmp_path / "learnt.npz")
    assert learnt["page"][2] < 0, "the more of it is sentences, the better"
    examples = grow_sentences.Examples(rows, learnt["frequent"])
    likely = 1 / (1 + np.exp(-(examples.x @ learnt["weight"] + learnt["bias"])))
    assert (likely[examples.shown & examples.own] > 0.5).all()
    assert (likely[examples.shown & ~examples.own] < 0.5).all()


def test_a_tale_is_sentences_of_its_own_and_slogans_are_not() -> None:
    names = ["own_words", "own_share"]
    columns = {"reader": ["html", "warc", "markdown"]}
    told = compute(Batch([PROSE * 2, SLOGANS, PROSE]), columns, names)
    assert told["own_share"][0] > 0.8 > 0.4 > told["own_share"][1]
    assert told["own_words"][0] > 0.8 * 2 * len(PROSE.split())
    assert np.isnan(told["own_share"][2]), "a file of Markdown is not asked"
    share, words = (np.array([0.9, 0.2]) for _ in range(2))
    by_page = sentences.numbers(words, share, np.array([0.0, 1.0])) @ sentences.learnt()["page"][1:]
    assert by_page[0] < by_page[1]
