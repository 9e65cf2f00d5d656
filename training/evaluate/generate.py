"""Draws text from a model: top-k sampling with a temperature, the same for the same seed and prompt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from pipeline.errors import UsageError
from training.inputs.model_folder import TOKENIZERS, WEIGHTS
from training.models.model import Model, load
from training.models.transformer import Cache
from training.streams.chance import key
from training.tokenizer import vocabulary
from training.tokenizer.vocabulary import Vocabulary, special_pieces
from training.tokenizer.words.pretokens import DIGIT, JOINING, classes


def write_on(
    name: str,
    files: Mapping[str, Path],
    prompts: Sequence[str],
    length: int,
    temperature: float,
    top_k: int,
    seed: int,
) -> list[dict[str, Any]]:
    """A text after each prompt, by the model of these files; `temperature` 0 takes the likeliest. A UsageError where
    it writes no text.
    """
    model = load(files[WEIGHTS["weights"]], files[WEIGHTS["config"]])
    if model.sees != "before":
        raise UsageError(f"{name} does not read from left to right: it writes no text")
    tokenizer = vocabulary.load(next(files[t] for t in TOKENIZERS if t in files))
    drawn = (temperature, top_k) if temperature else (1.0, 1)
    return [generate(model, tokenizer, prompt, length, *drawn, seed) for prompt in prompts]


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
    the last half. Others read the last context anew for each. `top_k` 1 takes the likeliest piece. The marks that end
    a prompt are drawn anew, for they may be a prefix of a piece; they are none of the `tokens`.
    """
    pieces = tokenizer.get_piece_size()
    barred = [piece for piece in special_pieces(tokenizer) if piece != tokenizer.end]
    chance = torch.Generator().manual_seed(key(seed, "sample", prompt) >> 1)
    prompted = [tokenizer.end, *tokenizer.encode(prompt)]
    marks = _marks(tokenizer, prompt, prompted[1:]) if length else []
    ids = prompted[: len(prompted) - len(marks)]
    model.eval()
    with torch.inference_mode():
        read = Reader(model)

        def draw(bias: Tensor | float = 0.0) -> int:
            logits = read(ids).to("cpu")[:pieces] + bias
            logits[barred] = -torch.inf
            best, places = logits.topk(min(top_k, pieces - len(barred)))
            chances = torch.softmax(best / temperature, dim=0)
            return int(places[torch.multinomial(chances, 1, generator=chance)])

        for place, mark in enumerate(marks):
            bias = torch.full((pieces,), -torch.inf)
            bias[[mark, *_beginning(tokenizer, marks[place:])]] = 0.0
            ids.append(draw(bias))
            if ids[-1] != mark:
                break
        begun = len(ids)
        while len(ids) < begun + length and (chosen := draw()) != tokenizer.end:
            ids.append(chosen)
    text = tokenizer.decode(ids[1:])
    return {"prompt": prompt, "text": text[len(prompt) :], "tokens": len(ids) - begun}


def _marks(tokenizer: Any, prompt: str, ids: list[int]) -> list[int]:
    """The ids of the digits and marks that end a prompt, where a tokenizer glues.

    It has learnt the mark before a word and the sign between them as one piece; the mark alone is what it has seen
    before a space.
    """
    if not (isinstance(tokenizer, Vocabulary) and tokenizer.signs.glue):
        return []
    kinds = classes()
    begin = len(prompt)
    while begin and DIGIT <= kinds[ord(prompt[begin - 1])] <= JOINING:
        begin -= 1
    if begin == len(prompt):
        return []
    before = tokenizer.encode(prompt[:begin].removesuffix(" "))
    return ids[len(before) :] if ids[: len(before)] == before else []


def _beginning(tokenizer: Vocabulary, ids: list[int]) -> list[int]:
    """The pieces that begin with what some ids spell."""
    begin = "".join(map(tokenizer.piece, ids))
    return [n for n in range(tokenizer.get_piece_size()) if tokenizer.piece(n).startswith(begin)]
