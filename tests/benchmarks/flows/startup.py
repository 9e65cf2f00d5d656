"""Measures what Tahona costs where there is nothing to do: `--help`, and a chain of committed stages.

`rerun_s` is a plain `tahona run` of committed stages, as a process. `recorded_s` is the same as a flow
run on a Prefect server, `prefect_s` a flow of as many empty tasks on that server, so that `own_s`, the
difference, is our own share; `pass_s` is a Python that does nothing. Each is the smallest of `of` times: the
machine's noise only adds. The chain has `stages` stages. `help_over_pass` and `rerun_over_pass` are quotients of
processor seconds (user and system), which say the same on a busy machine.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT))

from flows.stages import STAGES  # noqa: E402
from tests.flows.command import answer, arguments, environment  # noqa: E402
from tests.flows.server.prefect_server import Server  # noqa: E402

EMPTY = f"""
from flows.server.recording import settle
settle()
from prefect import flow, task
from prefect.cache_policies import NO_CACHE

@flow(persist_result=False)
def empty():
    for name in {list(STAGES)!r}:
        task(lambda: None, name=name, cache_policy=NO_CACHE, persist_result=False)()

empty()
"""


def smallest(repeats: int, command: list[str], variables: dict[str, str]) -> tuple[float, float]:
    """The least seconds of a process from start to end, and of processor; it must succeed."""
    measured, used = [], []
    for _ in range(repeats):
        begun, before = time.perf_counter(), _processor()
        subprocess.run(command, env=variables, check=True, capture_output=True)
        measured.append(time.perf_counter() - begun)
        used.append(_processor() - before)
    print(f"{command[-3:]}: {sorted(round(s, 2) for s in measured)}", file=sys.stderr)
    return round(min(measured), 3), min(used)


def _processor() -> float:
    """Processor seconds of the children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    repeats = 3 if parser.parse_args().quick else 9
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder, "prefect")
        home.mkdir()
        run = ["run", "quickstart", "--store", f"{folder}/store", "--set", "pretrain.steps=2"]
        answer(*run, cwd=ROOT, timeout=600, PYTHONPATH=str(ROOT))
        plain = environment(PYTHONPATH=str(ROOT))
        nothing, pass_cpu = smallest(repeats, [sys.executable, "-c", "pass"], plain)
        cpu, help_cpu = smallest(repeats, arguments("--help"), plain)
        rerun, rerun_cpu = smallest(repeats, arguments(*run), plain)
        figures: dict[str, Any] = {
            "of": repeats,
            "stages": len(STAGES),
            "pass_s": nothing,
            "help_s": cpu,
            "rerun_s": rerun,
            "help_over_pass": round(help_cpu / pass_cpu, 1),
            "rerun_over_pass": round(rerun_cpu / pass_cpu, 1),
        }
        server = Server(home)
        try:
            server.ready()
            recorded = {**plain, **server.variables}
            figures["recorded_s"], _ = smallest(repeats, arguments(*run), recorded)
            figures["prefect_s"], _ = smallest(repeats, [sys.executable, "-c", EMPTY], recorded)
        finally:
            server.close()
    figures["own_s"] = round(figures["recorded_s"] - figures["prefect_s"], 3)
    print(json.dumps({"benchmark": "startup", "figures": figures}))


if __name__ == "__main__":
    main()
