r"""Where formulas stand in texts: TeX between dollar signs, `\(` and `\)`, `\[` and `\]`, or in an environment.

Their symbols are words to the batch, of a letter or two and of no language. As Pandoc has it, a dollar sign that opens
has no white space behind it and one that closes none before it, and no letter or digit behind: prices stay.
"""

from __future__ import annotations

import re

import numpy as np

from cleaning.text.batch import Batch, Bools

Spans = list[tuple[int, int]]

_DISPLAYED = "equation|align|gather|multline|eqnarray|displaymath|math"
_FORMULA = re.compile(
    r"\$\$[^$]{1,4000}\$\$"
    r"|\$(?![\s$])[^$\n]{0,500}(?<![\s$\\])\$(?![\w$])"
    r"|\\\([^\n]{1,500}?\\\)|\\\[.{1,1000}?\\\]"
    rf"|\\begin\{{({_DISPLAYED})\*?\}}.{{1,4000}}?\\end\{{\1\*?\}}",
    re.DOTALL,
)


def formulas(text: str) -> Spans:
    """Start and end of each formula of a text."""
    if "$" not in text and "\\" not in text:
        return []
    return [match.span() for match in _FORMULA.finditer(text)]


def in_formulas(batch: Batch) -> Bools:
    """Which words of a batch stand in formulas."""
    inside = np.zeros(len(batch.word_start), bool)
    for text in batch.texts_with((batch.signs == ord("$")) | (batch.signs == ord("\\"))):
        if spans := formulas(batch.texts[text]):
            places = np.searchsorted(batch.word_start, np.array(spans) + batch.start[text])
            for first, last in places.tolist():
                inside[first:last] = True
    return inside
