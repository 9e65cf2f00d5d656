"""The Slurm scripts: slices on several processes give the bytes of a plain run, also through a real Slurm."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.flows.command import ARTICLES, answer, environment, tree, write_recipe
from tests.ports import free_port
from tests.processes import begin

pytestmark = pytest.mark.timeout(1800)

SCRIPTS = Path(__file__).parents[2] / "infra" / "slurm"
STEPS = 3  # of filter: what sites repeat, edits, decisions
WAIT = 600  # seconds, where all is busy
SERVERS = ("munged", "slurmctld", "slurmd", "sbatch")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Six texts and a recipe over them."""
    (tmp_path / "texts").mkdir()
    for path in sorted(ARTICLES.rglob("*.md"))[:6]:
        shutil.copy(path, tmp_path / "texts" / f"{path.stem}.txt")
    write_recipe(tmp_path, ["texts/*.txt"])
    return tmp_path


def given(folder: Path, **extra: str) -> dict[str, str]:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return environment(PATH=path, TAHONA_STORE=str(folder / "sliced"), **extra)


def array(folder: Path, stage: str, tasks: int) -> list[subprocess.Popen[bytes]]:
    """What Slurm does with `sbatch --array=1-N`: the script once a task, each told which it is."""
    return [
        subprocess.Popen(
            ["bash", str(SCRIPTS / "stage.sbatch"), "texts.yaml", stage],
            cwd=folder,
            env=given(folder, SLURM_ARRAY_TASK_ID=str(task), SLURM_ARRAY_TASK_COUNT=str(tasks)),
            stdout=subprocess.DEVNULL,
        )
        for task in range(1, tasks + 1)
    ]


def test_arrays_of_slices_give_the_bytes_of_a_plain_run(folder: Path) -> None:
    answer("run", "texts.yaml", "--until", "annotate", cwd=folder)
    shutil.copytree(folder / "store", folder / "sliced")
    answer("filter", "texts.yaml", cwd=folder)
    for _ in range(STEPS):
        assert [p.wait(timeout=WAIT) for p in array(folder, "filter", 2)] == [0, 0]
    done = answer("filter", "texts.yaml", "--store", "sliced", cwd=folder)
    assert done["stages"][0]["shards"] == {"computed": 0, "reused": 1 + 2 * 6}
    assert tree(folder / "sliced") == tree(folder / "store")


def test_a_job_that_must_end_passes_the_signal_on_and_asks_for_the_queue_again(
    folder: Path,
) -> None:
    """`scontrol` is a script here that writes down what it is asked; the work is real."""
    note = folder / "asked"
    (folder / "bin").mkdir()
    scontrol = folder / "bin" / "scontrol"
    scontrol.write_text(f'#!/bin/sh\necho "$@" > {note}\n')
    scontrol.chmod(0o755)
    recipe = folder / "texts.yaml"
    recipe.write_text(
        recipe.read_text() + "  tokenizer: {vocabulary: 400}\n  shard:\n  pretrain:\n"
    )
    answer("run", "texts.yaml", "--until", "shard", "--store", "sliced", cwd=folder)
    env = given(folder, SLURM_JOB_ID="77")
    longer = ("--set", "pretrain.steps=100000")
    job = begin(
        ["bash", str(SCRIPTS / "stage.sbatch"), "texts.yaml", "pretrain", *longer],
        cwd=folder,
        env={**env, "PATH": f"{folder / 'bin'}:{env['PATH']}"},
        stderr=(folder / "log").open("w"),
    )
    wait_for(lambda: "train:" in (folder / "log").read_text(), folder / "log")
    job.send_signal(signal.SIGTERM)
    assert job.wait(timeout=WAIT) == 75
    assert note.read_text() == "requeue 77\n"


def wait_for(ready: Callable[[], bool], log: Path) -> None:
    """Waits for what a process brings about, which writes a log."""
    end = time.monotonic() + WAIT
    while not ready():
        assert time.monotonic() < end, f"nothing after {WAIT} seconds: {log.read_text()[-2000:]}"
        time.sleep(0.1)


@pytest.fixture
def slurm(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A cluster of this machine: munged, slurmctld and slurmd in a folder; where to find it."""
    if missing := [s for s in SERVERS if not shutil.which(s)]:
        pytest.skip(f"no Slurm here: {', '.join(missing)}")
    if os.getuid() != 0:
        pytest.skip("slurmd wants to be root")
    home = tmp_path / "slurm"
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
NodeName={name} NodeAddr=127.0.0.1 CPUs=2 RealMemory=1000 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""
    )
    found = {"SLURM_CONF": str(config)}
    munge = [f"--{k}={home}/{v}" for k, v in (("socket", "munge.socket"), ("key-file", "key"))]
    munge += [f"--{k}={home}/munge.{k[:4]}" for k in ("pid-file", "seed-file", "log-file")]
    servers = []
    up = {
        "munged": lambda: (home / "munge.socket").exists(),
        "slurmctld": lambda: "UP" in _output(["scontrol", "ping"], found),
        "slurmd": lambda: "idle" in _output(["sinfo"], found),
    }
    try:
        for command in (
            ["munged", "--force", "--foreground", *munge],
            ["slurmctld", "-D"],
            ["slurmd", "-D"],
        ):
            path = home / f"{command[0]}.log"
            log, environ = path.open("w"), {**os.environ, **found}
            servers.append(begin(command, env=environ, stdout=log, stderr=log))
            wait_for(up[command[0]], path)
        yield found
    finally:
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
    folder: Path, slurm: dict[str, str], tmp_path: Path
) -> None:
    recipe = folder / "texts.yaml"
    recipe.write_text(recipe.read_text().partition("  filter:")[0])
    answer("run", "texts.yaml", cwd=folder)
    done = subprocess.run(
        ["bash", str(SCRIPTS / "run.sh"), "texts.yaml", "2"],
        cwd=folder,
        env=given(folder, **slurm),
        capture_output=True,
        text=True,
        timeout=2 * WAIT,
    )
    assert done.returncode == 0, done.stderr
    assert tree(folder / "sliced") == tree(folder / "store")
    # The last one may still be completing.
    wait_for(lambda: not _output(["squeue", "--noheader"], slurm), tmp_path / "slurm/slurmctld.log")


def test_the_scripts_are_sound_shell() -> None:
    scripts = sorted(str(p) for p in SCRIPTS.iterdir())
    for script in scripts:
        assert subprocess.run(["bash", "-n", script]).returncode == 0
    if shutil.which("shellcheck"):
        checked = subprocess.run(["shellcheck", *scripts], capture_output=True, text=True)
        assert checked.returncode == 0, checked.stdout
