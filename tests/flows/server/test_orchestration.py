"""Prefect shows, starts, tries again and cancels the work, on a real server."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.flows.command import ARTICLES, FEW, environment, inside, write_recipe
from tests.flows.server.deployed import deployed, prefect
from tests.flows.server.flow_process import (
    SLOW,
    Flows,
    run_recorded,
    slow_recipe,
    start_slow,
)
from tests.flows.server.forked import CHECKOUT
from tests.flows.server.forwarded import forwarded
from tests.flows.server.prefect_server import Server, home
from tests.flows.server.served import until
from tests.pipeline.faults import FaultyProxy

STAGES = ["extract", "annotate", "filter", "deduplicate", "corpus", "small"]
# Where two stages say what five would.
SHORT = ["extract", "annotate"]
RECIPE = """\
name: {name}
sources: {{a: {{files: ['{files}'], domain: news, licence: CC-BY-4.0, reader: text}}}}
run: {{workers: 1}}
stages: {{extract: , annotate: }}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(home(tmp_path_factory))
    try:
        server.ready()
        yield server
    finally:
        server.close()


@pytest.fixture(scope="module")
def recipe(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("recipe")
    (folder / "basura.txt").write_text("casino gratis bono póker ruleta apuestas online " * 80)
    patterns = ["basura.txt", FEW]
    return write_recipe(folder, patterns, "prueba", small={"stage": "tokenizer", "vocabulary": 600})


def short_recipe(folder: Path, name: str, files: str) -> str:
    path = folder / f"{name}.yaml"
    path.write_text(RECIPE.format(name=name, files=files))
    return str(path)


@pytest.fixture(scope="module")
def flows(server: Server) -> Iterator[Flows]:
    flows = Flows(server)
    yield flows
    flows.close()


@pytest.fixture(scope="module")
def chained(
    server: Server,
    flows: Flows,
    recipe: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[dict[str, Any], Path]:
    """The flow run of `chain`, and the store that it filled."""
    store = tmp_path_factory.mktemp("store")
    code = flows.run("chain", recipe=recipe, store=str(store))
    assert code == 0, flows.log.read_text()[-3000:]
    return server.last_run(STAGES), store


@pytest.fixture(scope="module")
def store(chained: tuple[dict[str, Any], Path]) -> Path:
    return chained[1]


def rows(artifact: dict[str, Any]) -> dict[str, Any]:
    return {row["figure"]: row["value"] for row in json.loads(artifact["data"])}


def report_of(run: dict[str, Any]) -> str:
    """What the page of a flow run says of the report; nobody serves its pages, so it has no link."""
    assert not [a for a in run["artifacts"] if a["key"] == "prueba-report"]
    (table,) = [a for a in run["artifacts"] if a["key"] == "prueba-run"]
    return str(table["data"].rpartition("report: ")[2])


def test_the_chain_is_a_flow_with_a_task_and_an_artifact_a_stage(
    chained: tuple[dict[str, Any], Path],
) -> None:
    run, store = chained
    assert (run["flow"], run["state"]["name"]) == ("chain", "Completed")
    assert [t["name"] for t in run["tasks"]] == STAGES
    assert {t["state"]["name"] for t in run["tasks"]} == {"Completed"}

    (path,) = (store / "runs/prueba").iterdir()
    assert run["name"] == f"prueba {path.stem}", "the store knows the run by another name"
    record = {s["stage"]: s for s in json.loads(path.read_text())["stages"]}
    tables = {a["description"]: a for a in run["artifacts"] if a["type"] == "table"}
    assert list(tables) == STAGES
    assert len({a["task_run_id"] for a in tables.values()}) == len(STAGES)
    for stage, table in tables.items():
        cells, row = rows(table), record[stage]
        assert cells["shards computed"] == str(row["shards"]["computed"])
        assert cells["written"].endswith(("bytes", "kB", "MB"))
        assert cells["dataset"] == f"{row['kind']}/{row['fingerprint']}"
        if documents := row["documents"]:
            assert cells["documents in"] == str(documents["in"])
            assert cells["documents kept"] == str(documents["kept"])
            for rule, n in documents["removed"].items():
                assert cells[f"removed by {rule}"] == str(n)
        if characters := row["characters"]:
            assert cells["characters in"] == f"{characters['in']:,}"
            for rule, n in characters["cut"].items():
                how = "of documents removed" if rule in row["documents"]["removed"] else "cut"
                assert cells[f"characters {how} by {rule}"] == f"{n:,}"
    assert rows(tables["small"])["vocabulary"] == "600", "the figures of a stage itself"
    assert record["filter"]["documents"]["removed"], "no rule is told of, so nothing is tested"
    assert f"{store}/reports/prueba/index.html" in report_of(run)
    assert (store / "reports/prueba/index.html").exists()
    assert [a for a in run["artifacts"] if a["key"] == "prueba-run" and "| corpus |" in a["data"]]


def test_a_failing_stage_fails_the_flow_with_its_sentence(
    server: Server, flows: Flows, recipe: str, store: Path
) -> None:
    """`train` takes the corpus as it is; the stage that fails is a failed task, not tried again."""
    basque = ["tokenizer.languages=[eu]"]
    assert flows.run("train", recipe=recipe, store=str(store), overrides=basque) == 1
    run = server.last_run(["small"])
    sentence = "tokenizer found no text in the languages eu: set tokenizer.languages"
    assert (run["flow"], run["state"]["name"]) == ("train", "Failed")
    assert sentence in run["state"]["message"]
    assert "Traceback" not in run["state"]["message"]
    assert [(t["name"], t["state"]["name"], t["run_count"]) for t in run["tasks"]] == [
        ("small", "Failed", 1)
    ]
    assert sentence in run["tasks"][0]["state"]["message"]
    name = str(run["name"]).rpartition(" ")[2]
    page = (store / f"reports/prueba/{name}.html").read_text()
    assert sentence in page, "the report tells of the failure"
    assert f"{store}/reports/prueba/index.html" in report_of(run)


def test_a_stage_is_tried_again_where_the_store_was_away_and_not_where_it_refuses(
    server: Server, flows: Flows, bucket: str, tmp_path: Path
) -> None:
    """The store on S3 fails after a first dataset, until the server has heard of it."""
    (tmp_path / "a.txt").write_text((ARTICLES / "diario/el-tren-de-las-siete.md").read_text())
    recipe = short_recipe(tmp_path, "lejos", "a.txt")
    with FaultyProxy(os.environ["AWS_ENDPOINT_URL"]) as proxy:
        there = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
        there |= {"AWS_ENDPOINT_URL": proxy.url, "AWS_MAX_ATTEMPTS": "1"}

        def heard() -> bool:
            """Whether the server knows of the failure; or the flow has ended."""
            tasks = [] if proxy.then else server.last_run()["tasks"]
            names = {task["state"]["name"] for task in tasks if task["state"]}
            return bool(names & {"AwaitingRetry", "Failed"}) or flows.ended()

        def run(fault: str) -> dict[str, Any]:
            manifest_path = re.compile(r".*/datasets/extract/.*/manifest\.json").fullmatch
            proxy.then = manifest_path, {fault: 1.0}
            flows.start("data", there, recipe=recipe, store=f"{bucket}/{fault}")
            until(heard, log=flows.log.read_text)
            proxy.rates = {}
            until(flows.ended, log=flows.log.read_text)
            flows.code()
            return server.last_run(SHORT if fault == "reset" else None)

        away, refused = run("reset"), run("denied")
    assert (away["name"].split()[0], away["state"]["name"]) == ("lejos", "Completed"), (
        flows.log.read_text()
    )
    assert [task["name"] for task in away["tasks"]] == SHORT
    assert sum(task["run_count"] > 1 for task in away["tasks"]) == 1
    assert refused["state"]["name"] == "Failed"
    assert {task["run_count"] for task in refused["tasks"]} == {1}
    assert "does not allow this to these credentials" in refused["state"]["message"]


def test_a_wrong_recipe_fails_with_file_and_line_and_leaves_no_pickle(
    server: Server, flows: Flows, tmp_path: Path
) -> None:
    wrong = tmp_path / "mala.yaml"
    wrong.write_text("name: mala\nsources: {}\n")
    assert flows.run("data", recipe=str(wrong), store=str(tmp_path)) == 1
    run = server.last_run()
    assert run["state"]["name"] == "Failed"
    assert f"{wrong}, line" in run["state"]["message"]
    assert run["tasks"] == []

    overrides = ["filter.langages=[es]"]
    assert flows.run("data", recipe="quickstart", store=str(tmp_path), overrides=overrides)
    message = server.last_run()["state"]["message"]
    assert "langages" in message and "pattern" not in message, "a wrong override is told in words"

    for path in server.home.rglob("*"):
        if path.is_file() and not path.name.startswith("prefect.db"):
            assert path.read_bytes()[:1] != b"\x80", f"{path} is a pickle"
    kept = [a["data"] for a in run["artifacts"]]
    assert [data["serializer"]["type"] for data in kept] == ["json"], (
        "the error, and how it is kept"
    )


def test_the_command_line_is_recorded_and_says_the_same(
    server: Server, recipe: str, store: Path
) -> None:
    command = ("run", recipe, "--store", str(store), "--until", "corpus", "--json")
    plain, recorded = inside(*command), run_recorded(server, *command)
    assert (plain.returncode, recorded.returncode) == (0, 0), recorded.stderr
    answers = [json.loads(done.stdout) for done in (plain, recorded)]
    run = server.last_run(STAGES[:-1])
    assert run["name"] == f"prueba {answers[1]['run']}"
    assert (run["flow"], run["state"]["name"]) == ("chain", "Completed")
    assert [t["name"] for t in run["tasks"]] == STAGES[:-1]
    for answer in answers:
        answer.pop("run")
        for stage in answer["stages"]:
            stage.pop("seconds")
    assert answers[0] == answers[1]
    errors = [re.sub(r" +\d+\.\d s", "", done.stderr) for done in (plain, recorded)]
    assert errors[0] == errors[1]

    failing = ("tokenizer", recipe, "--store", str(store), "--set", "tokenizer.languages=[eu]")
    failed = run_recorded(server, *failing)
    assert failed.returncode == 1
    *reports, line = failed.stderr.splitlines()
    assert [report.partition(" ")[0] for report in reports] == ["report:", "informe:"]
    assert line.startswith("error: tokenizer found no text in the languages eu")
    run = server.last_run()
    assert run["state"]["name"] == "Failed"
    assert report_of(run)


def test_a_recorded_run_hears_a_request_to_stop(server: Server, tmp_path: Path) -> None:
    slow = start_slow(server, slow_recipe(tmp_path, 6000), tmp_path / "store")
    slow.process.terminate()
    done = slow.done()
    assert done.returncode == 75, done.stderr
    assert "run again to go on" in done.stderr
    assert "Traceback" not in done.stderr
    run = server.last_run()
    assert run["state"]["name"] == "Cancelled"
    assert "run again to go on" in run["state"]["message"]
    (record,) = (tmp_path / "store/runs/lenta").iterdir()  # its speed is noted under Prefect too
    assert json.loads(record.read_text())["stages"][0]["pace"][0]["points"]


def test_a_recorded_run_is_cancelled_on_its_page(server: Server, tmp_path: Path) -> None:
    """No worker holds it: it sees that itself."""
    soon = "from flows.server import heartbeat; heartbeat.EVERY = 1; "
    slow = start_slow(server, slow_recipe(tmp_path, 6000), tmp_path / "store", soon + SLOW)
    server.cancel(server.last_run()["id"])
    done = slow.done()
    assert done.returncode == 75, done.stderr
    assert server.last_run()["state"]["name"] == "Cancelled"


def test_a_server_that_dies_ends_the_record_and_not_the_run(server: Server, tmp_path: Path) -> None:
    with forwarded(server.port) as line:
        variables = {
            "PREFECT_API_URL": f"http://127.0.0.1:{line.port}/api",
            "PREFECT_CLIENT_MAX_RETRIES": "0",
            "UNTIL": str(tmp_path / "go"),
        }
        slow = start_slow(server, slow_recipe(tmp_path, 2), tmp_path / "store", **variables)
        line.cut()
        (tmp_path / "go").touch()
        done = slow.done()
    assert done.returncode == 0, done.stderr
    assert "the run goes on unrecorded" in done.stderr
    ours = ("evaluate ", "Prefect failed (", "report: ", "informe: ")
    assert all(line.startswith(ours) for line in done.stderr.splitlines()), done.stderr
    (stage,) = json.loads(done.stdout)["stages"]
    assert stage["state"] in {"committed", "reused"}


@pytest.fixture(scope="module")
def by_hand(server: Server) -> dict[str, dict[str, Any]]:
    """What the server was told by the commands that stand in prefect.yaml; but for the last, the worker."""
    lines = (CHECKOUT / "prefect.yaml").read_text().splitlines()
    commands = [line[1:].split() for line in lines if line.startswith("#   prefect ")]
    assert commands[-1][:3] == ["prefect", "worker", "start"]
    prefect(server, *(command[1:] for command in commands[:-1]))
    return deployed(server)


def test_a_worker_of_ones_own_runs_what_prefect_yaml_deploys(
    server: Server, by_hand: dict[str, Any], tmp_path: Path
) -> None:
    """`data` started by hand; its end starts `train`, in the store where the worker's environment says.

    How `train` goes is seen under `tahona serve`, whose deployments are the same: here nobody takes it any more.
    """
    recipe = short_recipe(tmp_path, "quickstart", FEW)
    store = tmp_path / "there"
    worker = subprocess.Popen(
        [sys.executable, "-m", "prefect", "worker", "start", "--pool", "tahona"],
        env=environment(
            **server.variables,
            PYTHONPATH=str(CHECKOUT),  # Tahona is installed where a worker is
            TAHONA_STORE=str(store),
            PREFECT_WORKER_QUERY_SECONDS="1",
        ),
        cwd=tmp_path,
        stdout=(tmp_path / "worker.log").open("w"),
        stderr=subprocess.STDOUT,
        # It ends by this signal, which a shell's background jobs ignore.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.default_int_handler),
    )
    try:
        data = server.start("quickstart-data", recipe=recipe)
        server.wait(data, {"RUNNING", "COMPLETED"})
        server.ask("work_pools/tahona", {"is_paused": True}, "PATCH")
        assert server.wait(data)["state"]["type"] == "COMPLETED"
        names = [f"quickstart-{stage}" for stage in (*SHORT, "run")]
        assert set(names) <= set(server.artifacts(data))
        (run,) = until(lambda: server.runs_of("quickstart-train"))
        assert run["parameters"] == {"recipe": recipe, "store": str(store), "overrides": []}
    finally:
        worker.terminate()
        try:
            worker.wait(240)
        finally:
            worker.kill()
    assert list((store / "datasets/annotate").iterdir())
    assert not (tmp_path / "store").exists()
    assert "Downloading flow code" not in (tmp_path / "worker.log").read_text()


def test_prefect_yaml_and_the_recipe_make_the_same_deployments(
    server: Server, flows: Flows, by_hand: dict[str, dict[str, Any]]
) -> None:
    """Of quickstart; but for the store, which `tahona serve` names and a worker elsewhere knows.

    Served again, what an older Tahona deployed loses its limit, which would end a run that paused.
    """
    (old,) = server.ask(
        "deployments/filter", {"deployments": {"name": {"any_": ["quickstart-train"]}}}
    )
    server.ask(f"deployments/{old['id']}", {"concurrency_limit": 1}, "PATCH")
    assert flows.run("serve", recipe="quickstart") == 0
    by_recipe = deployed(server)
    assert set(by_hand) == {f"quickstart-{f}" for f in ("data", "train", "evaluate", "chain")}
    assert by_hand == by_recipe
    schedule = by_hand["quickstart-chain"]["schedules"][0]
    assert (schedule["active"], schedule["timezone"]) == (False, "Europe/Madrid")
    assert by_hand["quickstart-train"]["triggers"]
