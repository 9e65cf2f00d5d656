"""Sentences of a page's own: how texts are parted, what is learnt of parts and pages, what of pages goes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cleaning.export.sentences import places
from cleaning.signals.signals import compute
from cleaning.signals.worth import grow_sentences, grow_vectors, sentences
from cleaning.signals.worth.parts import BUCKETS, LOOK, Parts, bucket_of_first, likely, parts
from cleaning.signals.worth.style import table
from cleaning.text.batch import Batch, word_hash
from tests.cleaning.signals.worth.test_worth import NAMES, PROSE

SLOGANS = (
    "Pan de la abuela, cada mañana.\nMás que un pan.\nTu mesa lo merece y tú también.\n"
    "Elige tu hogaza\nLa masa madre de siempre, con harina del molino.\nReserva la tuya\n"
    "Pregunta por nuestros dulces de temporada.\nUn obrador, cuatro manos y el horno de leña.\n"
    "Sin prisa y sin aditivos.\nVen a vernos y prueba lo que sale del horno.\n"
    "Encarga hoy la tarta de tu boda.\nPide presupuesto sin compromiso.\n"
)

POEM = "\n".join(
    f"{said} en la {thing}"
    for said in ("Me quiero lavar", "Que sepa cantar", "Con agua de mar")
    for thing in ("fuente", "plaza", "calle")
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
        == form("Abrió su ventana.\nFin")
        != form("Abrió la puerta!\nFin")
    )
    ended, called = form("Abrió la puerta.\nFin"), form("Abrió la puerta.\nFin:")
    assert [i for i in range(6) if ended[i] != called[i]] == [4]  # what stands behind
    assert form("2. Abrió la puerta.")[5] == ended[5] != form("Cerró la puerta.")[5]
    buckets = parted("Abrió la puerta.").buckets
    assert buckets.max() < BUCKETS
    assert (
        len({*buckets.tolist()} & {*parted("Cerró la puerta.").buckets.tolist()})
        > len(buckets) // 2
    )


def test_letters_of_sentences_and_verdicts_on_pages_are_learnt_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, few in (("FOLDS", 2), ("STEPS", 12)):
        monkeypatch.setattr(grow_sentences, name, few)
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
    # Of words that nobody read, alike in their numbers to some that were.
    alike = {"cuando": (1, 1), "y": (-1, 1), "aunque": (1, -1), "o": (-1, -1)}
    np.savez(
        tmp_path / "vectors.npz",
        hashes=np.array([word_hash(word) for word in alike], np.uint64),
        vectors=np.array([*alike.values()], np.float16),
        counts=np.full(len(alike), 9),
    )
    grow_sentences.main(
        tmp_path / "table.parquet", tmp_path / "vectors.npz", tmp_path / "learnt.npz"
    )
    learnt = sentences.learnt(tmp_path / "learnt.npz")
    assert learnt["page"][2] < 0, "the more of it is sentences, the better"
    first = {word: learnt["weight"][bucket_of_first(np.uint64(word_hash(word)))] for word in alike}
    assert first["aunque"] > first["o"]
    for row in rows[:12]:
        found = parts(Batch([row["text"]]), learnt["frequent"], np.array([LOOK]))
        told = likely(
            found, learnt["weight"], float(learnt["bias"]), learnt["near"], np.full(6, np.nan)
        )
        assert [part > 0.5 for part in told] == [letter == "S" for letter in row["letters"]]


def test_words_that_stand_beside_the_same_have_a_vector_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grow_vectors, "SETTINGS", grow_vectors.SETTINGS | {"dim": 4, "minCount": 2})
    (tmp_path / "texts.txt").write_text("El horno, 3 panes.\nEl molino, 12 panes.\n" * 2)
    grow_vectors.main(tmp_path / "texts.txt", tmp_path / "vectors.npz")
    with np.load(tmp_path / "vectors.npz", allow_pickle=False) as learnt:
        found = dict(zip(learnt["hashes"].tolist(), learnt["counts"].tolist(), strict=True))
        assert learnt["vectors"].shape == (4, 4)
    assert found == {
        word_hash(w): n for w, n in (("el", 4), ("panes", 4), ("horno", 2), ("molino", 2))
    }


def test_a_tale_is_sentences_of_its_own_and_slogans_are_not() -> None:
    names = ["own_words", "own_share"]
    columns = {"reader": ["html", "warc", "markdown", "html", "html"]}
    cut = POEM.replace("fuente", "fuente…")
    told = compute(Batch([PROSE * 2, SLOGANS, PROSE, POEM, cut]), columns, names)
    assert told["own_share"][0] > 0.8 > 0.4 > told["own_share"][1]
    assert told["own_words"][0] > 0.8 * 2 * len(PROSE.split())
    assert np.isnan(told["own_share"][2]), "a file of Markdown is not asked"
    assert told["own_share"][3] > 0.9, "no line of a poem closes"
    assert told["own_share"][4] == 0, "beginnings of texts do not either"
    share, words = (np.array([0.9, 0.2]) for _ in range(2))
    by_page = sentences.numbers(words, share, np.array([0.0, 1.0])) @ sentences.learnt()["page"][1:]
    assert by_page[0] < by_page[1]
