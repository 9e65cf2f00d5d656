"""Every objective with every model that it makes sense with: each pair learns, and each objective is what it says."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
import torch

from pipeline.model.dataset import Manifest
from tests.training.corpora import ALONE, blocks, run
from training.models.registry import FAMILIES
from training.objectives.denoising import Infilling, Noise, Spans, SpansOnly, geometric, poisson
from training.objectives.masked import MaskedWords, Masking
from training.objectives.middle import Middle
from training.objectives.objective import IGNORED
from training.objectives.registry import OBJECTIVES
from training.pretrain.stage import Pretrain
from training.tokenizer.vocabulary import END, Vocabulary

PAIRS = [
    (objective, model)
    for objective, aim in OBJECTIVES.items()
    for model, family in FAMILIES.items()
    if aim.sees == family.sees
]
SAMPLE = random.Random(11).sample(PAIRS, 4)  # `make soak` trains them all
HEADLINES = {"before": "bpb", "all": "masked_loss", "source": "denoised_loss"}


@pytest.mark.parametrize(("objective", "model"), SAMPLE)
def test_a_pair_learns_more_than_its_unigram(
    easy: dict[str, Manifest], tmp_path: Path, objective: str, model: str
) -> None:
    params = {"objective": objective, "model": model, "depth": 1, "width": 32, "context": 64}
    params |= {"batch": 256, "steps": 30, "eval_every": 30, "eval_tokens": 2000}
    if FAMILIES[model].heads:
        params["heads"] = 2
    figures = run(Pretrain(), tmp_path, easy, params, ALONE).shards[0].figures
    name = HEADLINES[FAMILIES[model].sees]
    assert figures[f"validation_{name}"] < figures[f"unigram_{name}"]


def test_a_span_lies_where_its_document_says(vocabulary: Vocabulary) -> None:
    spans, noise = Spans(seed=1), Noise(0.3, 3.0, empty=True)
    whole = spans(noise, (0, 0, 7), 0, 9000)
    for start in range(0, 9000, 750):
        part = spans(noise, (0, 0, 7), start, start + 750)
        inside = whole[(whole[:, 0] >= start) & (whole.sum(1) <= start + 750)]
        assert set(map(tuple, inside.tolist())) <= set(map(tuple, part.tolist()))
    assert (whole[:-1].sum(1) < whole[1:, 0]).all()  # none touches the next
    assert abs(whole[:, 1].sum() / 9000 - 0.3) < 0.02
    assert not np.array_equal(whole, spans(noise, (0, 1, 7), 0, 9000))


def test_lengths_are_drawn_as_published() -> None:
    draws = (np.arange(100_000) + 0.5) / 100_000
    assert abs(poisson(draws, 3.0).mean() - 3) < 0.01 and abs(poisson(draws, 3.0).var() - 3) < 0.01
    assert abs(geometric(draws, 3.0).mean() - 3) < 0.01 and geometric(draws, 3.0).min() == 1


def test_infilling_hides_spans_moves_sentences_and_loses_nothing(
    easy: dict[str, Manifest], vocabulary: Vocabulary
) -> None:
    batches = blocks(easy, 64, 8)
    objective = Infilling(batches, vocabulary, seed=1)
    batch, ids = objective.batch(3).tensors, batches(3)[:, :-1]
    assert np.array_equal(batch["targets"].numpy(), ids)
    assert (batch["ids"][:, 1:].numpy() == ids[:, :-1]).all() and (batch["ids"][:, 0] == END).all()
    for source, whole in zip(batch["source"].numpy(), ids, strict=True):
        kept = source[(source != objective.mask) & (source != 3)]
        assert not set(kept.tolist()) - set(whole.tolist()) and len(kept) < len(whole)
    hidden = 1 - ((batch["source"] != objective.mask) & (batch["source"] != 3)).sum() / ids.size
    assert 0.15 < hidden < 0.45


def test_spans_and_what_is_left_are_the_text(
    easy: dict[str, Manifest], vocabulary: Vocabulary
) -> None:
    batches = blocks(easy, 64, 8)
    objective = SpansOnly(batches, vocabulary, seed=1)
    batch, ids = objective.batch(3).tensors, batches(3)[:, :-1]
    signs = objective.sign_ids.tolist()
    for source, target, whole in zip(
        batch["source"].tolist(), batch["targets"].tolist(), ids.tolist(), strict=True
    ):
        written: dict[int, list[int]] = {}
        for piece in target:
            if piece in signs:
                sign = piece
                written[sign] = []
            elif piece != IGNORED:
                written[sign].append(piece)
        text = [x for p in source if p != 3 for x in written.get(p, [p])]
        assert text == whole


def test_a_middle_moves_and_nothing_is_lost(
    easy: dict[str, Manifest], vocabulary: Vocabulary
) -> None:
    objective = Middle(blocks(easy, 64, 8), vocabulary, seed=1)
    ids = np.arange(10, 40)
    signs = objective.sign_ids.tolist()
    for order in (0.2, 0.8):
        written = objective._document(ids, 0.1, order, 0.3, 0.8).tolist()
        assert sorted(set(written) - set(signs)) == ids.tolist() and len(written) == 33
        middle = written.index(signs[1])
        tail = written[middle + 1 :]
        assert tail == (list(range(19, 34)) if order < 0.5 else [*range(10, 19), *range(19, 34)])
    assert np.array_equal(objective._document(ids, 0.9, 0.1, 0.3, 0.8), ids)


def test_a_word_is_hidden_whole(easy: dict[str, Manifest], vocabulary: Vocabulary) -> None:
    ids = np.array([vocabulary.encode("once doce uno dos tres épsilon iota kappa " * 12)])
    masking = Masking(vocabulary, seed=3, words=True)
    _, chosen = masking(ids, np.arange(ids.size)[None])
    assert masking.begins is not None
    starts = np.flatnonzero(masking.begins[ids[0]])
    words = np.split(chosen[0], starts[1:])
    assert all(word.all() or not word.any() for word in words)
    assert any(len(word) > 1 and word.all() for word in words)
    assert MaskedWords.words


def test_documents_apart_are_numbered_by_their_ends(
    easy: dict[str, Manifest], vocabulary: Vocabulary
) -> None:
    batches = blocks(easy, 64, 8)
    aim = OBJECTIVES["causal"].load()
    batch = aim(batches, vocabulary, 1, True).batch(2).tensors
    ends = (batch["ids"][:, :-1] == END).long()
    assert torch.equal(batch["documents"].diff(dim=1), ends)
