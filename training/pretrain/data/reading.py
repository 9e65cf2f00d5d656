"""What a run reads: the blocks of its token files, as its parameters mix them, and how many steps it makes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from pipeline.model.stage import LocalFile
from training.pretrain.params import Training, pool_of
from training.shard.megatron import Sequences
from training.streams.blocks import Blocks
from training.streams.mixture import bounded, flattened
from training.streams.packing import Packed
from training.streams.stream import HOLE, Repeated, Stream

ClusterSizes = Callable[[int], NDArray[np.int64]]  # those of the documents of a file, by its number


def blocks_of(
    params: Training, files: Sequence[Sequences], context: int, cluster_sizes: ClusterSizes
) -> Blocks:
    """The blocks of the files of `params.domains`, in their order; `cluster_sizes` are asked for with `upsample`."""
    numbers = _pools(params)
    streams = {
        name: _stream(params, [(files[n], n) for n in of], context, cluster_sizes)
        for name, of in numbers.items()
    }
    assert params.batch is not None  # the plan sets it
    rows = max(1, params.batch // context)

    def blocks(shares: Mapping[str, float], ramp: int = 0) -> Blocks:
        return Blocks(streams, shares, context, rows, params.seed, ramp)

    shares: Mapping[str, float] = params.weights or {n: s.size for n, s in streams.items()}
    if params.temperature != 1:
        shares = flattened(shares, params.temperature)
    mix = blocks(shares)
    steps = steps_of(params, mix)
    ramp = round(params.ramp * steps)
    copies = max(params.upsample.values(), default=1)
    most = {
        name: min(
            params.budgets.get(name, math.inf) / context,
            int(size) * (params.repeats or math.inf) / copies,
        )
        for name, size in zip(mix.names, mix.sizes, strict=True)
    }
    if params.budgets or params.repeats:
        return bounded(lambda of: blocks(of, ramp), shares, most, steps)
    return blocks(shares, ramp) if ramp else mix


def times(upsample: Mapping[int, int], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """How often each document stands in an epoch: as the largest key says that is no larger than its cluster."""
    keys = sorted(upsample)
    counts = np.array([1, *(upsample[key] for key in keys)])
    return counts[np.searchsorted(keys, sizes, side="right")] if keys else np.ones_like(sizes)


def steps_of(params: Training, blocks: Blocks) -> int:
    """Steps that spend the budget, at least one; those of a ramp read three eighths of a whole batch."""
    if params.steps:
        return params.steps
    batch = blocks.rows * blocks.context * (1 - 0.625 * params.ramp)
    return max(1, round(budget_of(params, blocks) / batch))


def budget_of(params: Training, blocks: Blocks) -> float:
    """The tokens that `tokens` or `epochs` ask for."""
    return params.tokens or (params.epochs or 0) * int(blocks.sizes.sum()) * blocks.context


def account(params: Training, files: Sequence[Sequences], blocks: Blocks) -> dict[str, Any]:
    """What becomes of the tokens in one epoch, by domain: `tokens` of its files + `copies` = `read` + `cut`.

    `padding` is the share of all blocks that holds nothing, `documents_cut` counts those that stand in several.
    """
    domains: dict[str, dict[str, int]] = {}
    documents_cut = 0
    for name, numbers in _pools(params).items():
        stream = blocks.streams[blocks.names.index(name)]
        by_file = stream.by_file(stream.lengths)
        cut = stream.by_file(stream.unread(blocks.context))
        filled = [n for n in numbers if files[n].size]
        for place, number in enumerate(filled):
            row = domains.setdefault(
                params.domains[number], dict.fromkeys(("tokens", "copies", "read", "cut"), 0)
            )
            tokens = files[number].size
            row["tokens"] += tokens
            row["copies"] += int(by_file[place]) - tokens
            row["read"] += int(by_file[place] - cut[place])
            row["cut"] += int(cut[place])
        documents_cut += stream.cut(blocks.context)
    room = int(blocks.sizes.sum()) * blocks.context
    padding = 1 - sum(row["read"] for row in domains.values()) / room
    return {
        "domains": dict(sorted(domains.items())),
        "padding": round(padding, 6),
        "documents_cut": documents_cut,
    }


def documents_of(blocks: Blocks, tables: Mapping[Path, LocalFile], step: int) -> list[str]:
    """The ids of all documents of which a step read a token, each once; those of a pool in their order.

    `tables`: with a row a document, by the paths of the token files.
    """
    origins = blocks.origins(step)
    named: dict[str, None] = {}
    for pool in np.unique(origins.pools).tolist():
        stream = blocks.streams[pool]
        numbers = origins.documents[origins.pools[:, 0] == pool]
        numbers = numbers[numbers != HOLE] % sum(map(len, stream.files))  # of copies, too
        kept, places = np.unique(numbers, return_index=True)
        in_order = kept[np.argsort(places)]
        ids = [
            pq.read_table(tables[file.path].path, columns=["id"])["id"].combine_chunks()
            for file in stream.files
        ]
        named |= dict.fromkeys(pa.chunked_array(ids).take(in_order).to_pylist())
    return list(named)


def tables_of(tokens: Sequence[LocalFile], tables: Sequence[LocalFile]) -> dict[Path, LocalFile]:
    """By the path of a token file the table of its documents, if it is given: in the store the two lie side by side."""
    named = {file.file.path.rpartition(".")[0]: file for file in tables}
    pairs = ((file.path, named.get(file.file.path.rpartition(".")[0])) for file in tokens)
    return {path: table for path, table in pairs if table}


def _stream(
    params: Training,
    files: Sequence[tuple[Sequences, int]],
    context: int,
    cluster_sizes: ClusterSizes,
) -> Stream:
    stream = Stream([file for file, _ in files])
    if params.upsample:
        sizes = [cluster_sizes(number) for file, number in files if file.size]
        of_all = np.concatenate([np.zeros(0, np.int64), *sizes])
        stream = Repeated(stream.files, times(params.upsample, of_all))
    return stream if params.packing == "cut" else Packed(stream, context)


def _pools(params: Training) -> dict[str, list[int]]:
    """The numbers of the files of each pool."""
    pools: dict[str, list[int]] = {name: [] for name in params.weights}
    for number, domain in enumerate(params.domains):
        if pool := pool_of(params, domain):
            pools.setdefault(pool, []).append(number)
    return pools
