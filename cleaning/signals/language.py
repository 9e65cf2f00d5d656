"""Which language a text is in, which it might be instead, and in which its passages are."""

from __future__ import annotations

from typing import Any

from cleaning.language.cascade import Cascade, cascade, cascade_digest
from cleaning.signals.measures import Model, measure
from cleaning.text import Batch


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
    languages = model.languages(batch)
    rows = [(g.language, g.probability, g.second, g.second_probability) for g in languages.guesses]
    columns = zip(*rows, strict=True) if rows else ([],) * 4
    return *columns, languages.share, languages.other, languages.other_share
