"""Measures how many answers of a Prefect server on SQLite are refusals (503) while runs wait for a slot.

`runs` wait for a taken slot, first as a plain acquisition is repeated (`plain_`), then as `flows.server.tasks` waits;
meanwhile one caller creates runs, moves their states and lists them as the page does, without trying again.
`share` is of its answers those that were 503, `p95_s` the time of the slowest twentieth.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT))

from tests.flows.server.prefect_server import Server  # noqa: E402

LIMIT = "gpu"


def ask(server: Server, path: str, body: Any, method: str = "POST") -> Any:
    request = urllib.request.Request(
        f"{server.url}/{path}",
        json.dumps(body).encode(),
        {"content-type": "application/json"},
        method=method,
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        return json.loads(response.read() or b"null")


def _asked(server: Server, flow: str) -> Iterator[tuple[str, Any]]:
    """A run is made, looked for and begun."""
    yield "flow_runs/", {"flow_id": flow, "state": None}
    yield "artifacts/filter", {"limit": 50}
    runs = ask(server, "flow_runs/filter", {"limit": 50, "sort": "ID_DESC"})
    if runs:
        state = {"state": {"type": "RUNNING"}, "force": True}
        yield f"flow_runs/{runs[0]['id']}/set_state", state


def page(server: Server, flow: str, seconds: float) -> dict[str, float]:
    """What a person and a worker ask for so long; the share of refusals."""
    times, refused = [], 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for path, body in _asked(server, flow):
            begun = time.monotonic()
            try:
                ask(server, path, body)
            except urllib.error.HTTPError as error:
                refused += error.code == 503
            times.append(time.monotonic() - begun)
    times.sort()
    return {
        "answers": len(times),
        "share": round(refused / len(times), 4),
        "p95_s": round(times[int(0.95 * (len(times) - 1))], 3),
    }


def measured(
    server: Server, flow: str, runs: int, seconds: float, attempt: Callable[[], Any]
) -> dict[str, float]:
    """The page's answers while so many threads wait in this way."""
    over = threading.Event()

    def wait() -> None:
        while not over.is_set():
            attempt()
            over.wait(2.0)

    threads = [threading.Thread(target=wait, daemon=True) for _ in range(runs)]
    for thread in threads:
        thread.start()
        over.wait(2.0 / runs)
    try:
        return page(server, flow, seconds)
    finally:
        over.set()
        for thread in threads:
            thread.join(60)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    runs, seconds = (5, 5.0) if quick else (20, 40.0)
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        try:
            server.ready()
            import os

            os.environ |= server.variables
            from flows.server import tasks

            server.ask("v2/concurrency_limits/", {"name": LIMIT, "limit": 1, "active": True})
            server.ask("v2/concurrency_limits/increment", {"names": [LIMIT], "slots": 1})
            flow = server.ask("flows/", {"name": "waits"})["id"]

            def plain() -> None:
                with ExitStack() as stack:
                    assert not tasks._taken(stack, LIMIT)

            def ours() -> None:
                assert not tasks._free(LIMIT)

            before = measured(server, flow, runs, seconds, plain)
            after = measured(server, flow, runs, seconds, ours)
        finally:
            server.close()
    figures = {"runs": runs, **{f"plain_{k}": v for k, v in before.items()}, **after}
    print(json.dumps({"benchmark": "waiting", "figures": figures}))


if __name__ == "__main__":
    main()
