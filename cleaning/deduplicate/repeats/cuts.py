"""The steps that cut repeated lines, paragraphs and passages before documents are compared."""

from __future__ import annotations

from collections.abc import Sequence

from cleaning.deduplicate.options import Options
from cleaning.deduplicate.params import Cutting, Repeating, Splitting, unit_part
from pipeline.model.dataset import File
from pipeline.model.stage import Plan, Step, Task

GROUP = 64  # shards whose repeats lie in one file


def cuts(
    params: Options,
    views: Sequence[tuple[File, list[File], list[File]]],
    access: Sequence[int],
) -> Plan:
    """Edits by shard: units by shard, repeats by partition, cuts by shard; `access` as `closed` gives it."""
    per_byte = 24 if params.passages else 3  # of units, of a byte of compressed documents
    needed = per_byte * sum(documents.bytes for documents, _, _ in views)
    bits = int(needed / (params.memory * 1e6)).bit_length()
    split = yield Step(
        "units",
        "cleaning.deduplicate.repeats.repeats:split_shard",
        [
            Task(
                {"documents": [documents], "decisions": decisions, "edits": edits},
                Splitting(
                    shard=number,
                    bits=bits,
                    levels=params.levels,
                    access=access[number] if access else None,
                ),
            )
            for number, (documents, decisions, edits) in enumerate(views)
        ],
    )
    groups = -(-len(views) // GROUP)
    repeats = yield Step(
        "repeats",
        "cleaning.deduplicate.repeats.repeats:find_repeats",
        [
            Task(
                {"units": [shard.one(unit_part(bits, partition)) for shard in split]},
                Repeating(groups=groups, group=GROUP, levels=params.levels),
            )
            for partition in range(1 << bits)
        ],
    )
    return (
        yield Step(
            "cuts",
            "cleaning.deduplicate.repeats.repeats:cut_shard",
            [
                Task(
                    {
                        "documents": [documents],
                        "edits": edits,
                        "repeats": [s.one(f"repeats-{number // GROUP:05d}") for s in repeats],
                    },
                    Cutting(shard=number, levels=params.levels),
                )
                for number, (documents, _, edits) in enumerate(views)
            ],
        )
    )
