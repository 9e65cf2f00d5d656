"""A model with more rows in its embedding and head: for a vocabulary that was extended."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

import torch

from training.models.model import Model


def grown(
    model: Model, pieces: int, components: Mapping[int, Sequence[int]], dropout: float
) -> Model:
    """The same model for so many pieces, in evaluation mode. `components`: of a new piece the ids that it was till now.

    A new row is the mean of the rows of its components, and of all rows where it has none (Hewitt 2021, "Initializing
    New Word Embeddings for Pretrained Language Models"): the model goes on from what it made of the components.
    """
    rows = model.shape.rows
    larger = type(model)(replace(model.shape, vocabulary=pieces), dropout)
    old = model.weights()
    with torch.no_grad():
        for name, weight in larger.weights().items():
            if weight.shape == old[name].shape:
                weight.copy_(old[name])
                continue
            weight[:rows] = old[name]
            weight[rows:] = old[name].mean(0)
            for piece in range(rows, pieces):
                if components.get(piece):
                    weight[piece] = old[name][list(components[piece])].mean(0)
    larger.came_with = model.came_with
    return larger.eval()


def components_of(tokenizer: str, rows: int) -> dict[int, list[int]]:
    """Of each piece of a `tokenizer.json` from `rows` on that merges make, the pieces before `rows` that it is of."""
    model = json.loads(tokenizer)["model"]
    numbers, components = model["vocab"], dict[int, list[int]]()
    for left, right in model["merges"]:  # a component of a merge was made by one before it
        piece = numbers[left + right]
        if piece >= rows and piece not in components:
            both = (numbers[left], numbers[right])
            components[piece] = [own for n in both for own in ([n] if n < rows else components[n])]
    return components
