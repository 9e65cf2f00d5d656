"""What a training takes beforehand: its operations, by its size and its budget, and the bytes of its model."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.model.about import Beforehand, Expected
from training.pretrain.params import Options

# Pieces of a tokenizer that is to choose by its text: one for each.
SMALLEST, LARGEST = 1_024, 32_000
TEXT = 100  # bytes
EPOCHS = 4.0  # the budget where none is set
ID = 2  # bytes of a token in the files that hold nothing else
TOKEN = 4  # bytes of all files for each token to train on: with their index, their table and what is held out
WEIGHT = 4  # bytes of a parameter in a model's folder
# Floating-point operations to train on one token for each weight of a matrix (Kaplan 2020, appendix B).
OPERATIONS = 6


def estimate(known: Beforehand) -> Expected:
    """The matrices of the layers and of the head; attention's own products come to a few per cent in short contexts."""
    params, inputs = known.params, known.inputs
    shape, tokens = params.numbers(), inputs.get("tokens", ())
    # The shape is that model's own.
    if weight_bytes := sum(e.bytes for e in inputs.get("model", ())):
        weights = weight_bytes / WEIGHT
    else:
        weights = 12 * shape["depth"] * shape["width"] ** 2
        weights += _vocabulary(known, tokens) * shape["width"]
    read = _budget(params, shape["batch"])
    flops = OPERATIONS * weights * (read or _read(params, tokens))
    return Expected({"model": weights * WEIGHT}, flops=flops, at_most=not read and known.at_most)


def _vocabulary(known: Beforehand, tokens: Sequence[Expected]) -> float:
    """The pieces that the recipe asks its tokenizer for."""
    sizes = [p.vocabulary for p in known.read.get("tokenizer", ()) if p.vocabulary]
    of_text = sum(e.bytes for e in tokens) / TEXT
    return sizes[0] if sizes else min(max(of_text, SMALLEST), LARGEST)


def _budget(params: Options, batch: int) -> float:
    """How many tokens the recipe says go through the model; 0 where that hangs on how many there are."""
    return params.tokens or (params.steps or 0) * batch


def _read(params: Options, tokens: Sequence[Expected]) -> float:
    """The same by epochs."""
    files = [(name, size) for e in tokens for name, size in e.files.items()]
    packed = sum(size for name, size in files if name.endswith(".bin") and "train" in name) / ID
    return (params.epochs or EPOCHS) * (packed or sum(size for _, size in files) / TOKEN)
