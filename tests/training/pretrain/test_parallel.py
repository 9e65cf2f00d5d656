"""Several processes train what one trains: the same data, and losses that differ by rounding alone."""

from __future__ import annotations

import errno
import logging
import os
import signal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from pipeline.engines.process import Child
from pipeline.errors import Stopped, TahonaError
from pipeline.model.dataset import Manifest
from pipeline.model.stage import Work
from tests.training.corpora import ALONE, run
from tests.training.pretrain.forked_ranks import ForkedRank
from tests.training.pretrain.test_pretrain import curve
from training.pretrain.devices import parallel, rank
from training.pretrain.devices.parallel import Watch, environment
from training.pretrain.loop.ranks import Ranks
from training.pretrain.sizes import at_once, limits_of_groups, memory_of
from training.pretrain.stage import Pretrain

PARAMS: dict[str, Any] = {"depth": 1, "width": 32, "heads": 2, "context": 32, "batch": 192}
PARAMS |= {"steps": 6, "log_every": 1, "eval_every": 6, "eval_tokens": 500, "model": "encoder"}
PARAMS |= {"objective": "masked"}


def losses(model: Manifest) -> list[float]:
    return [line["loss"] for line in curve(model) if "loss" in line]


@pytest.fixture(scope="module")
def alone(easy: dict[str, Manifest], tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    folder = tmp_path_factory.mktemp("alone")
    return run(Pretrain(), folder, easy, PARAMS | {"micro_batch": 64}, ALONE)


@pytest.mark.parametrize(("strategy", "processes", "begun"), [("ddp", 3, 0), ("fsdp", 2, 2)])
def test_processes_train_what_one_trains(
    easy: dict[str, Manifest],
    alone: Manifest,
    tmp_path: Path,
    strategy: str,
    processes: int,
    begun: int,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Those that are spread go on from what one alone began, whose checkpoint is one file."""
    monkeypatch.setattr(parallel, "Child", ForkedRank)
    micro = PARAMS | {"micro_batch": 64}
    if begun:
        done: list[float] = []  # tokens after each step, and zero before the first
        tell = lambda tokens, total, unit: done.append(tokens)  # noqa: E731
        with pytest.raises(Stopped, match=f"after step {begun} of"):
            run(Pretrain(), tmp_path / "two", easy, micro, ALONE, lambda: any(done), tell)
    caplog.set_level(logging.INFO, "training")
    caplog.clear()  # of what one alone said, where the level was as low before
    many = ALONE | {"processes": processes, "strategy": strategy}
    together = run(Pretrain(), tmp_path / "two", easy, micro, many)
    (message,) = (m for m in caplog.messages if "parameters" in m)  # by the first rank alone
    assert "6 steps of 192 tokens" in message
    assert losses(together)[begun] == pytest.approx(losses(alone)[begun], rel=1e-6)
    assert losses(together) == pytest.approx(losses(alone), rel=1e-4)
    figures = [m.shards[0].figures for m in (alone, together)]
    assert figures[1]["world_size"] == processes
    loss = "validation_masked_loss"
    assert figures[1][loss] == pytest.approx(figures[0][loss], rel=1e-4)


def test_a_stopped_run_goes_on_in_another_number_of_processes(
    easy: dict[str, Manifest], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Spread over two and stopped, then alone: the same data in the same order, so the same losses but for rounding.

    One of the two is started as outside the tests.
    """
    starts = iter((Child, ForkedRank))
    monkeypatch.setattr(parallel, "Child", lambda *rank: next(starts)(*rank))
    many = ALONE | {"processes": 2, "strategy": "fsdp"}
    params = PARAMS | {"steps": 12, "eval_every": 12}
    parts = tmp_path / "parts"
    # Asked from the beginning on it stops after its first step: a word said midway might come after the last one.
    with pytest.raises(Stopped, match="it is saved"):
        run(Pretrain(), parts, easy, params, many, lambda: True)
    done = int(next(parts.rglob("step-*")).name[5:])
    assert 0 < done < 12
    together = losses(run(Pretrain(), parts, easy, params, ALONE))
    alone = losses(run(Pretrain(), tmp_path / "one", easy, params, ALONE))
    assert len(together) == 12
    assert together[: done + 5] == pytest.approx(alone[: done + 5], rel=1e-3)


def test_a_batch_that_can_not_be_shared_is_told(easy: dict[str, Manifest], tmp_path: Path) -> None:
    with pytest.raises(TahonaError, match=r"^a batch of 3 rows .* among 2 processes: .* of 64$"):
        run(Pretrain(), tmp_path, easy, PARAMS | {"batch": 96}, ALONE | {"processes": 2})


def test_a_full_disk_is_told_of_a_rank_as_of_one_process(tmp_path: Path) -> None:
    full = {"failed": [errno.ENOSPC, os.strerror(errno.ENOSPC)]}
    work: Any = Work(None, {}, {}, tmp_path, tmp_path)
    ranks: Any = [Rank(STEP), Rank(full)]
    with pytest.raises(OSError, match="No space left") as raised:
        Watch(work, ranks).until_done()
    assert raised.value.errno == errno.ENOSPC


def test_what_a_rank_says_of_the_disk_has_its_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(parent: Any, order: Any) -> Any:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "step-1")

    messages: list[dict[str, Any]] = []
    parent = SimpleNamespace(orders=lambda: iter([{"number": 0}, {}]))
    parent.tell = lambda **line: messages.append(line)
    monkeypatch.setattr(rank, "Parent", lambda: parent)
    monkeypatch.setattr(parallel, "run_rank", full)
    monkeypatch.setattr(signal, "signal", lambda number, handler: None)
    rank.main()
    assert messages == [{"failed": [errno.ENOSPC, "No space left on device"]}]


def test_ranks_of_one_machine_share_its_memory(tmp_path: Path) -> None:
    """And a job of Slurm has no more than its control group, or one around it, allows."""
    cpu = torch.device("cpu")
    assert memory_of(cpu, 4) == pytest.approx(memory_of(cpu) / 4)
    assert at_once(16_384, 256, 1024, 2) == 512
    for version, folder, name in (
        ("0::", "sys/fs/cgroup", "memory.max"),
        ("4:cpu,memory:", "sys/fs/cgroup/memory", "memory.limit_in_bytes"),
    ):
        root = tmp_path / name
        job = root / folder / "slurm/job_1/step_0"
        job.mkdir(parents=True)
        (root / "proc/self").mkdir(parents=True)
        (root / "proc/self/cgroup").write_text(f"5:cpuset:/other\n{version}/slurm/job_1/step_0\n")
        (job / name).write_text("max\n")
        (job.parent / name).write_text("4000000\n")
        assert list(limits_of_groups(root)) == [4_000_000]


@pytest.mark.parametrize(("workers", "threads"), [(1, "1"), (64, "2"), (None, "2")])
def test_ranks_share_the_processors_and_take_no_more_threads_than_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int | None, threads: str
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(4)))
    work: Any = Work(None, {"threads": workers}, {}, tmp_path, tmp_path)
    variables = environment(work, 1, 2)
    names = ("RANK", "LOCAL_RANK", "WORLD_SIZE", "OMP_NUM_THREADS")
    assert [variables[name] for name in names] == ["1", "1", "2", threads]


def test_the_kernel_is_told_how_long_to_wait_for_a_rank(easy: dict[str, Manifest]) -> None:
    inputs = {name: [manifest] for name, manifest in easy.items()}
    step = next(Pretrain().plan(Pretrain.Params.model_validate(PARAMS), inputs, {"patience": 7.0}))
    assert step.tasks[0].context["patience"] == 7.0


def test_of_a_killed_rank_the_likely_reason_is_told(tmp_path: Path) -> None:
    killed = Rank(STEP, ends=True)
    killed.end = lambda grace=0.0: "by SIGKILL"  # type: ignore[method-assign]
    killed.last_words = lambda: ""  # type: ignore[method-assign]
    work: Any = Work(None, {}, {}, tmp_path, tmp_path)
    ranks: Any = [Rank(STEP), killed]
    with pytest.raises(TahonaError, match=r"by SIGKILL .*\(as one that takes too much memory is: "):
        Watch(work, ranks).until_done()


def test_ranks_agree_without_their_devices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each step asks twice whether to stop or save: a flag on the devices would have the hosts wait for them."""
    distributed = torch.distributed
    meeting = f"file://{tmp_path / 'meeting'}"
    distributed.init_process_group("gloo", init_method=meeting, rank=0, world_size=1)
    try:
        ranks = Ranks(size=2, hosts=distributed.new_group(backend="gloo"))
        seen: list[tuple[str, Any]] = []
        reduce = distributed.all_reduce

        def watched(flag: torch.Tensor, group: Any = None) -> None:
            seen.append((flag.device.type, group))
            reduce(flag, group=group)

        monkeypatch.setattr(distributed, "all_reduce", watched)
        monkeypatch.setattr(distributed, "get_backend", lambda: "nccl")  # as on GPUs
        assert ranks.any(True) and not ranks.any(False)
        assert seen == [("cpu", ranks.hosts)] * 2
    finally:
        distributed.destroy_process_group()


class Rank:
    """A rank that tells what it is given, and then that it is there, nothing more, or ends."""

    def __init__(self, *messages: dict[str, Any], there: bool = False, ends: bool = False) -> None:
        self.told, self.there, self.ends = list(messages), there, ends

    def hear(self, seconds: float) -> dict[str, Any] | None:
        if self.told:
            return self.told.pop(0)
        if self.ends:
            raise EOFError
        return {"there": True} if self.there else None

    def end(self, grace: float = 0.0) -> str:
        return "by signal 9"

    def last_words(self) -> str:
        return "a warning\nout of memory"


STEP = {"progress": [512, 1024, "tokens"]}


@pytest.mark.parametrize(
    ("ranks", "says"),
    [
        ((Rank(STEP), Rank({"error": "no room"})), "^rank 1 of 2: no room$"),
        (
            (Rank(STEP), Rank(STEP, ends=True)),
            r"^rank 1 of 2 ended by signal 9 after 512 of 1,024 tokens \(out of memory\): run again",
        ),
        ((Rank(STEP, there=True), Rank(STEP)), "^rank 1 of 2 hangs: .* the last was 512 of 1,024"),
        ((Rank(STEP), Rank(STEP, there=True)), "^rank 0 of 2 hangs: .* the last was 512 of 1,024"),
        (
            (Rank(STEP, there=True), Rank(there=True)),
            r"^the 2 ranks hang: .*\(rank 0 after 512 of 1,024 tokens, rank 1 after nothing yet\)",
        ),
    ],
)
def test_a_rank_in_trouble_is_named(tmp_path: Path, ranks: tuple[Rank, ...], says: str) -> None:
    work: Any = Work(None, {"patience": 0.2}, {}, tmp_path, tmp_path)
    with pytest.raises(TahonaError, match=says):
        Watch(work, ranks).until_done()
