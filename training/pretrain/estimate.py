"""What a training takes beforehand: its operations, by its size and its budget, and the bytes of its model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.model.about import Expected
from training.pretrain.stage import Pretrain

VOCABULARY = 32_000  # of a tokenizer that is not there yet
EPOCHS = 4.0  # the budget where none is set
ID = 2  # bytes of a token in the files that hold nothing else
TOKEN = 4  # bytes of all files for each token to train on: with their index, their table and what is held out
WEIGHT = 4  # bytes of a parameter in a model's folder
# Floating-point operations to train on one token for each weight of a matrix (Kaplan 2020, appendix B).
OPERATIONS = 6


def estimate(
    params: Pretrain.Params, inputs: Mapping[str, Sequence[Expected]], workers: int
) -> Expected:
    """The matrices of the layers and of the head; attention's own products come to a few per cent in short contexts."""
    shape = params.numbers()
    if given := sum(e.bytes for e in inputs.get("model", ())):  # the shape is that model's own
        weights = given / WEIGHT
    else:
        weights = 12 * shape["depth"] * shape["width"] ** 2 + VOCABULARY * shape["width"]
    flops = OPERATIONS * weights * _tokens(params, shape["batch"], inputs.get("tokens", ()))
    return Expected({"model": weights * WEIGHT}, flops=flops)


def _tokens(params: Pretrain.Params, batch: int, tokens: Sequence[Expected]) -> float:
    """How many tokens go through the model."""
    if params.tokens:
        return params.tokens
    if params.steps:
        return params.steps * batch
    files = [(name, size) for e in tokens for name, size in e.files.items()]
    held = sum(size for name, size in files if name.endswith(".bin") and "train" in name) / ID
    return (params.epochs or EPOCHS) * (held or sum(size for _, size in files) / TOKEN)
