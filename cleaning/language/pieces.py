"""The compiled loop that cuts texts into passages."""

from __future__ import annotations

from cleaning.text.batch import Bools, Ints
from pipeline.compiled import bare


@bare
def cut(
    words: Ints,
    word_start: Ints,
    line_start: Ints,
    stretch: Ints,
    closed: Bools,
    most: int,
    edges: Ints,
    begin: Ints,
    opens: Bools,
    sentences: Bools,
) -> int:
    """Cuts the stretches of lines every `most` words. Fills the `edges` of these passages, words where one begins and
    the last ends; where it may `begin`, with its line, or within it with its first word; whether it `opens` a stretch,
    and whether half of its words are of `closed` lines. The words of line i are [words[i], words[i + 1]). Gives how
    many passages there are.
    """
    many = size = inside = 0
    new = True
    for line in range(len(stretch)):
        new = new or stretch[line] != stretch[line - 1]
        word = words[line]
        while word < words[line + 1]:
            if new or size == most:
                edges[many], opens[many] = word, new
                begin[many] = line_start[line] if word == words[line] else word_start[word]
                many += 1
                size = inside = 0
                new = False
            step = min(words[line + 1] - word, most - size)
            word += step
            size += step
            inside += step if closed[line] else 0
            sentences[many - 1] = 2 * inside >= size
    edges[many] = words[-1]
    return many
