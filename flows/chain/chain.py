"""A run of a recipe: its stages one after another, each fed by what was made before it."""

from __future__ import annotations

import secrets
import shlex
import threading
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from flows.chain.pace import Pace
from flows.chain.stages import STAGES, load
from flows.recipe.recipe import Recipe
from pipeline.engines import engine
from pipeline.errors import Stopped, TahonaError, UsageError
from pipeline.model.about import named
from pipeline.model.dataset import Manifest, Reference
from pipeline.model.stage import Inputs, Stage
from pipeline.run.lineage import Lineage
from pipeline.run.runner import Result, Runner, Slice, Watchers, fingerprint, lock_name
from pipeline.store import observe
from pipeline.store.lock import hold, owner
from pipeline.store.store import Store


def new_run() -> str:
    """The name of a run, which sorts by when it began: the second, then its fraction and two bytes of chance in hex."""
    now = datetime.now(UTC)
    return f"{now:%Y%m%dT%H%M%S}-{now.microsecond:05x}{secrets.token_hex(2)}"


@dataclass
class Chain:
    """The stages of one run. `results` grows with them; the record of the run is written after each."""

    recipe: Recipe
    store: Store
    run: str = field(default_factory=new_run)
    watchers: Watchers = field(default_factory=Watchers)
    stop: threading.Event = field(default_factory=threading.Event)
    made: list[Manifest] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)

    def __post_init__(self) -> None:
        settings = self.recipe.layout.run
        self._pace = Pace()
        self.watchers.append(self._pace)
        self._told: dict[str, dict[str, Any]] = {}  # stage -> what only the record holds of it
        self._end: dict[str, str] | None = None
        self.runner = Runner(
            self.store,
            engine_name=settings.engine,
            lineage=Lineage(self.store, self.recipe.name, _uuid(self.run)),
            watchers=self.watchers,
            stop=self.stop,
            name=f"{self.recipe.name}/{self.run}",
        )
        if settings.workers:
            self.runner.workers = settings.workers

    @contextmanager
    def opened(self) -> Iterator[Chain]:
        """Holds the store (against `prune`), observes the files of the recipe, and records how the run ends."""
        try:
            with self._held():
                yield self
        except BaseException as error:
            # Of a full disk or a lost connection the first error is the one to tell.
            with suppress(Exception):
                self._ended(*_told(error))
            raise
        self._ended("done")

    @contextmanager
    def _held(self) -> Iterator[None]:
        self.store.check_writable()
        for name in self.recipe.layout.pin:  # before anything is observed
            self.pinned(name)
        engine.check(self.runner.engine_name)
        with hold(self.store, "store", shared=True, stop=self.stop, run=self.runner.name):
            self.store.clean()
            if found := self.recipe.files():
                self.made.append(observe.observe(self.store, found))
            try:
                yield
            finally:
                self.runner.close()

    def stage(self, name: str, part: Slice | None = None) -> Result:
        """Runs one stage on what was made before; a failure is recorded, then raised."""
        if pinned := self.pinned(name):
            self.made.append(pinned)
            result = Result(name, pinned.fingerprint, "reused", manifest=pinned)
            result.reused = len(pinned.shards)
        else:
            stage, params = load(name), self.recipe.params[name]
            inputs = wire(stage, self.made)
            self._pace.steps = []
            try:
                with self._context(stage, inputs) as context:
                    result = self.runner.run(stage, params, inputs, context, part)
            except (TahonaError, Stopped) as error:
                failed = Result(name, fingerprint(stage, params, inputs), "failed")
                self.results.append(failed)
                self._told[name] = {"error": str(error), "pace": self._steps()}
                if isinstance(error, Stopped):
                    self._told[name]["state"] = "stopped"
                self._record()
                raise
            self._told[name] = {"pace": self._steps()} if result.state != "reused" else {}
        if result.manifest:
            self.made.append(result.manifest)
            if warnings := STAGES[name].warnings:
                result.warnings = named(warnings)(self.store, result.manifest)
        self.results.append(result)
        self._record()
        self.watchers.stage_done(result)
        return result

    def take(self, name: str) -> None:
        """Takes a stage as it is: what is committed for this recipe, else what its last run made."""
        manifest = self.pinned(name)
        if manifest is None:
            stage = load(name)
            try:
                found = fingerprint(stage, self.recipe.params[name], wire(stage, self.made))
                manifest = self.store.manifest(Reference(stage=name, fingerprint=found))
            except UsageError:
                manifest = None  # an input is missing: then the last run's dataset, if any
        if manifest is None and (last := last_dataset(self.store, self.recipe.name, name)):
            manifest = self.store.manifest(last)
        if manifest is None:
            raise UsageError(
                f"nothing is committed for stage {name} of {self.recipe.name}: "
                f"run `tahona run {shlex.quote(self.recipe.given)} --until {name}` first"
            )
        self.made.append(manifest)

    def pinned(self, name: str) -> Manifest | None:
        """The dataset to which the recipe pins a stage, if it does."""
        wanted = self.recipe.layout.pin.get(name)
        if wanted is None:
            return None
        manifest = self.store.manifest(Reference(stage=name, fingerprint=wanted))
        if manifest is None:
            raise UsageError(
                f"{self.recipe.where(('pin', name))}: there is no dataset {name}/{wanted} in "
                f"{self.store.url}"
            )
        return manifest

    @contextmanager
    def _context(self, stage: Stage, inputs: Inputs) -> Iterator[Mapping[str, Any]]:
        """What a stage is told beside its parameters, and the small web while it is crawled."""
        layout = self.recipe.layout
        context: dict[str, Any] = {
            "resolve": dict(layout.resolve),
            "threads": layout.run.threads or self.runner.workers,
            "device": layout.run.device,
        }
        serving: AbstractContextManager[Any] = nullcontext()
        reference = Reference(
            stage=stage.name, fingerprint=fingerprint(stage, self.recipe.params[stage.name], inputs)
        )
        if stage.edition and layout.serve and not self.store.manifest(reference):
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
            "workers": self.runner.workers,
            "stages": [r.to_json() for r in self.results],
        }

    def _steps(self) -> list[dict[str, Any]]:
        return [step for step in self._pace.steps if step["points"]]

    def _ended(self, state: str, error: str = "") -> None:
        """Records the end of a run that has a record: done, failed or stopped."""
        self._end = {"state": state, "error": error}
        if self.results:
            self._record()

    def _record(self) -> None:
        """Writes which datasets the run is, from what parameters, and how fast and how well it went.

        Its `end` is null until the run ends, and stays so if the run is killed.
        """
        answer = self.to_json()
        for row in answer["stages"]:
            row |= self._told.get(row["stage"], {})
        record = {
            **answer,
            "end": self._end,
            "datasets": {r.stage: r.fingerprint for r in self.results if r.manifest},
            "params": {r.stage: r.manifest.params for r in self.results if r.manifest},
        }
        self.store.write_json(f"runs/{self.recipe.name}/{self.run}.json", record)


def wire(stage: Stage, made: list[Manifest]) -> dict[str, list[Manifest]]:
    """The inputs of a stage among the datasets made so far: of a kind the latest, or all in order."""
    inputs = {}
    for name, wanted in stage.inputs.items():
        held = [m for m in made if wanted.kind in m.kinds]
        inputs[name] = held if wanted.many else held[-1:]
    return inputs


def chosen(recipe: Recipe, first: str | None, last: str | None) -> tuple[list[str], list[str]]:
    """The stages to take as they are and those to run, from `first` until `last` (both included)."""
    stages = [s for s in STAGES if s in recipe.params or s in recipe.layout.pin]
    for name in (first, last):
        if name is not None and name not in stages:
            known = ", ".join(stages)
            raise UsageError(f"the recipe {recipe.name} has no stage {name}: it has {known}")
    start = stages.index(first) if first else 0
    end = stages.index(last) + 1 if last else len(stages)
    if start >= end:
        raise UsageError(f"stage {first} comes after {last}: nothing to run")
    return stages[:start], stages[start:end]


def runs(store: Store, recipe: str) -> list[dict[str, Any]]:
    """The records of a recipe's runs, the newest first."""
    paths = sorted((p for p, _ in store.backend.files(f"runs/{recipe}")), reverse=True)
    return [record for p in paths if (record := store.read_json(p))]


def last_dataset(store: Store, recipe: str, stage: str) -> Reference | None:
    """The dataset that the newest run with this stage made of it."""
    for record in runs(store, recipe):
        if found := record["datasets"].get(stage):
            return Reference(stage=stage, fingerprint=found)
    return None


def status(recipe: Recipe, store: Store) -> list[dict[str, Any]]:
    """State of each stage: committed, running, stale (made before, from other inputs or parameters), missing."""
    chain = Chain(recipe, store)
    if found := recipe.files():
        chain.made.append(observe.observe(store, found, commit=False))
    states: list[dict[str, Any]] = []
    known = True  # whether the inputs of the next stage are what this recipe would make
    for name in chosen(recipe, None, None)[1]:
        manifest, found_print = chain.pinned(name), None
        if manifest is None and known:
            stage = load(name)
            found_print = fingerprint(stage, recipe.params[name], wire(stage, chain.made))
            manifest = store.manifest(Reference(stage=name, fingerprint=found_print))
        if manifest and store.missing(manifest.files()):
            manifest = None  # a run makes again what is lost
        state = "committed" if manifest else "missing"
        if manifest:
            chain.made.append(manifest)
            found_print = manifest.fingerprint
        else:
            if found_print and owner(
                store, lock_name(Reference(stage=name, fingerprint=found_print))
            ):
                state = "running"
            elif last := last_dataset(store, recipe.name, name):
                state = "stale"
                found_print = last.fingerprint
            known = False
        states.append({"stage": name, "fingerprint": found_print, "state": state})
    return states


def _told(error: BaseException) -> tuple[str, str]:
    """The end of a run that an error ended, and the sentence that says why."""
    known = isinstance(error, TahonaError | Stopped)
    if isinstance(error, Exception):
        return "failed", str(error) if known else repr(error)
    return "stopped", str(error) if known else ""  # Ctrl-C and Prefect's signals say nothing


def _uuid(run: str) -> str:
    """The run's name as the UUID that OpenLineage asks for, the same each time."""
    import uuid

    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"tahona:run:{run}"))
