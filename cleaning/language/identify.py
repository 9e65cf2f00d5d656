"""Which language a text is in: the fastText model lid.176 (or another that the user names), with its
bias against the small languages beside Spanish taken out.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from cleaning.language.weights import LID176, find_model
from cleaning.models.digest import digest
from cleaning.models.fasttext import read
from cleaning.models.fasttext_library import Library
from cleaning.text.batch import Floats, Ints
from pipeline.errors import TahonaError

WINDOW = 1000  # code points taken from the beginning, and as many from the middle of a longer text
CANDIDATES = 12  # labels that are asked for

# lid.176 was trained on what there was: far more Spanish and Portuguese than Galician, Asturian or
# Aragonese, so a Galician page needs little Spanish in it to be called Spanish. Its probabilities are
# divided by that prior: of 907 Galician passages of 200 and more characters (NTREX, UD) 70 were taken
# for Spanish or Portuguese, with the weight 6 four; of 1,366 Spanish ones none is lost, of 1,832
# Portuguese ones six; Asturian 58 -> 138 of 207, Aragonese 16 -> 48 of 179.
WEIGHTS: Mapping[str, float] = {"gl": 6.0, "ast": 6.0, "an": 6.0}

# ISO 639-3 labels of other models (OpenLID, GlotLID: `spa_Latn`) by the code that Tahona uses.
CODES = {
    "spa": "es",
    "cat": "ca",
    "glg": "gl",
    "eus": "eu",
    "por": "pt",
    "eng": "en",
    "fra": "fr",
    "ita": "it",
    "arg": "an",
    "ast": "ast",
    "oci": "oc",
    "deu": "de",
}


class Guess(NamedTuple):
    """The two likeliest languages of a text; `und` with probability 0 where there is nothing to read."""

    language: str = "und"
    probability: float = 0.0
    second: str = "und"
    second_probability: float = 0.0


class Identifier:
    """A loaded model. Prediction is thread-safe."""

    def __init__(self, path: Path, sha256: str, codes: Mapping[str, str] | None = None) -> None:
        """`codes` are those of labels that the model has and that are called otherwise here."""
        self._model = read(path) or Library(path)
        self._weights = WEIGHTS if sha256 == LID176 else {}
        own_codes = dict(codes or {})
        parts = [(name, name.partition("_")[0]) for name in self._model.labels]
        self.labels = tuple(own_codes.get(name) or CODES.get(code, code) for name, code in parts)

    def guess(self, text: str) -> Guess:
        """The language of one text, by its beginning and its middle, in lower case."""
        weighted = {
            name: p * self._weights.get(name, 1.0) for name, p in self.probabilities(text).items()
        }
        total = sum(weighted.values())
        if not total:
            return Guess()
        ranked = sorted(weighted.items(), key=lambda item: (-item[1], item[0]))
        (first, p), (second, q) = [*ranked, ("und", 0.0)][:2]
        return Guess(first, p / total, second, q / total)

    def probabilities(self, text: str) -> dict[str, float]:
        """What the model itself says of the likeliest languages of a text; nothing where there is nothing to read."""
        probabilities: dict[str, float] = {}
        (places,), (chances,) = self.likeliest([text])
        for place, probability in zip(places.tolist(), chances.tolist(), strict=True):
            if place >= 0:
                code = self.labels[place]
                probabilities[code] = probabilities.get(code, 0.0) + probability
        return probabilities

    def likeliest(self, texts: Sequence[str]) -> tuple[Ints, Floats]:
        """The likeliest `labels` of each text by their place, the likeliest first, and what the model says of them; -1
        and 0 where it says nothing.
        """
        lines = [_line(sample(text).lower()) for text in texts]
        places, chances = self._model.likeliest(lines, CANDIDATES)
        return places, np.minimum(chances.astype(np.float64), 1.0)


def sample(text: str) -> str:
    """The excerpt of a text by which its language is identified."""
    if len(text) <= 2 * WINDOW:
        return text
    middle = len(text) // 2
    return f"{text[:WINDOW]} {text[middle : middle + WINDOW]}"


# White space that fastText takes for letters.
_NO_LETTERS = (
    "\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)


def _line(text: str) -> str:
    """A text as one line. Its words are parted anew only where fastText would not part them: few texts need that."""
    if any(character in text for character in _NO_LETTERS):
        text = " ".join(text.split())
    return text.strip().replace("\n", " ") + "\n"


_loaded: dict[tuple[str, str], Identifier] = {}
_lock = threading.Lock()


def identifier(
    sha256: str, path: str | None = None, codes: Mapping[str, str] | None = None
) -> Identifier:
    """The model with this digest and the codes of its labels, loaded once a process."""
    name = sha256, repr(sorted((codes or {}).items()))
    with _lock:
        if name not in _loaded:
            file = find_model(path)
            if (actual := digest(file)) != sha256:
                raise TahonaError(
                    f"the language model {file} has the sha256 {actual}, but {sha256} is asked for:"
                    " put the same model on every machine"
                )
            _loaded[name] = Identifier(file, sha256, codes)
        return _loaded[name]


def model_digest(path: str | None = None) -> str:
    """The sha256 of the model that `find_model` finds."""
    return digest(find_model(path))
