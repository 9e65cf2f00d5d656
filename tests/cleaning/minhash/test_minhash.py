"""Shingles are those of the plain definition, and signatures those of datasketch, bit by bit."""

from __future__ import annotations

import json
import os
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from cleaning.minhash import shingles
from cleaning.minhash.bands import collision_probability, fewest_bands
from cleaning.minhash.minhash import band_hashes, permutations, signatures
from cleaning.minhash.shingles import shingle_sets
from cleaning.text.batch import slices
from tests.cleaning.planted import altered, prose, words
from tests.cleaning.planted import shingles as word_sets
from tests.examples import examples

SHARED = Path(os.environ.get("TAHONA_SHARED", Path(__file__).parents[5] / "shared"))


def hash_sets(texts: list[str], size: int) -> list[set[int]]:
    sets = shingle_sets(texts, size)
    ends = np.cumsum(sets.counts)
    sets_of_hashes = [
        sets.hashes[e - c : e].tolist() for e, c in zip(ends, sets.counts, strict=True)
    ]
    assert all(f == sorted(set(f)) for f in sets_of_hashes)
    return [set(f) for f in sets_of_hashes]


# Letters with traps: no simple lower case, combining marks, other planes, ideographs, private use.
some_text = st.text(st.sampled_from("aAñÑáİßΣς0٣·., \n\t.¿¡«»…-_'’\u0301\u200b𝔸𐐀漢𠀀😀\U0010fffd"))


@examples(150)
@given(st.lists(some_text, max_size=6), st.integers(1, 5))
def test_two_texts_share_as_many_hashes_as_shingles(texts: list[str], size: int) -> None:
    hashed = hash_sets(texts, size)
    plain = [word_sets(text, size) for text in texts]
    assert shingle_sets(texts, size).words.tolist() == [len(words(text)) for text in texts]
    for i in range(len(texts)):
        assert len(hashed[i]) == len(plain[i])
        for j in range(i):
            assert len(hashed[i] & hashed[j]) == len(plain[i] & plain[j])


def test_case_punctuation_and_accents_do_not_count() -> None:
    one, two, three = hash_sets(
        ["¿Qué «año» es éste, señor?", "QUÉ AÑO — es éste… ¡señor!", "que ano es este senor"], 5
    )
    assert one == two == three and len(one) == 1
    assert not one & hash_sets(["que ano es este señorío"], 5)[0]


def test_how_texts_are_put_in_blocks_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [prose(i, 10 * i) for i in range(30)] + ["", "x", " " * 70 + "a" * 30 + " \n"]
    whole = shingle_sets(texts, 5)
    alone = [shingle_sets([text], 5) for text in texts]
    monkeypatch.setattr(shingles, "slices", partial(slices, size=50))  # of few texts each
    pieces = [shingle_sets(texts, 5)]
    for name in ("hashes", "counts", "words", "exact"):
        for sets in (alone, pieces):
            assert (getattr(whole, name) == np.concatenate([getattr(f, name) for f in sets])).all()


def test_hashes_are_the_same_on_every_machine() -> None:
    sets = shingle_sets(["Año  nuevo, vida nueva\n"], 2)
    assert sets.hashes.tolist() == [3385800114063217487, 3537844004221750288, 4729358418536624774]
    assert sets.exact.tolist() == [[16380923958458285293, 7727768106040777462]]


@examples(150)
@given(st.lists(some_text, max_size=6))
def test_whole_texts_are_the_same_up_to_white_space(texts: list[str]) -> None:
    exact = [tuple(pair) for pair in shingle_sets(texts, 5).exact.tolist()]
    plain = [" ".join(text.split()) for text in texts]
    for i, text in enumerate(plain):
        assert (exact[i] == (0, 0)) == (text == "")
        assert [e == exact[i] for e in exact] == [p == text for p in plain]


@examples(40)
@given(
    st.lists(st.lists(st.integers(0, 2**64 - 1), max_size=40), max_size=8),
    st.integers(1, 20),
    st.integers(0, 2**32 - 1),
)
def test_signatures_are_those_of_datasketch(sets: list[list[int]], count: int, seed: int) -> None:
    from datasketch import MinHash

    hashes = np.array([h for s in sets for h in s], np.uint64)
    counts = np.array([len(s) for s in sets], np.int64)
    ours = signatures(hashes, counts, permutations(count, seed))
    theirs = MinHash.bulk(
        [[h & 0xFFFFFFFF for h in s] for s in sets], num_perm=count, seed=seed, hashfunc=int
    )
    assert ours.dtype == np.uint32 and ours.shape == (len(sets), count)
    for i, other in enumerate(theirs):
        assert (ours[i] == other.hashvalues).all()


def test_estimates_are_as_good_as_independent_permutations() -> None:
    drawn = permutations(128, 1)
    errors = []
    for seed in range(300):
        text = prose(seed, 200)
        texts = [text, altered(text, seed, 0.02)]
        one, two = (word_sets(each, 5) for each in texts)
        sets = shingle_sets(texts, 5)
        signed = signatures(sets.hashes, sets.counts, drawn)
        errors.append((signed[0] == signed[1]).mean() - len(one & two) / len(one | two))
    # The standard deviation at 0.8 is 0.035: the mean of 300 lies within three of its own.
    assert abs(np.mean(errors)) < 3 * 0.035 / 300**0.5
    assert np.std(errors) < 0.045


def test_equal_bands_are_equal_rows_of_the_signature() -> None:
    signed = np.random.default_rng(1).integers(0, 2, (400, 16), dtype=np.uint32)
    hashes = band_hashes(signed, 4, 4)
    assert hashes.shape == (4, 400)
    assert len(np.unique(hashes)) == sum(len(np.unique(band)) for band in hashes)
    for band in range(4):
        rows = signed[:, 4 * band : 4 * band + 4].T
        same = (rows[:, :, None] == rows[:, None, :]).all(axis=0)
        assert (same == (hashes[band][:, None] == hashes[band][None, :])).all()


def test_bands_propose_as_often_as_theory_says() -> None:
    drawn = permutations(128, 1)
    hits, expected = 0, 0.0
    for seed in range(300):
        text = prose(seed, 200)
        texts = [text, altered(text, seed, 0.035)]
        one, two = (word_sets(each, 5) for each in texts)
        sets = shingle_sets(texts, 5)
        bands = band_hashes(signatures(sets.hashes, sets.counts, drawn), 16, 8)
        hits += bool((bands[:, 0] == bands[:, 1]).any())
        expected += collision_probability(len(one & two) / len(one | two), 16, 8)
    assert abs(hits - expected) < 3 * (300 * 0.25) ** 0.5
    assert collision_probability(0.685, 14, 8) == pytest.approx(
        0.5, abs=0.005
    )  # FineWeb's setting, as published


@given(st.floats(0.05, 1), st.floats(0.5, 0.9999), st.integers(1, 300))
def test_bands_find_a_pair_as_surely_as_was_asked(
    jaccard: float, recall: float, count: int
) -> None:
    chosen = fewest_bands(jaccard, recall, count)
    if chosen is None:
        assert collision_probability(jaccard, count, 1) < recall
        return
    bands, rows = chosen
    assert bands == 1 or collision_probability(jaccard, bands - 1, rows) < recall
    assert bands * rows <= count
    assert collision_probability(jaccard, bands, rows) >= recall
    more = count // (rows + 1)  # no more rows would do
    assert not more or collision_probability(jaccard, more, rows + 1) < recall


def test_real_pairs_have_the_similarity_of_their_words() -> None:
    path = SHARED / "data/neardup/pairs_es.jsonl.zst"
    if not path.exists():
        pytest.skip(f"{path} is not here: set TAHONA_SHARED")
    with zstandard.open(path, "rt", encoding="utf-8") as lines:
        pairs = [json.loads(line) for line in lines][::10]
    for pair in pairs:
        one, two = hash_sets([pair["a"], pair["b"]], 5)
        plain = [word_sets(pair[side], 5) for side in "ab"]
        assert (len(one), len(two)) == tuple(map(len, plain))
        assert len(one & two) == len(plain[0] & plain[1])
