"""Counts where the documents of a shard and their characters go, while a kernel works."""

from __future__ import annotations

from collections import Counter

from pipeline.model.ledger import Characters, Documents, Ledger


class Tally:
    """What arrives and what becomes of it; the two are counted apart, so that a balanced ledger is a check.

    Characters are code points. What a removed document held is cut by the rule that removed it.
    """

    def __init__(self) -> None:
        self._arrived: Counter[str] = Counter()
        self._kept: Counter[str] = Counter()
        self._removed: Counter[str] = Counter()
        self._quarantined = self._parted = 0
        self._cut: Counter[str] = Counter()
        self._masked: Counter[str] = Counter()
        self._placeholders = 0

    def arrive(self, documents: int = 1, characters: int = 0) -> None:
        """Documents come in with their characters."""
        self._arrived.update(documents=documents, characters=characters)

    def keep(self, documents: int = 1, characters: int = 0) -> None:
        """Documents stay, with what is left of their characters."""
        self._kept.update(documents=documents, characters=characters)

    def keep_passage(self, characters: int) -> None:
        """A passage of a document stays as a document of its own."""
        self._parted += 1
        self.keep(1, characters)

    def remove(self, rule: str, documents: int = 1, characters: int = 0) -> None:
        """Documents go by a rule, with what was left of their characters."""
        self._removed[rule] += documents
        self.cut(rule, characters)

    def quarantine(self, documents: int = 1) -> None:
        """Records could not be read."""
        self._quarantined += documents

    def cut(self, rule: str, characters: int) -> None:
        """A rule takes characters."""
        self._cut[rule] += characters

    def mask(self, rule: str, characters: int, placeholder: int = 0) -> None:
        """A rule puts a placeholder of so many characters in place of others."""
        self._masked[rule] += characters
        self._placeholders += placeholder

    def documents(self) -> Documents:
        """The counts of documents, rules in alphabetical order, so that they are the same whatever came first."""
        return Documents(
            in_=self._arrived["documents"],
            kept=self._kept["documents"],
            removed=dict(sorted(self._removed.items())),
            quarantined=self._quarantined,
            parted=self._parted,
        )

    def characters(self) -> Characters:
        """The counts of characters, likewise."""
        return Characters(
            in_=self._arrived["characters"],
            kept=self._kept["characters"],
            cut=dict(sorted(self._cut.items())),
            masked=dict(sorted(self._masked.items())),
            placeholders=self._placeholders,
        )

    def ledger(self) -> Ledger:
        """Both."""
        return Ledger(documents=self.documents(), characters=self.characters())
