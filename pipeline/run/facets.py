"""Facets of OpenLineage events: the datasets that a stage reads and gives, as a whole, not by column.

Imported when an event is made, as the client takes a moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attr
from openlineage.client import event_v2 as ol
from openlineage.client.facet_v2 import (
    DatasetFacet,
    RunFacet,
    data_quality_assertions_dataset,
    dataset_version_dataset,
    output_statistics_output_dataset,
    schema_dataset,
    set_producer,
)

from pipeline.model.dataset import Ledger, Manifest
from pipeline.store.store import Store

try:  # newer clients have them
    from openlineage.client.facet_v2 import input_statistics_input_dataset, lineage
except ImportError:
    lineage = input_statistics_input_dataset = None  # type: ignore[assignment]

PRODUCER = "https://github.com/tahona/tahona"
set_producer(PRODUCER)  # of every facet


@attr.define
class ParametersRunFacet(RunFacet):
    """The parameters of a stage."""

    values: dict[str, Any] = attr.field(factory=dict)


@attr.define
class CountsDatasetFacet(DatasetFacet):
    """Where the documents and the characters went that came to a dataset, as its manifest counts them."""

    documents: dict[str, Any] | None = None
    characters: dict[str, Any] | None = None


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


def input_of(store: Store, manifest: Manifest, sent_to: Manifest | None = None) -> ol.InputDataset:
    """A dataset that a stage read; `sent_to` is what was made of all that it kept, where that was checked."""
    statistics = input_statistics_input_dataset
    facets: dict[str, Any] = {}
    if statistics:
        facets["inputStatistics"] = statistics.InputStatisticsInputDatasetFacet(**_sizes(manifest))
    if assertions := _assertions(manifest.ledger, sent_to.ledger if sent_to else None):
        facets["dataQualityAssertions"] = (
            data_quality_assertions_dataset.DataQualityAssertionsDatasetFacet(assertions)
        )
    return ol.InputDataset(
        *placed(store, manifest), facets=_facets(manifest), inputFacets=facets or None
    )


def output_of(store: Store, manifest: Manifest, inputs: Sequence[Manifest]) -> ol.OutputDataset:
    """The dataset that a stage gave, with the datasets that flowed into it."""
    facets = _facets(manifest)
    if lineage:
        into: list[Any] = [
            lineage.LineageDatasetInput(*placed(store, source), type="DATASET") for source in inputs
        ]
        facets["lineage"] = lineage.LineageDatasetFacet(inputs=into)
    statistics = output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(
        **_sizes(manifest)
    )
    return ol.OutputDataset(
        *placed(store, manifest), facets=facets, outputFacets={"outputStatistics": statistics}
    )


def _sizes(manifest: Manifest) -> dict[str, Any]:
    """Rows of the part whose schema is shown, else of all; bytes and files of all parts."""
    files = manifest.files()
    part = next(iter(manifest.schemas), None)
    return {
        "rowCount": sum(f.rows or 0 for f in files if part in (None, f.part)),
        "size": sum(f.bytes for f in files),
        "fileCount": len(files),
    }


def _facets(manifest: Manifest) -> dict[str, Any]:
    columns = next(iter(manifest.schemas.values()), {})
    facets: dict[str, Any] = {
        "version": dataset_version_dataset.DatasetVersionDatasetFacet(
            datasetVersion=manifest.fingerprint
        ),
        "schema": schema_dataset.SchemaDatasetFacet(
            fields=[
                schema_dataset.SchemaDatasetFacetFields(name=name, type=kind)
                for name, kind in columns.items()
            ]
        ),
    }
    counts = {k: v for k, v in manifest.ledger.to_json().items() if v is not None}
    if counts:
        facets["tahona_counts"] = CountsDatasetFacet(**counts)
    return facets


def _assertions(
    ledger: Ledger, sent_to: Ledger | None
) -> list[data_quality_assertions_dataset.Assertion]:
    """The sums of a dataset, and whether all that it kept has arrived."""
    counted = {"documents": ledger.documents, "characters": ledger.characters}
    tests = [
        (f"{name} are conserved", c.in_, c.in_ - c.balance()) for name, c in counted.items() if c
    ]
    if ledger.documents and sent_to and sent_to.documents:
        tests.append(("documents kept have arrived", ledger.documents.kept, sent_to.documents.in_))
    return [
        data_quality_assertions_dataset.Assertion(
            assertion="row_count" if name.startswith("documents") else "sum",
            name=name,
            success=expected == actual,
            severity="error",
            expected=str(expected),
            actual=str(actual),
        )
        for name, expected, actual in tests
    ]
