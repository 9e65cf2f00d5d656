"""What becomes of the documents of one shard, and which of them are alike: its decisions and clusters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cleaning.decisions import DECISIONS as DECIDED
from cleaning.decisions import RULE
from cleaning.deduplicate.clusters.clusters import SLICE
from cleaning.deduplicate.params import RULES, Deciding
from cleaning.documents import TableWriter, read_batches
from cleaning.view import SideTable
from pipeline.model.stage import Work
from pipeline.model.tally import Tally

MARKED = ("rule", "value", "threshold", "other")

# `other`: the id of the document that stays in its place.
DECISIONS = pa.schema([*DECIDED, ("other", pa.string())])
CLUSTERS = pa.schema([("id", pa.string()), ("cluster", pa.string()), ("size", pa.int32())])
# What would go, where the recipe only marks it.
MARKS = pa.schema([("id", pa.string()), *(f for f in SLICE if f.name in MARKED)])


def decide_shard(work: Work[Deciding]) -> None:
    """Writes the decisions and the clusters of one shard from its slice."""
    (file,) = work.inputs["slice"]
    fates = pa.Table.from_batches(list(read_batches(file.path)), SLICE)
    places = fates["row"].to_numpy()
    earlier = [SideTable(f.path, ["kept"]) for f in work.inputs["decisions"]]
    cuts = [_cut(file.path) for file in work.inputs.get("cuts", ())]
    tally, start = Tally(), 0
    with ExitStack() as stack:

        def writer(part: str, schema: pa.Schema) -> TableWriter:
            return stack.enter_context(TableWriter(work.output(part, f"{part}.parquet"), schema))

        decisions, clusters = writer("decisions", DECISIONS), writer("clusters", CLUSTERS)
        marks = writer("marks", MARKS) if work.params.mark else None
        for batch in read_batches(work.one("signatures").path, ["id", "characters"]):
            arrived = pa.array([True] * batch.num_rows)
            for table in earlier:
                arrived = pc.and_(arrived, table.take(batch["id"])["kept"].combine_chunks())
            low, high = np.searchsorted(places, [start, start + batch.num_rows])
            mine = fates.slice(low, high - low)
            rows = pc.subtract(mine["row"], pa.scalar(start, pa.int32())).combine_chunks()
            ids = batch["id"].take(rows)
            if marks is not None:
                marked = pa.table([ids, *(mine[name] for name in MARKED)], schema=MARKS)
                marks.write(marked.filter(pc.is_valid(marked["rule"])))
            decided = _decided(batch["id"], arrived, rows, _staying(mine) if marks else mine)
            decisions.write(decided)
            clusters.write(pa.table([ids, mine["cluster"], mine["size"]], schema=CLUSTERS))
            _count(tally, decided, arrived, batch["characters"], start, *cuts)
            start += batch.num_rows
    for table in earlier:
        table.finish()
    work.ledger = tally.ledger()


def _staying(fates: pa.Table) -> pa.Table:
    """The same documents, none of which goes."""
    nothing = pa.nulls(fates.num_rows)
    columns = [nothing.cast(f.type) if f.name in MARKED else fates[f.name] for f in SLICE]
    return pa.table(columns, schema=SLICE)


def _decided(ids: pa.Array, arrived: pa.BooleanArray, rows: pa.Array, fates: pa.Table) -> pa.Table:
    # The fates are of few rows: the others get nulls, by taking from row to place in `fates`.
    place = np.full(len(ids), -1)
    place[rows.to_numpy()] = np.arange(len(rows))
    taken = fates.take(pa.array(place, mask=place < 0)).combine_chunks()
    columns: Sequence[pa.Array] = [
        taken[name].combine_chunks() for name in ("rule", "value", "threshold", "other")
    ]
    removed = pc.is_valid(columns[0])
    offsets = np.concatenate([[0], np.cumsum(removed.to_numpy(zero_copy_only=False))])
    rules = pa.StructArray.from_arrays(
        [column.filter(removed) for column in columns[:3]], fields=list(RULE)
    )
    lists = pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), rules)
    kept = pc.and_not(arrived, removed)
    return pa.Table.from_arrays([ids, kept, *columns[:3], lists, columns[3]], schema=DECISIONS)


def _cut(path: Path) -> dict[int, Counter[str]]:
    """How many code points each rule cut, by row."""
    cuts: dict[int, Counter[str]] = {}
    for batch in read_batches(path, ["row", "start", "end", "rule"]):
        for edit in batch.to_pylist():
            cuts.setdefault(edit["row"], Counter())[edit["rule"]] += edit["end"] - edit["start"]
    return cuts


def _count(
    tally: Tally,
    decided: pa.Table,
    arrived: pa.BooleanArray,
    lengths: pa.Array,
    start: int,
    cuts: Mapping[int, Counter[str]] | None = None,
) -> None:
    """Counts documents from row `start` on; what a document that goes had lost before goes with it."""
    kept = decided["kept"].combine_chunks()
    whole = lengths
    if cuts:
        lost = [cuts.get(start + row, Counter()).total() for row in range(len(lengths))]
        whole = pc.add(lengths, pa.array(lost, pa.int64()))
        for row in pc.indices_nonzero(kept).to_pylist():
            for rule, characters in cuts.get(start + row, Counter()).items():
                tally.cut(rule, characters)
    for take, rows, sizes in ((tally.arrive, arrived, whole), (tally.keep, kept, lengths)):
        take(pc.sum(rows).as_py() or 0, pc.sum(sizes.filter(rows)).as_py() or 0)
    for rule in RULES:
        gone = pc.fill_null(pc.equal(decided["rule"], rule), False).combine_chunks()
        if count := pc.sum(gone).as_py():
            tally.remove(rule, count, pc.sum(whole.filter(gone)).as_py())
