"""The step `measure`: a row of figures a domain and split, and what the model writes where it writes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from pipeline.model.stage import Work
from training.device import computing, used
from training.evaluate.generate import generate
from training.evaluate.stage import Measuring
from training.losses.held_out import HeldOut, read_held_out
from training.losses.measure import Sums, measure_for, total
from training.models.model import load
from training.shard.megatron import Sequences
from training.tokenizer import vocabulary

ALL = "all"  # the row that sums the domains of a split


def measure_model(work: Work[Measuring]) -> None:
    """The kernel: scores the held-out documents and draws the samples."""
    with computing(work.context) as device:
        Evaluation(work, device).write()


class Evaluation:
    """One run of the step."""

    def __init__(self, work: Work[Measuring], device: torch.device) -> None:
        self.work, self.params, self.device = work, work.params, device
        self.model = load(work.one("weights").path, work.one("config").path).to(device)
        self.tokenizer = vocabulary.load(work.one("tokenizer").path)
        counts = json.loads(work.one("unigram").path.read_bytes())["counts"]
        measure = measure_for(self.model.sees)
        tokenizer, objective = self.tokenizer, work.params.objective
        self.measure = measure(np.array(counts, dtype=np.int64), tokenizer, objective)

    def write(self) -> None:
        """Writes `metrics.json` and `samples.json` and sets the figures."""
        rows = [row for split in self.params.splits for row in self._rows(split)]
        metrics = {"parameters": self.model.sizes(), self.measure.table: rows}
        _write(self.work.output("metrics", "metrics.json"), metrics)
        _write(self.work.output("samples", "samples.json"), self._samples())
        self.work.figures = {
            f"{row['split']}_{name}": row[name]
            for row in rows
            if row["domain"] == ALL
            for headline in self.measure.headline
            for name in (headline, f"unigram_{headline}")
        } | used(self.device)

    def _rows(self, split: str) -> list[dict[str, Any]]:
        """Figures of each domain of a split, and of all; none where it has no documents."""
        work = self.work
        files: dict[str, list[tuple[Sequences, Path]]] = {}
        for domain, tokens, index, table in zip(
            self.params.domains[split],
            *(work.inputs[f"{split}.{end}"] for end in ("bin", "idx", "parquet")),
            strict=True,
        ):
            pair = (Sequences(tokens.path, index.path), table.path)
            files.setdefault(domain, []).append(pair)
        texts = [read_held_out(domain, pairs) for domain, pairs in sorted(files.items())]
        scores = []
        for number, text in enumerate(texts):
            work.progress(number, len(texts), f"domains of {split}")
            scores.append(self.measure.score(self.model, text, work.stopping))
        pairs = zip(texts, scores, strict=True)
        rows = [self._row(split, text.domain, [text], score) for text, score in pairs]
        return [*rows, self._row(split, ALL, texts, total(scores))] if rows else []

    def _row(self, split: str, domain: str, texts: Sequence[HeldOut], sums: Sums) -> dict[str, Any]:
        return {"split": split, "domain": domain, **self.measure.figures(texts, sums)}

    def _samples(self) -> list[dict[str, Any]]:
        """A text after each prompt; a model that does not read from left to right writes none."""
        params = self.params
        return [
            generate(
                self.model,
                self.tokenizer,
                prompt,
                length=params.length,
                temperature=params.temperature,
                top_k=params.top_k,
                seed=params.seed,
            )
            for prompt in (params.prompts if self.model.sees == "before" else ())
        ]


def _write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
