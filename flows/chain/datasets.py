"""The datasets behind the names of a recipe: made in this run, found in the store, or pinned."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from flows.chain import withdrawals
from flows.recipe.check import tell
from flows.recipe.graph import Given, Observed
from flows.recipe.recipe import Recipe
from flows.stages import STAGES, load
from flows.store.records import last_dataset, runs
from pipeline.errors import TahonaError, UsageError
from pipeline.model.dataset import Manifest, Reference
from pipeline.model.notice import notice, some
from pipeline.run.committed import Committed, committed
from pipeline.store import observe
from pipeline.store.store import Store

BY_LAST = "what is said here is by what was observed last"


class Datasets:
    """What the stages of a recipe have to read. `manifests` grow with what is observed, run and taken."""

    def __init__(self, recipe: Recipe, store: Store) -> None:
        self.recipe, self.store = recipe, store
        self.manifests: dict[Given, Manifest] = {}
        # By stage a sentence on the sources that could not be had and that what is surveyed of it is without.
        self.away: dict[str, str] = {}

    def copy(self) -> Datasets:
        """The same, to look ahead with."""
        other = Datasets(self.recipe, self.store)
        other.manifests = dict(self.manifests)
        return other

    def observe(self, commit: bool = True, stages: Collection[str] | None = None) -> list[str]:
        """Looks at all files of the outside that the recipe reads; without `commit` nothing is written.

        `stages` (None: all) are those that must be able to take them. Of files that none of these reads, and that can't
        be seen now, it takes what was observed last; what is wrong with each is returned.
        """
        graph = self.recipe.graph
        needed = {
            given
            for name in graph
            if stages is None or name in stages
            for given in graph[name].observed
        }
        wrong = []
        for given in self.recipe.observed():
            try:
                self.manifests[given] = self._seen(given, commit, stages)
            except TahonaError as error:
                from cleaning.privacy.told import told

                last = None if given in needed else self._observed_last(given)
                if last is None:
                    raise
                self.manifests[given] = last
                wrong.append(told(str(error)))
        # The store may be named another way than as the orders came (moved, or by a link): what a corpus says that it
        # was made from is a dataset all the same.
        withdrawals.observed(self.store, commit)
        return wrong

    def look(self, stages: Collection[str] = ()) -> None:
        """Looks at the same for a command that writes nothing; warns of what is wrong."""
        for wrong in self.observe(commit=False, stages=stages):
            tell(f"{wrong}; {BY_LAST}")

    def tell_away(self) -> None:
        """Warns of the sources that what was surveyed is without."""
        for sentence in self.away.values():
            tell(sentence)

    def _seen(self, given: Observed, commit: bool, stages: Collection[str] | None) -> Manifest:
        files, terms = self.recipe.files(given, stages), self.recipe.terms(given)
        try:
            return observe.observe(self.store, files, commit, given.kind, terms)
        except observe.Unreadable as error:
            where = self.recipe.where((given.group, error.source, "files"))
            raise UsageError(f"{where}: {error}") from error

    def _observed_last(self, given: Observed) -> Manifest | None:
        """What the newest run saw of these files; of a store whose records don't say it, what the newest dataset of a
        stage that reads them was made from.
        """
        for record in runs(self.store, self.recipe.name):
            for seen in record.get("observed", ()):
                if (seen["group"], tuple(seen["names"])) == (given.group, given.names):
                    stage, _, fingerprint = seen["dataset"].partition("/")
                    reference = Reference(stage=stage, fingerprint=fingerprint)
                    if manifest := self.store.manifest(reference):  # not if it was pruned
                        return manifest
        for name, node in self.recipe.graph.items():
            for role, sources in node.inputs.items():
                if given not in sources:
                    continue
                last = last_dataset(self.store, self.recipe.name, name, node.kind)
                manifest = self.store.manifest(last) if last else None
                references = manifest.inputs.get(role, []) if manifest else []
                if len(references) == len(sources):
                    return self.store.manifest(references[list(sources).index(given)])
        return None

    @property
    def observed(self) -> list[dict[str, Any]]:
        """Which files of the outside were seen, for the record of a run: their group, their names, their dataset."""
        return [
            {"group": given.group, "names": list(given.names), "dataset": str(manifest.reference)}
            for given, manifest in self.manifests.items()
            if isinstance(given, Observed)
        ]

    def inputs(self, name: str) -> dict[str, list[Manifest]] | None:
        """What a stage reads, by input; None where some of it is not known yet."""
        given = self.recipe.graph[name].inputs
        if any(g not in self.manifests for sources in given.values() for g in sources):
            return None
        inputs = {role: [self.manifests[g] for g in sources] for role, sources in given.items()}
        if withdrawals.ROLE in inputs and (orders := withdrawals.observed(self.store)):
            inputs[withdrawals.ROLE] = [orders]
        return inputs

    def changed_since(self, name: str, made: Manifest) -> list[str]:
        """The sources and other files of the outside that were others when a dataset of a stage was made, or of which
        the recipe said something else.
        """
        names = set[str]()
        for role, given in self.recipe.graph[name].inputs.items():
            for now, reference in zip(given, made.inputs.get(role, []), strict=False):
                if isinstance(now, Observed) and reference != self.manifests[now].reference:
                    seen = _told_of(self.manifests[now])
                    before = self.store.manifest(reference)  # unless it was pruned
                    told = _told_of(before) if before else {}
                    names.update(n for n in seen.keys() | told.keys() if seen.get(n) != told.get(n))
        return sorted(names)

    def gone_since(self, name: str, made: Manifest) -> dict[str, list[str]]:
        """By source the files that were there when a dataset of a stage was made and that no pattern finds any more;
        those that have another name now, or another content, are there.
        """
        gone: dict[str, list[str]] = {}
        for role, given in self.recipe.graph[name].inputs.items():
            for now, reference in zip(given, made.inputs.get(role, []), strict=False):
                if not isinstance(now, Observed) or reference == self.manifests[now].reference:
                    continue
                before = self.store.manifest(reference)  # unless it was pruned
                files = self.manifests[now].files()
                there = {known for file in files for known in (file.label, file.identity)}
                for file in before.files() if before else ():
                    if file.part in now.names and there.isdisjoint((file.label, file.identity)):
                        gone.setdefault(file.part, []).append(file.label)
        return gone

    def committed(self, name: str) -> Committed | None:
        """What the store has of a stage; None where what it reads is not known yet."""
        if pinned := self.pinned(name):
            return pinned
        if (inputs := self.inputs(name)) is None:
            return None
        return committed(self.store, load(self.kind(name), name), self.recipe.params[name], inputs)

    def defies_orders(self, name: str, manifest: Manifest) -> bool:
        """Whether a dataset of a stage that leaves out what is withdrawn is older than the orders that hold now."""
        if withdrawals.ROLE not in self.recipe.graph[name].inputs or name in self.recipe.layout.pin:
            return False
        now = withdrawals.observed(self.store) if withdrawals.orders(self.store) else None
        return now is not None and now.reference not in manifest.inputs.get(withdrawals.ROLE, [])

    def pinned(self, name: str) -> Committed | None:
        """The dataset to which the recipe pins a stage, if it does.

        It is not made again, so its inner steps are not needed. Raises UsageError where there is none.
        """
        wanted = self.recipe.layout.pin.get(name)
        if wanted is None:
            return None
        reference = Reference(stage=self.kind(name), fingerprint=wanted)
        manifest = self.store.manifest(reference)
        if manifest is None:
            where = self.recipe.where(("pin", name))
            raise UsageError(f"{where}: there is no dataset {reference} in {self.store.url}")
        return Committed(reference, manifest, self.store.missing(manifest.files()))

    def take_pinned(self, name: str) -> Manifest | None:
        """The same as something to read: a TahonaError where it has lost a file."""
        pinned = self.pinned(name)
        if pinned and pinned.lost:
            where = self.recipe.where(("pin", name))
            raise TahonaError(
                f"{where}: {pinned.reference} has lost {pinned.lost}: restore the file, or run its recipe again"
            )
        return pinned.manifest if pinned else None

    def survey(self, names: Iterable[str]) -> Iterator[tuple[str, Committed | None]]:
        """What the store has of each of some stages, in their order; what is whole feeds those behind it."""
        for name in names:
            committed = self.committed(name)
            if committed and not committed.manifest:
                committed = self._without(name) or committed
            if committed and committed.whole:
                self.manifests[name] = committed.whole
            yield name, committed

    def _without(self, name: str) -> Committed | None:
        """What runs made of a stage without the sources that could not be had, which the next run tries again."""
        if not STAGES[self.kind(name)].edition:
            return None
        params: Any = self.recipe.params[name]
        last = last_dataset(self.store, self.recipe.name, name, self.kind(name))
        made = self.store.manifest(last) if last else None
        if made is None:
            return None
        away = [source for source in params.sources if source not in made.params["sources"]]
        told = notice("sources.away", sources=some(away))
        if not away or not any(
            row["fingerprint"] == made.reference.fingerprint and told in row.get("warnings", ())
            for record in runs(self.store, self.recipe.name)
            for row in record["stages"]
        ):
            return None
        left = {n: source for n, source in params.sources.items() if n not in away}
        fewer = params.model_copy(update={"sources": left})
        stage = load(self.kind(name), name)
        without = committed(self.store, stage, fewer, self.inputs(name) or {})
        if without.reference != made.reference:  # the recipe says something else of the others now
            return None
        self.away[name] = (
            f"{name} is without {', '.join(away)}, which could not be had: another run tries again"
        )
        return without

    def kind(self, name: str) -> str:
        """Which stage a name stands for."""
        return self.recipe.graph[name].kind


def _told_of(files: Manifest) -> dict[str, list[Any]]:
    """By name what is known of files of the outside, wherever they lie: content, and what the recipe says of them."""
    known: dict[str, list[Any]] = {}
    for file in files.files():
        known.setdefault(file.part, []).append((file.label, file.identity))
    terms = files.params.get("sources", {})
    return {name: [sorted(there), terms.get(name)] for name, there in known.items()}
