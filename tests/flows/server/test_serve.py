"""`tahona serve`: one command from recipes to a server, its deployments and a worker; and how runs go there."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from flows.server.recording import answers
from tests.flows.command import arguments, environment
from tests.flows.server.served import (
    BY_CHILD,
    OVERRIDES,
    PROCESSES,
    Served,
    engine_of,
    gone,
    in_work,
    reused,
    slot_taken,
    until,
)
from tests.processes import begin

ALIVE = "tahona.flow-run.alive"  # as `heartbeat` has it, which imports Prefect


@pytest.fixture(scope="module")
def zombie(served: Served) -> str:
    """A recorded run of the command line that was killed where no worker sees it."""
    folder = served.store.parent
    command = ("run", "cadena.yaml", "--until", "extract", "--set", "run.workers=1")
    wanted = {"flow_runs": {"deployment_id": {"is_null_": True}}}
    # A busy server may not say in time that it is well: then nothing is recorded.
    for attempt in range(6):
        store = folder / f"killed-{attempt}"
        with served.children.paused():
            process = begin(
                arguments(*command, "--store", str(store)),
                env=environment(
                    **served.variables,
                    PREFECT_API_URL=served.url,
                    PREFECT_CLIENT_MAX_RETRIES="5",
                    PREFECT_API_REQUEST_TIMEOUT="120",
                ),
                cwd=folder,
                stderr=subprocess.PIPE,
            )
            until(lambda: (store / "shards/extract").exists() or process.poll() is not None)  # noqa: B023
            if runs := served.ask("flow_runs/filter", wanted):
                run = str(runs[0]["id"])
                served.until(run, lambda: served.heard(run, ALIVE))  # noqa: B023
            process.kill()
            _, errors = process.communicate()
        if runs:
            break
    assert runs, errors
    assert served.run(run)["state"]["type"] == "RUNNING"
    return run


def test_it_serves_what_the_recipes_say(served: Served, zombie: str) -> None:
    deployments = served.deployments()
    flows = ("data", "train", "evaluate", "chain")
    assert set(deployments) == {*(f"cadena-{flow}" for flow in flows), "reloj-data", "reloj-chain"}
    recipe = str(served.store.parent / "cadena.yaml")
    for flow in flows:
        deployment = deployments[f"cadena-{flow}"]
        assert deployment["parameters"] == {"recipe": recipe, "store": str(served.store)}
        assert deployment["work_pool_name"] == "tahona" and deployment["schedules"] == []
        properties = deployment["parameter_openapi_schema"]["properties"]
        assert "pattern" not in properties["overrides"]["items"], "the run says it in words"
        assert set(deployment["tags"]) == {"tahona", "cadena"}
        assert all(p["description"] for p in properties.values())
    chain = deployments["cadena-chain"]["parameter_openapi_schema"]["properties"]
    assert chain["approval"]["type"] == "boolean"
    assert served.ask("work_pools/tahona")["type"] == "process"
    assert served.ask("v2/concurrency_limits/gpu")["limit"] == 1
    assert f"{served.url.removesuffix('/api')} serves cadena-data" in served.said()
    assert until(lambda: answers(served.url))
    assert not answers(served.url.removesuffix("/api")), "the page is taken for the API"
    with pytest.raises(AssertionError, match=r"409.*overides.* was unexpected"):
        served.start("cadena-data", overides=["run.workers=2"])
    (watch,) = [a for a in served.ask("automations/filter", {}) if "sign of life" in a["name"]]
    assert watch["actions"][0]["state"] == "CRASHED"


def test_a_schedule_that_is_due_runs_with_the_day_of_its_time_zone(
    served: Served, scheduled: dict[str, Any]
) -> None:
    run = scheduled
    assert run["parameters"]["edition"] == "date"
    served.wait(run["id"])
    # Kiritimati is fourteen hours ahead: its day is not the one of UTC for most of the day.
    from datetime import datetime
    from zoneinfo import ZoneInfo

    due = datetime.fromisoformat(run["expected_start_time"].replace("Z", "+00:00"))
    day = due.astimezone(ZoneInfo("Pacific/Kiritimati")).date().isoformat()
    # A busy machine may begin two that were due at once, of which one gives way.
    folder = served.store / "datasets/crawl"
    manifests = until(
        lambda: list(folder.glob("*/manifest.json")), log=lambda: served.told(run["id"])
    )
    assert day in {json.loads(path.read_text())["params"]["edition"] for path in manifests}


def test_train_and_evaluate_follow_with_the_same_recipe_store_and_overrides(
    served: Served, corpus: str
) -> None:
    parameters = served.run(corpus)["parameters"]
    inherited = {name: parameters[name] for name in ("recipe", "store", "overrides")}
    assert inherited["overrides"] == OVERRIDES

    def unasked(name: str) -> list[dict[str, Any]]:  # on the page one was started that asks
        return [r for r in served.runs_of(name) if not r["parameters"].get("approval")]

    for name in ("cadena-train", "cadena-evaluate"):
        (run,) = until(lambda name=name: unasked(name))
        ended = served.wait(run["id"])
        assert ended["parameters"] == inherited
        assert ended["state"]["type"] == "COMPLETED"
    assert "cadena-evaluate" in served.artifacts(run["id"])
    served.let_nothing_follow()


def test_a_training_waits_for_a_person_who_may_say_yes_or_no_or_nothing(
    served: Served, corpus: str
) -> None:
    def paused(seed: int) -> str:
        run = served.start("cadena-train", approval=True, overrides=[f"pretrain.seed={seed}"])
        served.asks(run)
        assert served.ask("v2/concurrency_limits/gpu")["active_slots"] == 0
        return run

    # Beside the trainings, as one of a deployment works at a time.
    changes = ["run.approval=true", "pretrain.seed=7"]  # as a recipe says it
    forgotten = served.start("cadena-chain", approval_hours=0.001, overrides=changes)
    run = paused(3)
    with (served.home / "tahona-gpu-0.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # as a training whose slot an outage of the server lost
        with slot_taken(served):
            served.resume(run, approved=True)
            served.says(run, "waiting for a slot")
        served.says(run, "another run that still works on this machine")
        assert served.ask("v2/concurrency_limits/gpu")["active_slots"] == 0
    assert served.wait(run)["state"]["type"] == "COMPLETED"

    run = paused(4)
    served.resume(run, approved=False, reason="too dear")
    state = served.wait(run)["state"]
    assert (state["type"], state["message"]) == (
        "CANCELLED",
        "pretrain was not approved: too dear",
    )

    run = paused(5)
    served.cancel(run)
    assert served.wait(run)["state"]["type"] == "CANCELLED"
    assert gone(served, run)

    # Its worker is gone, and with it what was to go on: a late yes is refused, and a new run asks again.
    run = paused(6)
    os.kill(engine_of(served, run), signal.SIGKILL)
    assert served.wait(run)["state"]["type"] == "CRASHED"
    late = served.ask(f"flow_runs/{run}/resume", {"run_input": {"approved": True}})
    assert late["status"] == "ABORT"

    # The server says so first, in words of its own.
    words = "nobody approved pretrain within 0.001 hours: start the run again"
    until(
        lambda: words in served.wait(forgotten)["state"]["message"],
        log=lambda: served.told(forgotten),
    )
    assert served.run(forgotten)["state"]["type"] == "FAILED"


def test_a_cancelled_run_ends_with_the_process_that_crawls_for_it(
    served: Served, tmp_path: Path
) -> None:
    slowly = ["sources.boletin.crawl.delay=600"]
    run = served.start("reloj-data", overrides=slowly, store=str(tmp_path), edition="slow")
    crawl = "cleaning.crawl.process"
    served.until(run, lambda: [c for c in served.of_run(run).values() if crawl in c])
    served.cancel(run)
    assert served.wait(run)["state"]["type"] == "CANCELLED"
    assert gone(served, run)


def test_a_run_without_a_sign_of_life_is_crashed(served: Served, zombie: str) -> None:
    state = served.wait(zombie)["state"]
    assert state["type"] == "CRASHED"
    assert "no sign of life" in state["message"]


def test_what_is_served_again_has_the_schedules_of_the_recipe(served: Served) -> None:
    """The recipe is the truth: a schedule that it no longer has is gone."""
    folder = served.store.parent
    clock = folder / "reloj.yaml"
    clock.write_text(clock.read_text().partition("schedules:")[0])
    script = (
        "import sys; from flows.recipe import recipe; from flows.server.deployments import deploy, deployments; "
        "deploy(deployments(recipe.read(sys.argv[1]), *sys.argv[1:]))"
    )
    command = [sys.executable, "-c", script, str(clock), str(served.store)]
    environ = environment(**served.variables, PREFECT_API_URL=served.url)
    subprocess.run(command, cwd=folder, env=environ, check=True, timeout=600)
    assert served.deployments()["reloj-data"]["schedules"] == []
    assert len(served.ask("automations/filter", {})) == 3, "a second serve made some twice"


def test_a_killed_run_is_crashed_the_next_one_goes_on_and_goes_with_the_command_that_is_killed(
    served: Served, tmp_path: Path
) -> None:
    """And server and worker with it: the last of the tests that share them."""
    with served.children.paused():
        run = served.start("cadena-data", overrides=PROCESSES, store=str(tmp_path))
        shards = in_work(served, run, tmp_path)
        os.kill(engine_of(served, run), signal.SIGKILL)
    assert served.wait(run)["state"]["type"] == "CRASHED"
    assert gone(served, run), "its children outlived it"
    with served.children.paused("annotate"):
        run = served.start("cadena-data", overrides=BY_CHILD, store=str(tmp_path))
        served.until(run, lambda: "cadena-extract" in served.artifacts(run))
        assert reused(served, run, "extract") >= len(shards)
        served.says(run, "annotate: ")  # it has work
        served.process.kill()
        served.process.wait()
    until(lambda: not served.processes())
    assert "Downloading flow code" not in served.said()  # a run works in this folder, not in a copy
