"""Draws text from a model: top-k sampling with a temperature, the same for the same seed and prompt."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from training.chance import key
from training.models.model import Model
from training.models.transformer import Cache
from training.tokenizer.vocabulary import special_pieces


class Reader:
    """The logits of what comes after some ids, each call with more of them than the one before."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.device = next(model.parameters()).device
        self.cache = Cache() if model.cached else None
        self.known = 0  # ids that the cache has read

    def __call__(self, ids: list[int]) -> Tensor:
        context: int = self.model.shape.context
        if self.cache is None:
            return self._logits(ids[-context:])
        new = ids[self.known :]
        if self.cache.length + len(new) > context:
            self.cache, new = Cache(), ids[-max(1, context // 2) :]
        self.known = len(ids)
        return self._logits(new, cache=self.cache)

    def _logits(self, ids: list[int], **more: Any) -> Tensor:
        states = self.model.states(torch.tensor([ids], device=self.device), **more)
        return self.model.logits(states[0, -1]).float()


def generate(
    model: Model,
    tokenizer: Any,
    prompt: str,
    length: int,
    temperature: float,
    top_k: int,
    seed: int,
) -> dict[str, Any]:
    """`prompt`, the `text` after it, and its number of `tokens`: at most `length`, to the end of document.

    A model that can keeps what it has read, so that a token costs itself; where the context is full, it goes on from
    the last half. Others read the last context anew for each. `top_k` 1 takes the likeliest piece.
    """
    pieces = tokenizer.get_piece_size()
    barred = [piece for piece in special_pieces(tokenizer) if piece != tokenizer.end]
    draw = torch.Generator().manual_seed(key(seed, "sample", prompt) >> 1)
    ids = [tokenizer.end, *tokenizer.encode(prompt)]
    begun = len(ids)
    model.eval()
    with torch.inference_mode():
        read = Reader(model)
        while len(ids) < begun + length:
            logits = read(ids).to("cpu")[:pieces]
            logits[barred] = -torch.inf
            best, places = logits.topk(min(top_k, pieces - len(barred)))
            chances = torch.softmax(best / temperature, dim=0)
            chosen = int(places[torch.multinomial(chances, 1, generator=draw)])
            if chosen == tokenizer.end:
                break
            ids.append(chosen)
    text = tokenizer.decode(ids[1:])
    return {"prompt": prompt, "text": text[len(prompt) :], "tokens": len(ids) - begun}
