"""A line to a server of loopback that can be cut, as a network is, and that loses answers."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.ports import free_port


class Line:
    """Passes everything on from its `port` to another, until it is cut; then nobody listens there till it is mended.

    Of a request with the first of the words in `loses`, which then are none any more, the answer never arrives.
    """

    def __init__(self, to: int) -> None:
        self.port = free_port()
        self.loses: list[bytes] = []
        self._to = to
        self.mend()

    def mend(self) -> None:
        listener = socket.create_server(("127.0.0.1", self.port))
        self._held: list[socket.socket] = [listener]
        threading.Thread(target=self._accept, args=(listener, self._held), daemon=True).start()

    def cut(self) -> None:
        for connection in self._held:
            _end(connection)

    def _accept(self, listener: socket.socket, connections: list[socket.socket]) -> None:
        with suppress(OSError):
            while True:
                here, _ = listener.accept()
                connections.append(here)
                try:
                    there = socket.create_connection(("127.0.0.1", self._to))
                except OSError:  # the server is away
                    _end(here)
                    continue
                connections.append(there)
                lost = threading.Event()
                for copy in (self._ask, self._answer):
                    threading.Thread(target=copy, args=(here, there, lost), daemon=True).start()

    def _ask(self, here: socket.socket, there: socket.socket, lost: threading.Event) -> None:
        with suppress(OSError):
            while data := here.recv(65536):
                if self.loses and self.loses[0] in data:
                    self.loses.pop(0)
                    lost.set()
                there.sendall(data)
        _end(there)

    def _answer(self, here: socket.socket, there: socket.socket, lost: threading.Event) -> None:
        with suppress(OSError):
            while (data := there.recv(65536)) and not lost.is_set():
                here.sendall(data)
        _end(here)


def _end(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()


@contextmanager
def forwarded(port: int) -> Iterator[Line]:
    line = Line(port)
    try:
        yield line
    finally:
        line.cut()
