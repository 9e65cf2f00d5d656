"""What tests begin ends with them, and a port is given to one of them alone."""

from __future__ import annotations

import socket
import subprocess
import sys

import psutil

from tests.guides import ROOT
from tests.ports import free_port
from tests.processes import begin

# A pytest that is killed, with a server that would outlive it; it tells that one's number.
TESTS = """
import sys, time; from tests.processes import begin
print(begin([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True).pid, flush=True)
time.sleep(600)
"""


def test_a_server_ends_with_the_tests_that_began_it_however_these_end() -> None:
    tests = begin([sys.executable, "-c", TESTS], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert tests.stdout
    server = psutil.Process(int(tests.stdout.readline()))
    tests.kill()
    tests.communicate()
    server.wait(600)


def test_a_port_is_given_once_and_never_to_a_connection() -> None:
    ports = {free_port() for _ in range(20)}
    code = "from tests.ports import free_port; print(*(free_port() for _ in range(20)))"
    other = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert len(ports | set(map(int, other.stdout.split()))) == 40
    with socket.create_server(("127.0.0.1", 0)) as chosen:
        assert max(ports) < chosen.getsockname()[1]
