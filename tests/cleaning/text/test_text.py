"""The batch kernel says of many texts at once what plain Python says of each."""

from __future__ import annotations

import math
import re
import time
import tracemalloc
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaning.language.cascade import cascade, cascade_digest
from cleaning.models import ngrams
from cleaning.signals.measures import FIELDS
from cleaning.signals.signals import LIGHT, OF, compute
from cleaning.signals.text.repetition import runs_of
from cleaning.signals.text.stopwords import STOP_WORDS
from cleaning.text import batch as text_module
from cleaning.text.batch import BLOCK, Batch, slices, word_hash
from tests.examples import examples

# Few letters, so that words, lines and runs repeat; and every kind of character that a rule knows.
ALPHABET = "aabbcñÁ 　\n\n\t.,;:¿?!…«»\"'()-•*·#{}|/@<>015½𝐀😀İßǅ\u0301\ufffd\x00l"
TEXTS = st.lists(
    st.one_of(
        st.text(st.sampled_from(ALPHABET), max_size=120),
        st.lists(st.sampled_from(["sol", "La", "mar", "de", "1.5", "l·l", "\n", "\n\n", "."])).map(
            " ".join
        ),
    ),
    max_size=6,
)

ANY_STOP_WORDS = {word for listed in STOP_WORDS.values() for word in listed}


def is_word(character: str) -> bool:
    return unicodedata.category(character)[0] in "LMN"


def words(text: str) -> list[tuple[int, int]]:
    """The spans of the words of a text."""
    inside = [is_word(c) for c in text]
    for i in range(1, len(text) - 1):
        near = text[i - 1], text[i + 1]
        if text[i] == "·" and all(unicodedata.category(c)[0] == "L" for c in near):
            inside[i] = True
        if text[i] in ".," and all(unicodedata.category(c) == "Nd" for c in near):
            inside[i] = True
    return [m.span() for m in re.finditer("x+", "".join("x" if i else "-" for i in inside))]


def lower(text: str) -> str:
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def blank(text: str) -> bool:
    return all(c.isspace() or unicodedata.category(c)[0] == "Z" for c in text)


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if not blank(line)]


def paragraphs(text: str) -> list[tuple[str, ...]]:
    cells: list[list[str]] = [[]]
    for line in text.split("\n"):
        if blank(line):
            cells.append([])
        else:
            cells[-1].append(lower(line.strip()))
    return [tuple(p) for p in cells if p]


def share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


@settings(deadline=None)
@given(TEXTS)
def test_words_lines_and_paragraphs_are_those_of_plain_python(texts: list[str]) -> None:
    batch = Batch(texts)
    for i, text in enumerate(texts):
        span = slice(batch.word_first[i], batch.word_first[i + 1])
        spans = zip(batch.word_start[span], batch.word_end[span], strict=True)
        offset = batch.start[i]
        assert [(a - offset, b - offset) for a, b in spans] == words(text)
        assert [int(h) for h in batch.word_hashes[span]] == [
            word_hash(text[a:b]) for a, b in words(text)
        ]
        span = slice(batch.line_first[i], batch.line_first[i + 1])
        spans = zip(batch.line_start[span], batch.line_end[span], strict=True)
        assert [text[a - offset : b - offset] for a, b in spans] == lines(text)
        number = batch.paragraph_first[i + 1] - batch.paragraph_first[i]
        assert number == len(paragraphs(text))


def test_equal_hashes_mean_equal_words_and_paragraphs() -> None:
    first, second = "Mar de sol\nsol", "mar DE SOL\nsol"
    batch = Batch([first, second, "mar de sol\n\nsol"])
    assert list(batch.paragraph_hashes[:1]) == list(batch.paragraph_hashes[1:2])
    assert len(set(batch.paragraph_hashes.tolist())) == 3
    assert word_hash("Ñandú") == word_hash("ñandú") != word_hash("nandu")


def expected_runs(text: str) -> dict[str, float]:
    """Top and duplicate runs by their definition, with nothing left out."""
    spans = words(text)
    tokens, lengths = [lower(text[a:b]) for a, b in spans], [b - a for a, b in spans]
    shares: dict[str, float] = {}
    for n in range(2, 11):
        runs = [tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1)]
        counts = Counter(runs)
        if n <= 4:
            repeated = [(c, sum(map(len, run))) for run, c in counts.items() if c > 1]
            most, size = max(repeated, default=(0, 0))
            shares[f"top_{n}gram"] = share(most * size, sum(lengths))
        if n >= 5:
            seen: set[tuple[str, ...]] = set()
            covered: set[int] = set()
            for i, run in enumerate(runs):
                if run in seen:
                    covered |= set(range(i, i + n))
                seen.add(run)
            shares[f"duplicate_{n}grams"] = share(sum(lengths[i] for i in covered), sum(lengths))
    return shares


def later(items: Sequence[Any]) -> list[bool]:
    return [item in items[:i] for i, item in enumerate(items)]


def expected(text: str, language: str) -> dict[str, float]:
    """Signals by their description."""
    spans = words(text)
    tokens = [lower(text[a:b]) for a, b in spans]
    expected_lines = lines(text)
    ink = [c for c in text if not blank(c)]
    letters = [c for c in text if unicodedata.category(c)[0] == "L"]
    long = Counter(t for t in tokens if len(t) >= 4).most_common(10)
    copies = later([lower(line) for line in expected_lines])
    parts = paragraphs(text)
    part_sizes = [sum(map(len, p)) for p in parts]
    listed = STOP_WORDS.get(language)
    stops = [t for t in tokens if listed and t in listed]
    return {
        "characters": len(text),
        "words": len(tokens),
        "lines": len(expected_lines),
        "paragraphs": len(parts),
        "mean_word_length": share(sum(map(len, tokens)), len(tokens)),
        "longest_word": max(map(len, tokens), default=0),
        "long_word_share": share(
            sum(len(t) for t in tokens if len(t) > 1000), sum(map(len, tokens))
        ),
        "digits": share(sum(unicodedata.category(c) == "Nd" for c in text), len(ink)),
        "uppercase": share(
            sum(unicodedata.category(c) in ("Lu", "Lt") for c in text), len(letters)
        ),
        "letters": share(len(letters), len(ink)),
        "punctuation": share(sum(unicodedata.category(c)[0] == "P" for c in text), len(ink)),
        "symbols": share(sum(unicodedata.category(c)[0] == "S" for c in text), len(ink)),
        "hashes_per_word": share(text.count("#"), len(tokens)),
        "ellipses_per_word": share(text.count("…") + len(re.findall(r"\.{3,}", text)), len(tokens)),
        "commas_per_word": share(text.count(","), len(tokens)),
        "braces_per_word": share(text.count("{") + text.count("}"), len(tokens)),
        "alphabetic_words": share(
            sum(any(unicodedata.category(c)[0] == "L" for c in t) for t in tokens), len(tokens)
        ),
        "stop_words": len(set(stops)) if listed else math.nan,
        "stop_word_share": share(len(stops), len(tokens)) if listed else math.nan,
        "function_words": share(sum(t in ANY_STOP_WORDS for t in tokens), len(tokens)),
        "distinct_words": share(len(set(tokens)), len(tokens)),
        "top_word": share(long[0][1] if long else 0, len(tokens)),
        "keyword_density": share(sum(n for _, n in long), len(tokens)),
        "vocabulary": share(len(set(tokens)), math.sqrt(len(tokens))),
        "end_mark_lines": share(
            sum(bool(re.search("""[.?!…»”"']$|[.?!…][)\\]]$""", line)) for line in expected_lines),
            len(expected_lines),
        ),
        "colon_lines": share(
            sum(line.endswith(":") for line in expected_lines), len(expected_lines)
        ),
        "ellipsis_lines": share(
            sum(line.endswith(("…", "...")) for line in expected_lines), len(expected_lines)
        ),
        "bullet_lines": share(
            sum(bool(re.match(r"[•●‣▶◦■□▪▫*]|[-–—·>](?=\s)", line)) for line in expected_lines),
            len(expected_lines),
        ),
        "short_lines": share(sum(len(line) <= 30 for line in expected_lines), len(expected_lines)),
        "lines_per_word": share(len(expected_lines), len(tokens)),
        "duplicate_lines": share(sum(copies), len(expected_lines)),
        "duplicate_line_characters": share(
            sum(len(line) for line, copy in zip(expected_lines, copies, strict=True) if copy),
            sum(map(len, expected_lines)),
        ),
        "duplicate_paragraphs": share(sum(later(parts)), len(parts)),
        "duplicate_paragraph_characters": share(
            sum(n for n, copy in zip(part_sizes, later(parts), strict=True) if copy),
            sum(part_sizes),
        ),
        **expected_runs(text),
    }


def columns(texts: int, language: str = "es") -> dict[str, list[str | None]]:
    """What measures read besides texts."""
    none: list[str | None] = [None] * texts
    return {
        "language": [language] * texts,
        **dict.fromkeys(FIELDS, none),
    }


@examples(100)
@given(TEXTS, st.sampled_from(["es", "eu", "zz"]))
def test_signals_are_those_of_plain_python(texts: list[str], language: str) -> None:
    signals = compute(Batch(texts), columns(len(texts), language), LIGHT)
    assert set(signals) == set(LIGHT)
    for i, text in enumerate(texts):
        for name, value in expected(text, language).items():
            assert np.isclose(signals[name][i], value, equal_nan=True), (name, text)


@given(TEXTS.filter(bool))
def test_a_text_has_the_same_signals_alone_and_in_any_batch(texts: list[str]) -> None:
    together = compute(Batch(texts), columns(len(texts)), LIGHT)
    alone = compute(Batch(texts[-1:]), columns(1), LIGHT)
    for name, values in together.items():
        number = OF[name].types[name] is not str
        assert np.array_equal(values[-1:], alone[name], equal_nan=number), name


@pytest.fixture(scope="module")
def model() -> ngrams.Ngrams:
    return ngrams.train(["el pan de la abuela", "agua y harina"])


@examples(60)
@given(texts=TEXTS, block=st.integers(1, 60))
def test_a_text_in_blocks_has_the_signals_of_one_in_one_piece(
    model: ngrams.Ngrams, texts: list[str], block: int
) -> None:
    def measured() -> dict[str, Any]:
        batch = Batch(texts)
        labels = language.languages(batch)
        columns: dict[str, Any] = {name: [None] * len(texts) for name in FIELDS}
        columns |= {"language": [guess.language for guess in labels.guesses]}
        nats = model.surprise(batch).tolist()
        return {**compute(batch, columns, LIGHT), "languages": labels, "nats": nats}

    language = cascade(cascade_digest())
    whole = measured()
    with pytest.MonkeyPatch.context() as patch:
        for module in (text_module, ngrams):
            patch.setattr(module, "BLOCK", block)
        parts = measured()
    for name, values in whole.items():
        if isinstance(values, np.ndarray):
            assert values.tobytes() == parts[name].tobytes(), name
        else:
            assert values == parts[name], name


def test_the_words_of_a_large_text_are_hashed_in_little_memory() -> None:
    text = "Amasa el pan con agua. " * 100_000
    tracemalloc.start()
    try:
        assert len(Batch([text]).word_hashes) == 500_000
        assert tracemalloc.get_traced_memory()[1] < 36 * len(text)
    finally:
        tracemalloc.stop()


def test_a_long_text_beyond_the_tables_is_hashed_like_a_short_one() -> None:
    text = "sol mar " * 300_000
    batch = Batch([text])
    assert set(batch.word_hashes.tolist()) == {word_hash("sol"), word_hash("mar")}
    points = runs_of(batch).duplicate(10)[0]
    assert points == pytest.approx(6 * 300_000, rel=1e-4)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("Página no encontrada\nLo sentimos, la página solicitada no existe.", 1),
        ("Error 404. Documento no encontrado", 1),
        ("La página que buscas no existe", 1),
        ("404 Not Found", 1),
        ("No hemos podido encontrar la página que buscas", 1),
        ("El cometa no se ha encontrado donde se esperaba, dijo la astrónoma.", 0),
        ("El autobús 404 llega tarde.", 0),
        ("Página no encontrada: la historia de un error. " + "Un texto largo sobre él. " * 90, 0),
    ],
)
def test_a_page_that_says_it_is_not_there_is_known(text: str, error: int) -> None:
    assert compute(Batch([text]), {}, ["error_page"])["error_page"][0] == error


@pytest.mark.parametrize(
    "text", ["a" * 500_000 + "@", "<a" * 200_000, "página " * 60_000, "@." * 200_000]
)
def test_no_text_takes_long(text: str) -> None:
    compute(Batch(["pan"]), columns(1), LIGHT)  # what is read and compiled once
    began = time.process_time()
    compute(Batch([text]), columns(1), LIGHT)
    assert time.process_time() - began < 3


def test_addresses_and_tags_are_counted() -> None:
    text = "Escriba a ana@correo.es o vea http://www.a.es y www.b.es <b>ya</b> en 1 < 2."
    signals = compute(Batch([text]), {}, ["urls_per_word", "tags_per_word", "emails", "words"])
    assert signals["emails"][0] == 1
    assert signals["urls_per_word"][0] * signals["words"][0] == 2
    assert signals["tags_per_word"][0] * signals["words"][0] == 2


def test_only_what_is_asked_for_is_computed_and_an_unknown_name_is_an_error() -> None:
    assert set(compute(Batch(["a"]), {}, ["words", "urls_per_word"])) == {
        "words",
        "urls_per_word",
    }
    with pytest.raises(KeyError, match="wrods"):
        compute(Batch(["a"]), {}, ["wrods"])


@given(st.lists(st.text(max_size=30)), st.integers(1, 50))
def test_slices_hold_every_text_once_and_little_at_a_time(texts: list[str], size: int) -> None:
    pieces = list(slices(texts, size))
    assert [i for start, stop in pieces for i in range(start, stop)] == list(range(len(texts)))
    for start, stop in pieces:
        assert stop - start == 1 or sum(map(len, texts[start:stop])) <= size


def test_a_long_text_forgets_what_can_be_computed_again_and_a_short_one_keeps_it() -> None:
    long, short = Batch(["uno dos tres " * (BLOCK // 10)]), Batch(["uno dos tres"])
    for batch in (long, short):
        start, hashes = batch.word_start.copy(), batch.word_hashes.copy()
        batch.forget()
        assert ("word_hashes" in vars(batch)) == (batch is short)
        assert np.array_equal(batch.word_start, start)
        assert np.array_equal(batch.word_hashes, hashes)
