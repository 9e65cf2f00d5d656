"""Finds in a text what is no prose: web and e-mail addresses, tags, and the words of a missing page.

Every pattern is bounded, so that no text, however made, takes more than linear time.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from cleaning.signals.arrays import share
from cleaning.signals.measures import measure, plain
from cleaning.text.batch import Batch, Ints

ERROR_PAGE = 1500  # code points: a longer text that begins so tells about errors
_NOT_FOUND = re.compile(
    r"\b(?:error\s*404|404\s*(?:error|not\s+found|[-:|])|(?:page|file)\s+(?:was\s+)?not\s+found"
    r"|(?:p[áa]gina|contenido|noticia|art[íi]culo|entrada|direcci[óo]n|p[àa]xina|orria)\s+"
    r"(?:\w+\s+){0,4}?(?:no\s+(?:se\s+ha\s+|ha\s+sido\s+|fue\s+)?(?:encontrad[ao]|existe|disponible|"
    r"s['’]ha\s+trobat)|non\s+(?:se\s+)?(?:atopa|atopou|existe)|ez\s+da\s+(?:aurkitu|existitzen)"
    r"|n[ãa]o\s+(?:foi\s+)?(?:encontrad[ao]|existe))"
    r"|no\s+(?:hemos\s+(?:podido\s+)?|se\s+ha\s+(?:podido\s+)?|podemos\s+)?"
    r"(?:encontrado|encontrar|encontramos)\s+(?:\w+\s+){0,3}?(?:p[áa]gina|contenido|direcci[óo]n))",
    re.IGNORECASE,
)
OWN = 64  # code points before the sign of an address, at most
_BLANK = re.compile(r"\s")  # which no address has
_EMAIL = re.compile(rf"[\w.+-]{{1,{OWN}}}@[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{1,9}}")
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*(?:\s[^<>\n]{0,200})?/?>")


def emails(text: str) -> int:
    """How many e-mail addresses there are, looked for round each of their signs."""
    number = end = 0
    while (at := text.find("@", end)) >= 0:
        begin, blank = max(end, at - OWN), _BLANK.search(text, at)
        end = blank.start() if blank else len(text)
        number += len(_EMAIL.findall(text, begin, end))
    return number


def tags(text: str) -> int:
    """How often something looks like an HTML tag."""
    return len(_TAG.findall(text))


def says_not_found(text: str) -> bool:
    """Whether a short text begins by saying, in a routed language, that the page is not there."""
    return len(text) < ERROR_PAGE and bool(_NOT_FOUND.search(text[:300]))


@measure(
    urls_per_word=(float, "web addresses, over words"),
    tags_per_word=(float, "what looks like an HTML tag, over words"),
)
def _per_word(batch: Batch) -> Any:
    words = np.diff(batch.word_first)
    return share(_urls(batch), words), share(_counted(tags, "<", batch), words)


@measure(emails=(int, "e-mail addresses"))
def _emails(batch: Batch) -> Ints:
    return _counted(emails, "@", batch)


def _urls(batch: Batch) -> Ints:
    """How many web addresses each text has: `://`, and `www.` without that before it."""
    schemes = batch.signs_in("://", 0)
    named = batch.signs_in("www.", 3) & ~batch.signs_in("://www.", 6)
    return batch.count_signs(schemes | named)


def _counted(count: Callable[[str], int], sign: str, batch: Batch) -> Ints:
    """What is counted of each text that has a sign; 0 of the others."""
    counts = np.zeros(len(batch), np.int64)
    for text in batch.texts_with(batch.signs == ord(sign)):
        counts[text] = count(batch.texts[text])
    return counts


@plain(error_page=(int, "1 where a short text begins by saying that the page was not found"))
def _error_page(text: str) -> int:
    return int(says_not_found(text))
