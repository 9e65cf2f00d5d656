"""Trains the model of main text, all of it in one run.

`python -m cleaning.extract.learning.train WCXB --articles POSTLIGHT --newspapers FUNDUS --leave-out PAGES ...`: folders
with the development split of WCXB (Murrough-Foley/web-content-extraction-benchmark, CC-BY-4.0: `html/*.html.gz`,
`ground-truth/*.json`) and copies of postlight/parser and flairNLP/fundus (`bodies.py`); files of JSON whose `url`s name
pages that are kept for measuring: they, and every page of their hosts, are no part of the training. Same pages, same
torch and LightGBM, same bytes.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from cleaning.extract.learning.bodies import described, published
from cleaning.extract.learning.examples import UNKNOWN, Example, bodies, examples, sites
from cleaning.extract.learning.grow import OF_BODIES, grown
from cleaning.extract.model.features import OF_HEAD, OF_NAMES, Floats
from cleaning.extract.model.model import ABOUT, CLIP, DILATIONS, PAGE_KINDS, WEIGHTS, Weights
from cleaning.extract.model.network import TAPS
from cleaning.extract.model.trees import BODIES, TREES
from cleaning.models.boosted import Trees

_CAP = 60  # words of a block above which it weighs no more

HIDDEN = 64
DROPPED = 0.4
EPOCHS = 8
MEMBERS = 4
TOGETHER = 16  # pages of a step
RATE = 2e-3
UNNAMED = 0.2  # of the pages of a step lose the names of their template, as many what their head and address say
OF_ARTICLES = 6  # one in so many is what trees learn from
OF_KIND = 0.9  # what the kind of a page weighs


class _Dropout(nn.Module):
    """Dropout by bytes, drawn in a third of the time that torch takes for its own."""

    def __init__(self) -> None:
        super().__init__()
        self.least = round(DROPPED * 256)

    def forward(self, x: Tensor) -> Tensor:
        kept = torch.randint(0, 256, x.shape, dtype=torch.uint8) >= self.least
        return x * kept * (256 / (256 - self.least))


class _Network(nn.Module):
    """The network of `model/model.py`, over many pages in one row with gaps between them."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.enter = nn.Linear(width, HIDDEN)
        self.around = nn.ModuleList(nn.Linear(TAPS * HIDDEN, HIDDEN) for _ in DILATIONS)
        self.page = nn.Linear(2 * HIDDEN, 32)
        self.kind = nn.Linear(32, len(PAGE_KINDS))
        self.block = nn.Linear(HIDDEN + 32 + len(PAGE_KINDS), 48)
        self.out = nn.Linear(48, 2)
        self.drop = _Dropout()

    def forward(self, x: Tensor, lengths: Sequence[int], real: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of the real blocks (`lengths` says how many each page has) to be main text, and the body of an
        article; and of the kinds of the pages.
        """
        rows = len(x)
        h = self.drop(F.relu(self.enter(x))) * real[:, None]
        for around, dilation in zip(self.around, DILATIONS, strict=True):
            ends = F.pad(h, (0, 0, TAPS // 2 * dilation, TAPS // 2 * dilation))
            beside = [ends[tap * dilation : tap * dilation + rows] for tap in range(TAPS)]
            h = h + self.drop(F.relu(around(torch.cat(beside, 1)))) * real[:, None]
        h = h[real > 0]
        pages = h.split(list(lengths))
        seen = torch.stack([torch.cat([of_page.mean(0), of_page.amax(0)]) for of_page in pages])
        whole = self.drop(F.relu(self.page(seen)))
        kinds = self.kind(whole)
        of_page_rows = torch.cat([whole, F.softmax(kinds, 1)], 1)
        of_page_rows = of_page_rows.repeat_interleave(torch.tensor(lengths), 0)
        return self.out(self.drop(F.relu(self.block(torch.cat([h, of_page_rows], 1))))), kinds

    def weights(self, prefix: str) -> Weights:
        """As `model/model.py` takes them."""
        arrays = {}
        for name, value in self.state_dict().items():
            array = value.numpy()
            array = array.T if array.ndim == 2 else array
            arrays[f"{prefix}{name}"] = np.ascontiguousarray(array)
        return arrays


@dataclass
class _Batch:
    x: Tensor
    lengths: list[int]  # of the pages
    real: Tensor
    y: Tensor  # of each block: how much of it is main text, and how much body; -1 unknown
    words: Tensor  # of each block
    share: Tensor  # of the words of its page, no block with more than _CAP
    kind: Tensor


def _varied(x: Floats, chance: np.random.Generator) -> Floats:
    """The numbers of a page as they are, or as those of one whose template gives its elements no names, or that has
    neither structured data nor an address: so plain pages are known, of which WCXB has few.
    """
    gone = [
        c for c, away in zip((OF_NAMES, OF_HEAD), chance.random(2) < UNNAMED, strict=True) if away
    ]
    if gone:
        x = x.copy()
        x[:, np.concatenate(gone)] = 0
    return x


def _batch(
    pages: Sequence[Example], mean: Floats, deviation: Floats, chance: np.random.Generator
) -> _Batch:
    gap = DILATIONS[-1] * (TAPS // 2)
    nothing = np.zeros((gap, len(mean)), np.float32)
    x = [
        part
        for e in pages
        for part in (
            np.clip((_varied(e.x, chance) - mean) / deviation, -CLIP, CLIP),
            nothing,
        )
    ]
    lengths = [len(e.y) for e in pages]
    words = [np.array([len(w) + 1 for w in e.words], np.float32) for e in pages]
    capped = [np.minimum(w, _CAP) for w in words]
    return _Batch(
        torch.from_numpy(np.concatenate(x)),
        lengths,
        torch.from_numpy(
            np.concatenate([np.repeat([1.0, 0.0], (n, gap)) for n in lengths]).astype(np.float32)
        ),
        torch.from_numpy(np.concatenate([np.stack([e.y, e.body], 1) for e in pages])),
        torch.from_numpy(np.concatenate(words)),
        torch.from_numpy(np.concatenate([c / c.sum() for c in capped])),
        torch.tensor([e.kind for e in pages]),
    )


def _loss(network: _Network, batch: _Batch) -> Tensor:
    """Cross-entropy of the blocks and 1 - F1 of the words of each page, of each answer, and cross-entropy of the
    kind of each page.
    """
    pages = len(batch.kind)
    logits, kinds = network(batch.x, batch.lengths, batch.real)
    page = torch.arange(pages).repeat_interleave(torch.tensor(batch.lengths))
    kind_loss = F.cross_entropy(kinds, batch.kind, ignore_index=UNKNOWN, reduction="sum")
    loss = OF_KIND * kind_loss / pages
    for answer in range(logits.shape[1]):
        known = batch.y[:, answer] >= 0
        y = batch.y[:, answer].clamp(0)
        crossed = F.binary_cross_entropy_with_logits(logits[:, answer], y, reduction="none")
        words = batch.words * known

        def by_page(values: Tensor, words: Tensor = words) -> Tensor:
            return torch.zeros(pages).index_add_(0, page, values * words)

        p = torch.sigmoid(logits[:, answer])
        f1 = 2 * by_page(p * y) / (by_page(p) + by_page(y) + 1)
        judged = by_page(known.float()) > 0
        wrong = (crossed * batch.share * known).sum() + (judged * (1 - f1)).sum()
        loss = loss + wrong / pages
    return loss


def train(pages: Sequence[Example], members: int = MEMBERS, epochs: int = EPOCHS) -> Weights:
    """The weights of so many networks, each from a seed of its own."""
    torch.set_num_threads(1)  # the same sums in the same order
    torch.use_deterministic_algorithms(True)
    stacked = np.concatenate([e.x for e in pages])
    mean, deviation = (
        v.astype(np.float16).astype(np.float32) for v in (stacked.mean(0), stacked.std(0) + 0.05)
    )
    del stacked
    weights = {"mean": mean, "deviation": deviation}
    for member in range(members):
        torch.manual_seed(member)
        network = _Network(len(mean))
        _fit(network, pages, mean, deviation, epochs, np.random.default_rng(member))
        weights |= network.weights(f"{member}.")
    return {name: value.astype(np.float16) for name, value in weights.items()}


def _fit(
    network: _Network,
    pages: Sequence[Example],
    mean: Floats,
    deviation: Floats,
    epochs: int,
    chance: np.random.Generator,
) -> None:
    steps = epochs * -(-len(pages) // TOGETHER)
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, steps, pct_start=0.2)
    for _ in range(epochs):
        order = chance.permutation(len(pages))
        for first in range(0, len(order), TOGETHER):
            batch = _batch(
                [pages[i] for i in order[first : first + TOGETHER]], mean, deviation, chance
            )
            optimizer.zero_grad()
            _loss(network, batch).backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()


def for_trees(pages: Sequence[Example]) -> list[Example]:
    """What trees learn from: of articles, of which they aren't asked, the first of each so many."""
    article = PAGE_KINDS.index("article")
    some = {e.name for e in [e for e in pages if e.kind == article][::OF_ARTICLES]}
    return [e for e in pages if e.kind != article or e.name in some]


def trees(pages: Sequence[Example]) -> Trees:
    """The trees of these pages, each of which weighs the same."""
    return grown([e.x for e in pages], [e.y for e in pages], [_shares(e) for e in pages])[0]


def trees_of_bodies(pages: Sequence[Example]) -> Trees:
    """The trees that judge which blocks are the body of an article, of the pages where some of it is known."""
    labelled = [e for e in pages if (e.body >= 0).any()]
    shares = [_shares(e) * (e.body >= 0) for e in labelled]
    return grown([e.x for e in labelled], [e.body.clip(0) for e in labelled], shares, OF_BODIES)[0]


def _shares(page: Example) -> NDArray[np.float64]:
    """What each block weighs of its page, by its words, none more than _CAP."""
    capped = np.array([min(len(w) + 1, _CAP) for w in page.words], np.float64)
    return capped / capped.sum()


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, metavar="WCXB")
    parser.add_argument("--articles", type=Path, required=True)
    parser.add_argument("--newspapers", type=Path, required=True)
    parser.add_argument("--leave-out", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, default=WEIGHTS.parent)
    arguments = parser.parse_args()
    leave_out = frozenset(s for path in arguments.leave_out for s in sites(path))
    pages = list(examples(arguments.folder, leave_out))
    articles = chain(described(arguments.articles), published(arguments.newspapers))
    own = list(bodies(articles, leave_out))
    every, some = [*pages, *own], for_trees(pages)
    np.savez_compressed(arguments.out / WEIGHTS.name, allow_pickle=False, **train(every))
    np.savez_compressed(arguments.out / TREES.name, allow_pickle=False, **trees(some))
    np.savez_compressed(arguments.out / BODIES.name, allow_pickle=False, **trees_of_bodies(every))
    description = {
        "source": "WCXB (Murrough-Foley/web-content-extraction-benchmark), development split; (bodies) the pages that"
        " Postlight's parser and Fundus are tested on, with the text that they name; without the pages of the sites"
        " that are kept for measuring",
        "licence": "CC-BY-4.0, Murrough Foley; MIT and Apache-2.0, Postlight; MIT, Fundus",
        "pages": {e.name: e.host for e in pages},
        "bodies": {e.name: e.host for e in own},
        "trees": {e.name: e.host for e in some},
    }
    (arguments.out / ABOUT.name).write_text(json.dumps(description, indent=1) + "\n")


if __name__ == "__main__":
    main()
