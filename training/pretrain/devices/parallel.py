"""A run on several devices of one machine: a child process a device, which speak the protocol of all children.

Each is given the same order and its number; they meet through torch.distributed (NCCL on GPUs, gloo on CPUs). The first
tells how far the run is and writes what came out. A child that dies ends the others. Each says that it is there, also
while it waits for the others, so that one of which nothing was heard for `patience` seconds is named, and none of those
that wait for it; where all are there and none comes further, that is told.
"""

from __future__ import annotations

import logging
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import torch

from pipeline.engines.process import Child, Parent
from pipeline.errors import Stopped, TahonaError
from pipeline.model.dataset import File
from pipeline.model.stage import LocalFile, Work
from training.device import computing
from training.pretrain.devices import torchrun
from training.pretrain.loop.ranks import Ranks
from training.pretrain.params import Training

log = logging.getLogger(__name__)
PATIENCE = 1800.0  # seconds without a word of a rank, where run.patience says nothing
TICK = 0.05
EVERY = 0.5  # seconds between two words of a rank


def patience_of(work: Work[Training]) -> float:
    """Seconds after which a rank that says nothing hangs."""
    return float(work.context.get("patience") or PATIENCE)


def train_on_many(work: Work[Training]) -> None:
    """The kernel, by `context["processes"]` children."""
    size = int(work.context["processes"])
    assert work.params.batch is not None
    with ExitStack() as files:
        folder = files.enter_context(tempfile.TemporaryDirectory())
        ranks: list[Child] = []
        try:
            for number in range(size):
                log = files.enter_context(tempfile.TemporaryFile("a+b"))
                ranks.append(
                    Child("training.pretrain.devices.rank", log, environment(work, number, size))
                )
                ranks[-1].say(order_of(work, number, size, str(Path(folder, "meet"))))
            Watch(work, ranks).until_done()
        finally:
            for rank in ranks:
                rank.end()


def environment(work: Work[Training], number: int, size: int) -> dict[str, str]:
    """What torchrun sets, and a processor's share of threads for each, or fewer where fewer are asked for."""
    processors = len(os.sched_getaffinity(0))
    threads = max(1, min(work.context.get("threads") or processors, processors // size))
    own = {"RANK": number, "LOCAL_RANK": number, "WORLD_SIZE": size, "OMP_NUM_THREADS": threads}
    return {**os.environ, **{name: str(value) for name, value in own.items()}}


def order_of(work: Work[Training], number: int, size: int, meeting: str) -> dict[str, Any]:
    """What a rank is told. `meeting`: a file, or a name where torchrun has them meet."""
    return {
        "number": number,
        "size": size,
        "meeting": meeting,
        "params": work.params.model_dump(mode="json"),
        "context": work.context,
        "inputs": {
            role: [[str(f.path), f.file.to_json()] for f in files]
            for role, files in work.inputs.items()
        },
        "folder": str(work.folder),
        "scratch": str(work.scratch),
    }


class Watch:
    """Hears the ranks until the run ends."""

    def __init__(self, work: Work[Training], ranks: list[Child]) -> None:
        self.work, self.ranks = work, ranks
        self.heard = [time.monotonic()] * len(ranks)
        self.moved = time.monotonic()  # when any of them came further
        self.said = ["nothing yet"] * len(ranks)
        self.patience = patience_of(work)

    def until_done(self) -> None:
        """Returns when the first rank has written; raises what any rank raised."""
        stop_sent, done = False, 0
        while done < len(self.ranks):
            if self.work.stopping() and not stop_sent:
                stop_sent = True
                for rank in self.ranks:
                    rank.say("stop")
            done = sum(self._hear(number) for number in range(len(self.ranks)))
            self._look()

    def _hear(self, number: int) -> bool:
        """Takes in what a rank tells; whether it is done."""
        if self.said[number] == "done":
            return True
        try:
            message = self.ranks[number].hear(TICK)
        except EOFError:
            how = self.ranks[number].end(1.0)
            words = self.ranks[number].last_words().rpartition("\n")[2]
            if how == "by SIGKILL" and not words:  # it can't say why; mostly the system did it
                words = (
                    "as one that takes too much memory is: pretrain.micro_batch lower takes less"
                )
            raise TahonaError(
                f"rank {number} of {len(self.ranks)} ended {how} after {self.said[number]}"
                f"{f' ({words})' if words else ''}: run again to go on from the last checkpoint"
            ) from None
        if message is None:
            return False
        self.heard[number] = time.monotonic()
        if "there" in message:
            return False
        self.moved = self.heard[number]
        if "says" in message:
            level, words = message["says"]
            log.log(level, "%s", words)
        elif "progress" in message:
            done, total, unit = message["progress"]
            self.said[number] = f"{done:,.0f} of {total:,.0f} {unit}"
            if number == 0:
                self.work.progress(done, total, unit)
        elif "error" in message:
            raise TahonaError(f"rank {number} of {len(self.ranks)}: {message['error']}")
        elif "failed" in message:
            raise OSError(*message["failed"])
        elif "stopped" in message:
            raise Stopped(message["stopped"])
        else:
            self.said[number] = "done"
            if number == 0:
                self.work.figures = message["figures"]
                self.work.outputs = [(part, name, rows) for part, name, rows in message["outputs"]]
        return self.said[number] == "done"

    def _look(self) -> None:
        """A TahonaError where a rank hangs, or all of them."""
        now, size = time.monotonic(), len(self.ranks)
        number = min(range(size), key=lambda n: self.heard[n])
        silent, still = now - self.heard[number], now - self.moved
        if silent > self.patience:
            raise TahonaError(
                f"rank {number} of {size} hangs: nothing was heard of it for {silent:.0f} seconds, "
                f"the last was {self.said[number]}: look at its device, and run again to go on"
            )
        if still > self.patience:
            at = ", ".join(f"rank {n} after {last}" for n, last in enumerate(self.said))
            raise TahonaError(
                f"the {size} ranks hang: all of them answer, but none made progress for {still:.0f} seconds ({at}): "
                "look at what they read from and at the link between them, and run again to go on"
            )


class _Words(logging.Handler):
    """Tells the parent what the first rank logs, as one process alone would."""

    def __init__(self, parent: Parent) -> None:
        super().__init__(logging.INFO)
        self.parent = parent

    def emit(self, record: logging.LogRecord) -> None:
        self.parent.tell(says=[record.levelno, record.getMessage()])


@contextmanager
def _there(parent: Parent) -> Iterator[None]:
    """Says again and again that this process is there."""
    ended = threading.Event()

    def say() -> None:
        while not ended.wait(EVERY):
            parent.tell(there=True)

    thread = threading.Thread(target=say, name="there", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def run_rank(parent: Parent, order: dict[str, Any]) -> dict[str, Any]:
    """What one rank does, in a process of its own; the figures and outputs of the first."""
    last_line = 0.0

    def progress(done: float, total: float | None, unit: str) -> None:
        nonlocal last_line
        if (now := time.monotonic()) - last_line >= EVERY:
            last_line = now
            parent.tell(progress=[done, total, unit])

    if order["number"] == 0:
        speaks = logging.getLogger("training")
        speaks.setLevel(logging.INFO)
        speaks.addHandler(_Words(parent))
    with _there(parent):
        return run_in_group(order, progress, lambda: parent.waits)


def run_in_group(
    order: dict[str, Any],
    progress: Callable[[float, float | None, str], None],
    stopping: Callable[[], bool],
) -> dict[str, Any]:
    """Trains as one of a group, by the order that all of them have; the figures and outputs of the first."""
    from training.pretrain.train import Pretraining

    work: Work[Training] = Work(
        params=Training.model_validate(order["params"]),
        context=order["context"],
        inputs={
            role: [LocalFile(Path(path), File.model_validate(file)) for path, file in files]
            for role, files in order["inputs"].items()
        },
        folder=Path(order["folder"]),
        scratch=Path(order["scratch"]),
        progress=progress,
        stopping=stopping,
    )
    number, size = order["number"], order["size"]
    device = work.context.get("device")
    if torch.cuda.is_available() and device in (None, "auto", "cuda"):
        own_number = int(os.environ["LOCAL_RANK"])
        device = f"cuda:{own_number}"
        torch.cuda.set_device(own_number)
    threads = {"threads": int(os.environ["OMP_NUM_THREADS"]), "device": device}
    with computing({**work.context, **threads}) as own:
        torch.distributed.init_process_group(
            "nccl" if own.type == "cuda" else "gloo",
            rank=number,
            world_size=size,
            # Longer than the parent waits, which knows whom to name.
            timeout=timedelta(seconds=60 + 2 * patience_of(work)),
            **_meet(order["meeting"]),
        )
        try:
            spread = work.context.get("strategy") == "fsdp"
            # Checkpoints are written beside the work, so their ranks meet apart from it, on the host.
            group, hosts = (torch.distributed.new_group(backend="gloo") for _ in range(2))
            ranks = Ranks(number, size, spread, group, hosts)
            run = Pretraining(work, own, ranks)
            run.train()
            run.gather()
            if number == 0:
                run.write()
            torch.distributed.barrier()
            return {"figures": work.figures, "outputs": work.outputs}
        finally:
            torch.distributed.destroy_process_group()


def _meet(meeting: str) -> dict[str, Any]:
    """Where the ranks find one another: in a file, or among torchrun's keys."""
    if not torchrun.started():
        return {"init_method": f"file://{meeting}"}
    from torch.distributed.distributed_c10d import PrefixStore

    return {"store": PrefixStore(meeting, torchrun.keys())}
