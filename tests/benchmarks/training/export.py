"""Measures how far the logits of transformers are from ours, for every family that it has.

`max_logit_diff`: the largest difference in fp32, on a ragged padded batch, tied and untied; `families`: how many were
compared; `greedy_equal`: of `prompts`, on how many a decoder writes greedily what transformers writes.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import torch

sys.path.insert(0, str(Path(__file__).parents[3]))

from tests.training.models.test_export import PADDING, STANDARD, in_transformers, model_of
from training.evaluate.generate import Reader
from training.models.registry import FAMILIES


def difference(name: str, tied: bool, folder: Path) -> float:
    model = model_of(name, tied)
    theirs = in_transformers(model, name, folder)
    ids = torch.randint(4, 300, (4, 40))
    lengths = (40, 29, 11, 3)
    shown = torch.ones_like(ids)
    for row, length in enumerate(lengths):
        shown[row, length:] = 0
    gaps = []
    with torch.no_grad():
        if FAMILIES[name].sees == "source":
            source = torch.where(shown > 0, ids.roll(1, 1), PADDING)
            logits = theirs(source, attention_mask=shown, decoder_input_ids=ids).logits
            return float((logits - model(ids, source=source)).abs().max())
        logits = theirs(ids, attention_mask=shown).logits
        for row, length in enumerate(lengths):
            gaps.append((logits[row, :length] - model(ids[row : row + 1, :length])[0]).abs().max())
    return float(max(gaps))


def greedy(name: str, prompts: int, folder: Path) -> int:
    """On how many prompts both write the same 30 tokens."""
    model = model_of(name, tied=True)
    theirs = in_transformers(model, name, folder)
    equal = 0
    for number in range(prompts):
        draw = torch.Generator().manual_seed(number)
        ids: list[int] = torch.randint(4, 300, (1 + number % 17,), generator=draw).tolist()
        prompt = torch.tensor([ids])
        with torch.no_grad():
            whole = theirs.generate(
                prompt, max_new_tokens=30, do_sample=False, eos_token_id=None, pad_token_id=3
            )
            read = Reader(model)
            for _ in range(30):
                ids.append(int(read(ids).argmax()))
        equal += whole[0].tolist() == ids
    return equal


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    prompts = 5 if parser.parse_args().quick else 100
    causal = [n for n in STANDARD if FAMILIES[n].sees == "before"]
    figures: dict[str, Any] = {"families": len(STANDARD), "prompts": prompts * len(causal)}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        gaps = {f: max(difference(f, t, folder) for t in (True, False)) for f in STANDARD}
        figures["greedy_equal"] = sum(greedy(f, prompts, folder) for f in causal)
    print({f: f"{gap:.1e}" for f, gap in gaps.items()}, file=sys.stderr)
    figures["max_logit_diff"] = max(gaps.values())
    print(json.dumps({"benchmark": "export", "figures": figures}))


if __name__ == "__main__":
    main()
