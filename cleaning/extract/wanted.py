"""Whether a page is in one of the languages that a recipe asks for: at a glance at its bytes, then by its main text."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

from cleaning.extract.glance import glance, longest, runs, text
from cleaning.language.identify import Guess, Identifier
from cleaning.language.shares import share

ENOUGH = 400  # code points at a glance by which a language is told
SURELY_NOT = 0.02  # as WANTED, at a glance
FEW = 8  # places of a page that are asked then
# Probability below which none of the languages asked for may be that of a page, and the share of its text.
WANTED = 0.2
MANY = 100  # places of a text that are asked for that
# Code points that are asked at each, and the probability from which they are in one of these languages.
ASKED, LIKELY = 300, 0.5
_LINES = re.compile(r"\n+| \| ")  # cells of a row are apart, too


class Foreign(NamedTuple):
    """What a page in none of the languages shows at a glance, in which one, and how probably it is one of them."""

    text: str
    language: str
    wanted: float


class Wanted:
    """Asks a model of languages for some of them."""

    def __init__(self, model: Identifier, languages: Collection[str]) -> None:
        self._model, self._languages = model, languages

    def at_a_glance(self, content: bytes) -> Foreign | None:
        """What the bytes of a page are, if surely in none of the languages."""
        seen = glance(content)
        wanted = self._probably(guess := self._model.guess(seen)) if len(seen) >= ENOUGH else 1.0
        if wanted >= SURELY_NOT:
            return None
        # Its menus and its code may be in another language than its paragraphs.
        paragraphs = list(runs(content))
        if any(self._probably(self._model.guess(some)) >= WANTED for some in longest(paragraphs)):
            return None
        # Or these in two, one beside the other.
        if share(paragraphs, lambda some: self._likely(text(some)), FEW):
            return None
        return Foreign(seen, guess.language, wanted)

    def lacking(self, main: str, guess: Guess) -> float | None:
        """How much of a main text is in one of the languages, a share or a probability, if too little is; `guess` is
        of the whole.
        """
        wanted = self._probably(guess)
        # Of a line or two no language is probable; the likeliest one counts.
        if wanted >= WANTED or guess.language in self._languages:
            return None
        # A translation may stand beside its original.
        within = share(_LINES.split(main), lambda some: self._likely(" ".join(some)), MANY)
        wanted = max(wanted, within)
        return wanted if wanted < WANTED else None

    def _probably(self, guess: Guess) -> float:
        """How probably a text is in one of the languages, by its two likeliest; 1 where nothing is known."""
        likeliest = (guess.language, guess.probability), (guess.second, guess.second_probability)
        if guess.language == "und":
            return 1.0
        return sum(p for language, p in likeliest if language in self._languages)

    def _likely(self, stretch: str) -> bool:
        """Whether a stretch of a text is likely in one of the languages."""
        guess = self._model.guess(stretch[:ASKED])
        return guess.language != "und" and self._probably(guess) >= LIKELY
