"""What each step of `deduplicate` is asked, and the names of the rules and parts that the steps share."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

import pipeline.model.stage
from pipeline.model.stage import later

RULES = EXACT, ADDRESS, NEAR, CONTAINED = (
    "exact_duplicate",
    "same_address",
    "near_duplicate",
    "contained_duplicate",
)


KEYS = "keys="  # the parts that hold postings


def key_part(bits: int, partition: int) -> str:
    """The name of the part that holds the postings of a partition of so many bits."""
    return f"{KEYS}{bits}-{partition:05d}"


LEVELS = ("repeated_line", "repeated_paragraph", "repeated_passage")  # the rules that cut


def unit_part(bits: int, partition: int) -> str:
    """The name of the part that holds the units of a partition of so many bits."""
    return f"units={bits}-{partition:05d}"


class Level(pipeline.model.stage.Params):
    """From how many documents on a unit is repeated, and of how many words it is at least (a passage: at once).

    `keep`: the copy of the longest document stays (`once`), none does, or all do and are marked.
    """

    documents: int = Field(2, ge=2)
    words: int = Field(5, ge=1, le=10_000)
    keep: Literal["once", "none", "all"] = "once"


class Passages(Level):
    """Runs of so many words."""

    words: int = Field(50, ge=10, le=10_000)


class Splitting(pipeline.model.stage.Params):
    """What the units of a shard hang on; `shard` is its number, `levels` lines, paragraphs and passages."""

    shard: int
    bits: int
    levels: list[Level | None]
    # The place in ORDER of its source's; None: all sources are open.
    access: int | None = later(None)


class Repeating(pipeline.model.stage.Params):
    """What the repeats of a partition hang on."""

    groups: int
    group: int
    levels: list[Level | None]


class Cutting(pipeline.model.stage.Params):
    """What the edits of a shard hang on."""

    shard: int
    levels: list[Level | None]


class Signing(pipeline.model.stage.Params):
    """What the signatures of a text hang on.

    `shingle`: words of a shingle. `permutations`: numbers of a MinHash signature. `seed`: of these permutations.
    `quality`: the signal by which the better of two is told; None: the longer one is.
    """

    shingle: int = Field(5, ge=1, le=100)
    permutations: int = Field(128, ge=1, le=10_000)
    seed: int = Field(1, ge=0, lt=1 << 32)
    quality: str | None = None


class Filling(pipeline.model.stage.Params):
    """What the buckets of a group hang on. `firsts` are the numbers of the first documents of its shards."""

    firsts: list[int]
    bits: int  # of the partitions: there are 2 ** bits
    permutations: int
    bands: int
    rows: int
    address: bool
    passages: bool


class Earlier(pipeline.model.stage.Params):
    """Where the documents of earlier editions stand among all.

    `firsts` are the numbers of the first documents of their shards, of `candidates` of those that are met;
    `offsets` what to add to the numbers in each of their files of keys.
    """

    firsts: list[int]
    offsets: list[int]


class Meeting(pipeline.model.stage.Params):
    """What the keys of earlier editions that new documents have hang on."""

    earlier: Earlier


class Proposing(pipeline.model.stage.Params):
    """What the candidates of a partition hang on. `groups` are the numbers of the first documents of all groups."""

    groups: list[int]
    new: int  # the number of the first document that is no earlier edition's
    threshold: float
    collapse: bool  # the first of a text stands for all
    earlier: Earlier


class Requesting(pipeline.model.stage.Params):
    """The numbers of the first documents of all groups."""

    groups: list[int]


class Bringing(pipeline.model.stage.Params):
    """The numbers of the first documents of a group's shards."""

    firsts: list[int]


class Proving(pipeline.model.stage.Params):
    """From when on a pair is one, and whether its hosts must differ."""

    groups: list[int]
    group: int
    threshold: float
    containment: float | None
    across: bool
    some: list[int] | None = later(None)  # the groups of which a document is asked for; None: all


class Closed(pipeline.model.stage.Params):
    """How closed documents are: the numbers of the first ones of all shards, and by shard the place in ORDER."""

    firsts: list[int]
    places: list[int]


class Clustering(pipeline.model.stage.Params):
    """From when on which document goes; `firsts` of the new shards, and the number after the last document."""

    firsts: list[int]
    new: int
    threshold: float
    containment: float | None
    keep: int
    collapse: bool
    access: Closed | None = later(None)  # None: all are open


class Deciding(pipeline.model.stage.Params):
    """Whether what would go is marked and stays."""

    mark: bool
