"""Denoising: an encoder-decoder is given a text with pieces of it hidden, and writes what was there.

`infilling` is BART's (Lewis 2019): spans of Poisson length, 3 on an average, 30 % of the tokens, each stands as one
`<mask>`, and the sentences of a document are shuffled; the whole text is written. `spans` is T5's (Raffel 2020): 15 %
of the tokens in spans of 3 on an average, each stands as a sign of its own, and the spans are written. `mixture` is
UL2's (Tay 2022): by row short spans, long ones or many, or the end of the text.

Where the spans of a document lie is a function of the seed, the document, the epoch and the position: it is drawn
from each 4,096th position on, whatever the block or the batch.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import TahonaError
from training.objectives.objective import IGNORED, Batch, Objective, batch_of, filled
from training.streams.blocks import Blocks
from training.streams.chance import key, uniform

Ids = NDArray[np.int64]
ANCHOR = 4096  # positions: spans are drawn anew from each multiple of it
SIGNS = 100  # as T5 has


@dataclass(frozen=True)
class Noise:
    """How much is hidden: the `rate` of tokens, in spans of `mean` on an average; `empty`: spans of none too."""

    rate: float
    mean: float
    empty: bool = False

    @property
    def gap(self) -> float:
        """Tokens between two spans, on an average."""
        return self.mean * (1 - self.rate) / self.rate


class Spans:
    """Where the spans of a document lie."""

    def __init__(self, seed: int) -> None:
        self.keys = [key(seed, "spans", what) for what in ("gap", "length")]

    def __call__(self, noise: Noise, where: tuple[int, int, int], start: int, end: int) -> Ids:
        """(number, 2): first position and length of the spans that touch `start` to before `end`, cut to it.

        `where` names the pool, the epoch and the document.
        """
        pieces = [
            self._from(noise, where, anchor)
            for anchor in range(start // ANCHOR * ANCHOR, end, ANCHOR)
        ]
        spans = np.concatenate(pieces)
        spans = spans[(spans[:, 0] < end) & (spans[:, 0] + spans[:, 1] >= start)]
        firsts = np.maximum(spans[:, 0], start)
        lasts = np.minimum(spans[:, 0] + spans[:, 1], end)
        kept = (lasts > firsts) | ((spans[:, 1] == 0) & (spans[:, 0] >= start))
        return np.stack([firsts, lasts - firsts], axis=1)[kept]

    def _from(self, noise: Noise, where: tuple[int, int, int], anchor: int) -> Ids:
        """The spans between two anchors: a gap, a span, a gap, ..."""
        count = int(2 * ANCHOR / (noise.mean + noise.gap)) + 16
        place = [np.array([n], dtype=np.int64) for n in (*where, anchor)]
        numbers = np.arange(count, dtype=np.int64)
        gap, length = (uniform(k, *place, numbers) for k in self.keys)
        gaps = geometric(gap, noise.gap)
        lengths = poisson(length, noise.mean) if noise.empty else geometric(length, noise.mean)
        firsts = np.cumsum(gaps) + np.cumsum(lengths) - lengths
        inside = firsts < ANCHOR
        firsts, lengths = firsts[inside], lengths[inside]
        return np.stack([anchor + firsts, np.minimum(lengths, ANCHOR - firsts)], axis=1)


def geometric(draw: NDArray[np.float64], mean: float) -> Ids:
    """Numbers from 1 on with this mean, from draws in [0, 1)."""
    if mean <= 1:
        return np.ones(draw.shape, dtype=np.int64)
    return 1 + np.floor(np.log1p(-draw) / np.log1p(-1 / mean)).astype(np.int64)


def poisson(draw: NDArray[np.float64], mean: float) -> Ids:
    """Numbers from 0 on, Poisson distributed, from draws in [0, 1)."""
    counts = np.arange(int(mean + 10 * mean**0.5) + 10)
    logs = counts * np.log(mean) - mean - np.cumsum(np.log(np.maximum(counts, 1)))
    return np.searchsorted(np.cumsum(np.exp(logs)), draw).astype(np.int64)


@dataclass(frozen=True)
class Piece:
    """What a row has of one document: its ids, and the place of the first of them."""

    ids: Ids
    where: tuple[int, int, int]  # pool, epoch, document
    first: int


class Denoising(Objective):
    """What the three share: rows into sources and what is written after them."""

    def __init__(self, blocks: Blocks, tokenizer: Any, seed: int, apart: bool = False) -> None:
        if apart:
            raise TahonaError(
                "this objective can't keep documents apart: leave pretrain.documents out"
            )
        super().__init__(blocks, tokenizer, seed)
        self.seed = seed
        self.spans = Spans(seed)

    def noised(self, pieces: list[Piece]) -> tuple[Ids, Ids]:
        """The source of a row, and what is written."""
        raise NotImplementedError

    def batch(self, step: int) -> Batch:
        ids = self.blocks(step)[:, :-1]
        pools, epochs, documents, positions = self.blocks.origins(step)
        rows = []
        for row in range(len(ids)):
            where = int(pools[row, 0]), int(epochs[row, 0])
            own = documents[row, :-1]
            rows.append(self.noised(list(pieces_of(ids[row], where, own, positions[row, :-1]))))
        return pairs(rows, self.blocks.context, self.end)


def pieces_of(ids: Ids, where: tuple[int, int], documents: Ids, positions: Ids) -> Iterator[Piece]:
    """A row by document."""
    cuts = [0, *(np.flatnonzero(np.diff(documents)) + 1).tolist(), len(ids)]
    for start, end in pairwise(cuts):
        place = (*where, int(documents[start]))
        yield Piece(ids[start:end], place, int(positions[start]))


def pairs(rows: list[tuple[Ids, Ids]], context: int, end: int) -> Batch:
    """A batch of sources and of what is written, behind the end of document; no row longer than the context."""
    sources, written = ([row[side] for row in rows] for side in (0, 1))
    source = filled(sources, min(context, max(map(len, sources))))
    width = min(context, max(map(len, written)))
    targets = filled(written, width, IGNORED)
    ids = np.concatenate([np.full((len(rows), 1), end), targets[:, :-1]], axis=1)
    ids[ids == IGNORED] = end  # never learnt from, and before nothing that is
    arrays = {"ids": ids, "source": source, "targets": targets}
    return batch_of(arrays, tokens=source.size + ids.size)


class Infilling(Denoising):
    """BART's."""

    noise = Noise(0.3, 3.0, empty=True)

    def __init__(self, blocks: Blocks, tokenizer: Any, seed: int, apart: bool = False) -> None:
        super().__init__(blocks, tokenizer, seed, apart)
        self.mask = mask_piece(tokenizer)
        self.ends = ends_sentence(tokenizer)
        self.order = key(seed, "order")

    def noised(self, pieces: list[Piece]) -> tuple[Ids, Ids]:
        written = np.concatenate([piece.ids for piece in pieces])
        return np.concatenate([self._source(piece) for piece in pieces]), written

    def _source(self, piece: Piece) -> Ids:
        """The sentences in another order, each with its holes."""
        cuts = np.flatnonzero(self.ends[piece.ids[:-1]]) + 1
        starts = np.concatenate([[0], cuts])
        place = [np.array([n], dtype=np.int64) for n in piece.where]
        draws = uniform(self.order, *place, piece.first + starts)
        # The end stays at the end.
        last = len(starts) - 1 if piece.ids[-1] == self.end else len(starts)
        order = [*np.argsort(draws[:last], kind="stable").tolist(), *range(last, len(starts))]
        bounds = np.append(starts, len(piece.ids))
        spans = self.spans(self.noise, piece.where, piece.first, piece.first + len(piece.ids))
        signs: Ids = np.full(len(spans), self.mask, dtype=np.int64)
        shown, at = holes(piece.ids, spans - np.array([piece.first, 0]), signs)
        sentences = np.searchsorted(bounds, at, side="right") - 1
        return np.concatenate([shown[sentences == number] for number in order])


class SpansOnly(Denoising):
    """T5's."""

    signs = tuple(f"<extra_id_{n}>" for n in range(SIGNS))

    def noised(self, pieces: list[Piece]) -> tuple[Ids, Ids]:
        return self.corrupted(pieces, Noise(0.15, 3.0))

    def corrupted(self, pieces: list[Piece], noise: Noise) -> tuple[Ids, Ids]:
        """The row with a sign for each span, and the spans, each behind its sign."""
        ids = np.concatenate([piece.ids for piece in pieces])
        relative, start = [], 0
        for piece in pieces:
            text = len(piece.ids) - int(piece.ids[-1] == self.end)
            spans = self.spans(noise, piece.where, piece.first, piece.first + text)
            relative.append(spans - np.array([piece.first - start, 0]))
            start += len(piece.ids)
        spans = np.concatenate(relative)[: SIGNS - 1]
        signs = self.sign_ids[: len(spans) + 1]
        shown, _ = holes(ids, spans, signs[:-1])
        written = [
            x for s, (a, n) in zip(signs, spans, strict=False) for x in ([s], ids[a : a + n])
        ]
        return shown, np.concatenate([*written, signs[-1:], [self.end]])


class Mixture(SpansOnly):
    """UL2's: a half of the rows with short spans, a quarter with long or many, a quarter with the end hidden."""

    EXTREME: ClassVar = (Noise(0.15, 32.0), Noise(0.5, 3.0), Noise(0.5, 32.0))

    def noised(self, pieces: list[Piece]) -> tuple[Ids, Ids]:
        place = [np.array([n], dtype=np.int64) for n in (*pieces[0].where, pieces[0].first)]
        draw = float(uniform(key(self.seed, "kind"), *place)[0])
        if draw < 0.5:
            return super().noised(pieces)
        if draw < 0.75:
            return self.corrupted(pieces, self.EXTREME[int((draw - 0.5) * 12)])
        ids = np.concatenate([piece.ids for piece in pieces])
        cut = len(ids) - max(1, int(len(ids) * (draw - 0.75) * 2))  # up to a half is written
        sign = self.sign_ids[:1]
        return np.append(ids[:cut], sign), np.concatenate([sign, ids[cut:], [self.end]])


def holes(ids: Ids, spans: Ids, signs: Ids) -> tuple[Ids, Ids]:
    """`ids` with each span taken out and a sign in its place, and where in `ids` each of them stood."""
    keep = np.ones(len(ids), dtype=bool)
    for start, length in spans.tolist():
        keep[start : start + length] = False
    left = np.flatnonzero(keep)
    places = np.concatenate([left, spans[:, 0]])
    # A sign stands before the token of its place: an empty span hides none.
    order = np.lexsort((np.r_[np.ones(len(left)), np.zeros(len(spans))], places))
    return np.concatenate([ids[left], signs])[order], np.minimum(places[order], len(ids) - 1)


def mask_piece(tokenizer: Any) -> int:
    """The piece `<mask>`; a TahonaError where the tokenizer has none."""
    from training.objectives.masked import Masking

    return Masking(tokenizer, seed=0).mask


def ends_sentence(tokenizer: Any) -> NDArray[np.bool_]:
    """Which pieces end a sentence."""
    texts = [tokenizer.decode([i]) for i in range(tokenizer.get_piece_size())]
    return np.array([t.endswith((".", "?", "!", "…")) or "\n" in t for t in texts])
