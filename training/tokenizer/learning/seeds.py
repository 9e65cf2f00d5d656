"""The substrings of words that a unigram model begins with, of which its training keeps the best.

SentencePiece takes what stands twice among distinct items, however often each was counted: a word that is given once
with its count is none. Here substrings are weighed by the counts, and none is left out for standing in a longer one
alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.model.stage import Work
from training.tokenizer.learning.train import read_counts
from training.tokenizer.stage import Seeding
from training.tokenizer.words.pretokens import SPACE

LONGEST = 16  # letters, as SentencePiece's pieces have at most
MOST = 1_000_000  # seeds, as SentencePiece takes at most
MOST_LETTERS = 1 << 23  # of words, the commonest: some .9 million of them, and 1.4 GB of memory


def choose_seeds(work: Work[Seeding]) -> None:
    """The kernel of the step `seeds`: a file of substring, tab and count times length, as SentencePiece reads it."""
    counts = read_counts([file.path for file in work.inputs["words"]])
    substrings, scores = seeds(counts.words, counts.weighted(work.params.weights))
    lines = [
        f"{substring}\t{score}\n"
        for substring, score in zip(substrings, scores.tolist(), strict=True)
    ]
    work.output("seeds", "seeds.tsv").write_text("".join(lines), encoding="utf-8")


def seeds(words: Sequence[bytes], counts: NDArray[np.int64]) -> tuple[list[str], NDArray[np.int64]]:
    """The substrings of 2 to LONGEST letters that stand twice or more, and count times length, the highest first.

    A space stands in none but as its first letter.
    """
    text, sizes, weights = _letters(words, counts)
    letters = np.frombuffer(text.encode("utf-32-le"), np.uint32)
    distinct, letter = np.unique(letters, return_inverse=True)
    letter = letter.astype(np.int32)
    weight = np.repeat(weights, sizes)
    # How far a substring may reach that begins here: to the end of its word, or the next space.
    borders = np.union1d(np.cumsum(sizes), np.flatnonzero(letters == ord(SPACE)))
    at = np.arange(len(letters), dtype=np.int32)
    reach = borders[np.searchsorted(borders, at, side="right")].astype(np.int32)
    substring, total = letter, np.bincount(letter, weight, len(distinct))
    columns = []
    for size in range(2, LONGEST + 1):
        longer = (total[substring] >= 2) & (at + size <= reach[at])
        at, before = at[longer], substring[longer]
        keys = before.astype(np.int64) * len(distinct) + letter[at + size - 1]
        encoded = pa.array(keys).dictionary_encode()
        substring = encoded.indices.to_numpy()
        total = np.bincount(substring, weight[at], len(encoded.dictionary))
        begins = np.zeros(len(total), np.int32)
        begins[substring[::-1]] = at[::-1]
        often = total >= 2
        columns.append((begins[often], np.full(often.sum(), size), total[often] * size))
    begins, lengths, scores = (np.concatenate(column) for column in zip(*columns, strict=True))
    best = np.argsort(-scores, kind="stable")[:MOST]
    places = zip(begins[best].tolist(), lengths[best].tolist(), strict=True)
    spelled = [text[begin : begin + length] for begin, length in places]
    return spelled, scores[best].astype(np.int64)


def _letters(
    words: Sequence[bytes], counts: NDArray[np.int64]
) -> tuple[str, NDArray[np.int64], NDArray[np.int64]]:
    """The commonest words one after another with SentencePiece's sign for a space, their letters and counts."""
    spelled = pa.array(words, pa.binary()).cast(pa.large_string())
    # A line of the file holds no tab and no line's end; what is not counted gives no substring.
    kept = pc.invert(pc.match_substring_regex(spelled, r"[\t\r\n\x00]")).to_numpy(False) & (
        counts > 0
    )
    order = np.flatnonzero(kept)
    order = order[np.argsort(-counts[order], kind="stable")]
    sizes = pc.utf8_length(spelled).to_numpy()[order].astype(np.int64)
    order = order[np.cumsum(sizes) <= MOST_LETTERS]
    text = "".join(spelled.take(pa.array(order)).to_pylist()).replace(" ", SPACE)
    return text, sizes[: len(order)], counts[order]
