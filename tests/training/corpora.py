"""Corpora for the tests of this room, and stages run on them without the runner: plan, kernels, manifest."""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
import zstandard
from torch import nn

import pipeline.model.dataset
from pipeline.model.dataset import File, Manifest
from pipeline.model.kernel import load, params_for
from pipeline.model.stage import LocalFile, Stage, Task, Work, hashed
from training.inputs.inputs import token_files
from training.shard.megatron import Sequences
from training.streams.blocks import Blocks
from training.streams.stream import Stream
from training.tokenizer import vocabulary
from training.tokenizer.vocabulary import Vocabulary

SHARED = Path(os.environ.get("TAHONA_SHARED", Path(__file__).parents[3] / "shared"))
ALONE = {"threads": 1, "device": "cpu"}
Progress = Callable[[float, float | None, str], None]
SOURCE = pa.struct([("name", pa.string()), ("offset", pa.int64())])
SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("id", "url", "domain", "language", "text")),
        ("source", SOURCE),
    ]
)


def prose(name: str, most_bytes: int, longest: int = 2_500, every: int = 1) -> list[str]:
    """Real Spanish texts of one register, each cut to `longest` characters."""
    path = SHARED / f"data/text/{name}.jsonl.zst"
    if not path.exists():
        pytest.skip(f"no real text: {path} is absent (set TAHONA_SHARED)")
    texts: list[str] = []
    size = 0
    for number, line in enumerate(_lines(path)):
        text = json.loads(line)["text"][:longest]
        if number % every == 0 and len(text) >= 800:
            texts.append(text)
            size += len(text.encode())
        if size >= most_bytes:
            break
    return texts


def _lines(path: Path) -> Iterator[str]:
    with path.open("rb") as file:
        yield from io.TextIOWrapper(
            zstandard.ZstdDecompressor().stream_reader(file), encoding="utf-8"
        )


def measured(metrics: Manifest, part: str = "metrics") -> Any:
    """The content of `metrics.json` or `samples.json`."""
    return json.loads(Path(metrics.files(part)[0].path).read_text(encoding="utf-8"))


def rows(domain: str, texts: Sequence[str]) -> list[dict[str, Any]]:
    """Documents of a domain, as the stage `corpus` writes them."""
    return [
        {
            "id": hashlib.md5(f"{domain}{number}".encode()).hexdigest(),
            "url": f"http://{domain}.test/{number}",
            "domain": domain,
            "language": "es",
            "text": text,
            "source": {"name": domain, "offset": number},
        }
        for number, text in enumerate(texts)
    ]


def corpus(folder: Path, shards: Sequence[Sequence[Mapping[str, Any]]]) -> Manifest:
    """A dataset of kind `corpus` with the given rows by shard."""
    rows_of = []
    for number, documents in enumerate(shards):
        path = folder / f"corpus-{number}.parquet"
        pq.write_table(pa.Table.from_pylist(list(documents), SCHEMA), path, row_group_size=50)
        rows_of.append(shard("corpus", [file(path, "lang=es")]))
    return manifest("corpus", ("corpus",), rows_of)


def file(path: Path, part: str) -> File:
    content = path.read_bytes()
    return File(
        path=str(path), part=part, bytes=len(content), sha256=hashlib.sha256(content).hexdigest()
    )


def shard(stage: str, files: list[File], **more: Any) -> pipeline.model.dataset.Shard:
    key = hashlib.sha256("".join(f.sha256 for f in files).encode()).hexdigest()[:32]
    return pipeline.model.dataset.Shard(key=key, stage=stage, step="made", files=files, **more)


def manifest(
    stage: str, kinds: Sequence[str], shards: list[pipeline.model.dataset.Shard]
) -> Manifest:
    return Manifest(stage=stage, fingerprint="f" * 32, kinds=list(kinds), version=1, shards=shards)


def run(
    stage: Stage,
    folder: Path,
    inputs: Mapping[str, Manifest],
    params: Mapping[str, Any] | None = None,
    context: Mapping[str, Any] | None = None,
    stopping: Callable[[], bool] = lambda: False,
    progress: Progress = lambda done, total, unit: None,
) -> Manifest:
    """Runs a stage into `folder` and gives its dataset. What it left in scratch is found again."""
    values = stage.Params.model_validate(params or {})
    plan = stage.plan(values, {name: [m] for name, m in inputs.items()}, context or {})
    shards: list[pipeline.model.dataset.Shard] | None = None
    while True:
        try:
            step = next(plan) if shards is None else plan.send(shards)
        except StopIteration as end:
            return manifest(stage.name, stage.gives, list(end.value))
        shards = [
            _compute(
                stage.name,
                step.kernel,
                task,
                folder / f"{stage.name}-{step.name}-{number}",
                stopping,
                progress,
            )
            for number, task in enumerate(step.tasks)
        ]


def _compute(
    stage: str,
    kernel: str,
    task: Task,
    folder: Path,
    stopping: Callable[[], bool],
    progress: Progress,
) -> pipeline.model.dataset.Shard:
    function = load(kernel)
    work = Work(
        params=params_for(function, json.loads(json.dumps(hashed(task.params)))),
        context=dict(task.context),
        inputs={
            role: [LocalFile(Path(f.path), f) for f in files] for role, files in task.inputs.items()
        },
        folder=folder / "out",
        scratch=folder / "scratch",
        stopping=stopping,
        progress=progress,
    )
    work.folder.mkdir(parents=True, exist_ok=True)
    work.scratch.mkdir(exist_ok=True)
    function(work)
    files = [file(work.folder / name, part) for part, name, _ in work.outputs]
    assert work.ledger.imbalance() is None
    params = json.loads(json.dumps(hashed(task.params)))
    return shard(stage, files, params=params, ledger=work.ledger, figures=work.figures)


def blocks(datasets: Mapping[str, Manifest], context: int, rows: int) -> Blocks:
    """Blocks of the training tokens of `made`, `rows` of them a step."""
    files, _ = token_files(datasets["tokens"], "train")
    pairs = zip(files["train.bin"], files["train.idx"], strict=True)
    stream = Stream([Sequences(Path(a.path), Path(b.path)) for a, b in pairs])
    return Blocks({"all": stream}, {"all": 1.0}, context, rows, seed=1)


def stirred(model: nn.Module) -> Any:
    """The model, ready to be asked, with weights that are none that it begins with: some of those are zero."""
    draw = torch.Generator().manual_seed(7)
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(torch.randn(weight.shape, generator=draw) * 0.05)
    return model.eval()


def vocabulary_of(tokenizer: Manifest) -> Vocabulary:
    """What a tokenizer was made into."""
    model = vocabulary.load(Path(tokenizer.files("model")[0].path))
    assert isinstance(model, Vocabulary)
    return model


def documents_of(text: Manifest) -> list[dict[str, Any]]:
    """The rows of a corpus."""
    return [row for file in text.files() for row in pq.read_table(file.path).to_pylist()]
