"""Starts a Flink cluster on this machine, with Beam's job server and a pool of Python workers, until Ctrl-C.

    python infra/flink/local.py

fetches the jars by Maven once, prints the settings that `tahona --set run.engine=flink` needs, and stays
in the foreground. README.md beside this file says more.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

HERE = Path(__file__).parent
JARS = HERE.parents[1] / ".venv" / "flink"  # ignored by git
PATIENCE = 120.0  # seconds for each part to answer

# Flink reaches into the JDK; its own scripts open the same packages on Java 17.
OPENED = (
    "java.lang java.lang.reflect java.net java.io java.nio java.text java.time java.util "
    "java.util.concurrent java.util.concurrent.atomic java.util.concurrent.locks sun.nio.ch"
).split()
OPENS = [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in OPENED]
FLINK = "org.apache.flink.runtime"


def fetch_jars(folder: Path) -> None:
    """Fetches the jars that pom.xml names, 157 MB, unless they are there for this pom.xml."""
    pom, mark = (HERE / "pom.xml").read_bytes(), folder / "pom.xml"
    if mark.exists() and mark.read_bytes() == pom:
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    print("fetching Flink by Maven, 157 MB", file=sys.stderr)
    subprocess.run(
        ["mvn", "-q", "-B", "-f", HERE / "pom.xml", "dependency:copy-dependencies"]
        + [f"-DoutputDirectory={folder.absolute()}"],
        check=True,
        stdout=sys.stderr,
    )
    mark.write_bytes(pom)


class Cluster:
    """The processes of the cluster, in the order in which they start."""

    def __init__(self, jars: Path, folder: Path, slots: int) -> None:
        self.jars, self.folder, self.slots = jars, folder, slots
        self.started: list[tuple[str, subprocess.Popen[bytes]]] = []
        self.rest, self.rpc, self.jobs, self.artifacts, self.pool = free_ports(5)

    def start(self) -> None:
        """Starts every part and waits until the task manager has offered its slots."""
        flink = {
            "rest.port": self.rest,
            "rest.bind-port": self.rest,
            "jobmanager.rpc.address": "127.0.0.1",
            "jobmanager.rpc.port": self.rpc,
            "taskmanager.numberOfTaskSlots": self.slots,
            "io.tmp.dirs": self.folder,
        }
        settings = ["--configDir", str(HERE)]
        settings += [word for key, value in flink.items() for word in ("-D", f"{key}={value}")]
        self._java(
            "job-manager", 448, f"{FLINK}.entrypoint.StandaloneSessionClusterEntrypoint", settings
        )
        self._java("task-manager", 448, f"{FLINK}.taskexecutor.TaskManagerRunner", settings)
        self._java(
            "job-server",
            384,
            str(HERE / "JobServer.java"),
            ["--flink-master", f"127.0.0.1:{self.rest}", "--job-host", "127.0.0.1"]
            + ["--job-port", str(self.jobs), "--artifact-port", str(self.artifacts)]
            + ["--expansion-port", "-1", "--artifacts-dir", str(self.folder / "artifacts")],
        )
        # The pool starts its workers by the name `python`.
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
        # Each worker does one shard at a time; more threads inside would only fight the others.
        one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        self._run(
            "workers",
            [sys.executable, "-m", "apache_beam.runners.worker.worker_pool_main"]
            + [f"--service_port={self.pool}"],
            {**os.environ, **one, "PATH": path},
        )
        self._wait()

    def exports(self) -> dict[str, str]:
        """The settings that the engine `flink` needs to find this cluster."""
        return {
            "TAHONA_FLINK_JOB_SERVER": f"localhost:{self.jobs}",
            "TAHONA_FLINK_REST": f"http://localhost:{self.rest}",
            "TAHONA_FLINK_WORKERS": f"localhost:{self.pool}",
        }

    def stop(self) -> None:
        """Ends every process, the last one first. The pool ends its workers on SIGINT only."""
        for name, process in reversed(self.started):
            process.send_signal(signal.SIGINT if name == "workers" else signal.SIGTERM)
        for _, process in reversed(self.started):
            with suppress(subprocess.TimeoutExpired):
                process.wait(20)
            process.kill()
            process.wait()

    def dead(self) -> str | None:
        """The name of a part that has ended by itself, or None."""
        return next((name for name, process in self.started if process.poll() is not None), None)

    def _java(self, name: str, megabytes: int, main: str, arguments: Iterable[str]) -> None:
        java = ["java", *OPENS, f"-Xmx{megabytes}m", "-XX:+UseSerialGC", "-cp", f"{self.jars}/*"]
        self._run(name, [*java, main, *arguments], dict(os.environ))

    def _run(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        with (self.folder / f"{name}.log").open("wb") as log:
            self.started.append(
                (name, subprocess.Popen(command, stdout=log, stderr=log, env=environment))
            )

    def _wait(self) -> None:
        end = time.monotonic() + PATIENCE
        while not (self._slots() and _listens(self.jobs) and _listens(self.pool)):
            if (name := self.dead()) or time.monotonic() > end:
                raise RuntimeError(
                    f"{name or 'the cluster'} did not start: see {self.folder}/*.log"
                )
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
    parser.add_argument("--jars", type=Path, default=JARS, help="where the jars are kept")
    arguments = parser.parse_args()
    fetch_jars(arguments.jars)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="tahona-flink-") as folder:
        cluster = Cluster(arguments.jars, Path(folder), arguments.slots)
        try:
            cluster.start()
            for name, value in cluster.exports().items():
                print(f"export {name}={value}", flush=True)
            print(f"the cluster is up, logs in {folder}; Ctrl-C ends it", file=sys.stderr)
            while not (name := cluster.dead()):
                time.sleep(1)
            sys.exit(f"{name} has ended by itself: {_last_line(Path(folder, f'{name}.log'))}")
        except KeyboardInterrupt:
            pass
        finally:
            cluster.stop()


def _last_line(log: Path) -> str:
    return (log.read_text(errors="replace").strip().splitlines() or ["its log is empty"])[-1]


if __name__ == "__main__":
    main()
