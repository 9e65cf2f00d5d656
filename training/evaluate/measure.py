"""Measures a saved model for the stage `evaluate`: a row of figures a domain and split, and its samples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch

from pipeline.model.stage import Work
from training.bits import HeldOut, bits_per_byte, model_nats, read_held_out, unigram_nats
from training.device import used
from training.evaluate.generate import generate
from training.models.decoder import load
from training.shard.megatron import Sequences
from training.tokenizer.vocabulary import load as load_tokenizer

ALL = "all"  # the row that sums the domains of a split


class Evaluation:
    """One run of the stage."""

    def __init__(self, work: Work, device: torch.device) -> None:
        self.work, self.device = work, device
        self.model = load(work.one("weights").path, work.one("config").path).to(device)
        counts = json.loads(work.one("unigram").path.read_bytes())["counts"]
        self.counts = np.array(counts, dtype=np.int64)

    def write(self) -> None:
        """Writes `metrics.json` and `samples.json` and sets the figures."""
        rows = [row for split in self.work.params["splits"] for row in self._rows(split)]
        metrics = {"parameters": self.model.sizes(), "bits_per_byte": rows}
        _write(self.work.output("metrics", "metrics.json"), metrics)
        _write(self.work.output("samples", "samples.json"), self._samples())
        whole = {row["split"]: row for row in rows if row["domain"] == ALL}
        self.work.figures = {
            **{f"{split}_bpb": row["bpb"] for split, row in whole.items()},
            **{f"{split}_unigram_bpb": row["unigram_bpb"] for split, row in whole.items()},
            **used(self.device),
        }

    def _rows(self, split: str) -> list[dict[str, Any]]:
        """Figures of each domain of a split, and of all; none where it has no documents."""
        work = self.work
        files: dict[str, list[tuple[Sequences, Path]]] = {}
        for domain, tokens, index, table in zip(
            work.params["domains"][split],
            *(work.inputs[f"{split}.{end}"] for end in ("bin", "idx", "parquet")),
            strict=True,
        ):
            pair = (Sequences(tokens.path, index.path), table.path)
            files.setdefault(domain, []).append(pair)
        held = [read_held_out(domain, pairs) for domain, pairs in sorted(files.items())]
        scores = []
        for number, text in enumerate(held):
            work.progress(number, len(held), f"domains of {split}")
            model = model_nats(self.model, text.documents, work.stopping)
            scores.append((text, float(model.sum()), float(self._unigram(text))))
        rows = [_row(split, t.domain, [(t, model, unigram)]) for t, model, unigram in scores]
        return [*rows, _row(split, ALL, scores)] if rows else []

    def _unigram(self, text: HeldOut) -> float:
        return float(unigram_nats(self.counts, text.documents).sum())

    def _samples(self) -> list[dict[str, Any]]:
        params = self.work.params
        tokenizer = load_tokenizer(self.work.one("tokenizer").path)
        return [
            generate(
                self.model,
                tokenizer,
                prompt,
                length=params["length"],
                temperature=params["temperature"],
                top_k=params["top_k"],
                seed=params["seed"],
            )
            for prompt in params["prompts"]
        ]


def _row(split: str, domain: str, scores: list[tuple[HeldOut, float, float]]) -> dict[str, Any]:
    size = sum(text.bytes for text, _, _ in scores)
    tokens = sum(text.tokens for text, _, _ in scores)
    nats = sum(model for _, model, _ in scores)
    return {
        "split": split,
        "domain": domain,
        "documents": sum(len(text.documents) for text, _, _ in scores),
        "tokens": tokens,
        "bytes": size,
        "loss": round(nats / tokens, 5),
        "bpb": bits_per_byte(nats, size),
        "unigram_bpb": bits_per_byte(sum(unigram for _, _, unigram in scores), size),
    }


def _write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
