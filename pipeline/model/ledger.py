"""Where all that came into a shard went: every document and every code point is counted once."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from pipeline.model.canonical import Canonical


class Documents(Canonical):
    """Where each input record of a shard went; each is counted once.

    `parted` are documents made of what others held, which are kept and did not come in.
    """

    in_: int = Field(0, alias="in")
    kept: int = 0
    removed: dict[str, int] = Field(default_factory=dict)
    quarantined: int = 0
    # Where there are none it stands in no record, as before it came.
    parted: int = Field(0, exclude_if=lambda count: not count)

    def balance(self) -> int:
        """Records that are unaccounted for: 0 when everything is conserved."""
        went = self.kept + sum(self.removed.values()) + self.quarantined
        return self.in_ + self.parted - went

    def lowest(self) -> int:
        """The smallest count; a negative one could hide a loss elsewhere."""
        return min(self.in_, self.kept, *self.removed.values(), self.quarantined, self.parted)


class Characters(Canonical):
    """Where each code point of the input text went; what a removed document held counts as cut by its rule.

    `placeholders` are the code points written in place of masked ones: new text, so outside the sum.
    """

    in_: int = Field(0, alias="in")
    kept: int = 0
    cut: dict[str, int] = Field(default_factory=dict)
    masked: dict[str, int] = Field(default_factory=dict)
    placeholders: int = 0

    def balance(self) -> int:
        """Code points that are unaccounted for: 0 when everything is conserved."""
        return self.in_ - self.kept - sum(self.cut.values()) - sum(self.masked.values())

    def lowest(self) -> int:
        """The smallest count; a negative one could hide a loss elsewhere."""
        return min(
            self.in_, self.kept, *self.cut.values(), *self.masked.values(), self.placeholders
        )


def _total(rules: Iterable[dict[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for counts in rules:
        for rule, n in counts.items():
            total[rule] = total.get(rule, 0) + n
    return dict(sorted(total.items()))


class Ledger(Canonical):
    """The counts of one shard or of a whole dataset; None for those that its stage does not count."""

    documents: Documents | None = None
    characters: Characters | None = None

    @staticmethod
    def total(ledgers: Iterable[Ledger]) -> Ledger:
        """The sum of many ledgers, rule by rule."""
        ledgers = list(ledgers)
        documents = [x.documents for x in ledgers if x.documents]
        characters = [x.characters for x in ledgers if x.characters]
        return Ledger(
            documents=Documents(
                in_=sum(d.in_ for d in documents),
                kept=sum(d.kept for d in documents),
                removed=_total(d.removed for d in documents),
                quarantined=sum(d.quarantined for d in documents),
                parted=sum(d.parted for d in documents),
            )
            if documents
            else None,
            characters=Characters(
                in_=sum(c.in_ for c in characters),
                kept=sum(c.kept for c in characters),
                cut=_total(c.cut for c in characters),
                masked=_total(c.masked for c in characters),
                placeholders=sum(c.placeholders for c in characters),
            )
            if characters
            else None,
        )

    def imbalance(self) -> str | None:
        """One clause that says which sum is wrong, or None when everything is conserved."""
        for name, counts in (("documents", self.documents), ("characters", self.characters)):
            if counts is None:
                continue
            if counts.lowest() < 0:
                return f"a count of {name} is negative"
            if missing := counts.balance():
                word = "lost" if missing > 0 else "doubled"
                return f"{abs(missing)} of {counts.in_} {name} are {word}"
        return None
