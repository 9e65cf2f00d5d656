"""A very long text is measured by pieces, edited and searched in pieces: memory is bounded."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest

from cleaning.annotate import excerpts
from cleaning.annotate.excerpts import measured, of_whole
from cleaning.filter import edits
from cleaning.privacy import privacy
from cleaning.rules.rule import Bounds
from cleaning.signals.published import parity
from cleaning.signals.signals import GROUPS
from cleaning.text.batch import Batch

LINE = "El río baja crecido, señora: el puente número {0} aún aguanta, y la carta dice que {0} veces más.\n"
TEXT = "".join(LINE.format(n) + "\n" * (n % 7 == 0) for n in range(4000))
MEMORY = """
import resource
import pyarrow as pa
from cleaning.annotate import excerpts
from cleaning.signals.signals import GROUPS
from cleaning.text.batch import Batch
excerpts.LONGEST = 1_000_000
for size in (1_000_000, 40_000_000):
    texts = pa.chunked_array([["Una línea larga de prosa, que nadie leyó.\\n\\n" * (size // 44)]])
    batch = Batch(excerpts.measured(texts))
    for measure in GROUPS["text"].measures:
        if not measure.model and not measure.reads:
            measure.values(batch, None, ())
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000)
"""


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excerpts, "LONGEST", 100_000)
    monkeypatch.setattr(excerpts, "NEARBY", 1000)


@pytest.mark.usefixtures("short")
def test_pieces_begin_and_end_with_lines_and_reach_from_end_to_end() -> None:
    (seen,) = measured(pa.chunked_array([[TEXT]]))
    assert len(seen.encode()) < 101_000 + excerpts.PIECES * 200
    assert seen.startswith(TEXT[:300]) and TEXT.endswith(seen[-300:])
    assert set(seen.split("\n")) <= set(TEXT.split("\n"))
    assert len(set(seen.split("\n"))) > 900


@pytest.mark.usefixtures("short")
def test_no_piece_cuts_a_character_and_a_text_without_lines_is_cut_too() -> None:
    for text in ("ñ" * 90_000, "añ" * 70_000):
        (seen,) = measured(pa.chunked_array([[text]]))
        assert set(seen) <= {*text, "\n"} and len(seen.encode()) < 101_000


@pytest.mark.usefixtures("short")
def test_counts_are_of_the_whole_and_shares_of_the_pieces() -> None:
    texts = pa.chunked_array([[TEXT, "Uno dos.", ""]])
    seen = measured(texts)
    group = GROUPS["text"]
    names = ("characters", "words", "lines", "longest_word", "mean_word_length", "emails")
    measures = [m for m in group.measures if set(names) & set(m.signals)]

    def signals(texts: list[str]) -> dict[str, list[float]]:
        values: dict[str, list[float]] = {}
        for measure in measures:
            values |= measure.values(Batch(texts), None, ())
        return values

    exact = signals(texts.to_pylist())
    shares = of_whole(signals(seen), group.types, texts, seen)
    assert list(shares["characters"]) == list(exact["characters"])
    for name in names:
        assert shares[name][0] == pytest.approx(exact[name][0], rel=0.01)
        assert list(shares[name][1:]) == pytest.approx(list(exact[name][1:]), nan_ok=True)


def test_memory_grows_with_the_text_alone() -> None:
    words = [sys.executable, "-c", MEMORY]
    small, large = map(int, subprocess.check_output(words).split())
    assert large - small < 200, (
        f"{large - small} MB more for 39 MB more of text; 21 bytes a byte were 800"
    )


def test_edits_in_pieces_are_those_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "".join(
        LINE.format(n) + ("Aceptar cookies\n\n  " if n % 9 == 0 else "") for n in range(300)
    )
    whole = list(edits.boilerplate([text]))
    monkeypatch.setattr(edits, "PIECE", 2000)
    assert list(edits._in_pieces(text, {})) == whole and len(whole) > 20
    rule = Bounds(name="long", action="cut", unit="paragraph", signal="words", max=30)
    text = "".join("uno dos\n" * (7 + n % 20) + " \n" * (n % 2 + 1) for n in range(200)) + "tres"
    rules = [(rule, np.ones(1, bool))]
    whole = list(edits.boilerplate([text], [{}], rules))
    assert list(edits._in_pieces(text, {}, rules)) == whole and len(whole) > 20


def test_personal_data_in_pieces_is_that_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "".join(
        LINE.format(n) + f"Tel.: 644 81 {n // 100:02} {n % 100:02}\nana{n}@correo.es\n"
        for n in range(200)
    )
    whole = privacy.find_personal(text)
    monkeypatch.setattr(privacy, "PIECE", 1000)
    monkeypatch.setattr(privacy, "LONGEST", 12_000)
    assert privacy.find_personal(text) == whole and len(whole) == 400


def test_the_words_of_datatrove_are_the_same_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("spacy")
    text = TEXT[:30_000]
    whole = parity.words(text)
    monkeypatch.setattr(parity, "PIECE", 700)
    assert parity.words(text) == whole and len(whole) > 5000
