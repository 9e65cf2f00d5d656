"""Which language a text is in, which it might be instead, and in which its passages are.

Code says nothing of that: commands, queries and what they answer are English in a tutorial of any language. It is left
out where enough words are left. A manual of a program is names and code by half, which are no language, and its
sentences are in one: where none is found these are asked alone. So is, after them, what stands outside formulas.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np

from cleaning.language.cascade import Cascade, Languages, cascade, cascade_digest
from cleaning.language.codes import UNKNOWN
from cleaning.language.passages import Span
from cleaning.signals.measures import Model, measure
from cleaning.signals.parts.formulas import formulas
from cleaning.signals.text.prose import Lines
from cleaning.text.batch import Batch, Bools, Ints

FEWEST = 20  # words outside code, or in sentences, by which a language is told
SENTENCE_SHARE = 0.2  # of the words outside code those in sentences, from which on they tell it


@measure(
    model=Model(cascade, cascade_digest, input="opinion", optional=True),
    language=(str, "the likeliest language, by its code; `und` where there is none to read"),
    language_p=(float, "how probable it is; of a text of two languages how much of both is in it"),
    second_language=(str, "the next language"),
    second_language_p=(float, "how probable that is"),
    language_share=(float, "words of passages in the text's language, of those of all passages"),
    other_language=(str, "the language of most of the other words; `und` where there are none"),
    other_language_share=(float, "the words in that language, of the same"),
    language_shares=(str, "the share of each language of these words: `ca 0.583 es 0.417`"),
    scattered_share=(
        float,
        "words in other languages, but what reads on in two that texts are written in together (a decree)",
    ),
    passages=(
        list,
        "of a text of more than one language its parts: start, end, language, confidence",
    ),
)
def _language(batch: Batch, model: Cascade) -> Any:
    lines = Lines.of(batch)
    spoken = ~lines.program
    plain = lines.total(lines.words * spoken)
    in_sentences = lines.total(lines.words * lines.sentence)
    texts = _of_lines(lines, spoken, plain)
    batches = [batch, _batch_of(texts)] if texts else [batch]
    answers = _rows(model.languages(*batches, but=texts))
    rows = answers[: len(batch)]
    _set(texts, batch, answers[len(batch) :], rows)
    none = np.array([row[0] == UNKNOWN for row in rows], bool)
    texts = _of_lines(
        lines, lines.sentence, in_sentences * ((in_sentences >= SENTENCE_SHARE * plain) & none)
    )
    _ask(texts, batch, partial(model.languages, sentences=True), rows)
    _ask(_of_words(batch, rows), batch, model.languages, rows)
    columns = [(*row, [span._asdict() for span in spans] or None) for *row, spans in rows]
    return tuple(zip(*columns, strict=True)) if columns else ([],) * 10


def _rows(languages: Languages) -> list[tuple[Any, ...]]:
    return [
        (
            *(guess.language, guess.probability, guess.second, guess.second_probability),
            *_of_shares(shares),
            scattered,
            spans,
        )
        for guess, shares, scattered, spans in zip(
            languages.guesses, languages.shares, languages.scattered, languages.spans, strict=True
        )
    ]


def _of_shares(shares: Mapping[str, float]) -> tuple[float, str, float, str]:
    """The share of the first language, the next one with its own, and all of them."""
    other, less = [*shares.items(), (UNKNOWN, 0.0)][1]
    described = " ".join(f"{language} {share:.3f}" for language, share in shares.items())
    return next(iter(shares.values())), other, less, described


def _ask(
    texts: Mapping[int, _Excerpt],
    batch: Batch,
    languages: Callable[[Batch], Languages],
    rows: list[tuple[Any, ...]],
) -> None:
    """Sets the rows at some places by these excerpts of the texts."""
    if texts:
        _set(texts, batch, _rows(languages(_batch_of(texts))), rows)


def _batch_of(texts: Mapping[int, _Excerpt]) -> Batch:
    return Batch([excerpt.text for excerpt in texts.values()])


def _set(
    texts: Mapping[int, _Excerpt],
    batch: Batch,
    answers: Sequence[tuple[Any, ...]],
    rows: list[tuple[Any, ...]],
) -> None:
    """Sets the rows at some places by what was said of these excerpts of the texts."""
    for (place, excerpt), (*row, spans) in zip(texts.items(), answers, strict=True):
        rows[place] = (*row, excerpt.on_whole(spans, len(batch.texts[place])))


class _Excerpt(NamedTuple):
    """What is left of a text without some lines: where its pieces begin in it and in the whole."""

    text: str
    places: list[int]
    origins: list[int]

    def on_whole(self, spans: Sequence[Span], length: int) -> list[Span]:
        """Spans that cut this, as spans that cut the whole of `length` code points."""
        starts = [0]
        for span in spans[1:]:
            piece = bisect_right(self.places, span.start) - 1
            starts.append(self.origins[piece] + span.start - self.places[piece])
        ends = [*starts[1:], length]
        return [
            span._replace(start=start, end=end)
            for span, start, end in zip(spans, starts, ends, strict=False)
        ]


def _of_lines(lines: Lines, chosen: Bools, words: Ints) -> dict[int, _Excerpt]:
    """By place the texts of which only some lines are chosen, these alone, where there are `words` enough."""
    batch = lines.batch
    dropped = np.flatnonzero(~chosen & (words >= FEWEST)[lines.document])
    texts: dict[int, _Excerpt] = {}
    for place in np.unique(lines.document[dropped]).tolist():
        begin, here = int(batch.start[place]), dropped[lines.document[dropped] == place]
        starts, ends = lines.first[here] - begin, lines.last[here] + 1 - begin
        spans = zip(starts.tolist(), ends.tolist(), strict=True)
        texts[place] = _without(batch.texts[place], spans)
    return texts


def _of_words(batch: Batch, rows: Sequence[Sequence[Any]]) -> dict[int, _Excerpt]:
    """By place the texts without a language that have formulas, without these."""
    none = [place for place, row in enumerate(rows) if row[0] == UNKNOWN]
    spans_of = {place: formulas(batch.texts[place]) for place in none}
    return {
        place: _without(batch.texts[place], spans) for place, spans in spans_of.items() if spans
    }


def _without(text: str, spans: Iterable[tuple[int, int]]) -> _Excerpt:
    kept, origins, at = [], [], 0
    for start, end in spans:
        kept.append(text[at:start])
        origins.append(at)
        at = end
    kept.append(text[at:])
    places = [0, *accumulate(map(len, kept[:-1]))]
    return _Excerpt("".join(kept), places, [*origins, at])
