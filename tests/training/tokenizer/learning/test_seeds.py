"""What a unigram model begins with: parts of words by their counts."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import numpy as np

from pipeline.model.dataset import Manifest
from tests.training.corpora import corpus, prose, rows, run
from training.tokenizer.learning.seeds import LONGEST, seeds
from training.tokenizer.stage import Tokenizer
from training.tokenizer.vocabulary import Vocabulary, load
from training.tokenizer.words.pretokens import SPACE


def plain(words: list[str], counts: list[int]) -> dict[str, int]:
    """Part and score, each part looked at alone."""
    times: Counter[str] = Counter()
    for word, count in zip(words, counts, strict=True):
        for begin in range(len(word)):
            for end in range(begin + 1, len(word) + 1):
                if " " not in word[begin + 1 : end]:
                    times[word[begin:end].replace(" ", SPACE)] += count
    return {
        part: count * len(part)
        for part, count in times.items()
        if 2 <= len(part) <= LONGEST and count >= 2
    }


def trained(text: Manifest, folder: Path, kind: str) -> Vocabulary:
    tokenizer = run(Tokenizer(), folder / kind, {"corpus": text}, {"model_type": kind})
    model = load(Path(tokenizer.files("model")[0].path))
    assert isinstance(model, Vocabulary)
    return model


def test_seeds_are_those_of_the_plain_algorithm() -> None:
    draw = random.Random(0)
    for _ in range(200):
        letters = draw.choice(("ab", "abñ ", "aé€😀 "))
        longest = draw.choice((3, 8, 40))
        words = {"".join(draw.choices(letters, k=draw.randint(1, longest))) for _ in range(12)}
        spelled = sorted(words)
        counts = [draw.randint(0, 4) for _ in spelled]
        parts, scores = seeds([w.encode() for w in spelled], np.array(counts, np.int64))
        assert dict(zip(parts, scores.tolist(), strict=True)) == plain(spelled, counts)
        assert scores.tolist() == sorted(scores.tolist(), reverse=True)


def test_a_word_that_is_counted_once_among_others_is_a_seed() -> None:
    parts, scores = seeds([b" ministro", b" y"], np.array([9, 1], np.int64))
    assert (parts[0], scores[0]) == (f"{SPACE}ministro", 81)


def test_unigram_takes_fewer_tokens_than_merges(tmp_path: Path) -> None:
    texts = prose("news_encyclopedic", 200_000)
    text = corpus(tmp_path, [rows("news", texts)])
    tokens = {
        kind: sum(map(len, trained(text, tmp_path, kind).encode_all(texts)))
        for kind in ("unigram", "bpe")
    }
    assert tokens["unigram"] < tokens["bpe"]


def test_signs_of_its_file_in_a_text_spoil_no_training(tmp_path: Path) -> None:
    strange = [f"a{sign}b{sign}" * 3 for sign in "\t\n\r\0\x0b\x85\u2028\u2581\u2585\ufeff"]
    texts = [*prose("news_encyclopedic", 20_000), *strange, "\n\n\t\t \r\n \r\n", "▁▁▁", " ▁ ▁"] * 2
    text = corpus(tmp_path, [rows("news", texts)])
    model = trained(text, tmp_path, "unigram")
    assert model.piece_to_id(f"{SPACE}de") > 0
