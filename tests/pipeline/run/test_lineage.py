"""What is made from what is told in OpenLineage's words while it happens."""

from __future__ import annotations

import json
import os
import re
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, ClassVar

import pytest

from pipeline.errors import Stopped, TahonaError
from pipeline.model.dataset import Manifest
from pipeline.model.ledger import Documents, Ledger
from pipeline.run import lineage
from pipeline.run.facets import placed
from pipeline.run.lineage import Lineage
from pipeline.run.runner import Runner
from pipeline.store.store import Store
from tests.pipeline.chain import words
from tests.pipeline.mill import Patient, Table

RUN = str(uuid.uuid4())


@pytest.fixture(autouse=True)
def no_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENLINEAGE_URL", raising=False)


@pytest.fixture
def runner(store: Store) -> Iterator[Runner]:
    lineage = Lineage(store, "prueba", RUN)
    runner = Runner(store, "driver", lineage=lineage)
    yield runner
    runner.close()
    lineage.close()


def delivered(runner: Runner) -> None:
    """Waits for the events of a runner."""
    assert runner.lineage
    runner.lineage.close()


def events(store: Store) -> list[dict[str, Any]]:
    """The events of a store in the order of their names."""
    return [json.loads(p.read_bytes()) for p in sorted(Path(store.url, "lineage").iterdir())]


def test_a_stage_that_is_committed_starts_and_completes(runner: Runner, texts: Path) -> None:
    lines = words(runner, texts, minimum=2).manifest
    assert lines
    table = runner.run(Table(), Table.Params(), {"lines": [lines]}).manifest
    assert table and table.ledger.documents
    begun, *later = events(runner.store)
    assert (begun["eventType"], begun["run"]["runId"]) == ("START", RUN)
    assert [e["eventType"] for e in later] == ["START", "COMPLETE"] * 2
    assert later[0]["run"]["runId"] == later[1]["run"]["runId"] != later[2]["run"]["runId"]

    start, complete = later[2:]
    for event in (start, complete):
        assert set(event) >= {"eventTime", "eventType", "producer", "schemaURL", "run", "job"}
        uuid.UUID(event["run"]["runId"])
        assert (event["job"]["namespace"], event["job"]["name"]) == ("tahona", "prueba.table")
        assert event["job"]["facets"]["jobType"]["processingType"] == "BATCH"
        parent = event["run"]["facets"]["parent"]
        assert parent["run"]["runId"] == RUN
        assert (parent["job"]["namespace"], parent["job"]["name"]) == ("tahona", "prueba")
        (source,) = event["inputs"]
        assert (source["namespace"], source["name"]) == (
            "file",
            f"{runner.store.url}/datasets/{lines.reference}",
        )
        assert source["facets"]["version"]["datasetVersion"] == lines.fingerprint
        for facets in (event["run"]["facets"], source["facets"]):
            assert all({"_producer", "_schemaURL"} <= set(f) for f in facets.values())
    assert later[1]["run"]["facets"]["tahona_parameters"]["values"] == {"minimum": 2, "unused": 0}
    assert start["outputs"] == []
    (output,) = complete["outputs"]
    assert (output["namespace"], output["name"]) == (
        "file",
        f"{runner.store.url}/datasets/{table.reference}",
    )
    assert output["facets"]["schema"]["fields"] == [{"name": "line", "type": "string"}]
    statistics = output["outputFacets"]["outputStatistics"]
    assert statistics["rowCount"] == table.ledger.documents.in_
    assert statistics["size"] == sum(f.bytes for f in table.files())
    assert statistics["fileCount"] == len(table.files())

    # Facets of whole datasets: what was read, that nothing was lost, what flowed where, and the counts.
    read = source["inputFacets"]
    assert read["inputStatistics"]["rowCount"] == sum(f.rows or 0 for f in lines.files())
    assert output["facets"]["lineage"]["inputs"] == [
        {"namespace": "file", "name": source["name"], "type": "DATASET"}
    ]
    counts = output["facets"]["tahona_counts"]
    assert counts["documents"] == table.ledger.documents.to_json()
    for event in (begun, *later):
        known_to_the_client(event)
        if folder := os.environ.get("TAHONA_OPENLINEAGE"):  # the folder `spec` of its repository
            validate(event, Path(folder))


def facets_of(event: dict[str, Any]) -> list[dict[str, Any]]:
    facet_owners = [event["run"], event["job"], *event["inputs"], *event["outputs"]]
    return [
        f
        for h in facet_owners
        for k, fs in h.items()
        if k.lower().endswith("facets")
        for f in fs.values()
    ]


def known_to_the_client(event: dict[str, Any]) -> None:
    """Fails where OpenLineage's client has no class of that name and these fields for a facet, or for the event."""
    from openlineage.client import event_v2, facet_v2

    modules = [v for v in vars(facet_v2).values() if isinstance(v, ModuleType)]
    kinds = {"RunEvent": event_v2.RunEvent}
    for module in modules:
        kinds |= {k: v for k, v in vars(module).items() if k.endswith("Facet")}

    def check(event: dict[str, Any], address: str, own: set[str]) -> None:
        kind = address.rpartition("/")[2]
        if kind in {"RunFacet", "DatasetFacet"}:  # Tahona's own
            return
        client_event = kinds[kind](**{k: v for k, v in event.items() if k not in own})
        assert without_version(address) == without_version(client_event._get_schema())

    def without_version(address: str) -> str:
        return re.sub(r"\d+-\d+-\d+", "", address)

    check(event, event["schemaURL"], {"schemaURL"})
    for facet in facets_of(event):
        check(facet, facet["_schemaURL"], {"_producer", "_schemaURL"})


def validate(event: dict[str, Any], spec: Path) -> None:
    """Fails where an event, or a facet that names a published schema, is not as that says."""
    from jsonschema import Draft202012Validator
    from referencing import Registry, Resource

    read = [
        json.loads(p.read_text()) for p in (spec / "OpenLineage.json", *spec.glob("facets/*.json"))
    ]
    registry = Registry().with_resources((s["$id"], Resource.from_contents(s)) for s in read)

    def check(value: Any, url: str) -> None:
        Draft202012Validator({"$ref": url}, registry=registry).validate(value)

    check(event, f"{read[0]['$id']}#/$defs/RunEvent")
    assert facets_of(event)
    for facet in facets_of(event):
        if facet["_schemaURL"].partition("#")[0] in registry:
            check(facet, facet["_schemaURL"])


def test_a_stage_says_that_its_input_was_conserved(store: Store) -> None:
    """The documents of an input, and that all which it kept has arrived; a wrong sum would be a failed assertion."""
    from pipeline.run.facets import input_of

    def made(came: int, kept: int) -> Manifest:
        documents = Documents(in_=came, kept=kept, removed={"short": came - kept})
        return Manifest(
            stage="filter",
            fingerprint="a",
            kinds=["decisions"],
            version=1,
            ledger=Ledger(documents=documents),
        )

    for arrived, success in ((3, True), (2, False)):
        assertions = input_of(store, made(5, 3), made(arrived, 1))["inputFacets"][
            "dataQualityAssertions"
        ]
        assert [
            (a["name"], a["success"], a["expected"], a["actual"]) for a in assertions["assertions"]
        ] == [
            ("documents are conserved", True, "5", "5"),
            ("documents kept have arrived", success, "3", str(arrived)),
        ]


def test_a_stage_that_fails_says_why(runner: Runner, texts: Path) -> None:
    (texts / "0.txt").write_text("FAIL\n")
    with pytest.raises(TahonaError):
        words(runner, texts)
    _, start, fail = events(runner.store)
    assert (start["eventType"], fail["eventType"], fail["outputs"]) == ("START", "FAIL", [])
    assert "0.txt says FAIL" in fail["run"]["facets"]["errorMessage"]["message"]
    known_to_the_client(fail)


def test_a_stage_that_is_stopped_is_aborted(runner: Runner) -> None:
    threading.Timer(0.2, runner.stop.set).start()
    with pytest.raises(Stopped):
        runner.run(Patient(), Patient.Params(steps=1000), {}, {"seconds": 0.01})
    *_, abort = events(runner.store)
    assert abort["eventType"] == "ABORT"
    assert abort["run"]["facets"]["errorMessage"]["message"] == "stopped on request"


@pytest.mark.parametrize(
    ("state", "error"), [("COMPLETE", ""), ("FAIL", "the disk is full"), ("ABORT", "")]
)
def test_the_run_of_the_recipe_ends_as_it_began(
    runner: Runner, texts: Path, state: Any, error: str
) -> None:
    words(runner, texts)
    assert runner.lineage
    runner.lineage.end(state, error)
    begun, *_, ended = events(runner.store)
    assert [e["eventType"] for e in (begun, ended)] == ["START", state]
    for event in (begun, ended):
        assert (event["run"]["runId"], event["job"]["name"]) == (RUN, "prueba")
        assert "parent" not in event["run"]["facets"]
    message = ended["run"]["facets"].get("errorMessage", {"message": ""})["message"]
    assert message == error
    runner.lineage.end(state, error)  # told once
    assert events(runner.store)[-1] == ended


def test_a_run_that_makes_nothing_tells_nothing(store: Store) -> None:
    Lineage(store, "prueba", RUN).end("COMPLETE")
    assert not list(store.backend.files("lineage"))


def test_what_is_reused_tells_nothing(runner: Runner, texts: Path) -> None:
    words(runner, texts)
    count = len(events(runner.store))
    words(runner, texts)
    assert len(events(runner.store)) == count


def test_a_failure_to_tell_does_not_hide_the_failure_itself(
    runner: Runner, texts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Lineage, "fail", broken)
    (texts / "0.txt").write_text("FAIL\n")
    with pytest.raises(TahonaError, match="says FAIL"):
        words(runner, texts)


# An endpoint


class Endpoint(BaseHTTPRequestHandler):
    """Takes events; first waits for `patience` if there is one."""

    taken: ClassVar[list[tuple[str, dict[str, Any]]]] = []
    patience: ClassVar[threading.Event | None] = None

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.patience:
            self.patience.wait(800)
            return
        self.taken.append((self.path, json.loads(body)))
        self.send_response(201)
        self.end_headers()

    def log_message(self, *arguments: Any) -> None: ...


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Endpoint]]:
    Endpoint.taken, Endpoint.patience = [], None
    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("OPENLINEAGE_URL", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setattr(lineage, "ENDPOINT_TIMEOUT", 240.0)  # it is a thread of this busy process
    yield Endpoint
    if Endpoint.patience:
        Endpoint.patience.set()
    server.shutdown()
    server.server_close()


def test_events_are_delivered_to_an_endpoint(
    runner: Runner, texts: Path, endpoint: type[Endpoint]
) -> None:
    words(runner, texts)
    delivered(runner)
    assert [path for path, _ in endpoint.taken] == ["/api/v1/lineage"] * 3
    assert [event for _, event in endpoint.taken] == events(runner.store)
    # A runner that is used again tells again.
    words(runner, texts, minimum=2)
    delivered(runner)
    assert len(endpoint.taken) == 5


def test_a_slow_endpoint_holds_nobody(
    runner: Runner, texts: Path, endpoint: type[Endpoint], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lineage, "ENDPOINT_TIMEOUT", 1.0)
    endpoint.patience = threading.Event()
    begun = time.monotonic()
    assert words(runner, texts).state == "committed"
    delivered(runner)
    assert time.monotonic() - begun < 400  # of the eight hundred that it takes
    assert [e["eventType"] for e in events(runner.store)] == ["START", "START", "COMPLETE"]


def test_an_endpoint_that_is_down_is_one_warning(
    runner: Runner,
    texts: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with socket.socket() as taken:  # and nobody listens
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        monkeypatch.setenv("OPENLINEAGE_URL", f"http://127.0.0.1:{port}")
        assert words(runner, texts).state == "committed"
        delivered(runner)
    warnings = capsys.readouterr().err.splitlines()
    assert len([w for w in warnings if f"127.0.0.1:{port} takes no events" in w]) == 1


@pytest.mark.parametrize(
    ("url", "namespace", "name"),
    [
        ("/srv/store", "file", "/srv/store/datasets/corpus/abc"),
        ("s3://bucket/some/store", "s3://bucket", "some/store/datasets/corpus/abc"),
        ("s3a://bucket", "s3://bucket", "datasets/corpus/abc"),
        ("gs://bucket/a", "gs://bucket", "a/datasets/corpus/abc"),
    ],
)
def test_datasets_are_named_as_openlineage_names_files_and_objects(
    url: str, namespace: str, name: str
) -> None:
    place: Any = SimpleNamespace(url=url)
    dataset: Any = SimpleNamespace(reference="corpus/abc")
    assert placed(place, dataset) == (namespace, name)
