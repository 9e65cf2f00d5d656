"""The stage `deduplicate`: of texts that are the same or nearly the same, the best one stays.

Its steps have keys of their own: a new shard of documents costs its own signatures only, and a document
dropped elsewhere no signature at all. Documents are counted through all shards; a group is a run of shards
that fits the memory, and what the steps hand on lies in files by group or by partition of the keys, so that a
task opens its own and no others. See deduplicate.md for what is compared, and how.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from cleaning.deduplicate.params import (
    KEYS,
    Bringing,
    Clustering,
    Cutting,
    Deciding,
    Earlier,
    Filling,
    Level,
    Passages,
    Proposing,
    Proving,
    Repeating,
    Requesting,
    Signing,
    Splitting,
    key_part,
    unit_part,
)
from pipeline.errors import TahonaError
from pipeline.model.dataset import File, Manifest, Shard
from pipeline.model.stage import Input, Inputs, Plan, Stage, Step, Task, later

LEAST = 100  # documents of a source of which a share means something
LARGEST = 1 << 32  # documents that 32 bits can number
# Bytes of memory that a document takes: a posting while it is sorted, a shingle while it is proven.
POSTING, SHINGLE = 100, 16
GROUP = 64  # shards whose repeats lie in one file


@dataclass(frozen=True)
class _Group:
    """Shards that are worked on together: the numbers of their first documents, and their signatures."""

    firsts: list[int]
    shards: list[Shard]
    places: list[int]  # of the shards in their dataset; none of an earlier one

    def files(self, part: str) -> list[File]:
        return [shard.one(part) for shard in self.shards]


class Deduplicate(Stage):
    """Exact duplicates by hash, near-duplicates by MinHash and passages with every candidate pair proven."""

    name = "deduplicate"
    # 2: containment, more bands by default, levels and modes; signatures are kept whole, and steps parted by memory.
    version = 2
    inputs: ClassVar[Mapping[str, Input]] = {
        "documents": Input("documents", parts=("kept",), same=True),
        "decisions": Input("decisions", parts=("decisions", "edits"), optional=True, many=True),
        "signals": Input("signals", asked=True),
        "earlier": Input("signatures", asked=True, many=True, apart=True),
    }
    gives = ("decisions", "clusters", "signatures")
    libraries = ("datasketch",)
    conserves = ("decisions", "documents")

    class Params(Signing):
        """`lines`, `paragraphs` and `passages` that many documents hold are cut before documents are compared.

        `threshold` is the Jaccard similarity of shingle sets from which a text is a near-duplicate.

        `recall` is how surely a pair of that similarity is proposed (0.997: of a thousand three are
        missed); the bands follow from it. `containment` is the share of a text's shingles that a
        longer one must hold (None: nothing goes for that). `address`: pages of one canonical URL are
        duplicates whatever they say. `keep`: so many of those that are alike stay. `hosts`: `across`
        removes only what is like a document of another host. `mode`: `mark` removes nothing and
        tells what would go. `most` is the share of a source that may go, for all or by source.
        `memory` in megabytes bounds what a task holds.
        """

        lines: Level | None = later(None)
        paragraphs: Level | None = later(None)
        passages: Passages | None = later(None)
        threshold: float = Field(0.8, gt=0, le=1)
        recall: float = Field(0.997, gt=0, lt=1)
        containment: float | None = Field(0.83, gt=0, le=1)
        address: bool = False
        keep: int = Field(1, ge=1, le=1000)
        hosts: Literal["any", "across"] = "any"
        mode: Literal["remove", "mark"] = "remove"
        most: float | dict[str, float] = 0.8
        memory: int = Field(1000, ge=16, le=1_000_000)

        @model_validator(mode="after")
        def _proposable(self) -> Self:
            self.bands()
            return self

        def bands(self) -> tuple[int, int]:
            """Bands and rows for the recall that is asked for."""
            from cleaning.deduplicate.bands import fewest_bands

            chosen = fewest_bands(self.threshold, self.recall, self.permutations)
            if chosen is None:
                raise ValueError(
                    f"{self.permutations} permutations are too few to find pairs of "
                    f"{self.threshold} with {self.recall}: give more permutations"
                )
            return chosen

        @property
        def levels(self) -> list[Level | None]:
            """Of which units repeats are cut, in the order of LEVELS."""
            return [self.lines, self.paragraphs, self.passages]

        def share(self, source: str) -> float:
            """The share of a source's documents that may go."""
            if isinstance(self.most, float):
                return self.most
            return self.most.get(source, type(self).model_fields["most"].default)

        @property
        def collapse(self) -> bool:
            """Whether the first of a text may stand for all: not where more than one is to stay."""
            return self.keep == 1 and self.hosts == "any"

    def plan(self, params: Params, inputs: Inputs, context: Mapping[str, Any]) -> Plan:
        """Signatures by shard, buckets by group, candidates by partition, pairs by group, then who stays."""
        from cleaning.view import view_files

        views = view_files(inputs["documents"][0], inputs.get("decisions", []))
        cut: list[Shard] = []
        if any(params.levels):
            cut = yield from _repeats(params, views)
            views = [
                (documents, decisions, [*edits, shard.one("edits")])
                for (documents, decisions, edits), shard in zip(views, cut, strict=True)
            ]
        signed = yield _signatures(params, views, inputs.get("signals", []))
        _check_earlier(self.called, params, inputs.get("earlier", []))
        earlier = [shard for manifest in inputs.get("earlier", []) for shard in manifest.shards]
        old = _Numbered.of(earlier)
        new = _Numbered.of(signed, old.total)
        if new.total > LARGEST:
            raise TahonaError(f"{new.total} documents are too many for one deduplicate")
        groups = new.groups(params)
        filled = yield _buckets(params, groups, views, _bits(params, signed))
        every = [*old.groups(params), *groups]
        starts = [group.firsts[0] for group in every]
        proposed = yield _candidates(params, filled, starts, old, inputs.get("earlier", []))
        requested = yield _requests(proposed, starts)
        brought = yield _cards(requested, every)
        proven = yield _pairs(params, requested, brought, starts)
        (clustered,) = yield _clusters(params, proven, new, old.total)
        if params.mode == "remove":
            _refuse_to_wipe(self.called, params, filled, clustered)
        decided = yield _decisions(params, signed, views, clustered, cut)
        # The postings of a group stand with its first shard: later editions are compared with them.
        keys = {group.places[0]: buckets for group, buckets in zip(groups, filled, strict=True)}
        return [
            Shard.adopting(
                [decision, *cut[i : i + 1], signatures, *([keys[i]] if i in keys else [])],
                decision.ledger,
            )
            for i, (decision, signatures) in enumerate(zip(decided, signed, strict=True))
        ]


def _check_earlier(called: str, params: Deduplicate.Params, earlier: Sequence[Manifest]) -> None:
    """Raises TahonaError where the keys of an earlier edition are not to be compared with new ones."""
    for manifest in earlier:
        old = Deduplicate.Params.model_validate(manifest.params)
        both = [
            ("shingle", old.shingle, params.shingle),
            ("permutations", old.permutations, params.permutations),
            ("seed", old.seed, params.seed),
            ("bands and rows, by threshold and recall", old.bands(), params.bands()),
            ("containment, given or not", old.containment is None, params.containment is None),
            ("address", old.address, params.address),
        ]
        for name, was, asked in both:
            if was != asked:
                raise TahonaError(
                    f"{called}: {manifest.reference} was made with another {name}: "
                    "deduplicate both with the same"
                )


@dataclass(frozen=True)
class _Numbered:
    """Signed shards with the numbers of their first documents."""

    shards: Sequence[Shard]
    firsts: list[int]
    total: int  # the number after the last document

    @staticmethod
    def of(shards: Sequence[Shard], start: int = 0) -> _Numbered:
        rows = [shard.one("signatures").rows or 0 for shard in shards]
        *firsts, total = accumulate(rows, initial=start)
        return _Numbered(shards, firsts, total)

    def groups(self, params: Deduplicate.Params) -> list[_Group]:
        """Runs of shards whose postings and shingles fit into the memory."""
        bands, _ = params.bands()
        groups: list[_Group] = []
        room = 0.0
        for place, (first, shard) in enumerate(zip(self.firsts, self.shards, strict=True)):
            rows = shard.one("signatures").rows or 0
            hashes = (shard.one("shingles").bytes + shard.one("passages").bytes) / 8
            need = POSTING * (bands + 2) * rows + SHINGLE * hashes
            if not groups or need > room:
                groups.append(_Group([], [], []))
                room = params.memory * 1e6
            room -= need
            groups[-1].firsts.append(first)
            groups[-1].shards.append(shard)
            groups[-1].places.append(place)
        return groups


def _repeats(
    params: Deduplicate.Params, views: Sequence[tuple[File, list[File], list[File]]]
) -> Plan:
    """Edits by shard: units by shard, repeats by partition, cuts by shard."""
    per_byte = 24 if params.passages else 3  # of units, of a byte of compressed documents
    held = per_byte * sum(documents.bytes for documents, _, _ in views)
    bits = int(held / (params.memory * 1e6)).bit_length()
    split = yield Step(
        "units",
        "cleaning.deduplicate.repeats:split_shard",
        [
            Task(
                {"documents": [documents], "decisions": decisions, "edits": edits},
                Splitting(shard=number, bits=bits, levels=params.levels),
            )
            for number, (documents, decisions, edits) in enumerate(views)
        ],
    )
    groups = -(-len(views) // GROUP)
    found = yield Step(
        "repeats",
        "cleaning.deduplicate.repeats:find_repeats",
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
            "cleaning.deduplicate.repeats:cut_shard",
            [
                Task(
                    {
                        "documents": [documents],
                        "edits": edits,
                        "repeats": [s.one(f"repeats-{number // GROUP:05d}") for s in found],
                    },
                    Cutting(shard=number, levels=params.levels),
                )
                for number, (documents, _, edits) in enumerate(views)
            ],
        )
    )


def _signatures(
    params: Deduplicate.Params,
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


def _bits(params: Deduplicate.Params, signed: Sequence[Shard]) -> int:
    """The bits of as many partitions of the keys as let one be sorted in memory."""
    bands, _ = params.bands()
    rows = sum(shard.one("signatures").rows or 0 for shard in signed)
    passages = sum(shard.one("passages").bytes for shard in signed) / 8
    bytes_ = POSTING * ((bands + 2) * rows + passages)
    return max(0, int(bytes_ / (params.memory * 1e6))).bit_length()


def _buckets(
    params: Deduplicate.Params,
    groups: Sequence[_Group],
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


def _candidates(
    params: Deduplicate.Params,
    filled: Sequence[Shard],
    starts: list[int],
    old: _Numbered,
    earlier: Sequence[Manifest],
) -> Step:
    """A task for each partition of the keys, over the buckets of all groups there."""
    bits = filled[0].params["bits"] if filled else 0
    index = [
        (file, offset)
        for offset, manifest in zip(_offsets(earlier), earlier, strict=True)
        for shard in manifest.shards
        for file in shard.files
        if file.part.startswith(KEYS)
    ]
    tasks = []
    for partition in range(1 << bits):
        part = key_part(bits, partition)
        met = [(file, offset) for file, offset in index if _overlap(file.part, bits, partition)]
        inputs = {
            "keys": [shard.one(part) for shard in filled],
            "earlier_keys": [file for file, _ in met],
            "earlier_decisions": [shard.one("decisions") for shard in old.shards],
        }
        chosen = Proposing(
            groups=starts,
            new=old.total,
            threshold=params.threshold,
            collapse=params.collapse,
            earlier=Earlier(firsts=old.firsts, offsets=[offset for _, offset in met]),
        )
        tasks.append(Task(inputs, chosen))
    return Step("candidates", "cleaning.deduplicate.candidates:propose_pairs", tasks)


def _offsets(earlier: Sequence[Manifest]) -> list[int]:
    """The number of the first document of each earlier edition."""
    rows = [sum(s.one("signatures").rows or 0 for s in manifest.shards) for manifest in earlier]
    return list(accumulate(rows, initial=0))[:-1]


def _overlap(part: str, bits: int, partition: int) -> bool:
    """Whether a part of keys holds some of a partition of so many bits."""
    other_bits, other = map(int, part.removeprefix(KEYS).split("-"))
    common = min(bits, other_bits)
    return partition >> (bits - common) == other >> (other_bits - common)


def _requests(proposed: Sequence[Shard], starts: list[int]) -> Step:
    """A task for each group of worse documents, over the candidates of all partitions."""
    return Step(
        "requests",
        "cleaning.deduplicate.requests:request",
        [
            Task(
                {"candidates": [shard.one(f"candidates-{group:05d}") for shard in proposed]},
                Requesting(groups=starts),
            )
            for group in range(len(starts))
        ],
    )


def _cards(requested: Sequence[Shard], groups: Sequence[_Group]) -> Step:
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


def _pairs(
    params: Deduplicate.Params,
    requested: Sequence[Shard],
    brought: Sequence[Shard],
    starts: list[int],
) -> Step:
    """A task for each group of pairs, over what all groups brought for it."""
    return Step(
        "pairs",
        "cleaning.deduplicate.pairs:prove_pairs",
        [
            Task(
                {
                    "requested": [shard.one("requested")],
                    "cards": [cards.one(f"cards-{group:05d}") for cards in brought],
                    "shingles": [cards.one(f"shingles-{group:05d}") for cards in brought],
                },
                Proving(
                    groups=starts,
                    group=group,
                    threshold=params.threshold,
                    containment=params.containment,
                    across=params.hosts == "across",
                ),
            )
            for group, shard in enumerate(requested)
        ],
    )


def _clusters(
    params: Deduplicate.Params, proven: Sequence[Shard], new: _Numbered, old: int
) -> Step:
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
            )
        ],
        driver=True,
    )


def _refuse_to_wipe(
    called: str, params: Deduplicate.Params, filled: Sequence[Shard], clustered: Shard
) -> None:
    """Raises TahonaError, with the clusters, where more of a source would go than may."""
    for source, told in clustered.figures["sources"].items():
        arrived = sum(shard.figures["arrived"].get(source, 0) for shard in filled)
        share = told["removed"] / arrived
        if arrived < LEAST or share <= params.share(source):
            continue
        clusters = "; ".join(f"{n} like {one}, for {other}" for n, one, other in told["largest"])
        raise TahonaError(
            f"{called} would remove {share:.1%} of the {arrived:,} documents of {source or 'a source'}, "
            f"and {params.share(source):.0%} may go. Its largest clusters: {clusters}. Look at them with "
            f"`tahona explain RECIPE ID`; to go on, say `most: {{{source}: 1}}` in the recipe"
        )


def _decisions(
    params: Deduplicate.Params,
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
