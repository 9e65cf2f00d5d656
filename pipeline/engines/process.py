"""One protocol for child processes: orders in, lines out, watched by their parent, ended with it.

An order is a line of JSON on the child's standard input, and a message a line of JSON on its standard output. The
parent holds a `Child`, the child a `Parent`. A program without this protocol is a plain `Process`.
"""

from __future__ import annotations

import ctypes
import json
import os
import queue
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import IO, Any

TAIL = 16_384  # bytes: what is kept of the last words of a process
_DEATH_SIGNAL = 1  # of Linux's prctl: a signal to a process when the thread that started it ends


class Process:
    """`python WORDS`, which can import what this process can; its standard error goes to `log`."""

    def __init__(
        self,
        words: Sequence[str],
        log: IO[bytes],
        env: Mapping[str, str] = os.environ,
        **options: Any,
    ) -> None:
        self.log = log
        path = os.pathsep.join(os.path.abspath(p) for p in sys.path)
        self.popen: subprocess.Popen[bytes] = subprocess.Popen(
            [sys.executable, *words], stderr=log, env={**env, "PYTHONPATH": path}, **options
        )
        self.pid = self.popen.pid

    def ended(self) -> str | None:
        """How it ended, or None while it lives."""
        code = self.popen.poll()
        if code is None or code >= 0:
            return None if code is None else f"with exit code {code}"
        return f"by {signal.Signals(-code).name}" if -code in _SIGNALS else f"by signal {-code}"

    def end(self, grace: float = 0.0) -> str:
        """Ends it, by force after `grace` seconds in which it may end by itself; how it ended."""
        if grace:
            with suppress(subprocess.TimeoutExpired):
                self.popen.wait(grace)
        self.popen.kill()
        self.popen.wait()
        return self.ended() or ""

    def last_words(self) -> str:
        """The end of its standard error."""
        size = os.fstat(self.log.fileno()).st_size
        tail = os.pread(self.log.fileno(), TAIL, max(0, size - TAIL))
        return tail.decode(errors="replace").strip()


_SIGNALS = {s.value for s in signal.Signals}


class Child(Process):
    """A process with the protocol: it runs `module` with `words`, and its main function has a `Parent` or the like."""

    def __init__(
        self,
        module: str,
        log: IO[bytes],
        env: Mapping[str, str] = os.environ,
        words: Sequence[str] = (),
        **options: Any,
    ) -> None:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "bufsize": 0}
        super().__init__(["-P", "-m", module, *words], log, env, **pipes, **options)
        assert self.popen.stdin and self.popen.stdout
        self._in, self._out = self.popen.stdin, self.popen.stdout
        self._heard = b""
        self._poll = select.poll()
        self._poll.register(self._out, select.POLLIN)

    def say(self, order: Any) -> None:
        """Sends an order; if the process has ended, the next read shows it, not this call."""
        line = memoryview(json.dumps(order).encode() + b"\n")
        with suppress(BrokenPipeError):
            while line:
                line = line[self._in.write(line) :]

    def hear(self, seconds: float) -> Any:
        """Its next message, None after the timeout; an EOFError where it has ended, within a message or not."""
        while b"\n" not in self._heard:
            if not self._poll.poll(1000 * seconds):
                return None
            if not (chunk := os.read(self._out.fileno(), 1 << 16)):
                raise EOFError
            self._heard += chunk
        line, _, self._heard = self._heard.partition(b"\n")
        return json.loads(line)

    def end(self, grace: float = 0.0) -> str:
        how = super().end(grace)
        self._in.close()
        self._out.close()
        return how


class Parent:
    """The child's side: receives orders, sends messages, and ends this process when the parent is gone.

    From here on standard output is standard error: what a library prints must not break a line.
    """

    def __init__(self) -> None:
        die_with_parent()
        self._out = os.fdopen(os.dup(1), "w")
        os.dup2(2, 1)
        self._lock = threading.Lock()
        self._orders: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=self._listen, name="parent", daemon=True).start()

    def tell(self, **line: Any) -> None:
        """Sends one message."""
        with self._lock:
            self._out.write(json.dumps(line) + "\n")
            self._out.flush()

    def orders(self) -> Iterator[Any]:
        """The orders as they come, without end."""
        while True:
            yield json.loads(self._orders.get())

    @property
    def waits(self) -> bool:
        """Whether an order is waiting to be received."""
        return not self._orders.empty()

    def _listen(self) -> None:
        for line in sys.stdin:
            self._orders.put(line)
        os._exit(1)  # also where there is no such thing as a death signal


def die_with_parent(number: int = signal.SIGKILL) -> None:
    """Has the system send a signal to this process when the thread that started it ends (Linux only).

    It needs no thread of ours, so that it also ends a process whose native code never lets another run.
    """
    control(_DEATH_SIGNAL, number)


def control(option: int, value: int) -> None:
    """Linux's prctl, where there is one."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
