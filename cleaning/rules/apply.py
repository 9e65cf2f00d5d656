"""Applies rules to the signals of many documents at once: those that drop, tag and sample."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cleaning.readers.readers import WEB_READERS
from cleaning.rules.rule import Bounds
from cleaning.text.batch import Bools, Floats

READ = ("id", "domain", "source.reader", "metadata.kind")  # what says which rules apply
Removal = tuple[str, float | None, float | None]


@dataclass(frozen=True)
class Broken:
    """Which documents break a rule, with the value of each (nan: it is not asked of it) and the bound that it broke.

    Of a rule that samples the value is the lot of a document, and the bound its probability to stay. What breaks a rule
    that `tags` stays.
    """

    rule: str
    broken: Bools
    value: Floats
    threshold: Floats
    tags: bool = False


@dataclass(frozen=True)
class Asked:
    """What of some documents says which rules apply to them."""

    languages: Sequence[str]
    domains: Sequence[str]
    readers: Sequence[str]
    kinds: Sequence[str]  # of pages; empty where none is known
    ids: Sequence[str] = ()  # by which documents are drawn; empty where none are

    def __len__(self) -> int:
        return len(self.languages)

    def asked(self, rule: Bounds) -> Bools:
        """To which of them a rule applies."""
        applies = np.ones(len(self), bool)
        for allowed, own in (
            (rule.languages, self.languages),
            (rule.domains, self.domains),
            (rule.kinds, self.kinds),
        ):
            if allowed is not None:
                applies &= _in(own, allowed)
        if rule.web_only:
            applies &= _in(self.domains, ("web",)) | _in(self.readers, WEB_READERS)
        return applies


def asked_of(batch: pa.RecordBatch, languages: Sequence[str]) -> Asked:
    """Of a batch of documents, in these languages; kinds are none where they were extracted before pages had one."""
    kinds = [""] * batch.num_rows
    if "metadata" in batch.schema.names:
        kinds = [kind or "" for kind in pc.struct_field(batch["metadata"], "kind").to_pylist()]
    return Asked(
        languages,
        batch["domain"].to_pylist(),
        pc.struct_field(batch["source"], "reader").to_pylist(),
        kinds,
        batch["id"].to_pylist(),
    )


def _in(own: Sequence[str], allowed: Sequence[str]) -> Bools:
    return np.isin(np.asarray(own, str), np.asarray(allowed, str))


def broken(rule: Bounds, values: Mapping[str, Any], documents: Asked) -> Broken:
    """Which of the documents break one rule. A value that is nan breaks none."""
    if rule.action == "sample":
        return _not_drawn(rule, values, documents)
    asked = documents.asked(rule)
    if rule.unless:
        asked &= np.isnan(np.asarray(values[rule.unless], np.float64))
    value = np.where(asked, np.asarray(values[rule.signal], np.float64), np.nan)
    below = value < (-np.inf if rule.min is None else rule.min)
    above = value > (np.inf if rule.max is None else rule.max)
    low = np.nan if rule.min is None else rule.min
    high = np.nan if rule.max is None else rule.max
    threshold = np.where(below, low, high)
    return Broken(rule.name, below | above, value, threshold, rule.action == "tag")


def _not_drawn(rule: Bounds, values: Mapping[str, Any], documents: Asked) -> Broken:
    """Which documents a sample does not hold: those whose lot is not below their probability."""
    probability = np.full(len(documents), rule.rate or 1.0)
    if rule.signal:
        probability *= np.asarray(values[rule.signal], np.float64)
    drawn = documents.asked(rule) & ~np.isnan(probability)
    lots = np.array([_lot(rule.name, id_) for id_ in documents.ids], np.float64)
    return Broken(
        rule.name, drawn & (lots >= probability), np.where(drawn, lots, np.nan), probability
    )


def _lot(rule: str, id_: str) -> float:
    """A number from 0 to 1, the same each time for a document and a rule."""
    drawn = hashlib.sha256(f"{rule}\0{id_}".encode()).digest()
    return int.from_bytes(drawn[:6], "big") / (1 << 48)


def first_broken(
    rules: Sequence[Bounds], values: Mapping[str, Any], documents: Asked
) -> list[Removal | None]:
    """For each document the first rule that it breaks, with value and bound; None where it keeps all."""
    removals: list[Removal | None] = [None] * len(documents)
    for rule in rules:
        one = broken(rule, values, documents)
        for index in np.flatnonzero(one.broken):
            if removals[index] is None:
                removals[index] = (rule.name, float(one.value[index]), float(one.threshold[index]))
    return removals
