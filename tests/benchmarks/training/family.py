"""Trains every pair of an objective and a model that makes sense, and exports those that transformers has.

`pairs`: of objective and model, each trained `steps` steps; `below_unigram`: those whose held-out loss is below
that of the unigram; `exports`: folders that transformers loads with nothing missing; `exports_equal`: those whose
logits are ours to 1e-5. Ends with 1 where a pair or an export fails, as a part of `make soak`. `--keep FOLDER` goes on
where it was stopped.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import torch

sys.path.insert(0, str(Path(__file__).parents[3]))

from tests.run_cache import RunCache
from tests.training.corpora import corpus, prose, rows, run
from tests.training.models.test_export import AUTO
from tests.training.models.test_family import HEADLINES, PAIRS
from training.models.model import load
from training.models.registry import FAMILIES
from training.pretrain.stage import Pretrain
from training.shard.stage import Shard
from training.tokenizer.stage import Tokenizer

SHAPE: dict[str, Any] = {"depth": 2, "width": 64, "context": 64, "batch": 512}


def trained(folder: Path, inputs: Any, objective: str, model: str, steps: int) -> tuple[bool, bool]:
    """Whether a pair is below its unigram, and whether transformers computes what it does."""
    params = SHAPE | {"objective": objective, "model": model, "steps": steps}
    params |= {"eval_every": steps, "eval_tokens": 4000} | (
        {"heads": 2} if FAMILIES[model].heads else {}
    )
    published = run(Pretrain(), folder, inputs, params, {"device": "cpu", "threads": 1})
    figures, name = published.shards[0].figures, HEADLINES[FAMILIES[model].sees]
    own, unigram = figures[f"validation_{name}"], figures[f"unigram_{name}"]
    print(f"{name} {own} against {unigram}", file=sys.stderr)
    return own < unigram, FAMILIES[model].standard and _equal(published, model)


def _equal(published: Any, name: str) -> bool:
    import transformers

    files = {f.name: Path(f.path) for f in published.files("model")}
    ours = load(files["model.safetensors"], files["config.json"])
    auto = getattr(transformers, AUTO[FAMILIES[name].sees])
    theirs, info = auto.from_pretrained(files["config.json"].parent, output_loading_info=True)
    ids = torch.randint(10, 300, (2, 40))
    with torch.no_grad():
        if FAMILIES[name].sees == "source":
            gap = theirs.eval()(ids, decoder_input_ids=ids).logits - ours(ids, source=ids)
        else:
            gap = theirs.eval()(ids).logits - ours(ids)
    return not any(info.values()) and float(gap.abs().max()) < 1e-5


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--keep", type=Path)
    arguments = parser.parse_args()
    quick, kept = arguments.quick, RunCache(arguments.keep)
    pairs, steps = PAIRS[::6] if quick else PAIRS, 200
    results = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        text = corpus(folder, [rows("news", prose("news_encyclopedic", 400_000, longest=4_000))])
        tokenizer = run(Tokenizer(), folder, {"corpus": text}, {"vocabulary": 1024})
        tokens = run(Shard(), folder, {"corpus": text, "tokenizer": tokenizer})
        inputs = {"tokens": tokens, "tokenizer": tokenizer}
        for number, pair in enumerate(pairs):
            place = folder / str(number)
            make = partial(trained, place, inputs, *pair, steps)
            results.append(kept(f"{pair} {steps}", make))
    figures = {
        "pairs": len(pairs),
        "steps": steps,
        "below_unigram": sum(below for below, _ in results),
        "exports": sum(FAMILIES[model].standard for _, model in pairs),
        "exports_equal": sum(equal for _, equal in results),
    }
    print(json.dumps({"benchmark": "family", "figures": figures}))
    return int(
        figures["below_unigram"] < len(pairs) or figures["exports_equal"] < figures["exports"]
    )


if __name__ == "__main__":
    sys.exit(main())
