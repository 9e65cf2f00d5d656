"""What the stage `crawl` says of itself."""

from __future__ import annotations

from pipeline.model.about import About

ABOUT = About(
    name="crawl",
    stage="cleaning.crawl.stage:Crawl",
    summary="Crawl the recipe's seeds into WARC files.",
    flow="data",
    estimate="cleaning.crawl.estimate:estimate",
    sources="crawl",
    edition="edition",
    feeds=True,
    warnings="cleaning.crawl.warnings:lost",
    news="cleaning.crawl.warnings:changes",
    facts={"visits": "log", "hosts": "log"},
)
