"""Files of text: the share of sentences decides, also where lines cut them; signs of an edition within words count."""

from __future__ import annotations

import re
from collections.abc import Sequence
from textwrap import wrap

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cleaning.signals.signals import compute
from cleaning.signals.worth import files
from cleaning.signals.worth.parts import LOOK, joined, parts
from cleaning.signals.worth.style import table
from cleaning.text.batch import Batch, Floats
from tests.cleaning.signals.worth.test_sentences import SLOGANS
from tests.cleaning.signals.worth.test_worth import PROSE

MARK = re.compile(r"(?<=[a-z])[<\[][a-z]{1,4}[>\]]|[<\[][a-z]{1,4}[>\]](?=[a-z])")


def unwanted(texts: Sequence[str], readers: Sequence[str], language: str, likely: float) -> Floats:
    batch = Batch(texts)
    row = [readers, [language] * len(batch), ["legal"] * len(batch), np.full(len(batch), likely)]
    told: Floats = files._unwanted_file.values(batch, None, row)["unwanted_file"]
    return told


def test_the_less_of_a_file_is_sentences_the_less_it_is_wanted() -> None:
    texts, readers = [PROSE, SLOGANS, SLOGANS], ["markdown", "pdf", "jsonl"]
    tale, slogans, line = unwanted(texts, readers, "es", 0.1)
    assert tale < 0.1 < 0.4 < slogans and np.isnan(line)
    assert unwanted(texts, readers, "es", 0.4)[0] > tale
    assert np.isnan(unwanted(texts, readers, "gl", 0.1)).all()


def test_a_sentence_that_the_ends_of_lines_cut_is_one() -> None:
    cut = "Cuando llegó el frío cerramos la casa,\ny nadie volvió al molino hasta que la\nnieve se fue."
    above, items = "Nadie había abierto la puerta en un año", ["harina de centeno", "sal", "agua"]
    text = "\n".join([f"{cut} Era abril.", f"{above}\n", *items])
    batch = Batch([text, above, "y nadie más"])
    found = joined(batch, parts(batch, table(np.zeros(0, np.uint64)), np.full(3, LOOK)))
    shown = [text[a:b].strip() for a, b in zip(found.start, found.end, strict=True)]
    assert shown[: found.of[1]] == [cut, "Era abril.", above, *items]
    assert found.of.tolist() == [0, 6, 7, 8] and found.words.sum() == len(batch.word_start)
    told = unwanted(["\n".join(wrap(PROSE, 45)), PROSE], ["text"] * 2, "es", 0.1)
    assert told[0] < 2 * told[1] < 0.1


@given(st.lists(st.text("ab<>[] .", max_size=30), min_size=1, max_size=3))
def test_letters_between_signs_within_a_word_are_counted(texts: list[str]) -> None:
    columns = {"reader": ["text"] * len(texts)}
    told = compute(Batch(texts), columns, ["marked_words"])["marked_words"]
    for text, share in zip(texts, told, strict=True):
        words = len(re.findall("[ab]+", text))
        assert share == len(MARK.findall(text)) / max(words, 1)


def test_an_edition_has_marks_and_a_lesson_has_few() -> None:
    texts = ["q<ue> el rey do<n> Alfonso fizo fer", "La lista xs[i] vale f(x)", "q<ue>"]
    columns = {"reader": ["text", "text", "parquet"]}
    told = compute(Batch(texts), columns, ["marked_words"])["marked_words"]
    assert told[0] > 0.2 and told[1] == 1 / 7 and np.isnan(told[2])
