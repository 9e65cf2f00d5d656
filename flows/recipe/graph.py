"""The graph of a recipe: its stages by name, what each of them reads, and what follows from what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.errors import UsageError

SOURCES = "sources"
# Groups of files at the top of a recipe, and the kind of dataset that each gives.
GROUPS = {SOURCES: "files"} | {
    group: group for group in ("examples", "lists", "benchmarks", "models")
}
STAGE, READS = "stage", "reads"  # the keys of a node that are no parameters of its stage


@dataclass(frozen=True)
class Observed:
    """Files of the outside that are read as one dataset: some of a group, by name."""

    group: str
    names: tuple[str, ...]

    @property
    def kind(self) -> str:
        return GROUPS[self.group]


Given = str | Observed  # the name of a stage of the recipe, or files of the outside


@dataclass(frozen=True)
class Node:
    """One stage of a recipe: its name there, which stage it is, and what each of its inputs is."""

    name: str
    kind: str
    inputs: Mapping[str, tuple[Given, ...]]

    @property
    def above(self) -> list[str]:
        """The stages that it reads, each once."""
        given = (g for sources in self.inputs.values() for g in sources if isinstance(g, str))
        return list(dict.fromkeys(given))

    @property
    def observed(self) -> list[Observed]:
        """The files of the outside that it reads."""
        return [g for sources in self.inputs.values() for g in sources if isinstance(g, Observed)]


Graph = Mapping[str, Node]  # by name, each after all that it reads


def needed(graph: Graph, names: Iterable[str]) -> set[str]:
    """Some stages and all that they are made from."""
    ancestors: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in ancestors:
            ancestors.add(name)
            waiting += graph[name].above
    return ancestors


def following(graph: Graph, name: str) -> set[str]:
    """A stage and all that is made from it."""
    descendants = {name}
    for node in graph.values():  # each after all that it reads
        if not descendants.isdisjoint(node.above):
            descendants.add(node.name)
    return descendants


class NoStage(UsageError):
    """A word names no stage of a recipe."""


def called(graph: Mapping[str, str], word: str, whose: str) -> str:
    """The name of the stage that a word means: its name, or a kind that occurs once.

    `graph` holds the kinds by name. Raises UsageError, `whose` recipe it is in, where there is none or more.
    """
    if word in graph:
        return word
    alike = [name for name, kind in graph.items() if kind == word]
    if len(alike) == 1:
        return alike[0]
    if alike:
        raise UsageError(f"{whose} has {len(alike)} stages {word}: name one of {', '.join(alike)}")
    import difflib  # none is needed where nothing is wrong

    close = difflib.get_close_matches(word, graph, n=1)
    meant = f", did you mean {close[0]}?" if close else ":"
    raise NoStage(f"{whose} has no stage {word}{meant} it has {', '.join(graph)}")
