"""What an archive of a mailing list sets at a letter: its head, and the ways to other letters.

As MHonArc, Pipermail (in Spanish too) and Hypermail write them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

import numpy as np

from cleaning.extract.blocks.blocks import KNOWN, Blocks
from cleaning.text.batch import Bools

LINE = 300  # characters of a line of a head or a way, at most
_HEAD = 3  # lines of a head that follow each other, at least

# What these are asked is in small letters, since `re` is slow where it has to ignore capitals.
_WAY = re.compile(
    r"\W*(?P<name>(?:prev(?:ious)?|next)\s+(?:by|in)\s+(?:date|thread)|(?:previous|next|last|maybe\s+reply)\s+message"
    r"|messages?\s+sorted\s+by|contemporary\s+messages\s+sorted|in\s+reply\s+to|follow-ups|index\(es\)|related\s+messages"
    r"|mail\s+actions|this\s+message|(?:pr[óo]ximo|siguiente|[úu]ltimo)\s+mensaje|mensaje\s+(?:anterior|siguiente)"
    r"|mensajes\s+ordenados\s+por|en\s+respuesta\s+a|references|date\s+prev(?=\]))(?!\w)",
)
_FIELD = re.compile(
    r"\W*(?P<name>from|to|cc|subject|date|in-reply-to|references|message-id|reply-to|sender|received|list-id|delivered-to"
    r"|mail-followup-to|organization|user-agent|de|para|a|asunto|fecha|responder\s+a)\s*:\s.{0,250}",
)
# Who sent it and when, as Pipermail has it: "Ana Gil ana en example.org", "Mon Jan  3 09:00:00 CET 2022".
_SENT = re.compile(
    r".{1,80}\s(?:at|en|em)\s\S+\.\w+\s+[a-z]{3}\s+[a-z]{3}\s+\d{1,2}\s+\d\d:\d\d:\d\d\s+\S{1,8}\s+\d{4}\s*",
    re.DOTALL,
)


def of_archive(blocks: Blocks) -> Bools:
    """The lines of a letter's page that its archive has set there; none where two kinds of ways are not among them."""
    cut = np.zeros(len(blocks), bool)
    is_short = blocks.size <= LINE
    if len(_kinds_of_ways(blocks, is_short & (blocks.links > 0))) < 2:
        return cut
    short = is_short.nonzero()[0].tolist()
    ways: dict[int, str] = {}
    fields: dict[int, str] = {}
    for index in short:
        text = blocks.text[index].lower()
        if (match := _FIELD.fullmatch(text)) and match["name"] != "references":
            fields[index] = match["name"]
        elif way := _way(blocks.text[index]):
            ways[index] = way
        elif _SENT.fullmatch(text):
            cut[index] = True
    cut[list(ways)] = True
    head = set[int]()
    run: list[int] = []
    for index in (*sorted(fields), len(blocks)):
        if run and index != run[-1] + 1:
            if len({fields[i] for i in run}) >= _HEAD:
                head.update(run)
            run = []
        run.append(index)
    # Between two ways and behind the last stand links to other letters, with who sent them.
    linked = blocks.linked * 2 > blocks.size
    linked[list(fields)] = True
    linked[list(head)] = False
    places = [*sorted(ways), len(blocks)]
    for first, last in pairwise(places):
        if linked[first + 1 : last].all():
            cut[first + 1 : last] = True
    cut[list(head)] = True
    return cut


def _kinds_of_ways(blocks: Blocks, lines: Bools) -> set[str]:
    """The ways to other letters that these lines name."""
    return {way for index in lines.nonzero()[0].tolist() if (way := _way(blocks.text[index]))}


@lru_cache(KNOWN)
def _way(line: str) -> str:
    """The way that a line names; empty of one that names none."""
    match = _WAY.match(line.lower())
    return match["name"] if match else ""
