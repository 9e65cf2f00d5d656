"""From the lines of pages to text: in the order of reading, without what the pages add, by paragraphs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from cleaning.readers.pdf.columns import in_order
from cleaning.readers.pdf.heads import heads_of, without_contents, without_heads
from cleaning.readers.pdf.paragraphs import WORD, joined, paragraphs_of
from cleaning.readers.pdf.rows import (
    Line,
    forget_letters,
    forget_words,
    mark_tables,
    usual_size,
    without_notes,
)

_ITEM = re.compile(r"[•·▪◦‣*–—-]|\(?(?:\d{1,3}[.)º]|[a-z][.)])\s")  # not the word "nº"
_SENTENCE = tuple('.!?…”»")')


def text_of_pages(pages: Sequence[Sequence[Line]]) -> str:
    """The text of a document."""
    forget_letters(pages)
    heads, size = heads_of(pages), usual_size(pages)
    lines: list[Line] = []
    ends: list[int] = []  # of pages, in lines
    notes: list[Sequence[Line]] = []
    for page in pages:
        ordered = in_order(without_contents(without_heads(page, heads)))
        forget_words(ordered)
        mark_tables(ordered)
        text, foot = without_notes(ordered, size)
        lines += text
        ends.append(len(lines))
        notes.append(foot)
    words = Counter(
        w.lower() for group in (lines, *notes) for x in group for w in WORD.findall(x.text)
    )
    paragraphs = (joined(paragraph, words) for paragraph in _with_notes(lines, ends, notes))
    return "\n\n".join(paragraphs)


def _with_notes(
    lines: Sequence[Line], ends: Sequence[int], notes: Sequence[Sequence[Line]]
) -> Iterator[list[Line]]:
    """The paragraphs; notes stand behind the first that ends with a sentence, but before no entry of a list, at the
    end of their page or behind it.
    """
    paragraphs = list(paragraphs_of(lines))
    done = page = 0
    for paragraph, following in zip_longest(paragraphs, paragraphs[1:]):
        yield paragraph
        done += len(paragraph)
        open_ = following and (
            not paragraph[-1].text.endswith(_SENTENCE) or _ITEM.match(following[0].text)
        )
        while page < len(ends) and ends[page] <= done and not open_:
            yield from paragraphs_of(notes[page])
            page += 1
    for left in notes[page:]:
        yield from paragraphs_of(left)
