"""Masking is a function of where a token comes from; special pieces stay; the shares are as published."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pipeline.errors import TahonaError
from pipeline.model.dataset import Manifest
from tests.training.corpora import blocks
from training.losses.held_out import HeldOut
from training.losses.masked_loss import MaskedLoss
from training.models.cost import IGNORED
from training.models.encoder import Encoder, Shape
from training.objectives.masked import Masked, Masking, targets_of
from training.tokenizer.vocabulary import END, Vocabulary


def test_the_shares_are_as_published_and_special_pieces_stay(vocabulary: Vocabulary) -> None:
    masking = Masking(vocabulary, seed=1)
    ids = np.random.default_rng(0).integers(0, vocabulary.get_piece_size(), 200_000)
    ids[::7] = END
    shown, chosen = masking(ids, np.arange(len(ids)))
    assert not chosen[masking.special[ids]].any()
    ordinary = ~masking.special[ids]
    assert abs(chosen[ordinary].mean() - 0.15) < 0.003
    assert (shown[~chosen] == ids[~chosen]).all()
    hidden = shown[chosen]
    assert abs((hidden == masking.mask).mean() - 0.8) < 0.01
    others = hidden[(hidden != masking.mask) & (hidden != ids[chosen])]
    assert abs(len(others) / len(hidden) - 0.1) < 0.01
    assert not masking.special[others].any()
    assert len(np.unique(others)) > 0.9 * len(masking.ordinary)


def test_noise_is_of_the_document_the_epoch_and_the_position(
    easy: dict[str, Manifest], vocabulary: Vocabulary
) -> None:
    """The same tokens are hidden whatever the context and the batch, and others in the next epoch."""

    def hidden(context: int, rows: int, epoch: int) -> set[tuple[int, int]]:
        batches = blocks(easy, context, rows)
        objective = Masked(batches, vocabulary, seed=1)
        per_epoch = int(batches.sizes[0]) // rows
        places: set[tuple[int, int]] = set()
        for step in range(epoch * per_epoch, (epoch + 1) * per_epoch):
            batch, origins = objective.batch(step).tensors, batches.origins(step)
            for row, place in (batch["ids"] == objective.masking.mask).nonzero().tolist():
                if origins.epochs[row, 0] == epoch:
                    document, position = (
                        origins.documents[row, place],
                        origins.positions[row, place],
                    )
                    places.add((int(document), int(position)))
        return places

    short, long = hidden(32, 4, 0), hidden(64, 2, 0)
    common = short & long
    assert len(common) > 0.95 * len(short)  # but for what the last steps of an epoch leave out
    other = hidden(32, 4, 1)
    assert len(other & short) < 0.3 * len(short)


def test_a_batch_holds_its_targets_and_counts_them(
    easy: dict[str, Manifest], vocabulary: Vocabulary
) -> None:
    batches = blocks(easy, 32, 8)
    first, again = (Masked(batches, vocabulary, seed=1).batch(5) for _ in range(2))
    ids = torch.from_numpy(batches(5)[:, :-1])
    assert all(torch.equal(first.tensors[name], again.tensors[name]) for name in first.tensors)
    places, targets = first.tensors["places"], first.tensors["targets"]
    kept = targets != IGNORED
    assert first.count == int(kept.sum()) and first.tokens == ids.numel()
    assert torch.equal(ids.gather(1, places)[kept], targets[kept])
    unchanged = torch.ones_like(ids, dtype=torch.bool).scatter(1, places, ~kept)
    assert torch.equal(first.tensors["ids"][unchanged], ids[unchanged])


def test_logits_at_the_targets_are_those_of_the_whole_input(vocabulary: Vocabulary) -> None:
    model = Encoder(Shape(vocabulary=64, depth=2, width=32, heads=2, context=16), seed=1).eval()
    ids = torch.randint(0, 64, (3, 16))
    places, targets = targets_of(ids.numpy(), np.eye(3, 16, dtype=bool))
    assert (
        places.tolist() == [[0], [1], [2]] and targets.tolist() == ids.diagonal()[:, None].tolist()
    )
    objective = Masked(None, vocabulary, seed=1)
    micro_batch = {
        "ids": ids,
        "places": torch.from_numpy(places),
        "targets": torch.from_numpy(targets),
    }
    with torch.no_grad():
        whole = model(ids).log_softmax(-1)[range(3), range(3), ids.diagonal()]
        loss = objective.loss(model, micro_batch)
    assert float(loss) == pytest.approx(-float(whole.sum()), abs=1e-4)


def test_the_measure_counts_every_hidden_token_once(vocabulary: Vocabulary) -> None:
    pieces = vocabulary.get_piece_size()
    documents = [np.arange(5, 5 + n) % pieces for n in (40, 3, 0, 77)]
    text = HeldOut("news", documents, bytes=1)
    measure = MaskedLoss(np.ones(pieces, dtype=np.int64), vocabulary)
    shape = Shape(vocabulary=pieces, depth=1, width=32, heads=2, context=16)
    model = Encoder(shape, seed=1)
    figures = measure.figures([text], measure.score(model, text))
    assert figures["documents"] == 4 and figures["tokens"] == 120
    assert 5 < figures["targets"] < 35
    assert figures["unigram_masked_loss"] == pytest.approx(np.log(pieces), abs=1e-4)
    other = Encoder(Shape(vocabulary=pieces, depth=1, width=32, heads=2, context=48), seed=1)
    assert measure.figures([text], measure.score(other, text))["targets"] == figures["targets"]


def test_a_tokenizer_without_a_mask_is_refused(vocabulary: Vocabulary) -> None:
    class Without:
        get_piece_size = staticmethod(lambda: 5)
        piece_to_id = staticmethod(lambda piece: 0)
        special = (0, 1, 2)
        is_unknown = staticmethod(lambda piece: piece == 0)

    with pytest.raises(TahonaError, match="no special piece <mask>"):
        Masking(Without(), seed=1)
