"""Words that a text of a language is full of, whatever it is about: the most frequent function words."""

from __future__ import annotations

from collections.abc import Mapping

# es: FineWeb-2, configs/spa_Latn.yml; en: Gopher (Rae et al. 2021, A.1). The others are of the same kind
# and number: the most frequent articles, prepositions and conjunctions in the project's test texts.
STOP_WORDS: Mapping[str, tuple[str, ...]] = {
    name: tuple(words.split())
    for name, words in {
        "es": "de la en el y a que del los se por un con una las su",
        "ca": "de la el i a que les en per un els del amb una dels al",
        "gl": "de a e o que do da en os un as unha se por para con",
        "eu": "eta da ez bat dira hau edo egin du den ere baina izan dute beste zen",
        "pt": "de a e o que do da em os um as uma se por para com",
        "en": "the be to of and that have with",
    }.items()
}
