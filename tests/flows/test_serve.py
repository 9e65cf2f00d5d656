"""`tahona serve`: one command from recipes to a server, its deployments and a worker; and how runs go there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.command import ARTICLES, write_recipe
from tests.flows.served import Served, until

TINY = {"depth": 1, "width": 16, "heads": 2, "context": 32, "batch": 64, "log_every": 1}
PROCESSES = ["run.engine=processes", "run.workers=2"]
CLOCK = """\
name: reloj
serve: web
sources:
  boletin:
    domain: legal
    licence: CC0-1.0
    crawl: {seeds: ["http://boletin.valdeolmos.test/"], max_pages: 3, delay: 0}
stages: {crawl: {edition: first}, extract: }
schedules:
- {flow: data, cron: "* * * * *", timezone: Pacific/Kiritimati}
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server of two recipes: one of texts down to a tiny model, and one that runs by the clock."""
    folder = tmp_path_factory.mktemp("served")
    for source in sorted((ARTICLES / "diario").iterdir()):
        for copy in range(4):
            text = source.read_text().replace(" de ", f" de {copy} ")
            (folder / f"{source.stem}-{copy}.txt").write_text(text)
    stages = {"tokenizer": {"vocabulary": 400}, "shard": {"validation": 0.2, "test": 0}}
    write_recipe(folder, ["*.txt"], "cadena", **stages, pretrain=TINY | {"steps": 5}, evaluate=None)
    (folder / "reloj.yaml").write_text(CLOCK)
    served = Served(folder, "cadena.yaml", "reloj.yaml")
    try:
        yield served.ready()
    finally:
        served.close()


@pytest.fixture(scope="module")
def corpus(served: Served) -> str:
    """The first run of `data`, from which `train` and `evaluate` follow."""
    return str(served.wait(served.start("cadena-data", overrides=["run.workers=2"]))["id"])


def in_work(served: Served, run: str) -> None:
    """Waits until a run with the engine `processes` has children, and something to go on from."""
    shards = served.store / "shards/extract"
    until(lambda: [c for c in served.of_run(run).values() if "pipeline.child" in c], 60)
    until(lambda: shards.exists() and len(list(shards.iterdir())) > 2, 60)


def gone(served: Served, run: str) -> bool:
    return until(lambda: not served.of_run(run), 60)


def test_it_serves_what_the_recipes_say(served: Served) -> None:
    found = served.deployments()
    flows = ("data", "train", "evaluate", "chain")
    assert set(found) == {*(f"cadena-{flow}" for flow in flows), "reloj-data", "reloj-chain"}
    recipe = str(served.home.parent / "cadena.yaml")
    for flow in flows:
        held = found[f"cadena-{flow}"]
        assert held["parameters"] == {"recipe": recipe, "store": str(served.store)}
        assert held["work_pool_name"] == "tahona" and held["schedules"] == []
        properties = held["parameter_openapi_schema"]["properties"]
        assert properties["overrides"]["items"]["pattern"], "any text would do for an override"
        assert all(p["description"] for p in properties.values())
    chain = found["cadena-chain"]["parameter_openapi_schema"]["properties"]
    assert chain["approval"]["type"] == "boolean"
    assert served.ask("work_pools/tahona")["type"] == "process"
    assert served.ask("v2/concurrency_limits/gpu")["limit"] == 1
    assert f"{served.url.removesuffix('/api')} serves cadena-data" in served.said()
    (watch,) = [a for a in served.ask("automations/filter", {}) if "sign of life" in a["name"]]
    assert watch["actions"][0]["state"] == "CRASHED"


def test_a_schedule_that_is_due_runs_with_the_day_of_its_time_zone(served: Served) -> None:
    (run, *_) = until(lambda: [r for r in served.runs_of("reloj-data") if r["start_time"]], 90)
    found = served.deployments()["reloj-data"]
    kept = found["schedules"][0]
    served.ask(f"deployments/{found['id']}/schedules/{kept['id']}", {"active": False}, "PATCH")
    assert run["parameters"]["edition"] == "date"
    served.wait(run["id"])
    # Kiritimati is fourteen hours ahead: its day is not the one of UTC for most of the day.
    from datetime import datetime
    from zoneinfo import ZoneInfo

    due = datetime.fromisoformat(run["expected_start_time"].replace("Z", "+00:00"))
    day = due.astimezone(ZoneInfo("Pacific/Kiritimati")).date().isoformat()
    (manifest,) = (served.store / "datasets/crawl").glob("*/manifest.json")
    assert json.loads(manifest.read_text())["params"]["edition"] == day


def test_train_and_evaluate_follow_with_the_same_recipe_store_and_overrides(
    served: Served, corpus: str
) -> None:
    given = served.run(corpus)["parameters"]
    for name in ("cadena-train", "cadena-evaluate"):
        (run,) = until(lambda name=name: served.runs_of(name), 60)
        ended = served.wait(run["id"])
        assert ended["parameters"] == given | {"overrides": ["run.workers=2"]}
        assert ended["state"]["type"] == "COMPLETED"
    assert "cadena-evaluate" in served.artifacts(run["id"])


def test_a_training_waits_for_its_slot_and_hears_a_cancellation_there(
    served: Served, corpus: str
) -> None:
    (held,) = served.ask("v2/concurrency_limits/increment", {"names": ["gpu"], "slots": 1})
    try:
        run = served.start("cadena-train", overrides=["pretrain.seed=2"])
        until(lambda: "waiting for a slot" in served.log(run), 60)
        assert "pretrain: begins" not in served.log(run)
        served.cancel(run)
        assert served.wait(run, seconds=60)["state"]["type"] == "CANCELLED"
        assert gone(served, run)
    finally:
        slots = {"names": ["gpu"], "slots": 1, "occupancy_seconds": 1.0}
        served.ask("v2/concurrency_limits/decrement", slots)
    run = served.start("cadena-train", overrides=["pretrain.seed=2"])
    assert served.wait(run)["state"]["type"] == "COMPLETED"
    assert served.ask(f"v2/concurrency_limits/{held['id']}")["active_slots"] == 0


def test_a_training_waits_for_a_person_who_may_say_yes_or_no(served: Served, corpus: str) -> None:
    def paused(seed: int) -> str:
        run = served.start("cadena-train", approval=True, overrides=[f"pretrain.seed={seed}"])
        served.wait(run, {"PAUSED"}, 60)
        assert served.ask("v2/concurrency_limits/gpu")["active_slots"] == 0
        return run

    run = paused(3)
    served.ask(f"flow_runs/{run}/resume", {"run_input": {"approved": True}})
    assert served.wait(run)["state"]["type"] == "COMPLETED"

    run = paused(4)
    answer = {"run_input": {"approved": False, "reason": "too dear"}}
    served.ask(f"flow_runs/{run}/resume", answer)
    state = served.wait(run)["state"]
    assert (state["type"], state["message"]) == (
        "CANCELLED",
        "pretrain was not approved: too dear",
    )

    run = paused(5)
    served.cancel(run)
    assert served.wait(run)["state"]["type"] == "CANCELLED"
    assert gone(served, run)

    # What is there already needs no approval.
    run = served.start("cadena-train", approval=True, overrides=["pretrain.seed=3"])
    assert served.wait(run)["state"]["type"] == "COMPLETED"


def test_a_cancelled_run_ends_with_all_its_processes_and_the_next_goes_on(
    served: Served, corpus: str
) -> None:
    run = served.start("cadena-data", overrides=PROCESSES, store=str(served.store) + "-2")
    until(lambda: [c for c in served.of_run(run).values() if "pipeline.child" in c], 60)
    shards = Path(f"{served.store}-2/shards/extract")
    until(lambda: shards.exists() and len(list(shards.iterdir())) > 2, 60)
    served.cancel(run)
    assert served.wait(run, seconds=60)["state"]["type"] == "CANCELLED"
    assert gone(served, run)
