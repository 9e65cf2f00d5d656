"""Finds the places of a text in indexed tokens: its longest spans, how often, and in which documents."""

from __future__ import annotations

from typing import Any

from cleaning.text.repair import normal
from flows.chain.origins import origins
from flows.stages import ABOUTS
from flows.store.patterns import patterns
from flows.store.place import existing_store
from flows.store.records import newest, resolve
from pipeline.errors import UsageError
from pipeline.model.about import named
from pipeline.model.dataset import Manifest
from pipeline.store.store import Store


def trace_text(text: str, dataset: str | None, store_url: str | None) -> dict[str, Any]:
    """The longest spans of a text in the tokens of an index, and of which documents they are.

    `dataset`: the index, the tokens, or a model that learnt from them; else the index of the newest run that has one,
    of several in one recipe the last. A UsageError where there is none.
    """
    text = normal(text)  # as documents are kept
    if not text:
        raise UsageError("there is no text to find: give some words of it after --text")
    from cleaning.privacy.told import told

    store = existing_store(store_url)
    about = next(about for about in ABOUTS if about.find)
    index = _index(store, about.name, dataset)
    finding = named(about.find or "")(index, store.manifest, store.fetch, text)
    own = patterns(store)
    unnamed = {place.id for span in finding.spans for place in span.places if not place.url}
    files = origins(store, _documents(store, index), unnamed) if unnamed else {}
    rows = [
        {
            "text": told(span.text, own),
            "tokens": span.tokens,
            "count": span.times,
            "documents": told(
                [{**place._asdict(), "file": files.get(place.id)} for place in span.places], own
            ),
        }
        for span in finding.spans
    ]
    stand = f"{finding.share:.0%} of {finding.tokens} tokens stand in {index.reference}"
    lines = [f"{stand}, in spans of at least {finding.least}"]
    for row in rows:
        lines.append(f"{row['count']:,} time{'s' * (row['count'] != 1)}: {row['text'].strip()!r}")
        lines += [
            f"    {place['id']}  {place['url'] or place['file'] or ''}  {place['part']}"
            f"{' (held out)' if place['held_out'] else ''}, sequence {place['sequence']}, "
            f"token {place['token']}"
            for place in row["documents"]
        ]
        if more := row["count"] - len(row["documents"]):
            lines.append(f"    and {more:,} more")
    share = round(finding.share, 4)
    return {"index": str(index.reference), "share": share, "spans": rows, "text": lines}


def _documents(store: Store, index: Manifest) -> list[Manifest]:
    """The documents that an index came from."""
    left, seen = [index], dict[str, Manifest]()
    while left:
        for reference in (r for many in left.pop().inputs.values() for r in many):
            if str(reference) not in seen and (manifest := store.manifest(reference)):
                seen[str(reference)] = manifest
                left.append(manifest)
    return [manifest for manifest in seen.values() if "documents" in manifest.kinds]


def _index(store: Store, stage: str, dataset: str | None) -> Manifest:
    manifests = [m for r in store.references(stage) if (m := store.manifest(r)) is not None]
    if dataset:
        wanted = resolve(store, dataset)
        tokens = {str(wanted.reference), *(str(r) for r in wanted.inputs.get("tokens", []))}
        manifests = [
            m
            for m in manifests
            if m.reference == wanted.reference or tokens & {str(r) for r in m.inputs["tokens"]}
        ]
    if not manifests:
        of = f" of {dataset}" if dataset else ""
        raise UsageError(
            f"{store.url} has no {stage}{of}: add the stage `{stage}` to the recipe, and run it"
        )
    by_name = {str(m.reference): m for m in manifests}
    return by_name[newest(store, by_name)]
