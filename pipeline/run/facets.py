"""Facets of OpenLineage events: the datasets that a stage reads and gives, as a whole, not by column.

They are written as the specification has them, and a test holds them against the classes of OpenLineage's client. To
import these takes longer than all events of a run, as the client imports its HTTP libraries with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipeline.model.dataset import Manifest
from pipeline.model.ledger import Ledger
from pipeline.store.store import Store

PRODUCER = "https://github.com/tahona/tahona"
SPECIFICATION = "https://openlineage.io/spec"
CORE = "2-0-2/OpenLineage.json"
# The file of the schema of each facet; those of Tahona's own are RunFacet and DatasetFacet.
SCHEMAS = {
    "RunFacet": CORE,
    "DatasetFacet": CORE,
    "DataQualityAssertionsDatasetFacet": "facets/1-1-0/DataQualityAssertionsDatasetFacet.json",
    "DatasetVersionDatasetFacet": "facets/1-0-1/DatasetVersionDatasetFacet.json",
    "ErrorMessageRunFacet": "facets/1-0-1/ErrorMessageRunFacet.json",
    "InputStatisticsInputDatasetFacet": "facets/1-0-0/InputStatisticsInputDatasetFacet.json",
    "JobTypeJobFacet": "facets/2-0-4/JobTypeJobFacet.json",
    "LineageDatasetFacet": "facets/1-0-0/LineageFacet.json",
    "OutputStatisticsOutputDatasetFacet": "facets/1-0-2/OutputStatisticsOutputDatasetFacet.json",
    "ParentRunFacet": "facets/1-2-0/ParentRunFacet.json",
    "ProcessingEngineRunFacet": "facets/1-1-1/ProcessingEngineRunFacet.json",
    "SchemaDatasetFacet": "facets/1-2-0/SchemaDatasetFacet.json",
}

Json = dict[str, Any]


def facet(kind: str, **values: Any) -> Json:
    """A facet of a kind in SCHEMAS."""
    return {"_producer": PRODUCER, "_schemaURL": schema(kind, SCHEMAS[kind]), **values}


def schema(kind: str, file: str = CORE) -> str:
    """The address of the schema of a facet or an event."""
    return f"{SPECIFICATION}/{file}#/$defs/{kind}"


def placed(store: Store, manifest: Manifest) -> tuple[str, str]:
    """Namespace and name of a dataset as OpenLineage has them for files and object stores.

    Source: openlineage.io/docs/spec/naming (a local file: `file` and its path; S3: `s3://bucket` and the key).
    """
    scheme, apart, rest = store.url.partition("://")
    folder = f"datasets/{manifest.reference}"
    if not apart:
        return "file", f"{store.url}/{folder}"
    place, _, prefix = rest.partition("/")
    name = "/".join(filter(None, (prefix, folder)))
    return f"{'s3' if scheme == 's3a' else scheme}://{place}", name


def input_of(store: Store, manifest: Manifest, sent_to: Manifest | None = None) -> Json:
    """A dataset that a stage read; `sent_to` is what was made of all that it kept, where that was checked."""
    facets = {"inputStatistics": facet("InputStatisticsInputDatasetFacet", **_sizes(manifest))}
    if assertions := _assertions(manifest.ledger, sent_to.ledger if sent_to else None):
        facets["dataQualityAssertions"] = facet(
            "DataQualityAssertionsDatasetFacet", assertions=assertions
        )
    return {**_dataset(store, manifest), "facets": _facets(manifest), "inputFacets": facets}


def output_of(store: Store, manifest: Manifest, inputs: Sequence[Manifest]) -> Json:
    """The dataset that a stage gave, with the datasets that flowed into it."""
    into = [{**_dataset(store, source), "type": "DATASET"} for source in inputs]
    lineage = facet("LineageDatasetFacet", inputs=into)
    statistics = facet("OutputStatisticsOutputDatasetFacet", **_sizes(manifest))
    return {
        **_dataset(store, manifest),
        "facets": {**_facets(manifest), "lineage": lineage},
        "outputFacets": {"outputStatistics": statistics},
    }


def _dataset(store: Store, manifest: Manifest) -> Json:
    namespace, name = placed(store, manifest)
    return {"namespace": namespace, "name": name}


def _sizes(manifest: Manifest) -> Json:
    """Rows of the part whose schema is shown, else of all; bytes and files of all parts."""
    files = manifest.files()
    part = next(iter(manifest.schemas), None)
    return {
        "rowCount": sum(f.rows or 0 for f in files if part in (None, f.part)),
        "size": sum(f.bytes for f in files),
        "fileCount": len(files),
    }


def _facets(manifest: Manifest) -> Json:
    columns = next(iter(manifest.schemas.values()), {})
    fields = [{"name": name, "type": kind} for name, kind in columns.items()]
    facets = {
        "version": facet("DatasetVersionDatasetFacet", datasetVersion=manifest.fingerprint),
        "schema": facet("SchemaDatasetFacet", fields=fields),
    }
    # Where the documents and the characters went that came to the dataset.
    counts = {k: v for k, v in manifest.ledger.to_json().items() if v is not None}
    if counts:
        facets["tahona_counts"] = facet("DatasetFacet", **counts)
    return facets


def _assertions(ledger: Ledger, sent_to: Ledger | None) -> list[Json]:
    """The sums of a dataset, and whether all that it kept has arrived."""
    counted = {"documents": ledger.documents, "characters": ledger.characters}
    tests = [
        (f"{name} are conserved", c.in_, c.in_ - c.balance()) for name, c in counted.items() if c
    ]
    if ledger.documents and sent_to and sent_to.documents:
        tests.append(("documents kept have arrived", ledger.documents.kept, sent_to.documents.in_))
    return [
        {
            "assertion": "row_count" if name.startswith("documents") else "sum",
            "name": name,
            "success": expected == actual,
            "severity": "error",
            "expected": str(expected),
            "actual": str(actual),
        }
        for name, expected, actual in tests
    ]
