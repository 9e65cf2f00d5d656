"""What the report shows of tokens, of a training run and of its evaluation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from flows.report.figures.plot import thin
from flows.report.quote import plain
from pipeline.model.dataset import Manifest, Shard
from pipeline.store.store import Store
from training.inputs.counts import token_counts

SPLITS = ("train", "validation", "test")
# By table of metrics.json: its title, and the figures of the model and of the unigram.
_MEASURES = {
    "bits_per_byte": ("bits.by_domain", "bpb", "unigram_bpb"),
    "masked_loss": ("masked.by_domain", "masked_loss", "unigram_masked_loss"),
    "denoised_loss": ("denoised.by_domain", "denoised_loss", "unigram_denoised_loss"),
}
# Of `training.tokenizer.fertility`, in the order in which they are shown.
CUT = (
    *("bytes_per_token", "tokens_per_word", "tokens_per_word_accents", "tokens_per_word_ene"),
    *("tokens_per_word_clitics", "tokens_per_word_verb_endings", "tokens_per_word_numbers"),
    "fallback",
)
SHAPE = ("model", "objective", "depth", "width", "heads", "context", "batch")
# What `config.json` calls them: of Llama, BERT and others, of GPT-2, of BART and of T5.
CONFIGURED = {
    "model": ("model_type",),
    "depth": ("num_hidden_layers", "n_layer", "encoder_layers", "num_layers"),
    "width": ("hidden_size", "n_embd", "d_model"),
    "heads": ("num_attention_heads", "n_head", "encoder_attention_heads", "num_heads"),
}
SAMPLES = 8
SAMPLE = 1500  # code points of a sample


def tokens(manifest: Manifest) -> dict[str, Any]:
    """Tokens by domain and split, and their total."""
    counts = token_counts(manifest)
    rows = [
        {"domain": domain, "counts": [splits.get(split, 0) for split in SPLITS]}
        for domain, splits in sorted(counts.items(), key=lambda item: -sum(item[1].values()))
    ]
    total = sum(sum(splits.values()) for splits in counts.values())
    return {"splits": SPLITS, "rows": rows, "total": total}


def cut(tokenizer: Manifest) -> dict[str, Any] | None:
    """What a tokenizer makes of words, by domain, and other sizes of all; None of one that was made untold."""
    figures = tokenizer.shards[-1].figures if tokenizer.shards else {}
    of_all = {size: by_domain["all"] for size, by_domain in figures.get("sweep", {}).items()}
    rows = [
        {"domain": domain, "size": size, "figures": [row.get(name) for name in CUT]}
        for size, by_domain in [
            (figures.get("vocabulary"), figures.get("fertility", {})),
            *((int(size), {"all": row}) for size, row in of_all.items()),
        ]
        for domain, row in by_domain.items()
    ]
    return {"names": CUT, "rows": rows} if rows else None


def built(store: Store, model: Manifest) -> dict[str, Any]:
    """What was trained, and how much of it: shape, parameters, tokens, epochs, and FLOPs as the training counted them.

    What a model that goes on from another says of its shape is completed by that one, or from its own files.
    """
    shard = model.shards[-1]
    shape = _shape(shard)
    while "width" not in shape and (begun := model.inputs.get("model")):
        if (before := store.manifest(begun[0])) is None:
            break
        model = before
        shape = _shape(model.shards[-1]) | shape
    if "width" not in shape:  # the first of them went on from a folder
        shape = _configured(store, shard) | shape
    shape = {name: shape[name] for name in SHAPE if name in shape}
    figures = shard.figures
    sizes = figures.get("parameters")
    parameters = sizes.get("all") if isinstance(sizes, dict) else sizes
    seen = figures.get("tokens")
    counted = {"parameters": parameters, "tokens": seen, "steps": figures.get("steps")}
    a_token = figures.get("flops_per_token")  # not recorded by earlier models
    flops = a_token * seen if a_token and seen else None
    return {"shape": shape, **counted, "flops": flops, "epoch": figures.get("epoch")}


def _shape(shard: Shard) -> dict[str, Any]:
    return {n: v for n in SHAPE if (v := shard.params.get(n)) is not None}


def _configured(store: Store, shard: Shard) -> dict[str, Any]:
    """The shape that the `config.json` of a trained model says, in the words of its family."""
    file = next((file for file in shard.files if file.name == "config.json"), None)
    config = json.loads(store.fetch(file).read_text()) if file else {}
    return {n: config[word] for n, words in CONFIGURED.items() for word in words if word in config}


def curves(store: Store, model: Manifest) -> dict[str, Any]:
    """Points (step, value): what is measured on held-out text, its unigram's as a level, the training loss, the
    learning rate, and the norm of the gradient.

    `measure` is the name of what is measured: bits per byte, or what the objective has in its place.
    """
    lines = list(_lines(store, model))
    measures = (measure for _, measure, _ in _MEASURES.values())
    measure = next(
        (m for m in measures if any(line.get(f"validation_{m}") for line in lines)), "bpb"
    )
    named = {"quality": f"validation_{measure}", "loss": "loss", "rate": "lr", "norm": "grad_norm"}
    figures = model.shards[-1].figures if model.shards else {}
    if peak := figures.get("learning_rate"):  # lines hold the share of it that the schedule gives
        lines = [line | {"lr": line["lr"] * peak} if "lr" in line else line for line in lines]
    return {
        "measure": measure,
        "unigram": figures.get(f"unigram_{measure}"),
        **{
            name: thin([(line["step"], line[key]) for line in lines if line.get(key) is not None])
            for name, key in named.items()
        },
    }


def _lines(store: Store, model: Manifest) -> Iterator[dict[str, Any]]:
    for file in model.files("metrics"):
        with store.fetch(file).open(encoding="utf-8") as lines:
            yield from (json.loads(line) for line in lines if line.strip())


def measured(store: Store, metrics: Manifest) -> dict[str, Any]:
    """What it was measured by (a word), that by domain for each split, under the model and the unigram, and
    what the model writes.
    """
    tables = _read(store, metrics, "metrics")
    name = next((name for name in _MEASURES if name in tables), "bits_per_byte")
    title, *figures = _MEASURES[name]
    rows = tables.get(name, [])
    splits = [s for s in SPLITS if any(row["split"] == s for row in rows)]
    cells = {(row["split"], row["domain"]): row for row in rows}
    names = [row["domain"] for row in rows if row["domain"] != "all"]
    table = [
        {
            "domain": name,
            "figures": [
                _figure(cells.get((split, name), {}), figure)
                for split in splits
                for figure in figures
            ],
        }
        for name in [*dict.fromkeys(names), "all"]
        if any((split, name) in cells for split in splits)
    ]
    samples = _read(store, metrics, "samples") or []
    written = [
        {"prompt": plain(s["prompt"]), "text": plain(s["text"][:SAMPLE])} for s in samples[:SAMPLES]
    ]
    return {"title": title, "splits": splits, "domains": table, "samples": written}


def _figure(cell: dict[str, Any], figure: str) -> dict[str, Any]:
    """What was measured, with its margin; `alone`: on one document, which gives none."""
    margin = f"{figure}_margin"
    value = cell.get(figure)
    alone = value is not None and margin in cell and cell[margin] is None
    return {"value": value, "margin": cell.get(margin), "alone": alone}


def _read(store: Store, manifest: Manifest, part: str) -> Any:
    for file in manifest.files(part):
        return json.loads(store.fetch(file).read_bytes())
    return {}
