"""Texts in languages that no model here knows, by what they lack or have: of America, and Judaeo-Spanish.

A model must choose among the languages that it learnt: Nahuatl and Quechua, full of borrowed words, become Spanish,
Shipibo Basque, Bribri Catalan. They lack the small words of which any prose in these languages is full, and the broad
model is not sure of any. Judaeo-Spanish has them, and writes `ke` and `kon` in each sentence, and `i` for `y`, which
those who write Spanish with `k` for fun don't. Nahuatl has borrowed so many small words that some of it lacks none:
it is told by its own. All bounds: tests/benchmarks/LOG.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from cleaning.text.batch import Batch, Bools, Hashes, by_text, word_hash
from cleaning.text.listed import Listed

FEWEST = 20  # words that tell it
# In no language has a list small words: ingredients, parts, dishes. Verses of Nahuatl have .28 of these a word at most.
PARTING, LISTED = re.compile(r"[,;•·|]|(?<![.?!])\n"), 0.29


@dataclass(frozen=True)
class Small:
    """The small words of a language, the least share of them in its prose, and how sure of it the broad model is."""

    words: str
    share: float = 0.12
    sure: float = 0.25


SMALL: Mapping[str, Small] = {
    "es": Small(
        "de la en el y a que del los se por un con una las su no para es al lo como más o sus le me mi sin sobre este "
        "ya pero si fue muy cuando te esta son e ni ha hay qué sea",
        sure=0.5,  # which has lent most
    ),
    "ca": Small(
        "de la el i a que les en per un els del amb una dels al no és es se com ha o pel més són va"
    ),
    "gl": Small(
        "de a e o que do da en os un as unha se por para con non é no na ao dos das como máis ou á lle seu"
    ),
    "pt": Small(
        "de a e o que do da em os um as uma se por para com não é no na ao dos das como mais ou à lhe seu sua"
    ),
    "ast": Small(
        "de la en el y a que del los se por un con una les so nun ye al lo como más o pa pola"
    ),
    "oc": Small(
        "de la e lo que los las en per un una dels del al es se amb no son a "
        "dera deth era eth er der ath peth ena enes ua damb entà"  # of Aran
    ),
    "it": Small("di e il la che in un a per del una le con i è non si da al sono della"),
    "en": Small(
        "the be to of and that have with in is a for it on as are this you not or i by we was",
        share=0.05,
    ),
    "eu": Small(
        "eta da ez bat dira hau edo egin du den ere baina izan dute beste zen dago bere batzuk hori zuen dut egiten "
        "behar nire gure duen ditu baino bezala dela",
        share=0.04,
        sure=0.12,
    ),
}
JUDAEO_SPANISH = (
    "ke kon komo kuando kada kaza koza kozas kosa kere kero kual kuala kualo akel akeya aki muncho muncha munchos "
    "munchas poko porke eya eyos eyas mozotros vozotros muestro muestros muestra plaze ermano ijo ijos ombre ombres "
    "azer aze livro djudio djudios djudia djente dospues nunka estava"
)
WITH_K = "ke kon"
LADINO = 0.04  # words of these, at least
# In the spellings of fifteen varieties; not those that are words of Spanish too (amo, quema, iva), or of Basque (nik,
# inon).
NAHUATL = (
    "huan uan iuan ihuan iwan ivan hua tlen tli tlan tleca ipan itech nochi nochtin nochin niman nopa catli katlej "
    "yejhuan yejuan yehuan yejhua yejua yehua yejuatzin yejuatzi yehhuatzin ahmo inu inin ijcon ijcón ijkón ijkó "
    "ika campa kampa ompa ijcuac ihcuac ijkuak nijkuak cuac noijki noyojqui ijqui kemi queme nejua nehua tejua tehua "
    "namejuan cuali kuali kuale cuale nikan nican nochipa axan okachi yej iga iwá\u0331n inó\u0331n"
)
NAHUA = (
    0.04  # of its words; the least of 84 texts is .078, the most of 19,000 in other languages .009
)
BROAD = 0.8  # the broad model is less sure of another language there, .63 at most
# Of the small words of Spanish .14 at most; a text in Spanish about Nahuatl, or half in both, has more.
MIXED = 0.2


def written_with_k(batch: Batch) -> Bools:
    """Which texts have `ke` or `kon`, as Judaeo-Spanish writes them."""
    ke, kon = _list(WITH_K).hashes  # compared in half the time that a list takes
    with_k = (batch.word_hashes == ke) | (batch.word_hashes == kon)
    return np.asarray(by_text(with_k, batch.word_first) > 0)


def is_unknown(batch: Batch, text: int, language: str, probability: float) -> bool:
    """Whether a text is not in this language, which the models take it for; `probability` is the broad one's."""
    small = SMALL.get(language)
    doubted = small is not None and probability < small.sure
    said = batch.texts[text]
    words = batch.word_hashes[batch.word_first[text] : batch.word_first[text + 1]]
    with_k = language == "es" and bool(_list(WITH_K).has(words).any())
    with_k = with_k and (" ke " in said or " kon " in said)
    if not doubted and not with_k and probability >= BROAD:
        return False
    if len(words) < FEWEST:
        return False
    if probability < BROAD and _share(words, NAHUATL) >= NAHUA:
        return _share(words, SMALL["es"].words) < MIXED
    lacking = small is not None and doubted and _share(words, small.words) < small.share
    if lacking and len(PARTING.findall(said)) < LISTED * len(words):
        return True
    ands = [int(np.count_nonzero(words == word_hash(word))) for word in ("i", "y")]
    return with_k and ands[0] > ands[1] and _share(words, JUDAEO_SPANISH) >= LADINO


def _share(words: Hashes, known: str) -> float:
    return float(_list(known).has(words).mean())


@cache
def _list(words: str) -> Listed:
    return Listed.of(words.split())
