"""A child process and its parent understand each other, and neither waits for one that is gone."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

import psutil
import pytest

from pipeline.engines.process import Child, Parent
from tests.pipeline.chain import ROOT

# A parent of its own, which tells its child's name.
PARENT = """
import sys, time, tests.pipeline.engines.test_process as it
child = it.start()
child.say("hold")
print(child.hear(500), flush=True)
time.sleep(600)
"""


def main() -> None:
    """What the child does with its orders."""
    parent = Parent()
    for order in parent.orders():
        if order == "shout":
            print("printed", flush=True)
            os.write(1, b"written\n")
        if order == "tear":
            parent._out.write('{"half')
            parent._out.flush()
            os._exit(3)
        parent.tell(did=order, pid=os.getpid())
        if order == "hold":  # as native code does that never lets another thread run
            ctypes.PyDLL(None).sleep(600)


def start() -> Child:
    return Child("tests.pipeline.engines.test_process", tempfile.TemporaryFile("a+b"))


@pytest.fixture
def child() -> Iterator[Child]:
    child = start()
    yield child
    child.end()


def test_orders_go_in_and_lines_come_out_whatever_is_printed(child: Child) -> None:
    for order in ("ñandú " * 50_000, "shout"):
        child.say(order)
        assert child.hear(500)["did"] == order
    assert child.hear(0.01) is None
    assert child.last_words() == "printed\nwritten"
    assert child.ended() is None
    assert child.end() == "by SIGKILL"


def test_one_that_dies_in_the_middle_of_a_word_has_ended(child: Child) -> None:
    child.say("tear")
    with pytest.raises(EOFError):
        child.hear(500)
    child.popen.wait(500)
    child.say("more")  # nobody is there
    assert child.end() == "with exit code 3"


def test_one_whose_parent_lets_go_ends(child: Child) -> None:
    child.say("shout")
    child.hear(500)
    assert child.popen.stdin
    child.popen.stdin.close()
    assert child.end(grace=500) == "with exit code 1"


def test_one_whose_parent_is_killed_ends_even_in_native_code() -> None:
    command = [sys.executable, "-c", PARENT]
    parent = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout and "hold" in parent.stdout.readline()
    (child,) = psutil.Process(parent.pid).children()
    parent.kill()
    parent.communicate()
    end = time.monotonic() + 500
    while child.is_running() and child.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < end, "it outlived its parent"
        time.sleep(0.01)


if __name__ == "__main__":
    main()
