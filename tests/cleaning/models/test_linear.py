"""The features of a word, and how a model of many runs is made and read back."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from cleaning.models import labelled, linear
from cleaning.models.features import buckets
from cleaning.text.batch import Batch, mixed, word_hash
from pipeline.errors import TahonaError

ROOT = Path(__file__).parents[3]
WORDS = {
    "es": [
        "el",
        "molino",
        "muele",
        "trigo",
        "harina",
        "pan",
        "agua",
        "río",
        "piedra",
        "noche",
        "hijo",
        "camino",
        "lluvia",
    ],
    "en": [
        "the",
        "mill",
        "grinds",
        "wheat",
        "flour",
        "bread",
        "water",
        "river",
        "stone",
        "night",
        "son",
        "road",
        "rain",
    ],
    "und": ["x1", "b22", "zq7", "0f9", "1a2", "33c", "9e1", "77", "4d", "5b6", "c3"],
}


def expected(words: list[str], word: int, feature: int, bits: int) -> int:
    """The bucket of a feature, reckoned from the letters of the words of one text."""
    text = words[word].lower()
    parts = [text, *(text[:n] for n in (2, 3, 4)), *(text[-n:] for n in (2, 3, 4))]
    if feature == 7:
        before = word_hash(words[word - 1]) if word else 0
        value = int(mixed(np.array([(before * 3 + word_hash(text)) % 2**64], np.uint64))[0])
    else:
        value = word_hash((parts[feature]) if feature < 7 else text[feature - 7 : feature - 4])
    kind = int(mixed(np.array([min(feature, 8)], np.uint64))[0])
    return int(mixed(np.array([(value + kind) % 2**64], np.uint64))[0]) >> (64 - bits)


def test_features_are_those_of_the_letters() -> None:
    texts = [["Ñandú", "a", "río"], [], ["de", "Extraordinariamente"]]
    batch = Batch([" ".join(words) for words in texts])
    for features in (linear.FEATURES, linear.FEATURES + linear.INSIDE):
        features_of = buckets(batch, 18, features).tolist()
        assert features_of == [
            [expected(words, word, feature, 18) for feature in range(features)]
            for words in texts
            for word in range(len(words))
        ]


def test_a_model_of_the_letters_inside_words_is_the_same_each_time_and_read_back(
    tmp_path: Path,
) -> None:
    draw = random.Random(3)
    pairs = [
        (" ".join(draw.choices(words, k=12)), n) for n, words in WORDS.items() for _ in "abcdefgh"
    ]
    once, again = (linear.train(*zip(*pairs, strict=True), bits=10, features=12) for _ in range(2))
    assert once.dump() == again.dump()
    (tmp_path / "m.npz").write_bytes(once.dump())
    model = linear.load(tmp_path / "m.npz")
    assert (model.labels, model.features) == (("en", "es", "und"), 12)
    chances = model.probabilities([" ".join(words[:7]) for words in WORDS.values()])
    assert [model.labels[i] for i in chances.argmax(axis=1)] == list(WORDS)


def test_the_evidence_of_a_word_is_the_sum_of_its_weights() -> None:
    draw = np.random.default_rng(5)
    weights = draw.integers(-127, 128, (1 << 10, 3)).astype(np.int8)
    bias = np.zeros(3, np.float32)
    batch = Batch(["una piedra de molino, de piedra", "", "otra piedra"])
    for features in (8, 12):
        model = linear.Linear(("a", "b", "c"), weights, 0.1, bias, features)
        places = buckets(batch, 10, features)
        words = weights[places].sum(axis=1, dtype=np.int64).astype(float)
        scores = linear.softmax((words * 0.1).astype(np.float32))
        evidence = model.evidence(batch, np.arange(len(words) + 1))
        assert np.array_equal(model.chances(evidence, np.ones(len(words))), scores)


def test_a_number_of_features_that_no_model_has_is_refused(tmp_path: Path) -> None:
    model = linear.Linear(("a", "b"), np.ones((2, 2), np.int8), 1.0, np.zeros(2, np.float32), 9)
    (tmp_path / "m.npz").write_bytes(model.dump())
    with pytest.raises(TahonaError, match="is no model of `classifier`"):
        linear.load(tmp_path / "m.npz")


def test_whoever_only_names_the_signals_and_their_models_spares_numba() -> None:
    """It is most of a second, in the process of every run."""
    program = "import sys, cleaning.signals.signals; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT).returncode == 0


@pytest.mark.parametrize("content", [b"", b"<html>pan</html>", b"harina " * 99])
def test_a_file_of_neither_kind_is_told_without_the_words_of_a_library(
    tmp_path: Path, content: bytes
) -> None:
    (path := tmp_path / "ft.bin").write_bytes(content)
    with pytest.raises(TahonaError) as caught:
        labelled.labels(path)
    assert str(caught.value) == f"{path} is neither a model of `classifier` nor one of fastText"
