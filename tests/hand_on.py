"""A script in place of a program: it hands all that it was started with to a process that has its imports, and waits.

Started as `python -I -S hand_on.py ADDRESS WORDS` it takes a few milliseconds. Whoever listens at the address has its
words, folder, environment and standard files, and closes the line when all is done, after a byte if there is an exit
code.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from typing import NamedTuple

STANDARD = (0, 1, 2)
LARGEST = 1 << 20  # bytes of words and environment, at most


class Handed(NamedTuple):
    """What a program was started with."""

    words: list[str]
    folder: str
    environment: dict[str, str]
    standard: list[int]  # files of the process that received them


def hand_on(address: str, words: list[str]) -> int:
    """The exit code of the program, which whoever listens is now."""
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(address)
        order = json.dumps([words, os.getcwd(), dict(os.environ)]).encode()
        assert len(order) < LARGEST
        socket.send_fds(line, [len(order).to_bytes(4, "big")], STANDARD)
        line.sendall(order)
        nothing = os.open(os.devnull, os.O_RDWR)
        for number in STANDARD[:2]:  # who reads its output hears the end of the program by them
            os.dup2(nothing, number)
        return int.from_bytes(line.recv(1), "big")


def receive(line: socket.socket) -> Handed:
    """What `hand_on` sends; the line stays open."""
    head, standard, _, _ = socket.recv_fds(line, 4, len(STANDARD))
    with line.makefile("rb") as reader:
        words, folder, environment = json.loads(reader.read(int.from_bytes(head, "big")))
    return Handed(words, folder, environment, standard)


if __name__ == "__main__":
    sys.exit(hand_on(sys.argv[1], sys.argv[2:]))
