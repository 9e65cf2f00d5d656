"""Resolves what the stages of a recipe read, by name or by default, and names what does not fit.

A stage stands in a recipe under its own name, or under another with `stage:`; `reads` says what its inputs
are. Without it an input is, of the stages that come before this one in the order of the work and give what
is asked for, the last of those written above it, else the last of all; where many are read, that of each kind
of stage. Files of the outside stand in groups by what they are for, and are read by name too.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from flows.recipe.document import Location
from flows.recipe.errors import spelt, suggestion
from flows.recipe.graph import (
    GROUPS,
    READS,
    SOURCES,
    STAGE,
    Given,
    Graph,
    Node,
    Observed,
    needed,
)
from flows.stages import STAGES, load
from pipeline.errors import UsageError
from pipeline.model.stage import Input

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,49}")
# Names with another meaning where the name of a stage could be: keys of a recipe, names of reports and flow runs.
_TAKEN = {*GROUPS, "run", "report", "resolve", "pin", "files"}

Where = Callable[[Location], str]


def resolve(
    stages: Mapping[str, Mapping[str, Any] | None],
    pin: Iterable[str],
    groups: Mapping[str, Mapping[str, bool]],
    where: Where,
) -> dict[str, Node]:
    """The nodes of a recipe in the order in which they run.

    `stages` as they are written; of `groups` the names, and whether files are named there (a source may be
    crawled instead). Raises UsageError, with file, line and key, for the first thing that does not fit.
    """
    kinds = {name: _kind(name, written, where) for name, written in stages.items()}
    for name in pin:  # a pinned stage need not be written
        if name not in kinds:
            kinds = {name: _kind(name, None, where, ("pin", name)), **kinds}
    order = {kind: i for i, kind in enumerate(STAGES)}
    places = {name: (order[kind], i) for i, (name, kind) in enumerate(kinds.items())}
    files = {g: tuple(n for n, named in names.items() if named) for g, names in groups.items()}
    resolver = _Resolver(kinds, places, files, set(pin), where)
    nodes = {name: resolver.node(name, stages.get(name) or {}) for name in kinds}
    fitted: dict[str, Node] = {}
    for name in _ordered(nodes, places, where):
        reads = (stages.get(name) or {}).get(READS) or {}
        fitted[name] = _fitted(nodes[name], fitted, reads, where)
    ordered = _ordered({name: fitted[name] for name in nodes}, places, where)
    at = {name: i for i, name in enumerate(ordered)}
    resolved = {name: _sorted(node, at) for name, node in ordered.items()}
    for node in resolved.values():
        _conserved(node, resolved, where)
    return resolved


def _sorted(node: Node, at: Mapping[str, int]) -> Node:
    """The node with its inputs in the order in which they run: of many the last is what is conserved."""
    inputs = {
        role: tuple(sorted(given, key=lambda g: at[g] if isinstance(g, str) else -1))
        for role, given in node.inputs.items()
    }
    return Node(node.name, node.kind, inputs)


def _conserved(node: Node, graph: Graph, where: Where) -> None:
    """Raises UsageError where a stage reads many of what it conserves of which the last was made without another: what
    that one leaves, the other may take, and not all would arrive.
    """
    for role in load(node.kind).conserves:
        given = [g for g in node.inputs.get(role, ()) if isinstance(g, str)]
        if not given or not graph[given[-1]].inputs:  # of a pinned one nothing is known
            continue
        last = given[-1]
        if apart := [g for g in given if g not in needed(graph, [last])]:
            raise UsageError(
                f"{where(('stages', node.name))}: {node.name} reads the {role} of {' and '.join(given)}, but {last} "
                f"was made without those of {' and '.join(apart)}: "
                f"give {last} or {node.name} `reads: {{{role}: [...]}}`"
            )


def _kind(name: str, written: Any, where: Where, at: Location | None = None) -> str:
    at = at or ("stages", name)
    kind = written.get(STAGE) if isinstance(written, Mapping) else None
    if kind is None:
        if name not in STAGES:
            raise UsageError(f"{where(at)}: there is no stage {name!r}{suggestion(name, STAGES)}")
        return name
    if not isinstance(kind, str) or kind not in STAGES:
        raise UsageError(
            f"{where((*at, STAGE))}: there is no stage {kind!r}{suggestion(str(kind), STAGES)}"
        )
    if not NAME.fullmatch(name):
        raise UsageError(f"{where(at)}: {spelt(name, NAME)}")
    if name in _TAKEN or (name in STAGES and name != kind):
        what = "another stage" if name in STAGES else "something else"
        raise UsageError(f"{where(at)}: {name!r} is the name of {what}: choose another")
    return kind


class _Resolver:
    """Finds out what the inputs of each stage are."""

    def __init__(
        self,
        kinds: Mapping[str, str],
        places: Mapping[str, tuple[int, int]],
        files: Mapping[str, tuple[str, ...]],
        pinned: set[str],
        where: Where,
    ) -> None:
        self.kinds, self.places, self.files = kinds, places, files
        self.pinned, self.where = pinned, where
        self.gives = {kind: load(kind).gives for kind in {*kinds.values()}}

    def node(self, name: str, written: Mapping[str, Any]) -> Node:
        """A stage with all its inputs; a pinned one needs none."""
        inputs = load(self.kinds[name]).inputs
        reads = self._reads(name, written, inputs)
        if name in self.pinned:
            return Node(name, self.kinds[name], {})
        given = {}
        for key, wanted in inputs.items():
            chosen = self._read(name, key, reads[key], wanted) if key in reads else None
            given[key] = self._default(name, wanted) if chosen is None else chosen
            if not given[key] and wanted.needed:
                raise UsageError(f"{self.where(('stages', name))}: {self._unfed(wanted)}")
        return Node(name, self.kinds[name], given)

    def _reads(
        self, name: str, written: Mapping[str, Any], inputs: Mapping[str, Input]
    ) -> Mapping[str, Any]:
        at: Location = ("stages", name, READS)
        reads = written.get(READS) or {}
        if not isinstance(reads, Mapping):
            raise UsageError(f"{self.where(at)}: must be a mapping of inputs to what they read")
        for key in reads:
            if key not in inputs:
                kind = self.kinds[name]
                hint = suggestion(key, inputs) if inputs else ": it reads nothing"
                raise UsageError(f"{self.where((*at, key))}: {kind} has no input {key!r}{hint}")
        return reads

    def _read(self, name: str, key: str, names_read: Any, wanted: Input) -> tuple[Given, ...]:
        """What `reads` names for one input: stages one by one, files of the outside as one dataset."""
        at: Location = ("stages", name, READS, key)
        alone = isinstance(names_read, str)
        if not alone and not isinstance(names_read, list):
            raise UsageError(f"{self.where(at)}: must be a name, or a list of names")
        chosen: list[Given] = []
        outside: dict[str, list[str]] = {}
        for place, one in enumerate([names_read] if alone else names_read):
            here = at if alone else (*at, place)
            if (group := self._group(one, wanted)) is not None:
                outside.setdefault(group, []).append(one)
            elif self._node(one, here, name, wanted) == name:
                raise UsageError(f"{self.where(here)}: {name} can't read itself")
            elif wanted.kind not in self.gives[self.kinds[one]]:
                gives = " and ".join(self.gives[self.kinds[one]])
                raise UsageError(f"{self.where(here)}: {one!r} gives {gives}, not {wanted.kind}")
            else:
                chosen.append(one)
        for group, names in outside.items():
            chosen += self._files(group, names)
        if len(chosen) > 1 and not wanted.many:
            raise UsageError(f"{self.where(at)}: takes one, not {len(chosen)}")
        return tuple(dict.fromkeys(chosen))

    def _group(self, name: Any, wanted: Input) -> str | None:
        """The group of the files of that name, where the input is of its kind."""
        groups = (g for g, kind in GROUPS.items() if kind in wanted.kinds)
        return next((g for g in groups if name in self.files.get(g, ())), None)

    def _node(self, name: Any, here: Location, reader: str, wanted: Input) -> str:
        if isinstance(name, str) and name in self.kinds:
            return name
        for group, names in self.files.items():
            if name in names:
                raise UsageError(
                    f"{self.where(here)}: {name!r} is of `{group}`, which is not read here"
                    f"{self._role_of(group, name, reader)}"
                )
        fitting = [n for n, kind in self.kinds.items() if wanted.kind in self.gives[kind]]
        fitting += [n for g, names in self.files.items() if GROUPS[g] == wanted.kind for n in names]
        hint = suggestion(str(name), [n for n in fitting if n != reader])
        raise UsageError(f"{self.where(here)}: there is no {name!r}{hint}")

    def _role_of(self, group: str, name: str, reader: str) -> str:
        """What to write where a stage reads the files of a group by another input than the one that names them."""
        inputs = load(self.kinds[reader]).inputs
        fitting = (role for role, wanted in inputs.items() if GROUPS[group] in wanted.kinds)
        return next((f": write `{READS}: {{{role}: {name}}}`" for role in fitting), "")

    def _files(self, group: str, names: Sequence[str]) -> list[Given]:
        """All sources are one dataset, with their names as parts; of the other groups each name is one."""
        if group == SOURCES:
            return [Observed(group, tuple(n for n in self.files[group] if n in names))]
        return [Observed(group, (name,)) for name in names]

    def _default(self, name: str, wanted: Input) -> tuple[Given, ...]:
        if wanted.asked:
            return ()
        for group, kind in GROUPS.items():
            if kind == wanted.kind and self.files.get(group):
                observed = self._files(group, self.files[group])
                return tuple(observed if wanted.many else observed[-1:])
        earlier = [
            other
            for other in sorted(self.kinds, key=lambda n: self.places[n])
            if wanted.kind in self.gives[self.kinds[other]]
            and self.places[other] < self.places[name]
        ]
        if not wanted.many:
            return tuple(self._last(name, earlier))
        by_kind: dict[str, list[str]] = {}
        for other in earlier:
            by_kind.setdefault(self.kinds[other], []).append(other)
        return tuple(n for names in by_kind.values() for n in self._last(name, names))

    def _last(self, name: str, earlier: list[str]) -> list[str]:
        """The last of those that are written above a stage, else of all."""
        above = [other for other in earlier if self.places[other][1] < self.places[name][1]]
        return (above or earlier)[-1:]

    def _unfed(self, wanted: Input) -> str:
        givers = [kind for kind in STAGES if wanted.kind in load(kind).gives]
        groups = [f"`{group}`" for group, kind in GROUPS.items() if kind == wanted.kind]
        return (
            f"needs {wanted.kind}, which no earlier stage of the recipe gives: "
            f"add {' or '.join([*givers, *groups])} before it, or pin a committed one"
        )


def _fitted(node: Node, above: Graph, reads: Mapping[str, Any], where: Where) -> Node:
    """The node with what must be the same as what the others were made with: only that can fit.

    Raises UsageError where `reads` names another, or where the others were made with several.
    """
    inputs = dict(node.inputs)
    for key, wanted in load(node.kind).inputs.items():
        if not wanted.same or len(inputs.get(key, ())) != 1:
            continue
        fitting: dict[Given, str] = {}  # with what the others were made -> the last that was
        for other in _together(node):
            for role, given in above[other].inputs.items():
                if load(above[other].kind).inputs[role].kind == wanted.kind:
                    fitting |= dict.fromkeys(given, other)
        if not fitting or set(fitting) == set(inputs[key]):
            continue
        if key in reads or len(fitting) > 1:
            mismatch = " and ".join(
                f"{other} was made with {one}" for one, other in fitting.items()
            )
            # The key that was written: of an input that the recipe doesn't name, there is none to point to.
            at: Location = (
                "stages",
                node.name,
                *((READS,) if reads else ()),
                *((key,) if key in reads else ()),
            )
            raise UsageError(f"{where(at)}: what {node.name} reads does not fit: {mismatch}")
        inputs[key] = tuple(fitting)
    return Node(node.name, node.kind, inputs)


def _together(node: Node) -> list[str]:
    """The stages that a stage reads, without those that may have been made with others than it reads."""
    roles = load(node.kind).inputs
    given = (g for role, many in node.inputs.items() if not roles[role].apart for g in many)
    return list(dict.fromkeys(g for g in given if isinstance(g, str)))


def _ordered(
    nodes: Mapping[str, Node], places: Mapping[str, tuple[int, int]], where: Where
) -> dict[str, Node]:
    """Every stage after all that it reads, else in the order of the work, then of the file."""
    left = {name: set(node.above) for name, node in nodes.items()}
    ready = [(places[name], name) for name, above in left.items() if not above]
    heapq.heapify(ready)
    done: dict[str, Node] = {}
    while ready:
        name = heapq.heappop(ready)[1]
        done[name] = nodes[name]
        for other, above in left.items():
            if name in above:
                above.remove(name)
                if not above:
                    heapq.heappush(ready, (places[other], other))
    if circle := [name for name in nodes if name not in done]:
        # Some of those left only come after the circle: follow what is read until a name comes again.
        seen = [circle[0]]
        while (following := min(left[seen[-1]])) not in seen:
            seen.append(following)
        path = " reads ".join([*seen[seen.index(following) :], following])
        raise UsageError(f"{where(('stages', following, READS))}: goes in a circle: {path}")
    return done
