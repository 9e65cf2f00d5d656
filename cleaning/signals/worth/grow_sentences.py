"""Learns `sentences.npz`: `python -m cleaning.signals.worth.grow_sentences TABLE VECTORS`.

TABLE is a file of Parquet with a row for each document: its `source` and `text`; `letters`, what a reader called its
sentences (S is one of its own, connected, `-` one that was not shown; empty where none was read), and their `places`
(start and end); and, of a page of the web, `unwanted`, `kind`, `bad` (what the readers said of it) and `weight`. A file
that is no page has the kind `text`: of its verdict the parts learn, not what is said of pages.
`tests/benchmarks/rules/judged.py --sentences TABLE` writes it. VECTORS is what `grow_vectors.py` learns of words
without labels: words that stand in the same company get like weights, so that one that no reader saw has one too.
Same table and vectors, same bytes.

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
from typing import Any, NamedTuple

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize

from cleaning.signals.worth.parts import (
    BUCKETS,
    FORMS,
    LOOK,
    NEAR,
    OF_FORM,
    OF_WORDS,
    Parts,
    bucket_of_first,
    bucket_of_word,
    parts,
)
from cleaning.signals.worth.sentences import FILE, known, numbers
from cleaning.signals.worth.style import table
from cleaning.text.batch import Batch, Floats, Hashes, Ints, slices

FREQUENT = 400  # words that stand for themselves
OF_PARTS, OF_NUMBERS, OF_PAGES, OF_NEAR = 2.0, 0.3, 3.0, 0.1  # penalties of squares of weights
OF_VERDICTS = 4.0  # what the verdict on a page counts, where a letter counts one
ALONE = 0.3  # what a letter counts for a part without its neighbours
IN_WORDS, IN_FIRST = 0.1, 0.5  # of the vectors, where they stand for a word and for a first word
STEEP = 4.0  # what a share is multiplied by, so that it weighs about as much as the logarithm of a number
STEPS = 80  # of L-BFGS, at most
FOLDS = 5  # over sources
LEVELS = 1000  # of a weight, on each side of nothing
TEXT = "text"
# Whose own bias is not kept: their rules have bounds of their own.
KINDS = ("service", "documentation", "listing", TEXT, None)


def frequent(texts: Sequence[str]) -> Hashes:
    """The words that most lines have, as `style.table` has them."""
    lines: Counter[int] = Counter()
    for start, stop in slices(texts):
        batch = Batch(texts[start:stop])
        line = np.searchsorted(batch.line_start, batch.word_start, "right").astype(np.uint64)
        lines.update(np.unique(np.stack([line, batch.word_hashes]), axis=1)[1].tolist())
    often = sorted(lines, key=lambda word: (-lines[word], word))[:FREQUENT]
    return table(np.array(sorted(often), np.uint64))


def parted(text: str, words: Hashes) -> tuple[Parts, Floats]:
    """The parts of one text, and of which is known what they are."""
    batch = Batch([text])
    found = parts(batch, words, np.array([LOOK]))
    return found, known(batch, found)


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
    return sparse.csr_matrix(cells, shape=(len(size), BUCKETS))


def meanings(vectors: Path) -> Any:
    """Of each bucket of a word, and behind it of a first word, the mean vector of the words that fall into it, by how
    often they stood there: a sparse matrix [buckets, twice the numbers of a vector].
    """
    with np.load(vectors, allow_pickle=False) as file:
        hashes, told, often = file["hashes"], file["vectors"], file["counts"].astype(np.float64)
    even = (told - np.average(told, axis=0, weights=often)) / told.std(axis=0)
    blocks = []
    for bucket_of, much in ((bucket_of_word, IN_WORDS), (bucket_of_first, IN_FIRST)):
        bucket = np.array([bucket_of(word) for word in hashes], np.int64)
        share = often / np.bincount(bucket, often)[bucket]
        cells = (share, (bucket, np.arange(len(hashes))))
        blocks.append(sparse.csr_matrix(cells, shape=(BUCKETS, len(hashes))) @ (much * even))
    return sparse.csr_matrix(np.hstack(blocks))


class Examples:
    """Parts and pages, as the losses see them."""

    def __init__(self, documents: Sequence[dict[str, Any]], words: Hashes, meaning: Any) -> None:
        told = [parted(row["text"], words) for row in documents]
        found = [parts_ for parts_, _ in told]
        sizes = [len(parts_.words) for parts_ in found]
        self.x = sparse.vstack([rows(parts_) for parts_ in found]).tocsr()
        self.meaning, self.meant = meaning, (self.x @ meaning).toarray()
        self.known = np.concatenate([known_ for _, known_ in told])
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

    def learnt(self, documents: NDArray[np.bool_]) -> Learnt:
        """What the sentences and the pages of some documents teach."""
        here = documents[self.document]
        x, meant, own, of = self.x[here], self.meant[here], self.own[here], self.document[here]
        known_ = self.known[here]
        columns, vary, beside = x.T.tocsr(), np.isnan(known_), _neighbours(of)
        of_part = (self.shown[here] & vary).astype(np.float64)
        of_page = np.where(documents & self.page, OF_VERDICTS * self.weight, 0.0)
        ends = np.cumsum([1, x.shape[1], meant.shape[1], 2 * NEAR, 1])
        penalty = np.repeat(
            [0, OF_PARTS, OF_PARTS, OF_NEAR, 0, 0, OF_NUMBERS],
            [1, x.shape[1], meant.shape[1], 2 * NEAR, 1, 1, 2 + len(KINDS)],
        )

        def loss(at: Floats) -> tuple[float, Floats]:
            bias, weight, by_meaning, near, shift, by = np.split(at, ends)
            logits = x @ weight + meant @ by_meaning + bias
            alone = 1 / (1 + np.exp(-logits))
            told = (
                logits
                + shift
                + sum(
                    w * there * alone[other] for w, (other, there) in zip(near, beside, strict=True)
                )
            )
            likely = np.where(vary, 1 / (1 + np.exp(-told)), known_)
            words, share, codes = self.sums(likely, here)
            seen = np.column_stack(
                [np.ones(len(words)), np.log1p(words), STEEP * share, self.kinds]
            )
            said = seen @ by
            over_page = of_page * (1 / (1 + np.exp(-said)) - self.bad)
            cost = of_part @ (np.logaddexp(0, told) - own * told)
            cost += ALONE * of_part @ (np.logaddexp(0, logits) - own * logits)
            cost += of_page @ (np.logaddexp(0, said) - self.bad * said)
            cost += penalty @ (at * at) / 2
            through = (over_page * by[1] / (1 + words))[of] * self.words[here]
            through += (over_page * by[2] * STEEP / codes)[of] * self.codes[here]
            over = of_part * (likely - own) + vary * likely * (1 - likely) * through
            over_alone = over + ALONE * of_part * (alone - own)
            over_near = []
            for w, (other, there) in zip(near, beside, strict=True):
                over_near.append((over * there) @ alone[other])
                to = np.bincount(other, over * there, len(over)) * w
                over_alone += to * alone * (1 - alone)
            slope = [[over_alone.sum()], columns @ over_alone, over_alone @ meant]
            slope += [over_near, [over.sum()], seen.T @ over_page]
            return float(cost), np.concatenate(slope) + penalty * at

        found = _least(loss, np.zeros(ends[-1] + 3 + len(KINDS)))
        bias, weight, by_meaning, near, shift, _ = np.split(found, ends)
        return Learnt(weight + self.meaning @ by_meaning, float(bias[0]), np.append(near, shift))

    def likely(self, by: Learnt) -> Floats:
        """How likely each part is a sentence of its own, as `parts.likely` has it."""
        logits = self.x @ by.weight + by.bias
        alone = 1 / (1 + np.exp(-logits))
        told = logits + by.near[-1]
        for w, (other, there) in zip(by.near[:-1], _neighbours(self.document), strict=True):
            told += w * there * alone[other]
        return np.where(np.isnan(self.known), 1 / (1 + np.exp(-told)), self.known)


class Learnt(NamedTuple):
    """The weight of each bucket, the bias, and the weights of neighbours with their bias."""

    weight: Floats
    bias: float
    near: Floats


def _neighbours(document: Ints) -> list[tuple[Ints, NDArray[np.bool_]]]:
    """Which part is so many before or behind each, and whether it is of its document."""
    number = len(document)
    found = []
    for step in (*range(-NEAR, 0), *range(1, NEAR + 1)):
        other = np.clip(np.arange(number) + step, 0, number - 1)
        there = (document[other] == document) & (other == np.arange(number) + step)
        found.append((other, there))
    return found


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


def main(table_: Path, vectors: Path, file: Path = FILE) -> None:
    documents = pq.read_table(table_).to_pylist()
    words = frequent([row["text"] for row in documents if row["letters"]])
    examples = Examples(documents, words, meanings(vectors))
    told = np.zeros((len(documents), 2))
    every = np.ones(len(examples.words), bool)
    for fold in range(FOLDS):
        likely = examples.likely(examples.learnt(examples.fold != fold))
        in_words, share, _ = examples.sums(likely, every)
        told[examples.fold == fold] = np.stack([in_words, share], axis=1)[examples.fold == fold]
    page = examples.page & (examples.kinds[:, KINDS.index(TEXT)] == 0)
    unwanted = np.array([row["unwanted"] for row in documents], np.float64)
    seen = np.concatenate([numbers(told[:, 0], told[:, 1], unwanted), examples.kinds], axis=1)[page]
    of_page = weighed(seen, examples.bad[page], examples.weight[page])[: -len(KINDS)]
    learnt = examples.learnt(np.ones(len(documents), bool))
    scale = np.abs(learnt.weight).max() / LEVELS
    np.savez_compressed(
        file,
        allow_pickle=False,
        frequent=words,
        weight=np.round(learnt.weight / scale).astype(np.int16),
        scale=np.float64(scale),
        bias=np.float64(learnt.bias),
        near=learnt.near,
        page=of_page,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
