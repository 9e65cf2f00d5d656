"""The characters of the stages follow from one another: what one has cut, the next does not cut again."""

from __future__ import annotations

from typing import Any

from flows.report.facts import _arrived
from flows.report.figures.sections import funnel
from pipeline.model.dataset import Manifest
from pipeline.model.ledger import Characters, Documents, Ledger


def _made(stage: str, documents: Documents, characters: Characters) -> Manifest:
    ledger = Ledger(documents=documents, characters=characters)
    return Manifest(
        stage=stage, fingerprint="a" * 32, kinds=[], version=1, shards=[], ledger=ledger
    )


def test_the_corpus_begins_with_what_the_stage_before_it_kept() -> None:
    # Of 100 characters `short` takes a document of 20, and `site` 10 of the others.
    filtered = _made(
        "filter",
        Documents(in_=3, kept=2, removed={"short": 1}),
        Characters(in_=100, kept=70, cut={"short": 20, "site": 10}),
    )
    corpus = _made(
        "corpus",
        Documents(in_=2, kept=1, removed={"withdrawn": 1}),
        Characters(
            in_=80, kept=55, cut={"site": 10, "withdrawn": 5}, masked={"email": 10}, placeholders=7
        ),
    )
    messages: list[dict[str, Any]] = []
    for dataset, decisions in ((filtered, []), (corpus, [filtered])):
        documents = dataset.ledger.documents
        assert documents
        characters = _arrived(dataset, decisions)
        names = {"stage": dataset.stage, "fingerprint": dataset.fingerprint, "rules": []}
        messages.append({**names, "documents": documents.to_json(), "characters": characters})
    first, second = funnel(messages)
    assert first["characters"]["stay"] == second["characters"]["in"] == 70
    assert second["characters"]["stay"] == 55 + 7  # as the corpus is, and an export of it
    assert {row["rule"] for row in second["taken"]} == {"withdrawn", "email"}
    assert {row["rule"] for row in first["taken"]} == {"short", "site"}
