"""How much is worked on at once: groups of shards, and partitions of the keys, that fit the memory.

What is small is split too, so that several processors have work of it; how many there are plays no part, since
the bytes must not hang on that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from cleaning.deduplicate.options import Options
from pipeline.errors import TahonaError
from pipeline.model.dataset import File, Shard

LARGEST = 1 << 32  # documents that 32 bits can number
# Bytes of memory that a document takes: a posting while it is sorted, a shingle while it is proven.
POSTING, SHINGLE = 100, 16
TASKS = 16  # of a step, where each would have work for LEAST bytes
LEAST = 32e6


@dataclass(frozen=True)
class Group:
    """Shards that are worked on together: the numbers of their first documents, and their signatures."""

    firsts: list[int]
    shards: list[Shard]
    places: list[int]  # of the shards in their dataset; none of an earlier one

    def files(self, part: str) -> list[File]:
        """The file of this part of each shard."""
        return [shard.one(part) for shard in self.shards]


@dataclass(frozen=True)
class Numbered:
    """Signed shards with the numbers of their first documents."""

    shards: Sequence[Shard]
    firsts: list[int]
    total: int  # the number after the last document

    @staticmethod
    def of(shards: Sequence[Shard], start: int = 0) -> Numbered:
        """Numbered on from `start`; a TahonaError where the numbers run out."""
        rows = [shard.one("signatures").rows or 0 for shard in shards]
        *firsts, total = accumulate(rows, initial=start)
        if total > LARGEST:
            raise TahonaError(f"{total} documents are too many for one deduplicate")
        return Numbered(shards, firsts, total)

    def groups(self, params: Options, split: bool = True) -> list[Group]:
        """Runs of shards whose postings and shingles fit into the memory of a task; split where they are few too."""
        needs = [self._need(params, shard) for shard in self.shards]
        most = task_bytes(params.memory * 1e6, sum(needs)) if split else params.memory * 1e6
        groups: list[Group] = []
        room = 0.0
        for place, (first, shard, need) in enumerate(
            zip(self.firsts, self.shards, needs, strict=True)
        ):
            if not groups or need > room:
                groups.append(Group([], [], []))
                room = most
            room -= need
            groups[-1].firsts.append(first)
            groups[-1].shards.append(shard)
            groups[-1].places.append(place)
        return groups

    @staticmethod
    def _need(params: Options, shard: Shard) -> float:
        bands, _ = params.bands()
        hashes = (shard.one("shingles").bytes + shard.one("passages").bytes) / 8
        return POSTING * (bands + 2) * (shard.one("signatures").rows or 0) + SHINGLE * hashes


def bits(params: Options, signed: Sequence[Shard]) -> int:
    """The bits of as many partitions of the keys as let one be sorted in the memory of a task."""
    bands, _ = params.bands()
    rows = sum(shard.one("signatures").rows or 0 for shard in signed)
    passages = sum(shard.one("passages").bytes for shard in signed) / 8
    need = POSTING * ((bands + 2) * rows + passages)
    return int(need / task_bytes(params.memory * 1e6, need)).bit_length() if need else 0


def task_bytes(memory: float, need: float) -> float:
    """The bytes of a task that may take `memory`, where all of them together need so many."""
    return min(memory, max(LEAST, need / TASKS))
