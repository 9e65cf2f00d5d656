"""How surprising a Spanish text is under a small model of Spanish, and what a draw by that keeps of it.

Perplexity sampling (BERTIN: de la Rosa et al. 2022) keeps the most of what is typical and little of what is odd or
all too plain, instead of cutting at a threshold. Here `typicality` is that share, a bell round the median, and
`sampled` is it less the `lot` of the text, a number that is drawn from the text itself: the rule
`{name: sampled, signal: sampled, min: 0}` keeps a text with the probability of its typicality, the same ones each
time. A rule over `lot` alone takes a plain sample.

The model (`models/ngrams.py`; language/castilian.md says of what) is of characters, as surprise per character tells
texts of all registers apart from damaged ones and from other languages better than from one another.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from cleaning.models.digest import digest
from cleaning.models.ngrams import Ngrams
from cleaning.models.ngrams import load as read
from cleaning.signals.arrays import share
from cleaning.signals.measures import Model, measure, plain
from cleaning.text.batch import Batch
from pipeline.errors import TahonaError

CASTILIAN = Path(__file__).parents[2] / "language" / "castilian.npz"

# Bits a character, median and spread (half of the range between the quartiles, as for a normal distribution) of
# 1,062 documents of seven registers (laws, novels, sittings, news, manuals, help, clinical cases).
TYPICAL, SPREAD = 2.59, 0.49


def model_digest(path: str | None) -> str:
    """The sha256 of the model that is asked."""
    return digest(path or CASTILIAN)


def load(sha256: str, path: str | None = None) -> Ngrams:
    """The model; a TahonaError where it is not that of which `sha256` was made."""
    file = Path(path or CASTILIAN)
    if model_digest(path) != sha256:
        raise TahonaError(f"the model {file} is not the one that is asked for: {sha256}")
    return _read(file)


@cache
def _read(path: Path) -> Ngrams:
    return read(path)


@measure(
    model=Model(load=load, digest=model_digest),
    reads=("language",),
    bits_per_character=(
        float,
        "surprise of a Spanish text under a model of Spanish, in bits a character; none where it is not Spanish",
    ),
    perplexity=(float, "the same as perplexity, per word"),
    typicality=(float, "1 where that surprise is typical of Spanish, towards 0 where it is not"),
    sampled=(
        float,
        "typicality less the text's lot: not below 0 where sampling by perplexity keeps it",
    ),
)
def _perplexity(batch: Batch, model: Ngrams, languages: Any) -> Any:
    nats, words = model.surprise(batch), np.diff(batch.word_first)
    bits = share(nats, batch.characters) / np.log(2)
    per_word = np.exp(np.minimum(share(nats, words), 700.0))
    typicality = np.exp(-(((bits - TYPICAL) / SPREAD) ** 2) / 2)
    lots = np.array([lot(text) for text in batch.texts])
    spanish = (words > 0) & np.array([language == "es" for language in languages], bool)
    signals = (bits, per_word, typicality, typicality - lots)
    return tuple(np.where(spanish, values, np.nan) for values in signals)


@plain(lot=(float, "a number from 0 to 1 drawn from the text itself, the same each time"))
def _lot(text: str) -> float:
    return lot(text)


def lot(text: str) -> float:
    """The number of a text in a draw."""
    drawn = hashlib.sha256(b"lot " + text.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(drawn[:6], "big") / (1 << 48)
