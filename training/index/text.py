"""The spans of a text that stand in indexed tokens, with the words that they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.errors import UsageError
from pipeline.model.dataset import File, Manifest, Reference
from training.index.find import Place, Segment, Span, find
from training.tokenizer.vocabulary import load

SHORTEST = 6  # tokens of a span that is told; a shorter text is searched for as a whole
_PLACES = 5  # documents that are named of each


class Words(NamedTuple):
    """A span of the text as words: its tokens, how often they occur, and some of the places."""

    text: str
    tokens: int
    times: int
    places: list[Place]


class Finding(NamedTuple):
    """Of a text of so many tokens the `share` that stands in spans of at least `least`, and these."""

    tokens: int
    share: float
    least: int
    spans: list[Words]


def find_text(
    index: Manifest,
    manifest: Callable[[Reference], Manifest | None],
    fetch: Callable[[File], Path],
    text: str,
) -> Finding:
    """The longest spans of a text in an index. A UsageError where the tokenizer of the index is gone."""
    (reference,) = index.inputs["tokenizer"]
    if (tokenizer := manifest(reference)) is None:
        raise UsageError(
            f"the tokenizer of {index.reference}, {reference}, is gone: run its recipe again"
        )
    model = load(fetch(tokenizer.files("model")[0]))
    segments = _segments(index, fetch)
    # In the middle of a document a word has a space before it; at the beginning of one it has none.
    readings = [model.encode(text), model.encode(f" {text}")]
    of_each: list[tuple[list[int], list[Span]]] = [
        (ids, list(find(segments, ids, min(SHORTEST, len(ids)), _PLACES))) for ids in readings
    ]
    ids, spans = max(of_each, key=lambda pair: _covered(pair[1]) / max(1, len(pair[0])))
    words = [
        Words(model.decode(ids[s.begin : s.end]), s.end - s.begin, s.times, s.places) for s in spans
    ]
    share = _covered(spans) / max(1, len(ids))
    return Finding(len(ids), share, min(SHORTEST, len(ids)), words)


def _covered(spans: Sequence[Span]) -> int:
    """How many tokens are in a span."""
    return len({token for span in spans for token in range(span.begin, span.end)})


def _segments(index: Manifest, fetch: Callable[[File], Path]) -> list[Any]:
    return [
        Segment(
            fetch(shard.one("tokens")),
            fetch(shard.one("suffixes")),
            fetch(shard.one("starts")),
            fetch(shard.one("sequences")),
            shard.figures["type"],
        )
        for shard in index.shards
    ]
