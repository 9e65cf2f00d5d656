"""A run of the mill: its texts observed, counted and summed; also as a process of its own that tests can kill."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from pipeline.errors import Stopped, TahonaError
from pipeline.model.dataset import Manifest
from pipeline.model.stage import Stage
from pipeline.run.runner import Result, Runner
from pipeline.store.lock import hold, owner
from pipeline.store.observe import find, observe
from pipeline.store.store import Store
from tests.pipeline.mill import Totals, Words
from tests.processes import begin

ROOT = Path(__file__).parents[2]


def observed(store: Store, texts: Path) -> Manifest:
    """The files of a folder, as a dataset."""
    return observe(store, {"mill": find(["*.txt"], texts)})


def words(
    runner: Runner, texts: Path, context: Mapping[str, Any] | None = None, **params: int
) -> Result:
    """The first stage over the files of a folder."""
    inputs = {"files": [observed(runner.store, texts)]}
    return runner.run(Words(), Words.Params(**params), inputs, context)


def totals(runner: Runner, lines: Result, stage: Stage | None = None) -> Result:
    """The second stage over what the first has made."""
    assert lines.manifest
    return runner.run(stage or Totals(), Totals.Params(), {"lines": [lines.manifest]})


def nothing(*kinds: str) -> Manifest:
    """A dataset of these kinds, without a shard."""
    return Manifest(stage="x", fingerprint="f", kinds=list(kinds), version=1)


def chain(
    runner: Runner, texts: Path, context: Mapping[str, Any] | None = None
) -> tuple[Result, Result]:
    """Both stages, as a run command does them: the store is held, and leftovers are cleared away."""
    with hold(runner.store, "store", shared=True, stop=runner.stop):
        runner.store.clean()
        first = words(runner, texts, context, minimum=2)
        assert first.manifest
        return first, runner.run(Totals(), Totals.Params(), {"lines": [first.manifest]}, context)


def tree(store: Store) -> dict[str, bytes]:
    """All that is committed, byte for byte."""
    return {
        path: store.backend.read(path)
        for top in ("shards", "datasets")
        for path, _ in store.backend.files(top)
    }


def start(store: Path | str, texts: Path, **options: Any) -> subprocess.Popen[str]:
    """A run in a process of its own; it prints `begun` before the first stage and `done` at the end.

    It and its children bear the store's name in MILL_STORE.
    """
    words = [f"--{name}={value}" for name, value in options.items()]
    return begin(
        [sys.executable, "-m", "tests.pipeline.chain", str(store), str(texts), *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "MILL_STORE": str(store)},
    )


def at_work(run: subprocess.Popen[str], store: Store) -> None:
    """Waits until a run on a store in a folder holds its first stage, and whoever waits for it is told so.

    The file of a lock is there before the lock, and that before the name of its owner.
    """
    named = f"process {run.pid} on "
    while not any(
        named in (owner(store, path.stem) or "")
        for path in Path(store.url).glob("locks/words-*.lock")
    ):
        assert run.poll() is None, run.communicate()
        time.sleep(0.05)


def processes(store: Path | str) -> list[int]:
    """The processes of runs on a store that were begun by `start`, and their children."""
    mark = f"MILL_STORE={store}\0".encode()
    children = []
    for environment in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            if mark in environment.read_bytes() + b"\0":
                children.append(int(environment.parent.name))
    return children


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("store")
    parser.add_argument("texts", type=Path)
    parser.add_argument("--engine", default="embedded")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=0.0)
    parser.add_argument("--until", help="a path: no text is read before it is there")
    arguments = parser.parse_args()
    runner = Runner(Store(arguments.store), arguments.engine, arguments.workers)
    signal.signal(signal.SIGTERM, lambda number, frame: runner.stop.set())
    print("begun", flush=True)
    try:
        chain(runner, arguments.texts, {"seconds": arguments.seconds, "until": arguments.until})
    except (TahonaError, Stopped) as error:
        sys.stderr.write(f"{error}\n")  # in one piece, as `flows/commands/exit_codes.py` does
        return error.exit_code
    finally:
        runner.close()
    print("done", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
