"""What a crawl takes at most: every source to its last allowed page, all sources side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cleaning.crawl.stage import Crawl
from pipeline.model.about import Expected

PAGE = 20_000  # bytes of a crawled page in a WARC file, compressed
WORK = 0.05  # seconds of work a page beside the polite delay


def estimate(
    params: Crawl.Params, inputs: Mapping[str, Sequence[Expected]], workers: int
) -> Expected:
    """A file for each source."""
    sources = params.sources.items()
    return Expected(
        files={f"{name}.warc.gz": source.max_pages * PAGE for name, source in sources},
        seconds=max(source.max_pages * (source.delay + WORK) for _, source in sources),
        by="the recipe's max_pages and delay",
    )
