"""A run of a recipe: its stages one after another, each fed by what was made before it."""

from __future__ import annotations

import shlex
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from typing import Any

from flows.chain.datasets import Datasets
from flows.chain.missing_domains import check_domains
from flows.chain.origins import origins
from flows.chain.pace import Pace
from flows.chain.record import Record, new_run
from flows.chain.returned import erase_returned, returned
from flows.recipe.recipe import Recipe
from flows.stages import STAGES, load
from flows.store.place import command_line
from flows.store.records import last_dataset
from pipeline.engines import engine
from pipeline.errors import Stopped, TahonaError, UsageError
from pipeline.model.about import named
from pipeline.model.dataset import Manifest
from pipeline.model.notice import Notice, notice, some
from pipeline.model.stage import Inputs, Stage, hashed
from pipeline.run.lineage import Lineage, RunEnd
from pipeline.run.result import State
from pipeline.run.runner import Result, Runner, Slice, Watchers, fingerprint
from pipeline.store.lock import hold
from pipeline.store.store import Store

# How OpenLineage calls the end of a run.
EVENTS: dict[str, RunEnd] = {"done": "COMPLETE", "failed": "FAIL", "stopped": "ABORT"}


class Incomplete(TahonaError):
    """All is done, without some sources that could not be had."""


@dataclass
class Chain:
    """The stages of one run. `results` grows with them; the record of the run is written before and after each.

    `command` says what was called, for the record; `asked` are the stages that are to run.
    """

    recipe: Recipe
    store: Store
    run: str = field(default_factory=new_run)
    watchers: Watchers = field(default_factory=Watchers)
    stop: threading.Event = field(default_factory=threading.Event)
    results: list[Result] = field(default_factory=list)
    command: str = ""
    asked: Sequence[str] = ()

    def __post_init__(self) -> None:
        settings = self.recipe.layout.run
        self._record = Record(self.recipe, self.store, self.run)
        self.told = self._record.told
        self.command = shlex.join(map(self.told, shlex.split(self.command)))
        self.datasets = Datasets(self.recipe, self.store)
        self._pace = Pace()
        self.watchers.append(self._pace)
        # The sources that stages did without, and why they could not be had.
        self.away: dict[str, str] = {}
        self._lineage = Lineage(self.store, self.recipe.name, _uuid(self.run), self.told)
        self.runner = Runner(
            self.store,
            engine_name=settings.engine,
            workers=settings.workers,
            lineage=self._lineage,
            watchers=self.watchers,
            stop=self.stop,
            name=f"{self.recipe.name}/{self.run}",
        )

    @contextmanager
    def opened(self) -> Iterator[Chain]:
        """Holds the store (against `prune`), observes the files of the recipe, and records how the run ends."""
        try:
            with self._locked():
                yield self
                again = returned(self.store, self.datasets.manifests.values())
                self._tell_late_orders()
            if again:
                self._erase(again)
            if error := self.incomplete:
                raise error
        except BaseException as error:
            # On a full disk or a lost connection the first error is the one to report.
            with suppress(Exception):
                self._ended(*self._end_of(error))
            raise
        self._ended("done")

    @property
    def incomplete(self) -> Incomplete | None:
        """The error of a run that did without some sources, once all else is done."""
        if not self.away:
            return None
        away = ", ".join(f"{name} ({why})" for name, why in self.away.items())
        sentence = f"no page of source {away} could be stored; all else is done without, and another run tries again"
        return Incomplete(self.told(sentence))

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.store.check_writable()
        for name in self.recipe.layout.pin:  # before anything is observed
            self.datasets.take_pinned(name)
        engine.check(self.runner.engine_name)
        with hold(self.store, "store", shared=True, stop=self.stop, run=self.runner.name):
            self.store.clean()
            for wrong in self.datasets.observe(stages=self.asked or None):
                self.watchers.warned(self.told(notice("taken.unseen", error=wrong)))
            yield

    def close(self) -> None:
        """Ends the processes of the run, which its report may use after its end."""
        self.runner.close()

    def stage(self, name: str, slice_: Slice | None = None) -> Result:
        """Runs one stage on what was made before; a failure is recorded, then raised."""
        kind = self.recipe.kind(name)
        if pinned := self.datasets.take_pinned(name):
            result = Result(name, pinned.fingerprint, "reused", kind=kind, manifest=pinned)
            result.reused = len(pinned.shards)
        else:
            stage, params = load(kind, name), self.recipe.params[name]
            inputs = self.datasets.inputs(name)
            if inputs is None:
                raise UsageError(f"{name} reads what is not made yet: {self._remedy(name)}")
            self._pace.steps = []
            if not self._record.written:  # a run that is killed in its first stage has one too
                self._write()
            start = time.monotonic()
            try:
                with self._context(name) as context:
                    result = self._run(stage, params, inputs, context, slice_)
            except (TahonaError, Stopped, KeyboardInterrupt) as error:
                if isinstance(error, TahonaError):
                    if error.documents:
                        error.args = (f"{error}. {self._come_from(error.documents, inputs)}",)
                    error.args = (self.told(str(error)),)
                    error.__notes__ = [self.told(note) for note in getattr(error, "__notes__", ())]
                begun = fingerprint(stage, params, inputs)
                state: State = "failed" if isinstance(error, TahonaError) else "stopped"
                spent = time.monotonic() - start
                self.results.append(Result(name, begun, state, spent, kind=kind))
                self._record.notes[name] = {"error": str(error), "pace": self._steps()}
                # A full disk takes no record either, and that error comes first.
                with suppress(Exception):
                    self._write()
                raise
            self._record.notes[name] = {"pace": self._steps()} if result.state != "reused" else {}
        if result.manifest:
            self.datasets.manifests[name] = result.manifest
            if warnings := STAGES[kind].warnings:
                result.warnings += named(warnings)(self.store, result.manifest, name)
            result.warnings += _nothing_left(result.manifest)
            if result.state == "committed":
                result.warnings += self._gone(name, kind)
            result.warnings = [self.told(one) for one in result.warnings]
            if news := STAGES[kind].news:
                result.news = named(news)(self.store, result.manifest, params)
        elif slice_:
            result.news = [self._of_slice(name, result, slice_)]
        self.results.append(result)
        self._write()
        self.watchers.stage_done(result)
        if result.manifest and STAGES[kind].domains:
            check_domains(self.recipe, self.store, self.datasets.manifests, self.asked)
        return result

    def _run(
        self,
        stage: Stage,
        params: Any,
        inputs: Inputs,
        context: Mapping[str, Any],
        slice_: Slice | None,
    ) -> Result:
        """Runs a stage; where some of its sources can't be had now, with the others. The dataset has another
        fingerprint then, so that the next run tries them again.
        """
        begun = time.monotonic()
        try:
            return self.runner.run(stage, params, inputs, context, slice_)
        except TahonaError as error:
            lost = error.sources
            left = {n: s for n, s in params.sources.items() if n not in lost} if lost else {}
            if slice_ or not left:
                raise
            self.away |= lost
            fewer = params.model_copy(update={"sources": left})
            result = self.runner.run(stage, fewer, inputs, context)
            result.seconds = time.monotonic() - begun
            result.computed += error.computed
            result.reused -= error.computed
            result.warnings.append(notice("sources.away", sources=some(list(lost))))
            return result

    def _gone(self, name: str, kind: str) -> list[Notice]:
        """Of each source that has fewer files than when a stage ran last, which are gone."""
        last = last_dataset(self.store, self.recipe.name, name, kind)
        made = self.store.manifest(last) if last else None
        gone = self.datasets.gone_since(name, made) if made else {}
        return [
            notice(
                "sources.fewer", source=source, n=len(files), dataset=str(last), files=some(files)
            )
            for source, files in gone.items()
        ]

    def _come_from(self, ids: Sequence[str], inputs: Mapping[str, list[Manifest]]) -> str:
        """A sentence that says which files some documents come from."""
        sources = origins(self.store, inputs.get("documents", []), ids)
        return "; ".join(
            f"{one} is of {sources[one]}" for one in dict.fromkeys(ids) if one in sources
        )

    def _tell_late_orders(self) -> None:
        """Warns of datasets of this run that are older than an order of withdrawal, which came while it ran."""
        made = [(result, result.manifest) for result in self.results if result.manifest]
        late = [one for one, manifest in made if self.datasets.defies_orders(one.stage, manifest)]
        if late:
            warning = notice("withdrawals.late", stages=some([one.stage for one in late]))
            late[0].warnings.append(warning)
            self.watchers.warned(warning)

    def _erase(self, documents: dict[str, str]) -> None:
        """Erases documents of this run that were erased before; a warning at once, and of the stage that has them."""
        again = self.told(erase_returned(self.store, documents))
        for result in self.results:
            if result.manifest and "documents" in result.manifest.kinds:
                result.warnings.append(again)
                break
        self.watchers.warned(again)

    def take(self, name: str, until: str | None = None) -> None:
        """Takes a stage as it is: what is committed for this recipe, else what its last run made.

        Where there is nothing, the error proposes to run as far as `until`, the last that is to be taken.
        """
        manifest = self.datasets.take_pinned(name)
        if manifest is None and (committed := self.datasets.committed(name)):
            manifest = committed.whole
        if manifest is None:
            last = last_dataset(self.store, self.recipe.name, name, self.recipe.kind(name))
            manifest = self.store.manifest(last) if last else None
            if manifest and self.store.lost(manifest):
                manifest = None
        if manifest is None:
            raise UsageError(
                f"nothing is committed for stage {name} of {self.recipe.name}: {self._remedy(until or name)}"
            )
        if self.datasets.defies_orders(name, manifest):
            raise UsageError(
                f"{manifest.reference} was made before the orders of withdrawal that hold now: {self._remedy(name)}"
            )
        self._tell_unchanged(name, manifest)
        if names := self.datasets.changed_since(name, manifest):
            dataset = str(manifest.reference)
            changed = notice("taken.changed", sources=some(names), dataset=dataset, stage=name)
            self.watchers.warned(self.told(changed))
        self.datasets.manifests[name] = manifest

    def _tell_unchanged(self, name: str, manifest: Manifest) -> None:
        """Warns of each change of a stage that is taken as it was made with other parameters."""
        params = self.recipe.params.get(name)  # none of a dataset that is named and not made here
        if params is not None and manifest.params != hashed(params):
            for change in self.recipe.changes(name):
                dataset = str(manifest.reference)
                self.watchers.warned(
                    notice("taken.unchanged", change=change, dataset=dataset, stage=name)
                )

    def _of_slice(self, name: str, result: Result, slice_: Slice) -> str:
        """What is to be done after a slice."""
        one = f"{name}: slice {slice_.number} of {slice_.of} is computed"
        if result.left:
            return f"{one}, and others of its step are not yet"
        left = self.told(self._command(name))
        return f"{one}, and so are the others: `{left}` does what is left, and commits"

    def _remedy(self, name: str) -> str:
        return f"run `{self._command('run')} --until {name}` first"

    def _command(self, words: str) -> str:
        return command_line(words, self.recipe.given, self.recipe.overrides, self.store)

    @contextmanager
    def _context(self, name: str) -> Iterator[Mapping[str, Any]]:
        """The context of a stage beside its parameters, and the small web while it is crawled."""
        layout = self.recipe.layout
        context: dict[str, Any] = {
            "resolve": dict(layout.resolve),
            "threads": layout.run.threads or self.runner.most,
            "device": layout.run.device,
            "processes": layout.run.processes,
            "strategy": layout.run.strategy,
            "patience": layout.run.patience,
        }
        serving: AbstractContextManager[Any] = nullcontext()
        observes = layout.serve and STAGES[self.recipe.kind(name)].edition
        if observes and (committed := self.datasets.committed(name)) and not committed.manifest:
            from flows.small_web.server import serve

            serving = serve()
        with serving as served:
            if served is not None:
                context["resolve"] |= served.resolve
            yield context

    def to_json(self) -> dict[str, Any]:
        """What a run answers."""
        return {
            "recipe": self.recipe.name,
            "run": self.run,
            "store": self.store.url,
            "workers": self.runner.most,
            "stages": [r.to_json() for r in self.results],
        }

    def _steps(self) -> list[dict[str, Any]]:
        return [step for step in self._pace.steps if step["points"]]

    def _ended(self, state: str, error: str = "") -> None:
        """Records the end of a run that has a record: done, failed or stopped; then sends its event."""
        self._record.end = {"state": state, "error": error}
        if self._record.written:
            self._write()
        self._lineage.end(EVENTS[state], error)
        self._lineage.close()

    def announced(self) -> None:
        """Records that the event which starts the next flow was sent."""
        self._record.announced = True
        if self._record.written:
            self._write()

    def _write(self) -> None:
        """Writes the record of the run as it is now."""
        self._record.write(self.to_json(), self.command, self.results, self.datasets.observed)

    def _end_of(self, error: BaseException) -> tuple[str, str]:
        """The end of a run that an error ended, and the sentence that says why."""
        is_known = isinstance(error, TahonaError | Stopped)
        if isinstance(error, Exception):
            sentence = self.told(str(error) if is_known else repr(error))
            if isinstance(error, TahonaError):
                error.args = (sentence,)
            return "failed", sentence
        # Ctrl-C and Prefect's signals have no message.
        return "stopped", str(error) if is_known else ""


def _nothing_left(manifest: Manifest) -> list[Notice]:
    """That a stage let none of its documents through, and what took them; the stages behind it only repeat it."""
    counts = manifest.ledger.documents
    if counts is None or counts.kept or not counts.in_:
        return []
    most = [[rule, n] for rule, n in Counter(counts.removed).most_common(3) if n]
    rest = [notice("nothing_left.quarantined", n=lost)] if (lost := counts.quarantined) else []
    return [notice("nothing_left", n=counts.in_, took=[*most, *rest])]


def _uuid(run: str) -> str:
    """The run's name as the UUID that OpenLineage requires, the same each time."""
    import uuid

    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"tahona:run:{run}"))
