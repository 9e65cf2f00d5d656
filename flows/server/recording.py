"""Runs the stages of a chain: as a flow run where a Prefect server listens, plainly where none does."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from flows.chain import preflight
from flows.chain.chain import Chain
from flows.chain.missing_domains import check_domains
from pipeline.run.runner import Slice

PATIENCE = 5.0  # seconds within which a server reports its health: a busy one takes more than one

# A server that falls silent midway is given up soon: by default each request waits minutes for it.
_BRIEF = {"PREFECT_CLIENT_MAX_RETRIES": "1", "PREFECT_API_REQUEST_TIMEOUT": "10"}


def run_stages(
    chain: Chain, before: Sequence[str], stages: Sequence[str], slice_: Slice | None = None
) -> None:
    """Takes the stages `before` as they are and runs `stages`, in order.

    With PREFECT_API_URL set and its server well, the run is a flow run there. Without, Prefect is not
    even imported; nothing starts a server, and a server that fails midway ends the record, not the run.
    """
    with begun(chain, before, stages):
        url = os.environ.get("PREFECT_API_URL")
        if url and answers(url):
            for setting, value in _BRIEF.items():
                os.environ.setdefault(setting, value)
            from flows.server.flow_run import record

            record(chain, stages, slice_)
        else:
            for name in stages:
                chain.stage(name, slice_)


@contextmanager
def begun(chain: Chain, before: Sequence[str], stages: Sequence[str]) -> Iterator[None]:
    """Holds the store and takes the stages `before`; what is known to fail in `stages` fails now."""
    preflight.check_name(chain)
    preflight.check_libraries(chain, stages)
    preflight.check_paths(chain.recipe, stages)
    chain.asked = stages
    with chain.opened():
        for name in before:
            chain.take(name, before[-1])
        preflight.check_files(chain, stages)
        preflight.check_device(chain, stages)
        check_domains(chain.recipe, chain.store, chain.datasets.manifests, stages)
        yield


def settle() -> None:
    """Settings that Prefect reads when it is imported: nothing about a run is sent elsewhere or pickled."""
    os.environ.setdefault("DO_NOT_TRACK", "1")
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("PREFECT_RESULTS_DEFAULT_SERIALIZER", "json")


def home() -> Path:
    """Where Prefect keeps what is this user's on this machine."""
    return Path(os.environ.get("PREFECT_HOME") or "~/.prefect").expanduser().absolute()


def answers(url: str) -> bool:
    """Whether a server reports its health within PATIENCE, however slow its name is to resolve."""
    import urllib.request
    from http.client import HTTPException

    health: list[bool] = []

    def ask() -> None:
        try:
            address = f"{url.rstrip('/')}/health"
            with urllib.request.urlopen(address, timeout=PATIENCE) as response:
                # Outside its API, Prefect's server answers every request with its page.
                health.append(response.read(8).strip() == b"true")
        except (OSError, ValueError, HTTPException):
            health.append(False)

    asking = threading.Thread(target=ask, name="health", daemon=True)
    asking.start()
    asking.join(PATIENCE)
    return health == [True]
