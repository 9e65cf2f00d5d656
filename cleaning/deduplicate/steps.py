"""The steps of `deduplicate` that compare whole documents, each over what the ones before it handed on."""

from __future__ import annotations

from collections.abc import Sequence

from cleaning.deduplicate.editions import earlier_keys
from cleaning.deduplicate.groups import Group, Numbered
from cleaning.deduplicate.options import Options
from cleaning.deduplicate.params import (
    Bringing,
    Clustering,
    Deciding,
    Earlier,
    Filling,
    Proposing,
    Proving,
    Requesting,
    Signing,
    key_part,
)
from pipeline.errors import TahonaError
from pipeline.model.dataset import File, Manifest, Shard
from pipeline.model.stage import Step, Task


def signatures(
    params: Options,
    views: Sequence[tuple[File, list[File], list[File]]],
    signals: Sequence[Manifest],
) -> Step:
    beside: list[list[File]] = [[] for _ in views]
    if params.quality is not None:
        from cleaning.signals.signals import OF, files_with

        if params.quality not in OF:
            raise TahonaError(f"deduplicate: there is no signal {params.quality!r} for `quality`")
        if not signals:
            raise TahonaError(
                "deduplicate: `quality` is a signal: say `reads: {signals: annotate}`"
            )
        beside = [files_with(shard.files, [params.quality]) for shard in signals[0].shards]
    chosen = Signing(**{name: getattr(params, name) for name in Signing.model_fields})
    return Step(
        "signatures",
        "cleaning.deduplicate.signatures:sign_shard",
        [
            Task({"documents": [documents], "edits": edits, "signals": side}, chosen)
            for (documents, _, edits), side in zip(views, beside, strict=True)
        ],
    )


def buckets(
    params: Options,
    groups: Sequence[Group],
    views: Sequence[tuple[File, list[File], list[File]]],
    bits: int,
) -> Step:
    bands, rows = params.bands()
    return Step(
        "buckets",
        "cleaning.deduplicate.buckets:fill_buckets",
        [
            Task(
                {
                    **{part: group.files(part) for part in ("signatures", "minhash", "passages")},
                    "decisions": [file for place in group.places for file in views[place][1]],
                },
                Filling(
                    firsts=[first - groups[0].firsts[0] for first in group.firsts],
                    bits=bits,
                    permutations=params.permutations,
                    bands=bands,
                    rows=rows,
                    address=params.address,
                    passages=params.containment is not None,
                ),
            )
            for group in groups
        ],
    )


def candidates(
    params: Options,
    filled: Sequence[Shard],
    starts: list[int],
    old: Numbered,
    earlier: Sequence[Manifest],
) -> Step:
    """A task for each partition of the keys, over the buckets of all groups there."""
    bits = filled[0].params["bits"] if filled else 0
    tasks = []
    for partition in range(1 << bits):
        part = key_part(bits, partition)
        met, offsets = earlier_keys(earlier, bits, partition)
        inputs = {
            "keys": [shard.one(part) for shard in filled],
            "earlier_keys": met,
            "earlier_decisions": [shard.one("decisions") for shard in old.shards],
        }
        chosen = Proposing(
            groups=starts,
            new=old.total,
            threshold=params.threshold,
            collapse=params.collapse,
            earlier=Earlier(firsts=old.firsts, offsets=offsets),
        )
        tasks.append(Task(inputs, chosen))
    return Step("candidates", "cleaning.deduplicate.candidates:propose_pairs", tasks)


def requests(proposed: Sequence[Shard], starts: list[int], new: int) -> Step:
    """A task for each group from `new` on, over the candidates of all partitions: no document before is the worse."""
    return Step(
        "requests",
        "cleaning.deduplicate.requests:request",
        [
            Task(
                {"candidates": [shard.one(f"candidates-{group:05d}") for shard in proposed]},
                Requesting(groups=starts),
            )
            for group in range(new, len(starts))
        ],
    )


def cards(requested: Sequence[Shard], groups: Sequence[Group]) -> Step:
    """A task for each group of documents, over what the groups of pairs need of it."""
    return Step(
        "cards",
        "cleaning.deduplicate.cards:bring_cards",
        [
            Task(
                {
                    "needed": [shard.one(f"needed-{number:05d}") for shard in requested],
                    "signatures": group.files("signatures"),
                    "shingles": group.files("shingles"),
                },
                Bringing(firsts=group.firsts),
            )
            for number, group in enumerate(groups)
        ],
    )


def pairs(
    params: Options,
    requested: Sequence[Shard],
    brought: Sequence[Shard],
    starts: list[int],
    new: int,
) -> Step:
    """A task for each group of pairs, from the group `new` on, over what all groups brought for it."""
    return Step(
        "pairs",
        "cleaning.deduplicate.pairs:prove_pairs",
        [
            Task(
                {
                    "requested": [shard.one("requested")],
                    "cards": [cards.one(f"cards-{number:05d}") for cards in brought],
                    "shingles": [cards.one(f"shingles-{number:05d}") for cards in brought],
                },
                Proving(
                    groups=starts,
                    group=new + number,
                    threshold=params.threshold,
                    containment=params.containment,
                    across=params.hosts == "across",
                ),
            )
            for number, shard in enumerate(requested)
        ],
    )


def clusters(params: Options, proven: Sequence[Shard], new: Numbered, old: int) -> Step:
    return Step(
        "clusters",
        "cleaning.deduplicate.clusters:cluster",
        [
            Task(
                {part: [shard.one(part) for shard in proven] for part in ("pairs", "members")},
                Clustering(
                    firsts=[*new.firsts, new.total],
                    new=old,
                    threshold=params.threshold,
                    containment=params.containment,
                    keep=params.keep,
                    collapse=params.collapse,
                ),
                {"memory": params.memory},
            )
        ],
        driver=True,
    )


def decisions(
    params: Options,
    signed: Sequence[Shard],
    views: Sequence[tuple[File, list[File], list[File]]],
    clustered: Shard,
    cut: Sequence[Shard],
) -> Step:
    return Step(
        "decisions",
        "cleaning.deduplicate.decisions:decide_shard",
        [
            Task(
                {
                    "signatures": [shard.one("signatures")],
                    "decisions": view[1],
                    "slice": [file],
                    **({"cuts": [cut[number].one("edits")]} if cut else {}),
                },
                Deciding(mark=params.mode == "mark"),
            )
            for number, (shard, view, file) in enumerate(
                zip(signed, views, clustered.part("slice"), strict=True)
            )
        ],
    )
