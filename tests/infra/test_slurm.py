"""The Slurm scripts: slices on several processes give the bytes of a plain run, also through a real Slurm."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.flows.command import ARTICLES, answer, environment, tree, write_recipe
from tests.ports import free_port
from tests.processes import begin

SCRIPTS = Path(__file__).parents[2] / "infra" / "slurm"
STEPS = 3  # of filter: what sites repeat, edits, decisions
WAIT = 600  # seconds, where all is busy
SERVERS = ("munged", "slurmctld", "slurmd", "sbatch")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four texts and a recipe over them."""
    (tmp_path / "texts").mkdir()
    for path in sorted(ARTICLES.rglob("*.md"))[:4]:
        shutil.copy(path, tmp_path / "texts" / f"{path.stem}.txt")
    write_recipe(tmp_path, ["texts/*.txt"])
    return tmp_path


def environment_of(folder: Path, **extra: str) -> dict[str, str]:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return environment(PATH=path, TAHONA_STORE=str(folder / "sliced"), **extra)


def array(folder: Path, stage: str, tasks: int) -> list[subprocess.Popen[bytes]]:
    """What Slurm does with `sbatch --array=1-N`: the script once a task, each told which it is."""
    return [
        subprocess.Popen(
            ["bash", str(SCRIPTS / "stage.sbatch"), "texts.yaml", stage],
            cwd=folder,
            env=environment_of(
                folder, SLURM_ARRAY_TASK_ID=str(task), SLURM_ARRAY_TASK_COUNT=str(tasks)
            ),
            stdout=subprocess.DEVNULL,
        )
        for task in range(1, tasks + 1)
    ]


def test_arrays_of_slices_give_the_bytes_of_a_plain_run(folder: Path) -> None:
    answer("run", "texts.yaml", "--until", "annotate", cwd=folder)
    shutil.copytree(folder / "store", folder / "sliced")
    answer("filter", "texts.yaml", cwd=folder)
    assert [p.wait(timeout=WAIT) for p in array(folder, "filter", 2)] == [0, 0]
    for _ in range(STEPS - 1):  # by the command of the script
        for task in ("1/2", "2/2"):
            answer("filter", "texts.yaml", "--shards", task, "--store", "sliced", cwd=folder)
    done = answer("filter", "texts.yaml", "--store", "sliced", cwd=folder)
    assert done["stages"][0]["shards"] == {"computed": 0, "reused": 1 + 2 * 4}
    assert tree(folder / "sliced") == tree(folder / "store")


def wait_for(ready: Callable[[], bool], log: Path) -> None:
    """Waits for what a process brings about, which writes a log."""
    end = time.monotonic() + WAIT
    while not ready():
        assert time.monotonic() < end, f"nothing after {WAIT} seconds: {log.read_text()[-2000:]}"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def slurm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A cluster of this machine: munged, slurmctld and slurmd in a folder; where to find it.

    Jobs of the partition `urgent` take the place of others, which wait in the queue again. A message, a start or
    an end may take minutes: by default a job that begins within ten seconds, or saves within thirty, is enough.
    """
    if missing := [s for s in SERVERS if not shutil.which(s)]:
        pytest.skip(f"no Slurm here: {', '.join(missing)}")
    if os.getuid() != 0:
        pytest.skip("slurmd wants to be root")
    home = tmp_path_factory.mktemp("slurm")
    for name in ("state", "spool"):
        (home / name).mkdir(parents=True)
    (home / "key").write_bytes(os.urandom(1024))
    (home / "key").chmod(0o400)
    name = os.uname().nodename.partition(".")[0]
    ports = free_port(), free_port()
    config = home / "slurm.conf"
    config.write_text(
        f"""ClusterName=one
SlurmctldHost={name}(127.0.0.1)
SlurmUser=root
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
AuthType=auth/munge
AuthInfo=socket={home}/munge.socket
StateSaveLocation={home}/state
SlurmdSpoolDir={home}/spool
SlurmctldPidFile={home}/ctld.pid
SlurmdPidFile={home}/d.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
TCPTimeout=60
MessageTimeout=100
BatchStartTimeout=600
KillWait=600
UnkillableStepTimeout=600
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
NodeName={name} NodeAddr=127.0.0.1 CPUs=2 RealMemory=1000 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP PriorityTier=1
PartitionName=urgent Nodes=ALL MaxTime=INFINITE State=UP PriorityTier=2
"""
    )
    variables = {"SLURM_CONF": str(config)}
    munge = [f"--{k}={home}/{v}" for k, v in (("socket", "munge.socket"), ("key-file", "key"))]
    munge += [f"--{k}={home}/munge.{k[:4]}" for k in ("pid-file", "seed-file", "log-file")]
    servers = []
    up = {
        "munged": lambda: (home / "munge.socket").exists(),
        "slurmctld": lambda: "UP" in _output(["scontrol", "ping"], variables),
        "slurmd": lambda: "idle" in _output(["sinfo"], variables),
    }
    try:
        for command in (
            ["munged", "--force", "--foreground", *munge],
            ["slurmctld", "-D"],
            ["slurmd", "-D"],
        ):
            path = home / f"{command[0]}.log"
            log, environ = path.open("w"), {**os.environ, **variables}
            servers.append(begin(command, env=environ, stdout=log, stderr=log))
            wait_for(up[command[0]], path)
        yield variables
    finally:
        subprocess.run(["scancel", "--me"], env={**os.environ, **variables})  # jobs outlive slurmd
        end = time.monotonic() + 60
        while _output(["squeue", "--noheader"], variables) and time.monotonic() < end:
            time.sleep(0.2)
        for server in reversed(servers):
            server.terminate()
            try:
                server.wait(240)
            except subprocess.TimeoutExpired:
                server.kill()


def _output(command: list[str], extra: dict[str, str]) -> str:
    done = subprocess.run(command, env={**os.environ, **extra}, capture_output=True, text=True)
    return done.stdout


def test_the_driver_takes_a_recipe_through_a_real_slurm(
    folder: Path, slurm: dict[str, str]
) -> None:
    recipe = folder / "texts.yaml"
    recipe.write_text(recipe.read_text().partition("  filter:")[0])
    answer("run", "texts.yaml", cwd=folder)
    done = subprocess.run(
        ["bash", str(SCRIPTS / "run.sh"), "texts.yaml", "2"],
        cwd=folder,
        env=environment_of(folder, **slurm),
        capture_output=True,
        text=True,
        timeout=2 * WAIT,
    )
    assert done.returncode == 0, done.stderr
    assert tree(folder / "sliced") == tree(folder / "store")
    # The last one may still be completing.
    wait_for(lambda: not _output(["squeue", "--noheader"], slurm), log_of(slurm))


REFUSES = """#!/usr/bin/env bash
echo "asked: $*" >&2
exit 1
"""
SHORT = """\
name: short
sources:
  two: {files: [texts/*.txt], domain: news, reader: text}
run: {workers: 1}
stages:
  extract:
  annotate:
  corpus:
  tokenizer: {vocabulary: 400, languages: [es, ca]}
  shard: {validation: 0.5, languages: [es, ca]}
  general: {stage: pretrain, steps: 2, depth: 1, width: 16, heads: 1, context: 16}
"""


def drive(folder: Path, *words: str, **extra: str) -> subprocess.CompletedProcess[str]:
    """What the driver does where sbatch takes no job, and says what it was asked."""
    (folder / "sbatch").write_text(REFUSES)
    (folder / "sbatch").chmod(0o755)
    env = environment_of(folder, **extra)
    return subprocess.run(
        ["bash", str(SCRIPTS / "run.sh"), *words],
        cwd=folder,
        env={**env, "PATH": f"{folder}:{env['PATH']}"},
        capture_output=True,
        text=True,
        timeout=WAIT,
    )


def test_a_training_gets_its_gpu_whatever_the_recipe_calls_it(folder: Path) -> None:
    for path in sorted((folder / "texts").iterdir())[2:]:
        path.unlink()
    (folder / "short.yaml").write_text(SHORT)
    answer("run", "short.yaml", "--until", "shard", "--store", "sliced", cwd=folder)
    done = drive(folder, "short.yaml", "4", DATA_OPTIONS="--mem=1G")
    (gpu_line,) = [line for line in done.stderr.splitlines() if line.startswith("asked: ")]
    assert gpu_line.endswith(f"--gres=gpu:1 {SCRIPTS}/stage.sbatch short.yaml general")
    assert "--array" not in gpu_line and "--mem" not in gpu_line
    assert done.returncode == 1 and "general was not begun" in done.stderr
    assert "cannot open" not in done.stderr, "of logs that no job wrote"


def test_a_crawl_runs_on_the_login_node_whatever_the_recipe_calls_it(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(
        "name: mine\nsources:\n  here: {crawl: {seeds: ['http://127.0.0.1/'], contact: a@b.example}}\n"
        "stages:\n  web: {stage: crawl, edition: one}\n"
    )
    done = drive(tmp_path, "mine.yaml")
    assert done.returncode == 1 and "asked: " not in done.stderr
    assert "127.0.0.1" in done.stderr


def test_without_a_recipe_the_driver_says_how_it_is_called(tmp_path: Path) -> None:
    done = drive(tmp_path)
    assert done.returncode == 2 and done.stderr == "usage: bash run.sh RECIPE [SLICES]\n"
    assert [path.name for path in tmp_path.iterdir()] == ["sbatch"], "a folder for logs of no run"


def log_of(slurm: dict[str, str]) -> Path:
    return Path(slurm["SLURM_CONF"]).with_name("slurmctld.log")


def test_a_training_that_must_leave_is_saved_and_goes_on_from_there(
    folder: Path, slurm: dict[str, str]
) -> None:
    """As one model of two tasks that is asked to end, then as one of one task that another job drives out."""
    recipe = folder / "texts.yaml"
    recipe.write_text(
        recipe.read_text() + "  tokenizer: {vocabulary: 400}\n  shard: {validation: 0.3}\n"
        "  pretrain: {steps: 20000, batch: 64, micro_batch: 32, depth: 1, width: 16, heads: 1, context: 16}\n"
    )
    answer("run", "texts.yaml", "--until", "shard", "--store", "sliced", cwd=folder)
    env, log = environment_of(folder, **slurm), folder / "log"
    name = os.uname().nodename.partition(".")[0]

    def ask(*words: str) -> str:
        done = subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def trains(job: str, times: int) -> None:
        """Waits until it has begun to train so often, and took some steps."""
        wait_for(lambda: log.exists() and len(begun()) == times and "train: " in begun()[-1], log)

    def begun() -> list[str]:
        return log.read_text().split("parameters (")[1:]

    def left_with(steps: int) -> int:
        """Waits until it waits in the queue with more steps saved than before; how many."""
        wait_for(lambda: ask("squeue", "--noheader", "--format=%t", "--job", job) == "PD", log)
        (newest,) = sorted(folder.glob("sliced/tmp/scratch/pretrain/*/checkpoints/step-*"))[-1:]
        (last,) = folder.glob("sliced/tmp/scratch/pretrain/*/metrics.jsonl")
        saved = int(newest.name.removeprefix("step-"))
        assert saved > steps
        assert max(json.loads(x)["step"] for x in last.read_text().splitlines()) <= saved
        return saved

    outputs = ("--output=log", "--error=log", f"--nodelist={name}")
    script = (str(SCRIPTS / "stage.sbatch"), "texts.yaml", "pretrain")
    often = ("--set", "pretrain.log_every=1")
    job = ask("sbatch", "--parsable", "--ntasks=2", *outputs, *script, *often)
    trains(job, 1)
    assert "stopped" not in log.read_text()
    ask("scancel", "--signal=TERM", job)
    steps = left_with(0)
    time.sleep(3)  # in the very second in which it left Slurm takes it for revoked
    ask("scontrol", "update", f"JobId={job}", "StartTime=now")
    trains(job, 2)
    other = ask("sbatch", "--parsable", "--partition=urgent", "--exclusive", "--wrap=true")
    left_with(steps)
    ask("scancel", job, other)
    assert log.read_text().count("\nstopped on request") == 2


def test_the_scripts_are_sound_shell() -> None:
    scripts = sorted(str(p) for p in SCRIPTS.iterdir())
    for script in scripts:
        assert subprocess.run(["bash", "-n", script]).returncode == 0
    if shutil.which("shellcheck"):
        checked = subprocess.run(["shellcheck", *scripts], capture_output=True, text=True)
        assert checked.returncode == 0, checked.stdout
