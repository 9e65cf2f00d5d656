"""What of earlier editions `deduplicate` compares new documents with, and whether it may."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from cleaning.access import closed
from cleaning.deduplicate.options import Options
from cleaning.deduplicate.params import KEYS
from pipeline.errors import TahonaError
from pipeline.model.dataset import File, Manifest
from pipeline.model.stage import Inputs

ACCESS = "access"  # what a shard says of itself where its source is not open: the place in ORDER


def check_earlier(called: str, params: Options, earlier: Sequence[Manifest]) -> None:
    """Raises TahonaError where the keys of an earlier edition are not to be compared with new ones."""
    for manifest in earlier:
        old = Options.model_validate(manifest.params)
        both = [
            ("shingle", old.shingle, params.shingle),
            ("permutations", old.permutations, params.permutations),
            ("seed", old.seed, params.seed),
            ("bands and rows, by threshold and recall", old.bands(), params.bands()),
            ("containment, given or not", old.containment is None, params.containment is None),
            ("address", old.address, params.address),
        ]
        for name, was, now in both:
            if was != now:
                raise TahonaError(
                    f"{called}: {manifest.reference} was made with another {name}: "
                    "deduplicate both with the same"
                )


def accesses(inputs: Inputs) -> list[int]:
    """How closed the shards of earlier editions are, then those of the documents; nothing where all are open.

    Editions that were made before they said so count as open.
    """
    (documents,) = inputs["documents"]
    before = [s.params.get(ACCESS, 0) for m in inputs.get("earlier", []) for s in m.shards]
    own = closed(documents)
    if not own and not any(before):
        return []
    return [*before, *(own or [0] * len(documents.shards))]


def earlier_keys(
    earlier: Sequence[Manifest], bits: int, partition: int
) -> tuple[list[File], list[int]]:
    """The files of the earlier editions that hold keys of a partition, and what to add to the numbers in each."""
    rows = [sum(s.one("signatures").rows or 0 for s in manifest.shards) for manifest in earlier]
    met = [
        (file, offset)
        for offset, manifest in zip(accumulate(rows, initial=0), earlier, strict=False)
        for shard in manifest.shards
        for file in shard.files
        if file.part.startswith(KEYS) and _overlap(file.part, bits, partition)
    ]
    return [file for file, _ in met], [offset for _, offset in met]


def _overlap(part: str, bits: int, partition: int) -> bool:
    """Whether a part of keys holds some of a partition of so many bits."""
    other_bits, other = map(int, part.removeprefix(KEYS).split("-"))
    common = min(bits, other_bits)
    return partition >> (bits - common) == other >> (other_bits - common)
