"""What the stage `extract` says of itself."""

from __future__ import annotations

from pipeline.model.about import REST, RULES, About

ABOUT = About(
    name="extract",
    stage="cleaning.extract.stage:Extract",
    summary="Read WARC files and dumps into documents.",
    flow="data",
    estimate="cleaning.extract.estimate:estimate",
    text=True,
    feeds=True,
    sources=REST,
    files="cleaning.extract.check:check_files",
    sample="sample",
    labels={"languages": "language", "gate": RULES},
    known={
        "language": "cleaning.extract.check:wrong_language",
        "domain": "cleaning.extract.check:wrong_domain",
    },
    domains="cleaning.extract.domains:domains",
    warnings="cleaning.extract.warnings:warnings",
    news="cleaning.extract.warnings:taken_for_web",
    columns=(
        *("id", "url", "host", "domain", "source", "captured_at", "metadata"),
        *("rule", "value", "threshold"),
    ),
    facts={"shares": "kept", "samples": "kept"},
    head=("in",),
)
