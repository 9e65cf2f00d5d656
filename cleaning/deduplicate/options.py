"""What a recipe may ask of `deduplicate`."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from cleaning.deduplicate.params import Level, Passages, Signing
from pipeline.model.stage import later


class Options(Signing):
    """`lines`, `paragraphs` and `passages` that many documents hold are cut before documents are compared (None: not).

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
        from cleaning.minhash.bands import fewest_bands

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
