"""Which language a text is in, and which it might be instead."""

from __future__ import annotations

from cleaning.language.identify import Identifier, identifier, model_digest
from cleaning.signals.measures import Model, plain


@plain(
    model=Model(model_digest, identifier),
    language=(str, "the likeliest language, by its code; `und` where there is nothing to read"),
    language_p=(float, "how probable it is"),
    second_language=(str, "the next language"),
    second_language_p=(float, "how probable that is"),
)
def _language(text: str, model: Identifier) -> tuple[str, float, str, float]:
    guess = model.guess(text)
    return guess.language, guess.probability, guess.second, guess.second_probability
