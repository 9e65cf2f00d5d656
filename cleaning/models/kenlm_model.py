"""A model of n-grams of KenLM, asked for the perplexity of a text as CCNet and BERTIN compute it.

With a model of SentencePiece beside it the text is brought to CCNet's form and scored as one line of pieces (Wenzek et
al. 2020); without, as BERTIN does, line by line as it is written (de la Rosa et al. 2022).
"""

from __future__ import annotations

import importlib.util
import math
import os
import sys
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from pipeline.errors import TahonaError
from pipeline.extras import install

_BINARY, _ARPA = b"mmap lm http://kheafield.com/code", b"\\data\\"
_PACKED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ")  # which KenLM opens by itself
_HEAD = 4096  # bytes in which an ARPA file says what it is
_HIGHEST = 300  # of the logarithm to the base 10 of a perplexity

# What CCNet writes for signs that ASCII lacks.
_SIGNS = (
    '" „”“«»」「《》',
    "' ´’",
    ", ，、",
    ". 。",
    ": ∶：",
    "? ？",
    "! ！",
    "( （",
    ") ）",
    "; ；",
    "- –━►",
    "~ ～",
    "< 〈",
    "> 〉",
    "[ 【",
    "] 】",
    "% ％",
)
_LONGER = {"—": " - ", "．": ". ", "…": "..."}


def check(path: Path, pieces: Path | None = None) -> None:
    """Raises TahonaError where KenLM is not installed, or a file is none of its models, or none of SentencePiece."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head.startswith((_BINARY, *_PACKED)) and _ARPA not in head:
        raise TahonaError(f"{path} is no model of KenLM, neither ARPA nor binary")
    if pieces:
        _sentencepiece(pieces)
    if importlib.util.find_spec("kenlm") is None:
        raise TahonaError(f"KenLM, which reads the model, is not installed: {install('kenlm')}")


class Kenlm:
    """A model; a TahonaError where the file is none."""

    def __init__(self, path: Path, pieces: Path | None) -> None:
        check(path)
        import kenlm

        config = kenlm.Config()
        config.show_progress = False
        try:
            self._model: Any = kenlm.Model(os.fspath(path), config)
        except OSError as error:
            reason = str(error).partition("\n")[0]
            raise TahonaError(f"{path} is no model of KenLM, or a damaged one: {reason}") from error
        self._pieces = _sentencepiece(pieces) if pieces else None

    def perplexity(self, text: str) -> float:
        """That of a text per word or piece, ends of lines among them; nan of one that has none."""
        if not text.strip():
            return math.nan
        if self._pieces is None:
            lines = text.split("\n")
        else:
            lines = [" ".join(self._pieces.encode(normalised(text), out_type=str))]
        score = sum(map(self._model.score, lines))
        length = sum(len(line.split()) + 1 for line in lines)
        return float(10.0 ** min(-score / length, _HIGHEST))


def load(path: str | os.PathLike[str], pieces: str | os.PathLike[str] | None = None) -> Kenlm:
    """The model of a file, the last one of a process kept: it may be large."""
    states = [os.stat(file) for file in (path, pieces) if file is not None]
    times = tuple((state.st_size, state.st_mtime_ns) for state in states)
    return _loaded(os.fspath(path), None if pieces is None else os.fspath(pieces), times)


@lru_cache(1)
def _loaded(path: str, pieces: str | None, states: tuple[tuple[int, int], ...]) -> Kenlm:
    return Kenlm(Path(path), None if pieces is None else Path(pieces))


def _sentencepiece(path: Path) -> Any:
    from sentencepiece import SentencePieceProcessor

    try:
        return SentencePieceProcessor(model_file=os.fspath(path))
    except (OSError, RuntimeError) as error:
        raise TahonaError(f"{path} is no model of SentencePiece") from error


def normalised(text: str) -> str:
    """A text in CCNet's form: in lower case, without accents and ends of lines, each digit a 0, signs of ASCII."""
    return unicodedata.normalize("NFD", text.strip().lower()).translate(_table())


@cache
def _table() -> dict[int, str | None]:
    table: dict[int, str | None] = {}
    for code in range(sys.maxunicode + 1):
        match unicodedata.category(chr(code)):
            case "Mn" | "Cc":
                table[code] = None
            case "Nd":
                table[code] = "0"
    for sign, others in map(str.split, _SIGNS):
        table |= {ord(other): sign for other in others}
    return table | {ord(sign): longer for sign, longer in _LONGER.items()}
