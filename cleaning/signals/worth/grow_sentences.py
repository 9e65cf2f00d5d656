"""Learns `sentences.npz`: `python -m cleaning.signals.worth.grow_sentences TABLE`.

TABLE is a file of Parquet with a row for each document: its `source` and `text`; `letters`, what a reader called its
sentences (S is one of its own, connected, `-` one that was not shown; empty where none was read), and their `places`
(start and end); and, of a page of the web, `unwanted`, `kind`, `bad` (what the readers said of it) and `weight`.
`tests/benchmarks/rules/judged.py --sentences TABLE` writes it. Same table, same bytes.

What readers said of sentences and of whole pages is learnt together: the words in sentences and their share decide of
pages, whose verdicts reach the weights of the parts. What is said of a page by them and `unwanted` is learnt behind, by
words and shares that were learnt without the page's source.
"""

from __future__ import annotations

import sys
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize

from cleaning.signals.worth.parts import BITS, FORMS, LOOK, OF_FORM, OF_WORDS, Parts, parts
from cleaning.signals.worth.sentences import FILE, numbers
from cleaning.signals.worth.style import table
from cleaning.text.batch import Batch, Floats, Hashes, slices

FREQUENT = 400  # words that stand for themselves
OF_PARTS, OF_NUMBERS, OF_PAGES = 1.0, 0.3, 3.0  # penalties of the squares of the weights
STEEP = 4.0  # what a share is multiplied by, so that it weighs about as much as the logarithm of a number
STEPS = 60  # of L-BFGS, at most
FOLDS = 5  # over sources
KINDS = (
    "service",
    "documentation",
    "listing",
    None,
)  # whose own bias is not kept: their rules have bounds of their own


def frequent(texts: Sequence[str]) -> Hashes:
    """The words that most lines have, as `style.table` has them."""
    lines: Counter[int] = Counter()
    for start, stop in slices(texts):
        batch = Batch(texts[start:stop])
        line = np.searchsorted(batch.line_start, batch.word_start, "right").astype(np.uint64)
        lines.update(np.unique(np.stack([line, batch.word_hashes]), axis=1)[1].tolist())
    often = sorted(lines, key=lambda word: (-lines[word], word))[:FREQUENT]
    return table(np.array(sorted(often), np.uint64))


def parted(text: str, words: Hashes) -> Parts:
    """The parts of one text."""
    return parts(Batch([text]), words, np.array([LOOK]))


def letters_of(row: dict[str, Any], found: Parts) -> list[str]:
    """Of each part the letter of the sentences that most of it lies in."""
    of = np.full(len(row["text"]), "-")
    for (start, end), letter in zip(row["places"], row["letters"], strict=True):
        of[start:end] = letter
    spans = zip(found.start, found.end, strict=True)
    return [Counter(of[start:end].tolist()).most_common(1)[0][0] for start, end in spans]


def rows(found: Parts) -> Any:
    """What `parts.sums` weighs: a sparse matrix [parts, buckets]."""
    size = np.diff(found.first)
    of_words = np.repeat(OF_WORDS / np.sqrt(size), size)
    of_form = np.full(found.form.size, OF_FORM)
    part = np.concatenate([np.repeat(np.arange(len(size)), n) for n in (size, FORMS)])
    bucket = np.concatenate([found.buckets, found.form.ravel()]).astype(np.int32)
    cells = (np.concatenate([of_words, of_form]), (part, bucket))
    return sparse.csr_matrix(cells, shape=(len(size), 1 << BITS))


class Examples:
    """Parts and pages, as the losses see them."""

    def __init__(self, documents: Sequence[dict[str, Any]], words: Hashes) -> None:
        found = [parted(row["text"], words) for row in documents]
        sizes = [len(parts_.words) for parts_ in found]
        self.x = sparse.vstack([rows(parts_) for parts_ in found]).tocsr()
        self.words = np.concatenate([parts_.words for parts_ in found]).astype(np.float64)
        self.codes = np.concatenate([parts_.end - parts_.start for parts_ in found]).astype(
            np.float64
        )
        self.document = np.repeat(np.arange(len(found)), sizes)
        letters = np.concatenate(
            [
                letters_of(row, parts_) if row["letters"] else ["-"] * size
                for row, parts_, size in zip(documents, found, sizes, strict=True)
            ]
        )
        self.shown, self.own = letters != "-", letters == "S"
        self.fold = np.array([zlib.crc32(row["source"].encode()) % FOLDS for row in documents])
        self.page = np.array([row["bad"] is not None for row in documents])
        self.bad = np.array([bool(row["bad"]) for row in documents])
        self.weight = np.array([row["weight"] or 0.0 for row in documents])
        self.kinds = np.array([[row["kind"] == kind for kind in KINDS] for row in documents], float)

    def sums(self, likely: Floats, here: NDArray[np.bool_]) -> tuple[Floats, Floats, Floats]:
        """Of each document the words in sentences, their share of its code points, and these."""
        of, number = self.document[here], len(self.page)
        words, in_codes, codes = (
            np.bincount(of, values, number).astype(np.float64)
            for values in (likely * self.words[here], likely * self.codes[here], self.codes[here])
        )
        codes = np.maximum(codes, 1)
        return words, in_codes / codes, codes

    def learnt(self, documents: NDArray[np.bool_]) -> Floats:
        """The bias and the weights of the parts, by the sentences and the pages of some documents."""
        here = documents[self.document]
        x, own, of = self.x[here], self.own[here], self.document[here]
        columns = x.T.tocsr()
        of_part = self.shown[here].astype(np.float64)
        of_page = np.where(documents & self.page, self.weight, 0.0)
        split = x.shape[1] + 1

        def loss(at: Floats) -> tuple[float, Floats]:
            logits = x @ at[1:split] + at[0]
            likely = 1 / (1 + np.exp(-logits))
            words, share, codes = self.sums(likely, here)
            seen = np.column_stack(
                [np.ones(len(words)), np.log1p(words), STEEP * share, self.kinds]
            )
            by = at[split:]
            said = seen @ by
            over_page = of_page * (1 / (1 + np.exp(-said)) - self.bad)
            cost = of_part @ (np.logaddexp(0, logits) - own * logits)
            cost += of_page @ (np.logaddexp(0, said) - self.bad * said)
            cost += (OF_PARTS * at[1:split] @ at[1:split] + OF_NUMBERS * by[1:] @ by[1:]) / 2
            through = (over_page * by[1] / (1 + words))[of] * self.words[here]
            through += (over_page * by[2] * STEEP / codes)[of] * self.codes[here]
            over = of_part * (likely - own) + likely * (1 - likely) * through
            slope = np.concatenate([[over.sum()], columns @ over, seen.T @ over_page])
            slope[1:split] += OF_PARTS * at[1:split]
            slope[split + 1 :] += OF_NUMBERS * by[1:]
            return float(cost), slope

        start = np.zeros(split + 3 + len(KINDS))
        return _least(loss, start)[:split]


def _least(loss: Callable[[Floats], tuple[float, Floats]], start: Floats) -> Floats:
    found: Floats = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS}).x
    return found


def weighed(x: Floats, y: NDArray[np.bool_], weight: Floats) -> Floats:
    """The bias and the weights of a logistic regression over numbers that are brought to one spread."""
    mean, spread = x.mean(0), x.std(0) + 1e-9
    even = (x - mean) / spread

    def loss(at: Floats) -> tuple[float, Floats]:
        logits = even @ at[1:] + at[0]
        cost = weight @ (np.logaddexp(0, logits) - y * logits) + OF_PAGES / 2 * (at[1:] @ at[1:])
        over = weight * (1 / (1 + np.exp(-logits)) - y)
        return float(cost), np.concatenate([[over.sum()], even.T @ over + OF_PAGES * at[1:]])

    bias, *slopes = _least(loss, np.zeros(x.shape[1] + 1))
    return np.concatenate([[bias - slopes @ (mean / spread)], slopes / spread])


def main(table_: Path, file: Path = FILE) -> None:
    documents = pq.read_table(table_).to_pylist()
    words = frequent([row["text"] for row in documents if row["letters"]])
    examples = Examples(documents, words)
    told = np.zeros((len(documents), 2))
    every = np.ones(len(examples.x.indptr) - 1, bool)
    for fold in range(FOLDS):
        bias, *weights = examples.learnt(examples.fold != fold)
        likely = 1 / (1 + np.exp(-(examples.x @ np.array(weights) + bias)))
        in_words, share, _ = examples.sums(likely, every)
        told[examples.fold == fold] = np.stack([in_words, share], axis=1)[examples.fold == fold]
    page = examples.page
    unwanted = np.array([row["unwanted"] for row in documents], np.float64)
    seen = np.concatenate([numbers(told[:, 0], told[:, 1], unwanted), examples.kinds], axis=1)[page]
    of_page = weighed(seen, examples.bad[page], examples.weight[page])[: -len(KINDS)]
    bias, *weights = examples.learnt(np.ones(len(documents), bool))
    scale = np.abs(weights).max() / 127
    np.savez_compressed(
        file,
        allow_pickle=False,
        frequent=words,
        weight=np.round(np.array(weights) / scale).astype(np.int8),
        scale=np.float64(scale),
        bias=np.float64(bias),
        page=of_page,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
