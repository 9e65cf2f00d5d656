"""In which steps a model read some tokens: a function of its parameters and the sizes of its token files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray
from pydantic import ValidationError

from pipeline.model.dataset import File, Manifest
from training.inputs.inputs import model_files, token_files
from training.pretrain.data.reading import blocks_of
from training.pretrain.params import Training, pool_of
from training.shard.megatron import Index, token_type
from training.shard.stage import CLUSTER_SIZE


class _Sized:
    """Stands for a token file of which the size is asked alone, or the lengths of its documents too."""

    def __init__(self, size: int, lengths: Sequence[int] | NDArray[np.int32] = ()) -> None:
        self.size, self.lengths = size, np.asarray(lengths, np.int32)

    def __len__(self) -> int:
        return len(self.lengths)


def steps_that_read(
    model: Manifest,
    tokens: Manifest,
    fetch: Callable[[File], Path],
    path: str,
    begin: int,
    end: int,
) -> NDArray[np.int64] | None:
    """The steps, from 0, that read one of the tokens [begin, end) of the file of that path.

    None where an earlier version trained the model, whose parameters meant something else.
    """
    (shard,) = model.shards
    try:
        params = Training.model_validate(shard.params)
    except ValidationError:
        return None
    context = params.context or _context(fetch(*model_files(model)["config"]))
    width = token_type(shard.figures["vocabulary"]).itemsize
    train, domains = token_files(tokens, "train")
    files = train["train.bin"]
    number = next((n for n, file in enumerate(files) if file.path == path), None)
    if number is None or (pool := pool_of(params, domains[number])) is None:
        return np.empty(0, np.int64)
    laid_out = bool(params.upsample) or params.packing != "cut"  # by the lengths of documents
    sizes: list[Any] = [
        _Sized(file.bytes // width, Index(fetch(index)).lengths if laid_out else ())
        for file, index in zip(files, train["train.idx"], strict=True)
    ]

    def cluster_sizes(number: int) -> NDArray[np.int64]:
        table = pq.read_table(fetch(train["train.parquet"][number]), columns=[CLUSTER_SIZE])
        return table[CLUSTER_SIZE].to_numpy()

    blocks = blocks_of(params, sizes, context, cluster_sizes)
    pools = [pool_of(params, domain) for domain in domains]
    before = sum(s.size for s, p in zip(sizes[:number], pools, strict=False) if p == pool)
    place = blocks.names.index(pool)
    return blocks.steps_of(place, before + begin, before + end, int(shard.figures["steps"]))


def steps_of(
    model: Manifest,
    tokens: Manifest,
    fetch: Callable[[File], Path],
    table: str,
    row: Mapping[str, Any],
) -> NDArray[np.int64] | None:
    """The same for a sequence that `trace` shows: `table` is the path of its table, `row` says which tokens it is."""
    train, _ = token_files(tokens, "train")
    of_tables = {
        beside.path: file.path
        for beside, file in zip(train["train.parquet"], train["train.bin"], strict=True)
    }
    if table not in of_tables:
        return np.empty(0, np.int64)
    span = row["from_token"], row["to_token"]
    return steps_that_read(model, tokens, fetch, of_tables[table], *span)


def _context(config: Path) -> int:
    """How many tokens the model of a `config.json` reads."""
    from training.models.model import family_of, read_config
    from training.models.registry import FAMILIES

    content = read_config(config)
    return int(FAMILIES[family_of(content)].load().shape_of(content).context)
