"""Lineage: OpenLineage events while stages run, and the graph of the datasets of a store."""

from __future__ import annotations

import functools
import json
import os
import queue
import sys
import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from pipeline import __version__
from pipeline.errors import UsageError
from pipeline.model.dataset import Manifest, Reference
from pipeline.run.facets import PRODUCER, Json, facet, input_of, output_of, schema
from pipeline.store.store import Store

NAMESPACE = "tahona"
RunEnd = Literal["COMPLETE", "FAIL", "ABORT"]
# Seconds that an endpoint may take for an event, and that the end of a run waits for all of them.
ENDPOINT_TIMEOUT = 3.0


@dataclass
class Lineage:
    """The events of one run of a recipe: each to `lineage/` in the store, and to OPENLINEAGE_URL if set.

    The run itself starts with the first stage that has work to do; one that made nothing new has no event.
    An endpoint that is down or slow costs nothing but its events: they are sent aside, and dropped
    with one warning when it does not answer.
    `tell` makes of parameters and of the sentence of an error what may leave the store.
    """

    store: Store
    recipe: str
    run: str
    tell: Callable[[Any], Any] = lambda said: said
    _queue: queue.SimpleQueue[Json | None] = field(default_factory=queue.SimpleQueue)
    _sender: threading.Thread | None = None
    _begun: bool = False

    def start(self, stage: str, params: dict[str, Any], inputs: Sequence[Manifest]) -> str:
        """START of a stage; returns the id of its run for the event that ends it."""
        if not self._begun:
            self._begun = True
            self._emit("START", self.run)
        run = str(uuid.uuid4())
        self._emit("START", run, stage, params, inputs)
        return run

    def complete(
        self,
        run: str,
        stage: str,
        params: dict[str, Any],
        inputs: Sequence[Manifest],
        output: Manifest,
        source: Manifest | None = None,
    ) -> None:
        """COMPLETE, with the schema and the counts of what was committed, whose documents are all those of `source`."""
        self._emit("COMPLETE", run, stage, params, inputs, output=output, source=source)

    def fail(
        self,
        run: str,
        stage: str,
        params: dict[str, Any],
        inputs: Sequence[Manifest],
        error: str,
        stopped: bool,
    ) -> None:
        """FAIL with the error's sentence, or ABORT where the run was stopped on request."""
        self._emit("ABORT" if stopped else "FAIL", run, stage, params, inputs, error=error)

    def end(self, state: RunEnd, error: str = "") -> None:
        """The end of the run itself, if it started: COMPLETE, FAIL or ABORT."""
        if self._begun:
            self._begun = False
            self._emit(state, self.run, error=error or None)

    def close(self) -> None:
        """Waits a moment for events on their way to the endpoint."""
        if self._sender is not None:
            self._queue.put(None)
            self._sender.join(ENDPOINT_TIMEOUT)
            self._sender = None

    def _emit(
        self,
        state: str,
        run: str,
        stage: str | None = None,
        params: dict[str, Any] | None = None,
        inputs: Sequence[Manifest] = (),
        output: Manifest | None = None,
        source: Manifest | None = None,
        error: str | None = None,
    ) -> None:
        """Sends an event of the run of a stage, or without one of the run of the recipe that is its parent."""
        facets = {
            "processing_engine": facet(
                "ProcessingEngineRunFacet", version=__version__, name="tahona"
            )
        }
        if stage:
            facets["parent"] = facet(
                "ParentRunFacet",
                run={"runId": self.run},
                job={"namespace": NAMESPACE, "name": self.recipe},
            )
            facets["tahona_parameters"] = facet("RunFacet", values=self.tell(params or {}))
        if error is not None:
            facets["errorMessage"] = facet(
                "ErrorMessageRunFacet", message=self.tell(error), programmingLanguage="python"
            )
        kind = facet(
            "JobTypeJobFacet",
            processingType="BATCH",
            integration="TAHONA",
            jobType="STAGE" if stage else "RECIPE",
        )
        now = datetime.now(UTC).isoformat()
        event: Json = {
            "eventTime": now,
            "eventType": state,
            "producer": PRODUCER,
            "schemaURL": schema("RunEvent"),
            "run": {"runId": run, "facets": facets},
            "job": {
                "namespace": NAMESPACE,
                "name": f"{self.recipe}.{stage}" if stage else self.recipe,
                "facets": {"jobType": kind},
            },
            "inputs": [input_of(self.store, m, output if m is source else None) for m in inputs],
            "outputs": [output_of(self.store, output, inputs)] if output else [],
        }
        stamp = now.replace(":", "").replace("+0000", "Z")
        path = f"lineage/{stamp}-{run}-{state.lower()}.json"
        self.store.backend.create(path, json.dumps(event, sort_keys=True).encode())
        if os.environ.get("OPENLINEAGE_URL"):
            self._send(event)

    def _send(self, event: Json) -> None:
        if self._sender is None:
            self._sender = threading.Thread(target=self._deliver, name="lineage", daemon=True)
            self._sender.start()
        self._queue.put(event)

    def _deliver(self) -> None:
        from openlineage.client.transport.http import HttpConfig, HttpTransport

        config = HttpConfig.from_dict(
            {
                "url": os.environ["OPENLINEAGE_URL"],
                "endpoint": os.environ.get("OPENLINEAGE_ENDPOINT", "api/v1/lineage"),
                "timeout": ENDPOINT_TIMEOUT,
                "retry": {"total": 0},
            }
        )
        warned = False
        while (event := self._queue.get()) is not None:
            try:
                HttpTransport(config).emit(event)  # type: ignore[arg-type]  # it serializes dicts, too
            except Exception as error:
                if not warned:
                    print(f"lineage: {config.url} takes no events ({error})", file=sys.stderr)
                    warned = True


def resolve(store: Store, name: str) -> Manifest:
    """The dataset that `stage/fingerprint` names (the start of a fingerprint is enough); else a UsageError."""
    stage, _, start = name.strip("/").partition("/")
    references = [r for r in store.references(stage) if r.fingerprint.startswith(start)]
    if len(references) > 1:
        some = ", ".join(str(r) for r in references[:5])
        raise UsageError(f"{name} is not one dataset but {len(references)}: {some}")
    manifest = store.manifest(references[0]) if references else None
    if manifest is None:
        raise UsageError(f"the store {store.url} has no dataset {name}")
    return manifest


def ancestors(store: Store, manifest: Manifest) -> dict[str, Any]:
    """What a dataset was made from, as a tree: `dataset`, `documents`, `made_from`; leaves name their files.

    A dataset that is reached by many paths is read once and is one node of them all.
    """
    nodes: dict[str, dict[str, Any]] = {}

    def above(reference: Reference, manifest: Manifest | None = None) -> dict[str, Any]:
        name = str(reference)
        if name not in nodes:
            manifest = manifest or store.manifest(reference)
            nodes[name] = {"dataset": name, "lost": True} if manifest is None else _node(manifest)
            for role, references in manifest.inputs.items() if manifest else ():
                nodes[name]["made_from"] += [{"as": role, **above(r)} for r in references]
        return nodes[name]

    return above(manifest.reference, manifest)


def _node(manifest: Manifest) -> dict[str, Any]:
    documents = manifest.ledger.documents
    node: dict[str, Any] = {
        "dataset": str(manifest.reference),
        "documents": documents.to_json() if documents else None,
        "made_from": [],
    }
    if not manifest.inputs:
        node["observed"] = [
            {"source": f.part, "path": f.path, "bytes": f.bytes, "sha256": f.sha256 or None}
            | ({"tag": f.tag} if f.tag else {})
            for f in manifest.files()
        ]
        if manifest.params:
            node["params"] = manifest.params
    return node


def descendants(store: Store, reference: Reference) -> list[dict[str, Any]]:
    """What was made of a dataset, as a tree of `dataset` and `made_into`."""
    made_into: dict[str, list[str]] = {}
    for manifest in (m for r in store.references() if (m := store.manifest(r))):
        for source in {str(r) for references in manifest.inputs.values() for r in references}:
            made_into.setdefault(source, []).append(str(manifest.reference))

    @functools.cache
    def below(name: str) -> list[dict[str, Any]]:
        return [{"dataset": n, "made_into": below(n)} for n in made_into.get(name, [])]

    return below(str(reference))
