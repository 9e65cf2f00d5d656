"""Starts a Flink cluster on this machine, with Beam's job server and a pool of Python workers, until Ctrl-C.

    python infra/flink/local.py

fetches the jars by Maven, prints the settings that `tahona --set run.engine=flink` needs, and stays
in the foreground. README.md beside this file says more.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

HERE = Path(__file__).parent
ATTEMPTS = 3  # to find ports that stay free until they are bound
PATIENCE = 300.0  # seconds for all processes to answer, on a busy machine

# Flink reaches into the JDK; its own scripts open the same packages on Java 17.
OPENED = ["lang", "lang.reflect", "net", "io", "nio", "text", "time", "util"]
OPENED += ["util.concurrent", "util.concurrent.atomic", "util.concurrent.locks"]
OPENS = [f"--add-opens=java.base/java.{package}=ALL-UNNAMED" for package in OPENED]
OPENS += ["--add-opens=java.base/sun.nio.ch=ALL-UNNAMED"]
FLINK = "org.apache.flink.runtime"
TASKS = "task-manager"


def class_path(folder: Path) -> str:
    """The class path of what pom.xml names; Maven fetches 157 MB into its own cache the first time."""
    listing = folder / "class-path"
    maven = ["mvn", "-q", "-B", "-f", str(HERE / "pom.xml"), "dependency:build-classpath"]
    subprocess.run([*maven, f"-Dmdep.outputFile={listing}"], check=True, stdout=sys.stderr)
    return listing.read_text()


class Cluster:
    """The processes of the cluster, in the order in which they start."""

    def __init__(self, folder: Path, slots: int, asked: Sequence[int]) -> None:
        """`asked` holds the signals that asked for its end."""
        self.folder, self.slots, self.asked = folder, slots, asked
        self.started: list[tuple[str, subprocess.Popen[bytes]]] = []

    def start(self) -> None:
        """Starts every process and waits until the task manager has offered its slots, or the end is asked for."""
        self.class_path = class_path(self.folder)
        for attempt in range(ATTEMPTS):
            self._begin()
            try:
                self._wait()
                return
            except RuntimeError:
                if attempt + 1 == ATTEMPTS or not self.dead():
                    raise
                self._end()  # another process may have taken a port since it was free

    def _begin(self) -> None:
        self.rest, self.rpc, self.jobs, self.artifacts, self.pool = free_ports(5)
        flink = {
            "rest.port": self.rest,
            "rest.bind-port": self.rest,
            "jobmanager.rpc.address": "127.0.0.1",
            "jobmanager.rpc.port": self.rpc,
            "taskmanager.numberOfTaskSlots": self.slots,
            "io.tmp.dirs": self.folder,
        }
        self._settings = ["--configDir", str(HERE), *(f"-D{key}={flink[key]}" for key in flink)]
        job_manager = f"{FLINK}.entrypoint.StandaloneSessionClusterEntrypoint"
        self._java("job-manager", 448, job_manager, self._settings)
        self._task_manager()
        job_server = {
            "--flink-master": f"127.0.0.1:{self.rest}",
            "--job-host": "127.0.0.1",
            "--job-port": self.jobs,
            "--artifact-port": self.artifacts,
            "--artifacts-dir": self.folder / "artifacts",
            "--expansion-port": -1,
        }
        words = [str(word) for pair in job_server.items() for word in pair]
        self._java("job-server", 384, str(HERE / "JobServer.java"), words)
        self._run(
            "workers", [sys.executable, "-m", "pipeline.engines.pool", "--port", str(self.pool)]
        )

    def exports(self) -> dict[str, str]:
        """The settings that the engine `flink` needs to find this cluster."""
        return {
            "TAHONA_FLINK_JOB_SERVER": f"localhost:{self.jobs}",
            "TAHONA_FLINK_REST": f"http://localhost:{self.rest}",
            "TAHONA_FLINK_WORKERS": f"localhost:{self.pool}",
        }

    def stop(self) -> None:
        """Ends every process, the last one first."""
        # A second Ctrl-C would leave processes behind.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        self._end()

    def _end(self) -> None:
        for _, process in reversed(self.started):
            process.terminate()
        for _, process in reversed(self.started):
            with suppress(subprocess.TimeoutExpired):
                process.wait(20)
            process.kill()
            process.wait()
        self.started.clear()

    def dead(self, but: str | None = None) -> str | None:
        """The name of a process that has ended by itself, or None."""
        ended = (name for name, process in self.started if process.poll() is not None)
        return next((name for name in ended if name != but), None)

    def revive(self) -> None:
        """Starts a task manager that has ended anew, as whoever keeps a cluster does."""
        for place, (name, process) in enumerate(self.started):
            if name == TASKS and process.poll() is not None:
                del self.started[place]
                self._task_manager()

    def _task_manager(self) -> None:
        self._java(TASKS, 448, f"{FLINK}.taskexecutor.TaskManagerRunner", self._settings)

    def _java(self, name: str, megabytes: int, main: str, arguments: Iterable[str]) -> None:
        # Java's quick compiler alone: only names of shards pass here, and the thorough one takes the work's processors.
        quick = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
        java = ["java", *OPENS, f"-Xmx{megabytes}m", *quick, "-cp", self.class_path]
        self._run(name, [*java, main, *arguments])

    def _run(self, name: str, command: list[str]) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.started.append((name, subprocess.Popen(command, stdout=log, stderr=log)))

    def _wait(self) -> None:
        end = time.monotonic() + PATIENCE
        while not (self._slots() and _listens(self.jobs) and _listens(self.pool)):
            if self.asked:
                return
            if (name := self.dead()) or time.monotonic() > end:
                words = f": {_last_line(self.folder / f'{name}.log')}" if name else ""
                raise RuntimeError(f"{name or 'the cluster'} did not start{words}")
            time.sleep(0.2)

    def _slots(self) -> bool:
        url = f"http://127.0.0.1:{self.rest}/taskmanagers"
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return b'"slotsNumber"' in answer.read()
        except OSError:
            return False


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("localhost", port), timeout=1):
        return True
    return False


def free_ports(number: int) -> list[int]:
    """Ports of loopback that nobody uses now."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--slots", type=int, default=os.cpu_count(), help="shards at once")
    arguments = parser.parse_args()
    # A signal is noted, not raised: an exception amid `poll` would keep the lock that the next `wait` needs. A shell
    # starts background jobs with Ctrl-C ignored; this one hears it.
    signals: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: signals.append(number))
    with tempfile.TemporaryDirectory(prefix="tahona-flink-") as folder:
        cluster = Cluster(Path(folder), arguments.slots, signals)
        try:
            cluster.start()
            if not signals:
                for name, value in cluster.exports().items():
                    print(f"export {name}={value}", flush=True)
                print(f"the cluster is up, logs in {folder}; Ctrl-C ends it", file=sys.stderr)
            while not signals:
                if (ended := cluster.dead(but=TASKS)) and not signals:
                    log = Path(folder, f"{ended}.log")
                    sys.exit(f"{ended} has ended by itself: {_last_line(log)}")
                time.sleep(0.5)
                cluster.revive()
        except subprocess.CalledProcessError:
            if not signals:  # Ctrl-C ends Maven, too
                raise
        finally:
            cluster.stop()


def _last_line(log: Path) -> str:
    return (log.read_text(errors="replace").strip().splitlines() or ["its log is empty"])[-1]


if __name__ == "__main__":
    main()
