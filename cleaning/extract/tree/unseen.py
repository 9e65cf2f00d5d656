"""What stands in a sentence or heading and is none of it: what is not shown, and a wiki's links to edit a section."""

from __future__ import annotations

import numpy as np

from cleaning.extract.tree.attributes import CLASS, CONCEALED, STYLED, attribute, holds
from cleaning.extract.tree.characters import BLANK, GT, SLASH, Bytes
from cleaning.extract.tree.tokens import BEGIN, MATCH
from cleaning.text.batch import Hashes, Ints
from pipeline.compiled import bare

_UNSEEN = 300  # bytes of an element in a sentence that a style hides; a longer one is a text that a click opens
_NONE = np.frombuffer(b"display:none", np.uint8)
_HIDES = np.frombuffer(b"visibility:hidden", np.uint8)
_OUT = np.frombuffer(b"left:-999", np.uint8)
# MediaWiki: "[editar | editar código]" in each heading.
_EDITS = np.frombuffer(b"editsection", np.uint8)


@bare
def is_unseen(data: Bytes, tokens: Ints, i: int, attributes: Hashes) -> bool:
    """Whether a short element in a sentence is hidden, by its attribute or by its style, or one edits its section."""
    short = tokens[BEGIN, tokens[MATCH, i]] - tokens[BEGIN, i] <= _UNSEEN
    at = tokens[BEGIN, i]
    while data[at] not in (BLANK, SLASH, GT):
        at += 1
    while data[at] == BLANK:
        begin, end, name = attribute(data, at)
        if name == attributes[CLASS] and holds(data, begin, end, _EDITS):
            return True
        if short and name == attributes[CONCEALED]:
            return True
        if (
            short
            and name == attributes[STYLED]
            and (
                holds(data, begin, end, _NONE)
                or holds(data, begin, end, _HIDES)
                or holds(data, begin, end, _OUT)
            )
        ):
            return True
        at = end + 1
    return False
