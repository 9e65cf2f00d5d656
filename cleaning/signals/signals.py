"""The signals: what is measured of every text, each a column of a table that `annotate` writes.

A group is measured in one pass over the documents, into files and under keys of its own: a new group
costs itself and nothing that was there. Its measures stand in files by subject.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType
from typing import Any

from cleaning.signals.coherence import announced, coherence, notices, software
from cleaning.signals.measures import FIELDS, Kind, Measure, Model
from cleaning.signals.models import classifier, importance, kenlm, perplexity, topic
from cleaning.signals.pages import boilerplate, lists, terms
from cleaning.signals.published import docscore, parity, published
from cleaning.signals.spanish import orthography, register, spelling, variety
from cleaning.signals.text import (
    characters,
    language,
    lines,
    prose,
    repetition,
    residue,
    size,
    words,
)
from cleaning.signals.worth import files, marked, sentences, worth
from cleaning.text.batch import Batch
from pipeline.errors import UsageError
from pipeline.model.dataset import File

TEXT = "text"
COHERENCE = "coherence"
WORTH = "worth"
ALWAYS = (TEXT, COHERENCE, WORTH)  # the groups that every annotation holds


@dataclass(frozen=True)
class Group:
    """Signals that are measured together: the measures of some modules, in their order."""

    name: str
    modules: tuple[ModuleType, ...]

    @property
    def part(self) -> str:
        """The part of a dataset of signals that holds its files."""
        return "signals" if self.name == TEXT else f"signals={self.name}"

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        members = [v for module in self.modules for v in vars(module).values()]
        return tuple(value for value in members if isinstance(value, Measure))

    @cached_property
    def types(self) -> dict[str, Kind]:
        """The signals, in the order of their columns, with the type of each."""
        return {name: kind for m in self.measures for name, (kind, _) in m.signals.items()}

    @cached_property
    def reads(self) -> tuple[str, ...]:
        """The columns that it reads and does not give: of the documents, or of earlier groups."""
        read = dict.fromkeys(name for m in self.measures for name in m.reads)
        return tuple(name for name in read if name not in self.types)

    @property
    def signals_read(self) -> tuple[str, ...]:
        """The signals of other groups among them."""
        return tuple(name for name in self.reads if name not in FIELDS)

    @property
    def depth(self) -> int:
        """How many groups must be measured before it, one after another."""
        return max((1 + OF[name].depth for name in self.signals_read), default=0)

    @property
    def model(self) -> Model | None:
        """The one model that its measures use."""
        return next((m.model for m in self.measures if m.model), None)

    def compute(self, batch: Batch, columns: Mapping[str, Any], model: Any) -> dict[str, Any]:
        """Its signals of each text; `columns` are those that it reads, `model` is loaded."""
        return _measured(self.measures, batch, columns, model, set(self.types))


# A group reads no signals but its own and those of the groups above it.
GROUPS: Mapping[str, Group] = {
    group.name: group
    for group in (
        Group(TEXT, (language, size, characters, words, lines, repetition, residue, prose)),
        Group(COHERENCE, (coherence, software, announced, notices)),
        Group(WORTH, (worth, sentences, files, marked)),
        Group("orthography", (orthography,)),
        Group("published", (published,)),
        Group("docscore", (docscore,)),
        Group("spelling", (spelling,)),
        Group("terms", (terms,)),
        Group("variety", (variety,)),
        Group("boilerplate", (boilerplate,)),
        Group("register", (register,)),
        Group("perplexity", (perplexity,)),
        Group("classifier", (classifier,)),
        Group("topic", (topic,)),
        Group("kenlm", (kenlm,)),
        Group("importance", (importance,)),
        Group("lists", (lists,)),
        Group("parity", (parity,)),
    )
}
OF: Mapping[str, Group] = {name: group for group in GROUPS.values() for name in group.types}
NUMBERS = tuple(name for name, group in OF.items() if group.types[name] in (int, float))
# What can be asked of a text alone and its language, without a model or an extra.
LIGHT = tuple(
    name
    for group in GROUPS.values()
    if group.name != "parity"
    for m in group.measures
    for name in m.signals
    if (m.model is None or (m.model.optional and not m.model.digest))
    and {"language", *FIELDS} >= set(m.reads)
)


def compute(batch: Batch, columns: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """The named signals (of LIGHT) of each text; a KeyError names one that is none."""
    wanted = set(names)
    if unknown := wanted - set(LIGHT):
        raise KeyError(f"there is no signal {sorted(unknown)[0]!r}")
    measures = [m for group in GROUPS.values() for m in group.measures]
    return _measured(measures, batch, columns, None, wanted)


def _measured(
    measures: Sequence[Measure],
    batch: Batch,
    columns: Mapping[str, Any],
    model: Any,
    wanted: set[str],
) -> dict[str, Any]:
    signals: dict[str, Any] = {}
    for each in measures:
        if not wanted.isdisjoint(each.signals):
            read = [signals[name] if name in signals else columns[name] for name in each.reads]
            signals |= each.values(batch, model, read)
    return {name: values for name, values in signals.items() if name in wanted}


def with_needed(names: Iterable[str]) -> list[Group]:
    """The groups of ALWAYS, the named ones and those whose signals these read, each after what it reads."""
    wanted = {*ALWAYS, *names}
    for group in reversed(list(GROUPS.values())):
        if group.name in wanted:
            wanted |= {OF[name].name for name in group.signals_read}
    return sorted((g for g in GROUPS.values() if g.name in wanted), key=lambda group: group.depth)


def files_with(files: Sequence[File], names: Sequence[str]) -> list[File]:
    """Those of the files of a shard of signals that hold the named ones.

    A UsageError says which group is to be annotated where the shard hasn't it.
    """
    parts = {file.part: file for file in files}
    for name in names:
        if OF[name].part not in parts:
            raise UsageError(not_measured(name))
    return [parts[part] for part in dict.fromkeys(OF[name].part for name in names)]


def not_measured(signal: str) -> str:
    """What to do where a signal is asked for whose group was not measured."""
    group = OF[signal].name
    return (
        f"the signal {signal!r} is of the group {group!r}, which is not measured: "
        f"give annotate `groups: [{group}]`"
    )
