"""Which language a text is in, which it might be instead, and in which its passages are.

Code says nothing of that: commands, queries and what they answer are English in a tutorial of any language. It is left
out where enough words are left. A manual of a program is names and code by half, which are no language, and its
sentences are in one: where none is found these are asked alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from cleaning.language.cascade import Cascade, Languages, cascade, cascade_digest
from cleaning.language.codes import UNKNOWN
from cleaning.signals.measures import Model, measure
from cleaning.signals.prose import Lines
from cleaning.text.batch import Batch, Bools, Ints

FEWEST = 20  # words outside code, or in sentences, by which a language is told
TOLD = 0.2  # of the words outside code those in sentences, from which on they tell it


@measure(
    model=Model(cascade, cascade_digest),
    language=(str, "the likeliest language, by its code; `und` where there is none to read"),
    language_p=(float, "how probable it is"),
    second_language=(str, "the next language"),
    second_language_p=(float, "how probable that is"),
    language_share=(float, "words of passages in the text's language, of those of all passages"),
    other_language=(str, "the language of most of the other words; `und` where there are none"),
    other_language_share=(float, "the words in that language, of the same"),
)
def _language(batch: Batch, model: Cascade) -> Any:
    rows = _rows(model.languages(batch))
    lines = Lines(batch)
    spoken = ~lines.program
    plain = lines.total(lines.words * spoken)
    in_sentences = lines.total(lines.words * lines.sentence)
    texts = _of_lines(lines, spoken, plain)
    if texts:
        batch.forget()
    _ask(texts, model.languages, rows)
    none = np.array([row[0] == UNKNOWN for row in rows], bool)
    texts = _of_lines(lines, lines.sentence, in_sentences * ((in_sentences >= TOLD * plain) & none))
    _ask(texts, partial(model.languages, sentences=True), rows)
    return tuple(zip(*rows, strict=True)) if rows else ([],) * 7


def _rows(languages: Languages) -> list[tuple[Any, ...]]:
    guesses = [
        (g.language, g.probability, g.second, g.second_probability) for g in languages.guesses
    ]
    others = zip(languages.share, languages.other, languages.other_share, strict=True)
    return [(*guess, *other) for guess, other in zip(guesses, others, strict=True)]


def _ask(
    texts: Mapping[int, str], languages: Callable[[Batch], Languages], rows: list[tuple[Any, ...]]
) -> None:
    """Sets the rows at some places by these texts."""
    if texts:
        answers = _rows(languages(Batch(list(texts.values()))))
        for place, row in zip(texts, answers, strict=True):
            rows[place] = row


def _of_lines(lines: Lines, chosen: Bools, words: Ints) -> dict[int, str]:
    """By place the texts of which only some lines are chosen, these alone, where there are `words` enough."""
    batch = lines.batch
    dropped = np.flatnonzero(~chosen & (words >= FEWEST)[lines.document])
    texts = {}
    for place in np.unique(lines.document[dropped]).tolist():
        text, begin, at = batch.texts[place], int(batch.start[place]), 0
        here = dropped[lines.document[dropped] == place]
        kept = []
        for start, end in zip(lines.first[here] - begin, lines.last[here] + 1 - begin, strict=True):
            kept.append(text[at:start])
            at = end
        texts[place] = "".join([*kept, text[at:]])
    return texts
