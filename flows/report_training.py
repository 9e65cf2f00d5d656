"""What the report tells of tokens, of a training run and of its evaluation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from flows.report_datasets import Shown
from flows.report_examples import plain
from flows.report_plot import chart
from pipeline.dataset import Manifest
from pipeline.store import Store

SPLITS = ("train", "validation", "test")
SAMPLES = 8
SAMPLE = 1500  # code points of a sample


def tokens(held: Shown) -> dict[str, Any] | None:
    """Tokens by domain and split, and their total; None where none were made."""
    manifest = held.of("shard")
    if manifest is None:
        return None
    counts: dict[str, dict[str, int]] = {}
    for shard in manifest.shards:
        for part, n in shard.figures.get("tokens", {}).items():
            domain, _, split = part.rpartition("/")
            found = counts.setdefault(domain, {})
            found[split] = found.get(split, 0) + n
    rows = [
        {"domain": domain, "counts": [found.get(split, 0) for split in SPLITS]}
        for domain, found in sorted(counts.items(), key=lambda item: -sum(item[1].values()))
    ]
    total = sum(sum(found.values()) for found in counts.values())
    return {"splits": SPLITS, "rows": rows, "total": total}


def training(store: Store, held: Shown) -> dict[str, Any] | None:
    """The curves (drawings of `flows.report_plot`), the figures by domain and the samples of the model.

    None where there is no model.
    """
    model, metrics = held.of("pretrain"), held.of("evaluate")
    if model is None:
        return None
    figures = dict(model.shards[-1].figures) if model.shards else {}
    figures |= metrics.shards[-1].figures if metrics and metrics.shards else {}
    quality, loss = _curves(list(_lines(store, model)), figures.get("unigram_bpb"))
    columns, domains = _domains(store, metrics) if metrics else ([], [])
    return {
        "quality": quality,
        "loss": loss,
        "columns": columns,
        "domains": domains,
        "samples": _samples(store, metrics) if metrics else [],
        "parameters": figures.get("parameters", {}).get("all"),
        "measured": _measured(figures),
    }


def _measured(figures: dict[str, Any]) -> dict[str, Any] | None:
    """The figure to remember: bits per byte on the test split, else on validation, and the unigram's."""
    for split in ("test", "validation"):
        if figures.get(f"{split}_bpb"):
            unigram = figures.get(f"{split}_unigram_bpb") or figures.get("unigram_bpb")
            return {"split": split, "model": figures[f"{split}_bpb"], "unigram": unigram}
    return None


def _lines(store: Store, model: Manifest) -> Iterator[dict[str, Any]]:
    for file in model.files("metrics"):
        with store.fetch(file).open(encoding="utf-8") as lines:
            yield from (json.loads(line) for line in lines if line.strip())


def _curves(
    lines: list[dict[str, Any]], unigram: float | None
) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """Validation bits per byte with the unigram's as a level, and the training loss, by step."""
    held_out = [(x["step"], x["validation_bpb"]) for x in lines if x.get("validation_bpb")]
    loss = [(x["step"], x["loss"]) for x in lines if x.get("loss") is not None]
    level = ("unigram", unigram) if unigram else None
    return chart([("model", "first", held_out)], level), chart([("loss", "second", loss)])


def _domains(store: Store, metrics: Manifest) -> tuple[list[str], list[dict[str, Any]]]:
    """Bits per byte by domain: under the model and the unigram for each split that was measured."""
    rows = _read(store, metrics, "metrics").get("bits_per_byte", [])
    splits = [s for s in SPLITS if any(row["split"] == s for row in rows)]
    found = {(row["split"], row["domain"]): row for row in rows}
    names = [row["domain"] for row in rows if row["domain"] != "all"]
    table = [
        {
            "domain": name,
            "figures": [
                found.get((split, name), {}).get(figure)
                for split in splits
                for figure in ("bpb", "unigram_bpb")
            ],
        }
        for name in [*dict.fromkeys(names), "all"]
        if any((split, name) in found for split in splits)
    ]
    return [f"{split}{who}" for split in splits for who in ("", ", unigram")], table


def _samples(store: Store, metrics: Manifest) -> list[dict[str, str]]:
    samples = _read(store, metrics, "samples") or []
    return [
        {"prompt": plain(s["prompt"]), "text": plain(s["text"][:SAMPLE])} for s in samples[:SAMPLES]
    ]


def _read(store: Store, manifest: Manifest, part: str) -> Any:
    for file in manifest.files(part):
        return json.loads(store.fetch(file).read_bytes())
    return {}
