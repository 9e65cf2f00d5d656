"""One `tahona serve` for the tests of two files: those of its page, and those of what it does."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from tests.flows.command import FEW, write_recipe
from tests.flows.server.prefect_server import NO_BLOCKS, home
from tests.flows.server.served import OVERRIDES, Served, until

TINY = {"depth": 1, "width": 16, "heads": 2, "context": 32, "batch": 64, "log_every": 1}
CLOCK = """\
name: reloj
serve: web
sources:
  boletin:
    domain: legal
    licence: CC0-1.0
    crawl: {seeds: ["http://boletin.valdeolmos.test/"], max_pages: 3, delay: 0}
run: {workers: 1}
stages: {crawl: {edition: first}, extract: }
schedules:
- {flow: data, cron: "* * * * *", timezone: Pacific/Kiritimati}
"""


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server of two recipes: one of texts down to a tiny model, and one that runs by the clock."""
    folder = tmp_path_factory.mktemp("served")
    stages: dict[str, Any] = {
        "tokenizer": {"vocabulary": 400},
        "shard": {"validation": 0.2, "test": 0},
    }
    stages |= {"pretrain": TINY | {"steps": 5}, "evaluate": None}
    write_recipe(folder, [FEW], "cadena", **stages)
    (folder / "reloj.yaml").write_text(CLOCK)
    place = home(tmp_path_factory)
    served = Served(folder, "cadena.yaml", "reloj.yaml", home=place, **NO_BLOCKS)
    try:
        yield served.ready()
    finally:
        served.close()


@pytest.fixture(scope="session")
def corpus(served: Served) -> str:
    """The first run of `data`, from which `train` and `evaluate` follow: begun on the page, or else here."""
    begun = served.runs_of("cadena-data")
    run = begun[0]["id"] if begun else served.start("cadena-data", overrides=OVERRIDES)
    return str(served.wait(run)["id"])


@pytest.fixture(scope="session")
def clock(served: Served) -> Iterator[Future[dict[str, Any]]]:
    """The first run of the schedule that is due each minute; which then is none any more, while tests go on."""

    def begun() -> list[dict[str, Any]]:
        time.sleep(1)
        return [run for run in served.runs_of("reloj-data") if run["start_time"]]

    def once() -> dict[str, Any]:
        run = until(begun)[0]
        deployment = served.deployments()["reloj-data"]
        kept = deployment["schedules"][0]
        served.ask(
            f"deployments/{deployment['id']}/schedules/{kept['id']}", {"active": False}, "PATCH"
        )
        return dict(run)

    with ThreadPoolExecutor(1) as beside:
        yield beside.submit(once)


@pytest.fixture(scope="session")
def scheduled(clock: Future[dict[str, Any]]) -> dict[str, Any]:
    return clock.result()
