"""The one runner: what every stage needs, keys, skipping, computing, checking, committing, lineage, counts."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass, field
from typing import Any

from pipeline.engines import engine
from pipeline.engines.children import Children
from pipeline.engines.compute import Outcome, Spec
from pipeline.errors import Stopped, TahonaError
from pipeline.model.dataset import Manifest, Reference, Shard
from pipeline.model.key import fingerprint, libraries
from pipeline.model.ledger import Ledger
from pipeline.model.stage import Inputs, Params, Stage, Step, Task, hashed
from pipeline.run.columns import columns_of
from pipeline.run.committed import committed
from pipeline.run.lineage import Lineage
from pipeline.run.names import keys
from pipeline.run.result import Result, Slice
from pipeline.run.watch import Watcher, Watchers
from pipeline.store.backend import SHARD_RECORD
from pipeline.store.lock import hold
from pipeline.store.store import Store, storage_error

__all__ = ["Result", "Runner", "Slice", "Watcher", "Watchers", "fingerprint", "lock_name"]

log = logging.getLogger(__name__)


@dataclass
class Runner:
    """Runs stages on a store. `engine_name` and `workers` change no byte; `stop` requests an

    end. `name` identifies this run to others that wait for it. Without a number of `workers` each step has
    as many as are worth their start, and the processors of this machine at most.
    """

    store: Store
    engine_name: engine.Engine = "embedded"
    workers: int | None = None
    lineage: Lineage | None = None
    watchers: Watchers = field(default_factory=Watchers)
    stop: threading.Event = field(default_factory=threading.Event)
    children: Children = field(default_factory=Children)
    name: str | None = None

    @property
    def most(self) -> int:
        """How many workers a step may have."""
        return self.workers or engine.workers_available()

    def close(self) -> None:
        """Ends the child processes."""
        self.children.close()

    def run(
        self,
        stage: Stage,
        params: Params,
        inputs: Inputs,
        context: Mapping[str, Any] | None = None,
        slice_: Slice | None = None,
    ) -> Result:
        """The dataset of a stage: the committed one where there is one, else computed and committed.

        Raises TahonaError (the work failed), UsageError (wrong kind of input) or Stopped. With `slice_`
        it computes that slice of the next step whose inputs exist, and commits nothing else. While it
        works it holds the store against `prune`; a run of several stages holds it between them too.
        """
        begun = time.monotonic()
        values = hashed(params)
        try:
            dataset = committed(self.store, stage, params, inputs)
            reference, existing = dataset.reference, dataset.manifest
            result = Result(stage.called, reference.fingerprint, "reused", kind=stage.name)
            result.bytes_in = _bytes(stage, inputs)
            if existing and dataset.whole:
                result.manifest, result.reused = existing, len(existing.shards)
                result.seconds = time.monotonic() - begun
                return result
            if existing and stage.edition:
                raise TahonaError(
                    f"the edition {reference} has lost {dataset.lost} and can't be made again: "
                    "restore the file, or choose a new edition"
                )
            with hold(self.store, "store", shared=True, stop=self.stop, run=self.name):
                if slice_ is not None:
                    self.watchers.stage_started(stage.called)
                    self._plan(stage, params, inputs, context or {}, result, existing, slice_)
                    result.state = "partial"
                else:
                    self._run_locked(stage, params, values, inputs, context or {}, result, existing)
        except OSError as error:
            raise storage_error(self.store.url, error) from error
        result.seconds = time.monotonic() - begun
        return result

    def _run_locked(
        self,
        stage: Stage,
        params: Params,
        values: dict[str, Any],
        inputs: Inputs,
        context: Mapping[str, Any],
        result: Result,
        existing: Manifest | None,
    ) -> None:
        reference = Reference(stage=stage.name, fingerprint=result.fingerprint)
        with self._hold(stage, lock_name(reference)):
            if not existing and (meanwhile := self.store.manifest(reference)):
                result.manifest, result.reused = meanwhile, len(meanwhile.shards)
                return
            self.watchers.stage_started(stage.called)
            sources = [m for manifests in inputs.values() for m in manifests]
            line = self.lineage
            run = line.start(stage.called, values, sources) if line else ""
            try:
                shards_and_steps = self._plan(
                    stage, params, inputs, context, result, existing, None
                )
                assert shards_and_steps is not None
                manifest = self._manifest(stage, values, inputs, reference, *shards_and_steps)
                self._check(stage, inputs, manifest)
                same = not existing or manifest.files() == existing.files()
                if not same and stage.exact:
                    raise TahonaError(
                        f"{reference} was computed again after a loss and came out different: "
                        "run `tahona verify`, and report this"
                    )
                if self.stop.is_set():
                    raise Stopped  # or a lease was lost, and somebody may have pruned
                if not existing:
                    self.store.create_manifest(manifest)
                elif not same:
                    log.warning(
                        "%s was lost and made again, with other bits than before (it was made by other "
                        "threads, or on another device): what was made from the lost one is made anew",
                        reference,
                    )
                    self.store.replace_manifest(manifest)
            except BaseException as error:
                if line:
                    stopped = not isinstance(error, Exception)
                    reason = str(error) or ("stopped on request" if stopped else repr(error))
                    with suppress(Exception):  # on a full disk the first error is the one to report
                        line.fail(run, stage.called, values, sources, reason, stopped)
                raise
            if line:
                source = _source(stage, inputs)
                line.complete(run, stage.called, values, sources, manifest, source)
            result.manifest, result.state = manifest, "committed"

    def _hold(self, stage: Stage, name: str) -> AbstractContextManager[bool]:
        def waiting(owner: str) -> None:
            self.watchers.stage_waiting(stage.called, owner)

        return hold(self.store, name, stop=self.stop, waiting=waiting, run=self.name)

    def _plan(
        self,
        stage: Stage,
        params: Params,
        inputs: Inputs,
        context: Mapping[str, Any],
        result: Result,
        existing: Manifest | None,
        slice_: Slice | None,
    ) -> tuple[list[Shard], dict[str, list[str]]] | None:
        """Goes through the steps of a stage; None where a slice is done and the rest is for others."""
        plan = stage.plan(params, inputs, context)
        steps: dict[str, list[str]] = {}
        shards: list[Shard] | None = None
        while True:
            try:
                step = next(plan) if shards is None else plan.send(shards)
            except StopIteration as end:
                return list(end.value), steps
            keys_before = existing.steps.get(step.name, []) if existing else []
            shards = self._step(stage, step, set(keys_before), result, slice_)
            if shards is None:
                return None
            # A plan may repeat a step by name, say once a round.
            steps[step.name] = sorted({s.key for s in shards}.union(steps.get(step.name, [])))

    def _step(
        self, stage: Stage, step: Step, known: set[str], result: Result, slice_: Slice | None
    ) -> list[Shard] | None:
        tasks = step.tasks[slice_.number - 1 :: slice_.of] if slice_ else step.tasks
        names = keys(self.store, stage, step, known, tasks)
        own = {
            key: self._spec(stage, step, task, key) for task, key in zip(tasks, names, strict=True)
        }
        shards = self.store.shards(stage.name, list(own), among=len(step.tasks))
        if slice_ and len(shards) == len(own):  # a slice that is done looks for those of the others
            names = keys(self.store, stage, step, known)
            shards = self.store.shards(stage.name, list(dict.fromkeys(names)))
        whole = len(shards) == len(set(names))
        result.reused += len(shards)
        todo = [spec for key, spec in own.items() if key not in shards]
        self.watchers.step_started(stage.called, step.name, len(todo), len(shards))
        failures = self._compute(stage, step, todo, shards, result) if todo else []
        if failures:
            error = _error_of(failures, complete=len(failures) + len(shards) == len(own))
            error.computed = result.computed
            raise error
        if self.stop.is_set() or any(spec.key not in shards for spec in todo):
            raise Stopped
        if slice_ and not whole:
            result.left = self._left(stage, step, known, slice_)
            return None
        return [shards[name] for name in names]

    def _left(self, stage: Stage, step: Step, known: set[str], slice_: Slice) -> bool:
        """Whether one of another slice is not computed yet. The first few, each of another one, are looked up first."""
        others = [t for n, t in enumerate(step.tasks) if n % slice_.of != slice_.number - 1]

        def missing(tasks: Sequence[Task]) -> bool:
            names = keys(self.store, stage, step, known, tasks)
            records = [f"shards/{stage.name}/{name}/{SHARD_RECORD}" for name in names]
            return None in self.store.backend.sizes(records, among=len(step.tasks))

        return any(missing([task]) for task in others[:8]) or missing(others)

    def _compute(
        self, stage: Stage, step: Step, todo: list[Spec], shards: dict[str, Shard], result: Result
    ) -> list[Outcome]:
        """Computes what is still `todo` into `shards`; returns the failures, the first one first."""
        failures: list[Outcome] = []
        one_at_a_time = threading.Lock()

        def done(outcome: Outcome) -> None:
            with one_at_a_time:
                if outcome.stopped:
                    return
                if outcome.error:
                    failures.append(outcome)
                else:
                    shards[outcome.key] = Shard.model_validate(outcome.shard)
                    result.computed += 1
                self.watchers.shard_done(outcome)

        with ExitStack() as alone:
            if step.driver or step.alone:  # long, and with a scratch folder: never twice at once
                for key in sorted(spec.key for spec in todo):
                    alone.enter_context(self._hold(stage, f"{stage.name}-{key}"))
            engine.run(
                todo,
                engine.of(step, self.engine_name),
                self.workers,
                self.children,
                done,
                self.watchers.shard_progress,
                self.stop,
            )
        return failures

    def _spec(self, stage: Stage, step: Step, task: Task, key: str) -> Spec:
        return Spec(
            store=self.store.url,
            stage=stage.name,
            step=step.name,
            key=key,
            kernel=step.kernel,
            inputs={role: [f.to_json() for f in files] for role, files in task.inputs.items()},
            params=task.hashed,
            context=dict(task.context),
        )

    def _manifest(
        self,
        stage: Stage,
        values: dict[str, Any],
        inputs: Inputs,
        reference: Reference,
        shards: Sequence[Shard],
        steps: dict[str, list[str]],
    ) -> Manifest:
        return Manifest(
            stage=reference.stage,
            fingerprint=reference.fingerprint,
            kinds=list(stage.gives),
            version=stage.version,
            edition=stage.edition,
            params=values,
            libraries=libraries(stage),
            inputs={
                name: [m.reference for m in manifests]
                for name, manifests in inputs.items()
                if manifests
            },
            shards=list(shards),
            steps=steps,
            schemas=columns_of(self.store, shards, self.children),
            ledger=Ledger.total(s.ledger for s in shards),
        )

    def _check(self, stage: Stage, inputs: Inputs, manifest: Manifest) -> None:
        """Refuses a dataset whose sums are wrong, or that did not receive all that its input kept."""
        wrong = manifest.ledger.imbalance()
        source = _source(stage, inputs)
        if not wrong and source and source.ledger.documents:
            counted = manifest.ledger.documents
            sent, received = source.ledger.documents.kept, counted.in_ if counted else 0
            if sent != received:
                wrong = f"{source.reference} kept {sent} documents, {received} arrived"
        if wrong:
            raise TahonaError(f"{manifest.reference} is not committed: {wrong}")


def _error_of(failures: Sequence[Outcome], complete: bool) -> TahonaError:
    """The error of a step, which is that of the first shard that failed; with the sources that can't be had now, where
    these are all failures and the rest is computed.
    """
    error = TahonaError(failures[0].error)
    error.transient = failures[0].transient
    error.add_note(failures[0].traceback or "")
    if complete and all(failure.sources for failure in failures):
        error.sources = dict(sorted(one for f in failures for one in f.sources.items()))
    return error


def _source(stage: Stage, inputs: Inputs) -> Manifest | None:
    """The input whose documents must all arrive, of a stage that conserves them."""
    return next((inputs[n][-1] for n in stage.conserves if inputs.get(n)), None)


def lock_name(reference: Reference) -> str:
    """The lock of a dataset that is being computed."""
    return f"{reference.stage}-{reference.fingerprint}"


def _bytes(stage: Stage, inputs: Inputs) -> int:
    read: dict[str, int] = {}
    for name, manifests in inputs.items():
        for manifest in manifests:
            parts = stage.inputs[name].parts_of(manifest)
            if manifest.summary is not None:
                read[f"{name} {manifest.reference}"] = manifest.total(parts).bytes
                continue
            files = (f for f in manifest.files() if parts is None or f.part in parts)
            read |= {f.path: f.bytes for f in files}
    return sum(read.values())
