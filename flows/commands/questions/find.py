"""Finds the places of a text in indexed tokens: its longest spans, how often, and in which documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cleaning.text.repair import normal
from flows.store.patterns import patterns
from flows.store.place import existing_store
from flows.store.records import newest, resolve
from pipeline.errors import UsageError
from pipeline.model.dataset import Manifest
from pipeline.store.store import Store
from training.index.about import ABOUT as INDEX

SHORTEST = 6  # tokens of a span that is shown; a shorter text is searched for as a whole
_PLACES = 5  # documents that are named of each


def trace_text(text: str, dataset: str | None, store_url: str | None) -> dict[str, Any]:
    """The longest spans of a text in the tokens of an index, and of which documents they are.

    `dataset`: the index, the tokens, or a model that learnt from them; else the index of the newest run that has one,
    of several in one recipe the last. A UsageError where there is none.
    """
    text = normal(text)  # as documents are kept
    if not text:
        raise UsageError("there is no text to find: give some words of it after --text")
    from cleaning.privacy.told import told
    from training.index.find import find
    from training.tokenizer.vocabulary import load

    store = existing_store(store_url)
    index = _index(store, dataset)
    (tokenizer,) = index.inputs["tokenizer"]
    manifest = store.manifest(tokenizer)
    if manifest is None:
        raise UsageError(
            f"the tokenizer of {index.reference}, {tokenizer}, is gone: run its recipe again"
        )
    model = load(store.fetch(manifest.files("model")[0]))
    segments = _segments(store, index)
    # In the middle of a document a word has a space before it; at the beginning of one it has none.
    readings = [model.encode(text), model.encode(f" {text}")]
    of_each: list[tuple[list[int], list[Any]]] = [
        (ids, list(find(segments, ids, min(SHORTEST, len(ids)), _PLACES))) for ids in readings
    ]
    ids, spans = max(of_each, key=lambda pair: _covered(pair[1]) / max(1, len(pair[0])))
    own = patterns(store)
    rows = [
        {
            "text": told(model.decode(ids[span.begin : span.end]), own),
            "tokens": span.end - span.begin,
            "count": span.times,
            "documents": told([place._asdict() for place in span.places], own),
        }
        for span in spans
    ]
    share = _covered(spans) / max(1, len(ids))
    least = min(SHORTEST, len(ids))
    lines = [
        f"{share:.0%} of {len(ids)} tokens stand in {index.reference}, in spans of at least {least}"
    ]
    for row in rows:
        lines.append(f"{row['count']:,} time{'s' * (row['count'] != 1)}: {row['text'].strip()!r}")
        lines += [
            f"    {place['id']}  {place['url'] or ''}  {place['part']}, sequence {place['sequence']}, "
            f"token {place['token']}"
            for place in row["documents"]
        ]
    return {"index": str(index.reference), "share": round(share, 4), "spans": rows, "text": lines}


def _covered(spans: Sequence[Any]) -> int:
    """How many tokens are in a span."""
    return len({token for span in spans for token in range(span.begin, span.end)})


def _index(store: Store, dataset: str | None) -> Manifest:
    manifests = [m for r in store.references(INDEX.name) if (m := store.manifest(r)) is not None]
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
            f"{store.url} has no index{of}: add the stage `index` to the recipe, and run it"
        )
    by_name = {str(m.reference): m for m in manifests}
    return by_name[newest(store, by_name)]


def _segments(store: Store, index: Manifest) -> list[Any]:
    from training.index.find import Segment

    return [
        Segment(
            store.fetch(shard.one("tokens")),
            store.fetch(shard.one("suffixes")),
            store.fetch(shard.one("starts")),
            store.fetch(shard.one("sequences")),
            shard.figures["type"],
        )
        for shard in index.shards
    ]
