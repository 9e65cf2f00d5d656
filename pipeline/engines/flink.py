"""The engine `flink`: the shards of a step as one Beam job on a Flink cluster, reported through the store.

Beam reports nothing about a running job, and little about a failed one. So a job has a folder in the store, in which
each shard leaves a sign of life while it is computed and its outcome at the end (worker.py). The folder is also
the order itself: workers compute nothing once it is gone, and their pool ends them (pool.py).
"""

from __future__ import annotations

import hashlib
import json
import logging
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import partial

from pipeline.engines.beam import import_beam, run_pipeline
from pipeline.engines.cluster import ENDED, Cluster, NoTaskManager
from pipeline.engines.compute import Done, Outcome, Progress, Spec
from pipeline.engines.worker import ALIVE, ATTEMPTS, DONE, ORDER, compute_order
from pipeline.errors import Stopped, TahonaError
from pipeline.store.backend import alive, machine, owned_name, owner_of
from pipeline.store.store import Store

GRACE = 10.0  # seconds in which a job whose shards are done may end by itself
LOOK = 0.5  # seconds between two looks at the folder, at most
OFTEN = 0.05  # and at least: a job has ended when a poll shows it
RARE = 20  # times what a look takes: where each is a request over a network they are fewer
SILENCE = 120.0  # seconds without a sign of life after which a job is given up
START = 330.0  # the same before the first sign; for a free slot Flink itself waits 300


def run_flink(
    specs: Sequence[Spec], workers: int, done: Done, progress: Progress, stop: threading.Event
) -> None:
    """Computes shards on the cluster that the environment names, and passes each outcome to `done`.

    A job that dies is tried again without what it has finished; a shard that was being computed when
    ATTEMPTS jobs died is named in the error. Its last attempt runs alone, so that no other shard is blamed.
    """
    waiting = {spec.key: spec for spec in specs}
    deaths: Counter[str] = Counter()
    idle = 0  # jobs in a row that died before any shard
    while waiting:
        cluster = Cluster.named()
        slots = _slots(cluster, workers, stop)
        clear(cluster, Store(specs[0].store))
        suspects = [s for s in waiting.values() if deaths[s.key] == ATTEMPTS - 1]
        job = Job(cluster, suspects or list(waiting.values()), done, progress, stop)
        why = job.run(1 if suspects else slots)
        for key in job.finished:
            del waiting[key]
        if job.failed:
            return
        idle = 0 if job.working or job.finished else idle + 1
        if why and idle and (idle == ATTEMPTS or not job.died):
            raise TahonaError(f"the Flink job {job.name} ended with no shard in work: {why}")
        deaths.update(job.working.keys())
        for key in job.working:
            if deaths[key] == ATTEMPTS:
                raise TahonaError(
                    f"{waiting[key].title}: its Flink job died {ATTEMPTS} times, last: {why}: "
                    "see the log of the task managers; try fewer workers, or smaller input files"
                )


def _slots(cluster: Cluster, workers: int, stop: threading.Event) -> int:
    """The number of slots to request; if a task manager has died, this waits as long as Flink waits for a slot."""
    end = time.monotonic() + START
    while not stop.is_set():
        try:
            return cluster.check(workers)
        except NoTaskManager:
            if time.monotonic() > end:
                raise
            stop.wait(LOOK)
    raise Stopped


def clear(cluster: Cluster, store: Store) -> None:
    """Ends the jobs that killed runs of this machine left on a store."""
    for job in cluster.jobs("tahona-") if cluster.rest else ():
        _, _, owned = job["name"].partition(_mark(store))
        owner = owner_of(owned)
        if job["state"] not in ENDED and owner and owner[0] == machine() and not alive(owner[1]):
            # Its order first, so that its workers end: a task manager that waits for one would end itself.
            store.backend.remove(f"tmp/{owned}")
            with suppress(TahonaError):  # it may have ended just now
                cluster.cancel(job["name"])


@dataclass
class Job:
    """One Beam job over shards, from its submission to its end."""

    cluster: Cluster
    specs: Sequence[Spec]
    done: Done
    progress: Progress
    stop: threading.Event
    finished: set[str] = field(default_factory=set)
    working: dict[str, bytes] = field(default_factory=dict)  # the last sign of each begun shard
    failed: bool = False
    died: bool = False  # by itself or by silence, not because a slot or the store was missing
    error: str | None = None

    def __post_init__(self) -> None:
        first = self.specs[0]
        self.store, owned = Store(first.store), owned_name()
        self.name = f"tahona-{first.stage}-{first.step}{_mark(self.store)}{owned}"
        self.folder = f"tmp/{owned}"

    def run(self, parallel: int) -> str | None:
        """Why the job died, or None where all its shards are done, or one has failed. Or Stopped."""
        self.store.write_json(f"{self.folder}/{ORDER}", {"job": self.name})
        # In another thread, so that the main one can receive signals.
        beam = threading.Thread(target=self._submit, args=(parallel,), name="flink", daemon=True)
        beam.start()
        try:
            return self._watch(beam)
        finally:
            self.store.backend.remove(self.folder)
            if len(self.finished) == len(self.specs):
                beam.join(GRACE)
            if beam.is_alive() and self.cluster.rest:
                with suppress(TahonaError):
                    self.cluster.cancel(self.name)

    def _submit(self, parallel: int) -> None:
        try:
            import_beam()
            logging.getLogger().addFilter(_hush)
            threading.excepthook = _hush_reader
            from apache_beam.options.pipeline_options import PipelineOptions
            from apache_beam.runners.portability.portable_runner import PortableRunner
            from apache_beam.transforms.environments import (
                ExternalEnvironment,
                python_sdk_capabilities,
            )

            address = self.cluster.workers
            order = {"store": self.store.url, "order": self.folder}  # the order for the pool

            class Workers(PortableRunner):
                # Beam's own would stage what the pool has: it lists this environment's packages with pip,
                # which takes seconds, and leaves an empty folder for temporary files with each job.
                def default_environment(self, options: PipelineOptions) -> ExternalEnvironment:
                    return ExternalEnvironment(
                        address, params=order, capabilities=python_sdk_capabilities()
                    )

            options = PipelineOptions(
                job_name=self.name,
                job_endpoint=self.cluster.job_server,
                parallelism=parallel,
                sdk_worker_parallelism=parallel,  # a process a slot: shards hold the GIL
            )
            orders = [json.dumps(asdict(spec)) for spec in self.specs]
            work = partial(compute_order, self.folder, self.cluster.beside(parallel))
            run_pipeline(Workers(), options, orders, work)  # type: ignore[no-untyped-call]
        except BaseException as error:
            self.error = _cause(str(error)) or repr(error)

    def _watch(self, beam: threading.Thread) -> str | None:
        heard = time.monotonic()
        while True:
            over, begun = not beam.is_alive(), time.monotonic()
            news = self._look()
            looked = time.monotonic()
            if news:
                heard = looked
            if self.failed or len(self.finished) == len(self.specs):
                return None
            if over:
                self.died = self.error is not None
                return self.error or (
                    f"{len(self.specs) - len(self.finished)} shards left no outcome: "
                    f"do the workers see the store at {self.store.url}?"
                )
            silence = looked - heard
            if silence > SILENCE and (self.working or self.finished or self._has_slot()):
                self.died = True
                return f"no sign of life from its workers for {SILENCE:.0f} s{self._never()}"
            if silence > START:
                return f"no worker took a shard within {START:.0f} s{self._never()}"
            beam.join(min(LOOK, max(OFTEN, RARE * (looked - begun))))
            if self.stop.is_set():
                raise Stopped

    def _look(self) -> bool:
        """Takes what is new in the folder; whether there was anything."""
        prefix = f"{self.folder}/"
        names = [path.removeprefix(prefix) for path, _ in self.store.backend.files(self.folder)]
        news = False
        for name in names:
            key, dot, kind = name.partition(".")
            if key in self.finished or dot + kind not in {ALIVE, DONE}:
                continue
            sign = self.store.backend.read(prefix + name)
            if dot + kind == DONE:
                self._finish(Outcome(**json.loads(sign)))
                news = True
            elif self.working.get(key) != sign:
                self.working[key] = sign
                if progress := json.loads(sign)["progress"]:
                    self.progress(key, *progress)
                news = True
        return news

    def _finish(self, outcome: Outcome) -> None:
        # Outcomes that were read are removed, so that a poll costs the same at the end of a long step.
        for kind in (ALIVE, DONE):
            self.store.backend.remove(f"{self.folder}/{outcome.key}{kind}")
        self.finished.add(outcome.key)
        self.working.pop(outcome.key, None)
        self.failed = self.failed or bool(outcome.error)
        self.done(outcome)

    def _never(self) -> str:
        """What to look at where no shard was ever begun."""
        if self.working or self.finished:
            return ""
        import apache_beam

        return (
            f": is a slot free at {self.cluster.rest}, and do workers of Beam "
            f"{apache_beam.__version__} answer at {self.cluster.workers}?"
        )

    def _has_slot(self) -> bool:
        """Whether a task of the job runs: then no worker waits for a slot."""
        with suppress(TahonaError):
            mine = self.cluster.jobs(self.name) if self.cluster.rest else []
            return any(job["tasks"]["running"] for job in mine)
        return False


def _mark(store: Store) -> str:
    """The part of a job's name, between its step and its owner, that identifies the store."""
    return f"@{hashlib.sha256(store.url.encode()).hexdigest()[:8]}-"


def _cause(text: str) -> str:
    """The line of a Java traceback that says what happened."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    causes = [line for line in lines if line.startswith("Caused by: ")]
    cause = causes[-1] if causes else lines[0] if lines else ""
    return cause.removeprefix("Caused by: ").rpartition(" failed in state FAILED: ")[2][:300]


def _hush(record: logging.LogRecord) -> bool:
    """Beam logs the messages of the job server on the root logger, a page of Java at each failure."""
    return record.module != "portable_runner"


_excepthook = threading.excepthook


def _hush_reader(args: threading.ExceptHookArgs) -> None:
    """The thread in which Beam reads those messages fails with the job server; the pipeline raises the same error."""
    if args.thread is None or args.thread.name != "wait_until_finish_read":
        _excepthook(args)
