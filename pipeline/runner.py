"""The one runner: what every stage needs, keys, skipping, computing, checking, committing, lineage, counts."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from typing import Any, Literal

from pipeline import engine
from pipeline.dataset import Ledger, Manifest, Reference, Shard, digest
from pipeline.errors import Stopped, TahonaError, UsageError
from pipeline.lineage import Lineage
from pipeline.lock import hold
from pipeline.shard import Outcome, Spec
from pipeline.stage import Inputs, Params, Stage, Step, Task
from pipeline.store import Store, storage_error


class Watcher:
    """Told what happens while stages run; this one keeps silent."""

    def stage_started(self, stage: str) -> None: ...

    def stage_waiting(self, stage: str, owner: str) -> None: ...

    def step_started(self, stage: str, step: str, missing: int, reused: int) -> None: ...

    def shard_progress(self, key: str, done: float, total: float | None, unit: str) -> None: ...

    def shard_done(self, outcome: Outcome) -> None: ...

    def stage_done(self, result: Result) -> None: ...


@dataclass
class Result:
    """What a stage ended in; `state` is `partial` when only a slice of a step was asked for."""

    stage: str
    fingerprint: str
    state: Literal["committed", "reused", "failed", "partial"]
    seconds: float = 0.0
    computed: int = 0
    reused: int = 0
    bytes_in: int = 0
    manifest: Manifest | None = None

    def to_json(self) -> dict[str, Any]:
        ledger = self.manifest.ledger if self.manifest else Ledger()
        files = self.manifest.files() if self.manifest else []
        return {
            "stage": self.stage,
            "fingerprint": self.fingerprint,
            "state": self.state,
            "seconds": round(self.seconds, 3),
            "shards": {"computed": self.computed, "reused": self.reused},
            "documents": ledger.documents.to_json() if ledger.documents else None,
            "characters": ledger.characters.to_json() if ledger.characters else None,
            "bytes_in": self.bytes_in,
            "bytes_out": sum({f.path: f.bytes for f in files}.values()),
        }


@dataclass(frozen=True)
class Slice:
    """The tasks of a step that one of many machines takes: every `of`th, from `number` (1-based)."""

    number: int
    of: int


@dataclass
class Runner:
    """Runs stages on a store. `engine_name` and `workers` change no byte; `stop` asks for an end."""

    store: Store
    engine_name: engine.EngineName = "embedded"
    workers: int = field(default_factory=engine.workers_available)
    lineage: Lineage | None = None
    watcher: Watcher = field(default_factory=Watcher)
    stop: threading.Event = field(default_factory=threading.Event)
    children: engine.Children = field(default_factory=engine.Children)

    def close(self) -> None:
        """Ends the child processes, and waits a moment for lineage on its way to an endpoint."""
        self.children.close()
        if self.lineage:
            self.lineage.close()

    def run(
        self,
        stage: Stage,
        params: Params,
        inputs: Inputs,
        context: Mapping[str, Any] | None = None,
        part: Slice | None = None,
    ) -> Result:
        """The dataset of a stage: the committed one where there is one, else computed and committed.

        Raises TahonaError (the work failed), UsageError (wrong kind of input) or Stopped. With `part`
        it computes that slice of the next step whose inputs exist, and commits nothing else.
        """
        begun = time.monotonic()
        values = params.model_dump(mode="json")
        reference = Reference(stage=stage.name, fingerprint=fingerprint(stage, params, inputs))
        result = Result(stage.name, reference.fingerprint, "reused", bytes_in=_bytes(stage, inputs))
        try:
            existing = self.store.manifest(reference)
            if existing and (lost := self.store.missing(existing.files())) is None:
                result.manifest, result.reused = existing, len(existing.shards)
                result.seconds = time.monotonic() - begun
                return result
            if existing and stage.edition:
                raise TahonaError(
                    f"the edition {reference} has lost {lost} and can't be made again: "
                    "restore the file, or choose a new edition"
                )
            if part is not None:
                self._plan(stage, params, inputs, context or {}, result, part)
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
        waiting = lambda owner: self.watcher.stage_waiting(stage.name, owner)  # noqa: E731
        with hold(self.store, lock_name(reference), stop=self.stop, waiting=waiting):
            if not existing and (meanwhile := self.store.manifest(reference)):
                result.manifest, result.reused = meanwhile, len(meanwhile.shards)
                return
            self.watcher.stage_started(stage.name)
            sources = [m for manifests in inputs.values() for m in manifests]
            line = self.lineage
            run = line.start(stage.name, values, sources) if line else ""
            try:
                made = self._plan(stage, params, inputs, context, result, None)
                assert made is not None
                manifest = self._manifest(stage, values, inputs, reference, *made)
                self._check(stage, inputs, manifest)
                if existing and manifest.files() != existing.files():
                    raise TahonaError(
                        f"{reference} was computed again after a loss and came out different: "
                        "run `tahona verify`, and report this"
                    )
                if not existing:
                    self.store.create_manifest(manifest)
            except BaseException as error:
                if line:
                    stopped = isinstance(error, Stopped | KeyboardInterrupt)
                    line.fail(run, stage.name, values, sources, str(error), stopped)
                raise
            if line:
                line.complete(run, stage.name, values, sources, manifest)
            result.manifest, result.state = manifest, "committed"

    def _plan(
        self,
        stage: Stage,
        params: Params,
        inputs: Inputs,
        context: Mapping[str, Any],
        result: Result,
        part: Slice | None,
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
            shards = self._step(stage, step, result, part)
            if shards is None:
                return None
            steps[step.name] = sorted({s.key for s in shards})

    def _step(
        self, stage: Stage, step: Step, result: Result, part: Slice | None
    ) -> list[Shard] | None:
        specs = [self._spec(stage, step, task) for task in step.tasks]
        held: dict[str, Shard] = {}
        missing: dict[str, Spec] = {}
        for spec in specs:
            if spec.key in held or spec.key in missing:
                continue
            if shard := self.store.shard(stage.name, spec.key):
                held[spec.key] = shard
            else:
                missing[spec.key] = spec
        result.reused += len(held)
        todo = list(missing.values())
        if part is not None:
            chosen = {s.key for s in specs[part.number - 1 :: part.of]}
            todo = [s for s in todo if s.key in chosen]
        self.watcher.step_started(stage.name, step.name, len(todo), len(held))
        failures: list[Outcome] = []

        def done(outcome: Outcome) -> None:
            if outcome.error:
                failures.append(outcome)
            else:
                held[outcome.key] = Shard.model_validate(outcome.shard)
                result.computed += 1
            self.watcher.shard_done(outcome)

        if todo:
            name = "driver" if step.driver else self.engine_name
            engine.run(
                todo,
                name,
                self.workers,
                self.children,
                done,
                self.watcher.shard_progress,
                self.stop,
            )
        if failures:
            error = TahonaError(failures[0].error)
            error.add_note(failures[0].traceback or "")
            raise error
        if self.stop.is_set():
            raise Stopped
        if part is not None and missing:
            return None
        return [held[spec.key] for spec in specs]

    def _spec(self, stage: Stage, step: Step, task: Task) -> Spec:
        key = digest(
            {
                "stage": [stage.name, stage.version],
                "step": [step.name, stage.versions.get(step.name, 1), step.kernel],
                "libraries": libraries(stage),
                "params": dict(task.params),
                "inputs": {role: [f.sha256 for f in files] for role, files in task.inputs.items()},
            }
        )
        return Spec(
            store=self.store.url,
            stage=stage.name,
            step=step.name,
            key=key,
            kernel=step.kernel,
            inputs={role: [f.to_json() for f in files] for role, files in task.inputs.items()},
            params=dict(task.params),
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
            params=values,
            libraries=libraries(stage),
            inputs={name: [m.reference for m in held] for name, held in inputs.items() if held},
            shards=list(shards),
            steps=steps,
            schemas=self._schemas(shards),
            ledger=Ledger.total(s.ledger for s in shards),
        )

    def _schemas(self, shards: Sequence[Shard]) -> dict[str, dict[str, str]]:
        """The columns of the first Parquet file of each part: all files of a part have the same."""
        first = {
            f.part: f
            for s in reversed(shards)
            for f in reversed(s.files)
            if f.name.endswith(".parquet")
        }
        if not first:
            return {}
        import pyarrow.parquet

        return {
            part: {c.name: str(c.type) for c in pyarrow.parquet.read_schema(self.store.fetch(file))}
            for part, file in sorted(first.items())
        }

    def _check(self, stage: Stage, inputs: Inputs, manifest: Manifest) -> None:
        """Refuses a dataset whose sums are wrong, or that did not receive all that its input kept."""
        wrong = manifest.ledger.imbalance()
        source = next((inputs[n][-1] for n in stage.conserves if inputs.get(n)), None)
        if not wrong and source and source.ledger.documents and manifest.ledger.documents:
            sent, received = source.ledger.documents.kept, manifest.ledger.documents.in_
            if sent != received:
                wrong = f"{source.reference} kept {sent} documents, {received} arrived"
        if wrong:
            raise TahonaError(f"{manifest.reference} is not committed: {wrong}")


def fingerprint(stage: Stage, params: Params, inputs: Inputs) -> str:
    """The name of the dataset that a stage gives for these parameters and the content of these inputs."""
    for name, wanted in stage.inputs.items():
        held = inputs.get(name, [])
        if not held and not wanted.optional:
            raise UsageError(
                f"{stage.name} needs a dataset of kind {wanted.kind}: run its stage first"
            )
        if len(held) > 1 and not wanted.many:
            raise UsageError(f"{stage.name} takes one {name}, not {len(held)}")
        for manifest in held:
            if wanted.kind not in manifest.kinds:
                raise UsageError(
                    f"{stage.name} takes {wanted.kind} as {name}; {manifest.reference} is "
                    f"{' and '.join(manifest.kinds)}"
                )
    return digest(
        {
            "stage": [stage.name, stage.version, dict(stage.versions)],
            "params": params.model_dump(mode="json"),
            "libraries": libraries(stage),
            "inputs": {
                name: [m.content(stage.inputs[name].parts) for m in held]
                for name, held in inputs.items()
                if held
            },
        }
    )


def libraries(stage: Stage) -> dict[str, str]:
    """The major.minor versions of a stage's deciding libraries; a TahonaError where one is not installed."""
    found = {}
    for name in stage.libraries:
        try:
            found[name] = ".".join(installed_version(name).split(".")[:2])
        except PackageNotFoundError as error:
            extra = f"[{stage.part}]" if stage.part else ""
            raise TahonaError(
                f"{stage.name} needs {name}, which is not installed: pip install 'tahona{extra}'"
            ) from error
    return found


def lock_name(reference: Reference) -> str:
    """The lock of a dataset that is being computed."""
    return f"{reference.stage}-{reference.fingerprint}"


def _bytes(stage: Stage, inputs: Inputs) -> int:
    read = {
        f.path: f.bytes
        for name, manifests in inputs.items()
        for m in manifests
        for f in m.files()
        if (parts := stage.inputs[name].parts) is None or f.part in parts
    }
    return sum(read.values())
