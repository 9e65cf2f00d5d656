"""What a forked worker of the tests has of the process that it comes from, and of the one that asked for it."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

from tests.forked_workers import Nursery

TOLD = "import os, sys; print(os.getppid(), os.getcwd(), os.environ.get('OF'), 'test_one' in sys.modules, flush=True)"


def worker(nursery: Nursery, folder: Path, script: str) -> subprocess.Popen[str]:
    """As xdist begins one, which then reads what to do."""
    begun = subprocess.Popen(
        [*shlex.split(nursery.python), "-u", "-c", "not read"],
        cwd=folder,
        env={"OF": folder.name},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert begun.stdin
    begun.stdin.write(f"{script!r}\n")
    begun.stdin.flush()
    return begun


def test_it_has_the_imports_of_one_and_the_folder_and_environment_of_the_other(
    tmp_path: Path,
) -> None:
    (tmp_path / "test_one.py").write_text("def test_one(): pass")
    (folder := tmp_path / "there").mkdir()
    nursery = Nursery(tmp_path, [str(tmp_path / "test_one.py")])
    workers = [worker(nursery, folder, TOLD) for _ in range(2)]
    places = [one.communicate(timeout=600)[0].split() for one in workers]
    assert places[0] == places[1] == [places[0][0], str(folder), "there", "True"]
    assert int(places[0][0]) not in (os.getpid(), 1)

    # One that dies is seen to end, and another takes its place.
    dies = worker(nursery, folder, f"import os; os.kill(os.getpid(), {signal.SIGKILL:d})")
    assert dies.communicate(timeout=600)[0] == ""
    assert worker(nursery, folder, TOLD).communicate(timeout=600)[0].split() == places[0]
    nursery.close()


def test_those_who_wait_for_work_end_with_the_run_that_was_killed(tmp_path: Path) -> None:
    code = """
import shlex, subprocess, sys, time
from pathlib import Path
from tests.forked_workers import Nursery
nursery = Nursery(Path(sys.argv[1]), [sys.argv[1]])
command = [*shlex.split(nursery.python), "-u", "-c", ""]
begun = subprocess.Popen(command, stdin=subprocess.PIPE)
begun.stdin.write(b"'import os, sys; print(os.getpid(), flush=True); sys.stdin.read()'\\n")
begun.stdin.flush()
time.sleep(600)
"""
    root = Path(__file__).parents[1]
    command = [sys.executable, "-c", code, str(tmp_path)]
    run = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True)
    assert run.stdout
    assert int(run.stdout.readline()) > 1
    run.kill()
    run.wait()
    assert run.stdout.read() == "", "who held it has ended"
