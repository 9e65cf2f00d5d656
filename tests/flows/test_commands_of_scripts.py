"""A script sees no difference between these commands and processes."""

from __future__ import annotations

from pathlib import Path

from tests.flows import commands_of_scripts
from tests.flows.command import environment

SCRIPT = """
tahona frobnicate 2> wrong || echo "exit $?"
mkdir there
cd there
TAHONA_STORE=ftp://nowhere tahona verify 2>&1 | cat ../wrong - | grep "rror: "
"""


def test_what_it_is_given_and_gives(tmp_path: Path) -> None:
    pipes = {"cwd": tmp_path, "capture_output": True, "text": True}
    done = commands_of_scripts.run(["bash", "-c", SCRIPT], environment(), **pipes)
    code, unknown, store = done.stdout.splitlines()
    assert code == "exit 2" and "'frobnicate'" in unknown and "ftp://nowhere" in store
