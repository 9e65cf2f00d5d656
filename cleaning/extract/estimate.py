"""What an extraction takes, by what is read: archives of pages, compressed text, plain text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cleaning.extract.stage import Extract
from pipeline.model.about import Expected, Speed

# Measured on 2 busy cores with real texts, archives and sites.
ARCHIVE = Speed(0.3e6, 0.15)
COMPRESSED = Speed(1e6, 1.4)
PLAIN = Speed(3e6, 0.6)


def estimate(
    params: Extract.Params, inputs: Mapping[str, Sequence[Expected]], workers: int
) -> Expected:
    """The text of all files, crawled and named, or of the share of them that is a sample."""
    files = [f for given in inputs.values() for e in given for f in e.files.items()]
    text = sum(size * _speed(name).ratio for name, size in files)
    seconds = sum(size / _speed(name).bytes_s for name, size in files)
    return Expected({"documents": text * params.sample}, seconds * params.sample / workers)


def _speed(path: str) -> Speed:
    name = path.lower()
    if ".warc" in name or ".arc" in name:
        return ARCHIVE
    return COMPRESSED if name.endswith((".gz", ".zst")) else PLAIN
