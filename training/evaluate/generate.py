"""Draws text from a model: top-k sampling with a temperature, the same for the same seed and prompt."""

from __future__ import annotations

from typing import Any

import torch

from training.chance import key
from training.models.model import Model
from training.tokenizer.vocabulary import END, special_pieces


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

    Each token reads the last context of tokens anew; there is no cache, which short samples do not need.
    """
    device = next(model.parameters()).device
    pieces = tokenizer.get_piece_size()
    barred = [piece for piece in special_pieces(tokenizer) if piece != END]
    draw = torch.Generator().manual_seed(key(seed, "sample", prompt) >> 1)
    ids = [END, *tokenizer.encode(prompt)]
    begun = len(ids)
    model.eval()
    with torch.inference_mode():
        while len(ids) < begun + length:
            window = torch.tensor([ids[-model.shape.context :]], device=device)
            logits = model(window)[0, -1, :pieces].float().cpu()
            logits[barred] = -torch.inf
            best, places = logits.topk(min(top_k, pieces - len(barred)))
            chances = torch.softmax(best / temperature, dim=0)
            chosen = int(places[torch.multinomial(chances, 1, generator=draw)])
            if chosen == END:
                break
            ids.append(chosen)
    text = tokenizer.decode(ids[1:])
    return {"prompt": prompt, "text": text[len(prompt) :], "tokens": len(ids) - begun}
