"""What an extraction takes, by what is read: archives of pages, compressed text, plain text."""

from __future__ import annotations

from cleaning.extract.stage import together
from pipeline.model.about import SHARD, Beforehand, Expected, Speed
from pipeline.model.dataset import File

# Measured on 2 busy cores with real texts, archives and sites.
ARCHIVE = Speed(0.3e6, 0.15)
COMPRESSED = Speed(1e6, 1.4)
PLAIN = Speed(3e6, 0.6)


def estimate(known: Beforehand) -> Expected:
    """The text of all files, crawled and named, or of the share of them that is a sample."""
    share = known.params.sample
    files = [f for given in known.inputs.values() for e in given for f in e.files.items()]
    text = sum(size * _speed(name).ratio for name, size in files)
    seconds = sum(size / _speed(name).bytes_s for name, size in files)
    shards = _shards(known)
    overhead = shards * SHARD / known.workers
    return Expected(
        {"documents": text * share},
        seconds * share / known.workers + overhead,
        at_most=known.at_most,
        shards=shards,
        overhead=overhead,
    )


def _shards(known: Beforehand) -> int:
    """Those of the files that the recipe names, and one a file of a crawl."""
    expected = [e for each in known.inputs.values() for e in each]
    crawled = sum(len(e.files) for e in expected if not e.sources)
    named = [
        File(path=path, part=source, bytes=int(e.files[path]), sha256="")
        for e in expected
        for path, source in e.sources.items()
    ]
    return crawled + sum(1 for _ in together(named, known.params.sources))


def _speed(path: str) -> Speed:
    name = path.lower()
    if ".warc" in name or ".arc" in name:
        return ARCHIVE
    return COMPRESSED if name.endswith((".gz", ".zst")) else PLAIN
