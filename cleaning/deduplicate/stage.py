"""The stage `deduplicate`: of texts that are the same or nearly the same, the best one stays.

Five steps, each with keys of its own: a new shard of documents costs its own signatures only, and a
document dropped elsewhere no signature at all. See deduplicate.md for what is compared, and how.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

from pydantic import Field, model_validator

from pipeline.model.dataset import File, Shard
from pipeline.model.stage import Input, Inputs, Params, Plan, Stage, Step, Task

HASH_ROWS = 1 << 24  # documents whose hashes of one band are sorted at once: 0.4 GB
PAIR_ROWS = 1 << 18  # lower documents whose candidate pairs are verified by one task


class Signing(Params):
    """What the signatures of a text hang on."""

    shingle: int = Field(5, ge=1, le=100)  # words
    permutations: int = Field(128, ge=1, le=10_000)
    bands: int = Field(16, ge=1, le=1000)
    rows: int = Field(8, ge=1, le=1000)  # values of the signature in a band
    seed: int = Field(1, ge=0, lt=1 << 32)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.bands * self.rows > self.permutations:
            raise ValueError(
                f"{self.bands} bands of {self.rows} rows need {self.bands * self.rows} "
                f"permutations, not {self.permutations}"
            )
        return self


class Proposing(Params):
    """What the candidate pairs of one partition of a band hang on; no threshold: the same text is asked for."""

    of: int  # partitions of the band
    pair_rows: int
    band: int
    threshold: float | None
    partition: int


class Proving(Params):
    """The similarity from which a pair is one."""

    threshold: float


class Deduplicate(Stage):
    """Exact duplicates by hash, near-duplicates by MinHash with every candidate pair verified."""

    name = "deduplicate"
    inputs: ClassVar[Mapping[str, Input]] = {
        "documents": Input("documents", parts=("kept",), same=True),
        "decisions": Input("decisions", parts=("decisions", "edits"), optional=True, many=True),
    }
    gives = ("decisions", "clusters")
    libraries = ("datasketch",)
    conserves = ("decisions", "documents")

    class Params(Signing):
        """`threshold` is the Jaccard similarity of shingle sets from which a text is a near-duplicate.

        The bands propose a pair at 0.8 with 95 %, at 0.9 with all but certainty; half of the pairs at 0.67.
        """

        threshold: float = Field(0.8, gt=0, le=1)

    def plan(self, params: Params, inputs: Inputs, context: Mapping[str, Any]) -> Plan:
        """Signatures by shard, candidates by band, pairs by partition, clusters once, decisions by shard."""
        from cleaning.view import view_files

        views = view_files(inputs["documents"][0], inputs.get("decisions", []))
        decisions = [file for _, files, _ in views for file in files]
        signed = yield Step(
            "signatures",
            "cleaning.deduplicate.signatures:sign_shard",
            [
                Task(
                    {"documents": [documents], "edits": edits},
                    Signing(**params.model_dump(exclude={"threshold"})),
                )
                for documents, _, edits in views
            ],
        )
        signatures = [shard.one("signatures") for shard in signed]
        proposed = yield _candidates(params, signed, signatures, decisions)
        proven = yield _pairs(params, signed, signatures, proposed)
        (clustered,) = yield Step(
            "clusters",
            "cleaning.deduplicate.clusters:cluster",
            [
                Task(
                    {"signatures": signatures, "pairs": [s.one("pairs") for s in proven]},
                    Proving(threshold=params.threshold),
                )
            ],
            driver=True,
        )
        slices = clustered.part("slice")
        decided = yield Step(
            "decisions",
            "cleaning.deduplicate.decisions:decide_shard",
            [
                Task({"signatures": [table], "decisions": view[1], "slice": [file]})
                for table, view, file in zip(signatures, views, slices, strict=True)
            ],
        )
        return decided


def _rows(files: Sequence[File]) -> int:
    return sum(file.rows or 0 for file in files)


def _candidates(
    params: Deduplicate.Params,
    signed: Sequence[Shard],
    signatures: Sequence[File],
    decisions: Sequence[File],
) -> Step:
    """A task for each band and partition of its hashes; the last band is that of the exact hashes."""
    partitions = max(1, -(-_rows(signatures) // HASH_ROWS))
    inputs = {
        "bands": [shard.one("bands") for shard in signed],
        "signatures": signatures,
        "decisions": decisions,
    }
    thresholds = [*[params.threshold] * params.bands, None]  # the same text needs none
    return Step(
        "candidates",
        "cleaning.deduplicate.candidates:propose_pairs",
        [
            Task(
                inputs,
                Proposing(
                    of=partitions,
                    pair_rows=PAIR_ROWS,
                    band=band,
                    threshold=threshold,
                    partition=partition,
                ),
            )
            for band, threshold in enumerate(thresholds)
            for partition in range(partitions)
        ],
    )


def _pairs(
    params: Deduplicate.Params,
    signed: Sequence[Shard],
    signatures: Sequence[File],
    proposed: Sequence[Shard],
) -> Step:
    """A task for each partition of the lower documents, over the candidates of all bands."""
    from cleaning.deduplicate.candidates import partition_part

    shared = {"signatures": signatures, "shingles": [shard.one("shingles") for shard in signed]}
    partitions = max(1, -(-_rows(signatures) // PAIR_ROWS))
    return Step(
        "pairs",
        "cleaning.deduplicate.pairs:verify_pairs",
        [
            Task(
                {**shared, "candidates": [f for s in proposed for f in s.part(name)]},
                Proving(threshold=params.threshold),
            )
            for name in map(partition_part, range(partitions))
        ],
    )
