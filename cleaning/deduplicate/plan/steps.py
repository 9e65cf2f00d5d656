"""The steps of `deduplicate` that compare whole documents, each over what the ones before it handed on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from cleaning.deduplicate.options import Options
from cleaning.deduplicate.params import (
    Bringing,
    Closed,
    Clustering,
    Deciding,
    Earlier,
    Filling,
    Meeting,
    Proposing,
    Proving,
    Requesting,
    Signing,
    key_part,
)
from cleaning.deduplicate.plan.editions import earlier_keys
from cleaning.deduplicate.plan.groups import Group, Numbered
from pipeline.errors import TahonaError
from pipeline.model.dataset import File, Manifest, Shard
from pipeline.model.stage import Params, Step, Task


def signatures(
    params: Options,
    views: Sequence[tuple[File, list[File], list[File]]],
    signals: Sequence[Manifest],
) -> Step:
    """A task for each shard, over its documents and their edits."""
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
        "cleaning.deduplicate.signatures.signatures:sign_shard",
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
    """A task for each group of shards, over the signatures of its documents."""
    bands, rows = params.bands()
    unread = {"minhash": not bands, "passages": params.containment is None}
    tasks = []
    for group in groups:
        inputs = {
            **{part: group.files(part) for part in ("signatures", "minhash", "passages")},
            "decisions": [file for place in group.places for file in views[place][1]],
        }
        chosen = Filling(
            firsts=[first - groups[0].firsts[0] for first in group.firsts],
            bits=bits,
            permutations=params.permutations,
            bands=bands,
            rows=rows,
            address=params.address,
            passages=params.containment is not None,
        )
        needed = {part: files for part, files in inputs.items() if not unread.get(part)}
        tasks.append(_narrowed(needed, chosen, inputs))
    return Step("buckets", "cleaning.deduplicate.candidates.buckets:fill_buckets", tasks)


def meetings(filled: Sequence[Shard], old: Numbered, earlier: Sequence[Manifest]) -> Step:
    """A task for each partition of the keys, over those of earlier editions and the new ones there."""
    tasks = []
    for partition in range(1 << _bits(filled)):
        files, offsets = earlier_keys(earlier, _bits(filled), partition)
        some = [(file, offset) for file, offset in zip(files, offsets, strict=True) if file.rows]
        tasks.append(
            Task(
                {"keys": _keys(filled, partition), "earlier_keys": [file for file, _ in some]},
                Meeting(earlier=Earlier(firsts=old.firsts, offsets=[n for _, n in some])),
            )
        )
    return Step("meetings", "cleaning.deduplicate.candidates.meetings:meet", tasks)


def candidates(
    params: Options,
    filled: Sequence[Shard],
    starts: list[int],
    old: Numbered,
    earlier: Sequence[Manifest],
    met: Sequence[Shard],
) -> Step:
    """A task for each partition of the keys, over the buckets of all groups there, and what of old ones they met."""

    def proposing(firsts: Sequence[int], offsets: Sequence[int]) -> Proposing:
        return Proposing(
            groups=starts,
            new=old.total,
            threshold=params.threshold,
            collapse=params.collapse,
            earlier=Earlier(firsts=list(firsts), offsets=list(offsets)),
        )

    tasks = []
    for partition in range(1 << _bits(filled)):
        files, offsets = earlier_keys(earlier, _bits(filled), partition)
        before = {
            "keys": [shard.one(key_part(_bits(filled), partition)) for shard in filled],
            "earlier_keys": files,
            "earlier_decisions": [shard.one("decisions") for shard in old.shards],
        }
        shards = met[partition].figures["shards"] if met else []
        inputs = {
            "keys": _keys(filled, partition),
            "earlier_keys": met[partition].part("met") if met else [],
            "earlier_decisions": [before["earlier_decisions"][shard] for shard in shards],
        }
        chosen = proposing([old.firsts[shard] for shard in shards], [])
        tasks.append(_narrowed(inputs, chosen, before, proposing(old.firsts, offsets)))
    return Step("candidates", "cleaning.deduplicate.candidates.candidates:propose_pairs", tasks)


def _bits(filled: Sequence[Shard]) -> int:
    return int(filled[0].params["bits"]) if filled else 0


def _keys(filled: Sequence[Shard], partition: int) -> list[File]:
    """The files of new keys of a partition that hold some."""
    files = (shard.one(key_part(_bits(filled), partition)) for shard in filled)
    return [file for file in files if file.rows]


def _narrowed(
    inputs: Mapping[str, Sequence[File]],
    params: Params,
    before: Mapping[str, Sequence[File]],
    then: Params | None = None,
) -> Task:
    """A task that names fewer files than it did `before`, with the parameters of `then`."""
    same = (inputs, params) == (before, then or params)
    return Task(inputs, params, formerly=None if same else Task(before, then or params))


def requests(proposed: Sequence[Shard], starts: list[int], new: int) -> Step:
    """A task for each group from `new` on, over the candidates of all partitions: no document before is the worse."""
    return Step(
        "requests",
        "cleaning.deduplicate.pairs.requests:request",
        [
            Task(
                {"candidates": [shard.one(f"candidates-{group:05d}") for shard in proposed]},
                Requesting(groups=starts),
            )
            for group in range(new, len(starts))
        ],
    )


def cards(requested: Sequence[Shard], groups: Sequence[Group]) -> Step:
    """A task for each group of documents, over what the groups of pairs need of it: of some groups, nothing."""
    tasks = []
    for number, group in enumerate(groups):
        inputs = {
            "needed": [shard.one(_needed(number)) for shard in requested],
            "signatures": group.files("signatures"),
            "shingles": group.files("shingles"),
        }
        needed = dict(inputs)
        if not any(file.rows for file in inputs["needed"]):
            needed["signatures"] = []
        if not any(number in _proven(shard, len(groups)) for shard in requested):
            needed["shingles"] = []
        tasks.append(_narrowed(needed, Bringing(firsts=group.firsts), inputs))
    return Step("cards", "cleaning.deduplicate.pairs.cards:bring_cards", tasks)


def _needed(group: int) -> str:
    """The slice of what a group of pairs needs of a group of documents."""
    return f"needed-{group:05d}"


def _proven(shard: Shard, groups: int) -> Collection[int]:
    """The groups of whose documents a group of pairs needs the shingles; of an earlier version any may be."""
    proven: Collection[int] = shard.figures.get("proven", range(groups))
    return proven


def pairs(
    params: Options,
    requested: Sequence[Shard],
    brought: Sequence[Shard],
    starts: list[int],
    new: int,
) -> Step:
    """A task for each group of pairs, from the group `new` on, over what any group brought for it."""
    tasks = []
    for number, shard in enumerate(requested):
        every = range(len(brought))
        some = [group for group in every if shard.one(_needed(group)).rows]

        def inputs(groups: Sequence[int], number: int = number) -> dict[str, list[File]]:
            return {
                "requested": [requested[number].one("requested")],
                **{
                    role: [brought[group].one(f"{role}-{number:05d}") for group in groups]
                    for role in ("cards", "shingles")
                },
            }

        proving = Proving(
            groups=starts,
            group=new + number,
            threshold=params.threshold,
            containment=params.containment,
            across=params.hosts == "across",
        )
        fewer = proving.model_copy(update={"some": some if len(some) < len(every) else None})
        tasks.append(_narrowed(inputs(some), fewer, inputs(every), proving))
    return Step("pairs", "cleaning.deduplicate.pairs.pairs:prove_pairs", tasks)


def clusters(
    params: Options,
    proven: Sequence[Shard],
    old: Numbered,
    new: Numbered,
    access: Sequence[int],
    withdrawn: Iterable[File],
) -> Step:
    """One task over all pairs, which chooses who stays; `access` of the old shards, then the new ones, where some are
    not open; `withdrawn` names those for whom nothing goes.
    """
    inputs = {part: [shard.one(part) for shard in proven] for part in ("pairs", "members")}
    if gone := list(withdrawn):  # without one nothing changes
        inputs["withdrawn"] = gone
    return Step(
        "clusters",
        "cleaning.deduplicate.clusters.clusters:cluster",
        [
            Task(
                inputs,
                Clustering(
                    firsts=[*new.firsts, new.total],
                    new=old.total,
                    threshold=params.threshold,
                    containment=params.containment,
                    keep=params.keep,
                    collapse=params.collapse,
                    access=Closed(firsts=[*old.firsts, *new.firsts], places=access)
                    if access
                    else None,
                ),
                {"memory": params.memory},
            )
        ],
        alone=True,
    )


def decisions(
    params: Options,
    signed: Sequence[Shard],
    views: Sequence[tuple[File, list[File], list[File]]],
    clustered: Shard,
    cut: Sequence[Shard],
) -> Step:
    """A task for each shard, over its slice of what the clusters decided and what was cut."""
    return Step(
        "decisions",
        "cleaning.deduplicate.clusters.decisions:decide_shard",
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
