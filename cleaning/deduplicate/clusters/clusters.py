"""The one step over all proven pairs: clusters, and of each the documents that stay (survivors.py).

Only the pairs are linked all at once: of each document in a pair its number, its cluster and how much the cluster
takes. Clusters are then partitioned, whole ones, so that a partition fits the memory of a task; what it needs is laid
aside for it, and who stays is chosen partition by partition.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from cleaning.deduplicate.candidates.candidates import begins
from cleaning.deduplicate.clusters.survivors import Chosen, choose
from cleaning.deduplicate.compiled import flatten, join
from cleaning.deduplicate.pairs.pairs import MEMBERS, PAIRS
from cleaning.deduplicate.params import RULES, Closed, Clustering
from cleaning.deduplicate.plan.groups import task_bytes
from cleaning.deduplicate.signatures.signatures import Numbers
from cleaning.documents import TableWriter, read_batches
from cleaning.withdrawals.orders import read_ids
from pipeline.model.stage import Work

SLICE = pa.schema(
    [
        ("row", pa.int32()),
        ("rule", pa.string()),  # null: it stays
        ("value", pa.float64()),
        ("threshold", pa.float64()),
        ("other", pa.string()),
        ("cluster", pa.string()),
        ("size", pa.int32()),
    ]
)
LARGEST = 5  # clusters that are told of a source
# Bytes that a document and a pair of its cluster take while it is decided who stays.
MEMBER, PAIR = 300, 150


def cluster(work: Work[Clustering]) -> None:
    """Writes for each shard the slice of its documents that have a proven pair: their fate and cluster."""
    params = work.params
    numbers, partition = _partitions(work)
    partitions = [work.scratch / f"{n}" for n in range(int(partition.max(initial=-1)) + 1)]
    _lay_aside(work, numbers, partition, partitions)
    del numbers, partition
    withdrawn = read_ids([file.path for file in work.inputs.get("withdrawn", [])])
    summary = Summary()
    places = []
    for number, folder in enumerate(partitions):
        places.append(_decide(folder, params, withdrawn, summary))
        work.progress(number + 1, len(partitions), "partitions")
    with ExitStack() as stack:
        readers = [stack.enter_context(pa.ipc.open_file(folder / "fates")) for folder in partitions]
        for shard in range(len(params.firsts) - 1):
            batches = [
                reader.get_batch(place[shard])
                for reader, place in zip(readers, places, strict=True)
                if shard in place
            ]
            table = pa.Table.from_batches(batches, SLICE).sort_by("row")
            path = work.output("slice", f"slice-{shard:05d}.parquet")
            with TableWriter(path, SLICE) as writer:
                writer.write(table)
    work.figures = summary.figures()


def _partitions(work: Work[Clustering]) -> tuple[NDArray[np.uint32], NDArray[np.int32]]:
    """The documents that have a proven pair, ascending, and the partition of each; those of a cluster have the same."""
    numbers_of = [
        np.unique(np.concatenate([batch["above"].to_numpy(), batch["below"].to_numpy()]))
        for batch in _batches(work, "pairs", ["above", "below"])
    ]
    numbers = np.unique(np.concatenate([np.empty(0, np.uint32), *numbers_of]))
    del numbers_of
    roots = np.arange(len(numbers))
    takes = np.full(len(numbers), MEMBER)
    for batch in _batches(work, "pairs", ["above", "below"]):
        above, below = (
            np.searchsorted(numbers, batch[name].to_numpy()) for name in ("above", "below")
        )
        join(above, below, roots)
        np.add.at(takes, above, PAIR)
    flatten(roots)
    takes = np.bincount(roots, takes)
    most = task_bytes(work.context["memory"] * 1e6, float(takes.sum()))
    return numbers, ((np.cumsum(takes) - 1) // most).astype(np.int32)[roots]


def _batches(
    work: Work[Clustering], role: str, columns: Sequence[str] | None = None
) -> Iterator[pa.RecordBatch]:
    for file in work.inputs[role]:
        yield from read_batches(file.path, columns)


def _lay_aside(
    work: Work[Clustering],
    numbers: NDArray[np.uint32],
    partition: NDArray[np.int32],
    partitions: Sequence[Path],
) -> None:
    """Writes into the folder of each partition its pairs and its documents, these once."""
    seen = np.zeros(len(numbers), bool)
    for role, column, schema in (("pairs", "above", PAIRS), ("members", "number", MEMBERS)):
        with ExitStack() as stack:
            writers = []
            for folder in partitions:
                folder.mkdir(parents=True, exist_ok=True)
                writers.append(stack.enter_context(pa.ipc.new_file(folder / role, schema)))
            for batch in _batches(work, role):
                places = np.searchsorted(numbers, batch[column].to_numpy())
                if role == "members":  # they come once for each two groups that share a pair
                    batch = batch.filter(pa.array(~seen[places]))
                    places = places[~seen[places]]
                    seen[places] = True
                here = partition[places]
                for number in np.unique(here).tolist():
                    some = batch.filter(pa.array(here == number))
                    writers[number].write(some.cast(schema))


def _decide(
    folder: Path, params: Clustering, withdrawn: Collection[str], summary: Summary
) -> dict[int, int]:
    """Writes the fates of a partition, a batch for each shard; which batch is whose."""
    members, pairs = (_read(folder / role) for role in ("members", "pairs"))
    members = members.sort_by("number").combine_chunks()
    gone = pc.is_in(members["id"], pa.array([*withdrawn], pa.string()))
    members = members.append_column("withdrawn", gone)
    members = members.append_column("access", _access(members, params.access))
    chosen, component, sizes = choose(members, pairs.combine_chunks(), params)
    summary.add(members, params.new, chosen, component, sizes)
    numbers = members["number"].to_numpy()
    ids = members["id"].combine_chunks()
    smallest = _smallest(ids, component)
    # Alone are those all of whose pairs failed in the direction of their rank.
    some = np.flatnonzero((sizes[component] > 1) & (numbers >= params.new))
    edges = np.searchsorted(numbers[some], params.firsts).tolist()
    places: dict[int, int] = {}
    with pa.ipc.new_file(folder / "fates", SLICE) as writer:
        for shard, (start, stop) in enumerate(pairwise(edges)):
            if stop > start:
                rows = some[start:stop]
                stays = chosen.other[rows] < 0
                threshold = chosen.threshold[rows]
                arrays = [
                    pa.array((numbers[rows] - params.firsts[shard]).astype(np.int32)),
                    pa.array(RULES, pa.string()).take(pa.array(chosen.rule[rows], mask=stays)),
                    pa.array(chosen.value[rows], mask=stays),
                    pa.array(threshold, mask=stays | np.isnan(threshold)),
                    ids.take(pa.array(chosen.other[rows], mask=stays)),
                    ids.take(pa.array(smallest[component[rows]])),
                    pa.array(sizes[component[rows]].astype(np.int32)),
                ]
                places[shard] = len(places)
                writer.write(pa.record_batch(arrays, SLICE))
    return places


def _access(members: pa.Table, of: Closed | None) -> pa.Array:
    """How closed each document is: that of its shard."""
    if of is None:
        return pa.repeat(0, members.num_rows)
    shard = np.searchsorted(of.firsts, members["number"].to_numpy(), side="right") - 1
    return pa.array(np.asarray(of.places)[shard])


def _read(path: Path) -> pa.Table:
    with pa.ipc.open_file(path) as reader:
        return reader.read_all()


def _smallest(ids: pa.StringArray, component: Numbers) -> Numbers:
    """The place of the smallest id of each component."""
    order = pc.sort_indices(ids).to_numpy().astype(np.int64)[::-1]
    place = np.empty(int(component.max(initial=-1)) + 1, np.int64)
    place[component[order]] = order  # the last that is written is the smallest
    return place


class Summary:
    """The figures of all partitions."""

    def __init__(self) -> None:
        self._clusters = self._largest = 0
        self._removed: Counter[str] = Counter()  # by source
        # Of these, those that went for one of another source, by that.
        self._elsewhere: dict[str, Counter[str]] = {}
        # By source the clusters of which most go: minus how many, their first document, one that goes, its survivor.
        self._most: dict[str, list[tuple[int, int, str, str]]] = {}

    def add(
        self, members: pa.Table, new: int, chosen: Chosen, component: Numbers, sizes: Numbers
    ) -> None:
        """Adds what was decided of the clusters of a partition."""
        self._clusters += int((sizes > 1).sum())
        self._largest = max(self._largest, int(sizes.max(initial=0)))
        numbers = members["number"].to_numpy()
        removed = (chosen.other >= 0) & (numbers >= new)
        first = numbers[begins(np.maximum.accumulate(component))]  # of each component
        coded = pc.fill_null(members["source"], "").combine_chunks().dictionary_encode()
        codes = coded.indices.to_numpy()
        for code, name in enumerate(coded.dictionary.to_pylist()):
            gone = np.flatnonzero(removed & (codes == code))
            if not len(gone):
                continue
            self._removed[name] += len(gone)
            for other, n in Counter(codes[chosen.other[gone]].tolist()).items():
                if other != code:
                    elsewhere = self._elsewhere.setdefault(name, Counter())
                    elsewhere[coded.dictionary[other].as_py()] += n
            clusters, one, counts = np.unique(
                component[gone], return_index=True, return_counts=True
            )
            most = self._most.setdefault(name, [])
            for place in np.lexsort((clusters, -counts))[:LARGEST].tolist():
                pair = [int(gone[one[place]]), int(chosen.other[gone[one[place]]])]
                ids = [members["id"][document].as_py() for document in pair]
                most.append((-int(counts[place]), int(first[clusters[place]]), *ids))
            self._most[name] = sorted(most)[:LARGEST]

    def figures(self) -> dict[str, Any]:
        """How many clusters there are, and by source how many documents go, for which other sources, and of which
        clusters most.
        """
        return {
            "clusters": self._clusters,
            "largest_cluster": self._largest,
            "removed": self._removed.total(),
            "sources": {
                name: {
                    "removed": self._removed[name],
                    "elsewhere": dict(sorted(self._elsewhere.get(name, {}).items())),
                    "largest": [[-size, *ids] for size, _, *ids in self._most[name]],
                }
                for name in sorted(self._most)
            },
        }
