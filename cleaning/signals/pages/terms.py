"""Words of pages for adults and of gambling, and what machines write: how much of a text they are."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from cleaning.signals.arrays import share
from cleaning.signals.measures import measure, plain
from cleaning.text.batch import Batch, by_text
from cleaning.text.listed import Listed

_ADULT = [
    "porno",
    "pornografía",
    "xxx",
    "follar",
    "follando",
    "folladas",
    "polla",
    "pollas",
    "coño",
    "tetas",
    "culo",
    "culos",
    "putas",
    "zorras",
    "mamada",
    "mamadas",
    "corrida",
    "corridas",
    "orgía",
    "milf",
    "escorts",
    "prostitutas",
    "webcam",
    "erótico",
    "eróticos",
    "sexshop",
    "vibrador",
    "consolador",
    "hentai",
    "desnudas",
    "tetonas",
    "culonas",
    "pajas",
    "masturbación",
    "anal",
    "orgasmo",
]
_GAMBLING = [
    "casino",
    "casinos",
    "tragaperras",
    "tragamonedas",
    "ruleta",
    "póker",
    "poker",
    "blackjack",
    "jackpot",
    "apuestas",
    "apuesta",
    "apostar",
    "bingo",
    "slots",
    "bono",
    "bonos",
    "giros",
    "gratis",
    "ludopatía",
    "bookmaker",
    "cuotas",
    "betting",
    "bet365",
    "codere",
]
_MACHINE = re.compile(
    r"como (?:un )?modelo de lenguaje|no puedo (?:ayudarte|cumplir) con esa (?:solicitud|petición)"
    r"|as an ai language model|a partir de mi última actualización|\[(?:tu|su|insert[ae]?) [^\]\n]{1,40}\]"
    r"|(?:generado|escrito|traducido) (?:automáticamente|por (?:una )?(?:ia|inteligencia artificial)|por máquina)"
    r"|este mensaje (?:se )?ha (?:sido )?generado automáticamente",
    re.IGNORECASE,
)

# What addresses of pages for adults hold (HPLT, monotextor-slurm, annotate.py).
_ADULT_ADDRESS = re.compile("porn|sex|tube|cams|camgirls|mature", re.IGNORECASE)


def _words(batch: Batch, words: list[str]) -> Any:
    hits = Listed.of(words).has(batch.word_hashes).astype(np.int64)
    return share(by_text(hits, batch.word_first), np.diff(batch.word_first))


@measure(
    adult_terms=(float, "words of pages for adults, of the words"),
    gambling_terms=(float, "words of gambling pages, of the words"),
)
def _terms(batch: Batch) -> Any:
    return _words(batch, _ADULT), _words(batch, _GAMBLING)


@plain(
    reads=("url",),
    adult_address=(int, "parts of its address that those of pages for adults have (HPLT)"),
)
def _adult_address(text: str, url: str | None) -> int:
    return len(_ADULT_ADDRESS.findall(url or ""))


@plain(machine_phrases=(int, "phrases by which a text says that a machine wrote it"))
def _machine(text: str) -> int:
    return len(_MACHINE.findall(text))
