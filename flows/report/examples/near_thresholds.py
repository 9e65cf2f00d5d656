"""The documents that stand nearest to the threshold of each rule, on either side, as `judge` finds them."""

from __future__ import annotations

from typing import Any

import numpy as np

from cleaning.rules.rule import Bounds
from cleaning.signals.signals import files_with
from cleaning.thresholds.near import NEAR, Near, nearest
from cleaning.thresholds.parted import columns_of
from flows.report.examples.documents import read_places
from flows.report.examples.removed import example
from pipeline.model.dataset import Manifest
from pipeline.store.store import Store

ROWS = 200_000  # documents that are looked at, in whole shards spread over all
EACH = 2  # on either side of a threshold
MOST = 240  # of all rules, so that a page is bounded: what is farther from its threshold goes first


def near_thresholds(
    store: Store, decisions: Manifest, documents: Manifest, signals: Manifest
) -> dict[str, list[dict[str, Any]]]:
    """By rule, those that keep to its threshold and those that do not, the nearest first, with `kept`, `tags` (whether
    the rule does no more than that) and the passage that the rule sees.

    Of a rule that removed or tagged nothing only those that are near its threshold.
    """
    params: dict[str, Any] = next((s.params for s in decisions.shards if "rules" in s.params), {})
    rules = [
        rule for r in params.get("rules", ()) if (rule := Bounds(**r)).action in {"drop", "tag"}
    ]
    whole = list(zip(documents.shards, signals.shards, decisions.shards, strict=True))
    rows = sum(shard.one("kept").rows or 0 for shard in documents.shards)
    chosen = range(0, len(whole), max(1, min(len(whole), -(-rows // ROWS))))
    passages = params.get("passages", False)
    columns = columns_of(rules, passages)
    shards = (
        (
            store.fetch(document.one("kept")),
            [store.fetch(file) for file in files_with(signal.files, columns)],
            next((store.fetch(file) for file in decided.part("edits")), None),
        )
        for document, signal, decided in (whole[number] for number in chosen)
    )
    languages = params.get("languages", ())
    nearby = nearest(shards, rules, languages, EACH, np.inf, passages) if rules else []
    removed = decisions.ledger.documents.removed if decisions.ledger.documents else {}
    hit = {*removed, *(one.rule for one in nearby if not one.kept)}
    nearby = [one for one in nearby if one.distance <= NEAR or one.rule in hit][:MOST]
    places = {
        (documents.shards[chosen[one.shard]].one("kept").path, one.row): one for one in nearby
    }
    read = {}
    for (file, row), document in read_places(
        store, [(documents.shards[chosen[n.shard]].one("kept"), n.row) for n in nearby]
    ):
        read[places[file.path, row]] = document
    by_name = {rule.name: rule for rule in rules}
    by_rule: dict[str, list[dict[str, Any]]] = {}
    for one in nearby:
        by_rule.setdefault(one.rule, []).append(_shown(one, read[one], by_name[one.rule]))
    return by_rule


def _shown(near: Near, document: dict[str, Any], rule: Bounds) -> dict[str, Any]:
    reason = {"value": near.value, "threshold": near.threshold}
    shown = example(document, reason, rule.signal, None)
    return {**shown, "kept": near.kept, "tags": rule.action == "tag"}
