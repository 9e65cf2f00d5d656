"""Which language a text is in, which it might be instead, and in which its passages are.

Code says nothing of that: commands and what they answer are English in a tutorial of any language. It is left out where
enough words are left.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from cleaning.language.cascade import Cascade, Languages, cascade, cascade_digest
from cleaning.signals.measures import Model, measure
from cleaning.signals.prose import Lines
from cleaning.text import Batch

FEWEST = 20  # words outside code by which a language is told


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
    if texts := _without_code(batch):
        for place, row in zip(
            texts, _rows(model.languages(Batch(list(texts.values())))), strict=True
        ):
            rows[place] = row
    return tuple(zip(*rows, strict=True)) if rows else ([],) * 7


def _rows(languages: Languages) -> list[tuple[Any, ...]]:
    guesses = [
        (g.language, g.probability, g.second, g.second_probability) for g in languages.guesses
    ]
    others = zip(languages.share, languages.other, languages.other_share, strict=True)
    return [(*guess, *other) for guess, other in zip(guesses, others, strict=True)]


def _without_code(batch: Batch) -> dict[int, str]:
    """By place the texts that hold lines of code, without these."""
    lines = Lines(batch)
    enough = lines.total(lines.words * ~lines.code) >= FEWEST
    dropped = np.flatnonzero(lines.code & enough[lines.document])
    edges = np.zeros(len(batch.codes) + 1, np.int8)
    edges[batch.line_start[dropped]] += 1
    edges[batch.line_end[dropped]] -= 1
    kept = np.cumsum(edges[:-1]) == 0
    texts = {}
    for place in np.unique(lines.document[dropped]).tolist():
        span = slice(batch.start[place], batch.end[place])
        codes = batch.codes[span][kept[span]]
        texts[place] = codes.tobytes().decode("utf-32-le", "surrogatepass")
    return texts
