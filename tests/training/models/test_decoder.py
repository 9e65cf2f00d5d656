"""A decoder is a function of its shape and seed, and comes back from its folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch.utils.flop_counter import FlopCounterMode

from pipeline.errors import TahonaError
from tests.training.corpora import stirred
from training.models.cost import cost
from training.models.decoder import Llama
from training.models.encoder import Encoder
from training.models.encoder import Shape as EncoderShape
from training.models.model import Model, load, save
from training.models.transformer import Shape

SHAPE = Shape(vocabulary=301, depth=3, width=64, heads=4, context=48)
LOCAL = EncoderShape(vocabulary=301, depth=3, width=64, heads=4, context=48)
UNTIED = Shape(vocabulary=301, depth=2, width=64, heads=2, context=48, tied=False)


@pytest.mark.parametrize("shape", [SHAPE, UNTIED])
def test_a_saved_model_is_the_same_model(tmp_path: Path, shape: Shape) -> None:
    model = Llama(shape, seed=5).eval()
    files = tmp_path / "model.safetensors", tmp_path / "config.json"
    save(model, *files)
    again = load(*files)
    ids = torch.randint(0, shape.vocabulary, (2, 48))
    assert again.shape.rows == 320
    assert torch.equal(again(ids), model(ids))


def test_the_first_weights_are_a_function_of_the_seed() -> None:
    first, again, other = (Llama(SHAPE, seed=s).weights() for s in (1, 1, 2))
    assert all(torch.equal(first[name], again[name]) for name in first)
    name = "model.embed_tokens.weight"
    assert not torch.equal(first[name], other[name])
    sizes = Llama(SHAPE).sizes()
    assert sizes["all"] == sum(w.numel() for w in first.values())


def test_a_position_sees_nothing_that_comes_after_it() -> None:
    model = stirred(Llama(SHAPE))
    ids = torch.randint(0, 300, (1, 48))
    changed = ids.clone()
    changed[0, 20:] = torch.randint(0, 300, (28,))
    assert torch.allclose(model(ids)[0, :20], model(changed)[0, :20], atol=1e-6)


def test_files_that_do_not_fit_together_are_refused(tmp_path: Path) -> None:
    weights, config = tmp_path / "model.safetensors", tmp_path / "config.json"
    save(Llama(SHAPE), weights, config)
    tensors = load_file(weights)
    nan = tensors | {"model.norm.weight": tensors["model.norm.weight"] * torch.nan}
    save_file(nan, weights)
    with pytest.raises(TahonaError, match=r"model\.norm\.weight has values that are no numbers"):
        load(weights, config)
    del tensors["model.norm.weight"]
    save_file(tensors, weights)
    with pytest.raises(TahonaError, match=r"model\.norm\.weight is in one only"):
        load(weights, config)
    whole = weights.read_bytes()
    for broken in (whole[:-8], whole[:40], b"", b"\xff" * 100):
        weights.write_bytes(broken)
        with pytest.raises(TahonaError, match=rf"{weights} is damaged .*: restore the file"):
            load(weights, config)
    config.write_text(json.dumps({"model_type": "bloom"}))
    with pytest.raises(TahonaError, match="of the type 'bloom'; what is read here is 'apertus'"):
        load(weights, config)
    for text in ("{", "[]"):
        config.write_text(text)
        with pytest.raises(TahonaError, match=rf"{config} is damaged"):
            load(weights, config)


@pytest.mark.parametrize(("family", "shape"), [(Llama, SHAPE), (Encoder, LOCAL)])
def test_operations_are_those_that_torch_counts(
    family: type[Model], shape: Shape, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.models.product.WIDE", False)  # it counts its own products alone
    model, ids = family(shape), torch.randint(0, 300, (2, 48))
    with FlopCounterMode(display=False) as counter:
        cost(model, model.states(ids), ids).backward()
    # It counts five products of an attention backward, where four do: the kernel computes one again.
    assert counter.get_total_flops() / ids.numel() == pytest.approx(model.flops(), rel=0.03)
