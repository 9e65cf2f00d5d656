"""A Flink cluster: its address, whether it answers, and its requests about jobs. infra/flink/ says how to start one."""

from __future__ import annotations

import os
import socket
import time
from dataclasses import dataclass
from typing import Any

from pipeline.errors import TahonaError, UsageError

ENDED = {"CANCELED", "FAILED", "FINISHED"}  # the states of a job of Flink that runs no more
PATIENCE = 30.0  # seconds that a busy cluster may take for an answer


class NoTaskManager(TahonaError):
    """Flink answers, but has no task manager."""


@dataclass(frozen=True)
class Cluster:
    """Where a Flink cluster is; the addresses of a standard one on this machine where nothing is set."""

    job_server: str  # Beam's job server, host:port
    rest: str  # Flink's REST, a URL; empty where the job server is not one for Flink
    workers: str  # the pool of Python workers beside each task manager, as that sees it

    @classmethod
    def named(cls) -> Cluster:
        """The cluster that the environment names; a UsageError where an address is none."""
        variable = os.environ.get
        cluster = cls(
            variable("TAHONA_FLINK_JOB_SERVER") or "localhost:8099",
            variable("TAHONA_FLINK_REST", "http://localhost:8081").rstrip("/"),
            variable("TAHONA_FLINK_WORKERS") or "localhost:50000",
        )
        for name, value in (("JOB_SERVER", cluster.job_server), ("WORKERS", cluster.workers)):
            host, _, port = value.rpartition(":")
            if not host or not port.isdigit():
                raise UsageError(f"TAHONA_FLINK_{name} is {value!r}: write host:port")
        return cluster

    def check(self, wanted: int = 1) -> int:
        """How many slots to request, at most `wanted`; a TahonaError where the job server or Flink does not answer."""
        host, _, port = self.job_server.rpartition(":")
        try:
            socket.create_connection((host, int(port)), timeout=PATIENCE).close()
        except OSError as error:
            raise TahonaError(
                f"Beam's job server does not answer at {self.job_server} ({error}): "
                "start it, or set TAHONA_FLINK_JOB_SERVER"
            ) from error
        if not self.rest:
            return wanted
        slots = int(self.ask("GET", "/overview")["slots-total"])
        if not slots:
            raise NoTaskManager(f"the Flink at {self.rest} has no task manager: start one")
        return min(wanted, slots)

    def beside(self, workers: int) -> int:
        """How many of a job's workers one task manager may have at once: they divide the memory of its machine."""
        if not self.rest:
            return workers
        managers = self.ask("GET", "/taskmanagers")["taskmanagers"]
        return min(workers, max((int(m["slotsNumber"]) for m in managers), default=workers))

    def ask(self, method: str, path: str) -> Any:
        """An answer of Flink's REST; a TahonaError where there is none."""
        import httpx

        try:
            answer = httpx.request(method, self.rest + path, timeout=PATIENCE).raise_for_status()
            return answer.json() if answer.content else None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            reason = str(error).partition("\n")[0]
            raise TahonaError(
                f"Flink's REST does not answer at {self.rest} ({reason}): "
                "start Flink, or set TAHONA_FLINK_REST"
            ) from error

    def jobs(self, name: str) -> list[dict[str, Any]]:
        """Flink's jobs whose names begin with this, as its REST API lists them."""
        return [j for j in self.ask("GET", "/jobs/overview")["jobs"] if j["name"].startswith(name)]

    def cancel(self, name: str) -> None:
        """Cancels a job in Flink; Beam's own cancel reports success and lets the work go on."""
        for _ in range(20):
            mine = self.jobs(name)
            if mine and mine[0]["state"] in ENDED:
                return
            if mine and mine[0]["state"] != "CANCELLING":
                self.ask("PATCH", f"/jobs/{mine[0]['jid']}?mode=cancel")
            time.sleep(0.25)
